# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud Storage's JSON API in the form of a client library: google-cloud-storage has no messages of its own."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import quote

from .schema import build

try:
    from google.api_core.exceptions import from_http_response
    from google.auth.transport.requests import AuthorizedSession
    from google.iam.v1 import iam_policy_pb2, policy_pb2
    from google.protobuf.json_format import MessageToDict, ParseDict

    GET_POLICY, SET_POLICY = iam_policy_pb2.GetIamPolicyRequest, iam_policy_pb2.SetIamPolicyRequest
except ImportError:  # module.py says what is missing
    GET_POLICY = SET_POLICY = None

RESTRICTION = {"effective_time": "Timestamp", "restriction_mode": str}
BUCKET = build(  # the resource of https://cloud.google.com/storage/docs/json_api/v1/buckets
    "Bucket",
    {
        "name": str,
        "location": str,
        "location_type": str,
        "storage_class": str,
        "rpo": str,
        "labels": {str},
        "versioning": {"enabled": bool},
        "lifecycle": {
            "rule": [
                {
                    "action": {"type": str, "storage_class": str},
                    "condition": {
                        "age": int,
                        "created_before": str,
                        "custom_time_before": str,
                        "days_since_custom_time": int,
                        "days_since_noncurrent_time": int,
                        "is_live": bool,
                        "matches_pattern": str,
                        "matches_prefix": [str],
                        "matches_storage_class": [str],
                        "matches_suffix": [str],
                        "noncurrent_time_before": str,
                        "num_newer_versions": int,
                        "size_above_bytes": int,
                        "size_below_bytes": int,
                    },
                }
            ]
        },
        "cors": [{"origin": [str], "method": [str], "response_header": [str], "max_age_seconds": int}],
        "iam_configuration": {
            "uniform_bucket_level_access": {"enabled": bool, "locked_time": "Timestamp"},
            "bucket_policy_only": {"enabled": bool, "locked_time": "Timestamp"},
            "public_access_prevention": str,
        },
        "retention_policy": {"retention_period": int, "effective_time": "Timestamp", "is_locked": bool},
        "soft_delete_policy": {
            "retention_duration_seconds": int,
            "effective_time": "Timestamp",
            "hard_delete_pause": {"enabled": bool, "effective_time": "Timestamp"},
        },
        "object_retention": {"mode": str},
        "default_event_based_hold": bool,
        "autoclass": {
            "enabled": bool,
            "terminal_storage_class": str,
            "terminal_storage_class_update_time": "Timestamp",
            "toggle_time": "Timestamp",
        },
        "encryption": {
            "default_kms_key_name": str,
            "customer_managed_encryption_enforcement_config": RESTRICTION,
            "customer_supplied_encryption_enforcement_config": RESTRICTION,
            "google_managed_encryption_enforcement_config": RESTRICTION,
        },
        "logging": {"log_bucket": str, "log_object_prefix": str},
        "website": {"main_page_suffix": str, "not_found_page": str},
        "billing": {"requester_pays": bool},
        "custom_placement_config": {"data_locations": [str]},
        "hierarchical_namespace": {"enabled": bool},
        "ip_filter": {
            "mode": str,
            "allow_all_service_agent_access": bool,
            "allow_cross_org_vpcs": bool,
            "public_network_source": {"allowed_ip_cidr_ranges": [str]},
            "vpc_network_sources": [{"network": str, "allowed_ip_cidr_ranges": [str]}],
        },
        "acl": [{"entity": str, "role": str}],
        "default_object_acl": [{"entity": str, "role": str}],
        "id": str,
        "kind": str,
        "self_link": str,
        "etag": str,
        "generation": int,
        "metageneration": int,
        "project_number": int,
        "owner": {"entity": str, "entity_id": str},
        "time_created": "Timestamp",
        "updated": "Timestamp",
        "satisfies_pzs": bool,
        "satisfies_pzi": bool,
        "soft_delete_time": "Timestamp",
        "hard_delete_time": "Timestamp",
    },
)
ONE, MADE, CHANGED = (
    build(f"{verb}BucketRequest", table)
    for verb, table in (
        ("One", {"bucket": str}),
        ("Made", {"project": str, "body": BUCKET}),
        ("Changed", {"bucket": str, "body": BUCKET, "update_mask": "FieldMask"}),
    )
)


