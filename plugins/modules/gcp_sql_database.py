#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_sql_database
short_description: Manage the databases of a Google Cloud SQL instance
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes a database of a Cloud SQL instance. Tables and grants are not its business.
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-sql >= 0.1.2
options:
  instance:
    description: Name of the Cloud SQL instance, in the same project.
    type: str
    required: true
  name:
    description: Name of the database, 1 to 63 characters without slash, backslash and full stop.
    type: str
    required: true
  charset:
    description:
      - The character set, such as V(UTF8) for PostgreSQL or V(utf8mb4) for MySQL.
      - PostgreSQL cannot change it later.
    type: str
  collation:
    description:
      - The collation, such as V(en_US.UTF8) for PostgreSQL or V(utf8mb4_0900_ai_ci) for MySQL.
      - PostgreSQL cannot change it later.
    type: str
  sqlserver_database_details:
    description: For SQL Server only.
    type: dict
    suboptions:
      compatibility_level:
        description: The version of SQL Server that the database behaves like, such as V(150).
        type: int
      recovery_model:
        description: The recovery model, such as V(FULL).
        type: str
  delete_data:
    description: Has to be V(true) for O(state=absent), since the data is lost for good with the database.
    type: bool
notes:
  - Google runs one operation at a time on an instance. When another one is under way, the module waits for it.
seealso:
  - module: mainstay.platform.gcp_sql_instance
  - module: mainstay.platform.gcp_sql_user
  - name: Cloud SQL Admin API
    description: Reference of databases.
    link: https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/databases
"""

EXAMPLES = r"""
- name: The database of the API
  mainstay.platform.gcp_sql_database:
    project: acme-staging
    instance: main
    name: api
    charset: UTF8
    collation: en_US.UTF8

- name: A database that is no longer needed, and its data
  mainstay.platform.gcp_sql_database:
    project: acme-staging
    instance: main
    name: experiments
    state: absent
    delete_data: true
"""

RETURN = r"""
resource:
  description: The database as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    kind: sql#database
    project: acme-staging
    instance: main
    name: api
    charset: UTF8
    collation: en_US.UTF8
    self_link: https://sqladmin.googleapis.com/sql/v1beta4/projects/acme-staging/instances/main/databases/api
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("sql_database", DOCUMENTATION)


if __name__ == "__main__":
    main()
