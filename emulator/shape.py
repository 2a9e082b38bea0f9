# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Partial answers: the query parameter `fields` (`services/name,nextPageToken`, `items(name,etag)`)."""

from __future__ import annotations


def select(value, fields: str):
    """Keep only the fields asked for. Raises ValueError on unbalanced parentheses."""
    return _pick(value, _parse(fields))


def _parse(text: str) -> dict:
    tree: dict = {}
    for part in _split(text):
        head, bracket, inner = part.partition("(")
        names = [name for name in head.split("/") if name]
        node = tree
        for name in names:
            node = node.setdefault(name, {})
        if bracket:
            node.update(_parse(inner[:-1]))
    return tree


def _split(text: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for sign in text:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += sign
    if depth:
        raise ValueError(f"Invalid field selection {text}")
    return [part for part in (*parts, current.strip()) if part]


def _pick(value, tree: dict):
    if not tree or "*" in tree:
        return value
    if isinstance(value, list):
        return [_pick(item, tree) for item in value]
    if isinstance(value, dict):
        return {name: _pick(value[name], inner) for name, inner in tree.items() if name in value}
    return value
