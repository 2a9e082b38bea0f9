# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names: as people write them, as Google spells them, and what is alike."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
HOST = re.compile(r"^(https?:)?//[^/]+/((\w+/)?(v\d\w*|alpha|beta)/)?")  # with API and version, where they are said


@cache
def snake(name):
    """``ipCidrRange`` as ``ip_cidr_range``, ``DatabaseInstance`` as ``database_instance``."""
    return WORDS.sub("_", name).lower()


def nearest(name, known):
    """A hint for a misspelt name, ready to stand at the end of a sentence: the nearest right one, or all of few."""
    known = sorted(known)
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; there are: {', '.join(known)}" if len(known) <= 30 else ""


def listed(things):
    """A list as people write it: ``a, b or c``."""
    *first, last = [str(thing) for thing in things]
    return f"{', '.join(first)} or {last}" if first else last


def same_link(one, other):
    """Whether two names mean one resource: host, API version and the project's number or id do not matter.

    A short name equals the end of a longer one, as ``main`` does ``projects/p/global/networks/main``.
    """
    ours, theirs = (HOST.sub("", text).split("/") for text in (one, other))
    pairs = list(zip(reversed(ours), reversed(theirs)))
    return all(a == b or _same_project(pairs, place) for place, (a, b) in enumerate(pairs))


def _same_project(pairs, place):
    """Whether this place of two reversed paths holds a project's id in one and its number in the other."""
    before = pairs[place + 1 : place + 2]
    return before == [("projects", "projects")] and sum(part.isdigit() for part in pairs[place]) == 1
