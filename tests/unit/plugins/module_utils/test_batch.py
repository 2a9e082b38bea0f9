# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A batch against the emulator: read all, write along the graph, tell what became of each item."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils.api import Api
from ansible_collections.mainstay.platform.plugins.module_utils.batch import Batch
from ansible_collections.mainstay.platform.plugins.module_utils.faults import Missing
from ansible_collections.mainstay.platform.plugins.module_utils.reconcile import BadInput

AUTOMATIC = {"automatic": {}}
MAIN = {
    "kind": "sql_instance",
    "name": "main",
    "region": "europe-west1",
    "database_version": "POSTGRES_15",
    "settings": {"tier": "db-f1-micro"},
}


def secret(name, **more):
    return {"kind": "secretmanager_secret", "secret_id": name, "replication": AUTOMATIC, **more}


def version(name, **more):
    return {"kind": "secretmanager_secret_version", "secret_id": name, "value": "v", **more}


def binding(role, *members, **more):
    return {"kind": "iam_binding", "role": role, "members": list(members), **more}


def user(name):
    return {"kind": "sql_user", "instance": "main", "name": name, "password": "canary"}


class Ran:
    """What a batch over some items did: its outcomes, its warnings, and what it called."""

    def __init__(self, emulator, *items, **options):
        before = Counter(emulator.counts())
        self.batch = Batch(Api(endpoint=emulator.url), project=emulator.project, **options)
        self.outcomes = self.batch.run(list(items))
        self.calls = Counter(emulator.counts()) - before
        self.changed = [outcome.changed for outcome in self.outcomes]
        self.errors = [outcome.error for outcome in self.outcomes]

    def called(self, end):
        return sum(number for name, number in self.calls.items() if name.endswith(end))

    @property
    def writes(self):
        return sum(self.calls.values()) - self.called(".get") - self.called(".list") - self.called(".getIamPolicy")


def test_what_was_made_is_there_and_is_not_made_again(emulator):
    items = [secret("s", labels={"a": "b"}), secret("t")]
    assert Ran(emulator, *items).changed == [True, True]
    assert emulator.ask("GET", f"/v1/projects/{emulator.project}/secrets/s")["labels"] == {"a": "b"}
    again = Ran(emulator, *items)
    assert (again.changed, again.writes, again.called(".get")) == ([False, False], 0, 2)


def test_results_are_in_the_order_asked(emulator):
    items = [version("s"), binding("roles/viewer", "allUsers"), secret("s")]
    ran = Ran(emulator, *items)
    assert [outcome.item.kind.name for outcome in ran.outcomes] == [item["kind"] for item in items]
    assert ran.errors == ["", "", ""]


def test_check_mode_says_the_same_and_writes_nothing(emulator):
    items = [secret("s", labels={"a": "b"}), version("s")]
    checked = Ran(emulator, *items, check=True)
    assert checked.writes == 0
    done = Ran(emulator, *items)
    assert [one.differences for one in checked.outcomes] == [one.differences for one in done.outcomes]
    assert Ran(emulator, *items, check=True).changed == [False, False]


def test_only_what_differs_is_written(emulator):
    Ran(emulator, secret("s", labels={"a": "b"}, annotations={"c": "d"}))
    changed = Ran(emulator, secret("s", labels={"a": "x"}))
    assert [found["path"] for found in changed.outcomes[0].differences] == ["labels[a]"]
    assert changed.called("secrets.patch") == 1
    there = emulator.ask("GET", f"/v1/projects/{emulator.project}/secrets/s")
    assert (there["labels"], there["annotations"]) == ({"a": "x"}, {"c": "d"})


def test_a_resource_written_whole_keeps_what_nobody_declared_and_can_be_emptied(emulator):
    settings = {"tier": "db-f1-micro", "user_labels": {"a": "b"}, "database_flags": [{"name": "x", "value": "1"}]}
    Ran(emulator, {**MAIN, "settings": settings})
    assert Ran(emulator, {**MAIN, "settings": {"database_flags": []}}).changed == [True]
    there = emulator.ask("GET", f"/v1/projects/{emulator.project}/instances/main")["settings"]
    assert there.get("databaseFlags", []) == []
    assert (there["tier"], there["userLabels"]) == ("db-f1-micro", {"a": "b"})


