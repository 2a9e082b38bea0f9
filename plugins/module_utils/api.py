# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls to Google's APIs: one client of each, one policy for every call."""

from __future__ import annotations

import random
import threading
import time
from functools import cache
from importlib import import_module
from inspect import signature
from itertools import count
from typing import get_args

from .faults import ANSWERED, Again, Fault, fault
from .fields import fields_of, protobuf_class

try:
    from google.api_core.client_options import ClientOptions
    from google.api_core.operation import Operation
    from google.auth.credentials import AnonymousCredentials
    from requests.adapters import HTTPAdapter
except ImportError:  # module.py says what is missing
    Operation = ()

CALL = 60  # seconds that one call may take
TRIES = 8  # times that a call is tried when nothing says that waiting will help
NEWS = 5  # seconds after which, and then as often as, a wait is told to the user


class Clock:
    """The time that one resource may take, and the news of what it is spent on."""

    def __init__(self, seconds, title, tell):
        """`seconds` in all; `title` names the resource; `tell` takes a line of news."""
        self.begin = self.told = time.monotonic()
        self.seconds, self.title, self.tell = seconds, title, tell

    @property
    def spent(self):
        """Seconds since the beginning."""
        return time.monotonic() - self.begin

    @property
    def call(self):
        """Seconds that the next call may take."""
        return max(0.1, min(CALL, self.seconds - self.spent))

    def sleep(self, seconds, why):
        """Wait, and say why each time that `NEWS` seconds have passed; a Fault when the time would be up."""
        left = self.seconds - self.spent
        if left <= 0:
            raise Fault(f"gave up after {self.seconds:.0f} s: {why}; run again to go on, or raise the timeout option")
        end = time.monotonic() + min(seconds, left)
        while (now := time.monotonic()) < end:
            if now - self.told >= NEWS:
                self.told = now
                self.tell(f"{self.title}: {why} ({self.spent:.0f} s of at most {self.seconds:.0f} s)")
            time.sleep(min(end, self.told + NEWS) - now)


def backoff(attempt, problem=None):
    """Seconds to wait before another attempt: what the server asked for, else growing, never in step with others."""
    if problem is not None and problem.pause is not None:
        return problem.pause
    return min(30, 0.5 * 2**attempt) * random.uniform(0.7, 1.0)


class Api:
    """Everything that one run asks of Google."""

    def __init__(self, credentials=None, endpoint="", endpoints=None, quota_project=None, pool=16):
        """`endpoint`: a stand-in for every API, such as ``http://127.0.0.1:8085``, gRPC on the next port.

        `endpoints`: stand-ins for single APIs, ``{"run": "http://127.0.0.1:8090"}``.
        """
        self.credentials, self.endpoint, self.endpoints = credentials, endpoint, endpoints or {}
        self.quota_project, self.pool = quota_project, pool
        self._clients, self._lock = {}, threading.Lock()

    def message(self, path):
        """The protobuf class of a path such as ``secretmanager_v1.SecretPayload``."""
        return protobuf_class(client_class(path))

    def client(self, path):
        """The client of a path such as ``run_v2.ServicesClient``, made when first needed."""
        with self._lock:
            if path not in self._clients:
                self._clients[path] = self._connect(client_class(path))
            return self._clients[path]

    def _connect(self, made):
        endpoint = self.endpoints.get(made.DEFAULT_ENDPOINT.partition(".")[0]) or self.endpoint
        options = {"quota_project_id": self.quota_project, **({"api_endpoint": endpoint} if endpoint else {})}
        given = {"credentials": self.credentials or AnonymousCredentials(), "client_options": ClientOptions(**options)}
        try:
            made.get_transport_class("rest")
        except KeyError:
            return made(**(_plain_grpc(made, endpoint) if endpoint.startswith("http://") else given))
        client = made(transport="rest", **given)
        adapter = HTTPAdapter(pool_connections=4, pool_maxsize=self.pool)
        for scheme in ("https://", "http://"):
            client.transport._session.mount(scheme, adapter)
        return client

    def call(self, path, verb, given, clock, again=True):
        """Call a method with what its request asks for of `given`; the protobuf answer, or an Operation.

        `again`: repeat it after a passing fault. A write is not repeated here: its caller looks first whether
        it took effect. Raises a Fault.
        """
        method = getattr(self.client(path), verb)
        request = _request(method, given)
        return _unwrapped(_tried(lambda: method(request=request, timeout=clock.call, retry=None), clock, again))

    def finish(self, kind, answer, given, clock, what):
        """Wait for the operation that a write began, when it did begin one. A Fault when it ends in an error."""
        look = self._watch(kind, answer, given, clock)
        for attempt in count() if look else ():
            done, error = look()
            if done and error:
                raise Fault(f"the operation {what} ended in an error: {error}")
            if done:
                return
            clock.sleep(min(5, 0.1 * 1.5**attempt), f"waiting for the operation {what}")

    def _watch(self, kind, answer, given, clock):
        """A function that tells of an operation whether it is done and its error, or None where there is none."""
        if isinstance(answer, Operation):
            first, poll = answer.operation, self.client(kind.client).transport.operations_client.get_operation
            if first.done:
                return lambda: _state(first)
            return lambda: _state(_tried(lambda: poll(first.name, timeout=clock.call, retry=None), clock))
        if kind.operations and hasattr(answer, "operation_type"):
            return lambda: _sql_state(self.call(kind.operations, "get", {**given, "operation": answer.name}, clock))
        return None


