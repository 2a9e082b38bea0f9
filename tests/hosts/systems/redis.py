# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Redis hosts with their Sentinels as a client and as an onlooker sees them, and their faults."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import ClassVar

import yaml
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError, Sentinel

from tests.hosts import faults
from tests.hosts.history import Commit
from tests.hosts.ledger import Broken, Ledger, Refused
from tests.hosts.trials import FROZEN, HOST_GONE, KILLED, RUN_KILLED, Fault, Scene

MASTER = "main"
# Whoever waits for a frozen host waits no longer than this; writers try again by themselves.
TIMES = {"socket_connect_timeout": 1, "socket_timeout": 2, "retry": Retry(NoBackoff(), 0)}
CONFIRMED_WITHIN = 1000  # milliseconds, less than the timeout above
DATA = "/var/lib/redis"
KILOBITS = 512  # a second: less than the writers would take
# A reign is a master's from its promotion or start to its end, and has a random name. Clients number reigns in the
# order in which they come upon them.
REIGNS: dict[str, int] = defaultdict(count(1).__next__)


class Majority(Sentinel):
    """Sentinels of whom a majority has to name the master: one alone may be cut off, together with an old master."""

    def discover_master(self, service_name: str) -> tuple[str, int]:
        named = Counter()
        for sentinel in self.sentinels:
            with suppress(RedisError):
                named[sentinel.sentinel_get_master_addr_by_name(service_name)] += 1
        for master, voices in named.items():
            if master and voices > len(self.sentinels) / 2:
                return master
        raise MasterNotFoundError(f"no majority of the Sentinels names a master for {service_name!r}")


@dataclass(frozen=True)
class Door:
    """A way to the servers, and how many replicas have to confirm a write before it counts as acknowledged."""

    name: str
    client: Redis
    confirmations: int
    patience: float = math.inf  # redis-py hangs up by itself

    @contextmanager
    def open(self) -> Iterator[Door]:
        """Let the client connect with its first write. It does so anew after any failure, also of a confirmation."""
        try:
            yield self
        except RedisError as error:
            raise Broken from error
        finally:
            self.client.connection_pool.disconnect()

    def write(self, number: int) -> tuple[str, int]:
        """Set a key, and return the reign in which that was acknowledged, by name and number."""
        asked = self.client.pipeline(transaction=False).info("replication").set(f"k:{self.name}:{number}", number)
        if self.confirmations:
            asked.wait(self.confirmations, CONFIRMED_WITHIN)
        try:
            info, _set, *confirmed = asked.execute()
        except ReadOnlyError as error:
            raise Refused from error
        if confirmed and confirmed[0] < self.confirmations:
            raise Broken(f"only {confirmed[0]} replicas have it")
        return info["master_replid"], REIGNS[info["master_replid"]]

    def hang_up(self) -> None:
        """Let redis-py's own timeout end it: its connections belong to one thread."""


@contextmanager
def cut_off_with_a_sentinel(scene: Scene) -> Iterator[None]:
    """The master and the Sentinel that one client asks first hear nothing of all others, nor these of them."""
    near, *far = scene.cluster.sentinels
    others = [*scene.followers, *far]
    with faults.cut_off(scene.leader, others), faults.cut_off(near, others):
        yield


@contextmanager
def disk_full_in_rewrite(scene: Scene) -> Iterator[None]:
    """Not a byte is left on the master's disk while it rewrites its append-only file."""
    with scene.cluster.admin(scene.leader) as master:
        # There is little to rewrite here: each key is made to take its time.
        master.config_set("rdb-key-save-delay", 2000)
        rewrite(scene)
        begun = scene.wait_for(partial(rewriting, scene), 5)
        master.config_set("rdb-key-save-delay", 0)
    if not begun:
        raise RuntimeError("the rewrite did not begin")
    with faults.full_disk(scene.leader, DATA):
        scene.wait_for(lambda: not rewriting(scene), 30)
        if rewritten(scene):
            raise RuntimeError("the rewrite came to its end on a full disk")
        yield
    # It may be starting anew.
    if not (scene.wait_for(partial(rewrite, scene), 30) and scene.wait_for(partial(rewritten, scene), 30)):
        scene.complaints.append(f"{scene.leader} cannot rewrite its append-only file")


