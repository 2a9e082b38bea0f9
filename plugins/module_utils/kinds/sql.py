# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of Cloud SQL. Their names are short, their operations are not google.longrunning ones."""

from __future__ import annotations

from functools import partial

from ..kind import Kind, Ready

SQL = partial(Kind, operations="sqladmin_v1beta4.SqlOperationsServiceClient", write="whole")
NAMED_BY_THE_API = frozenset({"kind", "etag", "project"})
INSTANCE_NAME = (r"[a-z]([a-z0-9-]{0,96}[a-z0-9])?", "lower-case letters, digits and hyphens that begin with a letter")

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
    input_only=frozenset({"root_password"}),
    secret=frozenset({"root_password", "replica_configuration.mysql_replica_configuration.password"}),
    immutable=frozenset({"region", "disk_encryption_configuration", "settings.data_disk_type"}),
    output_only=NAMED_BY_THE_API
    | {"self_link", "state", "connection_name", "ip_addresses"}
    | {"server_ca_cert", "service_account_email_address", "create_time"}
    | {"gce_zone", "backend_type", "current_disk_size", "ipv6_address", "database_installed_version", "dns_name"}
    | {"available_maintenance_versions", "upgradable_database_versions", "scheduled_maintenance", "suspension_reason"}
    | {"disk_encryption_status", "out_of_disk_report", "psc_service_attachment_link", "satisfies_pzs", "replica_names"},
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
    input_only=frozenset({"password", "password_policy.status"}),
    secret=frozenset({"password"}),
    immutable=frozenset({"type"}),
    output_only=NAMED_BY_THE_API | {"instance", "dual_password_type", "iam_email", "iam_status"},
    lock="{project}/{instance}",
    outputs={"name": "{name}"},
    resend=("update_password", "always", "on_create"),
)
