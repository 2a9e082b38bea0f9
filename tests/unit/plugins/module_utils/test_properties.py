# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds for every declaration of every kind, searched for by Hypothesis."""

from __future__ import annotations

import copy
from base64 import b64encode

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.mainstay.platform.plugins.module_utils.catalogue import KINDS
from ansible_collections.mainstay.platform.plugins.module_utils.differences import Rules, overlay
from ansible_collections.mainstay.platform.plugins.module_utils.fields import (
    bare,
    choices_of,
    coerce,
    covers,
    fields_of,
    is_map,
    leafy_item,
    plain,
)
from ansible_collections.mainstay.platform.plugins.module_utils.references import walk
from ansible_collections.mainstay.platform.plugins.module_utils.values import FieldError

BOUNDED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PLAIN_KINDS = [kind for kind in KINDS.values() if type(kind).overlay is type(KINDS["sql_instance"]).overlay]
DEPTH = 3
WHOLE = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}
KEYS = st.text("abc.-_", min_size=1, max_size=4)
SPANS = st.integers(0, 10**6).map(lambda seconds: f"{seconds}s")
TIMES = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z")
WRAPPED = {
    "BoolValue": st.booleans(),
    "Int32Value": st.integers(*WHOLE["int32"]),
    "Int64Value": st.integers(*WHOLE["int64"]),
    "DoubleValue": st.floats(-1e6, 1e6, width=32),
    "FloatValue": st.floats(-1e6, 1e6, width=32),
    "StringValue": st.text(max_size=4),
    "Duration": SPANS,
    "Timestamp": TIMES,
    "FieldMask": st.lists(st.sampled_from(["a", "b.c"]), max_size=2),
    "Struct": st.dictionaries(KEYS, st.booleans(), max_size=2),
    "Value": st.booleans(),
    "ListValue": st.lists(st.booleans(), max_size=2),
    "Any": st.just({"@type": "type.googleapis.com/google.protobuf.Duration", "value": "5s"}),
}


def scalars(field):
    """The values that a field without fields of its own can be given."""
    if field.message_type is not None:
        return WRAPPED[field.message_type.name]
    if field.enum_type is not None:
        return st.sampled_from(list(field.enum_type.values_by_name))
    if field.type == field.TYPE_BYTES:
        return st.binary(max_size=4).map(lambda raw: b64encode(raw).decode())
    return {
        field.CPPTYPE_BOOL: st.booleans(),
        field.CPPTYPE_STRING: st.text(max_size=4),
        field.CPPTYPE_DOUBLE: st.floats(-1e6, 1e6),
        field.CPPTYPE_FLOAT: st.floats(-1e6, 1e6, width=32),
        field.CPPTYPE_INT32: st.integers(*WHOLE["int32"]),
        field.CPPTYPE_INT64: st.integers(*WHOLE["int64"]),
        field.CPPTYPE_UINT32: st.integers(*WHOLE["uint32"]),
        field.CPPTYPE_UINT64: st.integers(*WHOLE["uint64"]),
    }[field.cpp_type]


@st.composite
def declarations(draw, descriptor, depth=DEPTH):
    """A dictionary that a user might write for a message."""
    names = [name for name, field in fields_of(descriptor).items() if depth or leafy_item(field)]
    chosen = draw(st.lists(st.sampled_from(names), max_size=4, unique=True)) if names else []
    for choice in choices_of(descriptor):
        chosen = [name for name in chosen if name not in choice] + [name for name in chosen if name in choice][:1]
    return {name: draw(values(fields_of(descriptor)[name], depth)) for name in chosen}


def values(field, depth):
    """What a user might write for a field."""
    if is_map(field):
        return st.dictionaries(KEYS, one(field.message_type.fields_by_name["value"], depth), max_size=2)
    return st.lists(one(field, depth), max_size=3) if field.is_repeated else one(field, depth)


def one(field, depth):
    return scalars(field) if leafy_item(field) else declarations(field.message_type, depth - 1)


@st.composite
def kinds_and_declarations(draw):
    kind = draw(st.sampled_from(PLAIN_KINDS))
    return kind, draw(declarations(kind.descriptor))


def created(kind, asked):
    """The message that creating what was asked gives."""
    message = kind.schema()
    overlay(coerce(kind.descriptor, asked), message, Rules(kind, fresh=True))
    return message


