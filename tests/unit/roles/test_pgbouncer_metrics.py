# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""pgBouncer's answers as figures."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[3] / "roles/pgbouncer/files/pgbouncer_metrics.py"
spec = importlib.util.spec_from_file_location("pgbouncer_metrics", PATH)
metrics = importlib.util.module_from_spec(spec)
spec.loader.exec_module(metrics)

CASES = {
    "rows are told apart": (
        "SHOW POOLS",
        {"database": "shop", "user": "app", "pool_mode": "transaction"},
        "cl_waiting",
        3,
        'pgbouncer_pools_client_waiting_connections{database="shop",user="app"} 3',
    ),
    "microseconds become seconds": (
        "SHOW STATS",
        {"database": "shop"},
        "total_wait_time",
        2_500_000,
        'pgbouncer_stats_client_wait_seconds_total{database="shop"} 2.5',
    ),
    "large counters stay whole": (
        "SHOW STATS",
        {"database": "shop"},
        "total_received",
        123_456_789_012,
        'pgbouncer_stats_received_bytes_total{database="shop"} 123456789012',
    ),
}


@pytest.mark.parametrize(("command", "row", "column", "value", "line"), CASES.values(), ids=CASES)
def test_a_row_as_figures(command, row, column, value, line):
    others = dict.fromkeys(metrics.FIGURES[command][1], 0)
    assert line in metrics.lines(command, [{**others, **row, column: value}])
