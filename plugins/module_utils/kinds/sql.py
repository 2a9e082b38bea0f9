# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of Cloud SQL. Their names are short, their operations are not google.longrunning ones."""

from __future__ import annotations

from functools import partial

from ..kind import Kind, Ready

SQL = partial(Kind, operations="sqladmin_v1beta4.SqlOperationsServiceClient", write="whole")
NAMED_BY_THE_API = frozenset({"kind", "etag", "project"})
INSTANCE_NAME = (r"[a-z]([a-z0-9-]{0,96}[a-z0-9])?", "lower-case letters, digits and hyphens that begin with a letter")

TOLD_OF_AN_INSTANCE = frozenset(
    [
        "available_maintenance_versions",
        "backend_type",
        "connection_name",
        "create_time",
        "current_disk_size",
        "database_installed_version",
        "deployment_info",
        "disk_encryption_configuration.kind",
        "disk_encryption_status",
        "dns_name",
        "dns_names",
        "failover_replica.available",
        "gce_zone",
        "gemini_config",
        "ip_addresses",
        "ipv6_address",
        "nodes",
        "on_premises_configuration.dms_managed",
        "on_premises_configuration.kind",
        "out_of_disk_report",
        "primary_dns_name",
        "psc_service_attachment_link",
        "replica_configuration.kind",
        "replica_configuration.mysql_replica_configuration.kind",
        "replica_names",
        "replication_cluster.dr_replica",
        "replication_cluster.psa_write_endpoint",
        "satisfies_pzi",
        "satisfies_pzs",
        "scheduled_maintenance",
        "self_link",
        "server_ca_cert",
        "service_account_email_address",
        "settings.backup_configuration.backup_tier",
        "settings.backup_configuration.kind",
        "settings.backup_configuration.transactional_log_storage_state",
        "settings.connection_pool_config.pooler_count",
        "settings.ip_configuration.authorized_networks.kind",
        "settings.ip_configuration.psc_config.psc_auto_connections.consumer_network_status",
        "settings.ip_configuration.psc_config.psc_auto_connections.instance_auto_dns_status",
        "settings.ip_configuration.psc_config.psc_auto_connections.ip_address",
        "settings.ip_configuration.psc_config.psc_auto_connections.service_connection_policy",
        "settings.ip_configuration.psc_config.psc_auto_connections.service_connection_policy_creation_result",
        "settings.ip_configuration.psc_config.psc_auto_connections.status",
        "settings.ip_configuration.psc_config.psc_auto_connections.write_endpoint_auto_dns_status",
        "settings.kind",
        "settings.location_preference.kind",
        "settings.maintenance_window.kind",
        "settings.settings_version",
        "state",
        "suspension_reason",
        "upgradable_database_versions",
        "write_endpoint",
    ]
)

INSTANCE = SQL(
    name="sql_instance",
    client="sqladmin_v1beta4.SqlInstancesServiceClient",
    message="DatabaseInstance",
    path="projects/{project}/instances/{name}",
    names={"name": INSTANCE_NAME},
    after=("servicenetworking_connection", "compute_network", "iam_service_account"),
    keys={"settings.ip_configuration.authorized_networks": "value", "settings.deny_maintenance_periods": "start_date"},
    unordered=frozenset({"settings.database_flags", "settings.ip_configuration.authorized_networks", "replica_names"}),
    links=frozenset(
        {
            "settings.ip_configuration.private_network",
            "settings.active_directory_config.domain",
            "disk_encryption_configuration.kms_key_name",
            "master_instance_name",
        }
    ),
    floor=frozenset({"settings.data_disk_size_gb"}),
    input_only=frozenset({"root_password", "tags", "skip_precheck", "include_replicas_for_major_version_upgrade"})
    | {"switch_transaction_logs_to_cloud_storage_enabled", "replica_configuration.mysql_replica_configuration"}
    | {"on_premises_configuration.password", "on_premises_configuration.client_key"},
    secret=frozenset({"root_password", "on_premises_configuration.password", "on_premises_configuration.client_key"})
    | {f"replica_configuration.mysql_replica_configuration.{field}" for field in ("password", "client_key")},
    immutable=frozenset({"region", "disk_encryption_configuration", "settings.data_disk_type"}),
    output_only=NAMED_BY_THE_API | TOLD_OF_AN_INSTANCE,
    ready=Ready("state", ("RUNNABLE",), ("PENDING_CREATE", "MAINTENANCE", "ONLINE_MAINTENANCE", "REPAIRING")),
    lock="{project}/{name}",
    outputs={"name": "{name}"},
    resend=("update_password", "always", "on_create"),
    holds_data=True,
)

DATABASE = SQL(
    name="sql_database",
    client="sqladmin_v1beta4.SqlDatabasesServiceClient",
    message="Database",
    path="projects/{project}/instances/{instance}/databases/{name}",
    names={"instance": INSTANCE_NAME, "name": (r"[^/\\.\s][^/\\.]{0,62}", "1 to 63 characters without / \\ or .")},
    output_only=NAMED_BY_THE_API | {"self_link", "instance"},
    lock="{project}/{instance}",
    outputs={"name": "{name}"},
    holds_data=True,
)

USER = SQL(
    name="sql_user",
    client="sqladmin_v1beta4.SqlUsersServiceClient",
    message="User",
    path="projects/{project}/instances/{instance}/users/{name}",
    names={"instance": INSTANCE_NAME},
    after=("iam_service_account",),
    found_by=("name", "host"),
    input_only=frozenset({"password"}),
    secret=frozenset({"password"}),
    immutable=frozenset({"type"}),
    output_only=NAMED_BY_THE_API
    | {"instance", "dual_password_type", "iam_email", "iam_status", "password_policy.status"},
    lock="{project}/{instance}",
    outputs={"name": "{name}"},
    resend=("update_password", "always", "on_create"),
)
