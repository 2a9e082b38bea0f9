# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what a user wrote to items and their order: references, duplicates, cycles, and every fault told at once."""

from __future__ import annotations

from graphlib import TopologicalSorter

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils.batch import _units
from ansible_collections.mainstay.platform.plugins.module_utils.graph import order
from ansible_collections.mainstay.platform.plugins.module_utils.items import parse, resolve
from ansible_collections.mainstay.platform.plugins.module_utils.reconcile import BadInput
from ansible_collections.mainstay.platform.plugins.module_utils.references import Reference, found, walk

PROJECT = "acme-prod"


def secret(name, **more):
    return {"kind": "secretmanager_secret", "secret_id": name, **more}


def account(name, **more):
    return {"kind": "iam_service_account", "account_id": name, **more}


def instance(name, **more):
    return {"kind": "sql_instance", "name": name, **more}


def binding(role, *members, **more):
    return {"kind": "iam_binding", "role": role, "members": list(members), **more}


def ref(item, field=None):
    return {"ref": item, "field": field} if field else {"ref": item}


# -- references that follow from names -----------------------------------------------------------------------------

API = account("api-runner")
KNOWN = {  # the items, and the field of the last one that the reference becomes
    "an output that follows from names": (
        [API, secret("s", labels={"a": ref("iam_service_account/api-runner", "email")})],
        ("labels", {"a": "api-runner@acme-prod.iam.gserviceaccount.com"}),
    ),
    "the full name, where no field is said": (
        [secret("s"), binding("roles/viewer", "allUsers", resource=ref("secretmanager_secret/s"))],
        ("resource", "projects/acme-prod/secrets/s"),
    ),
    "a part of the scope": (
        [instance("main"), {"kind": "sql_user", "instance": ref("sql_instance/main", "name"), "name": "u"}],
        ("instance", "main"),
    ),
    "an item that stands later in the list": (
        [
            {"kind": "sql_user", "instance": "main", "name": ref("sql_database/app", "name")},
            {"kind": "sql_database", "instance": "main", "name": "app"},
        ],
        None,
    ),
    "more of the name, where names repeat": (
        [
            secret("s", project="other-project"),
            secret("s"),
            secret("t", labels={"a": ref("secretmanager_secret/acme-prod/s", "project")}),
        ],
        ("labels", {"a": "acme-prod"}),
    ),
}


@pytest.mark.parametrize(("items", "expected"), KNOWN.values(), ids=KNOWN)
def test_a_reference_that_follows_from_names_is_known_at_once(items, expected):
    parsed = parse(items, PROJECT)
    if expected is None:
        assert parsed[0].scope["name"] == "app"
    else:
        name, value = expected
        assert {**parsed[-1].scope, **parsed[-1].asked}[name] == value
    assert found([item.raw for item in parsed]) == []


def test_a_name_that_refers_to_a_name_that_refers_to_a_name():
    chain = [
        {"kind": "sql_database", "instance": ref("sql_user/one", "instance"), "name": "app"},
        {"kind": "sql_user", "instance": ref("sql_instance/main", "name"), "name": "one"},
        instance("main"),
    ]
    assert parse(chain, PROJECT)[0].id == "projects/acme-prod/instances/main/databases/app"


def test_a_reference_to_what_is_not_known_yet_waits_for_it():
    items = parse([instance("main"), secret("s", labels={"a": ref("sql_instance/main", "connection_name")})], PROJECT)
    main, waiting = items
    assert isinstance(waiting.asked["labels"]["a"], Reference)
    assert waiting.needs == [main]
    resolve(waiting, {main: main.kind.schema(connection_name="p:r:main")})
    assert waiting.asked["labels"] == {"a": "p:r:main"}


def test_a_walk_changes_what_is_visited_at_every_depth():
    value = {"a": [1, {"b": 1}], "c": 2}
    assert walk(value, lambda part: 9 if part == 1 else part) == {"a": [9, {"b": 9}], "c": 2}
    assert value == {"a": [1, {"b": 1}], "c": 2}


