# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PostgreSQL hosts as a client and as an onlooker sees them, whoever keeps them together."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass

from tests.hosts import faults
from tests.hosts.ledger import Door

LOGIN = "dbname=shop user=shop password=shop-secret sslmode=prefer"
STATE = """SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
    count(*), count(*) FILTER (WHERE sync_state IN ('sync', 'quorum'))
    FROM pg_stat_replication WHERE state = 'streaming' AND application_name <> 'pg_basebackup'"""


@dataclass(frozen=True)
class State:
    """What a node that answers says: its timeline if it leads, and how many follow it."""

    timeline: str
    following: int
    synchronously: int


@dataclass(frozen=True)
class Cluster:
    """Nodes, and the poolers before them. Without any, a client looks for the leader by itself."""

    nodes: tuple[str, ...]
    poolers: tuple[str, ...] = ()
    synchronous: bool = True

    def ask(self, node: str, sql: str) -> str:
        """Ask a node as its superuser. It answers "" when it cannot."""
        question = f"timeout 5 runuser -u postgres -- psql -XAtqc {shlex.quote(sql)} postgres"
        try:
            return faults.inside(node, question)
        except subprocess.CalledProcessError:
            return ""

    def states(self) -> dict[str, State]:
        """Return what the nodes say that answer."""
        answers = {node: self.ask(node, STATE).split("|") for node in self.nodes}
        return {node: State(said[0], int(said[1]), int(said[2])) for node, said in answers.items() if len(said) == 3}

    def leader(self) -> str:
        """Return who leads: of two that say so the one on the later timeline. Raises LookupError when nobody does."""
        leaders = {state.timeline: node for node, state in self.states().items() if state.timeline}
        if not leaders:
            raise LookupError(f"none of {', '.join(self.nodes)} leads")
        return leaders[max(leaders)]

    def is_healthy(self) -> bool:
        """Tell whether one leads, and all others stream from it."""
        states = self.states()
        leaders = [state for state in states.values() if state.timeline]
        return (
            len(states) == len(self.nodes)
            and len(leaders) == 1
            and leaders[0].following == len(self.nodes) - 1
            and (leaders[0].synchronously > 0 or not self.synchronous)
        )

    def door(self, node: str) -> Door:
        """Return the way to one node."""
        return Door(node, f"host={faults.address(node)} {LOGIN}")

    def ways(self) -> list[Door]:
        """Return the ways of a client that wants the leader, whoever that is."""
        if self.poolers:
            return [Door(name, f"host={faults.address(name)} port=6432 {LOGIN}") for name in self.poolers]
        nodes = ",".join(faults.address(node) for node in self.nodes)
        # A connection to a frozen host would wait for its thaw: such a client needs a timeout of its own.
        return [Door("client", f"host={nodes} target_session_attrs=read-write {LOGIN}", patience=5)]
