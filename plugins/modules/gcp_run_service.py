#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_run_service
short_description: Manage Google Cloud Run services
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes a Cloud Run service. The module waits until the new revision serves, and fails with
    Google's reason when it does not.
  - Who may call it is said with M(mainstay.platform.gcp_iam_binding).
extends_documentation_fragment:
  - mainstay.platform.gcp
  - mainstay.platform.gcp.state
requirements:
  - google-cloud-run >= 0.16
options:
  location:
    description: The region, such as V(europe-west6).
    type: str
    required: true
  name:
    description: Name of the service, 1 to 49 lower-case letters, digits and hyphens that begin with a letter.
    type: str
    required: true
  description:
    description: What the service is for, at most 512 characters.
    type: str
  labels:
    description: Labels by name. One that is not declared is removed.
    type: dict
  annotations:
    description: Notes of your own by name. One that is not declared is removed.
    type: dict
  ingress:
    description: Where requests may come from. Declare it, so that a service that is opened is noticed.
    type: str
    choices:
      - INGRESS_TRAFFIC_ALL
      - INGRESS_TRAFFIC_INTERNAL_ONLY
      - INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER
      - INGRESS_TRAFFIC_NONE
  invoker_iam_disabled:
    description: Whether everybody may call the service, without the check of C(roles/run.invoker).
    type: bool
  default_uri_disabled:
    description: Whether the service has no address of its own below C(run.app).
    type: bool
  iap_enabled:
    description: Whether Identity-Aware Proxy stands in front.
    type: bool
  custom_audiences:
    description: More audiences that tokens may have.
    type: list
    elements: str
  template:
    description: What a revision is. A change makes a new one.
    type: dict
    suboptions:
      containers:
        description:
          - The containers, the first with a port gets the requests. Their order counts.
          - Each is any field of the API's Container, such as C(image), C(command), C(args), C(env)
            (C(name) with C(value), or with C(value_source.secret_key_ref) for a secret), C(resources), C(ports),
            C(volume_mounts), C(startup_probe) and C(liveness_probe).
          - Plain values of C(env) are shown; a secret comes by reference.
        type: list
        elements: dict
      volumes:
        description: >-
          Volumes by C(name), each with one of C(secret), C(cloud_sql_instance), C(empty_dir), C(gcs) and C(nfs).
        type: list
        elements: dict
      scaling:
        description: How many instances of the revision there are.
        type: dict
        suboptions:
          min_instance_count:
            description: How many there are at least.
            type: int
          max_instance_count:
            description: How many there are at most.
            type: int
      service_account:
        description: E-mail address of the account that the service acts as.
        type: str
      timeout:
        description: Time that a request may take, at most V(60m).
        type: str
      max_instance_request_concurrency:
        description: Requests that one instance serves at a time, at most 1000.
        type: int
      vpc_access:
        description: The way into a network.
        type: dict
        suboptions:
          connector:
            description: Full name of a connector, C(projects/PROJECT/locations/REGION/connectors/NAME).
            type: str
          egress:
            description: Which requests of the service go that way.
            type: str
            choices: [ALL_TRAFFIC, PRIVATE_RANGES_ONLY]
          network_interfaces:
            description: Networks without a connector, each with C(network), C(subnetwork) and C(tags).
            type: list
            elements: dict
      execution_environment:
        description: Generation of the sandbox.
        type: str
        choices: [EXECUTION_ENVIRONMENT_GEN1, EXECUTION_ENVIRONMENT_GEN2]
      session_affinity:
        description: Whether a client's requests go to one instance, where possible.
        type: bool
      health_check_disabled:
        description: Whether a new revision serves without having been tried.
        type: bool
      labels:
        description: Labels of the revision.
        type: dict
      annotations:
        description: Notes at the revision.
        type: dict
      revision:
        description: Name of the revision. Google makes one when it is not given; with one, every change needs another.
        type: str
      encryption_key:
        description: Full name of a Cloud KMS key for the image.
        type: str
      encryption_key_revocation_action:
        description: What happens when the key is revoked.
        type: str
        choices: [PREVENT_NEW, SHUTDOWN]
      encryption_key_shutdown_duration:
        description: Time from then until instances are stopped, at least V(1h).
        type: str
      service_mesh:
        description: The mesh, as C(mesh).
        type: dict
      node_selector:
        description: The kind of graphics processor, as C(accelerator).
        type: dict
      gpu_zonal_redundancy_disabled:
        description: Whether graphics processors are not reserved in more than one zone.
        type: bool
  traffic:
    description: Which revisions get the requests; all go to the newest one when not given.
    type: list
    elements: dict
    suboptions:
      type:
        description: The newest revision, or one by name.
        type: str
        choices: [TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST, TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION]
      revision:
        description: Name of the revision.
        type: str
      percent:
        description: Share of the requests, all shares being 100 together.
        type: int
      tag:
        description: A name that gives the revision an address of its own.
        type: str
  scaling:
    description: How many instances the service has over all revisions.
    type: dict
    suboptions:
      min_instance_count:
        description: How many there are at least.
        type: int
      max_instance_count:
        description: How many there are at most.
        type: int
      scaling_mode:
        description: By load, or a fixed number.
        type: str
        choices: [AUTOMATIC, MANUAL]
      manual_instance_count:
        description: The fixed number.
        type: int
  binary_authorization:
    description: Which images may run; any field of the API's BinaryAuthorization.
    type: dict
  build_config:
    description: How the image is built from source; any field of the API's BuildConfig.
    type: dict
  multi_region_settings:
    description: The regions of a service in several; any field of the API's MultiRegionSettings.
    type: dict
  threat_detection_enabled:
    description: Whether Security Command Center watches the service.
    type: bool
  launch_stage:
    description: The least mature feature that may be used, V(GA) when not given.
    type: str
    choices: [UNIMPLEMENTED, PRELAUNCH, EARLY_ACCESS, ALPHA, BETA, GA, DEPRECATED]
  client:
    description: Name of the tool that made the last change.
    type: str
  client_version:
    description: Version of that tool.
    type: str
