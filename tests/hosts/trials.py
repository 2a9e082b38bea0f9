# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One trial of one fault, whatever the system, and the faults that every system has to survive."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from tests.hosts import faults
from tests.hosts.history import Commit
from tests.hosts.ledger import Door, Ledger

WRITES_BEFORE = 3  # seconds before anything happens
BOUND = 120  # seconds within which the hosts have to be healthy again by themselves
STEADY = 5  # seconds that they have to stay so: right after a fault nothing may have been noticed yet
RECENT = 2  # seconds: a client whose write was acknowledged so lately is served


class NotReady(Exception):
    """Hosts were not healthy to begin with."""


class Cluster(Protocol):
    """Servers of one system as a client and as an onlooker sees them."""

    nodes: tuple[str, ...]
    faults: Mapping[str, Fault]
    program: str
    profile: str
    may_lose: float

    def leader(self) -> str:
        """Return who leads. Raises LookupError when nobody does."""

    def is_healthy(self) -> bool:
        """Tell whether one leads, and all others follow it."""

    def door(self, node: str) -> Door:
        """Return the way to one node."""

    def ways(self) -> list[Door]:
        """Return the ways of a client that wants the leader, whoever that is."""

    def empty(self, leader: str) -> None:
        """Drop what was written in earlier trials."""

    def written(self, leader: str) -> set[int]:
        """Return the numbers that are there."""

    def change(self, seed: int) -> dict:
        """Return variables for a run that has to restart every server."""

    def runs_with(self, node: str, change: dict) -> bool:
        """Tell whether a node runs with what such a run asks for."""

    def figures(self, ledger: Ledger, lost: list[Commit], begin: float, end: float) -> dict:
        """Return what a trial's record holds of this system beside what it holds of all."""


