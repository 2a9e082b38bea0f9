# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs on a Redis server, the commands that mend it, and the answers that tell it."""

from __future__ import annotations

import socket
import threading

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils import redis
from ansible_collections.mainstay.platform.plugins.modules import redis_failover, redis_monitor

SHOP = {"name": "shop", "password": "new", "former_passwords": ["old"], "rules": "~* +@all"}
NEW, OLD = redis.hashed("new"), redis.hashed("old")
LOGIN = redis.Login("mainstay", ["new", "old"])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, ""),
        ({"maxmemory": "64mb", "appendonly": True}, "maxmemory 64mb\nappendonly yes\n"),
        ({"tls-replication": False}, "tls-replication no\n"),
        ({"notify-keyspace-events": ""}, 'notify-keyspace-events ""\n'),
        ({"rename-command": ["KEYS a", "FLUSHALL b"]}, "rename-command KEYS a\nrename-command FLUSHALL b\n"),
        ({"save": "3600 1"}, 'save ""\nsave 3600 1\n'),
    ],
)  # fmt: skip
def test_settings_as_lines(settings, told):
    assert redis.lines(settings) == told


@pytest.mark.parametrize(
    ("wanted", "found", "changes"),
    [
        ({"timeout": "0"}, {"timeout": "0"}, []),
        ({"timeout": "0"}, {"timeout": "9"}, [("CONFIG", "SET", "timeout", "0")]),
        ({"timeout": "0", "new-in-8": "1"}, {"timeout": "0"}, []),
        ({"replica-priority": "1", "slave-priority": "1"}, dict.fromkeys(("replica-priority", "slave-priority"), "0"),
         [("CONFIG", "SET", "replica-priority", "1")]),
        ({"dir": "/tmp/x", "port": "0", "replicaof": ""}, {"dir": "/var", "port": "1", "replicaof": "a 6379"}, []),
    ],
)  # fmt: skip
def test_settings_that_differ(wanted, found, changes):
    assert [change.command for change in redis.setting_changes(wanted, found)] == changes


def test_a_secret_is_not_shown():
    (change,) = redis.setting_changes({"masterauth": "new"}, {"masterauth": "old"})
    assert (change.before, change.after) == ("(another)", "(as declared)")


def test_users_as_an_access_list():
    assert redis.access_list([SHOP]) == f"user default reset off\nuser shop reset on {NEW} {OLD} ~* +@all\n"


@pytest.mark.parametrize(
    ("found", "commands"),
    [
        ({"default": ((), "off"), "shop": ((NEW, OLD), "on ~* +@all")}, []),
        ({"default": ((), "off"), "shop": ((OLD, NEW), "on ~* +@all")}, []),
        ({"default": ((), "off")}, [("ACL", "SETUSER", "shop", "reset", "on", NEW, OLD, "~*", "+@all")]),
        ({"default": ((), "off"), "shop": ((OLD,), "on ~* +@all")},
         [("ACL", "SETUSER", "shop", "reset", "on", NEW, OLD, "~*", "+@all")]),
        ({"default": ((), "on nopass"), "shop": ((NEW, OLD), "on ~* +@all"), "eve": ((), "on nopass")},
         [("ACL", "SETUSER", "default", "reset", "off"), ("ACL", "DELUSER", "eve")]),
    ],
)  # fmt: skip
def test_users_that_differ(found, commands):
    def account(proofs, may):
        return redis.Account(frozenset(proofs), tuple(may.split()))

    wanted = {"default": account((), "off"), "shop": account((NEW, OLD), "on ~* +@all")}
    changes = redis.user_changes([SHOP], wanted, {name: account(*told) for name, told in found.items()})
    assert [change.command for change in changes] == commands
    assert NEW not in repr([(change.before, change.after) for change in changes])


@pytest.mark.parametrize(
    ("said", "agreed"),
    [
        ([], ""),
        (["a", "a", "b"], "a"),
        (["a", "b", ""], ""),
        (["a", "", ""], ""),
        (["a", "a", ""], "a"),
        (["", "", "a"], ""),
    ],
)
def test_a_majority(said, agreed):
    assert redis.majority(said) == agreed


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("*** FATAL CONFIG FILE ERROR ***\nat line 2\n>>> 'maxmemory lots'\nargument must be a memory value\n",
         "'maxmemory lots' argument must be a memory value"),
        ("1:M 1 Jan # Aborting Redis startup because of ACL errors: users:3: unknown\n",
         "Aborting Redis startup because of ACL errors: users:3: unknown"),
        ("", "it ends at once, and says nothing"),
    ],
)  # fmt: skip
def test_what_a_server_complains_of(output, said):
    assert redis.complaint(output) == said


def answering(*answers: bytes):
    """Serve one client that gets these answers, whatever it asks; return where."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        client, _place = listener.accept()
        with listener, client:
            for answer in answers:
                client.recv(4096)
                client.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (b"+PONG\r\n", "PONG"),
        (b":-3\r\n", -3),
        (b"$-1\r\n", None),
        (b"*-1\r\n", None),
        (b"$0\r\n\r\n", ""),
        (b"*3\r\n$6\r\nmaster\r\n:42\r\n*1\r\n+OK\r\n", ["master", 42, ["OK"]]),
    ],
)
def test_answers(answer, meant):
    assert redis.Client(answering(b"+OK\r\n", answer), LOGIN).ask("PING") == meant


def test_a_former_password_is_tried_after_the_new_one():
    assert redis.Client(answering(b"-WRONGPASS no\r\n", b"+OK\r\n", b"+PONG\r\n"), LOGIN).ask("PING") == "PONG"


@pytest.mark.parametrize(
    ("answers", "error"),
    [((b"-WRONGPASS no\r\n", b"-WRONGPASS no\r\n"), redis.Refused), ((b"+OK\r\n",), OSError), ((), OSError)],
)
def test_a_server_that_does_not_serve(answers, error):
    with pytest.raises(error):
        redis.Client(answering(*answers), LOGIN, 0.3).ask("PING")


@pytest.mark.parametrize(("named", "masters"), [(["a", "a", ""], ["b"]), (["", ""], ["a"])])
def test_whom_a_new_sentinel_watches(named, masters):
    assert redis_monitor.choose(named, masters, ["a", "b"]) == "a"


@pytest.mark.parametrize(
    ("named", "masters", "says"),
    [(["a", "b", ""], [], "several are named"), ([], ["a", "b"], "several are named"), ([""], [], "none of a, b says")],
)
def test_a_new_sentinel_that_cannot_know_watches_nobody(named, masters, says):
    with pytest.raises(redis.Refused, match=says):
        redis_monitor.choose(named, masters, ["a", "b"])


@pytest.mark.parametrize(
    ("ip", "flags", "forgotten"), [("a", "sentinel,s_down", []), ("x", "sentinel", []), ("x", "sentinel,s_down", ["x"])]
)
def test_who_is_forgotten(ip, flags, forgotten):
    assert redis_monitor.strangers([{"ip": ip, "flags": flags}], {"a", "b"}) == forgotten


def test_how_far_replicas_are_behind():
    info = {
        "slave0": "ip=a,port=1,state=online,offset=90,lag=0",
        "slave1": "ip=b,port=1,state=wait_bgsave,offset=0,lag=0",
        "master_repl_offset": "100",
    }
    assert redis_failover.behind(info) == [10]
