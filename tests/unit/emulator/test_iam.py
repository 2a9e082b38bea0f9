# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Policies and accounts: etags, conditions, members that must exist, and what a deletion does to bindings."""

from __future__ import annotations

import time

import pytest

PROJECT = "/v1/projects/p"
GET, SET = f"{PROJECT}:getIamPolicy", f"{PROJECT}:setIamPolicy"
VIEWER = {"role": "roles/viewer", "members": ["user:b@example.com", "user:A@example.com"]}
CONDITION = {"title": "t", "expression": "true"}


def put(server, *bindings, **fields):
    return server.ok("POST", SET, {"policy": {"bindings": list(bindings), **fields}})


def test_etag(server):
    old = put(server, VIEWER)
    new = put(server, VIEWER, etag=old["etag"])
    assert new["etag"] != old["etag"]
    error = server.error("POST", SET, {"policy": {"bindings": [], "etag": old["etag"]}})
    assert (error["code"], error["status"]) == (409, "ABORTED")
    assert error["message"].startswith("There were concurrent policy changes. Please retry the whole read-modify-write")


def test_normal_form(server):
    """Sorted, one binding a role, addresses in lower case, version 1 without a condition."""
    got = put(server, VIEWER, {"role": "roles/viewer", "members": ["user:c@example.com"]}, version=3)
    assert got["version"] == 1
    members = ["user:a@example.com", "user:b@example.com", "user:c@example.com"]
    assert got["bindings"] == [{"role": "roles/viewer", "members": members}]
    assert put(server) == {"version": 1, "etag": server.ok("POST", GET, {})["etag"]}


def test_conditions(server):
    conditional = VIEWER | {"condition": CONDITION}
    assert server.error("POST", SET, {"policy": {"bindings": [conditional]}})["code"] == 400
    put(server, conditional, version=3)
    full = server.ok("POST", GET, {"options": {"requestedPolicyVersion": 3}})
    assert (full["version"], full["bindings"][0]["condition"]) == (3, CONDITION)
    old = server.ok("POST", GET, {})
    assert old["version"] == 1
    assert old["bindings"][0]["role"].startswith("roles/viewer_withcond_")


@pytest.mark.parametrize(
    ("binding", "part"),
    [
        ({"role": "viewer", "members": []}, "not supported"),
        ({"role": "roles/viewer", "members": ["bob"]}, "bob"),
        ({"role": "roles/viewer", "members": ["serviceAccount:no@p.iam.gserviceaccount.com"]}, "does not exist"),
    ],
)
def test_bad_bindings(server, binding, part):
    assert part in server.error("POST", SET, {"policy": {"bindings": [binding]}})["message"]


def test_a_new_account_is_not_usable_at_once(emulator):
    server = emulator("--propagation-ms", "150")
    account = server.ok("POST", f"{PROJECT}/serviceAccounts", {"accountId": "brand-new"})
    binding = {"role": "roles/viewer", "members": [f"serviceAccount:{account['email']}"]}
    error = server.error("POST", SET, {"policy": {"bindings": [binding]}})
    assert error["message"] == f"Service account {account['email']} does not exist."
    time.sleep(0.16)
    put(server, binding)
    server.ok("DELETE", f"/v1/{account['name']}")
    member = server.ok("POST", GET, {})["bindings"][0]["members"][0]
    assert member == f"deleted:serviceAccount:{account['email']}?uid={account['uniqueId']}"
    server.ok("POST", f"{PROJECT}/serviceAccounts/{account['uniqueId']}:undelete", {})
    assert server.ok("POST", GET, {})["bindings"][0] == binding


def test_accounts_have_several_names(server):
    account = server.ok("POST", f"{PROJECT}/serviceAccounts", {"accountId": "many-names"})
    for name in (f"projects/-/serviceAccounts/{account['email']}", f"projects/-/serviceAccounts/{account['uniqueId']}"):
        assert server.ok("GET", f"/v1/{name}")["email"] == account["email"]
    error = server.error("POST", f"{PROJECT}/serviceAccounts", {"accountId": "many-names"})
    assert (error["code"], error["status"], error["errors"][0]["reason"]) == (409, "ALREADY_EXISTS", "alreadyExists")
    assert (
        "length between 6 and 30" in server.error("POST", f"{PROJECT}/serviceAccounts", {"accountId": "x"})["message"]
    )


def test_bucket_policy(server):
    server.ok("POST", "/storage/v1/b", {"name": "policied"}, project="p")
    policy = server.ok("GET", "/storage/v1/b/policied/iam")
    assert policy["kind"] == "storage#policy"
    policy["bindings"].append({"role": "roles/storage.objectViewer", "members": ["allUsers"]})
    server.ok("PUT", "/storage/v1/b/policied/iam", policy)
    assert server.error("PUT", "/storage/v1/b/policied/iam", policy)["code"] == 409
    server.ok("PATCH", "/storage/v1/b/policied", {"iamConfiguration": {"publicAccessPrevention": "enforced"}})
    policy["etag"] = server.ok("GET", "/storage/v1/b/policied/iam")["etag"]
    assert server.error("PUT", "/storage/v1/b/policied/iam", policy)["code"] == 412
    assert server.error("GET", "/storage/v1/b/none-such/iam")["code"] == 404
