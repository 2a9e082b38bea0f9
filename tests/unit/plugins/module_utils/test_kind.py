# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a kind reads and writes: which method, which request, which part of the resource."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils.api import Api
from ansible_collections.mainstay.platform.plugins.module_utils.catalogue import KINDS
from ansible_collections.mainstay.platform.plugins.module_utils.faults import Fault, Missing
from ansible_collections.mainstay.platform.plugins.module_utils.fields import coerce, plain
from ansible_collections.mainstay.platform.plugins.module_utils.reconcile import Item, Unit

PROJECT = "acme-prod"


class Recorder(Api):
    """An Api that keeps what it is asked for and answers what it is given."""

    def __init__(self, answer=None):
        super().__init__(endpoint="http://127.0.0.1:1")
        self.answer, self.calls = answer, []

    def call(self, path, verb, given, clock, again=True):
        """Keep the method and its request."""
        self.calls.append((verb, given))
        return self.answer

    def finish(self, *_arguments):
        """Nothing was begun."""


def applied(name, there, asked, scope, **more):
    """The calls that make a resource what was asked, from what there is (None for nothing)."""
    kind, api = KINDS[name], Recorder()
    actual = None if there is None else message(kind, there)
    made = Unit([Item(0, kind, {"project": PROJECT, **scope}, coerce(kind.descriptor, asked), **more)])
    kind.apply(api, made, made.plan(actual), None)
    return api.calls


def message(kind, fields):
    found = kind.schema()
    kind.overlay(SimpleNamespace(asked=coerce(kind.descriptor, fields), resend=False), found, True)
    return found


FULL = f"projects/{PROJECT}/secrets/s"
THERE = {"name": FULL, "etag": "e", "labels": {"a": "b", "c": "d"}, "annotations": {"x": "y"}}
RUN = f"projects/{PROJECT}/locations/l/services/api"
WRITES = {  # the kind, what is there, what is asked, the rest of its scope, [(method, what is sent, the mask)]
    "a mask names what differs, and only that is sent": (
        "secretmanager_secret",
        THERE,
        {"labels": {"a": "x"}, "annotations": {"x": "y"}},
        {"secret_id": "s"},
        [("update_secret", {"name": FULL, "etag": "e", "labels": {"a": "x"}}, ["labels"])],
    ),
    "a field can be emptied by its mask": (
        "secretmanager_secret",
        THERE,
        {"annotations": {}},
        {"secret_id": "s"},
        [("update_secret", {"name": FULL, "etag": "e"}, ["annotations"])],
    ),
    "what is written whole holds what nobody declared": (
        "sql_instance",
        {"name": "main", "region": "r", "settings": {"tier": "t", "settings_version": 7}},
        {"settings": {"tier": "u"}},
        {"name": "main"},
        [
            (
                "update",
                {"name": "main", "project": PROJECT, "region": "r", "settings": {"tier": "u", "settings_version": 7}},
                ["settings"],
            )
        ],
    ),
    "what the server sets is not carried into our write": (
        "run_service",
        {"name": RUN, "template": {"revision": "api-00007", "service_account": "a"}},
        {"template": {"service_account": "b"}},
        {"location": "l", "name": "api"},
        [("update_service", {"name": RUN, "template": {"service_account": "b"}}, ["template"])],
    ),
    "a state with a method of its own is not sent with the rest": (
        "iam_service_account",
        None,
        {"display_name": "d", "disabled": True},
        {"account_id": "api-runner"},
        [
            ("create_service_account", {"display_name": "d"}, ()),
            ("disable_service_account", None, ()),
        ],
    ),
    "a state with a method of its own is set alone": (
        "iam_service_account",
        {"disabled": True},
        {"disabled": False},
        {"account_id": "api-runner"},
        [("enable_service_account", None, ())],
    ),
    "what is never created is put into its state": (
        "serviceusage_service",
        {"state": "DISABLED"},
        {"state": "ENABLED"},
        {"name": "run.googleapis.com"},
        [("enable_service", None, ())],
    ),
    "a create says in its request which one it is": (
        "secretmanager_secret",
        None,
        {"labels": {"a": "b"}},
        {"secret_id": "s"},
        [("create_secret", {"labels": {"a": "b"}}, ())],
    ),
}


@pytest.mark.parametrize(("name", "there", "asked", "scope", "expected"), WRITES.values(), ids=WRITES)
def test_what_is_written(name, there, asked, scope, expected):
    calls = applied(name, there, asked, scope)
    assert [(verb, given["body"] and plain(given["body"]), given["update_mask"]) for verb, given in calls] == expected


