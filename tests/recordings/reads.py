# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Recorded pairs of what a client sent and what Google returned, in the form that the engine works with."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from google.protobuf.json_format import ParseDict

from ansible_collections.mainstay.platform.plugins.module_utils.catalogue import KINDS
from ansible_collections.mainstay.platform.plugins.module_utils.fields import bare, covers, is_map, is_value, snake
from ansible_collections.mainstay.platform.plugins.module_utils.names import snake as snake_name

GOLDEN = Path(__file__).parents[3] / "shared" / "golden"
WRAPPERS = ("serviceAccount", "policy")
RESPONSES = ("get_response_body_after_create", "response_body_after")


@cache
def rows():
    """Every recorded read of a kind that is built, as (kind, row)."""
    found = []
    for name in ("reads.jsonl", "extra_reads.jsonl"):
        for line in (GOLDEN / name).read_text(encoding="utf-8").splitlines() if GOLDEN.is_dir() else ():
            row = json.loads(line)
            kind = _kind(row["kind"])
            if kind is not None and row["tier"].startswith("real") and not row["url"].endswith("/clone"):
                found.append((kind, row))
    return found


def _kind(name):
    """The kind that a recording is of: its API, and the collections of its path."""
    if name.endswith(".iamPolicy"):
        return KINDS["iam_binding"]
    api, _dot, collection = name.partition(".")
    for kind in KINDS.values():
        parts = [part for part in kind.path.split("/")[2::2] if part != "locations"]
        if not kind.shared and kind.service({}).partition(".")[0] == api and collection in (parts[-1], ".".join(parts)):
            return kind
    return None


def asked(kind, row):
    """What a user would declare to have sent this request: the fields of the body, defaults kept."""
    body = row.get("create_request_body") or row.get("request_body") or {}
    for wrapper in WRAPPERS:
        body = body.get(wrapper, body)
    mask = row.get("update_mask") or ""
    tops = {snake_name(path.partition(".")[0]) for path in mask.split(",") if path}
    declared = declare(kind.descriptor, body)
    apart = {*kind.output_only, *(name for name in kind.scope if name in declared and name not in kind.apart)}
    return {
        name: value
        for name, value in _without(declared, kind.output_only).items()
        if name not in apart and (not tops or name in tops)
    }


def _without(declared, hidden, path=""):
    """Without the fields that only the API tells."""
    if isinstance(declared, dict):
        return {
            name: _without(value, hidden, f"{path}.{name}" if path else name)
            for name, value in declared.items()
            if not covers(hidden, f"{path}.{name}" if path else name)
        }
    return [_without(item, hidden, path) for item in declared] if isinstance(declared, list) else declared


def declare(descriptor, body):
    """A JSON body with the public names of its fields; null is what nobody declared."""
    fields = {field.json_name: field for field in descriptor.fields}
    return {
        snake(fields[name].json_name): _value(fields[name], value)
        for name, value in body.items()
        if name in fields and value is not None
    }


def _value(field, value):
    if is_map(field):
        held = field.message_type.fields_by_name["value"]
        return {key: _one(held, item) for key, item in value.items()}
    return [_one(field, item) for item in value] if isinstance(value, list) else _one(field, value)


def _one(field, value):
    if field.message_type is None or is_value(field.message_type) or not isinstance(value, dict):
        return value
    return declare(field.message_type, value)


def answered(kind, row):
    """The resource as Google returned it."""
    body = next(row[name] for name in RESPONSES if name in row)
    return ParseDict(_plain_names(body), kind.schema(), ignore_unknown_fields=True)


def _plain_names(body):
    """A recorded body without the placeholders that no number can be read from."""
    return json.loads(re.sub(r'"\$\{[A-Za-z]*[nN]umber\}"', '"418293750164"', json.dumps(body)))


def unknown(row, path):
    """Whether the recording lost what stands at a path."""
    lost = {snake_name(re.sub(r"/\d+", "", said).strip("/").replace("/", ".")) for said in row.get("unknown_paths", ())}
    return any(bare(path).startswith(said) for said in lost)