def _tried(call, clock, again=True):
    """The answer of a call, repeated after a passing fault if that is allowed. Raises a Fault."""
    for attempt in count():
        try:
            return call()
        except ANSWERED as problem:
            found = fault(problem)
        if not again or not isinstance(found, Again) or attempt + 1 >= TRIES:
            raise found
        clock.sleep(backoff(attempt, found), str(found))


def _state(operation):
    return operation.done, operation.error.message or operation.error.code


def _sql_state(operation):
    status = operation.DESCRIPTOR.fields_by_name["status"].enum_type.values_by_number[operation.status].name
    errors = "; ".join(f"{error.code} {error.message}".strip() for error in operation.error.errors)
    return status == "DONE", errors


@cache
def client_class(path):
    """The class of a path such as ``run_v2.ServicesClient``."""
    if isinstance(path, type):  # a client of our own
        return path
    package, _dot, name = path.partition(".")
    return getattr(import_module("google.cloud." + package), name)


def _plain_grpc(made, endpoint):
    """What a client needs to speak gRPC without TLS to a stand-in, whose gRPC port follows its HTTP port."""
    import grpc

    host, _colon, port = endpoint.removeprefix("http://").rstrip("/").rpartition(":")
    channel = grpc.insecure_channel(f"{host}:{int(port) + 1}")
    return {"transport": made.get_transport_class("grpc")(channel=channel)}


@cache
def request_type(method):
    """The class of a method's request."""
    said = signature(method, eval_str=True).parameters["request"].annotation
    return (get_args(said) or [said])[0]


def takes(client, verb):
    """The descriptor of what a method's request holds."""
    return protobuf_class(request_type(getattr(client, verb))).DESCRIPTOR


def _request(method, given):
    """The request of a method, filled with what it asks for of `given`; messages are found by their type."""
    wrapper = request_type(getattr(method, "__func__", method))
    message = protobuf_class(wrapper)()
    by_type = {value.DESCRIPTOR.full_name: value for value in given.values() if hasattr(value, "DESCRIPTOR")}
    for name, field in fields_of(message.DESCRIPTOR).items():
        value = given.get(name)
        if name == "update_mask" and value:
            message.update_mask.paths.extend(value)
        elif field.message_type is not None and not field.is_repeated:
            if field.message_type.full_name in by_type:
                getattr(message, field.name).CopyFrom(by_type[field.message_type.full_name])
        elif value is not None:
            setattr(message, field.name, value)
    if message.DESCRIPTOR.full_name in by_type:  # a method whose request is the resource itself
        message.CopyFrom(by_type[message.DESCRIPTOR.full_name])
    return wrapper.wrap(message) if hasattr(wrapper, "wrap") else message


def _unwrapped(answer):
    """An answer as protobuf; pages are joined to the list of their items."""
    if hasattr(answer, "pages"):
        return [_unwrapped(item) for item in answer]
    return type(answer).pb(answer) if hasattr(type(answer), "pb") else answer
