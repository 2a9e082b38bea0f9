# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What counts as a difference, rule by rule, on real messages; lists stand in test_lists.py."""

from __future__ import annotations

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils.differences import Rules, overlay
from ansible_collections.mainstay.platform.plugins.module_utils.fields import coerce, plain
from ansible_collections.mainstay.platform.plugins.module_utils.values import KNOWN_LATER, Later
from tests.unit.plugins.module_utils.overlays import (
    CLEAN,
    KEY,
    REPOSITORY,
    SECRET,
    SERVICE,
    SQL,
    TABLE,
    check,
    containers,
    flags,
    kind,
    laid,
    replicas,
    settings,
)

# the message, what is there, what is asked, the differences as {path: (before, after)}, the rules of the kind
CASES = {
    # only what is declared
    "what nobody declared": (SQL, settings(tier="a", pricing_plan="PER_USE"), settings(tier="a"), {}, {}),
    "a value": (SQL, settings(tier="a"), settings(tier="b"), {"settings.tier": ("a", "b")}, {}),
    "a value that is new": (SQL, {}, settings(tier="b"), {"settings.tier": (None, "b")}, {}),
    "an enum": (
        SQL,
        settings(activation_policy="ALWAYS"),
        settings(activation_policy="NEVER"),
        {"settings.activation_policy": ("ALWAYS", "NEVER")},
        {},
    ),
    "a number that was given as text": (
        SQL,
        settings(data_disk_size_gb="10"),
        settings(data_disk_size_gb="10"),
        {},
        {},
    ),
    "a duration in other words": (SERVICE, {"template": {"timeout": "300s"}}, {"template": {"timeout": "5m"}}, {}, {}),
    "a duration": (
        SERVICE,
        {"template": {"timeout": "300s"}},
        {"template": {"timeout": 60}},
        {"template.timeout": ("300s", "60s")},
        {},
    ),
    # an absent leaf equals its type's default
    "false for an absent wrapper": (SQL, {}, settings(storage_auto_resize=False), {}, {}),
    "zero for an absent wrapper": (SQL, {}, settings(maintenance_window={"hour": 0}), {}, {}),
    "an empty optional string": (SECRET, {}, {"customer_managed_encryption": {"kms_key_name": ""}}, {}, {}),
    "zero for an absent optional number": (TABLE, {"parts": [{}]}, {"parts": [{"id": 0}]}, {}, {}),
    "no time for an absent duration": (SERVICE, {}, {"template": {"timeout": "0s"}}, {}, {}),
    "no time for an absent duration of a choice": (SECRET, {}, {"ttl": "0s"}, {}, {}),
    "an empty string of a choice": (
        SERVICE,
        containers({"env": [{"name": "A"}]}),
        containers({"env": [{"name": "A", "value": ""}]}),
        {},
        {},
    ),
    "an enum's first value": (SQL, {}, {"state": "SQL_INSTANCE_STATE_UNSPECIFIED"}, {}, {}),
    "false where true is": (
        SQL,
        settings(storage_auto_resize=True),
        settings(storage_auto_resize=False),
        {"settings.storage_auto_resize": (True, False)},
        {},
    ),
    "no time where some is": (
        SERVICE,
        {"template": {"timeout": "300s"}},
        {"template": {"timeout": "0s"}},
        {"template.timeout": ("300s", "0s")},
        {},
    ),
    # clearing
    "a string cleared": (SERVICE, {"description": "x"}, {"description": ""}, {"description": ("x", "")}, {}),
    "a number cleared": (
        SERVICE,
        {"template": {"max_instance_request_concurrency": 5}},
        {"template": {"max_instance_request_concurrency": 0}},
        {"template.max_instance_request_concurrency": (5, 0)},
        {},
    ),
    "a list cleared": (
        SERVICE,
        {"custom_audiences": ["x"]},
        {"custom_audiences": []},
        {"custom_audiences": (["x"], [])},
        {},
    ),
    "a list of messages cleared": (
        SQL,
        flags(("a", "1")),
        settings(database_flags=[]),
        {"settings.database_flags[a]": ({"name": "a", "value": "1"}, None)},
        {},
    ),
    "a map cleared": (SECRET, {"labels": {"a": "b"}}, {"labels": {}}, {"labels[a]": ("b", None)}, {}),
    "a message cleared": (
        SERVICE,
        {"template": {"vpc_access": {"connector": "c"}}},
        {"template": {"vpc_access": {}}},
        {"template.vpc_access": ({"connector": "c"}, {})},
        {},
    ),
    # empty messages
    "an empty message that is absent": (SERVICE, {}, {"template": {"vpc_access": {}}}, {}, {}),
    "an empty message of which only the API speaks": (
        SERVICE,
        {"template": {"vpc_access": {"connector": "c"}}},
        {"template": {"vpc_access": {}}},
        {},
        {"output_only": frozenset({"template.vpc_access.connector"})},
    ),
    "an empty message of a choice": (
        SECRET,
        {},
        {"replication": {"automatic": {}}},
        {"replication.automatic": (None, {})},
        {},
    ),
    "an empty message of a choice that is there": (
        SECRET,
        {"replication": {"automatic": {}}},
        {"replication": {"automatic": {}}},
        {},
        {},
    ),
    "another member of a choice": (
        SECRET,
        {"replication": {"automatic": {}}},
        replicas("a"),
        {"replication.user_managed.replicas[0]": (None, {"location": "a"})},
        {},
    ),
    "a default instead of another member of a choice": (
        SERVICE,
        containers({"env": [{"name": "A", "value_source": {"secret_key_ref": {"secret": "s"}}}]}),
        containers({"env": [{"name": "A", "value": ""}]}),
        {"template.containers[0].env[A].value": (None, "")},
        {},
    ),
    "a default beside another member of a choice": (
        SERVICE,
        containers({"env": [{"name": "A", "value_source": {"secret_key_ref": {"secret": "s"}}}]}),
        containers({"env": [{"name": "A", "value": "", "value_source": {"secret_key_ref": {"secret": "s"}}}]}),
        {},
        {},
    ),
    # maps
    "a label more": (SECRET, {"labels": {"a": "b"}}, {"labels": {"a": "b", "c": "d"}}, {"labels[c]": (None, "d")}, {}),
    "a label with nothing": (SECRET, {}, {"labels": {"a": ""}}, {"labels[a]": (None, "")}, {}),
    "a label less": (SECRET, {"labels": {"a": "b", "c": "d"}}, {"labels": {"a": "b"}}, {"labels[c]": ("d", None)}, {}),
    "a label's value": (SECRET, {"labels": {"a": "b"}}, {"labels": {"a": "c"}}, {"labels[a]": ("b", "c")}, {}),
    "a key that holds dots": (
        SECRET,
        {"annotations": {"a.b": "c"}},
        {"annotations": {"a.b": "d"}},
        {"annotations[a.b]": ("c", "d")},
        {},
    ),
    "a label of Google's own": (SECRET, {"labels": {"a": "b", "goog-managed": "x"}}, {"labels": {"a": "b"}}, {}, {}),
    "messages in a map merge": (
        REPOSITORY,
        {"cleanup_policies": {CLEAN: {"id": "x", "action": "KEEP"}}},
        {"cleanup_policies": {CLEAN: {"action": "DELETE"}}},
        {"cleanup_policies[rule].action": ("KEEP", "DELETE")},
        {},
    ),
    "a message in a map more": (
        REPOSITORY,
        {},
        {"cleanup_policies": {CLEAN: {"action": "KEEP"}}},
        {"cleanup_policies[rule]": (None, {"action": "KEEP"})},
        {},
    ),
    "a message in a map less": (
        REPOSITORY,
        {"cleanup_policies": {CLEAN: {"action": "KEEP"}}},
        {"cleanup_policies": {}},
        {"cleanup_policies[rule]": ({"action": "KEEP"}, None)},
        {},
    ),
    # equivalences
    "a full link": (
        SQL,
        settings(
            ip_configuration={"private_network": "https://www.googleapis.com/compute/v1/projects/1/global/networks/n"}
        ),
        settings(ip_configuration={"private_network": "projects/acme/global/networks/n"}),
        {},
        {"links": frozenset({"settings.ip_configuration.private_network"})},
    ),
    "a link to something else": (
        SQL,
        {"disk_encryption_configuration": {"kms_key_name": KEY}},
        {"disk_encryption_configuration": {"kms_key_name": KEY + "2"}},
        {"disk_encryption_configuration.kms_key_name": (KEY, KEY + "2")},
        {"links": frozenset({"disk_encryption_configuration.kms_key_name"})},
    ),
    "a link that is taken away": (
        SQL,
        {"disk_encryption_configuration": {"kms_key_name": KEY}},
        {"disk_encryption_configuration": {"kms_key_name": ""}},
        {"disk_encryption_configuration.kms_key_name": (KEY, "")},
        {"links": frozenset({"disk_encryption_configuration.kms_key_name"})},
    ),
    "a link where nothing says that it is one": (
        SQL,
        {"master_instance_name": "projects/acme/main"},
        {"master_instance_name": "main"},
        {"master_instance_name": ("projects/acme/main", "main")},
        {},
    ),
    "another case": (
        SQL,
        {"region": "EUROPE-WEST1"},
        {"region": "europe-west1"},
        {},
        {"anycase": frozenset({"region"})},
    ),
    "another case that matters": (SQL, {"region": "A"}, {"region": "a"}, {"region": ("A", "a")}, {}),
    "a size that grew by itself": (
        SQL,
        settings(data_disk_size_gb=50),
        settings(data_disk_size_gb=20),
        {},
        {"floor": frozenset({"settings.data_disk_size_gb"})},
    ),
    "a size that shall grow": (
        SQL,
        settings(data_disk_size_gb=50),
        settings(data_disk_size_gb=60),
        {"settings.data_disk_size_gb": (50, 60)},
        {"floor": frozenset({"settings.data_disk_size_gb"})},
    ),
    "a size that shall shrink": (
        SQL,
        settings(data_disk_size_gb=50),
        settings(data_disk_size_gb=20),
        {"settings.data_disk_size_gb": (50, 20)},
        {},
    ),
    # what the API never tells
    "what the API never tells": (SQL, {}, {"root_password": "x"}, {}, {"input_only": frozenset({"root_password"})}),
    "what the API never tells of anything below": (
        SQL,
        {},
        settings(tier="x"),
        {},
        {"input_only": frozenset({"settings"})},
    ),
    "what the API never tells in an item that is new": (
        SQL,
        {},
        flags(("a", "1")),
        {"settings.database_flags[a]": (None, {"name": "a", "value": "1"})},
        {"input_only": frozenset({"settings.database_flags.value"})},
    ),
    "what the API never tells in a message of a map that is new": (
        REPOSITORY,
        {},
        {"cleanup_policies": {CLEAN: {"id": "x", "action": "KEEP"}}},
        {"cleanup_policies[rule]": (None, {"id": "x", "action": "KEEP"})},
        {"input_only": frozenset({"cleanup_policies.id"})},
    ),
    # what is known later
    "a leaf that is known later": (
        SERVICE,
        {"description": "x"},
        {"description": Later()},
        {"description": ("x", KNOWN_LATER)},
        {},
    ),
    "a message that is known later": (SERVICE, {}, {"template": Later()}, {"template": (None, KNOWN_LATER)}, {}),
    "a value of a list that is known later": (
        SERVICE,
        {"custom_audiences": ["a"]},
        {"custom_audiences": ["a", Later()]},
        {"custom_audiences": (["a"], ["a", KNOWN_LATER])},
        {},
    ),
    "a value of a map that is known later": (
        SECRET,
        {"labels": {"a": "b"}},
        {"labels": {"a": Later()}},
        {"labels[a]": ("b", KNOWN_LATER)},
        {},
    ),
    "a leaf of an item that is known later": (
        SQL,
        flags(("a", "1")),
        flags(("a", Later())),
        {"settings.database_flags[a].value": ("1", KNOWN_LATER)},
        {},
    ),
}


