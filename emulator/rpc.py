# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""gRPC in front of the dispatcher: every call becomes the REST method that it stands for."""

from __future__ import annotations

import asyncio
import importlib
import json
import socket
import sys
import time
from functools import cache

import grpc
from google.protobuf import any_pb2, descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2 as _error_details  # noqa: F401 puts its messages into the pool
from google.rpc import status_pb2

from emulator import errors, protos
from emulator.discovery import PLACEHOLDER, Method
from emulator.dispatch import Dropped, Emulator

IAM = "google.iam.v1"
EMPTY = "google.protobuf.Empty"


async def start(emulator: Emulator, host: str, port: int, verbose: bool = False) -> grpc.aio.Server:
    """Serve gRPC on a port. Raises OSError when it is taken."""
    with socket.socket() as probe:  # gRPC itself complains at length on standard error
        probe.bind((host, port))
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((Handler(emulator, verbose),))
    try:
        bound = server.add_insecure_port(f"{host}:{port}")
    except RuntimeError:
        bound = 0
    if not bound:
        raise OSError(98, "Address already in use")
    await server.start()
    return server


class Handler(grpc.GenericRpcHandler):
    """Finds the method by the name of the call; `rpcs` of an API's data says which methods they are."""

    def __init__(self, emulator: Emulator, verbose: bool):
        self.emulator, self.verbose = emulator, verbose
        self.rpcs = {
            f"/{service}/{name}": (library, service, name, emulator.methods[method])
            for api in emulator.apis
            for service, (library, names) in api.grpc.items()
            for name, method in names.items()
        }

    def service(self, handler_call_details):
        found = self.rpcs.get(handler_call_details.method)
        if found is None:
            return None

        async def answer(request: bytes, context: grpc.aio.ServicerContext) -> bytes:
            started = time.perf_counter()
            outcome = "OK"
            try:
                return await self._answer(found, request)
            except errors.ApiError as error:
                outcome = error.status
                await _abort(context, error)
            except Dropped as dropped:
                outcome = dropped.how
                await _drop(context, dropped.how)
            finally:
                if self.verbose:
                    print(
                        f"GRPC {handler_call_details.method} {outcome} {(time.perf_counter() - started) * 1000:.1f} ms",
                        file=sys.stderr,
                        flush=True,
                    )
            return b""

        return grpc.unary_unary_rpc_method_handler(answer)

    async def _answer(self, found: tuple, request: bytes) -> bytes:
        library, service, name, method = found
        asked = _request_class(library, service, name, method).FromString(request)
        params, query, body = transcoded(method, asked)
        answer = await self.emulator.answer(method, params, query, body)
        result = _message(library, _response_name(method))()
        return json_format.ParseDict(answer or {}, result, ignore_unknown_fields=True).SerializeToString()


def transcoded(method: Method, asked) -> tuple[dict, dict, dict | None]:
    """The path parameters, query and body that a request message stands for."""
    fields = json_format.MessageToDict(asked)
    body = _body_field(method, asked)
    content = fields.pop(body, {}) if body else None
    params = {}
    for _plus, name in PLACEHOLDER.findall(method.path):
        value = fields.pop(name, None) or next(
            (each["name"] for each in (content, *fields.values()) if isinstance(each, dict) and "name" in each), ""
        )
        params[name] = value
        if not method.parameters.get(name, {}).get("pattern"):
            params[name] = value.rpartition("/")[2]
    query = {name: fields.pop(name) for name in list(fields) if name in method.parameters}
    query |= {
        f"options.{name}": value
        for name, value in (fields.get("options") or {}).items()
        if f"options.{name}" in method.parameters
    }
    if method.request is None:
        return params, query, None
    return params, query, fields if content is None else content


def _body_field(method: Method, asked) -> str:
    """The request's field that is the REST body; empty when the body is the request itself."""
    wanted = protos.message_name(method.document.key, method.request or "").rpartition("/")[2]
    return next(
        (
            field.json_name
            for field in asked.DESCRIPTOR.fields
            if field.message_type and field.message_type.full_name == wanted
        ),
        "",
    )


def _request_class(library: str, service: str, name: str, method: Method):
    package = service.rpartition(".")[0]
    own = protos.message_name(method.document.key, method.request or "").rpartition("/")[2]
    for candidate in (f"{package}.{name}Request", f"{IAM}.{name}Request", own):
        found = _message(library, candidate)
        if found is not None:
            return found
    raise errors.ApiError(501, f"The emulator does not know the message of {service}/{name}.")


def _response_name(method: Method) -> str:
    name = protos.message_name(method.document.key, method.response or "Empty").rpartition("/")[2]
    return EMPTY if name.endswith("Empty") else name


@cache
def _message(library: str, full_name: str):
    importlib.import_module(library)
    importlib.import_module("google.iam.v1.iam_policy_pb2")
    importlib.import_module("google.protobuf.empty_pb2")
    try:
        return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(full_name))
    except KeyError:
        return None


async def _abort(context: grpc.aio.ServicerContext, error: errors.ApiError) -> None:
    code = grpc.StatusCode[error.status] if error.status in grpc.StatusCode.__members__ else grpc.StatusCode.UNKNOWN
    details = list(error.details)
    if "Retry-After" in error.headers:
        details.append({"@type": errors.TYPE + "RetryInfo", "retryDelay": error.headers["Retry-After"] + "s"})
    status = status_pb2.Status(
        code=code.value[0],
        message=error.message,
        details=[json_format.Parse(json.dumps(each), any_pb2.Any()) for each in details],
    )
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    await context.abort(code, error.message)


async def _drop(context: grpc.aio.ServicerContext, how: str) -> None:
    """A silent server never answers; a reset connection is what gRPC clients call UNAVAILABLE."""
    while how == "silent":
        await asyncio.sleep(0.1)
    await context.abort(grpc.StatusCode.UNAVAILABLE, "Connection reset by peer")
