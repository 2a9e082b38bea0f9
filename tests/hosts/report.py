# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The record of a proof by faults as tables for people."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

# Between which marks of the page a system's tables stand, and what is acknowledged there.
MARKS = {
    "postgres": ("<!-- figures: begin -->", "<!-- figures: end -->"),
    "redis": ("<!-- figures of Redis: begin -->", "<!-- figures of Redis: end -->"),
}
ACKNOWLEDGED = {"postgres": "commits", "redis": "writes"}
WHO = ("system", "profile", "settings")


def _of_way(name: str) -> Callable[[list[dict]], str]:
    return lambda trials: f"{median(one['ways'][name] for one in trials):.1f}"


def _middle(name: str) -> Callable[[list[dict]], str]:
    return lambda trials: f"{median(one[name] for one in trials):.1f}"


def _most(name: str) -> Callable[[list[dict]], str]:
    return lambda trials: f"{max(one[name] for one in trials):.1f}"


def _healthy(trials: list[dict]) -> str:
    return f"{sum(one['healthy_without_a_hand'] for one in trials)} of {len(trials)}"


def _seconds_to_healthy(trials: list[dict]) -> str:
    seconds = [one["seconds_to_healthy"] for one in trials if one["seconds_to_healthy"] is not None]
    return f"{median(seconds):.0f}" if seconds else "-"


def _lost(trials: list[dict]) -> str:
    return ", ".join(sorted({"unknown" if one["lost"] is None else str(one["lost"]) for one in trials}, key=_number))


def _number(text: str) -> float:
    return float(text) if text.isdigit() else -1


def _seeds(trials: list[dict]) -> str:
    seeds = sorted(one["seed"] for one in trials)
    return f"{seeds[0]}-{seeds[-1]}" if seeds[-1] - seeds[0] == len(seeds) - 1 > 0 else ", ".join(map(str, seeds))


COLUMNS = (
    ("trials", lambda trials: str(len(trials))),
    ("any door, s", _middle("seconds_without_writes")),
    ("most", _most("seconds_without_writes")),
    ("client, s", _middle("client_seconds_without_writes")),
    ("most", _most("client_seconds_without_writes")),
    ("lost", _lost),
    ("overlap, s", _most("overlap_seconds")),
    ("acknowledged meanwhile", lambda trials: str(max(one["acknowledged_meanwhile"] for one in trials))),
    ("healthy by themselves", _healthy),
    ("after, s", _seconds_to_healthy),
    ("given back", lambda trials: trials[0]["given_back"] or "-"),
    ("counts", lambda trials: "yes" if trials[0]["in_median"] else "no"),
    ("seeds", _seeds),
)


def columns(trials: list[dict]) -> list[tuple[str, Callable[[list[dict]], str]]]:
    """Return the columns for trials; where clients take several ways, one more for each, and what may be lost."""
    ways = [(f"{name}, s", _of_way(name)) for name in trials[0].get("ways", {})]
    lost = [("lost over, s", _most("seconds_lost"))] if ways else []
    return [*COLUMNS[:5], *ways, COLUMNS[5], *lost, *COLUMNS[6:]]


def line(one: dict) -> str:
    """One trial in a line."""
    return (
        f"{_title(*(one[name] for name in WHO))}: {one['fault']} {one['trial']} (seed {one['seed']}): "
        f"{one['seconds_without_writes']} s without writes, {one['client_seconds_without_writes']} s for a client; "
        f"{one['acknowledged']} acknowledged, {one['lost']} lost, {one['overlap_seconds']} s overlap; "
        + (f"healthy after {one['seconds_to_healthy']} s" if one["healthy_without_a_hand"] else "not healthy")
        + "".join(f"; {complaint}" for complaint in one["complaints"])
    )


def tables(system: str, trials: list[dict]) -> str:
    """All trials: a table for each contender, and what their medians come to."""
    contenders = _grouped(trials, lambda one: tuple(one[name] for name in WHO))
    return "\n\n".join(
        f"### {_title(*who)}\n\n{_table(some)}\n\n{_sum(some, ACKNOWLEDGED[system])}"
        for who, some in contenders.items()
    )


def page(text: str, system: str, trials: list[dict]) -> str:
    """Put a system's tables into the page, where its marks are."""
    begin, end = MARKS[system]
    before, _begin, rest = text.partition(begin)
    _old, _end, after = rest.partition(end)
    return f"{before}{begin}\n\n{tables(system, trials)}\n\n{end}{after}"


def _grouped(trials: list[dict], key: Callable) -> dict:
    names = {key(one): [] for one in trials}
    for one in trials:
        names[key(one)].append(one)
    return names


def _title(system: str, profile: str, settings: str) -> str:
    return f"{system}, {profile}{settings and f', {settings} settings'}"


def _table(trials: list[dict]) -> str:
    rows = [
        [fault.replace("_", " "), *(show(some) for _name, show in columns(trials))]
        for fault, some in _grouped(trials, lambda one: one["fault"]).items()
    ]
    head = ["fault", *(name for name, _show in columns(trials))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _sum(trials: list[dict], acknowledged: str) -> str:
    counting = [one for one in trials if one["in_median"]]
    if not counting:
        return "None of these faults counts."
    return (
        f"Median over the {len(counting)} trials that count: {_middle('client_seconds_without_writes')(counting)} s "
        f"without writes for a client, {_middle('seconds_without_writes')(counting)} s by any door. "
        f"Over all {len(trials)}: {sum(one['lost'] or 0 for one in trials)} acknowledged {acknowledged} lost, "
        f"{_most('overlap_seconds')(trials)} s of two servers acknowledging, {_healthy(trials)} healthy by themselves. "
        f"The machine's load for each processor was {_middle('load')(trials)}, {_most('load')(trials)} at most."
    )
