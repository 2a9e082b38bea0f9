# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every API does alike: create, get, list, patch, update, delete, by the data of its collection."""

from __future__ import annotations

import base64
import copy
import hashlib
import random
import re

from emulator import errors, iam, lists, operations, paths
from emulator.cloud import Call, number_of, rfc3339
from emulator.schema import camel, read_only, without_zeros

MASK_ALL = ("*",)


def words(call: Call, target: str = "") -> dict:
    """What the templates of a collection may say about a resource: {key} {numbered} {id} {project} …"""
    target = target or call.target
    parts = target.split("/")
    project = call.project
    named = dict(zip(parts[::2], parts[1::2], strict=False))
    return {
        "key": target,
        "numbered": call.cloud.numbered(target),
        "id": parts[-1],
        "parent": target.rpartition("/")[0].rpartition("/")[0],
        "project": project,
        "number": number_of(project),
        "location": named.get("locations") or named.get("regions", "global"),
        "account": parts[-1].partition("@")[0],
    }


def handle(call: Call) -> dict:
    """Answer one request. Raises ApiError."""
    special = call.api.methods.get(f"{call.method.collection}.{call.method.verb}") or call.api.methods.get(
        f"{call.document.key}:{call.method.collection}.{call.method.verb}"
    )
    collection, verb = call.method.collection, call.method.verb
    generic = operations.VERBS if collection.lower().endswith("operations") else VERBS
    handler = special or (generic.get(verb) if generic is not VERBS or collection in call.api.collections else None)
    if handler is None:
        raise errors.ApiError(501, f"The emulator does not implement {call.method.id}.", front=True)
    return handler(call)


def existing(call: Call, target: str = "") -> dict:
    body = call.store.get(f"{call.api.name}/{target or call.target}")
    if body is None:
        raise missing(call, target)
    return body


def missing(call: Call, target: str = "") -> errors.ApiError:
    spec = call.collection
    return errors.ApiError(404, spec.not_found.format(**words(call, target)), reason=spec.not_found_reason)


def create(call: Call) -> dict:
    spec, body = call.collection, resource_of(call)
    identity = new_id(call, body)
    target = f"{call.target}/{identity}"
    _require_parent(call)
    if call.store.get(f"{call.api.name}/{target}") is not None:
        raise errors.ApiError(409, spec.exists.format(**words(call, target)), reason=spec.exists_reason)
    body = writable(call, body)
    if spec.name:
        body["name"] = spec.name.format(**words(call, target))
    if spec.kind:
        body["kind"] = spec.kind
    if spec.self_link:
        body["selfLink"] = spec.self_link.format(**words(call, target))
    call.target = target
    body = complete(call, body, None)
    if spec.on_create:
        spec.on_create(call, body)
    return store_and_answer(call, "create", body, None)


def get(call: Call) -> dict:
    return shown(call, existing(call), call.target)


def shown(call: Call, body: dict, target: str) -> dict:
    """A resource as it is answered: some fields are computed when it is read."""
    return call.collection.show(call, body, target) if call.collection.show else body


def list_(call: Call) -> dict:
    _require_parent(call)
    found = [shown(call, body, key.partition("/")[2]) for key, body in call.store.children(call.key)]
    if call.param("filter"):
        found = [body for body in found if lists.matches(body, call.param("filter"))]
    if call.collection.order:
        newest = call.collection.order.startswith("-")
        found.sort(key=lambda body: str(body.get(call.collection.order.lstrip("-"), "")), reverse=newest)
    return lists.page(call, found, call.collection.items or call.method.collection.rsplit(".", 1)[-1])


def patch(call: Call) -> dict:
    old, sent = existing(call), resource_of(call)
    check_etag(call, old, sent)
    return _replace(call, old, patched(call, old, sent))


def patched(call: Call, old: dict, sent: dict) -> dict:
    """The resource after a PATCH: by its mask, or what the body holds merged into it, or replaced by the body."""
    spec, mask = call.collection, mask_of(call)
    if not mask and spec.mask == "required":
        raise errors.bad_request([("update_mask", "The update_mask field is required.")])
    new = writable(call, sent, fresh=False)
    if mask == MASK_ALL or (not mask and spec.mask == "replace"):
        return replaced(call, old, new)
    if not mask:
        return paths.merged(old, new)
    result = copy.deepcopy(old)
    for path in mask:
        if path.split(".")[0] in spec.output_only or path in ("name", "etag"):
            continue
        value = paths.get(sent, path, ...)
        if value is ... or (path not in spec.input_only and value in (None, "", [], {})):
            paths.remove(result, path)
        if value is not ...:
            paths.put(result, path, copy.deepcopy(value))
    return result