# -- bad input: every fault of every item, at once ----------------------------------------------------------------

REFUSED = {
    "no dictionary": (["x"], "(item 1): an item is a dictionary with a kind, not 'x'"),
    "an unknown kind": (
        [{"kind": "sql_instanse", "name": "x"}],
        "sql_instanse x: kind 'sql_instanse' is none that is known; did you mean sql_instance?",
    ),
    "a kind that is no text": ([{"kind": ["x"]}], "['x']: kind ['x'] is none that is known"),
    "a state that is none": (
        [secret("s", state="gone")],
        "secretmanager_secret s: state must be present or absent, not 'gone'",
    ),
    "a timeout that is none": (
        [secret("s", timeout="soon")],
        "secretmanager_secret s: timeout must be a number of seconds above 0, not 'soon'",
    ),
    "delete_data that is neither": (
        [secret("s", delete_data="perhaps")],
        "secretmanager_secret s: delete_data must be true or false, not 'perhaps'",
    ),
    "an option of another kind": (
        [{"kind": "sql_user", "instance": "main", "name": "u", "update_password": "never"}],
        "sql_user u: update_password must be always or on_create, not 'never'",
    ),
    "an unknown option": (
        [secret("s", replicaton={"automatic": {}})],
        "secretmanager_secret s: replicaton is no option of secretmanager_secret; did you mean replication?",
    ),
    "a value of the wrong type": (
        [instance("main", settings={"storage_auto_resize": "perhaps"})],
        "sql_instance main: settings.storage_auto_resize must be true or false, not 'perhaps'",
    ),
    "every fault at once": (
        [secret("s", labels=5), secret("fine"), account("x", display_nam="y")],
        "secretmanager_secret s (item 1): labels must be a dictionary, not 5\n"
        "iam_service_account x (item 3): account_id 'x' would be refused by Google: it must be 6 to 30 lower-case "
        "letters, digits and hyphens that begin with a letter",
    ),
    "two items for one resource": (
        [secret("s"), secret("t"), secret("s", labels={})],
        "secretmanager_secret projects/acme-prod/secrets/s: items 1 and 3 are for the same resource; keep one",
    ),
    "two bindings of one role": (
        [binding("roles/viewer", "allUsers"), binding("roles/viewer", "allAuthenticatedUsers")],
        "iam_binding projects/acme-prod roles/viewer: items 1 and 2 are for the same resource; keep one",
    ),
    "a reference to nothing": (
        [secret("s", labels={"a": ref("sql_instance/main", "name")})],
        "secretmanager_secret s: labels.a refers to sql_instance/main, which is not among the items; "
        "there are: secretmanager_secret/s",
    ),
    "a reference that is misspelt": (
        [secret("main"), secret("s", labels={"a": ref("secretmanager_secret/mian")})],
        "secretmanager_secret s (item 2): labels.a refers to secretmanager_secret/mian, which is not among the items; "
        "did you mean secretmanager_secret/main?",
    ),
    "a reference that may mean two": (
        [secret("s", project="other-project"), secret("s"), secret("t", labels={"a": ref("secretmanager_secret/s")})],
        "secretmanager_secret t (item 3): labels.a refers to secretmanager_secret/s, which may be "
        "projects/other-project/secrets/s or projects/acme-prod/secrets/s: write more of the name",
    ),
    "a reference to an unknown field": (
        [instance("main"), secret("s", labels={"a": ref("sql_instance/main", "conection_name")})],
        "secretmanager_secret s (item 2): labels.a refers to conection_name of sql_instance/main, which has no such "
        "field; did you mean connection_name?",
    ),
    "a name that is known too late": (
        [instance("main"), secret(ref("sql_instance/main", "connection_name"))],
        "secretmanager_secret {'ref': 'sql_instance/main', 'field': 'connection_name'} (item 2): secret_id must be "
        "known before anything is made: refer to a field that follows from names",
    ),
}


