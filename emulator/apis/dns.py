# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud DNS: managed zones, and record sets by changes or one by one."""

from __future__ import annotations

import copy
import time

from emulator import engine, errors, lists
from emulator.cloud import Call, rfc3339
from emulator.model import Api, Collection, Rule

SERVERS = [f"ns-cloud-b{number}.googledomains.com." for number in range(1, 5)]
RECORD = {"kind": "dns#resourceRecordSet", "signatureRrdatas": []}


def add_apex(call: Call, body: dict) -> None:
    """A new zone has its name servers and its start of authority."""
    body.setdefault("visibility", "public")
    body["nameServers"] = SERVERS
    if not body.get("privateVisibilityConfig", {}).get("networks", True):
        del body["privateVisibilityConfig"]
    soa = f"{SERVERS[0]} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"
    for kind, data in (("NS", SERVERS), ("SOA", [soa])):
        put_record(call, call.key, {"name": body["dnsName"], "type": kind, "ttl": 21600, "rrdatas": data})


def record_key(zone: str, record: dict) -> str:
    return f"{zone}/rrsets/{record['name']} {record['type']}"


def put_record(call: Call, zone: str, record: dict) -> dict:
    record = record | RECORD
    call.store.put(record_key(zone, record), record)
    return record


def refuse_when_full(call: Call, body: dict) -> None:
    if len(call.store.children(f"{call.key}/rrsets")) > 2:
        raise errors.ApiError(
            400,
            f"The resource named '{body['name']}' cannot be deleted because it is not empty.",
            reason="containerNotEmpty",
        )


def zone_of(call: Call) -> str:
    """The store's key of the zone in the URL, by name or number."""
    project, name = call.project, call.params["managedZone"]
    for key, body in call.store.children(f"dns/projects/{project}/managedZones"):
        if name in (body["name"], body["id"]):
            return key
    raise engine.missing(call, f"projects/{project}/managedZones/{name}")


def create_change(call: Call) -> dict:
    """Deletions must be there as they are said, additions must not; then all or nothing."""
    zone = zone_of(call)
    gone, new = call.body.get("deletions", []), call.body.get("additions", [])
    for record in gone:
        now = call.store.get(record_key(zone, record))
        if now is None:
            raise errors.ApiError(
                404,
                f"The 'entity.change.deletions[0]' resource named '{record['name']} ({record['type']})' "
                "does not exist.",
            )
        if sorted(now.get("rrdatas", [])) != sorted(record.get("rrdatas", [])) or now.get("ttl") != record.get("ttl"):
            raise errors.ApiError(
                412, "Precondition not met for 'entity.change.deletions[0]'", reason="conditionNotMet"
            )
    replaced = {(record["name"], record["type"]) for record in gone}
    for record in new:
        if call.store.get(record_key(zone, record)) and (record["name"], record["type"]) not in replaced:
            raise errors.ApiError(
                409,
                f"The resource 'entity.change.additions[0]' named '{record['name']} ({record['type']})' already exists",
            )
    for record in gone:
        call.store.delete(record_key(zone, record))
    number = str(len(call.store.children(f"{zone}/changes")) + 1)
    change = {
        "kind": "dns#change",
        "id": number,
        "startTime": rfc3339(),
        "deletions": [record | RECORD for record in gone],
        "additions": [put_record(call, zone, record) for record in new],
        "_done": time.time() + call.cloud.settings.operation_ms / 1000,
    }
    call.store.put(f"{zone}/changes/{number}", change)
    return change | {"status": "pending"}


def shown(change: dict) -> dict:
    return change | {"status": "done" if time.time() >= change["_done"] else "pending"}


def get_change(call: Call) -> dict:
    change = call.store.get(f"{zone_of(call)}/changes/{call.params['changeId']}")
    if change is None:
        raise errors.ApiError(
            404, f"The 'parameters.changeId' resource named '{call.params['changeId']}' does not exist."
        )
    return shown(change)


def list_records(call: Call) -> dict:
    found = [
        body
        for _key, body in call.store.children(f"{zone_of(call)}/rrsets")
        if call.param("name") in ("", body["name"]) and call.param("type") in ("", body["type"])
    ]
    answer = lists.page(call, sorted(found, key=lambda body: (body["name"], body["type"])), "rrsets")
    return {"rrsets": [], **answer}


def create_record(call: Call) -> dict:
    zone = zone_of(call)
    if call.store.get(record_key(zone, call.body)):
        raise errors.ApiError(
            409, f"The resource 'entity.rrset' named '{call.body['name']} ({call.body['type']})' already exists"
        )
    return put_record(call, zone, call.body)


def found_record(call: Call) -> tuple[str, dict]:
    zone = zone_of(call)
    body = call.store.get(record_key(zone, call.params))
    if body is None:
        raise errors.ApiError(
            404, f"The 'parameters.name' resource named '{call.params['name']} ({call.params['type']})' does not exist."
        )
    return zone, body


def patch_record(call: Call) -> dict:
    zone, old = found_record(call)
    return put_record(call, zone, copy.deepcopy(old) | call.body)


def delete_record(call: Call) -> dict:
    zone, body = found_record(call)
    call.store.delete(record_key(zone, body))
    return {}


def write_zone(call: Call, verb: str, body: dict, old: dict | None) -> dict:
    """A zone is created at once; a change of it answers with an operation that is done."""
    call.store.put(call.key, body)
    if old is None:
        return body
    return {
        "kind": "dns#operation",
        "id": call.cloud.unique(),
        "startTime": rfc3339(),
        "status": "done",
        "type": "UPDATE",
        "user": "operator@example.com",
        "zoneContext": {"oldValue": old, "newValue": body},
    }


ZONES = Collection(
    id="body:name",
    name="{id}",
    kind="dns#managedZone",
    list_kind="dns#managedZonesListResponse",
    items="managedZones",
    stamps={"id": "number", "creationTime": "created"},
    output_only=("nameServers",),
    immutable=("dnsName", "visibility"),
    immutable_message="The field 'entity.managedZone.{field}' cannot be modified.",
    on_create=add_apex,
    on_delete=refuse_when_full,
    after=write_zone,
    operation={"create": "", "update": "UPDATE"},
    not_found="The 'parameters.managedZone' resource named '{id}' does not exist.",
    exists="The resource 'entity.managedZone' named '{id}' already exists",
    defaults=(Rule({"cloudLoggingConfig": {"kind": "dns#managedZoneCloudLoggingConfig"}}),),
)
RECORDS = Collection(list_kind="dns#resourceRecordSetsListResponse", items="rrsets")
APIS = (
    Api(
        name="dns",
        documents=("dns.v1",),
        envelope="legacy",
        explicit=True,
        aliases={"/dns/v1beta2/": "/dns/v1/"},
        collections={"managedZones": ZONES, "resourceRecordSets": RECORDS},
        methods={
            "changes.create": create_change,
            "changes.get": get_change,
            "resourceRecordSets.list": list_records,
            "resourceRecordSets.create": create_record,
            "resourceRecordSets.patch": patch_record,
            "resourceRecordSets.delete": delete_record,
            "resourceRecordSets.get": lambda call: found_record(call)[1],
        },
    ),
)
