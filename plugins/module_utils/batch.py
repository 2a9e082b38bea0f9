# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Many resources at once: check all that was asked, read everything, then write along the graph of the items."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

from .api import Clock
from .faults import Fault, Off
from .graph import order
from .items import parse, resolve
from .reconcile import BadInput, Outcome, Unit
from .values import FieldError


class Batch:
    """One run over a list of items."""

    def __init__(self, api, check=False, concurrency=16, timeout=1800, project=None, tell=lambda line: None):
        """`timeout`: seconds that one item may take; `tell` takes a line of news while something takes long."""
        self.api, self.check, self.concurrency, self.timeout = api, check, concurrency, timeout
        self.project, self.tell, self.warnings = project, tell, {}

    def run(self, asked):
        """The Outcomes of a list of dicts, in its order. BadInput, before anything is written, when one cannot be."""
        items = parse(asked, self.project, self.timeout)
        units = _units(items)
        graph = order(units)
        with ThreadPoolExecutor(self.concurrency) as pool:
            reads = dict(zip(units, pool.map(self._read, units)))
            plans = self._plans(units, reads)
            if not self.check:
                self._write(units, graph, plans, pool)
        outcomes = {outcome.item: outcome for unit in units for outcome in plans[unit].outcomes}
        return [outcomes[item] for item in items]

    def look(self, asked):
        """What there is of each of a list of dicts: pairs of an Item and the resource, None or a Fault."""
        units = [Unit([item]) for item in parse([{**params, "state": "absent"} for params in asked], self.project)]
        with ThreadPoolExecutor(self.concurrency) as pool:
            return list(zip([unit.first for unit in units], pool.map(self._read, units)))

    # -- what there is --------------------------------------------------------------------------------------

    def _clock(self, unit):
        return Clock(unit.first.timeout, unit.title, self.tell)

    def _read(self, unit):
        """What there is of a unit, or the Fault of the attempt to look."""
        try:
            return unit.read(self.api, self._clock(unit))
        except Fault as fault:
            return fault

    def _plans(self, units, reads):
        """What is to be done about each unit. BadInput when one can never be, and others are about to be written."""
        self.actual = {item: reads[unit] for unit in units for item in unit.items if not isinstance(reads[unit], Fault)}
        enabling = {unit.target for unit in units if unit.kind.lives and not unit.leaves}
        works = {unit: self._plan(unit, self._unless_off(unit, reads[unit], enabling)) for unit in units}
        hopeless = [work for work in works.values() if isinstance(work.fault, (BadInput, FieldError))]
        if hopeless and not self.check:
            raise BadInput("\n".join(f"{work.unit.title}: {work.fault}" for work in hopeless))
        return works

    def _unless_off(self, unit, read, enabling):
        """What was read, or None where the API is off and that only means that there is nothing yet."""
        if not isinstance(read, Off):
            return read
        wanted = f"projects/{unit.scope['project']}/services/{read.service}"
        if not (self.check or wanted in enabling or unit.leaves):
            return read
        self.warnings.setdefault(wanted, f"{wanted} is not enabled: what needs it counts as absent")
        return None

    def _plan(self, unit, read):
        if isinstance(read, Fault):
            return Work(unit, fault=read)
        try:
            self._resolve(unit)
            problem = "" if unit.leaves else unit.kind.waits(read) or unit.kind.ails(read)
            return Work(unit, unit.plan(read), problem=problem)
        except (BadInput, FieldError) as fault:
            return Work(unit, fault=fault)

    def _resolve(self, unit):
        for item in unit.items:
            resolve(item, self.actual)

    # -- what is written ------------------------------------------------------------------------------------

    def _write(self, units, graph, works, pool):
        """Carry out the plans, each after those it needs, no two with one lock at a time."""
        sorter, running, waiting, locks = TopologicalSorter(graph.all), {}, [], set()
        sorter.prepare()
        while sorter.is_active():
            waiting += sorter.get_ready()
            for unit in list(waiting):
                if unit.lock in locks:
                    continue
                waiting.remove(unit)
                locks.add(unit.lock)
                running[pool.submit(self._work, works[unit], [works[need] for need in graph.hard[unit]])] = unit
            finished, _rest = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                unit = running.pop(future)
                locks.discard(unit.lock)
                future.result()
                sorter.done(unit)

    def _work(self, work, needs):
        unit = work.unit
        failed = next((need for need in needs if need.fault), None)
        if work.fault is None and failed and not unit.leaves:
            work.fault = Fault(f"not tried, for it needs {failed.unit.title}, which failed")
        if work.fault is None and (work.plan.action or unit.kind.waits(work.plan.actual) or work.problem):
            try:
                if any(item.needs for item in unit.items):
                    self._resolve(unit)
                    work.plan = unit.plan(work.plan.actual)
                work.last, work.problem = unit.converge(self.api, self._clock(unit), work.plan), ""
            except (Fault, FieldError) as fault:
                work.fault = fault
        if work.fault is None:
            self.actual.update(dict.fromkeys(unit.items, (work.last or work.plan).actual))


def _units(items):
    """The items of one target together."""
    targets = {}
    for item in items:
        targets.setdefault((item.kind.name, item.kind.target(item.scope)), []).append(item)
    return [Unit(group) for group in targets.values()]


class Work:
    """What is to be done about a unit, and what became of it."""

    def __init__(self, unit, plan=None, fault=None, problem=""):
        """`fault`: why nothing can be done; `problem`: what ails a resource that is as declared."""
        self.unit, self.plan, self.fault, self.problem, self.last = unit, plan, fault, problem, None

    @property
    def outcomes(self):
        """An Outcome for each item."""
        if self.fault is not None:
            return [Outcome(item, error=str(self.fault)) for item in self.unit.items]
        return [Outcome.of(item, self.plan, self.last, self.problem) for item in self.unit.items]
