# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make .venv from requirements-lock.txt. Nothing happens while .venv is what the lock says."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PINS = ROOT / "requirements-lock.txt"
LOG = ROOT / "build" / "venv.log"
STAMP = VENV / "made-from"
PIP_INSTALL = ["-m", "pip", "install", "-q", "--no-input", "--require-hashes", "--only-binary=:all:", "-r", str(PINS)]


def origin() -> str:
    """Return what .venv is made from. Its scripts hold its path, so a moved checkout needs a new one."""
    return hashlib.sha256(f"{ROOT}\n{sys.version}\n{PINS.read_text()}".encode()).hexdigest()


def is_current() -> bool:
    """Tell whether .venv was finished from today's lock, here, with an interpreter that still exists."""
    return STAMP.is_file() and STAMP.read_text() == origin() and (VENV / "bin" / "python").exists()


def make() -> None:
    """Make .venv afresh. The stamp comes last, so that an interrupted one is made again."""
    venv.create(VENV, clear=True, with_pip=True)
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("w") as log:
        pip = subprocess.run([VENV / "bin" / "python", *PIP_INSTALL], stdout=log, stderr=subprocess.STDOUT)
    if pip.returncode != 0:
        sys.exit(f"{LOG.read_text()}venv: pip failed as shown above; mend the cause and run make venv again")
    STAMP.write_text(origin())


def main() -> None:
    """Bring .venv up to date, one process at a time."""
    if is_current():
        return
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("venv: this Python cannot make virtual environments; on Debian: apt-get install python3-venv")
    with PINS.open() as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if is_current():
            return
        print("venv: installing the pinned versions of requirements-lock.txt into .venv (a minute or two)", flush=True)
        start = time.monotonic()
        make()
        print(f"venv: ready after {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
