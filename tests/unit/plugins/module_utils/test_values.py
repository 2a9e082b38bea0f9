# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Leaves: what each type of field may be given, what that means, and the sentence for what it may not."""

from __future__ import annotations

import math

import pytest
from google.cloud import run_v2, sqladmin_v1beta4

from ansible_collections.mainstay.platform.plugins.module_utils.fields import fields_of, protobuf_class, simple
from ansible_collections.mainstay.platform.plugins.module_utils.schema import build
from ansible_collections.mainstay.platform.plugins.module_utils.values import FieldError, Later, leaf, show

SETTINGS = protobuf_class(sqladmin_v1beta4.Settings).DESCRIPTOR
SERVICE = protobuf_class(run_v2.Service).DESCRIPTOR
CONTAINER = protobuf_class(run_v2.ContainerPort).DESCRIPTOR
TABLE = build(
    "LeafCases",
    {
        "text": str,
        "whole": int,
        "yes": bool,
        "real": float,
        "raw": bytes,
        "span": "Duration",
        "moment": "Timestamp",
        "free": "Struct",
        "any": "Value",
        "items": "ListValue",
        "mask": "FieldMask",
        "flag": "BoolValue",
        "small": "Int32Value",
        "positive": "UInt32Value",
        "half": "FloatValue",
    },
).DESCRIPTOR
WORDS = {
    "on": (SETTINGS, "activation_policy"),
    "port": (CONTAINER, "container_port"),
    "ingress": (SERVICE, "ingress"),
    **{name: (TABLE, name) for name in fields_of(TABLE)},
}

MEANS = {  # a field, what a user may write, and what that is when it is shown again
    "true": ("yes", "true", True),
    "yes": ("yes", "Yes", True),
    "off": ("yes", "off", False),
    "1": ("yes", 1, True),
    "false": ("yes", False, False),
    "a number as text": ("whole", "42", 42),
    "a whole float": ("whole", 42.0, 42),
    "the largest int64": ("whole", str(2**63 - 1), 2**63 - 1),
    "the smallest int64": ("whole", -(2**63), -(2**63)),
    "the largest int32": ("port", 2**31 - 1, 2**31 - 1),
    "an integer for a real number": ("real", 3, 3.0),
    "a real number as text": ("real", "0.5", 0.5),
    "a float of 32 bits": ("half", 0.5, 0.5),
    "a number for a string": ("text", 15, "15"),
    "a fraction for a string": ("text", 1.5, "1.5"),
    "an empty string": ("text", "", ""),
    "base64": ("raw", "aGk=", "aGk="),
    "an enum's name": ("ingress", "INGRESS_TRAFFIC_ALL", "INGRESS_TRAFFIC_ALL"),
    "an enum's number": ("ingress", 1, "INGRESS_TRAFFIC_ALL"),
    "seconds as a number": ("span", 300, "300s"),
    "seconds as text": ("span", "300", "300s"),
    "seconds": ("span", "300s", "300s"),
    "minutes": ("span", "5m", "300s"),
    "hours and minutes": ("span", "1h30m", "5400s"),
    "days": ("span", "7d", "604800s"),
    "parts with spaces": ("span", "1h 30m", "5400s"),
    "a fraction of a second": ("span", "1.5s", "1.500s"),
    "a fraction as a number": ("span", 0.25, "0.250s"),
    "no time": ("span", "0s", "0s"),
    "a negative duration": ("span", "-5s", "-5s"),
    "a negative duration of parts": ("span", "-1h30m", "-5400s"),
    "the longest duration": ("span", 315_576_000_000, "315576000000s"),
    "a moment": ("moment", "2026-01-31T02:00:00Z", "2026-01-31T02:00:00Z"),
    "a moment elsewhere": ("moment", "2026-01-31T03:00:00+01:00", "2026-01-31T02:00:00Z"),
    "a moment as YAML prints it": ("moment", "2026-01-31 02:00:00+00:00", "2026-01-31T02:00:00Z"),
    "a wrapped boolean": ("flag", "no", False),
    "a wrapped number": ("small", "7", 7),
    "a structure": ("free", {"a": [1, {"b": None}]}, {"a": [1.0, {"b": None}]}),
    "any value": ("any", "x", "x"),
    "any list": ("items", [1, "x"], [1.0, "x"]),
    "a mask": ("mask", ["a", "b.c"], ["a", "b.c"]),
}


@pytest.mark.parametrize(("name", "value", "expected"), MEANS.values(), ids=MEANS)
def test_what_a_value_means(name, value, expected):
    descriptor, field_name = WORDS[name]
    field = fields_of(descriptor)[field_name]
    assert simple(field, leaf(field, value, "x")) == expected


