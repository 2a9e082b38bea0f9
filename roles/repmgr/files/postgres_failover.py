# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What repmgr leaves open on a node of a PostgreSQL cluster: promises, promotion, rejoining, a guard before the start.

repmgrd notices that the leader is gone and elects. What keeps acknowledged commits is here: before a standby is
promoted every other standby has let go of the old leader for good (it streams from the candidate, and only the
candidate may send it back) and is not ahead of the candidate. A node that led, or strayed, comes back by itself.

    postgres-failover promise   take the others' promise, or refuse (repmgr's failover_validation_command)
    postgres-failover promote   lead, with the promise in hand (promote_command)
    postgres-failover follow    see that this standby follows the leader (follow_command)
    postgres-failover guard     refuse to start a server that led while another leads (before the server's unit)
    postgres-failover watch     look every second, and do what is to be done (a unit of its own)
    postgres-failover status    print what the nodes say, as JSON

Exit status 0: done; 1: refused, with the reason on standard error.
"""

from __future__ import annotations

import fcntl
import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import extensions

CONFIG = Path("/etc/postgres-failover.json")
TICK = 1  # seconds between two looks
FRESH = 3  # seconds that a node has for an answer, and for which the answer counts
SLOW = 600  # seconds for what takes its time: a checkpoint
SETTLE = 5  # seconds that a server is down before anything is done about it
PATIENCE = 20  # seconds without a leader before a node acts that repmgr did not call
ASTRAY = 20  # seconds in which a standby heard nothing new before it is mended
HANDOVER = 300  # seconds that a run may take to hand the lead over; one that was killed ends with them
STALE = 15  # seconds after which a promise that led to nothing is given back

LOOK = """
SELECT json_build_object(
  'leads', NOT r, 'upstream', current_setting('primary_conninfo'),
  'timeline', CASE WHEN r
    THEN greatest(c.timeline_id, m.min_recovery_end_timeline, (SELECT received_tli FROM pg_stat_wal_receiver))
    ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END,
  'lsn', CASE WHEN r THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
    ELSE pg_current_wal_lsn() END - '0/0',
  'sender', (SELECT sender_host FROM pg_stat_wal_receiver WHERE status = 'streaming'),
  'hears', (SELECT count(*) > 0 FROM pg_stat_wal_receiver WHERE status = 'streaming' AND
    CASE WHEN repmgr.repmgrd_is_running() THEN repmgr.get_upstream_last_seen() BETWEEN 0 AND 1
    ELSE last_msg_receipt_time > clock_timestamp() - interval '3 s' END),
  'streaming', (SELECT coalesce(json_agg(application_name), '[]') FROM pg_stat_replication WHERE state = 'streaming'),
  'idle', (SELECT count(*) FROM pg_replication_slots WHERE NOT active AND slot_name ~ '^repmgr_slot_'),
  'manager', (SELECT CASE WHEN repmgr.repmgrd_is_running() THEN repmgr.get_upstream_node_id() END))
FROM pg_is_in_recovery() r, pg_control_checkpoint() c, pg_control_recovery() m
"""
SLOTS = """
SELECT pg_create_physical_replication_slot(name, true) FROM unnest(%(slots)s) name
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = name)
"""
# Slots without a use keep what their node will never fetch.
TIDY = """
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
WHERE NOT active AND slot_name ~ '^repmgr_slot_' AND slot_name <> ALL(%(slots)s::text[])
"""
FORGET = "DELETE FROM repmgr.nodes WHERE node_id <> ALL(%(ids)s)"
VOTE = "INSERT INTO repmgr.voting_term (term) SELECT 1 WHERE NOT EXISTS (SELECT FROM repmgr.voting_term)"
RECORD = """
INSERT INTO repmgr.nodes AS old (node_id, upstream_node_id, active, node_name, type, conninfo, repluser, slot_name,
  config_file)
VALUES (%(id)s, %(upstream)s, %(active)s, %(name)s, %(type)s, %(conninfo)s, 'replicator', %(slot)s, '/etc/repmgr.conf')
ON CONFLICT (node_id) DO UPDATE SET upstream_node_id = excluded.upstream_node_id, active = excluded.active,
  node_name = excluded.node_name, type = excluded.type, conninfo = excluded.conninfo, slot_name = excluded.slot_name
