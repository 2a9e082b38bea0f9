# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud Storage's JSON API in the form of a client library: google-cloud-storage has no messages of its own."""

from __future__ import annotations

from types import SimpleNamespace

try:
    from google.api_core.exceptions import from_http_response
    from google.auth.transport.requests import AuthorizedSession
    from google.iam.v1 import iam_policy_pb2, policy_pb2
    from google.protobuf.json_format import MessageToDict, ParseDict

    GET, SET = iam_policy_pb2.GetIamPolicyRequest | dict, iam_policy_pb2.SetIamPolicyRequest | dict
except ImportError:  # module.py says what is missing
    GET = SET = None


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


class PoliciesClient(JsonClient):
    """The IAM policies of buckets, whose full name is ``projects/_/buckets/NAME``."""

    def get_iam_policy(self, request: GET, timeout, retry=None):
        """The policy of a bucket."""
        version = request.options.requested_policy_version
        path = f"/b/{request.resource.rpartition('/')[2]}/iam"
        return _policy(self.send("GET", path, timeout, optionsRequestedPolicyVersion=version))

    def set_iam_policy(self, request: SET, timeout, retry=None):
        """Replace the policy of a bucket."""
        path = f"/b/{request.resource.rpartition('/')[2]}/iam"
        return _policy(self.send("PUT", path, timeout, MessageToDict(request.policy)))


def _policy(answer):
    return ParseDict(answer, policy_pb2.Policy(), ignore_unknown_fields=True)
