"""The order of lift, and how a chalk is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.twin.labour import rate
from benchmarks.twin.things import READY, Lot, Room

if TYPE_CHECKING:
    from benchmarks.twin.world import Twin


def lift_order(world: Twin, lots: list[Lot], room: Room | None) -> list[Lot]:
    """Lots in the order of lift; without a room the scarcer is mass."""
    if world.scenario.policy.load != "sensitive_then_value" and room is not None:
        return sorted(lots, key=lambda lot: (lot.ready_s if lot.state == READY else 1 << 60, lot.index))
    by_floor = (
        room is not None
        and room.kg > 0
        and room.milli > 0
        and sum(map(room.floor, lots)) * room.kg > sum(lot.mass for lot in lots) * room.milli
    )

    def key(lot: Lot) -> tuple[bool, float, int]:
        unit = room.floor(lot) if by_floor and room is not None else lot.mass
        return (not lot.sensitive, -rate(lot.value, unit), lot.index)

    return sorted(lots, key=key)


def chalk(world: Twin, lots: list[Lot], room: Room) -> list[Lot]:
    """The lots of one load, of lots in the order of lift."""
    chosen: list[Lot] = []
    kg, milli = room.kg, room.milli
    for lot in lots:
        if lot.mass <= kg and room.floor(lot) <= milli:
            chosen.append(lot)
            kg -= lot.mass
            milli -= room.floor(lot)
        elif world.scenario.policy.load == "next_fit":
            break
    return chosen
