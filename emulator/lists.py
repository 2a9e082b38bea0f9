# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists: their pages and their filters."""

from __future__ import annotations

import base64
import re

from emulator import errors
from emulator.cloud import Call
from emulator.schema import camel


def page(call: Call, found: list, items: str) -> dict:
    """One page of a list, with the token of the next."""
    size = int(call.param("pageSize") or call.param("maxResults") or 0) or call.api.page_size
    if size < 0:
        raise errors.invalid("The page size must not be negative.")
    start = _position(call.param("pageToken"))
    answer = {"kind": call.collection.list_kind} if call.collection.list_kind else {}
    answer[items] = found[start : start + size]
    if start + size < len(found):
        answer["nextPageToken"] = base64.urlsafe_b64encode(f"o{start + size}".encode()).decode()
    return answer if answer[items] else {name: value for name, value in answer.items() if name != items}


def _position(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)[1:]) if token else 0
    except ValueError:
        raise errors.invalid("Invalid page token") from None


def matches(body: dict, filter_: str) -> bool:
    """The part of the filter language that names fields: `display_name="x" AND user_labels.team = "y"`."""
    terms = re.findall(r"""([\w.]+)\s*(!?[=:])\s*["']?([^"']*?)["']?(?:\s+AND\s+|\s*$)""", filter_)
    if not terms:
        raise errors.invalid(f"The filter is not understood: {filter_}")
    return all(
        value in str(_by_filter(body, path))
        if sign == ":"
        else (str(_by_filter(body, path)) == value) != (sign == "!=")
        for path, sign, value in terms
    )


def _by_filter(body: dict, path: str):
    head, _, rest = path.partition(".")
    value = body.get(camel(head), "")
    return value.get(rest, "") if rest and isinstance(value, dict) else value
