# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Memorystore for Redis: instances and clusters."""

from __future__ import annotations

import hashlib

from emulator import operations, paths
from emulator.cloud import Call, number_of, rfc3339
from emulator.model import Api, Collection, Rule

GIGABYTES = {
    "REDIS_SHARED_CORE_NANO": 1.4,
    "REDIS_STANDARD_SMALL": 6.5,
    "REDIS_HIGHMEM_MEDIUM": 13,
    "REDIS_HIGHMEM_XLARGE": 58,
}
COMPUTE = "https://www.googleapis.com/compute/v1/"
TENANT = "projects/623628891916"
CLUSTER, INSTANCE = "google.cloud.redis.cluster.v1", "google.cloud.redis.v1"
STATES = {"create": ("CREATING", "READY"), "update": ("UPDATING", "READY"), "delete": ("DELETING", "DELETING")}


def complete_instance(call: Call, body: dict, old: dict | None) -> None:
    """Addresses, zones and nodes that the service chooses."""
    location, digest = call.target.split("/")[3], hashlib.sha256(call.target.encode()).digest()
    standby = body.get("tier") == "STANDARD_HA"
    zone = body.setdefault("locationId", f"{location}-a")
    zones = [zone, body.setdefault("alternativeLocationId", f"{location}-b")] if standby else [zone]
    body["currentLocationId"] = zone
    body["nodes"] = [{"id": f"node-{index}", "zone": each} for index, each in enumerate(zones)]
    body.setdefault("reservedIpRange", f"10.{digest[0]}.{digest[1]}.0/29")
    body["host"] = body["reservedIpRange"].partition("/")[0].rpartition(".")[0] + ".4"
    body["persistenceIamIdentity"] = (
        f"serviceAccount:service-{number_of(call.project)}@cloud-redis.iam.gserviceaccount.com"
    )
    body.setdefault("authorizedNetwork", f"projects/{call.project}/global/networks/default")
    if body.get("secondaryIpRange") == "auto":
        body["secondaryIpRange"] = "10.20.30.16/28"


def complete_cluster(call: Call, body: dict, old: dict | None) -> None:
    """Sizes follow from shards; the networks asked for come back as connections."""
    size = GIGABYTES.get(body.setdefault("nodeType", "REDIS_HIGHMEM_MEDIUM"), 13) * body.get("shardCount", 1)
    body |= {"sizeGb": round(size), "preciseSizeGb": size}
    networks = body.pop("pscConfigs", [])
    if old is not None or not networks:
        return
    network, region = networks[0]["network"], call.target.split("/")[3]
    number = int(hashlib.sha256(call.target.encode()).hexdigest()[:12], 16)
    attachment = f"{TENANT}/regions/{region}/serviceAttachments/gcp-memorystore-auto-{number:x}-psc-sa"
    connections = [
        {
            "address": f"10.128.0.{2 + index}",
            "forwardingRule": f"{COMPUTE}projects/{call.project}/regions/{region}/forwardingRules/"
            f"sca-auto-fr-{number + index:x}",
            "network": network,
            "projectId": call.project,
            "pscConnectionId": str(number + index),
            "serviceAttachment": attachment + suffix,
        }
        for index, suffix in enumerate(("", "-2"))
    ]
    body["pscConnections"] = connections
    body["discoveryEndpoints"] = [{"address": "10.128.0.2", "port": 6379, "pscConfig": {"network": network}}]
    body["pscServiceAttachments"] = [
        {"connectionType": "CONNECTION_TYPE_DISCOVERY", "serviceAttachment": attachment},
        {"serviceAttachment": attachment + "-2"},
    ]
    active = {"pscConnectionStatus": "PSC_CONNECTION_STATUS_ACTIVE"}
    discovery = {"connectionType": "CONNECTION_TYPE_DISCOVERY"}
    body["clusterEndpoints"] = [
        {
            "connections": [
                {"pscAutoConnection": connections[0] | active | discovery},
                {"pscAutoConnection": connections[1] | active},
            ]
        }
    ]


def show(package: str, message: str, **more):
    def details(call: Call, verb: str, body: dict) -> dict:
        metadata = {
            "@type": f"type.googleapis.com/{package}.OperationMetadata",
            "createTime": rfc3339(),
            "target": call.target,
            "verb": verb,
            "apiVersion": call.document.key.rpartition(".")[2],
            **more,
        }
        response = (
            {}
            if verb == "delete"
            else {"response": {"@type": f"type.googleapis.com/{package}.{message}", **paths.public(body)}}
        )
        return {"metadata": metadata, "explicit_done": True, **response}

    return details


COMMON = {
    "mask": "required",
    "style": operations.google,
    "operation": {"create": "create", "update": "update", "delete": "delete"},
    "busy": True,
}
INSTANCES = Collection(
    id="query:instanceId",
    stamps={"createTime": "created"},
    on_write=complete_instance,
    lro=show(INSTANCE, "Instance"),
    states=STATES,
    output_only=(
        "host",
        "port",
        "currentLocationId",
        "state",
        "nodes",
        "persistenceIamIdentity",
        "serverCaCerts",
        "readEndpoint",
        "readEndpointPort",
        "statusMessage",
    ),
    kept=("locationId", "alternativeLocationId", "reservedIpRange", "authorizedNetwork"),
    defaults=(
        Rule(
            {
                "tier": "BASIC",
                "connectMode": "DIRECT_PEERING",
                "port": 6379,
                "redisVersion": "REDIS_7_0",
                "readReplicasMode": "READ_REPLICAS_DISABLED",
                "transitEncryptionMode": "DISABLED",
                "persistenceConfig": {"persistenceMode": "DISABLED"},
            }
        ),
    ),
    **COMMON,
)
CLUSTERS = Collection(
    id="query:clusterId",
    stamps={"createTime": "created", "uid": "uuid"},
    on_write=complete_cluster,
    lro=show(CLUSTER, "Cluster", requestedCancellation=False),
    states={"create": ("CREATING", "ACTIVE"), "update": ("UPDATING", "ACTIVE"), "delete": ("DELETING", "DELETING")},
    output_only=(
        "state",
        "sizeGb",
        "preciseSizeGb",
        "discoveryEndpoints",
        "pscConnections",
        "pscServiceAttachments",
        "encryptionInfo",
        "effectiveMaintenanceVersion",
        "clusterEndpoints",
    ),
    defaults=(
        Rule(
            {
                "authorizationMode": "AUTH_MODE_DISABLED",
                "transitEncryptionMode": "TRANSIT_ENCRYPTION_MODE_DISABLED",
                "automatedBackupConfig": {"automatedBackupMode": "DISABLED"},
                "persistenceConfig": {"mode": "DISABLED"},
                "encryptionInfo": {"encryptionType": "GOOGLE_DEFAULT_ENCRYPTION"},
                "zoneDistributionConfig": {"mode": "MULTI_ZONE"},
                "effectiveMaintenanceVersion": "REDISCLUSTER_20260512_00_00",
                "serverCaMode": "SERVER_CA_MODE_UNSPECIFIED",
                "deletionProtectionEnabled": False,
                "replicaCount": 0,
            }
        ),
    ),
    **COMMON,
)
APIS = (
    Api(
        name="redis",
        documents=("redis.v1", "redis.v1beta1"),
        collections={"projects.locations.instances": INSTANCES, "projects.locations.clusters": CLUSTERS},
    ),
)
