#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_monitoring_alert_policy
short_description: Manage the alert policies of Google Cloud Monitoring
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes an alert policy, which says when whom is told what.
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-monitoring >= 2.32
options:
  display_name:
    description:
      - Name of the policy for people. Google makes the id, so that it is known by this name; there must
        not be two of one name.
    type: str
    required: true
  conditions:
    description: When there is something to tell. One that is not declared is removed.
    type: list
    elements: dict
    suboptions:
      display_name:
        description: Name of the condition. It tells the conditions of a policy apart.
        type: str
      condition_threshold:
        description: >-
          A metric crosses a value; any field of the API's MetricThreshold, such as C(filter), C(aggregations),
          C(comparison), C(threshold_value) and C(duration).
        type: dict
      condition_absent:
        description: A metric is missing; any field of the API's MetricAbsence.
        type: dict
      condition_matched_log:
        description: A log entry appears; any field of the API's LogMatch.
        type: dict
      condition_prometheus_query_language:
        description: A query in PromQL has a result; any field of the API's PrometheusQueryLanguageCondition.
        type: dict
      condition_monitoring_query_language:
        description: A query in MQL has a result; any field of the API's MonitoringQueryLanguageCondition.
        type: dict
      condition_sql:
        description: A query in SQL over logs has a result; any field of the API's SqlCondition.
        type: dict
  combiner:
    description: Whether all conditions have to hold, or one of them.
    type: str
    choices: [AND, OR, AND_WITH_MATCHING_RESOURCE]
  enabled:
    description: Whether the policy is in force.
    type: bool
  notification_channels:
    description:
      - Full names of the channels that are told, C(projects/PROJECT/notificationChannels/ID). In any order.
      - "In M(mainstay.platform.gcp_resources) a channel can be referred to by its display name, as in
        V({ref: monitoring_notification_channel/Operations, field: name})."
    type: list
    elements: str
  severity:
    description: How bad it is.
    type: str
    choices: [CRITICAL, ERROR, WARNING]
  documentation:
    description: What those who are told should know.
    type: dict
    suboptions:
      content:
        description: The text, at most 8 KiB.
        type: str
      mime_type:
        description: Form of the text, V(text/markdown).
        type: str
      subject:
        description: Subject line, at most 255 bytes.
        type: str
      links:
        description: Links, at most 3.
        type: list
        elements: dict
        suboptions:
          display_name:
            description: What is shown.
            type: str
          url:
            description: Where it leads.
            type: str
  alert_strategy:
    description: How often is told what.
    type: dict
    suboptions:
      notification_rate_limit:
        description: For log conditions, the time between two messages, as C(period).
        type: dict
      notification_prompts:
        description: What is told, V(OPENED) or V(CLOSED).
        type: list
        elements: str
        choices: [OPENED, CLOSED]
      auto_close:
        description: Time without data after which an incident counts as over, at least V(30m).
        type: str
      notification_channel_strategy:
        description: How often is told again, by C(notification_channel_names) and C(renotify_interval).
        type: list
        elements: dict
  user_labels:
    description: Labels by name. One that is not declared is removed.
    type: dict
seealso:
  - module: mainstay.platform.gcp_monitoring_notification_channel
  - name: Cloud Monitoring API
    description: Reference of projects.alertPolicies.
    link: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies
"""

EXAMPLES = r"""
- name: The database is nearly full
  mainstay.platform.gcp_monitoring_alert_policy:
    project: acme-staging
    display_name: Database disk
    combiner: OR
    severity: WARNING
    conditions:
      - display_name: over 90 percent for 10 minutes
        condition_threshold:
          filter: >-
            resource.type = "cloudsql_database" AND
            metric.type = "cloudsql.googleapis.com/database/disk/utilization"
          aggregations:
            - alignment_period: 5m
              per_series_aligner: ALIGN_MEAN
          comparison: COMPARISON_GT
          threshold_value: 0.9
          duration: 10m
    notification_channels:
      - projects/acme-staging/notificationChannels/1234567890
    documentation:
      content: Look at runbooks/database-disk first.
      mime_type: text/markdown

- name: A policy that is no longer needed
  mainstay.platform.gcp_monitoring_alert_policy:
    project: acme-staging
    display_name: Old alert
    state: absent
"""

RETURN = r"""
resource:
  description: The policy as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: projects/acme-staging/alertPolicies/1234567890
    display_name: Database disk
    combiner: OR
    severity: WARNING
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("monitoring_alert_policy", DOCUMENTATION)


if __name__ == "__main__":
    main()
