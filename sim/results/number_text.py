"""How numbers of results are written: shares in per cent, differences in points, intervals by their ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import floor, log10
from typing import Any

SHARES = ("share", "yes is 1")
"""Units of responses from 0 to 1."""
_FEW = re.compile(r"exact bound: 0 in all but (\d+)")
_ONE_PERCENT, _ALL_BUT, _LARGE = 0.01, 0.99, 10_000


def percent(share: float | None) -> str:
    """A share as text: `61.2 %`; finer near 0 and 1, where digits matter; `–` for none."""
    if share is None:
        return "–"
    if share in (0.0, 1.0):
        return f"{share * 100:.0f} %"
    digits = 2 if share < _ONE_PERCENT or share > _ALL_BUT else 1
    text = f"{share * 100:.{digits}f}"
    if float(text) == 0:
        return "< 0.01 %"
    return "> 99.99 %" if float(text) == 100 else f"{text} %"  # noqa: PLR2004 - per cent


def shown_interval(said: Mapping[str, Any]) -> str:
    """An interval in words: two ends, a bound, or why there is none."""
    low, high, method = said.get("low"), said.get("high"), str(said.get("method", ""))
    if low is None or high is None:
        return "no interval"
    if method.startswith("exact: same"):
        return "same every time"
    if "one-sided" in method:
        return f"at most {percent(high)}" if low == 0.0 else f"at least {percent(low)}"
    return f"{percent(low).removesuffix(' %')} – {percent(high)}"


def number(value: float | None, unit: str) -> str:
    """A mean as text, in its unit."""
    if value is None:
        return "–"
    if unit in SHARES:
        return percent(value)
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.4g}"


def some(count: float) -> str:
    """A number of things in two digits, as people say it: `260`, `1,400`; small ones to a tenth."""
    if abs(count) < 10:  # noqa: PLR2004 - one digit and a tenth
        return f"{count:.2g}"
    digits = len(f"{abs(count):.0f}") - 2
    return f"{round(count / 10**digits) * 10**digits:,}"


def rough(number: float) -> str:
    """A positive number in three digits, as a planner says it: `1,450`; 0 for a negative one."""
    if number <= 0:
        return "0"
    digits = max(2 - floor(log10(number)), -6)
    shown = round(number, digits)
    return f"{shown:,.0f}" if digits <= 0 or shown == int(shown) else f"{shown:,.{min(digits, 1)}f}"


def money(usd: float) -> str:
    """An amount in three digits: `1.06 MUSD`, `840 kUSD`, `95 USD`."""
    for size, unit in ((1e9, "billion USD"), (1e6, "MUSD"), (1e3, "kUSD")):
        if abs(usd) >= 0.9995 * size:
            return f"{_three(usd / size)} {unit}"
    return f"{_three(usd)} USD"


def _three(value: float) -> str:
    """Three digits, without an exponent."""
    whole = len(f"{abs(value):.0f}")
    return f"{value:,.{max(3 - whole, 0)}f}" if value else "0"


def interval(low: float | None, high: float | None, unit: str) -> str:
    """Two ends as text."""
    if low is None or high is None:
        return "no interval"
    return f"{number(low, unit).removesuffix(' %')} – {number(high, unit)}"


def few_differ(said: Mapping[str, Any]) -> int | None:
    """In how many replications two sides differ, where they are too few to estimate an interval from; else `None`.

    The interval in `low` and `high` is then the bound of what was not seen, which says nothing of those that differ.
    """
    found = _FEW.search(str(said.get("method", "")))
    return int(found[1]) if found else None


def never_differs(said: Mapping[str, Any]) -> bool:
    """Whether a difference was 0 in every replication, by its method: an exact bound without exceptions."""
    method = str(said.get("method", ""))
    constant = "exact bound" in method or method.startswith("exact: same")
    return bool(said["mean"] == 0 and constant and "in all but" not in method)


def points(gap: float, digits: int = 1) -> str:
    """A difference of shares in percentage points, with its sign."""
    if gap == 0:
        return "0"
    text = f"{abs(gap) * 100:.{digits}f}"
    if float(text) == 0:
        return points(gap, digits + 1) if digits == 1 else f"{'+' if gap > 0 else '−'}{text}"
    return f"{'+' if gap > 0 else '−'}{text}"


def difference(value: float, unit: str) -> str:
    """A difference in its unit."""
    if unit in SHARES:
        return f"{points(value)} points"
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value):,.4g} {unit}"


def points_interval(said: Mapping[str, Any]) -> str:
    """The interval of a difference of shares, or why there is none."""
    if said["low"] is None:
        return "no interval"
    if said["low"] == said["high"]:
        return "same every time"
    return f"{points(said['low'])} – {points(said['high'])}"
