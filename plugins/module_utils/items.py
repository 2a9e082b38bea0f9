# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what a user wrote to items: every name, option and reference checked, all faults told at once."""

from __future__ import annotations

from contextlib import suppress

from .catalogue import find
from .names import listed
from .reconcile import BadInput, Item
from .references import Directory, Reference, found, is_reference, walk
from .values import FieldError, boolean, show

OURS = ("kind", "state", "delete_data", "timeout")  # what an item says to the engine, not to the API


def parse(asked, project=None, timeout=1800):
    """The items of a list of dicts; `project` and `timeout` where they name none. BadInput tells all that is wrong."""
    directory, problems = Directory(), []
    names = [_name(place, params, len(asked)) for place, params in enumerate(asked)]
    items = [
        _told(problems, names[place], _item, place, params, project, timeout) for place, params in enumerate(asked)
    ]
    _enlist(directory, [item for item in items if item and not item.kind.shared])
    for item in filter(None, items):
        _told(problems, names[item.place], _refer, item, directory)
    if problems:
        raise BadInput("\n".join(problems))
    _check_twins(items)
    return items


def resolve(item, actual):
    """Put in the place of an item's references what is known by now. `actual`: {item: resource or None}."""
    if found(item.raw):
        known = walk(item.raw, lambda value: value.value(actual.get(value.item)) if is_open(value) else value)
        _fill(item, known)


def is_open(value):
    """Whether a value is a reference that has been found but whose value may not be known."""
    return isinstance(value, Reference)


def _item(place, params, project, timeout):
    """One item, of which only the engine's own options are looked at. A FieldError when they are wrong."""
    if not isinstance(params, dict):
        raise FieldError("", f"an item is a dictionary with a kind, not {params!r}")
    kind = find(params.get("kind"))
    fields = {name: value for name, value in params.items() if name not in OURS and value is not None}
    if project is not None and ("project" in kind.scope or kind.shared):
        fields.setdefault("project", project)
    state = params.get("state") or "present"
    if state not in ("present", "absent"):
        raise FieldError("state", f"must be present or absent, not {state!r}")
    loses, seconds = boolean(params.get("delete_data") or False, "delete_data"), params.get("timeout")
    item = Item(place, kind, {}, {}, state, loses, _resends(kind, fields))
    item.timeout, item.raw = timeout if seconds is None else _seconds(seconds), fields
    return item


def _seconds(value):
    with suppress(TypeError, ValueError):
        if float(value) > 0:
            return float(value)
    raise FieldError("timeout", f"must be a number of seconds above 0, not {show(value)}")


def _resends(kind, fields):
    """Whether what the API never tells is to be sent once more; the option is taken out of the fields."""
    option, *words = kind.resend or (None, None)
    said = fields.pop(option, words[-1])
    if words and isinstance(words[0], bool):
        said = boolean(said, option)
    if said not in words:
        raise FieldError(option, f"must be {listed(words)}, not {said!r}")
    return bool(kind.resend) and said == words[0]


def _enlist(directory, items):
    """Make items known under their names, which may refer to the names of others."""
    for _round in range(len(items)):
        waiting = [item for item in items if item not in directory]
        known = [_knows_its_names(directory, item) for item in waiting]
        if not any(known):
            return


def _knows_its_names(directory, item):
    names = {name: item.raw.get(name) for name in item.kind.scope}
    try:
        item.scope = walk(
            names, lambda value: directory.reference(value, "").value(None) if is_reference(value) else value
        )
    except FieldError:
        return False
    directory.add(item)
    return True


def _refer(item, directory):
    """Find what an item refers to, and check all its options. A FieldError when something is wrong."""
    raw = walk(
        item.raw,
        lambda value: directory.reference(value, _where(item.raw, value)) if is_reference(value) else value,
    )
    item.needs = [reference.item for reference in found(raw)]
    item.raw = walk(raw, lambda value: value.value(None) if is_open(value) else value)
    _fill(item, item.raw)


def _fill(item, raw):
    """The fields of an item, of the right types; a resource that lives by a field's value gets that value."""
    item.scope, item.asked = item.kind.check(raw, item.state)
    if item.kind.lives:
        field, present, absent = item.kind.lives
        value = present if item.state == "present" else absent
        item.asked = {field: item.kind.descriptor.fields_by_name[field].enum_type.values_by_name[value].number}


def _check_twins(items):
    """Refuse two items for the same thing."""
    known, problems = {}, []
    for item in items:
        other = known.setdefault((item.kind.name, item.id), item)
        if other is not item:
            places = f"items {other.place + 1} and {item.place + 1}"
            problems.append(f"{item.title}: {places} are for the same resource; keep one")
    if problems:
        raise BadInput("\n".join(problems))


def _told(problems, name, function, *arguments):
    """What a function returns; a FieldError is added to the problems instead, with the item that it is about."""
    try:
        return function(*arguments)
    except FieldError as problem:
        problems.append(f"{name}: {problem}")


def _name(place, params, many):
    """An item in a sentence, before it is known what it is: by its kind, its name, and its place among many."""
    said = params if isinstance(params, dict) else {}
    names = [said[name] for name in ("name", "account_id", "secret_id", "role", "display_name") if said.get(name)]
    number = [f"(item {place + 1})"] if many > 1 or not said else []
    return " ".join(str(part) for part in [*filter(None, [said.get("kind")]), *names[:1], *number])


def _where(fields, value):
    """The path of a value in nested dicts and lists."""
    for name, part in fields.items() if isinstance(fields, dict) else enumerate(fields):
        if part is value:
            return str(name)
        if isinstance(part, (dict, list)):
            inner = _where(part, value)
            if inner:
                return f"{name}.{inner}"
    return ""
