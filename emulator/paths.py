# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading and changing JSON documents by dotted path; `containers[]` stands for every element of a list."""

from __future__ import annotations

import copy


def get(document, path: str, default=None):
    for name in path.split("."):
        if not isinstance(document, dict) or name not in document:
            return default
        document = document[name]
    return document


def put(document: dict, path: str, value) -> None:
    *parents, last = path.split(".")
    for name in parents:
        document = document.setdefault(name, {})
    document[last] = value


def remove(document, path: str) -> None:
    name, _, rest = path.partition(".")
    if name.endswith("[]"):
        for item in document.get(name[:-2], ()) if isinstance(document, dict) else ():
            remove(item, rest) if rest else None
    elif isinstance(document, dict) and name in document:
        remove(document[name], rest) if rest else document.pop(name)


def fill(document: dict, defaults: dict) -> dict:
    """Add what is absent, at every depth. A list of one default object applies to every object of that list."""
    for name, value in defaults.items():
        present = document.get(name)
        if name not in document:
            if not (isinstance(value, list) and value and isinstance(value[0], dict)):
                document[name] = copy.deepcopy(value)
        elif isinstance(present, dict) and isinstance(value, dict):
            fill(present, value)
        elif isinstance(present, list) and isinstance(value, list) and value and isinstance(value[0], dict):
            for item in present:
                fill(item, value[0])
    return document


def merged(old, new):
    """JSON merge patch: objects merge, null removes, everything else replaces."""
    if not isinstance(new, dict) or not isinstance(old, dict):
        return copy.deepcopy(new)
    result = dict(old)
    for name, value in new.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value) if isinstance(value, dict) else copy.deepcopy(value)
    return result


def public(answer):
    """Without what the emulator keeps for itself: names with an underscore in front, here and in lists."""
    if not isinstance(answer, dict):
        return answer
    return {
        name: [public(item) for item in value] if isinstance(value, list) else value
        for name, value in answer.items()
        if not name.startswith("_")
    }
