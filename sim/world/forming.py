"""Forming: which vehicles could go with a convoy now, as clearance, drivers and its greatest length allow."""

from __future__ import annotations

from typing import NamedTuple

from sim.ledger.kinds import Bound
from sim.ledger.states import State
from sim.world.driving import Driving
from sim.world.loading import Loading
from sim.world.marshal import Marshal, Vehicle
from sim.world.motorpool import Motorpool
from sim.world.setting import Setting
from sim.world.site import Site


class Candidates(NamedTuple):
    """Candidates for a convoy: vehicles that stand loaded or empty, and lots that would be driven as they are.

    `loading` are lots that would be driven too if they were loaded.
    """

    vehicles: list[Vehicle]
    driven: list[int]
    loading: list[int]


class Forming:
    """Candidates for convoys, for all sites."""

    def __init__(self, setting: Setting, motorpool: Motorpool, driving: Driving, loading: Loading) -> None:
        self.setting, self.motorpool, self.driving, self.loading = setting, motorpool, driving, loading
        self.stock, self.rules = setting.stock, setting.scenario.lift.convoys

    def candidates(self, marshal: Marshal, now: int, *, rear: bool, trucks_ok: bool, people_ok: bool) -> Candidates:
        """Vehicles that could go now: loaded ones, and lots that drive themselves as far as there are drivers.

        Begins to load vehicles that drive themselves, where they need it.
        """
        found = Candidates([], [], [])
        if trucks_ok:
            found.vehicles.extend(vehicle for vehicle in marshal.loaded if vehicle.pool is not None)
            if rear:
                waiting = ((pool, marshal.waiting.get(pool, 0)) for pool in self.motorpool.kinds)
                found.vehicles.extend(Vehicle(pool) for pool, count in waiting for _ in range(count))
        if people_ok:
            self._add_own(found, marshal, now, rear=rear)
        elif marshal.site.people.last_convoy_is_free(now):
            self._own_ready(marshal, now)  # what the last convoy takes without clearance has been loaded by then
        most = self.rules.vehicles.most
        if rear and len(found.vehicles) + len(found.driven) > most:
            return self._people_first(marshal.site, found, most)
        return Candidates(found.vehicles[:most], found.driven[: max(0, most - len(found.vehicles))], found.loading)

    def _add_own(self, found: Candidates, marshal: Marshal, now: int, *, rear: bool) -> None:
        """Add vehicles that drive themselves: those loaded first, then ready ones, then those that are being loaded."""
        site = marshal.site
        drivers = self.driving.drivers(site, now, rear=rear)
        if not (rear or marshal.loaded or marshal.loading) and self._drives_nobody(site, drivers):
            return
        ready = self._own_ready(marshal, now)
        own = self.driving.standing_own(marshal.loaded)
        loading = list(self.driving.standing_own(marshal.loading))
        if site.cargo and not rear:  # the last convoy does not wait until vehicles are filled
            loading += [lot for lot in ready if site.cargo.being_filled(lot)]
            ready = [lot for lot in ready if not site.cargo.being_filled(lot)]
        few = not (own or loading) and drivers < site.driving_in_order().fewest  # then the choice does not matter
        if few:
            return
        kept = set() if rear else self.driving.kept_for_rear_party(site)
        if own:
            chosen, drivers = self.driving.driven([lot for lot in own if lot not in kept], drivers)
            found.vehicles.extend(own[lot] for lot in chosen)
        if ready:
            driven, drivers = self.driving.driven([lot for lot in ready if lot not in kept] if kept else ready, drivers)
            found.driven.extend(driven)
        if loading:
            found.loading.extend(self.driving.driven([lot for lot in loading if lot not in kept], drivers)[0])

    def _people_first(self, site: Site, found: Candidates, most: int) -> Candidates:
        """If more vehicles could go than the last convoy may have, chooses those that people need to leave in.

        First vehicles that drive themselves, then trucks with seats, loaded ones before empty ones, until everyone has
        a seat.
        """
        own = [vehicle for vehicle in found.vehicles if vehicle.own is not None][:most]
        driven = found.driven[: most - len(own)]
        lots = [*(vehicle.own for vehicle in own if vehicle.own is not None), *driven]
        seats = sum(self.stock.drivers[lot] + site.cargo.seats(lot) for lot in lots)
        trucks = [vehicle for vehicle in found.vehicles if vehicle.own is None]
        going: list[Vehicle] = []
        for truck in trucks:
            more = self.motorpool.kinds[truck.pool or ""].seats
            if more and seats < site.people.present:
                seats += more
                going.append(truck)
        going += [truck for truck in trucks if truck not in going]
        going = going[: most - len(lots)]
        return Candidates([truck for truck in trucks if truck in going] + own, driven, found.loading)

    @staticmethod
    def _drives_nobody(site: Site, drivers: int) -> bool:
        """Whether the people can drive none of the ready vehicles, and none of these has yet to be loaded."""
        driving = site.driving_in_order()
        return drivers < driving.fewest and not driving.any_loads

    def _own_ready(self, marshal: Marshal, now: int) -> list[int]:
        """Ready vehicles that drive themselves, in the order of lift; those that need loading begin it."""
        site, stock = marshal.site, self.stock
        marshals = self.motorpool.marshals[site.name]
        first = marshals[0].option.road
        if marshal is not marshals[0] and first is not None and self.motorpool.moves_now(first, now):
            return []
        if not site.open:
            return []
        driving, any_loads = site.driving_in_order().by_value, site.driving_in_order().any_loads
        begin = [lot for lot in driving if stock.load_s[lot] and not site.cargo.being_filled(lot)] if any_loads else ()
        for lot in begin:
            self.setting.ledger.lot(now, lot, State.LOADING, site.name, Bound(marshal.option.dest))
            site.take(lot)
            self.loading.begin_loading(marshal, Vehicle(None, own=lot), stock.load_s[lot])
            self.loading.handling.left_yard(site)
        return [lot for lot in driving if not stock.load_s[lot]] if any_loads else driving
