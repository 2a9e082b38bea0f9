# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A batch asks for many things at a time."""

from __future__ import annotations

import pytest

from tests.integration.support import batch


@pytest.fixture(scope="module")
def emulator_options():
    return ("--latency-ms", "100")


def test_reads_are_concurrent(playbook):
    items = [
        {"kind": "secretmanager_secret", "secret_id": f"s{n}", "replication": {"automatic": {}}} for n in range(40)
    ]
    run = playbook(
        [
            {"name": "create", **batch(*items)},
            {"name": "at a time", **batch(*items)},
            {"name": "one by one", **batch(*items, concurrency=1)},
        ]
    )
    assert [len(run[name]["resources"]) for name in ("at a time", "one by one")] == [40, 40]
    assert not run["at a time"]["changed"]
    # 40 reads of 0.1 s one by one take 4 s, 16 at a time 0.3 s.
    assert run["one by one"]["seconds"] - run["at a time"]["seconds"] > 2.5
    assert run["create"]["seconds"] < run["one by one"]["seconds"]
