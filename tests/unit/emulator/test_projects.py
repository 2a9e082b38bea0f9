# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Projects that exist, that do not, and the APIs that they have enabled."""

from __future__ import annotations

import time

SECRETS = "/v1/projects/{}/secrets"


def test_missing_project(server):
    error = server.error("GET", SECRETS.format("missing-one"))
    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert "CONSUMER_INVALID" in {each.get("reason") for each in error["details"]}
    error = server.error("GET", "/v1/projects/missing-one")
    assert (error["message"], error["errors"][0]["reason"]) == ("The caller does not have permission", "forbidden")
    assert "errors" not in server.error("GET", "/v3/projects/missing-one")


def test_projects_come_into_being_by_use(server):
    assert server.call("GET", "/v1/projects/later-on")[0] == 403
    server.ok("GET", SECRETS.format("later-on"))
    project = server.ok("GET", "/v1/projects/later-on")
    again = server.ok("GET", f"/v3/projects/{project['projectNumber']}")
    assert (again["projectId"], again["state"], again["name"]) == (
        "later-on",
        "ACTIVE",
        f"projects/{project['projectNumber']}",
    )


def test_numbers_stand_for_ids(server):
    server.ok("POST", SECRETS.format("acme-prod-1"), {"replication": {"automatic": {}}}, secretId="numbered")
    got = server.ok("GET", SECRETS.format("418293750164") + "/numbered")
    assert got["name"] == "projects/418293750164/secrets/numbered"


def test_disabled_api(emulator):
    server = emulator("--enabling-ms", "600")
    error = server.error("GET", "/sql/v1beta4/projects/new-fresh/instances")
    assert error["message"].startswith("Cloud SQL Admin API has not been used in project ")
    assert error["status"] == "PERMISSION_DENIED"
    assert error["errors"][0]["reason"] == "accessNotConfigured"
    info = error["details"][0]
    assert (info["reason"], info["metadata"]["service"]) == ("SERVICE_DISABLED", "sqladmin.googleapis.com")
    name = "/v1/projects/new-fresh/services/sqladmin.googleapis.com"
    operation = server.ok("POST", f"{name}:enable", {})
    while not operation.get("done"):
        operation = server.ok("GET", f"/v1/{operation['name']}")
    assert operation["response"]["service"]["state"] == "ENABLED"
    assert server.call("GET", "/sql/v1beta4/projects/new-fresh/instances")[0] == 403, "it takes a while"
    time.sleep(0.6)
    assert server.call("GET", "/sql/v1beta4/projects/new-fresh/instances")[0] == 200
    assert server.ok("POST", f"{name}:enable", {})["done"], "nothing to do is done at once"


def test_unknown_service(server):
    assert (
        "permission denied for service(s): nope.googleapis.com"
        in (server.error("POST", "/v1/projects/p/services/nope.googleapis.com:enable", {})["message"])
    )


def test_seeded_projects(emulator):
    server = emulator("--project", "my-own")
    assert server.ok("GET", "/v1/projects/my-own")["lifecycleState"] == "ACTIVE"
