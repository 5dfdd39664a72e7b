"""The marshalling yard of a place for one way by road: trucks that wait and load, vehicles that are ready to go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from sim.scenario.network import Option
from sim.world.loaders import LoadJob
from sim.world.site import Site


@dataclass(slots=True, eq=False)
class Vehicle:
    """One vehicle of a convoy: a truck of a pool with its lots, or a lot that drives itself.

    `crew` is how many of the people of a place drive it: none of a truck, nor where the place gives no people.
    """

    pool: str | None
    lots: list[int] = field(default_factory=list)
    own: int | None = None
    job: LoadJob | None = None
    began_s: int = 0
    crew: int = 0


class Takes(NamedTuple):
    """Classes that trucks could take at a place: until an instant, while trucks and handover are as when asked."""

    asked: tuple[int, int | None]
    until_s: int
    classes: frozenset[str] = frozenset()


_NEVER_ASKED = Takes((-1, None), 0)


@dataclass(slots=True)
class Marshal:
    """Vehicles at a site that will go one way.

    `waiting` counts empty trucks by pool, `coming` those on their way here; `since_s` is when the first truck
    of the next convoy began to load, or when that was first long enough, `None` while it is not.
    """

    site: Site
    option: Option
    waiting: dict[str, int] = field(default_factory=dict)
    coming: dict[str, int] = field(default_factory=dict)
    coming_seats: int = 0
    loading: list[Vehicle] = field(default_factory=list)
    loaded: list[Vehicle] = field(default_factory=list)
    since_s: int | None = None
    takes: Takes = _NEVER_ASKED
    short_at: tuple[int, int] = (-1, -1)  # changes of the site, and how many were loaded, when a column was too short
    short_s: int = 0  # and when

    def began_s(self) -> int | None:
        """When the first of the trucks that load or are loaded here began to load, `None` where there are none."""
        trucks = (vehicle for vehicle in (*self.loading, *self.loaded) if vehicle.own is None)
        return min((truck.began_s for truck in trucks), default=None)

    def trucks(self, pool: str) -> int:
        """Trucks of a pool that wait here or are on their way."""
        return self.waiting.get(pool, 0) + self.coming.get(pool, 0)
