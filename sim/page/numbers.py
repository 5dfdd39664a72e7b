"""Numbers of a page as its language writes them; digits are 0 to 9 in all languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sim.page.blocks import Name
from sim.page.terms import unit_words
from sim.page.words import N_, Words
from sim.results import number_text
from sim.results.number_text import SHARES

Said = Mapping[str, Any]
_BLANK = "\u00a0"


def percent(share: float | None, words: Words) -> Name:
    """A share in per cent."""
    return Name(words.figure(number_text.percent(share)).replace(" ", _BLANK))


def figure(value: float, words: Words, digits: int = 0) -> Name:
    """A number with so many digits after its mark."""
    return Name(words.figure(f"{value:,.{digits}f}"))


def about(value: float, words: Words) -> Name:
    """A number to two digits, as people say it."""
    return Name(words.figure(number_text.some(value)))


def interval(said: Said, words: Words) -> str:
    """An interval by its ends, a bound, or why there is none."""
    low, high, method = said.get("low"), said.get("high"), str(said.get("method", ""))
    if low is None or high is None:
        return words("no interval")
    if method.startswith("exact: same"):
        return words("same every time")
    if "one-sided" in method:
        if low == 0.0:
            return words("at most {share}", share=percent(high, words))
        return words("at least {share}", share=percent(low, words))
    return between(percent(low, words), percent(high, words))


def between(low: str, high: str) -> Name:
    """Two ends, the unit of per cent said once."""
    return Name(f"{low.removesuffix(_BLANK + '%')} – {high}") if low != high else Name(high)


def ends(said: Said) -> tuple[float, float] | None:
    """Between which values nine of ten replications are."""
    quantiles = said.get("quantiles") or {}
    if "0.05" not in quantiles or "0.95" not in quantiles:
        return None
    return quantiles["0.05"]["value"], quantiles["0.95"]["value"]


def spread(said: Said, words: Words) -> str:
    """The same as text."""
    found = ends(said)
    return Name("–") if found is None else between(*(percent(end, words) for end in found))


def points(gap: float, words: Words) -> Name:
    """A difference of shares in points of per cent, with its sign."""
    return Name(words.figure(number_text.points(gap)))


def gap(value: float, unit: str, words: Words) -> Name:
    """A difference in the unit of its response."""
    if unit in SHARES:
        return points(value, words)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return Name(words.figure(sign + number_text.number(abs(value), unit)))


def with_unit(difference: float, unit: str, words: Words, signed: bool = True) -> str:
    """A difference with its unit said."""
    shown = gap(difference, unit, words)
    shown = shown if signed else Name(shown.lstrip("+"))
    return (
        words("{points} points", points=shown) if unit in SHARES else
        words("{number} {unit}", number=shown, unit=unit_words(unit, words))
    )  # fmt: skip


def gaps(said: Said, unit: str, words: Words) -> str:
    """The interval of a difference, or that there is no spread to estimate one from."""
    if said["low"] is None:
        return words("no interval")
    if said["low"] == said["high"] or str(said.get("method", "")).startswith("exact: same"):
        return words("same every time")
    few = number_text.few_differ(said)
    if few is not None:
        return words.many("differs in {n} replication", "differs in {n} replications", few)
    return Name(f"{gap(said['low'], unit, words)} – {gap(said['high'], unit, words)}")


def value(said: float | None, unit: str, words: Words) -> Name:
    """A value in the unit of its response."""
    return Name(words.figure(number_text.number(said, unit)).replace(" ", _BLANK))


def two_ends(said: Said, unit: str, words: Words) -> str:
    """An interval by its ends in the unit of its response."""
    if said["low"] is None or said["high"] is None:
        return words("no interval")
    return Name(f"{value(said['low'], unit, words)} – {value(said['high'], unit, words)}")


def tonnes(mass: float, words: Words) -> str:
    """A mass in tonnes."""
    large = 100
    return words("{number} t", number=words.figure(f"{mass:,.0f}" if mass >= large else f"{mass:.3g}"))


def rough_tonnes(mass: float, words: Words) -> str:
    """A mass in tonnes, to three digits, as a planner says it."""
    return words("{number} t", number=words.figure(number_text.rough(mass)))


_MONEY: Mapping[str, str] = {
    "USD": N_("{number} USD"), "kUSD": N_("{number} kUSD"), "MUSD": N_("{number} MUSD"),
    "billion USD": N_("{number} billion USD"),
}  # fmt: skip


def money(usd: float, words: Words) -> str:
    """An amount in US dollars, in three digits."""
    number, _, unit = number_text.money(usd).partition(" ")
    return words(_MONEY[unit], number=Name(words.figure(number)))


def day_after(start: datetime, days: float) -> str:
    """The date so many days after the start; midnight belongs to the day that ends then."""
    return (start + timedelta(days=days) - timedelta(seconds=1)).date().isoformat()
