# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a declaration may hold, where it is wrong, and how messages and paths are shown."""

from __future__ import annotations

import pytest
from google.cloud import run_v2, secretmanager_v1, sqladmin_v1beta4
from google.protobuf.json_format import ParseDict

from ansible_collections.mainstay.platform.plugins.module_utils.fields import (
    MASK,
    bare,
    coerce,
    covers,
    leaves,
    masked,
    plain,
    plain_at,
    protobuf_class,
)
from ansible_collections.mainstay.platform.plugins.module_utils.schema import build
from ansible_collections.mainstay.platform.plugins.module_utils.values import FieldError, Later

SQL, SERVICE, SECRET = map(protobuf_class, (sqladmin_v1beta4.DatabaseInstance, run_v2.Service, secretmanager_v1.Secret))
LATER = Later()
TABLE = build("CoerceCases", {"name": str, "raw": bytes, "tags": {str}, "sizes": [int], "window": {"hour": int}})

# the message, what a user wrote, what that is to the engine
MEANS = {
    "None is nothing": (SQL, {"region": None}, {}),
    "a message of None alone is nothing": (
        SQL,
        {"settings": {"tier": None, "ip_configuration": {"ssl_mode": None}}},
        {},
    ),
    "an empty message says that all shall go": (SQL, {"settings": {}}, {"settings": {}}),
    "None is nothing in a message": (
        SQL,
        {"settings": {"tier": None, "time_zone": "x"}},
        {"settings": {"time_zone": "x"}},
    ),
    "None is nothing in an item": (
        SQL,
        {"settings": {"database_flags": [{"name": "a", "value": None}]}},
        {"settings": {"database_flags": [{"name": "a"}]}},
    ),
    "None is no item": (TABLE, {"sizes": [1, None, 2]}, {"sizes": [1, 2]}),
    "None is no entry of a map": (SECRET, {"labels": {"a": None, "b": "c"}}, {"labels": {"b": "c"}}),
    "an empty list is said": (TABLE, {"sizes": []}, {"sizes": []}),
    "an empty map is said": (SECRET, {"labels": {}}, {"labels": {}}),
    "an empty message is said": (SQL, {"settings": {}}, {"settings": {}}),
    "an empty string is said": (SQL, {"region": ""}, {"region": ""}),
    "leaves get their types": (TABLE, {"sizes": ["1", 2.0], "tags": {1: 2}}, {"sizes": [1, 2], "tags": {"1": "2"}}),
    "what is known later may be a leaf": (SQL, {"region": LATER}, {"region": LATER}),
    "what is known later may be a message": (SQL, {"settings": LATER}, {"settings": LATER}),
    "what is known later may be an item": (TABLE, {"sizes": [LATER]}, {"sizes": [LATER]}),
    "what is known later may be a value of a map": (SECRET, {"labels": {"a": LATER}}, {"labels": {"a": LATER}}),
    "a default beside another member of a choice says nothing": (
        SECRET,
        {"topics": [], "ttl": "0s", "expire_time": LATER},
        {"topics": [], "expire_time": LATER},
    ),
    "one of two defaults of a choice is enough": (
        SECRET,
        {"ttl": "0s", "expire_time": "1970-01-01T00:00:00Z"},
        ["expire_time"],
    ),
    "a name as the public knows it": (
        SERVICE,
        {"template": {"volumes": [{"name": "v", "cloud_sql_instance": {"instances": ["i"]}}]}},
        {"template": {"volumes": [{"name": "v", "cloud_sql_instance": {"instances": ["i"]}}]}},
    ),
}


@pytest.mark.parametrize(("schema", "asked", "expected"), MEANS.values(), ids=MEANS)
def test_what_a_declaration_means(schema, asked, expected):
    found = coerce(schema.DESCRIPTOR, asked)
    assert (list(found) if isinstance(expected, list) else found) == expected


REFUSED = {
    "a misspelt name without a value": (
        SQL,
        {"settings": {"tierr": None}},
        "settings.tierr is no field of the API; did you mean tier?",
    ),
    "an unknown field": (SQL, {"regoin": "x"}, "regoin is no field of the API; did you mean region?"),
    "an unknown field of a message": (
        SQL,
        {"settings": {"teir": "x"}},
        "settings.teir is no field of the API; did you mean tier?",
    ),
    "an unknown field of an item": (
        SQL,
        {"settings": {"database_flags": [{"name": "a"}, {"nam": "a"}]}},
        "settings.database_flags[1].nam is no field of the API; did you mean name?",
    ),
    "an unknown field among few": (
        SECRET,
        {"topics": [{"xyzzy": 1}]},
        "topics[0].xyzzy is no field of the API; there are: name",
    ),
    "a field in the API's own spelling": (
        SQL,
        {"settings": {"dataDiskSizeGb": 1}},
        "settings.dataDiskSizeGb is no field of the API; did you mean data_disk_size_gb?",
    ),
    "a name that is no text": (TABLE, {5: 1}, "5 is no field of the API; there are: name, raw, sizes, tags, window"),
    "text for a message": (
        TABLE,
        {"window": "night"},
        "window must be a dictionary with some of hour, not 'night'",
    ),
    "text for a list": (TABLE, {"sizes": "1"}, "sizes must be a list, not '1'"),
    "a dictionary for a list": (TABLE, {"sizes": {}}, "sizes must be a list, not {}"),
    "a list for a map": (TABLE, {"tags": ["a"]}, "tags must be a dictionary, not ['a']"),
    "a wrong item": (TABLE, {"sizes": [1, "x"]}, "sizes[1] must be a whole number, not 'x'"),
    "a wrong value of a map": (TABLE, {"tags": {"a.b": []}}, "tags[a.b] must be a string, not []"),
    "text for a whole declaration": (
        TABLE,
        "x",
        "must be a dictionary with some of name, raw, sizes, tags, window, not 'x'",
    ),
    "two members of a choice": (
        SECRET,
        {"replication": {"automatic": {}, "user_managed": {"replicas": []}}},
        "replication.automatic and user_managed exclude each other: give one of them",
    ),
    "two values of a choice": (
        SECRET,
        {"ttl": "5m", "expire_time": "2026-01-31T02:00:00Z"},
        "expire_time and ttl exclude each other: give one of them",
    ),
}


