# Copyright: (c) 2026, the mainstay.platform authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The record of a benchmark as a page for people."""

from __future__ import annotations

PAGE = """Each run is a whole `ansible-playbook` (of gcloud: a whole script) against the emulator, which delays each
answer by the latency. Times are medians over n runs. *Limit* is what no client can beat: latency x calls / calls at a
time. *Start-up* is the same contender's environment with one resource of each kind at 0 ms through `gcp_resources`.
*Over the limit* is (wall clock - start-up) / limit; its bar is 1.5 for 200 resources. *Memory* is the most that all
processes of a run held together, shared pages counted once. *Dominates* names the largest of start-up, latency and
the rest. The peers' time grows with the number of tasks, ours hardly, so the more resources, the larger the distance.

Measured on {processors} processors, {system}, Python {python}, load {load} when it ended{gcloud}.{busy}

## Resources of all kinds, through gcp_resources

{all}

## The same resources through everybody

The kinds that the google.cloud collection has as well: APIs, accounts, secrets with their values, buckets, SQL
instances, databases and users. It has no module for a secret without its value, so it does less for the same
environment. Its modules reach the emulator through a proxy that ends TLS, with connections of their own each time.

{common}"""
HOSTS = """Measured on {processors} processors, which the hosts share with the control node, load {load} when it ended.

| hosts | n | wall clock | processor, control node | processor, hosts | tasks on hosts |
|---|---|---|---|---|---|
{rows}

{slowest}"""
BUSY_FROM = 1  # load for each processor
BUSY = """

**That machine was busy with other things: its wall clock says little, processor time and calls do.** Run `make bench`
on one that has nothing else to do."""
HEAD = (
    "| who | resources | latency | n | wall clock | processor | calls | limit | over the limit | memory | dominates |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


def put(page: str, part: str, text: str) -> str:
    """The page with another text between the marks of a part. Raises ValueError when it has none."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    first, last = page.index(begin) + len(begin), page.index(end)
    return f"{page[:first]}\n\n{text}\n\n{page[last:]}"


def hosts(record: dict) -> str:
    """What runs over hosts cost, as a part of the page."""
    systems = record["systems"].values()
    rows = [
        f"| {one['title']} | {one['runs']} | {one['seconds']:.1f} s | {one['control']:.1f} s | {one['hosts']:.1f} s "
        f"| {one['executions']:.0f} |"
        for one in systems
    ]
    slowest = [
        f"Of {one['title']} the slowest tasks, all hosts together: "
        + ", ".join(f"{task} {seconds:.1f} s" for task, seconds in one["slowest"].items())
        + "."
        for one in systems
    ]
    return HOSTS.format(**record, rows="\n".join(rows), slowest="\n\n".join(slowest))


def page(record: dict) -> str:
    """What runs over cloud resources cost, as a part of the page."""
    figures = record["figures"]
    starts = {
        figure["environment"]: figure["seconds"]
        for figure in figures
        if figure["environment"].startswith("start-up") and figure["latency_ms"] == 0
    }
    whole = [figure for figure in figures if figure["environment"].startswith(("all kinds", "start-up"))]
    common = [figure for figure in figures if figure["environment"] == "kinds of google.cloud"]
    return PAGE.format(
        **record["machine"],
        busy=BUSY if record["machine"]["load"] > BUSY_FROM * record["machine"]["processors"] else "",
        gcloud="" if record["gcloud"] else "; gcloud is not installed there",
        all=_table([figure for figure in whole if figure["environment"] != "start-up of those"], starts["start-up"]),
        common=_table(common, starts.get("start-up of those", 0)) + _times(common),
    )


def _table(figures: list[dict], start: float) -> str:
    return "\n".join([HEAD, *(_row(figure, start) for figure in figures)])


def _row(figure: dict, start: float) -> str:
    limit = figure["latency_ms"] / 1000 * figure["calls"] / figure["at_a_time"]
    rest = figure["seconds"] - start - limit
    parts = {"start-up": start, "latency": limit, "own work" if figure["at_a_time"] > 1 else "a start each": rest}
    cells = (
        figure["contender"],
        f"{figure['resources']} (one of each kind)"
        if figure["environment"].startswith("start")
        else figure["resources"],
        f"{figure['latency_ms']} ms",
        figure["runs"],
        f"{figure['seconds']:.1f} s",
        f"{figure['processor']:.1f} s",
        figure["calls"],
        f"{limit:.1f} s" if limit else "-",
        f"{(figure['seconds'] - start) / limit:.1f} x" if limit and figure["at_a_time"] > 1 else "-",
        f"{figure['memory']:.0f} MB",
        max(parts, key=parts.get),
    )
    return f"| {' | '.join(map(str, cells))} |"


def _times(figures: list[dict]) -> str:
    """By how much the batch is faster than the others."""
    lines = []
    for latency in sorted({figure["latency_ms"] for figure in figures}):
        ours, *others = [figure for figure in figures if figure["latency_ms"] == latency]
        faster = ", ".join(f"{each['contender']} {each['seconds'] / ours['seconds']:.0f} x" for each in others)
        lines.append(f"\n\nTimes as long as {ours['contender']} at {latency} ms: {faster}.")
    return "".join(lines)
