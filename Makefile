# A table of contents: what each word does stands in scripts/ and tests/.
# Everything that is made stays inside the checkout: .venv, build and .ansible.

PYTHON ?= python3
SYSTEM ?= postgres
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
export ANSIBLE_HOME := $(CURDIR)/.ansible
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/build/hypothesis
export LC_ALL := C.UTF-8

FAST := lint docs unit integration
CHECKS := lint docs unit sanity integration peers recordings hosts

.PHONY: help venv test test-fast $(CHECKS) emulator demo bench bench-hosts reliability lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18
	@echo 'make CHECK        one check alone: $(CHECKS)'

venv:  ## .venv with every tool, pinned
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'venv: $(PYTHON) is not Python 3.11 or newer; name one that is: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) scripts/environment.py

demo: venv  ## converge, drift and repair a whole environment against the emulator
	@.venv/bin/python scripts/demo.py

test: venv  ## all checks
	@.venv/bin/python tests/run.py $(CHECKS)

test-fast: venv  ## the checks for a working day
	@.venv/bin/python tests/run.py $(FAST)

$(CHECKS): venv
	@.venv/bin/python tests/run.py $@

emulator: venv  ## the Google Cloud emulator on port 8085, its state in build/emulator.sqlite
	@mkdir -p build
	@.venv/bin/python -m emulator --port 8085 --state build/emulator.sqlite

bench: venv  ## our figures beside those of the peers, into docs/benchmarks.md and build/bench.json
	@.venv/bin/python scripts/peers.py
	@.venv/bin/python -m tests.benchmark

bench-hosts: venv  ## what a run over hosts costs that changes nothing, into docs/benchmarks.md
	@.venv/bin/python tests/hosts/bed.py
	@.venv/bin/python -m tests.benchmark.hosts

reliability: venv  ## SYSTEM=postgres or redis: hosts fail while clients write, TRIALS=n times each; docs/reliability.md explains
	@.venv/bin/python tests/hosts/bed.py
	@.venv/bin/python -m tests.hosts.reliability --system $(SYSTEM) $(if $(TRIALS),--trials $(TRIALS)) --write

lock:  ## requirements-lock.txt and requirements-hosts-lock.txt anew
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip install -q uv==0.13.9
	@build/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		requirements-dev.txt -o requirements-lock.txt
	@build/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		-c requirements-lock.txt requirements-hosts.txt -o requirements-hosts-lock.txt

clean:  ## remove .venv, build and .ansible
	@rm -rf .venv build .ansible
