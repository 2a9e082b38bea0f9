# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud Logging: metrics, sinks and exclusions of a project."""

from __future__ import annotations

from emulator.cloud import Call, number_of
from emulator.model import Api, Collection, Rule

STAMPS = {"createTime": "created", "updateTime": "updated"}


def describe_metric(call: Call, body: dict, old: dict | None) -> None:
    descriptor = body.setdefault("metricDescriptor", {})
    kind = f"logging.googleapis.com/user/{body['name']}"
    descriptor |= {
        "name": f"projects/{call.project}/metricDescriptors/{kind}",
        "type": kind,
        "description": body.get("description", ""),
    }
    body["resourceName"] = call.target


def appoint_writer(call: Call, body: dict, old: dict | None) -> None:
    agent = f"service-{number_of(call.project)}@gcp-sa-logging.iam.gserviceaccount.com"
    body["writerIdentity"] = f"serviceAccount:{agent}"


METRICS = Collection(
    id="body:name",
    name="{id}",
    stamps=STAMPS,
    on_write=describe_metric,
    not_found="Metric {id} does not exist.",
    exists="Metric {id} already exists",
    defaults=(Rule({"metricDescriptor": {"metricKind": "DELTA", "valueType": "INT64"}}),),
)
SINKS = Collection(
    id="body:name",
    name="{id}",
    stamps=STAMPS,
    on_write=appoint_writer,
    not_found="Sink {id} does not exist",
    exists="Sink {id} already exists",
    output_only=("writerIdentity", "resourceName"),
)
EXCLUSIONS = Collection(
    id="body:name",
    name="{key}",
    stamps=STAMPS,
    not_found="Exclusion {key} does not exist",
    exists="Exclusion {id} already exists",
)


def rpcs(noun: str, collection: str, update: str) -> dict[str, str]:
    names = {
        f"List{noun}s": "list",
        f"Get{noun}": "get",
        f"Create{noun}": "create",
        f"Update{noun}": update,
        f"Delete{noun}": "delete",
    }
    return {name: f"logging.projects.{collection}.{verb}" for name, verb in names.items()}


LIBRARY = "google.cloud.logging_v2"
APIS = (
    Api(
        name="logging",
        documents=("logging.v2",),
        collections={"projects.metrics": METRICS, "projects.sinks": SINKS, "projects.exclusions": EXCLUSIONS},
        grpc={
            "google.logging.v2.MetricsServiceV2": (LIBRARY, rpcs("LogMetric", "metrics", "update")),
            "google.logging.v2.ConfigServiceV2": (
                LIBRARY,
                {**rpcs("Sink", "sinks", "update"), **rpcs("Exclusion", "exclusions", "patch")},
            ),
        },
    ),
)
