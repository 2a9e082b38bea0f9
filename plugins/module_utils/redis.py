# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Redis and Sentinel as the modules see them: a client, a process that shows what is declared, and what differs."""

from __future__ import annotations

import hashlib
import os
import resource
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

# Options that every module has.
LOGIN = {
    "user": {"type": "str", "default": "mainstay"},
    "passwords": {"type": "list", "elements": "str", "no_log": True, "required": True},
    "tls_ca": {"type": "path", "default": ""},
}
SENTINEL = {
    "name": {"type": "str", "required": True},
    "address": {"type": "str", "required": True},
    "port": {"type": "int", "default": 26379},
}
WATCHED = {
    "sentinels": {"type": "list", "elements": "dict", "default": [], "options": SENTINEL},
    "master_name": {"type": "str", "default": "main"},
}
USER = {
    "name": {"type": "str", "required": True},
    "password": {"type": "str", "no_log": True, "required": True},
    "former_passwords": {"type": "list", "elements": "str", "no_log": True, "default": []},
    "rules": {"type": "str", "required": True},
}
SECRET = {"masterauth", "requirepass", "tls-key-file-pass", "tls-client-key-file-pass"}
# What the server owns, and what the reference is given instead. Whatever has "slave" in it is an old second name.
NOT_COMPARED = {
    *("port", "tls-port", "unixsocket", "dir", "aclfile", "logfile", "daemonize", "supervised", "pidfile", "replicaof")
}
FILES = 65535  # as the packaged unit allows: the server lowers maxclients to what it may open


class Refused(Exception):
    """The server answered, but not as wished."""


class Login(NamedTuple):
    """Who asks, with the password of today and those of before, and what signed the server's certificate, if any."""

    user: str
    passwords: list[str]
    tls_ca: str = ""

    @classmethod
    def of(cls, params: dict) -> Login:
        """Take it from a module's options."""
        return cls(params["user"], params["passwords"], params["tls_ca"])


class Client:
    """A connection that is logged in. Raises OSError when nobody answers, Refused when the server says no."""

    def __init__(self, place: str | tuple[str, int], login: Login, timeout: float = 10.0):
        if isinstance(place, str):
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(timeout)
            self._socket.connect(place)
        else:
            self._socket = socket.create_connection(place, timeout)
            if login.tls_ca:
                self._socket = _trusting(login.tls_ca).wrap_socket(self._socket)
        self._answers = self._socket.makefile("rb")
        self._log_in(login)

    def _log_in(self, login: Login) -> None:
        for last, password in enumerate(login.passwords, 1 - len(login.passwords)):
            try:
                self.ask("AUTH", login.user, password)
                return
            except Refused:
                if last == 0:
                    raise

    def ask(self, *words: str | int):
        """Send a command and return the answer: str, int, None, or a list of these."""
        encoded = [str(word).encode() for word in words]
        parts = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)
        self._socket.sendall(b"*%d\r\n%s" % (len(words), parts))
        return self._read()

    def table(self, *words: str) -> dict[str, str]:
        """Return an answer of names and values as a dictionary."""
        return pairs(self.ask(*words))

    def info(self, section: str) -> dict[str, str]:
        """Return a section of INFO as a dictionary."""
        lines = self.ask("INFO", section).splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def _read(self):
        line = self._answers.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the connection was closed")
        kind, rest = line[:1], line[1:-2].decode("utf-8", "replace")
        if kind == b"-":
            raise Refused(rest)
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if int(rest) < 0:
            return None
        if kind == b"$":
            return self._answers.read(int(rest) + 2)[:-2].decode("utf-8", "replace")
        return [self._read() for _each in range(int(rest))]


def _trusting(authority: str) -> ssl.SSLContext:
    """Trust certificates of this authority for any name, as Redis itself does."""
    context = ssl.create_default_context(cafile=authority)
    context.check_hostname = False
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def pairs(flat: list) -> dict:
    """Return [name, value, name, value] as a dictionary."""
    return dict(zip(flat[::2], flat[1::2]))


def majority(said: list[str]) -> str:
    """Return what more than half say, or "" when they do not agree."""
    return next((each for each in set(said) if each and said.count(each) * 2 > len(said)), "")


def named(sentinel: dict, login: Login, name: str) -> str:
    """Return the address of the master that a Sentinel names: "" when it does not answer or knows none."""
    try:
        client = Client((sentinel["address"], sentinel["port"]), login, 2.0)
        return (client.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name) or [""])[0]
    except (OSError, Refused):
        return ""


def lines(settings: dict) -> str:
    """Return settings as the lines of a file. A list is as many lines of the same name."""
    several = {name: value if isinstance(value, list) else [value] for name, value in settings.items()}
    if "save" in several:
        several["save"] = ["", *several["save"]]  # else it would be added to what the server's own file says
    told = [(name, one) for name, values in several.items() for one in values]
    return "".join(f"{name} {_word(value)}\n" for name, value in told)


