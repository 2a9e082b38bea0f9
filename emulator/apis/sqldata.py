# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Cloud SQL fills in, by engine, edition and version."""

from __future__ import annotations

from emulator.model import Rule

DEFAULT_VERSION = "MYSQL_8_0"
UNREACHABLE = "Invalid request: At least one of Public IP or Private IP or PSC connectivity must be enabled."
AGENT = "p{}-{}@gcp-sa-cloud-sql.iam.gserviceaccount.com"
MINORS = {
    "MYSQL_5_7": ("MYSQL_5_7_44", "R20240527.01_12"),
    "MYSQL_8_0": ("MYSQL_8_0_41", "R20251004.01_07"),
    "MYSQL_8_4": ("MYSQL_8_4_7", "R20251004.01_24"),
    "POSTGRES_12": ("POSTGRES_12_22", "R20250302.00_31"),
    "POSTGRES_13": ("POSTGRES_13_21", "R20250302.00_31"),
    "POSTGRES_14": ("POSTGRES_14_18", "R20250302.00_31"),
    "POSTGRES_15": ("POSTGRES_15_13", "R20250302.00_31"),
    "POSTGRES_16": ("POSTGRES_16_9", "R20250302.00_31"),
    "POSTGRES_17": ("POSTGRES_17_5", "R20250302.00_31"),
    "SQLSERVER_2019_EXPRESS": ("SQLSERVER_2019_EXPRESS_CU26", "R20240501.00_05"),
    "SQLSERVER_2022_EXPRESS": ("SQLSERVER_2022_EXPRESS_CU19_GDR", "R20251019.02_03"),
}
MAJORS = {"POSTGRES": ("12", "13", "14", "15", "16", "17"), "MYSQL": ("5_7", "8_0", "8_4"), "SQLSERVER": ()}
TITLES = {"POSTGRES": "PostgreSQL", "MYSQL": "MySQL"}

USERS = {
    "MYSQL": ({"name": "root", "host": "%"},),
    "POSTGRES": ({"name": "postgres"},),
    "SQLSERVER": ({"name": "sqlserver", "sqlserverUserDetails": {"serverRoles": ["CustomerDbRootRole"]}},),
}
DATABASES = {
    "MYSQL": ("mysql", "information_schema", "performance_schema", "sys"),
    "POSTGRES": ("postgres",),
    "SQLSERVER": (),
}
COLLATIONS = (
    ("MYSQL_5_7", "utf8", "utf8_general_ci"),
    ("MYSQL", "utf8mb4", "utf8mb4_0900_ai_ci"),
    ("POSTGRES", "UTF8", "en_US.UTF8"),
    ("SQLSERVER", "", "SQL_Latin1_General_CP1_CI_AS"),
)
CHARSET_COLLATIONS = {
    "utf8": "utf8_general_ci",
    "utf8mb3": "utf8mb3_general_ci",
    "utf8mb4": "utf8mb4_0900_ai_ci",
    "latin1": "latin1_swedish_ci",
    "UTF8": "en_US.UTF8",
}

OUTPUT_ONLY = (
    "state",
    "connectionName",
    "selfLink",
    "etag",
    "backendType",
    "ipAddresses",
    "serverCaCert",
    "project",
    "gceZone",
    "serviceAccountEmailAddress",
    "createTime",
    "databaseInstalledVersion",
    "upgradableDatabaseVersions",
    "sqlNetworkArchitecture",
    "diskEncryptionStatus",
    "replicaNames",
    "currentDiskSize",
    "instanceType",
    "secondaryGceZone",
    "failoverReplica",
    "satisfiesPzs",
    "satisfiesPzi",
    "suspensionReason",
    "ipv6Address",
    "geminiConfig",
)
KEPT = (
    "region",
    "databaseVersion",
    "maintenanceVersion",
    "masterInstanceName",
    "diskEncryptionConfiguration",
    "settings.locationPreference.zone",
    "settings.backupConfiguration.startTime",
    "settings.dataDiskSizeGb",
    "settings.dataDiskType",
    "settings.tier",
    "settings.edition",
    "settings.activationPolicy",
    "settings.availabilityType",
    "settings.storageAutoResize",
    "settings.ipConfiguration.privateNetwork",
)

