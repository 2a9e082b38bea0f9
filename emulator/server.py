# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HTTP in front of the dispatcher."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
import time
import traceback

from aiohttp import web

from emulator import admin, errors, media, schema, shape
from emulator.dispatch import Dropped, Emulator

LIMIT = 64 * 1024 * 1024


def application(emulator: Emulator, verbose: bool = False) -> web.Application:
    app = web.Application(client_max_size=LIMIT)
    admin.mount(app, emulator)

    async def handle(request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        try:
            response = await _respond(emulator, request)
        except Dropped as dropped:
            response = await _drop(request, dropped.how)
        except Exception:  # a mistake of the emulator: say where, but no value
            print("".join(traceback.format_tb(sys.exc_info()[2])), file=sys.stderr, flush=True)
            error = errors.ApiError(500, "Internal error of the emulator: its standard error says where.", front=True)
            response = web.json_response(error.envelope("proto"), status=500)
        if verbose:
            print(
                f"{request.method} {request.path} {response.status} {(time.perf_counter() - started) * 1000:.1f} ms",
                file=sys.stderr,
                flush=True,
            )
        return response

    app.router.add_route("*", "/{path:.*}", handle)
    return app


async def _respond(emulator: Emulator, request: web.Request) -> web.Response:
    host = request.headers.get("X-Forwarded-Host", request.host).rpartition(":")[0] or request.headers.get(
        "X-Forwarded-Host", request.host
    )
    path = request.rel_url.raw_path
    upload = path.startswith("/upload/")
    path = path.removeprefix("/upload").removeprefix("/download")
    for given, served in emulator.aliases.items():
        path = served + path.removeprefix(given) if path.startswith(given) else path
    found = emulator.router.match(request.method, path, host.partition(":")[0])
    if found is None:
        known = any(emulator.router.match(http, path, host) for http in ("GET", "POST", "PUT", "PATCH", "DELETE"))
        error = errors.ApiError(
            405 if known else 404,
            "Method not allowed." if known else f"Method not found: no API served here has {request.method} {path}.",
            "UNIMPLEMENTED" if known else "NOT_FOUND",
            front=True,
        )
        return web.json_response(error.envelope("proto"), status=error.code)
    method, params = found
    query = {
        name: values if len(values) > 1 else values[0]
        for name in request.query
        for values in [request.query.getall(name)]
    }
    envelope = emulator.api_of[method.document.key].envelope
    try:
        raw, content = await request.read(), None
        if upload:
            body, content = _upload(query.get("uploadType", ""), request.headers.get("Content-Type", ""), raw)
        else:
            body = _json(raw)
        answer = await emulator.answer(method, params, query, body, content)
    except errors.ApiError as error:
        return web.json_response(error.envelope(envelope), status=error.code, headers=error.headers)
    return _result(method, query, answer)


def _upload(kind: str, content_type: str, raw: bytes) -> tuple[dict, bytes]:
    try:
        return media.split(kind, content_type, raw)
    except ValueError as error:
        raise errors.invalid(f"{error}.") from None


def _json(raw: bytes):
    if not raw.strip():
        return None
    try:
        return json.loads(raw)
    except ValueError as error:
        raise errors.bad_request([("", f"Invalid JSON payload received. {error}")]) from None


def _result(method, query: dict, answer) -> web.Response:
    if answer is None:
        return web.Response(status=204)
    if isinstance(answer, bytes):
        return web.Response(body=answer)
    if "enum-encoding=int" in str(query.get("$alt", "")):
        answer = schema.enums_as_numbers(method.document, method.response or "", answer)
    if query.get("fields"):
        try:
            answer = shape.select(answer, query["fields"])
        except ValueError as error:
            return web.json_response(errors.invalid(str(error)).envelope("proto"), status=400)
    return web.json_response(answer)


async def _drop(request: web.Request, how: str) -> web.Response:
    """Leave the client without an answer: a TCP reset, or silence until it goes away."""
    transport = request.transport
    while how == "silent" and transport and not transport.is_closing():
        await asyncio.sleep(0.1)
    if transport and not transport.is_closing():
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=499)
