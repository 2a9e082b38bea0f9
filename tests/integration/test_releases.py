# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A release that never gets ready: it fails with Cloud Run's own reason, and is reported until a good one follows."""

from __future__ import annotations

import pytest

from tests.integration.support import batch, one

IMAGES = "asia-east1-docker.pkg.dev/acme/images"
WHERE = {"location": "asia-east1", "name": "api"}
BAD = {  # the image of a bad release, and what Cloud Run says of it
    f"{IMAGES}/missing:2": f"Image '{IMAGES}/missing:2' not found.",
    f"{IMAGES}/crashing:2": "failed to start and listen on the port defined provided by the PORT=8080",
}


def template(kind: str, image: str) -> dict:
    inner = {"containers": [{"image": image}]}
    return {**WHERE, "template": inner if kind == "run_service" else {"template": inner}}


def steps(kind: str) -> list[dict]:
    """A good release; each bad one, a look at it, the same once more, a look through the batch; the good one again."""
    tasks, good = [], one(kind, **template(kind, f"{IMAGES}/api:1"))
    for image in BAD:
        bad = template(kind, image)
        tasks += [
            {"name": f"release {image}", **one(kind, **bad), "ignore_errors": True},
            {"name": f"look at {image}", **one(kind, **bad), "check_mode": True},
            {"name": f"again {image}", **one(kind, **bad), "ignore_errors": True},
            {"name": f"look through the batch at {image}", **batch({"kind": kind, **bad}), "check_mode": True},
        ]
    back = [
        {"name": "back", **good},
        {"name": "look again", **batch({"kind": kind, **template(kind, f"{IMAGES}/api:1")})},
    ]
    return [{"name": "good", **good}, *tasks, *back]


@pytest.mark.parametrize("kind", ["run_service", "run_job"])
def test_a_bad_release(kind, playbook, emulator):
    run = playbook(steps(kind))
    said = " ".join(run.output.split())
    for image, why in BAD.items():
        for name in ("release", "again"):
            assert run[f"{name} {image}"]["status"] == "failed"
            assert why in run[f"{name} {image}"]["msg"]
        assert not run[f"look at {image}"]["changed"]
        [found] = run[f"look through the batch at {image}"]["resources"]
        assert why in found["problem"]
        assert not found["changed"]
        assert f"[WARNING]: {kind} {found['id']}: terminal_condition.state is CONDITION_FAILED" in said
    assert run["back"]["changed"]
    assert "problem" not in run["look again"]["resources"][0]


def test_the_revision_that_was_ready_still_serves(playbook, emulator):
    service = f"projects/{emulator.project}/locations/asia-east1/services/api"
    run = playbook(steps("run_service")[:2])
    shown = emulator.ask("GET", f"/v2/{service}")
    assert "Revision 'api-00002-" in run[f"release {IMAGES}/missing:2"]["msg"]
    assert shown["latestReadyRevision"].startswith(f"{service}/revisions/api-00001-")
    assert shown["latestCreatedRevision"].startswith(f"{service}/revisions/api-00002-")
