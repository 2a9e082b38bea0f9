# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes of single declared leaves, and what a report of such a change may say."""

from __future__ import annotations

import copy

from ansible_collections.mainstay.platform.plugins.module_utils.fields import fields_of, is_map


def mutations(descriptor, declared):
    """Each declared leaf, changed: pairs of its keys and the whole declaration with that change."""
    for keys in leaf_paths(declared):
        changed = copy.deepcopy(declared)
        holder = changed
        for key in keys[:-1]:
            holder = holder[key]
        other = mutated(field_at(descriptor, keys), holder[keys[-1]])
        if other is not None:
            holder[keys[-1]] = other
            yield keys, changed


def leaf_paths(value, path=()):
    """The keys of every leaf of nested dicts and lists."""
    if isinstance(value, dict) and value:
        return [deeper for name, part in value.items() for deeper in leaf_paths(part, (*path, name))]
    if isinstance(value, list) and value:
        return [deeper for place, part in enumerate(value) for deeper in leaf_paths(part, (*path, place))]
    return [path]


def field_at(descriptor, keys):
    """The field that a leaf is of, or the map that it is in."""
    field = None
    for key in keys:
        if isinstance(key, str) and not (field and is_map(field)):
            field = fields_of(descriptor)[key]
            descriptor = field.message_type
    return field


def mutated(field, value):
    """Another value of the same type; None for a message without fields, which has no other."""
    if field.enum_type:
        return next((name for name in field.enum_type.values_by_name if name != value and "UNSPEC" not in name), None)
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if not isinstance(value, str):
        return None
    if field.message_type and field.message_type.name == "Timestamp":
        return "2001-02-03T04:05:06Z"
    if field.message_type and field.message_type.name == "Duration":
        return "12345s"
    return str(int(value) + 1) if value.isdigit() else value + "x"


def names(keys):
    """The bare path of a leaf: ``settings.database_flags.value``."""
    return ".".join(key for key in keys if isinstance(key, str))


def tells(found, path):
    """Whether bare paths that were reported tell of a change at one path and of nothing else.

    In a list without keys a changed leaf is another item: then the list is reported.
    """
    parts = path.split(".")
    above = {".".join(parts[:length]) for length in range(1, len(parts))}
    return found == {path} or (bool(found) and found <= above)
