"""The answer of a run on a terminal: plain text, at most 100 columns, read from the results folder alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sim.analysis.intervals import never_seen
from sim.analysis.modes import ENOUGH, RARE, SHOWN
from sim.cli.text import clipped, clipped_apart, padded, wrapped
from sim.errors import visible
from sim.figures.labels import counted
from sim.results.files import unguarded
from sim.results.finished import Results, rows_of
from sim.results.number_text import percent, shown_interval
from sim.sums import sum_in_order

PEOPLE = {"people_out_share": "out by the deadline", "deadline_met": "chance of all closed in time"}
FATES = ("extracted", "retained", "transferred", "destroyed", "disabled", "lost", "abandoned", "late")
_NAME, _COLUMN, _INTERVAL = 34, 10, 22
_NO_POINTS = 0.0005
_CAUSES, _FLAGS, _FAILURES = 5, 4, 3
_CLOSED, _PLACES, _PLACE = "closed_", 24, 24
CAVEAT = (
    "A share in the model is not a historical fact: it is conditional on its inputs, many of them assumed "
    "(drawdown check --sources)."
)

Responses = Mapping[str, Mapping[str, Any]]


def run_text(results: Results) -> str:
    """Returns all lines of the answer."""
    if not results.manifest["succeeded"]:
        return "\n\n".join("\n".join(part) for part in (_title(results), _never(results), _failed(results)) if part)
    responses: Responses = results.summary["responses"]
    causes = _causes(results)
    parts = [
        _title(results), _never(results), _fates(responses), _people(responses), _closings(results), _why(causes),
        _planned(results), _bounded(results), _failed(results), _flags(responses, causes), wrapped(CAVEAT),
    ]  # fmt: skip
    return "\n\n".join("\n".join(part) for part in parts if part)


def _title(results: Results) -> list[str]:
    manifest = results.manifest
    name = clipped(str(manifest["name"]), 96)
    simulated, failed = manifest["succeeded"], len(manifest["failures"])
    count = f"{simulated:,} of " * (failed > 0) + counted(simulated + failed, "replication")
    said = f"{count}, seed {manifest['seed']}" + (f" ({failed} failed)" if failed else "")
    said += _stopped(manifest)
    changes = [*manifest["sets"], *(f"without {cause}" for cause in manifest["identity"]["without"])]
    lines = [name, "─" * len(name), said]
    return lines + [line for change in changes for line in wrapped(f"changed: {change}", "  ")]


def _never(results: Results) -> list[str]:
    """Returns a sentence about what the scenario plans but can never do."""
    found = results.manifest.get("never")
    if not isinstance(found, list) or not found:
        return []
    more = f"; {len(found) - 1:,} more: drawdown check" if len(found) > 1 else ""
    return wrapped(f"! Cannot work as planned: {clipped(str(found[0]), 300)}{more}")


def _stopped(manifest: Mapping[str, Any]) -> str:
    reached = manifest["stopping"]["reached"]
    if reached is None:
        return ""
    wanted = ", ".join(f"{name} ± {width:g}" for name, width in manifest["identity"]["precision"].items())
    looks = counted(manifest["stopping"]["looks"], "check")
    return f"; {wanted} {'reached' if reached else 'NOT reached'} after {looks}"


def _fates(responses: Responses) -> list[str]:
    head = "What becomes of the equipment".ljust(_NAME) + "of tonnes".rjust(_COLUMN)
    head += "95 % interval".rjust(_INTERVAL) + "of lots".rjust(_COLUMN) + "of value".rjust(_COLUMN)
    if "extracted_share" not in responses:
        return []
    if responses["extracted_share"]["mean"] is None:
        return [head, "  no equipment at places that must close"]
    return [head, *(_fate(fate, responses) for fate in FATES if f"{fate}_share" in responses)]


def _fate(fate: str, responses: Responses) -> str:
    said = responses[f"{fate}_share"]
    line = f"  {fate}".ljust(_NAME) + percent(said["mean"]).rjust(_COLUMN)
    line += shown_interval(said).rjust(_INTERVAL)
    for measure in ("_lots", "_value"):
        line += percent(responses.get(f"{fate}_share{measure}", {}).get("mean")).rjust(_COLUMN)
    return line


def _people(responses: Responses) -> list[str]:
    lines = []
    for name, words in PEOPLE.items():
        said = responses.get(name)
        if said and said["mean"] is not None:
            lines.append(f"  {words}".ljust(_NAME) + percent(said["mean"]).rjust(_COLUMN)
                         + shown_interval(said).rjust(_INTERVAL))  # fmt: skip
    late = responses.get("people_late")
    if late and late["mean"]:
        lines.append(f"  still there after handover: {late['mean']:.1f} people per replication")
    return ["People", *lines] if lines else []


def _closings(results: Results) -> list[str]:
    """Returns a line for each place that must close: planned handover, median and spread of the day of closing."""
    scenario = results.manifest["scenario"]
    places: Mapping[str, Any] = scenario.get("places", {})
    responses = results.summary["responses"]
    rows = [(name, place, responses[_CLOSED + name]) for name, place in places.items()
            if _CLOSED + name in responses]  # fmt: skip
    if not rows:
        return []
    start = datetime.fromisoformat(str(scenario["calendar"]["start"]))
    rows.sort(key=lambda row: (str(row[1].get("handover", "~")), row[0]))
    head = padded("Closing", _PLACE) + "  planned         median          5 – 95 % of replications"
    names = clipped_apart((name for name, _, _ in rows), _PLACE - 3)
    lines = [head, *(_closing(start, name, *row[1:]) for name, row in zip(names[:_PLACES], rows, strict=False))]
    if len(rows) > _PLACES:
        lines.append(f"  … and {len(rows) - _PLACES} more places in summary.json")
    return lines


def _closing(start: datetime, name: str, place: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    planned = str(place.get("handover", "–"))[:10]
    never = said.get("null", {}).get("replications", 0)
    days = None
    if said["mean"] is not None:
        days = [_date(start, said["quantiles"][share]["value"]) for share in ("0.05", "0.5", "0.95")]
    return padded(f"  {name}", _PLACE) + "  " + closing_days(planned, days, never, said["replications"] + never)


def closing_days(planned: str, days: Sequence[str] | None, never: int, total: int) -> str:
    """Returns the columns of one closing: planned day, median and spread of the day, share that never closed."""
    if days is None:
        return f"{planned:<16}never closes"
    low, middle, high = days
    spread = f"{low} – {high}" if low != high else "the same"
    return f"{planned:<16}{middle:<16}{spread}" + (f"; never in {percent(never / total)}" if never else "")


def _date(start: datetime, days: float) -> str:
    # a place that closes at midnight closed on the day that ends then
    return (start + timedelta(days=days) - timedelta(seconds=1)).date().isoformat()


def _causes(results: Results) -> list[tuple[str, float, dict[str, Any]]]:
    """Returns the causes of what did not come out, with their share of tonnes, the largest first."""
    return sorted(_cause_rows(results), key=lambda row: (-row[1], row[0]))


def _cause_rows(results: Results) -> Iterator[tuple[str, float, dict[str, Any]]]:
    for row in rows_of(results, "summary"):
        if row["group"] == "cause" and row["value"] and float(row["value"]) > 0:
            ends = {end: float(row[end]) if row[end] else None for end in ("low", "high")}
            words = {"method": row["method"], "flag": unguarded(row.get("flag") or "")}
            yield unguarded(row["name"]), float(row["value"]), ends | words


def _why(causes: list[tuple[str, float, dict[str, Any]]]) -> list[str]:
    if not causes:
        return []
    head = "What did not come out, by cause".ljust(_NAME) + "of tonnes".rjust(_COLUMN)
    lines = [head + "95 % interval".rjust(_INTERVAL)]
    for cause, value, ends in causes[:_CAUSES]:
        lines.append(
            f"  {clipped(_words(cause), _NAME - 4)}".ljust(_NAME) + percent(value).rjust(_COLUMN)
            + shown_interval(ends).rjust(_INTERVAL)
        )  # fmt: skip
    rest = sum_in_order(value for _, value, _ in causes[_CAUSES:])
    if rest:
        others = f"  {counted(len(causes) - _CAUSES, 'other cause')}"
        lines.append(others.ljust(_NAME) + percent(rest).rjust(_COLUMN))
    total = sum_in_order(value for _, value, _ in causes)
    first, share, _ = causes[0]
    why = f"Why: {percent(total)} of tonnes did not come out; held up mostly by"
    return [*lines, "", *wrapped(f"{why}: {_words(first)} ({percent(share)}).")]


def _words(cause: str) -> str:
    return cause.replace("_", " ")


def _planned(results: Results) -> list[str]:
    from sim.cli.planner_answer import planner_line

    line = planner_line(results.summary.get("planner", []))
    return wrapped(line) if line else []


def _bounded(results: Results) -> list[str]:
    """Returns the bound beside what the plan brought out on the same tapes, if it was asked for."""
    said = results.bound
    if said is None or said["mean"]["bound"] is None:
        return []
    share, most, peace, war = (said["mean"][name] for name in ("extracted_share", "bound", "peace", "war"))
    ends = [pick(row["bound"] for row in said["rows"]) for pick in (min, max)]
    head = f"Bound, mean of {counted(said['tapes'], 'tape')}".ljust(_NAME) + "of tonnes".rjust(_COLUMN)
    lines = [
        head + "smallest – largest".rjust(_INTERVAL),
        "  best plan, knowing everything".ljust(_NAME) + percent(most).rjust(_COLUMN)
        + f"{percent(ends[0])} – {percent(ends[1])}".rjust(_INTERVAL),
        "  this plan, on the same tapes".ljust(_NAME) + percent(share).rjust(_COLUMN),
    ]  # fmt: skip
    words = f"A better plan could win at most {100 * (most - share):.1f} points more."
    if most - share < _NO_POINTS:
        words = "No plan could have brought out more."
    if peace is not None:
        same = "the same" if war < _NO_POINTS else f"{percent(peace)}: some {100 * war:.1f} points are the war's"
        words += f" Without any random event the bound is {same}."
    return [*lines, *wrapped(f"{words} Accidents, hits, attacks, fires and breakdowns are not in the bound.", "  ")]


def _failed(results: Results) -> list[str]:
    failures = results.manifest["failures"]
    if not failures:
        return []
    said = results.summary["responses"].get("extracted_share", {})
    lines = [f"{counted(len(failures), 'replication')} failed and are not counted above:"]
    for row in failures[:_FAILURES]:
        lines += wrapped(f"{row['replication']}: {row['error']}", "  ")
        lines.append(f"     {visible(row['repeat'])}")
    if len(failures) > _FAILURES:
        lines.append(f"  … and {len(failures) - _FAILURES} more in manifest.json")
    if said.get("low_at_worst") is not None and said.get("high_at_best") is not None:
        ends = f"{percent(said['low_at_worst'])} to {percent(said['high_at_best'])}"
        lines.append(f"  With the worst and the best outcome for them, the interval of the extracted share is {ends}.")
    return lines


def _flags(responses: Responses, causes: list[tuple[str, float, dict[str, Any]]]) -> list[str]:
    """Returns warnings: rare modes of the responses above, and rare outcomes that few replications can miss."""
    most = max((said["replications"] for said in responses.values()), default=0)
    if most < ENOUGH:
        return wrapped(f"! {counted(most, 'replication')} can miss {rare_outcomes(never_seen(most))}", "  ")
    shown = [*(f"{fate}_share" for fate in FATES), *PEOPLE]
    flagged = [(name, responses[name]["rare_mode"]) for name in shown
               if name in responses and "rare_mode" in responses[name]]  # fmt: skip
    lines = _unseen(responses, shown)
    for name, mode in flagged[:_FLAGS]:
        chance = f"chance {percent(mode['chance'])}, {percent(mode['low'])} to {percent(mode['high'])}"
        count = f"{mode['replications']:,} of {counted(responses[name]['replications'], 'replication')}"
        lines += wrapped(f"! In {count} {name} is {mode['where']} ({chance}); the interval of the mean may be too "
                         "narrow", "  ")  # fmt: skip
    if len(flagged) > _FLAGS:
        lines.append(f"  … and {len(flagged) - _FLAGS} more rare modes in summary.json")
    rare = [(_words(cause), said["flag"]) for cause, _, said in causes[:_CAUSES] if said["flag"]]
    for cause, flag in rare[:_FLAGS]:
        lines += wrapped(f"! {cause} (cause) is {flag}", "  ")
    return lines


def _unseen(responses: Responses, shown: list[str]) -> list[str]:
    """Returns a warning that means with a t-interval may miss rare outcomes, and how rare."""
    missing = [responses[name] for name in shown if "unseen" in responses.get(name, {})]
    if not missing:
        return []
    few = min(missing, key=lambda said: int(said["replications"]))
    said = f"! {counted(few['replications'], 'replication')} can miss {rare_outcomes(few['unseen']['chance_at_most'])}"
    said += f", and so can the intervals of means ({SHOWN} replications show outcomes of {percent(RARE)};"
    return wrapped(f"{said} --guarantee is valid with any number)", "  ")


def rare_outcomes(chance: float) -> str:
    """Names outcomes of at most this chance: `outcomes rarer than about 1 in 10`."""
    if chance >= 0.5:  # noqa: PLR2004 - `1 in 1` would say nothing
        return f"outcomes with a chance of up to {percent(chance)}"
    return f"outcomes rarer than about 1 in {1 / chance:,.0f}"