class JsonClient:
    """A client of the JSON API over one authorized session."""

    DEFAULT_ENDPOINT = "storage.googleapis.com"

    def __init__(self, credentials, client_options, transport="rest"):
        """As the client libraries are made."""
        self._session = AuthorizedSession(credentials)
        self._base = (client_options.api_endpoint or f"https://{self.DEFAULT_ENDPOINT}").rstrip("/") + "/storage/v1"
        self._project = client_options.quota_project_id
        self.transport = SimpleNamespace(_session=self._session)

    @staticmethod
    def get_transport_class(name):
        """REST is all there is."""
        return {"rest": JsonClient}[name]

    def send(self, method, path, timeout, body=None, **query):
        """The JSON that a call answers with. Raises what the client libraries raise."""
        headers = {"x-goog-user-project": self._project} if self._project else {}
        response = self._session.request(
            method,
            self._base + path,
            json=body,
            params=query,
            headers=headers,
            timeout=timeout,
            max_allowed_time=timeout,
        )
        if not response.ok:
            raise from_http_response(response)
        return response.json() if response.content else {}


class BucketsClient(JsonClient):
    """Buckets, as the client libraries would offer them."""

    def get(self, request: ONE, timeout, retry=None):
        """A bucket."""
        return _bucket(self.send("GET", f"/b/{request.bucket}", timeout, projection="noAcl"))

    def insert(self, request: MADE, timeout, retry=None):
        """Create a bucket."""
        return _bucket(self.send("POST", "/b", timeout, MessageToDict(request.body), project=request.project))

    def patch(self, request: CHANGED, timeout, retry=None):
        """Change the fields of the mask, if the bucket is still as it was read; null is how the JSON API clears one."""
        said = MessageToDict(request.body)
        names = {field.name: field.json_name for field in BUCKET.DESCRIPTOR.fields}
        body = {names[path]: said.get(names[path]) for path in request.update_mask.paths}
        if "labels" in body:
            there = self.send("GET", f"/b/{request.bucket}", timeout, fields="labels").get("labels", {})
            body["labels"] = {**dict.fromkeys(there), **(body["labels"] or {})}
        version = request.body.metageneration
        return _bucket(self.send("PATCH", f"/b/{request.bucket}", timeout, body, ifMetagenerationMatch=version))

    def delete(self, request: ONE, timeout, retry=None):
        """Delete a bucket with all that it holds."""
        path = f"/b/{request.bucket}"
        while objects := self.send("GET", f"{path}/o", timeout, versions="true", maxResults=1000).get("items"):
            for item in objects:
                name = quote(item["name"], safe="")
                self.send("DELETE", f"{path}/o/{name}", timeout, generation=item["generation"])
        self.send("DELETE", path, timeout)


def _bucket(answer):
    return ParseDict(answer, BUCKET(), ignore_unknown_fields=True)


class PoliciesClient(JsonClient):
    """The IAM policies of buckets, whose full name is ``projects/_/buckets/NAME``."""

    def get_iam_policy(self, request: GET_POLICY, timeout, retry=None):
        """The policy of a bucket."""
        version = request.options.requested_policy_version
        path = f"/b/{request.resource.rpartition('/')[2]}/iam"
        return _policy(self.send("GET", path, timeout, optionsRequestedPolicyVersion=version))

    def set_iam_policy(self, request: SET_POLICY, timeout, retry=None):
        """Replace the policy of a bucket."""
        path = f"/b/{request.resource.rpartition('/')[2]}/iam"
        return _policy(self.send("PUT", path, timeout, MessageToDict(request.policy)))


def _policy(answer):
    return ParseDict(answer, policy_pb2.Policy(), ignore_unknown_fields=True)
