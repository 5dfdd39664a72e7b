"""The backlog: what waits for lift at a place now, what will by the time lift is there, and why lift is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heapreplace
from typing import TYPE_CHECKING

from sim.ledger.ledger import PlaceStep
from sim.scenario.network import Option, payload_at
from sim.world.chalk import FILLS, Room
from sim.world.setting import Setting
from sim.world.site import Site

if TYPE_CHECKING:
    from sim.world.crews import Crews

_FAR = 1 << 60


class Backlog:
    """What lift asks of the sites. `takes_now` is filled in by the world: the classes that an option could take now."""

    def __init__(self, setting: Setting, crews: dict[str, Crews]) -> None:
        self.setting, self.crews = setting, crews
        self.stock = setting.stock
        self.takes_now: Callable[[Site, Option], frozenset[str]]  # set by movement control
        self._reasons: dict[tuple[str, str], str] = {}
        self._projected: dict[tuple[str, int], list[int]] = {}
        self._projected_at = -1
        self._by_value = setting.scenario.policy.load == "sensitive_then_value"

    # people

    def seats_wanted(self, site: Site, at_s: int) -> int:
        """People of a site who would take seats by air at an instant, guests included."""
        people = site.people
        guests = sum(people.guests.values())
        return self.own_seats_wanted(site, at_s) + guests

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

    def flyable(self, site: Site, option: Option, aircraft: str) -> list[int]:
        """Ready lots that an aircraft type takes and that have no better way now."""
        return self._flying(site, option, aircraft, list(site.ready))

    def _flying(self, site: Site, option: Option, aircraft: str, lots: list[int]) -> list[int]:
        """Of some lots those that an aircraft type could take alone, and that have no better way now."""
        if not lots:
            return lots
        name, mass, now = self.stock.class_name, self.stock.mass_kg, self.setting.clock.now_s
        classes = self._without_better(site, option, self.stock.flies[aircraft])
        most_kg = payload_at(self.setting.scenario.lift.aircraft[aircraft], option.air[aircraft], now)
        return [lot for lot in lots if name[lot] in classes and mass[lot] <= most_kg]

    def _without_better(self, site: Site, option: Option, classes: frozenset[str]) -> frozenset[str]:
        """Classes that no earlier option takes now; nor a later one, where this is a road that can't take them now."""
        options = self.setting.network.options[site.name]
        mine = options.index(option)
        for other in options[:mine]:
            if classes:
                classes -= self.takes_now(site, other)
        later = options[mine + 1 :]
        if option.mode == "road" and later and classes:
            taken = classes & frozenset[str]().union(*(self.takes_now(site, other) for other in later))
            if taken:
                classes -= taken - self.takes_now(site, option)
        return classes

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
        kg = sum(stock.mass_kg[lot] for lot in waiting)
        milli = sum(stock.floor_milli[lot] for lot in waiting)
        by_floor = milli * max(1, room.kg) > kg * max(1, room.floor_milli)
        return sorted(waiting, key=(stock.by_floor if by_floor else stock.by_mass).__getitem__)

    def for_air(
        self,
        site: Site,
        option: Option,
        aircraft: str,
        arrival_s: int,
        claims: tuple[int, int],
        room: Room,
    ) -> tuple[int, int, int, int]:
        """Kilograms, floor and times of loading and unloading of the load that an aircraft would find on arrival."""
        stock = self.stock
        ready = self.order(site, self.flyable(site, option, aircraft), room)
        lots = self._less(ready, claims)
        fill = FILLS[self.setting.scenario.policy.load]
        load = fill(lots, room, stock.mass_kg, stock.floor_milli)
        if len(load) == len(lots) and arrival_s > self.setting.clock.now_s:
            coming = self._flying(site, option, aircraft, self.projected(site, arrival_s))
            if coming:
                lots = self._less([*ready, *coming], claims)
                load = fill(lots, room, stock.mass_kg, stock.floor_milli)
        return (
            sum(stock.mass_kg[lot] for lot in load),
            sum(stock.floor_milli[lot] for lot in load),
            sum(stock.load_s[lot] for lot in load),
            sum(stock.unload_s[lot] for lot in load),
        )

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
        limit = self.setting.scenario.lift.trucks[pool].payload
        lots = [lot for lot in site.ready if stock.class_name[lot] in classes and stock.mass_kg[lot] <= limit]
        if arrival_s > self.setting.clock.now_s:
            lots += [
                lot
                for lot in self.projected(site, arrival_s)
                if stock.class_name[lot] in classes and stock.mass_kg[lot] <= limit
            ]
        return lots

    # projection

    def projected(self, site: Site, until_s: int) -> list[int]:
        """Lots that present crews will have made ready by an instant, alarms not foreseen, in order."""
        now = self.setting.clock.now_s
        if self._projected_at != now:
            self._projected.clear()
            self._projected_at = now
        key = (site.name, until_s)
        if key not in self._projected:
            self._projected[key] = self._project(site, now, until_s)
        return self._projected[key]

    def forget_projections(self) -> None:
        """Something has changed at this very instant."""
        self._projected.clear()

    def _project(self, site: Site, now: int, until_s: int) -> list[int]:
        crews = self.crews[site.name]
        if site.started_s is None or (site.handover_s is not None and now >= site.handover_s):
            return []
        site.pull(now)  # no crew may have looked since a lot was released
        end_s = until_s if site.handover_s is None else min(until_s, site.handover_s)
        if crews.disposal_s is not None and crews.waiting:  # once those are in hand, crews prepare again
            end_s = min(end_s, crews.disposal_s)
        hours, stock = site.tape.hours[site.name], self.stock
        free: list[int] = []
        done: list[tuple[int, int]] = []
        for job in crews.jobs.values():
            ends = hours.finish(now, crews.left_s(job))
            free.append(_FAR if ends is None else ends)
            if job.task == "prepare" and ends is not None and ends <= end_s:
                done.append((ends, job.lot))
        free += [now] * (site.people.crews_allowed() - len(free))
        if not free:
            return []
        heapify(free)
        for release_s, lot in self._next_released(site, end_s):
            if free[0] > end_s:
                break
            ends = hours.finish(max(free[0], release_s), stock.prepare_s[lot])
            heapreplace(free, _FAR if ends is None else ends)
            if ends is not None and ends <= end_s:
                done.append((ends, lot))
        return [lot for _, lot in sorted(done)]

    def _next_released(self, site: Site, end_s: int) -> Iterable[tuple[int, int]]:
        state, heap = self.setting.ledger.state, list(site.released)
        while heap:
            _, release_s, _, lot = heappop(heap)
            if lot in site.here and state[lot] == 1 and lot not in site.condemned:
                yield release_s, lot
        for release_s, lot in reversed(site.pending):
            if release_s > end_s:
                return
            if lot not in site.condemned and lot in site.here:
                yield release_s, lot

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
