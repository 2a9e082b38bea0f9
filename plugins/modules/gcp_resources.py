#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_resources
short_description: Reconcile many Google Cloud resources at once
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Makes a list of resources of any kinds as they are declared, in one process with one start-up.
  - First it checks all items, then it reads all resources at a time, and only then it writes what differs, each
    resource after those that it needs. When an item cannot be what it says, nothing is written at all.
  - An item that fails does not stop the others, except those that need it. What succeeded is kept, all failures are
    reported together, and another run goes on from there.
  - While Google takes more than a few seconds for something, a line on the screen says what is waited for and for how
    long, when the task runs on the control node.
extends_documentation_fragment:
  - mainstay.platform.gcp
requirements:
  - the client libraries of the kinds that are declared, as their modules list them
attributes:
  action:
    support: full
    description: A plugin on the control node shows the progress; the work is done by the module.
  async:
    support: none
    description: The progress needs the task to be waited for. Use O(timeout) instead.
options:
  resources:
    description:
      - The items, each a dictionary with C(kind) and the options of that kind's module. The kind is the module's name
        without C(gcp_), such as V(sql_instance) for M(mainstay.platform.gcp_sql_instance).
      - C(state) is V(present) or V(absent), V(present) when not given. C(delete_data) is as in the kind's module.
      - C(project) and C(timeout) may be given for an item and else are those of this module.
      - "A value may refer to another item's output: V({ref: KIND/NAME, field: FIELD}), for instance
        V({ref: iam_service_account/api-runner, field: member}). NAME is the last part of the item's full name, or
        more of it where two items share that, as in V(sql_database/main/databases/api). FIELD is any field of that
        resource, or V(id) for its full name, which is meant when it is not given. Service accounts have V(email) and
        V(member) as well."
      - An output that follows from names, such as an account's e-mail address, is known beforehand. Any other one is
        known once its resource exists; in check mode it reads C((known after apply)) until then.
      - No two items may be for the same resource. Bindings of one policy are read and written together.
    type: list
    elements: dict
    required: true
  concurrency:
    description: How many resources are read or written at a time, from 1 to 64.
    type: int
    default: 16
  progress:
    description:
      - A file on the host that runs the task to which news about long waits is appended, a line each.
      - The plugin on the control node makes one and shows its lines, when the task runs there. Give one to watch the
        file yourself; nothing is shown then.
    type: path
notes:
  - The order of the items means nothing. An item is written after those it refers to, after the API it needs is
    enabled, after what contains it (an instance before its databases), and after kinds that it usually needs, such
    as accounts before bindings. What is V(absent) goes in the reverse order.
  - Writes to one Cloud SQL instance take turns, since Google runs one operation at a time there.
  - In check mode an API that is not enabled means that none of its resources exists, with one warning for each.
  - An interrupted run can be repeated at once. What Google is still making is waited for and not made again.
  - Give access once with C(module_defaults) of the group C(mainstay.platform.gcp).
seealso:
  - module: mainstay.platform.gcp_resource_info
"""

EXAMPLES = r"""
- name: A whole environment
  mainstay.platform.gcp_resources:
    project: acme-staging
    resources:
      - {kind: serviceusage_service, name: sqladmin.googleapis.com}
      - {kind: serviceusage_service, name: secretmanager.googleapis.com}
      - {kind: serviceusage_service, name: iam.googleapis.com}

      - {kind: iam_service_account, account_id: api-runner, display_name: API}
      - {kind: iam_service_account, account_id: deployer, display_name: Deployments}

      - kind: sql_instance
        name: main
        region: europe-west6
        database_version: POSTGRES_16
        timeout: 2700
        settings:
          tier: db-custom-1-3840
          edition: ENTERPRISE
          data_disk_size_gb: 20
          deletion_protection_enabled: true
          ip_configuration: {ipv4_enabled: false, private_network: projects/acme-staging/global/networks/main}
          backup_configuration: {enabled: true, start_time: "02:00", point_in_time_recovery_enabled: true}
          database_flags:
            - {name: cloudsql.iam_authentication, value: "on"}
      - {kind: sql_database, instance: {ref: sql_instance/main}, name: api, charset: UTF8}
      - {kind: sql_user, instance: main, name: migrations, password: "{{ vault_migrations_password }}"}
      - {kind: sql_user, instance: main, name: api-runner@acme-staging.iam, type: CLOUD_IAM_SERVICE_ACCOUNT}

      - {kind: secretmanager_secret, secret_id: session-key, replication: {automatic: {}}}
      - {kind: secretmanager_secret_version, secret_id: session-key, generate: {length: 48}, rotate_after: 90d, keep: 2}
      - {kind: secretmanager_secret, secret_id: database-host, replication: {automatic: {}}}
      - kind: secretmanager_secret_version
        secret_id: database-host
        value: {ref: sql_instance/main, field: connection_name}

      - kind: iam_binding
        role: roles/cloudsql.client
        members:
          - {ref: iam_service_account/api-runner, field: member}
      - kind: iam_binding
        resource: {ref: secretmanager_secret/session-key}
        role: roles/secretmanager.secretAccessor
        members:
          - {ref: iam_service_account/api-runner, field: member}
        authoritative: true
  register: environment_state

- name: What has changed
  ansible.builtin.debug:
    msg: "{{ environment_state.resources | selectattr('changed') | map(attribute='id') }}"

- name: What is no longer needed, in whatever order
  mainstay.platform.gcp_resources:
    project: acme-staging
    concurrency: 4
    resources:
      - {kind: sql_database, instance: main, name: experiments, state: absent, delete_data: true}
      - {kind: sql_user, instance: main, name: experiments, state: absent}
      - {kind: secretmanager_secret, secret_id: old-token, state: absent, delete_data: true}
      - {kind: iam_service_account, account_id: old-worker, state: absent}
"""

RETURN = r"""
resources:
  description: What became of the items, in the order asked. Secrets and passwords are hidden.
  returned: when the items could be checked
  type: list
  elements: dict
  contains:
    kind:
      description: The item's kind.
      returned: always
      type: str
    id:
      description: Full name of the resource.
      returned: always
      type: str
    changed:
      description: Whether it was changed, or would be in check mode.
      returned: always
      type: bool
    before:
      description: The resource as it was, V({}) where there was none.
      returned: when it changed
      type: dict
    after:
      description: The resource as it is now, in check mode as it would be.
      returned: always
      type: dict
    differences:
      description: The declared attributes that differed. Empty where the whole resource comes or goes.
      returned: when it changed
      type: list
      elements: dict
      contains:
        path:
          description: Where the attribute stands, such as V(settings.database_flags[max_connections].value).
          returned: always
          type: str
        before:
          description: Its value before, null where there was none.
          returned: always
          type: raw
        after:
          description: The declared value, null where it is removed.
          returned: always
          type: raw
    problem:
      description: What is wrong with a resource that is as declared, such as an instance that does not run.
      returned: when something is
      type: str
    error:
      description: Why the item failed, and what to do.
      returned: when it failed
      type: str
  sample:
    - kind: sql_instance
      id: projects/acme-staging/instances/main
      changed: true
      before:
        settings: {tier: db-f1-micro}
      after:
        settings: {tier: db-custom-1-3840}
      differences:
        - path: settings.tier
          before: db-f1-micro
          after: db-custom-1-3840
msg:
  description: All failures, a line each, with the resource that each is about.
  returned: failure
  type: str
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run_batch


def main():
    """Run the module."""
    run_batch(DOCUMENTATION)


if __name__ == "__main__":
    main()
