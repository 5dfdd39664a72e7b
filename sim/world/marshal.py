"""The marshalling yard of a place for one way by road: trucks that wait and load, vehicles that are ready to go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.scenario.network import Option, RoadLeg
from sim.world.loaders import LoadJob
from sim.world.site import Site


@dataclass(slots=True, eq=False)
class Vehicle:
    """One vehicle of a convoy: a truck of a pool with its lots, or a lot that drives itself.

    `crew` is how many people of a place drive it: none for a truck, or if the place gives no people.
    """

    pool: str | None
    lots: list[int] = field(default_factory=list)
    own: int | None = None
    job: LoadJob | None = None
    began_s: int = 0
    crew: int = 0
    loaded_s: int = 0


@dataclass(slots=True, eq=False)
class Marshal:
    """Vehicles at a site that will go one way.

    `waiting` counts empty trucks by pool, `coming` those on their way here: the motorpool moves them. `since_s` is when
    the first truck of the next convoy began to load, or when the convoy was first long enough; `None` before.
    `formed_s` is when it was first long enough; one that waits for more does so until `waits_until_s` at the latest.
    """

    site: Site
    option: Option
    leg: RoadLeg
    waiting: Mapping[str, int]
    coming: Mapping[str, int]
    loading: list[Vehicle] = field(default_factory=list)
    loaded: list[Vehicle] = field(default_factory=list)
    since_s: int | None = None
    formed_s: int | None = None
    waits_until_s: int = 0

    def began_s(self) -> int | None:
        """When the first of the trucks that load or are loaded here began to load; `None` if there are none."""
        trucks = (vehicle for vehicle in (*self.loading, *self.loaded) if vehicle.own is None)
        return min((truck.began_s for truck in trucks), default=None)

    def trucks(self, pool: str) -> int:
        """Trucks of a pool that wait here or are on their way."""
        return self.waiting.get(pool, 0) + self.coming.get(pool, 0)
