# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs on a PostgreSQL server, and the statements that mend it."""

from __future__ import annotations

import pytest

from ansible_collections.mainstay.platform.plugins.module_utils import postgres

# From RFC 7677, section 3.
PENCIL = (
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
)
ROLE = {
    "name": "shop",
    "password": None,
    "login": True,
    "superuser": False,
    "replication": False,
    "createdb": False,
    "createrole": False,
    "connection_limit": -1,
    "member_of": [],
}
FOUND = {**{key: value for key, value in ROLE.items() if key != "name"}, "password": PENCIL}
NOTHING = postgres.NOTHING
FUNCTIONS = [{"name": "f(text)", "sql": "CREATE f"}]
WHOLE = {"extensions": ["vector"], "functions": ["f(text)"]}


def test_the_verifier_of_the_rfc():
    salt = b"\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81"
    assert postgres.verifier("pencil", salt) == PENCIL


@pytest.mark.parametrize(
    ("stored", "password", "same"),
    [(PENCIL, "pencil", True), (PENCIL, "Pencil", False), (None, "pencil", False), ("md5abc", "pencil", False)],
)
def test_passwords_are_compared_with_the_verifier(stored, password, same):
    assert postgres.is_password(stored, password) is same


@pytest.mark.parametrize(
    ("declared", "found", "statements"),
    [
        ({}, None, ['CREATE ROLE "shop" LOGIN NOSUPERUSER NOREPLICATION NOCREATEDB NOCREATEROLE CONNECTION LIMIT -1']),
        ({}, FOUND, []),
        ({"password": "pencil"}, FOUND, []),
        ({"login": False}, FOUND, ['ALTER ROLE "shop" NOLOGIN']),
        ({"member_of": ["a", "b"]}, {**FOUND, "member_of": ["b", "c"]}, ['GRANT "a" TO "shop"']),
        ({"connection_limit": 5}, FOUND, ['ALTER ROLE "shop" CONNECTION LIMIT 5']),
    ],
)
def test_a_role(declared, found, statements):
    assert [change.sql for change in postgres.role_changes({**ROLE, **declared}, found)] == statements


def test_another_password_is_sent_as_a_verifier_and_shown_not_at_all():
    (change,) = postgres.role_changes({**ROLE, "password": "hunter2"}, FOUND)
    assert change.sql.startswith('ALTER ROLE "shop" PASSWORD \'SCRAM-SHA-256$4096:')
    assert "hunter2" not in f"{change}"
    assert "SCRAM" not in f"{change.before}{change.after}"


@pytest.mark.parametrize(
    ("declared", "found", "inside", "statements"),
    [
        ({}, None, NOTHING, ['CREATE DATABASE "d" OWNER "shop"', 'CREATE EXTENSION "vector" CASCADE', "CREATE f"]),
        ({}, {"owner": "shop"}, WHOLE, []),
        ({}, {"owner": "shop"}, {**WHOLE, "functions": []}, ["CREATE f"]),
        ({}, {"owner": "other"}, WHOLE, ['ALTER DATABASE "d" OWNER TO "shop"']),
        ({"owner": None, "extensions": []}, {"owner": "other"}, WHOLE, []),
    ],
)
def test_a_database(declared, found, inside, statements):
    database = {"name": "d", "owner": "shop", "extensions": ["vector"], **declared}
    assert [change.sql for change in postgres.database_changes(database, found, inside, FUNCTIONS)] == statements


def test_names_and_strings_are_quoted():
    assert postgres.identifier('a"b') == '"a""b"'
    assert postgres.literal("a'b") == "'a''b'"
    assert postgres.literal("a\\'b") == " E'a\\\\''b'"
