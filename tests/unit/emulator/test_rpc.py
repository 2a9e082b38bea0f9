# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""gRPC: the official clients that speak nothing else, over the same store, errors and faults."""

from __future__ import annotations

import pytest

grpc = pytest.importorskip("grpc")
iam_admin = pytest.importorskip("google.cloud.iam_admin_v1")
monitoring = pytest.importorskip("google.cloud.monitoring_v3")

from google.api_core import exceptions, retry  # noqa: E402


def client(server, kind, module: str):
    transport = kind.get_transport_class("grpc")
    return kind(transport=transport(channel=grpc.insecure_channel(f"127.0.0.1:{server.port + 1}")))


def test_accounts(server):
    iam = client(server, iam_admin.IAMClient, "iam")
    account = iam.create_service_account(name="projects/p", account_id="by-grpc", service_account={"description": "d"})
    assert server.ok("GET", f"/v1/{account.name}")["description"] == "d"
    account.display_name = "new"
    update = {"service_account": account, "update_mask": {"paths": ["display_name"]}}
    assert iam.patch_service_account(request=update).display_name == "new"
    iam.disable_service_account(request={"name": account.name})
    assert [each.disabled for each in iam.list_service_accounts(name="projects/p")] == [True]
    assert iam.get_iam_policy(request={"resource": account.name}).etag == b"\x00\x20\x01"
    with pytest.raises(exceptions.AlreadyExists):
        iam.create_service_account(name="projects/p", account_id="by-grpc")
    with pytest.raises(exceptions.PermissionDenied) as caught:
        iam.get_service_account(name="projects/missing-p/serviceAccounts/a@b.c")
    assert caught.value.reason == "CONSUMER_INVALID"


def test_faults_apply(server):
    iam = client(server, iam_admin.IAMClient, "iam")
    server.ok("POST", "/_emulator/faults", {"spec": "429 retry_after=3; silent after=1"})
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        iam.list_service_accounts(request={"name": "projects/p"}, retry=None)
    assert caught.value.details[0].retry_delay.seconds == 3
    with pytest.raises(exceptions.DeadlineExceeded):
        iam.list_service_accounts(request={"name": "projects/p"}, retry=None, timeout=0.2)


def test_monitoring(server):
    channels = client(server, monitoring.NotificationChannelServiceClient, "notification_channel_service")
    policies = client(server, monitoring.AlertPolicyServiceClient, "alert_policy_service")
    made = {"type": "email", "display_name": "ops", "labels": {"email_address": "a@example.com"}}
    channel = channels.create_notification_channel(name="projects/p", notification_channel=made)
    found = channels.list_notification_channels(request={"name": "projects/p", "filter": 'display_name = "ops"'})
    assert [each.name for each in found] == [channel.name]
    condition = {"display_name": "c", "condition_threshold": {"filter": "f", "comparison": "COMPARISON_GT"}}
    policy = {"display_name": "x", "combiner": "OR", "conditions": [condition], "notification_channels": [channel.name]}
    policy = policies.create_alert_policy(name="projects/p", alert_policy=policy)
    assert policy.enabled
    policy.enabled = False
    assert not policies.update_alert_policy(alert_policy=policy, update_mask={"paths": ["enabled"]}).enabled
    with pytest.raises(exceptions.FailedPrecondition):
        channels.delete_notification_channel(name=channel.name, retry=retry.Retry(predicate=lambda error: False))
