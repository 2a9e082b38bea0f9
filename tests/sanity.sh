#!/usr/bin/env bash
# ansible-test sanity on the collection as it ships. It refuses a linked or git-ignored directory,
# so it runs on an installed copy; its own environments stay in build/sanity and make the next run short.
set -euo pipefail
cd "$(dirname "$0")/.."

python=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
log=$PWD/build/sanity.log
export HOME=$PWD/build/sanity
mkdir -p "$HOME/.ansible/test/cache"

# ansible-test fetches this script from a host that many networks block; Python brings the same pip.
printf 'import ensurepip\nensurepip.bootstrap()\n' >"$HOME/.ansible/test/cache/get_pip_24_2.py"

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
collection=$copy/ansible_collections/mainstay/platform
ANSIBLE_COLLECTIONS_PATH=$copy ansible-galaxy collection install . >"$log"
mkdir "$collection/tests"
cp tests/config.yml "$collection/tests/"

cd "$collection"
ansible-test sanity --venv --python "$python" --color no "$@" >"$log" 2>&1 || {
    grep -E "^(ERROR|FATAL)" "$log" || cat "$log"
    echo "sanity: failed as shown above; the whole log is build/sanity.log"
    exit 1
}
echo "sanity: $(grep -c '^Running sanity test' "$log") tests passed"
