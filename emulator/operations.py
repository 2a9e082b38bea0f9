# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Long-running operations: kept in the store, finished by the clock, shown in the form of each API."""

from __future__ import annotations

import copy
import time

from emulator import errors, paths
from emulator.cloud import Call, Cloud, rfc3339


def start(
    call: Call,
    key: str,
    verb: str,
    effects: list[dict],
    *,
    response: dict | None = None,
    instant: bool = False,
    on_error: list[dict] | None = None,
    name: str = "",
    fail: str = "",
    **details,
) -> dict:
    """Begin an operation on the resource `key` and answer it in the API's form.

    `effects` are done to the store when it ends: {key, body}, {key, set: {path: value}} or
    {key, merge: {…}} (None removes), {key, delete: True};
    `on_error` instead, when it must `fail` with that message or the fault `operation_error` was asked for.
    """
    cloud, style = call.cloud, call.collection.style
    failed, endless = fail or "operation_error" in call.faults, "operation_never" in call.faults
    now = time.time()
    record = {
        "api": call.api.name,
        "style": style.__name__,
        "method": call.method.id,
        "document": call.document.key,
        "key": key,
        "verb": verb,
        "started": now,
        "number": str(cloud.tick()),
        "name": name
        or style(call).format(
            uuid=cloud.unique(),
            number=cloud.tick(),
            project=call.project,
            consumer=cloud.numbered(f"projects/{call.project}").split("/")[-1],
        ),
        "due": None if endless else now if instant else now + cloud.settings.operation_ms / 1000,
        "effects": (on_error or []) if failed else effects,
        "response": paths.public(response),
        "done": False,
        "error": (fail or call.fault_message or "The operation failed.") if failed else "",
        **details,
    }
    call.store.put(f"operations/{record['name']}", record)
    cloud.pending[record["name"]] = record["due"]
    if instant:
        settle(cloud)
    return render(cloud, record["name"])


def settle(cloud: Cloud) -> None:
    """End every operation whose time has come."""
    now = time.time()
    for name, due in [(name, due) for name, due in cloud.pending.items() if due is not None and due <= now]:
        record = copy.deepcopy(cloud.store.get(f"operations/{name}"))
        for effect in record.pop("effects", ()):
            _apply(cloud, effect)
        cloud.store.put(f"operations/{name}", {**record, "done": True, "ended": due})
        del cloud.pending[name]


def _apply(cloud: Cloud, effect: dict) -> None:
    if effect.get("delete"):
        cloud.store.delete_tree(effect["key"])
    elif "body" in effect:
        cloud.store.put(effect["key"], effect["body"])
    else:
        body = copy.deepcopy(cloud.store.get(effect["key"]))
        if body is not None:
            for path, value in effect.get("set", {}).items():
                paths.remove(body, path) if value is None else paths.put(body, path, value)
            cloud.store.put(effect["key"], paths.merged(body, effect.get("merge", {})))


def resume(cloud: Cloud) -> None:
    """Take up what was still running when the emulator stopped."""
    cloud.pending = {
        record["name"]: record["due"]
        for key, record in cloud.store.entries.items()
        if key.startswith("operations/") and not record["done"]
    }


def running_on(cloud: Cloud, key: str) -> bool:
    """Whether an operation is under way on a resource or on something below it."""
    holders = [
        record.get("holds") or record["key"]
        for record in map(cloud.store.get, (f"operations/{name}" for name in cloud.pending))
    ]
    return any(holder == key or holder.startswith(key + "/") for holder in holders)


def render(cloud: Cloud, name: str) -> dict:
    record = cloud.store.get(f"operations/{name}")
    return RENDERERS[record["style"]](record)


def get(call: Call) -> dict:
    """The handler of every API's operations.get: the name says which operation it is."""
    name = call.target if f"operations/{call.target}" in call.store.entries else call.target.rsplit("/", 1)[-1]
    if f"operations/{name}" not in call.store.entries:
        raise errors.ApiError(
            404, f"Operation {call.target} not found." if call.api.envelope == "proto" else "Not Found"
        )
    return render(call.cloud, name)


