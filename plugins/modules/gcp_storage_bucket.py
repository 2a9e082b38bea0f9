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
        description: >-
          The rules, each with C(action) (C(type), C(storage_class)) and C(condition) (C(age) in days,
          C(num_newer_versions), C(is_live), C(matches_prefix) …). One that is not declared is removed.
        type: list
        elements: dict
  soft_delete_policy:
    description: How long removed objects can be restored.
    type: dict
    suboptions:
      retention_duration_seconds:
        description: Seconds, V(604800) (7 days) to V(7776000) (90 days), or V(0) for not at all.
        type: int
      hard_delete_pause:
        description: Whether the final removal is suspended; any field of the API's hardDeletePause.
        type: dict
  retention_policy:
    description: How long objects cannot be removed or replaced.
    type: dict
    suboptions:
      retention_period:
        description: Seconds.
        type: int
  object_retention:
    description: Whether single objects can have a retention of their own. Only creation sets it.
    type: dict
    suboptions:
      mode:
        description: V(Enabled).
        type: str
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
    description: Keys; any field of the API's encryption, such as C(default_kms_key_name).
    type: dict
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
    description: Networks that may reach the bucket; any field of the API's ipFilter.
    type: dict
  delete_data:
    description: Has to be V(true) for O(state=absent). Google refuses to remove a bucket that still holds objects.
    type: bool
seealso:
  - module: mainstay.platform.gcp_iam_binding
  - name: Cloud Storage JSON API
    description: Reference of buckets.
    link: https://cloud.google.com/storage/docs/json_api/v1/buckets
"""

EXAMPLES = r"""
- name: Uploads of the application, private, old versions for 30 days
  mainstay.platform.gcp_storage_bucket:
    project: acme-staging
    name: acme-staging-uploads
    location: EUROPE-WEST6
    storage_class: STANDARD
    iam_configuration:
      uniform_bucket_level_access:
        enabled: true
      public_access_prevention: enforced
    versioning:
      enabled: true
    lifecycle:
      rule:
        - action:
            type: Delete
          condition:
            days_since_noncurrent_time: 30

- name: A bucket that is no longer needed
  mainstay.platform.gcp_storage_bucket:
    project: acme-staging
    name: acme-staging-experiments
    state: absent
    delete_data: true
"""

RETURN = r"""
resource:
  description: The bucket as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: acme-staging-uploads
    location: EUROPE-WEST6
    location_type: region
    storage_class: STANDARD
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("storage_bucket", DOCUMENTATION)


if __name__ == "__main__":
    main()
