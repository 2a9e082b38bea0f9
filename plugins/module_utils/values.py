# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Single values: what a leaf of a message may be given, and how it is shown."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from ctypes import c_float

from .names import listed, nearest

try:
    from google.protobuf.descriptor import FieldDescriptor
    from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
    from google.protobuf.message_factory import GetMessageClass
except ImportError:  # module.py says what is missing
    FieldDescriptor = None

KNOWN_LATER = "(known after apply)"
TRUE, FALSE = ("true", "yes", "on", "1", "y", "t"), ("false", "no", "off", "0", "n", "f")
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1, "": 1}
LONGEST = 315_576_000_000  # seconds that a duration may hold
SPAN = re.compile(r"(\d+(?:\.\d+)?)(d|h|m|s|)")


class FieldError(ValueError):
    """A field that does not exist or cannot hold its value; the text says path, fault and remedy."""

    def __init__(self, path, fault):
        """`path` as the user wrote it; `fault` continues the sentence that begins with it."""
        self.path = path
        super().__init__(f"{path} {fault}" if path else fault)


class Later:
    """A value that another resource will tell once it has been made."""


def show(value):
    """A value for a sentence, short."""
    text = repr(value).replace("True", "true").replace("False", "false") if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def leaf(field, value, path):
    """A value as the type that a field holds. A FieldError says what was expected."""
    if isinstance(value, Later):
        return value
    if field.message_type is not None:
        return Value.of(field.message_type).parse(field.message_type, value, path)
    return _scalar(field, value, path)


def _scalar(field, value, path):
    if field.enum_type is not None:
        return _enum(field.enum_type, value, path)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes(value, path)
    return PARSERS[field.cpp_type](value, path, field)


def boolean(value, path, _field=None):
    """True or false, however a user writes it. A FieldError for anything else."""
    word = str(value).lower() if isinstance(value, (bool, str, int)) else ""
    if word in TRUE + FALSE:
        return word in TRUE
    raise FieldError(path, f"must be true or false, not {show(value)}")


def _integer(value, path, field):
    try:
        if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
            raise ValueError
        number = int(value)
    except (TypeError, ValueError):
        raise FieldError(path, f"must be a whole number, not {show(value)}") from None
    bits, unsigned = (32 if "32" in CPP[field.cpp_type] else 64), CPP[field.cpp_type].startswith("u")
    low, high = (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if not low <= number <= high:
        raise FieldError(path, f"must be from {low} to {high}, not {show(number)}")
    return number


def _float(value, path, field):
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value)
        number = c_float(number).value if field.type == FieldDescriptor.TYPE_FLOAT else number
        if not math.isfinite(number):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise FieldError(path, f"must be a number, not {show(value)}") from None
    return number


def _text(value, path, _field=None):
    if isinstance(value, bool):
        raise FieldError(path, f"must be a string, not the boolean {str(value).lower()}: put it in quotes")
    if isinstance(value, (str, int, float)):
        return str(value)
    raise FieldError(path, f"must be a string, not {show(value)}")


def _bytes(value, path):
    try:
        return b64decode(value, validate=True)
    except (TypeError, ValueError):
        raise FieldError(path, "must be text in base64") from None


def _enum(enum, value, path):
    if isinstance(value, str) and value in enum.values_by_name:
        return enum.values_by_name[value].number
    if isinstance(value, int) and not isinstance(value, bool) and value in enum.values_by_number:
        return value
    names = [name for name in enum.values_by_name if not name.endswith("_UNSPECIFIED")]
    hint = f"one of {listed(names)}" if len(names) <= 30 else "a value of the API" + nearest(str(value), names)
    raise FieldError(path, f"must be {hint}, not {show(value)}")


