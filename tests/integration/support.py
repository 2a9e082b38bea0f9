# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The emulator as a process, and real runs of ansible-playbook against it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOO_LONG = 300  # seconds after which a run hangs
READS = ("get", "list", "access", "getIamPolicy")  # how the methods end that change nothing


@dataclass(frozen=True)
class Emulator:
    """A running emulator, seen from one project. `log` is what it wrote to standard error."""

    url: str
    log: Path
    project: str = ""

    def ask(self, method: str, path: str, body=None, timeout: float = 30):
        """The JSON that a request is answered with. Raises AssertionError with the answer when that is an error."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{method} {path}: {problem.code} {problem.read().decode()}") from None

    def counts(self) -> dict[str, int]:
        """How often each method was called, by its Discovery id, over all projects."""
        return self.ask("GET", "/_emulator/requests")["methods"]

    def writes(self) -> dict[str, int]:
        """As `counts`, of the methods that change something."""
        return {name: count for name, count in self.counts().items() if not name.endswith(READS)}

    def faults(self, spec: str) -> None:
        """Put faults in force instead of those there were; see emulator/README.md."""
        self.ask("POST", "/_emulator/faults", {"spec": spec})

    def mutate(self, key: str, **change) -> None:
        """Change a stored resource behind its owner's back: `merge`, `set` or `delete`."""
        self.ask("POST", "/_emulator/mutate", {"key": key, **change})

    def stored(self) -> dict[str, dict]:
        """Everything that the emulator holds of this project, by key."""
        entries = self.ask("GET", "/_emulator/dump")
        return {key: body for key, body in entries.items() if f"projects/{self.project}/" in f"{key}/"}


@contextmanager
def running_emulator(folder: Path, *options: str):
    """An emulator of its own on a free port, that ends with the block."""
    log = folder / "emulator.log"
    command = [sys.executable, "-m", "emulator", "--port", "0", "--verbose", *options]
    with log.open("w") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            ready = process.stdout.readline()
            assert "ready: http" in ready, f"the emulator did not start: {log.read_text()}"
            yield Emulator(ready.split()[2], log)
        finally:
            process.terminate()
            process.wait(10)


def family(process: int) -> list[int]:
    """A process and all that come from it, by their ids; a worker of Ansible's is the head of a session of its own."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    found = [process]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return found


def kill(process: int) -> None:
    """End a process and all that come from it, without a chance to tidy up."""
    for member in family(process):
        with suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)


@dataclass
class Run:
    """What a run of ansible-playbook left: exit code, what the user saw, and each task's result."""

    rc: int
    output: str
    tasks: list[dict]
    seconds: float
    home: Path

    def __getitem__(self, name: str) -> dict:
        """The result of the last task of a name; with its `status` and the `seconds` that it took."""
        found = [task for task in self.tasks if task["task"] == name]
        assert found, f"no task is called {name}:\n{self.output}"
        return {**found[-1]["result"], "status": found[-1]["status"], "seconds": found[-1]["seconds"]}


@dataclass
class Runner:
    """Runs ansible-playbook against an emulator, with a home directory of its own."""

    emulator: Emulator
    folder: Path
    environment: dict = field(default_factory=dict)

    def __call__(self, tasks, check=False, diff=False, verbosity=0, extra_vars=None, environment=None) -> Run:
        """Run tasks, or a playbook by its path, to the end."""
        process, finish = self.start(tasks, check, diff, verbosity, extra_vars, environment)
        try:
            output, _nothing = process.communicate(timeout=TOO_LONG)
        except subprocess.TimeoutExpired:
            kill(process.pid)
            output = f"{process.communicate()[0]}\nkilled after {TOO_LONG} s"
        return finish(output)

    def start(self, tasks, check=False, diff=False, verbosity=0, extra_vars=None, environment=None):
        """Start such a run: the process, and what makes a Run of its output when it has ended."""
        place = self.folder / f"run{len(list(self.folder.glob('run*')))}"
        place.mkdir(parents=True)
        path = tasks if isinstance(tasks, (str, Path)) else self._playbook(place, tasks)
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(path), *["--check"] * check]
        command += ["--diff"] * diff + [f"-{'v' * verbosity}"] * bool(verbosity)
        command += ["-e", json.dumps(extra_vars)] if extra_vars else []
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment(place, environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

        def finish(output: str) -> Run:
            record = place / "results"
            lines = record.read_text().splitlines() if record.exists() else []
            tasks = [json.loads(line) for line in lines]
            return Run(process.returncode, output, tasks, time.monotonic() - started, self.folder / "home")

        return process, finish

    def _playbook(self, place: Path, tasks: list[dict]) -> Path:
        access = {"endpoint": self.emulator.url, "project": self.emulator.project}
        play = {
            "name": "A test",
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            "module_defaults": {"group/mainstay.platform.gcp": access},
            "tasks": tasks,
        }
        path = place / "playbook.yml"
        path.write_text(yaml.safe_dump([play], sort_keys=False))
        return path

    def _environment(self, place: Path, more: dict) -> dict:
        home = self.folder / "home"
        (home / "tmp").mkdir(parents=True, exist_ok=True)
        inherited = {name: os.environ[name] for name in ("PATH", "LANG", "TERM") if name in os.environ}
        return {
            **inherited,
            "LC_ALL": "C.UTF-8",
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "ANSIBLE_HOME": str(home / ".ansible"),
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
            "ANSIBLE_ACTION_PLUGINS": str(HERE / "action"),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "ANSIBLE_NOCOLOR": "1",
            "RECORD": str(place / "results"),
            **self.environment,
            **more,
        }


def one(kind: str, **params) -> dict:
    """A task, by a name of its own, that runs the module of one kind."""
    return {f"mainstay.platform.gcp_{kind}": params}


def batch(*items: dict, **params) -> dict:
    """A task that runs gcp_resources."""
    return {"mainstay.platform.gcp_resources": {"resources": list(items), **params}}


def ask(name: str, url: str, method: str = "GET", **body) -> dict:
    """A task that asks the emulator something."""
    return {"name": name, "ask": {"url": url, "method": method, **({"body": body} if body else {})}}
