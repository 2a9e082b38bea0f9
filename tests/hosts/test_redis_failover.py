# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What no fault may cost clients that wait for a replica of Redis, told once each for the three that matter most.

Run by the scenario redis, whose hosts are up. How long it takes is printed, not judged: machines differ.
"""

from __future__ import annotations

import pytest

from tests.hosts import report
from tests.hosts.bed import ROOT
from tests.hosts.systems.redis import Cluster
from tests.hosts.trials import broken, trial


@pytest.mark.parametrize("fault", ["killed", "frozen", "cut_off"])
def test_nothing_is_lost_and_nobody_leads_beside_another(fault):
    cluster = Cluster.of(ROOT / "molecule" / "redis")
    seen = trial(cluster, fault, seed=1)
    print(report.line({"system": "mainstay", "profile": cluster.profile, "settings": "", "trial": 1, **seen}))
    assert broken(cluster, seen) == []
