# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud Run v2: services with revisions, jobs with executions."""

from __future__ import annotations

import copy
import fnmatch
import hashlib
import time

from emulator import engine, errors, operations, paths
from emulator.cloud import Call, number_of, rfc3339
from emulator.model import Api, Collection, Rule

TYPE = "type.googleapis.com/google.cloud.run.v2."
OPERATOR = "operator@example.com"
LIMITS = {"cpu": "1000m", "memory": "512Mi"}
PROBE = {"failureThreshold": 3, "periodSeconds": 10, "timeoutSeconds": 1}
MONTH = 30 * 86400
# What the name of an image tells of the fate of its containers, since none is ever run
BROKEN = {
    "*missing*": "Image '{image}' not found.",
    "*crashing*": (
        "The user-provided container failed to start and listen on the port defined provided by the PORT={port} "
        "environment variable within the allocated timeout. This can happen when the container port is misconfigured "
        "or if the timeout is too short. The health check timeout can be extended. Logs for this revision might "
        "contain more information."
    ),
}


def default_account(call: Call) -> str:
    return f"{number_of(call.project)}-compute@developer.gserviceaccount.com"


def complete_service(call: Call, body: dict, old: dict | None) -> None:
    template = body.setdefault("template", {})
    template.setdefault("serviceAccount", default_account(call))
    for container in template.get("containers", []):
        require_image(container)
        paths.fill(container.setdefault("resources", {"cpuIdle": True}), {"limits": LIMITS})
        complete_probes(container)
    ingress = next((each for each in template.get("containers", []) if each.get("ports")), None)
    if ingress is None and template.get("containers"):
        ingress = template["containers"][0]
    if ingress is not None:
        paths.fill(ingress, {"ports": [{"name": "http1", "containerPort": 8080}]})
        ports = ingress.setdefault("ports", [{"name": "http1", "containerPort": 8080}])
        ingress.setdefault(
            "startupProbe",
            {
                "timeoutSeconds": 240,
                "periodSeconds": 240,
                "failureThreshold": 1,
                "tcpSocket": {"port": ports[0]["containerPort"]},
            },
        )
    body.setdefault("traffic", [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100}])
    begin(call, body, old)


def complete_job(call: Call, body: dict, old: dict | None) -> None:
    template = body.setdefault("template", {}).setdefault("template", {})
    template.setdefault("serviceAccount", default_account(call))
    memory = "512Mi" if len(template.get("containers", [])) < 2 else "256Mi"
    for container in template.get("containers", []):
        require_image(container)
        complete_probes(container)
        paths.fill(container, {"resources": {"limits": LIMITS | {"memory": memory}}})
    body.setdefault("latestCreatedExecution", (old or {}).get("latestCreatedExecution", {}))
    begin(call, body, old)


def require_image(container: dict) -> None:
    if not container.get("image"):
        raise errors.invalid(
            "Violation in template.containers[0].image: Expected an image path like "
            "[host/]repo-path[:tag and/or @digest], where host is optional"
        )


def complete_probes(container: dict) -> None:
    port = next((each["containerPort"] for each in container.get("ports", [])), 8080)
    for name in ("startupProbe", "livenessProbe"):
        probe = container.get(name)
        if probe:
            paths.fill(probe, PROBE)
            for action in ("httpGet", "tcpSocket", "grpc"):
                probe[action].setdefault("port", port) if isinstance(probe.get(action), dict) else None


def begin(call: Call, body: dict, old: dict | None) -> None:
    """A written resource is being reconciled until its operation ends."""
    body["creator"] = (old or {}).get("creator", OPERATOR)
    body["lastModifier"] = OPERATOR
    body["reconciling"] = True
    body["terminalCondition"] = {**(old or {}).get("terminalCondition", {}), "state": "CONDITION_PENDING"}


def broken(template: dict) -> str:
    """Why the containers of a template cannot run, or nothing."""
    for container in template.get("containers", []):
        port = next((each["containerPort"] for each in container.get("ports", [])), 8080)
        name = container["image"].rsplit("/", 1)[-1]
        for pattern, why in BROKEN.items():
            if fnmatch.fnmatch(name, pattern):
                return why.format(image=container["image"], port=port)
    return ""


def ready(body: dict, call: Call) -> dict:
    """The resource as its operation leaves it."""
    now = rfc3339()
    body = copy.deepcopy(body) | {"observedGeneration": body["generation"]}
    body.pop("reconciling", None)
    body["terminalCondition"] = {"type": "Ready", "state": "CONDITION_SUCCEEDED", "lastTransitionTime": now}
    if "/services/" in call.target:
        body["conditions"] = [
            {"type": kind, "state": "CONDITION_SUCCEEDED", "lastTransitionTime": now}
            for kind in ("RoutesReady", "ConfigurationsReady")
        ]
        revision = revision_of(body)
        body["latestCreatedRevision"] = body["latestReadyRevision"] = f"{call.target}/revisions/{revision}"
        body["trafficStatuses"] = [each | {"uri": body["uri"]} if each.get("tag") else each for each in body["traffic"]]
    return body


