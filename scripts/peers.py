# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Put the collections that ours is compared with into build/peers, from the package that requirements-peers.txt pins.

The package unpacks to 400 MB, of which the comparisons need five, so only these are taken out of it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements-peers.txt"
PEERS = ROOT / "build" / "peers"
STAMP = PEERS / "made-from"
WANTED = "ansible_collections/google/cloud/"
PIP_DOWNLOAD = ["-m", "pip", "download", "-q", "--no-input", "--no-deps", "--require-hashes", "--only-binary=:all:"]


def origin() -> str:
    """Return what build/peers is made from."""
    return hashlib.sha256(f"{PINS.read_text()}{WANTED}".encode()).hexdigest()


def make() -> None:
    """Make build/peers afresh. The stamp comes last, so that an interrupted one is made again."""
    shutil.rmtree(PEERS, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        pip = subprocess.run([sys.executable, *PIP_DOWNLOAD, "-r", PINS, "-d", folder])
        if pip.returncode != 0:
            sys.exit("peers: pip failed as shown above; mend the cause and run this again")
        [wheel] = Path(folder).glob("*.whl")
        with ZipFile(wheel) as package:
            package.extractall(PEERS, [name for name in package.namelist() if name.startswith(WANTED)])
    STAMP.write_text(origin())


if __name__ == "__main__" and not (STAMP.is_file() and STAMP.read_text() == origin()):
    print("peers: taking google.cloud out of a package of 54 MB, into build/peers", flush=True)
    make()
