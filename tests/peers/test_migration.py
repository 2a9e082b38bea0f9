# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""google.cloud's modules and ours see the same: what one made the other takes as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.support import ROOT

HERE = Path(__file__).resolve().parent / "migration"
BEFORE, AFTER, GUIDE = HERE / "before.yml", HERE / "after.yml", ROOT / "docs" / "migration.md"


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


def test_google_cloud_misses_labels_that_are_gone_and_a_network_that_was_let_in(run, emulator):
    run(AFTER)
    networks = [{"name": "office", "value": "192.0.2.0/24"}, {"name": "everybody", "value": "0.0.0.0/0"}]
    server = f"sqladmin/projects/{emulator.project}/instances/orders"
    emulator.mutate(server, merge={"settings": {"ipConfiguration": {"authorizedNetworks": networks}}})
    emulator.mutate(f"storage/b/{emulator.project}-uploads", merge={"labels": None})
    assert run(BEFORE) == []
    found = run(AFTER, check=True, diff=True)
    assert found == ["The environment"]


@pytest.mark.parametrize("path", [BEFORE, AFTER], ids=lambda path: path.name)
def test_the_guide_quotes_the_playbooks_that_ran(path):
    quoted = GUIDE.read_text().partition(f"<!-- {path.name} -->\n```yaml\n")[2].partition("```")[0]
    assert quoted == path.read_text()