seealso:
  - module: mainstay.platform.gcp_run_job
  - module: mainstay.platform.gcp_iam_binding
  - name: Cloud Run Admin API
    description: Reference of projects.locations.services.
    link: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services
"""

EXAMPLES = r"""
- name: The API, behind a load balancer
  mainstay.platform.gcp_run_service:
    project: acme-staging
    location: europe-west6
    name: api
    ingress: INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER
    template:
      service_account: api-runner@acme-staging.iam.gserviceaccount.com
      timeout: 60s
      max_instance_request_concurrency: 40
      scaling:
        min_instance_count: 1
        max_instance_count: 10
      containers:
        - image: europe-west6-docker.pkg.dev/acme-staging/images/api:1.4.2
          ports:
            - container_port: 8080
          env:
            - name: LOG_LEVEL
              value: info
            - name: DATABASE_URL
              value_source:
                secret_key_ref:
                  secret: database-url
                  version: latest
          resources:
            limits:
              cpu: "1"
              memory: 512Mi
          volume_mounts:
            - name: cloudsql
              mount_path: /cloudsql
      volumes:
        - name: cloudsql
          cloud_sql_instance:
            instances:
              - acme-staging:europe-west6:main
    traffic:
      - type: TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
        percent: 100

- name: A service that is no longer needed
  mainstay.platform.gcp_run_service:
    project: acme-staging
    location: europe-west6
    name: experiments
    state: absent
"""

RETURN = r"""
resource:
  description: The service as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: projects/acme-staging/locations/europe-west6/services/api
    uri: https://api-abc123-oa.a.run.app
    ingress: INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER
    terminal_condition:
      type: Ready
      state: CONDITION_SUCCEEDED
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("run_service", DOCUMENTATION)


if __name__ == "__main__":
    main()
