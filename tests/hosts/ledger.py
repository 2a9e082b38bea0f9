# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What clients saw: every commit that a server acknowledged, by which door, and when."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from itertools import pairwise

import psycopg

PAUSE = 0.01


@dataclass(frozen=True)
class Commit:
    """An acknowledged commit: its number, the door it went through, and when the acknowledgement came (seconds)."""

    number: int
    door: str
    at: float


@dataclass
class Ledger:
    """Writers that go on through any fault, and the commits they were told of.

    A door is a name and a connection string; each has a writer of its own.
    """

    doors: dict[str, str]
    commits: list[Commit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._numbers = iter(range(1, 10**9))
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._write, args=door, daemon=True) for door in self.doors.items()]

    def __enter__(self) -> Ledger:
        door = next(iter(self.doors.values()))
        with psycopg.connect(door, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS ledger (number bigint PRIMARY KEY, door text)")
            connection.execute("TRUNCATE ledger")
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=15)

    def _next(self) -> int:
        with self._lock:
            return next(self._numbers)

    def _write(self, door: str, conninfo: str) -> None:
        while not self._over.is_set():
            try:
                with psycopg.connect(conninfo, autocommit=True, connect_timeout=2) as connection:
                    self._write_until_it_fails(door, connection)
            except psycopg.Error:
                time.sleep(PAUSE * 10)

    def _write_until_it_fails(self, door: str, connection: psycopg.Connection) -> None:
        # A cancelled wait for a standby commits here alone and warns: that is no acknowledgement.
        warnings = []
        connection.add_notice_handler(warnings.append)
        while not self._over.is_set():
            number = self._next()
            connection.execute("INSERT INTO ledger VALUES (%s, %s)", (number, door))
            if warnings:
                raise psycopg.OperationalError(warnings[0].message_primary)
            self.commits.append(Commit(number, door, time.monotonic()))
            time.sleep(PAUSE)

    def seconds_without_writes(self, since: float, until: float) -> float:
        """Return the longest time in which no commit was acknowledged by any door."""
        times = [since, *sorted(commit.at for commit in self.commits if since <= commit.at <= until), until]
        return max(later - earlier for earlier, later in pairwise(times))

    def overlap_seconds(self, doors: tuple[str, ...]) -> float:
        """Return how long two of the doors acknowledged commits, first of the one and then of the other in turns."""
        turns = sorted((commit.at, commit.door) for commit in self.commits if commit.door in doors)
        changes = [(before, after) for before, after in pairwise(turns) if before[1] != after[1]]
        # From one to the other is a failover; back again within it means that both took writes.
        return changes[-1][1][0] - changes[0][0][0] if len(changes) > 1 else 0.0

    def lost(self, conninfo: str) -> list[int]:
        """Return the numbers that were acknowledged and are not there."""
        with psycopg.connect(conninfo, connect_timeout=5) as connection:
            there = {number for (number,) in connection.execute("SELECT number FROM ledger")}
        return sorted({commit.number for commit in self.commits} - there)
