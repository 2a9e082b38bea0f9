# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resources as messages: the proto schema names, checks, merges and compares every field.

What a user asks is a dict with the API's field names in snake_case. `coerce` checks it against the message
and turns every leaf into the type that the message holds; `plain` turns a message back into a dict.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from .names import nearest, snake
from .values import KNOWN_LATER, FieldError, Later, Value, is_value, leaf, show

MASK = "********"


def protobuf_class(wrapper):
    """The protobuf class behind a class of a client library, which may wrap it."""
    return type(wrapper.pb(wrapper())) if hasattr(wrapper, "pb") else wrapper


@cache
def bare(path):
    """A path without what stands in brackets: ``flags[a].value`` is ``flags.value``."""
    return ".".join(part.partition("[")[0] for part in _split(path))


def _split(path):
    """The parts of a path; a dot inside brackets is part of a key."""
    depth, parts = 0, [""]
    for letter in path:
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter == "." and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def covers(paths, path):
    """Whether one of some paths is this path or stands above it; they name fields, and keys of maps after a dot."""
    if not paths:
        return False
    names = (bare(path), path.replace("[", ".").replace("]", ""))
    return any(name == said or name.startswith(said + ".") for said in paths for name in names)


@cache
def fields_of(descriptor):
    """The fields of a message by their public names: the snake_case of the JSON name, ``type``, never ``type_``."""
    return {snake(field.json_name): field for field in descriptor.fields}


def leafy(field):
    """Whether a field holds one value rather than a list, a map or a message with fields of its own."""
    return not field.is_repeated and (field.message_type is None or is_value(field.message_type))


def is_map(field):
    """Whether a field is a map."""
    return field.is_repeated and field.message_type is not None and field.message_type.GetOptions().map_entry


def in_choice(field):
    """Whether a field is one of several of which only one can be set, so that an empty message says something."""
    group = field.containing_oneof
    return group is not None and len(group.fields) > 1


@cache
def choices_of(descriptor):
    """The groups of fields of which only one can be set, by their public names."""
    groups = [[snake(field.json_name) for field in group.fields] for group in descriptor.oneofs]
    return [group for group in groups if len(group) > 1]


# -- what is asked ----------------------------------------------------------------------------------------------


def coerce(descriptor, asked, path=""):
    """What was asked with each leaf as its field's type; None is removed at every depth, and what held nothing else.

    A FieldError names the path, what is wrong, and the nearest right name or the choices.
    """
    if not isinstance(asked, dict):
        raise FieldError(path, f"must be a dictionary with some of {_some(fields_of(descriptor))}, not {show(asked)}")
    known = {name: field_of(descriptor, name, path) for name in asked}
    said = {name: value for name, value in asked.items() if value is not None}
    fields = {name: _coerce_field(known[name], value, join(path, name)) for name, value in said.items()}
    fields = {name: value for name, value in fields.items() if not _unset(said[name])}
    for choice in choices_of(descriptor):
        _choose(descriptor, choice, fields, path)
    return fields


def _choose(descriptor, choice, fields, path):
    """Leave one of several fields of which only one can be set: the one that says more than a default."""
    asked = [name for name in choice if name in fields]
    said = [name for name in asked if not _is_default(fields_of(descriptor)[name], fields[name])]
    if len(said) > 1:
        raise FieldError(join(path, said[0]), f"and {said[1]} exclude each other: give one of them")
    for name in set(asked) - set(said or asked[:1]):
        del fields[name]


def _is_default(field, value):
    if isinstance(value, Later) or not leafy(field):
        return False
    return value == (type(value)() if field.message_type is not None else field.default_value)


def _unset(value):
    """Whether a value says nothing: None, or a dictionary of such; an empty one says that all shall go."""
    return value is None or (isinstance(value, dict) and bool(value) and all(map(_unset, value.values())))


def field_of(descriptor, name, path=""):
    """The field of a public name."""
    try:
        return fields_of(descriptor)[name]
    except KeyError:
        raise FieldError(
            join(path, name), f"is no field of the API{nearest(str(name), fields_of(descriptor))}"
        ) from None


