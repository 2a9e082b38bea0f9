# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Many resources at once: check all that was asked, read everything, then write along the graph of the items."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from graphlib import CycleError, TopologicalSorter

from .api import Clock
from .catalogue import find
from .faults import Fault, Off
from .names import listed
from .reconcile import BadInput, Item, Outcome, Unit
from .references import Directory, Reference, found, is_reference, walk
from .values import FieldError

OURS = ("kind", "state", "delete_data", "timeout")  # what an item says to the engine, not to the API


class Batch:
    """One run over a list of items."""

    def __init__(self, api, check=False, concurrency=16, timeout=1800, project=None, tell=lambda line: None):
        """`timeout`: seconds that one item may take; `tell` takes a line of news while something takes long."""
        self.api, self.check, self.concurrency, self.timeout = api, check, concurrency, timeout
        self.project, self.tell, self.warnings = project, tell, {}

    def run(self, asked):
        """The Outcomes of a list of dicts, in its order. BadInput, before anything is written, when one cannot be."""
        items = self._items(asked)
        units = self._units(items)
        graph = _graph(units)
        with ThreadPoolExecutor(self.concurrency) as pool:
            reads = dict(zip(units, pool.map(self._read, units)))
            plans = self._plans(units, reads)
            if not self.check:
                self._write(units, graph, plans, pool)
        outcomes = {outcome.item: outcome for unit in units for outcome in plans[unit].outcomes}
        return [outcomes[item] for item in items]

    def look(self, asked):
        """What there is of each of a list of dicts: pairs of an Item and the resource, None or a Fault."""
        units = [Unit([item]) for item in self._items([{**params, "state": "absent"} for params in asked])]
        with ThreadPoolExecutor(self.concurrency) as pool:
            return list(zip([unit.first for unit in units], pool.map(self._read, units)))

    # -- what was asked -------------------------------------------------------------------------------------

    def _items(self, asked):
        """The items, every option checked and every reference found. All faults are told at once."""
        self.directory, self.raw, problems = Directory(), {}, []
        names = [_name(place, params, len(asked)) for place, params in enumerate(asked)]
        items = [_told(problems, names[place], self._item, place, params) for place, params in enumerate(asked)]
        for _round in range(len(items)):
            named = [item for item in items if item and not item.kind.shared and item not in self.directory]
            known = [self._enlist(item) for item in named]
            if not any(known):
                break
        for item in filter(None, items):
            _told(problems, names[item.place], self._refer, item)
        if problems:
            raise BadInput("\n".join(problems))
        return items

    def _item(self, place, params):
        """One item, of which only the engine's own options are looked at. A FieldError when they are wrong."""
        if not isinstance(params, dict):
            raise FieldError("", f"an item is a dictionary with a kind, not {params!r}")
        kind = find(params.get("kind"))
        fields = {name: value for name, value in params.items() if name not in OURS and value is not None}
        if self.project is not None and ("project" in kind.scope or kind.shared):
            fields.setdefault("project", self.project)
        state = params.get("state") or "present"
        if state not in ("present", "absent"):
            raise FieldError("state", f"must be present or absent, not {state!r}")
        item = Item(place, kind, {}, {}, state, params.get("delete_data") is True, _resends(kind, fields))
        item.timeout, self.raw[item] = float(params.get("timeout") or self.timeout), fields
        return item

    def _enlist(self, item):
        """Whether the names of an item are known now, so that others can refer to it."""
        names = {name: self.raw[item].get(name) for name in item.kind.scope}
        try:
            item.scope = walk(names, lambda value: self._known(value, ""))
        except FieldError:
            return False
        self.directory.add(item)
        return True

    def _known(self, value, path):
        """What a reference means, as far as that follows from names; other values as they are."""
        if is_reference(value):
            return self.directory.reference(value, path).value(None)
        return value

    def _refer(self, item):
        """Find what an item refers to, and check all its options. A FieldError when something is wrong."""
        fields = self.raw[item]
        raw = walk(
            fields,
            lambda value: self.directory.reference(value, _where(fields, value)) if is_reference(value) else value,
        )
        item.needs = [reference.item for reference in found(raw)]
        self.raw[item] = walk(raw, lambda value: value.value(None) if isinstance(value, Reference) else value)
        self._fill(item, self.raw[item])

    def _fill(self, item, raw):
        """The fields of an item, of the right types; a resource that lives by a field's value gets that value."""
        item.scope, item.asked = item.kind.check(raw, item.state)
        if item.kind.lives:
            field, present, absent = item.kind.lives
            value = present if item.state == "present" else absent
            item.asked = {field: item.kind.descriptor.fields_by_name[field].enum_type.values_by_name[value].number}

    def _units(self, items):
        """Items of one target together; two for the same thing are a fault."""
        known, targets, problems = {}, {}, []
        for item in items:
            other = known.setdefault((item.kind.name, item.id), item)
            if other is not item:
                problems.append(
                    f"{item.title}: items {other.place + 1} and {item.place + 1} are for the same resource; keep one"
                )
            targets.setdefault((item.kind.name, item.kind.target(item.scope)), []).append(item)
        if problems:
            raise BadInput("\n".join(problems))
        return [Unit(group) for group in targets.values()]

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
        """The plan of each unit. BadInput when one can never be carried out."""
        problems, plans = [], {}
        self.actual = {item: reads[unit] for unit in units for item in unit.items if not isinstance(reads[unit], Fault)}
        enabling = {unit.target for unit in units if unit.kind.lives and not unit.leaves}
        for unit in units:
            read = reads[unit]
            if isinstance(read, Off):
                wanted = f"projects/{unit.scope['project']}/services/{read.service}"
                if self.check or wanted in enabling or unit.leaves:
                    self.warnings.setdefault(wanted, f"{wanted} is not enabled: what needs it counts as absent")
                    read = None
            try:
                plans[unit] = Work(unit, fault=read) if isinstance(read, Fault) else self._plan(unit, read)
            except (BadInput, FieldError) as problem:
                problems.append(str(problem))
        if problems:
            raise BadInput("\n".join(problems))
        return plans

    def _plan(self, unit, actual):
        self._resolve(unit)
        return Work(
            unit, unit.plan(actual), problem="" if unit.leaves else unit.kind.waits(actual) or unit.kind.ails(actual)
        )

    def _resolve(self, unit):
        """Put in the place of references what is known by now."""
        for item in unit.items:
            if found(self.raw[item]):
                raw = walk(
                    self.raw[item],
                    lambda value: value.value(self.actual.get(value.item)) if isinstance(value, Reference) else value,
                )
                self._fill(item, raw)

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
                if any(found(self.raw[item]) for item in unit.items):
                    self._resolve(unit)
                    work.plan = unit.plan(work.plan.actual)
                work.last, work.problem = unit.converge(self.api, self._clock(unit), work.plan), ""
            except (Fault, FieldError) as fault:
                work.fault = fault
        if work.fault is None:
            self.actual.update(dict.fromkeys(unit.items, (work.last or work.plan).actual))


