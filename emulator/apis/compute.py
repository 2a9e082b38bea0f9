# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compute Engine's networks, subnetworks, addresses, routers, firewalls; Service Networking's connections."""

from __future__ import annotations

import base64
import copy
import hashlib
import ipaddress
import re

from emulator import engine, errors, operations
from emulator.cloud import Call
from emulator.model import Api, Collection, Rule

ROOT = "https://www.googleapis.com/compute/v1/"
NO_LABELS = "42WmSpB8rSM="
PEERING = "servicenetworking-googleapis-com"
STAMPS = {"id": "number", "creationTimestamp": "created"}
LINKS = ("network", "subnetwork", "region")
NAME = r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"


def full_links(call: Call, body: dict, old: dict | None) -> None:
    """Partial URLs come back as full ones."""
    for field in LINKS:
        if isinstance(body.get(field), str) and body[field]:
            body[field] = link(call, body[field])
    if "/regions/" in call.target:
        body["region"] = ROOT + call.target.rsplit("/", 2)[0]


def link(call: Call, given: str) -> str:
    path = re.sub(r"^https://[^/]+/compute/(v1|beta|alpha)/", "", given)
    path = re.sub(r"^(projects/[^/]+)/global/regions/", r"\1/regions/", path)
    return ROOT + call.cloud.canonical(path if path.startswith("projects/") else f"projects/{call.project}/{path}")


def name_of(link_: str) -> str:
    return link_.removeprefix(ROOT)


def complete_network(call: Call, body: dict, old: dict | None) -> None:
    body["selfLinkWithId"] = (
        f"{ROOT}projects/{call.project}/global/networks/{body.get('id') or engine.numeric_id(call, body)}"
    )


def show_network(call: Call, body: dict, target: str) -> dict:
    """With what hangs on it: subnetworks, and the peering that a connection of Service Networking is."""
    subnets = [
        each["selfLink"]
        for key, each in call.store.entries.items()
        if "/subnetworks/" in key and each.get("network") == ROOT + target
    ]
    extra = {"subnetworks": subnets} if subnets else {}
    connection = call.store.get(f"servicenetworking/{target}")
    if connection:
        tenant = hashlib.sha256(target.encode()).hexdigest()[:15]
        extra["peerings"] = [
            {
                "name": PEERING,
                "network": f"{ROOT}projects/{tenant}-tp/global/networks/servicenetworking",
                "state": "ACTIVE",
                "stateDetails": f"[{connection['_since']}]: Connected.",
                "autoCreateRoutes": True,
                "exchangeSubnetRoutes": True,
                "exportCustomRoutes": False,
                "importCustomRoutes": False,
                "exportSubnetRoutesWithPublicIp": False,
                "importSubnetRoutesWithPublicIp": False,
                "stackType": "IPV4_ONLY",
            }
        ]
    return body | extra


def complete_subnetwork(call: Call, body: dict, old: dict | None) -> None:
    full_links(call, body, old)
    if "ipCidrRange" not in body:
        raise invalid("resource.ipCidrRange", body.get("ipCidrRange", ""))
    network = ipaddress.ip_network(body["ipCidrRange"], strict=False)
    body["gatewayAddress"] = str(network.network_address + 1)


def complete_address(call: Call, body: dict, old: dict | None) -> None:
    """Labels sent on insert are ignored; an address is chosen where none is given."""
    full_links(call, body, old)
    if old is None:
        body.pop("labels", None)
    body["labelFingerprint"] = label_fingerprint(body.get("labels", {}))
    digest = hashlib.sha256(call.target.encode()).digest()
    body.setdefault(
        "address",
        f"10.{digest[0]}.0.0"
        if body.get("purpose") == "VPC_PEERING"
        else f"34.{digest[0]}.{digest[1]}.{digest[2] or 1}",
    )


def invalid(field: str, value: str) -> errors.ApiError:
    return errors.ApiError(400, f"Invalid value for field '{field}': '{value}'.", reason="invalid")


