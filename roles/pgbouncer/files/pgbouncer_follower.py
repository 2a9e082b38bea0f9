# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keep pgBouncer pointed at the server that leads, and its read-only entries at those that stream.

Every server is asked twice a second. The leader of the highest timeline ever seen is followed, never one of a lower:
an old leader that comes back still thinks for a while that it leads. What is followed stands at the head of the file
of databases, so that neither a restart of this program nor one of the host goes back.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import sys
import threading
import time
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg2

EVERY = 0.5
# An older answer does not count. It is dated by its question, so one that a frozen server gives at last, or one from
# before this host itself stood still, is too old as well.
FRESH = 2.0
PATIENCE = {"connect_timeout": 2, "tcp_user_timeout": 2000, "keepalives_idle": 1, "keepalives_interval": 1}
QUESTION = """
    SELECT NOT pg_is_in_recovery(), EXISTS (SELECT FROM pg_stat_wal_receiver),
    CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END"""


@dataclass(frozen=True)
class Answer:
    """What a server said: when it was asked, whether it leads, whether it streams, and a leader's timeline."""

    asked: float
    leads: bool
    streams: bool
    timeline: int = 0


@dataclass(frozen=True)
class Followed:
    """The leader that is followed, none at first, and the highest timeline that was seen."""

    leader: str | None = None
    timeline: int = 0


def decide(answers: dict[str, Answer], followed: Followed) -> tuple[Followed, list[str]]:
    """Return whom to follow from now on, and who serves readers. Where two claim the same lead, nothing changes."""
    highest = max([followed.timeline, *(answer.timeline for answer in answers.values() if answer.leads)])
    leaders = [name for name, answer in answers.items() if answer.leads and answer.timeline == highest]
    newer = highest > followed.timeline or followed.leader is None
    if newer and len(leaders) == 1:
        followed = Followed(leaders[0], highest)
    readers = sorted(name for name, answer in answers.items() if answer.streams and not answer.leads)
    return followed, readers or [name for name in [followed.leader] if name]


def render(followed: Followed, readers: list[str], config: dict) -> str:
    """Return the file of databases, which remembers in its first line what is followed."""
    address = {server["name"]: server["address"] for server in config["servers"]}
    lines = [f";{json.dumps(asdict(followed))}", "[databases]"]
    for name in config["databases"] if followed.leader else []:
        # Set for all databases at once, it would be asked of the console, too, which ends pgBouncer 1.18.
        where = f"port={config['server_port']} dbname={name} auth_user=pgbouncer"
        lines.append(f"{name} = host={address[followed.leader]} {where}")
        lines.append(f"{name}_ro = host={','.join(address[reader] for reader in readers)} {where}")
    return "\n".join([*lines, ""])


def remembered(text: str, config: dict) -> Followed:
    """Return what the file of databases says is followed. A leader that was taken off the list is nobody's any more."""
    first = text.partition("\n")[0]
    followed = Followed(**json.loads(first[1:])) if first.startswith(";{") else Followed()
    names = {server["name"] for server in config["servers"]}
    return followed if followed.leader in names else Followed(None, followed.timeline)


def clock() -> float:
    """Return a clock that goes on while the host sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def ask(server: dict, config: dict, said: queue.SimpleQueue) -> None:
    """Ask one server again and again. A server that does not answer holds up this thread alone."""
    access = {"user": "pgbouncer", "password": config["password"], "dbname": "postgres", "sslmode": "require"}
    where = {"host": server["address"], "port": config["server_port"]}
    while True:
        with (
            suppress(psycopg2.Error),
            closing(psycopg2.connect(**where, **access, **PATIENCE, application_name="follower")) as connection,
        ):
            connection.autocommit = True
            while True:
                with connection.cursor() as cursor:
                    asked = clock()
                    cursor.execute(QUESTION)
                    leads, streams, timeline = cursor.fetchone()
                said.put((server["name"], Answer(asked, leads, streams, int(timeline or "0", 16))))
                time.sleep(EVERY)
        time.sleep(EVERY)


def replace(path: Path, text: str) -> None:
    """Write a file so that whoever reads it finds it whole."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text)
    os.replace(beside, path)


class Console:
    """The console of one pgBouncer process."""

    def __init__(self, folder: Path, port: int) -> None:
        self._connection = psycopg2.connect(host=folder, port=port, user="pgbouncer", dbname="pgbouncer")
        self._connection.autocommit = True

    def close(self) -> None:
        self._connection.close()

    def run(self, command: str) -> list[dict]:
        """Run a command and return the rows of its answer."""
        with self._connection.cursor() as cursor:
            cursor.execute(command)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row)) for row in cursor.fetchall()] if names else []


