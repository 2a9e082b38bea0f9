# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Requests that do not fit their message get Google's own sentences."""

from __future__ import annotations

import pytest

from emulator import protos

POSTGRES_16 = protos.enum("sqladmin.v1beta4", "DatabaseInstance", "databaseVersion")["POSTGRES_16"]
SECRET = {"replication": {"automatic": {}}}
CASES = {
    "unknown field": (
        SECRET | {"foo": 1},
        "Invalid JSON payload received. Unknown name \"foo\" at 'secret': Cannot find field.",
    ),
    "unknown field below": (
        SECRET | {"rotation": {"period": "1s"}},
        "Invalid JSON payload received. Unknown name \"period\" at 'secret.rotation': Cannot find field.",
    ),
    "wrong type": (
        SECRET | {"topics": [{"name": 5}]},
        "Invalid value at 'secret.topics[0].name' (TYPE_STRING), 5",
    ),
    "no duration": (
        SECRET | {"ttl": "5m"},
        "Invalid value at 'secret.ttl' (type.googleapis.com/google.protobuf.Duration), \"5m\"",
    ),
    "no time": (
        SECRET | {"expireTime": "tomorrow"},
        "Invalid value at 'secret.expire_time' (type.googleapis.com/google.protobuf.Timestamp), \"tomorrow\"",
    ),
    "no choice": (
        SECRET | {"secretType": "FOO"},
        "Invalid value at 'secret.secret_type' (type.googleapis.com/google.cloud.secretmanager.v1.Secret.SecretType), "
        '"FOO"',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_sentences(server, case):
    body, message = CASES[case]
    error = server.error("POST", "/v1/projects/p/secrets", body, secretId="s")
    assert (error["code"], error["status"], error["message"]) == (400, "INVALID_ARGUMENT", message)
    violations = error["details"][0]
    assert violations["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    assert [each["description"] for each in violations["fieldViolations"]] == [message]


def test_all_violations_are_named(server):
    error = server.error("POST", "/v1/projects/p/secrets", {"a": 1, "b": 2}, secretId="s")
    assert [each["field"] for each in error["details"][0]["fieldViolations"]] == ["secret", "secret"]


def test_older_apis_say_body(server):
    path = "/sql/v1beta4/projects/p/instances"
    error = server.error("POST", path, {"name": "i", "settings": {"dataDiskSizeGb": "ten"}})
    assert error["message"] == "Invalid value at 'body.settings.data_disk_size_gb' (TYPE_INT64), \"ten\""
    assert error["errors"][0]["reason"] == "badRequest"


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"secretId": "s", "nope": "1"}, "Cannot bind query parameter. Field 'nope'"),
        ({}, "secretId"),
    ],
)
def test_query(server, query, part):
    assert part in server.error("POST", "/v1/projects/p/secrets", SECRET, **query)["message"]


def test_not_json(server):
    assert server.error("POST", "/v1/projects/p/secrets", "{", secretId="s")["message"].startswith(
        "Invalid JSON payload"
    )


def test_other_spellings_are_understood(server):
    """Names of protos, numbers as text, enums by number, read-only fields that are sent back."""
    body = {
        "name": "spelt",
        "database_version": POSTGRES_16,
        "settings": {"data_disk_size_gb": 20, "tier": "db-f1-micro"},
    }
    server.wait("POST", "/sql/v1beta4/projects/p/instances", body | {"state": "FAILED", "region": "us-east1"})
    got = server.ok("GET", "/sql/v1beta4/projects/p/instances/spelt")
    assert (got["settings"]["dataDiskSizeGb"], got["state"]) == ("20", "RUNNABLE")
    assert got["databaseVersion"] == "POSTGRES_16"


def test_unknown_paths_and_methods(server):
    assert server.error("GET", "/v1/nothing/here")["code"] == 404
    assert server.error("POST", "/v1/projects/p/secrets/s:rotateSecret", {})["code"] == 501


def test_numbers_in_the_query(server):
    error = server.error("GET", "/v1/projects/p/secrets", pageSize="ten")
    assert error["message"] == "Invalid value at 'page_size' (TYPE_INT32), \"ten\""
