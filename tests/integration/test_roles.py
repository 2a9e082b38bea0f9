# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each role alone, with the few variables that it needs, and what it never shows."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.support import ROOT

CANARY = "canary-7f3e9a1c5d"
SERVICE = {"name": "a", "image": "a", "service_account": "luckygas-api"}
ROLES = {
    "project": {"project_id": "PROJECT", "project_services": ["sqladmin.googleapis.com", "redis.googleapis.com"]},
    "identity": {
        "identity_project": "PROJECT",
        "identity_accounts": [{"name": "luckygas-api", "display_name": "Lucky Gas API"}],
        "identity_bindings": [
            {"role": "roles/cloudsql.client", "members": ["luckygas-api", "group:ops@luckygas.tw"]},
            {
                "role": "roles/cloudsql.editor",
                "members": ["luckygas-api"],
                "condition": {"title": "this year", "expression": "request.time < timestamp('2027-01-01T00:00:00Z')"},
            },
        ],
    },
    "secrets": {
        "secrets_project": "PROJECT",
        "secrets_labels": {"environment": "staging"},
        "secrets_locations": ["asia-east1", "asia-east2"],
        "secrets_list": [
            {"name": "generated", "generate": {"length": 50}, "accessors": ["group:ops@luckygas.tw"]},
            {"name": "given", "value": f"{CANARY}-value", "keep": 2, "labels": {"team": "data"}},
            {"name": "structure", "json": {"password": f"{CANARY}-json"}},
            {"name": "placed", "placeholder": "to be filled in"},
            {"name": "empty"},
        ],
    },
    "database": {
        "database_project": "PROJECT",
        "database_instance": "main",
        "database_region": "asia-east1",
        "database_databases": [{"name": "luckygas"}],
        "database_users": [
            {"name": "luckygas", "password_secret": "password", "password_readers": ["group:ops@luckygas.tw"]},
            {"name": "reports", "password": f"{CANARY}-password"},
            {"name": "ops@luckygas.tw", "type": "CLOUD_IAM_GROUP"},
        ],
    },
    "storage": {
        "storage_project": "PROJECT",
        "storage_location": "asia-east1",
        "storage_labels": {"environment": "staging"},
        "storage_buckets": [
            {
                "name": "media",
                "suffix": True,
                "lifecycle": [{"action": {"type": "Delete"}, "condition": {"days_since_noncurrent_time": 30}}],
                "cors": [{"origin": ["https://luckygas.tw"], "method": ["GET"], "max_age_seconds": 3600}],
                "access": {"roles/storage.objectUser": ["group:ops@luckygas.tw"]},
                "labels": {"team": "data"},
            },
            {
                "name": "static",
                "suffix": True,
                "public": True,
                "settings": {"website": {"main_page_suffix": "index.html"}},
            },
            {
                "name": "backups",
                "suffix": True,
                "storage_class": "NEARLINE",
                "retention_days": 7,
                "soft_delete_days": 0,
            },
        ],
    },
    "run": {
        "run_project": "PROJECT",
        "run_location": "asia-east1",
        "run_services": [
            {
                "name": "api",
                "image": "asia-east1-docker.pkg.dev/luckygas/images/api:1",
                "service_account": "api@luckygas.tw",
                "env": {"LOG_LEVEL": "info", "WORKERS": 2},
                "secrets": {"JWT_KEY": "jwt-key", "MAPS_KEY": "maps-key:3"},
                "secret_files": {"/secrets/mail/credential.json": "mail"},
                "databases": ["main", "luckygas:asia-east1:reports"],
                "startup_probe": {"http_get": {"path": "/health"}},
                "public": True,
            },
            {
                "name": "worker",
                "image": "asia-east1-docker.pkg.dev/luckygas/images/worker:1",
                "service_account": "worker@luckygas.tw",
                "ingress": "internal",
                "network": {"network": "main", "subnetwork": "services"},
                "cpu_always": True,
                "invokers": ["group:ops@luckygas.tw"],
            },
        ],
        "run_jobs": [
            {
                "name": "migrate-job",
                "image": "asia-east1-docker.pkg.dev/luckygas/images/api:1",
                "service_account": "api@luckygas.tw",
                "command": ["python", "manage.py", "migrate"],
                "databases": ["main"],
            }
        ],
    },
    "monitoring": {
        "monitoring_project": "PROJECT",
        "monitoring_labels": {"environment": "staging"},
        "monitoring_channels": [{"name": "Operations", "labels": {"email_address": "ops@luckygas.tw"}}],
        "monitoring_alerts": [
            {
                "name": "Errors",
                "text": "Look at the newest revision.",
                "severity": "CRITICAL",
                "filter": 'resource.type = "cloud_run_revision" AND metric.labels.response_code_class = "5xx"',
                "divided_by": 'resource.type = "cloud_run_revision"',
                "aligner": "ALIGN_RATE",
                "reducer": "REDUCE_SUM",
                "above": 0.05,
            },
            {
                "name": "Accuracy",
                "text": "Train anew.",
                "filter": 'resource.type = "global"',
                "below": 0.8,
                "channels": [],
            },
            {
                "name": "Backup is missing",
                "text": "Look at the backup job.",
                "conditions": [
                    {
                        "display_name": "none for 23 hours",
                        "condition_absent": {"filter": 'resource.type = "global"', "duration": "1380m"},
                    }
                ],
            },
        ],
        "monitoring_dashboards": [
            {
                "name": "Overview",
                "charts": [
                    {"title": "Requests", "filter": 'resource.type = "cloud_run_revision"', "aligner": "ALIGN_RATE"},
                    {"title": "Hits", "filter": 'metric.type = "hits"', "divided_by": 'metric.type = "all"'},
                ],
            },
            {
                "name": "Notes",
                "layout": {"column_layout": {"columns": [{"widgets": [{"text": {"content": "Notes"}}]}]}},
            },
        ],
    },
}
BAD = {  # a role, what is laid over its variables, and what the one sentence about it says
    "project without its id": ("project", {"project_id": None}, "project_id"),
    "misspelt option": ("secrets", {"secrets_list": [{"nam": "x"}]}, "secrets_list.nam"),
    "unknown choice": ("database", {"database_availability": "GLOBAL"}, "ZONAL, REGIONAL"),
    "name refused by Google": ("database", {"database_instance": "Main"}, "'Main' would be refused by Google"),
    "setting that is none": ("database", {"database_settings": {"teir": "x"}}, "did you mean tier?"),
    "two ways for one value": (
        "secrets",
        {"secrets_list": [{"name": "x", "value": "one-value", "placeholder": "two"}]},
        "exclude each other",
    ),
    "service without an account of its own": (
        "run",
        {"run_services": [{"name": "a", "image": "a"}]},
        "service_account",
    ),
    "door that is none": ("run", {"run_services": [{**SERVICE, "ingress": "open"}]}, "all, internal"),
    "bucket's class that is none": (
        "storage",
        {"storage_buckets": [{"name": "a", "storage_class": "ICE"}]},
        "STANDARD",
    ),
    "rule that is none": (
        "storage",
        {"storage_buckets": [{"name": "abc", "lifecycle": [{"action": {"typ": "Delete"}}]}]},
        "did you mean type?",
    ),
    "alert without a threshold": (
        "monitoring",
        {"monitoring_alerts": [{"name": "a", "text": "a", "filter": "a"}]},
        "above, below, conditions",
    ),
    "alert to nobody known": (
        "monitoring",
        {"monitoring_alerts": [{"name": "a", "text": "a", "filter": "a", "above": 1, "channels": ["Operation"]}]},
        "monitoring_notification_channel/Operations",
    ),
    "member without its type": (
        "identity",
        {"identity_bindings": [{"role": "roles/viewer", "members": ["ops@luckygas.tw"]}]},
        "user:, group:, serviceAccount: or domain:",
    ),
}