@pytest.mark.parametrize(("schema", "asked", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_a_declaration_may_not_hold(schema, asked, sentence):
    with pytest.raises(FieldError) as caught:
        coerce(schema.DESCRIPTOR, asked)
    assert str(caught.value) == sentence


BARE = {
    "region": "region",
    "settings.tier": "settings.tier",
    "settings.database_flags[a].value": "settings.database_flags.value",
    "labels[a.b]": "labels",
    "labels[a.b].c": "labels.c",
    "a[0].b[x[y].z].c": "a.b.c",
}


@pytest.mark.parametrize(("path", "expected"), BARE.items(), ids=BARE)
def test_bare(path, expected):
    assert bare(path) == expected


COVERS = {
    "itself": ({"a.b"}, "a.b", True),
    "what stands below": ({"a"}, "a.b.c", True),
    "an item below": ({"a.b"}, "a[x].b[y].c", True),
    "what stands above": ({"a.b"}, "a", False),
    "what only begins alike": ({"a"}, "ab", False),
    "nothing": (set(), "a", False),
}


@pytest.mark.parametrize(("paths", "path", "expected"), COVERS.values(), ids=COVERS)
def test_covers(paths, path, expected):
    assert covers(paths, path) is expected


def test_leaves():
    asked = {"a": 1, "b": {"c": [1, 2], "d": {}}, "e": [{"f": 1}, {"g": {"h": 2}}], "i": []}
    assert leaves(asked) == {"a", "b.c", "b.d", "e.f", "e.g.h", "i"}


def test_masked_hides_what_stands_at_and_below_secret_paths():
    shown = {"user": "u", "password": "p", "env": [{"name": "A", "value": "v"}], "keys": {"a.b": {"c": "d"}}}
    assert masked(shown, {"password", "env.value", "keys"}) == {
        "user": "u",
        "password": MASK,
        "env": [{"name": "A", "value": MASK}],
        "keys": MASK,
    }


PLAIN = {
    "wrappers, maps and lists": (
        SQL,
        {"settings": {"storage_auto_resize": False, "user_labels": {"a": "b"}, "database_flags": [{"name": "x"}]}},
    ),
    "an int64 is a number": (SQL, {"settings": {"data_disk_size_gb": 2**53 + 1}}),
    "an enum by its name": (SERVICE, {"ingress": "INGRESS_TRAFFIC_ALL"}),
    "an empty message that is there": (SECRET, {"replication": {"automatic": {}}}),
    "bytes in base64": (TABLE, {"raw": "aGk="}),
}


@pytest.mark.parametrize(("schema", "message"), PLAIN.values(), ids=PLAIN)
def test_plain(schema, message):
    assert plain(ParseDict(message, schema())) == message


def test_plain_leaves_out_what_is_hidden_at_any_depth():
    message = ParseDict(
        {"region": "r", "settings": {"tier": "t", "database_flags": [{"name": "a", "value": "1"}]}}, SQL()
    )
    assert plain(message, hide={"region", "settings.database_flags.value"}) == {
        "settings": {"tier": "t", "database_flags": [{"name": "a"}]}
    }


PLAIN_AT = {
    "settings.tier": "t",
    "settings.database_flags.0.name": "a",
    "settings.database_flags.7.name": None,
    "settings.database_flags.x": None,
    "region": None,
    "settings.tier.deeper": None,
}


@pytest.mark.parametrize(("path", "expected"), PLAIN_AT.items(), ids=PLAIN_AT)
def test_plain_at(path, expected):
    message = ParseDict({"settings": {"tier": "t", "database_flags": [{"name": "a"}]}}, SQL())
    assert plain_at(message, path) == expected


@pytest.mark.parametrize("library", [run_v2.Service, SERVICE], ids=["proto-plus", "protobuf"])
def test_protobuf_class(library):
    assert protobuf_class(library) is SERVICE


BUILT = {
    "text": ({"name": "x"}, {"name": "x"}),
    "a nested table": ({"window": {"hour": "3"}}, {"window": {"hour": 3}}),
    "a map": ({"tags": {"a": "b"}}, {"tags": {"a": "b"}}),
    "an absent scalar and a default": ({"name": ""}, {"name": ""}),
}


@pytest.mark.parametrize(("given", "expected"), BUILT.values(), ids=BUILT)
def test_a_message_that_was_built_from_a_table(given, expected):
    assert plain(ParseDict(given, TABLE())) == expected
