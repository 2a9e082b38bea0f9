# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Messages by their Discovery schema: checking what clients send, and shaping what they get."""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache

from emulator import protos

INTEGERS = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
WELL_KNOWN = {
    "google-duration": ("Duration", re.compile(r"-?\d+(\.\d{1,9})?s")),
    "google-datetime": ("Timestamp", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")),
    "google-fieldmask": ("FieldMask", re.compile(r"[\w.,*`-]*")),
}


@cache
def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@cache
def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match.group(1).upper(), name)


def root_field(schema: str) -> str:
    """The request's field that a body of this schema is bound to; a body that is the request itself has none."""
    short = re.sub(r"^Google[A-Z]\w*?V\d+(?:beta\d+|alpha\d+)?(?=[A-Z])", "", schema)
    return "" if short.endswith("Request") else snake(short)


class Reader:
    """Turns a JSON body into the API's own form: camelCase names, int64 as text, enums by name, no nulls.

    `violations` collects (field, sentence) pairs in Google's words. With `nulls` a null stays (it clears a field).
    Without `strict` unknown fields are passed over.
    """

    def __init__(self, document, nulls: bool = False, strict: bool = True):
        self.document, self.nulls, self.strict = document, nulls, strict
        self.violations: list[tuple[str, str]] = []

    def message(self, name: str, value, path: str):
        schema = self.document.schemas[name]
        if "properties" not in schema:
            return value
        if not isinstance(value, dict):
            return self._reject(path, protos.message_name(self.document.key, name), value)
        result = {}
        for given, item in value.items():
            known = given if given in schema["properties"] else camel(given)
            if known not in schema["properties"]:
                if self.strict:
                    self._unknown(given, path)
            elif item is not None:
                result[known] = self.value(schema["properties"][known], item, _join(path, snake(known)), name, known)
            elif self.nulls:
                result[known] = None
        return result

    def value(self, schema: dict, value, path: str, owner: str, field: str):
        if "$ref" in schema:
            return self.message(schema["$ref"], value, path)
        kind = schema.get("type")
        if kind == "array":
            if not isinstance(value, list):
                return (
                    self._reject(path, "repeated", value)
                    if isinstance(value, dict)
                    else [self.value(schema["items"], value, f"{path}[0]", owner, field)]
                )
            return [
                self.value(schema["items"], item, f"{path}[{index}]", owner, field) for index, item in enumerate(value)
            ]
        if kind == "object" and "additionalProperties" in schema:
            if not isinstance(value, dict):
                return self._reject(path, "map", value)
            entry = schema["additionalProperties"]
            return {
                key: self.value(entry, item, f"{path}[{key!r}].value", owner, field)
                for key, item in value.items()
                if item is not None or self.nulls
            }
        if kind == "object" and isinstance(value, dict):
            return {
                name: self.value(each, value[name], _join(path, snake(name)), owner, name)
                for name, each in schema.get("properties", {}).items()
                if name in value
            } or value
        return self._scalar(schema, value, path, owner, field)

    def _scalar(self, schema: dict, value, path: str, owner: str, field: str):
        kind, form = schema.get("type"), schema.get("format", "")
        if value is None or kind == "any":
            return value
        if "enum" in schema:
            return self._enum(schema, value, path, owner, field)
        if kind == "boolean":
            return (
                value
                if isinstance(value, bool)
                else value.lower() == "true"
                if isinstance(value, str) and value.lower() in ("true", "false")  # gcloud asks with "False"
                else self._reject(path, "TYPE_BOOL", value)
            )
        if form in INTEGERS:
            return self._integer(form, kind, value, path)
        if kind in ("number", "integer"):
            if isinstance(value, bool) or not NUMBER.fullmatch(str(value)):
                return self._reject(path, f"TYPE_{form.upper() or 'DOUBLE'}", value)
            return float(value) if isinstance(value, str) else value
        if not isinstance(value, str):
            return self._reject(path, "TYPE_STRING", value)
        if form in WELL_KNOWN and not WELL_KNOWN[form][1].fullmatch(value):
            return self._reject(path, "type.googleapis.com/google.protobuf." + WELL_KNOWN[form][0], value)
        if form == "byte" and not _is_base64(value):
            return self._reject(path, "TYPE_BYTES", value)
        return value

    def _integer(self, form: str, kind: str, value, path: str):
        number = float(value) if NUMBER.fullmatch(str(value)) and not isinstance(value, bool) else None
        low, high = INTEGERS[form]
        if number is None or not number.is_integer() or not low <= number <= high:
            return self._reject(path, f"TYPE_{form.upper()}", value)
        exact = int(value) if re.fullmatch(r"-?\d+", str(value)) else int(number)
        return str(exact) if kind == "string" else exact

    def _enum(self, schema: dict, value, path: str, owner: str, field: str):
        numbers = protos.enum(self.document.key, owner, field)
        if isinstance(value, int) and not isinstance(value, bool):
            return next((name for name, number in numbers.items() if number == value), value)
        if value in schema["enum"]:
            return value
        return self._reject(path, protos.enum_name(self.document.key, owner, field), value)

    def _unknown(self, name: str, path: str) -> None:
        where = f" at '{path}'" if path else ""
        self.violations.append(
            (path, f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.')
        )

    def _reject(self, path: str, kind: str, value):
        text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
        if kind in ("repeated", "map"):
            sentence = (
                f'Invalid JSON payload received. Unknown name "{path.rpartition(".")[2]}" at '
                f"'{path.rpartition('.')[0]}': Proto field is {'repeating' if kind == 'repeated' else 'map'}, "
                "cannot start "
                + ("object." if isinstance(value, dict) else "list." if isinstance(value, list) else "value.")
            )
        else:
            sentence = f"Invalid value at '{path}' ({kind}), {text}"
        self.violations.append((path, sentence))
        return None


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4), validate=True)
        return True
    except binascii.Error:
        return False


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def walk(document, name: str, value, visit):
    """Rebuild a message, giving every field to visit(owner, field, schema, value), which returns what becomes of it.

    `...` removes the field. `Any` messages (`@type`) are followed by the last part of their type.
    """
    if not isinstance(value, dict):
        return value
    name = _any_schema(document, value) or name
    properties = document.schemas.get(name, {}).get("properties", {})
    result = {}
    for field, item in value.items():
        schema = properties.get(field, {})
        item = visit(name, field, schema, _descend(document, schema, item, visit))
        if item is not ...:
            result[field] = item
    return result


