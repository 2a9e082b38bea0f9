# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""IAM: service accounts, their keys and policies."""

from __future__ import annotations

import base64
import copy
import json
import re
import time

from emulator import engine, errors
from emulator.cloud import Call, Cloud, project_of, rfc3339
from emulator.model import Api, Collection

ACCOUNT_ID = r"[a-z]([-a-z0-9]{4,28}[a-z0-9])"


def proper_name(cloud: Cloud, target: str) -> str:
    """`projects/-/serviceAccounts/…` and unique ids stand for the account's own name."""
    parts = target.split("/")
    if len(parts) < 4 or parts[2] != "serviceAccounts":
        return target
    if parts[3].isdigit():
        known = cloud.store.get(f"iam/uniqueIds/{parts[3]}")
        parts[3] = known["email"] if known else parts[3]
    if parts[1] == "-" and parts[3].endswith(".iam.gserviceaccount.com"):
        parts[1] = parts[3].partition("@")[2].partition(".")[0]
    return "/".join(parts)


def new_email(call: Call, body: dict) -> str:
    account = call.body.get("accountId", "")
    if not re.fullmatch(ACCOUNT_ID, account):
        raise errors.invalid(
            f'The account ID "{account}" does not have a length between 6 and 30.'
            if not 6 <= len(account) <= 30
            else f"Invalid service account ID: {account}."
        )
    return f"{account}@{call.project}.iam.gserviceaccount.com"


def identify(call: Call, body: dict) -> None:
    number = engine.numeric_id(call, body)
    email = call.target.rsplit("/", 1)[-1]
    usable = time.time() + call.cloud.settings.propagation_ms / 1000
    body |= {"projectId": call.project, "uniqueId": number, "oauth2ClientId": number, "email": email, "_usable": usable}
    call.store.put(f"iam/uniqueIds/{number}", {"email": email})


def bury(call: Call, body: dict) -> None:
    """A deleted account can be undeleted, and its bindings stay under another name."""
    call.store.put(f"iam/deleted/{body['uniqueId']}", copy.deepcopy(body))
    _rename_member(
        call, f"serviceAccount:{body['email']}", f"deleted:serviceAccount:{body['email']}?uid={body['uniqueId']}"
    )


def undelete(call: Call) -> dict:
    number = call.target.rsplit("/", 1)[-1]
    number = next(
        (each["uniqueId"] for _key, each in call.store.children("iam/deleted") if each["email"] == number), number
    )
    body = call.store.get(f"iam/deleted/{number}")
    if body is None:
        raise errors.ApiError(404, f"Service account {call.target} does not exist.")
    call.store.delete(f"iam/deleted/{number}")
    call.store.put(f"iam/{body['name']}", body)
    _rename_member(call, f"deleted:serviceAccount:{body['email']}?uid={number}", f"serviceAccount:{body['email']}")
    return {"restoredAccount": body}


def _rename_member(call: Call, old: str, new: str) -> None:
    for key, policy in list(call.store.entries.items()):
        if key.startswith("policies/") and any(old in each["members"] for each in policy.get("bindings", ())):
            policy = copy.deepcopy(policy)
            for each in policy["bindings"]:
                each["members"] = sorted(new if member == old else member for member in each["members"])
            call.store.put(key, policy | {"etag": call.cloud.tick()})


def disable(call: Call) -> dict:
    return _switch(call, True)


def enable(call: Call) -> dict:
    return _switch(call, False)


def _switch(call: Call, disabled: bool) -> dict:
    body = {name: value for name, value in engine.existing(call).items() if name != "disabled"}
    call.store.put(call.key, engine.restamp(call, body | ({"disabled": True} if disabled else {})))
    return {}


def create_key(call: Call) -> dict:
    account = engine.existing(call, call.target.rpartition("/")[0])
    identity = (call.cloud.unique() + call.cloud.unique()).replace("-", "")[:40]
    target = f"{call.target}/{identity}"
    private = {
        "type": "service_account",
        "project_id": project_of(target),
        "private_key_id": identity,
        "private_key": "-----BEGIN PRIVATE KEY-----\nemulator\n-----END PRIVATE KEY-----\n",
        "client_email": account["email"],
        "client_id": account["uniqueId"],
    }
    body = {
        "name": target,
        "keyOrigin": "GOOGLE_PROVIDED",
        "keyType": "USER_MANAGED",
        "validAfterTime": rfc3339(),
        "validBeforeTime": "9999-12-31T23:59:59Z",
        "keyAlgorithm": call.body.get("keyAlgorithm", "KEY_ALG_RSA_2048"),
    }
    call.store.put(f"iam/{target}", body)
    kind = call.body.get("privateKeyType", "TYPE_GOOGLE_CREDENTIALS_FILE")
    return body | {"privateKeyType": kind, "privateKeyData": base64.b64encode(json.dumps(private).encode()).decode()}


def list_keys(call: Call) -> dict:
    engine.existing(call, call.target.rpartition("/")[0])
    return {"keys": [body for _key, body in call.store.children(call.key)]}


ACCOUNTS = Collection(
    id=new_email,
    wraps="serviceAccount",
    items="accounts",
    stamps={"etag": "token"},
    output_only=("projectId", "uniqueId", "email", "oauth2ClientId", "disabled"),
    not_found="Unknown service account",
    exists="Service account {account} already exists within project projects/{project}.",
    on_create=identify,
    on_delete=bury,
    iam={},
)
KEYS = Collection(id=engine.numeric_id, not_found="Service account key {id} does not exist.")

RPCS = {
    "ListServiceAccounts": "list",
    "GetServiceAccount": "get",
    "CreateServiceAccount": "create",
    "UpdateServiceAccount": "update",
    "PatchServiceAccount": "patch",
    "DeleteServiceAccount": "delete",
    "UndeleteServiceAccount": "undelete",
    "EnableServiceAccount": "enable",
    "DisableServiceAccount": "disable",
    "GetIamPolicy": "getIamPolicy",
    "SetIamPolicy": "setIamPolicy",
    "TestIamPermissions": "testIamPermissions",
    "ListServiceAccountKeys": "keys.list",
    "GetServiceAccountKey": "keys.get",
    "CreateServiceAccountKey": "keys.create",
    "DeleteServiceAccountKey": "keys.delete",
}

APIS = (
    Api(
        name="iam",
        documents=("iam.v1",),
        envelope="legacy+status",
        alias=proper_name,
        collections={"projects.serviceAccounts": ACCOUNTS, "projects.serviceAccounts.keys": KEYS},
        grpc={
            "google.iam.admin.v1.IAM": (
                "google.cloud.iam_admin_v1",
                {name: f"iam.projects.serviceAccounts.{method}" for name, method in RPCS.items()},
            )
        },
        methods={
            "projects.serviceAccounts.enable": enable,
            "projects.serviceAccounts.disable": disable,
            "projects.serviceAccounts.undelete": undelete,
            "projects.serviceAccounts.keys.create": create_key,
            "projects.serviceAccounts.keys.list": list_keys,
        },
    ),
)
