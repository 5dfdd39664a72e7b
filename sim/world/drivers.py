"""Drivers: vehicles that drive themselves, in the orders in which they are chosen."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from sim.world.cargo import Cargo
from sim.world.stock import Stock


class Drivers(NamedTuple):
    """Vehicles that drive themselves, in the order of lift, and those with most room first.

    `with_beds` are those of `by_value` that can carry loads; `room` has the running sums of drivers and seats of
    `by_room`; `fewest` is the least number of drivers that one needs, and `any_loads` whether one takes time to load.
    """

    by_value: list[int]
    with_beds: list[int]
    by_room: list[int]
    room: list[int]
    fewest: int
    any_loads: bool

    @classmethod
    def of(cls, lots: Iterable[int], stock: Stock, cargo: Cargo) -> Drivers:
        """Some vehicles, put in order; loaded ones have no seats for passengers."""
        by_value = sorted(lots, key=stock.by_mass.__getitem__)
        with_beds = [lot for lot in by_value if stock.class_name[lot] in stock.beds]
        if cargo:
            rooms = dict(zip(by_value, map(stock.rooms.__getitem__, by_value), strict=True))
            rooms |= {lot: stock.drivers[lot] for lot in cargo.vehicles() if lot in rooms}
            by_room = sorted(sorted(by_value), key=rooms.__getitem__, reverse=True)
            room = list(accumulate(map(rooms.__getitem__, by_room)))
        else:
            by_room = sorted(by_value, key=stock.seat_rank.__getitem__)
            room = list(accumulate(map(stock.rooms.__getitem__, by_room)))
        fewest = min(map(stock.drivers.__getitem__, by_room), default=0)
        return cls(by_value, with_beds, by_room, room, fewest, any(map(stock.load_s.__getitem__, by_room)))
