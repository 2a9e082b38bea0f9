# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud SQL Admin, in v1beta4 and v1: instances, users, databases."""

from __future__ import annotations

import copy
import hashlib
import time

from emulator import engine, errors, operations, paths
from emulator.apis import sqldata
from emulator.apis.sqlparts import (
    INSTANCE,
    METHODS,
    NO_INSTANCE,
    NO_INSTANCE_REASON,
    PARTS,
    database,
    link_of,
    put_user,
)
from emulator.cloud import Call, number_of, rfc3339
from emulator.model import Api, Collection

PLACEHOLDER_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nemulator\n-----END CERTIFICATE-----"


def describe(call: Call, body: dict) -> None:
    """What a new instance gets besides defaults: names, accounts, certificates."""
    name, digest = body["name"], hashlib.sha256(call.target.encode()).hexdigest()
    if "region" not in body:
        body["region"] = "us-central1"
    master = master_of(call, body)
    if body["databaseVersion"].startswith("SQLSERVER") and "rootPassword" not in call.body and not master:
        raise errors.invalid("Invalid request: Root password is required for SQL Server instances.")
    body |= {
        "project": call.project,
        "instanceType": "READ_REPLICA_INSTANCE" if master else "CLOUD_SQL_INSTANCE",
        "connectionName": f"{call.project}:{body['region']}:{name}",
        "state": "PENDING_CREATE",
        "selfLink": link_of(call) + call.target,
        "serviceAccountEmailAddress": sqldata.AGENT.format(number_of(call.project), digest[:6]),
        "serverCaCert": {
            "kind": "sql#sslCert",
            "certSerialNumber": "0",
            "cert": PLACEHOLDER_CERTIFICATE,
            "instance": name,
            "commonName": f"C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA,dnQualifier={digest[:36]}",
            "sha1Fingerprint": digest[:40],
            "createTime": rfc3339(),
            "expirationTime": rfc3339(time.time() + 10 * 365 * 86400),
        },
    }


def master_of(call: Call, body: dict) -> str:
    """The store's key of the primary that a replica names, or nothing."""
    if not body.get("masterInstanceName"):
        return ""
    key = INSTANCE.format(call.project, body["masterInstanceName"].rpartition(":")[2])
    if call.store.get(key) is None:
        raise errors.ApiError(404, NO_INSTANCE, reason=NO_INSTANCE_REASON)
    return key


def settle_fields(call: Call, body: dict, old: dict | None) -> None:
    """Fields that follow from others on every write."""
    settings = body.setdefault("settings", {})
    body.setdefault("databaseVersion", sqldata.DEFAULT_VERSION)
    zone = body.setdefault("region", "us-central1") + "-" + "acf"[len(call.target) % 3]
    preference = settings.setdefault("locationPreference", {})
    preference.setdefault("zone", zone)
    body["gceZone"] = preference["zone"]
    regional = settings.get("availabilityType") == "REGIONAL"
    for name, value in (("secondaryGceZone", zone[:-1] + "b"), ("failoverReplica", {"available": True})):
        body.pop(name, None) if not regional else body.update({name: value})
    minor = sqldata.MINORS.get(body["databaseVersion"], (body["databaseVersion"], "R20250302.00_31"))
    body["databaseInstalledVersion"] = minor[0]
    if old is None or old["databaseVersion"] != body["databaseVersion"] or "maintenanceVersion" not in body:
        body["maintenanceVersion"] = ".".join(minor)
    body["upgradableDatabaseVersions"] = sqldata.upgrades(body["databaseVersion"])
    _ssl(settings.setdefault("ipConfiguration", {}), paths.get(call.body, "settings.ipConfiguration", {}))
    _logs(body["databaseVersion"], settings.setdefault("backupConfiguration", {}))
    body["ipAddresses"] = addresses(call, body["databaseVersion"], settings["ipConfiguration"])
    if not body["ipAddresses"] and not paths.get(settings, "ipConfiguration.pscConfig.pscEnabled"):
        raise errors.ApiError(400, sqldata.UNREACHABLE)
    _encryption(body)
    check_disk(settings, (old or {}).get("settings", {}))


