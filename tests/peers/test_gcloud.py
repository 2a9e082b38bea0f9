# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""gcloud reads what we made, and what it made we adopt. Not Cloud Run, for which it makes up its own host names."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.integration.support import batch
from tests.peers.agreement import disagreements
from tests.peers.gcloud import INSTALLED, Gcloud
from tests.peers.libraries import declared_fields
from tests.peers.test_libraries import declared

TABLE = Path(__file__).with_name("gcloud.yml")
pytestmark = pytest.mark.skipif(not INSTALLED, reason="gcloud is not installed")


@pytest.fixture
def table(emulator, tmp_path):
    """The table, for the emulator's project."""
    value = tmp_path / "value"
    value.write_text("a-value-from-a-file")
    return yaml.safe_load(TABLE.read_text().replace("PROJECT", emulator.project).replace("VALUE", str(value)))


@pytest.fixture
def gcloud(emulator, tmp_path):
    """gcloud, in the emulator's project."""
    return Gcloud(emulator.url, emulator.project, tmp_path)


def test_gcloud_reads_what_was_declared(playbook, gcloud, table):
    items = declared(playbook.emulator.project)
    run = playbook([{"name": "converge", **batch(*items)}])
    assert run.rc == 0, run.output
    for row in table["reads"]:
        for item in [item for item in items if item["kind"] == row.get("kind")] or [{}]:
            asked = row.get("asks") or declared_fields(item)
            assert disagreements(asked, gcloud(row["command"].format(**item)), row["command"]) == []


def test_what_gcloud_made_is_adopted_without_a_change(playbook, gcloud, table):
    for command in table["makes"]:
        gcloud(command)
    run = playbook([{"name": "adopt", **batch(*table["adopted"])}], check=True)
    assert run.rc == 0, run.output
    assert [item for item in run["adopt"]["resources"] if item["changed"]] == []
