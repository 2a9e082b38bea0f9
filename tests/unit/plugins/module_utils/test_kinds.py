# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every kind, from its data alone: a new kind is tested by being in the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils import catalogue
from ansible_collections.mainstay.platform.plugins.module_utils.api import Api, client_class
from ansible_collections.mainstay.platform.plugins.module_utils.catalogue import KINDS
from ansible_collections.mainstay.platform.plugins.module_utils.fields import (
    coerce,
    covers,
    fields_of,
    is_map,
    leafy,
    leafy_item,
)
from ansible_collections.mainstay.platform.plugins.module_utils.kind import NAMES, Kind
from ansible_collections.mainstay.platform.plugins.module_utils.reconcile import BadInput, Item, Unit
from ansible_collections.mainstay.platform.plugins.module_utils.values import FieldError, Later

PATHS = (
    "unordered",
    "links",
    "anycase",
    "floor",
    "drop",
    "input_only",
    "output_only",
    "immutable",
    "secret",
    "keys",
    "verbs",
    "yields",
)
TO_COME = {  # families of kinds that are not built yet, so that what refers to them already waits for them
    "artifactregistry_repository",
    "compute_network",
    "compute_subnetwork",
    "project",
    "servicenetworking_connection",
    "vpcaccess_connector",
}
API = Api(endpoint="http://127.0.0.1:1")
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def each(attribute):
    """Every (kind, path) of one set of paths."""
    pairs = [(kind, path) for kind in KINDS.values() for path in sorted(getattr(kind, attribute))]
    return pytest.mark.parametrize(("kind", "path"), pairs, ids=lambda value: getattr(value, "name", value))


def field_at(descriptor, path):
    """The field at a bare path, where the key of a map may be its last part. KeyError where there is none."""
    first, _dot, rest = path.partition(".")
    field = fields_of(descriptor)[first]
    inner = field.message_type
    if is_map(field) and rest:
        held = inner.fields_by_name["value"]
        return field_at(held.message_type, rest) if held.message_type else held
    return field_at(inner, rest) if rest else field


@every_kind
def test_every_path_exists_in_the_message(kind):
    said = {path for attribute in PATHS for path in getattr(kind, attribute)} | {*kind.yields.values()}
    said |= {kind.ready.field, kind.ready.why} - {""} if kind.ready else set()
    said |= {*kind.lives[:1]}
    lost = [path for path in sorted(said) if not exists(kind.descriptor, path)]
    assert lost == []


def exists(descriptor, path):
    try:
        return field_at(descriptor, path)
    except (KeyError, AttributeError):
        return None


@each("keys")
def test_a_key_is_a_leaf_of_the_items_of_a_list(kind, path):
    items = field_at(kind.descriptor, path)
    assert items.is_repeated
    assert leafy(fields_of(items.message_type)[kind.keys[path].partition(".")[0]]) or "." in kind.keys[path]


@each("unordered")
def test_what_has_no_order_is_a_list(kind, path):
    assert field_at(kind.descriptor, path).is_repeated


@each("links")
def test_a_link_is_text(kind, path):
    assert field_at(kind.descriptor, path).cpp_type in (9, 10)  # text, or a message that wraps it


@every_kind
def test_secrets_can_be_set(kind):
    assert [path for path in kind.secret if covers(kind.output_only, path)] == []


@every_kind
def test_what_is_read_only_is_in_no_other_set(kind):
    said = kind.input_only | kind.immutable | kind.floor
    assert [path for path in said if covers(kind.output_only, path)] == []


@every_kind
def test_it_is_made_after_kinds_that_exist(kind):
    assert set(kind.after) <= {*KINDS, *TO_COME} - {kind.name}


def test_what_is_to_come_is_not_there_yet():
    assert TO_COME & set(KINDS) == set()


@every_kind
def test_templates_hold_names_of_its_scope(kind):
    scope = dict.fromkeys(kind.scope, "x")
    assert kind.path.format(**scope)
    assert kind.lock.format(**scope) or not kind.lock
    assert all(template.format(**scope) for template in kind.outputs.values())


VERBS = ("get", "create", "update", "delete")
CALLED = [kind for kind in KINDS.values() if type(kind).apply is Kind.apply]


@pytest.mark.parametrize("kind", CALLED, ids=lambda kind: kind.name)
def test_its_methods_are_methods_of_the_client(kind):
    verbs = {"list", *VERBS} - {"get"} if kind.found_by else set(VERBS)
    verbs -= {"create", "update", "delete"} if kind.lives else set()
    wanted = [*verbs, *(method for methods in kind.verbs.values() for method in methods.values())]
    assert all(callable(getattr(API.client(kind.client), kind._method(API, verb))) for verb in wanted)


@every_kind
def test_what_finds_it_is_a_field(kind):
    assert [name for name in kind.found_by if name not in fields_of(kind.descriptor)] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.ready], ids=lambda kind: kind.name)
def test_it_is_ready_by_a_value_that_the_field_can_have(kind):
    known = field_at(kind.descriptor, kind.ready.field).enum_type.values_by_name
    assert [value for value in kind.ready.good + kind.ready.wait if value not in known] == []


@every_kind
def test_the_library_of_its_client_is_named(kind):
    library = kind.client.partition(".")[0] if isinstance(kind.client, str) else None
    assert library is None or library in catalogue.LIBRARIES


@every_kind
def test_its_service_is_a_host(kind):
    assert client_class(kind.client).DEFAULT_ENDPOINT.endswith(".googleapis.com")


# -- what is asked ----------------------------------------------------------------------------------------------