@pytest.mark.parametrize(("items", "sentence"), REFUSED.values(), ids=REFUSED)
def test_bad_input(items, sentence):
    with pytest.raises(BadInput) as caught:
        parse(items, PROJECT)
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).count("\n") == sentence.count("\n")


def test_items_that_need_each_other():
    items = [
        secret("one", labels={"a": ref("secretmanager_secret/two", "etag")}),
        secret("two", labels={"a": ref("secretmanager_secret/one", "etag")}),
    ]
    with pytest.raises(
        BadInput, match=r"^these items need each other: secretmanager_secret projects/acme-prod/secrets/"
    ):
        order(_units(parse(items, PROJECT)))


WORDS = {True: ("true", "yes", True, "True"), False: ("false", "no", False)}


@pytest.mark.parametrize("expected", WORDS)
def test_a_yes_is_a_yes_however_it_is_written(expected):
    for word in WORDS[expected]:
        [item] = parse([secret("s", delete_data=word)], PROJECT)
        assert item.delete_data is expected
        [item] = parse([binding("roles/viewer", "allUsers", authoritative=word)], PROJECT)
        assert item.scope["whole"] is expected
        [item] = parse(
            [{"kind": "secretmanager_secret_version", "secret_id": "s", "value": "v", "rotate": word}], PROJECT
        )
        assert item.resend is expected


def test_the_project_of_the_batch_is_that_of_items_without_one():
    items = parse([secret("s"), secret("s", project="other-project"), binding("roles/viewer", "allUsers")], PROJECT)
    assert [item.id for item in items] == [
        "projects/acme-prod/secrets/s",
        "projects/other-project/secrets/s",
        "projects/acme-prod roles/viewer",
    ]


# -- the order of writes ---------------------------------------------------------------------------------------------

SERVICE = {"kind": "serviceusage_service", "name": "secretmanager.googleapis.com"}
USER = {"kind": "sql_user", "instance": "main", "name": "u"}
DATABASE = {"kind": "sql_database", "instance": "main", "name": "d"}
VERSION = {"kind": "secretmanager_secret_version", "secret_id": "s", "value": "v"}
ON_SECRET = binding("roles/viewer", "allUsers", resource="projects/acme-prod/secrets/s")
BUCKET = {"kind": "storage_bucket", "name": "b-1"}
ON_BUCKET = binding("roles/viewer", "allUsers", resource="projects/_/buckets/b-1")
NEEDS = secret("s", labels={"a": ref("sql_instance/main", "etag")})
BEFORE = {  # what comes first, what needs it
    "an API before what it serves": (SERVICE, secret("s")),
    "an instance before its users": (instance("main"), USER),
    "an instance before its databases": (instance("main"), DATABASE),
    "a secret before its versions": (secret("s"), VERSION),
    "a resource before bindings on it": (secret("s"), ON_SECRET),
    "a bucket before bindings on it": (BUCKET, ON_BUCKET),
    "an account before bindings": (API, binding("roles/viewer", "allUsers")),
    "what is referred to first": (instance("main"), NEEDS),
}


@pytest.mark.parametrize(("first", "then"), BEFORE.values(), ids=BEFORE)
def test_what_is_needed_is_made_first_and_goes_last(first, then):
    for items in ([first, then], [then, first]):
        assert titles(items) == titles([first]) + titles([then], first)
        gone = [{**item, "state": "absent"} for item in items]
        assert titles(gone) == titles([then], first) + titles([first])


def titles(items, *others):
    """The kinds of items in the order in which they are written."""
    units = _units(parse([*items, *others], PROJECT))
    made = TopologicalSorter(order(units).all).static_order()
    wanted = {item["kind"] for item in items}
    return [unit.kind.name for unit in made if unit.kind.name in wanted]


def test_bindings_of_one_resource_are_one_unit():
    items = [binding("roles/viewer", "allUsers"), ON_SECRET, binding("roles/editor", "allUsers")]
    assert [len(unit.items) for unit in _units(parse(items, PROJECT))] == [2, 1]
