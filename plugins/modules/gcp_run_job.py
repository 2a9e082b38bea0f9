#!/usr/bin/python
# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
module: gcp_run_job
short_description: Manage Google Cloud Run jobs
version_added: 0.1.0
author: mainstay.platform authors (@mainstay-platform)
description:
  - Creates, changes and removes a Cloud Run job. It runs nothing; a job runs by a schedule, C(gcloud run jobs execute),
    or O(run_execution_token).
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
    description: Name of the job, 1 to 49 lower-case letters, digits and hyphens that begin with a letter.
    type: str
    required: true
  labels:
    description: Labels by name. One that is not declared is removed.
    type: dict
  annotations:
    description: Notes of your own by name. One that is not declared is removed.
    type: dict
  template:
    description: What an execution is.
    type: dict
    suboptions:
      task_count:
        description: How many tasks an execution has.
        type: int
      parallelism:
        description: How many of them run at a time, V(0) for as many as possible.
        type: int
      labels:
        description: Labels of the executions.
        type: dict
      annotations:
        description: Notes at the executions.
        type: dict
      template:
        description: What a task is.
        type: dict
        suboptions:
          containers:
            description:
              - The containers, each as in O(mainstay.platform.gcp_run_service#module:template.containers), with
                C(image), C(command), C(args), C(env), C(resources), C(volume_mounts) and so on.
              - Plain values of C(env) are shown in diffs, so secrets come by reference.
            type: list
            elements: dict
          volumes:
            description: Volumes, each as in O(mainstay.platform.gcp_run_service#module:template.volumes).
            type: list
            elements: dict
          max_retries:
            description: How often a task that fails is tried again, at most 10.
            type: int
          timeout:
            description: Time that a task may take, at most V(168h).
            type: str
          service_account:
            description: E-mail address of the account that the job acts as.
            type: str
          execution_environment:
            description: Generation of the sandbox.
            type: str
            choices: [EXECUTION_ENVIRONMENT_GEN1, EXECUTION_ENVIRONMENT_GEN2]
          encryption_key:
            description: Full name of a Cloud KMS key for the image.
            type: str
          vpc_access:
            description: The way into a network, as in O(mainstay.platform.gcp_run_service#module:template.vpc_access).
            type: dict
          node_selector:
            description: The kind of graphics processor, as C(accelerator).
            type: dict
          gpu_zonal_redundancy_disabled:
            description: Whether graphics processors are not reserved in more than one zone.
            type: bool
  binary_authorization:
    description: Which images may run; any field of the API's BinaryAuthorization.
    type: dict
  start_execution_token:
    description: A word that starts an execution when it differs from the last one; the job is ready once that started.
    type: str
  run_execution_token:
    description: A word that starts an execution when it differs from the last one; the job is ready once that ended.
    type: str
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
  - module: mainstay.platform.gcp_run_service
  - name: Cloud Run Admin API
    description: Reference of projects.locations.jobs.
    link: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs
"""

EXAMPLES = r"""
- name: Migrations of the database
  mainstay.platform.gcp_run_job:
    project: production-466308
    location: europe-west1
    name: migrate-job
    template:
      task_count: 1
      template:
        max_retries: 0
        timeout: 10m
        service_account: aksio-prod-run-sa@production-466308.iam.gserviceaccount.com
        containers:
          - image: europe-west1-docker.pkg.dev/production-466308/aksio-prod-registry/aksio-backend:1.4.2
            command: [python, manage.py, migrate]
            env:
              - name: DB_PASSWORD
                value_source:
                  secret_key_ref:
                    secret: aksio-prod-db-password
                    version: latest
            volume_mounts:
              - name: cloudsql
                mount_path: /cloudsql
        volumes:
          - name: cloudsql
            cloud_sql_instance:
              instances:
                - production-466308:europe-west1:aksio-prod-db

- name: A job that is no longer needed
  mainstay.platform.gcp_run_job:
    project: production-466308
    location: europe-west1
    name: import-job
    state: absent
"""

RETURN = r"""
resource:
  description: The job as the API tells it, in check mode as it would be.
  returned: success
  type: dict
  sample:
    name: projects/production-466308/locations/europe-west1/jobs/migrate-job
    terminal_condition:
      type: Ready
      state: CONDITION_SUCCEEDED
"""

from ansible_collections.mainstay.platform.plugins.module_utils.module import run


def main():
    """Run the module."""
    run("run_job", DOCUMENTATION)


if __name__ == "__main__":
    main()