def alone(role: str, project: str, over=None) -> list[dict]:
    """The one task that a user writes."""
    variables = {**ROLES[role], **(over or {})}
    variables = {name: project if value == "PROJECT" else value for name, value in variables.items()}
    variables = {name: value for name, value in variables.items() if value is not None}
    return [{"ansible.builtin.include_role": {"name": f"mainstay.platform.{role}"}, "vars": variables}]


def resources(run) -> list[dict]:
    """What the role's one batch says of its resources."""
    [task] = [task for task in run.tasks if task["action"] == "mainstay.platform.gcp_resources"]
    return task["result"]["resources"]


def changes(run) -> list[str]:
    return [f"{one['kind']} {one['id']}" for one in resources(run) if one["changed"]]


@pytest.fixture
def watched(playbook, emulator):
    """Run at -vvv, and see to it that the canary is in no output, command line, file left behind or emulator's log."""

    def run(tasks, **options):
        process, finish = playbook.start(tasks, diff=True, verbosity=3, **options)
        commands = set()
        with ThreadPoolExecutor(1) as pool:
            output = pool.submit(process.stdout.read)
            while process.poll() is None:
                commands |= running()
                time.sleep(0.02)
        done = finish(output.result())
        assert done.rc == 0, done.output
        assert CANARY not in done.output
        assert not [line for line in commands if CANARY in line]
        return done

    yield run
    left = [path for path in playbook.folder.rglob("*") if path.is_file() and path.name != "playbook.yml"]
    assert left
    assert not [path for path in [*left, emulator.log] if CANARY.encode() in path.read_bytes()]