def update(call: Call) -> dict:
    old, sent = existing(call), resource_of(call)
    check_etag(call, old, sent)
    return _replace(call, old, replaced(call, old, writable(call, sent, fresh=False)))


def replaced(call: Call, old: dict, new: dict) -> dict:
    """A replacing write: what the client may write is what it sent; the rest, and what is `kept`, stays."""
    spec, result = call.collection, copy.deepcopy(new)
    protected = {path for path in output_only(call) if "[]" not in path} | {
        "name",
        "selfLink",
        "kind",
        "id",
        *spec.kept,
    }
    for path in sorted(protected):
        if paths.get(old, path) is not None and paths.get(result, path) is None:
            paths.put(result, path, copy.deepcopy(paths.get(old, path)))
    result |= {name: value for name, value in old.items() if name.startswith("_")}
    return result


def _replace(call: Call, old: dict, new: dict) -> dict:
    spec = call.collection
    for field in spec.immutable:
        if paths.get(new, field) != paths.get(old, field) and paths.get(new, field) is not None:
            raise errors.invalid(spec.immutable_message.format(field=field, **words(call)))
    return store_and_answer(call, "update", complete(call, copy.deepcopy(new), old), old)


def delete(call: Call) -> dict | None:
    spec, old = call.collection, existing(call)
    check_etag(call, old, {"etag": call.param("etag")} if call.param("etag") else {})
    if spec.on_delete:
        spec.on_delete(call, old)
    if "delete" in spec.operation and spec.busy:
        refuse_when_busy(call)
    if "delete" in spec.operation and spec.after:
        return spec.after(call, "delete", old, old)
    if "delete" in spec.operation:
        return operate(call, "delete", old, old)
    remove(call, call.key)
    return None if call.api.no_content else {}


def remove(call: Call, key: str) -> None:
    call.store.delete_tree(key)
    call.store.delete_tree("policies/" + key)


def store_and_answer(call: Call, verb: str, body: dict, old: dict | None) -> dict:
    """Keep what was written, at once or when its operation ends, and answer as the API does."""
    spec = call.collection
    if verb not in spec.operation:
        call.store.put(call.key, body)
        return body
    if old is not None and spec.busy:
        refuse_when_busy(call)
    if spec.after:
        return spec.after(call, verb, body, old)
    return operate(call, verb, body, old)


def operate(call: Call, verb: str, body: dict, old: dict | None) -> dict:
    """Begin the operation of a write: `state` says that it runs, what was written counts when it ends."""
    spec = call.collection
    during, after = spec.states.get(verb, ("", ""))
    final = body | ({"state": after} if after else {})
    effect = {"key": call.key, "delete": True} if verb == "delete" else {"key": call.key, "body": final}
    if old is None or during:
        call.store.put(call.key, (old or body) | ({"state": during} if during else {}))
    undo = {"key": call.key, "delete": True} if old is None else {"key": call.key, "body": old}
    details = spec.lro(call, verb, final) if spec.lro else {}
    return operations.start(call, call.key, spec.operation[verb], [effect], on_error=[undo], **details)


def refuse_when_busy(call: Call, key: str = "") -> None:
    """One operation at a time where the service insists on it."""
    if operations.running_on(call.cloud, key or call.key):
        raise errors.ApiError(
            409,
            "Operation failed because another operation was already in progress. Try your "
            "request after the current operation is complete.",
            reason="operationInProgress",
        )


def resource_of(call: Call) -> dict:
    wraps = call.collection.wraps
    wrapped = wraps in call.document.schemas.get(call.method.request or "", {}).get("properties", {})
    return call.body.get(wraps, {}) if wrapped else call.body


def new_id(call: Call, body: dict) -> str:
    """The id of a resource that is being made, from where its collection says."""
    source = call.collection.id
    if callable(source):
        return source(call, body)
    where, _, field = source.partition(":")
    value = call.param(field) if where == "query" else paths.get(call.body or {}, field, "")
    if not value:
        raise errors.bad_request([(field, f"Missing required parameter: {field}")])
    identity = str(value).rsplit("/", 1)[-1]
    if call.collection.id_pattern and not re.fullmatch(call.collection.id_pattern, identity):
        raise errors.invalid(
            f"Invalid value for '{field}': '{identity}' does not match '{call.collection.id_pattern}'."
        )
    return identity


def numeric_id(_call: Call, _body: dict) -> str:
    return str(random.randrange(10**18, 9 * 10**18))


