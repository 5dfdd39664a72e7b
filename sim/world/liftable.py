"""What lift can ever carry: the greatest mass by place and class, which is the same in every replication."""

from __future__ import annotations

import numpy as np

from sim.scenario.network import Network
from sim.scenario.scenario import Scenario
from sim.world.stock import StockFrame

_ANY_KG = 1 << 60
_NO_KG = -1


def liftable_kg(scenario: Scenario, network: Network, stock: StockFrame) -> np.ndarray:
    """By lot, the greatest mass that any lift of the scenario can carry out of its place; -1 where none takes it.

    Where a place has no handover nothing need be lifted, and any mass is.
    """
    most: dict[tuple[str, str], int] = {}
    for whose, drives in zip(zip(stock.place, stock.class_name, strict=True), stock.drives, strict=True):
        if whose not in most:
            leaves = scenario.places[whose[0]].handover_s is not None
            most[whose] = _most_kg(scenario, network, stock, *whose, drives) if leaves else _ANY_KG
    return np.array([most[whose] for whose in zip(stock.place, stock.class_name, strict=True)], dtype=np.int64)


def _most_kg(scenario: Scenario, network: Network, stock: StockFrame, place: str, class_name: str, drives: bool) -> int:
    """The greatest mass of a lot of a class that some option of a place can carry."""
    lift, most = scenario.lift, _NO_KG
    for option in network.options[place]:
        if option.mode == "air":
            for name, leg in option.air.items():
                if class_name in stock.flies[name] and lift.aircraft[name].count:
                    most = max(most, leg.payload_kg)
            continue
        if drives:
            return _ANY_KG
        for pool, trucks in lift.trucks.items():
            comes = trucks.base == place or network.road(trucks.base, place) is not None
            if class_name in stock.rides[pool] and trucks.count and comes:
                most = max(most, trucks.payload)
    return most
