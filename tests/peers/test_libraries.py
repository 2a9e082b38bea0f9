# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Google's Python libraries, called directly, read each leaf that was declared."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.mainstay.platform.plugins.module_utils.catalogue import KINDS
from tests.integration.support import ROOT, batch
from tests.peers.agreement import disagreements
from tests.peers.libraries import Libraries

DECLARED = Path(__file__).with_name("declared.yml")


def declared(project: str) -> list[dict]:
    """A resource of every kind, in a project."""
    items = yaml.safe_load(DECLARED.read_text().replace("PROJECT", project))
    return [{"project": project, **item} for item in items]


def compare(items: list[dict], url: str) -> None:
    """Read each item with its library."""
    libraries = Libraries(url)
    for item in items:
        asked, found = libraries.compared(item)
        assert disagreements(asked, found, item["kind"]) == []


def test_declared_has_every_kind():
    assert {item["kind"] for item in declared("acme")} == set(KINDS)


@pytest.mark.parametrize("leaf", ["labels", "versioning", "cors"])
def test_what_is_missing_is_noticed(leaf):
    [bucket] = [item for item in declared("acme") if item["kind"] == "storage_bucket"]
    assert disagreements(bucket, bucket) == []
    assert disagreements(bucket, {**bucket, leaf: None}) != []


def test_libraries_read_what_was_declared(playbook):
    items = declared(playbook.emulator.project)
    run = playbook([{"name": "converge", **batch(*items)}])
    assert run["converge"]["status"] == "ok", run.output
    compare(items, playbook.emulator.url)


def test_libraries_read_what_the_local_inventory_declares(playbook):
    environment = {"ANSIBLE_INVENTORY": "inventories/local", "GCP_ENDPOINT": playbook.emulator.url}
    run = playbook(ROOT / "site.yml", environment=environment)
    assert run.rc == 0, run.output
    batches = [task["result"] for task in run.tasks if task["action"].endswith("gcp_resources")]
    items = [item for result in batches for item in result["invocation"]["module_args"]["resources"]]
    assert len(items) >= 25
    compare(items, playbook.emulator.url)
