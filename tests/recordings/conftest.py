# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The emulator that the emulator's own tests use."""

from __future__ import annotations

from tests.unit.emulator.conftest import server  # noqa: F401 (a fixture)
