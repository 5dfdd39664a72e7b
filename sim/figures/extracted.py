"""The spread of the extracted share over replications, and the interval of its mean."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.figures import captions
from sim.figures.fate_bars import mission_bars
from sim.figures.means import Mean, fate_shares, percent, percent_range, quantile
from sim.figures.run_tables import RunTables
from sim.figures.style import FAINT, FATE_LOOKS, INK, Heading, percent_axis, say, sheet, silent, styled

_GREEN = FATE_LOOKS["extracted"].colour
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.025, 0.05, 0.1)
_MOST_BINS, _LEAST_SPAN = 30, 0.05
_OTHERS = {"lots": "By lots", "usd": "by value"}
_NOTHING = "No lots at places that must close: their shares are undefined."
_WEIGHTLESS = "The lots at places that must close have no mass: shares of tonnes are undefined."
_ONE = "Only one replication: no spread to show."


@styled
def extracted(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Draws a histogram of the share of tonnes extracted; on a sheet also its mean, spread and chances."""
    shares = _shares(tables, "tonnes")
    bars = mission_bars(tables)
    out = bars[0].out if bars and len(shares) else None
    title = _title(shares, out)
    words = _ONE if len(shares) == 1 else None if out else _WEIGHTLESS if bars else _NOTHING
    if ax is not None:
        ax.set_title(title)
        return say(ax, words) if words else _histogram(ax, shares)
    head = Heading(title, captions.origin(tables))
    if words is not None or out is None:
        return silent(head, words or _NOTHING)
    fig = sheet(6.4, head, [*_other_words(tables), captions.scope_words(tables)])
    top, strip, chances = fig.subplots(3, 1, height_ratios=[2.5, 1.0, 2.4], sharex=True)
    _histogram(top, shares).set_title("Replications by the share of tonnes extracted")
    top.set_xlim(*_limits(shares, top))
    _strip(strip, shares, out)
    _chances(chances, shares)
    percent_axis(chances)
    chances.set_xlabel("share of tonnes extracted, the same scale in all three panels")
    first: Axes = top
    return first


def _shares(tables: RunTables, measure: str) -> pd.Series:
    table = fate_shares(tables.of_mission(tables.fates), measure, tables.simulated)
    return table["extracted"].dropna()


def _title(shares: pd.Series, out: Mean | None) -> str:
    if out is None:
        return "No share is defined"
    if len(shares) == 1:
        return f"{percent(out.mean)} of tonnes come out in the only replication"
    edge = captions.tail(len(shares))
    low, high = quantile(shares, edge), quantile(shares, 1 - edge)
    where = "9 of 10 replications" if edge else "the replications"
    if low == high:
        return f"{percent(out.mean)} of tonnes come out, the same in nearly every replication"
    digits = _digits(low, high)
    between = f"{where} are between {percent(low, digits)} and {percent(high, digits)}"
    return f"{percent(out.mean, digits)} of tonnes come out on average; {between}"


def _digits(low: float, high: float) -> int | None:
    """Returns the decimals of a spread: one if its ends are close."""
    return 1 if high - low < _LEAST_SPAN else None


def _histogram(ax: Axes, shares: pd.Series) -> Axes:
    span = max(shares.max() - shares.min(), _STEPS[0])
    bins = min(_MOST_BINS, 2 * math.ceil(math.sqrt(len(shares))))
    step = next((step for step in _STEPS if span / step <= bins), _STEPS[-1])
    first, last = np.floor(shares.min() / step), np.ceil(shares.max() / step + 1e-9)
    edges = np.arange(first, max(last, first + 1) + 1) * step
    ax.hist(shares, bins=list(edges), color=_GREEN, edgecolor="white", linewidth=0.8)
    ax.set_ylabel("replications")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(visible=False, axis="x")
    percent_axis(ax)
    _atom(ax, shares)
    return ax


def _atom(ax: Axes, shares: pd.Series) -> None:
    """Adds the number of replications in which nothing, or everything, comes out."""
    for value, words in ((0.0, "nothing comes out"), (1.0, "everything comes out")):
        count = int((shares == value).sum())
        if count:
            x, side = (0.01, "left") if value == 0 else (0.99, "right")
            note = f"{words} in {count} of {len(shares)}"
            ax.text(x, 0.97, note, transform=ax.transAxes, ha=side, va="top", size=8.5)


def _strip(ax: Axes, shares: pd.Series, out: Mean) -> None:
    """Draws the interval of the mean and, below it, the spread of replications."""
    edge = captions.tail(len(shares))
    low, q1, middle, q3, high = (quantile(shares, share) for share in (edge, 0.25, 0.5, 0.75, 1 - edge))
    names = [captions.INTERVAL_WORDS, captions.spread_words(len(shares))]
    if out.low is not None and out.high is not None:
        ax.plot([out.low, out.high], [1, 1], color=_GREEN, linewidth=5, solid_capstyle="butt")
        names[0] += f": {percent_range(out.low, out.high)}"
    else:
        names[0] = "mean; no interval can be given"
    ax.plot(out.mean, 1, marker="o", color="white", markeredgecolor=INK, markersize=6)
    ax.plot([low, high], [0, 0], color=FAINT, linewidth=1.4, solid_capstyle="butt")
    ax.plot([q1, q3], [0, 0], color=FAINT, linewidth=5, solid_capstyle="butt")
    ax.plot(middle, 0, marker="o", color="white", markeredgecolor=INK, markersize=6)
    digits = _digits(low, high)
    reported = f"{percent(low, digits)} to {percent(high, digits)}"
    names[1] += f": {reported}; thick: middle half; dot: median {percent(middle, digits)}"
    for y, name in zip((1, 0), names, strict=True):
        ax.text(0.0, y + 0.27, name, transform=ax.get_yaxis_transform(), size=8.5, va="bottom")
    ax.grid(visible=False)
    ax.set_ylim(-0.5, 1.9)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def _chances(ax: Axes, shares: pd.Series) -> None:
    """Draws the share of replications in which at least a given share of tonnes comes out."""
    values = np.sort(shares.to_numpy())
    xs = np.concatenate([[0.0], values, [1.0]])
    at_least = np.concatenate([[1.0], 1 - np.arange(len(values)) / len(values), [0.0]])
    ax.step(xs, at_least, where="pre", color=INK, linewidth=1.5)
    ax.set_title("Share of replications that extract at least this share of tonnes")
    ax.set_ylim(0, 1.03)
    percent_axis(ax, "y")


def _other_words(tables: RunTables) -> list[str]:
    """Describes the means by the other measures, which would need a scale of their own."""
    means = {words: shares.mean() for of, words in _OTHERS.items() if len(shares := _shares(tables, of))}
    said = ", ".join(f"{words} {percent(mean)}" for words, mean in means.items())
    return [f"{said} come out on average."] if said else []


def _limits(shares: pd.Series, bars: Axes) -> tuple[float, float]:
    """Returns limits of an axis for all shares and the bars of their histogram, at least five points wide."""
    edges = [edge for bar in bars.patches if bar.get_height() for edge in (bar.get_x(), bar.get_x() + bar.get_width())]  # type: ignore[attr-defined]
    low, high = min(float(shares.min()), *edges), max(float(shares.max()), *edges)
    room = max(0.05 * (high - low), (_LEAST_SPAN - (high - low)) / 2)
    return max(low - room, -0.005), min(high + room, 1.005)