CPP = (
    {}
    if FieldDescriptor is None
    else {
        FieldDescriptor.CPPTYPE_INT32: "int32",
        FieldDescriptor.CPPTYPE_INT64: "int64",
        FieldDescriptor.CPPTYPE_UINT32: "uint32",
        FieldDescriptor.CPPTYPE_UINT64: "uint64",
    }
)
PARSERS = (
    {}
    if FieldDescriptor is None
    else {
        **dict.fromkeys(CPP, _integer),
        FieldDescriptor.CPPTYPE_BOOL: boolean,
        FieldDescriptor.CPPTYPE_DOUBLE: _float,
        FieldDescriptor.CPPTYPE_FLOAT: _float,
        FieldDescriptor.CPPTYPE_STRING: _text,
    }
)


def is_value(descriptor):
    """Whether a message is one value to its users: a time, a duration, a wrapped number."""
    return descriptor.full_name in Value.KNOWN


class Value:
    """How the well-known messages that are one value to their users are read and shown."""

    KNOWN: dict = {}

    @classmethod
    def of(cls, descriptor):
        """The reader and writer of a well-known message."""
        return cls.KNOWN[descriptor.full_name]

    @staticmethod
    def parse(descriptor, value, path):
        """The message that a user's value means."""
        try:
            message = ParseDict(value, GetMessageClass(descriptor)())
            MessageToDict(message)  # finds numbers that JSON cannot hold
            return message
        except (ParseError, TypeError, ValueError, AttributeError):
            raise FieldError(path, f"cannot be {show(value)}: the API wants a {descriptor.name} here") from None

    @staticmethod
    def plain(message):
        """The message as a user would write it."""
        return MessageToDict(message)


class Span(Value):
    """A duration: ``300s``, ``5m``, ``1h30m``, ``7d``, or a number of seconds."""

    @staticmethod
    def parse(descriptor, value, path):
        text = str(value).replace(" ", "")
        parts, sign = SPAN.findall(text), -1 if text.startswith("-") else 1
        if isinstance(value, bool) or not parts or "".join(map("".join, parts)) != text.removeprefix("-"):
            raise FieldError(path, f"must be a duration such as 300s, 5m or 1h30m, not {show(value)}")
        seconds = sum(float(number) * UNITS[unit] for number, unit in parts)
        if seconds > LONGEST:
            raise FieldError(path, f"must be a duration of at most {LONGEST}s, not {show(value)}")
        message = GetMessageClass(descriptor)()
        message.FromNanoseconds(sign * round(seconds * 1_000_000_000))
        return message


class Time(Value):
    """A moment: RFC 3339, ``2026-01-31T02:00:00Z``."""

    @staticmethod
    def parse(descriptor, value, path):
        message = GetMessageClass(descriptor)()
        try:
            message.FromJsonString(str(value).replace(" ", "T", 1))
        except ValueError:
            raise FieldError(path, f"must be a time such as 2026-01-31T02:00:00Z, not {show(value)}") from None
        return message


class Wrapped(Value):
    """A scalar in a message of its own, so that it can be absent."""

    @staticmethod
    def parse(descriptor, value, path):
        return GetMessageClass(descriptor)(value=_scalar(descriptor.fields_by_name["value"], value, path))

    @staticmethod
    def plain(message):
        return message.value


class Mask(Value):
    """A list of field names."""

    @staticmethod
    def parse(descriptor, value, path):
        if not isinstance(value, list):
            raise FieldError(path, f"must be a list of field names, not {show(value)}")
        return GetMessageClass(descriptor)(paths=[str(name) for name in value])

    @staticmethod
    def plain(message):
        return list(message.paths)


Value.KNOWN = {
    "google.protobuf.Duration": Span,
    "google.protobuf.Timestamp": Time,
    "google.protobuf.FieldMask": Mask,
    **{f"google.protobuf.{name}": Value for name in ("Struct", "Value", "ListValue", "Any")},
    **{
        f"google.protobuf.{name}Value": Wrapped
        for name in ("Bool", "Bytes", "Double", "Float", "Int32", "Int64", "String", "UInt32", "UInt64")
    },
}
