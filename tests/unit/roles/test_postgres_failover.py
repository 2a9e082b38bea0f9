# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a node of a PostgreSQL cluster decides, and whose promise a candidate may take: tables without a server."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[3] / "roles/repmgr/files/postgres_failover.py"
spec = importlib.util.spec_from_file_location("postgres_failover", PATH)
failover = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(failover)
View, Refused = failover.View, failover.Refused

NODES = [{"id": number, "name": f"pg-{number}", "address": f"10.0.0.{number}"} for number in (1, 2, 3)]
ADDRESSES = {node["address"]: node["id"] for node in NODES}


def leads(timeline=1, lsn=100, **more):
    return View(leads=True, timeline=timeline, lsn=lsn, **more)


def follows(node, timeline=1, lsn=100, **more):
    return View(leads=False, timeline=timeline, lsn=lsn, upstream=f"user=x host=10.0.0.{node} port=5432", **more)


def facts(me, views, **more):
    return failover.Facts(me=me, views=views, addresses=ADDRESSES, **{"strict": True, "majority": 2, **more})


WHOLE = {1: leads(), 2: follows(1, sender="10.0.0.1"), 3: follows(1, sender="10.0.0.1")}
THAWED = {1: leads(1), 2: leads(2), 3: follows(2, 2)}
LOST = {2: follows(1), 3: follows(1)}
DOWN = {"running": False, "down": 9.0}


@pytest.mark.parametrize(
    ("me", "views", "more", "decision"),
    [
        # what is as it should be
        (1, WHOLE, {}, ("record", None)),
        (2, WHOLE, {}, ("wait", None)),
        # a leader that thaws beside its successor, and the successor beside it
        (1, THAWED, {}, ("rewind", 2)),
        (2, THAWED, {}, ("record", None)),
        # two leaders of one timeline: a person's matter
        (1, {1: leads(), 2: leads()}, {}, ("record", None)),
        # a leader alone: replication keeps it from acknowledging, or it stops
        (1, {1: leads()}, {"lonely": 60.0}, ("record", None)),
        (1, {1: leads()}, {"lonely": 60.0, "strict": False}, ("fence", None)),
        (1, {1: leads()}, {"lonely": 2.0, "strict": False}, ("record", None)),
        # a standby that was away while another was promoted
        (3, {2: leads(2), 3: follows(1)}, {}, ("follow", 2)),
        # one that promised, while the old leader is back: the candidate alone sends it back
        (3, {1: leads(), 2: follows(1), 3: follows(2)}, {"astray": 90.0}, ("wait", None)),
        # one that follows a node that is none
        (3, {1: leads(), 3: follows(9)}, {}, ("follow", 1)),
        # one that receives nothing for long is mended, but not at once
        (3, {1: leads(), 3: follows(1)}, {"astray": 21.0}, ("mend", 1)),
        (3, {1: leads(), 3: follows(1)}, {"astray": 19.0}, ("wait", None)),
        # a promise that led to nothing
        (2, LOST, {"promised": 16.0}, ("release", None)),
        (2, LOST, {"promised": 14.0}, ("wait", None)),
        # slots that nobody uses would fill the disk; those of a promise are about to be used
        (3, {1: leads(), 3: follows(1, idle=2)}, {}, ("tidy", None)),
        (3, {1: leads(), 3: follows(1, idle=2)}, {"promised": 1.0}, ("wait", None)),
        # nobody leads: repmgr's turn, and after it one after the other
        (2, LOST, {"headless": 20.0}, ("wait", None)),
        (2, LOST, {"headless": 26.0}, ("stand", None)),
        (3, LOST, {"headless": 26.0}, ("wait", None)),
        (3, LOST, {"headless": 31.0}, ("stand", None)),
        # a server that is down
        (1, {2: leads(2)}, {**DOWN, "disk": 1}, ("rewind", 2)),
        (1, {2: leads(2)}, {**DOWN, "disk": 1, "down": 2.0}, ("wait", None)),
        (3, {1: leads()}, {**DOWN, "disk": 1, "follows": True}, ("rejoin", 1)),
        (3, {}, {**DOWN, "disk": 1, "follows": True}, ("start", None)),
        (3, {1: leads()}, {**DOWN, "disk": 0, "follows": True}, ("wait", None)),
        # the last leader, after all were down: it starts when nobody was promoted meanwhile
        (1, LOST, {**DOWN, "disk": 1, "headless": 21.0}, ("start", None)),
        (1, LOST, {**DOWN, "disk": 1, "headless": 19.0}, ("wait", None)),
        (1, {3: follows(2, 2)}, {**DOWN, "disk": 1, "headless": 99.0}, ("wait", None)),
        (1, {}, {**DOWN, "disk": 1, "headless": 99.0}, ("start", None)),
        (1, {}, {**DOWN, "disk": 1, "headless": 99.0, "strict": False}, ("wait", None)),
        # the newest leader crashed, and the one before it leads again meanwhile
        (2, {1: leads(1)}, {**DOWN, "disk": 2, "headless": 21.0}, ("start", None)),
        # one that runs and says nothing
        (1, {2: leads(2)}, {}, ("wait", None)),
        # a person is at work
        (1, THAWED, {"maintenance": True}, ("record", None)),
        (3, {2: leads(2), 3: follows(1)}, {"maintenance": True}, ("wait", None)),
        (1, {2: leads(2)}, {**DOWN, "disk": 1, "maintenance": True}, ("wait", None)),
    ],
)
def test_decisions(me, views, more, decision):
    assert failover.decide(facts(me, views, **more)) == decision
    assert callable(getattr(failover.Watch, decision[0]))


