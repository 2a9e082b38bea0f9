# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof by faults: hosts fail while clients write, and what they were promised is counted.

Figures depend on the machine and on what else it does; what is lost must be nothing on any machine.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from tests.hosts import disks, faults, report
from tests.hosts.bed import ROOT, tell
from tests.hosts.systems import postgres, redis
from tests.hosts.trials import Cluster, NotReady, broken, trial

SCENARIOS = ROOT / "tests" / "hosts" / "scenarios"
OURS = "mainstay"
RECORD, PAGE = ROOT / "build" / "reliability-{}.json", ROOT / "docs" / "reliability.md"


@dataclass(frozen=True)
class Contender:
    """Who is put to the proof: a scenario of hosts, how it is set up there, and which faults happen to it."""

    name: str
    scenario: str
    cluster: Cluster
    faults: tuple[str, ...] = ()  # all that its system has a table of
    variables: dict = field(default_factory=dict)  # with which the scenario's playbook sets it up
    trials: int = 0
    package: str = ""
    settings: str = ""
    dynamic: dict = field(default_factory=dict)

    def described(self) -> dict:
        """Return by what its records are known."""
        version = self.package and faults.inside(
            self.cluster.nodes[0], f"dpkg-query -W -f '${{source:Upstream-Version}}' {self.package}"
        )
        return {
            "system": f"{self.package}-{version}" if version else OURS,
            "profile": self.cluster.profile,
            "settings": self.settings,
        }

    def configure(self) -> None:
        """Set it up as it is meant; Patroni keeps that for all of its nodes, and has an interface of its own."""
        if self.variables:
            act("converge", self.scenario, *extra(self.variables))
        if self.dynamic:
            url = f"http://{faults.address(self.cluster.leader())}:8008/config"
            change = urllib.request.Request(url, json.dumps(self.dynamic).encode(), method="PATCH")
            urllib.request.urlopen(change, timeout=10).close()


def extra(variables: dict) -> list[str]:
    """Return the words that give a playbook variables."""
    return ["--", "-e", json.dumps(variables)]


def hosts(prefix: str) -> tuple[str, ...]:
    """Return the names of three hosts."""
    return tuple(f"{prefix}-{number}" for number in (1, 2, 3))


# What Patroni's documentation has, and the quickest that Patroni accepts: ttl >= loop_wait + 2 * retry_timeout, 20 at
# least. PostgreSQL's own times are then those of the role postgres.
DOCUMENTED = {
    **{"ttl": 30, "loop_wait": 10, "retry_timeout": 10, "synchronous_mode": False, "synchronous_mode_strict": False},
    "postgresql": {"parameters": None},
}
TUNED = {
    **{"ttl": 20, "loop_wait": 2, "retry_timeout": 9, "synchronous_mode": True, "synchronous_mode_strict": True},
    "postgresql": {
        "parameters": {
            "wal_sender_timeout": "5s",
            "wal_receiver_timeout": "5s",
            "wal_retrieve_retry_interval": "500ms",
            "tcp_user_timeout": "5s",
            "client_connection_check_interval": "2s",
        }
    },
}
# Three servers; three Sentinels and a proxy on hosts of their own. The durable profile is the scenario's own.
CACHE = redis.Cluster.of(SCENARIOS / "reliability-redis")
MAX_LAG, TICK = 3, 2  # seconds: how late a replica may be, and until a server and the Sentinels have noticed
FAST = {"redis_profile": "fast"}
BOUNDED = {"redis_profile": "fast", "redis_settings": {"min-replicas-to-write": 1, "min-replicas-max-lag": MAX_LAG}}
CONTENDERS = {
    "postgres": [
        Contender(OURS, "reliability-postgres", postgres.Cluster(hosts("proof"), ("proof-pooler",))),
        Contender(
            name=f"{OURS}-asynchronous",
            scenario="reliability-postgres",
            cluster=postgres.Cluster(hosts("proof"), ("proof-pooler",), synchronous=False),
            faults=("killed", "frozen", "cut_off"),
            variables={"postgres_profile": "asynchronous"},
            trials=3,
        ),
        *(
            Contender(
                name=f"patroni-{suite}-{settings}",
                scenario=f"patroni-{suite}",
                cluster=postgres.Cluster(hosts(f"patroni-{suite}"), synchronous=dynamic["synchronous_mode"]),
                faults=("killed", "frozen", "cut_off"),
                trials=3,
                package="patroni",
                settings=settings,
                dynamic=dynamic,
            )
            for suite in ("bookworm", "trixie")
            for settings, dynamic in (("documented", DOCUMENTED), ("tuned", TUNED))
        ),
    ],
    "redis": [
        Contender(f"{OURS}-durable", "reliability-redis", CACHE),
        *(
            Contender(
                name=f"{OURS}-fast{settings and f'-{settings}'}",
                scenario="reliability-redis",
                cluster=replace(CACHE, confirmations=0, may_lose=may_lose),
                faults=("killed", "frozen", "cut_off", "cut_off_with_a_sentinel"),
                settings=settings,
                variables=variables,
            )
            for settings, may_lose, variables in (("", math.inf, FAST), ("bounded", MAX_LAG + TICK, BOUNDED))
        ),
    ],
}


