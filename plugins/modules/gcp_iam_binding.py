#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_iam_binding
short_description: Give Google Cloud roles to members on one resource
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Sees to it that members have (or do not have) a role on a project, secret, service account, Cloud Run service or
    storage bucket.
  - It is additive, so members that were given the role elsewhere keep it, unless O(authoritative=true).
  - A binding is known by resource, role, and the title and expression of its condition. The same role with another
    condition, or without one, is another binding.
  - The policy of the resource is read, changed and written as a whole with its etag. When somebody else changed it
    meanwhile, it is read again; nothing that others write gets lost.
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-resource-manager >= 1.19 for projects
  - google-cloud-secret-manager >= 2.32 for secrets
  - google-cloud-iam >= 2.27 for service accounts
  - google-cloud-run >= 0.16 for Cloud Run services
options:
  resource:
    description:
      - Full name of the resource whose policy holds the binding, one of C(projects/PROJECT),
        C(projects/PROJECT/secrets/SECRET), C(projects/PROJECT/serviceAccounts/EMAIL),
        C(projects/PROJECT/locations/REGION/services/SERVICE) and C(projects/_/buckets/BUCKET).
      - Without it the binding is on the project.
    type: str
  role:
    description: The role, such as V(roles/run.invoker) or V(projects/PROJECT/roles/NAME).
    type: str
    required: true
  members:
    description:
      - Who gets the role, each with the kind of member in front, such as V(user:ada@example.com),
        V(group:ops@example.com), V(serviceAccount:api@acme-staging.iam.gserviceaccount.com), V(domain:example.com),
        V(principalSet://…), V(allAuthenticatedUsers) or V(allUsers).
      - Needed unless O(state=absent) or O(authoritative=true). O(state=absent) without members takes the role from
        all members.
    type: list
    elements: str
  condition:
    description: When the role counts. Buckets take conditions only with uniform bucket-level access.
    type: dict
    suboptions:
      title:
        description: Short name of the condition. Google requires one.
        type: str
      description:
        description: What the condition is for.
        type: str
      expression:
        description: The condition in Common Expression Language. Google requires one.
        type: str
      location:
        description: Where the expression comes from, such as a file and line, for error messages.
        type: str
  authoritative:
    description:
      - Whether the members are all who may have this role with this condition on this resource, so that others lose
        it. Other roles stay as they are.
      - With O(members) empty and O(state=present) nobody keeps the role.
    type: bool
notes:
  - With O(authoritative=true) on C(roles/owner) of a project, declare yourself, or you lock yourself out.
seealso:
  - module: mainstay.platform.gcp_iam_service_account
  - name: Policies
    description: What a policy, a binding, a member and a condition are.
    link: https://cloud.google.com/iam/docs/reference/rest/v1/Policy
"""

EXAMPLES = r"""
- name: The API connects to Cloud SQL
  mainstay.platform.gcp_iam_binding:
    project: acme-staging
    role: roles/cloudsql.client
    members:
      - serviceAccount:api-runner@acme-staging.iam.gserviceaccount.com

- name: Only the API reads this secret
  mainstay.platform.gcp_iam_binding:
    resource: projects/acme-staging/secrets/database-url
    role: roles/secretmanager.secretAccessor
    members:
      - serviceAccount:api-runner@acme-staging.iam.gserviceaccount.com
    authoritative: true

- name: The auditors read the project until the end of the year
  mainstay.platform.gcp_iam_binding:
    project: acme-staging
    role: roles/viewer
    members:
      - group:auditors@example.com
    condition:
      title: until-2027
      expression: request.time < timestamp("2027-01-01T00:00:00Z")

- name: Nobody reads the bucket without signing in
  mainstay.platform.gcp_iam_binding:
    project: acme-staging
    resource: projects/_/buckets/acme-staging-assets
    role: roles/storage.objectViewer
    members:
      - allUsers
    state: absent
"""

RETURN = r"""
resource:
  description: The whole policy of the resource, in check mode as it would be.
  returned: success
  type: dict
  sample:
    version: 1
    etag: BwYpYvJ2x8A=
    bindings:
      - role: roles/cloudsql.client
        members:
          - serviceAccount:api-runner@acme-staging.iam.gserviceaccount.com
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("iam_binding", DOCUMENTATION)


if __name__ == "__main__":
    main()
