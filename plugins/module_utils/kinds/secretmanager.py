# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of Secret Manager."""

from __future__ import annotations

import json
import secrets
import string
import time
from dataclasses import dataclass

from ..differences import Difference
from ..kind import Kind, value_at
from ..names import listed
from ..schema import build
from ..values import FieldError, Later

SECRET_NAME = (r"[A-Za-z0-9_-]{1,255}", "1 to 255 letters, digits, hyphens and underscores")

SECRET = Kind(
    name="secretmanager_secret",
    client="secretmanager_v1.SecretManagerServiceClient",
    message="Secret",
    path="projects/{project}/secrets/{secret_id}",
    names={"secret_id": SECRET_NAME},
    after=("iam_service_account",),
    unordered=frozenset({"topics"}),
    keys={"replication.user_managed.replicas": "location"},
    links=frozenset(
        {
            "topics.name",
            "customer_managed_encryption.kms_key_name",
            "replication.automatic.customer_managed_encryption.kms_key_name",
        }
    ),
    input_only=frozenset({"ttl", "tags"}),
    immutable=frozenset({"replication", "secret_type"}),
    output_only=frozenset({"name", "create_time", "etag", "policy_member", "rotation.managed_rotation_status"}),
    holds_data=True,
)

VALUES = build(
    "SecretValue",
    {
        "value": str,
        "json": str,
        "placeholder": str,
        "generate": {"length": int, "characters": str},
        "rotate_after": "Duration",
        "keep": int,
        "older": str,
        "version": str,
        "versions": [{"name": str, "state": str, "create_time": "Timestamp"}],
    },
)
WAYS = ("value", "json", "generate", "placeholder")
CHARACTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, eq=False)
class SecretVersion(Kind):
    """The value of a secret: its newest enabled version, and what becomes of the older ones."""

    @property
    def schema(self):
        """What a user declares, and what is read back."""
        return VALUES

    @property
    def deletable(self):
        """A version is destroyed, never deleted."""
        return False

    def check(self, params, state="present"):
        """See Kind; the value may come in one way only."""
        given = [way for way in WAYS if params.get(way) is not None]
        if len(given) > 1:
            raise FieldError(given[0], f"and {given[1]} exclude each other: a value comes in one way")
        if not given and state == "present":
            raise FieldError(listed(WAYS), "must be given: it says where the value comes from")
        if isinstance(params.get("json"), (dict, list)):
            params = {**params, "json": json.dumps(params["json"], sort_keys=True)}
        scope, fields = super().check(params, state)
        if fields.get("older", "disabled") not in ("disabled", "destroyed"):
            raise FieldError("older", f"must be disabled or destroyed, not {fields['older']!r}")
        if fields.get("keep", 1) < 1:
            raise FieldError("keep", f"must be at least 1, not {fields['keep']}")
        if not 8 <= fields.get("generate", {}).get("length", 32) <= 4096:
            raise FieldError("generate.length", "must be from 8 to 4096")
        return scope, fields

    def read(self, api, scope, clock):
        """The newest enabled version with its value, and the names and states of all."""
        found, parent = VALUES(), self.id(scope).rpartition("/versions/")[0]
        for version in api.call(self.client, "list_secret_versions", {"parent": parent}, clock):
            found.versions.add(name=version.name, state=value_at(version, "state"), create_time=version.create_time)
        newest = next((version for version in found.versions if version.state == "ENABLED"), None)
        if newest is not None:
            answer = api.call(self.client, "access_secret_version", {"name": newest.name}, clock)
            found.value = answer.payload.data.decode("utf-8", "replace")
            found.version = _number(newest)
        return found

    def alive(self, message):
        """Whether there is a version whose value can be had."""
        return message is not None and bool(message.version)

    def overlay(self, item, message, fresh):
        """See Kind: a new value, and older versions that are to be retired."""
        if item.state == "absent":
            return _retired(message, 0, "destroyed")
        found, keep = [], item.asked.get("keep")
        if not self.alive(message) or _stale(item, message):
            value = item.minted or _new_value(item.asked)
            found = [Difference("version", message.version or None, "a new version with the declared value")]
            if not isinstance(value, Later):
                item.minted = message.value = value
        return found + (_retired(message, keep - len(found), item.asked.get("older", "disabled")) if keep else [])

    def apply(self, api, unit, plan, clock):
        """Add the new version first, then retire older ones."""
        parent = self.id(unit.scope).rpartition("/versions/")[0]
        for path, _before, after in plan.differences[unit.first]:
            if path == "version":
                body = api.message("secretmanager_v1.SecretPayload")(data=plan.wanted.value.encode())
                api.call(self.client, "add_secret_version", {"parent": parent, "payload": body}, clock, again=False)
            else:
                number = path.partition("[")[2].partition("]")[0]
                verb = {"DESTROYED": "destroy_secret_version", "DISABLED": "disable_secret_version"}[after]
                api.call(self.client, verb, {"name": f"{parent}/versions/{number}"}, clock, again=False)


def _number(version):
    return version.name.rpartition("/")[2]


def _stale(item, message):
    """Whether the newest value is not the one that was asked for, or is too old."""
    asked, oldest = item.asked, item.asked.get("rotate_after")
    if item.minted:
        return item.minted != message.value
    if item.resend:
        return True
    if "json" in asked:
        return _parsed(asked["json"]) != _parsed(message.value)
    if "value" in asked:
        return asked["value"] != message.value
    born = next(version.create_time for version in message.versions if _number(version) == message.version)
    return oldest is not None and born.ToSeconds() + oldest.ToSeconds() <= time.time()


def _parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def _new_value(asked):
    recipe = asked.get("generate")
    if recipe is None:
        return asked.get("value") or asked.get("json") or asked.get("placeholder") or ""
    letters = recipe.get("characters") or CHARACTERS
    return "".join(secrets.choice(letters) for _place in range(recipe.get("length", 32)))


def _retired(message, keep, how):
    """Retire all but the newest enabled versions, in place; the differences."""
    enabled = [version for version in message.versions if version.state == "ENABLED"]
    doomed = enabled[max(keep, 0) :]
    if how == "destroyed":
        doomed += [version for version in message.versions if version.state == "DISABLED"]
    found = [Difference(f"versions[{_number(version)}].state", version.state, how.upper()) for version in doomed]
    for version in doomed:
        version.state = how.upper()
    return found


SECRET_VERSION = SecretVersion(
    name="secretmanager_secret_version",
    client="secretmanager_v1.SecretManagerServiceClient",
    message="SecretVersion",
    path="projects/{project}/secrets/{secret_id}/versions/latest",
    names={"secret_id": SECRET_NAME},
    resend=("rotate", True, False),
    secret=frozenset({"value", "json"}),
    output_only=frozenset({"version", "versions"}),
    holds_data=True,
)
