# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Injected faults: `503 method=sql.instances.insert times=2 retry_after=1; reset path=/v1/projects/*`."""

from __future__ import annotations

import fnmatch
import shlex
from dataclasses import dataclass

from emulator import errors

IN_HANDLER = ("conflict", "operation_error", "operation_never")
KINDS = ("reset", "reset_after", "silent", "slow", "expired", *IN_HANDLER)
MESSAGES = {
    429: "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service '{service}'.",
    500: "Internal error encountered.",
    502: "Bad Gateway",
    503: "The service is currently unavailable.",
    504: "Deadline expired before operation could complete.",
}


@dataclass
class Fault:
    """One rule: `times` 0 is for ever; the first `after` requests that fit pass unharmed."""

    what: str
    method: str = "*"
    path: str = "*"
    times: int = 1
    after: int = 0
    retry_after: str = ""
    ms: int = 0
    message: str = ""
    fired: int = 0
    seen: int = 0

    def fires(self, method: str, path: str) -> bool:
        if not (fnmatch.fnmatchcase(method, self.method) and fnmatch.fnmatchcase(path, self.path)):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times and self.fired >= self.times):
            return False
        self.fired += 1
        return True


def parse(spec: str) -> list[Fault]:
    """The rules of a specification. Raises ValueError with one sentence that names the rule and what is wrong."""
    return [_rule(text.strip()) for text in spec.split(";") if text.strip()]


def _rule(text: str) -> Fault:
    what, *options = shlex.split(text)
    what, _, value = what.partition("=")
    if not what.isdigit() and what not in KINDS:
        raise ValueError(f"fault '{text}': '{what}' is no fault; give an HTTP status or one of {', '.join(KINDS)}")
    fault = Fault(what, ms=_number(text, "slow", value) if what == "slow" and value else 0)
    for option in options:
        name, _, value = option.partition("=")
        if name not in ("method", "path", "times", "after", "retry_after", "ms", "message") or not value:
            raise ValueError(
                f"fault '{text}': '{option}' is not understood; give method, path, times, after, retry_after, "
                "ms or message as key=value"
            )
        setattr(fault, name, _number(text, name, value) if name in ("times", "after", "ms") else value)
    return fault


def _number(text: str, name: str, value: str) -> int:
    if not value.isdigit():
        raise ValueError(f"fault '{text}': {name} must be a whole number, not '{value}'")
    return int(value)


class Faults:
    """The rules in force."""

    def __init__(self, spec: str = ""):
        self.rules = parse(spec)

    def firing(self, method: str, path: str) -> list[Fault]:
        return [rule for rule in self.rules if rule.fires(method, path)]


def error_for(fault: Fault, service: str) -> errors.ApiError | None:
    """The error that a rule answers with, if it is one that answers."""
    if fault.what == "expired":
        return errors.unauthenticated(service)
    if not fault.what.isdigit():
        return None
    code = int(fault.what)
    message = fault.message or MESSAGES.get(code, "Injected fault.").format(service=service)
    return errors.ApiError(
        code, message, front=True, headers={"Retry-After": fault.retry_after} if fault.retry_after else None
    )