def _coerce_field(field, value, path):
    if isinstance(value, Later):
        return value
    if is_map(field):
        return _coerce_map(field.message_type, value, path)
    if not field.is_repeated:
        return _coerce_one(field, value, path)
    if not isinstance(value, list):
        raise FieldError(path, f"must be a list, not {show(value)}")
    return [_coerce_one(field, item, f"{path}[{place}]") for place, item in enumerate(value) if item is not None]


def _coerce_map(entry, value, path):
    if not isinstance(value, dict):
        raise FieldError(path, f"must be a dictionary, not {show(value)}")
    key, held = entry.fields_by_name["key"], entry.fields_by_name["value"]
    return {
        leaf(key, name, f"{path}[{name}]"): _coerce_one(held, item, f"{path}[{name}]")
        for name, item in value.items()
        if item is not None
    }


def _coerce_one(field, value, path):
    if isinstance(value, Later) or leafy_item(field):
        return leaf(field, value, path)
    return coerce(field.message_type, value, path)


def leafy_item(field):
    """Whether one item of a field is a value rather than a message with fields of its own."""
    return field.message_type is None or is_value(field.message_type)


def _some(names):
    return ", ".join(sorted(names)[:8])


def join(path, name):
    """A path with one more part."""
    return f"{path}.{name}" if path else str(name)


def leaves(asked, path=""):
    """The bare paths of the leaves of what was asked, lists of values being leaves."""
    if isinstance(asked, dict) and asked:
        return {deeper for name, value in asked.items() for deeper in leaves(value, join(path, name))}
    if isinstance(asked, list) and any(isinstance(item, dict) for item in asked):
        return {deeper for item in asked for deeper in leaves(item, path)}
    return {path}


# -- what is shown ----------------------------------------------------------------------------------------------


def told(message, field):
    """The value of a field as a user would write it, or None where the API tells none."""
    if field.is_repeated:
        return plain_field(field, getattr(message, field.name)) if len(getattr(message, field.name)) else None
    if field.has_presence and not message.HasField(field.name):
        return None
    value = getattr(message, field.name)
    return simple(field, value) if field.has_presence or value else None


def simple(field, value):
    """One value, or one message, as a user would write it."""
    if isinstance(value, Later):
        return KNOWN_LATER
    if field.message_type is not None:
        return Value.of(field.message_type).plain(value) if is_value(field.message_type) else plain(value)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else value
    return b64encode(value).decode() if isinstance(value, bytes) else value


def plain_field(field, value, hide=(), path=""):
    """The value of a field, list or map as a user would write it."""
    if is_map(field):
        held = field.message_type.fields_by_name["value"]
        return {key: simple(held, item) for key, item in value.items()}
    if field.is_repeated:
        return [simple(field, item) if leafy_item(field) else plain(item, hide, path) for item in value]
    return simple(field, value) if leafy(field) else plain(value, hide, path)


def plain(message, hide=(), path=""):
    """A message as a dict with public names; fields at the bare paths of `hide` are left out."""
    shown = {}
    for field, value in message.ListFields():
        name = snake(field.json_name)
        if not covers(hide, join(path, name)):
            shown[name] = plain_field(field, value, hide, join(path, name))
    return shown


def masked(shown, secret, path=""):
    """A dict in which what stands at secret paths is hidden."""
    if secret and covers(secret, path):
        return MASK
    if isinstance(shown, dict):
        return {name: masked(value, secret, join(path, name)) for name, value in shown.items()}
    if isinstance(shown, list):
        return [masked(value, secret, path) for value in shown]
    return shown


def plain_at(message, path):
    """The value at a dotted path as a user would write it, list items by their place; None where there is none."""
    value = plain(message)
    for part in path.split("."):
        try:
            value = value[int(part)] if isinstance(value, list) else value.get(part)
        except (AttributeError, IndexError, ValueError):
            return None
    return value
