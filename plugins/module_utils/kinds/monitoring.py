# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of Cloud Monitoring: their ids are made by the server, so they are found by what they are called."""

from __future__ import annotations

from ..kind import Kind

OBFUSCATED = frozenset({"labels.auth_token", "labels.password", "labels.service_key"})  # the API answers with asterisks

NOTIFICATION_CHANNEL = Kind(
    name="monitoring_notification_channel",
    client="monitoring_v3.NotificationChannelServiceClient",
    message="NotificationChannel",
    path="projects/{project}/notificationChannels/{display_name}",
    found_by=("display_name",),
    output_only=frozenset({"name", "verification_status", "creation_record", "mutation_records"}),
    input_only=OBFUSCATED,
    secret=OBFUSCATED,
    immutable=frozenset({"type"}),
)

ALERT_POLICY = Kind(
    name="monitoring_alert_policy",
    client="monitoring_v3.AlertPolicyServiceClient",
    message="AlertPolicy",
    path="projects/{project}/alertPolicies/{display_name}",
    after=("monitoring_notification_channel",),
    methods={"list": "list_alert_policies"},
    found_by=("display_name",),
    keys={"conditions": "display_name"},
    unordered=frozenset({"notification_channels"}),
    links=frozenset({"notification_channels"}),
    output_only=frozenset({"name", "creation_record", "mutation_record", "validity", "conditions.name"}),
)

DASHBOARD = Kind(
    name="monitoring_dashboard",
    client="monitoring_dashboard_v1.DashboardsServiceClient",
    message="Dashboard",
    path="projects/{project}/dashboards/{display_name}",
    write="whole",
    after=("monitoring_alert_policy",),
    found_by=("display_name",),
    output_only=frozenset({"name", "etag"}),
)
