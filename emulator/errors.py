# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Google's errors: codes, reasons, and the two envelopes they come in."""

from __future__ import annotations

from http import HTTPStatus

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
REASON = {
    400: "invalid",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "alreadyExists",
    412: "conditionNotMet",
    429: "rateLimitExceeded",
    500: "backendError",
    501: "notImplemented",
    503: "backendError",
}
TYPE = "type.googleapis.com/google.rpc."


class ApiError(Exception):
    """What Google would answer instead of a result.

    `code` is the HTTP status, `status` the canonical name, `reason` the one of older JSON APIs, `front` says that
    the error is raised in front of the service (then every API gives `status` and `details`).
    """

    def __init__(
        self,
        code: int,
        message: str,
        status: str = "",
        reason: str = "",
        details=(),
        *,
        front=False,
        domain="global",
        headers=None,
        extra=None,
    ):
        super().__init__(message)
        self.code, self.message, self.front, self.domain = code, message, front, domain
        self.status = status or STATUS.get(code, HTTPStatus(code).name)
        self.reason = reason or REASON.get(code, "invalid")
        self.details, self.headers, self.extra = list(details), dict(headers or {}), dict(extra or {})

    def envelope(self, style: str) -> dict:
        """The JSON body; `style` is `proto`, `legacy` (no status) or `legacy+status`."""
        error = {"code": self.code, "message": self.message}
        if style != "proto":
            error["errors"] = [{"message": self.message, "domain": self.domain, "reason": self.reason, **self.extra}]
        if style != "legacy" or self.front:
            error["status"] = self.status
            if self.details:
                error["details"] = self.details
        return {"error": error}


def bad_request(violations: list[tuple[str, str]]) -> ApiError:
    """A request that does not fit its message: every (field, sentence) found, in the order found."""
    fields = [{"field": path, "description": text} for path, text in violations]
    return ApiError(
        400,
        "\n".join(text for _path, text in violations),
        reason="badRequest",
        front=True,
        details=[{"@type": TYPE + "BadRequest", "fieldViolations": fields}],
    )


def invalid(message: str) -> ApiError:
    return ApiError(400, message)


def info(reason: str, **metadata: str) -> dict:
    return {"@type": TYPE + "ErrorInfo", "reason": reason, "domain": "googleapis.com", "metadata": metadata}


def service_disabled(title: str, service: str, number: str) -> ApiError:
    url = f"https://console.developers.google.com/apis/api/{service}/overview?project={number}"
    message = (
        f"{title} has not been used in project {number} before or it is disabled. Enable it by visiting {url} "
        "then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our "
        "systems and retry."
    )
    details = [
        info(
            "SERVICE_DISABLED",
            service=service,
            serviceTitle=title,
            consumer=f"projects/{number}",
            containerInfo=number,
            activationUrl=url,
        ),
        {"@type": TYPE + "LocalizedMessage", "locale": "en-US", "message": message},
        {"@type": TYPE + "Help", "links": [{"description": "Google developers console API activation", "url": url}]},
    ]
    return ApiError(
        403,
        message,
        reason="accessNotConfigured",
        details=details,
        front=True,
        domain="usageLimits",
        extra={"extendedHelp": "https://console.developers.google.com"},
    )


def consumer_invalid(service: str, project: str) -> ApiError:
    return ApiError(
        403,
        f"Permission denied on resource project {project}.",
        reason="forbidden",
        front=True,
        details=[
            {
                "@type": TYPE + "Help",
                "links": [{"description": "Google developers console", "url": "https://console.developers.google.com"}],
            },
            info("CONSUMER_INVALID", service=service, consumer=f"projects/{project}"),
        ],
    )


def forbidden() -> ApiError:
    return ApiError(403, "The caller does not have permission")


def unauthenticated(service: str) -> ApiError:
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    return ApiError(
        401,
        message,
        front=True,
        details=[info("ACCESS_TOKEN_EXPIRED", service=service)],
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    )
