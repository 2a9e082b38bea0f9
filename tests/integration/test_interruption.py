# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs that are killed, runs at the same time, tokens that run out."""

from __future__ import annotations

import json
import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.integration.support import batch, kill, one

INSTANCE = {"kind": "sql_instance", "name": "main", "region": "europe-west6", "settings": {"tier": "db-f1-micro"}}
DATABASE = {"kind": "sql_database", "instance": "main", "name": "api"}


@pytest.fixture(scope="module")
def emulator_options():
    return ("--operation-ms", "6000")


def until(holds, seconds: float = 30) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)


def test_a_killed_create_is_adopted(playbook, emulator):
    process, finish = playbook.start([{"name": "create", **batch(INSTANCE, DATABASE)}])
    until(lambda: emulator.counts().get("sql.instances.insert"))
    kill(process.pid)
    finish(process.communicate()[0])
    run = playbook([{"name": "adopt", **batch(INSTANCE, DATABASE)}, {"name": "again", **batch(INSTANCE, DATABASE)}])
    assert run.rc == 0, run.output
    assert run["adopt"]["resources"][0]["after"]["state"] == "RUNNABLE"
    assert run["adopt"]["resources"][1]["changed"]
    assert not run["again"]["changed"]
    assert emulator.counts()["sql.instances.insert"] == 1
    assert emulator.counts()["sql.databases.insert"] == 1


def test_a_long_wait_is_told(playbook):
    run = playbook([{"name": "create", **batch({**INSTANCE, "name": "slow"})}])
    assert "sql_instance projects/" in run.output
    assert "instances/slow: waiting for the operation insert" in run.output


def test_two_runs_on_one_policy_lose_nobody(playbook, emulator):
    emulator.faults("slow=300 method=cloudresourcemanager.projects.setIamPolicy times=0")
    people = [[f"user:{side}{number}@example.com" for number in range(4)] for side in ("ann", "bob")]

    def bindings(members):
        roles = ["roles/viewer", "roles/run.invoker"]
        return batch(*({"kind": "iam_binding", "role": role, "members": members} for role in roles))

    started = [playbook.start([{"name": "bind", **bindings(members)}]) for members in people]
    runs = [finish(process.communicate()[0]) for process, finish in started]
    assert [run.rc for run in runs] == [0, 0], runs[0].output + runs[1].output
    policy = emulator.stored()[f"policies/cloudresourcemanager/projects/{emulator.project}"]
    for role in ("roles/viewer", "roles/run.invoker"):
        [binding] = [each for each in policy["bindings"] if each["role"] == role]
        assert sorted(binding["members"]) == sorted(people[0] + people[1])


def test_an_access_token_that_has_expired(playbook, emulator):
    emulator.faults("expired method=secretmanager.* times=0")
    secret = one("secretmanager_secret", secret_id="a", replication={"automatic": {}}, access_token="out-of-date")
    run = playbook([{"name": "create", **secret}])
    assert "Google refused the credentials" in run["create"]["msg"]
    assert "give a fresh access_token" in run["create"]["msg"]
    assert "Traceback" not in run.output
    assert "out-of-date" not in run.output


@pytest.fixture
def key_file(tmp_path):
    """The key of a service account, made up."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = {
        "type": "service_account",
        "client_email": "runner@acme.iam.gserviceaccount.com",
        "private_key": key.decode(),
        "private_key_id": "one",
        "token_uri": "http://127.0.0.1:9/token",
    }
    path = tmp_path / "key.json"
    path.write_text(json.dumps(account))
    return path


def test_a_token_that_expires_in_the_middle_is_renewed(playbook, emulator, key_file):
    emulator.faults("expired method=secretmanager.projects.secrets.create")
    secret = one(
        "secretmanager_secret", secret_id="a", replication={"automatic": {}}, service_account_file=str(key_file)
    )
    run = playbook([{"name": "create", **secret}])
    assert run.rc == 0, run.output
    assert emulator.counts()["secretmanager.projects.secrets.create"] == 2