@dataclass
class Scene:
    """Where a fault happens: who leads at first, and what clients have been told."""

    cluster: Cluster
    ledger: Ledger
    dice: random.Random
    leader: str
    ways: list[str]
    change: dict
    rerun: Callable[[dict], subprocess.Popen] | None
    complaints: list[str] = field(default_factory=list)

    @property
    def followers(self) -> list[str]:
        """Those who did not lead when it began."""
        return [node for node in self.cluster.nodes if node != self.leader]

    def wait_for(self, holds: Callable[[], bool], seconds: float = BOUND) -> bool:
        """Wait until something holds, and tell whether it came to that."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if holds():
                return True
            time.sleep(0.2)
        return False

    def writes_again(self, since: float) -> bool:
        """Wait until a write is acknowledged that was begun after a moment."""
        return self.wait_for(lambda: bool(self.ledger.acknowledged_between(since)))

    def serves_clients(self) -> bool:
        """Tell whether each way to the leader was served lately."""
        served = {commit.door for commit in self.ledger.acknowledged_between(time.monotonic() - RECENT)}
        return served.issuperset(self.ways)

    def healthy_since(self) -> float | None:
        """Wait until all is well and stays so, and return when that began."""
        since = None
        end = time.monotonic() + BOUND
        while since is not None or time.monotonic() < end:
            look = time.monotonic()
            well = self.serves_clients() and self.cluster.is_healthy()
            since = (since or look) if well else None
            if since and look - since > STEADY:
                return since
            time.sleep(1)
        return None


Happening = Callable[[Scene], AbstractContextManager]


@contextmanager
def killed(scene: Scene) -> Iterator[None]:
    """All server processes of the leader die at once."""
    faults.kill(scene.leader, scene.cluster.program)
    yield


@contextmanager
def run_killed(scene: Scene) -> Iterator[None]:
    """A run that changes what takes a restart is killed halfway; then it is started again."""
    run = scene.rerun(scene.change)
    time.sleep(scene.dice.uniform(15, 45))
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    yield
    if scene.rerun(scene.change).wait() != 0:
        scene.complaints.append("the run after the one that was killed failed")
    for node in scene.cluster.nodes:
        if not scene.cluster.runs_with(node, scene.change):
            scene.complaints.append(f"{node} does not run with what its files say")


@dataclass(frozen=True)
class Fault:
    """How a fault happens, for how many seconds, what is given back then, and whether it counts for the bar.

    Those count after which another host has to lead.
    """

    happens: Happening
    hold: tuple[float, float] = (0, 0)
    given_back: str = ""
    in_median: bool = True
    trials: int = 3
    refuses: bool = False  # whether no write may be acknowledged as long as it lasts


# What happens to the leader of any system.
KILLED = Fault(killed, trials=10)
FROZEN = Fault(lambda scene: faults.frozen(scene.leader), (25, 35), "host thawed", trials=10)
HOST_GONE = Fault(lambda scene: faults.gone(scene.leader), (30, 30), "host started")
RUN_KILLED = Fault(run_killed, (0, 0), "run started again", in_median=False)


def trial(cluster: Cluster, fault: str, seed: int, rerun: Callable | None = None) -> dict:
    """Let one fault happen while clients write, and return what was seen. Raises when there was no peace before."""
    how = cluster.faults[fault]
    try:
        leader = cluster.leader()
        cluster.empty(leader)
    except LookupError as nobody:
        raise NotReady(str(nobody)) from nobody
    ways = cluster.ways()
    with Ledger([*map(cluster.door, cluster.nodes), *ways]) as ledger:
        dice = random.Random(f"{fault} {seed}")
        scene = Scene(cluster, ledger, dice, leader, [way.name for way in ways], cluster.change(seed), rerun)
        if scene.healthy_since() is None:
            raise NotReady("the hosts are not healthy before anything happened")
        time.sleep(WRITES_BEFORE + scene.dice.random())
        begin = time.monotonic()
        with how.happens(scene):
            there = time.monotonic()
            time.sleep(scene.dice.uniform(*how.hold))
            over = time.monotonic()
        given_back = time.monotonic()
        healthy = scene.healthy_since()
        end = time.monotonic()
    lost = find_lost(cluster, ledger)
    return {
        "fault": fault,
        "seed": seed,
        "seconds_without_writes": round(ledger.seconds_without_writes(begin, end), 1),
        "client_seconds_without_writes": round(
            max(ledger.seconds_without_writes(begin, end, way) for way in scene.ways), 1
        ),
        "acknowledged": len(ledger.commits),
        "acknowledged_meanwhile": len(ledger.acknowledged_between(there, over)),
        "lost": None if lost is None else len(lost),
        "overlap_seconds": round(ledger.overlap_seconds(), 1),
        "healthy_without_a_hand": healthy is not None and not scene.complaints,
        "seconds_to_healthy": None if healthy is None else round(max(healthy - given_back, 0), 1),
        "complaints": scene.complaints,
        "given_back": how.given_back,
        "in_median": how.in_median,
        "load": round(os.getloadavg()[0] / os.cpu_count(), 1),
        **cluster.figures(ledger, lost or [], begin, end),
    }


def broken(cluster: Cluster, seen: dict) -> list[str]:
    """Return what a trial broke of what is promised, in words."""
    refuses = cluster.faults[seen["fault"]].refuses
    bounded = cluster.may_lose > 0 and seen["lost"] is not None and seen["seconds_lost"] <= cluster.may_lose
    promises = {
        "acknowledged commits are lost": seen["lost"] == 0 or bounded,
        "two servers acknowledged": seen["overlap_seconds"] <= cluster.may_lose,
        "somebody has to lend a hand": seen["healthy_without_a_hand"],
        "a commit was acknowledged that only one server had": not (refuses and seen["acknowledged_meanwhile"]),
    }
    return [*(says for says, kept in promises.items() if not kept), *seen["complaints"]]


def find_lost(cluster: Cluster, ledger: Ledger) -> list[Commit] | None:
    """Return the acknowledged writes that are not there in the end. Nobody knows when nobody leads."""
    try:
        return ledger.lost(cluster.written(cluster.leader()))
    except LookupError:
        return None
