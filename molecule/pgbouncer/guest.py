# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients come and go while the pooler is restarted, and one stays. Prints what became of them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import psycopg2

over = threading.Event()
refused = []


def visitors() -> None:
    while not over.is_set():
        try:
            ask(psycopg2.connect(sys.argv[1]))
        except psycopg2.Error as error:
            refused.append(str(error))


def ask(connection) -> int:
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


guest = psycopg2.connect(sys.argv[1])
ask(guest)
street = threading.Thread(target=visitors)
street.start()
subprocess.run(["/usr/local/sbin/pgbouncer-restart"], check=True)
try:
    stays = ask(guest) > 0
except psycopg2.Error:
    stays = False
over.set()
street.join()
print(json.dumps({"stays": stays, "refused": refused}))