NAMES = {  # the kind, its scope, the verb, what the request can find
    "a full name": ("secretmanager_secret", {"secret_id": "s"}, "get", {"name": FULL}),
    "a parent and an id": (
        "secretmanager_secret",
        {"secret_id": "s"},
        "create",
        {"parent": f"projects/{PROJECT}", "secret_id": "s"},
    ),
    "the names of an API with short ones": (
        "sql_instance",
        {"name": "main"},
        "get",
        {"project": PROJECT, "instance": "main"},
    ),
    "a part of an instance": (
        "sql_database",
        {"instance": "main", "name": "app"},
        "delete",
        {"project": PROJECT, "instance": "main", "database": "app"},
    ),
    "a location": (
        "run_service",
        {"location": "l", "name": "api"},
        "create",
        {"parent": f"projects/{PROJECT}/locations/l", "service_id": "api"},
    ),
}


@pytest.mark.parametrize(("name", "scope", "verb", "expected"), NAMES.values(), ids=NAMES)
def test_what_a_request_can_find(name, scope, verb, expected):
    api, kind = Recorder(), KINDS[name]
    kind._call(api, verb, {"project": PROJECT, **scope}, None, body=kind.schema() if verb == "create" else None)
    [(_method, given)] = api.calls
    assert {part: given[part] for part in expected} == expected


CHANNEL, USER = KINDS["monitoring_notification_channel"], KINDS["sql_user"]


def listed(kind, *items):
    found = [message(kind, item) for item in items]
    return Recorder(found if kind is CHANNEL else SimpleNamespace(items=found))


FOUND = {
    "by what it is called": (
        CHANNEL,
        {"display_name": "b"},
        [{"display_name": "a"}, {"display_name": "b"}],
        {"display_name": "b"},
    ),
    "by its name and host": (
        USER,
        {"instance": "main", "name": "u", "host": "h"},
        [{"name": "u", "host": "%"}, {"name": "u", "host": "h"}],
        {"name": "u", "host": "h"},
    ),
    "by its name alone": (
        USER,
        {"instance": "main", "name": "u", "host": ""},
        [{"name": "u", "host": "%"}],
        {"name": "u", "host": "%"},
    ),
}


@pytest.mark.parametrize(("kind", "scope", "items", "expected"), FOUND.values(), ids=FOUND)
def test_what_has_no_name_of_ours_is_found_in_a_list(kind, scope, items, expected):
    assert plain(kind.read(listed(kind, *items), {"project": PROJECT, **scope}, None)) == expected


def test_what_is_in_no_list_is_missing():
    with pytest.raises(Missing, match=r"^none with display_name b$"):
        CHANNEL.read(listed(CHANNEL, {"display_name": "a"}), {"project": PROJECT, "display_name": "b"}, None)


TWICE = {
    "two of one name": (CHANNEL, {"display_name": "a"}, {"display_name": "a"}, "display_name a: remove all but one"),
    "two that an option tells apart": (
        USER,
        {"instance": "main", "name": "u", "host": ""},
        {"name": "u"},
        "name u: say host",
    ),
}


@pytest.mark.parametrize(("kind", "scope", "item", "end"), TWICE.values(), ids=TWICE)
def test_what_is_there_twice_is_not_chosen_by_chance(kind, scope, item, end):
    with pytest.raises(Fault) as caught:
        kind.read(listed(kind, item, item), {"project": PROJECT, **scope}, None)
    assert str(caught.value) == f"there are 2 with {end}"


HEALTH = {  # the state of a SQL instance: what it waits for, what ails it
    "RUNNABLE": ("", ""),
    "PENDING_CREATE": ("state RUNNABLE: it is PENDING_CREATE", "state is PENDING_CREATE, not RUNNABLE"),
    "FAILED": ("", "state is FAILED, not RUNNABLE"),
}


@pytest.mark.parametrize("state", HEALTH)
def test_there_is_not_healthy(state):
    kind = KINDS["sql_instance"]
    found = message(kind, {"state": state})
    assert (kind.waits(found), kind.ails(found)) == HEALTH[state]
    assert (kind.waits(None), kind.ails(None)) == ("", "")


OUTPUTS = {
    ("iam_service_account", "email"): "api-runner@acme-prod.iam.gserviceaccount.com",
    ("iam_service_account", "member"): "serviceAccount:api-runner@acme-prod.iam.gserviceaccount.com",
    ("iam_service_account", "account_id"): "api-runner",
    ("iam_service_account", "unique_id"): None,
}


@pytest.mark.parametrize(("name", "field"), OUTPUTS)
def test_what_follows_from_names(name, field):
    scope = {"project": PROJECT, "account_id": "api-runner"}
    assert KINDS[name].output(scope, field) == OUTPUTS[name, field]


def test_a_value_that_the_server_decides_about_is_its_own():
    kind = KINDS["storage_bucket"]
    item = SimpleNamespace(asked=coerce(kind.descriptor, {"storage_class": "STANDARD"}), resend=False)
    for enabled, expected in ((True, []), (False, ["storage_class"])):
        there = message(kind, {"storage_class": "NEARLINE", "autoclass": {"enabled": enabled}})
        assert [found.path for found in kind.overlay(item, there, False)] == expected
