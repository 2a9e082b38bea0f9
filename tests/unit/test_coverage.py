# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What docs/coverage.md claims: every requirement has its row, every playbook and test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([COHM]\d\d) \| (.+) \| (done|partly|not yet) \| (.*)\| (.*)\| (.*)\|$", re.MULTILINE)
ROWS = {row[0]: row[1:] for row in ROW.findall((ROOT / "docs/coverage.md").read_text())}
LAST = {"C": 20, "O": 12, "H": 14, "M": 12}


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_requirement_has_its_row():
    assert list(ROWS) == [f"{letter}{number:02}" for letter, last in LAST.items() for number in range(1, last + 1)]


@pytest.mark.parametrize("row", ROWS)
def test_what_a_row_names_exists(row):
    _what, state, playbooks, tests, missing = ROWS[row]
    assert bool(named(playbooks)) == bool(named(tests)) == (state != "not yet")
    assert (state == "partly") == bool(missing.strip())
    for path in named(playbooks):
        assert (ROOT / path).is_file(), path
    for path, _, name in (test.partition("::") for test in named(tests)):
        assert (f"def {name}" if name else "") in (ROOT / path).read_text(), name
