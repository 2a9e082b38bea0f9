# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mistakes of a user: one sentence each, and nothing written, in check mode as well."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from tests.integration.support import HERE, Runner, batch, one

ROWS = yaml.safe_load((HERE / "bad.yml").read_text())
SECRET = {"kind": "secretmanager_secret", "secret_id": "a", "replication": {"automatic": {}}}
GOOD = {**SECRET, "secret_id": "good"}


def module_of(item: dict, **access) -> dict:
    """The task that does by an item's own module what the item does in a batch."""
    return one(item["kind"], **{name: value for name, value in item.items() if name != "kind"}, **access)


@pytest.fixture(scope="module")
def run(emulator_process, tmp_path_factory):
    """All rows by their modules, every other one in check mode, and all in one batch beside an item that is right."""
    rows = [
        {"name": row["name"], **module_of(row["item"]), "check_mode": place % 2 == 0} for place, row in enumerate(ROWS)
    ]
    together = [
        {"name": f"{'check ' * check}batch", **batch(GOOD, *(row["item"] for row in ROWS)), "check_mode": check}
        for check in (True, False)
    ]
    emulator = replace(emulator_process, project="acme-bad")
    tasks = [{**task, "ignore_errors": True} for task in rows + together]
    return Runner(emulator, tmp_path_factory.mktemp("bad"))(tasks)


def test_nothing_is_written(run, emulator_process):
    assert "Traceback" not in run.output
    assert emulator_process.writes() == {}


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_row(row, run):
    answers = [run[row["name"]]["msg"]], run["batch"]["msg"].splitlines(), run["check batch"]["msg"].splitlines()
    for sentences in answers:
        assert [line for line in sentences if row["says"] in line and row.get("hint", "") in line], sentences


def test_module_and_batch_say_the_same(run):
    """But for options that are unknown at the top, where Ansible itself knows more names than an item has."""
    told = [line.replace(f" (item {place})", "") for place, line in numbered(run["batch"]["msg"].splitlines())]
    alone = [run[row["name"]]["msg"] for row in ROWS]
    assert [sentence for sentence in alone if sentence not in told and "has no option" not in sentence] == []
    assert len(told) == len(ROWS)


def numbered(lines: list[str]) -> list[tuple[str, str]]:
    """Each line with the number of the item that it is about."""
    return [(line.partition("(item ")[2].partition(")")[0], line) for line in lines]


BATCHES = {
    "two items for one resource": ([SECRET, {**SECRET, "labels": {}}], ["items 1 and 2 are for the same resource"]),
    "a reference to nothing": (
        [GOOD, {**SECRET, "labels": {"of": {"ref": "secretmanager_secret/god", "field": "secret_id"}}}],
        ["refers to secretmanager_secret/god, which is not among the items", "did you mean secretmanager_secret/good"],
    ),
    "a reference to no field": (
        [GOOD, {**SECRET, "labels": {"of": {"ref": "secretmanager_secret/good", "field": "secret_idd"}}}],
        ["refers to secret_idd of secretmanager_secret/good, which has no such field"],
    ),
    "items that need each other": (
        [
            {**SECRET, "labels": {"of": {"ref": "secretmanager_secret/good", "field": "etag"}}},
            {**GOOD, "labels": {"of": {"ref": "secretmanager_secret/a", "field": "etag"}}},
        ],
        ["these items need each other", "secrets/good", "secrets/a"],
    ),
    "an item without a kind": ([{"secret_id": "a"}], ["kind"]),
    "a kind that is none": ([{**SECRET, "kind": "secretmanager_secrets"}], ["did you mean secretmanager_secret"]),
}


@pytest.fixture(scope="module")
def batches(emulator_process, tmp_path_factory):
    """All of BATCHES, checked and in earnest."""
    tasks = [
        {"name": name, **batch(*items), "check_mode": check, "ignore_errors": True}
        for name, (items, _says) in BATCHES.items()
        for check in (True, False)
    ]
    return Runner(replace(emulator_process, project="acme-bad"), tmp_path_factory.mktemp("batches"))(tasks)


@pytest.mark.parametrize("name", BATCHES)
def test_batch(name, batches, emulator_process):
    found = [task for task in batches.tasks if task["task"] == name]
    assert [task["status"] for task in found] == ["failed", "failed"]
    for task in found:
        for fragment in BATCHES[name][1]:
            assert fragment in task["result"]["msg"]
        assert "\n" not in task["result"]["msg"]
    assert "Traceback" not in batches.output
    assert emulator_process.writes() == {}


def test_a_missing_library_is_named(playbook, tmp_path):
    hidden = tmp_path / "hidden" / "sitecustomize.py"
    hidden.parent.mkdir()
    hidden.write_text("import sys\nsys.modules['google.cloud.sqladmin_v1beta4'] = None\n")
    instance = {"kind": "sql_instance", "name": "main", "settings": {"tier": "db-f1-micro"}}
    environment = {"PYTHONPATH": str(hidden.parent)}
    tasks = [{"name": "module", **module_of(instance)}, {"name": "batch", **batch(GOOD, instance)}]
    for check in (True, False):
        run = playbook([{**task, "ignore_errors": True} for task in tasks], check=check, environment=environment)
        for name in ("module", "batch"):
            assert "needs the Python library google-cloud-sql: run 'pip install google-cloud-sql'" in run[name]["msg"]
        assert "Traceback" not in run.output


def test_google_auth_is_named_where_it_is_missing(playbook, tmp_path):
    hidden = tmp_path / "hidden" / "sitecustomize.py"
    hidden.parent.mkdir()
    hidden.write_text("import sys\nsys.modules['google.auth'] = None\n")
    run = playbook([{"name": "create", **module_of(SECRET)}], environment={"PYTHONPATH": str(hidden.parent)})
    assert "google-auth" in run["create"]["msg"]
    assert "Traceback" not in run.output


def test_credentials_that_are_missing_and_addresses_that_are_none(emulator, tmp_path):
    """The access options are wrong; without an endpoint Google's own metadata server is looked for."""
    access = {
        "nonsense": ({"endpoint": "localhost:8085"}, "endpoint 'localhost:8085' is no address"),
        "nobody there": ({"endpoint": "http://127.0.0.1:9", "timeout": 2}, "no answer from the API"),
        "no credentials": ({"endpoint": ""}, "no usable Google credentials"),
        "no key file": ({"service_account_file": "/nowhere/key.json"}, "no usable Google credentials"),
        "no token": ({"auth_kind": "accesstoken"}, "access_token is not given"),
    }
    tasks = [
        task
        for name, (options, _says) in access.items()
        for task in (
            {"name": name, **module_of(SECRET, **options)},
            {"name": f"{name} batch", **batch(SECRET, **options), "check_mode": True},
        )
    ]
    # Whoever runs this on a machine of Google's has credentials: none are looked for here.
    environment = {"NO_GCE_CHECK": "true"}
    run = Runner(emulator, tmp_path)([{**task, "ignore_errors": True} for task in tasks], environment=environment)
    assert "Traceback" not in run.output
    for name, (_options, says) in access.items():
        assert says in run[name]["msg"]
        assert says in run[f"{name} batch"]["msg"]
