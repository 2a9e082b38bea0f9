#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_serviceusage_service
short_description: Enable and disable the APIs of a Google Cloud project
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Enables or disables one API (Google calls it a service) in one project.
  - An API that was just enabled is not in force everywhere at once. Modules of this collection that meet that wait
    and try again, so no pause is needed after this one.
  - Only the API C(serviceusage.googleapis.com) itself has to be enabled beforehand.
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-service-usage >= 1.18
options:
  name:
    description: Host name of the API, such as V(sqladmin.googleapis.com).
    type: str
    required: true
  state:
    description:
      - V(present) enables the API, V(absent) disables it.
      - Google refuses to disable an API that another enabled API depends on, and says which in the error.
seealso:
  - name: Service Usage API
    description: Reference of services.enable and services.disable.
    link: https://cloud.google.com/service-usage/docs/reference/rest/v1/services
"""

EXAMPLES = r"""
- name: Cloud SQL can be used
  mainstay.platform.gcp_serviceusage_service:
    project: acme-staging
    name: sqladmin.googleapis.com

- name: Cloud Functions cannot be used
  mainstay.platform.gcp_serviceusage_service:
    project: acme-staging
    name: cloudfunctions.googleapis.com
    state: absent
"""

RETURN = r"""
resource:
  description: The service as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: projects/123456789012/services/sqladmin.googleapis.com
    parent: projects/123456789012
    state: ENABLED
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("serviceusage_service", DOCUMENTATION)


if __name__ == "__main__":
    main()
