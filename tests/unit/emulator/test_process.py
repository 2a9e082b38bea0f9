# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The program: its ready line, a busy port, state that survives kill -9, the door behind the APIs."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[3]
SQL = "/sql/v1beta4/projects/p/instances"
SECRETS = "/v1/projects/p/secrets"
SECRET = {"replication": {"automatic": {}}}


def launch(*arguments) -> subprocess.Popen:
    command = [sys.executable, "-m", "emulator", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def url_of(process) -> str:
    line = process.stdout.readline()
    port, other = re.fullmatch(
        r"emulator ready: http://127\.0\.0\.1:(\d+) \(gRPC 127\.0\.0\.1:(\d+)\)\n", line
    ).groups()
    assert int(other) == int(port) + 1
    return f"http://127.0.0.1:{port}"


def ask(url: str, body=None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=5) as response:
        return json.load(response)


def test_kill_and_resume(tmp_path):
    """Acknowledged writes and a running operation survive kill -9, and the log holds no body."""
    state = tmp_path / "state.sqlite"
    first = launch("--port", 0, "--state", state, "--operation-ms", 4000, "--verbose")
    url = url_of(first)
    ask(f"{url}{SECRETS}?secretId=kept", SECRET)
    ask(f"{url}{SECRETS}/kept:addVersion", {"payload": {"data": "Y2FuYXJ5"}})
    operation = ask(url + SQL, {"name": "kept", "settings": {"tier": "t"}, "rootPassword": "canary"})
    first.send_signal(signal.SIGKILL)
    _out, log = first.communicate()
    assert "canary" not in log
    assert re.search(rf"POST {SQL} 200 [\d.]+ ms", log)
    second = launch("--port", 0, "--state", state)
    url = url_of(second)
    try:
        assert ask(f"{url}{SECRETS}/kept/versions/1:access")["payload"]["data"] == "Y2FuYXJ5"
        assert ask(f"{url}{SQL}/kept")["state"] == "PENDING_CREATE"
        deadline = time.monotonic() + 10
        path = f"/sql/v1beta4/projects/p/operations/{operation['name']}"
        while ask(url + path)["status"] != "DONE" and time.monotonic() < deadline:
            time.sleep(0.05)
        assert ask(f"{url}{SQL}/kept")["state"] == "RUNNABLE"
        busy = launch("--port", url.rsplit(":", 1)[1])
        _out, complaint = busy.communicate(timeout=5)
        assert (busy.returncode, len(complaint.splitlines())) == (1, 1)
        assert "cannot listen" in complaint
    finally:
        second.terminate()
        second.communicate()


def test_dump_load_reset(server):
    server.ok("POST", SECRETS, SECRET, secretId="dumped")
    dump = server.ok("GET", "/_emulator/dump")
    server.ok("POST", "/_emulator/reset")
    assert server.call("GET", f"{SECRETS}/dumped")[0] == 404
    server.ok("POST", "/_emulator/load", dump)
    assert server.call("GET", f"{SECRETS}/dumped")[0] == 200


def test_mutate(server):
    """As a foreign client would: no operation, but another etag and version."""
    server.wait("POST", SQL, {"name": "moved", "settings": {"tier": "t"}})
    old = server.ok("GET", f"{SQL}/moved")
    key = "projects/p/instances/moved"
    server.ok("POST", "/_emulator/mutate", {"key": key, "set": [{"path": "settings.tier", "value": "u"}]})
    new = server.ok("GET", f"{SQL}/moved")
    assert (new["settings"]["tier"], new["settings"]["settingsVersion"]) == ("u", "2")
    assert new["etag"] != old["etag"]
    server.ok("POST", "/_emulator/mutate", {"key": key, "merge": {"settings": {"userLabels": {"a": "b"}}}})
    assert server.ok("GET", f"{SQL}/moved")["settings"]["userLabels"] == {"a": "b"}
    server.ok("POST", "/_emulator/mutate", {"key": key, "delete": True})
    assert server.call("GET", f"{SQL}/moved")[0] == 404
    server.ok("POST", "/storage/v1/b", {"name": "moved-bucket"}, project="p")
    server.ok("POST", "/_emulator/mutate", {"key": "b/moved-bucket", "merge": {"labels": {"a": "b"}}})
    assert server.ok("GET", "/storage/v1/b/moved-bucket")["metageneration"] == "2"
    assert "nothing is stored" in server.call("POST", "/_emulator/mutate", {"key": key})[1]["error"]


def test_counts(server):
    server.ok("POST", "/_emulator/reset")
    server.ok("GET", SECRETS)
    server.ok("GET", SECRETS)
    method = "secretmanager.projects.secrets.list"
    assert server.ok("GET", "/_emulator/requests") == {"total": 2, "methods": {method: 2}}
    assert method in server.ok("GET", "/_emulator/methods")
    assert "no fault" in server.call("POST", "/_emulator/faults", "explode")[1]["error"]
