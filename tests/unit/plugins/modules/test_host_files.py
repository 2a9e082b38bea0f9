# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module as Ansible runs it, on files of this machine; systemctl is a script that has a state."""

from __future__ import annotations

import getpass
import grp
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
MODULE = ROOT / "plugins" / "modules" / "host_files.py"
OURS = {"owner": getpass.getuser(), "group": grp.getgrgid(os.getgid()).gr_name}
MOMENTS = ("ActiveEnter", "StateChange")
SYSTEMCTL = """#!/bin/sh
cd {folder} || exit 1
echo "$@" >> calls
case "$1" in
  show) cat shown ;;
  enable) sed -i 's/^UnitFileState=.*/UnitFileState=enabled/' shown ;;
  restart)
    sed -i "s/^ActiveState=.*/ActiveState=active/; s/^\\(.*Monotonic\\)=.*/\\1=$(cat now)/" shown ;;
  reload) sed -i "s/^\\(StateChange.*\\)=.*/\\1=$(cat now)/" shown ;;
esac
"""


@pytest.fixture
def run(tmp_path):
    """Run the module with files of a folder, and return what it says."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "there").mkdir()

    def runs(files, services=(), check=False):
        files = [{**OURS, **file, "path": str(tmp_path / "there" / file["path"])} for file in files]
        arguments = {"files": files, "services": list(services), "_ansible_check_mode": check, "_ansible_diff": True}
        (tmp_path / "arguments").write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}))
        environment = {
            **os.environ,
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / ".collections"),
        }
        command = [sys.executable, MODULE, tmp_path / "arguments"]
        return json.loads(subprocess.run(command, env=environment, capture_output=True, text=True).stdout)

    return runs


@pytest.fixture
def systemctl(tmp_path):
    """Put a systemctl in the path. What is called gives its state, and what it was told."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    (tmp_path / "bin" / "systemctl").write_text(SYSTEMCTL.format(folder=tmp_path))
    (tmp_path / "bin" / "systemctl").chmod(0o755)

    def state(enabled="enabled", active="active", began=0.0):
        moments = [f"{what}TimestampMonotonic={int((time.monotonic() - began) * 1e6)}" for what in MOMENTS]
        (tmp_path / "now").write_text(f"{int((time.monotonic() + 5) * 1e6)}")
        (tmp_path / "shown").write_text("\n".join([f"UnitFileState={enabled}", f"ActiveState={active}", *moments, ""]))
        return lambda: [line for line in (tmp_path / "calls").read_text().splitlines() if not line.startswith("show")]

    return state


def test_everything_is_made_once_and_in_order(run, tmp_path):
    files = [
        {"path": "shop", "directory": True},
        {"path": "shop/shop.conf", "content": "a = 1\n", "mode": "0640"},
        {"path": "shop/password", "secret_content": "long-secret", "mode": "0600"},
        {"path": "shop/link", "target": "shop.conf"},
    ]
    assert run(files, check=True)["paths"] == [str(tmp_path / "there" / file["path"]) for file in files]
    assert not list((tmp_path / "there").iterdir())
    first = run(files)
    assert first["changed"]
    assert "long-secret" not in json.dumps(first)
    assert (tmp_path / "there/shop/link").read_text() == "a = 1\n"
    assert (tmp_path / "there/shop/password").stat().st_mode & 0o777 == 0o600
    again = run(files)
    assert not again["changed"]
    assert again["diff"] == []
    assert again["paths"] == []


