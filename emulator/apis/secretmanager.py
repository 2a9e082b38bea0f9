# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secret Manager: secrets, and versions with payloads."""

from __future__ import annotations

import base64
import copy
import re
from datetime import datetime

import google_crc32c

from emulator import engine, errors, lists
from emulator.cloud import Call, rfc3339
from emulator.model import Api, Collection, Rule

STATES = {"enable": "ENABLED", "disable": "DISABLED", "destroy": "DESTROYED"}
SECRET_ID = r"[a-zA-Z0-9_-]{1,255}"


def ttl_becomes_expire_time(_call: Call, body: dict, _old: dict | None) -> None:
    if "ttl" in body:
        seconds = float(body.pop("ttl")[:-1])
        body["expireTime"] = rfc3339(datetime.now().timestamp() + seconds)


def require_replication(call: Call, body: dict) -> None:
    if not any(kind in body.get("replication", {}) for kind in ("automatic", "userManaged")):
        raise errors.invalid("The secret.replication field is required: it must be automatic or user_managed.")


def check_etag(call: Call, old: dict, sent: dict) -> None:
    """A stale etag is refused. One of Google's making, never given out here, is a replayed recording's."""
    etag = sent.get("etag")
    recorded = re.fullmatch(r'"[0-9a-f]{14}"', etag or "") and int(etag.strip('"'), 16) > call.cloud.counter
    if (etag and etag != old["etag"] and not recorded) or "conflict" in call.faults:
        raise errors.ApiError(
            400,
            f"The etag provided in the request does not match the etag of the resource "
            f"[{call.cloud.numbered(call.target)}].",
            "FAILED_PRECONDITION",
        )


def secret(call: Call, target: str) -> dict:
    body = call.store.get(f"secretmanager/{target}")
    if body is None:
        raise errors.ApiError(404, SECRETS.not_found.format(numbered=call.cloud.numbered(target)))
    return body


def add_version(call: Call) -> dict:
    parent = secret(call, call.target)
    payload = call.body.get("payload") or {}
    if not payload.get("data"):
        raise errors.invalid("Secret Payload cannot be empty.")
    data = base64.b64decode(payload["data"])
    if len(data) > 65536:
        raise errors.invalid(f"The secret payload is {len(data)} bytes: the limit is 65536.")
    crc = str(google_crc32c.value(data))
    if payload.get("dataCrc32c", crc) != crc:
        raise errors.invalid("The data in the payload does not match its checksum.")
    number = parent.get("_last", 0) + 1
    call.store.put(call.key, parent | {"_last": number})
    target = f"{call.target}/versions/{number}"
    body = {
        "name": call.cloud.numbered(target),
        "createTime": rfc3339(),
        "state": "ENABLED",
        "replicationStatus": replication_status(parent),
        "etag": engine.STAMPS["quoted"](call, None),
        "_data": payload["data"],
        "_crc": crc,
        "_sent_crc": "dataCrc32c" in payload,
        "_number": number,
    }
    if body["_sent_crc"]:
        body["clientSpecifiedPayloadChecksum"] = True
    call.store.put(f"secretmanager/{target}", body)
    return body


def replication_status(parent: dict) -> dict:
    managed = parent["replication"].get("userManaged")
    if managed:
        return {"userManaged": {"replicas": [{"location": each["location"]} for each in managed["replicas"]]}}
    return {"automatic": {}}


def version(call: Call) -> tuple[str, dict]:
    """The version a name means; `latest` is the one made last."""
    parent, _, wanted = call.target.rpartition("/versions/")
    last = secret(call, parent).get("_last", 0)
    number = last if wanted == "latest" else wanted
    key = f"secretmanager/{parent}/versions/{number}"
    body = call.store.get(key)
    if body is None:
        name = f"{call.cloud.numbered(parent)}/versions/{wanted}"
        raise errors.ApiError(404, f"Secret Version [{name}] not found.")
    return key, body


def get_version(call: Call) -> dict:
    return version(call)[1]


def list_versions(call: Call) -> dict:
    secret(call, call.target.rpartition("/")[0])
    found = [body for _key, body in call.store.children(call.key)]
    wanted = (
        call.param("filter").replace(" ", "").partition("state:")[2]
        or call.param("filter").replace(" ", "").partition("state=")[2]
    )
    found = [body for body in found if not wanted or body["state"] == wanted]
    answer = lists.page(call, sorted(found, key=lambda body: -body["_number"]), "versions")
    return answer | ({"totalSize": len(found)} if found else {})


def access(call: Call) -> dict:
    _key, body = version(call)
    if body["state"] != "ENABLED":
        raise errors.ApiError(
            400, f"Secret Version [{body['name']}] is in {body['state']} state.", "FAILED_PRECONDITION"
        )
    return {"name": body["name"], "payload": {"data": body["_data"], "dataCrc32c": body["_crc"]}}


def change_state(call: Call) -> dict:
    key, body = version(call)
    check_etag(call, body, call.body)
    state = STATES[call.method.verb]
    if body["state"] == "DESTROYED":
        raise errors.ApiError(
            400,
            f"Secret Version [{body['name']}] is already in DESTROYED state and cannot be "
            f"{call.method.verb}{'ed' if state == 'DESTROYED' else 'd'}.",
            "FAILED_PRECONDITION",
        )
    body = copy.deepcopy(body) | {"state": state, "etag": engine.STAMPS["quoted"](call, None)}
    if state == "DESTROYED":
        body["destroyTime"] = rfc3339()
        body.pop("_data")
    call.store.put(key, body)
    return body


def list_secrets(call: Call) -> dict:
    answer = engine.list_(call)
    return answer | ({"totalSize": len(call.store.children(call.key))} if answer else {})


SECRETS = Collection(
    id="query:secretId",
    id_pattern=SECRET_ID,
    name="{numbered}",
    mask="required",
    stamps={"createTime": "created", "etag": "quoted"},
    input_only=("ttl",),
    immutable=("replication",),
    immutable_message="The field '{field}' of the secret is immutable.",
    not_found="Secret [{numbered}] not found.",
    exists="Secret [{numbered}] already exists.",
    on_create=require_replication,
    on_write=ttl_becomes_expire_time,
    check_etag=check_etag,
    iam={},
    defaults=(Rule({"_last": 0}),),
)

APIS = (
    Api(
        name="secretmanager",
        documents=("secretmanager.v1",),
        page_size=100,
        collections={"projects.secrets": SECRETS, "projects.secrets.versions": Collection()},
        methods={
            "projects.secrets.list": list_secrets,
            "projects.secrets.addVersion": add_version,
            "projects.secrets.versions.get": get_version,
            "projects.secrets.versions.list": list_versions,
            "projects.secrets.versions.access": access,
            **{f"projects.secrets.versions.{verb}": change_state for verb in STATES},
        },
    ),
)
