#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_resource_info
short_description: Read Google Cloud resources of any kind
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Tells for each of a list of resources whether it exists, and what it is.
  - It reads up to 16 resources at a time and never changes anything.
extends_documentation_fragment:
  - mainstay.platform.gcp
requirements:
  - the client libraries of the kinds that are read, as their modules list them
attributes:
  diff_mode:
    support: none
    description: Nothing changes, so nothing differs.
options:
  resources:
    description:
      - The resources, each a dictionary with C(kind) and the options that say which one is meant. They are the
        required options of the kind's module.
      - C(project) is that of the module when an item has none; C(timeout) may be given for one item, too.
      - The kind is the module's name without C(gcp_), such as V(sql_instance) or V(secretmanager_secret).
      - A V(sql_user) of MySQL has a C(host), too. An V(iam_binding) is the policy of its C(resource).
    type: list
    elements: dict
    required: true
notes:
  - Secrets and passwords are hidden in the result. To use a secret's value in a play, read it with a lookup.
  - Where the API is not enabled, the task fails and says which one.
seealso:
  - module: mainstay.platform.gcp_resources
"""

EXAMPLES = r"""
- name: What is there
  mainstay.platform.gcp_resource_info:
    project: acme-staging
    resources:
      - kind: sql_instance
        name: main
      - kind: sql_database
        instance: main
        name: api
      - kind: secretmanager_secret
        secret_id: database-url
      - kind: iam_binding
        resource: projects/acme-staging/secrets/database-url
        role: roles/secretmanager.secretAccessor
  register: found

- name: Where applications connect
  ansible.builtin.debug:
    msg: "{{ found.resources[0].resource.connection_name }}"
  when: found.resources[0].exists
"""

RETURN = r"""
resources:
  description: What was found, in the order asked.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: The kind that was asked for.
      returned: always
      type: str
    id:
      description: Full name of the resource.
      returned: always
      type: str
    exists:
      description: Whether it exists; for a service, whether it is enabled.
      returned: always
      type: bool
    resource:
      description: The resource as the API tells it, V({}) where there is none.
      returned: always
      type: dict
  sample:
    - kind: sql_instance
      id: projects/acme-staging/instances/main
      exists: true
      resource:
        name: main
        state: RUNNABLE
        connection_name: acme-staging:europe-west6:main
    - kind: secretmanager_secret
      id: projects/acme-staging/secrets/database-url
      exists: false
      resource: {}
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run_info


def main():
    """Run the module."""
    run_info(DOCUMENTATION)


if __name__ == "__main__":
    main()
