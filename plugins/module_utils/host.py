# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Paths on a host, and services that read them: what there has to be, what there is, and what makes it so."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress

KINDS = ("content", "secret_content", "target", "directory")
UNITS = "/etc/systemd/system/"
SECRET = {"before": "what nobody may see\n", "after": "something else that nobody may see\n"}
FILE = {
    "path": {"type": "path", "required": True},
    "content": {"type": "str"},
    "secret_content": {"type": "str", "no_log": True},
    "target": {"type": "str"},
    "directory": {"type": "bool", "default": False},
    "once": {"type": "bool", "default": False},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "root"},
    "mode": {"type": "str"},
    "validate": {"type": "str"},
}
SERVICE = {
    "name": {"type": "str", "required": True},
    "reads": {"type": "list", "elements": "path", "default": []},
    "reads_again": {"type": "list", "elements": "path", "default": []},
}
# Options of a module that keeps files and runs services.
OPTIONS = {
    "files": {"type": "list", "elements": "dict", "required": True, "options": FILE},
    "services": {"type": "list", "elements": "dict", "default": [], "options": SERVICE},
}


class Entry:
    """One path. The module that it is given reports, and carries what Ansible knows of files."""

    def __init__(self, module, asked: dict) -> None:
        self._module, self._asked, self._staged = module, asked, None
        self.path = asked["path"]
        content = asked["content"] if asked["secret_content"] is None else asked["secret_content"]
        self._content = None if content is None or (asked["once"] and self._exists()) else content.encode()

    def _exists(self) -> bool:
        """Tell whether there is something, be it a link that leads nowhere."""
        return os.path.lexists(self.path)

    def obstacle(self) -> str:
        """Return what stands in the way, in words."""
        if not os.path.isabs(self.path):
            return "is not absolute: begin it with /"
        if sum(self._asked[kind] not in (None, False) for kind in KINDS) > 1:
            return "has more than one of content, secret_content, target and directory: leave one"
        if self._asked["directory"] and self._exists() and not os.path.isdir(self.path):
            return "is to be a folder, and something else is there: remove it"
        if not self._asked["directory"] and os.path.isdir(self.path) and not os.path.islink(self.path):
            return "is not to be a folder, and is one: remove it"
        return ""

    def _found(self) -> bytes | str | None:
        """Return what is there of that which is declared: content, the target of a link, or nothing."""
        if self._asked["target"] is not None:
            return os.readlink(self.path) if os.path.islink(self.path) else None
        if self._content is None or not os.path.isfile(self.path) or os.path.islink(self.path):
            return None
        with open(self.path, "rb") as file:
            return file.read()

    def differs(self) -> bool:
        """Tell whether something has to be made, aside from owner and mode."""
        if self._asked["directory"]:
            return not self._exists()
        return self._found() != (self._asked["target"] if self._content is None else self._content)

    def stage(self) -> None:
        """Write the content where nobody reads it, and have it judged."""
        if self._content is None:
            return
        handle, self._staged = tempfile.mkstemp(dir=self._module.tmpdir)
        with os.fdopen(handle, "wb") as file:
            file.write(self._content)
        if self._asked["validate"]:
            code, output, error = self._module.run_command(self._asked["validate"].replace("%s", self._staged))
            if code != 0:
                said = (error or output).strip().replace(self._staged, self.path)
                self._module.fail_json(msg=f"nothing was written, since what checks {self.path} refuses it: {said}")

    def make(self) -> None:
        """Let what was staged take its place."""
        if self._asked["directory"]:
            os.makedirs(self.path)
        elif self._staged:
            self._module.atomic_move(self._staged, self.path)
        else:
            # A link cannot be replaced in one step but by another.
            link = f"{self.path}.new"
            with suppress(FileNotFoundError):
                os.unlink(link)
            os.symlink(self._asked["target"], link)
            os.replace(link, self.path)

    def own(self) -> dict | None:
        """See to owner and mode. Return what that changes, or nothing when they are right."""
        if not self._exists():
            if not self._module.check_mode:
                self._module.fail_json(msg=f"{self.path} is not there, and what it has is not declared: make it first")
            return None
        # A link has no mode of its own.
        usual = "0755" if self._asked["directory"] else "0644"
        mode = None if self._asked["target"] else self._asked["mode"] or usual
        owners = {who: self._asked[who] or None for who in ("owner", "group")}
        asked = self._module.load_file_common_arguments({**self._asked, **owners, "mode": mode}, path=self.path)
        sides = {"before": {}, "after": {}}
        return sides if self._module.set_fs_attributes_if_different(asked, False, diff=sides) else None

    def shown(self) -> dict:
        """Return what changes, as Ansible shows it."""
        if self._asked["secret_content"] is not None:
            return SECRET
        return {"before": _text(self._found()), "after": _text(self._content or self._asked["target"])}