def _require_parent(call: Call) -> None:
    """A child needs its parent, where the parent is a resource of the same API."""
    parents = call.method.collection.rpartition(".")[0]
    owner = call.api.collections.get(call.collection.parent or parents)
    if owner and "-" not in call.target.split("/"):
        parent = call.target.rpartition("/")[0]
        if call.store.get(f"{call.api.name}/{parent}") is None:
            raise errors.ApiError(404, owner.not_found.format(**words(call, parent)), reason=owner.not_found_reason)


def output_only(call: Call) -> set[str]:
    """Discovery's readOnly fields of the resource, those that Discovery does not know, and the stamps."""
    spec = call.collection
    marked = read_only(call.document, resource_schema(call))
    return {*marked, *spec.output_only, *spec.stamps}


def resource_schema(call: Call) -> str:
    request = call.document.schemas.get(call.method.request or "", {})
    wrapped = request.get("properties", {}).get(call.collection.wraps, {}) if call.collection.wraps else {}
    return wrapped.get("$ref") or call.method.request or call.method.response or ""


def writable(call: Call, sent: dict, fresh: bool = True) -> dict:
    """A copy of what was sent without the fields that only the server sets."""
    body = {name: copy.deepcopy(value) for name, value in sent.items() if not name.startswith("_")}
    for path in output_only(call):
        paths.remove(body, path)
    if not fresh:
        for name in ("name", "kind", "selfLink"):
            body.pop(name, None)
    return body


def complete(call: Call, body: dict, old: dict | None) -> dict:
    """Apply what the server does to every write: its own rules, defaults, stamps."""
    spec = call.collection
    apply_defaults(spec.defaults, body)
    if spec.on_write:
        spec.on_write(call, body, old)
        apply_defaults(spec.defaults, body)
    for field, kind in spec.stamps.items():
        if old is None or kind in RENEWED:
            value = STAMPS[kind](call, paths.get(old or {}, field))
            if value is not None:
                paths.put(body, field, value)
    for path in spec.input_only:
        paths.remove(body, path)
    if not call.api.explicit:
        kept = {name: value for name, value in body.items() if name.startswith("_")}
        body = without_zeros(call.document, resource_schema(call), body) | kept
    return body


def apply_defaults(rules, body: dict) -> None:
    for rule in rules:
        if rule.applies(body):
            paths.fill(body, rule.add)


STAMPS = {
    "created": lambda call, old: rfc3339(),
    "updated": lambda call, old: rfc3339(),
    "changed": lambda call, old: None,
    "quoted": lambda call, old: f'"{call.cloud.tick():x}"',
    "token": lambda call, old: base64.b64encode(call.cloud.tick().to_bytes(8, "big")).decode(),
    "digest": lambda call, old: hashlib.sha256(str(call.cloud.tick()).encode()).hexdigest(),
    "uuid": lambda call, old: call.cloud.unique(),
    "number": lambda call, old: str(call.cloud.tick()) + "0" * 3,
    "count": lambda call, old: str(int(old or 0) + 1),
}
RENEWED = {"updated", "quoted", "token", "digest", "count"}


def restamp(call: Call, body: dict) -> dict:
    """A copy of a stored resource with a new etag, time and generation: someone else wrote it."""
    result = copy.deepcopy(body)
    for field, kind in call.collection.stamps.items():
        if kind in RENEWED:
            paths.put(result, field, STAMPS[kind](call, paths.get(body, field)))
    return result


def check_etag(call: Call, old: dict, sent: dict) -> None:
    """Refuse a write that was made from an older version of the resource."""
    if call.collection.check_etag:
        call.collection.check_etag(call, old, sent)
    elif sent.get("etag") and old.get("etag") and (sent["etag"] != old["etag"] or "conflict" in call.faults):
        raise errors.ApiError(
            409,
            "The etag provided in the request does not match the current etag of the resource.",
            status="ABORTED",
            reason="conflict",
        )


def mask_of(call: Call) -> tuple[str, ...]:
    """The field mask as camelCase paths; empty when none was given. Raises ApiError on a path that does not exist."""
    text = call.param("updateMask") or call.body.get("updateMask", "")
    mask = tuple(camel(part.strip()) for part in re.sub(r"`[^`]*`", "", text).split(",") if part.strip())
    known = call.document.schemas.get(resource_schema(call), {}).get("properties", {})
    for path in mask:
        if path != "*" and path.split(".")[0] not in known:
            raise errors.bad_request([("update_mask", f"Invalid field mask path: {path}")])
    return mask


VERBS = {
    "create": create,
    "insert": create,
    "get": get,
    "list": list_,
    "patch": patch,
    "update": update,
    "delete": delete,
    "getIamPolicy": iam.get_policy,
    "setIamPolicy": iam.set_policy,
    "testIamPermissions": iam.test_permissions,
}