def _word(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if str(value) else '""'


def hashed(password: str) -> str:
    """Return a password as access lists keep it."""
    return "#" + hashlib.sha256(password.encode()).hexdigest()


def rules(user: dict) -> list[str]:
    """Return what makes a user of nothing."""
    proofs = [hashed(password) for password in [user["password"], *user["former_passwords"]]]
    return ["reset", "on", *proofs, *user["rules"].split()]


def declared(users: list[dict]) -> dict[str, list[str]]:
    """Return the rules of all users. Who gives no name gets nowhere, unless that is declared."""
    return {"default": ["reset", "off"], **{user["name"]: rules(user) for user in users}}


def access_list(users: list[dict]) -> str:
    """Return users as an access list."""
    return "".join(f"user {name} {' '.join(words)}\n" for name, words in declared(users).items())


class Account(NamedTuple):
    """A user as the server tells it: how it proves who it is, in no order, and what it may do."""

    proofs: frozenset[str]
    may: tuple[str, ...]

    def shown(self) -> dict:
        """Return it without what is secret."""
        return {"passwords": len(self.proofs), "may": " ".join(self.may)}


def accounts(client: Client) -> dict[str, Account]:
    """Return who may log in at a server, by name."""
    major, minor = client.info("server")["redis_version"].split(".")[:2]
    in_order = (int(major), int(minor)) >= (7, 2)  # before, commands are told in a random order, which means nothing
    found = {}
    for line in client.ask("ACL", "LIST"):
        _user, name, *words = line.split()
        proofs = frozenset(word for word in words if word.startswith("#"))
        rest = [word for word in words if word not in proofs]
        found[name] = Account(proofs, tuple(rest if in_order else sorted(rest)))
    return found


class Change(NamedTuple):
    """One command, and what it changes, without secrets."""

    command: tuple[str, ...]
    path: str
    before: object
    after: object


def setting_changes(wanted: dict[str, str], found: dict[str, str]) -> list[Change]:
    """Compare settings as a server like this shows them with those that it has."""
    changes = []
    for name, value in sorted(wanted.items()):
        if name in NOT_COMPARED or "slave" in name or found.get(name, value) == value:
            continue
        shown = ("(another)", "(as declared)") if name in SECRET else (found[name], value)
        changes.append(Change(("CONFIG", "SET", name, value), name, *shown))
    return changes


def user_changes(users: list[dict], wanted: dict[str, Account], found: dict[str, Account]) -> list[Change]:
    """Compare users; `wanted` is how the server would tell those that are declared."""
    made = declared(users)
    changes = []
    for name, account in wanted.items():
        if account == found.get(name):
            continue
        had = found[name].shown() if name in found else None
        changes.append(Change(("ACL", "SETUSER", name, *made[name]), f"user {name}", had, account.shown()))
    for name in sorted(set(found) - set(wanted)):
        changes.append(Change(("ACL", "DELUSER", name), f"user {name}", found[name].shown(), None))
    return changes


@contextmanager
def reference(program: str, settings: str, users: str, login: Login):
    """Run a second process with what is declared, that serves nobody, and yield a client of it.

    It tells how this version of the server understands a setting or a rule, and refuses what the server would refuse.
    """
    with tempfile.TemporaryDirectory() as folder:
        state, static, access = (Path(folder, name) for name in ("state", "static", "access"))
        state.touch()
        static.write_text(settings)
        access.write_text(users)
        instead = {
            "include": static, "aclfile": access, "unixsocket": f"{folder}/socket", "dir": folder,
            "port": 0, "tls-port": 0, "daemonize": "no", "supervised": "no", "logfile": "", "pidfile": "",
        }  # fmt: skip
        words = [word for name, value in instead.items() for word in (f"--{name}", str(value))]
        process = subprocess.Popen(
            [program, str(state), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=_open_many_files,
            env={"PATH": os.environ["PATH"]},
        )
        try:
            yield _client_of(process, f"{folder}/socket", login)
        finally:
            process.kill()
            process.communicate()


def _open_many_files() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))


def _client_of(process: subprocess.Popen, place: str, login: Login) -> Client:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Refused(complaint(process.stdout.read()))
        try:
            return Client(place, login)
        except OSError:
            time.sleep(0.005)
    raise Refused("a second process with what is declared does not start within 10 s")


def complaint(output: str) -> str:
    """Return what a server says that does not start."""
    told = [line.strip() for line in output.splitlines() if line.strip()]
    for number, line in enumerate(told):
        if line.startswith(">>>"):
            return " ".join(told[number : number + 2]).removeprefix(">>> ")
    return told[-1].partition(" # ")[2] or told[-1] if told else "it ends at once, and says nothing"
