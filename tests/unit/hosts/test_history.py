# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the proof by faults reads from commits: it must see two leaders, and not where one follows the other."""

from __future__ import annotations

import pytest

from tests.hosts.history import Commit, longest_gap, overlap_seconds


def commits(*told: tuple[str, int, float]) -> list[Commit]:
    """Commits as server, timeline and moment of the acknowledgement; each was begun just before."""
    return [Commit(number, "door", *who, at - 0.01, at) for number, (*who, at) in enumerate(told)]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        pytest.param([], 0, id="nobody"),
        pytest.param([("a", 1, 1), ("a", 1, 2)], 0, id="one leader"),
        pytest.param([("a", 1, 1), ("b", 2, 2), ("b", 2, 3)], 0, id="one after the other"),
        pytest.param([("a", 1, 1), ("b", 2, 2), ("a", 3, 3)], 0, id="and back again"),
        pytest.param([("a", 1, 1), ("a", 2, 2), ("a", 2, 3)], 0, id="the same again"),
        pytest.param([("a", 1, 1), ("b", 2, 2), ("a", 1, 3), ("b", 2, 9)], 1, id="the old one goes on beside it"),
        pytest.param([("a", 1, 1), ("b", 2, 2), ("a", 1, 5)], 3, id="the old one comes back"),
        pytest.param([("a", 2, 1), ("b", 2, 2), ("a", 2, 4)], 2, id="two on a timeline"),
        pytest.param([("a", 1, 1), ("b", 2, 2), ("c", 3, 3), ("a", 1, 7)], 5, id="the first one, past two others"),
    ],
)
def test_how_long_two_servers_acknowledged(told, seconds):
    assert overlap_seconds(commits(*told)) == pytest.approx(seconds)


def test_a_late_answer_to_an_older_statement_is_no_overlap():
    frozen = Commit(3, "door", "a", 1, 0.9, 30)
    assert overlap_seconds([*commits(("a", 1, 0.5), ("b", 2, 10)), frozen]) == 0


@pytest.mark.parametrize(
    ("moments", "gap"),
    [([], 10), ([1, 2, 9], 7), ([0, 5, 12], 5), ([-3, 4], 6)],
    ids=["none", "inside", "end", "before"],
)
def test_the_longest_gap_lies_between_two_moments(moments, gap):
    assert longest_gap(commits(*(("a", 1, at) for at in moments)), 0, 10) == gap
