# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watch an environment converge, stay as it is, drift and be repaired. Ends with 0 when all went so."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOM = ROOT / "build" / f"demo-{os.getpid()}"  # logs, the emulator's state, the report; gone when all went well
PORTS = range(8085, 8185, 2)  # the emulator takes the one after for gRPC
PROJECT = "luckygas-staging"
DIFFERS = 2  # the drift report's exit code when something differs

STARTED = []  # processes
FOREIGN = ("ANSIBLE_", "GCP_", "GOOGLE_", "CLOUDSDK_")  # settings that would lead the demo to another cloud
OURS = {
    "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
    "HOME": str(ROOM),
    "TMPDIR": str(ROOM),
    "LC_ALL": "C.UTF-8",
    "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "pycache"),
}

INTRUSIONS = {  # what to do: method and path below the emulator's address, and the body
    "stop the backups of the database": (
        "PATCH",
        f"sql/v1beta4/projects/{PROJECT}/instances/luckygas-staging",
        {"settings": {"backupConfiguration": {"enabled": False}}},
    ),
    "relabel the SMS key": (
        "PATCH",
        f"v1/projects/{PROJECT}/secrets/staging-sms-api-key?updateMask=labels",
        {"labels": {"application": "luckygas", "environment": "production", "managed-by": "mainstay"}},
    ),
    "disable the backup account": (
        "POST",
        f"v1/projects/{PROJECT}/serviceAccounts/luckygas-backup@{PROJECT}.iam.gserviceaccount.com:disable",
        {},
    ),
}
ALTERED = {  # and what the report must then say: kind, attribute
    ("sql_instance", "settings.backup_configuration.enabled"),
    ("secretmanager_secret", "labels[environment]"),
    ("iam_service_account", "disabled"),
}


class Failed(Exception):
    """The demo did not go as it should."""


@contextmanager
def step(what):
    """Say what a step does, and how long it took."""
    print(f"{what:.<60} ", end="", flush=True)
    start, result = time.monotonic(), {"says": "done"}
    yield result
    print(f"{result['says']} ({time.monotonic() - start:.1f} s)", flush=True)


def start(command, **streams):
    """Begin a process in a group of its own, with nothing of the user's settings and all its files in the room."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    process = subprocess.Popen(command, cwd=ROOT, env={**theirs, **OURS}, text=True, start_new_session=True, **streams)
    STARTED.append(process)
    return process


def stop_all():
    """Stop what is still running, with its children."""
    for process in STARTED:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)


def emulator():
    """Start an emulator on the first free pair of ports; its address."""
    for port in PORTS:
        command = [sys.executable, "-m", "emulator", "--port", str(port), "--state", str(ROOM / "emulator.sqlite")]
        with open(ROOM / "emulator.log", "w") as log:
            process = start(command, stdout=subprocess.PIPE, stderr=log)
        ready = re.match(r"emulator ready: (\S+)", process.stdout.readline())
        if ready:
            return ready[1]
        if process.wait() and "cannot listen" not in (said := (ROOM / "emulator.log").read_text()):
            raise Failed(f"the emulator does not start: {said}")
    raise Failed(f"no free pair of ports from {PORTS.start} to {PORTS.stop}: stop what uses them")


def playbook(name, log, expected=0):
    """Run a playbook on the local inventory; what it printed."""
    command = [Path(sys.executable).parent / "ansible-playbook", name, "-i", "inventories/local"]
    command += ["-e", f"drift_report={ROOM / 'drift.json'}"]
    with open(ROOM / log, "w") as file:
        code = start(command, stdout=file, stderr=subprocess.STDOUT).wait()
    said = (ROOM / log).read_text()
    if code != expected:
        raise Failed(f"{name} ended with {code}, not {expected}:\n{said}")
    return said


def changed(output):
    """How many tasks changed something, from the recap."""
    return sum(int(count) for count in re.findall(r"\bchanged=(\d+)", output))


def alter(address, method, path, body):
    """Change a resource as somebody with a console would, and wait until it is done."""
    operation = _call(address, method, path, body)
    while operation.get("status") not in (None, "DONE"):
        time.sleep(0.1)
        operation = _call(address, "GET", f"sql/v1beta4/projects/{PROJECT}/operations/{operation['name']}")


def _call(address, method, path, body=None):
    data, headers = None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def story():
    """The steps of the demo."""
    with step("Start the Google Cloud emulator") as result:
        OURS["GCP_ENDPOINT"] = address = emulator()
        taken = "" if f":{PORTS.start}" in address else f"{PORTS.start} is taken, so "
        result["says"] = f"{taken}at {address}"
    with step("Converge inventories/local") as result:
        if not changed(playbook("site.yml", "converge.log")):
            raise Failed("the first run changed nothing")
        result["says"] = "made"
    unchanged("Converge again, to see that nothing changes", "again.log")
    for what, call in INTRUSIONS.items():
        with step(f"Behind its back: {what}"):
            alter(address, *call)
    with step("Look for drift") as result:
        said = playbook("playbooks/drift.yml", "drift.log", DIFFERS)
        result["says"] = "found"
    print("\n" + said[re.search(r"^\d+ of \d+ resources", said, re.MULTILINE).start() :])
    as_altered(json.loads((ROOM / "drift.json").read_text()))
    with step("Converge, to repair it") as result:
        if not changed(playbook("site.yml", "repair.log")):
            raise Failed("nothing was repaired")
        result["says"] = "repaired"
    unchanged("Converge again, to see that all is well", "well.log")


def unchanged(what, log):
    """A step that converges and fails when that changes anything."""
    with step(what) as result:
        said = playbook("site.yml", log)
        result["says"] = f"changed={changed(said)}"
        if changed(said):
            raise Failed(f"a run that should change nothing changed something:\n{said}")


def as_altered(report):
    """Fail unless the report names what was altered and nothing else."""
    found = {(one["kind"], difference["path"]) for one in report["resources"] for difference in one["differences"]}
    if found != ALTERED:
        raise Failed(f"the report names {sorted(found)}, but what was altered is {sorted(ALTERED)}")


def main():
    """Run the story in a room of its own. Return the exit code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it otherwise
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("demo: told to stop"))
    ROOM.mkdir(parents=True)
    begun, failed = time.monotonic(), False
    try:
        story()
        print(f"All as it should be, in {time.monotonic() - begun:.0f} s.")
        return 0
    except Failed as failure:
        failed = True
        print(f"\n\ndemo: {failure}\ndemo: the logs are in {ROOM.relative_to(ROOT)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n\ndemo: interrupted", file=sys.stderr)
        return 130
    finally:
        stop_all()
        if not failed:
            shutil.rmtree(ROOM)


if __name__ == "__main__":
    sys.exit(main())
