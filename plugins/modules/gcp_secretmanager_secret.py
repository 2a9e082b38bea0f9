#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_secretmanager_secret
short_description: Manage the secrets of Google Secret Manager, without their values
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes a secret, which is a name with rules about replication, rotation and expiry.
  - Its values are versions, see M(mainstay.platform.gcp_secretmanager_secret_version).
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-secret-manager >= 2.32
options:
  secret_id:
    description: Name of the secret in its project, 1 to 255 letters, digits, hyphens and underscores.
    type: str
    required: true
  replication:
    description:
      - Where the values are kept. Google wants to be told when the secret is created, and it cannot be changed later.
      - "Give one of the two; V({automatic: {}}) leaves the places to Google."
    type: dict
    suboptions:
      automatic:
        description: Google chooses the places.
        type: dict
        suboptions:
          customer_managed_encryption:
            description: A key of your own.
            type: dict
            suboptions:
              kms_key_name:
                description: Full name of a global Cloud KMS key.
                type: str
      user_managed:
        description: You choose the places.
        type: dict
        suboptions:
          replicas:
            description: The places, at least one.
            type: list
            elements: dict
            suboptions:
              location:
                description: A region, such as V(europe-west6).
                type: str
              customer_managed_encryption:
                description: A key of your own.
                type: dict
                suboptions:
                  kms_key_name:
                    description: Full name of a Cloud KMS key in the same region.
                    type: str
  labels:
    description: Labels by name, at most 64. A label that is not declared is removed.
    type: dict
  annotations:
    description: Notes of your own by name, less than 16 KiB in all. One that is not declared is removed.
    type: dict
  topics:
    description: Pub/Sub topics, at most 10, that are told of everything that happens to the secret.
    type: list
    elements: dict
    suboptions:
      name:
        description: Full name of the topic, C(projects/PROJECT/topics/TOPIC).
        type: str
  rotation:
    description:
      - When Secret Manager tells the O(topics) that it is time for a new value. It makes no value itself.
      - "A value that is renewed without anybody being told comes from the option C(rotate_after) of
        M(mainstay.platform.gcp_secretmanager_secret_version)."
    type: dict
    suboptions:
      next_rotation_time:
        description: The next time, such as V(2027-01-31T02:00:00Z), at least 5 minutes from now.
        type: str
      rotation_period:
        description: Time between two, such as V(30d) or V(2592000s), at least an hour. Needs C(next_rotation_time).
        type: str
  expire_time:
    description:
      - When the secret is removed with all its values, such as V(2027-01-31T02:00:00Z).
      - Excludes O(ttl).
    type: str
  ttl:
    description:
      - Time from its creation until the secret is removed with all its values, such as V(24h).
      - The API tells only the resulting O(expire_time), so it is sent on creation and not compared later.
    type: str
  version_aliases:
    description: 'Numbers of versions by alias, such as V({current: 4}). An alias that is not declared is removed.'
    type: dict
  version_destroy_ttl:
    description: Time that a version that is to be destroyed remains disabled and can be saved, such as V(7d).
    type: str
  customer_managed_encryption:
    description: A key of your own, for regional secrets only; otherwise see O(replication).
    type: dict
    suboptions:
      kms_key_name:
        description: Full name of a Cloud KMS key in the region of the secret.
        type: str
  tags:
    description: Resource Manager tags, values by key, bound when the secret is created and never told by the API.
    type: dict
  secret_type:
    description: What the values are, which makes Secret Manager check their structure. It cannot be changed later.
    type: str
    choices: [CLOUD_SQL_DB_CREDENTIALS, ACCESS_KEY, CERTIFICATE, OTHER_DB_CREDENTIALS, OTHER]
  delete_data:
    description: Has to be V(true) for O(state=absent), since the values are lost for good with the secret.
    type: bool
seealso:
  - module: mainstay.platform.gcp_secretmanager_secret_version
  - module: mainstay.platform.gcp_iam_binding
  - name: Secret Manager API
    description: Reference of projects.secrets.
    link: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets
"""

EXAMPLES = r"""
- name: The database's address, wherever Google keeps it
  mainstay.platform.gcp_secretmanager_secret:
    project: acme-staging
    secret_id: database-url
    replication:
      automatic: {}
    labels:
      service: api

- name: A signing key that stays in Switzerland and is renewed every month
  mainstay.platform.gcp_secretmanager_secret:
    project: acme-staging
    secret_id: signing-key
    replication:
      user_managed:
        replicas:
          - location: europe-west6
    topics:
      - name: projects/acme-staging/topics/secret-rotation
    rotation:
      next_rotation_time: "2027-01-31T02:00:00Z"
      rotation_period: 30d

- name: A secret that is no longer needed, and its values
  mainstay.platform.gcp_secretmanager_secret:
    project: acme-staging
    secret_id: old-token
    state: absent
    delete_data: true
"""

RETURN = r"""
resource:
  description: The secret as the API tells it, in check mode as it would be. Values are no part of it.
  returned: success
  type: dict
  sample:
    name: projects/123456789012/secrets/database-url
    create_time: "2026-11-21T08:15:00Z"
    replication:
      automatic: {}
    labels:
      service: api
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("secretmanager_secret", DOCUMENTATION)


if __name__ == "__main__":
    main()
