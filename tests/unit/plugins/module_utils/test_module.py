# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From Ansible to the engine and back: options, credentials, results, and no secret in any of it."""

from __future__ import annotations

import json
from importlib import import_module

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.mainstay.platform.plugins.module_utils.module import arguments

OURS = "ansible_collections.mainstay.platform.plugins.modules."
CANARY = "canary-value-of-a-secret"
AUTOMATIC = {"automatic": {}}


@pytest.fixture
def ran(capsys, monkeypatch):
    """Run a module in this process: what it prints for Ansible, as a dict."""
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GCP_ACCESS_TOKEN", "GCP_PROJECT", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)

    def run(module, **options):
        given = {name: value for name, value in options.items() if value is not None}
        with patch_module_args(given), pytest.raises(SystemExit):
            import_module(OURS + module).main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return json.loads(printed.out.strip().splitlines()[-1])

    return run


@pytest.fixture
def at(emulator):
    """The options that point a module at the emulator."""
    return {"endpoint": emulator.url, "project": emulator.project}


DOCUMENTATION = """
options:
  name:
    description: A name.
    type: str
    required: true
  size:
    description: A size.
    type: int
    default: 3
  parts:
    description: Parts.
    type: list
    elements: dict
    suboptions:
      mode:
        description: A mode.
        type: str
        choices: [a, b]
      password:
        description: A password.
        type: str
"""


def test_the_options_are_those_of_the_documentation():
    assert arguments(DOCUMENTATION, {"parts.password"}) == {
        "name": {"type": "str", "required": True, "no_log": False},
        "size": {"type": "int", "default": 3, "no_log": False},
        "parts": {
            "type": "list",
            "elements": "dict",
            "no_log": False,
            "options": {
                "mode": {"type": "str", "choices": ["a", "b"], "no_log": False},
                "password": {"type": "str", "no_log": True},
            },
        },
    }


def test_a_resource_is_made_once(ran, at):
    options = {**at, "secret_id": "s", "replication": AUTOMATIC, "labels": {"a": "b"}}
    first = ran("gcp_secretmanager_secret", **options)
    assert first["changed"]
    assert first["resource"]["labels"] == {"a": "b"}
    assert first["diff"]["after"]["labels[a]"] == "b"
    again = ran("gcp_secretmanager_secret", **options)
    assert (again["changed"], again["diff"]) == (False, {})


def test_check_mode_writes_nothing(ran, at, emulator):
    options = {**at, "secret_id": "s", "replication": AUTOMATIC}
    assert ran("gcp_secretmanager_secret", **options, _ansible_check_mode=True)["changed"]
    assert not [key for key in emulator.stored() if key.endswith("/secrets/s")]


FAILS = {  # the module, its options, how the sentence begins
    "an unknown option": (
        "gcp_secretmanager_secret",
        {"secret_id": "s", "replicaton": AUTOMATIC},
        "replicaton",
        "did you mean replication?",
    ),
    "an unknown option further down": (
        "gcp_secretmanager_secret",
        {"secret_id": "s", "replication": {"automatik": {}}},
        "automatik",
        "did you mean automatic?",
    ),
    "a name that is missing": ("gcp_secretmanager_secret", {"replication": AUTOMATIC}, "secret_id", "missing"),
    "a name that Google would refuse": (
        "gcp_iam_service_account",
        {"account_id": "X"},
        "account_id 'X'",
        "would be refused by Google: it must be 6 to 30",
    ),
    "a value of the wrong type": ("gcp_secretmanager_secret", {"secret_id": "s", "labels": 5}, "labels", "dict"),
    "an endpoint that is none": (
        "gcp_secretmanager_secret",
        {"secret_id": "s", "endpoint": "localhost"},
        "endpoint 'localhost' is no address",
        "write http://HOST:PORT or https://HOST",
    ),
    "a key file that is not there": (
        "gcp_secretmanager_secret",
        {"secret_id": "s", "service_account_file": "/does/not/exist.json"},
        "no usable Google credentials",
        "or set service_account_file (GCP_SERVICE_ACCOUNT_FILE)",
    ),
    "a key that is no key": (
        "gcp_secretmanager_secret",
        {"secret_id": "s", "service_account_contents": "{}"},
        "no usable Google credentials",
        "run 'gcloud auth application-default login'",
    ),
    "a token that is not given": (
        "gcp_secretmanager_secret",
        {"secret_id": "s", "auth_kind": "accesstoken"},
        "no usable Google credentials (access_token is not given)",
        "or access_token (GCP_ACCESS_TOKEN)",
    ),
    "a data resource that shall go": (
        "gcp_secretmanager_secret",
        {"secret_id": "there", "state": "absent"},
        "holds data",
        "say delete_data: true beside state: absent",
    ),
}


