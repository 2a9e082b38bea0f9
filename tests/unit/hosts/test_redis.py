# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the proof by faults takes from Redis: what is acknowledged, who leads, what is healthy and promised."""

from __future__ import annotations

import inspect
import math
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from redis.exceptions import ConnectionError, ReadOnlyError, ResponseError
from redis.sentinel import MasterNotFoundError

from tests.hosts import faults
from tests.hosts.history import Commit
from tests.hosts.ledger import Broken, Refused
from tests.hosts.systems.redis import FAULTS, Cluster, Door, Majority
from tests.hosts.trials import broken

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "reliability.md"
NODES, SENTINELS = ("a", "b", "c"), ("x", "y", "z")
INFO = {"master_replid": "first"}


def door(confirmations: int, answer: list | Exception) -> Door:
    """A door to a server that gives one answer."""
    client = MagicMock()
    asked = client.pipeline.return_value.info.return_value.set.return_value
    asked.execute.side_effect = [answer]
    return Door("door", client, confirmations)


@pytest.mark.parametrize(
    ("confirmations", "answer", "outcome"),
    [
        pytest.param(1, [INFO, True, 1], None, id="one replica has it"),
        pytest.param(1, [INFO, True, 2], None, id="both have it"),
        pytest.param(1, [INFO, True, 0], Broken, id="no replica has it"),
        pytest.param(2, [INFO, True, 1], Broken, id="one of two has it"),
        pytest.param(0, [INFO, True], None, id="nobody was asked whether they have it"),
        pytest.param(1, ReadOnlyError(), Refused, id="a replica"),
        pytest.param(1, ResponseError("NOREPLICAS Not enough good replicas to write."), Broken, id="a master alone"),
        pytest.param(0, ResponseError("MISCONF Errors writing to the AOF file"), Broken, id="a full disk"),
        pytest.param(1, ConnectionError(), Broken, id="nobody"),
    ],
)
def test_acknowledged_is_what_so_many_replicas_have(confirmations, answer, outcome):
    way = door(confirmations, answer)
    if outcome:
        with pytest.raises(outcome), way.open() as connection:
            connection.write(1)
    else:
        with way.open() as connection:
            assert connection.write(1)[0] == "first"
    assert way.client.connection_pool.disconnect.called


def test_reigns_are_numbered_as_they_are_seen():
    replies = [[{"master_replid": name}, True] for name in ("before", "after", "before", "later")]
    numbers = [door(0, reply).write(1)[1] for reply in replies]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0], numbers[0] + 2]


@pytest.mark.parametrize(
    ("says", "named"),
    [
        pytest.param(["a", "a", "a"], "a", id="all"),
        pytest.param(["a", "b", "b"], "b", id="two, though the first says otherwise"),
        pytest.param([None, "b", "b"], "b", id="two, and the first says nothing"),
        pytest.param(["a", "b", "c"], None, id="each another"),
        pytest.param(["a", None, None], None, id="one alone"),
        pytest.param([ConnectionError(), "a", ConnectionError()], None, id="one that answers"),
    ],
)
def test_a_majority_of_the_sentinels_names_the_master(says, named):
    manager = Majority([])
    manager.sentinels = [MagicMock(**{"sentinel_get_master_addr_by_name.side_effect": [said]}) for said in says]
    if named:
        assert manager.discover_master("main") == named
    else:
        with pytest.raises(MasterNotFoundError):
            manager.discover_master("main")


def test_the_page_shows_that_very_client():
    assert inspect.getsource(Majority) in PAGE.read_text()


def master(followers: int = 2) -> dict:
    """What a master says."""
    return {"role": "master", "connected_slaves": followers}


def replica(link: str = "up") -> dict:
    """What a replica says."""
    return {"role": "slave", "connected_slaves": 0, "master_link_status": link}


