#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_sql_user
short_description: Manage the users of a Google Cloud SQL instance
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes a user of a Cloud SQL instance, one with a password or one that signs in by IAM.
  - What the user may do inside a database is not its business, apart from O(database_roles).
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
    description:
      - Name of the user. For V(CLOUD_IAM_USER) and V(CLOUD_IAM_GROUP) it is the e-mail address.
      - For V(CLOUD_IAM_SERVICE_ACCOUNT) it is the account's e-mail address, on PostgreSQL without
        C(.gserviceaccount.com), such as V(api-runner@acme-staging.iam).
    type: str
    required: true
  host:
    description:
      - For MySQL only, where the user connects from, such as V(%) for anywhere. It is a part of the user's name, so
        another host is another user.
      - Needed where an instance has several users of one name.
    type: str
  password:
    description:
      - The password, for users of type V(BUILT_IN).
      - The API never tells it. It is sent when the user is created, and later as O(update_password) says; a changed
        password is neither seen nor reported.
    type: str
  update_password:
    description:
      - When to send O(password).
      - V(on_create) sends it once. V(always) sends it in each run, which then always reports a change.
    type: str
    choices: [always, on_create]
    default: on_create
  type:
    description:
      - How the user signs in, V(BUILT_IN) by password, the others by IAM or Entra ID. It cannot be changed later.
      - The instance needs the database flag C(cloudsql.iam_authentication) (PostgreSQL) or
        C(cloudsql_iam_authentication) (MySQL) for IAM.
    type: str
    choices:
      - BUILT_IN
      - CLOUD_IAM_USER
      - CLOUD_IAM_SERVICE_ACCOUNT
      - CLOUD_IAM_GROUP
      - CLOUD_IAM_GROUP_USER
      - CLOUD_IAM_GROUP_SERVICE_ACCOUNT
      - CLOUD_IAM_WORKFORCE_IDENTITY
      - ENTRAID_USER
  password_policy:
    description: Rules about this user's password.
    type: dict
    suboptions:
      allowed_failed_attempts:
        description: Failed attempts to sign in after which the user is locked.
        type: int
      enable_failed_attempts_check:
        description: Whether failed attempts are counted.
        type: bool
      password_expiration_duration:
        description: Time after which the password expires, such as V(90d).
        type: str
      enable_password_verification:
        description: For MySQL only, whether the present password is needed to change it.
        type: bool
  database_roles:
    description: Roles of the database that the user is a member of. A role that is not declared is taken away.
    type: list
    elements: str
  server_roles:
    description: For SQL Server only, roles of the server that the login is a member of.
    type: list
    elements: str
  sqlserver_user_details:
    description: For SQL Server only.
    type: dict
    suboptions:
      disabled:
        description: Whether the user is disabled.
        type: bool
      server_roles:
        description: Roles of the server.
        type: list
        elements: str
notes:
  - Google runs one operation at a time on an instance. When another one is under way, the module waits for it.
  - A user who owns objects in a PostgreSQL database cannot be removed before they belong to somebody else.
seealso:
  - module: mainstay.platform.gcp_sql_instance
  - module: mainstay.platform.gcp_secretmanager_secret_version
  - name: Cloud SQL Admin API
    description: Reference of users.
    link: https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/users
"""

EXAMPLES = r"""
- name: A user with a password
  mainstay.platform.gcp_sql_user:
    project: acme-staging
    instance: main
    name: api
    password: "{{ vault_api_password }}"

- name: A password that has to change now
  mainstay.platform.gcp_sql_user:
    project: acme-staging
    instance: main
    name: api
    password: "{{ vault_api_password }}"
    update_password: always

- name: A service account that signs in without a password
  mainstay.platform.gcp_sql_user:
    project: acme-staging
    instance: main
    name: api-runner@acme-staging.iam
    type: CLOUD_IAM_SERVICE_ACCOUNT

- name: A user of MySQL who comes from one network
  mainstay.platform.gcp_sql_user:
    project: acme-staging
    instance: shop
    name: reports
    host: 10.20.%
    password: "{{ vault_reports_password }}"

- name: A user who is no longer needed
  mainstay.platform.gcp_sql_user:
    project: acme-staging
    instance: main
    name: experiments
    state: absent
"""

RETURN = r"""
resource:
  description: The user as the API tells it, without the password. In check mode as it would be.
  returned: success
  type: dict
  sample:
    kind: sql#user
    project: acme-staging
    instance: main
    name: api
    type: BUILT_IN
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("sql_user", DOCUMENTATION)


if __name__ == "__main__":
    main()