def _resends(kind, fields):
    """Whether what the API never tells is to be sent once more; the option is taken out of the fields."""
    option, *words = kind.resend or (None, None)
    said = fields.pop(option, words[-1])
    if said not in words:
        raise FieldError(option, f"must be {listed(words)}, not {said!r}")
    return bool(kind.resend) and said == words[0]


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


def _graph(units):
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


def _told(problems, name, function, *arguments):
    """What a function returns; a FieldError is added to the problems instead, with the item that it is about."""
    try:
        return function(*arguments)
    except FieldError as problem:
        problems.append(f"{name}: {problem}")


def _name(place, params, many):
    """An item in a sentence, before it is known what it is: by its kind, its name, and its place among many."""
    said = params if isinstance(params, dict) else {}
    names = [said[name] for name in ("name", "account_id", "secret_id", "role", "display_name") if said.get(name)]
    number = [f"(item {place + 1})"] if many > 1 or not said else []
    return " ".join(str(part) for part in [*filter(None, [said.get("kind")]), *names[:1], *number])


def _where(fields, value):
    """The path of a value in nested dicts and lists."""
    for name, part in fields.items() if isinstance(fields, dict) else enumerate(fields):
        if part is value:
            return str(name)
        if isinstance(part, (dict, list)):
            inner = _where(part, value)
            if inner:
                return f"{name}.{inner}"
    return ""
