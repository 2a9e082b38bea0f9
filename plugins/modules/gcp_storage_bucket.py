#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_storage_bucket
short_description: Manage Google Cloud Storage buckets
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes a bucket. Its objects are not its business.
  - Who may use it is said with M(mainstay.platform.gcp_iam_binding).
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
options:
  name:
    description:
      - Name of the bucket, unique in all of Google Cloud, 3 to 222 lower-case letters, digits, hyphens, underscores and
        dots.
    type: str
    required: true
  location:
    description: Region, pair or multi-region, such as V(EUROPE-WEST6) or V(EU). It cannot be changed later.
    type: str
  storage_class:
    description: Class of new objects, such as V(STANDARD), V(NEARLINE), V(COLDLINE) or V(ARCHIVE).
    type: str
  rpo:
    description: For buckets in two regions, V(ASYNC_TURBO) replicates within 15 minutes, V(DEFAULT) does not.
    type: str
  labels:
    description: Labels by name. One that is not declared is removed.
    type: dict
  iam_configuration:
    description: How access is controlled. Declare both fields, so that a bucket that becomes public is noticed.
    type: dict
    suboptions:
      uniform_bucket_level_access:
        description: Access by IAM only, without lists at objects.
        type: dict
        suboptions:
          enabled:
            description: Whether it is on. After 90 days it cannot be turned off.
            type: bool
      public_access_prevention:
        description: V(enforced) keeps the bucket from ever being public, V(inherited) leaves that to the organization.
        type: str
  versioning:
    description: Old versions of objects.
    type: dict
    suboptions:
      enabled:
        description: Whether they are kept.
        type: bool
  lifecycle:
    description: What happens to objects with time.
    type: dict
    suboptions:
      rule:
        description: The rules, in any order. One that is not declared is removed.
        type: list
        elements: dict
        suboptions:
          action:
            description: What happens.
            type: dict
            suboptions:
              type:
                description: V(Delete), V(SetStorageClass) or V(AbortIncompleteMultipartUpload).
                type: str
              storage_class:
                description: The new class, for V(SetStorageClass).
                type: str
          condition:
            description: To which objects; all that is given has to hold.
            type: dict
            suboptions:
              age:
                description: Days since the object was made.
                type: int
              created_before:
                description: A date, such as V(2026-01-31).
                type: str
              custom_time_before:
                description: A date that lies after the object's custom time.
                type: str
              days_since_custom_time:
                description: Days since the object's custom time.
                type: int
              days_since_noncurrent_time:
                description: Days since a newer version took its place.
                type: int
              is_live:
                description: Whether it is the current version.
                type: bool
              matches_pattern:
                description: A regular expression for the name.
                type: str
              matches_prefix:
                description: How the name may begin.
                type: list
                elements: str
              matches_storage_class:
                description: Classes it may have.
                type: list
                elements: str
              matches_suffix:
                description: How the name may end.
                type: list
                elements: str
              noncurrent_time_before:
                description: A date before which a newer version took its place.
                type: str
              num_newer_versions:
                description: How many newer versions there are at least.
                type: int
              size_above_bytes:
                description: Bytes that the object is larger than.
                type: int
              size_below_bytes:
                description: Bytes that the object is smaller than.
                type: int
  soft_delete_policy:
    description: How long removed objects can be restored.
    type: dict
    suboptions:
      retention_duration_seconds:
        description: Seconds, V(604800) (7 days) to V(7776000) (90 days), or V(0) for not at all.
        type: int
      hard_delete_pause:
        description: A stop to the final removal.
        type: dict
        suboptions:
          enabled:
            description: Whether nothing is removed for good.
            type: bool
  retention_policy:
    description: How long objects cannot be removed or replaced.
    type: dict
    suboptions:
      retention_period:
        description: Seconds.
        type: int
  default_event_based_hold:
    description: Whether new objects are held until that is lifted.
    type: bool
  autoclass:
    description: Classes chosen by Google.
    type: dict
    suboptions:
      enabled:
        description: Whether it is on. O(storage_class) is up to Google then.
        type: bool
      terminal_storage_class:
        description: The coldest class that is used, V(NEARLINE) or V(ARCHIVE).
        type: str
  encryption:
    description: Keys.
    type: dict
    suboptions:
      default_kms_key_name:
        description: Full name of the Cloud KMS key for new objects.
        type: str
      customer_managed_encryption_enforcement_config:
        description: Whether new objects may be encrypted with keys of Cloud KMS.
        type: dict
        suboptions:
          restriction_mode:
            description: V(NotRestricted) or V(FullyRestricted).
            type: str
      customer_supplied_encryption_enforcement_config:
        description: Whether new objects may be encrypted with keys that come with each request.
        type: dict
        suboptions:
          restriction_mode:
            description: V(NotRestricted) or V(FullyRestricted).
            type: str
      google_managed_encryption_enforcement_config:
        description: Whether new objects may be encrypted with Google's own keys.
        type: dict
        suboptions:
          restriction_mode:
            description: V(NotRestricted) or V(FullyRestricted).
            type: str
  cors:
    description: Which web pages may use the objects. A rule that is not declared is removed.
    type: list
    elements: dict
    suboptions:
      origin:
        description: Where the pages come from, such as V(https://www.example.com).
        type: list
        elements: str
      method:
        description: HTTP methods.
        type: list
        elements: str
      response_header:
        description: Response headers that may be read.
        type: list
        elements: str
      max_age_seconds:
        description: Seconds that a browser may remember the answer.
        type: int
  website:
    description: The bucket as a web site.
    type: dict
    suboptions:
      main_page_suffix:
        description: Object that is served for a folder, such as V(index.html).
        type: str
      not_found_page:
        description: Object that is served where there is none.
        type: str
  logging:
    description: Usage logs.
    type: dict
    suboptions:
      log_bucket:
        description: Bucket that gets them.
        type: str
      log_object_prefix:
        description: How the names of the logs begin.
        type: str
  billing:
    description: Who pays.
    type: dict
    suboptions:
      requester_pays:
        description: Whether those who read pay.
        type: bool
  custom_placement_config:
    description: Two regions of your choice. It cannot be changed later.
    type: dict
    suboptions:
      data_locations:
        description: The two regions.
        type: list
        elements: str
  hierarchical_namespace:
    description: Real folders. It cannot be changed later.
    type: dict
    suboptions:
      enabled:
        description: Whether there are such.
        type: bool
  ip_filter:
    description: Networks that may reach the bucket.
    type: dict
    suboptions:
      mode:
        description: V(Enabled) or V(Disabled).
        type: str
      allow_all_service_agent_access:
        description: Whether Google's service agents may reach it from anywhere.
        type: bool
      allow_cross_org_vpcs:
        description: Whether networks of other organizations may be named.
        type: bool
      public_network_source:
        description: Public addresses.
        type: dict
        suboptions:
          allowed_ip_cidr_ranges:
            description: The ranges in CIDR notation.
            type: list
            elements: str
      vpc_network_sources:
        description: Networks of projects.
        type: list
        elements: dict
        suboptions:
          network:
            description: Full name of the network, C(projects/PROJECT/global/networks/NAME).
            type: str
          allowed_ip_cidr_ranges:
            description: Ranges of it in CIDR notation.
            type: list
            elements: str
  delete_data:
    description: Has to be V(true) for O(state=absent), which removes all objects and their versions first.
    type: bool
seealso:
  - module: mainstay.platform.gcp_iam_binding
  - name: Cloud Storage JSON API
    description: Reference of buckets.
    link: https://cloud.google.com/storage/docs/json_api/v1/buckets
"""

EXAMPLES = r"""
- name: Delivery photos, cheaper with age, old versions for 30 days
  mainstay.platform.gcp_storage_bucket:
    project: luckygas-staging
    name: luckygas-staging-media
    location: asia-east1
    storage_class: STANDARD
    iam_configuration:
      uniform_bucket_level_access:
        enabled: true
      public_access_prevention: enforced
    versioning:
      enabled: true
    soft_delete_policy:
      retention_duration_seconds: 604800
    lifecycle:
      rule:
        - action:
            type: SetStorageClass
            storage_class: NEARLINE
          condition:
            age: 90
        - action:
            type: Delete
          condition:
            days_since_noncurrent_time: 30

- name: Static files that web pages of one site may use
  mainstay.platform.gcp_storage_bucket:
    project: production-466308
    name: aksio-prod-static-5f1c2a
    location: europe-west1
    cors:
      - origin: ["https://api.aksio.app"]
        method: [GET, HEAD]
        response_header: [Content-Type]
        max_age_seconds: 3600

- name: A bucket that is no longer needed, with all that it holds
  mainstay.platform.gcp_storage_bucket:
    project: luckygas-staging
    name: luckygas-staging-experiments
    state: absent
    delete_data: true
"""

RETURN = r"""
resource:
  description: The bucket as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: luckygas-staging-media
    location: ASIA-EAST1
    location_type: region
    storage_class: STANDARD
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("storage_bucket", DOCUMENTATION)


if __name__ == "__main__":
    main()