@pytest.mark.parametrize(
    ("states", "named", "leader", "healthy"),
    [
        pytest.param([master(), replica(), replica()], {"a": 3}, "a", True, id="all is well"),
        pytest.param([replica(), replica(), master()], {"c": 3}, "c", True, id="after a failover"),
        pytest.param([master(), replica(), replica("down")], {"a": 3}, "a", False, id="a replica that lost its master"),
        pytest.param([master(1), replica(), replica()], {"a": 3}, "a", False, id="a replica of another"),
        pytest.param([master(), replica(), {}], {"a": 3}, "a", False, id="a server that says nothing"),
        pytest.param([master(), replica(), replica()], {"a": 2}, "a", False, id="a Sentinel that says nothing"),
        pytest.param([master(), replica(), replica()], {"a": 2, "b": 1}, "a", False, id="Sentinels at odds"),
        pytest.param([master(0), master(1), replica()], {"a": 1, "b": 2}, "b", False, id="two masters"),
        pytest.param([{}, replica("down"), replica("down")], {"a": 3}, None, False, id="no master"),
        pytest.param([{}, {}, {}], {}, None, False, id="nobody"),
    ],
)
def test_who_leads_and_whether_all_is_well(monkeypatch, states, named, leader, healthy):
    monkeypatch.setattr(faults, "address", lambda host: host)
    monkeypatch.setattr(Cluster, "ask", lambda _self, node, _section: dict(zip(NODES, states))[node])
    monkeypatch.setattr(Cluster, "named", lambda _self: Counter(named))
    cluster = Cluster(NODES, SENTINELS)
    assert cluster.is_healthy() is healthy
    if leader:
        assert cluster.leader() == leader
    else:
        with pytest.raises(LookupError):
            cluster.leader()


@pytest.mark.parametrize(
    ("may_lose", "lost", "within", "overlap", "promises_broken"),
    [
        pytest.param(0, 0, 0.0, 0.0, 0, id="durable"),
        pytest.param(0, 1, 0.0, 0.0, 1, id="durable, one lost"),
        pytest.param(0, None, 0.0, 0.0, 1, id="durable, and nobody knows"),
        pytest.param(0, 0, 0.0, 0.1, 1, id="durable, beside another"),
        pytest.param(5, 900, 4.2, 0.0, 0, id="bounded"),
        pytest.param(5, 9000, 20.1, 14.0, 2, id="bounded, and more is lost"),
        pytest.param(math.inf, 9000, 20.1, 14.0, 0, id="fast"),
    ],
)
def test_what_is_promised_depends_on_the_profile(may_lose, lost, within, overlap, promises_broken):
    seen = {"fault": "cut_off", "lost": lost, "seconds_lost": within, "overlap_seconds": overlap}
    usual = {"healthy_without_a_hand": True, "acknowledged_meanwhile": 1, "complaints": []}
    assert len(broken(Cluster(NODES, SENTINELS, may_lose=may_lose), {**seen, **usual})) == promises_broken


def test_for_how_long_was_acknowledged_what_is_lost(monkeypatch):
    monkeypatch.setattr(Cluster, "ways", lambda _self: [SimpleNamespace(name="near")])
    ledger = SimpleNamespace(seconds_without_writes=lambda _begin, _end, _way: 6.04)
    lost = [Commit(number, "near", "first", 1, at, at) for number, at in enumerate((7.0, 5.0, 8.5))]
    cluster = Cluster(NODES, SENTINELS)
    assert cluster.figures(ledger, lost, 6.0, 10) == {"ways": {"near": 6.0}, "seconds_lost": 3.5}
    assert cluster.figures(ledger, lost, 4.0, 10)["seconds_lost"] == 4.5
    assert cluster.figures(ledger, [], 4.0, 10)["seconds_lost"] == 0


def test_a_scenario_says_who_is_in_it():
    cluster = Cluster.of(ROOT / "tests" / "hosts" / "scenarios" / "reliability-redis")
    names = [*(f"cache-{n}" for n in (1, 2, 3)), *(f"cache-watch-{n}" for n in (1, 2, 3)), "cache-proxy"]
    assert list(cluster.hosts()) == names
    assert (cluster.login["username"], cluster.admin_login["username"]) == ("shop", "mainstay")
    assert cluster.login["ssl"]


def test_the_table_has_the_trials_asked_for():
    many = {"killed", "frozen", "cut_off", "cut_off_with_a_sentinel"}
    assert {name: fault.trials for name, fault in FAULTS.items()} == {
        name: 10 if name in many else 3 for name in FAULTS
    }
