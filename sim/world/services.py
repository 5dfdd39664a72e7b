"""Services: a type of aircraft at a place that it can lift from, and what is remembered between two looks at it."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.network import AirLeg, Option
from sim.world.site import Site
from sim.world.tails import Fleet
from sim.world.underway import UnderWay

_NO_LIMIT = 1 << 60


class Way:
    """One option of a place, as one type flies it.

    Before `quiet_until_s` no hours, closures or alarms known by now stand against a sortie. A load found too small
    is not looked at again while the place has seen no change since, or for an hour. `clears` is whether people, and
    cargo, may fly on a day, `clears_day`, at both ends.
    """

    __slots__ = ("clears", "clears_day", "flight_s", "leg", "option", "quiet_until_s", "small_at_change", "small_at_s")

    def __init__(self, option: Option, leg: AirLeg) -> None:
        self.option, self.leg, self.flight_s = option, leg, leg.flight_s
        self.clears, self.clears_day = (False, False), -1
        self.quiet_until_s = 0
        self.small_at_change, self.small_at_s = -1, 0


class Service:
    """The ways of one type from one place, in the order in which the place prefers them.

    Before `not_before_s` it is known that nothing can fly. The apron of the place has room for `mog` at once.
    """

    __slots__ = ("coming", "fleet", "mog", "not_before_s", "site", "ways")

    def __init__(self, fleet: Fleet, site: Site, options: tuple[Option, ...], coming: UnderWay) -> None:
        self.fleet, self.site = fleet, site
        self.ways = [Way(option, option.air[fleet.name]) for option in options if fleet.name in option.air]
        self.coming = coming
        self.not_before_s = 0
        self.mog = _NO_LIMIT if site.place.strip is None else site.place.strip.mog


class Planned(NamedTuple):
    """What a sortie is sent to take, when by plan it stands at the origin, and how long at the destination."""

    kg: int
    floor_milli: int
    seats: int
    on_ground_s: tuple[int, int]
    unload_s: int
