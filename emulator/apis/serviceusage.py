# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Service Usage: which APIs a project has enabled, and the agents of those APIs."""

from __future__ import annotations

import base64
import time
from functools import cache

from emulator import discovery, errors, operations
from emulator.cloud import Call, number_of
from emulator.model import Api, Collection

TYPE = "type.googleapis.com/google.api.serviceusage."
PAGE = 50
HIDDEN = {"clouddebugger.googleapis.com"}  # retired APIs count on a page but are not shown
NOTHING_TO_DO = "operations/noop.DONE_OPERATION"
AGENTS = {
    "sqladmin": "gcp-sa-cloud-sql",
    "compute": "compute-system",
    "servicenetworking": "service-networking",
    "run": "serverless-robot-prod",
    "container": "container-engine-robot",
    "cloudbuild": "gcp-sa-cloudbuild",
    "redis": "cloud-redis",
    "storage": "gs-project-accounts",
}
NOT_IN_DISCOVERY = (
    "sql-component",
    "storage-component",
    "storage-api",
    "stackdriver",
    "cloudapis",
    "containerregistry",
)


@cache
def known() -> frozenset[str]:
    """The APIs that exist: those with a Discovery document, and a few that have none."""
    return frozenset({*discovery.names(), *NOT_IN_DISCOVERY})


def states(call: Call) -> dict:
    known = call.store.get(f"serviceusage/projects/{call.project}")
    if known is None:
        raise errors.invalid("The emulator knows the services of projects only: the parent must be projects/PROJECT.")
    return known["enabled"]


def shown(call: Call, name: str, version: str = "v1") -> dict:
    number = number_of(call.project)
    return {
        "name": f"projects/{number}/services/{name}",
        "parent": f"projects/{number}",
        "config": {
            "name": name,
            "title": discovery.title(name.removesuffix(".googleapis.com")),
            "quota": {},
            "authentication": {},
            "usage": {"requirements": ["serviceusage.googleapis.com/tos/cloud"]},
            "monitoring": {},
            "documentation": {},
        },
        "state": "ENABLED" if name in states(call) else "DISABLED",
    }


def name_of(call: Call, target: str = "") -> str:
    name = (target or call.target).rsplit("/", 1)[-1]
    if name not in states(call) and name.removesuffix(".googleapis.com") not in known():
        raise errors.ApiError(
            403,
            f"Not found or permission denied for service(s): {name}.",
            details=[
                {
                    "@type": errors.TYPE + "ErrorInfo",
                    "reason": "SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED",
                    "domain": "serviceusage.googleapis.com",
                    "metadata": {"services": name},
                }
            ],
        )
    return name


def get(call: Call) -> dict:
    return shown(call, name_of(call))


def list_(call: Call) -> dict:
    wanted = call.param("filter").replace(" ", "").partition("state:")[2]
    if call.param("filter") and wanted not in ("ENABLED", "DISABLED"):
        raise errors.invalid("The filter must be state:ENABLED or state:DISABLED.")
    enabled = set(states(call))
    every = enabled | {f"{name}.googleapis.com" for name in known()}
    names = sorted(enabled if wanted == "ENABLED" else every - enabled if wanted else every)
    after = _last_of(call.param("pageToken"))
    rest = [name for name in names if name > after]
    size = min(int(call.param("pageSize") or PAGE), 200)
    answer = {"services": [shown(call, name) for name in rest[:size] if name not in HIDDEN]}
    if len(rest) > size:
        answer["nextPageToken"] = _token(rest[size - 1])
    return answer


def _token(name: str) -> str:
    """Google's own form: three nested fields around the last name."""
    raw = b"B" + bytes([len(name)]) + name.encode()
    raw = b"\n" + bytes([len(raw)]) + raw
    return base64.urlsafe_b64encode(b"r" + bytes([len(raw)]) + raw).decode().rstrip("=")


def _last_of(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[6:].decode() if token else ""
    except ValueError:
        raise errors.invalid("Invalid page token.") from None


def enable(call: Call) -> dict:
    return _switch(call, "Enable", [name_of(call)])


def disable(call: Call) -> dict:
    return _switch(call, "Disable", [name_of(call)])


def batch_enable(call: Call) -> dict:
    return _switch(call, "BatchEnable", [name_of(call, name) for name in call.body.get("serviceIds", [])])


def batch_get(call: Call) -> dict:
    names = call.params.get("names", [])
    return {"services": [shown(call, name_of(call, name)) for name in (names if isinstance(names, list) else [names])]}


def _switch(call: Call, verb: str, names: list[str]) -> dict:
    now, on = states(call), verb != "Disable"
    changed = [name for name in names if (name in now) != on]
    usable = time.time() + call.cloud.settings.enabling_ms / 1000 if on else None
    key = f"serviceusage/projects/{call.project}"
    shown_after = [shown(call, name) | {"state": "ENABLED" if on else "DISABLED"} for name in names]
    response = (
        {"@type": f"{TYPE}v1.{verb}ServiceResponse", "service": shown_after[0]}
        if verb != "BatchEnable"
        else {"@type": f"{TYPE}v1.BatchEnableServicesResponse", "services": shown_after}
    )
    number = number_of(call.project)
    prefix = "p2" if on else "p17"
    return operations.start(
        call,
        key,
        verb,
        [{"key": key, "merge": {"enabled": dict.fromkeys(changed, usable)}}] if changed else [],
        response=response,
        instant=not changed,
        final_metadata={"@type": "type.googleapis.com/google.protobuf.Empty"},
        name=f"operations/acat.{prefix}-{number}-{call.cloud.unique()}" if changed else NOTHING_TO_DO,
    )


def generate_identity(call: Call) -> dict:
    service = name_of(call).removesuffix(".googleapis.com")
    agent = AGENTS.get(service, f"gcp-sa-{service}")
    email = f"service-{number_of(call.project)}@{agent}.iam.gserviceaccount.com"
    return operations.start(
        call,
        call.key,
        "identity",
        [],
        instant=True,
        name="operations/finished.DONE_OPERATION",
        response={
            "@type": f"{TYPE}v1beta1.ServiceIdentity",
            "email": email,
            "uniqueId": str(int(number_of(call.project)) * 10**9 + len(service)),
        },
    )


SERVICES = Collection(style=operations.bare)
METHODS = {
    "services.get": get,
    "services.list": list_,
    "services.enable": enable,
    "services.disable": disable,
    "services.batchEnable": batch_enable,
    "services.batchGet": batch_get,
    "services.generateServiceIdentity": generate_identity,
}
APIS = (
    Api(
        name="serviceusage",
        documents=("serviceusage.v1", "serviceusage.v1beta1"),
        needs_enabling=False,
        methods=METHODS,
        collections={"services": SERVICES},
    ),
)