DEFAULTS = (
    Rule({"settings": {"edition": "ENTERPRISE_PLUS"}}, {"settings.tier": "db-perf-optimized-*"}),
    Rule({"settings": {"edition": "ENTERPRISE_PLUS"}}, {"settings.tier": "db-c4a-*"}),
    Rule(
        {
            "settings": {
                "dataDiskSizeGb": "20",
                "backupConfiguration": {
                    "enabled": True,
                    "backupRetentionSettings": {"retainedBackups": 15},
                    "transactionLogRetentionDays": 14,
                },
            }
        },
        {"settings.edition": "ENTERPRISE_PLUS"},
    ),
    Rule(
        {"settings": {"backupConfiguration": {"binaryLogEnabled": True}}},
        {"settings.edition": "ENTERPRISE_PLUS", "databaseVersion": "MYSQL_*"},
    ),
    Rule({"settings": {"tier": "db-n1-standard-1"}}, {"databaseVersion": "MYSQL_5*"}),
    Rule(
        {
            "kind": "sql#instance",
            "backendType": "SECOND_GEN",
            "instanceType": "CLOUD_SQL_INSTANCE",
            "sqlNetworkArchitecture": "NEW_NETWORK_ARCHITECTURE",
            "satisfiesPzi": True,
            "settings": {
                "kind": "sql#settings",
                "tier": "db-custom-1-3840",
                "edition": "ENTERPRISE",
                "activationPolicy": "ALWAYS",
                "availabilityType": "ZONAL",
                "pricingPlan": "PER_USE",
                "replicationType": "SYNCHRONOUS",
                "storageAutoResize": True,
                "storageAutoResizeLimit": "0",
                "dataDiskSizeGb": "10",
                "dataDiskType": "PD_SSD",
                "connectorEnforcement": "NOT_REQUIRED",
                "deletionProtectionEnabled": False,
                "replicationLagMaxSeconds": 31536000,
                "locationPreference": {"kind": "sql#locationPreference"},
                "ipConfiguration": {
                    "ipv4Enabled": True,
                    "requireSsl": False,
                    "sslMode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
                    "serverCaMode": "GOOGLE_MANAGED_INTERNAL_CA",
                    "authorizedNetworks": [{"kind": "sql#aclEntry"}],
                },
                "backupConfiguration": {
                    "kind": "sql#backupConfiguration",
                    "enabled": False,
                    "startTime": "12:00",
                    "backupTier": "STANDARD",
                    "transactionLogRetentionDays": 7,
                    "backupRetentionSettings": {"retainedBackups": 7, "retentionUnit": "COUNT"},
                },
            },
        }
    ),
    Rule({"settings": {"maintenanceWindow": {"kind": "sql#maintenanceWindow"}}}, {"settings.maintenanceWindow": "*"}),
    Rule(
        {"diskEncryptionConfiguration": {"kind": "sql#diskEncryptionConfiguration"}},
        {"diskEncryptionConfiguration": "*"},
    ),
)


def upgrades(version: str) -> list[dict]:
    """The major versions above, as the instance lists them."""
    family, _, major = version.partition("_")
    later = [
        each
        for each in MAJORS.get(family, ())
        if major in MAJORS[family] and MAJORS[family].index(each) > MAJORS[family].index(major)
    ]
    return [
        {
            "majorVersion": f"{family}_{each}",
            "name": f"{family}_{each}",
            "displayName": f"{TITLES[family]} {each.replace('_', '.')}",
        }
        for each in later
    ]


def collation(version: str, body: dict) -> dict:
    """Charset and collation of a database that did not name both."""
    _prefix, charset, default = next(row for row in COLLATIONS if version.startswith(row[0]))
    charset = body.get("charset") or charset
    chosen = {"charset": charset, "collation": body.get("collation") or CHARSET_COLLATIONS.get(charset, default)}
    return {name: value for name, value in chosen.items() if value}
