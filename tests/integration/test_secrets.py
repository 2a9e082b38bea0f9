# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A canary in every secret: it sings nowhere but in the API."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.support import batch, one

CANARY = "canary-3f9a1c5e7b2d4860-sings-in-no-output-log-file-or-process-list-whatever-happens"
TRACE = CANARY[:12]  # a part is too much as well
INSTANCE = {"name": "main", "region": "europe-west6", "database_version": "MYSQL_8_0"}
SECRETS = [
    {"kind": "secretmanager_secret", "secret_id": "plain", "replication": {"automatic": {}}},
    {"kind": "secretmanager_secret_version", "secret_id": "plain", "value": CANARY},
    {"kind": "secretmanager_secret", "secret_id": "document", "replication": {"automatic": {}}},
    {"kind": "secretmanager_secret_version", "secret_id": "document", "json": {"login": {"password": CANARY}}},
    {"kind": "sql_instance", **INSTANCE, "root_password": CANARY, "settings": {"tier": "db-f1-micro"}},
    {"kind": "sql_user", "instance": "main", "name": "api", "host": "%", "password": CANARY},
]
WRONG = [  # the value itself is wrong, or stands in the wrong place
    {"kind": "secretmanager_secret_version", "secret_id": "a", "value": [CANARY]},
    {"kind": "secretmanager_secret_version", "secret_id": "a", "value": CANARY, "json": {"password": CANARY}},
    {"kind": "secretmanager_secret_version", "secret_id": "a", "value": CANARY, "keep": "some"},
    {"kind": "sql_user", "instance": "main", "name": "api", "password": {"of": CANARY}},
    {"kind": "sql_user", "instance": "main", "name": "api", "password": CANARY, "type": "ROBOT"},
    {"kind": "sql_instance", **INSTANCE, "root_password": [CANARY], "settings": {}},
]


@contextmanager
def watched_processes():
    """Collects every command line and environment on this machine that shows the canary while the block runs."""
    caught, done = [], threading.Event()

    def watch():
        while not done.is_set():
            for path in [*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")]:
                try:
                    if TRACE.encode() in path.read_bytes():
                        caught.append(path)
                except OSError:  # it has ended meanwhile, or is somebody else's
                    continue
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield caught
    finally:
        done.set()
        watcher.join()


def alone(items: list[dict], **task) -> list[dict]:
    """Each item by the module of its kind."""
    options = [{name: value for name, value in item.items() if name != "kind"} for item in items]
    return [
        {"name": f"{item['kind']} {place}", **one(item["kind"], **params), "ignore_errors": True, **task}
        for place, (item, params) in enumerate(zip(items, options))
    ]


def together(items: list[dict], **task) -> list[dict]:
    """All items in a batch."""
    return [{"name": "batch", **batch(*items), "ignore_errors": True, **task}]


def repeating_faults() -> str:
    """What Google answers to a value when it repeats what was sent."""
    said = f'message="Invalid value {CANARY}"'
    methods = ("secretmanager.projects.secrets.addVersion", "sql.users.insert", "sql.instances.insert")
    return "; ".join(f"400 method={method} times=0 {said}" for method in methods)


@pytest.mark.parametrize("way", [alone, together])
def test_no_secret_is_shown(way, playbook, emulator, tmp_path):
    changed = [
        {"kind": "secretmanager_secret_version", "secret_id": "plain", "value": f"{CANARY}-changed"},
        {**SECRETS[5], "password": f"{CANARY}-changed", "update_password": "always"},
    ]
    tasks = [
        *way(SECRETS, check_mode=True),
        *way(SECRETS),
        *way(changed),
        *way(WRONG),
        {"name": "read", "mainstay.platform.gcp_resource_info": {"resources": SECRETS[:4:2] + SECRETS[4:]}},
    ]
    with watched_processes() as caught:
        run = playbook(hide_the_source(tasks, tmp_path), diff=True, verbosity=3)
    assert caught == []
    assert [task["task"] for task in run.tasks if task["result"].get("changed")], run.output
    assert_silent(run, emulator)
    stored = emulator.stored()
    assert "_data" in stored[f"secretmanager/projects/{emulator.project}/secrets/plain/versions/2"]


@pytest.mark.parametrize("way", [alone, together])
def test_no_secret_is_shown_by_a_failure(way, playbook, emulator, tmp_path):
    emulator.faults(repeating_faults())
    run = playbook(hide_the_source(way(SECRETS), tmp_path), diff=True, verbosity=3)
    assert any("Invalid value" in task["result"].get("msg", "") for task in run.tasks), run.output
    assert_silent(run, emulator)


def hide_the_source(tasks, tmp_path):
    """Tasks that take the canary from a file of variables, as they would from a vault."""
    vault = tmp_path / "vault.yml"
    vault.write_text(f"canary: {CANARY}\n")

    def hidden(value):
        if isinstance(value, str):
            return value.replace(CANARY, "{{ canary }}")
        if isinstance(value, dict):
            return {name: hidden(part) for name, part in value.items()}
        return [hidden(part) for part in value] if isinstance(value, list) else value

    return [{"name": "vault", "ansible.builtin.include_vars": {"file": str(vault)}, "no_log": True}, *hidden(tasks)]


def assert_silent(run, emulator):
    """Neither output nor results, no file below the home directory, no log of the emulator has the canary."""
    assert [line for line in run.output.splitlines() if TRACE in line] == []
    files = [path for path in run.home.rglob("*") if path.is_file()]
    assert [path for path in files if TRACE.encode() in path.read_bytes()] == []
    assert {task["task"] for task in run.tasks if TRACE in str(task["result"])} <= {"vault"}
    assert TRACE not in emulator.log.read_text()