WHERE (old.upstream_node_id, old.active, old.node_name, old.type, old.conninfo, old.slot_name) IS DISTINCT FROM
  (excluded.upstream_node_id, excluded.active, excluded.node_name, excluded.type, excluded.conninfo, excluded.slot_name)
"""


class Refused(Exception):
    """Why something is not done; nothing was changed, or what was changed was taken back."""


@dataclass(frozen=True)
class Node:
    """A node as the configuration has it."""

    id: int
    name: str
    address: str

    @property
    def slot(self) -> str:
        """The name of its slot on the node that it follows."""
        return f"repmgr_slot_{self.id}"


@dataclass(frozen=True)
class View:
    """What a node says of itself."""

    leads: bool
    timeline: int
    lsn: int = 0
    upstream: str = ""  # its primary_conninfo
    sender: str | None = None  # the address that it streams from
    hears: bool = False  # whether it heard its leader within the last two seconds
    streaming: tuple[str, ...] = ()  # the nodes that stream from it
    idle: int = 0  # its slots that nobody uses
    manager: int | None = None  # the node that its repmgrd takes for the leader, if that runs

    @property
    def source(self) -> str:
        """The host in its primary_conninfo."""
        return host_of(self.upstream)

    @property
    def place(self) -> tuple[int, int]:
        """How far it is."""
        return self.timeline, self.lsn


def host_of(conninfo: str) -> str:
    """Return the host of a connection string that role or program wrote."""
    return next((word[5:] for word in conninfo.split() if word.startswith("host=")), "")


class Connection(extensions.connection):
    """A connection whose server has only so many seconds: a frozen one keeps its connections open."""

    seconds: float = FRESH


def wait(connection: Connection) -> None:
    """Wait for what the server says next. psycopg2 calls this instead of blocking."""
    end = time.monotonic() + connection.seconds
    while (state := connection.poll()) != extensions.POLL_OK:
        ways = ([connection], []) if state == extensions.POLL_READ else ([], [connection])
        if not any(select.select(*ways, [], max(0.0, end - time.monotonic()))):
            raise psycopg2.OperationalError(f"no answer within {connection.seconds:.0f} s")


extensions.set_wait_callback(wait)


class Cluster:
    """The nodes, and how they are reached."""

    def __init__(self, config: dict):
        """`config` as the role writes it."""
        self.config = config
        self.nodes = [Node(int(node["id"]), node["name"], node["address"]) for node in config["nodes"]]
        self.me = next(node for node in self.nodes if node.id == int(config["id"]))
        self.others = [node for node in self.nodes if node != self.me]
        self.strict = config["profile"] == "synchronous"
        self.state = Path(config["state"])
        self.data = Path(config["data"])

    @property
    def majority(self) -> int:
        """The least number of nodes that are more than half of them."""
        return len(self.nodes) // 2 + 1

    @property
    def promises_needed(self) -> int:
        """How many others have to let go of the old leader.

        With ANY 1 a commit that was acknowledged is on the leader and on one more node: of all nodes but one, the
        candidate is among those who have it or has it from one who promised.
        """
        return len(self.nodes) - 2 if self.strict else self.majority - 1

    @property
    def maintenance(self) -> bool:
        """Whether a person asked to leave the servers alone, or a run of the role does right now."""
        handover = Path(self.config["handover"])
        lately = handover.exists() and time.time() - handover.stat().st_mtime < HANDOVER
        return lately or Path(self.config["maintenance"]).exists()

    def conninfo(self, node: Node) -> str:
        """Return how repmgr and this program reach a node."""
        return self.config["conninfo"].format(address=node.address)

    def following(self, node: Node, leader: Node) -> str:
        """Return the primary_conninfo of a node that follows a leader."""
        return self.config["primary_conninfo"].format(address=leader.address, name=node.name)

    def node(self, number: int | None) -> Node | None:
        """Return the node of an id."""
        return next((node for node in self.nodes if node.id == number), None)

    def connect(self, node: Node, seconds: float = FRESH) -> Connection:
        """Return a connection that waits for no standby, and for its server so many seconds a statement."""
        options = "-c synchronous_commit=local"
        connection = psycopg2.connect(self.conninfo(node), options=options, connection_factory=Connection)
        connection.autocommit = True
        connection.seconds = seconds
        return connection


def execute(connection, sql: str, values: dict | None = None) -> list:
    """Run one statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def look(connection) -> View:
    """Ask a node what it is."""
    said = execute(connection, LOOK)[0][0]
    return View(**{**said, "streaming": tuple(said["streaming"]), "timeline": said["timeline"] or 0})


