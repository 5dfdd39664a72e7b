"""Figures and names as words of an answer."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from sim.errors import visible
from sim.figures.words import unlike

WIDE = 100
_ONE_PERCENT, _ALL_BUT = 0.01, 0.99


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


def plural(count: int, noun: str) -> str:
    """`1 replication`, `2 replications`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def clipped(text: str, most: int) -> str:
    """A user's text on one line, in signs that a terminal shows and does not obey, cut to so many columns."""
    text = visible(" ".join(text.split()))
    if width_of(text) <= most:
        return text
    while width_of(text) > most - 1:
        text = text[:-1]
    return text + "…"


def clipped_apart(texts: Iterable[str], most: int) -> list[str]:
    """Users' texts that stand below one another, each on one line of so many columns, and no two alike."""
    return unlike([visible(" ".join(text.split())) for text in texts], most, clipped)


def width_of(text: str) -> int:
    """Columns that a text takes on a terminal: two for a wide sign, none for one that joins another."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)


def padded(text: str, columns: int) -> str:
    """A text filled up to so many columns."""
    return text + " " * max(columns - width_of(text), 0)


def wrapped(text: str, indent: str = "") -> list[str]:
    """Lines of a sentence within the width of an answer."""
    return textwrap.wrap(visible(text), WIDE, initial_indent=indent, subsequent_indent=indent) or [""]
