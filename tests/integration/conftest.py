# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What integration tests share: an emulator, a fresh project in it, and runs of ansible-playbook against it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.integration.support import Runner, running_emulator

PROJECTS = count(1)
APART = ("test_kinds.py", "test_roles.py", "test_secrets.py", "test_releases.py", "test_demo.py")  # a run for each test


class Rooms(LoadScopeScheduling):
    """Shares the tests out to processes: those of a module that look at one run together, all others singly."""

    def _split_scope(self, nodeid):
        module = nodeid.partition("::")[0]
        return nodeid if module.endswith(APART) else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Take the place of xdist's groups, which do not know the names that pytest 9 gives to tests."""
    return Rooms(config, log)


@pytest.fixture(scope="module")
def emulator_options() -> tuple[str, ...]:
    """Options of a test module's emulator; a module that needs some overrides this."""
    return ()


@pytest.fixture(scope="module")
def emulator_process(tmp_path_factory, emulator_options):
    """The emulator of a test module: faults and counts are its own."""
    with running_emulator(tmp_path_factory.mktemp("emulator"), *emulator_options) as emulator:
        yield emulator


@pytest.fixture
def emulator(emulator_process):
    """The module's emulator without faults, seen from a project that nobody used before."""
    emulator_process.faults("")
    return replace(emulator_process, project=f"acme-test-{next(PROJECTS)}")


@pytest.fixture
def playbook(emulator, tmp_path):
    """Run tasks or a playbook with ansible-playbook against the emulator; see support.Runner."""
    return Runner(emulator, tmp_path)
