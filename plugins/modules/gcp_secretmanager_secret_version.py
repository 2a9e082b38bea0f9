#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_secretmanager_secret_version
short_description: Manage the value of a secret of Google Secret Manager
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Sees to it that the newest enabled version of a secret holds the right value, and retires older versions.
  - The value comes in exactly one way, from O(value), O(json), O(generate) or O(placeholder).
  - A value that is already right is left alone. It is compared without being shown, and appears in no result, diff,
    warning or error.
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-secret-manager >= 2.32
options:
  secret_id:
    description:
      - Name of the secret, which has to exist. M(mainstay.platform.gcp_secretmanager_secret) makes it, and in
        M(mainstay.platform.gcp_resources) both can be declared side by side.
    type: str
    required: true
  value:
    description: The value as text. A new version is added when the newest one holds another.
    type: str
  json:
    description:
      - The value as a dictionary or list, written as JSON with sorted names, or as JSON text, written as it is.
      - Compared by meaning, so that spaces and the order of names make no difference.
    type: raw
  generate:
    description:
      - A random value is made when the secret has none, and kept from then on; see O(rotate) and O(rotate_after).
      - V({}) makes 32 letters and digits.
    type: dict
    suboptions:
      length:
        description: Number of characters, from 8 to 4096; 32 when not given.
        type: int
      characters:
        description: The characters to choose from, one after another; letters and digits when not given.
        type: str
  placeholder:
    description:
      - A value for a secret that has none, so that what refers to it can be made. Whatever somebody fills in later
        is left alone. It is no secret itself and is shown.
    type: str
  rotate:
    description:
      - Whether to add a new version in this run, even when the newest value is right. Give it on the command line
        (C(-e rotate=true)), for as long as it stands in an inventory every run changes something.
    type: bool
  rotate_after:
    description:
      - Age from which on a value is replaced by a new one, such as V(90d) or V(720h). For O(generate); a value that
        is given does not change with time.
    type: str
  keep:
    description:
      - Number of enabled versions to keep, at least 1, the newest included. Older ones become what O(older) says.
      - Without it older versions remain enabled, so that an old value can still be read.
    type: int
  older:
    description:
      - What becomes of versions beyond O(keep).
      - V(disabled) versions can be enabled again, V(destroyed) ones are lost for good, those disabled before included.
      - V(disabled) when not given.
    type: str
    choices: [disabled, destroyed]
  state:
    description: V(absent) destroys all versions that are enabled or disabled, and needs O(delete_data=true).
  delete_data:
    description: Has to be V(true) for O(state=absent), since destroyed values are lost for good.
    type: bool
notes:
  - To compare, it reads the value. The credentials need C(secretmanager.versions.access), as in the role
    C(roles/secretmanager.secretAccessor), beside C(secretmanager.versions.list), C(secretmanager.versions.add) and,
    with O(keep), C(secretmanager.versions.disable) or C(secretmanager.versions.destroy), as in
    C(roles/secretmanager.secretVersionManager). Check mode reads, too.
  - Google bills every version that is not destroyed.
  - Keep values in Ansible Vault or another store, not in plain inventories.
seealso:
  - module: mainstay.platform.gcp_secretmanager_secret
  - name: Secret Manager API
    description: Reference of projects.secrets.versions.
    link: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions
"""

EXAMPLES = r"""
- name: A value from a vault; old ones are destroyed, three remain
  mainstay.platform.gcp_secretmanager_secret_version:
    project: acme-staging
    secret_id: database-url
    value: "{{ vault_database_url }}"
    keep: 3
    older: destroyed

- name: A JSON document
  mainstay.platform.gcp_secretmanager_secret_version:
    project: acme-staging
    secret_id: smtp
    json:
      host: smtp.example.com
      user: mailer
      password: "{{ vault_smtp_password }}"

- name: A random password, made once and renewed after 90 days
  mainstay.platform.gcp_secretmanager_secret_version:
    project: acme-staging
    secret_id: session-key
    generate:
      length: 48
    rotate_after: 90d
    keep: 2

- name: Somebody will fill this in by hand
  mainstay.platform.gcp_secretmanager_secret_version:
    project: acme-staging
    secret_id: partner-token
    placeholder: to be filled in

- name: All values are to be destroyed, the secret stays
  mainstay.platform.gcp_secretmanager_secret_version:
    project: acme-staging
    secret_id: old-token
    state: absent
    delete_data: true
"""

RETURN = r"""
resource:
  description: The versions, without any value. In check mode as they would be.
  returned: success
  type: dict
  contains:
    version:
      description: Number of the newest enabled version.
      returned: when there is one
      type: str
    versions:
      description: All versions, the newest first.
      returned: when there are some
      type: list
      elements: dict
      contains:
        name:
          description: Full name of the version.
          returned: always
          type: str
        state:
          description: V(ENABLED), V(DISABLED) or V(DESTROYED).
          returned: always
          type: str
        create_time:
          description: When it was added.
          returned: always
          type: str
  sample:
    version: "2"
    versions:
      - name: projects/123456789012/secrets/database-url/versions/2
        state: ENABLED
        create_time: "2026-11-21T08:15:00Z"
      - name: projects/123456789012/secrets/database-url/versions/1
        state: DISABLED
        create_time: "2026-08-21T08:15:00Z"
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("secretmanager_secret_version", DOCUMENTATION)


if __name__ == "__main__":
    main()
