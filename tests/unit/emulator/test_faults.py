# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Injected faults: what each does, when it fires, and that a bad specification is refused in one sentence."""

from __future__ import annotations

import time

import pytest

from emulator import faults

SECRETS = "/v1/projects/p/secrets"
SECRET = {"replication": {"automatic": {}}}
SQL = "/sql/v1beta4/projects/p/instances"
INSTANCE = {"name": "i", "databaseVersion": "POSTGRES_16", "settings": {"tier": "t"}}


def inject(server, spec: str) -> None:
    server.ok("POST", "/_emulator/faults", {"spec": spec})


@pytest.mark.parametrize(
    ("spec", "code", "status", "header"),
    [
        ("503 method=secretmanager.projects.secrets.list", 503, "UNAVAILABLE", None),
        ("429 method=secretmanager.* retry_after=2", 429, "RESOURCE_EXHAUSTED", ("Retry-After", "2")),
        ("500 path=/v1/projects/p/*", 500, "INTERNAL", None),
        ("expired", 401, "UNAUTHENTICATED", None),
    ],
)
def test_answers(server, spec, code, status, header):
    inject(server, spec)
    error = server.error("GET", SECRETS)
    assert (error["code"], error["status"]) == (code, status)
    if header:
        assert server.headers[header[0]] == header[1]
    assert server.call("GET", SECRETS)[0] == 200, "a rule fires once unless it says more"


def test_selection(server):
    inject(server, "503 method=secretmanager.* times=2 after=1; 500 method=iam.*")
    assert [server.call("GET", SECRETS)[0] for _ in range(4)] == [200, 503, 503, 200]
    inject(server, "503 times=0 path=*/secrets")
    assert {server.call("GET", SECRETS)[0] for _ in range(4)} == {503}
    inject(server, "")


def test_reset_and_the_ambiguous_case(server):
    inject(server, "reset method=*.create")
    with pytest.raises(OSError, match=r"reset|closed"):
        server.call("POST", SECRETS, SECRET, secretId="lost")
    assert server.call("GET", f"{SECRETS}/lost")[0] == 404
    inject(server, "reset_after method=*.create")
    with pytest.raises(OSError, match=r"reset|closed"):
        server.call("POST", SECRETS, SECRET, secretId="made")
    assert server.call("GET", f"{SECRETS}/made")[0] == 200


def test_silent(server):
    inject(server, "silent")
    with pytest.raises(TimeoutError):
        server.call("GET", SECRETS, timeout=0.2)
    assert server.call("GET", SECRETS)[0] == 200


def test_slow(server):
    inject(server, "slow=120")
    started = time.monotonic()
    server.ok("GET", SECRETS)
    assert time.monotonic() - started >= 0.12


def test_operation_that_fails(server):
    inject(server, "operation_error method=sql.instances.insert message='no capacity'")
    operation = server.wait("POST", SQL, INSTANCE)
    assert operation["error"]["errors"][0]["message"] == "no capacity"
    assert server.ok("GET", f"{SQL}/i")["state"] == "FAILED"


def test_operation_that_never_ends(server):
    inject(server, "operation_never method=sql.instances.insert")
    server.ok("POST", SQL, INSTANCE | {"name": "never"})
    assert server.ok("GET", f"{SQL}/never")["state"] == "PENDING_CREATE"
    error = server.error("PATCH", f"{SQL}/never", {"settings": {"tier": "u"}})
    assert (error["code"], error["errors"][0]["reason"]) == (409, "operationInProgress")


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "/v3/projects/p:setIamPolicy", {"policy": {"bindings": []}}, 409),
        ("PATCH", f"{SQL}/i", {"settings": {"tier": "u"}}, 412),
    ],
)
def test_conflict(server, method, path, body, code):
    if code == 412:
        server.wait("POST", SQL, INSTANCE) if server.call("GET", f"{SQL}/i")[0] == 404 else None
    inject(server, "conflict")
    assert server.error(method, path, body)["code"] == code
    assert server.call(method, path, body)[0] == 200


@pytest.mark.parametrize(
    ("spec", "part"),
    [
        ("explode", "'explode' is no fault"),
        ("503 when=now", "'when=now' is not understood"),
        ("503 times=many", "times must be a whole number"),
        ("503 times=", "'times=' is not understood"),
    ],
)
def test_bad_specification(spec, part):
    with pytest.raises(ValueError, match=part):
        faults.parse(spec)
