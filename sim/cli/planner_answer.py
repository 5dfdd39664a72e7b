"""What lift and crews can do by planning factors, in words, from the rows of `sim.scenario.capability`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.cli.text import clipped, wrapped
from sim.figures.labels import counted
from sim.results.number_text import rough

Row = Mapping[str, Any]
_PLACES = 12
_NAME = 24
_ALL = 0.995
"""A share that reads as all."""
_OF = {"trucks": "truck", "aircraft": "aircraft", "vessel": "sailing", "vehicles": "vehicle", "loads": "vehicle"}


def planner_lines(rows: Sequence[Row]) -> list[str]:
    """Returns a paragraph for each place: what it holds, and what each lift and its crews can move of it."""
    lines: list[str] = []
    for row in rows[:_PLACES]:
        lines += wrapped(_place(row), "  ")
    if len(rows) > _PLACES:
        lines.append(f"  … and {counted(len(rows) - _PLACES, 'more place')}; --json lists all")
    return lines


def _place(row: Row) -> str:
    name, lift = clipped(row["place"], _NAME), row["lift"]
    if not lift:
        return f"{name} holds {_tonnes(row['holds_t'])} for lift, and no lift can take any of it."
    said = [_lift(each, f" by {row['until']}" * (i == 0)) for i, each in enumerate(lift)]
    return f"{name} holds {_tonnes(row['holds_t'])} for lift. By planning factors {_joined(said)}; {_crews(row)}."


def _lift(each: Row, when: str) -> str:
    number = int(each["rounds"] if each["means"] == "vessel" else each["count"])
    who = counted(number, _OF[each["means"]], "aircraft" if each["means"] == "aircraft" else None)
    if each["means"] != "vehicles":
        who += f" of {clipped(each['name'], _NAME)}"
    verb = {"vehicles": "drive out with", "loads": "take along"}.get(each["means"], "move")
    if number == 1:
        verb = {"drive out with": "drives out with", "take along": "takes along"}.get(verb, "moves")
    if each["moves_t"]:
        return f"{who} {verb} some {_tonnes(each['moves_t'])}{when}"
    why = f" (a round takes {each['cycle_h'] / 24:,.1f} days)" if not each["rounds"] and each["cycle_h"] else ""
    return f"{who} {verb} nothing{when}{why}"


def _crews(row: Row) -> str:
    if row["prepares_t"] >= _ALL * row["holds_t"]:
        return "crews can prepare all of it"
    return f"{counted(row['crews'], 'crew')} can prepare some {_tonnes(row['prepares_t'])}"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _tonnes(tonnes: float) -> str:
    """Tonnes to three digits, as a planner says them: `1,450 t`."""
    return f"{rough(tonnes)} t"
