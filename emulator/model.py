# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The form of the data that describes an API: what its documents do not say about how the service behaves."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass, field

from emulator import paths


@dataclass(frozen=True)
class Rule:
    """Defaults that the service adds where a field is absent, when every path in `when` has a value that fits.

    A condition's value is a glob over the value's text; None means that the field is absent or false.
    """

    add: dict
    when: dict = field(default_factory=dict)

    def applies(self, body: dict) -> bool:
        return all(_fits(paths.get(body, path), wanted) for path, wanted in self.when.items())


def _fits(value, wanted) -> bool:
    if wanted is None:
        return not value
    return value is not None and fnmatch.fnmatchcase(str(value), str(wanted))


@dataclass(frozen=True)
class Collection:
    """One kind of resource.

    id: where a new resource's id comes from: `query:secretId`, `body:name`, or a callable(call, body).
    name: what the field `name` says: {key} full name, {numbered} with the project's number, {id}; empty: no such field.
    stamps: server-made fields and what they hold: created, updated, etag, uuid, number, count.
    kept: fields that a replacing write may leave out without losing them (chosen by the server).
    wraps: the request's field that holds the resource when the body is a request message.
    mask: `required`, `optional` (absent: what the body holds) or `replace` (absent: the whole resource is replaced).
    label: what the service calls the resource in its errors; {…} see `engine.words`.
    operation: verbs that answer with a long-running operation, and its type; busy: one at a time.
    states: by verb, what `state` says while the operation runs and after it.
    lro(call, verb, body): what more the operation shows: metadata, response.
    iam: where policies hang on this resource, its initial bindings (role to members).
    """

    id: str | Callable = ""
    name: str = "{key}"
    kind: str = ""
    self_link: str = ""
    stamps: dict = field(default_factory=dict)
    defaults: tuple[Rule, ...] = ()
    output_only: tuple[str, ...] = ()
    input_only: tuple[str, ...] = ()
    immutable: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    wraps: str = ""
    mask: str = "optional"
    items: str = ""
    list_kind: str = ""
    order: str = ""
    id_pattern: str = ""
    not_found: str = "Resource '{key}' was not found"
    not_found_reason: str = "notFound"
    exists: str = "Resource '{key}' already exists"
    exists_reason: str = "alreadyExists"
    immutable_message: str = "Field `{field}` is immutable."
    parent: str = ""
    cascade: bool = True
    operation: dict = field(default_factory=dict)
    style: Callable | None = None
    busy: bool = False
    states: dict[str, tuple[str, str]] = field(default_factory=dict)
    lro: Callable | None = None
    iam: dict | None = None
    on_create: Callable | None = None
    on_write: Callable | None = None
    on_delete: Callable | None = None
    after: Callable | None = None
    check_etag: Callable | None = None
    show: Callable | None = None


@dataclass(frozen=True)
class Api:
    """One API: its documents, its collections by Discovery resource, and handlers for methods beyond CRUD and IAM.

    envelope: the form of its errors (see `errors.ApiError.envelope`).
    explicit: zero values are answered as stored; nulls: a null in a PATCH removes the field.
    ignores: what is not refused when it is unknown: `fields` of a body, `parameters` of a query.
    no_content: a delete answers 204 without a body; aliases: URLs of other versions and the one served instead.
    body_field: the request field that bodies are bound to, in errors.
    reveals: methods that do not bring an unknown project into being but answer that it is missing.
    alias(cloud, name): the proper name of a resource that was addressed otherwise.
    grpc: by service, the client library that holds its messages and which of its calls is which method.
    """

    name: str
    documents: tuple[str, ...]
    collections: dict[str, Collection] = field(default_factory=dict)
    methods: dict[str, Callable] = field(default_factory=dict)
    envelope: str = "proto"
    explicit: bool = False
    nulls: bool = False
    ignores: tuple[str, ...] = ()
    body_field: str = ""
    needs_enabling: bool = True
    reveals: tuple[str, ...] = ()
    missing_project: Callable | None = None
    page_size: int = 100
    no_content: bool = False
    aliases: dict[str, str] = field(default_factory=dict)
    alias: Callable | None = None
    grpc: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
