# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collection as others use it: built, installed elsewhere, run by its playbooks' names with their inventory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.support import ROOT

BIN = Path(sys.executable).parent


@pytest.fixture
def elsewhere(tmp_path, emulator):
    """Run a command in a folder that holds only the installed collection and an inventory."""
    environment = {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections"),
        "GCP_ENDPOINT": emulator.url,
    }

    def run(command: str, *more: str) -> subprocess.CompletedProcess:
        words = [*command.split(), *more]
        return subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)

    built = run(f"ansible-galaxy collection build {ROOT} --output-path built")
    assert built.returncode == 0, built.stderr
    installed = run(f"ansible-galaxy collection install --offline -p collections {next(tmp_path.glob('built/*'))}")
    assert installed.returncode == 0, installed.stderr
    shutil.copytree(ROOT / "inventories/local", tmp_path / "inventory")
    return run


def test_playbooks_by_name(elsewhere, emulator):
    ours = ("-i", "inventory", "-e", f"cloud_project={emulator.project}")
    codes = [
        elsewhere("ansible-playbook mainstay.platform.drift", *ours).returncode,
        elsewhere("ansible-playbook mainstay.platform.site", *ours).returncode,
        elsewhere("ansible-playbook mainstay.platform.drift", *ours).returncode,
    ]
    assert codes == [2, 0, 0]
