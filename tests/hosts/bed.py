# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make ready what test hosts need: molecule, its collections, a container engine, an image of each Debian."""

from __future__ import annotations

import hashlib
import inspect
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "hosts"
PINS = ROOT / "requirements-hosts-lock.txt"
STAMP = ROOT / ".venv" / "hosts-made-from"
# The package that brings these collections is pinned and hashed there, and serves the comparisons, too.
CARRIER = ROOT / "requirements-peers.txt"
COLLECTIONS = ("community/docker", "community/library_inventory_filtering_v1")
RECIPE = Path(__file__).parent / "images.yml"
LABEL = "platform.mainstay.recipe"
# How many programs of root may watch files, those of hosts among them: systemd alone needs about ten for each host.
WATCHERS, ENOUGH_WATCHERS = Path("/proc/sys/fs/inotify/max_user_instances"), 1024
# Packages start no service while an image is being made.
NO_SERVICES = "#!/bin/sh\nexit 101\n"


def run(*command: str | Path, **options) -> subprocess.CompletedProcess:
    """Run a command that has to succeed; its output is shown only when it fails."""
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}hosts: {' '.join(map(str, command))} failed as shown above")
    return done


def tell(what: str) -> None:
    """Say what takes a while."""
    print(f"hosts: {what}", flush=True)


def install_tools() -> None:
    """Put molecule into .venv and the collections it needs beside ours, as pinned."""
    pins = hashlib.sha256(PINS.read_bytes() + CARRIER.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == pins and all(map(Path.is_dir, map(beside_ours, COLLECTIONS))):
        return
    tell("installing molecule and the collection community.docker")
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    run(*pip, "install", "--require-hashes", "--only-binary=:all:", "-r", PINS)
    with tempfile.TemporaryDirectory() as folder:
        run(*pip, "download", "--no-deps", "--require-hashes", "--only-binary=:all:", "-d", folder, "-r", CARRIER)
        extract_collections(next(Path(folder).glob("*.whl")), Path(folder))
    STAMP.write_text(pins)


def extract_collections(wheel: Path, folder: Path) -> None:
    """Take a few collections out of the wheel that carries a hundred."""
    wanted = tuple(f"ansible_collections/{name}/" for name in COLLECTIONS)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith(wanted)])
    for name in COLLECTIONS:
        shutil.rmtree(beside_ours(name), ignore_errors=True)
        beside_ours(name).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder / "ansible_collections" / name, beside_ours(name))


def beside_ours(name: str) -> Path:
    """Return where the checkout looks for a collection, named as namespace/name."""
    return ROOT / ".collections" / "ansible_collections" / name


def engine_answers() -> bool:
    """Tell whether a Docker engine can be used."""
    return bool(shutil.which("docker")) and subprocess.run(["docker", "info"], capture_output=True).returncode == 0


def start_engine() -> None:
    """Use the engine that runs; on Debian root gets one, elsewhere a person is told what to do."""
    if engine_answers():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            "hosts: no Docker engine answers. Start one that this user may use (`docker info` has to succeed), "
            "or run this as root on Debian or Ubuntu, where it installs and starts the package docker.io itself."
        )
    install_packages("dockerd", "docker.io", "iptables")
    if Path("/run/systemd/system").is_dir():
        tell("starting the service docker")
        run("systemctl", "start", "docker")
    else:
        tell("starting dockerd; it goes on running, its log is build/hosts/dockerd.log")
        with (BUILD / "dockerd.log").open("a") as log:
            subprocess.Popen(["dockerd"], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
    for _second in range(60):
        if engine_answers():
            return
        time.sleep(1)
    sys.exit("hosts: the Docker engine does not answer a minute after its start; its log says why")


def make_room() -> None:
    """Let systemd of many hosts watch files at once; a host that may not does not finish its start."""
    if os.geteuid() == 0 and int(WATCHERS.read_text()) < ENOUGH_WATCHERS:
        tell(f"raising {WATCHERS} to {ENOUGH_WATCHERS}")
        WATCHERS.write_text(str(ENOUGH_WATCHERS))


def install_packages(program: str, *packages: str) -> None:
    """Install Debian packages when the program that they bring is missing."""
    if shutil.which(program):
        return
    tell(f"installing {', '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", env=quiet)
    run("apt-get", "install", "-y", "--no-install-recommends", *packages, env=quiet)


def make_image(suite: str, recipe: dict) -> None:
    """Make the image of a suite from Debian's packages, unless the one there is of the same recipe."""
    wanted = hashlib.sha256(f"{suite} {recipe} {inspect.getsource(fill)}".encode()).hexdigest()
    image = f"mainstay-host:{suite}"
    label = f'{{{{index .Config.Labels "{LABEL}"}}}}'
    found = subprocess.run(["docker", "image", "inspect", "-f", label, image], capture_output=True, text=True)
    if found.stdout.strip() == wanted:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"hosts: only root on Debian can make the image {image}; make it there and bring it by `docker save`")
    install_packages("debootstrap", "debootstrap")
    tell(f"making the image {image} from Debian's packages (a minute or two)")
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        tree = Path(folder)
        fill(tree, suite, recipe)
        packed = subprocess.Popen(["tar", "-C", tree, "-c", "."], stdout=subprocess.PIPE)
        run("docker", "import", "--change", f"LABEL {LABEL}={wanted}", "-", image, stdin=packed.stdout)


def fill(tree: Path, suite: str, recipe: dict) -> None:
    """Install a minimal system into a folder, and lay at hand the packages that roles will install."""
    run(
        *["debootstrap", "--variant=minbase", f"--include={','.join(recipe['installed'])}"],
        *[suite, tree, recipe["mirror"]],
    )
    (tree / "etc/apt/sources.list").write_text(
        f"deb {recipe['mirror']} {suite} main\n"
        f"deb {recipe['mirror']} {suite}-updates main\n"
        f"deb {recipe['security']} {suite}-security main\n"
    )
    shutil.copy("/etc/resolv.conf", tree / "etc/resolv.conf")
    policy = tree / "usr/sbin/policy-rc.d"
    policy.write_text(NO_SERVICES)
    policy.chmod(0o755)
    quiet = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    run("chroot", tree, "apt-get", "update", env=quiet)
    run("chroot", tree, "apt-get", "-y", "--no-install-recommends", "upgrade", env=quiet)
    run("chroot", tree, "apt-get", "clean", env=quiet)
    packages = recipe["suites"][suite]["at_hand"]
    run("chroot", tree, "apt-get", "-y", "--no-install-recommends", "--download-only", "install", *packages, env=quiet)
    policy.unlink()


def main() -> None:
    """Make everything ready; nothing happens when it is."""
    BUILD.mkdir(parents=True, exist_ok=True)
    install_tools()
    start_engine()
    make_room()
    recipe = yaml.safe_load(RECIPE.read_text())
    for suite in recipe["suites"]:
        make_image(suite, recipe)


if __name__ == "__main__":
    main()
