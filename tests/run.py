# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run checks by name, go on after one that fails, and close with what each took."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {".git", ".venv", ".collections", ".ansible", "build"}


def shell_scripts() -> list[str]:
    """Return the files that a shell runs, known by their first line."""
    found = []
    for folder, below, files in os.walk(ROOT):
        below[:] = set(below) - NOT_OURS
        found += [path for name in files if is_shell_script(path := os.path.join(folder, name))]
    return sorted(found)


def is_shell_script(path: str) -> bool:
    """Tell whether the file begins with a line that names a shell. A template becomes one only on its host."""
    with open(path, "rb") as file:
        first = file.readline(80)
    return first.startswith(b"#!") and first.rstrip().endswith(b"sh") and not path.endswith(".j2")


def scenarios() -> list[str]:
    """Return the names of molecule's scenarios."""
    return sorted(path.parent.name for path in ROOT.glob("molecule/*/molecule.yml"))


@dataclass(frozen=True)
class Check:
    """A check in a few words, the commands that all have to succeed, and a path without which it is skipped."""

    title: str
    commands: list[str]
    needs: str = "."


CHECKS = {
    "lint": Check(
        "ansible-lint (production), ruff, shellcheck",
        [
            "ansible-lint -q --format pep8",
            "ruff check --quiet --output-format concise",
            "ruff format --check --quiet --output-format concise",
            shlex.join(["shellcheck", *shell_scripts()]),
        ],
    ),
    "docs": Check(
        "antsibull-docs and antsibull-changelog",
        [
            "antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck --validate-collection-refs all .",
            "antsibull-changelog lint",
        ],
    ),
    "unit": Check("unit tests", ["pytest -q tests/unit"]),
    "sanity": Check("ansible-test sanity, all tests, on the collection as it ships", ["tests/sanity.sh"]),
    "integration": Check(
        "modules, batch and roles against the emulator",
        ["pytest -q -n 3 tests/integration"],  # three on two cores, for many only wait
    ),
    "peers": Check(
        "other people's clients (google.cloud, Google's libraries, gcloud) agree with ours",
        ["python scripts/peers.py", "pytest -q -rs tests/peers"],
    ),
    "hosts": Check(
        "roles on real hosts: containers under systemd",
        ["python tests/hosts/bed.py", *(f"molecule test --scenario-name {name}" for name in scenarios())],
    ),
    "recordings": Check(
        "recorded exchanges with Google: the emulator answers alike, and no read is false drift",
        ["python tests/recordings/replay.py", "pytest -q tests/recordings"],
        needs="../shared/golden",
    ),
}


def succeeds(command: str) -> bool:
    """Run a command with the tools that stand beside this Python, and tell whether it ended well."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    # Tools write logs and caches to the home directory, and credentials found there would change what tests see.
    home = ROOT / "build" / "home"
    home.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PATH": path, "HOME": str(home)}
    return subprocess.run(shlex.split(command), cwd=ROOT, env=environment).returncode == 0


def verdict(check: Check) -> str:
    """Run every command, also after one that fails: one run shows all there is to mend."""
    if not (ROOT / check.needs).exists():
        print(f"skipped, since there is no {check.needs} beside this checkout")
        return "skipped"
    ended = [succeeds(command) for command in check.commands]
    return "passed" if all(ended) else "failed"


def main(names: list[str]) -> int:
    """Run the checks named, in that order. Return the exit code: 0 when none fails."""
    if unknown := set(names) - set(CHECKS):
        sys.exit(f"no check is called {', '.join(sorted(unknown))}; choose from: {', '.join(CHECKS)}")
    rows = []
    for name in names:
        print(f"\n== {name}: {CHECKS[name].title}", flush=True)
        start = time.monotonic()
        rows.append((name, verdict(CHECKS[name]), time.monotonic() - start))
    print("\ncheck       verdict  seconds")
    for name, outcome, seconds in rows:
        print(f"{name:11} {outcome:7} {seconds:8.1f}")
    counts = Counter(outcome for _name, outcome, _seconds in rows)
    print(f"\nchecks: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return int(counts["failed"] > 0)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