def run(call: Call, verb: str, body: dict, old: dict | None) -> dict:
    """Writes happen when their operation ends; a network in use keeps its own."""
    kind, identity = call.collection.operation[verb], body.get("id", "0")
    if verb == "create":
        call.store.put(call.key, body)
        return operations.start(
            call, call.key, kind, [], target_id=identity, on_error=[{"key": call.key, "delete": True}]
        )
    if verb == "update":
        return operations.start(call, call.key, kind, [{"key": call.key, "body": body}], target_id=identity)
    user = next(
        (
            key.partition("/")[2]
            for key, each in call.store.entries.items()
            if key.startswith("compute/")
            and key != call.key
            and ROOT + call.target in (each.get("network"), each.get("subnetwork"))
        ),
        "",
    )
    fail = f"The resource '{call.target}' is already being used by '{user}'" if user else ""
    return operations.start(
        call,
        call.key,
        kind,
        [{"key": call.key, "delete": True}],
        target_id=identity,
        fail=fail,
        error_code="RESOURCE_IN_USE_BY_ANOTHER_RESOURCE" if user else "INTERNAL_ERROR",
    )


def label_fingerprint(labels: dict) -> str:
    """It follows from the labels; that of no labels is the same everywhere."""
    if not labels:
        return NO_LABELS
    return base64.b64encode(hashlib.sha256(repr(sorted(labels.items())).encode()).digest()[:8]).decode()


def set_labels(call: Call) -> dict:
    old = engine.existing(call)
    if call.body.get("labelFingerprint") and call.body["labelFingerprint"] != old.get("labelFingerprint"):
        raise errors.ApiError(
            412, "Labels fingerprint either invalid or resource labels have changed", reason="conditionNotMet"
        )
    body = copy.deepcopy(old) | {
        "labels": call.body.get("labels", {}),
        "labelFingerprint": label_fingerprint(call.body.get("labels", {})),
    }
    call.store.put(call.key, body)
    return operations.start(call, call.key, "setLabels", [], target_id=old["id"], instant=True)


def set_private_access(call: Call) -> dict:
    body = engine.existing(call) | {"privateIpGoogleAccess": bool(call.body.get("privateIpGoogleAccess"))}
    return operations.start(
        call, call.key, "setPrivateIpGoogleAccess", [{"key": call.key, "body": body}], target_id=body["id"]
    )


def remove_peering(call: Call) -> dict:
    body, key = engine.existing(call), f"servicenetworking/{call.target}"
    effects = [{"key": key, "delete": True}] if call.body.get("name") == PEERING else []
    return operations.start(call, call.key, "removePeering", effects, target_id=body["id"])


def kind_of(name: str, **fields) -> Collection:
    """One of compute's kinds: all have names, links, operations and errors alike."""
    operation = {"create": "insert", "update": fields.pop("patched", "patch"), "delete": "delete"}
    settings = {
        "id": "body:name",
        "name": "{id}",
        "kind": f"compute#{name}",
        "list_kind": f"compute#{name}List",
        "items": "items",
        "self_link": ROOT + "{key}",
        "id_pattern": NAME,
        "not_found": "The resource '{key}' was not found",
        "exists": "The resource '{key}' already exists",
        "stamps": STAMPS,
        "on_write": full_links,
        "style": operations.compute,
        "operation": operation,
        "after": run,
    }
    return Collection(**{**settings, **fields})


