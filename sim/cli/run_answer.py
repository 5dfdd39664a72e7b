"""The answer of a run on a terminal: plain text that fits 80 columns, read from the results folder alone.

Its order: a sentence to quote, shares, people, dates, busiest means, where things stood when they were given up, the
policies in force, warnings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sim.cli.run_reasons import given_up, limits, policies, warnings
from sim.cli.run_rows import NARROW, Page, Responses, spread, starred
from sim.cli.text import clipped, clipped_apart, padded, wrapped
from sim.errors import visible
from sim.figures.labels import counted
from sim.page import told
from sim.page.words import PLAIN
from sim.results.finished import Results
from sim.results.number_text import money, percent, shown_interval

PEOPLE = {"people_out_share": "out by the deadline", "deadline_met": "all closed by the deadline"}
FATES = ("extracted", "retained", "transferred", "destroyed", "disabled", "lost", "abandoned", "late")
BOTH = "destroyed_or_disabled_share"
"""What was destroyed and what was disabled, together."""
_TAKEN = {
    "sorties_flown": "sorties flown", "fill": "mean fill of flights", "convoys": "convoys",
    "hurt": "people hurt on roads", "accidents": "accidents at landing", "hits": "aircraft hit",
    "cost_usd": "cost of lift",
}  # fmt: skip
_FAILURES = 3
_CLOSED, _PLACES, _PLACE, _DATE = "closed_", 24, 24, 12
_PARTS = ("destroyed", "disabled")
_BOUND_NAME, _BOUND_COLUMN, _BOUND_INTERVAL = 34, 10, 22
CAVEAT = (
    "A share in the model is not a historical fact: it is conditional on its inputs, many of them assumed "
    "(drawdown check --sources)."
)


def run_text(results: Results, width: int = NARROW, verbose: bool = False) -> str:
    """Returns all lines of the answer, for a terminal of this width; `verbose` spells out every warning."""
    page = Page(width, verbose)
    parts = [_title(results, page), _never(results, page)]
    if not results.manifest["succeeded"]:
        parts.append(_failed(results, page))
        return "\n\n".join("\n".join(part) for part in parts if part)
    responses: Responses = results.summary["responses"]
    parts += [
        _sentence(results, page), _fates(results, responses, page), _people(results, responses, page),
        _taken(responses, page), _closings(results, page), limits(results, page), _planned(results, page),
        _bounded(results, page), given_up(results, page),
        policies(results, page), _failed(results, page), warnings(results, page),
        wrapped(CAVEAT, width=page.width),
    ]  # fmt: skip
    return "\n\n".join("\n".join(part) for part in parts if part)


def _title(results: Results, page: Page) -> list[str]:
    manifest = results.manifest
    name = clipped(str(manifest["name"]), page.width - 4)
    simulated, failed = manifest["succeeded"], len(manifest["failures"])
    count = f"{simulated:,} of " * (failed > 0) + counted(simulated + failed, "replication")
    said = f"{count}, seed {manifest['seed']}" + (f" ({failed} failed)" if failed else "")
    said += _stopped(manifest)
    changes = [*manifest["sets"], *(f"without {cause}" for cause in manifest["identity"]["without"])]
    lines = [name, "─" * len(name), *wrapped(said, width=page.width)]
    return lines + [line for change in changes for line in wrapped(f"changed: {change}", "  ", page.width)]


def _never(results: Results, page: Page) -> list[str]:
    """Returns a sentence about what the scenario plans but can never do."""
    found = results.manifest.get("never")
    if not isinstance(found, list) or not found:
        return []
    more = f"; {len(found) - 1:,} more: drawdown check" if len(found) > 1 else ""
    return wrapped(f"! Cannot work as planned: {clipped(str(found[0]), 300)}{more}", width=page.width)


def _stopped(manifest: Mapping[str, Any]) -> str:
    reached = manifest["stopping"]["reached"]
    if reached is None:
        return ""
    wanted = ", ".join(f"{name} ± {width:g}" for name, width in manifest["identity"]["precision"].items())
    looks = counted(manifest["stopping"]["looks"], "check")
    return f"; {wanted} {'reached' if reached else 'NOT reached'} after {looks}"


# the sentence to quote


def _sentence(results: Results, page: Page) -> list[str]:
    return _told(" ".join(told.quotable(results, PLAIN)), page)


def _told(sentence: str, page: Page, indent: str = "") -> list[str]:
    """Returns the lines of a sentence that pages say too; none for an empty one."""
    return wrapped(sentence.replace("\u00a0", " "), indent, page.width) if sentence else []


def _deadline(results: Results) -> str:
    return str(results.manifest["scenario"]["calendar"]["deadline"])[:10]


# shares


def _fates(results: Results, responses: Responses, page: Page) -> list[str]:
    if "extracted_share" not in responses:
        return []
    head = page.row("What becomes of it", "tonnes", "95 % interval", "5 – 95 %", "lots", "value")
    if responses["extracted_share"]["mean"] is None:
        return [head, "  no equipment at places that must close"]
    totals = results.summary.get("findings", {}).get("totals", {})
    impossible = results.manifest.get("impossible", ())
    lines = [head]
    for fate in FATES:
        if f"{fate}_share" not in responses or (fate in impossible and not responses[f"{fate}_share"]["mean"]):
            continue
        if fate == _PARTS[0] and BOTH in totals:
            lines.append(_fate("  destroyed or disabled", BOTH, totals, page))
        below = "    " if fate in _PARTS and BOTH in totals else "  "
        lines.append(_fate(f"{below}{fate}", f"{fate}_share", responses, page))
    return lines


def _fate(words: str, name: str, responses: Responses, page: Page) -> str:
    said = responses[name]
    others = [percent(responses.get(name + measure, {}).get("mean")) for measure in ("_lots", "_value")]
    return page.row(starred(words, said), percent(said["mean"]), shown_interval(said), spread(said), *others)


# people and what it took


def _people(results: Results, responses: Responses, page: Page) -> list[str]:
    lines = []
    for name, words in PEOPLE.items():
        said = responses.get(name)
        if said and said["mean"] is not None:
            lines.append(page.row(starred(f"  {words}", said), percent(said["mean"]), shown_interval(said)))
    lines += _told(told.at_risk(results, PLAIN), page, "  ")
    head = f"People (deadline {_deadline(results)}; each place has its own handover)"
    return [*wrapped(head, width=page.width), *lines] if lines else []


def _taken(responses: Responses, page: Page) -> list[str]:
    lines = []
    for name, words in _TAKEN.items():
        said = responses.get(name)
        if said and said["mean"]:
            ends = [said["quantiles"][share]["value"] for share in ("0.05", "0.95")]
            low, high = (_amount(name, end) for end in ends)
            unit = low.rpartition(" ")[2]
            start = low.removesuffix(f" {unit}") if high.endswith(f" {unit}") else low
            between = high if low == high else f"{start} – {high}"
            lines.append(_three(f"  {words}", _amount(name, said["mean"]), between, page))
    return [_three("What it took", "mean", "5 – 95 %", page), *lines] if lines else []


def _three(name: str, mean: str, between: str, page: Page) -> str:
    return padded(name, min(page.width - 34, 38)) + mean.rjust(12) + between.rjust(22)


def _amount(name: str, value: float) -> str:
    if name == "cost_usd":
        return money(value)
    return percent(value) if name == "fill" else f"{value:,.0f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004


# dates


def _closings(results: Results, page: Page) -> list[str]:
    """Returns for each place that must close: planned handover, median and spread of its closing, and why it moved."""
    scenario = results.manifest["scenario"]
    places: Mapping[str, Any] = scenario.get("places", {})
    responses = results.summary["responses"]
    rows = [(name, place, responses[_CLOSED + name]) for name, place in places.items()
            if _CLOSED + name in responses]  # fmt: skip
    if not rows:
        return []
    start = datetime.fromisoformat(str(scenario["calendar"]["start"]))
    rows.sort(key=lambda row: (str(row[1].get("handover", "~")), row[0]))
    orders = results.summary.get("findings", {}).get("orders", {})
    plan, wide = (f"{'planned':<{_DATE}}", _PLACE) if page.width >= NARROW else ("", _PLACE - 6)
    head = padded("Closing", wide) + f"  {plan}{'median':<{_DATE}}5 – 95 % of replications"
    names = clipped_apart((name for name, _, _ in rows), wide - 3)
    lines = [head]
    for name, row in zip(names[:_PLACES], rows, strict=False):
        days, *more = _closing(start, *row[1:])
        lines += [padded(f"  {name}", wide) + "  " + (days if plan else days[_DATE:]), *more]
        if row[0] in orders:
            lines += _told(told.moved(start, orders[row[0]], PLAIN), page, "    ")
    if len(rows) > _PLACES:
        lines.append(f"  … and {len(rows) - _PLACES} more places in summary.json")
    return lines


def _closing(start: datetime, place: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    planned = str(place.get("handover", "–"))[:10]
    never = said.get("null", {}).get("replications", 0)
    days = None
    if said["mean"] is not None:
        days = [_date(start, said["quantiles"][share]["value"]) for share in ("0.05", "0.5", "0.95")]
    return closing_days(planned, days, never, said["replications"] + never, _DATE)


def closing_days(planned: str, days: Sequence[str] | None, never: int, total: int, column: int = 16) -> list[str]:
    """Returns the columns of one closing, planned day, median and spread; then a line on how often it never closed."""
    if days is None:
        return [f"{planned:<{column}}never closes"]
    low, middle, high = days
    between = f"{low} – {high}" if low != high else low
    rarely = [f"    never in {percent(never / total)} of replications"] if never else []
    return [f"{planned:<{column}}{middle:<{column}}{between}", *rarely]


def _date(start: datetime, days: float) -> str:
    # a place that closes at midnight closed on the day that ends then
    return (start + timedelta(days=days) - timedelta(seconds=1)).date().isoformat()


# replications that failed


def _planned(results: Results, page: Page) -> list[str]:
    return _told(told.formula(results.summary.get("planner", []), PLAIN), page)


def _bounded(results: Results, page: Page) -> list[str]:
    """Returns the bound beside what the plan brought out on the same tapes, if it was asked for."""
    said = results.bound
    if said is None or said["mean"]["bound"] is None:
        return []
    share, most = (said["mean"][name] for name in ("extracted_share", "bound"))
    ends = [pick(row["bound"] for row in said["rows"]) for pick in (min, max)]
    head = f"Bound, mean of {counted(said['tapes'], 'tape')}".ljust(_BOUND_NAME) + "of tonnes".rjust(_BOUND_COLUMN)
    lines = [
        head + "smallest – largest".rjust(_BOUND_INTERVAL),
        "  best plan, knowing everything".ljust(_BOUND_NAME) + percent(most).rjust(_BOUND_COLUMN)
        + f"{percent(ends[0])} – {percent(ends[1])}".rjust(_BOUND_INTERVAL),
        "  this plan, on the same tapes".ljust(_BOUND_NAME) + percent(share).rjust(_BOUND_COLUMN),
    ]  # fmt: skip
    _, *sentences = told.bound(results, PLAIN)
    return [*lines, *_told(" ".join(sentences), page, "  ")]


def _failed(results: Results, page: Page) -> list[str]:
    failures = results.manifest["failures"]
    if not failures:
        return []
    said = results.summary["responses"].get("extracted_share", {})
    lines = [f"{counted(len(failures), 'replication')} failed and are not counted above:"]
    for row in failures[:_FAILURES]:
        lines += wrapped(f"{row['replication']}: {row['error']}", "  ", page.width)
        lines.append(f"     {visible(row['repeat'])}")
    if len(failures) > _FAILURES:
        lines.append(f"  … and {len(failures) - _FAILURES} more in manifest.json")
    if said.get("low_at_worst") is not None and said.get("high_at_best") is not None:
        ends = f"{percent(said['low_at_worst'])} to {percent(said['high_at_best'])}"
        worst = f"With the worst and the best outcome for them, the interval of the extracted share is {ends}."
        lines += wrapped(worst, "  ", page.width)
    return lines
