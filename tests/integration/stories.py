# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What happens to every kind, told once; what is particular to a kind stands in ``kinds/KIND.yml``.

needs        items that must be there before
create       options that make the resource
update       options that then differ; left out where nothing can change
differences  the paths reported for `create` and `update`
behind       a mutation of the emulator's store (`key`, a pattern, and what to `merge`), and the `differences` reported
read         what gcp_resource_info must tell in the end, besides more
remove       options that removal asks for
refused      `params` laid over `create` that must be refused once it exists, and what the sentence `says`
bad          `params` that must be refused at any time, and what the sentence `says`

PROJECT stands for the project's id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.integration.support import ask, batch, one

CASES = Path(__file__).parent / "kinds"


@dataclass
class Case:
    """One kind's data."""

    kind: str
    create: dict
    differences: dict
    behind: dict
    read: dict
    needs: list = field(default_factory=list)
    update: dict = field(default_factory=dict)
    remove: dict = field(default_factory=dict)
    refused: list = field(default_factory=list)
    bad: list = field(default_factory=list)

    @property
    def changed(self) -> dict:
        """The options after the update."""
        return {**self.create, **self.update}


def case_of(kind: str, project: str) -> Case:
    """The data of a kind for a project."""
    text = (CASES / f"{kind}.yml").read_text().replace("PROJECT", project)
    return Case(kind, **yaml.safe_load(text))


@dataclass(frozen=True)
class Step:
    """One step: the options it runs with, whether only in check mode, and what must come of it."""

    name: str
    params: object  # of a Case: the options
    check: bool
    expects: object  # of a Case: the paths reported, [] where nothing may change, None where they do not matter


ASKED = [
    Step("check create", lambda case: case.create, True, lambda case: case.differences.get("create")),
    Step("create", lambda case: case.create, False, lambda case: case.differences.get("create")),
    Step("create again", lambda case: case.create, False, lambda case: []),
    Step("check again", lambda case: case.create, True, lambda case: []),
    Step("check change", lambda case: case.changed, True, lambda case: case.differences.get("update", [])),
    Step("change", lambda case: case.changed, False, lambda case: case.differences.get("update", [])),
    Step("change again", lambda case: case.changed, False, lambda case: []),
]
DRIFTED = [
    Step("check drift", lambda case: case.changed, True, lambda case: case.behind["differences"]),
    Step("repair", lambda case: case.changed, False, lambda case: case.behind["differences"]),
]
REMOVED = [
    Step("check remove", lambda case: gone(case), True, lambda case: None),
    Step("remove", lambda case: gone(case), False, lambda case: None),
    Step("remove again", lambda case: gone(case), False, lambda case: []),
]
INFO = "mainstay.platform.gcp_resource_info"


def gone(case: Case) -> dict:
    """The options that remove what was made."""
    return {**case.create, **case.remove, "state": "absent"}


def single_tasks(case: Case, url: str) -> list[dict]:
    """The story through the kind's own module."""
    return [
        *([{"name": "needs", **batch(*case.needs)}] if case.needs else []),
        *(_task(step, one(case.kind, **step.params(case))) for step in ASKED),
        *_behind(case, url),
        *(_task(step, one(case.kind, **step.params(case))) for step in DRIFTED),
        {"name": "read", INFO: {"resources": [{"kind": case.kind, **case.create}]}},
        *(_task(step, one(case.kind, **step.params(case))) for step in REMOVED),
    ]


def batch_tasks(cases: list[Case], url: str) -> list[dict]:
    """The stories of several kinds side by side, through gcp_resources, and what is refused meanwhile."""
    needs = [need for case in cases for need in case.needs]

    def task(step):
        return _task(step, batch(*({"kind": case.kind, **step.params(case)} for case in cases)))

    read = {INFO: {"resources": [{"kind": case.kind, **case.create} for case in cases]}}
    return [
        {"name": "needs", **batch(*(need for place, need in enumerate(needs) if need not in needs[:place]))},
        *map(task, ASKED),
        *_refused(cases),
        *(task for case in cases for task in _behind(case, url)),
        *map(task, DRIFTED),
        {"name": "read", **read},
        *map(task, REMOVED),
    ]


def _refused(cases: list[Case]) -> list[dict]:
    """Tasks that must fail: one with all that is bad, others with what is refused, an item of a kind in each."""
    bad = [{"kind": case.kind, **row["params"]} for case in cases for row in case.bad]
    rounds = max(len(case.refused) for case in cases)
    refused = [
        [{"kind": case.kind, **case.create, **row["params"]} for case in cases for row in case.refused[place:][:1]]
        for place in range(rounds)
    ]
    return [
        {"name": name, **batch(*items), "ignore_errors": True}
        for name, items in [("bad", bad), *((f"refused {place}", items) for place, items in enumerate(refused))]
    ]


def _task(step: Step, action: dict) -> dict:
    return {"name": step.name, **action, "check_mode": step.check, "diff": step.check}


def _behind(case: Case, url: str) -> list[dict]:
    """Tasks that change the resource behind our back."""
    key = "{{ stored.json | select('match', pattern) | first }}"
    return [
        {**ask("look", f"{url}/_emulator/dump"), "register": "stored"},
        {
            **ask(f"behind {case.kind}", f"{url}/_emulator/mutate", "POST", key=key, merge=case.behind["merge"]),
            "vars": {"pattern": case.behind["key"] + "$"},
        },
    ]


def batch_result(result: dict, place: int) -> dict:
    """Of a result of gcp_resources or gcp_resource_info that of one item, in the form of a module's own result."""
    item = result["resources"][place]
    paths = {
        side: {found["path"]: found[side] for found in item.get("differences", ())} for side in ("before", "after")
    }
    return {**item, "diff": paths, "status": result["status"], "resources": [item]}


def check_refused(case: Case, story) -> None:
    """Compare what each wrong item was answered with what the kind's data says: a sentence of its own."""
    rows = [("bad", row) for row in case.bad]
    rows += [(f"refused {place}", row) for place, row in enumerate(case.refused)]
    for name, row in rows:
        found = story[name]
        assert found["status"] == "failed"
        assert [line for line in found["msg"].splitlines() if line.startswith(case.kind) and row["says"] in line], found
        assert "resources" not in found, "something was written"


def check_story(case: Case, result) -> None:
    """Compare what came of each step with what the kind's data says; `result` gives a step's result."""
    for step in [*ASKED, *DRIFTED, *REMOVED]:
        _check_step(case, step, result(step.name))
    [read] = result("read")["resources"]
    assert read["exists"]
    assert part_of(case.read, read["resource"]) == case.read


def _check_step(case: Case, step: Step, found: dict) -> None:
    where, expected = f"{case.kind}, step '{step.name}'", step.expects(case)
    assert found["status"] == "ok", f"{where} failed: {found.get('msg')}"
    paths = sorted({*found["diff"].get("before", {}), *found["diff"].get("after", {})})
    assert found["changed"] == (expected != []), f"{where}: changed is {found['changed']}, with {paths}"
    if expected is not None:
        assert paths == sorted(expected), f"{where} reports other paths"


def part_of(expected, found):
    """What was found, reduced to what is expected; equal to that when all of it is there."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return {name: part_of(value, found.get(name)) for name, value in expected.items()}
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [part_of(one_, other) for one_, other in zip(expected, found)]
    return found