CHANGES = {
    "content": ("echo b > shop.conf", {"before": "b\n", "after": "a\n"}),
    "mode": ("chmod 0600 shop.conf", {"before": {"mode": "0600"}, "after": {"mode": "0644"}}),
    "gone": ("rm shop.conf", {"before": "", "after": "a\n"}),
    "a link instead": ("ln -sf /etc/hostname shop.conf", {"before": "", "after": "a\n"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_somebody_changed_is_shown_and_mended(run, tmp_path, change):
    command, sides = CHANGES[change]
    files = [{"path": "shop.conf", "content": "a\n"}]
    run(files)
    subprocess.run(["sh", "-c", command], cwd=tmp_path / "there", check=True)
    for check in (True, False):
        seen = run(files, check=check)
        assert [{side: one[side] for side in sides} for one in seen["diff"]] == [sides]
    assert not run(files)["changed"]
    assert not (tmp_path / "there/shop.conf").is_symlink()


def test_what_a_server_keeps_is_written_once(run, tmp_path):
    files = [{"path": "state", "content": "first\n", "once": True}]
    run(files)
    (tmp_path / "there/state").write_text("its own\n")
    assert not run(files)["changed"]
    assert (tmp_path / "there/state").read_text() == "its own\n"


REFUSED = {
    "more than one": ([{"path": "a", "content": "x", "target": "y"}], "leave one"),
    "a folder in the way": ([{"path": ".", "content": "x"}], "is not to be a folder"),
    "a file in the way": ([{"path": "file", "directory": True}], "is to be a folder"),
    "judged wrong": (
        [{"path": "b", "content": "x"}, {"path": "c", "content": "bad", "validate": "false %s"}],
        "refuses",
    ),
    "of unknown content": ([{"path": "nothing", "mode": "0600"}], "make it first"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_nothing_is_half_done(run, tmp_path, case):
    files, says = REFUSED[case]
    (tmp_path / "there/file").write_text("")
    seen = run(files)
    assert seen["failed"]
    assert says in seen["msg"]
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["file"]


def test_an_owner_that_is_left_alone(run):
    file = {"path": "shop.conf", "content": "a\n", "owner": "", "group": ""}
    assert run([file])["changed"]
    assert not run([file])["changed"]


SERVICES = {
    "runs with what is there": ({}, []),
    "is stopped": ({"active": "inactive"}, ["daemon-reload", "restart shop"]),
    "is disabled": ({"enabled": "disabled"}, ["daemon-reload", "enable shop"]),
    "is disabled and stopped": (
        {"enabled": "disabled", "active": "failed"},
        ["daemon-reload", "enable shop", "restart shop"],
    ),
    "is one that others start": ({"enabled": "static"}, []),
    "a run was killed before it restarted it": ({"began": 3600}, ["daemon-reload", "restart shop"]),
}


@pytest.mark.parametrize("case", SERVICES)
def test_a_service_runs_with_what_is_there(run, systemctl, tmp_path, case):
    state, told = SERVICES[case]
    file = {"path": "shop.conf", "content": "a\n"}
    run([file])
    calls = systemctl(**{"began": -5, **state})
    services = [{"name": "shop", "reads": [str(tmp_path / "there/shop.conf")]}]
    assert run([file], services, check=True)["services"] == (["shop"] if told else [])
    assert run([file], services)["services"] == (["shop"] if told else [])
    assert ((tmp_path / "calls").exists() and calls()) == told
    assert not run([file], services)["changed"]


def test_a_service_is_restarted_for_a_file_of_its_own_alone(run, systemctl, tmp_path):
    files = [{"path": "shop.conf", "content": "a\n"}, {"path": "other.conf", "content": "b\n"}]
    run(files)
    calls = systemctl(began=-5)
    services = [{"name": "shop", "reads": [str(tmp_path / "there/shop.conf")]}]
    (tmp_path / "there/other.conf").write_text("by hand\n")
    assert run(files, services)["services"] == []
    (tmp_path / "there/shop.conf").write_text("by hand\n")
    assert run(files, services)["services"] == ["shop"]
    assert calls() == ["daemon-reload", "restart shop"]


RELOADS = {
    "knows what is there": ({}, "shop.conf", []),
    "has to read it again": ({"began": 3600}, "shop.conf", ["daemon-reload", "reload shop"]),
    "has to start anew all the same": ({"began": 3600}, "shop.unit", ["daemon-reload", "restart shop"]),
    "is stopped": ({"active": "inactive"}, "shop.conf", ["daemon-reload", "restart shop"]),
}


@pytest.mark.parametrize("case", RELOADS)
def test_a_service_reads_again_what_it_can(run, systemctl, tmp_path, case):
    state, written, told = RELOADS[case]
    run([{"path": written, "content": "a\n"}])
    calls = systemctl(**{"began": -5, **state})
    there = str(tmp_path / "there")
    shop = {"name": "shop", "reads": [f"{there}/shop.unit"], "reads_again": [f"{there}/shop.conf"]}
    assert run([], [shop])["services"] == (["shop"] if told else [])
    assert ((tmp_path / "calls").exists() and calls()) == told
    assert not run([], [shop])["changed"]
