# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One item of a batch refers to another's output: ``{ref: run_service/api, field: uri}``."""

from __future__ import annotations

from .fields import fields_of, plain_at
from .names import listed, nearest
from .values import FieldError, Later


class Reference(Later):
    """An output of another item: known from names, or once that item exists."""

    def __init__(self, item, field):
        """`item`: the item that is referred to; `field`: the path of one of its outputs."""
        self.item, self.field = item, field

    def value(self, actual):
        """The output, or this reference where it is not known yet. `actual`: the resource as it is, or None."""
        known = self.item.kind.output(self.item.scope, self.field)
        if known is None and actual is not None:
            known = plain_at(actual, self.field)
        return self if known in (None, "") else known


def is_reference(value):
    """Whether a value is a reference as users write it."""
    return isinstance(value, dict) and "ref" in value and set(value) <= {"ref", "field"}


def walk(value, visit):
    """A copy of nested dicts and lists in which each value is what `visit` returns for it."""
    seen = visit(value)
    if seen is not value:
        return seen
    if isinstance(value, dict):
        return {name: walk(part, visit) for name, part in value.items()}
    if isinstance(value, list):
        return [walk(part, visit) for part in value]
    return value


def found(value):
    """The references in nested dicts and lists."""
    seen = []
    walk(value, lambda part: (seen.append(part) if isinstance(part, Reference) else None) or part)
    return seen


class Directory:
    """The items of a batch by kind and name."""

    def __init__(self):
        """Empty; items are added as their own names become known."""
        self.items, self.members = {}, set()

    def __contains__(self, item):
        return item in self.members

    def add(self, item):
        """Make an item known under its name: ``kind/name``, and longer forms where names repeat."""
        self.members.add(item)
        parts = [str(part) for name, part in item.scope.items() if part and name in item.kind.scope]
        for length in range(1, len(parts) + 1):
            self.items.setdefault(f"{item.kind.name}/{'/'.join(parts[-length:])}", []).append(item)

    def reference(self, said, path):
        """The Reference that a user wrote. A FieldError when it points to nothing or to several."""
        name, field = str(said["ref"]), str(said.get("field") or "name")
        known = self.items.get(name, [])
        if not known:
            short = {f"{item.kind.name}/{item.short}" for item in self.members}
            raise FieldError(path, f"refers to {name}, which is not among the items{nearest(name, short)}")
        if len(known) > 1:
            raise FieldError(
                path, f"refers to {name}, which may be {listed(item.id for item in known)}: write more of the name"
            )
        kind = known[0].kind
        if field.partition(".")[0] not in {
            *fields_of(kind.schema.DESCRIPTOR),
            *kind.outputs,
            *kind.scope,
            "id",
            "name",
        }:
            outputs = {*fields_of(kind.schema.DESCRIPTOR), *kind.outputs}
            raise FieldError(path, f"refers to {field} of {name}, which has no such field{nearest(field, outputs)}")
        return Reference(known[0], field)
