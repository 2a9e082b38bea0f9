# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes wrong on the way, and what becomes of it: the rows of faults.yml, all in one run of a playbook."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from tests.integration.support import HERE, Runner, ask, batch

PROJECT = "acme-faults"
ROWS = yaml.safe_load((HERE / "faults.yml").read_text().replace("PROJECT", PROJECT))


@pytest.fixture(scope="module")
def emulator_options():
    return ("--operation-ms", "600", "--propagation-ms", "1000", "--enabling-ms", "1500")


@pytest.fixture(scope="module")
def run(emulator_process, tmp_path_factory):
    """All rows, one after the other."""
    tasks = [task for row in ROWS for task in row_tasks(row, emulator_process.url)]
    return Runner(replace(emulator_process, project=PROJECT), tmp_path_factory.mktemp("faults"))(tasks)


def row_tasks(row: dict, url: str) -> list[dict]:
    """The row's batch, between a look at the counts before and after it."""
    name, before = row["name"], row.get("before")
    return [
        ask(f"before {name}", f"{url}/_emulator/requests"),
        ask(f"faults {name}", f"{url}/_emulator/faults", "POST", spec=row.get("faults", "")),
        *([ask(f"meanwhile {name}", url + before["path"], before["method"])] if before else []),
        {"name": name, **batch(*row["items"]), "ignore_errors": True},
        ask(f"after {name}", f"{url}/_emulator/requests"),
    ]


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_fault(row, run):
    found, name = run[row["name"]], row["name"]
    assert "Traceback" not in run.output
    assert "resources" in found, found["msg"]
    errors = {place: item["error"] for place, item in enumerate(found["resources"]) if "error" in item}
    assert set(errors) == set(row.get("says", {})), errors
    for place, fragments in row.get("says", {}).items():
        [sentence] = [line for line in found["msg"].splitlines() if line.startswith(fragments[0])]
        assert errors[place] in sentence
        assert [fragment for fragment in fragments if fragment not in sentence] == [], sentence
    before, after = (run[f"{when} {name}"]["json"]["methods"] for when in ("before", "after"))
    assert {method: after.get(method, 0) - before.get(method, 0) for method in row.get("calls", {})} == row.get(
        "calls", {}
    )
    least, most = row.get("seconds", [0, 60])
    assert least <= found["seconds"] <= most