def survey(cluster: Cluster, nodes: list[Node], last: float = FRESH) -> dict[int, View]:
    """Ask several nodes at once; those that do not answer are left out. The last one has `last` seconds more."""
    said: queue.SimpleQueue = queue.SimpleQueue()

    def ask(node: Node) -> None:
        try:
            with closing(cluster.connect(node)) as connection:
                said.put((node.id, look(connection)))
        except psycopg2.Error:
            said.put((node.id, None))

    for node in nodes:
        threading.Thread(target=ask, args=(node,), daemon=True).start()
    views = {}
    try:
        for rest in range(len(nodes), 0, -1):
            node, view = said.get(timeout=last if rest == 1 else None)
            views[node] = view
    except queue.Empty:
        pass
    return {node: view for node, view in views.items() if view}


def leader_among(views: dict[int, View]) -> int | None:
    """Return the node that leads: of those that claim to, the one of the highest timeline, if there is just one."""
    leading = [(view.timeline, node) for node, view in views.items() if view.leads]
    top = [node for timeline, node in leading if timeline == max(leading)[0]]
    return top[0] if len(top) == 1 else None


def literal(value: str) -> str:
    """Quote a connection string for SQL."""
    return "'" + value.replace("'", "''") + "'"


def point(connection, node: Node, upstream: str) -> None:
    """Let a standby follow another node, at once and after a restart."""
    execute(connection, f"ALTER SYSTEM SET primary_conninfo = {literal(upstream)}")
    execute(connection, f"ALTER SYSTEM SET primary_slot_name = {literal(node.slot)}")
    execute(connection, "SELECT pg_reload_conf()")


def event(cluster: Cluster, kind: str, detail: str) -> None:
    """Log what happened, for people and for the metrics."""
    print(f"{kind}: {detail}", flush=True)
    line = json.dumps({"at": round(time.time(), 3), "event": kind, "detail": detail})
    with (cluster.state / "events.jsonl").open("a", encoding="utf-8") as log:
        log.write(line + "\n")


# --- the promise -----------------------------------------------------------------------------------------------------


