# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PostgreSQL hosts as a client and as an onlooker sees them, whoever keeps them together, and their faults."""

from __future__ import annotations

import math
import os
import shlex
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import psycopg

from tests.hosts import faults
from tests.hosts.ledger import Broken, Refused
from tests.hosts.trials import FROZEN, HOST_GONE, KILLED, RUN_KILLED, Fault, Scene

# A client that waits for an answer of a host that is gone hears by its own probes alone that nobody is there.
PROBES = "keepalives_idle=3 keepalives_interval=1 keepalives_count=3"
LOGIN = f"dbname=shop user=shop password=shop-secret sslmode=prefer {PROBES}"
STATE = """SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
    count(*), count(*) FILTER (WHERE sync_state IN ('sync', 'quorum'))
    FROM pg_stat_replication WHERE state = 'streaming' AND application_name <> 'pg_basebackup'"""
PENDING = "SELECT count(*) FROM pg_file_settings WHERE error IS NOT NULL"
MAKE = "DROP TABLE IF EXISTS ledger; CREATE TABLE ledger (number bigint PRIMARY KEY, door text)"
# The server says who it is: behind a pooler nobody else can.
WRITE = """INSERT INTO ledger VALUES (%s, %s) RETURNING host(inet_server_addr()),
    ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int"""
COPY = "/var/lib/postgresql/base.copy"
# The connection string of a standby has the password file and the user that may copy.
BASE_BACKUP = f"""runuser -u postgres -- sh -c 'pg_basebackup -D {COPY} -X stream -r 1M -c fast \
-d "$(psql -XAtqc "SHOW primary_conninfo")"'"""


class Connection:
    """A client's connection, on which a write is one commit."""

    def __init__(self, connection: psycopg.Connection, door: str) -> None:
        self._connection = connection
        self._door = door
        self._warnings: list[psycopg.errors.Diagnostic] = []
        connection.add_notice_handler(self._warnings.append)

    def write(self, number: int) -> tuple[str, int]:
        """Commit a number, and return which server took it, and on which timeline."""
        try:
            taken = self._connection.execute(WRITE, (number, self._door)).fetchone()
        except psycopg.errors.ReadOnlySqlTransaction as error:
            raise Refused from error
        # A cancelled wait for a standby commits here alone and warns: that is no acknowledgement.
        if self._warnings:
            raise Broken(self._warnings[0].message_primary)
        return taken

    def hang_up(self) -> None:
        """End the connection, also when another thread waits for an answer."""
        # What is being closed there and then needs no end.
        with (
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(self._connection.fileno())) as wire,
        ):
            wire.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Door:
    """A way to the servers: a name, a connection string, and when a client hangs up that gets no answer."""

    name: str
    conninfo: str
    patience: float = math.inf

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """Connect."""
        # Behind a pooler of transactions statements cannot be prepared.
        options = {"autocommit": True, "prepare_threshold": None, "connect_timeout": 2, "tcp_user_timeout": 3000}
        try:
            with psycopg.connect(self.conninfo, **options) as connection:
                yield Connection(connection, self.name)
        except psycopg.Error as error:
            raise Broken from error


@contextmanager
def both_standbys_lost(scene: Scene) -> Iterator[None]:
    """Nobody is left who could confirm a commit; then one is back, and when it writes again, the other."""
    # Given back in the order of their addresses, they get the same ones again.
    second, first = sorted(scene.followers, key=faults.address)
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
    copier = scene.dice.choice(scene.followers)
    with subprocess.Popen(["docker", "exec", copier, "sh", "-c", BASE_BACKUP], stderr=subprocess.DEVNULL) as copy:
        copies = partial(scene.cluster.ask, scene.leader, "SELECT count(*) > 0 FROM pg_stat_progress_basebackup")
        if not scene.wait_for(lambda: copies() == "t", 20):
            raise RuntimeError("the base backup did not begin")
        time.sleep(scene.dice.uniform(1, 5))
        faults.kill(scene.leader, "postgres")
        yield
        copy.wait()
    faults.inside(copier, f"rm -rf {COPY}")


