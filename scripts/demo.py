# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watch an environment converge, stay as it is, drift and be repaired, against the emulator. Ends with 0 when all went so."""

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


@contextmanager
def emulator():
    """Run an emulator on the first free pair of ports; its address."""
    with step("Start the Google Cloud emulator") as result:
        process, address = _started()
        result["says"] = f"at {address}"
    try:
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def _started():
    for port in PORTS:
        command = [sys.executable, "-m", "emulator", "--port", str(port), "--state", str(ROOM / "emulator.sqlite")]
        with open(ROOM / "emulator.log", "w") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        ready = re.match(r"emulator ready: (\S+)", process.stdout.readline())
        if ready:
            return process, ready[1]
        if process.wait() and "cannot listen" not in (said := (ROOM / "emulator.log").read_text()):
            raise Failed(f"the emulator does not start: {said}")
    raise Failed(f"no free port from {PORTS.start} to {PORTS.stop}: stop what uses them")


def playbook(name, address, log, expected=0):
    """Run a playbook on the local inventory; its tasks' changed count."""
    command = [Path(sys.executable).parent / "ansible-playbook", name, "-i", "inventories/local"]
    command += ["-e", f"drift_report={ROOM / 'drift.json'}"]
    ours = {
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_HOME": str(ROOM / "ansible"),
        "GCP_ENDPOINT": address,
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "GCP_", "GOOGLE_"))}
    ended = subprocess.run(command, cwd=ROOT, env={**theirs, **ours}, capture_output=True, text=True)
    (ROOM / log).write_text(ended.stdout + ended.stderr)
    if ended.returncode != expected:
        raise Failed(f"{name} ended with {ended.returncode}, not {expected}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


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
    with emulator() as address:
        with step("Converge inventories/local") as result:
            if not changed(playbook("site.yml", address, "converge.log")):
                raise Failed("the first run changed nothing")
            result["says"] = "made"
        _unchanged("Converge again, to see that nothing changes", address, "again.log")
        for what, call in INTRUSIONS.items():
            with step(f"Behind its back: {what}"):
                alter(address, *call)
        with step("Look for drift") as result:
            text = playbook("playbooks/drift.yml", address, "drift.log", DIFFERS).partition("PLAY RECAP")[2].partition("\n\n")[2]
            result["says"] = "found"
        print(f"\n{text.strip()}\n")
        _as_altered(json.loads((ROOM / "drift.json").read_text()))
        with step("Converge, to repair it") as result:
            if not changed(playbook("site.yml", address, "repair.log")):
                raise Failed("nothing was repaired")
            result["says"] = "repaired"
        _unchanged("Converge again, to see that all is well", address, "well.log")


def _unchanged(what, address, log):
    with step(what) as result:
        count = changed(playbook("site.yml", address, log))
        result["says"] = f"changed={count}"
        if count:
            raise Failed(f"a run that should change nothing changed something:\n{(ROOM / log).read_text()}")


def _as_altered(report):
    found = {(one["kind"], difference["path"]) for one in report["resources"] for difference in one["differences"]}
    if found != ALTERED:
        raise Failed(f"the report names {sorted(found)}, but what was altered is {sorted(ALTERED)}")


def main():
    """Run the story in a room of its own. Return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    ROOM.mkdir(parents=True)
    start = time.monotonic()
    try:
        story()
    except Failed as failure:
        print(f"\ndemo: {failure}\ndemo: the logs are in {ROOM.relative_to(ROOT)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted; everything it started has stopped", file=sys.stderr)
        return 130
    shutil.rmtree(ROOM)
    print(f"All as it should be, in {time.monotonic() - start:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
