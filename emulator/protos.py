# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Discovery does not tell of the messages: enum numbers, and which scalars know that they are unset.

`protos.json` is made from the descriptors of the official client libraries by `python -m emulator.protos`, so that
the emulator starts without importing any of them.
"""

from __future__ import annotations

import importlib
import json
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("protos.json")
LIBRARIES = {
    "artifactregistry.v1": "google.cloud.artifactregistry_v1",
    "billingbudgets.v1": "google.cloud.billing.budgets_v1",
    "cloudresourcemanager.v3": "google.cloud.resourcemanager_v3",
    "iam.v1": "google.cloud.iam_admin_v1",
    "logging.v2": "google.cloud.logging_v2",
    "monitoring.v1": "google.cloud.monitoring_dashboard_v1",
    "monitoring.v3": "google.cloud.monitoring_v3",
    "redis.v1": "google.cloud.redis_v1",
    "run.v2": "google.cloud.run_v2",
    "secretmanager.v1": "google.cloud.secretmanager_v1",
    "serviceusage.v1": "google.cloud.service_usage_v1",
    "sqladmin.v1": "google.cloud.sqladmin_v1",
    "sqladmin.v1beta4": "google.cloud.sqladmin_v1beta4",
}


@cache
def _table() -> dict:
    return json.loads(TABLE.read_text(encoding="utf-8"))


def _field(document: str, schema: str, field: str):
    """True for a scalar with presence, an enum's name, `?` in front when it has presence too, or None."""
    return _table().get(document, {}).get("fields", {}).get(schema, {}).get(field)


def _enum(document: str, schema: str, field: str) -> str:
    known = _field(document, schema, field)
    return known.lstrip("?") if isinstance(known, str) else ""


def enum_name(document: str, schema: str, field: str) -> str:
    """The enum's type URL as Google's errors print it."""
    known = _enum(document, schema, field)
    return "type.googleapis.com/" + known if known else "TYPE_ENUM"


def enum(document: str, schema: str, field: str) -> dict[str, int]:
    """Name to number; empty where the field is no enum, or its numbers are not known."""
    known = _enum(document, schema, field)
    return _table()[document]["enums"][known] if known else {}


def has_presence(document: str, schema: str, field: str) -> bool:
    known = _field(document, schema, field)
    return known is True or (isinstance(known, str) and known.startswith("?"))


def message_name(document: str, schema: str) -> str:
    known = _table().get(document, {}).get("messages", {}).get(schema)
    return "type.googleapis.com/" + (known or schema)


def schema_of(document: str, message: str) -> str | None:
    """The Discovery schema of a proto message, or None."""
    return next(
        (schema for schema, name in _table().get(document, {}).get("messages", {}).items() if name == message), None
    )


def generate() -> dict:
    """Build the table anew from the installed client libraries; a library that is missing keeps its old entry."""
    from emulator import discovery

    table = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    for key, library in LIBRARIES.items():
        try:
            importlib.import_module(library)
        except ImportError as error:
            print(f"{key}: kept as it was, {error}")
            continue
        table[key] = _describe(discovery.load(key), _messages(library))
    return table


def _messages(library: str) -> dict:
    import proto
    from google.iam.v1 import policy_pb2
    from google.protobuf.descriptor import Descriptor

    found, todo = {}, [each for name, each in vars(policy_pb2).items() if hasattr(each, "DESCRIPTOR")]
    module = importlib.import_module(library + ".types")
    todo += [
        each.pb() if isinstance(each, proto.message.MessageMeta) else each
        for each in vars(module).values()
        if hasattr(each, "DESCRIPTOR") or isinstance(each, proto.message.MessageMeta)
    ]
    todo = [each.DESCRIPTOR for each in todo if isinstance(each.DESCRIPTOR, Descriptor)]
    while todo:
        message = todo.pop()
        if message.full_name not in found and not message.full_name.startswith("google.protobuf."):
            found[message.full_name] = message
            todo += list(message.nested_types) + [field.message_type for field in message.fields if field.message_type]
    return found


def _describe(document, messages: dict) -> dict:
    matched = {}
    for schema, body in document.schemas.items():
        message = _match(schema, set(body.get("properties", {})), messages)
        if message is not None:
            matched[schema] = message
    enums, fields = {}, {}
    for schema, message in sorted(matched.items()):
        for field in message.fields:
            if field.enum_type:
                enums[field.enum_type.full_name] = {value.name: value.number for value in field.enum_type.values}
                fields.setdefault(schema, {})[_json_name(field)] = "?" * field.has_presence + field.enum_type.full_name
            elif _wrapper(field) or (field.has_presence and not field.message_type):
                fields.setdefault(schema, {})[_json_name(field)] = True
    return {
        "messages": {schema: message.full_name for schema, message in sorted(matched.items())},
        "enums": dict(sorted(enums.items())),
        "fields": fields,
    }


def _json_name(field) -> str:
    return field.json_name.rstrip("_")


def _wrapper(field) -> bool:
    return (
        bool(field.message_type)
        and field.message_type.full_name.startswith("google.protobuf.")
        and field.message_type.name.endswith("Value")
    )


def _match(schema: str, properties: set[str], messages: dict):
    """The message of that name whose fields agree best; Discovery joins nested names or drops the outer."""

    def score(message) -> float:
        fields = {_json_name(field) for field in message.fields}
        return len(fields & properties) / (len(fields | properties) or 1)

    named = [
        message
        for name, message in messages.items()
        if schema.lower().endswith(message.name.lower()) or name.replace(".", "").lower().endswith(schema.lower())
    ]
    best = max(named, key=lambda message: (score(message), len(message.full_name)), default=None)
    return best if best is not None and (score(best) > 0.5 or not properties) else None


if __name__ == "__main__":
    TABLE.write_text(json.dumps(generate(), indent=0, sort_keys=True) + "\n", encoding="utf-8")
