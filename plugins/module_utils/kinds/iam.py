# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of Identity and Access Management: accounts, and the bindings of everything's policies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..api import client_class
from ..differences import Difference
from ..kind import Kind
from ..storage import PoliciesClient
from ..values import KNOWN_LATER, FieldError, Later, boolean

try:
    from google.iam.v1 import options_pb2, policy_pb2
    from google.type import expr_pb2
except ImportError:  # module.py says what is missing
    options_pb2 = policy_pb2 = None

SERVICE_ACCOUNT = Kind(
    name="iam_service_account",
    client="iam_admin_v1.IAMClient",
    message="ServiceAccount",
    path="projects/{project}/serviceAccounts/{account_id}@{project}.iam.gserviceaccount.com",
    names={
        "account_id": (
            r"[a-z][a-z0-9-]{4,28}[a-z0-9]",
            "6 to 30 lower-case letters, digits and hyphens that begin with a letter",
        )
    },
    output_only=frozenset({"name", "project_id", "unique_id", "email", "etag", "oauth2_client_id"}),
    verbs={"disabled": {True: "disable_service_account", False: "enable_service_account"}},
    outputs={
        "email": "{account_id}@{project}.iam.gserviceaccount.com",
        "member": "serviceAccount:{account_id}@{project}.iam.gserviceaccount.com",
    },
)

# whose policy a name means: the form of the name, the kind that it is, the client that tells and sets the policy
POLICIES = (
    (r"projects/[^/]+", "project", "resourcemanager_v3.ProjectsClient"),
    (r"projects/[^/]+/secrets/[^/]+", "secretmanager_secret", "secretmanager_v1.SecretManagerServiceClient"),
    (r"projects/[^/]+/serviceAccounts/[^/]+", "iam_service_account", "iam_admin_v1.IAMClient"),
    (r"projects/[^/]+/locations/[^/]+/services/[^/]+", "run_service", "run_v2.ServicesClient"),
    (r"projects/[^/]+/buckets/[^/]+", "storage_bucket", PoliciesClient),
)
MEMBER = r"(allUsers|allAuthenticatedUsers|[a-zA-Z]+:.+|principal(Set)?://.+)"
ROLE = r"(projects/[^/]+/|organizations/[^/]+/)?roles/[\w.]+"


@dataclass(frozen=True, eq=False)
class Binding(Kind):
    """A role given to members on one resource: a part of that resource's policy, which is read and written whole."""

    @property
    def schema(self):
        """A policy: what is read and written."""
        return policy_pb2.Policy

    @property
    def descriptor(self):
        """A binding: what a user declares."""
        return policy_pb2.Binding.DESCRIPTOR

    @property
    def shared(self):
        """All bindings of one policy are one read and one write."""
        return True

    def check(self, params, state="present"):
        """See Kind; without `resource` the binding is on the project."""
        params = {name: value for name, value in params.items() if value is not None}
        project, whole = params.pop("project", None), params.pop("authoritative", False)
        if project:
            params.setdefault("resource", f"projects/{project}")
        scope, fields = super().check(params, state)
        self._policy(scope)
        if not fields.get("members") and state == "present" and not whole:
            raise FieldError("members", "must name at least one member")
        for member in fields.get("members", ()):
            if isinstance(member, str) and not re.fullmatch(MEMBER, member):
                raise FieldError(
                    "members", f"cannot hold {member!r}: write user:, group:, serviceAccount: or domain: before it"
                )
        owner = re.match(r"projects/([^/_]+)", scope["resource"])
        more = {"condition": _key(fields.get("condition")), "whole": boolean(whole, "authoritative")}
        return {**scope, **more, "project": owner[1] if owner else project}, fields

    def _policy(self, scope):
        """The row of POLICIES for a resource."""
        for form, kind, client in POLICIES:
            if re.fullmatch(form, scope["resource"]):
                return kind, client
        kinds = "a project, secret, service account, Run service or bucket (projects/_/buckets/NAME)"
        raise FieldError("resource", f"{scope['resource']!r} is no full name of {kinds}")

    def id(self, scope):
        """The resource, the role, and the condition where there is one."""
        return f"{scope['resource']} {scope['role']}" + (f" if {scope['condition'][0]}" if scope["condition"] else "")

    def target(self, scope):
        """The resource whose policy holds the binding."""
        return scope["resource"]

    def family(self, scope):
        """The kind of the resource whose policy holds the binding."""
        return self._policy(scope)[0]

    def service(self, scope):
        """The API that holds the policy."""
        return client_class(self._policy(scope)[1]).DEFAULT_ENDPOINT

    def read(self, api, scope, clock):
        """The whole policy, in the version that shows conditions."""
        options = options_pb2.GetPolicyOptions(requested_policy_version=3)
        return api.call(
            self._policy(scope)[1], "get_iam_policy", {"resource": scope["resource"], "options": options}, clock
        )

    def overlay(self, item, message, fresh):
        """Lay one binding over the policy, in place: members nobody declared stay, unless it is authoritative."""
        later = [member for member in item.asked.get("members", []) if isinstance(member, Later)]
        asked = [member for member in item.asked.get("members", []) if member not in later]
        same = [binding for binding in message.bindings if _same(binding, item.scope)]
        there = {member.lower(): member for binding in same for member in binding.members}
        ours = {member.lower(): member for member in asked}
        if item.state == "absent":
            lost, added = (set(there) if item.scope["whole"] or not ours else there.keys() & ours.keys()), ()
        else:
            lost, added = (there.keys() - ours.keys() if item.scope["whole"] else ()), ours.keys() - there.keys()
        for binding in same:
            kept = [member for member in binding.members if member.lower() not in lost]
            binding.ClearField("members")
            binding.members.extend(kept)
        if added:
            same = same or [message.bindings.add(role=item.scope["role"], condition=_condition(item.asked))]
            same[0].members.extend(ours[member] for member in sorted(added))
        for place in reversed(range(len(message.bindings))):
            if not message.bindings[place].members:
                del message.bindings[place]
        return [
            *(Difference(f"members[{there[name]}]", there[name], None) for name in sorted(lost)),
            *(Difference(f"members[{ours[name]}]", None, ours[name]) for name in sorted(added)),
            *(Difference("members", None, KNOWN_LATER) for _member in later),
        ]

    def apply(self, api, unit, plan, clock):
        """Set the policy with the etag that was read; one with a condition is of version 3."""
        policy = plan.wanted
        policy.version = 3 if any(binding.HasField("condition") for binding in policy.bindings) else policy.version
        given = {"resource": unit.scope["resource"], "policy": policy}
        api.call(self._policy(unit.scope)[1], "set_iam_policy", given, clock, again=False)


def _condition(asked):
    return expr_pb2.Expr(**asked["condition"]) if asked.get("condition") else None


def _key(condition):
    """What tells bindings of one role apart: the title and expression of the condition."""
    return (condition.get("title", ""), condition.get("expression", "")) if condition else None


def _same(binding, scope):
    theirs = (binding.condition.title, binding.condition.expression) if binding.HasField("condition") else None
    return binding.role == scope["role"] and theirs == scope["condition"]


BINDING = Binding(
    name="iam_binding",
    client="resourcemanager_v3.ProjectsClient",
    message="Project",
    path="{resource} {role}",
    after=("serviceusage_service", "iam_service_account"),
    names={"role": (ROLE, "a role such as roles/run.invoker or projects/PROJECT/roles/NAME")},
)