FAULTS = {
    "killed": KILLED,
    "frozen": FROZEN,
    "cut_off": Fault(
        lambda scene: faults.cut_off(scene.leader, scene.followers), (25, 35), "network healed", trials=10
    ),
    "host_gone": HOST_GONE,
    "standby_lost": Fault(
        lambda scene: faults.gone(scene.dice.choice(scene.followers)), (10, 20), "host started", in_median=False
    ),
    "both_standbys_lost": Fault(both_standbys_lost, (15, 25), "hosts started", in_median=False, refuses=True),
    "pooler_lost": Fault(lambda scene: faults.gone(scene.cluster.poolers[0]), (10, 15), "host started", False),
    "two_in_a_row": Fault(two_in_a_row),
    "frozen_thawed_in_the_election": Fault(
        lambda scene: faults.frozen(scene.leader), (2, 9), "host thawed", in_median=False
    ),
    "disk_full": Fault(lambda scene: faults.full_disk(scene.leader, "/var/lib/postgresql"), (20, 30), "space freed"),
    "killed_during_base_backup": Fault(killed_during_base_backup),
    "run_killed": RUN_KILLED,
}


@dataclass(frozen=True)
class State:
    """What a node that answers says: its timeline if it leads, and how many follow it."""

    timeline: str
    following: int
    synchronously: int


@dataclass(frozen=True)
class Cluster:
    """Nodes, and the poolers before them. Without any, a client looks for the leader by itself."""

    nodes: tuple[str, ...]
    poolers: tuple[str, ...] = ()
    synchronous: bool = True
    faults: ClassVar[dict[str, Fault]] = FAULTS
    program: ClassVar[str] = "postgres"

    @property
    def may_lose(self) -> float:
        """Return of how many seconds acknowledged commits may be lost."""
        return 0 if self.synchronous else math.inf

    @property
    def profile(self) -> str:
        """Return by what its records are known."""
        return "synchronous" if self.synchronous else "asynchronous"

    def ask(self, node: str, sql: str) -> str:
        """Ask a node as its superuser. It answers "" when it cannot."""
        question = f"timeout 5 runuser -u postgres -- psql -XAtqc {shlex.quote(sql)} postgres"
        try:
            return faults.inside(node, question)
        except subprocess.CalledProcessError:
            return ""

    def states(self) -> dict[str, State]:
        """Return what the nodes say that answer."""
        answers = {node: self.ask(node, STATE).split("|") for node in self.nodes}
        return {node: State(said[0], int(said[1]), int(said[2])) for node, said in answers.items() if len(said) == 3}

    def leader(self) -> str:
        """Return who leads: of two that say so the one on the later timeline. Raises LookupError when nobody does."""
        leaders = {state.timeline: node for node, state in self.states().items() if state.timeline}
        if not leaders:
            raise LookupError(f"none of {', '.join(self.nodes)} leads")
        return leaders[max(leaders)]

    def is_healthy(self) -> bool:
        """Tell whether one leads, and all others stream from it."""
        states = self.states()
        leaders = [state for state in states.values() if state.timeline]
        return (
            len(states) == len(self.nodes)
            and len(leaders) == 1
            and leaders[0].following == len(self.nodes) - 1
            and (leaders[0].synchronously > 0 or not self.synchronous)
        )

    def door(self, node: str) -> Door:
        """Return the way to one node."""
        return Door(node, f"host={faults.address(node)} {LOGIN}")

    def ways(self) -> list[Door]:
        """Return the ways of a client that wants the leader, whoever that is."""
        if self.poolers:
            return [Door(name, f"host={faults.address(name)} port=6432 {LOGIN}") for name in self.poolers]
        nodes = ",".join(faults.address(node) for node in self.nodes)
        # A connection to a frozen host would wait for its thaw: such a client needs a timeout of its own.
        return [Door("client", f"host={nodes} target_session_attrs=read-write {LOGIN}", patience=5)]

    def empty(self, leader: str) -> None:
        """Drop what was written in earlier trials. Raises LookupError when the leader takes no writes."""
        # It would wait for ever for a standby that an earlier fault has broken.
        patience = "-c synchronous_commit=local -c statement_timeout=30s"
        try:
            with psycopg.connect(self.door(leader).conninfo, autocommit=True, options=patience) as connection:
                connection.execute(MAKE)
        except psycopg.Error as error:
            raise LookupError(f"{leader} leads and takes no writes: {error}") from error

    def written(self, leader: str) -> set[int]:
        """Return the numbers that are there."""
        with psycopg.connect(self.door(leader).conninfo, connect_timeout=5) as connection:
            return {number for (number,) in connection.execute("SELECT number FROM ledger")}

    def change(self, seed: int) -> dict:
        """Return variables for a run that has to restart every server."""
        return {"postgres_connections": 101 + seed % 50}

    def runs_with(self, node: str, _change: dict) -> bool:
        """Tell whether a node runs with what its files say."""
        return self.ask(node, PENDING) == "0"

    def figures(self, *_seen) -> dict:
        """Return nothing: there is one way for clients, and nothing may be lost."""
        return {}
