# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Seeing one resource through, against a kind that plays a script: what is read, and what a write answers."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils import reconcile
from ansible_collections.mainstay.platform.plugins.module_utils.api import TRIES, Clock
from ansible_collections.mainstay.platform.plugins.module_utils.faults import Again, Fault, Missing, Off
from ansible_collections.mainstay.platform.plugins.module_utils.kind import Kind, Ready
from ansible_collections.mainstay.platform.plugins.module_utils.reconcile import Item, Outcome, Unit
from ansible_collections.mainstay.platform.plugins.module_utils.schema import build
from ansible_collections.mainstay.platform.plugins.module_utils.values import KNOWN_LATER, Later

LAMP = build("Lamp", {"name": str, "color": str, "password": str, "state": str, "why": str})


@dataclass(frozen=True, eq=False)
class Scripted(Kind):
    """A kind whose reads and writes are given: values to return, exceptions to raise; the last read stays."""

    reads: list = field(default_factory=list)
    writes: list = field(default_factory=list)
    done: list = field(default_factory=list)

    def read(self, api, scope, clock):
        """The next read of the script."""
        return _played(self.reads[0] if len(self.reads) == 1 else self.reads.pop(0))

    def apply(self, api, unit, plan, clock):
        """The next write of the script."""
        self.done.append(plan.action)
        _played(self.writes.pop(0) if self.writes else None)


def _played(value):
    if isinstance(value, Exception):
        raise value
    return LAMP(**value) if isinstance(value, dict) else value


def lamp(*reads, writes=(), **data):
    rest = {"client": "", "message": LAMP, "path": "lamps/{name}", "secret": frozenset({"password"}), **data}
    return Scripted(name="lamp", reads=list(reads), writes=list(writes), **rest)


def unit(kind, state="present", delete_data=False, **asked):
    return Unit([Item(0, kind, {"name": "l"}, asked, state, delete_data)])


class Watch(Clock):
    """A clock on which waiting takes no time."""

    def __init__(self, seconds=100):
        super().__init__(seconds, "lamp l", lambda line: None)
        self.waited, self.reasons = 0, []

    @property
    def spent(self):
        return self.waited

    def sleep(self, seconds, why):
        if self.waited >= self.seconds:
            raise Fault(f"gave up: {why}")
        self.waited += seconds
        self.reasons.append(why)


def converged(kind, watch=None, **asked):
    made = unit(kind, **asked)
    return made.converge(None, watch or Watch(), made.plan(made.read(None, Watch())))


GONE, RED, BLUE = Missing("no lamp"), {"color": "red"}, {"color": "blue"}
READY = Ready("state", ("ON",), ("STARTING",), why="why")

PLANS = {  # what there is, what is asked, what is to be done
    "nothing there": (GONE, {"color": "red"}, "create"),
    "as it should be": (RED, {"color": "red"}, ""),
    "otherwise": (BLUE, {"color": "red"}, "update"),
    "nothing there and nothing asked of it": (GONE, {}, "create"),
    "there and nothing asked of it": (RED, {}, ""),
    "shall go": (RED, {"state": "absent"}, "delete"),
    "has gone": (GONE, {"state": "absent"}, ""),
}


@pytest.mark.parametrize(("there", "asked", "action"), PLANS.values(), ids=PLANS)
def test_what_is_to_be_done(there, asked, action):
    made = unit(lamp(there), **asked)
    assert made.plan(made.read(None, Watch())).action == action


SEEN_THROUGH = {  # what is read, what writes answer, what is asked, the writes that are made
    "a write that goes through": ([BLUE, RED], [], {"color": "red"}, ["update"]),
    "a create": ([GONE, RED], [], {"color": "red"}, ["create"]),
    "a delete": ([RED, GONE], [], {"state": "absent"}, ["delete"]),
    "a read that is late": ([BLUE, BLUE, BLUE, RED], [], {"color": "red"}, ["update"]),
    "a create that cannot be read at once": ([GONE, GONE, RED], [], {"color": "red"}, ["create"]),
    "a lost answer to a create that took effect": ([GONE, RED], [Again("reset")], {"color": "red"}, ["create"]),
    "a lost answer to a create that did not": ([GONE, GONE, RED], [Again("reset")], {"color": "red"}, ["create"] * 2),
    "already there, but otherwise": ([GONE, BLUE, RED], [Again("exists")], {"color": "red"}, ["create", "update"]),
    "somebody wrote in between": (
        [BLUE, {"color": "green"}, RED],
        [Again("etag", moved=True)],
        {"color": "red"},
        ["update"] * 2,
    ),
    "a delete that is seen late": ([RED] * 6 + [GONE], [], {"state": "absent"}, ["delete"]),
    "gone while it was being deleted": ([RED, GONE], [Missing("gone")], {"state": "absent"}, ["delete"]),
}


@pytest.mark.parametrize(("reads", "writes", "asked", "done"), SEEN_THROUGH.values(), ids=SEEN_THROUGH)
def test_seen_through(reads, writes, asked, done):
    kind = lamp(*reads, writes=writes)
    assert converged(kind, **asked).action == ""
    assert kind.done == done


