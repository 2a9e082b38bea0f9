# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can happen to a host, by name. Each fault is a context: it is there inside, and taken back at the end.

``with faults.frozen("postgres-1"): ...`` reads as it happens. What ends by itself (a kill, a restart) is a function.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

# A chain of its own, so that taking a cut back leaves the host's own rules alone.
CHAIN = "FAULT"
SMALL = 2  # GiB: what may be filled


def docker(*words: str, check: bool = True) -> str:
    """Run a docker command and return what it says."""
    done = subprocess.run(["docker", *words], check=check, capture_output=True, text=True)
    return done.stdout.strip()


def inside(host: str, command: str, check: bool = True) -> str:
    """Run a shell command on a host."""
    return docker("exec", host, "sh", "-c", command, check=check)


def address(host: str) -> str:
    """Return a host's IPv4 address on its scenario's network."""
    return docker("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", host)


def kill(host: str, program: str) -> None:
    """Kill (-9) at once all processes of a program, as a crash does."""
    inside(host, f"pkill -9 -x {program}")


def restart(host: str, seconds_down: float = 0) -> None:
    """Pull the plug, and start the host again after a while."""
    docker("kill", host)
    subprocess.run(["sleep", str(seconds_down)], check=True)
    docker("start", host)


@contextmanager
def frozen(host: str) -> Iterator[None]:
    """No process of the host runs, and none knows of it afterwards."""
    # The kernel gives up where a process is in the midst of a system call that takes long.
    for _try in range(9):
        if docker("pause", host, check=False) == host:
            break
    else:
        docker("pause", host)
    try:
        yield
    finally:
        docker("unpause", host)


@contextmanager
def gone(*hosts: str) -> Iterator[None]:
    """Hosts are switched off at once and without notice; at the end they are given back."""
    # Started in the order of their addresses, they get the same ones again.
    in_order = sorted(hosts, key=lambda host: ip_address(address(host)))
    docker("kill", *hosts)
    try:
        yield
    finally:
        docker("start", *in_order)


@contextmanager
def cut_off(host: str, peers: list[str]) -> Iterator[None]:
    """Host and peers hear nothing of each other; everybody else still reaches both."""
    rules = [f"-A {CHAIN} {way} {address(peer)} -j DROP" for peer in peers for way in ("-s", "-d")]
    hooks = [f"-I {hook} -j {CHAIN}" for hook in ("INPUT", "OUTPUT")]
    inside(host, " && ".join(f"iptables {rule}" for rule in [f"-N {CHAIN}", *rules, *hooks]))
    try:
        yield
    finally:
        unhook = [f"-D {hook} -j {CHAIN}" for hook in ("INPUT", "OUTPUT")]
        inside(host, " && ".join(f"iptables {rule}" for rule in [*unhook, f"-F {CHAIN}", f"-X {CHAIN}"]))


@contextmanager
def full_disk(host: str, folder: str) -> Iterator[None]:
    """Not a byte is left on the file system of a folder, which has to be small: a tmpfs or a loop device."""
    if int(inside(host, f"df --output=size -BG {folder} | tail -n 1 | tr -dc 0-9")) > SMALL:
        raise ValueError(f"{folder} of {host} is not on a small disk of its own: filling it would stop this machine")
    # Nearly all of it is taken at once; what is left of the last megabytes has to be written.
    nearly_all = f"$(( $(df --output=avail -B1 {folder} | tail -n 1) - 4194304 ))"
    fill = f"fallocate -l {nearly_all} {folder}/full; dd if=/dev/zero of={folder}/full bs=4k oflag=append conv=notrunc"
    inside(host, f"{fill} 2>/dev/null", check=False)
    try:
        yield
    finally:
        inside(host, f"rm -f {folder}/full")


@contextmanager
def slow_network(host: str, kilobits: int) -> Iterator[None]:
    """What the host sends leaves it at so many kbit/s."""
    inside(host, f"tc qdisc add dev eth0 root tbf rate {kilobits}kbit burst 16kb latency 200ms")
    try:
        yield
    finally:
        inside(host, "tc qdisc del dev eth0 root")


@contextmanager
def slow_disk(host: str, bytes_per_second: int) -> Iterator[None]:
    """The host writes to its disk no faster."""
    group = f"/sys/fs/cgroup/blkio/docker/{docker('inspect', '-f', '{{.Id}}', host)}"
    device = subprocess.run(
        ["sh", "-c", "lsblk -no MAJ:MIN $(findmnt -no SOURCE -T /var/lib/docker) | head -1 | tr -d ' '"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    throttle = f"{group}/blkio.throttle.write_bps_device"
    subprocess.run(["sh", "-c", f"echo '{device} {bytes_per_second}' > {throttle}"], check=True)
    try:
        yield
    finally:
        subprocess.run(["sh", "-c", f"echo '{device} 0' > {throttle}"], check=True)


@contextmanager
def clock_jump(host: str, unit: str, seconds: int) -> Iterator[None]:
    """One unit of the host sees the clock so far off after a restart. (The clock itself is this machine's, too.)"""
    folder = f"/run/systemd/system/{unit}.service.d"
    library = inside(host, "ls /usr/lib/*/faketime/libfaketime.so.1")
    lines = ["[Service]", f"Environment=LD_PRELOAD={library} FAKETIME={seconds:+d}s DONT_FAKE_MONOTONIC=1"]
    inside(host, f"mkdir -p {folder} && printf '%s\\n' {' '.join(map(repr, lines))} > {folder}/clock.conf")
    inside(host, f"systemctl daemon-reload && systemctl restart {unit}")
    try:
        yield
    finally:
        inside(host, f"rm {folder}/clock.conf && systemctl daemon-reload && systemctl restart {unit}")
