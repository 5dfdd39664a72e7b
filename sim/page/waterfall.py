"""What each change of a comparison accounts for: bars from the first side to the other, one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.page.blocks import Block, Name, Row, Table
from sim.page.charts import BOUND, fall_bar, fall_scale
from sim.page.numbers import figure, gaps, value, with_unit
from sim.page.responses import response_words
from sim.page.terms import CAUSES, said
from sim.page.words import Words, name

_WITHOUT = "without "
_MOST_KEYS = 4
Given = Mapping[str, Any]


def waterfall(one: Given, a: str, unit: str, words: Words, redacted: bool) -> Iterator[Block]:
    """The table of one pair of sides, if the folder has their waterfall; a redacted page has no paths of fields."""
    found = one.get("waterfall")
    if not found or not found["bars"]:
        return
    scale = fall_scale(found["from"], found["bars"])
    label = response_words(found["response"], words)
    rows, level = [_side(name(a), found["from"], scale, unit, words)], float(found["from"])
    for number, bar in enumerate(found["bars"], 1):
        change = words("change {number}", number=str(number)) if redacted else _change(str(bar["change"]), words)
        ends = gaps(bar, unit, words)
        tooltip = words("{row}: {gap} ({interval})", row=change, gap=with_unit(bar["mean"], unit, words), interval=ends)
        drawn = fall_bar(level, bar, scale, tooltip)
        keys = "" if redacted else _keys(bar, str(bar["change"]))
        rows.append(Row([change, drawn, with_unit(bar["mean"], unit, words), ends], extra=keys))
        level += bar["mean"]
    rows.append(_side(name(one["b"]), found["to"], scale, unit, words))
    yield Table(
        [words("change"), "", words("value"), words("95 % interval")],
        ["text", "drawn", "number", "number"], rows,
        caption=words("What each change adds: {response}", response=label),
        keys=[("plan", words("mean of a side")), ("up", words("adds")), ("down", words("takes away"))],
        notes=list(_notes(found, words)),
    )  # fmt: skip


def _side(side: str, mean: float, scale: Any, unit: str, words: Words) -> Row:
    shown = value(mean, unit, words)
    tooltip = words("{row}: {mean}", row=side, mean=shown)
    whole = {"mean": mean, "low": None, "high": None}
    return Row([Name(side), fall_bar(0.0, whole, scale, tooltip, side=True), shown, ""])


def _change(text: str, words: Words) -> str:
    """A group of changed keys by its path, or a cause that one side is without."""
    if text.startswith(_WITHOUT):
        return words("without {cause}", cause=said(text.removeprefix(_WITHOUT), CAUSES, words))
    return Name(name(text))


def _keys(bar: Given, change: str) -> str:
    keys = [name(key) for key in bar["keys"]]
    if keys == [change] or not bar["keys"] or change.startswith(_WITHOUT):
        return ""
    return Name(", ".join(keys[:_MOST_KEYS]) + ("…" if len(keys) > _MOST_KEYS else ""))


def _notes(found: Given, words: Words) -> Iterator[str]:
    if found["orders"]:
        yield words(
            "Each bar is what one change adds, the mean over {orders} of the orders in which the changes can be made "
            "(Shapley value, sampled). The bars sum to the difference.", orders=figure(found["orders"], words),
        )  # fmt: skip
    else:
        yield words(
            "Each bar is what one change adds, the mean over all orders in which the changes can be made (Shapley "
            "value). The bars sum to the difference."
        )
    if len(found["bars"]) > 1:
        yield words("It is not what the change does alone: made without the others, it may do more or less.")
    if any(BOUND in str(bar["method"]) for bar in found["bars"]):
        yield bound_note(words)
    if found["dropped"]:
        yield words.many("{n} replication has no value with some of the changes, and is left out.",
                         "{n} replications have no value with some of the changes, and are left out.",
                         int(found["dropped"]))  # fmt: skip


def bound_note(words: Words) -> str:
    """What a dotted interval is."""
    return words(
        "A dotted interval is a bound for outcomes that were not seen: the difference was the same in all "
        "replications, or in nearly all. It may reach beyond the frame."
    )