def _ssl(network: dict, sent: dict) -> None:
    """sslMode and requireSsl say the same thing twice; the one that was sent rules."""
    if "sslMode" in sent:
        network["requireSsl"] = sent.get("requireSsl", sent["sslMode"] == "TRUSTED_CLIENT_CERTIFICATE_REQUIRED")
    elif "requireSsl" in sent:
        network["sslMode"] = (
            "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" if sent["requireSsl"] else "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
        )


def _logs(version: str, backup: dict) -> None:
    """Point-in-time recovery is the binary log for MySQL, archived logs for PostgreSQL; the other's switch goes."""
    mysql = version.startswith("MYSQL")
    backup.pop("pointInTimeRecoveryEnabled" if mysql else "binaryLogEnabled", None)
    on = backup.get("binaryLogEnabled" if mysql else "pointInTimeRecoveryEnabled")
    if version.startswith("POSTGRES") and on is not None:
        backup["replicationLogArchivingEnabled"] = on
    backup["transactionalLogStorageState"] = "CLOUD_STORAGE" if on else "TRANSACTIONAL_LOG_STORAGE_STATE_UNSPECIFIED"


def _encryption(body: dict) -> None:
    key = paths.get(body, "diskEncryptionConfiguration.kmsKeyName")
    if key:
        body["diskEncryptionStatus"] = {
            "kind": "sql#diskEncryptionStatus",
            "kmsKeyVersionName": f"{key}/cryptoKeyVersions/1",
        }


def addresses(call: Call, version: str, network: dict) -> list[dict]:
    octets = list(hashlib.sha256(call.target.encode()).digest()[:6])
    public = network.get("ipv4Enabled", True)
    kinds = [
        ("PRIMARY", "34", public),
        ("OUTGOING", "35", public and version.startswith("POSTGRES")),
        ("PRIVATE", "10", bool(network.get("privateNetwork"))),
    ]
    return [
        {"type": kind, "ipAddress": f"{first}.{octets[0]}.{octets[1]}.{octets[2] or 1}"}
        for kind, first, on in kinds
        if on
    ]


def check_disk(settings: dict, old: dict) -> None:
    if int(settings.get("dataDiskSizeGb", 10)) < int(old.get("dataDiskSizeGb", 10)):
        raise errors.ApiError(400, "Invalid request: The disk size of an instance cannot be decreased.")


def check_version(call: Call, old: dict, sent: dict) -> None:
    """A write made from older settings is refused."""
    version = paths.get(sent, "settings.settingsVersion")
    if (version and version != old["settings"]["settingsVersion"]) or "conflict" in call.faults:
        raise errors.ApiError(412, "Condition does not match.", reason="conditionNotMet")


def protect(call: Call, body: dict) -> None:
    if paths.get(body, "settings.deletionProtectionEnabled"):
        raise errors.ApiError(
            400,
            "The instance is protected. Please disable the deletion protection and try again. To disable "
            "deletion protection, update the instance settings with deletionProtectionEnabled set to false.",
        )
    if body.get("replicaNames"):
        raise errors.ApiError(
            409,
            "The instance or operation is not in an appropriate state to handle the request.",
            reason="invalidState",
        )


def run(call: Call, verb: str, body: dict, old: dict | None) -> dict:
    """Begin the operation for a written or deleted instance."""
    if verb == "update":
        return operations.start(call, call.key, "UPDATE", [{"key": call.key, "body": body}])
    master = call.store.get(master_of(call, body)) if body.get("masterInstanceName") else None
    effects = []
    if master:
        names = [name for name in master.get("replicaNames", []) if name != body["name"]]
        names += [body["name"]] if verb == "create" else []
        effects = [{"key": master_of(call, body), "set": {"replicaNames": names}}]
    if verb == "delete":
        return operations.start(call, call.key, "DELETE", [*effects, {"key": call.key, "delete": True}])
    return begin(
        call,
        body,
        "CREATE_REPLICA" if master else "CREATE",
        effects,
        target=INSTANCE.format(call.project, body["masterInstanceName"]) if master else call.key,
    )