@every_kind
def test_a_name_that_is_missing_is_asked_for(kind):
    for name in (name for name in kind.scope if name not in kind.apart):
        given = {other: sample_name(kind, other) for other in kind.scope if other != name}
        with pytest.raises(FieldError, match=r"is missing: it says which resource is meant|must be given"):
            kind.check(given)


@every_kind
def test_a_name_is_text_that_is_known(kind):
    for name in (name for name in kind.scope if name not in kind.apart):
        for wrong, sentence in ((5, f"{name} must be a string, not 5"), (Later(), f"{name} must be known before")):
            with pytest.raises(FieldError) as caught:
                kind._check_name(name, wrong)
            assert str(caught.value).startswith(sentence)


NAMED = [(kind, name) for kind in KINDS.values() for name in kind.scope if name in {**NAMES, **kind.names}]


@pytest.mark.parametrize(("kind", "name"), NAMED, ids=lambda value: getattr(value, "name", value))
def test_a_name_that_google_would_refuse(kind, name):
    with pytest.raises(FieldError) as caught:
        kind._check_name(name, "not/a name\n")
    assert "would be refused by Google: it must be " in str(caught.value)


def sample_name(kind, name):
    known = {"project": "acme-prod", "role": "roles/viewer", "resource": "projects/acme-prod"}
    return known.get(name, "a1b2c3d4.com" if kind.lives else "a1b2c3d4")


@every_kind
def test_an_option_that_does_not_exist_is_no_option(kind):
    scope = {name: sample_name(kind, name) for name in kind.scope}
    way = {"value": "x"} if kind.name == "secretmanager_secret_version" else {"members": ["allUsers"]}
    way = way if set(way) <= set(fields_of(kind.descriptor)) else {}
    with pytest.raises(FieldError, match=f"^xyzzy is no option of {kind.name}"):
        kind.check({**scope, **way, "xyzzy": 1})


@each("output_only")
def test_what_only_the_api_tells_cannot_be_set(kind, path):
    asked = nested(kind.descriptor, path, first_value(field_at(kind.descriptor, path)))
    with pytest.raises(FieldError) as caught:
        kind._settable(coerce(kind.descriptor, asked))
    assert str(caught.value).startswith(path)
    assert str(caught.value).endswith(" is told by the API and cannot be set: leave it out")


def nested(descriptor, path, value):
    """The declaration that has a value at a bare path, in the first item of every list on the way."""
    first, _dot, rest = path.partition(".")
    field = fields_of(descriptor)[first]
    if not rest:
        return {first: value}
    inner = nested(field.message_type, rest, value)
    return {first: [inner] if field.is_repeated else inner}


# -- what can never be done ---------------------------------------------------------------------------------------


def first_value(field):
    return two_values(field)[0]


def two_values(field):
    """Two values that are not the same, neither of them the default."""
    if is_map(field):
        return {"a": first_value(field.message_type.fields_by_name["value"])}, {}
    if field.is_repeated:
        return [one_item(field)], []
    if leafy_item(field):
        return leaf_values(field)
    return one_item(field), {}


def one_item(field):
    if leafy_item(field):
        return leaf_values(field)[0]
    name, inner = next(iter(fields_of(field.message_type).items()))
    return {name: first_value(inner)}


def leaf_values(field):
    if field.message_type is not None:
        wrapped = field.message_type.fields_by_name.get("value")
        known = {"Duration": ("1s", "2s"), "Timestamp": ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")}
        return known.get(field.message_type.name) or leaf_values(wrapped)
    if field.enum_type is not None:
        return [value.number for value in field.enum_type.values][1:3]
    if field.type == field.TYPE_BYTES:
        return ("b25l", "dHdv")
    return {
        field.CPPTYPE_BOOL: (True, False),
        field.CPPTYPE_STRING: ("one", "two"),
    }.get(field.cpp_type, (1, 2))


def unit(kind, **more):
    scope = {name: sample_name(kind, name) for name in kind.scope}
    return Unit([Item(0, kind, scope, more.pop("asked", {}), **more)])


@each("immutable")
def test_what_only_creation_sets_cannot_change(kind, path):
    before, after = two_values(field_at(kind.descriptor, path))
    there = unit(kind, asked=coerce(kind.descriptor, nested(kind.descriptor, path, before))).plan(None).wanted
    with pytest.raises(BadInput) as caught:
        unit(kind, asked=coerce(kind.descriptor, nested(kind.descriptor, path, after))).plan(there)
    assert str(caught.value).startswith(path)
    assert "only creation sets it: declare that, or remove the resource and create it anew" in str(caught.value)


DELETED = [kind for kind in KINDS.values() if kind.deletable]


@pytest.mark.parametrize("kind", DELETED, ids=lambda kind: kind.name)
def test_data_is_removed_only_on_demand(kind):
    absent = unit(kind, state="absent")
    assert absent.plan(None).action == ""
    assert unit(kind, state="absent", delete_data=True).plan(kind.schema()).action == "delete"
    if kind.holds_data:
        with pytest.raises(BadInput, match=r"holds data: to remove it for good, say delete_data: true"):
            absent.plan(kind.schema())
    else:
        assert absent.plan(kind.schema()).action == "delete"


ENGINE = sorted(Path(catalogue.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("file", ENGINE, ids=lambda path: path.name)
def test_the_engine_knows_no_kind(file):
    text = file.read_text(encoding="utf-8")
    assert [name for name in KINDS if re.search(rf"(==|!=|\bin\b) *[(\[{{]?[\"']{name}", text)] == []
    assert len(text.splitlines()) <= 400
