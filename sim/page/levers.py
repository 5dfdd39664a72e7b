"""Levers in the language of the page: what a move is made of, put into a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.page.blocks import Name
from sim.page.words import N_, Words, name
from sim.results.why_folder import changed_beside

_MOVES: Mapping[tuple[str, str], str] = {
    ("trucks", ""): N_("trucks {of} {amount}"), ("aircraft", ""): N_("aircraft {of} {amount}"),
    ("convoys at once", ""): N_("convoys at once {amount}"), ("crews", ""): N_("crews {amount}"),
    ("loaders", ""): N_("loaders {amount}"), ("working MOG", ""): N_("working MOG {amount}"),
    ("working day", "h"): N_("working day {amount} h"), ("start", "d earlier"): N_("start {amount} d earlier"),
    ("start", "d later"): N_("start {amount} d later"), ("deadline", "d"): N_("deadline {amount} d"),
    ("notice of an order", "d"): N_("notice of an order {amount} d"), ("least fill", "%"): N_("least fill {amount} %"),
    ("broken down", "points"): N_("broken down {amount} points"),
}  # fmt: skip
_POLICIES: Mapping[str, str] = {
    "projected": N_("disposal projected"),
    "last_moment": N_("disposal last_moment"),
    "none": N_("disposal none"),
}
_BESIDE: Mapping[str, str] = {
    "convoys": N_("convoys {gap}"), "sorties_flown": N_("sorties {gap}"), "fill": N_("fill of sorties {gap} points"),
    "destroyed_share": N_("destroyed {gap} points"), "people_late": N_("people late {gap}"),
}  # fmt: skip


def lever_words(row: Mapping[str, Any], words: Words) -> str:
    """A move of a lever; one of an older folder, or of a kind that is not known, as its table has it."""
    step = row.get("step") or {}
    kind, amount, unit = (str(step.get(key, "")) for key in ("kind", "amount", "unit"))
    if kind == "disposal" and amount in _POLICIES:
        said = words(_POLICIES[amount])
    elif (kind, unit) in _MOVES:
        said = words(_MOVES[kind, unit], of=name(step["of"]), amount=words.figure(amount))
    else:
        return Name(name(row["move"]))
    at = step["at"]
    if len(at) == 1:
        return words("{lever} at {place}", lever=said, place=name(at[0]))
    return words.many("{lever} at {n} place", "{lever} at {n} places", len(at), lever=said) if at else said


def flag_words(row: Mapping[str, Any], of: str, words: Words) -> str:
    """Of a lever of which more lowers a response of which more is better: what it changed beside it."""
    means = {key: effect["mean"] for key, effect in row["effects"].items() if effect["mean"] is not None}
    changed = [words(_BESIDE[key], gap=words.figure(gap)) for key, gap in changed_beside(means, of)]
    lever = lever_words(row, words)
    if not changed:
        return words("{lever}: more of it lowers the response", lever=lever)
    return words("{lever}: more of it lowers the response: {changes}", lever=lever, changes=words.series(changed))
