# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One policy for every call: what a request holds, what is repeated, how long anything may take."""

from __future__ import annotations

import time

import pytest
from google.cloud import secretmanager_v1

from ansible_collections.mainstay.platform.plugins.module_utils import api as calls
from ansible_collections.mainstay.platform.plugins.module_utils.api import Api, Clock
from ansible_collections.mainstay.platform.plugins.module_utils.catalogue import KINDS
from ansible_collections.mainstay.platform.plugins.module_utils.faults import Again, Fault, Missing

SECRETS = "secretmanager_v1.SecretManagerServiceClient"
SECRET = KINDS["secretmanager_secret"]
SQL = KINDS["sql_instance"]


def clock(seconds=20.0, tell=lambda line: None):
    return Clock(seconds, "the resource", tell)


@pytest.fixture
def api(emulator):
    return Api(endpoint=emulator.url)


def given(emulator, name="s"):
    return {"name": f"projects/{emulator.project}/secrets/{name}", "project": emulator.project, "body": None}


def test_a_request_takes_what_it_asks_for_and_nothing_else():
    method = secretmanager_v1.SecretManagerServiceClient.update_secret
    secret = SECRET.schema(name="projects/p/secrets/s", labels={"a": "b"})
    offered = {"body": secret, "update_mask": ["labels"], "project": "p", "secret_id": "s"}
    request = type(calls._request(method, offered)).pb(calls._request(method, offered))
    assert request.secret == secret
    assert request.update_mask.paths == ["labels"]
    assert [field.name for field, _value in request.ListFields()] == ["secret", "update_mask"]


def test_one_client_serves_all_calls(api):
    assert api.client(SECRETS) is api.client(SECRETS)


def test_an_api_may_have_an_endpoint_of_its_own(emulator):
    elsewhere = Api(endpoint="http://127.0.0.1:1", endpoints={"secretmanager": emulator.url})
    with pytest.raises(Missing):
        elsewhere.call(SECRETS, "get_secret", given(emulator), clock())


READS = {  # a fault, how often it strikes, how often the read is tried, what comes of it
    "unavailable": ("503 times=2 retry_after=0", 3),
    "too many requests": ("429 times=1 retry_after=0", 2),
    "reset": ("reset times=1", 2),
    "no permission": ("403 times=1", 1),
}


@pytest.mark.parametrize(("fault", "tries"), READS.values(), ids=READS)
def test_a_read_is_repeated_when_that_may_help(api, emulator, fault, tries):
    what, *options = fault.split()
    emulator.faults(" ".join([what, "method=secretmanager.projects.secrets.get", *options]))
    before = emulator.counts().get("secretmanager.projects.secrets.get", 0)
    with pytest.raises(Fault):
        api.call(SECRETS, "get_secret", given(emulator), clock())
    assert emulator.counts()["secretmanager.projects.secrets.get"] - before == tries


def test_a_write_is_not_repeated(api, emulator):
    emulator.faults("503 method=secretmanager.projects.secrets.delete times=1")
    with pytest.raises(Again):
        api.call(SECRETS, "delete_secret", given(emulator), clock(), again=False)


def test_retry_after_is_waited_for(api, emulator):
    emulator.faults("429 method=secretmanager.projects.secrets.get times=1 retry_after=1")
    begin = time.monotonic()
    with pytest.raises(Missing):
        api.call(SECRETS, "get_secret", given(emulator), clock())
    assert time.monotonic() - begin >= 1


def test_a_silent_server_is_an_error_by_the_deadline(api, emulator):
    emulator.faults("silent method=secretmanager.projects.secrets.get times=0")
    begin = time.monotonic()
    with pytest.raises(Fault, match=r"no answer from the API|gave up after 1 s"):
        api.call(SECRETS, "get_secret", given(emulator), clock(1))
    assert time.monotonic() - begin < 5


def insert(api, emulator, watch):
    scope = {"project": emulator.project, "name": "main"}
    body = SQL.schema(region="europe-west1", database_version="POSTGRES_15")
    body.settings.tier = "db-f1-micro"
    return SQL._call(api, "create", scope, watch, body=body)


def test_an_operation_is_waited_for(api, emulator):
    insert(api, emulator, clock())
    assert SQL.read(api, {"project": emulator.project, "name": "main"}, clock()).name == "main"


def test_an_operation_that_ends_in_an_error_says_which(api, emulator):
    emulator.faults("operation_error method=sql.instances.insert message='no capacity'")
    with pytest.raises(Fault) as caught:
        insert(api, emulator, clock())
    what = f"insert of projects/{emulator.project}/instances/main"
    assert str(caught.value).startswith(f"the operation {what} ended in an error: ")
    assert "no capacity" in str(caught.value)


def test_an_operation_that_never_ends_is_an_error_by_the_deadline(api, emulator):
    emulator.faults("operation_never method=sql.instances.insert")
    with pytest.raises(Fault) as caught:
        insert(api, emulator, clock(1))
    what = f"insert of projects/{emulator.project}/instances/main"
    assert str(caught.value) == (
        f"gave up after 1 s: waiting for the operation {what}; run again to go on, or raise the timeout option"
    )


def test_a_long_wait_is_told_while_it_lasts(monkeypatch):
    monkeypatch.setattr(calls, "NEWS", 0.01)
    lines = []
    clock(20, lines.append).sleep(0.5, "waiting for the operation create")
    assert "the resource: waiting for the operation create (0 s of at most 20 s)" in lines


def test_a_short_wait_is_not_told():
    lines = []
    clock(20, lines.append).sleep(0, "waiting")
    assert lines == []


def test_no_call_may_take_longer_than_there_is_time():
    assert clock(1000).call == calls.CALL
    assert 1 < clock(5).call <= 5
    assert clock(0).call == 0.1
