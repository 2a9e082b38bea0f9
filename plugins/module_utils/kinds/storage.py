# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds of Cloud Storage."""

from __future__ import annotations

from ..kind import Kind
from ..storage import BUCKET, BucketsClient

NAME = (
    r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]",
    "3 to 222 lower-case letters, digits, hyphens, underscores and dots",
)
ENCRYPTED = ("customer_managed", "customer_supplied", "google_managed")
TOLD = frozenset({"id", "kind", "self_link", "etag", "generation", "metageneration", "project_number", "owner"}) | {
    *("location_type", "time_created", "updated", "satisfies_pzs", "satisfies_pzi"),
    *("soft_delete_time", "hard_delete_time", "object_retention", "acl", "default_object_acl"),
    *("iam_configuration.bucket_policy_only", "iam_configuration.uniform_bucket_level_access.locked_time"),
    *("retention_policy.effective_time", "retention_policy.is_locked"),
    *("soft_delete_policy.effective_time", "soft_delete_policy.hard_delete_pause.effective_time"),
    *(f"encryption.{whose}_encryption_enforcement_config.effective_time" for whose in ENCRYPTED),
    *("autoclass.toggle_time", "autoclass.terminal_storage_class_update_time"),
}


class Bucket(Kind):
    """A bucket's name is its own in all of Google Cloud, and its policy is known by it alone."""

    def target(self, scope):
        """The bucket as its policy's bindings name it, without the project."""
        return f"projects/_/buckets/{scope['name']}"


BUCKETS = Bucket(
    name="storage_bucket",
    client=BucketsClient,
    message=BUCKET,
    path="projects/{project}/buckets/{name}",
    names={"name": NAME},
    anycase=frozenset({"location", "custom_placement_config.data_locations"}),
    unordered=frozenset({"cors.method", "cors.origin", "cors.response_header", "lifecycle.rule"}),
    yields={"storage_class": "autoclass.enabled"},
    links=frozenset({"encryption.default_kms_key_name"}),
    immutable=frozenset({"location", "custom_placement_config", "hierarchical_namespace"}),
    output_only=TOLD,
    outputs={"name": "{name}", "url": "gs://{name}"},
    holds_data=True,
)
