"""Drivers: the people of a place who may leave as drivers, and the vehicles kept for those who stay."""

from __future__ import annotations

from bisect import bisect_left

from sim.ledger.states import State
from sim.world.drivers import Drivers
from sim.world.marshal import Vehicle
from sim.world.memory import memory
from sim.world.motorpool import Motorpool
from sim.world.setting import Setting
from sim.world.site import Site

_MANY = 1 << 30


class Driving:
    """Drivers and the vehicles that they take, for all sites."""

    def __init__(self, setting: Setting, motorpool: Motorpool) -> None:
        self._clock, self._stock = setting.clock, setting.stock
        self._marshals, self._kinds = motorpool.marshals, motorpool.kinds
        self._state = setting.ledger.state
        self._kept: dict[str, tuple[Drivers, list[int], int, set[int]]] = memory(remembers=setting.remembers)
        self._stay: dict[str, tuple[int, int, int]] = memory(remembers=setting.remembers)

    def kept_for_rear_party(self, site: Site) -> set[int]:
        """Ready vehicles, loaded or not, that stay for those who leave last, those with most seats first."""
        people = site.people
        if site.handover_s is None or not people.known or "road" not in people.preference:
            return set()
        staying = self.staying(site)
        if staying <= 0:
            return set()
        standing = (v.own for m in self._marshals[site.name] for v in (*m.loaded, *m.loading))
        loaded = [lot for lot in standing if lot is not None and self._state[lot] == State.LOADING]  # and not burnt
        driving, before = site.driving_in_order(), self._kept.get(site.name)
        if before is None or before[0] is not driving or before[1] != loaded or before[2] != staying:
            every = Drivers.of([*site.driving, *loaded], self._stock, site.cargo) if loaded else driving
            kept = set(every.by_room[: bisect_left(every.room, staying) + 1])
            before = self._kept[site.name] = driving, loaded, staying, kept
        return before[3]

    def staying(self, site: Site) -> int:
        """People to keep vehicles for: all who still stay, so that no one depends on a seat by air."""
        now, before = self._clock.now_s, self._stay.get(site.name)
        if before is None or before[0] != now or before[1] != site.changes:
            before = self._stay[site.name] = now, site.changes, self._staying(site, now)
        return before[2]

    @staticmethod
    def _staying(site: Site, now: int) -> int:
        people = site.people
        if people.last_day(now):
            return people.present
        return min(people.present, max(people.rear_party, people.allowed(now)))

    def drivers(self, site: Site, now: int, *, rear: bool) -> int:
        """People who may leave as drivers and passengers: with the last convoy all, before it not the rear party."""
        people = site.people
        if not people.known:
            return _MANY
        if rear:
            return people.present
        keeps = site.handover_s is not None and "road" in people.preference
        return people.present - self.staying(site) if keeps else people.due(now)  # who need not stay is due

    def lacks_drivers(self, site: Site, now: int) -> bool:
        """Whether there are too few people even for the vehicle that needs the fewest drivers."""
        return self.drivers(site, now, rear=False) < site.driving_in_order().fewest

    def driven(self, lots: list[int], drivers: int) -> tuple[list[int], int]:
        """The first vehicles, as many as there are drivers for, and the drivers left."""
        chosen: list[int] = []
        for lot in lots:
            if self._stock.drivers[lot] <= drivers:
                chosen.append(lot)
                drivers -= self._stock.drivers[lot]
        return chosen, drivers

    def standing_own(self, vehicles: list[Vehicle]) -> dict[int, Vehicle]:
        """Vehicles that drive themselves, load or are loaded, and have not burnt since, by lot."""
        state = self._state
        own = {vehicle.own: vehicle for vehicle in vehicles if vehicle.own is not None}
        return {lot: vehicle for lot, vehicle in own.items() if state[lot] == State.LOADING}

    # seats

    def seats_in(self, vehicles: list[Vehicle]) -> int:
        """Passengers that vehicles take, in addition to their drivers: loaded ones of the place take none."""
        own = sum(
            self._stock.seats[vehicle.own] for vehicle in vehicles if vehicle.own is not None and not vehicle.lots
        )
        return own + sum(self._kinds[vehicle.pool].seats for vehicle in vehicles if vehicle.pool is not None)

    def seats_by_road(self, site: Site, but: int | None = None) -> int:
        """People who could leave in vehicles that drive themselves and in trucks there or coming, drivers included.

        Vehicles are ready, loaded or being loaded, and count as far as the people present can drive them.
        """
        marshals = self._marshals[site.name]
        standing = [vehicle for marshal in marshals for vehicle in (*marshal.loaded, *marshal.loading)]
        own = [*self.standing_own(standing), *site.driving]
        chosen, _ = self.driven(own, site.people.present)
        seats = sum(self._stock.drivers[lot] + (site.cargo.seats(lot) if lot != but else 0) for lot in chosen)
        seats += self.seats_in([vehicle for vehicle in standing if vehicle.pool is not None])
        for marshal in marshals:
            seats += sum(kind.seats * marshal.trucks(pool) for pool, kind in self._kinds.items())
        return seats
