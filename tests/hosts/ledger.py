# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What clients saw: every write that a server acknowledged, by which door, and when."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Container
from contextlib import AbstractContextManager, suppress
from typing import Protocol

from tests.hosts.history import Commit, longest_gap, overlap_seconds

PAUSE = 0.01  # between two writes
AGAIN = 0.1  # until the next try by a door that does not take writes


class Refused(Exception):
    """A server takes no writes for now; the connection to it may stay."""


class Broken(Exception):
    """A connection is of no more use, or what it said is no acknowledgement."""


class Connection(Protocol):
    """A client's connection."""

    def write(self, number: int) -> tuple[str, int]:
        """Write a number, and return which server took it, and on which timeline. Raises Refused or Broken."""

    def hang_up(self) -> None:
        """End the connection, also when another thread waits for an answer."""


class Door(Protocol):
    """A way to the servers: a name, how to connect, and when a client hangs up that gets no answer."""

    name: str
    patience: float

    def open(self) -> AbstractContextManager[Connection]:
        """Connect. Raises Broken."""


class Ledger:
    """Writers that go on through any fault, one for each door, and the writes that were acknowledged to them."""

    def __init__(self, doors: list[Door]) -> None:
        self.commits: list[Commit] = []
        self._over = threading.Event()
        self._numbers = iter(range(1, 10**9))
        self._lock = threading.Lock()
        self._writers = [_Writer(self, door) for door in doors]

    def __enter__(self) -> Ledger:
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
        """Return a number that no write has had."""
        with self._lock:
            return next(self._numbers)

    def _watch(self) -> None:
        while not self._over.wait(AGAIN):
            for writer in self._writers:
                writer.hang_up_when_impatient()

    def acknowledged_between(self, since: float, until: float = math.inf) -> list[Commit]:
        """Return the writes that were begun after a moment and acknowledged before another."""
        return [commit for commit in self.commits if since < commit.begun and commit.acknowledged < until]

    def seconds_without_writes(self, since: float, until: float, door: str = "") -> float:
        """Return the longest time in which no write was acknowledged by one door, or by any."""
        return longest_gap([commit for commit in self.commits if door in ("", commit.door)], since, until)

    def overlap_seconds(self) -> float:
        """Return how long two servers acknowledged writes."""
        return overlap_seconds(self.commits)

    def lost(self, there: Container[int]) -> list[Commit]:
        """Return the writes that were acknowledged and are not there."""
        return [commit for commit in self.commits if commit.number not in there]


class _Writer(threading.Thread):
    """A client that writes through one door, one number after the other."""

    def __init__(self, ledger: Ledger, door: Door) -> None:
        super().__init__(daemon=True)
        self._ledger = ledger
        self._door = door
        self._connection: Connection | None = None
        self._asked = math.inf

    def run(self) -> None:
        while not self._ledger.is_over():
            with suppress(Broken), self._door.open() as self._connection:
                self._write_until_it_fails()
            self._asked = math.inf
            self._ledger.rest(AGAIN)

    def _write_until_it_fails(self) -> None:
        while not self._ledger.is_over():
            pause = PAUSE
            try:
                self._ledger.commits.append(self._commit())
            except Refused:
                pause = AGAIN
            self._ledger.rest(pause)

    def _commit(self) -> Commit:
        number = self._ledger.next_number()
        begun = self._asked = time.monotonic()
        server, timeline = self._connection.write(number)
        self._asked = math.inf
        return Commit(number, self._door.name, server, timeline, begun, time.monotonic())

    def hang_up(self) -> None:
        """End the connection, if there is one."""
        if self._connection:
            self._connection.hang_up()

    def hang_up_when_impatient(self) -> None:
        """End the connection when it gives no answer for too long."""
        if time.monotonic() - self._asked > self._door.patience:
            self.hang_up()
