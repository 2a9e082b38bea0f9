# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the client libraries raise, and what that means: another look, nothing there, an API that is off, or the end."""

from __future__ import annotations

import json

import pytest
import requests
from google.api_core import exceptions as said
from google.auth import exceptions as auth

from ansible_collections.mainstay.platform.plugins.module_utils.api import backoff
from ansible_collections.mainstay.platform.plugins.module_utils.faults import Again, Fault, Missing, Off, fault

RPC = "type.googleapis.com/google.rpc."


def answered(code, message="as the API said", headers=None, **error):
    """What a client library raises for an answer over HTTP."""
    response = requests.Response()
    response.status_code, response._content = code, json.dumps({"error": {"message": message, **error}}).encode()
    response.headers.update(headers or {})
    response.request = requests.Request("GET", "http://127.0.0.1/v1/projects/acme").prepare()
    return said.from_http_response(response)


def info(reason, **metadata):
    return {"@type": RPC + "ErrorInfo", "reason": reason, "domain": "googleapis.com", "metadata": metadata}


REFUSED = (
    "Google refused the credentials ({}): they may have expired; run 'gcloud auth application-default login', or "
    "give a fresh access_token or a service_account_file"
)
DENIED = "permission denied ({}): give the account the role that the call needs, or check the project's id"
OFF = "sqladmin.googleapis.com is not enabled in this project: declare a serviceusage_service for it, or enable it"
URL = "https://console.developers.google.com/apis/api/sqladmin.googleapis.com/overview?project=1"
CASES = {  # what was raised, what it means, the end of the sentence
    "429": (answered(429), Again, "the API answered 429"),
    "500": (answered(500), Again, "the API answered 500"),
    "502": (answered(502), Again, "the API answered 502"),
    "503": (answered(503), Again, "the API answered 503"),
    "504": (answered(504), Again, "the API answered 504"),
    "a deadline over gRPC": (said.DeadlineExceeded("too late"), Again, "the API answered 504"),
    "unavailable over gRPC": (said.ServiceUnavailable("gone"), Again, "the API answered 503"),
    "a reset connection": (requests.ConnectionError("reset by peer"), Again, "no answer from the API (reset by peer)"),
    "a silent server": (requests.ReadTimeout("timed out"), Again, "no answer from the API (timed out)"),
    "an answer cut off": (requests.exceptions.ChunkedEncodingError("cut"), Again, "no answer from the API (cut)"),
    "no way to the token server": (auth.TransportError("refused"), Again, "no answer from the API (refused)"),
    "nothing there": (answered(404), Missing, "as the API said"),
    "already there": (answered(409), Again, "as the API said"),
    "an etag that is old": (answered(412), Again, "as the API said"),
    "an account that is too new": (
        answered(400, "Service account api@acme.iam.gserviceaccount.com does not exist."),
        Again,
        "does not exist",
    ),
    "an API that is off": (
        answered(403, details=[info("SERVICE_DISABLED", service="sqladmin.googleapis.com")]),
        Off,
        OFF,
    ),
    "an API that is off, as older APIs say it": (
        answered(403, f"Enable it by visiting {URL} then retry.", errors=[{"reason": "accessNotConfigured"}]),
        Off,
        OFF,
    ),
    "a project that does not exist": (
        answered(403, details=[info("CONSUMER_INVALID")]),
        Fault,
        "the project does not exist or these credentials may not use it (as the API said): check the project's id, "
        "or give the account a role there",
    ),
    "a role that is missing": (answered(403), Fault, DENIED.format("as the API said")),
    "a token that has expired": (answered(401), Fault, REFUSED.format("as the API said")),
    "a token that cannot be had": (auth.RefreshError("gone"), Fault, REFUSED.format("gone")),
    "a request that is wrong": (answered(400), Fault, "as the API said"),
}


@pytest.mark.parametrize(("problem", "kind", "end"), CASES.values(), ids=CASES)
def test_what_it_means(problem, kind, end):
    found = fault(problem)
    assert type(found) is kind
    assert end in str(found)
    assert "\n" not in str(found)


def test_a_fault_stays_what_it_is():
    found = Missing("gone")
    assert fault(found) is found


def test_an_api_that_is_off_is_named():
    assert fault(CASES["an API that is off"][0]).service == "sqladmin.googleapis.com"
    assert fault(CASES["an API that is off, as older APIs say it"][0]).service == "sqladmin.googleapis.com"


RETRY_INFO = {"@type": RPC + "RetryInfo", "retryDelay": "2.5s"}
PAUSES = {
    "a header": (answered(429, headers={"Retry-After": "7"}), 7),
    "a detail": (answered(429, details=[RETRY_INFO]), 2.5),
    "a detail after others": (answered(503, details=[info("RATE_LIMIT"), RETRY_INFO]), 2.5),
    "nothing": (answered(503), None),
}


@pytest.mark.parametrize(("problem", "seconds"), PAUSES.values(), ids=PAUSES)
def test_how_long_the_server_asks_to_wait(problem, seconds):
    found = fault(problem)
    assert found.pause == seconds
    if seconds is not None:
        assert backoff(5, found) == seconds


def test_without_a_word_from_the_server_the_wait_grows_to_an_end_and_is_never_in_step():
    assert [0.35 * 2**attempt <= backoff(attempt) <= 0.5 * 2**attempt for attempt in range(6)] == [True] * 6
    assert 21 <= backoff(50) <= 30
    assert len({backoff(3) for _time in range(20)}) > 1


PATIENT = {
    "another operation on a SQL instance": (answered(409, errors=[{"reason": "operationInProgress"}]), True),
    "a conflict": (answered(409), False),
    "a busy service": (answered(503), False),
}


@pytest.mark.parametrize(("problem", "patient"), PATIENT.values(), ids=PATIENT)
def test_what_is_waited_for_as_long_as_there_is_time(problem, patient):
    assert fault(problem).patient is patient
