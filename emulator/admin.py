# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The door behind the APIs: dump, load, reset, mutate, count, inject faults."""

from __future__ import annotations

import copy
import json

from aiohttp import web

from emulator import engine, faults, operations, paths
from emulator.cloud import Call
from emulator.dispatch import Emulator


def mount(app: web.Application, emulator: Emulator) -> None:
    admin = Admin(emulator)
    app.router.add_get("/_emulator/dump", admin.dump)
    app.router.add_post("/_emulator/load", admin.load)
    app.router.add_post("/_emulator/reset", admin.reset)
    app.router.add_post("/_emulator/mutate", admin.mutate)
    app.router.add_get("/_emulator/requests", admin.requests)
    app.router.add_get("/_emulator/methods", admin.methods)
    app.router.add_post("/_emulator/faults", admin.faults)


class Admin:
    def __init__(self, emulator: Emulator):
        self.emulator = emulator

    async def dump(self, _request: web.Request) -> web.Response:
        return web.json_response(self.emulator.store.entries)

    async def load(self, request: web.Request) -> web.Response:
        """Add documents to the store: what `dump` gave, or a part of it."""
        for key, body in (await request.json()).items():
            self.emulator.store.put(key, body)
        self.emulator.store.commit()
        operations.resume(self.emulator.cloud)
        return web.json_response({"entries": len(self.emulator.store.entries)})

    async def reset(self, _request: web.Request) -> web.Response:
        self.emulator.reset()
        return web.json_response({})

    async def mutate(self, request: web.Request) -> web.Response:
        """Change a resource behind its owners' back: {key} and merge, set: [{path, value}] or delete: true."""
        order = await request.json()
        store, key = self.emulator.store, self._key(order.get("key", ""))
        if key is None:
            return _refused(
                404, f"mutate: nothing is stored under '{order.get('key', '')}'; /_emulator/dump lists the keys"
            )
        operations.settle(self.emulator.cloud)
        if order.get("delete"):
            store.delete_tree(key)
            store.delete_tree("policies/" + key)
        else:
            body = paths.merged(store.get(key), order.get("merge", {}))
            for change in order.get("set", ()):
                body = copy.deepcopy(body)
                paths.put(body, change["path"], change["value"])
            store.put(key, self._restamp(key, body))
        store.commit()
        return web.json_response(store.get(key) or {})

    def _key(self, given: str) -> str | None:
        """A store key, or a resource's name without its API's."""
        given = given.strip("/")
        entries = self.emulator.store.entries
        if given in entries:
            return given
        return next((f"{api.name}/{given}" for api in self.emulator.apis if f"{api.name}/{given}" in entries), None)

    def _restamp(self, key: str, body: dict) -> dict:
        """With the etag, time and generation that a foreign client's write would leave."""
        name, _, target = key.partition("/")
        if name == "policies":
            return body | {"etag": self.emulator.cloud.tick()}
        for api in (each for each in self.emulator.apis if each.name == name):
            for document in (self.emulator.documents[each] for each in api.documents):
                found = self.emulator.router.match("GET", f"/{document.prefix}{target}", document.service)
                spec = api.collections.get(found[0].collection) if found else None
                if spec:
                    return engine.restamp(Call(self.emulator.cloud, api, spec, found[0], {}, {}, target), body)
        return body

    async def requests(self, _request: web.Request) -> web.Response:
        counts = self.emulator.requests
        return web.json_response({"total": sum(counts.values()), "methods": dict(sorted(counts.items()))})

    async def methods(self, _request: web.Request) -> web.Response:
        return web.json_response(sorted(self.emulator.methods))

    async def faults(self, request: web.Request) -> web.Response:
        """Put a specification in force, as text or as {"spec": text}; the old one ends. An empty one clears."""
        text = (await request.text()).strip()
        try:
            spec = json.loads(text)["spec"] if text.startswith("{") else text
            self.emulator.faults.rules = faults.parse(spec)
        except (ValueError, KeyError) as error:
            return _refused(400, str(error))
        return web.json_response({"rules": len(self.emulator.faults.rules)})


def _refused(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