def address(call: Call, body: dict) -> None:
    name, location = call.target.rsplit("/", 1)[-1], engine.words(call)["location"]
    digest = hashlib.sha256(f"{call.project}/{location}".encode()).hexdigest()[:10]
    code = "".join(part[0] for part in location.split("-"))
    body["uri"] = f"https://{name}-{digest}-{code}.a.run.app"
    body["urls"] = [f"https://{name}-{number_of(call.project)}.{location}.run.app", body["uri"]]


def run(call: Call, verb: str, body: dict, old: dict | None) -> dict:
    """Answer with the operation; the resource shows at once that it is being reconciled."""
    kind = TYPE + ("Service" if "/services/" in call.target else "Job")
    if verb == "delete":
        now = time.time()
        body = copy.deepcopy(body) | {
            "deleteTime": rfc3339(now),
            "expireTime": rfc3339(now + MONTH),
            "reconciling": True,
            "generation": str(int(body["generation"]) + 1),
        }
        body["terminalCondition"] = {**body["terminalCondition"], "state": "CONDITION_PENDING"}
        final = ready(body, call) if "_revision" in body or "/jobs/" in call.target else body
        return start(call, kind, body, final, [{"key": call.key, "delete": True}])
    if "/services/" in call.target and (old is None or old["template"] != body["template"]):
        digest = hashlib.sha256((body["generation"] + call.target).encode()).hexdigest()
        body["_revision"] = f"{call.target.rsplit('/', 1)[-1]}-{int(body['generation']):05d}-{digest[:3]}"
        keep_revision(call, body)
    if call.param("validateOnly") == "true":
        return start(call, kind, body, ready(body, call), [])
    call.store.put(call.key, body)
    final = ready(body, call)
    changed = {name: final[name] for name in final if final[name] != body.get(name)} | {"reconciling": None}
    fail = unready(call, body)
    return start(call, kind, body, final, [{"key": call.key, "set": changed}], failure(call, body, fail), fail)


def unready(call: Call, body: dict) -> str:
    """Why a written service or job does not become ready, in Google's words, or nothing."""
    service = "/services/" in call.target
    why = broken(body["template"] if service else body["template"]["template"])
    if why and service:
        return f"Revision '{revision_of(body)}' is not ready and cannot serve traffic. {why}"
    return why


def revision_of(body: dict) -> str:
    return body["template"].get("revision") or body["_revision"]


def failure(call: Call, body: dict, fail: str) -> list[dict]:
    """What a service or job that does not become ready shows; a service's ready revision stays what it was."""
    condition = {
        "state": "CONDITION_FAILED",
        "message": fail or call.fault_message or "The operation failed.",
        "lastTransitionTime": rfc3339(),
    }
    shown = {
        "observedGeneration": body["generation"],
        "reconciling": None,
        "terminalCondition": {"type": "Ready", **condition},
    }
    if "/services/" not in call.target:
        return [{"key": call.key, "set": shown}]
    revision = f"{call.target}/revisions/{revision_of(body)}"
    shown |= {
        "latestCreatedRevision": revision,
        "conditions": [{"type": kind, **condition} for kind in ("RoutesReady", "ConfigurationsReady")],
    }
    return [
        {"key": call.key, "set": shown},
        {"key": f"run/{revision}", "set": {"conditions": [{"type": "Ready", **condition}]}},
    ]


def start(
    call: Call, kind: str, now: dict, final: dict, effects: list, on_error: list | None = None, fail: str = ""
) -> dict:
    after = {"@type": kind, **paths.public(final)}
    return operations.start(
        call,
        call.key,
        "run",
        effects,
        metadata={"@type": kind, **paths.public(now)},
        final_metadata=after,
        response=after,
        on_error=on_error or [],
        fail=fail,
    )


def keep_revision(call: Call, body: dict) -> None:
    name = revision_of(body)
    target = f"{call.target}/revisions/{name}"
    revision = {
        name: value for name, value in body["template"].items() if name not in ("labels", "annotations", "revision")
    }
    call.store.put(
        f"run/{target}",
        revision
        | {
            "name": target,
            "uid": call.cloud.unique(),
            "generation": "1",
            "createTime": rfc3339(),
            "updateTime": rfc3339(),
            "service": call.target,
            "launchStage": body.get("launchStage", "GA"),
            "observedGeneration": "1",
            "conditions": [{"type": "Ready", "state": "CONDITION_SUCCEEDED", "lastTransitionTime": rfc3339()}],
            "etag": engine.STAMPS["quoted"](call, None),
        },
    )


def patch(call: Call) -> dict:
    if call.store.get(call.key) is None and call.param("allowMissing") == "true":
        parent, name = call.target.rsplit("/", 1)
        call.target = parent
        call.params[call.collection.id.partition(":")[2]] = name
        return engine.create(call)
    return engine.patch(call)