def running() -> set[str]:
    """The command lines of all processes."""
    lines = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue  # it has ended meanwhile
    return lines


@pytest.mark.parametrize("role", ROLES)
def test_alone_twice_without_showing_a_secret(role, watched, emulator):
    tasks = alone(role, emulator.project)
    checked, made, again = (watched(tasks, check=check) for check in (True, False, False))
    if role != "project":  # the emulator's projects have the APIs enabled
        assert changes(made)
    assert changes(checked) == changes(made)
    assert changes(again) == []


@pytest.mark.parametrize("role", ROLES)
def test_check_mode_on_an_empty_project(role, playbook, emulator):
    project = f"{emulator.project}-fresh"
    checked = playbook(alone(role, project), check=True)
    assert checked.rc == 0, checked.output
    assert len(changes(checked)) == len(resources(checked))


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence_before_anything_is_written(case, playbook, emulator):
    role, over, says = BAD[case]
    before = emulator.writes()
    run = playbook(alone(role, emulator.project, over))
    assert run.rc == 2
    failed = next(task for task in run.tasks if task["status"] == "failed")
    assert says in failed["result"]["msg"]
    assert "Traceback" not in run.output
    assert emulator.writes() == before


def test_the_union_in_one_call_from_an_empty_project(playbook, emulator):
    local = {"ANSIBLE_INVENTORY": str(ROOT / "inventories/local"), "GCP_ENDPOINT": emulator.url}
    project = {"cloud_project": f"{emulator.project}-fresh"}
    made, again = (playbook(ROOT / "site.yml", extra_vars=project, environment=local) for _time in range(2))
    assert made.rc == again.rc == 0, made.output
    assert len(resources(made)) >= 40
    assert changes(made)
    assert changes(again) == []


def test_a_database_password_is_generated_once_and_kept(playbook, emulator):
    def version() -> dict:
        name = f"/v1/projects/{emulator.project}/secrets/password/versions/latest:access"
        return emulator.ask("GET", name)

    tasks = alone("database", emulator.project)
    playbook(tasks)
    first = version()
    playbook(tasks)
    assert version() == first


