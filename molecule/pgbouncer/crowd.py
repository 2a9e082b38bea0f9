# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""So many clients are connected at once, and each gets its answer. Prints how many connections the pooler then had."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg2

CLIENTS = int(sys.argv[2])
SEEN = """
    SELECT count(*), pg_sleep(0.05) FROM pg_stat_activity
    WHERE usename = 'shop' AND client_addr = inet_client_addr()"""
everybody = threading.Barrier(CLIENTS, timeout=60)


def client(_number: int) -> int:
    connection = psycopg2.connect(sys.argv[1])
    everybody.wait()
    with connection, connection.cursor() as cursor:
        cursor.execute(SEEN)
        return cursor.fetchone()[0]


with ThreadPoolExecutor(CLIENTS) as crowd:
    print(max(crowd.map(client, range(CLIENTS))))