def _text(what: bytes | str | None) -> str:
    """Return something that can be shown."""
    return what.decode(errors="replace") if isinstance(what, bytes) else what or ""


class Service:
    """A unit of systemd, and the paths that it reads when it starts, or again when it is told to."""

    def __init__(self, module, asked: dict) -> None:
        self._module, self._reads, self._reads_again = module, asked["reads"], asked["reads_again"]
        self.name = asked["name"]

    def differs(self, written: list[str]) -> dict[str, str]:
        """Return what is wrong with it, in words, and what mends it, when these paths were written or will be."""
        says = self._says()
        # A unit that nobody can enable is started by others.
        enabled = says["UnitFileState"] in ("enabled", "static")
        runs = says["ActiveState"] in ("active", "activating", "reloading")
        older = self._is_older(says["ActiveEnterTimestampMonotonic"], self._reads, written)
        unread = self._is_older(says["StateChangeTimestampMonotonic"], self._reads_again, written)
        wrong = {
            "is not enabled": ("enable", not enabled),
            "does not run": ("restart", not runs),
            "runs with what it read before": ("restart", runs and older),
            "has not read again what changed": ("reload", runs and unread and not older),
        }
        return {words: verb for words, (verb, so) in wrong.items() if so}

    def _says(self) -> dict:
        """Ask systemd."""
        properties = ("UnitFileState", "ActiveState", "ActiveEnterTimestampMonotonic", "StateChangeTimestampMonotonic")
        said = self._systemctl("show", "--property", ",".join(properties), self.name)
        return {**dict.fromkeys(properties, ""), **dict(line.split("=", 1) for line in said.splitlines())}

    def _is_older(self, since: str, paths: list[str], written: list[str]) -> bool:
        """Tell whether a moment, microseconds after the machine began, is before a path was written.

        So a service is restarted also when a run was killed after it had written.
        """
        moment = time.time() - time.monotonic() + int(since or 0) / 1e6
        there = [path for path in paths if os.path.exists(path)]
        return not set(paths).isdisjoint(written) or any(os.stat(path).st_mtime > moment for path in there)

    def mend(self, wrong: dict[str, str]) -> None:
        """Enable it, and have it run with what is there now, its unit file among that."""
        self._systemctl("daemon-reload")
        for verb in wrong.values():
            self._systemctl(verb, self.name)

    def _systemctl(self, *words: str) -> str:
        """Tell systemd something, and return the answer."""
        code, output, error = self._module.run_command(["systemctl", *words])
        if code != 0:
            self._module.fail_json(msg=f"systemctl {' '.join(words)} says: {(error or output).strip()}")
        return output


def write(module, files: list[dict]) -> dict[str, dict]:
    """Judge all, then make every path as it has to be. Return {path: how it differed}."""
    entries = [Entry(module, asked) for asked in files]
    if obstacles := [f"{entry.path} {why}" for entry in entries if (why := entry.obstacle())]:
        module.fail_json(msg=f"nothing was written: {'; '.join(obstacles)}")
    different = {entry.path: entry.shown() for entry in entries if entry.differs()}
    if not module.check_mode:
        for entry in entries:
            if entry.path in different:
                entry.stage()
    for entry in entries:
        if entry.path in different and not module.check_mode:
            entry.make()
        attributes = entry.own()
        if attributes and entry.path not in different:
            different[entry.path] = attributes
    if any(path.startswith(UNITS) for path in different) and not module.check_mode:
        module.run_command(["systemctl", "daemon-reload"], check_rc=True)
    return different


def serve(module, services: list[dict], written: list[str]) -> dict[str, dict]:
    """Make every service run with what was written. Return {name: what was wrong}."""
    different = {}
    for service in (Service(module, asked) for asked in services):
        if wrong := service.differs(written):
            different[service.name] = {"before": "".join(f"{words}\n" for words in wrong), "after": ""}
            if not module.check_mode:
                service.mend(wrong)
    return different


def shown(*different: dict[str, dict]) -> list[dict]:
    """Return what differed as Ansible shows it."""
    return [
        {"before_header": name, "after_header": name, **sides} for some in different for name, sides in some.items()
    ]
