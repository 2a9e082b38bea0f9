# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whom the poolers follow, by what the servers say."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[3] / "roles/pgbouncer/files/pgbouncer_follower.py"
spec = importlib.util.spec_from_file_location("pgbouncer_follower", PATH)
follower = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(follower)
CONFIG = {
    "servers": [{"name": name, "address": f"10.0.0.{number}"} for number, name in enumerate("abc", 1)],
    "server_port": 5432,
    "databases": ["shop"],
}


# What a server says: a number is the timeline on which it leads, "streams" and "alone" are standbys.
CASES = {
    "the first leader that is seen": ({"a": 1, "b": "streams", "c": "streams"}, (None, 0), ("a", 1), ["b", "c"]),
    "nobody answers": ({}, ("a", 1), ("a", 1), ["a"]),
    "nobody answers yet": ({}, (None, 0), (None, 0), []),
    "the leader is gone, nobody leads": ({"b": "streams", "c": "alone"}, ("a", 1), ("a", 1), ["b"]),
    "a standby was promoted": ({"b": 2, "c": "alone"}, ("a", 1), ("b", 2), ["b"]),
    "the old leader still thinks it leads": ({"a": 1, "b": 2, "c": "streams"}, ("a", 1), ("b", 2), ["c"]),
    "the old leader alone answers": ({"a": 1}, ("b", 2), ("b", 2), ["b"]),
    "after a restart the old leader alone answers": ({"a": 1}, (None, 2), (None, 2), []),
    "there and back while nobody looked": ({"a": 3, "b": "streams"}, ("a", 1), ("a", 3), ["b"]),
    "two claim the same lead": ({"b": 2, "c": 2}, ("a", 1), ("a", 1), ["a"]),
    "another claims the lead of the one that is followed": ({"b": 2, "c": 2}, ("b", 2), ("b", 2), ["b"]),
    "another alone claims it": ({"c": 2}, ("b", 2), ("b", 2), ["b"]),
    "a leader taken off the list has a successor on its timeline": ({"c": 2}, (None, 2), ("c", 2), ["c"]),
    "a copy that streams from nobody serves no readers": ({"a": 1, "b": "alone"}, ("a", 1), ("a", 1), ["a"]),
}


@pytest.mark.parametrize(("said", "followed", "expected", "readers"), CASES.values(), ids=CASES)
def test_whom_to_follow(said, followed, expected, readers):
    answers = {
        name: follower.Answer(0.0, isinstance(word, int), word == "streams", word if isinstance(word, int) else 0)
        for name, word in said.items()
    }
    assert follower.decide(answers, follower.Followed(*followed)) == (follower.Followed(*expected), readers)


def test_the_file_remembers_what_is_followed():
    text = follower.render(follower.Followed("b", 3), ["a", "c"], CONFIG)
    assert text.splitlines()[1:] == [
        "[databases]",
        "shop = host=10.0.0.2 port=5432 dbname=shop auth_user=pgbouncer",
        "shop_ro = host=10.0.0.1,10.0.0.3 port=5432 dbname=shop auth_user=pgbouncer",
    ]
    assert follower.remembered(text, CONFIG) == follower.Followed("b", 3)
    assert follower.remembered(text, {**CONFIG, "servers": CONFIG["servers"][:1]}) == follower.Followed(None, 3)


def test_before_anybody_leads_there_is_no_database():
    assert follower.render(follower.Followed(), [], CONFIG).splitlines()[1:] == ["[databases]"]
    assert follower.remembered("[databases]\n", CONFIG) == follower.Followed()


class Recorder:
    """A console that answers as told and keeps what it was asked."""

    def __init__(self, servers=(), paused=()):
        self.commands = []
        self.answers = {"SHOW SERVERS": servers, "SHOW DATABASES": [{"name": name, "paused": 1} for name in paused]}

    def run(self, command):
        self.commands.append(command)
        return self.answers.get(command, [])


def server(state, address, database="shop"):
    return {"database": database, "addr": address, "state": state}


TOLD = {
    "readers changed": (Recorder(), False, ["RELOAD"]),
    "nothing hangs": (Recorder([server("active", "10.0.0.2"), server("idle", "10.0.0.1")]), True, []),
    "something hangs": (Recorder([server("active", "10.0.0.1")], ["shop"]), True, ['KILL "shop"', 'RESUME "shop"']),
    "a reader hangs": (Recorder([server("active", "10.0.0.1", "shop_ro")]), True, []),
    "paused for a switchover": (Recorder([], ["shop"]), True, ['RESUME "shop"']),
}


@pytest.mark.parametrize(("console", "moved", "expected"), TOLD.values(), ids=TOLD)
def test_what_pgbouncer_is_told(console, moved, expected):
    follower.tell(console, ["shop"], "10.0.0.2", moved)
    said = [command for command in console.commands if not command.startswith("SHOW")]
    assert said == (["RELOAD", "RESUME", *expected] if moved else expected)
