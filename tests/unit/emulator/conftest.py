# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import asyncio
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable

import pytest

from emulator import __main__ as main

DONE = ("done", "DONE")


class Server:
    """An emulator in a thread, and the requests a test sends to it."""

    def __init__(self, *arguments: str):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.running = self._run(main.start(main.options(["--port", "0", "--operation-ms", "0", *arguments])))
        self.emulator, self.port = self.running.emulator, self.running.port
        self.url = f"http://127.0.0.1:{self.port}"

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def stop(self) -> None:
        self._run(self.running.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)

    def call(self, method: str, path: str, body=None, host: str = "", timeout: float = 5, **query) -> tuple[int, dict]:
        """Answers (status, JSON). Raises OSError when the connection breaks."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else None
        suffix = "?" + urllib.parse.urlencode(query, doseq=True) if query else ""
        headers = {"Content-Type": "application/json"} | ({"X-Forwarded-Host": host} if host else {})
        request = urllib.request.Request(self.url + path + suffix, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                self.headers = response.headers
                return response.status, json.loads(response.read() or "null")
        except urllib.error.HTTPError as error:
            self.headers = error.headers
            return error.code, json.loads(error.read())

    def ok(self, method: str, path: str, body=None, **query) -> dict:
        status, answer = self.call(method, path, body, **query)
        assert status < 300, answer
        return answer

    def error(self, method: str, path: str, body=None, **query) -> dict:
        status, answer = self.call(method, path, body, **query)
        assert status >= 400, answer
        return answer["error"]

    def wait(self, method: str, path: str, body=None, **query) -> dict:
        """Send a request that starts an operation of Cloud SQL or Cloud Run and poll it to its end."""
        operation = self.ok(method, path, body, **query)
        path = operation.get("selfLink", "").partition("googleapis.com")[2] or f"/v2/{operation['name']}"
        while not (operation.get("done") or operation.get("status") == "DONE"):
            time.sleep(0.01)
            operation = self.ok("GET", path)
        return operation


@pytest.fixture
def emulator() -> Callable[..., Server]:
    """Start emulators with command line options; they stop with the test."""
    started = []

    def start(*arguments: str) -> Server:
        started.append(Server(*arguments))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def server():
    """One emulator for the tests of a module that do not get in each other's way."""
    server = Server()
    yield server
    server.stop()
