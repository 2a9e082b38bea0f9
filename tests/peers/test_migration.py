# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""google.cloud's modules and ours see the same: what one made the other takes as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent / "migration"
BEFORE, AFTER = HERE / "before.yml", HERE / "after.yml"


@pytest.fixture
def run(migration):
    """Run a playbook and give the names of its tasks that changed something."""

    def run(path: Path, **options) -> list[str]:
        found = migration(path, extra_vars={"project": migration.emulator.project, "token": "any"}, **options)
        assert found.rc == 0, found.output
        return [task["task"] for task in found.tasks if task["result"].get("changed")]

    return run


def test_what_google_cloud_made_is_adopted_without_a_change(run):
    assert len(run(BEFORE)) == 7
    assert run(AFTER) == []


def test_google_cloud_finds_nothing_to_change_in_what_we_made(run):
    assert run(AFTER) == ["The environment"]
    assert run(BEFORE) == []
    assert run(AFTER) == []
