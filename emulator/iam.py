# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""IAM policies: one per resource, with etags, conditions, and members that must exist."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
import time

from emulator import errors
from emulator.cloud import Call

CONFLICT = (
    "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. "
    "The request's ETag '{sent}' did not match the current policy's ETag '{now}'."
)
ACCOUNT = re.compile(r"(?P<email>[^@]+@(?P<project>[^.@]+)\.iam\.gserviceaccount\.com)")
MEMBER = re.compile(
    r"(allUsers|allAuthenticatedUsers|(deleted:)?(user|serviceAccount|group|domain|principal|principalSet|projectOwner|"
    r"projectEditor|projectViewer):.+)"
)


def get_policy(call: Call) -> dict:
    require_resource(call)
    options = call.body.get("options", {})
    version = (
        options.get("requestedPolicyVersion")
        or call.param("options.requestedPolicyVersion")
        or call.param("optionsRequestedPolicyVersion")
        or 1
    )
    return shown(read(call), int(version))


def set_policy(call: Call) -> dict:
    """Replace the policy. Only `bindings` and `etag` matter unless the mask names more."""
    require_resource(call)
    old, sent = read(call), call.body.get("policy") or {}
    mask = call.body.get("updateMask", "")
    return shown(write(call, old, sent, keep_audit="auditConfigs" not in mask), 3)


def write(call: Call, old: dict, sent: dict, keep_audit: bool = False) -> dict:
    """Check and store a policy; answers what is stored."""
    now = encode(old.get("etag", 0))
    if "conflict" in call.faults:
        call.store.put("policies/" + call.key, old | {"etag": call.cloud.tick()})
    if (sent.get("etag") and normal(sent["etag"]) != now) or "conflict" in call.faults:
        raise errors.ApiError(409, CONFLICT.format(sent=sent.get("etag", ""), now=now), "ABORTED", "conflict")
    known = {member for each in old.get("bindings", []) for member in each["members"]}
    bindings = [_binding(call, each, known) for each in sent.get("bindings", [])]
    if any("condition" in each for each in bindings) and int(sent.get("version", 1)) < 3:
        raise errors.invalid("The policy contains conditional role bindings: its version must be 3.")
    policy = {"etag": call.cloud.tick(), "bindings": _joined(bindings)}
    audit = old.get("auditConfigs") if keep_audit else sent.get("auditConfigs")
    if audit:
        policy["auditConfigs"] = audit
    call.store.put("policies/" + call.key, policy)
    return policy


def test_permissions(call: Call) -> dict:
    """The caller may do everything here."""
    permissions = call.body.get("permissions") or call.params.get("permissions") or []
    return {"permissions": permissions if isinstance(permissions, list) else [permissions]}


def require_resource(call: Call) -> None:
    from emulator import engine

    if f"{call.api.name}/{call.target}" not in call.store.entries:
        raise engine.missing(call)


def read(call: Call) -> dict:
    """The stored policy, or the one that the resource was born with."""
    stored = call.store.get("policies/" + call.key)
    if stored is not None:
        return stored
    names = {"project": call.project}
    return {
        "bindings": [
            {"role": role, "members": [member.format(**names) for member in members]}
            for role, members in (call.collection.iam or {}).items()
        ]
    }


def shown(policy: dict, version: int) -> dict:
    """The policy as a client sees it; clients of version 1 get conditional roles under another name."""
    bindings = copy.deepcopy(policy.get("bindings", []))
    conditional = any("condition" in each for each in bindings)
    if version < 3:
        for each in bindings:
            condition = each.pop("condition", None)
            if condition:
                each["role"] += "_withcond_" + hashlib.sha1(str(condition).encode()).hexdigest()[:20]
    answer = {
        "version": 3 if conditional and version >= 3 else 1,
        "etag": encode(policy.get("etag", 0)),
        "bindings": bindings,
    }
    if policy.get("auditConfigs"):
        answer["auditConfigs"] = policy["auditConfigs"]
    if not bindings:
        del answer["bindings"]
    if not bindings and not policy.get("etag"):
        del answer["version"]
    return answer


def encode(etag: int) -> str:
    """IAM's etags look like BwWWja0YfJA=; a policy that was never set has ACAB."""
    return base64.b64encode(b"\x07" + etag.to_bytes(7, "big")).decode() if etag else "ACAB"


def normal(etag: str) -> str:
    return etag.replace("-", "+").replace("_", "/")


def _binding(call: Call, binding: dict, known: set[str]) -> dict:
    role = binding.get("role", "")
    if not re.fullmatch(r"((projects|organizations)/[^/]+/)?roles/[\w.]+", role):
        raise errors.invalid(
            f"Role {role} is not supported for this resource."
            if role
            else "Role name must be in the form roles/{role}, organizations/{organization_id}/roles/{role}, or "
            "projects/{project_id}/roles/{role}."
        )
    members = sorted({_lower(member) for member in binding.get("members", [])})
    for member in members:
        if member not in known:
            _check_member(call, member)
    return {
        "role": role,
        "members": members,
        **({"condition": binding["condition"]} if binding.get("condition") else {}),
    }


def _lower(member: str) -> str:
    kind, _, rest = member.partition(":")
    return (
        f"{kind}:{rest.lower()}"
        if kind in ("user", "group", "domain", "serviceAccount") and "[" not in rest
        else member
    )


def _check_member(call: Call, member: str) -> None:
    if not MEMBER.fullmatch(member):
        raise errors.invalid(
            f"Invalid argument: 'An invalid argument was specified. Please check the fields and try again.' "
            f"The member '{member}' has no known type."
        )
    account = ACCOUNT.fullmatch(member.removeprefix("serviceAccount:"))
    if not member.startswith("serviceAccount:") or account is None:
        return
    project = account["project"]
    if call.store.get(f"cloudresourcemanager/projects/{project}") is None:
        return
    body = call.store.get(f"iam/projects/{project}/serviceAccounts/{account['email']}")
    if body is None or time.time() < body.get("_usable", 0):
        raise errors.invalid(f"Service account {account['email']} does not exist.")


def _joined(bindings: list[dict]) -> list[dict]:
    """One binding per role and condition, sorted, without empty ones: as Google keeps them."""
    joined: dict[tuple, dict] = {}
    for each in bindings:
        slot = joined.setdefault((each["role"], str(each.get("condition"))), {**each, "members": []})
        slot["members"] = sorted({*slot["members"], *each["members"]})
    return [each for _key, each in sorted(joined.items()) if each["members"]]
