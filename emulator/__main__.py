# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Command line of the emulator."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sqlite3
import sys
from dataclasses import dataclass

import grpc
from aiohttp import web

from emulator import apis, rpc, seeds
from emulator.cloud import Settings
from emulator.dispatch import Emulator
from emulator.server import application

PAIRS_TRIED = 20


def options(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="emulator", description="A stand-in for Google Cloud's APIs.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8085, help="HTTP; gRPC is on the next port; 0 chooses a free pair")
    parser.add_argument("--state", default="", help="SQLite file; without it everything is forgotten at the end")
    parser.add_argument("--latency-ms", type=int, default=0, help="added to every request")
    parser.add_argument("--operation-ms", type=int, default=200, help="how long an operation takes")
    parser.add_argument(
        "--propagation-ms", type=int, default=300, help="how long a new service account is unknown to IAM"
    )
    parser.add_argument(
        "--enabling-ms", type=int, default=0, help="how long an enabled API still answers SERVICE_DISABLED"
    )
    parser.add_argument(
        "--project", action="append", default=[], help="a project that exists from the start; repeatable"
    )
    parser.add_argument("--faults", default="", help="see emulator/README.md")
    parser.add_argument("--verbose", action="store_true", help="one line per request on standard error")
    return parser.parse_args(arguments)


def build(given: argparse.Namespace) -> Emulator:
    settings = Settings(
        given.latency_ms, given.operation_ms, given.propagation_ms, given.enabling_ms, tuple(given.project)
    )
    return Emulator(apis.ALL, settings, given.state, given.faults, seeds.SEEDS)


@dataclass
class Running:
    """An emulator that listens: HTTP on `port`, gRPC on the next one."""

    emulator: Emulator
    runner: web.AppRunner
    server: grpc.aio.Server
    port: int

    async def stop(self) -> None:
        await self.server.stop(grace=0)
        await self.runner.cleanup()
        self.emulator.store.close()


async def start(given: argparse.Namespace) -> Running:
    """Listen on the pair of ports; with port 0 look for a free pair. Raises OSError when one is taken."""
    emulator = build(given)
    runner = web.AppRunner(application(emulator, given.verbose), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    for attempts_left in reversed(range(PAIRS_TRIED if given.port == 0 else 1)):
        site = web.TCPSite(runner, given.host, given.port)
        await site.start()
        port = runner.addresses[0][1]
        try:
            return Running(emulator, runner, await rpc.start(emulator, given.host, port + 1, given.verbose), port)
        except OSError:
            await site.stop()
            if not attempts_left:
                raise
    raise OSError


async def serve(given: argparse.Namespace) -> None:
    running = await start(given)
    print(f"emulator ready: http://{given.host}:{running.port} (gRPC {given.host}:{running.port + 1})", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await running.stop()


def main() -> int:
    given = options()
    try:
        asyncio.run(serve(given))
    except OSError:
        print(
            f"emulator: cannot listen on {given.host}:{given.port} and the port after it; stop what uses them or "
            "choose another --port (0 finds a free pair).",
            file=sys.stderr,
        )
        return 1
    except (ValueError, sqlite3.DatabaseError) as error:
        print(f"emulator: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
