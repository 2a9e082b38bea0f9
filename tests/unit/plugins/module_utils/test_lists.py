# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What counts as a difference in a list: values replace, messages pair by their key or by agreement."""

from __future__ import annotations

import pytest

from tests.unit.plugins.module_utils.overlays import (
    POLICY,
    SECRET,
    SERVICE,
    SQL,
    TABLE,
    check,
    containers,
    flags,
    networks,
    replicas,
)

# the message, what is there, what is asked, the differences as {path: (before, after)}, the rules of the kind
CASES = {
    # lists of values
    "a list with less": (
        SERVICE,
        {"custom_audiences": ["a", "b"]},
        {"custom_audiences": ["a"]},
        {"custom_audiences": (["a", "b"], ["a"])},
        {},
    ),
    "a list in another order": (
        SERVICE,
        {"custom_audiences": ["a", "b"]},
        {"custom_audiences": ["b", "a"]},
        {"custom_audiences": (["a", "b"], ["b", "a"])},
        {},
    ),
    "a list whose order means nothing": (
        SERVICE,
        {"custom_audiences": ["a", "b"]},
        {"custom_audiences": ["b", "a"]},
        {},
        {"unordered": frozenset({"custom_audiences"})},
    ),
    "a list whose order means nothing has its members counted": (
        SERVICE,
        {"custom_audiences": ["a", "b"]},
        {"custom_audiences": ["b", "b"]},
        {"custom_audiences": (["a", "b"], ["b", "b"])},
        {"unordered": frozenset({"custom_audiences"})},
    ),
    "links in a list whose order means nothing": (
        POLICY,
        {"notification_channels": ["projects/9/notificationChannels/2", "projects/acme/notificationChannels/1"]},
        {"notification_channels": ["projects/acme/notificationChannels/1", "projects/acme/notificationChannels/2"]},
        {},
        {"unordered": frozenset({"notification_channels"}), "links": frozenset({"notification_channels"})},
    ),
    "numbers in a list": (TABLE, {"sizes": [1]}, {"sizes": ["1", 2]}, {"sizes": ([1], [1, 2])}, {}),
    # lists of messages whose items have a name or an id
    "an item's undeclared fields": (
        SERVICE,
        containers({"name": "a", "image": "x", "resources": {"limits": {"cpu": "1"}}}),
        containers({"name": "a", "image": "x"}),
        {},
        {},
    ),
    "an item's field": (
        SQL,
        flags(("a", "1")),
        flags(("a", "2")),
        {"settings.database_flags[a].value": ("1", "2")},
        {},
    ),
    "an item more": (
        SQL,
        flags(("a", "1")),
        flags(("a", "1"), ("b", "2")),
        {"settings.database_flags[b]": (None, {"name": "b", "value": "2"})},
        {},
    ),
    "an item less": (
        SQL,
        flags(("a", "1"), ("b", "2")),
        flags(("b", "2")),
        {"settings.database_flags[a]": ({"name": "a", "value": "1"}, None)},
        {},
    ),
    "items in another order": (
        SQL,
        flags(("a", "1"), ("b", "2")),
        flags(("b", "2"), ("a", "1")),
        {"settings.database_flags": (["a", "b"], ["b", "a"])},
        {},
    ),
    "items in another order that means nothing": (
        SQL,
        flags(("a", "1"), ("b", "2")),
        flags(("b", "2"), ("a", "1")),
        {},
        {"unordered": frozenset({"settings.database_flags"})},
    ),
    "items in another order and one changed": (
        SQL,
        flags(("a", "1"), ("b", "2")),
        flags(("b", "3"), ("a", "1")),
        {"settings.database_flags[b].value": ("2", "3")},
        {},
    ),
    "items that are known by an id": (
        TABLE,
        {"parts": [{"id": 1, "note": "a"}, {"id": 2, "note": "b"}]},
        {"parts": [{"id": 2, "note": "c"}]},
        {"parts[2].note": ("b", "c"), "parts[1]": ({"id": 1, "note": "a"}, None)},
        {},
    ),
    "an item never merges by its place": (
        SQL,
        flags(("a", "1")),
        flags(("b", "1")),
        {
            "settings.database_flags[b]": (None, {"name": "b", "value": "1"}),
            "settings.database_flags[a]": ({"name": "a", "value": "1"}, None),
        },
        {},
    ),
    # lists of messages with a key of the kind's own
    "a key of the kind's own": (
        SECRET,
        replicas("a", "b", customer_managed_encryption={"kms_key_name": "k"}),
        replicas("a", "b"),
        {},
        {"keys": {"replication.user_managed.replicas": "location"}},
    ),
    "a key of the kind's own finds what is gone": (
        SQL,
        networks("10.0.0.1/32", "10.0.0.2/32"),
        networks("10.0.0.2/32"),
        {"settings.ip_configuration.authorized_networks[10.0.0.1/32]": ({"value": "10.0.0.1/32"}, None)},
        {"keys": {"settings.ip_configuration.authorized_networks": "value"}},
    ),
    # lists of messages without a key
    "an item that agrees": (
        TABLE,
        {"rule": [{"do": "keep", "age": 1}, {"do": "drop", "age": 2}]},
        {"rule": [{"do": "keep"}, {"do": "drop"}]},
        {},
        {},
    ),
    "an item that none agrees with": (
        TABLE,
        {"rule": [{"do": "keep", "age": 1}, {"do": "drop", "age": 2}]},
        {"rule": [{"do": "keep"}, {"do": "drop", "age": 3}]},
        {"rule[1]": ({"do": "drop", "age": 2}, None), "rule[1] ": (None, {"do": "drop", "age": 3})},
        {},
    ),
    "one item in both lists": (
        TABLE,
        {"rule": [{"do": "keep", "age": 1}]},
        {"rule": [{"do": "drop"}]},
        {"rule[0].do": ("keep", "drop")},
        {},
    ),
    "an item in a list without a key is used once": (
        TABLE,
        {"rule": [{"do": "keep"}, {"do": "drop"}]},
        {"rule": [{"do": "keep"}, {"do": "keep"}]},
        {"rule[1]": (None, {"do": "keep"}), "rule[1] ": ({"do": "drop"}, None)},
        {},
    ),
    "items without a key in another order": (
        TABLE,
        {"rule": [{"do": "keep"}, {"do": "drop"}]},
        {"rule": [{"do": "drop"}, {"do": "keep"}]},
        {"rule": ([{"do": "keep"}, {"do": "drop"}], [{"do": "drop"}, {"do": "keep"}])},
        {},
    ),
    "items that leave out their name pair as if they had none": (
        SERVICE,
        containers({"name": "made-up", "image": "x"}, {"name": "other", "image": "y"}),
        containers({"image": "x"}, {"image": "y"}),
        {},
        {},
    ),
    "one item that leaves out its name": (
        SERVICE,
        containers({"name": "made-up", "image": "x"}),
        containers({"image": "y"}),
        {"template.containers[0].image": ("x", "y")},
        {},
    ),
}


@pytest.mark.parametrize(("schema", "there", "asked", "expected", "rules"), CASES.values(), ids=CASES)
def test_differences(schema, there, asked, expected, rules):
    check(schema, there, asked, expected, rules)
