# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From a request to its answer, whichever protocol it came by."""

from __future__ import annotations

import asyncio
import collections

from emulator import discovery, engine, errors, faults, operations, paths
from emulator.cloud import Call, Cloud, Settings
from emulator.model import Api, Collection
from emulator.schema import Reader, camel, root_field, snake
from emulator.store import Store

GLOBAL_PARAMETERS = {
    "alt",
    "$alt",
    "fields",
    "key",
    "prettyPrint",
    "quotaUser",
    "userProject",
    "accessToken",
    "oauthToken",
    "access_token",
    "oauth_token",
    "callback",
    "uploadType",
    "upload_protocol",
    "uploadProtocol",
    "$.xgafv",
    "upload_id",
    "userIp",
    "$httpHeaders",
    "$prettyPrint",
}


class Dropped(Exception):
    """The client gets no answer: `reset` closes the connection at once, `silent` leaves it open."""

    def __init__(self, how: str):
        super().__init__(how)
        self.how = how


class Emulator:
    """All APIs over one store. Counts requests by method id in `requests`."""

    def __init__(self, apis: tuple[Api, ...], settings: Settings, path: str = "", fault_spec: str = "", seeds=None):
        self.apis, self.settings, self.faults = apis, settings, faults.Faults(fault_spec)
        self.documents = {key: discovery.load(key) for api in apis for key in api.documents}
        self.api_of = {key: api for api in apis for key in api.documents}
        self.aliases = {given: served for api in apis for given, served in api.aliases.items()}
        self.router = discovery.Router(self.documents.values())
        self.methods = {method.id: method for document in self.documents.values() for method in document.methods}
        self.requests: collections.Counter = collections.Counter()
        self.store, self.seeds = Store(path), seeds or {}
        self.cloud = self._cloud()
        operations.resume(self.cloud)

    def _cloud(self) -> Cloud:
        services = {document.service for document in self.documents.values()}
        return Cloud(self.store, self.settings, services, **self.seeds)

    def reset(self) -> None:
        """Back to the state of an empty file, without faults and counts."""
        self.store.clear()
        self.faults.rules.clear()
        self.requests.clear()
        self.cloud = self._cloud()

    async def answer(self, method: discovery.Method, params: dict, query: dict, body, media: bytes | None = None):
        """Handle a request. Raises ApiError or Dropped."""
        self.requests[method.id] += 1
        api = self.api_of[method.document.key]
        params = {**self._query(api, method, query), **params}
        target = self.cloud.canonical(method.target(params))
        target = api.alias(self.cloud, target) if api.alias else target
        firing = self.faults.firing(method.id, "/" + method.document.prefix + target)
        delay = self.settings.latency_ms + sum(fault.ms for fault in firing if fault.what == "slow")
        if delay:
            await asyncio.sleep(delay / 1000)
        for fault in firing:
            if fault.what in ("reset", "silent"):
                raise Dropped(fault.what)
            error = faults.error_for(fault, method.document.service)
            if error:
                raise error
        answer = self._handle(api, method, params, target, body, firing, media)
        if any(fault.what == "reset_after" for fault in firing):
            raise Dropped("reset")
        return answer

    def _handle(self, api: Api, method: discovery.Method, params: dict, target: str, body, firing: list, media):
        operations.settle(self.cloud)
        message = read_body(api, method, body)
        call = Call(
            self.cloud,
            api,
            api.collections.get(method.collection, Collection()),
            method,
            params,
            message,
            target,
            {fault.what for fault in firing},
            next((fault.message for fault in firing if fault.message), ""),
            media,
        )
        try:
            if call.project not in ("", "-"):
                self.cloud.require(api, call.project, method)
            answer = engine.handle(call)
        finally:
            self.store.commit()
        return paths.public(answer)

    def _query(self, api: Api, method: discovery.Method, query: dict) -> dict:
        params = {}
        fields = method.document.schemas.get(method.request or "", {}).get("properties", {})
        fields = fields if root_field(method.request or "Request") == "" else {}
        for given, value in query.items():
            name = given if given in method.parameters or given in GLOBAL_PARAMETERS else camel(given)
            if name in method.parameters or name == "alt" or name in fields:
                params[name] = value
            elif name not in GLOBAL_PARAMETERS and "parameters" not in api.ignores:
                raise errors.bad_request(
                    [
                        (
                            "",
                            f'Invalid JSON payload received. Unknown name "{given}": Cannot bind query '
                            f"parameter. Field '{given}' could not be found in request message.",
                        )
                    ]
                )
        reader = Reader(method.document)
        for name in params:
            if method.parameters.get(name, {}).get("type") in ("integer", "boolean"):
                reader.value(method.parameters[name], params[name], snake(name), "", name)
        if reader.violations:
            raise errors.bad_request(reader.violations)
        required = [
            name
            for name, spec in method.parameters.items()
            if spec.get("required") and spec.get("location") == "query" and name not in params
        ]
        if required:
            raise errors.ApiError(400, f"Required parameter: {required[0]}", reason="required", front=True)
        return params


def read_body(api: Api, method: discovery.Method, body) -> dict:
    """The body in the API's own form. Raises ApiError with every violation."""
    if method.request is None or body is None:
        return {}
    reader = Reader(method.document, nulls=api.nulls, strict="fields" not in api.ignores)
    schema = method.document.schemas[method.request]
    if not isinstance(body, dict) and "properties" in schema:
        raise errors.bad_request(
            [("", 'Invalid JSON payload received. Unknown name "": Root element must be a message.')]
        )
    root = root_field(method.request)
    if not root:
        body = {name: value for name, value in body.items() if camel(name) not in method.parameters}
    message = reader.message(method.request, body, root and (api.body_field or root))
    if reader.violations:
        raise errors.bad_request(reader.violations)
    return message
