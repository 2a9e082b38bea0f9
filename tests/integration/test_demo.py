# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The drift report by its exit code, what it names and what not; the demo as a newcomer runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.support import ROOT

DEMO = [sys.executable, str(ROOT / "scripts/demo.py")]


@pytest.fixture
def local(playbook, emulator, tmp_path):
    """Run a playbook on inventories/local in a project of its own."""
    environment = {"ANSIBLE_INVENTORY": str(ROOT / "inventories/local"), "GCP_ENDPOINT": emulator.url}
    variables = {"cloud_project": emulator.project, "drift_report": str(tmp_path / "drift.json")}

    def run(path: str, over=(), **more):
        return playbook(ROOT / path, extra_vars={**variables, **more}, environment={**environment, **dict(over)})

    return run


def differences(report: Path) -> set[tuple]:
    """All that a report names: kind, attribute, what is declared, what is there."""
    found = json.loads(report.read_text())
    return {
        (one["kind"], row["path"], row["declared"], row["actual"])
        for one in found["resources"]
        for row in one["differences"]
    }


def test_drift_report(local, emulator, tmp_path):
    assert local("site.yml").rc == 0
    clean = local("playbooks/drift.yml")
    assert clean.rc == 0, clean.output
    assert differences(tmp_path / "drift.json") == set()

    key = f"projects/{emulator.project}/instances/luckygas-staging"
    emulator.mutate(key, merge={"settings": {"ipConfiguration": {"sslMode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED"}}})
    emulator.mutate(
        f"projects/{emulator.project}/secrets/staging-jwt-signing-key", merge={"labels": {"intruder": "yes"}}
    )
    before = emulator.writes()
    drifted = local("playbooks/drift.yml")
    assert drifted.rc == 2, drifted.output
    assert differences(tmp_path / "drift.json") == {
        ("sql_instance", "settings.ip_configuration.ssl_mode", "ENCRYPTED_ONLY", "ALLOW_UNENCRYPTED_AND_ENCRYPTED"),
        ("secretmanager_secret", "labels[intruder]", None, "yes"),
    }
    assert "2 of" in drifted.output
    assert emulator.writes() == before

    emulator.faults("403 method=sql.instances.get times=0")
    partly = local("playbooks/drift.yml")
    assert partly.rc == 3, partly.output
    report = json.loads((tmp_path / "drift.json").read_text())
    assert not report["complete"]
    assert [one["kind"] for one in report["errors"]] == ["sql_instance"]
    assert {one["kind"] for one in report["resources"]} == {"secretmanager_secret"}

    emulator.faults("")
    assert local("site.yml").rc == 0
    assert local("playbooks/drift.yml").rc == 0


def test_an_inventory_without_a_cloud_is_not_clean(local, tmp_path):
    (tmp_path / "hosts.yml").write_text("all: {hosts: {localhost: {}}}\n")
    run = local("playbooks/drift.yml", {"ANSIBLE_INVENTORY": str(tmp_path / "hosts.yml")})
    assert run.rc == 3
    assert "no host of the inventory" in run.output


def test_a_check_of_nothing_is_not_clean(local):
    run = local("playbooks/drift.yml", {"ANSIBLE_RUN_TAGS": "nothing-has-this-tag"})
    assert run.rc == 3
    assert "nothing was checked" in run.output


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"database_availability": "GLOBAL"}, "ZONAL, REGIONAL"),
        ({"database_instance": "Main"}, "'Main' would be refused by Google"),
        ({"drift_report": "/proc/none/drift.json"}, "cannot be written to /proc/none/drift.json"),
    ],
    ids=["a role's input", "a resource's input", "no place for the report"],
)
def test_what_cannot_be_checked_is_not_drift(local, variables, says):
    run = local("playbooks/drift.yml", **variables)
    assert run.rc == 3
    assert says in run.output.partition("Not everything could be checked")[2]


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of the checkout at another path, for a test that looks at what is left there."""
    mine = shutil.ignore_patterns(".git", ".venv", ".ansible", "build", "__pycache__", ".*_cache")
    return Path(shutil.copytree(ROOT, tmp_path / "checkout", symlinks=True, ignore=mine))


def test_the_demo_ends_well_and_leaves_nothing(checkout):
    before = sorted(checkout.rglob("*"))
    demo = subprocess.run(
        [sys.executable, "scripts/demo.py"], cwd=checkout, capture_output=True, text=True, timeout=300
    )
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "3 of" in demo.stdout
    assert demo.stdout.count("changed=0") == 2
    assert [path for path in sorted(checkout.rglob("*")) if path not in before and "build" not in path.parts] == []
    assert not list(checkout.glob("build/demo-*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "told to stop"])
def test_the_demo_stops_what_it_started(number):
    demo = subprocess.Popen(DEMO, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    room = f"build/demo-{demo.pid}"
    deadline = time.monotonic() + 60
    while len(of_room(room)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(of_room(room)) >= 2, "an emulator and an ansible-playbook"
    demo.send_signal(number)
    _output, said = demo.communicate(timeout=60)
    assert demo.returncode not in (0, None)
    assert "Traceback" not in said
    assert of_room(room) == []
    assert not (ROOT / room).exists()


def of_room(room: str) -> list[str]:
    """The command lines of processes that name a demo's room."""
    lines = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            lines.append(Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it has ended meanwhile
    return [line for line in lines if room in line]