def list_(call: Call) -> dict:
    found = [
        record
        for key, record in call.store.entries.items()
        if key.startswith("operations/")
        and record["api"] == call.api.name
        and record["key"].startswith(f"{call.api.name}/projects/{call.project}")
    ]
    return {"operations": [render(call.cloud, record["name"]) for record in found]}


def sql_list(call: Call) -> dict:
    wanted = call.param("instance")
    found = list_(call)["operations"]
    return {
        "kind": "sql#operationsList",
        "items": [each for each in reversed(found) if wanted in ("", each["targetId"])],
    }


# The styles: each function names a new operation; its renderer shows one.


def google(call: Call) -> str:
    """google.longrunning.Operation below the resource's location."""
    location = call.target.split("/locations/")[1].split("/")[0] if "/locations/" in call.target else "global"
    return "projects/{project}/locations/" + location + "/operations/{uuid}"


def bare(call: Call) -> str:
    """google.longrunning.Operation without a parent and without metadata while it runs."""
    return "operations/{uuid}"


def sql(call: Call) -> str:
    return "{uuid}"


def compute(call: Call) -> str:
    return "operation-{number}-{uuid}"


def _google(record: dict) -> dict:
    answer = {"name": record["name"]}
    if record.get("metadata"):
        answer["metadata"] = (
            record.get("final_metadata") if record["done"] and record.get("final_metadata") else record["metadata"]
        )
    if record["done"]:
        if record.get("final_metadata") and "metadata" not in answer:
            answer["metadata"] = record["final_metadata"]
        answer["done"] = True
        if record["error"]:
            answer["error"] = {"code": 13, "message": record["error"]}
        else:
            answer["response"] = record["response"] or {"@type": "type.googleapis.com/google.protobuf.Empty"}
    elif record.get("explicit_done"):
        answer["done"] = False
    return answer


def _sql(record: dict) -> dict:
    _api, _projects, project, *_rest = record["key"].split("/")
    link = (
        "https://sqladmin.googleapis.com/sql/v1beta4/"
        if record["document"].endswith("v1beta4")
        else "https://sqladmin.googleapis.com/v1/"
    )
    answer = {
        "kind": "sql#operation",
        "targetLink": link + record.get("target", record["key"]).partition("/")[2],
        "status": "DONE" if record["done"] else "PENDING",
        "user": "operator@example.com",
        "insertTime": rfc3339(record["started"]),
        "operationType": record["verb"],
        "name": record["name"],
        "targetId": record["key"].rsplit("/", 1)[-1],
        "targetProject": project,
        "selfLink": f"{link}projects/{project}/operations/{record['name']}",
    }
    if record["done"]:
        answer |= {"startTime": rfc3339(record["started"] + 0.01), "endTime": rfc3339(record["ended"])}
        if record["error"]:
            answer["error"] = {
                "kind": "sql#operationErrors",
                "errors": [{"kind": "sql#operationError", "code": "INTERNAL_ERROR", "message": record["error"]}],
            }
    return answer


def _compute(record: dict) -> dict:
    root, target = "https://www.googleapis.com/compute/v1/", record["key"].partition("/")[2]
    scope = target.rsplit("/", 2)[0]
    answer = {
        "kind": "compute#operation",
        "id": record["number"],
        "name": record["name"],
        "operationType": record["verb"],
        "targetLink": root + target,
        "targetId": record.get("target_id", record["number"]),
        "status": "DONE" if record["done"] else "RUNNING",
        "user": "operator@example.com",
        "progress": 100 if record["done"] else 0,
        "insertTime": rfc3339(record["started"]),
        "startTime": rfc3339(record["started"]),
        "selfLink": f"{root}{scope}/operations/{record['name']}",
    }
    if "/regions/" in target:
        answer["region"] = root + scope
    if record["done"]:
        answer["endTime"] = rfc3339(record["ended"])
        if record["error"]:
            answer |= {
                "httpErrorStatusCode": 400,
                "httpErrorMessage": "BAD REQUEST",
                "error": {"errors": [{"code": record.get("error_code", "INTERNAL_ERROR"), "message": record["error"]}]},
            }
    return answer


RENDERERS = {"google": _google, "bare": _google, "sql": _sql, "compute": _compute}
VERBS = {"get": get, "wait": get, "list": list_}