FAILS = {  # what is read, what writes answer, what is asked, the sentence
    "the API keeps something else": (
        [BLUE],
        [],
        {"color": "red"},
        "asked color = 'red', the API kept 'blue'; declare that",
    ),
    "the API keeps another secret": (
        [{"password": "old"}],
        [],
        {"password": "canary"},
        "asked password = ********, the API kept ********; declare that",
    ),
    "a create that is never seen": ([GONE], [], {}, "it was created, but the API does not show it"),
    "a write that is refused": ([BLUE], [Fault("no")], {"color": "red"}, "no"),
    "a write that never goes through": (
        [BLUE],
        [Again("busy")] * TRIES,
        {"color": "red"},
        f"busy; tried {TRIES} times",
    ),
    "an etag that is refused though nobody wrote": (
        [BLUE],
        [Again("etag", moved=True)] * 2,
        {"color": "red"},
        "etag; tried 2 times",
    ),
    "gone while it was being changed": ([BLUE], [Missing("gone")], {"color": "red"}, "gone"),
}


@pytest.mark.parametrize(("reads", "writes", "asked", "sentence"), FAILS.values(), ids=FAILS)
def test_fails(reads, writes, asked, sentence):
    with pytest.raises(Fault) as caught:
        converged(lamp(*reads, writes=writes), **asked)
    assert str(caught.value) == sentence


def test_an_operation_under_way_is_waited_for_as_long_as_there_is_time():
    kind = lamp(*[BLUE] * (TRIES * 2), RED, writes=[Again("busy", patient=True)] * (TRIES * 2 - 2))
    assert converged(kind, Watch(10_000), color="red").action == ""
    with pytest.raises(Fault, match=r"^gave up: busy; looking again$"):
        converged(lamp(BLUE, writes=[Again("busy", patient=True)] * 1000), color="red")


def test_the_pause_that_the_server_asks_for_is_kept():
    watch = Watch()
    converged(lamp(BLUE, BLUE, RED, writes=[Again("busy", pause=7)]), watch, color="red")
    assert watch.waited == 7


STARTING, ON = {"state": "STARTING"}, {"state": "ON"}


def test_what_is_being_made_is_waited_for_and_not_made_again():
    kind, watch = lamp(STARTING, STARTING, ON, ready=READY), Watch()
    assert converged(kind, watch).action == ""
    assert kind.done == []
    assert watch.reasons == ["waiting for state ON: it is STARTING"] * 2


def test_what_is_never_ready_ends_with_the_time():
    with pytest.raises(Fault, match=r"^gave up: waiting for state ON: it is STARTING$"):
        converged(lamp(STARTING, ready=READY))


def test_what_never_goes_ends_with_the_time():
    kind = lamp(RED)
    with pytest.raises(Fault, match=r"^gave up: reading again what was written$"):
        converged(kind, state="absent")
    assert kind.done == ["delete"]


def test_what_is_as_declared_may_still_be_ill():
    kind = lamp({"state": "STARTING"}, {"state": "BROKEN", "why": "no bulb"}, ready=READY)
    with pytest.raises(Fault, match=r"^state is BROKEN, not ON: no bulb$"):
        converged(kind)


def test_what_is_not_ready_can_be_removed():
    kind = lamp(STARTING, GONE, ready=READY)
    assert converged(kind, state="absent").action == ""
    assert kind.done == ["delete"]


@pytest.mark.parametrize("on", [True, False], ids=["enabled", "not enabled"])
def test_an_api_that_was_just_enabled_is_waited_for(monkeypatch, on):
    monkeypatch.setattr(reconcile, "enabled", lambda *_arguments: on)
    off = Off("lamps.googleapis.com", "lamps.googleapis.com is not enabled")
    watch = Watch()
    if on:
        assert unit(lamp(off, RED)).read(None, watch) == LAMP(**RED)
        assert watch.reasons == ["lamps.googleapis.com was just enabled and is not in force yet"]
    else:
        with pytest.raises(Off):
            unit(lamp(off, RED)).read(None, watch)


# -- what is told -----------------------------------------------------------------------------------------------------


def told(kind, **asked):
    made = unit(kind, **asked)
    return Outcome.of(made.first, made.plan(made.read(None, Watch())))


def test_a_diff_holds_the_declared_paths_before_and_after():
    found = told(lamp({"color": "blue", "why": "x"}), color="red")
    assert found.changed
    assert found.diff == {
        "before_header": "lamp lamps/l",
        "after_header": "lamp lamps/l",
        "before": {"color": "blue"},
        "after": {"color": "red"},
    }
    assert (found.before, found.after) == ({"color": "blue", "why": "x"}, {"color": "red", "why": "x"})


def test_a_create_and_a_delete_are_differences_of_their_own():
    assert told(lamp(GONE), color="red").differences == [
        {"path": "state", "before": "absent", "after": "present"},
        {"path": "color", "before": None, "after": "red"},
    ]
    assert told(lamp(RED), state="absent").differences == [{"path": "state", "before": "present", "after": "absent"}]


def test_no_difference_is_no_diff():
    assert (told(lamp(RED), color="red").changed, told(lamp(RED), color="red").diff) == (False, {})


def test_secrets_are_hidden_wherever_they_are_told():
    found = told(lamp({"password": "canary-old"}), password="canary-new")
    assert found.changed
    assert "canary" not in str((found.before, found.after, found.diff, found.differences))


def test_what_is_known_later_says_so():
    assert told(lamp(GONE), color=Later()).after == {"color": KNOWN_LATER}
