# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Small disks for hosts, which can be filled without filling this machine's, and outlive a host that is switched off.

A scenario mounts build/hosts/disks/HOST where it wants it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.hosts.bed import BUILD, run

SIZE = "1G"


def make(host: str) -> None:
    """Make a host's disk, unless it is there."""
    place, image = _paths(host)
    if place.is_mount():
        return
    if os.geteuid() != 0:
        sys.exit("reliability: only root can mount the small disks of the test hosts; run this as root")
    place.mkdir(parents=True, exist_ok=True)
    run("truncate", "--size", SIZE, image)
    run("mkfs.ext4", "-q", "-F", "-m", "0", image)
    run("mount", "-o", "loop", image, place)


def remove(host: str) -> None:
    """Remove a host's disk."""
    place, image = _paths(host)
    if place.is_mount():
        run("umount", place)
    image.unlink(missing_ok=True)


def _paths(host: str) -> tuple[Path, Path]:
    return BUILD / "disks" / host, BUILD / "disks" / f"{host}.ext4"
