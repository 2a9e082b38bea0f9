# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether what somebody else's client read is what was declared, told without any code of the engine."""

from __future__ import annotations

import re

HIDDEN = "********"  # what the result of a task shows of a secret


def disagreements(asked, found, path: str = "") -> list[str]:
    """The declared leaves that were not read back, as sentences; what is read besides is not looked at."""
    if asked is None:  # not declared
        return []
    if isinstance(asked, dict) and "ref" in asked:  # another item's output, which only the API knows
        return [] if found else [f"{path}: nothing, although it refers to {asked['ref']}"]
    if isinstance(asked, dict):
        found = found if isinstance(found, dict) else {}
        pairs = ((name, part, _named(found, name)) for name, part in asked.items())
        return [line for name, part, there in pairs for line in disagreements(part, there, f"{path}.{name}")]
    if isinstance(asked, list):
        found = found or []
        missing = [part for part in asked if all(disagreements(part, there) for there in found)]
        return [f"{path}: {missing} not among {found}"] if missing or len(found) != len(asked) else []
    return [] if _same(asked, found) else [f"{path}: declared {asked!r}, read {found!r}"]


def _named(found: dict, name: str):
    """A value by its name, or by what JSON calls it."""
    return found.get(name, found.get(re.sub(r"_(\w)", lambda match: match[1].upper(), name)))


def _same(asked, found) -> bool:
    """Numbers may be read as text, a default as nothing, a name as a longer one."""
    if found is None:
        return asked in (False, 0, "", HIDDEN)
    if isinstance(asked, bool) or isinstance(found, bool):
        return asked is found
    return asked in (found, HIDDEN) or str(asked) == str(found) or str(found).endswith(f"/{asked}")
