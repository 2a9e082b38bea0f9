# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What clients of two poolers see when the leader freezes and a standby is promoted. Run by verify.yml."""

from __future__ import annotations

import shlex
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.hosts import faults

POOLERS = ("pgbouncer-12", "pgbouncer-13")
OLD, NEW = "pgbouncer-server-1", "pgbouncer-server-2"


def door(pooler: str) -> psycopg.Connection:
    access = "port=6432 dbname=shop user=shop password=shop-secret sslmode=require connect_timeout=5"
    return psycopg.connect(f"host={faults.address(pooler)} {access}", prepare_threshold=None)


def console(pooler: str, command: str) -> str:
    return faults.inside(
        pooler,
        f"runuser -u postgres -- psql -XAt -h /run/pgbouncer -p 6432 -U pgbouncer pgbouncer -c {shlex.quote(command)}",
    )


def leader_through(pooler: str) -> str:
    with door(pooler) as connection:
        return connection.execute("SELECT host(inet_server_addr())").fetchone()[0]


def seconds_until_followed(pooler: str) -> float:
    start = time.monotonic()
    while time.monotonic() - start < 20:
        try:
            if leader_through(pooler) == faults.address(NEW):
                return time.monotonic() - start
        except psycopg.Error:
            time.sleep(0.05)
    pytest.fail(f"{pooler} does not follow")


def test_what_somebody_paused_stays_paused():
    console(POOLERS[0], "PAUSE shop")
    time.sleep(3)
    assert console(POOLERS[0], "SHOW DATABASES").splitlines()[1].split("|")[-2:] == ["1", "0"]
    console(POOLERS[0], "RESUME shop")


def test_poolers_follow_who_was_promoted_and_never_go_back():
    with door(POOLERS[0]) as waiting, door(POOLERS[1]) as hanging, ThreadPoolExecutor() as clients:
        hanging.execute("SELECT 1")  # its transaction holds a connection to the leader
        console(POOLERS[0], "PAUSE shop")
        patient = clients.submit(waiting.execute, "SELECT host(inet_server_addr())")
        with faults.frozen(OLD):
            faults.inside(NEW, "runuser -u postgres -- psql -XAtqc 'SELECT pg_promote()'")
            seconds = list(clients.map(seconds_until_followed, POOLERS))
            print("seconds from the promotion to the first answer:", [round(each, 2) for each in seconds])
            assert max(seconds) < 2
            assert patient.result(timeout=5).fetchone() == (faults.address(NEW),)
            with pytest.raises(psycopg.OperationalError):
                hanging.execute("SELECT 1")
        for _moment in range(20):
            assert {leader_through(pooler) for pooler in POOLERS} == {faults.address(NEW)}
            time.sleep(0.2)
    for pooler in POOLERS:
        faults.inside(pooler, "systemctl restart pgbouncer-follower && sleep 3")
        assert leader_through(pooler) == faults.address(NEW)
        figures = faults.inside(pooler, "cat /var/lib/prometheus/node-exporter/pgbouncer_follower.prom")
        assert f'pgbouncer_follower_leader{{server="{NEW}"}} 1' in figures
        assert "pgbouncer_follower_timeline 2" in figures
