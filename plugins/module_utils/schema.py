# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Messages for what has no public one: built from a short table of names and types."""

from __future__ import annotations

try:
    from google.protobuf import (
        descriptor_pb2,
        descriptor_pool,
        duration_pb2,
        field_mask_pb2,
        message_factory,
        timestamp_pb2,
    )
except ImportError:  # module.py says what is missing
    descriptor_pb2 = None

PACKAGE = "mainstay"


def build(name, table):
    """The protobuf class of a table ``{field: type}``.

    A type is ``str int bool float bytes``, ``"Duration"``, ``"Timestamp"``, ``"FieldMask"``, a class that was built
    before, a table of its own, a list with one type, or a set with one type: a map from strings to that.
    """
    if descriptor_pb2 is None:
        return None
    pool = descriptor_pool.Default()
    file = descriptor_pb2.FileDescriptorProto(name=f"{PACKAGE}/{name}.proto", package=PACKAGE, syntax="proto3")
    known = [known.DESCRIPTOR.name for known in (duration_pb2, field_mask_pb2, timestamp_pb2)]
    built = [held.DESCRIPTOR.file.name for held in table.values() if hasattr(held, "DESCRIPTOR")]
    file.dependency.extend([*known, *built])
    _fill(file.message_type.add(name=name), table, f".{PACKAGE}.{name}")
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))


def _fill(message, table, path):
    for number, (name, held) in enumerate(table.items(), 1):
        field = message.field.add(name=name, number=number, label=1)
        if isinstance(held, list):
            field.label, held = 3, held[0]
        if isinstance(held, set):
            field.label, held = 3, _entry(message, name, next(iter(held)), path)
        if isinstance(held, dict):
            _fill(message.nested_type.add(name=_title(name)), held, f"{path}.{_title(name)}")
            held = f"{path}.{_title(name)}"
        _type(field, held)
        if field.label == 1 and field.type != field.TYPE_MESSAGE:  # a scalar that can be absent
            field.proto3_optional, field.oneof_index = True, len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{name}")


def _entry(message, name, held, path):
    """The message behind a map from strings to one type."""
    entry = message.nested_type.add(name=f"{_title(name)}Entry")
    entry.options.map_entry = True
    _type(entry.field.add(name="key", number=1, label=1), str)
    _type(entry.field.add(name="value", number=2, label=1), held)
    return f"{path}.{entry.name}"


def _type(field, held):
    types = descriptor_pb2.FieldDescriptorProto
    scalars = {
        str: types.TYPE_STRING,
        int: types.TYPE_INT64,
        bool: types.TYPE_BOOL,
        float: types.TYPE_DOUBLE,
        bytes: types.TYPE_BYTES,
    }
    if isinstance(held, type) and held in scalars:
        field.type = scalars[held]
        return
    field.type = types.TYPE_MESSAGE
    if hasattr(held, "DESCRIPTOR"):
        field.type_name = f".{held.DESCRIPTOR.full_name}"
    else:
        field.type_name = held if held.startswith(".") else f".google.protobuf.{held}"


def _title(name):
    return "".join(part.title() for part in name.split("_"))
