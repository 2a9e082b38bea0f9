# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud Resource Manager: projects and their policies, in the words of v1 and of v3; their billing."""

from __future__ import annotations

import copy
import re

from emulator import engine, errors, iam, lists, operations, paths
from emulator.cloud import Call, rfc3339
from emulator.model import Api, Collection

PROJECT_ID = r"[a-z][a-z0-9-]{4,28}[a-z0-9]"
TYPE = "type.googleapis.com/google.cloudresourcemanager."


def project(call: Call) -> dict:
    body = call.store.get(call.key)
    if body is None:
        raise errors.forbidden()
    return body


def as_v3(body: dict) -> dict:
    parent = body.get("parent", {})
    shown = {
        "name": f"projects/{body['projectNumber']}",
        "projectId": body["projectId"],
        "displayName": body["name"],
        "parent": f"{parent['type']}s/{parent['id']}" if parent else "",
        "state": body["lifecycleState"],
        "createTime": body["createTime"],
        "updateTime": body.get("_updated", body["createTime"]),
        "etag": f'W/"{body["_etag"]:x}"',
        "labels": body.get("labels", {}),
    }
    return {name: value for name, value in shown.items() if value}


def from_v3(body: dict) -> dict:
    kind, _, number = body.get("parent", "").partition("/")
    fields = {
        "name": body.get("displayName"),
        "labels": body.get("labels"),
        "projectId": body.get("projectId"),
        "parent": {"type": kind.rstrip("s"), "id": number} if number else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def create(call: Call, fields: dict, show, version: str) -> dict:
    identity = fields.get("projectId", "")
    if not re.fullmatch(PROJECT_ID, identity):
        raise errors.invalid(
            "field [project_id] has issue [project_id must be 6 to 30 lowercase letters, digits or hyphens]"
        )
    if call.store.get(f"cloudresourcemanager/projects/{identity}"):
        raise errors.ApiError(409, "Requested entity already exists")
    body = call.cloud.add_project(
        identity, {name: value for name, value in fields.items() if name in ("name", "labels", "parent")}
    )
    answer = {"@type": f"{TYPE}{version}.Project", **paths.public(show(body))}
    status = {
        "@type": TYPE + ("v1.ProjectCreationStatus" if version == "v1" else "v3.CreateProjectMetadata"),
        "createTime": body["createTime"],
        "gettable": True,
        "ready": True,
    }
    return operations.start(
        call,
        f"cloudresourcemanager/projects/{identity}",
        "create",
        [],
        response=answer,
        name=f"operations/cp.{engine.numeric_id(call, {})}",
        final_metadata=status,
    )


def create_v1(call: Call) -> dict:
    return create(call, call.body, lambda body: body, "v1")


def create_v3(call: Call) -> dict:
    return create(call, from_v3(call.body), as_v3, "v3")


def change(call: Call, fields: dict) -> dict:
    body = copy.deepcopy(project(call)) | fields | {"_etag": call.cloud.tick(), "_updated": rfc3339()}
    call.store.put(call.key, body)
    return body


def update_v1(call: Call) -> dict:
    project(call)
    return change(
        call,
        {"labels": {}} | {name: value for name, value in call.body.items() if name in ("name", "labels", "parent")},
    )


def patch_v3(call: Call) -> dict:
    old, fields = project(call), from_v3(call.body)
    if call.body.get("etag") and call.body["etag"] != as_v3(old)["etag"]:
        raise errors.ApiError(409, "The etag does not match the project's.", "ABORTED")
    mask = engine.mask_of(call)
    names = {"displayName": "name", "labels": "labels"}
    chosen = {names[path] for path in mask if path in names} if mask and mask != engine.MASK_ALL else set(fields)
    body = change(
        call, {name: fields.get(name, {} if name == "labels" else "") for name in chosen & {"name", "labels"}}
    )
    return operations.start(
        call, call.key, "update", [], response={"@type": TYPE + "v3.Project", **as_v3(body)}, instant=True
    )


def delete_v1(call: Call) -> dict:
    change(call, {"lifecycleState": "DELETE_REQUESTED"})
    return {}


def delete_v3(call: Call) -> dict:
    body = change(call, {"lifecycleState": "DELETE_REQUESTED"})
    return operations.start(
        call, call.key, "delete", [], response={"@type": TYPE + "v3.Project", **as_v3(body)}, instant=True
    )


def undelete_v1(call: Call) -> dict:
    change(call, {"lifecycleState": "ACTIVE"})
    return {}


def undelete_v3(call: Call) -> dict:
    body = change(call, {"lifecycleState": "ACTIVE"})
    return operations.start(
        call, call.key, "undelete", [], response={"@type": TYPE + "v3.Project", **as_v3(body)}, instant=True
    )


def all_projects(call: Call) -> list[dict]:
    return [body for _key, body in call.store.children("cloudresourcemanager/projects")]


def list_v1(call: Call) -> dict:
    return lists.page(call, all_projects(call), "projects")


def list_v3(call: Call) -> dict:
    return lists.page(
        call,
        [as_v3(body) for body in all_projects(call) if body["lifecycleState"] == "ACTIVE" or call.param("showDeleted")],
        "projects",
    )


def ancestry(call: Call) -> dict:
    body = project(call)
    chain = [{"type": "project", "id": body["projectId"]}, *([body["parent"]] if body.get("parent") else [])]
    return {"ancestor": [{"resourceId": each} for each in chain]}


def with_project(handler):
    def handle(call: Call) -> dict:
        project(call)
        return handler(call)

    return handle


PROJECTS = Collection(not_found="The caller does not have permission", style=operations.bare)
POLICIES = {
    "projects.getIamPolicy": with_project(iam.get_policy),
    "projects.setIamPolicy": with_project(iam.set_policy),
    "projects.testIamPermissions": with_project(iam.test_permissions),
}


def billing_info(call: Call) -> dict:
    stored = call.store.get(f"cloudbilling/{call.target}") or {}
    account = stored.get("billingAccountName", "")
    return {
        "name": f"{call.target}/billingInfo",
        "projectId": call.project,
        "billingAccountName": account,
        "billingEnabled": bool(account),
    }


def update_billing_info(call: Call) -> dict:
    call.store.put(f"cloudbilling/{call.target}", {"billingAccountName": call.body.get("billingAccountName", "")})
    return billing_info(call)


COMMON = {
    "collections": {"projects": PROJECTS},
    "missing_project": errors.forbidden,
    "reveals": ("projects.get", "projects.update", "projects.patch", "projects.delete", "projects.undelete"),
}
APIS = (
    Api(
        name="cloudresourcemanager",
        documents=("cloudresourcemanager.v1",),
        envelope="legacy+status",
        **COMMON,
        methods={
            "projects.get": project,
            "projects.create": create_v1,
            "projects.update": update_v1,
            "projects.delete": delete_v1,
            "projects.undelete": undelete_v1,
            "projects.list": list_v1,
            "projects.getAncestry": ancestry,
            **POLICIES,
        },
    ),
    Api(
        name="cloudresourcemanager",
        documents=("cloudresourcemanager.v3",),
        **COMMON,
        methods={
            "projects.get": lambda call: as_v3(project(call)),
            "projects.create": create_v3,
            "projects.patch": patch_v3,
            "projects.delete": delete_v3,
            "projects.undelete": undelete_v3,
            "projects.list": list_v3,
            "projects.search": list_v3,
            **POLICIES,
        },
    ),
    Api(
        name="cloudbilling",
        documents=("cloudbilling.v1",),
        methods={"projects.getBillingInfo": billing_info, "projects.updateBillingInfo": update_billing_info},
    ),
)
