"""The backlog: what waits for lift at a place now, what will by the time lift is there, and why lift is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from sim.ledger.ledger import PlaceStep
from sim.scenario.network import Option
from sim.world.chalk import FILLS, Room, all_go
from sim.world.projection import Projection
from sim.world.setting import Setting
from sim.world.site import Site
from sim.world.tails import Fleet

if TYPE_CHECKING:
    from sim.world.crews import Crews

_FAR = 1 << 60
_NOTHING = (0, 0)
_Ways = list[tuple[Option, frozenset[str]]]


class Found(NamedTuple):
    """A load that lift would find, in kilograms and floor."""

    lots: list[int]
    kg: int
    floor_milli: int


NOTHING_FOUND = Found([], 0, 0)


class Backlog:
    """What lift asks of the sites. `takes_now` is filled in by the world: the classes that an option could take now."""

    def __init__(self, setting: Setting, crews: dict[str, Crews]) -> None:
        self.setting, self.crews = setting, crews
        self.stock = setting.stock
        self.takes_now: Callable[[Site, Option], frozenset[str]]  # set by movement control
        self._reasons: dict[tuple[str, str], str] = {}
        self._projected: dict[tuple[str, int], list[int]] = {}
        self._ahead: dict[str, Projection] = {}
        self._others = {
            id(option): self._around(options, number)
            for options in setting.network.options.values()
            for number, option in enumerate(options)
        }
        self._by_value = setting.scenario.policy.load == "sensitive_then_value"

    # people

    def seats_wanted(self, site: Site, at_s: int) -> int:
        """People of a site who would take seats by air at an instant, guests included."""
        people = site.people
        if "air" not in people.modes or site.started_s is None:
            return sum(people.guests.values())
        return people.seats_wanted(at_s)

    @staticmethod
    def own_seats_wanted(site: Site, at_s: int) -> int:
        """Own people of a site who would take seats by air."""
        people = site.people
        if "air" not in people.modes or site.started_s is None:
            return 0
        return people.seats_wanted(at_s) - sum(people.guests.values())

    # lots by air

    def anything_by_air(self, site: Site, now: int) -> bool:
        """A quick look whether a site may have a load for an aircraft at all."""
        if site.ready or site.people.guests:
            return True
        if site.open and site.handover_s is not None and now < site.handover_s:
            crews = self.crews[site.name]
            if crews.jobs or site.released or site.pending:
                return True
        return site.people.present > 0 and self.own_seats_wanted(site, now + 21_600) > 0

    def flyable(self, site: Site, option: Option, fleet: Fleet) -> list[int]:
        """Ready lots that an aircraft type could take alone, and that have no better way now."""
        carried = self._carried(site, option, fleet) if site.ready else None
        return list(filter(carried.__getitem__, site.ready)) if carried is not None else []

    def _carried(self, site: Site, option: Option, fleet: Fleet) -> bytes | None:
        """By lot, 1 where it is for an aircraft type on an option now; `None` where no class is."""
        classes = self._without_better(site, option, self.stock.flies[fleet.name])
        if not classes:
            return None
        return self.stock.carried(classes, fleet.room(option.air[fleet.name], self.setting.clock.now_s).kg)

    def _without_better(self, site: Site, option: Option, classes: frozenset[str]) -> frozenset[str]:
        """Classes that no earlier option takes now; nor a later one, where this is a road that can't take them now."""
        earlier, later_ones = self._others[id(option)]
        for other, ever in earlier:
            if not classes.isdisjoint(ever):
                classes -= self.takes_now(site, other)
        lacking = classes - self.takes_now(site, option) if later_ones and classes else frozenset[str]()
        for other, ever in later_ones if lacking else ():
            if not lacking.isdisjoint(ever):
                classes -= lacking & self.takes_now(site, other)
        return classes

    def _around(self, options: tuple[Option, ...], number: int) -> tuple[_Ways, _Ways]:
        """The ways of a place before one, and for a road those after it, each with the classes that it ever takes."""
        ways = [(option, self._takes_ever(option)) for option in options]
        return ways[:number], ways[number + 1 :] if options[number].mode == "road" else []

    def _takes_ever(self, option: Option) -> frozenset[str]:
        rides, flies = self.stock.rides, self.stock.flies
        by = rides.values() if option.mode == "road" else [flies[name] for name in option.air]
        return frozenset[str]().union(*by)

    def by_value(self, lots: Iterable[int]) -> list[int]:
        """Lots in the order of lift where no one load is meant: sensitive first, then value per kilogram."""
        return sorted(lots, key=self.stock.by_mass.__getitem__)

    def order(self, site: Site, lots: Iterable[int], room: Room) -> list[int]:
        """Lots in the order of lift: by the scarcer of mass and floor in the backlog, or as they became ready."""
        stock = self.stock
        if not self._by_value:
            ready = site.ready
            return sorted(lots, key=lambda lot: (ready.get(lot, _FAR), lot))
        waiting = list(lots)
        if len(waiting) < 2:  # noqa: PLR2004 - nothing to put in order
            return waiting
        kg = sum(map(stock.mass_kg.__getitem__, waiting))
        milli = sum(map(stock.floor_milli.__getitem__, waiting))
        by_floor = milli * max(1, room.kg) > kg * max(1, room.floor_milli)
        return sorted(waiting, key=(stock.by_floor if by_floor else stock.by_mass).__getitem__)

    def for_air(
        self,
        site: Site,
        option: Option,
        fleet: Fleet,
        arrival_s: int,
        claims: tuple[int, int],
        room: Room,
    ) -> Found:
        """The load that an aircraft would find on arrival."""
        carried = self._carried(site, option, fleet)
        if carried is None:
            return NOTHING_FOUND
        ready = list(filter(carried.__getitem__, site.ready))
        if claims != _NOTHING:
            ready = self.order(site, ready, room)
        found, whole = self._found(site, ready, [], claims, room)
        if whole and arrival_s > self.setting.clock.now_s:
            coming = list(filter(carried.__getitem__, self.projected(site, arrival_s)))
            if coming:
                found, _ = self._found(site, ready, coming, claims, room)
        return found

    def _found(
        self, site: Site, ready: list[int], coming: list[int], claims: tuple[int, int], room: Room
    ) -> tuple[Found, bool]:
        """The load of lots that are ready and lots to come, less what is claimed; and whether all of them go.

        Ready lots are in order already where something is claimed of them.
        """
        stock = self.stock
        if claims == _NOTHING:
            found = self._sum(ready + coming)
            if all_go(found.kg, found.floor_milli, room):
                return found, True
            ready = self.order(site, ready, room)
        lots = self._less([*ready, *coming], claims)
        load = FILLS[self.setting.scenario.policy.load](lots, room, stock.mass_kg, stock.floor_milli)
        return self._sum(load), len(load) == len(lots)

    def _sum(self, load: list[int]) -> Found:
        stock = self.stock
        return Found(load, sum(map(stock.mass_kg.__getitem__, load)), sum(map(stock.floor_milli.__getitem__, load)))

    def _less(self, lots: list[int], claims: tuple[int, int]) -> list[int]:
        """Lots in order without those that lift under way will take."""
        kg, milli = claims
        if kg <= 0 and milli <= 0:
            return lots
        stock = self.stock
        for i, lot in enumerate(lots):
            if kg <= 0 and milli <= 0:
                return lots[i:]
            kg -= stock.mass_kg[lot]
            milli -= stock.floor_milli[lot]
        return []

    # lots by road

    def truckable(self, site: Site, option: Option, pool: str, arrival_s: int) -> list[int]:
        """Lots for the trucks of a pool: ready ones, then those that will be ready by an arrival."""
        stock = self.stock
        classes = self._without_better(site, option, stock.rides[pool])
        carried = stock.carried(classes, self.setting.scenario.lift.trucks[pool].payload)
        lots = list(filter(carried.__getitem__, site.ready))
        if arrival_s > self.setting.clock.now_s:
            lots += filter(carried.__getitem__, self.projected(site, arrival_s))
        return lots

    # projection

    def projected(self, site: Site, until_s: int) -> list[int]:
        """Lots that present crews will have made ready by an instant, alarms not foreseen, in order.

        What was said in a dispatch holds to its end.
        """
        key = (site.name, until_s)
        if key not in self._projected:
            self._projected[key] = self._project(site, self.setting.clock.now_s, until_s)
        return self._projected[key]

    def forget_projections(self) -> None:
        """A dispatch begins."""
        self._projected.clear()
        self._ahead.clear()

    def changed(self, site: Site) -> None:
        """Within a dispatch, people or lots have left a site: who looks ahead anew may see something else."""
        self._ahead.pop(site.name, None)

    def _project(self, site: Site, now: int, until_s: int) -> list[int]:
        if site.started_s is None or (site.handover_s is not None and now >= site.handover_s):
            return []
        site.pull(now)  # no crew may have looked since a lot was released
        crews = self.crews[site.name]
        if site.name not in self._ahead:
            self._ahead[site.name] = Projection(site, crews, now)
        end_s = until_s if site.handover_s is None else min(until_s, site.handover_s)
        if crews.disposal_s is not None and crews.waiting:  # once those are in hand, crews prepare again
            end_s = min(end_s, crews.disposal_s)
        return self._ahead[site.name].ready_by(end_s)

    # why not

    def held_for_hours(self, site: Site, mode: str, now: int) -> None:
        """Out of hours; a load found too small before is still the reason."""
        if self._reasons.get((site.name, mode)) != "below least":
            self.held(site, mode, "out of hours", now)

    def held(self, site: Site, mode: str, reason: str, now: int) -> None:
        """Remember why idle lift does not go to a site, when the reason changes."""
        if self._reasons.get((site.name, mode)) != reason:
            self._reasons[site.name, mode] = reason
            self.setting.ledger.places.append(PlaceStep(now, site.name, f"held {mode}", reason))
