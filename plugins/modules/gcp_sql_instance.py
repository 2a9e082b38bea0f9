#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_sql_instance
short_description: Manage Google Cloud SQL instances
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes a Cloud SQL instance, a server for PostgreSQL, MySQL or SQL Server that Google runs.
  - Creating one takes 5 to 15 minutes. The module waits until the instance is RUNNABLE. An instance that is being
    made already, by an earlier run that was interrupted or by somebody else, is waited for and not made again.
  - Some changes restart the instance; the descriptions of the options say which.
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-sql >= 0.1.2
options:
  name:
    description:
      - Name of the instance, lower-case letters, digits and hyphens that begin with a letter. Project and name have
        at most 98 characters together.
      - The name of a removed instance cannot be used again for a week.
    type: str
    required: true
  region:
    description: The region, such as V(europe-west6). It cannot be changed later. Without it Google takes us-central1.
    type: str
  database_version:
    description:
      - Database system and version, such as V(POSTGRES_16), V(MYSQL_8_0) or V(SQLSERVER_2022_STANDARD). Google wants to
        be told.
      - A higher version is an upgrade in place, with some minutes without service. Google refuses a lower one.
    type: str
  settings:
    description: What can be set about the server. Google wants at least a tier.
    type: dict
    suboptions:
      tier:
        description:
          - The machine, such as V(db-f1-micro), V(db-custom-2-8192) (2 processors, 8192 MiB) or
            V(db-perf-optimized-N-4).
          - A change restarts the instance.
        type: str
      edition:
        description: The edition. ENTERPRISE_PLUS needs a machine of the kind C(db-perf-optimized).
        type: str
        choices: [ENTERPRISE, ENTERPRISE_PLUS, DEVELOPER]
      availability_type:
        description: REGIONAL keeps a standby in another zone of the region and doubles the price, ZONAL does not.
        type: str
        choices: [ZONAL, REGIONAL]
      activation_policy:
        description: ALWAYS runs the instance, NEVER stops it. A stopped instance costs its disk and its address only.
        type: str
        choices: [ALWAYS, NEVER, ON_DEMAND]
      data_disk_size_gb:
        description:
          - Size of the disk in GB, at least 10.
          - A disk never shrinks, and grows by itself with C(storage_auto_resize). One that is larger than declared
            therefore counts as right.
        type: int
      data_disk_type:
        description: Kind of disk. It cannot be changed later.
        type: str
        choices: [PD_SSD, PD_HDD, OBSOLETE_LOCAL_SSD, HYPERDISK_BALANCED]
      data_disk_provisioned_iops:
        description: Reads and writes per second, for HYPERDISK_BALANCED only.
        type: int
      data_disk_provisioned_throughput:
        description: MiB per second, for HYPERDISK_BALANCED only.
        type: int
      storage_auto_resize:
        description: Whether the disk grows by itself before it is full.
        type: bool
      storage_auto_resize_limit:
        description: GB beyond which the disk does not grow by itself; V(0) is no limit.
        type: int
      backup_configuration:
        description: Backups.
        type: dict
        suboptions:
          enabled:
            description: Whether there is a backup every day.
            type: bool
          start_time:
            description: Start of the four hours within which the backup begins, UTC, such as V(02:00).
            type: str
          location:
            description: Region or multi-region that holds the backups, such as V(eu).
            type: str
          point_in_time_recovery_enabled:
            description: For PostgreSQL and SQL Server, whether any moment can be restored. A change restarts it.
            type: bool
          binary_log_enabled:
            description: For MySQL, whether any moment can be restored. A change restarts the instance.
            type: bool
          replication_log_archiving_enabled:
            description: Superseded by C(point_in_time_recovery_enabled).
            type: bool
          transaction_log_retention_days:
            description: Days back to which any moment can be restored, 1 to 7, with ENTERPRISE_PLUS 1 to 35.
            type: int
          backup_retention_settings:
            description: How many backups are kept.
            type: dict
            suboptions:
              retained_backups:
                description: Number of daily backups to keep, 1 to 365.
                type: int
              retention_unit:
                description: What C(retained_backups) counts.
                type: str
                choices: [COUNT]
      final_backup_config:
        description: A last backup when the instance is removed.
        type: dict
        suboptions:
          enabled:
            description: Whether one is made.
            type: bool
          retention_days:
            description: Days that it is kept, 1 to 365.
            type: int
      retain_backups_on_delete:
        description: Whether the backups outlive the instance.
        type: bool
      ip_configuration:
        description: Who can reach the instance, and how.
        type: dict
        suboptions:
          ipv4_enabled:
            description: Whether the instance has a public address. Declare V(false) where it shall have none.
            type: bool
          private_network:
            description:
              - Network in which the instance has a private address, C(projects/PROJECT/global/networks/NAME). The
                network needs private services access.
              - It can be changed, but not removed. A change restarts the instance.
            type: str
          allocated_ip_range:
            description: Name of the allocated range that the private address comes from.
            type: str
          enable_private_path_for_google_cloud_services:
            description: Whether Google's services, such as BigQuery, reach the private address.
            type: bool
          ssl_mode:
            description: Which connections are accepted.
            type: str
            choices: [ALLOW_UNENCRYPTED_AND_ENCRYPTED, ENCRYPTED_ONLY, TRUSTED_CLIENT_CERTIFICATE_REQUIRED]
          require_ssl:
            description: Superseded by C(ssl_mode).
            type: bool
          authorized_networks:
            description: Networks that may reach the public address. One that is not declared is removed.
            type: list
            elements: dict
            suboptions:
              value:
                description: The network, such as V(203.0.113.0/24). It tells the entries apart.
                type: str
              name:
                description: Whose network it is.
                type: str
              expiration_time:
                description: When the entry ends, such as V(2027-01-31T02:00:00Z).
                type: str
          psc_config:
            description: Private Service Connect.
            type: dict
            suboptions:
              psc_enabled:
                description: Whether it is on. Only creation sets it on an instance that has other addresses.
                type: bool
              allowed_consumer_projects:
                description: Projects, by id or number, whose networks may connect.
                type: list
                elements: str
              psc_auto_connections:
                description: End points that Google makes.
                type: list
                elements: dict
                suboptions:
                  consumer_network:
                    description: Network of the end point, C(projects/PROJECT/global/networks/NAME).
                    type: str
                  consumer_project:
                    description: Project of the end point, where the network is shared from another one.
                    type: str
              network_attachment_uri:
                description: Network attachment for connections that the instance opens,
                  C(projects/PROJECT/regions/REGION/networkAttachments/NAME).
                type: str
              psc_auto_dns_enabled:
                description: Whether Google makes the DNS records of the end points.
                type: bool
              psc_write_endpoint_dns_enabled:
                description: Whether Google makes the DNS record of the write end point.
                type: bool
              psc_auto_connection_policy_enabled:
                description: Whether Google makes the service connection policy.
                type: bool
          server_ca_mode:
            description: Which authority signs the server's certificate.
            type: str
            choices: [GOOGLE_MANAGED_INTERNAL_CA, GOOGLE_MANAGED_CAS_CA, CUSTOMER_MANAGED_CAS_CA]
          server_ca_pool:
            description: Authority of your own, C(projects/PROJECT/locations/REGION/caPools/NAME).
            type: str
          custom_subject_alternative_names:
            description: More names in the server's certificate.
            type: list
            elements: str
          server_certificate_rotation_mode:
            description: Whether the server's certificate is renewed by itself during maintenance.
            type: str
            choices: [NO_AUTOMATIC_ROTATION, AUTOMATIC_ROTATION_DURING_MAINTENANCE]
      location_preference:
        description: Zones.
        type: dict
        suboptions:
          zone:
            description: Zone of the primary, such as V(europe-west6-a). A change restarts the instance.
            type: str
          secondary_zone:
            description: Zone of the standby, for REGIONAL.
            type: str
          follow_gae_application:
            description: App Engine application to be near to. Only first-generation instances had it.
            type: str
      maintenance_window:
        description: When Google may restart the instance for maintenance.
        type: dict
        suboptions:
          day:
            description: Day of the week, V(1) (Monday) to V(7) (Sunday), V(0) for any, UTC.
            type: int
          hour:
            description: Hour of the day, V(0) to V(23), UTC.
            type: int
          update_track:
            description: How early, canary one week, stable two weeks and week5 five weeks after the announcement.
            type: str
            choices: [canary, stable, week5]
      deny_maintenance_periods:
        description: When there must be no maintenance, at most one period of at most 90 days.
        type: list
        elements: dict
        suboptions:
          start_date:
            description: First day, such as V(2026-11-20), or V(11-20) for every year.
            type: str
          end_date:
            description: Last day, in the same form.
            type: str
          time:
            description: Time of day, UTC, at which it begins and ends, such as V(00:00:00).
            type: str
      database_flags:
        description:
          - Settings of the database system, such as C(max_connections). One that is not declared is removed. Their
            order means nothing.
          - Some restart the instance.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the setting. It tells the entries apart.
            type: str
          value:
            description: Its value as text.
            type: str
      insights_config:
        description: Query Insights.
        type: dict
        suboptions:
          query_insights_enabled:
            description: Whether queries are recorded.
            type: bool
          query_string_length:
            description: Bytes of a query that are kept, 256 to 4500. A change restarts the instance.
            type: int
          query_plans_per_minute:
            description: Query plans that are recorded per minute, 0 to 20.
            type: int
          record_application_tags:
            description: Whether the tags in a query's comments are recorded.
            type: bool
          record_client_address:
            description: Whether the client's address is recorded.
            type: bool
          enhanced_query_insights_enabled:
            description: Whether the more detailed Query Insights of ENTERPRISE_PLUS is on.
            type: bool
      password_validation_policy:
        description: Rules about the passwords of users that are not of IAM.
        type: dict
        suboptions:
          enable_password_policy:
            description: Whether the rules count.
            type: bool
          min_length:
            description: Characters that a password has at least.
            type: int
          complexity:
            description: COMPLEXITY_DEFAULT wants lower-case and upper-case letters, digits and other characters.
            type: str
            choices: [COMPLEXITY_DEFAULT]
          reuse_interval:
            description: Number of earlier passwords that cannot be used again.
            type: int
          disallow_username_substring:
            description: Whether the user's name may not be a part of the password.
            type: bool
          password_change_interval:
            description: For PostgreSQL, time after which a password can be changed again, such as V(24h).
            type: str
          disallow_compromised_credentials:
            description: Deprecated by Google.
            type: bool
      user_labels:
        description: Labels by name. One that is not declared is removed.
        type: dict
      deletion_protection_enabled:
        description: Whether Google refuses to remove the instance, from wherever that is asked.
        type: bool
      connector_enforcement:
        description: REQUIRED accepts connections of the Cloud SQL connectors and the Auth Proxy only.
        type: str
        choices: [NOT_REQUIRED, REQUIRED]
      data_api_access:
        description: Whether statements can be executed through the Admin API.
        type: str
        choices: [DISALLOW_DATA_API, ALLOW_DATA_API]
      data_cache_config:
        description: Cache on local disks, for ENTERPRISE_PLUS.
        type: dict
        suboptions:
          data_cache_enabled:
            description: Whether it is on. A change restarts the instance.
            type: bool
      connection_pool_config:
        description: Connection pooling by Google, for ENTERPRISE_PLUS.
        type: dict
        suboptions:
          connection_pooling_enabled:
            description: Whether it is on. A change restarts the instance.
            type: bool
          flags:
            description: Settings of the pooler. One that is not declared is removed.
            type: list
            elements: dict
            suboptions:
              name:
                description: Name of the setting.
                type: str
              value:
                description: Its value as text.
                type: str
      advanced_machine_features:
        description: For SQL Server only.
        type: dict
        suboptions:
          threads_per_core:
            description: Threads per core, V(1) or V(2).
            type: int
      database_replication_enabled:
        description: For read replicas, whether replication runs. A change restarts the instance.
        type: bool
      replication_lag_max_seconds:
        description: For read replicas, lag in seconds beyond which the replica is made anew.
        type: int
      accelerated_replica_mode:
        description: For read replicas, whether replication is accelerated (a preview by invitation).
        type: bool
      read_pool_auto_scale_config:
        description: For read pools, how their size follows the load; any field of the API's ReadPoolAutoScaleConfig.
        type: dict
      performance_capture_config:
        description: For MySQL, what is recorded under high load; any field of the API's PerformanceCaptureConfig.
        type: dict
      auto_upgrade_enabled:
        description: For MySQL 8.0.35 and later, whether minor versions are upgraded by themselves.
        type: bool
      enable_google_ml_integration:
        description: Whether the database may call Vertex AI.
        type: bool
      enable_dataplex_integration:
        description: Whether the schema appears in Dataplex.
        type: bool
      collation:
        description: For SQL Server only, the server's collation. Only creation sets it.
        type: str
      time_zone:
        description: For SQL Server only, the server's time zone. Only creation sets it.
        type: str
      active_directory_config:
        description: For SQL Server only; any field of the API's SqlActiveDirectoryConfig, such as C(domain).
        type: dict
      sql_server_audit_config:
        description: For SQL Server only; any field of the API's SqlServerAuditConfig, such as C(bucket).
        type: dict
      entraid_config:
        description: For SQL Server only; any field of the API's SqlServerEntraIdConfig, such as C(tenant_id).
        type: dict
      pricing_plan:
        description: PER_USE for every instance of today.
        type: str
        choices: [PACKAGE, PER_USE]
      replication_type:
        description: Only first-generation instances had it.
        type: str
        choices: [SYNCHRONOUS, ASYNCHRONOUS]
      authorized_gae_applications:
        description: Only first-generation instances had it.
        type: list
        elements: str
      crash_safe_replication_enabled:
        description: Only first-generation instances had it.
        type: bool
  root_password:
    description:
      - Password of the user C(postgres), C(root) or C(sqlserver). SQL Server needs it.
      - The API never tells it. It is sent when the instance is created, and later as O(update_password) says.
    type: str
  update_password:
    description:
      - When to send O(root_password).
      - V(on_create) sends it once. V(always) sends it in each run, which then always reports a change.
    type: str
    choices: [always, on_create]
    default: on_create
  instance_type:
    description: What the instance is. Google takes V(CLOUD_SQL_INSTANCE) without it, or what the other options imply.
    type: str
    choices:
      - CLOUD_SQL_INSTANCE
      - ON_PREMISES_INSTANCE
      - READ_REPLICA_INSTANCE
      - READ_POOL_INSTANCE
      - GREEN_INSTANCE
  master_instance_name:
    description: For a read replica, the name of the instance that it follows, in the same project.
    type: str
  replica_configuration:
    description: For read replicas.
    type: dict
    suboptions:
      failover_target:
        description: Superseded by REGIONAL availability.
        type: bool
      cascadable_replica:
        description: For SQL Server, whether the replica can have replicas of its own.
        type: bool
      mysql_replica_configuration:
        description: For MySQL, how to connect to a primary outside Cloud SQL. The API never tells it.
        type: dict
        suboptions:
          username:
            description: User of the connection.
            type: str
          password:
            description: Password of the connection.
            type: str
          dump_file_path:
            description: A dump to begin with, C(gs://BUCKET/FILE).
            type: str
          connect_retry_interval:
            description: Seconds between attempts to connect.
            type: int
          master_heartbeat_period:
            description: Milliseconds between heartbeats.
            type: int
          ca_certificate:
            description: Certificate of the primary's authority in PEM.
            type: str
          client_certificate:
            description: Certificate of the replica in PEM.
            type: str
          client_key:
            description: Private key of the replica in PEM.
            type: str
          ssl_cipher:
            description: Ciphers that may be used.
            type: str
          verify_server_certificate:
            description: Whether the name in the primary's certificate is checked.
            type: bool
  replication_cluster:
    description: For ENTERPRISE_PLUS, the replica in another region that takes over in a disaster.
    type: dict
    suboptions:
      failover_dr_replica_name:
        description: The replica's name, or V(PROJECT:NAME) in another project. Empty for none.
        type: str
  node_count:
    description: For a read pool, the number of its nodes.
    type: int
  on_premises_configuration:
    description: For V(ON_PREMISES_INSTANCE), the server outside Cloud SQL that it stands for.
    type: dict
    suboptions:
      host_port:
        description: Address, C(HOST:PORT).
        type: str
      username:
        description: User of the connection.
        type: str
      password:
        description: Password of the connection.
        type: str
      ca_certificate:
        description: Certificate of the server's authority in PEM.
        type: str
      client_certificate:
        description: Certificate of the replica in PEM.
        type: str
      client_key:
        description: Private key of the replica in PEM.
        type: str
      dump_file_path:
        description: A dump to begin with, C(gs://BUCKET/FILE).
        type: str
      source_instance:
        description: The server, where it is a Cloud SQL instance.
        type: dict
        suboptions:
          name:
            description: Name of the instance.
            type: str
          region:
            description: Region of the instance.
            type: str
          project:
            description: Project of the instance.
            type: str
      selected_objects:
        description: The databases to replicate, all when not given.
        type: list
        elements: dict
        suboptions:
          database:
            description: Name of the database.
            type: str
      ssl_option:
        description: Whether the connection is encrypted, and what is checked.
        type: str
        choices: [DISABLE, REQUIRE, VERIFY_CA]
  disk_encryption_configuration:
    description: A key of your own for the disk. It cannot be changed later.
    type: dict
    suboptions:
      kms_key_name:
        description: Full name of a Cloud KMS key in the same region.
        type: str
      confidential_mode:
        description: Whether Hyperdisk volumes are in confidential mode.
        type: bool
      cmek_source_log_encryption_enforced:
        description: Whether transaction logs are encrypted before they leave the instance.
        type: bool
  maintenance_version:
    description: Version of Google's software to move to, such as V(POSTGRES_16_4.R20241208.01_00). A restart.
    type: str
  include_replicas_for_major_version_upgrade:
    description: Whether an upgrade by O(database_version) upgrades the replicas, too. The API never tells it.
    type: bool
  skip_precheck:
    description: Whether an upgrade by O(database_version) goes without the check beforehand. The API never tells it.
    type: bool
  switch_transaction_logs_to_cloud_storage_enabled:
    description: Whether logs for point-in-time recovery move from the disk to Cloud Storage. The API never tells it.
    type: bool
  sql_network_architecture:
    description: V(NEW_NETWORK_ARCHITECTURE) moves an old instance to the architecture of today. There is no way back.
    type: str
    choices: [NEW_NETWORK_ARCHITECTURE, OLD_NETWORK_ARCHITECTURE]
  database_center_integration:
    description: Whether Database Center shows the instance.
    type: str
    choices: [ENABLED, DISABLED]
  database_center_integration_enabled:
    description: Superseded by O(database_center_integration).
    type: bool
  secondary_gce_zone:
    description: Zone of the standby. Prefer O(settings.location_preference.secondary_zone).
    type: str
  tags:
    description: Resource Manager tags, values by key, bound when the instance is created and never told by the API.
    type: dict
  max_disk_size:
    description: Largest size of the disk in bytes. Only first-generation instances had it.
    type: int
  failover_replica:
    description: For MySQL, a replica for failover as first-generation instances had it.
    type: dict
    suboptions:
      name:
        description: Name of the replica.
        type: str
  delete_data:
    description: Has to be V(true) for O(state=absent), since the data is lost with the instance.
    type: bool
notes:
  - Google runs one operation at a time on an instance. When another one is under way, the module waits for it.
  - An update is written as a whole with the settings version that was read. When somebody else changed the instance
    meanwhile, it is read again.
  - Google's defaults are not declared defaults. Declare what matters, such as
    O(settings.ip_configuration.ipv4_enabled) and O(settings.deletion_protection_enabled), even where it equals the
    default; only then a change behind your back is noticed.
seealso:
  - module: mainstay.platform.gcp_sql_database
  - module: mainstay.platform.gcp_sql_user
  - name: Cloud SQL Admin API
    description: Reference of instances.
    link: https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/instances
"""

EXAMPLES = r"""
- name: A small PostgreSQL for staging
  mainstay.platform.gcp_sql_instance:
    project: acme-staging
    name: main
    region: europe-west6
    database_version: POSTGRES_16
    settings:
      tier: db-custom-1-3840
      edition: ENTERPRISE
      availability_type: ZONAL
      data_disk_size_gb: 20
      storage_auto_resize: true
      deletion_protection_enabled: true
      ip_configuration:
        ipv4_enabled: false
        private_network: projects/acme-staging/global/networks/main
        ssl_mode: ENCRYPTED_ONLY
      backup_configuration:
        enabled: true
        start_time: "02:00"
        point_in_time_recovery_enabled: true
        transaction_log_retention_days: 7
        backup_retention_settings:
          retained_backups: 14
          retention_unit: COUNT
      maintenance_window:
        day: 7
        hour: 3
        update_track: stable
      database_flags:
        - name: cloudsql.iam_authentication
          value: "on"
        - name: log_min_duration_statement
          value: "500"
      insights_config:
        query_insights_enabled: true
      user_labels:
        environment: staging

- name: Only the disk is ours to say, nothing else is touched
  mainstay.platform.gcp_sql_instance:
    project: acme-staging
    name: reports
    settings:
      data_disk_size_gb: 100

- name: An instance that is no longer needed, and its data
  mainstay.platform.gcp_sql_instance:
    project: acme-staging
    name: experiments
    state: absent
    delete_data: true
"""

RETURN = r"""
resource:
  description: The instance as the API tells it, without passwords. In check mode as it would be.
  returned: success
  type: dict
  sample:
    kind: sql#instance
    project: acme-staging
    name: main
    state: RUNNABLE
    connection_name: acme-staging:europe-west6:main
    region: europe-west6
    database_version: POSTGRES_16
    ip_addresses:
      - type: PRIVATE
        ip_address: 10.20.0.3
    settings:
      tier: db-custom-1-3840
      settings_version: 4
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("sql_instance", DOCUMENTATION)


if __name__ == "__main__":
    main()
