# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a PostgreSQL server has against what it should have, as the statements that make one the other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from typing import NamedTuple

ITERATIONS = 4096
# A role's attributes: {option: (word that gives it, word that takes it)}
FLAGS = {
    "login": ("LOGIN", "NOLOGIN"),
    "superuser": ("SUPERUSER", "NOSUPERUSER"),
    "replication": ("REPLICATION", "NOREPLICATION"),
    "createdb": ("CREATEDB", "NOCREATEDB"),
    "createrole": ("CREATEROLE", "NOCREATEROLE"),
}
EVERYTHING = """
SELECT json_build_object(
  'recovery', pg_is_in_recovery(),
  'roles', (SELECT json_object_agg(rolname, json_build_object(
      'login', rolcanlogin, 'superuser', rolsuper, 'replication', rolreplication, 'createdb', rolcreatedb,
      'createrole', rolcreaterole, 'connection_limit', rolconnlimit, 'password', rolpassword,
      'member_of', (SELECT coalesce(json_agg(g.rolname), '[]') FROM pg_auth_members m
                    JOIN pg_authid g ON g.oid = m.roleid WHERE m.member = a.oid))) FROM pg_authid a),
  'databases', (SELECT json_object_agg(datname, json_build_object('owner', pg_get_userbyid(datdba)))
                FROM pg_database WHERE datallowconn))
"""
# What one database has; {} stands for an array of the functions asked for.
DATABASE = """
SELECT json_build_object(
  'extensions', (SELECT coalesce(json_agg(extname), '[]') FROM pg_extension),
  'functions', (SELECT coalesce(json_agg(name), '[]') FROM unnest({}::text[]) name
                WHERE to_regprocedure(name) IS NOT NULL))
"""
NOTHING = {"extensions": [], "functions": []}


class Change(NamedTuple):
    """One statement, the database it runs in, and what it changes, without secrets."""

    database: str
    sql: str
    path: str
    before: object
    after: object


def identifier(name: str) -> str:
    """Quote a name."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """Quote a string, whatever standard_conforming_strings says."""
    quoted = value.replace("'", "''").replace("\\", "\\\\")
    return f" E'{quoted}'" if "\\" in value else f"'{quoted}'"


def verifier(password: str, salt: bytes, iterations: int = ITERATIONS) -> str:
    """Return what the server stores for a password under SCRAM-SHA-256 (RFC 5802, for ASCII passwords)."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${iterations}:{encoded[0]}${encoded[1]}:{encoded[2]}"


def is_password(stored: str | None, password: str) -> bool:
    """Tell whether a password is the one whose verifier the server has."""
    if not (stored or "").startswith("SCRAM-SHA-256$"):
        return False
    iterations, salt = stored.split("$")[1].split(":")
    return hmac.compare_digest(stored, verifier(password, base64.b64decode(salt), int(iterations)))


def role_changes(declared: dict, found: dict | None) -> list[Change]:
    """Compare one role; an option that is None is not ours."""
    name, had = declared["name"], found or {}
    words, before, after = [], {}, {}
    for option, (given, taken) in FLAGS.items():
        if declared[option] is not None and declared[option] != had.get(option):
            words.append(given if declared[option] else taken)
            before[option], after[option] = had.get(option), declared[option]
    limit = declared["connection_limit"]
    if limit is not None and limit != had.get("connection_limit"):
        words.append(f"CONNECTION LIMIT {limit}")
        before["connection_limit"], after["connection_limit"] = had.get("connection_limit"), limit
    password = declared["password"]
    if password is not None and not is_password(had.get("password"), password):
        words.append(f"PASSWORD {literal(verifier(password, os.urandom(16)))}")
        before["password"], after["password"] = "(another)" if had.get("password") else None, "(as declared)"
    changes = []
    if words or found is None:
        verb = "CREATE" if found is None else "ALTER"
        sql = f"{verb} ROLE {identifier(name)} {' '.join(words)}"
        changes.append(Change("postgres", sql, f"role {name}", before if found else None, after))
    for group in sorted(set(declared["member_of"] or []) - set(had.get("member_of", []))):
        sql = f"GRANT {identifier(group)} TO {identifier(name)}"
        changes.append(Change("postgres", sql, f"role {name}: member of {group}", False, True))
    return changes


def asks_database(functions: list[dict]) -> str:
    """Return the query of what one database has."""
    return DATABASE.format(f"ARRAY[{', '.join(literal(function['name']) for function in functions)}]")


def database_changes(declared: dict, found: dict | None, inside: dict, functions: list[dict]) -> list[Change]:
    """Compare one database, its extensions, and the functions that every database has."""
    name, owner = declared["name"], declared["owner"]
    changes = []
    if found is None:
        sql = f"CREATE DATABASE {identifier(name)}" + (f" OWNER {identifier(owner)}" if owner else "")
        changes.append(Change("postgres", sql, f"database {name}", None, {"owner": owner}))
    elif owner and owner != found["owner"]:
        sql = f"ALTER DATABASE {identifier(name)} OWNER TO {identifier(owner)}"
        changes.append(Change("postgres", sql, f"database {name}: owner", found["owner"], owner))
    for extension in declared["extensions"] or []:
        if extension not in inside["extensions"]:
            sql = f"CREATE EXTENSION {identifier(extension)} CASCADE"
            changes.append(Change(name, sql, f"database {name}: extension {extension}", False, True))
    for function in functions:
        if function["name"] not in inside["functions"]:
            changes.append(Change(name, function["sql"], f"database {name}: function {function['name']}", False, True))
    return changes


def changes(
    roles: list[dict], databases: list[dict], functions: list[dict], found: dict, inside: dict[str, dict]
) -> list[Change]:
    """Return what has to be done, in order: roles, since databases have owners, then databases.

    `found` is what `EVERYTHING` answers, `inside` what `DATABASE` answers for each database that is there.
    """
    steps = [role_changes(role, found["roles"].get(role["name"])) for role in roles]
    steps += [
        database_changes(each, found["databases"].get(each["name"]), inside.get(each["name"], NOTHING), functions)
        for each in databases
    ]
    return [change for step in steps for change in step]


def state(output: str):
    """Read the JSON that a query answered."""
    return json.loads(output)
