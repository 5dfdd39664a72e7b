"""The busiest means, what planning gave up, the policies in force, and warnings, for the answer of a run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.analysis.intervals import never_seen
from sim.analysis.modes import ENOUGH, RARE, SHOWN
from sim.cli.run_rows import Page, Responses, starred
from sim.cli.text import clipped, wrapped
from sim.errors import visible
from sim.figures.labels import counted
from sim.page import told
from sim.page.words import PLAIN
from sim.results.files import unguarded
from sim.results.finished import Results, rows_of
from sim.results.number_text import percent, shown_interval, some
from sim.sums import sum_in_order

WARNED = (
    *(f"{fate}_share" for fate in ("extracted", "retained", "transferred", "destroyed", "disabled", "lost", "abandoned",
                                   "late")), "people_out_share", "deadline_met",
)  # fmt: skip
"""Responses of the answer, whose rare modes are warned of."""
_SCARCEST, _CAUSES, _REASONS, _LEAST_H = 3, 5, 6, 24
_ASK = "drawdown why shows what each cause cost and what more of each means would bring."
Row = tuple[str, float, Mapping[str, Any]]


# the busiest means


def limits(results: Results, page: Page) -> list[str]:
    """Returns the three scarcest means, what the others had to do, and what planning factors say they can do."""
    findings = results.summary.get("findings", {})
    rows = [row for row in findings.get("use", ()) if row["utilisation"] is not None]
    lines = [page.row("Busiest means", "in use", "had work for")]
    longest = [row for row in rows if row["hours"] >= _LEAST_H]
    lines += [
        page.row(f"  {_means(row)}", _whole(row["utilisation"]), f"{row['hours']:,.0f} h")
        for row in (longest if page.verbose else longest[:_SCARCEST])
    ]
    rest = longest[_SCARCEST:]
    if rest and not page.verbose:
        fullest = ", ".join(f"{_means(row)} {_whole(row['utilisation'])}" for row in rest[:_SCARCEST])
        more = f" and {len(rest) - _SCARCEST} more (--verbose)" if len(rest) > _SCARCEST else ""
        lines += wrapped(f"then: {fullest}{more}", "  ", page.width)
    return [*lines, *wrapped(f"{told.idle_means(PLAIN)} {_ASK}", "  ", page.width)] if len(lines) > 1 else []


def _whole(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _means(row: Mapping[str, Any]) -> str:
    kind, name = row["means"], clipped(str(row["name"]), 40)
    if kind in ("crews", "loaders"):
        return f"{kind} at {name}"
    return kind if kind == "escorts" else f"{kind} {name}"


# what was given up


def given_up(results: Results, page: Page) -> list[str]:
    """Returns the reasons that planning had, and where lots stood when they were given up."""
    reasons = results.summary.get("findings", {}).get("given_up", {}).get("reasons", [])
    lines = [page.row("What planning gave up", "tonnes", "95 % interval")] if reasons else []
    lines += [
        page.row(starred(f"  {one['reason']}", one), percent(one["mean"]), shown_interval(one))
        for one in reasons[:_REASONS]
        if one["mean"]
    ]
    stood = causes(results)
    if stood:
        lines += [""] if lines else []
        lines.append("Where lots stood when they were given up")
        lines += _stood(stood, page)
    return lines


def _stood(found: Sequence[Row], page: Page) -> Iterator[str]:
    for cause, value, ends in found[:_CAUSES]:
        yield page.row(starred(f"  {cause.replace('_', ' ')}", ends), percent(value), shown_interval(ends))
    rest = sum_in_order(value for _, value, _ in found[_CAUSES:])
    if rest:
        yield page.row(f"  {counted(len(found) - _CAUSES, 'other')}", percent(rest))


def causes(results: Results) -> list[Row]:
    """Returns what lots waited for when they were given up, with the share of tonnes, the largest first."""
    return sorted(_cause_rows(results), key=lambda row: (-row[1], row[0]))


def _cause_rows(results: Results) -> Iterator[Row]:
    for row in rows_of(results, "summary"):
        if row["group"] == "cause" and row["value"] and float(row["value"]) > 0:
            ends = {end: float(row[end]) if row[end] else None for end in ("low", "high")}
            words = {"method": row["method"], "flag": unguarded(row.get("flag") or "")}
            yield unguarded(row["name"]), float(row["value"]), ends | words


# policies


def policies(results: Results, page: Page) -> list[str]:
    """Returns a sentence about the policies in force, and what they did."""
    findings = results.summary.get("findings", {})
    policy = findings.get("policy")
    if not policy:
        return []
    said = f"Policies: dispatch {policy['dispatch']}, load {policy['load']}"
    said += f", aircraft {policy['aircraft']}" if policy["aircraft"] != "name" else ""
    said += f"{_least_fill(policy.get('least_fill'))}, disposal {policy['disposal']}"
    found = findings.get("given_up", {})
    most = found.get("largest_day")
    if most and found.get("lots_condemned"):
        day = f", {some(most['lots'])} of them on {most['day']}" if most["lots"] >= 1 else ""
        said += f" ({some(found['lots_not_out'])} lots given up for good; {some(found['lots_condemned'])} condemnations"
        said += f"{day})"
    return wrapped(f"{visible(said)}.", "", page.width)


def _least_fill(given: object) -> str:
    if not isinstance(given, Mapping) or not given.get("share"):
        return ""
    waived = f" until {given['waived']} before handover" if given.get("waived") else ""
    return f", least fill {given['share']}{waived}"


# warnings


def warnings(results: Results, page: Page) -> list[str]:
    """Returns one line with the count of warnings, or all of them; and the replication that is most unlike the rest."""
    unseen, narrow = list(_unseen(results)), list(_narrow(results))
    lines = []
    if page.verbose:
        lines = [line for text in (*unseen, *narrow) for line in wrapped(f"! {text}", "  ", page.width)]
    elif unseen or narrow:
        said = [unseen[0].partition(", and so")[0]] if unseen else []
        said += ["intervals of rows marked * may be too narrow"] if narrow else []
        count = counted(len(unseen) + len(narrow), "warning")
        lines = wrapped(f"! {count}: {'; '.join(said)} (--verbose, summary.csv)", "  ", page.width)
    return [*lines, *_odd(results, page)]


def _odd(results: Results, page: Page) -> list[str]:
    findings = results.summary.get("findings", {})
    odd = findings.get("odd")
    if not odd or odd["extracted_share"] == odd["median"]:
        return []
    said = f"Farthest from the median is replication {odd['replication']}, with {percent(odd['extracted_share'])} out:"
    lines = wrapped(said, "  ", page.width)
    return [*lines, f"    {visible(_trace(results.manifest))} -k {odd['replication']}"]


def _trace(manifest: Mapping[str, Any]) -> str:
    """The command that traces a replication, without its number."""
    words = ["drawdown", "trace", str(manifest["scenario_file"]), "--seed", str(manifest["seed"])]
    words += [part for text in manifest["sets"] for part in ("--set", str(text))]
    words += [part for cause in manifest["identity"]["without"] for part in ("--without", str(cause))]
    return shlex.join(words)


def _narrow(results: Results) -> Iterator[str]:
    """Yields a sentence about each interval that may be too narrow, with a replication that shows it."""
    responses: Responses = results.summary["responses"]
    if _most(responses) < ENOUGH:
        return
    examples = results.summary.get("findings", {}).get("examples", {})
    for name in WARNED:
        mode = responses.get(name, {}).get("rare_mode")
        if mode:
            chance = f"chance {percent(mode['chance'])}, {percent(mode['low'])} to {percent(mode['high'])}"
            count = f"{mode['replications']:,} of {counted(responses[name]['replications'], 'replication')}"
            such = f", such as {examples[name]}," if name in examples and mode["replications"] > 1 else ""
            such = f" ({examples[name]})" if name in examples and mode["replications"] == 1 else such
            yield f"In {count}{such} {name} is {mode['where']} ({chance}); the interval may be too narrow"
    for cause, _, said in causes(results)[:_CAUSES]:
        if said["flag"]:
            yield f"{cause.replace('_', ' ')} (cause) is {said['flag']}"


def _most(responses: Responses) -> int:
    return max((said["replications"] for said in responses.values()), default=0)


def _unseen(results: Results) -> Iterator[str]:
    """Yields a warning that means with a t-interval may miss rare outcomes, and how rare."""
    responses: Responses = results.summary["responses"]
    most = _most(responses)
    if most < ENOUGH:
        yield f"{counted(most, 'replication')} can miss {rare_outcomes(never_seen(most))}"
        return
    missing = [responses[name] for name in WARNED if "unseen" in responses.get(name, {})]
    if missing:
        few = min(missing, key=lambda said: int(said["replications"]))
        said = (
            f"{counted(few['replications'], 'replication')} can miss {rare_outcomes(few['unseen']['chance_at_most'])}"
        )
        said += f", and so can the intervals of means ({SHOWN} replications show outcomes of {percent(RARE)};"
        yield f"{said} --guarantee is valid with any number)"


def rare_outcomes(chance: float) -> str:
    """Names outcomes of at most this chance: `outcomes rarer than about 1 in 10`."""
    if chance >= 0.5:  # noqa: PLR2004 - `1 in 1` would say nothing
        return f"outcomes with a chance of up to {percent(chance)}"
    return f"outcomes rarer than about 1 in {1 / chance:,.0f}"
