# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud Storage: buckets, their policies, and as many objects as a bucket needs to be not empty."""

from __future__ import annotations

import base64
import copy
import hashlib
import time

import google_crc32c

from emulator import engine, errors, iam, lists
from emulator.cloud import Call, number_of, rfc3339
from emulator.model import Api, Collection, Rule

LINK = "https://www.googleapis.com/storage/v1/"
MULTI_REGIONS = ("US", "EU", "ASIA")
DUAL_REGIONS = ("NAM4", "EUR4", "EUR5", "EUR7", "EUR8", "ASIA1")
PRECONDITION = "At least one of the pre-conditions you specified did not hold."
PUBLIC = {"allUsers", "allAuthenticatedUsers"}
STAMPS = {"metageneration": "count", "updated": "updated", "etag": "token"}
NAME = r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]"


def identify(call: Call, body: dict) -> None:
    project = call.cloud.project_id(call.param("project"))
    body |= {
        "id": body["name"],
        "projectNumber": number_of(project),
        "_project": project,
        "timeCreated": rfc3339(),
        "generation": engine.STAMPS["number"](call, None),
    }


def complete(call: Call, body: dict, old: dict | None) -> None:
    """What follows from other fields: location's type, the twin of uniform access, times of switches."""
    before, now = old or {}, rfc3339()
    body["location"] = body.get("location", "US").upper()
    body["locationType"] = (
        "multi-region"
        if body["location"] in MULTI_REGIONS
        else "dual-region"
        if body["location"] in DUAL_REGIONS
        else "region"
    )
    if body["locationType"] == "region":
        body.pop("rpo", None)
    access = body.setdefault("iamConfiguration", {}).setdefault("uniformBucketLevelAccess", {"enabled": False})
    locked = before.get("iamConfiguration", {}).get("uniformBucketLevelAccess", {}).get("lockedTime")
    access.pop("lockedTime", None)
    if access.get("enabled"):
        access["lockedTime"] = locked or rfc3339(time.time() + 90 * 86400)
    body["iamConfiguration"]["bucketPolicyOnly"] = dict(access)
    if not body.get("lifecycle", {}).get("rule", True):
        del body["lifecycle"]
    _autoclass(body, before.get("autoclass", {}), now)
    deleted = body.setdefault("softDeletePolicy", {})
    deleted.setdefault("retentionDurationSeconds", "604800")
    deleted.setdefault("effectiveTime", now)


def _autoclass(body: dict, before: dict, now: str) -> None:
    if not body.get("autoclass"):
        return
    given = body["autoclass"]
    given.setdefault("terminalStorageClass", "NEARLINE")
    given["toggleTime"] = before.get("toggleTime", now) if before.get("enabled") == given.get("enabled") else now
    same = before.get("terminalStorageClass") == given["terminalStorageClass"]
    given["terminalStorageClassUpdateTime"] = before.get("terminalStorageClassUpdateTime", now) if same else now
    if given.get("enabled"):
        body["storageClass"] = "STANDARD"


def keep_unless_same(call: Call, verb: str, body: dict, old: dict | None) -> dict:
    """Only a real change makes a new metageneration."""
    if old is not None and {**body, **dict.fromkeys(STAMPS)} == {**old, **dict.fromkeys(STAMPS)}:
        return old
    call.store.put(call.key, body)
    return body


def check_metageneration(call: Call, old: dict, sent: dict) -> None:
    now = old["metageneration"]
    if (
        call.param("ifMetagenerationMatch", now) != now
        or "conflict" in call.faults
        or call.param("ifMetagenerationNotMatch") == now
    ):
        raise errors.ApiError(412, PRECONDITION, reason="conditionNotMet")


def refuse_when_full(call: Call, body: dict) -> None:
    if call.store.children(f"{call.key}/o"):
        raise errors.ApiError(409, "The bucket you tried to delete is not empty.", reason="conflict")


def list_buckets(call: Call) -> dict:
    project = call.cloud.project_id(call.param("project"))
    found = [
        body
        for _key, body in call.store.children("storage/b")
        if body["_project"] == project and body["name"].startswith(call.param("prefix"))
    ]
    return lists.page(call, sorted(found, key=lambda body: body["name"]), "items")


def policy(call: Call) -> dict:
    """The stored policy, or what a new bucket grants to the project's own people."""
    bucket = engine.existing(call)
    stored = call.store.get("policies/" + call.key)
    if stored:
        return stored
    project = bucket["_project"]
    owners, viewers = [f"projectEditor:{project}", f"projectOwner:{project}"], [f"projectViewer:{project}"]
    kinds = (
        ("Bucket", "Object") if bucket["iamConfiguration"]["uniformBucketLevelAccess"].get("enabled") else ("Bucket",)
    )
    return {
        "bindings": [
            {"role": f"roles/storage.legacy{kind}{role}", "members": members}
            for kind in kinds
            for role, members in (("Owner", owners), ("Reader", viewers))
        ]
    }


def shown(call: Call, stored: dict, version: int) -> dict:
    return {
        "kind": "storage#policy",
        "resourceId": f"projects/_/buckets/{call.params['bucket']}",
        **iam.shown(stored, version),
    }


