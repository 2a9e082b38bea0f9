# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between what a user asks and what there is: only the declared paths, by the rules of a kind."""

from __future__ import annotations

from collections import namedtuple

from .fields import (
    bare,
    covers,
    fields_of,
    in_choice,
    is_map,
    join,
    leafy,
    leafy_item,
    plain,
    simple,
    told,
)
from .names import same_link
from .values import KNOWN_LATER, Later

try:
    from google.protobuf.message_factory import GetMessageClass
except ImportError:  # module.py says what is missing
    GetMessageClass = None

Difference = namedtuple("Difference", "path before after")  # a leaf, or an item of a list that has no key


class Rules:
    """The rules of a kind that change what counts as a difference, each a set of paths without list indices."""

    def __init__(self, kind=None, fresh=False, resend=False):
        """`fresh`: nothing is there yet; `resend`: fields that are never read back are to be sent again."""
        self.kind, self.fresh, self.resend = kind, fresh, resend

    def has(self, rule, path):
        """Whether a rule covers a path or anything above it."""
        return covers(getattr(self.kind, rule, ()), path)

    def key(self, path, descriptor):
        """The field that identifies the items of a list of messages, or None."""
        said = getattr(self.kind, "keys", {}).get(bare(path))
        names = fields_of(descriptor)
        return said or next((name for name in ("name", "id") if name in names and leafy(names[name])), None)

    def silent(self, path):
        """Whether the API never tells this field, so that it is sent but cannot be compared."""
        return not self.fresh and not self.resend and self.has("input_only", path)

    def equivalent(self, path, ours, theirs):
        """Whether two different values mean the same here."""
        if not isinstance(ours, str) or not isinstance(theirs, str):
            return self.has("floor", path) and theirs >= ours
        if self.has("links", path):
            return same_link(ours, theirs)
        return self.has("anycase", path) and ours.lower() == theirs.lower()


def overlay(asked, message, rules=None, path=""):
    """Lay what was asked (see `coerce`) over a message, in place; the differences that this made."""
    rules, found = rules or Rules(), []
    for name, value in asked.items():
        field, here = fields_of(message.DESCRIPTOR)[name], join(path, name)
        if rules.silent(here):
            continue
        if isinstance(value, Later):
            found.append(Difference(here, told(message, field), KNOWN_LATER))
        elif is_map(field):
            found += _overlay_map(value, message, field, rules, here)
        elif field.is_repeated:
            overlay_list = _overlay_values if leafy_item(field) else _overlay_items
            found += overlay_list(value, message, field, rules, here)
        elif leafy(field):
            found += _overlay_leaf(value, message, field, rules, here)
        else:
            found += _overlay_message(value, message, field, rules, here)
    return found


def _overlay_leaf(value, message, field, rules, path):
    before = getattr(message, field.name)
    if before != value and rules.equivalent(path, simple(field, value), simple(field, before)):
        return []
    same = before == value and not _outdone(message, field)
    found = [] if same else [Difference(path, told(message, field), simple(field, value))]
    _set(message, field, value)
    return found


def _outdone(message, field):
    """Whether another field is set of those of which only one can be."""
    return in_choice(field) and message.WhichOneof(field.containing_oneof.name) not in (None, field.name)


def _overlay_message(asked, message, field, rules, path):
    there, part = message.HasField(field.name), getattr(message, field.name)
    if not asked and not in_choice(field):
        before = plain(part, hide=rules.kind and rules.kind.output_only, path=path)
        message.ClearField(field.name)
        return [Difference(path, before, {})] if before else []
    found = overlay(asked, part, rules, path)
    if in_choice(field) and not there:
        part.SetInParent()
        return found or [Difference(path, None, plain(part))]
    return found


def _overlay_values(ours, message, field, rules, path):
    theirs = getattr(message, field.name)
    if any(isinstance(value, Later) for value in ours):
        return [
            Difference(
                path, told(message, field), [KNOWN_LATER if isinstance(v, Later) else simple(field, v) for v in ours]
            )
        ]
    if _alike(ours, theirs, rules, path):
        return []
    found = [Difference(path, told(message, field), [simple(field, value) for value in ours])]
    del theirs[:]
    theirs.extend(ours)
    return found


