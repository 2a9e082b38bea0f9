# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run a command and say what it cost; read from Ansible's log where the time went."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

LOOK = 0.1  # seconds between two looks at the memory
LINE = re.compile(r"(?P<moment>\S+ [\d:]+,\d+) .*?\| (?:(?P<kind>TASK|PLAY) (?:\[(?P<task>[^]]*)\])?)?")


@dataclass(frozen=True)
class Cost:
    """What a run cost: wall clock and processor in seconds, calls to the API, memory of all its processes in MB."""

    seconds: float
    processor: float
    calls: int
    memory: float


def cost(command: list[str], environment: dict[str, str], folder: Path, calls: Callable[[], int]) -> tuple[Cost, str]:
    """Run a command to its end; what it cost, and what it printed. Raises SystemExit when it fails."""
    before, began = calls(), time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    memory = Memory(process.pid)
    output = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = memory.peak()
    if process.returncode != 0:
        raise SystemExit(f"bench: {command[0]} failed:\n{output[-4000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, calls() - before, peak), output


class Memory:
    """Watches the memory of a process and all that it starts; pages they share count once."""

    def __init__(self, pid: int):
        """Begin to watch."""
        self.pid, self.most, self.done = pid, 0, Event()
        self.thread = Thread(target=self._watch, daemon=True)
        self.thread.start()

    def peak(self) -> float:
        """The most that was seen, in MB. Ends the watch."""
        self.done.set()
        self.thread.join()
        return self.most / 1024

    def _watch(self) -> None:
        while not self.done.wait(LOOK):
            self.most = max(self.most, sum(_proportional(pid) for pid in _family(self.pid)))


def _family(root: int) -> list[int]:
    """A process and its descendants."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.parent.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _proportional(pid: int) -> int:
    """The share of a process in the memory that it uses, in kB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def seconds_by_task(lines: list[str]) -> dict[str, float]:
    """Read from Ansible's log how long each task took, over all hosts and each time that it ran."""
    found = [match for line in lines if (match := LINE.match(line))]
    starts = [(moment(match), match["task"] or "") for match in found if match["kind"]]
    ends = [begin for begin, _task in starts[1:]] + [moment(found[-1])]
    seconds = Counter()
    for (begin, task), end in zip(starts, ends, strict=True):
        seconds[task.removeprefix("mainstay.platform.")] += end - begin
    return dict(seconds)


def moment(match: re.Match) -> float:
    """Return when a line was logged, in seconds."""
    return datetime.strptime(match["moment"], "%Y-%m-%d %H:%M:%S,%f").timestamp()
