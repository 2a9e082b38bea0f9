# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The story of each kind, by its own module: made, made again, changed, drifted, repaired, removed."""

from __future__ import annotations

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils.catalogue import KINDS
from tests.integration.stories import CASES, case_of, check_story, single_tasks


def test_every_kind_has_its_story():
    assert {path.stem for path in CASES.glob("*.yml")} == set(KINDS)


@pytest.mark.parametrize("kind", sorted(path.stem for path in CASES.glob("*.yml")))
def test_module(kind, playbook, emulator):
    case = case_of(kind, emulator.project)
    run = playbook(single_tasks(case, emulator.url))
    assert "Traceback" not in run.output
    check_story(case, lambda step: run[step])