ADDRESS = {
    "on_write": complete_address,
    "stamps": STAMPS,
    "defaults": (
        Rule({"addressType": "EXTERNAL", "description": "", "status": "RESERVED"}),
        Rule({"networkTier": "PREMIUM"}),
    ),
}
NETWORKS = kind_of(
    "network",
    patched="compute.networks.patch",
    on_write=complete_network,
    show=show_network,
    defaults=(
        Rule(
            {
                "routingConfig": {"routingMode": "REGIONAL", "bgpBestPathSelectionMode": "LEGACY"},
                "autoCreateSubnetworks": True,
                "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
            }
        ),
    ),
)
SUBNETWORKS = kind_of(
    "subnetwork",
    on_write=complete_subnetwork,
    stamps=STAMPS | {"fingerprint": "token"},
    defaults=(
        Rule(
            {
                "privateIpGoogleAccess": False,
                "privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS",
                "purpose": "PRIVATE",
                "stackType": "IPV4_ONLY",
                "allowSubnetCidrRoutesOverlap": False,
                "enableFlowLogs": False,
                "logConfig": {"enable": False},
            }
        ),
    ),
)
ROUTERS = kind_of(
    "router",
    defaults=(
        Rule(
            {
                "encryptedInterconnectRouter": False,
                "nats": [
                    {
                        "endpointTypes": ["ENDPOINT_TYPE_VM"],
                        "type": "PUBLIC",
                        "autoNetworkTier": "PREMIUM",
                        "effectiveTcpTimeWaitTimeoutSec": 120,
                    }
                ],
            }
        ),
    ),
)
FIREWALLS = kind_of(
    "firewall", patched="compute.firewalls.patch", defaults=(Rule({"direction": "INGRESS", "priority": 1000}),)
)


def connection_key(call: Call, network: str) -> str:
    return "servicenetworking/" + call.cloud.canonical(network)


def list_connections(call: Call) -> dict:
    found = call.store.get(connection_key(call, call.param("network")))
    return {"connections": [found]} if found else {}


def write_connection(call: Call) -> dict:
    """PATCH of `connections/-` creates what is not there yet."""
    network = call.body.get("network", "")
    if not network:
        raise errors.invalid("The network field is required.")
    key = connection_key(call, network)
    call.target = key.partition("/")[2]
    body = {
        "network": call.cloud.numbered(call.target),
        "peering": PEERING,
        "service": "services/servicenetworking.googleapis.com",
        "reservedPeeringRanges": call.body.get("reservedPeeringRanges", []),
    }
    response = {
        "@type": "type.googleapis.com/google.cloud.servicenetworking.v1.Connection",
        **{name: value for name, value in body.items() if name != "service"},
    }
    name = f"operations/pssn.p24-{call.cloud.numbered(call.target).split('/')[1]}-{call.cloud.unique()}"
    since = engine.STAMPS["created"](call, None)
    return operations.start(
        call, key, "connect", [{"key": key, "body": body | {"_since": since}}], response=response, name=name
    )


def delete_connection(call: Call) -> dict:
    key = connection_key(call, call.body.get("consumerNetwork", ""))
    if call.store.get(key) is None:
        raise errors.ApiError(404, "Connection not found.")
    name = f"operations/pssn.p24-{key.split('/')[2]}-{call.cloud.unique()}"
    return operations.start(call, key, "delete", [{"key": key, "delete": True}], name=name)


CONNECTIONS = Collection(style=operations.bare)
APIS = (
    Api(
        name="compute",
        documents=("compute.v1",),
        envelope="legacy",
        explicit=True,
        aliases={"/compute/beta/": "/compute/v1/"},
        nulls=True,
        page_size=500,
        collections={
            "networks": NETWORKS,
            "subnetworks": SUBNETWORKS,
            "addresses": kind_of("address", **ADDRESS),
            "globalAddresses": kind_of("address", **ADDRESS),
            "routers": ROUTERS,
            "firewalls": FIREWALLS,
        },
        methods={
            "networks.removePeering": remove_peering,
            "addresses.setLabels": set_labels,
            "globalAddresses.setLabels": set_labels,
            "subnetworks.setPrivateIpGoogleAccess": set_private_access,
        },
    ),
    Api(
        name="servicenetworking",
        documents=("servicenetworking.v1",),
        collections={"services.connections": CONNECTIONS},
        methods={
            "services.connections.list": list_connections,
            "services.connections.patch": write_connection,
            "services.connections.create": write_connection,
            "services.connections.deleteConnection": delete_connection,
        },
    ),
)
