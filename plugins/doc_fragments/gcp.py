# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the pages of all modules say alike: access to Google Cloud, and the state of a resource."""

from __future__ import annotations


class ModuleDocFragment:
    """Ansible reads the attributes: the first for ``mainstay.platform.gcp``, the others by their names."""

    DOCUMENTATION = r"""
requirements:
  - python >= 3.11 on the host that runs the task
  - google-auth >= 2.62
  - requests >= 2.34
  - PyYAML
options:
  project:
    description:
      - The id of the Google Cloud project, not its number or display name.
      - Taken from the environment variable E(GCP_PROJECT) or E(GOOGLE_CLOUD_PROJECT) when not given.
    type: str
  auth_kind:
    description:
      - Where the credentials come from.
      - Taken from the environment variable E(GCP_AUTH_KIND) when not given; without that, from the credentials that
        are given, V(accesstoken) before V(serviceaccount) before V(application).
      - V(application) with O(endpoint) and without E(GOOGLE_APPLICATION_CREDENTIALS) sends no credentials at all, as
        a stand-in for Google wants it.
    type: str
    choices:
      application: application default credentials, as C(gcloud auth application-default login) or a virtual machine
        provides them
      serviceaccount: the key of a service account, from O(service_account_file) or O(service_account_contents)
      accesstoken: an OAuth 2.0 access token, from O(access_token)
  service_account_file:
    description:
      - Path of a service account's key in JSON, on the host that runs the task.
      - Taken from the environment variable E(GCP_SERVICE_ACCOUNT_FILE) when not given.
    type: path
  service_account_contents:
    description:
      - A service account's key as JSON text or as a dictionary; it goes before O(service_account_file).
      - Taken from the environment variable E(GCP_SERVICE_ACCOUNT_CONTENTS) when not given.
    type: jsonarg
  access_token:
    description:
      - An OAuth 2.0 access token, as C(gcloud auth print-access-token) prints it. It is valid for an hour and is not
        renewed, so it does not suit a run that takes longer.
      - Taken from the environment variable E(GCP_ACCESS_TOKEN) when not given.
    type: str
  impersonate_service_account:
    description:
      - E-mail address of a service account in whose name all calls are made. The credentials need the role
        C(roles/iam.serviceAccountTokenCreator) on it.
      - Taken from the environment variable E(GCP_IMPERSONATE_SERVICE_ACCOUNT) when not given.
    type: str
  quota_project:
    description:
      - The id of the project whose quota the calls count against and whose enabled APIs matter, where that is
        another one than O(project). The credentials need the permission C(serviceusage.services.use) there.
      - Taken from the environment variable E(GCP_QUOTA_PROJECT) when not given.
    type: str
  scopes:
    description:
      - OAuth 2.0 scopes of the credentials; V(https://www.googleapis.com/auth/cloud-platform) when not given.
      - Taken from the environment variable E(GCP_SCOPES), separated by commas, when not given.
    type: list
    elements: str
  endpoint:
    description:
      - Address of a stand-in for all Google Cloud APIs, such as V(http://127.0.0.1:8085). An API that speaks only
        gRPC is expected on the next higher port.
      - Taken from the environment variable E(GCP_ENDPOINT) when not given.
    type: str
  endpoints:
    description:
      - "Addresses of single APIs, by the first part of their host names, such as V({run: https://run.example.com}).
        They go before O(endpoint)."
    type: dict
  timeout:
    description:
      - Seconds that one resource may take in all, with the operations that Google runs for it and with everything
        that is tried again. A single call may take at most 60 seconds.
      - When the time is up, the task fails and says what it was waiting for; running it again goes on from there.
    type: float
    default: 1800
attributes:
  check_mode:
    support: full
    description: Says what would change without changing anything.
  diff_mode:
    support: full
    description: Shows what differs, before and after. Only declared attributes are compared, secrets are hidden.
notes:
  - What is not declared is left as it is. To empty an attribute, declare V(""), V([]), V({}), V(false) or V(0).
  - Labels and lists are authoritative, which means that a member that is not declared is removed. Labels that begin
    with C(goog-) belong to Google and stay.
  - A call that fails for a passing reason (429, 503, a lost connection) is tried again with growing pauses, for as
    long as Google asks to wait. A write is not repeated before what became of it has been looked up.
  - To reconcile many resources use M(mainstay.platform.gcp_resources), which starts only once and works on many
    resources at a time.
"""

    STATE = r"""
options:
  state:
    description: Whether the resource shall exist.
    type: str
    choices: [present, absent]
    default: present
"""