def _alike(ours, theirs, rules, path):
    """Whether two lists of values mean the same, in any order where the order means nothing."""
    if len(ours) != len(theirs):
        return False
    left = list(theirs)
    for value in ours:
        choice = left if rules.has("unordered", path) else left[:1]
        place = next((at for at, one in enumerate(choice) if one == value or rules.equivalent(path, value, one)), None)
        if place is None:
            return False
        del left[place]
    return True


def _overlay_map(ours, message, field, rules, path):
    """Keys are authoritative; ``goog-`` labels are Google's own; values that are messages merge."""
    theirs, held, found = getattr(message, field.name), field.message_type.fields_by_name["value"], []
    for key in sorted(set(theirs) - set(ours), key=str):
        if not str(key).startswith("goog-"):
            found.append(Difference(f"{path}[{key}]", simple(held, theirs[key]), None))
            del theirs[key]
    for key, value in ours.items():
        here, there = f"{path}[{key}]", key in theirs
        if rules.silent(here):
            continue
        if isinstance(value, Later):
            found.append(Difference(here, simple(held, theirs[key]) if there else None, KNOWN_LATER))
        elif not leafy_item(held):
            inner = overlay(value, theirs[key], rules if there else Rules(rules.kind, fresh=True), here)
            found += inner if there else [Difference(here, None, plain(theirs[key]))]
        elif not there or theirs[key] != value:
            found.append(Difference(here, simple(held, theirs[key]) if there else None, simple(held, value)))
            _put(theirs, key, value)
    return found


def _put(entries, key, value):
    if hasattr(value, "DESCRIPTOR"):
        entries[key].CopyFrom(value)
    else:
        entries[key] = value


def _overlay_items(ours, message, field, rules, path):
    """A list of messages: authoritative in its members, not in the fields of a member that nobody declared."""
    theirs = list(getattr(message, field.name))
    key = rules.key(path, field.message_type)
    pairs = _paired(ours, theirs, key, rules, path)
    result, found = [], []
    for place, (item, partner) in enumerate(zip(ours, pairs)):
        merged = GetMessageClass(field.message_type)()
        here = f"{path}[{item.get(key, place) if key else place}]"
        if partner is None:
            overlay(item, merged, Rules(rules.kind, fresh=True), here)
            found.append(Difference(here, None, plain(merged)))
        else:
            merged.CopyFrom(theirs[partner])
            found += overlay(item, merged, rules, here)
        result.append(merged)
    for place in sorted(set(range(len(theirs))) - set(pairs)):
        name = _key_of(theirs[place], key) if key else place
        found.append(Difference(f"{path}[{name}]", plain(theirs[place]), None))
    moved = [place for place in pairs if place is not None]
    if not found and moved != sorted(moved):
        if rules.has("unordered", path):
            return []
        found = [Difference(path, plain_list(theirs, key), plain_list(result, key))]
    message.ClearField(field.name)
    getattr(message, field.name).extend(result)
    return found


def plain_list(items, key):
    """A list of messages as its keys, or as dicts where it has none."""
    return [_key_of(item, key) if key else plain(item) for item in items]


def _key_of(item, key):
    return getattr(item, fields_of(item.DESCRIPTOR)[key].name)


def _paired(ours, theirs, key, rules, path):
    """For each item asked the place of the item there that it means, or None.

    By key; without one with the first item that agrees already, or when both lists have just one.
    """
    free, places = list(range(len(theirs))), []
    keyed = key and all(key in item and not isinstance(item[key], Later) for item in ours)
    for item in ours:
        if keyed:
            place = next((at for at in free if _key_of(theirs[at], key) == item[key]), None)
        elif len(ours) == len(theirs) == 1:
            place = 0
        else:
            place = next((at for at in free if _agree(item, theirs[at], rules, path)), None)
        places.append(place)
        if place is not None:
            free.remove(place)
    return places


def _agree(asked, message, rules, path):
    copy = type(message)()
    copy.CopyFrom(message)
    return not overlay(asked, copy, rules, path + "[0]")


def _set(message, field, value):
    if field.message_type is None:
        setattr(message, field.name, value)
    else:
        getattr(message, field.name).CopyFrom(value)
