# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The parts of a Cloud SQL instance: its users and databases."""

from __future__ import annotations

from emulator import engine, errors, operations, paths
from emulator.apis import sqldata
from emulator.cloud import Call
from emulator.model import Collection

INSTANCE = "sqladmin/projects/{}/instances/{}"
NO_INSTANCE, NO_INSTANCE_REASON = "The Cloud SQL instance does not exist.", "instanceDoesNotExist"


def link_of(call: Call) -> str:
    return "https://sqladmin.googleapis.com/" + call.document.prefix


def instance_of(call: Call, write: bool = True) -> tuple[str, dict]:
    """The instance that a user or database belongs to; a write waits for no other."""
    key = INSTANCE.format(call.project, call.params["instance"])
    body = call.store.get(key)
    if body is None:
        raise errors.ApiError(404, NO_INSTANCE, reason=NO_INSTANCE_REASON)
    if write:
        engine.refuse_when_busy(call, key)
    return key, body


def put_user(call: Call, key: str, sent: dict, family: str) -> None:
    _sqladmin, _projects, project, _instances, instance = key.split("/")
    body = {name: value for name, value in sent.items() if name not in ("password", "etag")}
    body |= {"kind": "sql#user", "instance": instance, "project": project, "etag": engine.STAMPS["digest"](call, None)}
    if family == "MYSQL":
        body.setdefault("host", "%")
        body.setdefault("passwordPolicy", {})["status"] = {}
    if body.get("type") == "BUILT_IN":
        del body["type"]
    call.store.put(user_key(key, body), body)


def user_key(instance: str, user: dict) -> str:
    return f"{instance}/users/{user['name']}@{user.get('host', '')}"


def done(call: Call, key: str, kind: str) -> dict:
    return operations.start(call, key, kind, [], instant=True)


def insert_user(call: Call) -> dict:
    key, instance = instance_of(call)
    family = instance["databaseVersion"].split("_")[0]
    if not call.body.get("name"):
        raise errors.ApiError(400, "Missing parameter: name.", reason="required")
    given = call.body | ({"host": call.body.get("host") or "%"} if family == "MYSQL" else {})
    if call.store.get(user_key(key, given)):
        raise errors.ApiError(409, f"User {given['name']} already exists.", reason="alreadyExists")
    put_user(call, key, given, family)
    return done(call, key, "CREATE_USER")


def found_user(call: Call, key: str) -> tuple[str, dict | None]:
    """The user by name and host. Recordings lost the hosts: one that fits none means the only one so named."""
    name, host = call.param("name"), call.param("host")
    exact = f"{key}/users/{name}@{host}"
    named = [place for place, body in call.store.children(f"{key}/users") if body["name"] == name]
    if call.store.get(exact) is None and host and len(named) == 1:
        return named[0], call.store.get(named[0])
    return exact, call.store.get(exact)


def get_user(call: Call) -> dict:
    key, _instance = instance_of(call, write=False)
    users = [body for _key, body in call.store.children(f"{key}/users") if body["name"] == call.params["name"]]
    chosen = next((body for body in users if call.param("host", body.get("host", "")) == body.get("host", "")), None)
    if chosen is None:
        raise errors.ApiError(404, "The user does not exist.", reason="notFound")
    return chosen


def list_users(call: Call) -> dict:
    key, _instance = instance_of(call, write=False)
    return {"kind": "sql#usersList", "items": [body for _key, body in call.store.children(f"{key}/users")]}


def update_user(call: Call) -> dict:
    key, instance = instance_of(call)
    _place, old = found_user(call, key)
    if old is None:
        raise errors.ApiError(404, "The user does not exist.", reason="notFound")
    put_user(call, key, paths.merged(old, call.body) | {"name": old["name"]}, instance["databaseVersion"].split("_")[0])
    return done(call, key, "UPDATE_USER")


def delete_user(call: Call) -> dict:
    key, instance = instance_of(call)
    place, old = found_user(call, key)
    if old is None:
        mysql = instance["databaseVersion"].startswith("MYSQL")
        name, host = call.param("name"), call.param("host")
        raise errors.ApiError(
            400,
            f"Invalid request: Error 1396: Operation DROP USER failed for '{name}'@'{host}'."
            if mysql
            else f'Invalid request: failed to delete user {name}: . role "{name}" does not exist',
        )
    call.store.delete(place)
    return done(call, key, "DELETE_USER")


def database(call: Call, key: str, sent: dict) -> dict:
    version = call.store.get(key)["databaseVersion"]
    body = {name: value for name, value in sent.items() if name not in ("etag", "selfLink")}
    return (
        body
        | sqldata.collation(version, body)
        | {
            "kind": "sql#database",
            "instance": key.rsplit("/", 1)[-1],
            "project": call.project,
            "selfLink": f"{link_of(call)}{key.partition('/')[2]}/databases/{body['name']}",
            "etag": engine.STAMPS["digest"](call, None),
        }
    )


def insert_database(call: Call) -> dict:
    key, _instance = instance_of(call)
    name = call.body.get("name", "")
    if not name:
        raise errors.ApiError(400, "Missing parameter: name.", reason="required")
    place = f"{key}/databases/{name}"
    if call.store.get(place):
        raise errors.ApiError(
            409,
            f"Invalid request: failed to create database {name}. Detail: database already exists.",
            reason="alreadyExists",
        )
    call.store.put(place, database(call, key, call.body))
    return done(call, place, "CREATE_DATABASE")


def list_databases(call: Call) -> dict:
    key, _instance = instance_of(call, write=False)
    return {"kind": "sql#databasesList", "items": [body for _key, body in call.store.children(f"{key}/databases")]}


def get_database(call: Call) -> dict:
    instance_of(call, write=False)
    return engine.existing(call)


def write_database(call: Call) -> dict:
    key, _instance = instance_of(call)
    body = database(call, key, paths.merged(engine.existing(call), call.body) | {"name": call.params["database"]})
    return operations.start(call, call.key, "UPDATE_DATABASE", [{"key": call.key, "body": body}])


def delete_database(call: Call) -> dict:
    instance_of(call)
    engine.existing(call)
    return operations.start(call, call.key, "DELETE_DATABASE", [{"key": call.key, "delete": True}])


PARTS = Collection(style=operations.sql, not_found="Not Found")
METHODS = {
    "users.insert": insert_user,
    "users.list": list_users,
    "users.get": get_user,
    "users.update": update_user,
    "users.delete": delete_user,
    "databases.insert": insert_database,
    "databases.list": list_databases,
    "databases.get": get_database,
    "databases.update": write_database,
    "databases.patch": write_database,
    "databases.delete": delete_database,
}
