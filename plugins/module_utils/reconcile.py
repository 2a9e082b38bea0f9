# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make one resource as it should be: read, compare, write, wait, read again. Nothing of Ansible is here."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from .api import TRIES, backoff
from .differences import Difference
from .faults import Again, Fault, Missing, Off
from .fields import MASK, covers, masked
from .kind import Kind
from .values import KNOWN_LATER, Later

STALE = 3  # times that a resource is read again after a write until it shows it
EXISTENCE = {  # the difference that the whole resource makes
    "create": (Difference("state", "absent", "present"),),
    "delete": (Difference("state", "present", "absent"),),
}


class BadInput(Fault):
    """What was asked can never be done; nothing has been written."""


@dataclass(eq=False)
class Item:
    """One thing that was asked."""

    place: int  # in the list that was given
    kind: Kind
    scope: dict  # which resource
    asked: dict  # its fields, each leaf of the right type
    state: str = "present"
    delete_data: bool = False
    resend: bool = False  # send what is never read back once more
    minted: str = ""  # a secret value that was made for it in this run
    timeout: float = 1800  # seconds that it may take
    raw: dict = field(default_factory=dict)  # its fields as the user wrote them, with references
    needs: list = field(default_factory=list)  # the items that it refers to

    @property
    def id(self):
        """The full name of the resource."""
        return self.kind.id(self.scope)

    @property
    def short(self):
        """The last part of its name, by which others refer to it where that is enough."""
        return self.scope[[name for name in self.kind.scope if name not in self.kind.apart][-1]]

    @property
    def title(self):
        """The item in a sentence."""
        return f"{self.kind.name} {self.id}"


@dataclass
class Plan:
    """What a resource is, what it shall be, and the differences for each item."""

    actual: object
    wanted: object
    differences: dict = field(default_factory=dict)  # {item: [Difference]}
    action: str = ""  # "create", "update", "delete" or ""


@dataclass
class Attempts:
    """What has been tried to carry out a plan."""

    tries: int = 0  # writes that did not go through
    polls: int = 0  # looks at a resource that is not ready yet
    stale: int = 0  # looks at a resource that does not show what was written
    wrote: bool = False
    actual: object = None  # the resource at the last write that did not go through


class Unit:
    """What is read and written at once: a resource, with the one item (for a policy, the items) that ask of it."""

    def __init__(self, items):
        """`items`: at least one, all of one target."""
        self.items, self.first = items, items[0]
        self.kind, self.scope, self.title = self.first.kind, self.first.scope, self.first.title
        self.target = self.kind.target(self.scope)

    @property
    def deletes(self):
        """Whether the resource as a whole shall go."""
        return self.kind.deletable and self.first.state == "absent"

    @property
    def leaves(self):
        """Whether all that was asked is to go."""
        return all(item.state == "absent" for item in self.items)

    @property
    def lock(self):
        """Units with the same lock are not written at the same time."""
        return self.kind.lock.format(**self.scope) if self.kind.lock else self.target

    def read(self, api, clock):
        """The resource as the API has it, or None."""
        for attempt in count():
            try:
                return self.kind.read(api, self.scope, clock)
            except Missing:
                return None
            except Off as off:
                if not enabled(api, self.scope.get("project"), off.service, clock):
                    raise
                clock.sleep(backoff(attempt), f"{off.service} was just enabled and is not in force yet")

    def plan(self, actual):
        """What is to be done. BadInput when that is not possible."""
        kind, there = self.kind, self.kind.exists(actual)
        if self.deletes:
            self._may_delete(there)
            return Plan(actual, None, {self.first: []}, "delete" if there else "")
        wanted = kind.schema()
        if there:
            wanted.CopyFrom(actual)
        differences = {item: kind.overlay(item, wanted, not there) for item in self.items}
        if there:
            self._may_delete(self.leaves and any(differences.values()))
            self._may_change(differences)
        if not any(differences.values()) and (there or self.leaves or kind.shared):
            return Plan(actual, wanted, differences)
        return Plan(actual, wanted, differences, "update" if there else "create")

    def _may_delete(self, loses):
        if loses and self.kind.holds_data and not self.first.delete_data:
            raise BadInput("it holds data: to remove it for good, say delete_data: true beside state: absent")

    def _may_change(self, differences):
        for path, *values in (difference for found in differences.values() for difference in found):
            if covers(self.kind.immutable, path):
                before, after = (shown(self.kind, path, value) for value in values)
                raise BadInput(
                    f"{path} is {before} and only creation sets it: "
                    f"declare that, or remove the resource and create it anew to have {after}"
                )

    def converge(self, api, clock, plan):
        """Carry out a plan and see it through; the last plan, in which nothing is left to do. Raises a Fault."""
        seen = Attempts()
        while plan.action or self._waits(plan):
            self._step(api, clock, plan, seen)
            plan = self.plan(self.read(api, clock))
        problem = "" if self.leaves else self.kind.ails(plan.actual)
        if problem:
            raise Fault(problem)
        return plan

    def _waits(self, plan):
        return "" if self.deletes else self.kind.waits(plan.actual)

    def _step(self, api, clock, plan, seen):
        """Wait, write or look again, whichever the plan and what was tried before ask for."""
        if self._waits(plan):
            seen.polls += 1
            clock.sleep(min(5, 0.2 * 1.4**seen.polls), f"waiting for {self._waits(plan)}")
        elif not seen.wrote:
            self._write(api, clock, plan, seen)
        elif self.deletes or seen.stale < STALE:
            seen.stale += 1
            clock.sleep(min(5, 0.2 * 2**seen.stale), "reading again what was written")
        else:
            raise Fault(self._kept(plan))

    def _write(self, api, clock, plan, seen):
        """Carry out a plan once; what may go through later is left to the next look."""
        try:
            self.kind.apply(api, self, plan, clock)
            self.first.resend, seen.wrote = False, True
        except Off as off:
            if not enabled(api, self.scope.get("project"), off.service, clock):
                raise
            clock.sleep(backoff(2), f"{off.service} was just enabled and is not in force yet")
        except Missing:
            if not self.deletes:
                raise
        except Again as again:
            seen.tries += not again.patient
            if seen.tries >= TRIES or (again.moved and seen.actual == plan.actual):
                raise Fault(f"{again}; tried {seen.tries} times") from again
            seen.actual = plan.actual
            clock.sleep(backoff(min(seen.tries, 3), again), f"{again}; looking again")

    def _kept(self, plan):
        kept = []
        for path, *values in (difference for found in plan.differences.values() for difference in found):
            before, after = (shown(self.kind, path, value) for value in values)
            kept.append(f"asked {path} = {after}, the API kept {before}; declare that")
        return "; ".join(kept) or "it was created, but the API does not show it"