def tell(console: Console, names: list[str], address: str, moved: bool) -> None:
    """Have a pgBouncer read its databases. After a change of leader nothing waits for the former one any longer."""
    console.run("RELOAD")
    if not moved:
        return
    with suppress(psycopg2.Error):  # it says so when it is not paused
        console.run("RESUME")
    # Whoever merely waits goes on with the new leader; only what hangs on the former one has to be cut off.
    hung = {
        row["database"]
        for row in console.run("SHOW SERVERS")
        if row["database"] in names and row["addr"] != address and row["state"] not in ("idle", "used", "tested")
    }
    for name in sorted(hung):
        logging.info("cut off from the former leader: %s", name)
        console.run(f'KILL "{name}"')
    for row in console.run("SHOW DATABASES"):
        if row["paused"] and row["name"] in names:
            console.run(f'RESUME "{row["name"]}"')


class Follower:
    """What is known of the servers, and what pgBouncer has yet to be told."""

    def __init__(self, config: dict) -> None:
        self.config = config
        self.file = Path(config["databases_file"])
        self.metrics = Path(config["metrics_file"])
        self.followed = remembered(self.file.read_text(), config)
        self.answers: dict[str, Answer] = {}
        self.told = False
        self.moved = False
        self.led_at = clock()
        self.changes = 0
        self.seconds = 0.0

    def hear(self, name: str, answer: Answer) -> None:
        """Keep an answer, and when the leader was last heard of."""
        self.answers[name] = answer
        if name == self.followed.leader and answer.leads and answer.timeline == self.followed.timeline:
            self.led_at = answer.asked

    def act(self) -> None:
        """Follow whoever leads now, and see that pgBouncer knows."""
        fresh = {name: answer for name, answer in self.answers.items() if clock() - answer.asked < FRESH}
        followed, readers = decide(fresh, self.followed)
        if followed != self.followed:
            logging.info("following %s (timeline %d)", followed.leader, followed.timeline)
            self.moved = self.moved or followed.leader != self.followed.leader
            self.followed = followed
        text = render(followed, readers, self.config)
        if not self.file.exists() or self.file.read_text() != text:
            logging.info("readers: %s", ", ".join(readers) or "none")
            replace(self.file, text)
            self.told = False
        if not self.told:
            self.tell_all()
        self.report(fresh)

    def tell_all(self) -> None:
        """Tell every process: more than one runs while a restart is under way."""
        deaf = [folder for folder in Path(self.config["sockets"]).glob("pgbouncer@*") if not self.tell(folder)]
        self.told = not deaf
        if self.told and self.moved:
            self.moved = False
            self.changes += 1
            self.seconds = clock() - self.led_at
            logging.info("pgBouncer follows, %.1f s after the last word of the former leader", self.seconds)

    def tell(self, folder: Path) -> bool:
        """Tell one process, by its console, or by a signal when it takes no connections any more."""
        addresses = {server["name"]: server["address"] for server in self.config["servers"]}
        try:
            with closing(Console(folder, self.config["port"])) as console:
                tell(console, self.config["databases"], addresses.get(self.followed.leader, ""), self.moved)
        except psycopg2.Error as error:
            logging.warning("no console at %s: %s", folder, str(error).strip())
            try:
                os.kill(int((folder / "pgbouncer.pid").read_text()), signal.SIGHUP)
            except (OSError, ValueError):
                return False
        return True

    def report(self, fresh: dict[str, Answer]) -> None:
        """Write what the node exporter collects."""
        names = [server["name"] for server in self.config["servers"]]
        lines = [
            *(f'pgbouncer_follower_leader{{server="{name}"}} {int(name == self.followed.leader)}' for name in names),
            *(f'pgbouncer_follower_answers{{server="{name}"}} {int(name in fresh)}' for name in names),
            f"pgbouncer_follower_timeline {self.followed.timeline}",
            f"pgbouncer_follower_changes_total {self.changes}",
            f"pgbouncer_follower_last_switch_seconds {self.seconds:.3f}",
        ]
        text = "\n".join([*lines, ""])
        if not self.metrics.exists() or self.metrics.read_text() != text:
            replace(self.metrics, text)


def main() -> None:
    """Ask and follow, until somebody ends it."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    config = json.loads(Path(sys.argv[1]).read_text())
    said: queue.SimpleQueue = queue.SimpleQueue()
    for server in config["servers"]:
        threading.Thread(target=ask, args=(server, config, said), daemon=True).start()
    follower = Follower(config)
    while True:
        with suppress(queue.Empty):
            follower.hear(*said.get(timeout=EVERY))
        follower.act()


if __name__ == "__main__":
    main()