@pytest.mark.parametrize(("module", "options", "begin", "end"), FAILS.values(), ids=FAILS)
def test_what_goes_wrong_is_one_sentence(ran, at, module, options, begin, end):
    ran("gcp_secretmanager_secret", **at, secret_id="there", replication=AUTOMATIC)
    result = ran(module, **{**at, **options})
    assert result["failed"]
    assert begin in result["msg"]
    assert end in result["msg"]
    assert "\n" not in result["msg"]


def test_without_credentials_it_says_what_to_do(ran, monkeypatch, tmp_path):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    result = ran("gcp_secretmanager_secret", secret_id="s", project="acme-prod", endpoint="http://127.0.0.1:1")
    assert result["msg"].startswith("no usable Google credentials (File ")


def test_the_project_comes_from_the_environment(ran, at, monkeypatch):
    monkeypatch.setenv("GCP_PROJECT", at["project"])
    result = ran("gcp_secretmanager_secret", endpoint=at["endpoint"], secret_id="s", replication=AUTOMATIC)
    assert result["resource"]["name"].endswith("/secrets/s")


def test_a_secret_is_in_no_result_of_a_module(ran, at):
    ran("gcp_secretmanager_secret", **at, secret_id="s", replication=AUTOMATIC)
    for value in (CANARY, f"{CANARY}-new"):
        result = ran("gcp_secretmanager_secret_version", **at, secret_id="s", value=value, _ansible_diff=True)
        assert result["changed"]
        assert CANARY not in json.dumps(result)


def test_a_secret_too_short_to_be_hunted_is_hidden_by_its_place(ran, at):
    item = {"kind": "secretmanager_secret_version", "secret_id": "s", "value": "zq9"}
    secret = {"kind": "secretmanager_secret", "secret_id": "s", "replication": AUTOMATIC}
    result = ran("gcp_resources", **at, resources=[secret, item])
    assert result["invocation"]["module_args"]["resources"] == [secret, {**item, "value": "********"}]
    assert "zq9" not in json.dumps(result)


def test_a_secret_is_in_no_result_of_a_batch(ran, at):
    items = [
        {"kind": "secretmanager_secret", "secret_id": "s", "replication": AUTOMATIC},
        {"kind": "secretmanager_secret_version", "secret_id": "s", "value": CANARY},
    ]
    result = ran("gcp_resources", **at, resources=items, _ansible_diff=True)
    assert [one["changed"] for one in result["resources"]] == [True, True]
    assert CANARY not in json.dumps(result)
    wrong = [items[0], {**items[1], "valu": CANARY}]
    failed = ran("gcp_resources", **at, resources=wrong)
    assert failed["failed"]
    assert CANARY not in json.dumps(failed)


def test_a_batch_tells_each_item_in_order_and_before_only_where_it_changed(ran, at):
    items = [{"kind": "secretmanager_secret", "secret_id": name, "replication": AUTOMATIC} for name in ("s", "t")]
    ran("gcp_resources", **at, resources=items[:1])
    result = ran("gcp_resources", **at, resources=items)
    assert [(one["kind"], one["id"].rpartition("/")[2], one["changed"]) for one in result["resources"]] == [
        ("secretmanager_secret", "s", False),
        ("secretmanager_secret", "t", True),
    ]
    assert ["before" in one for one in result["resources"]] == [False, True]


def test_a_batch_that_fails_in_part_tells_all_of_it(ran, at, emulator):
    emulator.faults(f"400 path=/v1/projects/{at['project']}/secrets method=*.create message='not today'")
    items = [
        {"kind": "secretmanager_secret", "secret_id": "s", "replication": AUTOMATIC},
        {"kind": "iam_binding", "role": "roles/viewer", "members": ["user:one@example.com"]},
    ]
    result = ran("gcp_resources", **at, resources=items)
    name = f"secretmanager_secret projects/{at['project']}/secrets/s"
    assert result["msg"] == f"1 of 2 resources failed:\n{name}: not today"
    assert (result["failed"], result["changed"]) == (True, True)
    assert [one.get("error", "") for one in result["resources"]] == ["not today", ""]


def test_reading_tells_what_there_is_and_what_is_not(ran, at):
    ran("gcp_secretmanager_secret", **at, secret_id="s", replication=AUTOMATIC)
    items = [{"kind": "secretmanager_secret", "secret_id": name} for name in ("s", "t")]
    result = ran("gcp_resource_info", **at, resources=items)
    assert [one["exists"] for one in result["resources"]] == [True, False]
    assert not result["changed"]
