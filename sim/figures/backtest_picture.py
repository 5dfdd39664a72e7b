"""The picture of a backtest: for each target the predictive intervals and the value of the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.figures.labels import counted, labels
from sim.figures.stamp import stamped
from sim.figures.style import FAINT, INK, Heading, sheet, styled
from sim.results.backtest_folder import BacktestResults

_FORECAST, _FIT, _MARK = "#0072B2", "#BBBBBB", "#D55E00"
_MOST = 60
_GAP = 0.17


@styled
def record(tested: BacktestResults, ax: Axes | None = None) -> Axes:
    """Draws the targets; those of one kind share a scale that holds record, intervals and plan."""
    summary = tested.summary
    rows = summary["sides"][0]["targets"][:_MOST]
    if ax is not None:
        ax.set_title(_title(summary))
        return _draw(ax, summary, rows)
    number = counted(int(summary["replications"]), "replication")
    origin = f"{number}, seed {summary['seed']} · cut after {summary['cut']} · rows of one kind share a scale"
    keys = [
        (Line2D([], [], color=_FORECAST, linewidth=5, alpha=0.9), "forecast: 50 % of replications"),
        (Line2D([], [], color=_FORECAST, linewidth=1.6), "forecast: 90 % of replications"),
        (Line2D([], [], color=_MARK, marker="D", linestyle="none"), "record (thin: as sources differ)"),
        (Line2D([], [], color=INK, marker="|", linestyle="none"), "the plan"),
    ]  # fmt: skip
    if len(summary["sides"]) > 1:
        keys.insert(2, (Line2D([], [], color=_FIT, linewidth=4), "fit with hindsight: 90 %, not a forecast"))
    said = "Bands are the spread of single replications, not intervals of a mean."
    if all(row["unit"] != "share" for row in rows):
        said += " No share of equipment is scored: the record has none."
    fig = sheet(0.36 * len(rows) + 0.5, Heading(_title(summary), stamped(origin, tested.manifest), keys, 3), [said])
    return _draw(fig.add_subplot(), summary, rows)


def _title(summary: Mapping[str, Any]) -> str:
    hits = summary["sides"][0]["hits"]
    return f"{hits['most']} of {hits['targets']} values of the record are within the 90 % interval of the forecast"


def _number(value: float | str) -> float:
    return float(date.fromisoformat(value).toordinal()) if isinstance(value, str) else float(value)


def _draw(ax: Axes, summary: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Axes:
    fits = {one["name"]: one for side in summary["sides"][1:] for one in side["targets"]}
    values: dict[str, list[float]] = {}
    for row in rows:
        values.setdefault(row["measure"], []).extend(_figures(row, fits.get(row["name"])))
    for y, row in enumerate(rows):
        least, most = min(values[row["measure"]]), max(values[row["measure"]])
        _row(_Pen(ax, y, least, (most - least) or 1.0), row, fits.get(row["name"]))
    ax.set_yticks(range(len(rows)), labels((row["words"] for row in rows), 34))
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(-0.03, 1.35)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.grid(visible=False, axis="x")
    return ax


def _figures(row: Mapping[str, Any], fit: Mapping[str, Any] | None) -> list[float]:
    said = [row[name] for name in ("record", "low", "high", "most_low", "most_high")]
    said += [row["reference_forecasts"]["plan"]] + ([fit["most_low"], fit["most_high"]] if fit is not None else [])
    return [_number(value) for value in said if value is not None]


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws on one row, whose scale begins at `least` and is `span` long."""

    ax: Axes
    y: float
    least: float
    span: float

    def at(self, value: float | str) -> float:
        return (_number(value) - self.least) / self.span

    def band(self, low: float | str, high: float | str, lift: float, colour: str, width: float) -> None:
        """Draws a band, or a point where its ends are equal."""
        ends, level = (self.at(low), self.at(high)), (self.y + lift, self.y + lift)
        self.ax.plot(ends, level, color=colour, linewidth=width, solid_capstyle="butt")
        self.ax.plot(ends, level, color=colour, marker="o", markersize=2.5, linestyle="none")


def _row(pen: _Pen, row: Mapping[str, Any], fit: Mapping[str, Any] | None) -> None:
    if fit is not None and fit["most_low"] is not None:
        pen.band(fit["most_low"], fit["most_high"], _GAP, _FIT, 4)
    if row["most_low"] is not None:
        pen.band(row["most_low"], row["most_high"], -_GAP, _FORECAST, 1.6)
        pen.band(row["half_low"], row["half_high"], -_GAP, _FORECAST, 5)
    if row["reference_forecasts"]["plan"] is not None:
        pen.ax.plot(pen.at(row["reference_forecasts"]["plan"]), pen.y - _GAP, marker="|", color=INK, markersize=9)
    pen.ax.plot([pen.at(row["low"]), pen.at(row["high"])], [pen.y, pen.y], color=_MARK, linewidth=1)
    pen.ax.plot(pen.at(row["record"]), pen.y, marker="D", color=_MARK, markersize=5)
    pen.ax.text(1.06, pen.y, _words(row), va="center", size=8, color=FAINT,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip


def _words(row: Mapping[str, Any]) -> str:
    if row["most_low"] is None:
        return f"{_reported(row['record'], row['unit'])}; no forecast"
    record, low, high = (_reported(row[name], row["unit"]) for name in ("record", "most_low", "most_high"))
    return f"{record}; forecast {low} to {high}"


def _reported(value: float | str, unit: str) -> str:
    if unit == "share" and not isinstance(value, str):
        return f"{100 * value:.1f} %"
    if isinstance(value, str):
        day = date.fromisoformat(value)
        return f"{day.day} {day:%b}"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"  # noqa: PLR2004 - digits that matter
