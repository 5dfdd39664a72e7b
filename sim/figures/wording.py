"""Responses in words: pictures name what they show, and not a column of a table."""

from __future__ import annotations

from sim.figures.labels import short
from sim.figures.style import FATES

_ROOM = 40
_WORDS = {
    "people_out_share": "people out by the deadline", "deadline_met": "all closed by the deadline",
    "people_late": "people late", "person_days_late": "person-days late", "cost_usd": "cost of lift",
}  # fmt: skip
_MEASURES = {"": "tonnes", "_lots": "lots", "_value": "value", "_floor": "pallet positions"}
_SHARES = {f"{fate}_share{suffix}": f"share of {of} {fate}" for fate in FATES for suffix, of in _MEASURES.items()}


def worded(response: object, room: int = _ROOM) -> str:
    """`share of tonnes extracted` for `extracted_share`; of a name without words, its own with blanks."""
    name = str(response)
    if name.startswith("closed_") and not name.startswith("closed_hours"):
        return short(f"day of closing of {name.removeprefix('closed_')}", room)
    return short(_SHARES.get(name) or _WORDS.get(name) or name.replace("_", " "), room)


def titled(response: object, room: int = _ROOM) -> str:
    """The same at the beginning of a sentence."""
    words = worded(response, room)
    return words[:1].upper() + words[1:]
