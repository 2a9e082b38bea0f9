# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tests of the engine share: an emulator over HTTP, and a project in it that nobody used before."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from tests.integration.support import running_emulator

PROJECTS = count(1)


@pytest.fixture(scope="session")
def emulator_process(tmp_path_factory):
    """The emulator of all unit tests; its operations are over quickly."""
    with running_emulator(
        tmp_path_factory.mktemp("emulator"), "--operation-ms", "30", "--propagation-ms", "30"
    ) as found:
        yield found


@pytest.fixture
def emulator(emulator_process):
    """The emulator without faults, seen from a fresh project."""
    emulator_process.faults("")
    return replace(emulator_process, project=f"acme-unit-{next(PROJECTS)}")
