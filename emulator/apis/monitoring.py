# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud Monitoring: notification channels and alert policies (v3), dashboards (v1)."""

from __future__ import annotations

from emulator import engine, errors
from emulator.cloud import Call, rfc3339
from emulator.model import Api, Collection, Rule

OPERATOR = "operator@example.com"
MISSING = "Requested entity was not found."


def record() -> dict:
    return {"mutateTime": rfc3339(), "mutatedBy": OPERATOR}


def complete_policy(call: Call, body: dict, old: dict | None) -> None:
    body["mutationRecord"] = record()
    body["creationRecord"] = (old or {}).get("creationRecord") or record()
    for condition in body.get("conditions", []):
        condition.setdefault("name", f"{call.target}/conditions/{engine.numeric_id(call, body)}")
    for channel in body.get("notificationChannels", []):
        if call.store.get(f"monitoring/{call.cloud.canonical(channel)}") is None:
            raise errors.ApiError(404, f"Could not find notification channel '{channel}'.")


def complete_channel(call: Call, body: dict, old: dict | None) -> None:
    if not body.get("type"):
        raise errors.invalid(
            'Field notification_channel.type had an invalid value of "": A non-empty channel type must be specified.'
        )
    body["mutationRecords"] = [record(), *(old or {}).get("mutationRecords", [])][:10]
    body["creationRecord"] = (old or {}).get("creationRecord") or record()


def refuse_when_used(call: Call, body: dict) -> None:
    if call.param("force") == "true":
        return
    used = [
        policy["name"]
        for _key, policy in call.store.children(f"monitoring/projects/{call.project}/alertPolicies")
        if body["name"] in policy.get("notificationChannels", [])
    ]
    if used:
        raise errors.ApiError(
            400,
            f"Cannot delete notification channel {body['name']}, used by alert policies {', '.join(used)}.",
            "FAILED_PRECONDITION",
        )


def dashboard_id(call: Call, body: dict) -> str:
    return call.body.get("name", "").rsplit("/", 1)[-1] or call.cloud.unique()


def complete_widgets(call: Call, body: dict, old: dict | None) -> None:
    if not body.get("displayName"):
        raise errors.invalid("Field displayName is required.")
    _complete(body)


def _complete(node) -> None:
    for each in node.values() if isinstance(node, dict) else node:
        if isinstance(each, (dict, list)):
            _complete(each)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("text"), dict):
        node["text"].setdefault("style", {})
        node["text"].setdefault("format", "MARKDOWN")
    for chart in node.get("dataSets", []):
        chart.setdefault("targetAxis", "Y1")
    for table in node.get("timeSeriesTable", {}).get("dataSets", []):
        table.pop("targetAxis", None)
        table.setdefault("minAlignmentPeriod", "0s")


POLICIES = Collection(
    id=engine.numeric_id,
    mask="replace",
    on_write=complete_policy,
    not_found=MISSING,
    output_only=("creationRecord", "mutationRecord"),
    defaults=(Rule({"enabled": True}),),
)
CHANNELS = Collection(
    id=engine.numeric_id,
    mask="replace",
    on_write=complete_channel,
    on_delete=refuse_when_used,
    not_found=MISSING,
    immutable=("type",),
    immutable_message="Field notification_channel.{field} cannot be changed.",
    output_only=("creationRecord", "mutationRecords", "verificationStatus"),
    defaults=(Rule({"enabled": True}),),
)
DASHBOARDS = Collection(
    id=dashboard_id,
    name="{numbered}",
    mask="replace",
    stamps={"etag": "token"},
    on_write=complete_widgets,
    not_found=MISSING,
    exists="Requested entity already exists.",
)


def rpcs(noun: str, collection: str, plural: str = "") -> dict[str, str]:
    names = {
        f"List{plural or noun + 's'}": "list",
        f"Get{noun}": "get",
        f"Create{noun}": "create",
        f"Update{noun}": "patch",
        f"Delete{noun}": "delete",
    }
    return {name: f"monitoring.projects.{collection}.{verb}" for name, verb in names.items()}


LIBRARY = "google.cloud.monitoring_v3"
APIS = (
    Api(
        name="monitoring",
        documents=("monitoring.v3",),
        collections={"projects.alertPolicies": POLICIES, "projects.notificationChannels": CHANNELS},
        grpc={
            "google.monitoring.v3.AlertPolicyService": (LIBRARY, rpcs("AlertPolicy", "alertPolicies", "AlertPolicies")),
            "google.monitoring.v3.NotificationChannelService": (
                LIBRARY,
                rpcs("NotificationChannel", "notificationChannels"),
            ),
        },
    ),
    Api(
        name="monitoring",
        documents=("monitoring.v1",),
        collections={"projects.dashboards": DASHBOARDS},
        grpc={
            "google.monitoring.dashboard.v1.DashboardsService": (
                "google.cloud.monitoring_dashboard_v1",
                rpcs("Dashboard", "dashboards"),
            )
        },
    ),
)
