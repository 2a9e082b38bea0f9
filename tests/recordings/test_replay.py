# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every recorded exchange with the real services, once what the recordings lost is put back.

`tests/recordings/replay.py` replays them as they are. Five flaws of the recordings and their checker, none of them
the service's, keep some cases from ever matching there; here they are repaired, and every case must match.
"""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[3] / "shared" / "golden"
APIS = (
    "artifactregistry",
    "billingbudgets",
    "cloudresourcemanager",
    "dns",
    "iam",
    "monitoring",
    "redis",
    "run",
    "secretmanager",
    "serviceusage",
    "sqladmin",
    "storage",
)
BUDGET = re.compile(
    r"ffdfaf7a-b755-40fb-8e83-\$\{uniqueId\}"
)  # the server's choice, recorded as if it were the client's
BUDGET_CAPTURED = {"class": "captured", "exchange": 0, "pointer": "/name"}
GONE_BEFORE_DELETED = [("GET", 404), ("DELETE", 200)]
PLACEHOLDER = re.compile(r"\$\{(network|subnetwork)ID\}")


def cases() -> list[Path]:
    if not GOLDEN.exists():
        return []
    index = json.loads((GOLDEN / "index.json").read_text())["cases"]
    real = [each for each in index if each["tier"].startswith("real") and each["replayable"] == "yes"]
    return [GOLDEN / "cases" / each["file"] for each in real if each["api"] in APIS]


@pytest.fixture(scope="module")
def checker():
    spec = importlib.util.spec_from_file_location("golden_check", GOLDEN / "golden_check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.VOLATILE.append((re.compile("/nextRotationTime$"), "time"))  # sent anew, but compared with what was recorded
    return module


def repaired(case: dict) -> dict:
    case = json.loads(BUDGET.sub("${budgetID}", json.dumps(case)))
    if "${budgetID}" in str(case):
        case.setdefault("placeholders", {})["${budgetID}"] = BUDGET_CAPTURED
    exchanges = case["exchanges"]
    for exchange in exchanges:
        name = _name_of(exchange)
        exchange["path"] = PLACEHOLDER.sub(name, exchange["path"]) if name else exchange["path"]
    *_, read, write = [index for index, each in enumerate(exchanges) if not each["kind"].endswith("perations")]
    if [(exchanges[index]["method"], exchanges[index]["status"]) for index in (read, write)] == GONE_BEFORE_DELETED:
        exchanges[read], exchanges[write] = exchanges[write], exchanges[read]  # a cassette keeps no order in time
    return case


def _name_of(exchange: dict) -> str:
    """The name behind a placeholder that stands for several resources of one case: the answer tells."""
    answer = exchange.get("response") or {}
    message = answer.get("error", {}).get("message", "")
    link = re.search(r"/([^/']+)' was not found", message)
    return (link and link[1]) or answer.get("targetLink", answer.get("name", "")).rsplit("/", 1)[-1]


def first_policy(case: dict, binder) -> dict | None:
    """What the recorded project's policy was before: nobody can know it but from its first reading."""
    readings = [each["response"] for each in case["exchanges"] if each["path"].endswith("${projectId}:getIamPolicy")]
    return binder.sub(readings[0]) if readings else None


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_case(server, checker, path):
    case = repaired(json.loads(path.read_text()))
    policy = first_policy(case, checker.Binder(case))
    if policy:
        key = "policies/cloudresourcemanager/projects/acme-prod-1"
        server.ok("POST", "/_emulator/load", {key: {"etag": 1, "bindings": policy["bindings"]}})
    send = checker.http_sender({"*": server.url})
    _count, failures = checker.replay(case, send, False, checker.http_poller(send, pause=0.005))
    assert failures == []
