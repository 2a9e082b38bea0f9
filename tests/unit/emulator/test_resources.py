# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all APIs do alike: masks, merges, etags, generations, pages, numbers for enums, who serves a path."""

from __future__ import annotations

import pytest

SECRETS = "/v1/projects/p/secrets"
SQL = "/sql/v1beta4/projects/p/instances"
RUN = "/v2/projects/p/locations/us-east1/services"
SECRET = {"replication": {"automatic": {}}, "labels": {"a": "1"}, "annotations": {"x": "y"}}
SERVICE = {"template": {"containers": [{"image": "a/b"}]}}


@pytest.fixture
def secret(server):
    name = f"{SECRETS}/s{server.emulator.cloud.tick()}"
    server.ok("POST", SECRETS, SECRET, secretId=name.rsplit("/", 1)[1])
    return name


@pytest.mark.parametrize(
    ("mask", "body", "labels", "annotations"),
    [
        ("labels", {"labels": {"b": "2"}, "annotations": {}}, {"b": "2"}, {"x": "y"}),
        ("labels", {}, None, {"x": "y"}),
        ("labels.a", {"labels": {"a": "3"}}, {"a": "3"}, {"x": "y"}),
        ("labels,annotations", {"labels": {"c": "4"}}, {"c": "4"}, None),
        ("*", {"replication": {"automatic": {}}}, None, None),
    ],
)
def test_mask(server, secret, mask, body, labels, annotations):
    server.ok("PATCH", secret, body, updateMask=mask)
    got = server.ok("GET", secret)
    assert (got.get("labels"), got.get("annotations")) == (labels, annotations)


def test_mask_is_checked(server, secret):
    assert "field mask" in server.error("PATCH", secret, {}, updateMask="nope")["message"]
    assert server.error("PATCH", secret, {"labels": {}})["code"] == 400


def test_stale_etag(server, secret):
    old = server.ok("GET", secret)["etag"]
    server.ok("PATCH", secret, {"labels": {"n": "1"}, "etag": old}, updateMask="labels")
    error = server.error("PATCH", secret, {"labels": {"n": "2"}, "etag": old}, updateMask="labels")
    assert error["status"] == "FAILED_PRECONDITION"


def test_immutable(server, secret):
    body = {"replication": {"userManaged": {"replicas": [{"location": "us-east1"}]}}}
    assert "immutable" in server.error("PATCH", secret, body, updateMask="replication")["message"]


def test_merging_patch_and_replacing_put(server):
    flags = [{"name": "a", "value": "1"}]
    body = {"name": "m", "databaseVersion": "POSTGRES_16", "settings": {"tier": "t", "databaseFlags": flags}}
    server.wait("POST", SQL, body)
    server.wait("PATCH", f"{SQL}/m", {"settings": {"userLabels": {"k": "v"}}})
    settings = server.ok("GET", f"{SQL}/m")["settings"]
    assert (settings["databaseFlags"], settings["userLabels"], settings["settingsVersion"]) == (flags, {"k": "v"}, "2")
    server.wait("PUT", f"{SQL}/m", {"settings": {"tier": "t", "settingsVersion": "2"}})
    settings = server.ok("GET", f"{SQL}/m")["settings"]
    assert "databaseFlags" not in settings
    assert "userLabels" not in settings
    error = server.error("PUT", f"{SQL}/m", {"settings": {"tier": "t", "settingsVersion": "2"}})
    assert (error["code"], error["errors"][0]["reason"]) == (412, "conditionNotMet")


def test_metageneration(server):
    bucket = server.ok("POST", "/storage/v1/b", {"name": "a-bucket"}, project="p")
    assert (bucket["metageneration"], bucket["location"]) == ("1", "US")
    server.ok("PATCH", "/storage/v1/b/a-bucket", {})
    server.ok("PATCH", "/storage/v1/b/a-bucket", {"labels": {"a": "b"}}, ifMetagenerationMatch="1")
    error = server.error("PATCH", "/storage/v1/b/a-bucket", {"labels": {"a": None}}, ifMetagenerationMatch="1")
    assert (error["code"], "status" in error) == (412, False)
    assert "a" not in server.ok("PATCH", "/storage/v1/b/a-bucket", {"labels": {"a": None}})["labels"]


def test_generation_and_reconciling(server):
    operation = server.ok("POST", RUN, SERVICE, serviceId="g")
    assert operation["metadata"]["reconciling"]
    assert operation["metadata"]["terminalCondition"] == {"state": "CONDITION_PENDING"}
    got = server.ok("GET", f"{RUN}/g")
    assert (got["generation"], got["observedGeneration"], got.get("reconciling")) == ("1", "1", None)
    error = server.error("PATCH", f"{RUN}/g", SERVICE | {"etag": '"old"'})
    assert (error["code"], error["status"]) == (409, "ABORTED")


def test_pages(server):
    for number in range(5):
        server.ok("POST", "/v1/projects/pages/secrets", SECRET, secretId=f"s{number}")
    names, token = [], ""
    while True:
        page = server.ok("GET", "/v1/projects/pages/secrets", pageSize=2, pageToken=token)
        names += [each["name"].rsplit("/", 1)[1] for each in page["secrets"]]
        token = page.get("nextPageToken")
        if not token:
            break
    assert names == ["s0", "s1", "s2", "s3", "s4"]
    assert server.error("GET", "/v1/projects/pages/secrets", pageToken="!")["message"] == "Invalid page token"
    assert server.ok("GET", "/v1/projects/empty/secrets") == {}


