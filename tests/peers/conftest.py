# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rooms of the integration tests, with the peers' collections and Google's host names in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.conftest import emulator, emulator_options, emulator_process, playbook  # noqa: F401
from tests.integration.support import ROOT
from tests.peers.front import googleapis

COLLECTIONS = f"{ROOT / '.collections'}:{ROOT / 'build' / 'peers'}"


@pytest.fixture
def migration(playbook, tmp_path):  # noqa: F811
    """Run a playbook of either collection; the peer's modules take the emulator for Google."""
    with googleapis(playbook.emulator.url, tmp_path) as hosts:
        environment = {"ANSIBLE_COLLECTIONS_PATH": COLLECTIONS, "GCP_ENDPOINT": playbook.emulator.url, **hosts}
        yield replace(playbook, environment=environment)
