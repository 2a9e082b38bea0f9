# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one kind of cloud resource is: names and rules, and nothing that runs by itself.

A regular kind is eight lines of data. What the API does irregularly is said with one more line from the closed
set of fields below. Only where data will not do, a kind is a class of its own with one overridden method.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module

from .api import client_class, takes
from .differences import Rules, overlay
from .faults import Fault, Missing
from .fields import bare, coerce, covers, fields_of, leaves, masked, plain, protobuf_class, simple
from .names import listed, nearest, snake
from .values import FieldError, Later, show

CONTEXT = ("name", "etag", "metageneration")  # what every write of a resource carries
NAMES = {
    "project": (
        r"([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]",
        "the project's id, 6 to 30 lower-case letters, digits and hyphens that begin with a letter",
    )
}


@dataclass(frozen=True)
class Ready:
    """When a resource that exists is also healthy."""

    field: str  # path of the field that says so: "state"
    good: tuple  # its values when all is well
    wait: tuple  # its values while that may still come; all others are failures
    why: str = ""  # path of the field that explains a failure


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of resource, said once, for its own module and for the batch."""

    name: str  # the module's name without "gcp_": "sql_instance"
    client: str  # under google.cloud: "sqladmin_v1beta4.SqlInstancesServiceClient"; or a client class of ours
    message: str  # the proto message that is its schema: "DatabaseInstance"; or a message class of ours
    path: str  # "projects/{project}/instances/{name}"; its parameters are the options that say which
    write: str = "masked"  # an update is a mask of what differs, the "whole" merged resource, or a "merge"
    after: tuple = ()  # kinds that it may refer to and that are therefore made before it
    names: dict = field(default_factory=dict)  # what Google accepts: {"name": ("regex", "in words")}
    # irregularities, each a set of paths without list indices unless said otherwise
    keys: dict = field(default_factory=dict)  # lists of messages whose items are not known by name or id
    unordered: frozenset = frozenset()  # lists whose order means nothing
    links: frozenset = frozenset()  # names that come back as full links or with the project's number
    anycase: frozenset = frozenset()  # names that come back in another case
    floor: frozenset = frozenset()  # numbers that grow by themselves
    yields: dict = field(default_factory=dict)  # {path: path of the switch with which the server decides about it}
    drop: frozenset = frozenset()  # set by the server and never carried into our write
    input_only: frozenset = frozenset()  # never told by the API: sent on create, not comparable
    output_only: frozenset = frozenset()  # told by the API only
    immutable: frozenset = frozenset()  # only creation sets them
    secret: frozenset = frozenset()  # never shown
    ready: Ready | None = None
    lock: str = ""  # writes with the same lock take turns: "projects/{project}/instances/{instance}"
    found_by: tuple = ()  # fields that find it in a list, where it cannot be read by name
    verbs: dict = field(default_factory=dict)  # methods that set a field: {"disabled": {True: "disable_…"}}
    lives: tuple = ()  # a resource that is never created: (field, value when present, value when absent)
    methods: dict = field(default_factory=dict)  # irregular method names: {"create": "insert"}
    outputs: dict = field(default_factory=dict)  # what follows from its names: {"email": "{account_id}@…"}
    operations: str = ""  # the client that tells of its operations, where they are not google.longrunning ones
    resend: tuple = ()  # the option that sends again what the API never tells; its value that does, and does not
    holds_data: bool = False  # removed only with delete_data

    @cached_property
    def scope(self):
        """The options that say which resource is meant: ``["project", "name"]``."""
        return [*dict.fromkeys(re.findall(r"{(\w+)}", self.path)), *self.apart]

    @cached_property
    def apart(self):
        """Options that tell resources of one path apart and may be left out: a SQL user's host."""
        return [name for name in self.found_by if f"{{{name}}}" not in self.path]

    @cached_property
    def schema(self):
        """The protobuf class of the resource."""
        if isinstance(self.message, type):
            return self.message
        return protobuf_class(getattr(import_module("google.cloud." + self.client.partition(".")[0]), self.message))

    @property
    def descriptor(self):
        """The schema's description of its fields."""
        return self.schema.DESCRIPTOR

    def connects(self):
        """Load the client library. Raises ImportError where it is missing."""
        client_class(self.client)

    @cached_property
    def noun(self):
        """The resource in the API's own method and field names: "secret"."""
        return snake(self.message if isinstance(self.message, str) else self.message.DESCRIPTOR.name)

    def id(self, scope):
        """The full name of a resource."""
        apart = "&".join(f"{name}={scope[name]}" for name in self.apart if scope[name])
        return self.path.format(**scope) + (f"?{apart}" if apart else "")

    def target(self, scope):
        """What is read and written at once; items of one target are reconciled together."""
        return self.id(scope)

    def check(self, params, state="present"):
        """What was asked, split into (scope, fields) with every leaf of the right type.

        A FieldError says which option is missing, unknown, of the wrong type, or a name that Google would refuse.
        """
        scope = {name: self._check_name(name, params.get(name)) for name in self.scope}
        asked = {name: value for name, value in params.items() if name not in scope}
        self._known(asked)
        try:
            fields = coerce(self.descriptor, asked)
        except FieldError as problem:
            raise self._discreet(problem) from None
        self._settable(fields)
        return scope, fields

    def _discreet(self, problem):
        """A FieldError that shows no secret, not even the part of one that a sentence has room for."""
        if covers(self.secret, problem.path):
            return FieldError(problem.path, "has the wrong type; it is secret and not shown here")
        return problem

    def _check_name(self, name, value):
        if name in self.apart:
            return value or ""
        if isinstance(value, Later):
            raise FieldError(name, "must be known before anything is made: refer to a field that follows from names")
        if value is None or value == "":
            raise FieldError(name, "is missing: it says which resource is meant")
        if not isinstance(value, str):
            raise FieldError(name, f"must be a string, not {show(value)}")
        pattern, words = {**NAMES, **self.names}.get(name, (".*", ""))
        if not re.fullmatch(pattern, value):
            raise FieldError(name, f"{value!r} would be refused by Google: it must be {words}")
        return value

    def _known(self, asked):
        known = {*fields_of(self.descriptor), *self.scope, "state"} - self.output_only
        for name in asked:
            if name not in fields_of(self.descriptor):
                raise FieldError(name, f"is no option of {self.name}{nearest(str(name), known)}")

    def _settable(self, fields):
        for path in sorted(leaves(fields)):
            if covers(self.output_only, path):
                raise FieldError(path, "is told by the API and cannot be set: leave it out")

    def overlay(self, item, message, fresh):
        """Lay what an item asks over the resource, in place; the differences."""
        found = overlay(item.asked, message, Rules(self, fresh=fresh, resend=item.resend))
        return found if fresh else [difference for difference in found if not self._yielded(difference.path, message)]

    def _yielded(self, path, message):
        switch = self.yields.get(bare(path))
        return switch is not None and value_at(message, switch) is True

    def exists(self, message):
        """Whether what was read is a resource, be it an empty one."""
        return message is not None

    def alive(self, message):
        """Whether a resource counts as present: one that is never created is so by a field's value."""
        return message is not None and (not self.lives or value_at(message, self.lives[0]) == self.lives[1])

    @property
    def deletable(self):
        """Whether absence means that the resource as a whole is deleted."""
        return not self.shared and not self.lives

    @property
    def shared(self):
        """Whether several items may ask of one resource, as bindings do of a policy."""
        return False

    def service(self, scope):
        """The host name of the API that must be enabled: ``sqladmin.googleapis.com``."""
        return client_class(self.client).DEFAULT_ENDPOINT

    def family(self, scope):
        """The kind in whose turn it is written: for a policy the kind that it belongs to."""
        return self.name

    def waits(self, message):
        """What has yet to happen until the resource is healthy, or nothing."""
        if not self.ready or message is None or value_at(message, self.ready.field) not in self.ready.wait:
            return ""
        return f"{self.ready.field} {listed(self.ready.good)}: it is {value_at(message, self.ready.field)}"

    def ails(self, message):
        """What is wrong with a resource that is as it was declared, or nothing."""
        if not self.ready or message is None or value_at(message, self.ready.field) in self.ready.good:
            return ""
        why = value_at(message, self.ready.why) if self.ready.why else ""
        return f"{self.ready.field} is {value_at(message, self.ready.field)}, not {listed(self.ready.good)}" + (
            f": {why}" if why else ""
        )

    # -- how it is read and written -------------------------------------------------------------------------

    def read(self, api, scope, clock):
        """The resource as the API has it. Raises a Fault, Missing where there is none."""
        if self.found_by:
            return self._find(api, scope, clock)
        return self._call(api, "get", scope, clock)

    def _find(self, api, scope, clock):
        answer = self._call(api, "list", scope, clock)
        items = answer if isinstance(answer, list) else answer.items
        known = {name: scope[name] for name in self.found_by if scope.get(name)}
        found = [item for item in items if all(value_at(item, name) == value for name, value in known.items())]
        if len(found) > 1:
            remedy = f"say {listed(self.apart)}" if self.apart else "remove all but one"
            raise Fault(f"there are {len(found)} with {_pairs(known)}: {remedy}")
        if not found:
            raise Missing(f"none with {_pairs(known)}")
        return found[0]

    def apply(self, api, unit, plan, clock):
        """Carry out a plan once. Raises a Fault, Again where it is worth another look."""
        scope, name = unit.scope, getattr(plan.actual, "name", "")
        if plan.action == "delete":
            return self._call(api, "delete", scope, clock, name)
        fields = {
            bare(path).partition(".")[0] for found in plan.differences.values() for path, _before, _after in found
        }
        if plan.action == "create" and not self.lives:
            self._call(api, "create", scope, clock, body=self._body(plan.wanted, set(self.verbs), ()))
        elif fields - set(self.verbs):
            self._update(api, scope, clock, name, plan, fields - set(self.verbs))
        for field_ in sorted(fields & set(self.verbs)):
            self._call(api, self.verbs[field_][value_at(plan.wanted, field_)], scope, clock, name)
        return None

    def _update(self, api, scope, clock, name, plan, changed):
        kept = None if self.write == "whole" else {*changed, *CONTEXT}
        self._call(api, "update", scope, clock, name, self._body(plan.wanted, self.drop, kept), sorted(changed))

    def _body(self, wanted, drop, kept):
        """A copy of what is wanted without some fields, and of only some top-level fields where these are said."""
        body = type(wanted)()
        body.CopyFrom(wanted)
        for name, field_ in fields_of(body.DESCRIPTOR).items():
            if kept and name not in kept:
                body.ClearField(field_.name)
        for path in drop:
            clear(body, path)
        return body

    def _call(self, api, verb, scope, clock, name="", body=None, mask=()):
        """Call a method of the kind and wait for what it begins; its answer."""
        method = self._method(api, verb)
        asks, path = fields_of(takes(api.client(self.client), method)), name or self.path.format(**scope)
        short, parent, last = "project" in asks, path.rsplit("/", 2)[0], scope[self.scope[-1 - len(self.apart)]]
        upper = verb in ("create", "list")
        given = {
            **scope,
            "parent": parent,
            "name": scope.get("name") if short else parent if upper else path,
            self.noun.rpartition("_")[2]: last,
            f"{self.noun}_id": last,
            "update_mask": mask,
            "body": body,
        }
        if body is not None:
            _fill(body, {**scope, "name": scope.get("name") if short else "" if upper else path})
        answer = api.call(self.client, method, given, clock, again=verb in ("get", "list"))
        api.finish(self, answer, given, clock, f"{method} of {self.id(scope)}")
        return answer

    def _method(self, api, verb):
        """The name of the client's method for a verb; a verb that is no common one is a method's name already."""
        update = "update" if self.write == "whole" else "patch"
        common = {
            "get": (f"get_{self.noun}", "get"),
            "list": (f"list_{self.noun}s", "list"),
            "create": (f"create_{self.noun}", "insert"),
            "update": (f"patch_{self.noun}", f"update_{self.noun}", update),
            "delete": (f"delete_{self.noun}", "delete"),
        }
        names = [self.methods[verb]] if verb in self.methods else common.get(verb, (verb,))
        return next(name for name in names if hasattr(api.client(self.client), name))

    def plain(self, message):
        """A resource as users see it, with its secrets hidden."""
        return masked(plain(message), self.secret) if message is not None else {}

    def output(self, scope, name):
        """An output that follows from the names alone, or None."""
        template = {
            "id": self.path,
            **({} if self.found_by else {"name": self.path}),
            **{part: f"{{{part}}}" for part in self.scope},
            **self.outputs,
        }.get(name)
        return template.format(**scope) if template else None


def value_at(message, path):
    """The value at a path, as a user would write it."""
    first, _dot, rest = path.partition(".")
    field_ = fields_of(message.DESCRIPTOR)[first]
    value = getattr(message, field_.name)
    return value_at(value, rest) if rest else simple(field_, value)


def clear(message, path):
    """Remove what stands at a path."""
    first, _dot, rest = path.partition(".")
    field_ = fields_of(message.DESCRIPTOR)[first]
    if not rest:
        message.ClearField(field_.name)
    elif message.HasField(field_.name):
        clear(getattr(message, field_.name), rest)


def _fill(body, scope):
    """Say in the resource itself which one it is, where it has fields for that."""
    known = fields_of(body.DESCRIPTOR)
    for name, value in scope.items():
        if value and name in known:
            setattr(body, known[name].name, value)


def _pairs(known):
    return ", ".join(f"{name} {value}" for name, value in known.items())
