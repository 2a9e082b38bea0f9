# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The emulated cloud: its settings, its clock, its projects, and the request that a handler sees."""

from __future__ import annotations

import fnmatch
import hashlib
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from emulator import errors
from emulator.model import Api, Collection
from emulator.store import Store

DEFAULT_PROJECT = "acme-prod-1"
NUMBERS = {DEFAULT_PROJECT: "418293750164"}
ALWAYS_ENABLED = ("serviceusage.googleapis.com", "cloudresourcemanager.googleapis.com")


@dataclass
class Settings:
    """Times in milliseconds. `propagation_ms` is how long a new account is unknown, `enabling_ms` a new API."""

    latency_ms: int = 0
    operation_ms: int = 200
    propagation_ms: int = 300
    enabling_ms: int = 0
    projects: tuple[str, ...] = ()


def rfc3339(seconds: float | None = None) -> str:
    moment = datetime.fromtimestamp(time.time() if seconds is None else seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def number_of(project: str) -> str:
    """The project's number: twelve digits that follow from its id."""
    digits = int(hashlib.sha256(project.encode()).hexdigest()[:15], 16)
    return NUMBERS.get(project) or str(100000000000 + digits % 900000000000)


class Cloud:
    """What all handlers share. `services` are the APIs served, `seed` what a project holds from the start."""

    def __init__(self, store: Store, settings: Settings, services=(), policies=None, enabled=None, resources=None):
        self.store, self.settings, self.services = store, settings, tuple(services)
        self.policies, self.enabled, self.resources = policies or {}, enabled or {}, resources or {}
        self.counter = time.time_ns() // 1000
        self.pending: dict[str, float | None] = {}
        for project in (DEFAULT_PROJECT, *settings.projects):
            self.project(project)
        store.commit()

    def tick(self) -> int:
        """A number that only grows: microseconds, never the same twice."""
        self.counter = max(self.counter + 1, time.time_ns() // 1000)
        return self.counter

    def unique(self) -> str:
        return str(uuid.uuid4())

    def project(self, project: str, create: bool = True) -> dict | None:
        """The project by id or number; unknown ones come into being unless they are called missing-*."""
        project = self.project_id(project)
        known = self.store.get(f"cloudresourcemanager/projects/{project}")
        if known or not create or fnmatch.fnmatch(project, "missing-*") or project in ("", "-"):
            return known
        return self.add_project(project, {"parent": {"type": "organization", "id": "681947203852"}})

    def add_project(self, project: str, fields: dict) -> dict:
        number = number_of(project)
        body = {
            "projectId": project,
            "projectNumber": number,
            "lifecycleState": "ACTIVE",
            "name": project,
            "createTime": rfc3339(),
            "_etag": self.tick(),
            **fields,
        }
        self.store.put(f"cloudresourcemanager/projects/{project}", body)
        self.store.put(f"numbers/{number}", {"projectId": project})
        on = ALWAYS_ENABLED if project.endswith("-fresh") else (*self.services, *self.enabled.get(project, ()))
        self.store.put(f"serviceusage/projects/{project}", {"enabled": dict.fromkeys(sorted(set(on)), 0)})
        for key, resource in self.resources.get(project, {}).items():
            self.store.put(key, resource)
        bindings = self.policies.get(project, ())
        if bindings:
            names = {"number": number, "project": project}
            self.store.put(
                f"policies/cloudresourcemanager/projects/{project}",
                {
                    "etag": self.tick(),
                    "bindings": [
                        {"role": role, "members": [member.format(**names) for member in members]}
                        for role, members in bindings
                    ],
                },
            )
        return body

    def project_id(self, project: str) -> str:
        known = self.store.get(f"numbers/{project}")
        return known["projectId"] if known else project

    def canonical(self, name: str) -> str:
        """A resource's name with the project's id where the caller gave its number."""
        parts = name.split("/")
        if len(parts) > 1 and parts[0] == "projects":
            parts[1] = self.project_id(parts[1])
        return "/".join(parts)

    def numbered(self, key: str) -> str:
        parts = key.split("/")
        if len(parts) > 1 and parts[0] == "projects":
            parts[1] = number_of(parts[1])
        return "/".join(parts)

    def is_enabled(self, project: str, service: str) -> bool:
        since = (self.store.get(f"serviceusage/projects/{project}") or {}).get("enabled", {}).get(service)
        return since is not None and time.time() >= since

    def require(self, api: Api, project: str, method) -> None:
        """Raise what Google answers when a project does not exist or has not enabled the API."""
        document = method.document
        if self.project(project, create=f"{method.collection}.{method.verb}" not in api.reveals) is None:
            raise api.missing_project() if api.missing_project else errors.consumer_invalid(document.service, project)
        if api.needs_enabling and not self.is_enabled(project, document.service):
            raise errors.service_disabled(document.title, document.service, number_of(project))


@dataclass
class Call:
    """One request: the method, its parameters, its body in the API's own form, and the resource it is about."""

    cloud: Cloud
    api: Api
    collection: Collection
    method: object
    params: dict
    body: dict
    target: str
    faults: set = field(default_factory=set)
    fault_message: str = ""
    media: bytes | None = None

    @property
    def key(self) -> str:
        """The store's key of the target."""
        return f"{self.api.name}/{self.target}"

    @property
    def store(self) -> Store:
        return self.cloud.store

    @property
    def project(self) -> str:
        return project_of(self.target) or self.cloud.project_id(self.params.get("project", ""))

    @property
    def document(self):
        return self.method.document

    def param(self, name: str, default: str = "") -> str:
        return self.params.get(name, default)


def project_of(name: str) -> str:
    parts = name.split("/")
    return parts[1] if len(parts) > 1 and parts[0] == "projects" else ""