def shown(kind, path, value):
    """A value in a sentence, hidden where it is secret."""
    if covers(kind.secret, path):
        return MASK
    return "nothing" if value is None else repr(value)


def enabled(api, project, service, clock):
    """Whether Service Usage says that an API is enabled, although the API itself does not know it yet."""
    from .kinds.serviceusage import SERVICE

    try:
        found = SERVICE.read(api, {"project": project, "name": service}, clock)
    except (Fault, ImportError):
        return False
    return SERVICE.alive(found) and service != "serviceusage.googleapis.com"


@dataclass
class Outcome:
    """What became of an item."""

    item: Item
    changed: bool = False
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    differences: list = field(default_factory=list)
    diff: dict = field(default_factory=dict)
    problem: str = ""  # what is wrong with a resource that is as declared
    error: str = ""

    @classmethod
    def of(cls, item, plan, last=None, problem=""):
        """From the first plan, and the last one where something was written."""
        kind, found = item.kind, [*EXISTENCE.get(plan.action, ()), *plan.differences.get(item, ())]
        differences = [
            _masked(kind, difference) for difference in (found if not kind.shared else plan.differences[item])
        ]
        after = (last or plan).actual if last or not plan.action else plan.wanted
        shown_before = kind.plain(plan.actual)
        shown_after = shown_before if after is plan.actual else kind.plain(after)
        shown_after = shown_after if last else _later(item.asked, shown_after)
        diff = _diff(item, differences) if differences else {}
        return cls(item, bool(differences), shown_before, shown_after, differences, diff, problem)


def _masked(kind, difference):
    path, before, after = difference
    before, after = (None if value is None else masked(value, kind.secret, path) for value in (before, after))
    return {"path": path, "before": before, "after": after}


def _diff(item, differences):
    """The declared paths that differ, before and after, in the form that --diff shows."""
    sides = {
        side: {found["path"]: found[side] for found in differences if found[side] is not None}
        for side in ("before", "after")
    }
    return {"before_header": item.title, "after_header": item.title, **sides}


def _later(asked, shown_):
    """A dict in which values that are not known yet say so."""
    for name, value in asked.items():
        if isinstance(value, Later):
            shown_ = {**shown_, name: KNOWN_LATER}
        elif isinstance(value, dict) and any(isinstance(part, (Later, dict, list)) for part in value.values()):
            shown_ = {**shown_, name: _later(value, shown_.get(name) or {})}
    return shown_