def get_policy(call: Call) -> dict:
    return shown(call, policy(call), int(call.param("optionsRequestedPolicyVersion") or 1))


def set_policy(call: Call) -> dict:
    bucket, old = engine.existing(call), policy(call)
    members = {member for each in call.body.get("bindings", []) for member in each.get("members", [])}
    if bucket["iamConfiguration"].get("publicAccessPrevention") == "enforced" and members & PUBLIC:
        raise errors.ApiError(
            412,
            "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access "
            "prevention is enforced.",
            reason="conditionNotMet",
        )
    return shown(call, iam.write(call, old, call.body), 3)


def insert_object(call: Call) -> dict:
    bucket = call.target.split("/")[1]
    if call.store.get(f"storage/b/{bucket}") is None:
        raise engine.missing(call)
    name = call.param("name") or call.body.get("name", "")
    if not name:
        raise errors.ApiError(400, "Required parameter: name", reason="required")
    data, now, count = call.media or b"", rfc3339(), engine.STAMPS["number"](call, None)
    body = copy.deepcopy(call.body) | {
        "kind": "storage#object",
        "id": f"{bucket}/{name}/{count}",
        "selfLink": f"{LINK}b/{bucket}/o/{name}",
        "name": name,
        "bucket": bucket,
        "generation": count,
        "metageneration": "1",
        "size": str(len(data)),
        "timeCreated": now,
        "updated": now,
        "storageClass": "STANDARD",
        "etag": engine.STAMPS["token"](call, None),
        "md5Hash": base64.b64encode(hashlib.md5(data).digest()).decode(),
        "crc32c": base64.b64encode(google_crc32c.value(data).to_bytes(4, "big")).decode(),
        "_data": base64.b64encode(data).decode(),
    }
    body.setdefault("contentType", "application/octet-stream")
    call.store.put(object_key(bucket, name), body)
    return body


def object_key(bucket: str, name: str) -> str:
    return f"storage/b/{bucket}/o/{name.replace('/', '%2F')}"


def found_object(call: Call) -> dict:
    bucket, name = call.params["bucket"], call.params["object"]
    body = call.store.get(object_key(bucket, name))
    if body is None:
        raise errors.ApiError(404, f"No such object: {bucket}/{name}")
    return body


def get_object(call: Call):
    body = found_object(call)
    return base64.b64decode(body["_data"]) if call.param("alt") == "media" else body


def delete_object(call: Call) -> None:
    body = found_object(call)
    call.store.delete(object_key(body["bucket"], body["name"]))


def list_objects(call: Call) -> dict:
    bucket = call.target.split("/")[1]
    if call.store.get(f"storage/b/{bucket}") is None:
        raise errors.ApiError(404, BUCKETS.not_found)
    found = [
        body
        for _key, body in call.store.children(f"storage/b/{bucket}/o")
        if body["name"].startswith(call.param("prefix"))
    ]
    return lists.page(call, sorted(found, key=lambda body: body["name"]), "items")


BUCKETS = Collection(
    id="body:name",
    name="{id}",
    kind="storage#bucket",
    list_kind="storage#buckets",
    items="items",
    self_link=LINK + "{key}",
    id_pattern=NAME,
    on_create=identify,
    on_write=complete,
    on_delete=refuse_when_full,
    after=keep_unless_same,
    check_etag=check_metageneration,
    operation={"create": "", "update": ""},
    stamps=STAMPS,
    not_found="The specified bucket does not exist.",
    immutable=("location",),
    exists="Your previous request to create the named bucket succeeded and you already own it.",
    exists_reason="conflict",
    output_only=(
        "id",
        "projectNumber",
        "metageneration",
        "generation",
        "timeCreated",
        "updated",
        "etag",
        "locationType",
        "iamConfiguration.bucketPolicyOnly",
        "iamConfiguration.uniformBucketLevelAccess.lockedTime",
        "satisfiesPZI",
        "satisfiesPZS",
        "owner",
        "softDeletePolicy.effectiveTime",
    ),
    kept=("location", "storageClass", "rpo"),
    defaults=(
        Rule({"storageClass": "STANDARD", "iamConfiguration": {"publicAccessPrevention": "inherited"}}),
        Rule({"rpo": "DEFAULT"}, {"locationType": "multi-region"}),
        Rule({"rpo": "DEFAULT"}, {"locationType": "dual-region"}),
    ),
)
OBJECTS = Collection(list_kind="storage#objects", items="items", not_found="The specified bucket does not exist.")
APIS = (
    Api(
        name="storage",
        documents=("storage.v1",),
        envelope="legacy",
        explicit=True,
        nulls=True,
        ignores=("fields",),
        no_content=True,
        page_size=1000,
        collections={"buckets": BUCKETS, "objects": OBJECTS},
        methods={
            "buckets.list": list_buckets,
            "buckets.getIamPolicy": get_policy,
            "buckets.setIamPolicy": set_policy,
            "objects.insert": insert_object,
            "objects.get": get_object,
            "objects.delete": delete_object,
            "objects.list": list_objects,
        },
    ),
)