def rewrite(scene: Scene) -> bool:
    """Have the master rewrite its append-only file. Tell whether it was there to be told."""
    with suppress(RedisError), scene.cluster.admin(scene.leader) as master:
        master.bgrewriteaof()
        return True
    return False


def rewriting(scene: Scene) -> bool:
    """Tell whether the master rewrites its append-only file."""
    return scene.cluster.ask(scene.leader, "persistence").get("aof_rewrite_in_progress") == 1


def rewritten(scene: Scene) -> bool:
    """Tell whether the master's last rewrite succeeded."""
    said = scene.cluster.ask(scene.leader, "persistence")
    return said.get("aof_rewrite_in_progress") == 0 and said["aof_last_bgrewrite_status"] == "ok"


FAULTS = {
    "killed": KILLED,
    "frozen": FROZEN,
    "cut_off": Fault(
        lambda scene: faults.cut_off(scene.leader, [*scene.followers, *scene.cluster.sentinels]),
        (25, 35),
        "network healed",
        trials=10,
    ),
    "cut_off_with_a_sentinel": Fault(cut_off_with_a_sentinel, (25, 35), "network healed", trials=10),
    "host_gone": HOST_GONE,
    "replica_lost": Fault(
        lambda scene: faults.gone(scene.dice.choice(scene.followers)), (10, 20), "host started", in_median=False
    ),
    "one_sentinel_lost": Fault(
        lambda scene: faults.gone(scene.dice.choice(scene.cluster.sentinels)), (10, 20), "host started", in_median=False
    ),
    "two_sentinels_lost": Fault(
        lambda scene: faults.gone(*scene.dice.sample(scene.cluster.sentinels, 2)),
        (10, 20),
        "hosts started",
        in_median=False,
    ),
    "slow_network": Fault(
        lambda scene: faults.slow_network(scene.leader, KILOBITS), (20, 30), "network healed", in_median=False
    ),
    # A master that cannot write to its disk answers Sentinels with an error: another one takes its place.
    "disk_full_in_rewrite": Fault(disk_full_in_rewrite, (20, 30), "space freed"),
    "run_killed": RUN_KILLED,
    "all_restarted": Fault(lambda scene: faults.gone(*scene.cluster.hosts()), (1, 5), "hosts started", in_median=False),
}


