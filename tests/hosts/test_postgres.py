# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What clients of three PostgreSQL hosts see when hosts fail. Run by the scenario postgres, whose hosts are up."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable

import pytest

from tests.hosts import faults
from tests.hosts.ledger import Door, Ledger

HOSTS = ("postgres-1", "postgres-2", "postgres-3")


def ask(host: str, sql: str) -> str:
    return faults.inside(host, f"runuser -u postgres -- psql -XAtqc {shlex.quote(sql)}")


LEADER = next(host for host in HOSTS if ask(host, "SELECT pg_is_in_recovery()") == "f")
STANDBYS = [host for host in HOSTS if host != LEADER]


def door(host: str) -> str:
    return f"host={faults.address(host)} dbname=shop user=shop password=shop-secret sslmode=require"


def until(holds: Callable[[], bool], seconds: float) -> float:
    """Wait until something holds, and return for how long."""
    start = time.monotonic()
    while not holds():
        assert time.monotonic() - start < seconds, f"not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - start


def both_stream() -> bool:
    return ask(LEADER, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == str(len(STANDBYS))


def gap_while(happens, seconds: float) -> tuple[Ledger, float]:
    """Let something happen for some seconds while a client writes. Return what the client saw and its longest gap."""
    with Ledger([Door(LEADER, door(LEADER))], door(LEADER)) as ledger:
        time.sleep(2)
        begin = time.monotonic()
        with happens:
            time.sleep(seconds)
        until(both_stream, 60)
        time.sleep(2)
        end = time.monotonic()
    return ledger, ledger.seconds_without_writes(begin, end)


@pytest.fixture(autouse=True)
def _whole_cluster():
    until(both_stream, 60)


def test_one_standby_may_go():
    ledger, gap = gap_while(faults.gone(STANDBYS[0]), 6)
    assert gap < 3
    assert ledger.lost(door(LEADER)) == []


def test_without_any_standby_commits_wait_and_then_go_on():
    ledger, gap = gap_while(faults.cut_off(LEADER, STANDBYS), 8)
    assert gap > 4  # what was under way before the standbys' silence is noticed still counts
    assert ledger.lost(door(LEADER)) == []
    assert ledger.lost(door(STANDBYS[0])) == []


def test_a_leader_that_freezes_goes_on_where_it_was():
    ledger, gap = gap_while(faults.frozen(LEADER), 8)
    assert 7 < gap < 20
    assert ledger.lost(door(LEADER)) == []
