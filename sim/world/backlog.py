"""The backlog: what waits for lift at a place now, what will wait when lift arrives, and why lift is held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, filterfalse
from typing import NamedTuple

from sim.ledger.kinds import Hold, Moment
from sim.ledger.ledger import PlaceStep
from sim.scenario.network import Option
from sim.scenario.places import Mode
from sim.world.air import Air, Fleet, Sortie
from sim.world.chalk import FILLS, Room, all_go
from sim.world.crews import SiteCrews
from sim.world.memory import memory
from sim.world.projection import LiftOutlook
from sim.world.receiving import Receiving
from sim.world.setting import Setting
from sim.world.site import Site
from sim.world.stock import Bed
from sim.world.takes import Takes

_HELD: dict[Mode, Moment] = {"air": Moment.HELD_AIR, "road": Moment.HELD_ROAD}
_Ways = list[tuple[Option, frozenset[str]]]
_Ready = dict[tuple[str, Room, Room, int], Iterator[int]]


class LoadFound(NamedTuple):
    """A load that lift would find, in kilograms and floor."""

    lots: list[int]
    kg: int
    floor_milli: int


NOTHING_FOUND = LoadFound([], 0, 0)


class Backlog:
    """Queries of lift to the sites."""

    def __init__(
        self,
        setting: Setting,
        crews: dict[str, SiteCrews],
        outlook: LiftOutlook,
        takes: Takes,
        air: Air,
        receiving: Receiving,
    ) -> None:
        self.receiving = receiving
        self.setting, self.crews, self.outlook, self.takes, self.air = setting, crews, outlook, takes, air
        self.stock = setting.stock
        self._claimed: dict[str, tuple[int, frozenset[int]]] = memory(remembers=setting.remembers)
        self._holds: dict[tuple[str, Mode], Hold] = {}
        self._others = {
            id(option): self._around(options, number)
            for options in setting.network.options.values()
            for number, option in enumerate(options)
        }
        self._fill = FILLS[setting.scenario.policy.load]
        self._by_value = setting.scenario.policy.load == "sensitive_then_value"

    def begin(self) -> None:
        """A dispatch begins."""
        self.outlook.begin()
        self._claimed.clear()

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
        """A quick check whether a site may have a load for an aircraft at all."""
        if site.ready or site.people.guests:
            return True
        if site.open and site.handover_s is not None and now < site.handover_s:
            crews = self.crews[site.name]
            if crews.jobs or site.released or site.pending:
                return True
        return site.people.present > 0 and self.own_seats_wanted(site, now + 21_600) > 0

    def chalk(self, site: Site, option: Option, fleet: Fleet, room: Room) -> list[int]:
        """The lots that an aircraft loads: ready, small enough, and without a better way now."""
        carried = self._carried(site, option, fleet) if site.ready else None
        if carried is None:
            return []
        return self.filled(self._in_order(site, carried, room), room)[: self.receiving.room(option.dest)]

    def filled(self, lots: Iterable[int], room: Room) -> list[int]:
        """Selects the lots that go from lots in the order of lift, by the policy of the scenario."""
        floors = self.stock.floors[room.mode]
        return self._fill(lots, room, self.stock.mass_kg, floors.milli, (self.stock.least_kg, floors.least_milli))

    def _carried(self, site: Site, option: Option, fleet: Fleet) -> bytes | None:
        """By lot, 1 if it is for an aircraft type on an option now; `None` if no class is."""
        classes = self._without_better(site, option, self.stock.flies[fleet.name])
        if not classes:
            return None
        return self.stock.carried(classes, fleet.room(option.air[fleet.name], self.setting.clock.now_s).kg)

    def _without_better(self, site: Site, option: Option, classes: frozenset[str]) -> frozenset[str]:
        """Classes that no earlier option takes now, nor a later one if this is a road that can't take them now."""
        earlier, later_ones = self._others[id(option)]
        if not (earlier or later_ones):
            return classes
        for other, ever in earlier:
            if not classes.isdisjoint(ever):
                classes -= self.takes.takes_now(site, other)
        lacking = classes - self.takes.takes_now(site, option) if later_ones and classes else frozenset[str]()
        for other, ever in later_ones if lacking else ():
            if not lacking.isdisjoint(ever):
                classes -= lacking & self.takes.takes_now(site, other)
        return classes

    def _around(self, options: tuple[Option, ...], number: int) -> tuple[_Ways, _Ways]:
        """The ways of a place before one, and for a road those after it, each with all classes that it can take."""
        ways = [(option, self._takes_ever(option)) for option in options]
        return ways[:number], ways[number + 1 :] if options[number].mode == "road" else []

    def _takes_ever(self, option: Option) -> frozenset[str]:
        rides, flies = self.stock.rides, self.stock.flies
        by = rides.values() if option.mode == "road" else [flies[name] for name in option.air]
        return frozenset[str]().union(*by)

    def by_value(self, lots: Iterable[int]) -> list[int]:
        """Lots in the order of lift without a particular load: sensitive first, then value per kilogram."""
        return sorted(lots, key=self.stock.by_mass.__getitem__)

    def _in_order(self, site: Site, carried: bytes, room: Room) -> Iterable[int]:
        """Ready lots in the order of lift: by the scarcer of mass and floor in the backlog, or as they became ready."""
        if self._by_value:
            return site.standing(carried, room.mode).in_order(room)
        ready = site.ready
        return sorted(filter(carried.__getitem__, ready), key=lambda lot: (ready[lot], lot))

    def for_air(
        self,
        site: Site,
        option: Option,
        fleet: Fleet,
        arrival_s: int,
        room: Room,
    ) -> LoadFound:
        """The load that an aircraft would find on arrival."""
        carried = self._carried(site, option, fleet)
        if carried is None:
            return NOTHING_FOUND
        found, whole = self._found(site, carried, (), room)
        if whole and arrival_s > self.setting.clock.now_s:
            coming = tuple(filter(carried.__getitem__, self.outlook.projected(site, arrival_s)))
            if coming:
                found, _ = self._found(site, carried, coming, room)
        return self._received(site, option, found, room)

    def _received(self, site: Site, option: Option, found: LoadFound, room: Room) -> LoadFound:
        """The first lots of a load, as many as there is room for at its destination."""
        most = self.receiving.room(option.dest)
        if len(found.lots) <= most:
            return found
        if not most:
            self.held(site, option.mode, Hold.NO_ROOM, self.setting.clock.now_s)
        return self._sum(found.lots[:most], room)

    def _found(self, site: Site, carried: bytes, coming: tuple[int, ...], room: Room) -> tuple[LoadFound, bool]:
        """The load of lots that are ready and lots to come, less what is claimed; and whether all of them go."""
        standing, claimed = site.standing(carried, room.mode), self.claimed(site)
        if not claimed:
            kg, milli = standing.kg, standing.floor_milli
            if coming:
                kg += sum(map(self.stock.mass_kg.__getitem__, coming))
                milli += sum(map(self.stock.floor_milli.__getitem__, coming))
            if all_go(kg, milli, room):
                return LoadFound([*self._in_order(site, carried, room), *coming], kg, milli), True
        lots = chain(self._in_order(site, carried, room), coming)
        load = self.filled(filterfalse(claimed.__contains__, lots), room)
        gone = sum(bool(carried[lot]) and lot in site.ready for lot in claimed) + sum(map(claimed.__contains__, coming))
        return self._sum(load, room), len(load) == len(standing) + len(coming) - gone

    def _sum(self, load: list[int], room: Room) -> LoadFound:
        kg, milli = self.stock.mass_kg, self.stock.floors[room.mode].milli
        return LoadFound(load, sum(map(kg.__getitem__, load)), sum(map(milli.__getitem__, load)))

    # lots that sorties under way will take

    def claimed(self, site: Site) -> frozenset[int]:
        """Lots of a site that sorties under way to it will take, sortie by sortie in the order of sending."""
        known = self._claimed.get(site.name)
        if known is None or known[0] != site.changes:
            taken: set[int] = set()
            ready: _Ready = {}
            for sortie in self.air.under_way[site.name].claiming:
                self._claim(site, sortie, taken, ready)
            known = self._claimed[site.name] = site.changes, frozenset(taken)
        return known[1]

    def _claim(self, site: Site, sortie: Sortie, taken: set[int], ready: _Ready) -> None:
        """Add the lots that a sortie will take: the first that it could carry, up to what it was sent for.

        `ready` has, for sorties that take the same lots in the same order, those that none of them has passed yet.
        """
        kg, milli = sortie.claim_kg, sortie.claim_milli
        for lot in self._before_it(site, sortie, ready):
            if lot not in taken:
                taken.add(lot)
                kg -= self.stock.mass_kg[lot]
                milli -= self.stock.floor_milli[lot]
                if kg <= 0 and milli <= 0:
                    return

    def _before_it(self, site: Site, sortie: Sortie, ready: _Ready) -> Iterator[int]:
        """The lots that a sortie could carry in the order of lift, then those that will be ready when it lands."""
        now, fleet, lands_s = self.setting.clock.now_s, sortie.fleet, sortie.on_ground_s[0]
        room = fleet.room(sortie.leg, now)
        carried = self.stock.carried(self.stock.flies[fleet.name], room.kg)
        beside = fleet.beside(room, sortie.claim_seats)
        alike = fleet.name, room, beside, site.changes
        if alike not in ready:
            ready[alike] = iter(self._in_order(site, carried, beside))
        yield from ready[alike]
        if lands_s > now:
            yield from filter(carried.__getitem__, self.outlook.projected(site, lands_s))

    # lots by road

    def _trucked(self, site: Site, option: Option, pool: str) -> bytes:
        """By lot, 1 if it is for the trucks of a pool on an option now."""
        return self._ridden(site, option, self.stock.rides[pool], self.setting.scenario.lift.trucks[pool].payload)

    def _ridden(self, site: Site, option: Option, classes: frozenset[str], most_kg: int) -> bytes:
        classes = self._without_better(site, option, classes)
        classes -= self.receiving.stopped(option.dest, classes)
        return self.stock.carried(classes, most_kg)

    def truckable(self, site: Site, option: Option, pool: str, arrival_s: int) -> list[int]:
        """Lots for the trucks of a pool: ready ones, then those that will be ready by an arrival."""
        carried = self._trucked(site, option, pool)
        lots = list(filter(carried.__getitem__, site.ready))
        if arrival_s > self.setting.clock.now_s:
            lots += filter(carried.__getitem__, self.outlook.projected(site, arrival_s))
        return lots

    def take_by_truck(self, site: Site, option: Option, pool: str, count: int, arrival_s: int, taken: set[int]) -> None:
        """Add the lots that a number of trucks of a pool will take: each a load of lots not yet taken."""
        kind, carried = self.setting.scenario.lift.trucks[pool], self._trucked(site, option, pool)
        room = Room(kind.payload, kind.floor, "road")
        lots = list(self._in_order(site, carried, room))
        if arrival_s > self.setting.clock.now_s:
            lots += filter(carried.__getitem__, self.outlook.projected(site, arrival_s))
        for _ in range(count):
            lots = [lot for lot in lots if lot not in taken]
            taken.update(self.filled(lots, room))

    def for_truck(self, site: Site, option: Option, pool: str, room: Room) -> LoadFound:
        """What one truck of a pool would load now, in the order of lift."""
        return self._found_by_road(site, option, self._trucked(site, option, pool), room)

    def for_vehicle(self, site: Site, option: Option, bed: Bed, room: Room) -> list[int]:
        """What a vehicle that drives itself would load now into the room that it has left, in the order of lift."""
        riding = site.standing(self.stock.carried(bed.classes, bed.room.kg), room.mode)
        if not riding.may_fit(room):  # cheap to check, and often so
            return []
        carried = self._ridden(site, option, bed.classes, bed.room.kg)
        return self._found_by_road(site, option, carried, room).lots

    def _found_by_road(self, site: Site, option: Option, carried: bytes, room: Room) -> LoadFound:
        lots, standing = self._in_order(site, carried, room), site.standing(carried, room.mode)
        if all_go(standing.kg, standing.floor_milli, room):
            found = LoadFound(list(lots), standing.kg, standing.floor_milli)
        else:
            found = self._sum(self.filled(lots, room), room)
        return self._received(site, option, found, room)

    # why not

    def held_meanwhile(self, site: Site, mode: Mode, hold: Hold, now: int) -> None:
        """Why lift could not go now, whatever the load; a load found too small before is still the reason."""
        if self._holds.get((site.name, mode)) != Hold.BELOW_LEAST:
            self.held(site, mode, hold, now)

    def held(self, site: Site, mode: Mode, hold: Hold, now: int) -> None:
        """Remember why idle lift does not go to a site, when the reason changes."""
        if self._holds.get((site.name, mode)) != hold:
            self._holds[site.name, mode] = hold
            self.setting.ledger.places.append(PlaceStep(now, site.name, _HELD[mode], hold=hold))