@contextmanager
def alone(cluster: Cluster):
    """Let promise, promotion and release of this node happen one after the other."""
    with (cluster.state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def given(cluster: Cluster) -> Path:
    """The file that says whom this node pointed at itself, and where they pointed before."""
    return cluster.state / "promises.json"


def promise(cluster: Cluster) -> None:
    """Take the promise of every other standby, or refuse and undo."""
    if cluster.maintenance:
        raise Refused("maintenance: nobody is promoted")
    with alone(cluster):
        release(cluster)
        views = when_nobody_hears(cluster)
        askable = who_may_promise(cluster, views)
        mine = views[cluster.me.id]
        promised = {"mine": mine.upstream, "others": {node.id: views[node.id].upstream for node in askable}}
        write(given(cluster), json.dumps(promised))
        try:
            with closing(cluster.connect(cluster.me)) as here:
                execute(here, SLOTS, {"slots": [node.slot for node in askable]})
                with ThreadPoolExecutor(len(askable) or 1) as pool:
                    list(pool.map(lambda node: take(cluster, node, here), askable))
        except (Refused, psycopg2.Error):
            release(cluster)
            raise
        names = ", ".join(node.name for node in askable) or "nobody else is there"
        event(cluster, "promised", f"{names} let go of {mine.source} and follow {cluster.me.name}")


def when_nobody_hears(cluster: Cluster) -> dict[int, View]:
    """Ask all nodes, for some seconds again and again while one hears the leader: it may notice a little later."""
    end = time.monotonic() + SETTLE
    while True:
        views = survey(cluster, cluster.nodes, last=0.5)
        hears = any(view.hears and not view.leads for node, view in views.items() if node != cluster.me.id)
        if not hears or time.monotonic() > end:
            return views
        time.sleep(0.2)


def who_may_promise(cluster: Cluster, views: dict[int, View]) -> list[Node]:
    """Return those whose promise is to be taken; refuse when they are too few, or when a leader is there."""
    me = cluster.me.id
    if me not in views or views[me].leads:
        raise Refused("this node is no standby that answers")
    for node in cluster.others:
        view = views.get(node.id)
        if view and view.leads and view.timeline >= views[me].timeline:
            raise Refused(f"{node.name} leads, on timeline {view.timeline}")
        if view and not view.leads and view.hears:
            raise Refused(f"{node.name} still hears the leader")
    standbys = [node for node in cluster.others if node.id in views and not views[node.id].leads]
    if len(standbys) < cluster.promises_needed:
        silent = ", ".join(node.name for node in cluster.others if node.id not in views)
        raise Refused(f"{cluster.promises_needed} other standbys have to answer, {len(standbys)} do; silent: {silent}")
    for node in standbys:
        if views[node.id].source not in (views[me].source, cluster.me.address):
            raise Refused(f"{node.name} follows {views[node.id].source}, to whom it may have promised")
        if views[node.id].place > views[me].place:
            raise Refused(f"{node.name} is ahead of this node")
    return standbys


def take(cluster: Cluster, node: Node, here) -> None:
    """Point a standby at this node, and wait until it streams from here and is not ahead."""
    with closing(cluster.connect(node)) as there:
        point(there, node, cluster.following(node, cluster.me))
        end = time.monotonic() + SETTLE
        while (view := look(there)).sender != cluster.me.address:
            if view.leads:
                raise Refused(f"{node.name} leads")
            if time.monotonic() > end:
                raise Refused(f"{node.name} does not stream from this node within {SETTLE} s")
            time.sleep(0.05)
        if view.place > (mine := look(here)).place:
            raise Refused(f"{node.name} is ahead of this node: {view.place} against {mine.place}")


def release(cluster: Cluster) -> None:
    """Send those who promised back to where they were. Called with the lock held."""
    if not given(cluster).exists():
        return
    promised = json.loads(given(cluster).read_text())
    for node in cluster.others:
        before = promised["others"].get(str(node.id))
        if before is None:
            continue
        try:
            with closing(cluster.connect(node)) as there:
                if look(there).source == cluster.me.address:
                    point(there, node, before)
        except psycopg2.Error as problem:
            # As long as it cannot be told, it keeps the promise, and nobody else is promoted with its help.
            raise Refused(f"{node.name} cannot be released yet: {problem}") from problem
    given(cluster).unlink()
    event(cluster, "released", "the promises led to nothing and were given back")


def promote(cluster: Cluster) -> None:
    """Lead, if the promises hold and nobody took this node's own."""
    with alone(cluster), closing(cluster.connect(cluster.me, SLOW)) as here:
        if not given(cluster).exists():
            raise Refused("nobody promised to follow this node: run `postgres-failover promise` first")
        promised = json.loads(given(cluster).read_text())
        # Whoever takes a promise writes to the other first and reads its own here: of two, one at most goes on.
        if look(here).upstream != promised["mine"]:
            raise Refused("this node itself promised to follow another")
        execute(here, "SELECT pg_promote(true, 30)")
        view = look(here)
        if not view.leads:
            raise Refused("the server did not become a leader within 30 s")
        given(cluster).unlink()
        record(cluster, here, view)
        event(cluster, "promoted", f"{cluster.me.name} leads on timeline {view.timeline}")


def record(cluster: Cluster, here, view: View) -> None:
    """Keep, on the leader, a slot for each other node, and repmgr's records as the nodes are."""
    slots = {"slots": [node.slot for node in cluster.others]}
    for statement in (TIDY, SLOTS):
        execute(here, statement, slots)
    execute(here, VOTE)
    for node in [cluster.me, *cluster.others]:
        mine = node == cluster.me
        execute(
            here,
            RECORD,
            {
                "id": node.id,
                "name": node.name,
                "slot": node.slot,
                "conninfo": cluster.conninfo(node),
                "type": "primary" if mine else "standby",
                "upstream": None if mine else cluster.me.id,
                "active": mine or node.name in view.streaming,
            },
        )
    execute(here, FORGET, {"ids": [node.id for node in cluster.nodes]})


# --- coming back -----------------------------------------------------------------------------------------------------


QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}


