"""The answer of a backtest on a terminal: read from its summary alone, at most 100 columns; each miss is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sim.cli.text import clipped, padded, wrapped
from sim.figures.labels import counted
from sim.results.number_text import percent

_NAME, _CELL, _BAND, _HITS, _CRPS, _PIT, _SKILL = 25, 8, 17, 7, 9, 5, 7
_STICKS = ("plan", "pace", "line")
_FORECAST = "The forecast: it contains no event after {cut}"
_FIT = "The fit: the scenario with hindsight. It is not a forecast; its inputs were chosen with the record known"
_SHOWN, _FAILURES = 40, 3
_IN_DAYS = ("closings", "camps emptied", "rounds, days", "columns, days")

Side = Mapping[str, Any]


def backtest_text(summary: Mapping[str, Any]) -> str:
    """Returns all lines of the answer."""
    cut = _date(summary["cut"])
    head = f"{counted(summary['replications'], 'replication')}, seed {summary['seed']}; cut after {cut}"
    parts = [[head]]
    for side in summary["sides"]:
        parts.append([*_table(side, str(cut)), *_flags(side)])
        parts.append([*_groups(side), *_order(side), *_power(side)])
        parts.append(list(_misses(side)))
    parts += [list(_hindsight(summary)), list(_caveat(summary))]
    return "\n\n".join("\n".join(part) for part in parts if part)


def failure_lines(failures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yields a sentence for each of the first three failures of each scenario."""
    reported: dict[str, int] = {}
    for row in failures:
        reported[row["scenario"]] = reported.get(row["scenario"], 0) + 1
        if reported[row["scenario"]] <= _FAILURES:
            yield f"{row['scenario']}, replication {row['replication']} failed: {row['error']}"