@BOUNDED
@given(kinds_and_declarations(), st.data())
def test_laying_it_over_twice_is_laying_it_over_once(pair, data):
    kind, asked = pair
    message = created(kind, data.draw(declarations(kind.descriptor)))
    overlay(coerce(kind.descriptor, asked), message, Rules(kind))
    once = copy.deepcopy(message)
    assert overlay(coerce(kind.descriptor, asked), message, Rules(kind)) == []
    assert plain(message) == plain(once)


@BOUNDED
@given(kinds_and_declarations())
def test_what_is_shown_can_be_declared_and_is_no_drift(pair):
    kind, asked = pair
    message = created(kind, asked)
    declared = coerce(kind.descriptor, plain(message, hide=kind.output_only))
    assert overlay(declared, message, Rules(kind)) == []


@BOUNDED
@given(kinds_and_declarations(), st.data())
def test_a_changed_leaf_is_the_drift(pair, data):
    kind, asked = pair
    paths = list(leaf_paths(kind.descriptor, asked))
    assume(paths)
    keys, field = data.draw(st.sampled_from(paths))
    message, changed = created(kind, asked), copy.deepcopy(asked)
    holder = changed
    for key in keys[:-1]:
        holder = holder[key]
    other = data.draw(scalars(field))
    path = ".".join(key for key in keys if isinstance(key, str))
    assume(meant(field, other) != meant(field, holder[keys[-1]]))
    holder[keys[-1]] = other
    found = {bare(difference.path) for difference in overlay(coerce(kind.descriptor, changed), message, Rules())}
    assert found
    assert all(covers({name}, path) or name == path.rpartition(".")[0] for name in found)


def meant(field, value):
    """A value as the engine takes it, to tell apart what is only written differently."""
    return coerce(field.containing_type, {name_of(field): [value] if field.is_repeated else value})


def name_of(field):
    return next(name for name, other in fields_of(field.containing_type).items() if other == field)


def leaf_paths(descriptor, asked, above=()):
    """The leaves of a declaration outside maps: (the keys that lead there, the field)."""
    for name, value in asked.items():
        field = fields_of(descriptor)[name]
        if is_map(field):
            continue
        items = (
            [((*above, name, place), item) for place, item in enumerate(value)]
            if field.is_repeated
            else [((*above, name), value)]
        )
        for keys, item in items:
            if leafy_item(field):
                yield keys, field
            else:
                yield from leaf_paths(field.message_type, item, keys)


@st.composite
def mistakes(draw, descriptor, depth=DEPTH):
    """A dictionary of right and wrong names, with whatever a YAML file can hold."""
    names = st.sampled_from(list(fields_of(descriptor))) | st.text(max_size=5) | st.integers()
    chosen = draw(st.lists(names, max_size=4, unique=True))
    return {name: draw(mistaken(fields_of(descriptor).get(name), depth)) for name in chosen}


def mistaken(field, depth):
    if field is not None and depth and field.message_type is not None and not leafy_item(field) and not is_map(field):
        inner = mistakes(field.message_type, depth - 1)
        return st.lists(inner, max_size=2) | inner
    return ANYTHING if field is None or is_map(field) else ANYTHING | values(field, depth)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
    max_leaves=5,
)


@BOUNDED
@given(st.sampled_from(PLAIN_KINDS), st.data())
def test_whatever_was_written_is_taken_or_refused_with_its_path(kind, data):
    asked = data.draw(mistakes(kind.descriptor) | ANYTHING)
    path = ""
    try:
        created(kind, asked)
    except FieldError as problem:
        path = problem.path
    assert not path or path.startswith(tuple(map(str, asked)))


@BOUNDED
@given(ANYTHING)
def test_a_walk_that_changes_nothing_gives_the_same(value):
    assert repr(walk(value, lambda part: part)) == repr(value)


@given(st.lists(st.tuples(st.text("ab_", min_size=1), st.none() | KEYS), min_size=1, max_size=4))
def test_what_stands_in_brackets_is_no_part_of_a_bare_path(parts):
    path = ".".join(name if key is None else f"{name}[{key}]" for name, key in parts)
    assert bare(path) == ".".join(name for name, _key in parts)
