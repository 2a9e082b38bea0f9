# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs from what was declared: gathered from results, as text for people and as JSON for programs."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone

VERSION = 1  # of the JSON, see docs/drift.md; a new one when a field goes or changes its meaning
CLEAN, DRIFT, INCOMPLETE = 0, 2, 3


class Report:
    """The findings of one check."""

    def __init__(self):
        """Empty."""
        self.checked, self.resources, self.errors = 0, [], []

    def add(self, host, found):
        """Take a result's list of resources: ``[{kind, id, changed, differences, problem, error}]``."""
        for one in found:
            name = {"host": host, "kind": one["kind"], "id": one["id"]}
            if one.get("error"):
                self.errors.append({**name, "message": one["error"]})
                continue
            self.checked += 1
            differences = [_told(difference) for difference in one.get("differences", ())]
            if one["changed"] or one.get("problem"):
                self.resources.append({**name, "differences": differences, "problem": one.get("problem", "")})

    def fail(self, host, message):
        """Note something that could not be checked and is no single resource."""
        self.errors.append({"host": host, "kind": "", "id": "", "message": message})

    def end(self):
        """A check that looked at nothing is not a clean one."""
        if not (self.checked or self.errors):
            self.fail("", "nothing was checked")

    @property
    def exit_code(self):
        """0: complete, no difference. 2: complete, differences. 3: not complete."""
        return INCOMPLETE if self.errors else DRIFT if self.resources else CLEAN

    def data(self):
        """The report as docs/drift.md describes it."""
        return {
            "version": VERSION,
            "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "complete": not self.errors,
            "drift": bool(self.resources),
            "checked": self.checked,
            "resources": self.resources,
            "errors": self.errors,
        }

    def write(self, path):
        """Write the JSON, readable by its owner only, in one step. Raises OSError."""
        path = os.path.expanduser(path)
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        new = f"{path}.{os.getpid()}"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(self.data(), file, indent=2)
            file.write("\n")
        os.replace(new, path)

    def text(self):
        """The report for people."""
        blocks = [_heading(self.checked, len(self.resources)), *(_block(one) for one in self.resources)]
        if self.errors:
            blocks.append("\n".join(["Not everything could be checked:", *(_error(one) for one in self.errors)]))
        return "\n\n".join(blocks)


def _told(difference):
    return {"path": difference["path"], "declared": difference["after"], "actual": difference["before"]}


def _heading(checked, differing):
    verb = "differs" if differing == 1 else "differ"
    return f"{differing or 'None'} of {checked} resources {verb} from what is declared."


def _block(one):
    """A resource and its differences, one a line in aligned columns; of a resource that is missing only that."""
    whole = [found for found in one["differences"] if found["path"] == "state"]
    rows = [
        (found["path"], _shown(found["declared"]), _shown(found["actual"])) for found in whole or one["differences"]
    ]
    if one["problem"]:
        rows.append(("", "healthy", one["problem"]))
    width, middle = (max(len(row[column]) for row in rows) for column in (0, 1))
    lines = [f"  {path:{width}}  declared {declared:{middle}}  actual {actual}" for path, declared, actual in rows]
    return "\n".join([f"{one['kind']} {one['id']}", *lines])


def _shown(value):
    return "nothing" if value is None else value if isinstance(value, str) and value else json.dumps(value)


def _error(one):
    return "  " + ": ".join(
        part for part in (one["host"], f"{one['kind']} {one['id']}".strip(), one["message"]) if part
    )
