# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write pgBouncer's own figures for the node exporter, named as the exporter of the Prometheus community names them."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2

EVERY = 15
SECONDS = 1e-6  # pgBouncer counts microseconds
# What the console is asked, which columns tell the rows apart, and which are figures, by name and unit.
FIGURES = {
    "SHOW POOLS": (
        ("database", "user"),
        {
            "cl_active": ("pgbouncer_pools_client_active_connections", 1),
            "cl_waiting": ("pgbouncer_pools_client_waiting_connections", 1),
            "sv_active": ("pgbouncer_pools_server_active_connections", 1),
            "sv_idle": ("pgbouncer_pools_server_idle_connections", 1),
            "sv_used": ("pgbouncer_pools_server_used_connections", 1),
            "sv_login": ("pgbouncer_pools_server_login_connections", 1),
            "maxwait": ("pgbouncer_pools_client_maxwait_seconds", 1),
        },
    ),
    "SHOW STATS": (
        ("database",),
        {
            "total_xact_count": ("pgbouncer_stats_sql_transactions_pooled_total", 1),
            "total_query_count": ("pgbouncer_stats_queries_pooled_total", 1),
            "total_received": ("pgbouncer_stats_received_bytes_total", 1),
            "total_sent": ("pgbouncer_stats_sent_bytes_total", 1),
            "total_xact_time": ("pgbouncer_stats_server_in_transaction_seconds_total", SECONDS),
            "total_query_time": ("pgbouncer_stats_queries_duration_seconds_total", SECONDS),
            "total_wait_time": ("pgbouncer_stats_client_wait_seconds_total", SECONDS),
        },
    ),
    "SHOW DATABASES": (
        ("name", "host"),
        {
            "pool_size": ("pgbouncer_databases_pool_size", 1),
            "current_connections": ("pgbouncer_databases_current_connections", 1),
            "paused": ("pgbouncer_databases_paused", 1),
        },
    ),
}


def lines(command: str, rows: list[dict]) -> list[str]:
    """Return the figures in the rows of an answer, one a line."""
    labels, figures = FIGURES[command]
    found = []
    for row in rows:
        where = ",".join(f'{label}="{row[label]}"' for label in labels)
        found += [f"{name}{{{where}}} {float(row[column]) * unit:.15g}" for column, (name, unit) in figures.items()]
    return sorted(found)


def ask(port: str, folder: str) -> list[str]:
    """Ask the process in service."""
    found = []
    with closing(psycopg2.connect(host=folder, port=port, user="pgbouncer", dbname="pgbouncer")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for command in FIGURES:
                cursor.execute(command)
                names = [column[0] for column in cursor.description]
                found += lines(command, [dict(zip(names, row)) for row in cursor.fetchall()])
    return found


def main() -> None:
    """Ask and write, until somebody ends it."""
    port, folder, target = sys.argv[1:]
    beside = Path(target).with_suffix(".new")
    while True:
        try:
            found = ["pgbouncer_up 1", *ask(port, folder)]
        except psycopg2.Error:
            found = ["pgbouncer_up 0"]
        beside.write_text("\n".join([*found, ""]))
        os.replace(beside, target)
        time.sleep(EVERY)


if __name__ == "__main__":
    main()
