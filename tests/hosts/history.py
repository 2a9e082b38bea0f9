# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be read from the commits that servers acknowledged. Times are seconds of this machine's monotonic clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise


@dataclass(frozen=True)
class Commit:
    """An acknowledged commit: its number, the door it went through, the server that took it, and on which timeline."""

    number: int
    door: str
    server: str
    timeline: int
    begun: float
    acknowledged: float


def longest_gap(commits: Iterable[Commit], since: float, until: float) -> float:
    """Return the longest time in which no commit was acknowledged."""
    times = sorted(commit.acknowledged for commit in commits if since <= commit.acknowledged <= until)
    return max(later - earlier for earlier, later in pairwise([since, *times, until]))


def overlap_seconds(commits: Iterable[Commit]) -> float:
    """Return how long a server went on acknowledging after another one had begun to, which leads since.

    A server leads from its first acknowledgement on a timeline. What an earlier leader acknowledges afterwards counts
    when it was begun afterwards, too: the answer to an older statement may come late, as after a freeze.
    """
    leads = [sorted(some, key=_when) for _lead, some in groupby(sorted(commits, key=_lead), key=_lead)]
    leads.sort(key=lambda some: (some[0].timeline, some[0].acknowledged))
    return max((_overlap(*pair) for pair in combinations(leads, 2)), default=0.0)


def _overlap(earlier: list[Commit], later: list[Commit]) -> float:
    began = later[0].acknowledged
    stale = [commit.acknowledged for commit in earlier if commit.begun > began]
    return stale[-1] - began if stale and earlier[0].server != later[0].server else 0.0


def _lead(commit: Commit) -> tuple[int, str]:
    return commit.timeline, commit.server


def _when(commit: Commit) -> float:
    return commit.acknowledged