def begin(call: Call, body: dict, kind: str, effects: list, **details) -> dict:
    """Store an instance that is being made; users and databases of its own come with it."""
    key = INSTANCE.format(call.project, body["name"])
    call.store.put(key, {name: value for name, value in body.items() if name != "ipAddresses"})
    family = body["databaseVersion"].split("_")[0]
    for user in sqldata.USERS[family]:
        put_user(call, key, user, family)
    for name in sqldata.DATABASES[family]:
        call.store.put(f"{key}/databases/{name}", database(call, key, {"name": name}))
    ready = {"key": key, "set": {"state": "RUNNABLE", "ipAddresses": body.get("ipAddresses", [])}}
    return operations.start(
        call, key, kind, [ready, *effects], on_error=[{"key": key, "set": {"state": "FAILED"}}], holds=key, **details
    )


def clone(call: Call) -> dict:
    source, context = engine.existing(call), call.body.get("cloneContext", {})
    name = context.get("destinationInstanceName", "")
    target = f"{call.target.rpartition('/')[0]}/{name}"
    if call.store.get(f"sqladmin/{target}"):
        raise errors.ApiError(409, INSTANCES.exists, reason=INSTANCES.exists_reason)
    engine.refuse_when_busy(call)
    body = copy.deepcopy(source) | {"name": name, "createTime": rfc3339(), "etag": engine.STAMPS["digest"](call, None)}
    if context.get("preferredZone"):
        body["settings"]["locationPreference"]["zone"] = body["gceZone"] = context["preferredZone"]
    body["settings"]["settingsVersion"] = "1"
    body.pop("replicaNames", None)
    call.target = target
    describe(call, body)
    body["ipAddresses"] = addresses(call, body["databaseVersion"], body["settings"]["ipConfiguration"])
    return begin(call, body, "CLONE", [])


def switchover(call: Call) -> dict:
    """The replica becomes the primary, and the other way round."""
    replica = engine.existing(call)
    key = master_of(call, replica)
    if not key:
        raise errors.ApiError(400, "The instance is not a read replica.", reason="invalid")
    master, engine_name = call.store.get(key), f"{call.project}:{replica['name']}"
    engine.refuse_when_busy(call)
    others = [name for name in master.get("replicaNames", []) if name != replica["name"]]
    promoted = {
        **{name: value for name, value in replica.items() if name != "masterInstanceName"},
        "instanceType": "CLOUD_SQL_INSTANCE",
        "replicaNames": [*others, master["name"]],
    }
    demoted = {
        **{name: value for name, value in master.items() if name != "replicaNames"},
        "instanceType": "READ_REPLICA_INSTANCE",
        "masterInstanceName": engine_name,
    }
    return operations.start(
        call, call.key, "SWITCHOVER", [{"key": call.key, "body": promoted}, {"key": key, "body": demoted}]
    )


def restart(call: Call) -> dict:
    engine.existing(call)
    engine.refuse_when_busy(call)
    return operations.start(call, call.key, "RESTART", [])


INSTANCES = Collection(
    id="body:name",
    name="{id}",
    kind="sql#instance",
    items="items",
    list_kind="sql#instancesList",
    style=operations.sql,
    busy=True,
    id_pattern=r"[a-z]([-a-z0-9]{0,96}[a-z0-9])?",
    operation={"create": "CREATE", "update": "UPDATE", "delete": "DELETE"},
    stamps={"createTime": "created", "etag": "digest", "settings.settingsVersion": "count"},
    defaults=sqldata.DEFAULTS,
    output_only=sqldata.OUTPUT_ONLY,
    kept=sqldata.KEPT,
    input_only=("rootPassword",),
    immutable=("region",),
    immutable_message="Invalid request: the {field} of an instance cannot be changed.",
    not_found=NO_INSTANCE,
    not_found_reason=NO_INSTANCE_REASON,
    exists="The Cloud SQL instance already exists.",
    exists_reason="instanceAlreadyExists",
    on_create=describe,
    on_write=settle_fields,
    on_delete=protect,
    after=run,
    check_etag=check_version,
)
APIS = (
    Api(
        name="sqladmin",
        documents=("sqladmin.v1beta4", "sqladmin.v1"),
        envelope="legacy",
        body_field="body",
        ignores=("parameters",),
        page_size=500,
        collections={"instances": INSTANCES, "users": PARTS, "databases": PARTS, "operations": PARTS},
        methods={
            "instances.clone": clone,
            "instances.switchover": switchover,
            "instances.restart": restart,
            **METHODS,
            "operations.list": operations.sql_list,
        },
    ),
)
