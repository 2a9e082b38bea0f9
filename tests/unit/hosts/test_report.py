# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The figures of a proof by faults, as they stand in docs/reliability.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts import report

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reliability.md"


def seen(fault: str, seed: int, seconds: float, **otherwise) -> dict:
    """What a trial records when all goes well, or otherwise."""
    usual = {"system": "mainstay", "profile": "synchronous", "settings": "", "given_back": "", "in_median": True}
    found = {"seconds_without_writes": seconds, "client_seconds_without_writes": seconds + 1, "overlap_seconds": 0.0}
    counted = {"acknowledged": 9, "acknowledged_meanwhile": 0, "lost": 0, "complaints": [], "load": 0.5}
    healthy = {"healthy_without_a_hand": True, "seconds_to_healthy": 5.0}
    return {"fault": fault, "seed": seed, "trial": seed, **usual, **found, **counted, **healthy, **otherwise}


def test_what_counts_makes_the_median_and_all_is_counted():
    trials = [
        *[seen("killed", seed, seconds) for seed, seconds in ((1, 2.0), (2, 4.0), (3, 3.0))],
        seen("pooler_lost", 1, 30.0, in_median=False, lost=2, healthy_without_a_hand=False, seconds_to_healthy=None),
    ]
    text = report.tables("postgres", trials)
    assert "| killed | 3 | 3.0 | 4.0 | 4.0 | 5.0 | 0 | 0.0 | 0 | 3 of 3 | 5 | - | yes | 1-3 |" in text
    assert "| pooler lost | 1 | 30.0 |" in text
    assert "over the 3 trials that count: 4.0 s without writes for a client, 3.0 s by any door" in text
    assert "Over all 4: 2 acknowledged commits lost" in text
    assert "3 of 4 healthy by themselves" in text


def test_several_ways_have_a_column_each_and_what_is_lost_its_seconds():
    cut = {"profile": "fast", "lost": 900, "seconds_lost": 4.1}
    trials = [
        seen("cut_off", seed, 8.0, ways={"near": near, "far": 8.5}, **cut) for seed, near in ((1, 9.0), (2, 30.0))
    ]
    text = report.tables("redis", trials)
    assert "| client, s | most | near, s | far, s | lost | lost over, s | overlap, s |" in text
    assert "| cut off | 2 | 8.0 | 8.0 | 9.0 | 9.0 | 19.5 | 8.5 | 900 | 4.1 | 0.0 |" in text
    assert "Over all 2: 1800 acknowledged writes lost" in text


@pytest.mark.parametrize("system", report.MARKS)
def test_the_page_keeps_its_words(system):
    begin, end = report.MARKS[system]
    old = PAGE.read_text()
    new = report.page(old, system, [seen("killed", 1, 2.0)])
    assert new.partition(begin)[0] == old.partition(begin)[0]
    assert new.partition(end)[2] == old.partition(end)[2]
    assert report.page(new, system, [seen("killed", 1, 2.0)]) == new