def run(*command: str | Path, seconds: float = 60) -> str:
    """Run a program that has to succeed, and return what it says."""
    done = subprocess.run(command, **QUIET, timeout=seconds, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{Path(command[0]).name} failed: {done.stdout.strip()[-500:]}")
    return done.stdout


def server(cluster: Cluster, verb: str, unit: str = "") -> None:
    """Start, stop or restart a unit that the user postgres may."""
    run("sudo", "-n", "/usr/bin/systemctl", verb, unit or cluster.config["unit"], seconds=90)


def program(cluster: Cluster, name: str) -> Path:
    """Return the path of a program of PostgreSQL."""
    return Path(cluster.config["programs"]) / name


def is_running(cluster: Cluster) -> bool:
    """Tell whether the server's process is there."""
    status = [program(cluster, "pg_ctl"), "-D", cluster.data, "status"]
    return subprocess.run(status, **QUIET, check=False).returncode == 0


def control(cluster: Cluster) -> dict[str, str]:
    """Read pg_control of a server that may be stopped."""
    lines = run(program(cluster, "pg_controldata"), cluster.data).splitlines()
    return {name.strip(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}


def timeline_on_disk(cluster: Cluster) -> int:
    """Return the highest timeline of which the data directory knows, 0 without data."""
    if not (cluster.data / "PG_VERSION").exists():
        return 0
    files = [int(path.stem, 16) for path in (cluster.data / "pg_wal").glob("????????.history")]
    said = control(cluster)
    return max([int(said["Latest checkpoint's TimeLineID"]), *files])


def stop(cluster: Cluster) -> None:
    """Stop the server; clients that wait for a standby are told nothing."""
    if is_running(cluster):
        try:
            server(cluster, "stop")
        except subprocess.TimeoutExpired:
            run(program(cluster, "pg_ctl"), "-D", cluster.data, "-m", "immediate", "stop")


def end_crash(cluster: Cluster) -> None:
    """Finish the recovery of a server that crashed, without which it cannot be rewound; nobody can connect."""
    if control(cluster)["Database cluster state"].startswith("shut down"):
        return
    for leftover in ("postmaster.pid", "standby.signal"):
        (cluster.data / leftover).unlink(missing_ok=True)
    single = [program(cluster, "postgres"), "--single", "-D", cluster.data]
    settings = ["-c", f"config_file={cluster.config['configuration']}/postgresql.conf", "-c", "archive_mode=off"]
    run(*single, *settings, "postgres", seconds=3600)


def follow_on_disk(cluster: Cluster, leader: Node) -> None:
    """Make a stopped server a standby of the leader. Its own file is edited here because it cannot be asked."""
    auto = cluster.data / "postgresql.auto.conf"
    kept = [line for line in auto.read_text().splitlines() if not line.startswith("primary_")]
    ours = [
        f"primary_conninfo = {literal(cluster.following(cluster.me, leader))}",
        f"primary_slot_name = '{cluster.me.slot}'",
    ]
    write(auto, "\n".join([*kept, *ours, ""]))
    (cluster.data / "standby.signal").touch()


def rejoin(cluster: Cluster, leader: Node, way: str) -> None:
    """Bring this node back under the leader: by a start as it is, a rewind, or a copy of the leader.

    A rewind that fails becomes a copy. A server that does not start is left as it is: more copies would not help it,
    and its log says what would.
    """
    with closing(cluster.connect(leader, SLOW)) as there:
        execute(there, SLOTS, {"slots": [cluster.me.slot]})
        execute(there, "CHECKPOINT")  # before 16 pg_rewind believes the timeline of the last checkpoint
    stop(cluster)
    if way == "rewind":
        try:
            rewind(cluster, leader)
        except Refused as problem:
            event(cluster, "unwound", f"{cluster.me.name} cannot be rewound and is copied: {problem}")
            way = "copy"
    if way == "copy":
        clone(cluster, leader)
    follow_on_disk(cluster, leader)
    start(cluster)
    event(cluster, "rejoined", f"{cluster.me.name} follows {leader.name} after a {way}")


def rewind(cluster: Cluster, leader: Node) -> None:
    """Take back what a stopped server has and the leader has not."""
    end_crash(cluster)
    source = f"--source-server={cluster.conninfo(leader)}"
    run(program(cluster, "pg_rewind"), f"--target-pgdata={cluster.data}", source, seconds=3600)


def clone(cluster: Cluster, leader: Node) -> None:
    """Replace the data by a copy of the leader's, made beside it first."""
    copy = cluster.data.with_name(f"{cluster.data.name}.copy")
    run("rm", "-rf", copy)
    base = [program(cluster, "pg_basebackup"), "-D", copy, "-X", "stream", "-S", cluster.me.slot, "-c", "fast"]
    run(*base, "-d", cluster.following(cluster.me, leader), seconds=24 * 3600)
    run("rm", "-rf", cluster.data)
    copy.rename(cluster.data)


def start(cluster: Cluster) -> None:
    """Start the server and wait until it answers."""
    server(cluster, "start")
    end = time.monotonic() + 60
    asks = [program(cluster, "pg_isready"), "-q", "-p", str(cluster.config["port"])]
    while subprocess.run(asks, **QUIET, check=False).returncode != 0:
        if not is_running(cluster) or time.monotonic() > end:
            raise Refused("the server does not start; its log says why")
        time.sleep(0.2)


def guard(cluster: Cluster) -> None:
    """Refuse the start of a server that would lead beside another."""
    if (cluster.data / "standby.signal").exists() or not (cluster.data / "PG_VERSION").exists():
        return
    mine = timeline_on_disk(cluster)
    for node, view in survey(cluster, cluster.others).items():
        if view.timeline > mine or (view.leads and view.timeline == mine):
            role = "leads" if view.leads else "is"
            raise Refused(f"node {node} {role} on timeline {view.timeline}, this one is on {mine}")


def follow(cluster: Cluster) -> None:
    """Point this standby at the leader when that is of a higher timeline; what else is needed the watch does."""
    views = survey(cluster, cluster.nodes)
    leader, mine = leader_among(views), views.get(cluster.me.id)
    if leader is None or mine is None or mine.leads:
        raise Refused("there is no leader to follow, or this node is no standby that answers")
    node = cluster.node(leader)
    if mine.source != node.address and views[leader].timeline > mine.timeline:
        with closing(cluster.connect(cluster.me)) as here:
            point(here, cluster.me, cluster.following(cluster.me, node))


# --- the watch -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """All that a decision rests on."""

    me: int
    views: dict[int, View]  # of nodes that answered lately
    addresses: dict[str, int]
    strict: bool
    majority: int
    running: bool = True  # the server's process
    follows: bool = False  # it would start as a standby
    disk: int = 0  # its highest timeline, when it does not run; 0 without data, which is the role's matter
    down: float = 0  # seconds for which it did not run
    headless: float = 0  # seconds for which nobody led
    lonely: float = 0  # seconds for which less than half of the nodes answered
    astray: float = 0  # seconds for which it received nothing, though the leader answers
    promised: float | None = None  # age of a promise that this node holds
    maintenance: bool = False


def decide(facts: Facts) -> tuple[str, int | None]:
    """Return what is to be done, and the node that it is about."""
    leader = leader_among(facts.views)
    mine = facts.views.get(facts.me)
    if mine is None:
        return ("wait", None) if facts.running else decide_down(facts, leader)
    if mine.leads:
        return decide_leader(facts, leader)
    return decide_standby(facts, mine, leader)


def decide_leader(facts: Facts, leader: int | None) -> tuple[str, int | None]:
    """What a node does that leads."""
    if facts.maintenance:
        return "record", None
    if leader not in (None, facts.me):
        return "rewind", leader
    if not facts.strict and facts.lonely > SETTLE:
        return "fence", None
    return "record", None


def decide_standby(facts: Facts, mine: View, leader: int | None) -> tuple[str, int | None]:
    """What a standby does."""
    if facts.maintenance:
        return "wait", None
    if facts.promised is not None and facts.promised > STALE:
        return "release", None
    if leader is None:
        alone_for = PATIENCE + 5 * sorted(facts.addresses.values()).index(facts.me)
        return ("stand", None) if facts.headless > alone_for else ("wait", None)
    source = facts.addresses.get(mine.source)
    # On the leader's own timeline it may have promised to follow another: only that one sends it back.
    if source != leader and (source is None or facts.views[leader].timeline > mine.timeline):
        return "follow", leader
    if source == leader and facts.astray > ASTRAY:
        return "mend", leader
    if mine.idle and facts.promised is None:
        return "tidy", None
    return "wait", None


def decide_down(facts: Facts, leader: int | None) -> tuple[str, int | None]:
    """What is done about a server that does not run."""
    if facts.maintenance or facts.down < SETTLE or not facts.disk:
        return "wait", None
    if leader is not None and facts.views[leader].timeline >= facts.disk:
        return ("rejoin" if facts.follows else "rewind"), leader
    if facts.follows:
        return "start", None
    higher = any(view.timeline > facts.disk for view in facts.views.values())
    enough = facts.strict or len(facts.views) + 1 >= facts.majority
    return ("start", None) if facts.headless > PATIENCE and enough and not higher else ("wait", None)


class Ear(threading.Thread):
    """Asks one node again and again over one connection."""

    def __init__(self, cluster: Cluster, node: Node):
        """Nothing is asked before the start."""
        super().__init__(daemon=True)
        self.cluster, self.node, self.heard = cluster, node, (0.0, None)

    def run(self) -> None:
        """Keep the last answer, and when it was asked for."""
        connection = None
        while True:
            asked = time.monotonic()
            try:
                connection = connection or self.cluster.connect(self.node)
                self.heard = (asked, look(connection))
            except psycopg2.Error:
                self.heard = (asked, None)
                if connection is not None:
                    connection.close()
                connection = None
            time.sleep(max(0.0, asked + TICK - time.monotonic()))

    @property
    def view(self) -> View | None:
        """The last answer, unless it is old: a frozen node's comes when it thaws, and was true before."""
        asked, view = self.heard
        return view if time.monotonic() - asked < FRESH else None


class Since:
    """For how long something has held, by this program's clock; a gap in that clock ends everything."""

    def __init__(self):
        """Nothing holds yet."""
        self.begin: dict[str, float] = {}
        self.last = time.monotonic()

    def tick(self) -> None:
        """Forget everything after a time in which this program did not run."""
        now = time.monotonic()
        if now - self.last > FRESH + TICK:
            self.begin.clear()
        self.last = now

    def held(self, what: str, holds: bool) -> float:
        """Return the seconds for which it has held."""
        if not holds:
            self.begin.pop(what, None)
            return 0.0
        return time.monotonic() - self.begin.setdefault(what, time.monotonic())


class Watch:
    """What one node does about itself, every second."""

    def __init__(self, cluster: Cluster):
        """Begin to ask all nodes."""
        self.cluster, self.since, self.lsn, self.said = cluster, Since(), 0, ""
        self.recorded, self.rewound = None, False
        self.ears = [Ear(cluster, node) for node in cluster.nodes]
        for ear in self.ears:
            ear.start()

    def facts(self) -> Facts:
        """Gather what a decision rests on."""
        cluster, since = self.cluster, self.since
        views = {ear.node.id: view for ear in self.ears if (view := ear.view)}
        mine, leader = views.get(cluster.me.id), leader_among(views)
        running = mine is not None or is_running(cluster)
        disk = 0 if running else timeline_on_disk(cluster)
        led = leader is not None and views[leader].timeline >= disk
        self.rewound = self.rewound and not (mine and mine.sender)
        still = mine is not None and mine.sender is None and mine.lsn == self.lsn
        self.lsn = mine.lsn if mine else 0
        promised = given(cluster)
        return Facts(
            me=cluster.me.id,
            views=views,
            addresses={node.address: node.id for node in cluster.nodes},
            strict=cluster.strict,
            majority=cluster.majority,
            running=running,
            follows=(cluster.data / "standby.signal").exists(),
            disk=disk,
            down=since.held("down", not running),
            headless=since.held("headless", not led),
            lonely=since.held("lonely", len(views) < cluster.majority),
            astray=since.held("astray", still and leader not in (None, cluster.me.id)),
            promised=time.time() - promised.stat().st_mtime if promised.exists() else None,
            maintenance=cluster.maintenance,
        )

    def wait(self, _leader: None) -> None:
        """Nothing is to be done."""

    def rejoin(self, leader: Node) -> None:
        """Start a standby under the leader."""
        rejoin(self.cluster, leader, "start")

    def rewind(self, leader: Node) -> None:
        """Make a standby of a server that led."""
        rejoin(self.cluster, leader, "rewind")

    def follow(self, leader: Node) -> None:
        """Point a standby that runs at the leader."""
        with closing(self.cluster.connect(self.cluster.me)) as here:
            point(here, self.cluster.me, self.cluster.following(self.cluster.me, leader))
        event(self.cluster, "followed", f"{self.cluster.me.name} follows {leader.name}")

    def release(self, _leader: None) -> None:
        """Give back promises that led to nothing."""
        with alone(self.cluster):
            release(self.cluster)

    def tidy(self, _leader: None) -> None:
        """Drop a standby's slots, unless they are those of a promise."""
        with alone(self.cluster), closing(self.cluster.connect(self.cluster.me)) as here:
            if not given(self.cluster).exists():
                execute(here, TIDY, {"slots": []})

    def stand(self, _leader: None) -> None:
        """Stand for leader by itself."""
        promise(self.cluster)
        promote(self.cluster)

    def start(self, _leader: None) -> None:
        """Start the server that led last, or a standby that waits for one."""
        start(self.cluster)
        event(self.cluster, "started", f"{self.cluster.me.name} was down, and nobody else leads")

    def fence(self, _leader: None) -> None:
        """Stop a leader that could acknowledge beside another."""
        stop(self.cluster)
        event(self.cluster, "fenced", f"{self.cluster.me.name} sees less than half of the nodes and stops")

    def mend(self, leader: Node) -> None:
        """Rewind a standby that receives nothing; when that did not help, copy the leader."""
        self.since.held("astray", False)
        rejoin(self.cluster, leader, "copy" if self.rewound else "rewind")
        self.rewound = not self.rewound

    def record(self, _leader: None) -> None:
        """Write the records of the nodes when something is new, and now and then."""
        view = self.ears[self.cluster.nodes.index(self.cluster.me)].view
        if view is None:
            return
        seen = (view.timeline, view.streaming, int(time.monotonic() / SETTLE / 6))
        if seen != self.recorded:
            with closing(self.cluster.connect(self.cluster.me)) as here:
                record(self.cluster, here, view)
            self.recorded = seen

    def manage(self, facts: Facts) -> None:
        """Start repmgrd anew when it takes another node for the leader."""
        mine, leader = facts.views.get(facts.me), leader_among(facts.views)
        expected = -1 if leader == facts.me else leader
        wrong = mine is not None and leader is not None and mine.manager not in (None, expected)
        if self.since.held("manager", wrong) > SETTLE:
            self.since.held("manager", False)
            server(self.cluster, "restart", "repmgrd")

    def tick(self) -> None:
        """Look, decide, act, tell."""
        self.since.tick()
        facts = self.facts()
        what, about = decide(facts)
        try:
            getattr(self, what)(self.cluster.node(about))
            self.manage(facts)
            problem = ""
        except (Refused, psycopg2.Error, subprocess.TimeoutExpired, OSError) as caught:
            problem = f"{what}: {caught}".strip()
        if problem and problem != self.said:
            print(problem, file=sys.stderr, flush=True)
        self.said = problem
        write(self.cluster.state / "metrics.prom", metrics(self.cluster, facts))


def metrics(cluster: Cluster, facts: Facts) -> str:
    """Return what Prometheus is to know, in its text format."""
    mine = facts.views.get(facts.me)
    values = {
        "postgres_failover_up": int(mine is not None),
        "postgres_failover_leader": int(mine is not None and mine.leads),
        "postgres_failover_timeline": mine.timeline if mine else facts.disk,
        "postgres_failover_nodes_answering": len(facts.views),
        "postgres_failover_maintenance": int(facts.maintenance),
        "postgres_failover_seconds_without_leader": round(facts.headless, 1),
    }
    log = cluster.state / "events.jsonl"
    kinds = [json.loads(line)["event"] for line in log.read_text().splitlines()] if log.exists() else []
    counts = {f'postgres_failover_events_total{{event="{kind}"}}': kinds.count(kind) for kind in sorted(set(kinds))}
    return "".join(f"{name} {value}\n" for name, value in {**values, **counts}.items())


def write(path: Path, text: str) -> None:
    """Replace a file as a whole."""
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), path.stat().st_mode & 0o777 if path.exists() else 0o644)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def watch(cluster: Cluster) -> None:
    """Look once a second, for ever."""
    watching = Watch(cluster)
    while True:
        watching.tick()
        time.sleep(TICK)


def status(cluster: Cluster) -> None:
    """Print what each node says."""
    views = survey(cluster, cluster.nodes)
    print(json.dumps({node.name: vars(views[node.id]) if node.id in views else None for node in cluster.nodes}))


COMMANDS = {command.__name__: command for command in (promise, promote, follow, guard, watch, status)}


def main(words: list[str]) -> int:
    """Run a command."""
    if len(words) != 1 or words[0] not in COMMANDS:
        print(f"usage: postgres-failover {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        COMMANDS[words[0]](Cluster(json.loads(CONFIG.read_text())))
    except (Refused, psycopg2.Error) as problem:
        print(f"{words[0]} refused: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
