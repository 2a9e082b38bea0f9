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
          - The containers, of which one has a port and gets the requests. One that is not declared is removed.
          - They are told apart by their names, or, where they have none, by their order.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the container.
            type: str
          image:
            description: The image, best by a tag that is never moved or by its digest.
            type: str
          command:
            description: What runs instead of the image's entry point.
            type: list
            elements: str
          args:
            description: Its arguments.
            type: list
            elements: str
          env:
            description: The environment. Plain values are shown in diffs, so secrets come by reference.
            type: list
            elements: dict
            suboptions:
              name:
                description: Name of the variable.
                type: str
              value:
                description: Its value.
                type: str
              value_source:
                description: Where its value comes from, instead of O(template.containers[].env[].value).
                type: dict
                suboptions:
                  secret_key_ref:
                    description: A secret.
                    type: dict
                    suboptions:
                      secret:
                        description: Id of the secret, or its full name where it is in another project.
                        type: str
                      version:
                        description: A version's number, or V(latest).
                        type: str
          resources:
            description: What the container gets.
            type: dict
            suboptions:
              limits:
                description: At most that much, such as V(cpu) V("1") and V(memory) V(512Mi).
                type: dict
              cpu_idle:
                description: Whether there is processor time only while a request is answered.
                type: bool
              startup_cpu_boost:
                description: Whether it gets more processor time while it starts.
                type: bool
          ports:
            description: The port that gets the requests, at most one.
            type: list
            elements: dict
            suboptions:
              name:
                description: V(http1), or V(h2c) for HTTP/2 and gRPC.
                type: str
              container_port:
                description: The port, V(8080) when not given. The container finds it in C(PORT).
                type: int
          volume_mounts:
            description: Where volumes appear.
            type: list
            elements: dict
            suboptions:
              name:
                description: Name of the volume.
                type: str
              mount_path:
                description: The folder, V(/cloudsql) for a Cloud SQL connection.
                type: str
              sub_path:
                description: The part of the volume that appears there.
                type: str
          working_dir:
            description: The folder in which it starts.
            type: str
          startup_probe:
            description: How one sees that it has started. Until then there are no requests and no other looks.
            type: dict
            suboptions:
              initial_delay_seconds:
                description: Seconds before the first look.
                type: int
              timeout_seconds:
                description: Seconds that one look may take.
                type: int
              period_seconds:
                description: Seconds from one look to the next.
                type: int
              failure_threshold:
                description: How many looks in a row have to fail.
                type: int
              http_get:
                description: A request that has to be answered with 2xx or 3xx, by C(path), C(port) and C(http_headers).
                type: dict
              tcp_socket:
                description: A C(port) that has to accept connections.
                type: dict
              grpc:
                description: A health service, by C(port) and C(service).
                type: dict
          liveness_probe:
            description: How one sees that it still lives. It is started anew when not.
            type: dict
            suboptions:
              initial_delay_seconds:
                description: Seconds before the first look.
                type: int
              timeout_seconds:
                description: Seconds that one look may take.
                type: int
              period_seconds:
                description: Seconds from one look to the next.
                type: int
              failure_threshold:
                description: How many looks in a row have to fail.
                type: int
              http_get:
                description: A request that has to be answered with 2xx or 3xx, by C(path), C(port) and C(http_headers).
                type: dict
              tcp_socket:
                description: A C(port) that has to accept connections.
                type: dict
              grpc:
                description: A health service, by C(port) and C(service).
                type: dict
          readiness_probe:
            description: How one sees that it can take requests. It gets none while it cannot.
            type: dict
            suboptions:
              initial_delay_seconds:
                description: Seconds before the first look.
                type: int
              timeout_seconds:
                description: Seconds that one look may take.
                type: int
              period_seconds:
                description: Seconds from one look to the next.
                type: int
              failure_threshold:
                description: How many looks in a row have to fail.
                type: int
              http_get:
                description: A request that has to be answered with 2xx or 3xx, by C(path), C(port) and C(http_headers).
                type: dict
              tcp_socket:
                description: A C(port) that has to accept connections.
                type: dict
              grpc:
                description: A health service, by C(port) and C(service).
                type: dict
          depends_on:
            description: Names of the containers that have to have started before.
            type: list
            elements: str
          base_image_uri:
            description: The image that Google keeps up to date below this one.
            type: str
          source_code:
            description: Source to run without an image; any field of the API's SourceCode.
            type: dict
      volumes:
        description: Volumes, each with a name and one thing that it holds. One that is not declared is removed.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the volume.
            type: str
          secret:
            description: A secret as files.
            type: dict
            suboptions:
              secret:
                description: Id of the secret, or its full name where it is in another project.
                type: str
              items:
                description: The files, each with C(path), C(version) and C(mode); all versions when not given.
                type: list
                elements: dict
              default_mode:
                description: Who may read them, as a number in base ten, V(292) for C(0444).
                type: int
          cloud_sql_instance:
            description: Sockets of databases.
            type: dict
            suboptions:
              instances:
                description: Connection names, C(PROJECT:REGION:INSTANCE).
                type: list
                elements: str
          empty_dir:
            description: A folder that lives as long as the instance.
            type: dict
            suboptions:
              medium:
                description: What it is on.
                type: str
                choices: [MEMORY]
              size_limit:
                description: How large it may get, such as V(64Mi).
                type: str
          gcs:
            description: A bucket.
            type: dict
            suboptions:
              bucket:
                description: Name of the bucket.
                type: str
              read_only:
                description: Whether it cannot be written to.
                type: bool
              mount_options:
                description: Flags of gcsfuse without their hyphens.
                type: list
                elements: str
          nfs:
            description: A folder of another machine.
            type: dict
            suboptions:
              server:
                description: Name or address of the machine.
                type: str
              path:
                description: The folder.
                type: str
              read_only:
                description: Whether it cannot be written to.
                type: bool
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
            description: Direct ways into networks, without a connector.
            type: list
            elements: dict
            suboptions:
              network:
                description: Name of the network.
                type: str
              subnetwork:
                description: Name of the subnetwork that gives the addresses.
                type: str
              tags:
                description: Tags that firewall rules know the service by.
                type: list
                elements: str
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
- name: The backend, with its database and a secret
  mainstay.platform.gcp_run_service:
    project: production-466308
    location: europe-west1
    name: aksio-prod-backend
    ingress: INGRESS_TRAFFIC_ALL
    template:
      service_account: aksio-prod-run-sa@production-466308.iam.gserviceaccount.com
      timeout: 300s
      scaling:
        min_instance_count: 0
        max_instance_count: 10
      containers:
        - image: europe-west1-docker.pkg.dev/production-466308/aksio-prod-registry/aksio-backend:1.4.2
          ports:
            - container_port: 8000
          env:
            - name: DJANGO_SETTINGS_MODULE
              value: aksio.settings.production
            - name: DJANGO_SECRET_KEY
              value_source:
                secret_key_ref:
                  secret: aksio-prod-django-secret
                  version: latest
          resources:
            limits:
              cpu: "1"
              memory: 1Gi
          startup_probe:
            http_get:
              path: /health
          volume_mounts:
            - name: cloudsql
              mount_path: /cloudsql
      volumes:
        - name: cloudsql
          cloud_sql_instance:
            instances:
              - production-466308:europe-west1:aksio-prod-db

- name: A service for web sockets that only its own network reaches
  mainstay.platform.gcp_run_service:
    project: digitwinlive
    location: us-central1
    name: websocket-server
    ingress: INGRESS_TRAFFIC_INTERNAL_ONLY
    template:
      timeout: 60m
      session_affinity: true
      vpc_access:
        egress: PRIVATE_RANGES_ONLY
        network_interfaces:
          - network: main
            subnetwork: services
      containers:
        - image: us-central1-docker.pkg.dev/digitwinlive/images/websocket-server:2.0.0

- name: A service that is no longer needed
  mainstay.platform.gcp_run_service:
    project: digitwinlive
    location: us-central1
    name: face-processing-service
    state: absent
"""

RETURN = r"""
resource:
  description: The service as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: projects/production-466308/locations/europe-west1/services/aksio-prod-backend
    uri: https://aksio-prod-backend-abc123-ew.a.run.app
    ingress: INGRESS_TRAFFIC_ALL
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