def _descend(document, schema: dict, value, visit):
    if isinstance(value, list):
        return [_descend(document, schema.get("items", {}), item, visit) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(schema.get("additionalProperties"), dict) and "@type" not in value:
        return {key: _descend(document, schema["additionalProperties"], item, visit) for key, item in value.items()}
    return walk(document, schema.get("$ref", ""), value, visit)


def _any_schema(document, value: dict) -> str | None:
    return protos.schema_of(document.key, value["@type"].rpartition("/")[2]) if "@type" in value else None


def without_zeros(document, name: str, value: dict) -> dict:
    """What a proto API returns: a field that holds its type's default is absent, unless the field tracks presence."""

    def visit(owner: str, field: str, schema: dict, item):
        empty = (
            item in ("", [], None)
            or item is False
            or (item == 0 and not isinstance(item, bool))
            or (item == "0" and schema.get("format") in INTEGERS)
            or (item == {} and "$ref" not in schema)
            or (isinstance(item, str) and protos.enum(document.key, owner, field).get(item) == 0)
        )
        return ... if schema and empty and not protos.has_presence(document.key, owner, field) else item

    return walk(document, name, value, visit)


def enums_as_numbers(document, name: str, value: dict) -> dict:
    """What a client gets that asked for `$alt=json;enum-encoding=int`."""

    def visit(owner: str, field: str, _schema: dict, item):
        numbers = protos.enum(document.key, owner, field)
        if isinstance(item, list):
            return [numbers.get(each, each) if isinstance(each, str) else each for each in item]
        return numbers.get(item, item) if isinstance(item, str) else item

    return walk(document, name, value, visit)


def read_only(document, name: str, prefix: str = "", seen=()) -> set[str]:
    """Paths of the fields that Discovery marks readOnly; a list's elements are spelt `containers[]`."""
    found = set()
    for field, schema in document.schemas.get(name, {}).get("properties", {}).items():
        path = _join(prefix, field)
        if schema.get("readOnly"):
            found.add(path)
        inner, path = (schema["items"], path + "[]") if schema.get("type") == "array" else (schema, path)
        if "$ref" in inner and inner["$ref"] not in seen:
            found |= read_only(document, inner["$ref"], path, (*seen, name))
    return found
