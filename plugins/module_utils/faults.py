# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can go wrong with a call, sorted by what can be done about it, in one sentence each."""

from __future__ import annotations

import re

try:
    import requests.exceptions as lost
    from google.api_core import exceptions as said
    from google.auth import exceptions as auth

    LOST = (lost.ConnectionError, lost.Timeout, lost.ChunkedEncodingError, auth.TransportError)
    TRANSIENT = (
        said.TooManyRequests,
        said.InternalServerError,
        said.BadGateway,
        said.ServiceUnavailable,
        said.GatewayTimeout,
        said.Unknown,
    )
    ANSWERED = (said.GoogleAPICallError, auth.GoogleAuthError, *LOST)
except ImportError:  # module.py says what is missing
    LOST = TRANSIENT = ANSWERED = ()

NOT_YET = re.compile(r"service account .* does not exist", re.IGNORECASE)
CALLED = re.compile(r"^[A-Z]+ https?://\S+: ")  # the call, which the client libraries put before what was answered
NO_PROJECT = ("CONSUMER_INVALID", "USER_PROJECT_DENIED", "RESOURCE_PROJECT_INVALID")


class Fault(Exception):
    """A call that failed for good; the text says what happened and what to do."""


class Missing(Fault):
    """The resource does not exist."""


class Off(Fault):
    """The API is not enabled in the project."""

    def __init__(self, service, text):
        """`service`: its name, such as ``sqladmin.googleapis.com``."""
        super().__init__(text)
        self.service = service


class Again(Fault):
    """A call that may go through later. Whether it took effect is not known, so a write looks first."""

    def __init__(self, text, pause=None, patient=False, moved=False):
        """`pause`: the seconds that the server asked for; `patient`: try until the time is up, for it will end.

        `moved`: the resource is said to have changed since it was read.
        """
        super().__init__(text)
        self.pause, self.patient, self.moved = pause, patient, moved


def fault(problem):
    """The Fault that an exception of a client library means."""
    if isinstance(problem, Fault):
        return problem
    if isinstance(problem, LOST):
        return Again(f"no answer from the API ({_first_line(problem)})")
    if isinstance(problem, auth.GoogleAuthError):
        return Fault(
            f"Google refused the credentials ({_first_line(problem)}): they may have expired; "
            "run 'gcloud auth application-default login', or give a fresh access_token or a service_account_file"
        )
    return _answered(problem)


def _answered(problem):
    text, reason = CALLED.sub("", problem.message or str(problem)).rstrip("."), _reason(problem)
    if isinstance(problem, TRANSIENT):
        return Again(f"the API answered {_code(problem)}: {text}", _retry_after(problem))
    if isinstance(problem, said.NotFound):
        return Missing(text)
    if isinstance(problem, said.Conflict):
        return Again(text, patient=reason == "operationInProgress")
    if isinstance(problem, said.PreconditionFailed) or NOT_YET.search(text):
        return Again(text, moved=isinstance(problem, said.PreconditionFailed))
    if reason in ("SERVICE_DISABLED", "accessNotConfigured"):
        return _off(problem, text)
    if reason in NO_PROJECT:
        return Fault(
            f"the project does not exist or these credentials may not use it ({text}): check the project's id, "
            "or give the account a role there"
        )
    if isinstance(problem, said.Unauthorized):
        return fault(auth.GoogleAuthError(text))
    if isinstance(problem, said.Forbidden):
        return Fault(
            f"permission denied ({text}): give the account the role that the call needs, or check the project's id"
        )
    return Fault(text)


def _off(problem, text):
    named = re.search(r"apis/api/([\w.-]+)/", text)
    service = _metadata(problem).get("service") or (named[1] if named else "the API")
    return Off(
        service, f"{service} is not enabled in this project: declare a serviceusage_service for it, or enable it"
    )


def _code(problem):
    return (getattr(problem, "code", None) and int(problem.code)) or type(problem).__name__


def _reason(problem):
    """The machine-readable reason: of the error's details, or of an older API's list of errors."""
    if getattr(problem, "reason", None):
        return problem.reason
    for error in getattr(problem, "errors", None) or ():
        if isinstance(error, dict) and error.get("reason"):
            return error["reason"]
    return ""


def _metadata(problem):
    return dict(getattr(problem, "metadata", None) or {})


def _retry_after(problem):
    """The seconds that the server asked to wait, by header or by a RetryInfo detail."""
    header = getattr(getattr(problem, "response", None), "headers", {}).get("Retry-After", "")
    if str(header).isdigit():
        return float(header)
    for detail in getattr(problem, "details", None) or ():
        if hasattr(detail, "retry_delay"):  # over gRPC
            return detail.retry_delay.ToNanoseconds() / 1_000_000_000
        if isinstance(detail, dict) and "retryDelay" in detail:
            return float(detail["retryDelay"].removesuffix("s"))
    return None


def _first_line(problem):
    return str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__