@pytest.mark.parametrize(("schema", "there", "asked", "expected", "rules"), CASES.values(), ids=CASES)
def test_differences(schema, there, asked, expected, rules):
    check(schema, there, asked, expected, rules)


# the message, what is there, what is asked, what shall be written, the rules
BECOMES = {
    "undeclared fields of a member are kept, declared ones merged": (
        SERVICE,
        containers({"name": "a", "image": "x", "working_dir": "/w", "ports": [{"container_port": 80}]}),
        containers({"name": "a", "image": "y"}),
        containers({"name": "a", "image": "y", "working_dir": "/w", "ports": [{"container_port": 80}]}),
        {},
    ),
    "a member that is new has only what was declared": (
        SERVICE,
        containers({"name": "a", "image": "x", "working_dir": "/w"}),
        containers({"name": "b", "image": "x"}),
        containers({"name": "b", "image": "x"}),
        {},
    ),
    "members stand in the order declared": (
        SQL,
        flags(("a", "1"), ("b", "2")),
        flags(("c", "3"), ("b", "2"), ("a", "1")),
        flags(("c", "3"), ("b", "2"), ("a", "1")),
        {},
    ),
    "messages of a map keep what nobody declared": (
        REPOSITORY,
        {"cleanup_policies": {CLEAN: {"id": "x", "action": "KEEP"}}},
        {"cleanup_policies": {CLEAN: {"action": "DELETE"}}},
        {"cleanup_policies": {CLEAN: {"id": "x", "action": "DELETE"}}},
        {},
    ),
    "labels of Google's own stay": (
        SECRET,
        {"labels": {"goog-x": "y", "a": "b"}},
        {"labels": {"c": "d"}},
        {"labels": {"goog-x": "y", "c": "d"}},
        {},
    ),
    "a declared default is sent on create": (
        SQL,
        {},
        settings(storage_auto_resize=False, backup_configuration={"enabled": False}),
        settings(storage_auto_resize=False, backup_configuration={"enabled": False}),
        {"fresh": True},
    ),
    "what the API never tells is sent on create": (
        SQL,
        {},
        {"root_password": "x"},
        {"root_password": "x"},
        {"fresh": True, "input_only": frozenset({"root_password"})},
    ),
    "what the API never tells is sent with a member that is new": (
        REPOSITORY,
        {},
        {"cleanup_policies": {CLEAN: {"id": "x"}}},
        {"cleanup_policies": {CLEAN: {"id": "x"}}},
        {"input_only": frozenset({"cleanup_policies.id"})},
    ),
    "an equivalent value is left as the API wrote it": (
        SQL,
        {"region": "EUROPE-WEST1"},
        {"region": "europe-west1"},
        {"region": "EUROPE-WEST1"},
        {"anycase": frozenset({"region"})},
    ),
    "the other member of a choice goes": (
        SECRET,
        replicas("a"),
        {"replication": {"automatic": {}}},
        {"replication": {"automatic": {}}},
        {},
    ),
}


@pytest.mark.parametrize(("schema", "there", "asked", "becomes", "rules"), BECOMES.values(), ids=BECOMES)
def test_what_shall_be_written(schema, there, asked, becomes, rules):
    message, _found = laid(schema, there, asked, **rules)
    assert plain(message) == becomes


def test_what_the_api_never_tells_is_a_difference_when_it_is_sent_again():
    message, rules = SQL(), Rules(kind(input_only=frozenset({"root_password"})), resend=True)
    found = overlay(coerce(SQL.DESCRIPTOR, {"root_password": "x"}), message, rules)
    assert [(path, after) for path, _before, after in found] == [("root_password", "x")]
