# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What clients saw: every commit that a server acknowledged, by which door, and when."""

from __future__ import annotations

import math
import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

import psycopg

from tests.hosts.history import Commit, longest_gap, overlap_seconds

PAUSE = 0.01  # between two commits
AGAIN = 0.1  # until the next try by a door that does not take writes
MAKE = "DROP TABLE IF EXISTS ledger; CREATE TABLE ledger (number bigint PRIMARY KEY, door text)"
# The server says who it is: behind a pooler nobody else can.
WRITE = """INSERT INTO ledger VALUES (%s, %s) RETURNING host(inet_server_addr()),
    ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int"""


@dataclass(frozen=True)
class Door:
    """A way to the servers: a name, a connection string, and when a client hangs up that gets no answer."""

    name: str
    conninfo: str
    patience: float = math.inf


class Ledger:
    """Writers that go on through any fault, one for each door, and the commits they were told of."""

    def __init__(self, doors: list[Door], leader: str) -> None:
        self.commits: list[Commit] = []
        self._leader = leader
        self._over = threading.Event()
        self._numbers = iter(range(1, 10**9))
        self._lock = threading.Lock()
        self._writers = [_Writer(self, door) for door in doors]

    def __enter__(self) -> Ledger:
        with psycopg.connect(self._leader, autocommit=True) as connection:
            connection.execute(MAKE)
        for writer in self._writers:
            writer.start()
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_exception) -> None:
        self._over.set()
        for writer in self._writers:
            writer.hang_up()
        for writer in self._writers:
            writer.join(timeout=15)

    def is_over(self) -> bool:
        """Tell whether no more is to be written."""
        return self._over.is_set()

    def rest(self, seconds: float) -> None:
        """Wait for a while, but no longer than there is something to write."""
        self._over.wait(seconds)

    def next_number(self) -> int:
        """Return a number that no commit has had."""
        with self._lock:
            return next(self._numbers)

    def _watch(self) -> None:
        while not self._over.wait(AGAIN):
            for writer in self._writers:
                writer.hang_up_when_impatient()

    def acknowledged_between(self, since: float, until: float = math.inf) -> list[Commit]:
        """Return the commits that were begun after a moment and acknowledged before another."""
        return [commit for commit in self.commits if since < commit.begun and commit.acknowledged < until]

    def seconds_without_writes(self, since: float, until: float, door: str = "") -> float:
        """Return the longest time in which no commit was acknowledged by one door, or by any."""
        return longest_gap([commit for commit in self.commits if door in ("", commit.door)], since, until)

    def overlap_seconds(self) -> float:
        """Return how long two servers acknowledged commits."""
        return overlap_seconds(self.commits)

    def lost(self, conninfo: str) -> list[int]:
        """Return the numbers that were acknowledged and are not there."""
        with psycopg.connect(conninfo, connect_timeout=5) as connection:
            there = {number for (number,) in connection.execute("SELECT number FROM ledger")}
        return sorted({commit.number for commit in self.commits} - there)


class _Writer(threading.Thread):
    """A client that commits through one door, one number after the other."""

    def __init__(self, ledger: Ledger, door: Door) -> None:
        super().__init__(daemon=True)
        self._ledger = ledger
        self._door = door
        self._connection: psycopg.Connection | None = None
        self._asked = math.inf

    def run(self) -> None:
        # Behind a pooler of transactions statements cannot be prepared.
        options = {"autocommit": True, "prepare_threshold": None, "connect_timeout": 2, "tcp_user_timeout": 3000}
        while not self._ledger.is_over():
            with suppress(psycopg.Error), psycopg.connect(self._door.conninfo, **options) as self._connection:
                self._write_until_it_fails()
            self._asked = math.inf
            self._ledger.rest(AGAIN)

    def _write_until_it_fails(self) -> None:
        # A cancelled wait for a standby commits here alone and warns: that is no acknowledgement.
        warnings = []
        self._connection.add_notice_handler(warnings.append)
        while not self._ledger.is_over():
            pause = PAUSE
            try:
                commit = self._commit()
            except psycopg.errors.ReadOnlySqlTransaction:
                pause = AGAIN
            else:
                if warnings:
                    raise psycopg.OperationalError(warnings[0].message_primary)
                self._ledger.commits.append(commit)
            self._ledger.rest(pause)

    def _commit(self) -> Commit:
        number = self._ledger.next_number()
        begun = self._asked = time.monotonic()
        server, timeline = self._connection.execute(WRITE, (number, self._door.name)).fetchone()
        self._asked = math.inf
        return Commit(number, self._door.name, server, timeline, begun, time.monotonic())

    def hang_up(self) -> None:
        """End the connection, also when its thread waits for an answer."""
        # What is being closed there and then needs no end.
        with (
            suppress(OSError, psycopg.Error, AttributeError),
            socket.socket(fileno=os.dup(self._connection.fileno())) as wire,
        ):
            wire.shutdown(socket.SHUT_RDWR)

    def hang_up_when_impatient(self) -> None:
        """End the connection when it gives no answer for too long."""
        if time.monotonic() - self._asked > self._door.patience:
            self.hang_up()
