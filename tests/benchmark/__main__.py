# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run that changes nothing costs: ours beside the peers, in one go, against the emulator.

Figures depend on the machine and on what else it does; the comparison is what counts. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.benchmark import contenders, report
from tests.benchmark.measure import Cost, cost
from tests.integration.support import ROOT, Emulator, running_emulator
from tests.peers.front import googleapis
from tests.peers.gcloud import INSTALLED, Gcloud

CONCURRENCY = 16  # what gcp_resources does at a time when nothing else is said
LATENCIES = (0, 100)  # milliseconds
BIN = Path(sys.executable).parent
RECORD, PAGE = ROOT / "build" / "bench.json", ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Contender:
    """Who is measured: how it is asked, how often a run is repeated, and what it does at a time."""

    title: str
    asks: Callable
    runs: int
    at_a_time: int = 1


BATCH = Contender("gcp_resources", contenders.batch, 5, CONCURRENCY)
PEERS = (
    BATCH,
    Contender("our modules, one task each", contenders.singles, 1),
    Contender("google.cloud's modules, one task each", contenders.google_cloud, 1),
    *([Contender("gcloud, one call each", contenders.gcloud, 1)] if INSTALLED else []),
)


@dataclass(frozen=True)
class Figure:
    """One line of the record: `seconds`, `calls` … are medians over `runs`; `resources` in terms of our kinds."""

    environment: str
    contender: str
    resources: int
    latency_ms: int
    at_a_time: int
    runs: int
    seconds: float
    processor: float
    calls: int
    memory: float


@dataclass(frozen=True)
class Stage:
    """Where runs take place: an emulator at one latency."""

    emulator: Emulator
    latency: int
    folder: Path
    hosts: dict

    def converge(self, items: list[dict], project: str) -> None:
        """Make everything, through our batch."""
        self.run(contenders.batch(items, project), project, changes=True)

    def figure(self, title: str, contender: Contender, items: list[dict], project: str, runs: int) -> Figure:
        """Run a contender over items that are as declared."""
        asked = contender.asks(items, project)
        costs = [self.run(asked, project) for _run in range(min(runs, contender.runs))]
        print(
            f"  {title}, {contender.title}: {len(items)} resources at {self.latency} ms: "
            f"{median(each.seconds for each in costs):.1f} s, {costs[0].calls} calls",
            flush=True,
        )
        middle = {name: median(getattr(each, name) for each in costs) for name in Cost.__dataclass_fields__}
        return Figure(title, contender.title, len(items), self.latency, contender.at_a_time, len(costs), **middle)

    def run(self, asked: list, project: str, changes: bool = False) -> Cost:
        """One run of tasks, or of commands of gcloud. Raises SystemExit when it fails or changes what it should not."""
        command, environment = self._command(asked, project)
        found, output = cost(command, environment, ROOT, lambda: sum(self.emulator.counts().values()))
        if not changes and "changed=" in output and "changed=0" not in output:
            raise SystemExit(f"bench: a run that should change nothing did:\n{output[-4000:]}")
        return found

    def _command(self, asked: list, project: str) -> tuple[list[str], dict]:
        if isinstance(asked[0], str):
            script = self.folder / "commands"
            script.write_text("".join(f"gcloud {line} --format=none\n" for line in asked).replace("PROJECT", project))
            return ["sh", "-e", str(script)], Gcloud(self.emulator.url, project, self.folder).environment
        path = self.folder / "playbook.yml"
        path.write_text(json.dumps([self._play(asked, project)]))
        return [str(BIN / "ansible-playbook"), str(path)], self._environment()

    def _play(self, tasks: list[dict], project: str) -> dict:
        peers = {"project": project, "auth_kind": "accesstoken", "access_token": "any"}
        ours = {"project": project, "endpoint": self.emulator.url}
        return {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable},
            "module_defaults": {"group/mainstay.platform.gcp": ours, "group/google.cloud.gcp": peers},
            "tasks": tasks,
        }

    def _environment(self) -> dict:
        return {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            **self.hosts,
            "HOME": str(self.folder),
            "ANSIBLE_HOME": str(self.folder / ".ansible"),
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": f"{ROOT / '.collections'}:{ROOT / 'build' / 'peers'}",
            "ANSIBLE_LOCALHOST_WARNING": "false",
        }


@contextmanager
def stage(folder: Path, latency: int, state: Path):
    """An emulator at a latency that goes on with what an earlier one held."""
    options = ("--latency-ms", str(latency), "--state", str(state), "--operation-ms", "0", "--propagation-ms", "0")
    with running_emulator(folder, *options) as emulator, googleapis(emulator.url, folder) as hosts:
        yield Stage(emulator, latency, folder, hosts)


def main() -> None:
    """Measure everything, keep the record, write the page."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--common", type=int, default=200, help="resources of the kinds that google.cloud has too")
    parser.add_argument("--sizes", type=int, nargs="*", default=[30, 50, 200, 800], help="resources of all kinds")
    parser.add_argument("--runs", type=int, default=5, help="at most so many of each")
    given = parser.parse_args()
    sets = {
        f"all kinds, {size}": (contenders.environment(size, f"acme-bench-{size}"), f"acme-bench-{size}", (BATCH,))
        for size in given.sizes
    }
    first = contenders.environment(50, "acme-bench-one")
    sets["start-up"] = (contenders.one_of_each(first), "acme-bench-one", (BATCH,))
    if given.common:
        many = contenders.environment(given.common * 4, "acme-bench-common")
        common = [item for item in many if item["kind"] in contenders.COMMON][: given.common]
        sets["kinds of google.cloud"] = (common, "acme-bench-common", PEERS)
        sets["start-up of those"] = (contenders.one_of_each(common), "acme-bench-common", (BATCH,))
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with stage(folder, 0, folder / "state") as at_rest:
            for items, project, _who in sets.values():
                at_rest.converge(items, project)
        for latency in LATENCIES:
            with stage(folder, latency, folder / "state") as here:
                figures += [
                    here.figure(title, contender, items, project, given.runs)
                    for title, (items, project, who) in sets.items()
                    for contender in who
                ]
    record = {"machine": machine(), "gcloud": INSTALLED, "figures": [asdict(figure) for figure in figures]}
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=1) + "\n")
    PAGE.write_text(report.put(PAGE.read_text(), "cloud", report.page(record)))
    print(f"bench: {PAGE.relative_to(ROOT)} and {RECORD.relative_to(ROOT)} are written")


def machine() -> dict:
    """What figures depend on."""
    return {
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
