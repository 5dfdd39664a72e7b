"""Evenings: the modes by which people leave on the next day, as known and cleared the evening before."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial

from sim.ledger.states import State
from sim.scenario.calendar import HOUR_S
from sim.world.air import Air
from sim.world.clock import Kind
from sim.world.driving import Driving
from sim.world.motorpool import Motorpool
from sim.world.setting import Setting
from sim.world.site import Site

_EVENING_S = 18 * HOUR_S


class Evenings:
    """The choice of modes, each evening and for all sites."""

    def __init__(
        self, setting: Setting, sites: dict[str, Site], air: Air, motorpool: Motorpool, driving: Driving
    ) -> None:
        self.setting, self.sites, self.air, self.motorpool, self.driving = setting, sites, air, motorpool, driving
        self.clock = setting.clock
        self._awaits = False

    def begin(self, from_s: int) -> None:
        """Choose modes on the first evening from an instant on, as long as people are there.

        An empty place chooses nothing; guests who come to one start the evenings again.
        """
        time = self.setting.time
        if self._awaits or not any(site.people.chooses for site in self.sites.values()):
            return
        day = bisect_left(time.day_starts_s, from_s - _EVENING_S)
        if day + 1 < len(time.day_starts_s) and time.day_starts_s[day] + _EVENING_S <= time.horizon_s:
            self._awaits = True
            at_s = time.day_starts_s[day] + _EVENING_S
            self.clock.call(at_s, Kind.EVENING, partial(self._at_evening, day + 1))

    def await_next(self) -> None:
        """Choose on the next evening."""
        self.begin(self.clock.now_s + 1)  # people come in after the evening's choice of the same second

    def _at_evening(self, day: int) -> None:
        self._awaits = False
        self.choose(day)
        self.await_next()

    def choose(self, day: int) -> None:
        """Choose, for each place, the modes by which people leave on a day: as known and cleared the evening before."""
        time = self.setting.time
        ends_s = time.day_starts_s[min(day + 1, len(time.day_starts_s) - 1)]
        for site in self.sites.values():
            people = site.people
            if not people.chooses:
                continue
            people.reserved_drivers = self._last_drivers(site)
            due = people.due(ends_s) + sum(people.guests.values())
            people.modes = people.preference
            for mode in people.preference:
                if not due or self._takes(site, mode, day) >= due:  # any seats do where no one is due
                    people.modes = (mode,)
                    break
            self._let_drivers_drive(site, day)
            if (
                people.modes == ("air",)
                and "road" in people.preference
                and people.reserved_drivers
                and people.last_day(ends_s - 1)
            ):
                people.modes = people.preference  # the last drivers do not fly: they take out vehicles that are left

    def _let_drivers_drive(self, site: Site, day: int) -> None:
        """On the last day all may fly, except the last drivers of vehicles if the road will let them go."""
        people = site.people
        drives = people.reserved_drivers > 0 and "road" in people.preference and "road" not in people.modes
        if drives and people.last_day(self.setting.time.day_starts_s[day]) and self._takes(site, "road", day) > 0:
            people.modes = (*people.modes, "road")

    def _last_drivers(self, site: Site) -> int:
        """Drivers of vehicles here that are not condemned."""
        stock = self.setting.stock
        if site.handover_s is None or not self.motorpool.marshals[site.name]:
            return 0
        state, here, condemned, moving = self.setting.ledger.state, site.here, site.condemned, int(State.MOVING)
        vehicles = stock.driving_of.get(site.name, ())
        left = [lot for lot in vehicles if lot in here and state[lot] < moving and lot not in condemned]
        return min(sum(map(stock.drivers.__getitem__, left)), site.people.present)

    def _takes(self, site: Site, mode: str, day: int) -> int:
        if mode == "air":
            return self.air.seats_tomorrow(site.name, day)
        plan = site.people.plan
        at_s = self.setting.time.day_starts_s[day]
        free = site.people.last_day(at_s) and not (plan is not None and plan.last_convoy_needs_clearance)
        for marshal in self.motorpool.marshals[site.name]:
            route = marshal.leg.route
            closed = self.setting.tape.way_closed(marshal.leg).is_open(self.clock.now_s)
            if not closed and (free or self.setting.tape.road_cleared(route, "people", day)):
                return self.driving.seats_by_road(site)
        return 0
