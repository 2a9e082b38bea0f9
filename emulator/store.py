# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything the emulator knows: JSON documents by key, in memory and, written through, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3

SCHEMA = "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID"


class Store:
    """Keys are paths (`secretmanager/projects/p/secrets/s`). What `get` returns must not be changed in place.

    With a path every acknowledged write survives a kill -9: `commit` ends before the answer is sent.
    Raises sqlite3.DatabaseError when the file is not a database of the emulator.
    """

    def __init__(self, path: str = ""):
        self.entries: dict[str, dict] = {}
        self.groups: dict[str, dict[str, None]] = {}
        self.database = sqlite3.connect(path, isolation_level="DEFERRED") if path else None
        if self.database:
            self.database.execute("PRAGMA journal_mode=WAL")
            self.database.execute("PRAGMA synchronous=NORMAL")
            self.database.execute(SCHEMA)
            for key, body in self.database.execute("SELECT key, body FROM entries"):
                self._remember(key, json.loads(body))

    def get(self, key: str) -> dict | None:
        return self.entries.get(key)

    def put(self, key: str, body: dict) -> None:
        self._remember(key, body)
        if self.database:
            self.database.execute("INSERT OR REPLACE INTO entries VALUES (?, ?)", (key, json.dumps(body)))

    def delete(self, key: str) -> None:
        if self.entries.pop(key, None) is None:
            return
        self.groups.get(_parent(key), {}).pop(key, None)
        if self.database:
            self.database.execute("DELETE FROM entries WHERE key = ?", (key,))

    def delete_tree(self, key: str) -> None:
        """Remove a document and everything below it."""
        for below in [each for each in self.entries if each.startswith(key + "/")]:
            self.delete(below)
        self.delete(key)

    def children(self, parent: str) -> list[tuple[str, dict]]:
        """The documents directly below a path, in the order they were made; `-` in the path stands for any segment."""
        if "-" not in parent.split("/"):
            return [(key, self.entries[key]) for key in self.groups.get(parent, ())]
        groups = [group for group in self.groups if _matches(parent, group)]
        return [(key, self.entries[key]) for group in groups for key in self.groups[group]]

    def commit(self) -> None:
        if self.database and self.database.in_transaction:
            self.database.commit()

    def clear(self) -> None:
        self.entries.clear()
        self.groups.clear()
        if self.database:
            self.database.execute("DELETE FROM entries")

    def close(self) -> None:
        self.commit()
        if self.database:
            self.database.close()

    def _remember(self, key: str, body: dict) -> None:
        self.entries[key] = body
        self.groups.setdefault(_parent(key), {})[key] = None


def _parent(key: str) -> str:
    return key.rpartition("/")[0]


def _matches(pattern: str, path: str) -> bool:
    wanted, given = pattern.split("/"), path.split("/")
    return len(wanted) == len(given) and all(a in ("-", b) for a, b in zip(wanted, given, strict=True))
