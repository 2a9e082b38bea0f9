#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_monitoring_notification_channel
short_description: Manage the notification channels of Google Cloud Monitoring
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes a notification channel, the way in which alerts reach people.
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-monitoring >= 2.32
options:
  display_name:
    description:
      - Name of the channel for people. Google makes the id, so that it is known by this name; there must
        not be two of one name.
    type: str
    required: true
  type:
    description: How it reaches people, such as V(email), V(slack) or V(pubsub). It cannot be changed later.
    type: str
  labels:
    description:
      - What that type needs, such as V(email_address) for V(email). One that is not declared is removed.
    type: dict
  user_labels:
    description: Labels by name. One that is not declared is removed.
    type: dict
  description:
    description: What the channel is for.
    type: str
  enabled:
    description: Whether alerts are sent to it.
    type: bool
notes:
  - A channel that an alert policy uses cannot be removed before that.
seealso:
  - module: mainstay.platform.gcp_monitoring_alert_policy
  - name: Cloud Monitoring API
    description: Reference of projects.notificationChannels.
    link: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels
"""

EXAMPLES = r"""
- name: Those on duty
  mainstay.platform.gcp_monitoring_notification_channel:
    project: acme-staging
    display_name: Operations
    type: email
    labels:
      email_address: ops@example.com
    enabled: true

- name: A channel that is no longer needed
  mainstay.platform.gcp_monitoring_notification_channel:
    project: acme-staging
    display_name: Old pager
    state: absent
"""

RETURN = r"""
resource:
  description: The channel as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: projects/acme-staging/notificationChannels/1234567890
    display_name: Operations
    type: email
    labels:
      email_address: ops@example.com
    enabled: true
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("monitoring_notification_channel", DOCUMENTATION)


if __name__ == "__main__":
    main()
