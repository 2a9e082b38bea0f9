# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The order in which resources are written: by what they need, and by their kinds."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from .reconcile import BadInput


class Graph:
    """Which units come before which: `hard` where one cannot be without the other, `all` with mere order as well."""

    def __init__(self, units):
        """Without edges."""
        self.hard, self.all = {unit: set() for unit in units}, {unit: set() for unit in units}

    def add(self, unit, need, hard=True):
        """A unit comes after one that it needs; what goes, goes before what it needs."""
        if unit is need:
            return
        if need.leaves:
            unit, need = need, unit
            hard = False
        if unit.leaves and not need.leaves:
            return
        self.all[unit].add(need)
        if hard:
            self.hard[unit].add(need)


def order(units):
    """The order of the units: by references, by names that lie within each other, by API, by kind."""
    graph, owners = Graph(units), {unit.target: unit for unit in units if not unit.kind.shared}
    items = {item: unit for unit in units for item in unit.items}
    families = {}
    for unit in units:
        families.setdefault(unit.kind.family(unit.scope), []).append(unit)
    for unit in units:
        parts = unit.target.split("/")
        above = ["/".join(parts[:length]) for length in range(2, len(parts) + unit.kind.shared)]
        service = f"projects/{unit.scope.get('project')}/services/{unit.kind.service(unit.scope)}"
        for name in [*above, service]:
            if name in owners:
                graph.add(unit, owners[name])
        for item in unit.items:
            for need in item.needs:
                graph.add(unit, items[need])
        for family in unit.kind.after:
            for other in families.get(family, ()):
                if not (unit.kind.shared and other.kind.shared):
                    graph.add(unit, other, hard=False)
    _check_cycles(graph)
    return graph


def _check_cycles(graph):
    try:
        TopologicalSorter(graph.all).prepare()
    except CycleError as cycle:
        raise BadInput(f"these items need each other: {' -> '.join(unit.title for unit in cycle.args[1])}") from None