@dataclass(frozen=True)
class Cluster:
    """Redis servers, the Sentinels that watch them, proxies, and how a client and an administrator log in."""

    nodes: tuple[str, ...]
    sentinels: tuple[str, ...]
    proxies: tuple[str, ...] = ()
    login: dict = field(default_factory=dict)
    admin_login: dict = field(default_factory=dict)
    confirmations: int = 1
    may_lose: float = 0  # what was acknowledged in so many seconds of a fault
    faults: ClassVar[dict[str, Fault]] = FAULTS
    program: ClassVar[str] = "redis-server"

    @classmethod
    def of(cls, scenario: Path) -> Cluster:
        """Return the cluster that a scenario of molecule describes."""
        said = yaml.safe_load((scenario / "group_vars" / "cluster.yml").read_text())
        hosts = yaml.safe_load((scenario / "molecule.yml").read_text())["platforms"]
        # That certificates are verified is not what is being proved.
        tls = {"ssl": True, "ssl_cert_reqs": "none"} if said.get("redis_tls_certificate") else {}
        user = said["redis_users"][0]
        return cls(
            nodes=tuple(node["name"] for node in said["redis_nodes"]),
            sentinels=tuple(sentinel["name"] for sentinel in said["redis_sentinels"]),
            proxies=tuple(host["name"] for host in hosts if "redis_proxy" in host.get("groups", [])),
            login={"username": user["name"], "password": user["password"], **tls, **TIMES},
            admin_login={"username": "mainstay", "password": said["redis_password"], **tls, **TIMES},
        )

    @property
    def profile(self) -> str:
        """Return by what its records are known."""
        return "durable" if self.confirmations else "fast"

    def hosts(self) -> tuple[str, ...]:
        """Return the names of all of them."""
        return tuple(dict.fromkeys((*self.nodes, *self.sentinels, *self.proxies)))

    def client(self, host: str) -> Redis:
        """Return a client of a server or a proxy."""
        return Redis(faults.address(host), **self.login)

    def admin(self, node: str) -> Redis:
        """Return a client of a server that may do anything there."""
        return Redis(faults.address(node), **self.admin_login)

    def through(self, sentinels: Iterable[str], asking: type[Sentinel] = Sentinel) -> Redis:
        """Return a client that asks Sentinels who the master is, in this order at first."""
        places = [(faults.address(host), 26379) for host in sentinels]
        return asking(places, sentinel_kwargs=self.login, **self.login).master_for(MASTER)

    def ask(self, node: str, section: str) -> dict:
        """Return a section of what a server says of itself. It says nothing when it cannot."""
        with suppress(RedisError), self.client(node) as client:
            return client.info(section)
        return {}

    def named(self) -> Counter[str]:
        """Return the addresses that Sentinels name as the master's, and how many do."""
        return Counter(filter(None, map(self._named_by, self.sentinels)))

    def _named_by(self, sentinel: str) -> str:
        with suppress(RedisError), Redis(faults.address(sentinel), 26379, **self.login) as client:
            address, _port = client.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
            return address.decode()
        return ""

    def leader(self) -> str:
        """Return who leads: of two that say so the one that more Sentinels name. Raises LookupError without any."""
        masters = [node for node in self.nodes if self.ask(node, "replication").get("role") == "master"]
        if not masters:
            raise LookupError(f"none of {', '.join(self.nodes)} is a master")
        named = self.named()
        return max(masters, key=lambda node: named[faults.address(node)])

    def is_healthy(self) -> bool:
        """Tell whether one leads, all Sentinels name it, and all others replicate from it."""
        states = {node: self.ask(node, "replication") for node in self.nodes}
        masters = [node for node, state in states.items() if state.get("role") == "master"]
        return (
            len(masters) == 1
            and self.named() == {faults.address(masters[0]): len(self.sentinels)}
            and states[masters[0]]["connected_slaves"] == len(self.nodes) - 1
            and sum(state.get("master_link_status") == "up" for state in states.values()) == len(self.nodes) - 1
        )

    def door(self, node: str) -> Door:
        """Return the way to one node."""
        return Door(node, self.client(node), self.confirmations)

    def ways(self) -> list[Door]:
        """Return the ways of clients that want the master.

        Two believe the first Sentinel that answers, one from either end of the list; one believes a majority.
        """
        clients = {
            "near": self.through(self.sentinels),
            "far": self.through(reversed(self.sentinels)),
            "majority": self.through(self.sentinels, Majority),
            **{name: self.client(name) for name in self.proxies},
        }
        return [Door(name, client, self.confirmations) for name, client in clients.items()]

    def empty(self, leader: str) -> None:
        """Drop what was written in earlier trials."""
        with self.admin(leader) as client:
            client.flushdb()

    def written(self, leader: str) -> set[int]:
        """Return the numbers that are there."""
        with self.client(leader) as client:
            return {int(key.rpartition(b":")[2]) for key in client.scan_iter("k:*", count=10000)}

    def change(self, seed: int) -> dict:
        """Return variables for a run that has to restart every server."""
        return {"redis_settings": {"databases": 17 + seed % 50}}

    def runs_with(self, node: str, change: dict) -> bool:
        """Tell whether a node runs with what such a run asks for."""
        with suppress(RedisError), self.admin(node) as client:
            return int(client.config_get("databases")["databases"]) == change["redis_settings"]["databases"]
        return False

    def figures(self, ledger: Ledger, lost: list[Commit], begin: float, end: float) -> dict:
        """Return each way's time without writes, and for how long was acknowledged what is lost."""
        moments = [begin, *(commit.acknowledged for commit in lost)]
        return {
            "ways": {way.name: round(ledger.seconds_without_writes(begin, end, way.name), 1) for way in self.ways()},
            "seconds_lost": round(max(moments) - min(moments), 1),
        }
