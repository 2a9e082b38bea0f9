#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_iam_service_account
short_description: Manage Google Cloud service accounts
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes, disables and removes a service account of a project.
  - It makes no keys, for a key that does not exist cannot leak. Use attached accounts, impersonation or workload
    identity federation instead.
  - What the account may do is said with M(mainstay.platform.gcp_iam_binding).
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-iam >= 2.27
options:
  account_id:
    description:
      - What stands before the C(@) of the account's e-mail address, 6 to 30 lower-case letters, digits and hyphens
        that begin with a letter.
      - The address follows from it as C(ACCOUNT_ID@PROJECT.iam.gserviceaccount.com).
    type: str
    required: true
  display_name:
    description: A name for people, at most 100 bytes.
    type: str
  description:
    description: What the account is for, at most 256 bytes.
    type: str
  disabled:
    description: Whether the account is disabled, so that nothing can act in its name.
    type: bool
notes:
  - An account that is removed and made again under its old name is another account to Google. Bindings that named
    the old one do not give the new one anything; declare them so that they are made anew.
  - A removed account can be restored for 30 days with C(gcloud iam service-accounts undelete).
seealso:
  - module: mainstay.platform.gcp_iam_binding
  - name: IAM API
    description: Reference of projects.serviceAccounts.
    link: https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts
"""

EXAMPLES = r"""
- name: The account that the API runs as
  mainstay.platform.gcp_iam_service_account:
    project: acme-staging
    account_id: api-runner
    display_name: API (Cloud Run)
    description: Runs the API and reads its secrets
  register: runner

- name: An account that nobody may use for now
  mainstay.platform.gcp_iam_service_account:
    project: acme-staging
    account_id: data-export
    disabled: true

- name: An account that is no longer needed
  mainstay.platform.gcp_iam_service_account:
    project: acme-staging
    account_id: old-worker
    state: absent
"""

RETURN = r"""
resource:
  description: The account as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: projects/acme-staging/serviceAccounts/api-runner@acme-staging.iam.gserviceaccount.com
    project_id: acme-staging
    unique_id: "104242424242424242424"
    email: api-runner@acme-staging.iam.gserviceaccount.com
    display_name: API (Cloud Run)
    description: Runs the API and reads its secrets
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("iam_service_account", DOCUMENTATION)


if __name__ == "__main__":
    main()
