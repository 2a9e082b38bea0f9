# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The news of a batch reach the screen while it runs, and leave nothing behind."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from ansible_collections.mainstay.platform.plugins.action.gcp_resources import relayed
from tests.integration.support import Runner, batch, running_emulator

NEWS = "  sql_instance projects/{project}/instances/main: waiting for the operation insert"
INSTANCE = {
    "kind": "sql_instance",
    "name": "main",
    "region": "europe-west6",
    "database_version": "POSTGRES_16",
    "settings": {"tier": "db-f1-micro"},
}


class Interrupted(BaseException):
    """What ends a block from outside."""


@pytest.mark.parametrize("end", [None, Interrupted], ids=["done", "interrupted"])
def test_lines_are_shown_and_the_file_is_gone(end, tmp_path, monkeypatch):
    monkeypatch.setattr("ansible.constants.DEFAULT_LOCAL_TMP", str(tmp_path))
    shown = []
    try:
        with relayed(lambda line, stderr: shown.append((line, stderr))) as path:
            assert os.stat(os.path.dirname(path)).st_mode & 0o077 == 0
            with open(path, "a", encoding="utf-8", buffering=1) as news:
                news.write("first\nsec")
                deadline = time.monotonic() + 5
                while not shown and time.monotonic() < deadline:
                    time.sleep(0.05)
                assert shown == [("  first", True)]
                news.write("ond\nthird\n")
            if end:
                raise end
    except Interrupted:
        pass
    assert shown == [("  first", True), ("  second", True), ("  third", True)]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs side by side that both wait: one without more, one with a file of the user's own."""
    folder, started = tmp_path_factory.mktemp("progress"), {}
    with running_emulator(folder, "--operation-ms", "8000") as emulator:
        for name, params in {"plain": {}, "own": {"progress": str(folder / "news")}}.items():
            runner = Runner(replace(emulator, project=f"acme-{name}-1"), folder / name)
            runner.folder.mkdir()
            started[name] = runner.start([{"name": "make", **batch(INSTANCE, **params)}])
        ended = {name: finish(process.communicate(timeout=60)[0]) for name, (process, finish) in started.items()}
    return {**ended, "news": (folder / "news").read_text()}


def test_news_are_shown(runs):
    assert runs["plain"].rc == 0, runs["plain"].output
    assert NEWS.format(project="acme-plain-1") in runs["plain"].output
    assert runs["plain"]["make"]["resources"][0]["changed"]


def test_nothing_is_left_behind(runs):
    assert list((runs["plain"].home / ".ansible" / "tmp").iterdir()) == []


def test_a_file_of_the_users_own_gets_the_news(runs):
    assert runs["own"].rc == 0, runs["own"].output
    assert "waiting for" not in runs["own"].output
    assert "waiting for the operation insert" in runs["news"]
