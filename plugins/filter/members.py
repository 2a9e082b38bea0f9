# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
name: members
short_description: Write service accounts as IAM members
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Writes the bare id of a service account as the member that it means in IAM, and leaves every other member as it is.
positional: project
options:
  _input:
    description: Ids of service accounts and members of any type.
    type: list
    elements: str
    required: true
  project:
    description: Id of the project that the service accounts belong to.
    type: str
    required: true
"""

EXAMPLES = r"""
# => ['serviceAccount:api-runner@acme-staging.iam.gserviceaccount.com', 'group:ops@example.com']
members: "{{ ['api-runner', 'group:ops@example.com'] | mainstay.platform.members('acme-staging') }}"
"""

RETURN = r"""
_value:
  description: The members, in the same order.
  type: list
  elements: str
"""

import re

ACCOUNT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")


def members(given, project):
    """The list with ``serviceAccount:ID@PROJECT.iam.gserviceaccount.com`` in the place of each bare account id."""
    return [
        f"serviceAccount:{one}@{project}.iam.gserviceaccount.com" if ACCOUNT_ID.fullmatch(one) else one for one in given
    ]


class FilterModule:
    """What Ansible loads."""

    def filters(self):
        """The filters of this file by name."""
        return {"members": members}
