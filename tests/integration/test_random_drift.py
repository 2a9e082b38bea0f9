# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The truth of a drift report: random changes behind the back of a whole environment, all of them found, nothing else.

The local environment is converged by site.yml; then random declared leaves of random resources are changed through the
emulator's door, a check has to report exactly these, and a run has to mend them. The seed of each round is printed.
"""

from __future__ import annotations

import copy
import os
import random
from itertools import count

import pytest
from google.protobuf.json_format import MessageToDict

from ansible_collections.mainstay.platform.plugins.module_utils.api import Api, Clock
from ansible_collections.mainstay.platform.plugins.module_utils.batch import Batch
from ansible_collections.mainstay.platform.plugins.module_utils.differences import Rules, overlay
from ansible_collections.mainstay.platform.plugins.module_utils.faults import Missing
from ansible_collections.mainstay.platform.plugins.module_utils.fields import bare, coerce, covers, fields_of
from ansible_collections.mainstay.platform.plugins.module_utils.items import parse, resolve
from ansible_collections.mainstay.platform.plugins.module_utils.references import found
from tests.integration.support import ROOT
from tests.mutations import mutations, names, tells

CHANGES = 200  # in all, at least
MOST = 8  # in one round
SEED = int(os.environ.get("DRIFT_SEED", random.randrange(10**6)))
HIDDEN = {"value", "json"}  # options that a run does not tell
KEYS = {"storage_bucket": "storage/b/{name}"}  # where the emulator keeps what it does not keep under its full name


@pytest.fixture(scope="module")
def emulator_options():
    return ("--operation-ms", "10", "--propagation-ms", "0")


class Environment:
    """The converged environment, its items, and the changes that can be made to them."""

    def __init__(self, emulator, declared):
        """`declared`: the list that site.yml gave to gcp_resources."""
        self.emulator, self.declared = emulator, declared
        self.api = Api(endpoint=emulator.url)
        self.items = parse(declared)
        actual = {item: self.read(item) for item in self.items}
        for item in self.items:
            resolve(item, actual)
        self.changes = {}
        for item in self.items:
            for change in self.changes_of(item, actual[item]):
                self.changes.setdefault(item.kind.name, []).append(change)

    def choose(self, chance):
        """Some changes, of all kinds alike, at most one of an item, so that what is reported of it has one cause."""
        kinds = chance.choices(sorted(self.changes), k=chance.randint(1, MOST))
        chosen = [chance.choice(self.changes[kind]) for kind in kinds]
        return list({item.id: (item, path, act) for item, path, act in chosen}.values())

    def read(self, item):
        try:
            return item.kind.read(self.api, item.scope, Clock(30, item.title, print))
        except Missing:
            return None

    def run(self, check):
        """The outcomes of a run, none of which may be an error."""
        outcomes = Batch(self.api, check).run(self.declared)
        assert [outcome.error for outcome in outcomes if outcome.error] == []
        return outcomes

    def changes_of(self, item, actual):
        """What may happen to an item: (item, path to be reported, function that does it)."""
        kind = item.kind
        if kind.name == "iam_binding":
            return [(item, f"members[{member}]", self.drop(item, member)) for member in item.asked["members"]]
        if kind.name == "serviceusage_service":
            return []  # turning an API off hides all that lies behind it
        if kind.name == "secretmanager_secret_version":
            return [(item, "version", self.destroy(item))]
        return [
            (item, names(keys), self.set(item, actual, keys[0], changed[keys[0]]))
            for keys, changed in mutations(kind.descriptor, _plain(item))
            if not any(covers(rule, names(keys)) for rule in (kind.immutable, kind.input_only, kind.output_only))
            and keys[0] not in kind.scope
            and names(keys) not in kind.floor
        ]

    def set(self, item, actual, top, value):
        """Change one top-level field to what a declaration of that value would make of it."""
        message, name = copy.deepcopy(actual), fields_of(actual.DESCRIPTOR)[top].json_name
        overlay(coerce(item.kind.descriptor, {top: value}), message, Rules(item.kind, fresh=True))
        body = MessageToDict(message).get(name)
        made = item.kind.found_by and "/" in actual.name  # the id is the server's, the project may be its number
        full = "/".join(["projects", item.scope["project"], *actual.name.split("/")[2:]]) if made else item.id
        key = KEYS.get(item.kind.name, full).format(**item.scope)
        return lambda: self.emulator.mutate(key, set=[{"path": name, "value": body}])

    def destroy(self, item):
        """Lose the newest version of a secret."""

        def act():
            key = f"{item.id.rpartition('/')[0]}/{self.read(item).version}"
            self.emulator.mutate(key, merge={"state": "DESTROYED"})

        return act

    def drop(self, item, member):
        """Take a member out of a binding."""

        def act():
            entries = self.emulator.ask("GET", "/_emulator/dump")
            [policy] = [key for key in entries if key.startswith("policies/") and key.endswith(_policy(item))]
            bindings = entries[policy]["bindings"]
            for binding in bindings:
                if binding["role"] == item.scope["role"]:
                    binding["members"] = [one for one in binding["members"] if one != member]
            kept = [binding for binding in bindings if binding["members"]]
            self.emulator.mutate(policy, set=[{"path": "bindings", "value": kept}])

        return act


def _policy(item):
    resource = item.scope["resource"]
    return f"/b/{resource.rpartition('/')[2]}" if "/buckets/" in resource else f"/{resource}"


def _plain(item):
    """What the item declares, as a user would write it; references are left out."""
    return {name: value for name, value in item.raw.items() if name in item.asked and not found(value)}


@pytest.fixture
def environment(emulator_process, playbook):
    there = {"GCP_ENDPOINT": emulator_process.url, "ANSIBLE_INVENTORY": str(ROOT / "inventories/local")}
    run = playbook(ROOT / "site.yml", environment=there)
    assert run.rc == 0, run.output
    declared = run["Reconcile all resources at once"]["invocation"]["module_args"]["resources"]
    return Environment(emulator_process, [item for item in declared if not HIDDEN & set(item)])


def test_every_change_is_reported_and_nothing_else(environment):
    print(f"DRIFT_SEED={SEED}")
    total, kinds = 0, set()
    for number in count():
        chosen = environment.choose(random.Random(f"{SEED}/{number}"))
        for _item, _path, act in chosen:
            act()
        reported = {
            outcome.item.id: {bare(found["path"]) for found in outcome.differences}
            for outcome in environment.run(check=True)
            if outcome.changed
        }
        expected = {item.id: bare(path) for item, path, _act in chosen}
        assert set(reported) == set(expected), f"seed {SEED}, round {number}"
        for name, path in expected.items():
            told = reported[name]
            assert tells(told, path), f"seed {SEED}, round {number}: {name}: {path} changed, {told} reported"
        environment.run(check=False)
        assert not any(outcome.changed for outcome in environment.run(check=True)), f"seed {SEED}, round {number}"
        total, kinds = total + len(chosen), kinds | {item.kind.name for item, _path, _act in chosen}
        if total >= CHANGES and kinds == set(environment.changes):
            return
