#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: postgres_objects
short_description: Roles, databases, extensions and functions of a PostgreSQL server
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Reads what the server has, compares it with what is declared, and changes only what differs.
  - What is not declared is left alone; nothing is ever removed.
  - Runs C(psql) on the host as the user who runs the module, so become the operating system's C(postgres).
  - A password is compared with the verifier that the server keeps, and only a verifier is sent, through a pipe. So the
    password reaches neither the server's log nor a process list.
attributes:
  check_mode:
    description: Reads, and tells what would change.
    support: full
  diff_mode:
    description: Shows what differs, passwords aside.
    support: full
options:
  port:
    description: Port of the server, whose socket is used.
    type: int
    default: 5432
  roles:
    description: The roles, in an order in which each may be a member of those before it.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the role.
        type: str
        required: true
      password:
        description: Its password, in ASCII. Unset leaves the password alone.
        type: str
      login:
        description: Whether it may connect.
        type: bool
        default: true
      superuser:
        description: Whether no permission is asked of it.
        type: bool
        default: false
      replication:
        description: Whether it may replicate the whole cluster.
        type: bool
        default: false
      createdb:
        description: Whether it may make databases.
        type: bool
        default: false
      createrole:
        description: Whether it may make roles.
        type: bool
        default: false
      connection_limit:
        description: How many connections it may have at once, V(-1) for any number.
        type: int
        default: -1
      member_of:
        description: Roles whose permissions it has. More than these are left alone.
        type: list
        elements: str
        default: []
  databases:
    description: The databases.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the database.
        type: str
        required: true
      owner:
        description: The role that owns it.
        type: str
      extensions:
        description: Extensions that it has; their packages are installed.
        type: list
        elements: str
        default: []
  functions:
    description: Functions that each of O(databases) has. One that is there is left as it is.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Its name with the types of its arguments, such as V(pooler.lookup(text\)).
        type: str
        required: true
      sql:
        description: The statements that make it.
        type: str
        required: true
"""

EXAMPLES = r"""
- name: Have an application's database
  mainstay.platform.postgres_objects:
    roles:
      - name: shop
        password: "{{ vault_shop_password }}"
    databases:
      - name: shop
        owner: shop
        extensions: [pg_trgm]
  become: true
  become_user: postgres
"""

RETURN = r"""
statements:
  description: What was run, or would be, without passwords.
  returned: success
  type: list
  elements: str
  sample: ["role shop", "database shop", "database shop: extension pg_trgm"]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.mainstay.platform.plugins.module_utils import postgres

ROLE = {
    "name": {"type": "str", "required": True},
    "password": {"type": "str", "no_log": True},
    "login": {"type": "bool", "default": True},
    **{flag: {"type": "bool", "default": False} for flag in ("superuser", "replication", "createdb", "createrole")},
    "connection_limit": {"type": "int", "default": -1},
    "member_of": {"type": "list", "elements": "str", "default": []},
}
DATABASE = {
    "name": {"type": "str", "required": True},
    "owner": {"type": "str"},
    "extensions": {"type": "list", "elements": "str", "default": []},
}
FUNCTION = {"name": {"type": "str", "required": True}, "sql": {"type": "str", "required": True}}
OPTIONS = {
    "port": {"type": "int", "default": 5432},
    "roles": {"type": "list", "elements": "dict", "default": [], "options": ROLE},
    "databases": {"type": "list", "elements": "dict", "default": [], "options": DATABASE},
    "functions": {"type": "list", "elements": "dict", "default": [], "options": FUNCTION},
}


def run(module: AnsibleModule, database: str, sql: str) -> str:
    """Run SQL that comes through a pipe. It waits for no standby: what it changes can be declared again."""
    command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-p", str(module.params["port"]), "-d", database]
    environment = {"PGOPTIONS": "-c synchronous_commit=local -c log_min_error_statement=panic"}
    code, output, error = module.run_command(command, data=sql, environ_update=environment)
    if code != 0:
        module.fail_json(msg=f"psql says about database {database}: {error.strip()}")
    return output


def main() -> None:
    """Read, compare, and write what differs."""
    module = AnsibleModule(OPTIONS, supports_check_mode=True)
    roles, databases, functions = (module.params[option] for option in ("roles", "databases", "functions"))
    found = postgres.state(run(module, "postgres", postgres.EVERYTHING))
    there = [database["name"] for database in databases if database["name"] in found["databases"]]
    inside = {name: postgres.state(run(module, name, postgres.asks_database(functions))) for name in there}
    changes = postgres.changes(roles, databases, functions, found, inside)
    if changes and found["recovery"]:
        module.fail_json(msg="this server is a standby, which takes no changes: run this on the primary")
    if not module.check_mode:
        for change in changes:
            run(module, change.database, change.sql)
    module.exit_json(
        changed=bool(changes),
        statements=[change.path for change in changes],
        diff={
            "before": {change.path: change.before for change in changes},
            "after": {change.path: change.after for change in changes},
        },
    )


if __name__ == "__main__":
    main()
