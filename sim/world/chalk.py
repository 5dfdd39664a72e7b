"""Policies to fill a chalk: named pure functions from lots in order to the lots that go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sim.scenario.places import Mode


class Room(NamedTuple):
    """The limits of a load: mass and floor, in the air or on a truck."""

    kg: int
    floor_milli: int
    mode: Mode = "air"


Load = list[int]
Least = tuple[int, int]
"""No lot has less mass, or takes less floor: once less than that is left, no look at the others is needed."""
Fill = Callable[[Iterable[int], Room, list[int], list[int], Least], Load]


def first_fit(lots: Iterable[int], room: Room, mass_kg: list[int], floor_milli: list[int], least: Least) -> Load:
    """Each lot in order that still fits."""
    kg, floor = room.kg, room.floor_milli
    least_kg, least_floor = least
    load: Load = []
    for lot in lots:
        if mass_kg[lot] <= kg and floor_milli[lot] <= floor:
            load.append(lot)
            kg -= mass_kg[lot]
            floor -= floor_milli[lot]
            if kg < least_kg or floor < least_floor:
                break
    return load


def next_fit(lots: Iterable[int], room: Room, mass_kg: list[int], floor_milli: list[int], _: Least) -> Load:
    """Lots in order until one does not fit."""
    kg, floor = room.kg, room.floor_milli
    load: Load = []
    for lot in lots:
        if mass_kg[lot] > kg or floor_milli[lot] > floor:
            break
        load.append(lot)
        kg -= mass_kg[lot]
        floor -= floor_milli[lot]
    return load


def all_go(kg: int, floor_milli: int, room: Room) -> bool:
    """Whether all lots, with this mass and floor in sum, fit the load in any order."""
    return kg <= room.kg and floor_milli <= room.floor_milli


# `sensitive_then_value` differs in the order that it is given, not in how it fills
FILLS: dict[str, Fill] = {"sensitive_then_value": first_fit, "first_fit": first_fit, "next_fit": next_fit}


def share_filled(kg: int, floor_milli: int, room: Room) -> float:
    """The larger of mass and floor fill."""
    by_mass = kg / room.kg if room.kg else 0.0
    by_floor = floor_milli / room.floor_milli if room.floor_milli else 0.0
    return max(by_mass, by_floor)
