# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A whole environment in one call of gcp_resources, and the life of a secret's versions."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.integration.support import Runner, batch

SECRETS = [f"secret-{number}" for number in range(8)]
ENVIRONMENT = [
    {"kind": "serviceusage_service", "name": "secretmanager.googleapis.com"},
    {"kind": "serviceusage_service", "name": "sqladmin.googleapis.com"},
    {"kind": "serviceusage_service", "name": "iam.googleapis.com"},
    {"kind": "iam_service_account", "account_id": "api-runner", "display_name": "API"},
    *({"kind": "secretmanager_secret", "secret_id": name, "replication": {"automatic": {}}} for name in SECRETS),
    *({"kind": "secretmanager_secret_version", "secret_id": name, "generate": {}} for name in SECRETS),
    *(
        {
            "kind": "iam_binding",
            "resource": {"ref": f"secretmanager_secret/{name}", "field": "id"},
            "role": "roles/secretmanager.secretAccessor",
            "members": [{"ref": "iam_service_account/api-runner", "field": "member"}],
        }
        for name in SECRETS
    ),
    {"kind": "sql_instance", "name": "main", "region": "europe-west6", "settings": {"tier": "db-f1-micro"}},
    {"kind": "sql_database", "instance": "main", "name": "api"},
    {"kind": "sql_user", "instance": "main", "name": "api", "host": "%", "password": "a-long-password"},
]


def found(result: dict) -> list[tuple]:
    """Of a result what each item is, whether it changed, and what differed."""
    return [(item["id"], item["changed"], item.get("differences")) for item in result["resources"]]


def test_an_environment_in_any_order(playbook, emulator):
    fresh = replace(emulator, project=f"{emulator.project}-fresh")
    items = [{**item, "project": fresh.project} for item in ENVIRONMENT]
    random.Random(7).shuffle(items)
    doomed = [{**item, "state": "absent", "delete_data": True} for item in items if item["kind"][:7] != "service"]
    run = playbook(
        [
            {"name": "check", **batch(*items), "check_mode": True},
            {"name": "make", **batch(*items)},
            {"name": "again", **batch(*items)},
            {"name": "check remove", **batch(*doomed), "check_mode": True},
            {"name": "remove", **batch(*doomed)},
            {"name": "remove again", **batch(*doomed)},
        ]
    )
    assert run.rc == 0, run.output
    assert len(items) == 31
    assert [item["kind"] for item in run["make"]["resources"]] == [item["kind"] for item in items]
    assert all(changed for _id, changed, _differences in found(run["make"]))
    assert found(run["check"]) == found(run["make"])
    assert found(run["check remove"]) == found(run["remove"])
    assert not run["again"]["changed"]
    assert not run["remove again"]["changed"]
    left = [key for key in fresh.stored() if key[:14] == "secretmanager/" or key[:9] == "sqladmin/"]
    assert left == []


VERSION = {"kind": "secretmanager_secret_version", "secret_id": "key"}
LIFE = [  # a step: what is declared, and the states of all versions afterwards, the newest first
    ("a placeholder", {"placeholder": "to be filled in"}, ["ENABLED"]),
    ("the placeholder again", {"placeholder": "to be filled in"}, None),
    ("a value", {"value": "first-value"}, ["ENABLED", "ENABLED"]),
    ("a placeholder leaves a value alone", {"placeholder": "to be filled in"}, None),
    ("a value made once", {"generate": {"length": 40}}, None),
    ("a value anew", {"generate": {"length": 40}, "rotate": True, "keep": 2}, ["ENABLED", "ENABLED", "DISABLED"]),
    ("a value that is young", {"generate": {}, "rotate_after": "90d", "keep": 2}, None),
    (
        "a value that is old",
        {"generate": {}, "rotate_after": "0s", "keep": 2, "older": "destroyed"},
        ["ENABLED", "ENABLED", "DESTROYED", "DESTROYED"],
    ),
    ("JSON", {"json": {"b": 1, "a": [2]}}, ["ENABLED", "ENABLED", "ENABLED", "DESTROYED", "DESTROYED"]),
    ("the same JSON in other words", {"json": '{"a":[2],\n "b":1}'}, None),
]


@pytest.fixture(scope="module")
def life(emulator_process, tmp_path_factory):
    """All steps of LIFE, one after the other, each checked before."""
    secret = {"kind": "secretmanager_secret", "secret_id": "key", "replication": {"automatic": {}}}
    steps = [
        {"name": f"{'check ' * check}{name}", **batch({**VERSION, **options}), "check_mode": check}
        for name, options, _states in LIFE
        for check in (True, False)
    ]
    runner = Runner(replace(emulator_process, project="acme-life"), tmp_path_factory.mktemp("life"))
    return runner([{"name": "secret", **batch(secret)}, *steps])


@pytest.mark.parametrize(("name", "states"), [(name, states) for name, _options, states in LIFE])
def test_life_of_a_secret(name, states, life):
    assert life.rc == 0, life.output
    checked, done = life[f"check {name}"], life[name]
    assert checked["changed"] == done["changed"] == (states is not None)
    assert found(checked) == found(done)
    if states:
        assert [version["state"] for version in done["resources"][0]["after"]["versions"]] == states