INT32, INT64 = "must be from -2147483648 to 2147483647", "must be from -9223372036854775808 to 9223372036854775807"
SPAN, TIME = "must be a duration such as 300s, 5m or 1h30m", "must be a time such as 2026-01-31T02:00:00Z"
REFUSED = {
    "a word for a boolean": ("yes", "maybe", "must be true or false, not 'maybe'"),
    "a number for a boolean": ("yes", 2, "must be true or false, not 2"),
    "nothing for a boolean": ("yes", "", "must be true or false, not ''"),
    "a list for a boolean": ("yes", [], "must be true or false, not []"),
    "a word for a number": ("whole", "many", "must be a whole number, not 'many'"),
    "a boolean for a number": ("whole", True, "must be a whole number, not true"),
    "a fraction for a number": ("whole", 1.5, "must be a whole number, not 1.5"),
    "a dictionary for a number": ("whole", {}, "must be a whole number, not {}"),
    "infinity for a number": ("whole", math.inf, "must be a whole number, not inf"),
    "nan for a number": ("whole", math.nan, "must be a whole number, not nan"),
    "beyond int64": ("whole", 2**63, f"{INT64}, not 9223372036854775808"),
    "below int64": ("whole", -(2**63) - 1, f"{INT64}, not -9223372036854775809"),
    "beyond int32": ("port", 2**31, f"{INT32}, not 2147483648"),
    "a negative number without sign": ("positive", -1, "must be from 0 to 4294967295, not -1"),
    "nan": ("real", math.nan, "must be a number, not nan"),
    "nan as text": ("real", "NaN", "must be a number, not 'NaN'"),
    "infinity": ("real", math.inf, "must be a number, not inf"),
    "a boolean for a real number": ("real", True, "must be a number, not true"),
    "a number too large for a float": ("real", 10**400, f"must be a number, not {show(10**400)}"),
    "a number too large for 32 bits": ("half", 1e300, "must be a number, not 1e+300"),
    "a boolean for a string": ("text", True, "must be a string, not the boolean true: put it in quotes"),
    "a list for a string": ("text", ["a"], "must be a string, not ['a']"),
    "no base64": ("raw", "not base64!", "must be text in base64"),
    "a number for bytes": ("raw", 5, "must be text in base64"),
    "an enum in the wrong case": (
        "on",
        "always",
        "must be one of ALWAYS, NEVER or ON_DEMAND, not 'always'",
    ),
    "a boolean for an enum": ("on", True, "must be one of ALWAYS, NEVER or ON_DEMAND, not true"),
    "an enum's unknown number": ("on", 99, "must be one of ALWAYS, NEVER or ON_DEMAND, not 99"),
    "a list for an enum": ("on", [], "must be one of ALWAYS, NEVER or ON_DEMAND, not []"),
    "a duration without a number": ("span", "long", f"{SPAN}, not 'long'"),
    "a duration in unknown units": ("span", "5 weeks", f"{SPAN}, not '5 weeks'"),
    "a boolean for a duration": ("span", True, f"{SPAN}, not true"),
    "nothing for a duration": ("span", "", f"{SPAN}, not ''"),
    "a duration with a sign within": ("span", "1h-30m", f"{SPAN}, not '1h-30m'"),
    "a duration of nan": ("span", math.nan, f"{SPAN}, not nan"),
    "a duration of years beyond number": (
        "span",
        "99999999999999d",
        "must be a duration of at most 315576000000s, not '99999999999999d'",
    ),
    "a duration beyond floats": (
        "span",
        "9" * 400,
        f"must be a duration of at most 315576000000s, not {show('9' * 400)}",
    ),
    "a date": ("moment", "2026-01-31", f"{TIME}, not '2026-01-31'"),
    "a moment that never was": ("moment", "2026-13-01T00:00:00Z", f"{TIME}, not '2026-13-01T00:00:00Z'"),
    "a number for a moment": ("moment", 5, f"{TIME}, not 5"),
    "text for a wrapped boolean": ("flag", "perhaps", "must be true or false, not 'perhaps'"),
    "beyond a wrapped int32": ("small", 2**40, f"{INT32}, not 1099511627776"),
    "text for a structure": ("free", "x", "cannot be 'x': the API wants a Struct here"),
    "nan in a structure": ("free", {"a": math.nan}, "cannot be {'a': nan}: the API wants a Struct here"),
    "a dictionary for a list of values": ("items", {}, "cannot be {}: the API wants a ListValue here"),
    "text for a mask": ("mask", "a", "must be a list of field names, not 'a'"),
}


@pytest.mark.parametrize(("name", "value", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_a_value_may_not_be(name, value, sentence):
    descriptor, field_name = WORDS[name]
    with pytest.raises(FieldError) as caught:
        leaf(fields_of(descriptor)[field_name], value, "here[0].it")
    assert str(caught.value) == f"here[0].it {sentence}"


def test_an_enum_of_many_values_names_the_nearest_one():
    field = fields_of(protobuf_class(sqladmin_v1beta4.DatabaseInstance).DESCRIPTOR)["database_version"]
    with pytest.raises(FieldError) as caught:
        leaf(field, "POSTGRES15", "database_version")
    assert str(caught.value).startswith("database_version must be a value of the API; did you mean POSTGRES_1")


def test_an_unknown_enum_number_survives_being_shown():
    assert simple(fields_of(SERVICE)["ingress"], 4711) == 4711


def test_what_is_not_known_yet_may_stand_for_any_value():
    later = Later()
    for name in WORDS.values():
        assert leaf(fields_of(name[0])[name[1]], later, "x") is later


def test_a_fault_without_a_path_is_a_sentence_of_its_own():
    assert str(FieldError("", "an item is a dictionary")) == "an item is a dictionary"


def test_a_long_value_is_shown_short():
    assert len(show("x" * 100)) == 60