def _date(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"


def _shown(value: float | str | None, unit: str = "") -> str:
    """Formats a value in few characters: `21 Oct`, `3,367`, `7.9`, `31.0 %`."""
    if value is None:
        return "–"
    if unit == "share" and not isinstance(value, str):
        return f"{100 * value:.1f} %"
    if isinstance(value, str):
        day = date.fromisoformat(value)
        return f"{day.day} {day:%b}"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"  # noqa: PLR2004 - digits that matter


def _crps(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return (f"{value:,.0f}" if value >= 100 else f"{value:.2f}") + (" d" if unit in ("date", "days") else "")  # noqa: PLR2004 - as above


def _skill(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{round(value, 2) + 0.0:+.2f}" if abs(value) < 100 else f"{value:+.0f}"  # noqa: PLR2004 - as above


def _band(one: Mapping[str, Any], ends: str) -> str:
    low, high = one[f"{ends}_low"], one[f"{ends}_high"]
    return "no value" if low is None else f"{_shown(low, one['unit'])} – {_shown(high, one['unit'])}"


def _table(side: Side, cut: str) -> list[str]:
    """Returns a line for each target; skill only for a forecast, since a fit has none."""
    forecast = _is_forecast(side)
    simulated = f"{clipped(side['scenario'], 60)}; {counted(side['succeeded'], 'replication')} succeeded"
    simulated += f", {side['failed']} failed" * bool(side["failed"])
    head = "".ljust(_NAME) + "record".rjust(_CELL) + "median".rjust(_CELL) + "90 % interval".rjust(_BAND)
    head += "50 90".rjust(_HITS) + "CRPS".rjust(_CRPS) + "PIT".rjust(_PIT)
    above = ["skill over".rjust(len(head) + 2 * _SKILL)] if forecast else []
    head += "".join(stick.rjust(_SKILL) for stick in _STICKS) * forecast
    title = wrapped(_FORECAST.format(cut=cut) if forecast else _FIT)
    note = wrapped(side["note"], "  ") if forecast and side["note"] else []
    names = side["sampled"]
    drawn = wrapped(f"Every replication has its own draw of: {', '.join(names)}.", "  ") if names else []
    return [
        *title,
        f"  {simulated}",
        *note,
        *drawn,
        "",
        *above,
        head,
        *(_row(one, forecast) for one in side["targets"]),
    ]


def _is_forecast(side: Side) -> bool:
    return bool(side["name"] == "forecast")


def _row(one: Mapping[str, Any], forecast: bool) -> str:
    hits = f"{'●' if one['in_half'] else '○'}  {'●' if one['in_most'] else '○'}"
    pit = "–" if one["pit"] is None else f"{one['pit']:.2f}"
    line = padded(clipped(one["words"], _NAME - 1), _NAME) + _shown(one["record"], one["unit"]).rjust(_CELL)
    line += _shown(one["median"], one["unit"]).rjust(_CELL) + _band(one, "most").rjust(_BAND) + hits.rjust(_HITS)
    line += _crps(one["crps"], one["unit"]).rjust(_CRPS) + pit.rjust(_PIT)
    return line + "".join(_skill(one["skills"][stick]).rjust(_SKILL) for stick in _STICKS) * forecast


def _flags(side: Side) -> Iterator[str]:
    few = [one for one in side["targets"] if one["members"] < side["succeeded"]]
    for one in few:
        what = "not scored" if one["crps"] is None else "scored on those"
        said = f"! {one['words']}: {one['members']} of {side['succeeded']} replications have a value; {what}"
        yield from wrapped(said, "  ")


def _groups(side: Side) -> Iterator[str]:
    forecast = _is_forecast(side)
    head = padded("Together", _NAME) + "targets".rjust(_CELL) + "mean CRPS".rjust(_CELL + 3)
    yield head + ("skill over".rjust(14) + "".join(stick.rjust(_SKILL) for stick in _STICKS)) * forecast
    for row in side["groups"]:
        unit = "days" if row["group"] in _IN_DAYS else ""
        line = padded(f"  {row['group']}", _NAME) + str(row["targets"]).rjust(_CELL)
        line += _crps(row["crps"], unit).rjust(_CELL + 3)
        reported = "".join(_skill(row["skills"][stick]).rjust(_SKILL) for stick in _STICKS)
        yield line + ("".rjust(14) + reported) * forecast
    yield ""


def _order(side: Side) -> list[str]:
    if all(rank["spearman"] is None for rank in side["order"].values()):
        return []  # fewer than two camps
    reported = [
        f"{name} {_rank(rank['spearman'])} / {_rank(rank['kendall'])}" for name, rank in side["order"].items()
        if _is_forecast(side) or name not in _STICKS
    ]  # fmt: skip
    return wrapped(f"Order of closing compared with the record, Spearman / Kendall: {'; '.join(reported)}.")


def _rank(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _power(side: Side) -> list[str]:
    hits, ends = side["hits"], side["not_excluded"]
    half, most = (f"{percent(ends[name][0])} to {percent(ends[name][1])}" for name in ("half", "most"))
    return wrapped(
        f"Hits: {hits['half']} of {hits['targets']} in the 50 % interval, {hits['most']} of {hits['targets']} in the "
        f"90 % interval. If the targets were independent, true hit rates of {half} and of {most} could not be "
        "excluded (exact, 95 %); they are not independent, so even less is certain."
    )


def _misses(side: Side) -> Iterator[str]:
    rows = [one for one in side["targets"] if one["name"] in set(side["misses"])]
    if not rows:
        yield f"Misses of the {side['name']}: none"
        return
    yield f"Misses of the {side['name']}, outside 9 of 10 replications:"
    for one in rows:
        yield from wrapped(_miss(one), "  ")


def _miss(one: Mapping[str, Any]) -> str:
    """Describes a miss in a sentence; `in_doubt` where another source would make it a hit."""
    record = _shown(one["record"], one["unit"])
    if one["crps"] is None:
        return f"{one['words']}: the record has {record}, the model no value in most replications."
    early, late = ("too early", "too late") if one["unit"] == "date" else ("too low", "too high")
    way = early if one["most_high"] < one["record"] else late
    doubt = ""
    if one["in_doubt"]:
        ends = f"{_shown(one['low'], one['unit'])} to {_shown(one['high'], one['unit'])}"
        doubt = f" Sources have {ends}: according to one of them it is a hit."
    return f"{one['words']}: the record has {record}, the model {_band(one, 'most')}: {way}.{doubt}"


def _hindsight(summary: Mapping[str, Any]) -> Iterator[str]:
    if not summary["hindsight"] and not summary["replaced"]:
        return
    yield from wrapped(f"Inputs of the scenario with hindsight about days after {_date(summary['cut'])}:")
    for row in summary["hindsight"]:
        yield from wrapped(f"{_shown(row['from']).rjust(6)}  {row['input']}", "  ")
    yield ""
    yield from wrapped("Inputs in which the forecast differs from it, including those above:")
    yield from wrapped(_listed(summary["replaced"]), "  ")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _caveat(summary: Mapping[str, Any]) -> Iterator[str]:
    yield from wrapped(
        "Skill is 1 − CRPS / error of a reference forecast (the plan's dates, the pace of phase 1, a straight line "
        "from the cut). Above 0 the model is better; – means that the reference has no value or was exact."
    )
    share = "No share of equipment is scored, because no public number of the share destroyed exists."
    if any(one["unit"] == "share" for side in summary["sides"] for one in side["targets"]):
        share = "The share is of lots by number, out by that day. No share destroyed is scored: none was published."
    yield from wrapped(
        "The forecast was written after the events: it contains no event after the cut, but its author knew them. "
        f"{share} A share in the model is not a historical fact."
    )