def test_enums_as_numbers(server, secret):
    server.ok("POST", f"{secret}:addVersion", {"payload": {"data": "aGk="}})
    integers = {"$alt": "json;enum-encoding=int"}
    assert server.ok("GET", f"{secret}/versions/1", **integers)["state"] == 1
    assert server.ok("GET", f"{secret}/versions/1")["state"] == "ENABLED"
    operation = server.ok("POST", RUN, SERVICE | {"ingress": 2}, serviceId="enum", **integers)
    assert operation["metadata"]["ingress"] == 2
    assert server.ok("GET", f"{RUN}/enum")["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY"


def test_partial_answer(server, secret):
    assert set(server.ok("GET", secret, fields="name,labels/a")) == {"name", "labels"}
    got = server.ok("GET", SECRETS, fields="secrets(name),nextPageToken")
    assert all(set(each) == {"name"} for each in got["secrets"])


@pytest.mark.parametrize(
    ("host", "kind"), [("cloudresourcemanager.googleapis.com", "bindings"), ("iam.googleapis.com", "projectId")]
)
def test_host_decides(server, host, kind):
    path = {"bindings": "/v1/projects/acme-prod-1:getIamPolicy", "projectId": "/v1/projects/p/serviceAccounts"}[kind]
    body = {"bindings": {}, "projectId": {"accountId": "hosted-acct", "serviceAccount": {}}}[kind]
    assert kind in server.call("POST", path, body, host=host)[1]


@pytest.mark.parametrize(
    ("version", "data", "status", "part"),
    [
        ("latest", None, 200, ""),
        ("1", None, 200, ""),
        ("9", None, 404, "not found"),
    ],
)
def test_versions(server, secret, version, data, status, part):
    for text in ("YQ==", "Yg=="):
        server.ok("POST", f"{secret}:addVersion", {"payload": {"data": text}})
    code, answer = server.call("GET", f"{secret}/versions/{version}:access")
    assert code == status
    if status == 200:
        assert answer["payload"]["data"] == {"latest": "Yg==", "1": "YQ=="}[version]
    else:
        assert part in answer["error"]["message"]


def test_latest_is_the_newest_even_when_it_is_disabled(server, secret):
    for text in ("YQ==", "Yg=="):
        server.ok("POST", f"{secret}:addVersion", {"payload": {"data": text}})
    server.ok("POST", f"{secret}/versions/2:disable", {})
    error = server.error("GET", f"{secret}/versions/latest:access")
    assert (error["code"], error["status"]) == (400, "FAILED_PRECONDITION")
    server.ok("POST", f"{secret}/versions/2:destroy", {})
    assert server.error("POST", f"{secret}/versions/2:enable", {})["status"] == "FAILED_PRECONDITION"


def test_checksum(server, secret):
    payload = {"data": "aGVsbG8=", "dataCrc32c": "2591144780"}
    server.ok("POST", f"{secret}:addVersion", {"payload": payload})
    assert server.ok("GET", f"{secret}/versions/1:access")["payload"] == payload
    error = server.error("POST", f"{secret}:addVersion", {"payload": payload | {"dataCrc32c": "1"}})
    assert "checksum" in error["message"]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"databaseVersion": "MYSQL_8_0"}, {"settings.backupConfiguration.transactionLogRetentionDays": 7}),
        (
            {"databaseVersion": "POSTGRES_16", "settings": {"edition": "ENTERPRISE_PLUS"}},
            {
                "settings.backupConfiguration.transactionLogRetentionDays": 14,
                "settings.backupConfiguration.backupRetentionSettings.retainedBackups": 15,
            },
        ),
        (
            {"databaseVersion": "POSTGRES_16", "settings": {"ipConfiguration": {"sslMode": "ENCRYPTED_ONLY"}}},
            {"settings.ipConfiguration.requireSsl": False},
        ),
        (
            {
                "databaseVersion": "POSTGRES_16",
                "settings": {"backupConfiguration": {"enabled": True, "pointInTimeRecoveryEnabled": True}},
            },
            {
                "settings.backupConfiguration.replicationLogArchivingEnabled": True,
                "settings.backupConfiguration.transactionalLogStorageState": "CLOUD_STORAGE",
            },
        ),
    ],
)
def test_sql_defaults(server, body, paths):
    from emulator.paths import get

    name = f"d{server.emulator.cloud.tick()}"
    server.wait("POST", SQL, {"name": name, **body})
    got = server.ok("GET", f"{SQL}/{name}")
    assert {path: get(got, path) for path in paths} == paths


def test_sql_refuses(server):
    server.wait("POST", SQL, {"name": "kept", "settings": {"deletionProtectionEnabled": True, "dataDiskSizeGb": "20"}})
    assert "protected" in server.error("DELETE", f"{SQL}/kept")["message"]
    assert "decreased" in server.error("PATCH", f"{SQL}/kept", {"settings": {"dataDiskSizeGb": "10"}})["message"]
    unreachable = {"settings": {"ipConfiguration": {"ipv4Enabled": False}}}
    assert "connectivity" in server.error("PATCH", f"{SQL}/kept", unreachable)["message"]
    assert server.error("POST", SQL, {"name": "kept"})["errors"][0]["reason"] == "instanceAlreadyExists"