def test_settings_are_laid_over_what_the_variables_say(playbook, emulator):
    over = {
        "database_settings": {"backup_configuration": {"enabled": False}, "activation_policy": "NEVER"},
        "database_users": [],
        "database_databases": [],
    }
    run = playbook(alone("database", emulator.project, over), check=True)
    settings = resources(run)[0]["after"]["settings"]
    assert settings["activation_policy"] == "NEVER"
    assert settings["backup_configuration"]["point_in_time_recovery_enabled"] is True


def test_a_private_network_takes_the_place_of_the_public_address(playbook, emulator):
    network = f"projects/{emulator.project}/global/networks/main"
    run = playbook(alone("database", emulator.project, {"database_private_network": network}), check=True)
    addresses = resources(run)[0]["after"]["settings"]["ip_configuration"]
    assert addresses["private_network"] == network
    assert not addresses.get("ipv4_enabled")


INTRUSIONS = {  # role: the keys of what somebody changes behind its back, how, and the paths that a check then reports
    "storage": {
        "storage/b/media-{suffix}": (
            {"iamConfiguration": {"publicAccessPrevention": "inherited"}, "softDeletePolicy": None},
            ["iam_configuration.public_access_prevention", "soft_delete_policy.retention_duration_seconds"],
        ),
        "storage/b/backups-{suffix}": ({"retentionPolicy": None}, ["retention_policy.retention_period"]),
        "storage/b/static-{suffix}": (
            {"iamConfiguration": {"uniformBucketLevelAccess": {"enabled": False}}},
            ["iam_configuration.uniform_bucket_level_access.enabled"],
        ),
    },
    "run": {
        "run/projects/{project}/locations/asia-east1/services/worker": (
            {
                "ingress": "INGRESS_TRAFFIC_ALL",
                "invokerIamDisabled": True,
                "traffic": [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 100, "tag": "somebodys"}],
            },
            ["ingress", "invoker_iam_disabled"],
        ),
        "policies/run/projects/{project}/locations/asia-east1/services/worker": (
            {"bindings": [{"role": "roles/run.invoker", "members": ["group:ops@luckygas.tw", "allUsers"]}]},
            ["members[allUsers]"],
        ),
    },
}


@pytest.mark.parametrize("role", INTRUSIONS)
def test_a_door_that_somebody_opens_is_reported(role, playbook, emulator):
    tasks = alone(role, emulator.project)
    playbook(tasks)
    names = {"project": emulator.project, "suffix": hashlib.sha256(emulator.project.encode()).hexdigest()[:6]}
    for key, (change, _paths) in INTRUSIONS[role].items():
        emulator.mutate(key.format(**names), merge=change)
    run = playbook(tasks, check=True)
    found = [difference["path"] for one in resources(run) for difference in one.get("differences", ())]
    assert sorted(found) == sorted(path for _change, paths in INTRUSIONS[role].values() for path in paths)


def test_secrets_and_databases_reach_a_service_by_their_names(playbook, emulator):
    run = playbook(alone("run", emulator.project), check=True)
    template = resources(run)[0]["after"]["template"]
    [container] = template["containers"]
    held = {one["name"]: one["value_source"]["secret_key_ref"] for one in container["env"] if "value_source" in one}
    assert held == {
        "JWT_KEY": {"secret": "jwt-key", "version": "latest"},
        "MAPS_KEY": {"secret": "maps-key", "version": "3"},
    }
    assert {one["name"]: one["mount_path"] for one in container["volume_mounts"]} == {
        "secret-1": "/secrets/mail",
        "cloudsql": "/cloudsql",
    }
    [mail, sockets] = template["volumes"]
    assert mail["secret"] == {"secret": "mail", "items": [{"path": "credential.json", "version": "latest"}]}
    assert sockets["cloud_sql_instance"]["instances"] == [
        f"{emulator.project}:asia-east1:main",
        "luckygas:asia-east1:reports",
    ]