def molecule(*words: str, **options) -> subprocess.Popen:
    """Start molecule on our scenarios, in a process group of its own."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(ROOT / "build" / "home"),
        "MOLECULE_GLOB": str(SCENARIOS / "*" / "molecule.yml"),
    }
    return subprocess.Popen(["molecule", *words], cwd=ROOT, env=environment, start_new_session=True, **options)


def logged(verb: str, scenario: str, *words: str) -> subprocess.Popen:
    """Start molecule on a scenario, and keep what it says in a file."""
    with log(scenario).open("a") as file:
        return molecule(verb, "--scenario-name", scenario, *words, stdout=file, stderr=file)


def log(scenario: str) -> Path:
    """Return the file with what molecule said of a scenario."""
    return ROOT / "build" / f"{scenario}.log"


def act(verb: str, scenario: str, *words: str) -> None:
    """Let molecule do something that has to succeed."""
    if logged(verb, scenario, *words).wait() != 0:
        raise SystemExit(f"reliability: molecule {verb} failed; {log(scenario)} says why")


@contextmanager
def stage(scenario: str, nodes: tuple[str, ...], keep: bool) -> Iterator[None]:
    """The hosts of a scenario, for as long as they are needed."""
    raise_up(scenario, nodes)
    try:
        yield
    finally:
        if not keep:
            tear_down(scenario, nodes)


def raise_up(scenario: str, nodes: tuple[str, ...]) -> None:
    """Bring the hosts up; those that are there already stay."""
    tell(f"setting up {scenario}, which takes minutes when it is new")
    for node in nodes:
        disks.make(node)
    act("converge", scenario)


def tear_down(scenario: str, nodes: tuple[str, ...]) -> None:
    """Remove hosts, and what they wrote."""
    act("destroy", scenario)
    for node in nodes:
        disks.remove(node)


def prove(contender: Contender, fault: str, seed: int) -> dict:
    """Have a trial on healthy hosts. Those that an earlier fault has broken are made anew."""

    def rerun(change: dict) -> subprocess.Popen:
        return logged("converge", contender.scenario, *extra({**contender.variables, **change}))

    try:
        return trial(contender.cluster, fault, seed, rerun)
    except NotReady as error:
        tell(f"{error}, so they are made anew")
        tear_down(contender.scenario, contender.cluster.nodes)
        raise_up(contender.scenario, contender.cluster.nodes)
        contender.configure()
        return trial(contender.cluster, fault, seed, rerun)


class Record:
    """All trials there have been, on disk after each of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trials = json.loads(path.read_text())["trials"] if path.exists() else []

    def forget(self, known_by: dict) -> None:
        """Drop the trials that are to be had anew."""
        self.trials = [one for one in self.trials if not known_by.items() <= one.items()]

    def add(self, one: dict) -> None:
        """Keep a trial."""
        self.trials.append(one)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({"trials": self.trials}, indent=1) + "\n")
        new.replace(self._path)


def have_trials(contender: Contender, given: argparse.Namespace, record: Record) -> None:
    """Let the faults happen to one contender, each so many times."""
    contender.configure()
    described = contender.described()
    names = contender.faults or tuple(contender.cluster.faults)
    for fault in [name for name in names if name in (given.fault or names)]:
        record.forget({**described, "fault": fault})
        for number in range(1, (given.trials or contender.trials or contender.cluster.faults[fault].trials) + 1):
            one = {**described, "trial": number, **prove(contender, fault, given.seed + number - 1)}
            record.add(one)
            print(report.line(one), flush=True)


def not_as_promised(system: str, trials: list[dict]) -> Iterator[tuple[dict, list[str]]]:
    """Return our trials in which a promise was broken, and which. A peer keeps its own or does not."""
    for contender in CONTENDERS[system]:
        if not contender.package:
            known_by = contender.described().items()
            mine = [one for one in trials if known_by <= one.items()]
            yield from ((one, says) for one in mine if (says := broken(contender.cluster, one)))


def main() -> None:
    """Have the trials asked for, keep the record, write the page."""
    parser = argparse.ArgumentParser(prog="make reliability", description=__doc__.splitlines()[0])
    parser.add_argument("--system", choices=CONTENDERS, required=True, help="what is put to the proof")
    parser.add_argument("--trials", type=int, help="how many of each fault; without, as many as its table says")
    parser.add_argument("--fault", nargs="*", choices=sorted({*postgres.FAULTS, *redis.FAULTS}), help="only these")
    parser.add_argument(
        "--only", nargs="*", default=[""], help="only those whose names begin so, as mainstay or patroni"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the first trial of each fault; the next has the next")
    parser.add_argument("--keep", action="store_true", help="leave the hosts of each scenario running")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    given = parser.parse_args()
    record = Record(Path(str(RECORD).format(given.system)))
    chosen = [one for one in CONTENDERS[given.system] if one.name.startswith(tuple(given.only))]
    for scenario, some in groupby(chosen, key=lambda one: one.scenario):
        contenders = list(some)
        with stage(scenario, contenders[0].cluster.nodes, given.keep):
            for contender in contenders:
                have_trials(contender, given, record)
    print(report.tables(given.system, record.trials))
    if given.write:
        PAGE.write_text(report.page(PAGE.read_text(), given.system, record.trials))
    if failed := [
        f"{one['fault']} {one['trial']}: {', '.join(says)}"
        for one, says in not_as_promised(given.system, record.trials)
    ]:
        raise SystemExit("\n".join(["reliability: not as promised:", *failed]))


if __name__ == "__main__":
    main()