def cluster(tmp_path, me=2, profile="synchronous", nodes=NODES):
    places = {"state": tmp_path, "data": tmp_path, "maintenance": tmp_path / "m", "handover": tmp_path / "h"}
    return failover.Cluster({"id": me, "nodes": nodes, "profile": profile, **places})


FIVE = [{"id": number, "name": f"pg-{number}", "address": f"10.0.0.{number}"} for number in range(1, 6)]


@pytest.mark.parametrize(
    ("views", "promising"),
    [
        (LOST, [3]),
        # the old leader answers again, as a standby
        ({**LOST, 1: follows(2)}, [1, 3]),
        # the other one has promised already
        ({2: follows(1), 3: follows(2)}, [3]),
    ],
)
def test_who_may_promise(tmp_path, views, promising):
    assert [node.id for node in failover.who_may_promise(cluster(tmp_path), views)] == promising


@pytest.mark.parametrize(
    ("views", "reason"),
    [
        ({3: follows(1)}, "this node is no standby that answers"),
        ({2: leads(), 3: follows(2)}, "this node is no standby that answers"),
        ({2: follows(1)}, "1 other standbys have to answer, 0 do; silent: pg-1, pg-3"),
        ({**LOST, 1: leads()}, "pg-1 leads, on timeline 1"),
        ({2: follows(1), 3: follows(1, hears=True)}, "pg-3 still hears the leader"),
        ({2: follows(1), 3: follows(1, lsn=101)}, "pg-3 is ahead"),
        ({2: follows(1), 3: follows(1, timeline=2, lsn=1)}, "pg-3 is ahead"),
        ({2: follows(1), 3: follows(3)}, "pg-3 follows 10.0.0.3, to whom it may have promised"),
    ],
)
def test_who_may_not(tmp_path, views, reason):
    with pytest.raises(Refused, match=reason):
        failover.who_may_promise(cluster(tmp_path), views)


def test_an_older_leader_does_not_keep_a_newer_standby_from_standing(tmp_path):
    views = {1: leads(1), 2: follows(3, 2), 3: follows(3, 2)}
    assert [node.id for node in failover.who_may_promise(cluster(tmp_path), views)] == [3]


@pytest.mark.parametrize(
    ("profile", "nodes", "needed"),
    [
        ("synchronous", NODES[:2], 0),
        ("synchronous", NODES, 1),
        ("synchronous", FIVE, 3),
        ("asynchronous", NODES, 1),
        ("asynchronous", FIVE, 2),
    ],
)
def test_how_many_have_to_let_go(tmp_path, profile, nodes, needed):
    assert cluster(tmp_path, profile=profile, nodes=nodes).promises_needed == needed


def test_maintenance_is_a_file_and_a_handover_ends_by_itself(tmp_path):
    one = cluster(tmp_path)
    assert not one.maintenance
    (tmp_path / "h").touch()
    assert one.maintenance
    failover.os.utime(tmp_path / "h", (0, 0))
    assert not one.maintenance
    (tmp_path / "m").touch()
    assert one.maintenance


def test_a_gap_in_the_clock_ends_what_held(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(failover.time, "monotonic", lambda: now[0])
    since = failover.Since()
    assert since.held("headless", True) == 0
    now[0] += 3
    since.tick()
    assert since.held("headless", True) == 3
    now[0] += 30
    since.tick()
    assert since.held("headless", True) == 0


def test_what_a_stopped_server_follows_is_written_once(tmp_path):
    one = cluster(tmp_path)
    one.config["primary_conninfo"] = "host={address} application_name={name}"
    (tmp_path / "postgresql.auto.conf").write_text("work_mem = '4MB'\nprimary_conninfo = 'host=10.0.0.9'\n")
    for _twice in range(2):
        failover.follow_on_disk(one, one.nodes[0])
    assert (tmp_path / "postgresql.auto.conf").read_text() == (
        "work_mem = '4MB'\nprimary_conninfo = 'host=10.0.0.1 application_name=pg-2'\n"
        "primary_slot_name = 'repmgr_slot_2'\n"
    )
    assert (tmp_path / "standby.signal").exists()


@pytest.mark.parametrize(
    ("conninfo", "host"),
    [("user=x host=10.0.0.1 port=5432", "10.0.0.1"), ("", ""), ("hostaddr=10.0.0.1", "")],
)
def test_the_host_of_a_connection_string(conninfo, host):
    assert failover.host_of(conninfo) == host


def test_metrics(tmp_path):
    failover.event(cluster(tmp_path), "promoted", "pg-2 leads")
    text = failover.metrics(cluster(tmp_path), facts(1, WHOLE))
    assert "postgres_failover_leader 1\n" in text
    assert 'postgres_failover_events_total{event="promoted"} 1\n' in text