def run_job(call: Call) -> dict:
    """Start an execution; it has succeeded when the operation ends."""
    job = engine.existing(call)
    name = f"{call.target.rsplit('/', 1)[-1]}-{call.cloud.unique()[:5]}"
    target, now = f"{call.target}/executions/{name}", rfc3339()
    tasks = int(call.body.get("overrides", {}).get("taskCount") or job["template"]["taskCount"])
    body = {
        "name": target,
        "uid": call.cloud.unique(),
        "creator": OPERATOR,
        "generation": "1",
        "createTime": now,
        "updateTime": now,
        "startTime": now,
        "launchStage": job["launchStage"],
        "job": call.target,
        "parallelism": tasks,
        "taskCount": tasks,
        "template": job["template"]["template"],
        "reconciling": True,
        "etag": engine.STAMPS["quoted"](call, None),
        "conditions": [{"type": "Completed", "state": "CONDITION_RECONCILING", "lastTransitionTime": now}],
    }
    done = {
        "completionTime": rfc3339(),
        "succeededCount": tasks,
        "observedGeneration": "1",
        "reconciling": None,
        "conditions": [{"type": "Completed", "state": "CONDITION_SUCCEEDED", "lastTransitionTime": now}],
    }
    failed = done | {
        "succeededCount": 0,
        "failedCount": tasks,
        "conditions": [
            {"type": "Completed", "state": "CONDITION_FAILED", "message": call.fault_message, "lastTransitionTime": now}
        ],
    }
    latest = {"name": target, "createTime": now, "completionStatus": "EXECUTION_RUNNING"}
    call.store.put(f"run/{target}", body)
    call.store.put(
        call.key, job | {"latestCreatedExecution": latest, "executionCount": job.get("executionCount", 0) + 1}
    )
    ended = {
        "key": call.key,
        "set": {"latestCreatedExecution": latest | {"completionTime": now, "completionStatus": "EXECUTION_SUCCEEDED"}},
    }
    broken = {
        "key": call.key,
        "set": {"latestCreatedExecution": latest | {"completionTime": now, "completionStatus": "EXECUTION_FAILED"}},
    }
    return start(
        call,
        TYPE + "Execution",
        body,
        body | done,
        [{"key": f"run/{target}", "set": done}, ended],
        [{"key": f"run/{target}", "set": failed}, broken],
    )


def check_etag(call: Call, old: dict, sent: dict) -> None:
    if (sent.get("etag") and sent["etag"] != old["etag"]) or "conflict" in call.faults:
        raise errors.ApiError(
            409,
            f"Conflict for resource '{call.target.rsplit('/', 1)[-1]}': version '{sent.get('etag', '')}' was "
            f"specified but current version is '{old['etag']}'.",
            "ABORTED",
        )


STAMPS = {"uid": "uuid", "generation": "count", "createTime": "created", "updateTime": "updated", "etag": "quoted"}
OUTPUT_ONLY = (
    "latestReadyRevision",
    "latestCreatedRevision",
    "trafficStatuses",
    "uri",
    "urls",
    "conditions",
    "terminalCondition",
    "reconciling",
    "observedGeneration",
    "creator",
    "lastModifier",
    "deleteTime",
    "expireTime",
    "executionCount",
    "latestCreatedExecution",
    "satisfiesPzs",
)
NOT_FOUND = "Resource '{id}' of kind '%s' in region '{location}' in project '{project}' does not exist."
COMMON = {
    "mask": "replace",
    "stamps": STAMPS,
    "output_only": OUTPUT_ONLY,
    "style": operations.google,
    "after": run,
    "iam": {},
    "operation": {"create": "create", "update": "update", "delete": "delete"},
    "check_etag": check_etag,
    "exists": "Resource '{id}' already exists.",
    "id_pattern": r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
}
SERVICES = Collection(
    id="query:serviceId",
    on_write=complete_service,
    on_create=address,
    not_found=NOT_FOUND % "SERVICE",
    defaults=(
        Rule(
            {
                "launchStage": "GA",
                "ingress": "INGRESS_TRAFFIC_ALL",
                "template": {
                    "timeout": "300s",
                    "maxInstanceRequestConcurrency": 80,
                },
            }
        ),
    ),
    **COMMON,
)
JOBS = Collection(
    id="query:jobId",
    on_write=complete_job,
    not_found=NOT_FOUND % "JOB",
    defaults=(
        Rule(
            {
                "launchStage": "GA",
                "template": {
                    "taskCount": 1,
                    "template": {
                        "maxRetries": 3,
                        "timeout": "600s",
                        "executionEnvironment": "EXECUTION_ENVIRONMENT_GEN2",
                    },
                },
            }
        ),
    ),
    **COMMON,
)
REVISIONS = Collection(not_found=NOT_FOUND % "REVISION", style=operations.google)
EXECUTIONS = Collection(not_found=NOT_FOUND % "EXECUTION", style=operations.google)

APIS = (
    Api(
        name="run",
        documents=("run.v2",),
        collections={
            "projects.locations.services": SERVICES,
            "projects.locations.services.revisions": REVISIONS,
            "projects.locations.jobs": JOBS,
            "projects.locations.jobs.executions": EXECUTIONS,
        },
        methods={
            "projects.locations.services.patch": patch,
            "projects.locations.jobs.patch": patch,
            "projects.locations.jobs.run": run_job,
        },
    ),
)
