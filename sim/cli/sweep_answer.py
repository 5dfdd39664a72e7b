"""The answer of a sweep on a terminal: plain text, at most 80 columns, from its folder alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.analysis.intervals import never_seen
from sim.analysis.modes import SHOWN
from sim.analysis.paired import TIED
from sim.analysis.sampling import SOBOL
from sim.cli.comparison_answer import CONSTANT, is_constant
from sim.cli.pedigree_answer import shares_lines
from sim.cli.run_answer import CAVEAT
from sim.cli.run_reasons import rare_outcomes
from sim.cli.text import PLAIN, clipped, clipped_apart, padded
from sim.cli.text import wrapped_plain as wrapped
from sim.figures.labels import counted
from sim.results.number_text import SHARES, interval, number, percent, points
from sim.results.sweep_folder import SweepResults
from sim.results.sweep_steps import from_first, turns
from sim.results.sweep_view import View

_NAME, _FIGURE, _INTERVAL, _STEP, _ENDS = 38, 12, 22, 15, 18
_FACTOR, _INDEX = 32, 24
_MEAN, _BAND = 8, 17
_ROWS, _RESPONSES = 24, 3
_INDICES = {"S1": "alone", "ST": "in all", "mu_star": "mu*", "rank_correlation": "correlation"}


def sweep_text(swept: SweepResults) -> str:
    """Returns all lines of the answer."""
    parts = [_title(swept), _sentence(swept), *_body(swept), _failed(swept), _flags(swept), wrapped(CAVEAT)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _title(swept: SweepResults) -> list[str]:
    summary = swept.summary
    name = clipped(str(summary["name"]), PLAIN - 4)
    kind = str(summary["design"]["kind"]).replace("_", " ")
    points = counted(summary["points"] // summary["draws"] if _apart(swept) else summary["points"], "point")
    said = f"{kind}: {points}, {counted(summary['replications'], 'replication')} in all, seed {summary['seed']}, "
    said += "common random numbers at all points"
    if _apart(swept):
        said += f"; {summary['draws']} draws at each ({summary['sampling']}), every draw with its own random events"
    return [name, "─" * len(name), *wrapped(said)]


def _sentence(swept: SweepResults) -> list[str]:
    """Returns a sentence to quote: the lowest and highest mean of the first response, and where they are."""
    response = next(iter(swept.summary["responses"]))
    table = next((one for one in ("sampled", "bands") if f"{one}.csv" in swept.manifest["tables"]), "estimates")
    rows = [row for row in _of(swept, table, response) if row["mean"] is not None]
    names, unit = swept.summary["levers"], _unit(swept, response)
    if len(rows) < 2 or not names:  # noqa: PLR2004 - one point has no range
        return []
    worst, best = (choose(rows, key=lambda row: float(row["mean"])) for choose in (min, max))
    if worst["mean"] == best["mean"]:
        said = f"{response} is {number(best['mean'], unit)} at all {len(rows):,} points"
    else:
        ends = [f"{number(row['mean'], unit)} ({_where(row, names)})" for row in (worst, best)]
        said = f"{response} ranges from {ends[0]} to {ends[1]} over {len(rows):,} points"
    return wrapped(f"In the model, {said}. Most inputs are assumptions.")


def _where(row: Mapping[str, Any], names: Sequence[str]) -> str:
    return clipped(", ".join(f"{name}={row[name]}" for name in names), 60)


def _apart(swept: SweepResults) -> bool:
    """Returns whether each draw of the uncertain inputs has its own random events."""
    return "sampled.csv" in swept.manifest["tables"]


def _body(swept: SweepResults) -> Iterator[list[str]]:
    kind, tables = swept.summary["design"]["kind"], swept.manifest["tables"]
    responses = list(swept.summary["responses"])[:_RESPONSES]
    if "effects.csv" in tables:
        yield from (_effects(swept, response) for response in responses)
    elif "sensitivity.csv" in tables:
        if not swept.summary["design"].get("groups"):  # of groups, the indices are those by grade
            yield from (_indices(swept, response) for response in responses)
        if "pedigree.csv" in tables:
            yield from (shares_lines(_of(swept, "pedigree", response), response) for response in responses)
    elif _apart(swept):
        yield from (_sampled(swept, response) for response in responses)
    elif "bands.csv" in tables:
        yield from (_bands(swept, response) for response in responses)
    if kind == "grid" and "bands.csv" not in tables and not _apart(swept):
        yield from (_points(swept, response) for response in responses)
        yield from _steps(swept, responses[0])
    if "bands.csv" in tables and "sensitivity.csv" in tables:
        yield from (_bands(swept, response) for response in responses[:1])
    if "pareto.csv" in tables:
        yield _front(swept)


def _settings(rows: Sequence[Mapping[str, Any] | None], names: Sequence[str]) -> list[str]:
    """Returns the levels of each row, cut to the width of the column; an empty text for `None`."""
    said = ["" if row is None else ", ".join(f"{name}={row[name]}" for name in names) for row in rows]
    once = list(dict.fromkeys(said))
    known = dict(zip(once, clipped_apart(once, _NAME - 3), strict=True))
    return [known[text] for text in said]


def _head(response: str, *columns: tuple[str, int], name: int = _NAME) -> str:
    return padded(clipped(response, name - 1), name) + "".join(text.rjust(width) for text, width in columns)


def _points(swept: SweepResults, response: str) -> list[str]:
    """Returns a line for each point with the mean; of many points, the highest and the lowest."""
    rows = _of(swept, "estimates", response)
    unit, names = _unit(swept, response), swept.summary["levers"]
    lines = [_head(response, ("mean", _FIGURE), ("95 % interval", _INTERVAL))]
    shown = _best_and_worst(rows)
    for setting, row in zip(_settings(shown, names), shown, strict=True):
        if row is None:
            lines.append(f"  … {len(rows) - _ROWS} more points between these in estimates.csv")
            continue
        lines.append(
            padded(f"  {setting}", _NAME) + number(row["mean"], unit).rjust(_FIGURE)
            + interval(row["low"], row["high"], unit).rjust(_INTERVAL)
        )  # fmt: skip
    return lines


def _steps(swept: SweepResults, response: str) -> Iterator[list[str]]:
    """Yields the paired differences of points from the first, and factors along which the response turns."""
    view = View(swept)
    if not 1 < len(view.settings) <= _ROWS:
        return
    unit, names = _unit(swept, response), swept.summary["levers"]
    settings = _settings(view.settings, names)
    width = ("difference, pp" if unit in SHARES else f"difference, {unit}"[: _STEP - 1], _STEP)
    lines = [_head(f"{response}, from the first", width, ("95 %, together", _ENDS))]
    for setting, said in zip(settings[1:], from_first(view, response), strict=True):
        ends = "no interval" if said.low is None else f"{_gap(said.low, unit)} – {_gap(said.high, unit)}"
        words = CONSTANT if said.unseen is not None else TIED if said.verdict == TIED else ""
        line = padded(f"  {setting}", _NAME) + _gap(said.mean, unit).rjust(_STEP) + ends.rjust(_ENDS)
        lines.append(f"{line} {words}".rstrip())
    for one in turns(swept, view, response):
        fixed = "".join(f", with {name}={level}" for name, level in one.fixed.items())
        rises, falls = ("{} to {}".format(*step) for step in (one.rises, one.falls))
        lines += wrapped(
            f"! not monotone along {one.factor}: it rises from {rises} and falls from {falls}{fixed}", "  "
        )
    yield lines


def _of(swept: SweepResults, table: str, response: str) -> list[dict[str, Any]]:
    return [row for row in swept.rows(table) if row["response"] == response]


def _best_and_worst(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """Returns all rows, or of many those with the highest and lowest means, with `None` between."""
    if len(rows) <= _ROWS:
        return list(rows)
    ranked = sorted((row for row in rows if row["mean"] is not None), key=lambda row: -row["mean"])
    half = _ROWS // 2
    return [*ranked[:half], None, *ranked[half:][-half:]] if len(ranked) > _ROWS else list(ranked)


def _unit(swept: SweepResults, response: str) -> str:
    return str(swept.summary["responses"][response]["unit"])


def _gap(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit in SHARES:
        return points(value)
    return "0" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,.4g}"


def _effects(swept: SweepResults, response: str) -> list[str]:
    """Returns the effect of each level compared with the unchanged file, the largest first."""
    rows = sorted(_of(swept, "effects", response), key=lambda row: -abs(row["difference"] or 0.0))
    unit = _unit(swept, response)
    width = ("difference, pp" if unit in SHARES else f"difference, {unit}"[: _STEP - 1], _STEP)
    lines = [_head(f"{response}, against the base", width, ("95 % interval", _ENDS))]
    said = [f"{row['factor']}={row['value']} (now {row['base']})" for row in rows[:_ROWS]]
    for name, row in zip(clipped_apart(said, _NAME - 3), rows, strict=False):
        ends = "no interval"
        if row["low"] is not None:
            same = row["low"] == row["high"]
            ends = "same every time" if same else f"{_gap(row['low'], unit)} – {_gap(row['high'], unit)}"
        words = CONSTANT if is_constant(row) else str(row["words"]).partition(";")[0]
        lines.append(
            padded(f"  {name}", _NAME) + _gap(row["difference"], unit).rjust(_STEP) + ends.rjust(_ENDS)
            + (f" {words}" if words in (TIED, CONSTANT) else "")
        )  # fmt: skip
    return lines + ([f"  … {len(rows) - _ROWS} more in effects.csv"] if len(rows) > _ROWS else [])


def _indices(swept: SweepResults, response: str) -> list[str]:
    """Returns the indices of each factor, the most influential first."""
    found = _of(swept, "sensitivity", response)
    kinds = [kind for kind in _INDICES if any(row["index"] == kind for row in found)]
    by_factor: dict[str, dict[str, Any]] = {}
    for row in found:
        by_factor.setdefault(row["factor"], {})[row["index"]] = row
    known = {name: rows for name, rows in by_factor.items() if rows[kinds[-1]]["value"] is not None}
    if not known:
        why = next(iter(by_factor.values()))[kinds[-1]]["method"] if by_factor else "no factors"
        return [_head(response), f"  no indices: {why}"]
    lines = [_head(response, *((f"{_INDICES[kind]}  95 % interval", _INDEX) for kind in kinds), name=_FACTOR)]
    ranked = sorted(known.items(), key=lambda item: -abs(item[1][kinds[-1]]["value"]))
    labels = clipped_apart((name for name, _ in ranked[:_ROWS]), _FACTOR - 3)
    for label, (_, rows) in zip(labels, ranked, strict=False):
        cells = [f"{rows[kind]['value']:+.3f}  {rows[kind]['low']:+.3f} – {rows[kind]['high']:+.3f}" for kind in kinds]
        lines.append(padded(f"  {label}", _FACTOR) + "".join(cell.rjust(_INDEX) for cell in cells))
    return lines + ([f"  … {len(known) - _ROWS} more in sensitivity.csv"] if len(known) > _ROWS else [])


def _bands(swept: SweepResults, response: str) -> list[str]:
    """Returns the means, and their spread by source: ignorance and chance."""
    unit, names = _unit(swept, response), swept.summary["levers"]
    parts = _shares(_of(swept, "variance", response))
    head = _head(response, ("mean", _MEAN), ("ignorance 5–95 %", _BAND), ("chance 5–95 %", _BAND))
    lines = [head]
    rows = _of(swept, "bands", response)[:_ROWS]
    for setting, row in zip(_settings(rows, names), rows, strict=True):
        ends = [interval(row[f"{kind}_p05"], row[f"{kind}_p95"], unit) for kind in ("ignorance", "chance")]
        line = padded(f"  {setting or 'all draws'}", _NAME) + number(row["mean"], unit).rjust(_MEAN)
        lines.append(line + "".join(end.rjust(_BAND) for end in ends))
        if row["lever_point"] in parts:
            lines += wrapped(f"of the variance: {parts[row['lever_point']]}", "    ")
    return lines


def _sampled(swept: SweepResults, response: str) -> list[str]:
    """Returns the means over draws and random events, and the saving of runs against independent draws."""
    unit, names = _unit(swept, response), swept.summary["levers"]
    columns = [("mean", _MEAN), ("95 % interval", _BAND)]
    even = swept.summary["sampling"] == SOBOL
    lines = [_head(response, *columns, *([("times fewer runs", _BAND)] if even else []))]
    rows = _of(swept, "sampled", response)[:_ROWS]
    for setting, row in zip(_settings(rows, names), rows, strict=True):
        factor = row["variance_factor"]
        ends = "" if factor is None else f" ({row['variance_factor_low']:.2g} – {row['variance_factor_high']:.2g})"
        lines.append(
            padded(f"  {setting or 'all draws'}", _NAME) + number(row["mean"], unit).rjust(_MEAN)
            + interval(row["low"], row["high"], unit).rjust(_BAND)
            + (("–" if factor is None else f"{factor:.2g}{ends}").rjust(_BAND) if even else "")
        )  # fmt: skip
    return lines


def _shares(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for row in rows:
        if row["share"] is not None:
            ends = f"({interval(row['low'], row['high'], 'share')})"
            words = {"both": "their interaction"}.get(str(row["source"]), str(row["source"]))
            found.setdefault(int(row["lever_point"]), []).append(f"{words} {percent(row['share'])} {ends}")
    return {at: ", ".join(said) for at, said in found.items()}


def _front(swept: SweepResults) -> list[str]:
    """Returns the points of the Pareto front."""
    ways = swept.summary["pareto"]
    rows = [row for row in swept.rows("pareto") if row["on_front"]]
    wanted = ", ".join(f"{way} {name}" for name, way in ways.items())
    lines = [padded("Points of the Pareto front", _NAME) + "chance of it".rjust(_FIGURE), *wrapped(wanted, "  ")]
    shown = sorted(rows, key=lambda row: -row["chance"])[:_ROWS]
    for setting, row in zip(_settings(shown, swept.summary["levers"]), shown, strict=True):
        means = ", ".join(f"{name} {number(row[name], _unit(swept, name))}" for name in ways)
        lines.append(padded(f"  {setting}", _NAME) + percent(row["chance"]).rjust(_FIGURE))
        lines += wrapped(means, "    ")
    return lines


def _flags(swept: SweepResults) -> list[str]:
    """Returns all warnings in one sentence with their count: modes that showed too rarely, or can be missed."""
    table = "sampled" if _apart(swept) else "estimates"
    rows = swept.rows(table)
    flagged = sum(bool(row["flag"]) for row in rows)
    said = f"{flagged:,} of {counted(len(rows), 'estimate')} depend on a mode that too few replications showed"
    found = [f"{said}: the column `flag` of {table}.csv marks them"] if flagged else []
    found += _unseen(rows)
    count = f"{len(found)} warnings: " if len(found) > 1 else ""
    return wrapped(f"! {count}{'; '.join(found)}") if found else []


def _unseen(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Returns a warning that means of shares may miss rare outcomes, and how rare."""
    shares = [row for row in rows if row["unit"] == "share" and " t" in str(row["method"])]
    counts = [
        row["replications"] for row in shares if row["replications"]
    ]  # all replications of a point may have failed
    if not counts or min(counts) >= SHOWN:
        return []
    few = counted(min(counts), "replication")
    rare = rare_outcomes(never_seen(min(counts)))
    return [f"{few} per point can miss {rare}, and so can the intervals of means"]


def _failed(swept: SweepResults) -> list[str]:
    if not swept.manifest["failed"]:
        return []
    rows = swept.rows("failures")
    lines = [f"{counted(len(rows), 'replication')} failed and are in no mean (failures.csv lists all):"]
    for row in rows[:3]:
        lines += wrapped(f"point {row['point']}, replication {row['replication']}: {row['error']}", "  ")
        lines += wrapped(f"repeat: {row['repeat']}", "    ")
    return lines
