# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No false drift and no missed drift, for every recorded read of every kind there is."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils.fields import (
    bare,
    coerce,
    covers,
)
from ansible_collections.mainstay.platform.plugins.module_utils.reconcile import Item
from tests.mutations import mutations, names, tells
from tests.recordings import reads

ROWS = [(kind, row) for kind, row in reads.rows() if not kind.shared and reads.asked(kind, row)]
POLICIES = [(kind, row) for kind, row in reads.rows() if kind.shared]


def label(value):
    return f"{value['case']}-{value['exchange']}" if isinstance(value, dict) else value.name


def drift(kind, declared, row):
    """What the engine would report of a declaration against the recorded answer."""
    message = reads.answered(kind, row)
    found = kind.overlay(Item(0, kind, {}, coerce(kind.descriptor, declared)), message, False)
    return [difference for difference in found if not reads.unknown(row, difference.path)]


def test_there_are_recordings():
    assert len(ROWS) > 40
    assert sum(len(list(mutations(kind.descriptor, reads.asked(kind, row)))) for kind, row in ROWS) > 500
    assert {kind.name for kind, _row in ROWS} >= {
        "sql_instance",
        "sql_user",
        "secretmanager_secret",
        "iam_service_account",
    }


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=label)
def test_what_was_sent_is_no_drift_from_what_was_returned(kind, row):
    assert drift(kind, reads.asked(kind, row), row) == []


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=label)
def test_each_changed_leaf_is_the_drift(kind, row):
    for keys, changed in mutations(kind.descriptor, reads.asked(kind, row)):
        path = names(keys)
        if covers(kind.input_only, path) or reads.unknown(row, path) or path in kind.yields:
            continue
        found = {bare(difference.path) for difference in drift(kind, changed, row)}
        found -= {freed for freed, switch in kind.yields.items() if switch == path}
        assert tells(found, path), f"{path} changed, {found} reported"


@pytest.mark.parametrize(("kind", "row"), POLICIES, ids=label)
def test_every_binding_of_a_policy_is_found_and_a_new_member_is_the_drift(kind, row):
    body = row.get("create_request_body") or row["request_body"]
    policy = reads.answered(kind, row)
    for binding in body.get("policy", body)["bindings"]:
        declared = reads.declare(kind.descriptor, binding)
        scope, fields = kind.check({"resource": "projects/acme-prod-1", "authoritative": True, **declared})
        assert kind.overlay(Item(0, kind, scope, fields), copy.deepcopy(policy), False) == []
        more = {**fields, "members": [*fields["members"], "user:new@example.com"]}
        found = kind.overlay(Item(0, kind, scope, more), copy.deepcopy(policy), False)
        assert [difference.path for difference in found] == ["members[user:new@example.com]"]
