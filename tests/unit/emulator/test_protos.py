# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of enum numbers is what the installed client libraries say."""

from __future__ import annotations

import json

from emulator import protos


def test_table_is_current():
    stored = json.loads(protos.TABLE.read_text(encoding="utf-8"))
    assert protos.generate() == stored, "run python -m emulator.protos"


def test_presence():
    assert protos.has_presence("sqladmin.v1beta4", "Settings", "deletionProtectionEnabled")
    assert not protos.has_presence("secretmanager.v1", "Secret", "etag")
