# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The faults that PostgreSQL hosts have to survive, as a table, and one trial of one of them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from tests.hosts import faults
from tests.hosts.cluster import Cluster
from tests.hosts.ledger import Ledger

WRITES_BEFORE = 3  # seconds before anything happens
BOUND = 120  # seconds within which the hosts have to be healthy again by themselves
STEADY = 5  # seconds that they have to stay so: right after a fault nothing may have been noticed yet
RECENT = 2  # seconds: a client that was told of a commit so lately is served
COPY = "/var/lib/postgresql/base.copy"
PENDING = "SELECT count(*) FROM pg_file_settings WHERE error IS NOT NULL"
# The connection string of a standby has the password file and the user that may copy.
BASE_BACKUP = f"""runuser -u postgres -- sh -c 'pg_basebackup -D {COPY} -X stream -r 1M -c fast \
-d "$(psql -XAtqc "SHOW primary_conninfo")"'"""


class NotReady(Exception):
    """Hosts were not healthy to begin with."""


@dataclass
class Scene:
    """Where a fault happens: who leads at first, and what clients have been told."""

    cluster: Cluster
    ledger: Ledger
    dice: random.Random
    leader: str
    ways: list[str]
    rerun: Callable[[], subprocess.Popen] | None
    complaints: list[str] = field(default_factory=list)

    @property
    def standbys(self) -> list[str]:
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
        """Wait until a commit is acknowledged that was begun after a moment."""
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
    faults.kill(scene.leader, "postgres")
    yield


@contextmanager
def both_standbys_lost(scene: Scene) -> Iterator[None]:
    """Nobody is left who could confirm a commit; then one is back, and when it writes again, the other."""
    # Given back in the order of their addresses, they get the same ones again.
    second, first = sorted(scene.standbys, key=faults.address)
    with faults.gone(first):
        with faults.gone(second):
            yield
        scene.writes_again(time.monotonic())


@contextmanager
def two_in_a_row(scene: Scene) -> Iterator[None]:
    """Hardly have writes come back after a kill, when the new leader is killed, too."""
    moment = time.monotonic()
    faults.kill(scene.leader, "postgres")
    if scene.writes_again(moment):
        time.sleep(10)
        # Who does not lead any more by then will not be healthy later either.
        with suppress(LookupError):
            faults.kill(scene.cluster.leader(), "postgres")
    yield


@contextmanager
def killed_during_base_backup(scene: Scene) -> Iterator[None]:
    """The leader dies while somebody copies it."""
    copier = scene.dice.choice(scene.standbys)
    with subprocess.Popen(["docker", "exec", copier, "sh", "-c", BASE_BACKUP], stderr=subprocess.DEVNULL) as copy:
        copies = partial(scene.cluster.ask, scene.leader, "SELECT count(*) > 0 FROM pg_stat_progress_basebackup")
        if not scene.wait_for(lambda: copies() == "t", 20):
            raise RuntimeError("the base backup did not begin")
        time.sleep(scene.dice.uniform(1, 5))
        faults.kill(scene.leader, "postgres")
        yield
        copy.wait()
    faults.inside(copier, f"rm -rf {COPY}")


@contextmanager
def run_killed(scene: Scene) -> Iterator[None]:
    """A run that changes what takes a restart is killed halfway; then it is started again."""
    run = scene.rerun()
    time.sleep(scene.dice.uniform(15, 45))
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    yield
    if scene.rerun().wait() != 0:
        scene.complaints.append("the run after the one that was killed failed")
    for node in scene.cluster.nodes:
        if scene.cluster.ask(node, PENDING) != "0":
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
    refuses: bool = False  # whether no commit may be acknowledged as long as it lasts


FAULTS = {
    "killed": Fault(killed, trials=10),
    "frozen": Fault(lambda scene: faults.frozen(scene.leader), (25, 35), "host thawed", trials=10),
    "cut_off": Fault(lambda scene: faults.cut_off(scene.leader, scene.standbys), (25, 35), "network healed", trials=10),
    "host_gone": Fault(lambda scene: faults.gone(scene.leader), (30, 30), "host started"),
    "standby_lost": Fault(
        lambda scene: faults.gone(scene.dice.choice(scene.standbys)), (10, 20), "host started", in_median=False
    ),
    "both_standbys_lost": Fault(both_standbys_lost, (15, 25), "hosts started", in_median=False, refuses=True),
    "pooler_lost": Fault(lambda scene: faults.gone(scene.cluster.poolers[0]), (10, 15), "host started", False),
    "two_in_a_row": Fault(two_in_a_row),
    "frozen_thawed_in_the_election": Fault(
        lambda scene: faults.frozen(scene.leader), (2, 9), "host thawed", in_median=False
    ),
    "disk_full": Fault(lambda scene: faults.full_disk(scene.leader, "/var/lib/postgresql"), (20, 30), "space freed"),
    "killed_during_base_backup": Fault(killed_during_base_backup),
    "run_killed": Fault(run_killed, (0, 0), "run started again", in_median=False),
}


def trial(cluster: Cluster, fault: str, seed: int, rerun: Callable | None = None) -> dict:
    """Let one fault happen while clients write, and return what was seen. Raises when there was no peace before."""
    how = FAULTS[fault]
    try:
        leader = cluster.leader()
    except LookupError as nobody:
        raise NotReady(str(nobody)) from nobody
    ways = cluster.ways()
    with Ledger([*map(cluster.door, cluster.nodes), *ways], cluster.door(leader).conninfo) as ledger:
        scene = Scene(cluster, ledger, random.Random(f"{fault} {seed}"), leader, [way.name for way in ways], rerun)
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
    return {
        "fault": fault,
        "seed": seed,
        "seconds_without_writes": round(ledger.seconds_without_writes(begin, end), 1),
        "client_seconds_without_writes": round(
            max(ledger.seconds_without_writes(begin, end, way) for way in scene.ways), 1
        ),
        "acknowledged": len(ledger.commits),
        "acknowledged_meanwhile": len(ledger.acknowledged_between(there, over)),
        "lost": count_lost(cluster, ledger),
        "overlap_seconds": round(ledger.overlap_seconds(), 1),
        "healthy_without_a_hand": healthy is not None and not scene.complaints,
        "seconds_to_healthy": None if healthy is None else round(max(healthy - given_back, 0), 1),
        "complaints": scene.complaints,
        "given_back": how.given_back,
        "in_median": how.in_median,
        "load": round(os.getloadavg()[0] / os.cpu_count(), 1),
    }


def broken(seen: dict) -> list[str]:
    """Return what a trial broke of what is promised, in words."""
    promises = {
        "acknowledged commits are lost": seen["lost"] == 0,
        "two servers acknowledged": seen["overlap_seconds"] == 0,
        "somebody has to lend a hand": seen["healthy_without_a_hand"],
        "a commit was acknowledged that only one server had": not (
            FAULTS[seen["fault"]].refuses and seen["acknowledged_meanwhile"]
        ),
    }
    return [*(says for says, kept in promises.items() if not kept), *seen["complaints"]]


def count_lost(cluster: Cluster, ledger: Ledger) -> int | None:
    """Return how many acknowledged commits are not there in the end. Nobody knows when nobody leads."""
    try:
        return len(ledger.lost(cluster.door(cluster.leader()).conninfo))
    except LookupError:
        return None
