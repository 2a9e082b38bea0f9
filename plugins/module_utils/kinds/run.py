# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of Cloud Run."""

from __future__ import annotations

from functools import partial

from ..kind import Kind, Ready

NAME = (r"[a-z]([a-z0-9-]{0,47}[a-z0-9])?", "1 to 49 lower-case letters, digits and hyphens that begin with a letter")
RUN = partial(
    Kind,
    names={"name": NAME},
    after=(
        "project",
        "iam_service_account",
        "secretmanager_secret",
        "secretmanager_secret_version",
        "sql_instance",
        "sql_database",
        "sql_user",
        "storage_bucket",
        "compute_subnetwork",
        "vpcaccess_connector",
        "artifactregistry_repository",
    ),
    ready=Ready(
        "terminal_condition.state",
        ("CONDITION_SUCCEEDED", "STATE_UNSPECIFIED"),
        ("CONDITION_PENDING", "CONDITION_RECONCILING"),
        why="terminal_condition.message",
    ),
)
TOLD = frozenset(
    {"name", "uid", "generation", "create_time", "update_time", "delete_time", "expire_time", "creator"}
) | {
    *(
        "last_modifier",
        "observed_generation",
        "terminal_condition",
        "conditions",
        "satisfies_pzs",
        "reconciling",
        "etag",
    ),
}


def links(template):
    """The names below a template that come back in another form."""
    return frozenset(
        {
            f"{template}.containers.env.value_source.secret_key_ref.secret",
            f"{template}.volumes.secret.secret",
            f"{template}.vpc_access.connector",
            f"{template}.vpc_access.network_interfaces.network",
            f"{template}.vpc_access.network_interfaces.subnetwork",
        }
    )


SERVICE = RUN(
    name="run_service",
    client="run_v2.ServicesClient",
    message="Service",
    path="projects/{project}/locations/{location}/services/{name}",
    drop=frozenset({"template.revision"}),
    links=links("template"),
    output_only=TOLD
    | {"latest_ready_revision", "latest_created_revision", "traffic_statuses", "uri", "urls"}
    | {"template.containers.build_info"},
)

JOB = RUN(
    name="run_job",
    client="run_v2.JobsClient",
    message="Job",
    path="projects/{project}/locations/{location}/jobs/{name}",
    write="whole",
    links=links("template.template"),
    output_only=TOLD | {"execution_count", "latest_created_execution", "template.template.containers.build_info"},
)
