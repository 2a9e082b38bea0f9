# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run over hosts costs that changes nothing, and where its time goes, on the hosts of the proofs by faults.

Figures depend on the machine and on what else it does. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections import Counter
from statistics import median

from tests.benchmark import report
from tests.benchmark.measure import cost, seconds_by_task
from tests.hosts import faults
from tests.hosts.bed import ROOT
from tests.hosts.reliability import SCENARIOS, stage

RECORD, PAGE = ROOT / "build" / "bench-hosts.json", ROOT / "docs" / "benchmarks.md"
LOG = ROOT / "build" / "bench-hosts.log"
# What is measured, by the name of its scenario, and the playbook that makes it.
SYSTEMS = {
    "postgres": ("three PostgreSQL hosts and a pooler", "hosts.yml"),
    "redis": ("three Redis hosts, three Sentinels and a proxy", "redis.yml"),
}
MOST = 5  # tasks that are named


def measure(system: str, runs: int, keep: bool) -> dict:
    """Measure runs over the hosts of a scenario, which are made when they are not there."""
    title, playbook = SYSTEMS[system]
    scenario = f"reliability-{system}"
    nodes = re.findall(r"name: ([\w-]+)", (SCENARIOS / scenario / "molecule.yml").read_text())
    with stage(scenario, tuple(nodes), keep):
        seen = [run(scenario, nodes, playbook) for _run in range(runs)]
    middle = {name: median(one[name] for one in seen) for name in ("seconds", "control", "hosts", "executions")}
    slowest = {task: median(one["tasks"][task] for one in seen) for task in seen[0]["tasks"]}
    return {"title": title, "runs": runs, **middle, "slowest": dict(Counter(slowest).most_common(MOST))}


def run(scenario: str, nodes: list[str], playbook: str) -> dict:
    """Have one run: its seconds, in all and by task, and those of processors. Raises SystemExit when it changes any."""
    inventory = max((ROOT / "build/home").glob(f".ansible/tmp/molecule.*{scenario}/inventory"), key=os.path.getmtime)
    environment = {
        **os.environ,
        "HOME": str(ROOT / "build" / "home"),
        "ANSIBLE_CONFIG": str(inventory.parent / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_LOG_PATH": str(LOG),
    }
    LOG.unlink(missing_ok=True)
    before = sum(map(processor, nodes))
    command = [str(ROOT / ".venv/bin/ansible-playbook"), "-i", str(inventory), f"playbooks/{playbook}"]
    found, output = cost(command, environment, ROOT, lambda: 0)
    executions = sum(map(int, re.findall(r" ok=(\d+)", output)))
    if sum(map(int, re.findall(r" changed=(\d+)", output))):
        raise SystemExit(f"bench: a run that should change nothing did:\n{output[-4000:]}")
    hosts = sum(map(processor, nodes)) - before
    tasks = seconds_by_task(LOG.read_text().splitlines())
    return {
        "seconds": found.seconds,
        "control": found.processor,
        "hosts": hosts,
        "executions": executions,
        "tasks": tasks,
    }


def processor(host: str) -> float:
    """Return the seconds of processor time that a host has used."""
    # Control groups of version 2 tell microseconds, those of version 1 nanoseconds.
    newer = "awk '/^usage_usec/ {print $2 * 1000}' cpu.stat"
    return (
        int(
            faults.inside(
                host, f"cd /sys/fs/cgroup; if [ -e cpu.stat ]; then {newer}; else cat cpuacct/cpuacct.usage; fi"
            )
        )
        / 1e9
    )


def main() -> None:
    """Measure, keep the record, write the page."""
    parser = argparse.ArgumentParser(prog="make bench-hosts", description=__doc__.splitlines()[0])
    parser.add_argument("--system", nargs="*", choices=SYSTEMS, default=list(SYSTEMS), help="only these")
    parser.add_argument("--runs", type=int, default=3, help="so many of each")
    parser.add_argument("--keep", action="store_true", help="leave the hosts running")
    given = parser.parse_args()
    known = json.loads(RECORD.read_text())["systems"] if RECORD.exists() else {}
    systems = known | {system: measure(system, given.runs, given.keep) for system in given.system}
    record = {"load": round(os.getloadavg()[0], 1), "processors": os.cpu_count(), "systems": systems}
    RECORD.write_text(json.dumps(record, indent=1) + "\n")
    PAGE.write_text(report.put(PAGE.read_text(), "hosts", report.hosts(record)))
    print(report.hosts(record))


if __name__ == "__main__":
    main()