def test_a_wish_that_is_wrong_stops_everything_before_it_begins(emulator):
    Ran(emulator, secret("s"))
    other = {"user_managed": {"replicas": [{"location": "europe-west1"}]}}
    with pytest.raises(BadInput, match="only creation sets it"):
        Ran(emulator, secret("new"), {**secret("s"), "replication": other})
    assert not any(key.endswith("/new") for key in emulator.stored())


# -- the policies of resources ----------------------------------------------------------------------------------------


def members(emulator, path=""):
    policy = emulator.ask("POST", f"/v1/projects/{emulator.project}:getIamPolicy", {})
    return {binding["role"]: set(binding["members"]) for binding in policy.get("bindings", ())}


ONE, TWO, THREE = "user:one@example.com", "user:two@example.com", "user:three@example.com"


def test_all_bindings_of_one_policy_are_one_read_and_one_write(emulator):
    ran = Ran(emulator, binding("roles/viewer", ONE), binding("roles/editor", TWO), binding("roles/browser", THREE))
    assert (ran.called("setIamPolicy"), ran.changed) == (1, [True] * 3)
    assert ran.called("getIamPolicy") == 2  # the second one sees what was written
    assert Ran(emulator, binding("roles/viewer", ONE), binding("roles/editor", TWO)).called("getIamPolicy") == 1


def test_a_binding_adds_unless_it_is_authoritative(emulator):
    Ran(emulator, binding("roles/viewer", ONE))
    Ran(emulator, binding("roles/viewer", TWO))
    assert members(emulator)["roles/viewer"] == {ONE, TWO}
    found = Ran(emulator, binding("roles/viewer", THREE, authoritative=True)).outcomes[0].differences
    assert {difference["path"] for difference in found} == {f"members[{name}]" for name in (ONE, TWO, THREE)}
    assert members(emulator)["roles/viewer"] == {THREE}


def test_an_absent_binding_takes_only_its_own_members(emulator):
    Ran(emulator, binding("roles/viewer", ONE, TWO))
    Ran(emulator, binding("roles/viewer", TWO, THREE, state="absent"))
    assert members(emulator)["roles/viewer"] == {ONE}
    Ran(emulator, {**binding("roles/viewer"), "state": "absent", "authoritative": True})
    assert "roles/viewer" not in members(emulator)


def test_a_binding_with_a_condition_is_another_binding(emulator):
    condition = {"title": "soon", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}
    items = [binding("roles/viewer", ONE), binding("roles/viewer", ONE, condition=condition)]
    assert Ran(emulator, *items).changed == [True, True]
    assert Ran(emulator, *items).changed == [False, False]
    policy = emulator.ask(
        "POST", f"/v1/projects/{emulator.project}:getIamPolicy", {"options": {"requestedPolicyVersion": 3}}
    )
    assert policy["version"] == 3
    assert len([found for found in policy["bindings"] if found["role"] == "roles/viewer"]) == 2


def test_a_policy_that_changed_in_between_is_read_again(emulator):
    Ran(emulator, binding("roles/viewer", ONE))
    emulator.faults("conflict method=*setIamPolicy")
    ran = Ran(emulator, binding("roles/viewer", TWO))
    assert (ran.errors, ran.called("setIamPolicy")) == ([""], 2)
    assert members(emulator)["roles/viewer"] == {ONE, TWO}


# -- what does not go well ----------------------------------------------------------------------------------------


def test_what_needs_a_failed_item_is_not_tried_and_successes_are_kept(emulator):
    emulator.faults(f"400 path=/v1/projects/{emulator.project}/secrets method=*.create times=1 message='no such day'")
    ran = Ran(emulator, secret("s"), version("s"), binding("roles/viewer", ONE), concurrency=1)
    failed = f"secretmanager_secret projects/{emulator.project}/secrets/s"
    assert ran.errors == ["no such day", f"not tried, for it needs {failed}, which failed", ""]
    assert members(emulator)["roles/viewer"] == {ONE}


def test_a_create_whose_answer_was_lost_is_looked_at_and_not_repeated(emulator):
    emulator.faults("reset_after method=secretmanager.projects.secrets.create")
    ran = Ran(emulator, secret("s"))
    assert (ran.errors, ran.changed, ran.called("secrets.create")) == ([""], [True], 1)


