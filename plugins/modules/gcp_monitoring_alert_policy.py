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
        description: A metric crosses a value.
        type: dict
        suboptions:
          filter:
            description: Which series, by C(resource.type), C(metric.type) and their labels.
            type: str
          aggregations:
            description: What is done to the values before they are compared.
            type: list
            elements: dict
            suboptions:
              alignment_period:
                description: The time that one value stands for, at least V(60s).
                type: str
              per_series_aligner:
                description: How a series becomes such values.
                type: str
                choices: &aligners
                  - ALIGN_NONE
                  - ALIGN_DELTA
                  - ALIGN_RATE
                  - ALIGN_INTERPOLATE
                  - ALIGN_NEXT_OLDER
                  - ALIGN_MIN
                  - ALIGN_MAX
                  - ALIGN_MEAN
                  - ALIGN_COUNT
                  - ALIGN_SUM
                  - ALIGN_STDDEV
                  - ALIGN_COUNT_TRUE
                  - ALIGN_FRACTION_TRUE
                  - ALIGN_PERCENTILE_99
                  - ALIGN_PERCENTILE_95
                  - ALIGN_PERCENTILE_50
                  - ALIGN_PERCENTILE_05
                  - ALIGN_PERCENT_CHANGE
                  - ALIGN_COUNT_FALSE
              cross_series_reducer:
                description: How several series become one.
                type: str
                choices: &reducers
                  - REDUCE_NONE
                  - REDUCE_MEAN
                  - REDUCE_MIN
                  - REDUCE_MAX
                  - REDUCE_SUM
                  - REDUCE_STDDEV
                  - REDUCE_COUNT
                  - REDUCE_COUNT_TRUE
                  - REDUCE_FRACTION_TRUE
                  - REDUCE_PERCENTILE_99
                  - REDUCE_PERCENTILE_95
                  - REDUCE_PERCENTILE_50
                  - REDUCE_PERCENTILE_05
                  - REDUCE_COUNT_FALSE
              group_by_fields:
                description: What stays apart all the same, such as V(resource.label.service_name).
                type: list
                elements: str
          denominator_filter:
            description: Series by which the others are divided, for a ratio.
            type: str
          denominator_aggregations:
            description: What is done to those.
            type: list
            elements: dict
            suboptions:
              alignment_period:
                description: The time that one value stands for, at least V(60s).
                type: str
              per_series_aligner:
                description: How a series becomes such values.
                type: str
                choices: *aligners
              cross_series_reducer:
                description: How several series become one.
                type: str
                choices: *reducers
              group_by_fields:
                description: What stays apart all the same, such as V(resource.label.service_name).
                type: list
                elements: str
          forecast_options:
            description: Looks ahead, as far as C(forecast_horizon).
            type: dict
          comparison:
            description: How the value and the threshold are compared. Google takes only V(COMPARISON_GT) and
              V(COMPARISON_LT).
            type: str
            choices:
              - COMPARISON_GT
              - COMPARISON_GE
              - COMPARISON_LT
              - COMPARISON_LE
              - COMPARISON_EQ
              - COMPARISON_NE
          threshold_value:
            description: The threshold.
            type: float
          duration:
            description: How long that has to last, in whole minutes, such as V(5m).
            type: str
          trigger:
            description: How many series that takes, one when not given.
            type: dict
            suboptions:
              count:
                description: So many.
                type: int
              percent:
                description: That share of them.
                type: float
          evaluation_missing_data:
            description: What the lack of data counts as.
            type: str
            choices:
              - EVALUATION_MISSING_DATA_INACTIVE
              - EVALUATION_MISSING_DATA_ACTIVE
              - EVALUATION_MISSING_DATA_NO_OP
      condition_absent:
        description: A metric is missing.
        type: dict
        suboptions:
          filter:
            description: Which series, by C(resource.type), C(metric.type) and their labels.
            type: str
          aggregations:
            description: What is done to the values first.
            type: list
            elements: dict
            suboptions:
              alignment_period:
                description: The time that one value stands for, at least V(60s).
                type: str
              per_series_aligner:
                description: How a series becomes such values.
                type: str
                choices: *aligners
              cross_series_reducer:
                description: How several series become one.
                type: str
                choices: *reducers
              group_by_fields:
                description: What stays apart all the same, such as V(resource.label.service_name).
                type: list
                elements: str
          duration:
            description: How long it has to be missing, in whole minutes, at most V(1410m).
            type: str
          trigger:
            description: How many series that takes, one when not given.
            type: dict
            suboptions:
              count:
                description: So many.
                type: int
              percent:
                description: That share of them.
                type: float
      condition_matched_log:
        description: A log entry appears.
        type: dict
        suboptions:
          filter:
            description: Which entries, in the language of the Logs Explorer.
            type: str
          label_extractors:
            description: Labels of the incident, by name, each with an expression that takes it from the entry.
            type: dict
      condition_prometheus_query_language:
        description: A query in PromQL has a result.
        type: dict
        suboptions:
          query:
            description: The query.
            type: str
          duration:
            description: How long it has to have one.
            type: str
          evaluation_interval:
            description: How often it is asked, at least V(30s).
            type: str
          labels:
            description: Labels of the incident.
            type: dict
          rule_group:
            description: Name of the group that the rule came from.
            type: str
          alert_rule:
            description: Name of the rule that it came from.
            type: str
          disable_metric_validation:
            description: Whether metrics may be named that there are not yet.
            type: bool
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
- name: More than one answer in twenty is an error
  mainstay.platform.gcp_monitoring_alert_policy:
    project: luckygas-staging
    display_name: Lucky Gas - High error rate
    combiner: OR
    severity: CRITICAL
    conditions:
      - display_name: more than 5 percent for 5 minutes
        condition_threshold:
          filter: >-
            resource.type = "cloud_run_revision" AND metric.type = "run.googleapis.com/request_count"
            AND metric.labels.response_code_class = "5xx"
          aggregations: &per_service
            - alignment_period: 60s
              per_series_aligner: ALIGN_RATE
              cross_series_reducer: REDUCE_SUM
              group_by_fields: [resource.label.service_name]
          denominator_filter: >-
            resource.type = "cloud_run_revision" AND metric.type = "run.googleapis.com/request_count"
          denominator_aggregations: *per_service
          comparison: COMPARISON_GT
          threshold_value: 0.05
          duration: 5m
    notification_channels:
      - projects/luckygas-staging/notificationChannels/1234567890
    documentation:
      content: Look at the newest revision first.
      mime_type: text/markdown

- name: The channel and the policy at once, the one known by the other's name
  mainstay.platform.gcp_resources:
    project: luckygas-staging
    resources:
      - kind: monitoring_notification_channel
        display_name: Operations
        type: email
        labels:
          email_address: devops@luckygas.tw
      - kind: monitoring_alert_policy
        display_name: Lucky Gas - Backup is missing
        combiner: OR
        conditions:
          - display_name: no backup for 23 hours
            condition_absent:
              filter: >-
                resource.type = "global" AND metric.type = "custom.googleapis.com/luckygas/backups"
              duration: 1380m
        notification_channels:
          - ref: monitoring_notification_channel/Operations
            field: name

- name: A policy that is no longer needed
  mainstay.platform.gcp_monitoring_alert_policy:
    project: luckygas-staging
    display_name: Lucky Gas - Old alert
    state: absent
"""

RETURN = r"""
resource:
  description: The policy as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: projects/luckygas-staging/alertPolicies/1234567890
    display_name: Lucky Gas - High error rate
    combiner: OR
    severity: CRITICAL
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("monitoring_alert_policy", DOCUMENTATION)


if __name__ == "__main__":
    main()
