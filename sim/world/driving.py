"""Who drives: the people of a place who may leave as drivers, and the vehicles kept for those who stay."""

from __future__ import annotations

from bisect import bisect_left

from sim.ledger.states import State
from sim.world.marshal import Marshal
from sim.world.setting import Setting
from sim.world.site import Drivers, Site

_MANY = 1 << 30
_NEVER_ASKED = ((-1, -1), 0)


class Driving:
    """Drivers and the vehicles that they take, for all sites; `marshals` are the ways by road of each."""

    def __init__(self, setting: Setting, marshals: dict[str, list[Marshal]]) -> None:
        self._clock, self._stock, self._marshals = setting.clock, setting.stock, marshals
        self._state = setting.ledger.state
        self._kept: dict[str, tuple[Drivers, int, set[int]]] = {}
        self._stay: dict[str, tuple[tuple[int, int], int]] = {}

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
        driving = Drivers.of([*site.driving, *loaded], self._stock) if loaded else site.driving_in_order()
        before = self._kept.get(site.name)
        if before is None or before[0] is not driving or before[1] != staying:
            before = driving, staying, set(driving.by_room[: bisect_left(driving.room, staying) + 1])
            self._kept[site.name] = before
        return before[2]

    def staying(self, site: Site) -> int:
        """People to keep vehicles for: all who are still to stay, so that nobody depends on a seat by air."""
        people, asked = site.people, (self._clock.now_s, site.changes)
        known, staying = self._stay.get(site.name, _NEVER_ASKED)
        if known != asked:
            staying = people.present
            if not people.last_day(asked[0]):
                staying = min(staying, max(people.rear_party, people.allowed(asked[0])))
            self._stay[site.name] = (asked, staying)
        return staying

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
        """Whether there is not even who drives the vehicle that needs the fewest."""
        return self.drivers(site, now, rear=False) < site.driving_in_order().fewest

    def driven(self, lots: list[int], drivers: int) -> tuple[list[int], int]:
        """As many vehicles in order as there are drivers for, and the drivers left."""
        chosen: list[int] = []
        for lot in lots:
            if self._stock.drivers[lot] <= drivers:
                chosen.append(lot)
                drivers -= self._stock.drivers[lot]
        return chosen, drivers