def test_a_read_that_fails_for_a_while_is_repeated(emulator):
    emulator.faults("503 method=secretmanager.projects.secrets.get times=2 retry_after=0")
    ran = Ran(emulator, secret("s"), check=True)
    assert (ran.errors, ran.called("secrets.get")) == ([""], 3)


def test_writes_to_one_instance_take_turns(emulator):
    names = [f"u{number}" for number in range(4)]
    ran = Ran(emulator, MAIN, *map(user, names))
    assert ran.errors == [""] * 5
    assert ran.called("users.insert") == 4  # none was refused for another one being under way


def test_a_password_is_sent_once_and_again_on_demand(emulator):
    Ran(emulator, MAIN, user("u"))
    assert Ran(emulator, user("u")).writes == 0
    again = Ran(emulator, {**user("u"), "update_password": "always"})
    assert (again.changed, again.called("users.update")) == ([True], 1)
    assert "canary" not in str([(one.before, one.after, one.diff, one.differences) for one in again.outcomes])


def test_reads_happen_at_the_same_time(monkeypatch):
    meeting = threading.Barrier(8, timeout=10)

    def call(*_arguments, **_more):
        meeting.wait()  # fails unless all eight are here at once
        raise Missing("nothing here")

    api = Api(endpoint="http://127.0.0.1:1")
    monkeypatch.setattr(api, "call", call)
    outcomes = Batch(api, check=True, concurrency=8, project="acme-prod").run([secret(f"s{n}") for n in range(8)])
    assert [outcome.changed for outcome in outcomes] == [True] * 8


# -- APIs that are off ------------------------------------------------------------------------------------------------


def fresh(emulator):
    """A project in which hardly any API is enabled."""
    return f"{emulator.project}-fresh"


def test_in_check_mode_an_api_that_is_off_means_absent_with_one_warning(emulator):
    items = [secret(name, project=fresh(emulator)) for name in ("s", "t", "u")]
    ran = Ran(emulator, *items, check=True)
    assert ran.changed == [True] * 3
    service = f"projects/{fresh(emulator)}/services/secretmanager.googleapis.com"
    assert list(ran.batch.warnings.values()) == [f"{service} is not enabled: what needs it counts as absent"]


def test_an_api_that_is_off_is_a_failure_that_says_what_to_do(emulator):
    [error] = Ran(emulator, secret("s", project=fresh(emulator))).errors
    assert error.startswith(
        "secretmanager.googleapis.com is not enabled in this project: declare a serviceusage_service"
    )


def test_an_api_that_is_enabled_in_the_same_run_is_on_when_it_is_needed(emulator):
    service = {"kind": "serviceusage_service", "name": "secretmanager.googleapis.com", "project": fresh(emulator)}
    ran = Ran(emulator, secret("s", project=fresh(emulator)), service)
    assert (ran.errors, ran.changed) == (["", ""], [True, True])


# -- references ----------------------------------------------------------------------------------------------


def test_what_is_not_known_yet_says_so_and_is_known_in_the_end(emulator):
    name = {"ref": "sql_instance/main", "field": "self_link"}
    waiting = secret("s", annotations={"database": name})
    checked = Ran(emulator, waiting, MAIN, check=True).outcomes[0]
    assert checked.after["annotations"] == {"database": "(known after apply)"}
    done = Ran(emulator, waiting, MAIN).outcomes[0]
    assert done.after["annotations"]["database"].endswith(f"/projects/{emulator.project}/instances/main")
    assert Ran(emulator, waiting, MAIN).changed == [False, False]


def test_everything_goes_in_the_other_order(emulator):
    items = [MAIN, user("u"), {"kind": "sql_database", "instance": "main", "name": "d"}, secret("s"), version("s")]
    Ran(emulator, *items)
    gone = [{**item, "state": "absent", "delete_data": True} for item in items]
    assert Ran(emulator, *gone).errors == [""] * 5
    assert emulator.stored() == {} or not [key for key in emulator.stored() if "/secrets/" in key or "/users/" in key]
    assert Ran(emulator, *gone, check=True).changed == [False] * 5


def test_looking_finds_what_there_is(emulator):
    Ran(emulator, secret("s"))
    batch = Batch(Api(endpoint=emulator.url), True, project=emulator.project)
    looks = batch.look([{"kind": "secretmanager_secret", "secret_id": name} for name in ("s", "t")])
    assert [item.kind.alive(found) for item, found in looks] == [True, False]
