"""Small drawings in SVG: marks with a tooltip, scales, and texts that are escaped.

Colours are classes of `page.css`, so that a drawing has no style of its own and needs no leave of the security policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

_DIGITS = 2
_STEPS = (1, 2, 5, 10)


def at(value: float) -> str:
    """A coordinate with as few digits as it needs."""
    text = f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def element(tag: str, inside: Markup | str = "", **attributes: object) -> Markup:
    """An element of SVG; texts are escaped, `_` in names of attributes stands for `-`, and `class_` for `class`."""
    from markupsafe import Markup, escape

    said = "".join(
        f' {key.rstrip("_").replace("_", "-") if key != "viewBox" else key}="{escape(_written(value))}"'
        for key, value in attributes.items() if value is not None
    )  # fmt: skip
    return Markup(f"<{tag}{said}>{escape(inside)}</{tag}>" if inside else f"<{tag}{said}/>")  # nosec B704 - escaped


def _written(value: object) -> str:
    return at(value) if isinstance(value, float) else str(value)


def joined(parts: Iterable[Markup]) -> Markup:
    """Elements one after the other."""
    from markupsafe import Markup

    return Markup("").join(parts)


def tip(text: str) -> Markup:
    """What a mark says when it is pointed at."""
    return element("title", text)


def rect(x: float, y: float, wide: float, high: float, look: str, said: str = "") -> Markup:
    """A bar with a tooltip."""
    return element("rect", tip(said) if said else "", x=x, y=y, width=max(wide, 0.0), height=high, class_=look)


def line(x1: float, y1: float, x2: float, y2: float, look: str, said: str = "") -> Markup:
    """A line with a tooltip."""
    return element("line", tip(said) if said else "", x1=x1, y1=y1, x2=x2, y2=y2, class_=look)


def path(points: Sequence[tuple[float, float]], look: str, said: str = "", closed: bool = False) -> Markup:
    """A line through points, or the area that it closes."""
    steps = "M" + "L".join(f"{at(x)},{at(y)}" for x, y in points) + ("Z" if closed else "")
    return element("path", tip(said) if said else "", d=steps, class_=look)


def text(x: float, y: float, words: str, look: str = "", anchor: str = "start") -> Markup:
    """A text; `anchor` is `start`, `middle` or `end`, always from left to right."""
    return element("text", words, x=x, y=y, class_=look or None, text_anchor=None if anchor == "start" else anchor)


def drawn(wide: float, high: float, inside: Iterable[Markup], said: str, look: str = "") -> Markup:
    """A whole drawing; `said` is its description for who does not see it."""
    return element(
        "svg", joined([tip(said) if said else element("desc"), *inside]), viewBox=f"0 0 {at(wide)} {at(high)}",
        role="img", class_=look or None, xmlns="http://www.w3.org/2000/svg",
    )  # fmt: skip


class Scale:
    """From values to coordinates, straight."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high = low, high if high > low else low + 1
        self._start, self._turn = start, (end - start) / (self.high - self.low)

    def __call__(self, value: float) -> float:
        """The coordinate of a value."""
        return self._start + (value - self.low) * self._turn

    def ticks(self, most: int = 6, whole: bool = False) -> list[float]:
        """Round values within the scale, about `most`; with `whole` no fractions."""
        rough = (self.high - self.low) / max(most - 1, 1)
        size = 10.0 ** floor(log10(rough))
        step = next(one * size for one in _STEPS if one * size >= rough - 1e-12 * rough)
        step = max(step, 1) if whole else step
        first = -floor(-self.low / step + 1e-9)
        found = []
        while first * step <= self.high + 1e-9 * step:
            found.append(round(first * step, 12))
            first += 1
        return found


def days(first: date, last: date, most: int = 7) -> list[date]:
    """Dates to mark on an axis: the first of months or years, else days, `most` or fewer."""
    whole = (last - first).days
    for months in (1, 2, 3, 6, 12, 24, 60, 120):
        found = _months(first, last, months)
        if len(found) <= most:
            break
    if len(found) > 1:
        return found
    step = max(1, -(-whole // most))
    return [first + timedelta(days=day) for day in range(0, whole + 1, step)]


def _months(first: date, last: date, step: int) -> list[date]:
    found: list[date] = []
    at_month = first.year * 12 + first.month - 1
    while True:
        year, month = divmod(at_month, 12)
        if year >= date.max.year:
            return found
        day = date(year, month + 1, 1)
        if day > last:
            return found
        if day >= first and (at_month % step == 0):
            found.append(day)
        at_month += 1


def outline(low: Sequence[tuple[float, float]], high: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points around the area between two lines."""
    return [*low, *reversed(high)]


def thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same line without the points inside its level parts."""
    if not points:
        return []
    kept = [points[0]]
    for here, after in pairwise(points[1:]):
        if here[1] != kept[-1][1] or here[1] != after[1]:
            kept.append(here)
    return [*kept, points[-1]] if len(points) > 1 else kept
