# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read declared resources with Google's own Python libraries, called as their manuals say."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import import_module
from urllib.parse import urlsplit

import grpc
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage
from google.protobuf.json_format import MessageToDict

PROJECT = "projects/{project}"
LOCATION = PROJECT + "/locations/{location}"
SQL = {"project": "{project}", "instance": "{instance}"}
# how a resource of each kind is read: client, method, request
READS = {
    "serviceusage_service": (
        "service_usage_v1.ServiceUsageClient",
        "get_service",
        {"name": PROJECT + "/services/{name}"},
    ),
    "iam_service_account": (
        "iam_admin_v1.IAMClient",
        "get_service_account",
        {"name": PROJECT + "/serviceAccounts/{account_id}@{project}.iam.gserviceaccount.com"},
    ),
    "secretmanager_secret": (
        "secretmanager_v1.SecretManagerServiceClient",
        "get_secret",
        {"name": PROJECT + "/secrets/{secret_id}"},
    ),
    "secretmanager_secret_version": (
        "secretmanager_v1.SecretManagerServiceClient",
        "access_secret_version",
        {"name": PROJECT + "/secrets/{secret_id}/versions/latest"},
    ),
    "sql_instance": (
        "sqladmin_v1beta4.SqlInstancesServiceClient",
        "get",
        {"project": "{project}", "instance": "{name}"},
    ),
    "sql_database": ("sqladmin_v1beta4.SqlDatabasesServiceClient", "get", {**SQL, "database": "{name}"}),
    "sql_user": ("sqladmin_v1beta4.SqlUsersServiceClient", "get", {**SQL, "name": "{name}", "host": "{host}"}),
    "run_service": ("run_v2.ServicesClient", "get_service", {"name": LOCATION + "/services/{name}"}),
    "run_job": ("run_v2.JobsClient", "get_job", {"name": LOCATION + "/jobs/{name}"}),
    "monitoring_notification_channel": (
        "monitoring_v3.NotificationChannelServiceClient",
        "list_notification_channels",
        {"name": PROJECT},
    ),
    "monitoring_alert_policy": ("monitoring_v3.AlertPolicyServiceClient", "list_alert_policies", {"name": PROJECT}),
    "monitoring_dashboard": (
        "monitoring_dashboard_v1.DashboardsServiceClient",
        "list_dashboards",
        {"parent": PROJECT},
    ),
}
# whose policy a name means: the form of the name, and the client that tells it
POLICIES = (
    (r"projects/[^/]+", "resourcemanager_v3.ProjectsClient"),
    (r"projects/[^/]+/secrets/[^/]+", "secretmanager_v1.SecretManagerServiceClient"),
    (r"projects/[^/]+/serviceAccounts/[^/]+", "iam_admin_v1.IAMClient"),
    (r"projects/[^/]+/locations/[^/]+/services/[^/]+", "run_v2.ServicesClient"),
)
NAMES = {"kind", "project", "location", "instance", "state", "name", "secret_id", "account_id", "timeout"}
NEVER_TOLD = {"sql_user": {"password"}}


def declared_fields(item: dict) -> dict:
    """What an item declares of a resource, without what says which one it is and what no API tells."""
    hidden = NAMES | NEVER_TOLD.get(item["kind"], set())
    return {name: value for name, value in item.items() if name not in hidden}


class Libraries:
    """Google's libraries, all pointed at one emulator: REST where they speak it, else gRPC."""

    def __init__(self, url: str):
        """`url`: the emulator's address; gRPC is on the next port."""
        self.url = url
        self.client = cache(self._connect)

    def _connect(self, path: str):
        package, _dot, name = path.partition(".")
        made = getattr(import_module(f"google.cloud.{package}"), name)
        try:
            made.get_transport_class("rest")
        except KeyError:
            address = urlsplit(self.url)
            channel = grpc.insecure_channel(f"{address.hostname}:{address.port + 1}")
            return made(transport=made.get_transport_class("grpc")(channel=channel))
        options = ClientOptions(api_endpoint=self.url)
        return made(transport="rest", credentials=AnonymousCredentials(), client_options=options)

    def compared(self, item: dict) -> tuple[dict, dict]:
        """What an item declares, and what the library reads of it, in one form."""
        return self._FORMS.get(item["kind"], Libraries._resource)(self, item, declared_fields(item))

    def _resource(self, item: dict, fields: dict) -> tuple[dict, dict]:
        client, method, request = READS[item["kind"]]
        filled = {name: value.format(**{"host": "", **item}) for name, value in request.items()}
        answer = getattr(self.client(client), method)(request=filled)
        if "list" in method:
            [answer] = [each for each in answer if each.display_name == item["display_name"]]
        return fields, _plain(answer)

    def _service(self, item: dict, fields: dict) -> tuple[dict, dict]:
        return {"state": "ENABLED"}, self._resource(item, fields)[1]

    def _version(self, item: dict, _fields: dict) -> tuple[dict, dict]:
        client, method, request = READS[item["kind"]]
        data = getattr(self.client(client), method)(request={"name": request["name"].format(**item)}).payload.data
        for way in ("value", "json", "placeholder"):
            if isinstance(item.get(way), str):
                return {way: item[way]}, {way: data.decode()}
        return {"json": item.get("json", {})}, {"json": json.loads(data) if item.get("json") else data.decode()}

    def _bucket(self, item: dict, fields: dict) -> tuple[dict, dict]:
        return fields, self._storage().get_bucket(item["name"])._properties

    def _binding(self, item: dict, fields: dict) -> tuple[dict, dict]:
        asked = [member for member in fields["members"] if isinstance(member, str)]
        bindings = self._bindings(item.get("resource") or f"projects/{item['project']}")
        same = [each for each in bindings if each["role"] == item["role"] and _alike(each, item)]
        return {"members": asked}, {"members": [name for each in same for name in each["members"] if name in asked]}

    def _bindings(self, resource: str) -> list[dict]:
        for form, client in POLICIES:
            if re.fullmatch(form, resource):
                request = {"resource": resource, "options": {"requested_policy_version": 3}}
                return _plain(self.client(client).get_iam_policy(request=request)).get("bindings", [])
        bucket = self._storage().bucket(resource.rpartition("/")[2])
        return bucket.get_iam_policy(requested_policy_version=3).bindings

    def _storage(self):
        options = ClientOptions(api_endpoint=self.url)
        return storage.Client("any", credentials=AnonymousCredentials(), client_options=options)

    _FORMS = {
        "serviceusage_service": _service,
        "secretmanager_secret_version": _version,
        "storage_bucket": _bucket,
        "iam_binding": _binding,
    }


def _plain(answer) -> dict:
    message = type(answer).pb(answer) if hasattr(type(answer), "pb") else answer
    return MessageToDict(message, always_print_fields_with_no_presence=True)


def _alike(binding: dict, item: dict) -> bool:
    ours, theirs = ((each.get("condition") or {}).get("expression", "") for each in (item, binding))
    return ours.strip() == theirs.strip()
