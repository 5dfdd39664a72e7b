"""Charts of the page: bars in cells of tables, lines and areas over days, and how often values occur."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isclose
from typing import TYPE_CHECKING, Any

from sim.page.drawing import Scale, days, drawn, element, line, outline, path, rect, text, thinned, tip
from sim.page.numbers import ends
from sim.page.words import Words
from sim.results.number_text import SHARES

if TYPE_CHECKING:
    from markupsafe import Markup

WIDE = 520.0
_BAR_WIDE, _BAR_HIGH = 240.0, 20.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 12.0, 12.0, 22.0
_HIGH = 210.0
_LARGE = 10_000
_LABEL, _ROOM, _WIDEST, _LINE = 5.5, 7.0, 8.0, 11.0
"""Widths of a letter: in short labels beside an axis, with room around, on a phone; height of a line."""
_SHORT = 6
BOUND = "exact bound"
"""In the method of an interval that is the bound for outcomes that were not seen."""


def share_bar(said: Mapping[str, Any], look: str, tooltip: str) -> Markup:
    """A bar from 0 to 100 % with the interval of the mean, and the spread of replications."""
    scale, middle = Scale(0.0, 1.0, 1.0, _BAR_WIDE - 1), _BAR_HIGH / 2
    parts = [rect(0.0, 2.0, _BAR_WIDE, _BAR_HIGH - 4, "back")]
    if said["mean"] is not None:
        parts.append(rect(scale(0.0), 4.0, scale(said["mean"]) - scale(0.0), _BAR_HIGH - 8, look))
    both = ends(said)
    if both is not None:
        parts += [line(scale(both[0]), middle, scale(both[1]), middle, "spread")]
        parts += [line(scale(end), middle - 4, scale(end), middle + 4, "spread") for end in both]
    if said.get("low") is not None and said.get("high") is not None:
        parts.append(line(scale(said["low"]), middle, scale(said["high"]), middle, "whisker"))
    return drawn(_BAR_WIDE, _BAR_HIGH, parts, tooltip)


def part_bar(share: float, look: str, tooltip: str) -> Markup:
    """A bar of one share, without an interval."""
    parts = [rect(0.0, 2.0, _BAR_WIDE, _BAR_HIGH - 4, "back"), rect(0.0, 4.0, share * _BAR_WIDE, _BAR_HIGH - 8, look)]
    return drawn(_BAR_WIDE, _BAR_HIGH, parts, tooltip)


def stacked(parts: Sequence[tuple[str, float, str]], tooltip: str) -> Markup:
    """Shares of a whole one after the other: look, share, and what is said of each."""
    wide, found, start = 380.0, [rect(0.0, 2.0, 380.0, _BAR_HIGH - 4, "back")], 0.0
    for look, share, said in parts:
        if share > 0:
            found.append(rect(start * wide, 2.0, share * wide, _BAR_HIGH - 4, look, said))
            start += share
    return drawn(wide, _BAR_HIGH, found, tooltip)


def gap_bar(said: Mapping[str, Any], scale: Scale, tooltip: str, falls: bool) -> Markup:
    """A difference from zero, with its interval; `falls` tells a loss from a gain by its colour."""
    middle, zero = _BAR_HIGH / 2, scale(0.0)
    here = scale(said["mean"])
    parts = [line(zero, 0.0, zero, _BAR_HIGH, "axis")]
    parts.append(rect(min(zero, here), 4.0, abs(here - zero), _BAR_HIGH - 8, "down" if falls else "up"))
    if said["low"] is not None and said["high"] > said["low"]:
        parts.append(line(scale(said["low"]), middle, scale(said["high"]), middle, "whisker"))
    return drawn(_BAR_WIDE, _BAR_HIGH, parts, tooltip)


def effect_bar(said: Mapping[str, Any], scale: Scale, tooltip: str, look: str, zone: float = 0.0) -> Markup:
    """A bar from zero within a scale, with its interval, whose ends are cut there. A mere bound is dotted.

    `zone` shades differences up to this size, either way.
    """
    middle, zero, here = _BAR_HIGH / 2, scale(0.0), scale(_within(said["mean"], scale))
    left, right = scale(_within(-zone, scale)), scale(_within(zone, scale))
    parts = [rect(left, 0.0, right - left, _BAR_HIGH, "zone")] if zone else []
    parts += [line(zero, 0.0, zero, _BAR_HIGH, "axis")]
    parts.append(rect(min(zero, here), 4.0, abs(here - zero), _BAR_HIGH - 8, look))
    return drawn(_BAR_WIDE, _BAR_HIGH, [*parts, *_reached(said, 0.0, middle, scale)], tooltip)


def two_bars(pair: Sequence[tuple[Mapping[str, Any], str]], scale: Scale, tooltip: str) -> Markup:
    """Two bars from zero, one below the other, each with its look and interval."""
    zero, high = scale(0.0), 7.0
    parts = [line(zero, 0.0, zero, _BAR_HIGH, "axis")]
    for top, (said, look) in zip((2.0, 11.0), pair, strict=True):
        here = scale(_within(said["mean"], scale))
        parts.append(rect(min(zero, here), top, abs(here - zero), high, look))
        parts += _reached(said, 0.0, top + high / 2, scale)
    return drawn(_BAR_WIDE, _BAR_HIGH, parts, tooltip)


def bar_scale(rows: Sequence[Mapping[str, Any]], *always: float) -> Scale:
    """A scale with zero, all means, and the intervals that are no mere bounds."""
    values = [0.0, *always]
    for said in rows:
        values += [value for value in _shown(said) if value is not None]
    return Scale(min(values), max(values), 2.0, _BAR_WIDE - 2)


def _shown(said: Mapping[str, Any]) -> tuple[float | None, ...]:
    return (said["mean"],) if BOUND in str(said["method"]) else (said["mean"], said["low"], said["high"])


def _within(value: float, scale: Scale) -> float:
    return min(max(value, scale.low), scale.high)


def _reached(said: Mapping[str, Any], start: float, y: float, scale: Scale) -> list[Markup]:
    """The line of an interval, if it has a length."""
    if said["low"] is None or said["high"] <= said["low"]:
        return []
    low, high = (scale(_within(start + said[key], scale)) for key in ("low", "high"))
    return [line(low, y, high, y, "reach" if BOUND in str(said["method"]) else "whisker")]


def gap_scale(rows: Sequence[Mapping[str, Any]]) -> Scale:
    """A scale for differences, with all their intervals and zero."""
    values = [0.0]
    for said in rows:
        values += [value for value in (said["mean"], said["low"], said["high"]) if value is not None]
    return Scale(min(values), max(values), 2.0, _BAR_WIDE - 2)


def fall_bar(start: float, said: Mapping[str, Any], scale: Scale, tooltip: str, side: bool = False) -> Markup:
    """A bar of a waterfall, from the level before it; `side` is a whole mean. A mere bound is dotted."""
    middle, before, after = _BAR_HIGH / 2, scale(start), scale(start + said["mean"])
    look = "plan" if side else "down" if said["mean"] < 0 else "up"
    parts = [line(scale(0.0), 0.0, scale(0.0), _BAR_HIGH, "axis")]
    parts.append(rect(min(before, after), 4.0, abs(after - before), _BAR_HIGH - 8, look))
    if not side:
        parts.append(line(before, 0.0, before, middle, "spread"))
    parts.append(line(after, middle, after, _BAR_HIGH, "spread"))
    return drawn(_BAR_WIDE, _BAR_HIGH, [*parts, *_reached(said, start, middle, scale)], tooltip)


def fall_scale(start: float, bars: Sequence[Mapping[str, Any]]) -> Scale:
    """A scale for the bars of a waterfall, with zero, all levels, and the intervals that are no mere bounds."""
    values, level = [0.0, start], start
    for said in bars:
        values += [level + value for value in _shown(said) if value is not None]
        level += said["mean"]
    return Scale(min(values), max(values), 2.0, _BAR_WIDE - 2)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line of a chart: its points of x and y, how it looks, and what is said of it; a band has two lines."""

    points: Sequence[tuple[float, float]]
    look: str
    said: str = ""
    top: Sequence[tuple[float, float]] | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a chart: where it is, its interval if it has one, how it looks, and what it says when pointed at.

    `label` is written beside it.
    """

    x: float
    mean: float
    low: float | None
    high: float | None
    look: str
    said: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Axes:
    """What is marked along a chart: values of x with their text, a text for values of y, and lines across.

    `whole` is for counts, which have no fractions. `dots` are drawn over lines and bands; `room` is left beside them.
    """

    marks: Sequence[tuple[float, str]]
    shown: Callable[[float], str]
    upright: Sequence[tuple[float, str, str]] = ()
    level: Sequence[tuple[float, str, str]] = ()
    whole: bool = False
    dots: Sequence[Dot] = ()
    room: float = 0.0


def chart(lines: Sequence[Drawn], axes: Axes, tooltip: str, ends_y: tuple[float, float] | None = None) -> Markup:
    """Lines and bands over an axis of x; `ends_y` fixes the axis of y, else it begins at zero."""
    xs = [x for one in lines for x, _ in one.points] + [x for x, _ in axes.marks]
    ys = [y for one in lines for y in (*(y for _, y in one.points), *(y for _, y in one.top or ()))]
    ys += [y for y, _, _ in axes.level]
    ys += [y for dot in axes.dots for y in (dot.mean, dot.low, dot.high) if y is not None]
    low, high = ends_y or (min([0.0, *ys]), max([0.0, *ys]))
    labels = [axes.shown(tick) for tick in Scale(low, high, 0.0, 1.0).ticks(5, axes.whole)]
    longest = max(map(len, labels), default=0)
    left = max(_LEFT, 10 + (_LABEL if longest <= _SHORT else _WIDEST) * longest)
    across = Scale(min(xs) - axes.room, max(xs) + axes.room, left, WIDE - _RIGHT)
    up = Scale(low, high, _HIGH - _BOTTOM, _TOP)
    parts = list(_grid(axes, across, up, left))
    for one in lines:
        points = thinned([(across(x), up(y)) for x, y in one.points])
        if one.top is not None:
            top = thinned([(across(x), up(y)) for x, y in one.top])
            parts.append(path(outline(points, top), one.look, one.said, closed=True))
        elif points:
            parts.append(path(points, one.look, one.said))
    for x, look, said in axes.upright:
        parts.append(line(across(x), _TOP, across(x), _HIGH - _BOTTOM, look, said))
    for y, look, said in axes.level:
        parts.append(line(left, up(y), WIDE - _RIGHT, up(y), look, said))
    for dot in axes.dots:
        parts += _dot(dot, across(dot.x), up)
    parts += _labels([(across(dot.x) + 6, up(dot.mean) - 5, dot.label) for dot in axes.dots if dot.label])
    return drawn(WIDE, _HIGH, parts, tooltip)


def _labels(wanted: Sequence[tuple[float, float, str]]) -> Iterator[Markup]:
    """Labels of dots, but for those that would cover one that is there."""
    there: list[tuple[float, float, str]] = []
    for x, y, label in wanted:
        over = (
            other for left, high, other in there
            if abs(high - y) < _LINE and x < left + _ROOM * len(other) and left < x + _ROOM * len(label)
        )  # fmt: skip
        if next(over, None) is None:
            there.append((x, y, label))
            yield text(x, y, label, "halo d")


def _dot(dot: Dot, x: float, up: Scale) -> Iterator[Markup]:
    if dot.low is not None and dot.high is not None:
        yield line(x, up(dot.low), x, up(dot.high), "reached", dot.said)
    yield element("circle", tip(dot.said), cx=x, cy=up(dot.mean), r=4.0, class_=dot.look)


def _grid(axes: Axes, across: Scale, up: Scale, left: float) -> Iterator[Markup]:
    for tick in up.ticks(5, axes.whole):
        yield line(left, up(tick), WIDE - _RIGHT, up(tick), "grid")
        yield text(left - 5, up(tick) + 4, axes.shown(tick), "faint d", "end")
    end = float("-inf")
    for x, said in sorted(axes.marks):
        yield line(across(x), _HIGH - _BOTTOM, across(x), _HIGH - _BOTTOM + 4, "axis")
        half = _ROOM * len(said) / 2
        if across(x) - half >= end:  # a text that would be over the one before it is left out
            end = across(x) + half
            yield text(across(x), _HIGH - 5, said, "faint d", "middle")
    yield line(left, _HIGH - _BOTTOM, WIDE - _RIGHT, _HIGH - _BOTTOM, "axis")


def mark(at: float, unit: str, words: Words) -> str:
    """A value of a response on an axis, with as few digits as it needs."""
    return words.figure(f"{100 * at:.4g}\u00a0%" if unit in SHARES else _plain(at))


def _plain(at: float) -> str:
    """A number without an exponent."""
    return f"{at:,.0f}" if abs(at) >= _LARGE and not at % 1 else f"{at:,.6g}"


def marks(at: Sequence[float], words: Words) -> list[tuple[float, str]]:
    """Marks at some values along a chart, eight or fewer."""
    step = max(1, -(-len(at) // 8))
    return [(each, words.figure(_plain(each))) for each in at[::step]]


def dated(first: date, last: date) -> list[tuple[float, str]]:
    """Marks of an axis of days, counted as `date.toordinal`."""
    return [(float(day.toordinal()), day.isoformat()) for day in days(first, last, 5)]


def decimals(shares: Sequence[float], most: int = 4) -> int:
    """Digits after the mark with which all of some shares are exact in per cent, so that no two look the same."""
    return next(
        (few for few in range(most) if all(isclose(100 * one, round(100 * one, few), abs_tol=1e-9) for one in shares)),
        most,
    )


def histogram(values: Sequence[float], words: Words, shown: Callable[[float, int], str], tooltip: str) -> Markup:
    """How many replications have a value in each of some equal classes; `shown` gets the digits that marks need."""
    low, high = min(values), max(values)
    number = max(1, min(30, round(len(values) ** 0.5 * 1.5))) if high > low else 1
    step = (high - low) / number if high > low else 1.0
    counts = [0] * number
    for value in values:
        counts[min(int((value - low) / step), number - 1)] += 1
    across, up = Scale(low, low + number * step, _LEFT, WIDE - _RIGHT), Scale(0, max(counts), _HIGH - _BOTTOM, _TOP)
    ticks = across.ticks(6)
    digits = decimals(ticks)
    axes = Axes(
        [(tick, shown(tick, digits)) for tick in ticks], lambda count: words.figure(f"{count:,.0f}"), whole=True
    )
    parts = list(_grid(axes, across, Scale(0, max(counts), _HIGH - _BOTTOM, _TOP), _LEFT))
    for place, count in enumerate(counts):
        start = across(low + place * step)
        said = words.many("{n} replication", "{n} replications", count)
        edges = (shown(low + edge * step, digits + 1) for edge in (place, place + 1))
        ends_here = f"{' – '.join(edges)}: {said}"
        parts.append(rect(start + 0.5, up(count), across(low + (place + 1) * step) - start - 1,
                          up(0) - up(count), "bar", ends_here))  # fmt: skip
    return drawn(WIDE, _HIGH, parts, tooltip)
