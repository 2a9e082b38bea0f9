# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What no fault may cost, told once each for the three that tell failover apart. `make reliability` tells the rest.

Run by the scenario postgres, whose hosts are up. How long it takes is printed, not judged: machines differ.
"""

from __future__ import annotations

import pytest

from tests.hosts import faults, report
from tests.hosts.systems.postgres import Cluster
from tests.hosts.trials import broken, trial

NODES = ("postgres-1", "postgres-2", "postgres-3")
POOLERS = tuple(faults.docker("ps", "--filter", "name=^pooler-", "--format", "{{.Names}}").split())


@pytest.mark.parametrize("fault", ["killed", "frozen", "cut_off"])
def test_nothing_is_lost_and_nobody_leads_beside_another(fault):
    cluster = Cluster(NODES, POOLERS)
    seen = trial(cluster, fault, seed=1)
    print(report.line({"system": "mainstay", "profile": "synchronous", "settings": "", "trial": 1, **seen}))
    assert broken(cluster, seen) == []
