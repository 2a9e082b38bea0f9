# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The story of every kind once more, all together through gcp_resources."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.stories import CASES, batch_result, batch_tasks, case_of, check_refused, check_story
from tests.integration.support import Runner

NAMES = sorted(path.stem for path in CASES.glob("*.yml"))


@pytest.fixture(scope="module")
def cases():
    return {name: case_of(name, "acme-batch") for name in NAMES}


@pytest.fixture(scope="module")
def story(cases, emulator_process, tmp_path_factory):
    """One run of all stories side by side."""
    emulator = replace(emulator_process, project="acme-batch")
    return Runner(emulator, tmp_path_factory.mktemp("batch"))(batch_tasks(list(cases.values()), emulator.url))


@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_kind(place, cases, story):
    assert "Traceback" not in story.output
    check_story(cases[NAMES[place]], lambda step: batch_result(story[step], place))
    check_refused(cases[NAMES[place]], story)
