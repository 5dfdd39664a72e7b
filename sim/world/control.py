"""Movement control: who decides what goes next, and when to decide again."""

from __future__ import annotations

from functools import partial
from operator import itemgetter

from sim.ledger.kinds import Lift, Why
from sim.ledger.states import State
from sim.scenario.network import Option
from sim.world.airlift import Airlift
from sim.world.backlog import Backlog
from sim.world.clock import Kind, Steps, follow
from sim.world.columns import Columns
from sim.world.crews import Crews
from sim.world.evenings import Evenings
from sim.world.roadlift import RoadLift
from sim.world.setting import Setting
from sim.world.site import Site
from sim.world.trucks import Trucks

_NEVER = 1 << 60


class Control:
    """Decisions on lift for all sites, taken at one dispatch in an instant."""

    def __init__(self, setting: Setting, sites: dict[str, Site], crews: dict[str, Crews]) -> None:
        self.setting, self.sites, self.crews = setting, sites, crews
        self.clock = setting.clock
        self.backlog = Backlog(setting, crews)
        self.airlift = Airlift(setting, sites, self.backlog, self)
        self.road = RoadLift(setting, sites, self.backlog, self)
        self.columns = Columns(self)
        self.trucks = Trucks(self.road, self)
        self.backlog.takes_now = self._takes_now
        self._by_road = bool(self.road.kinds) or any(self.road.marshals.values())
        self._asked: dict[int, set[str] | None] = {}
        self._new_days: set[int] = set()
        self._begun: list[tuple[int, int, Steps]] = []
        self._stays: dict[int, list[tuple[str, int, int]]] = {}
        self.evenings = Evenings(self)
        self.on_people_left = self._nothing
        for site in sites.values():
            site.told_ready = partial(self.ready, site)
            site.told_guests = self._guests_came

    @staticmethod
    def _nothing(site: Site) -> None:
        """Until the world says what follows when people leave."""

    # when to decide

    def at(self, when_s: int, site: Site | None = None) -> None:
        """Decide at an instant, on one site or on all; several wishes for one instant are one decision."""
        if when_s >= _NEVER:
            return
        if when_s not in self._asked:
            self._asked[when_s] = set()
            if when_s == self.clock.now_s:
                self.clock.last(self._decide)
            else:
                self.clock.call(when_s, Kind.DISPATCH, self._decide)
        sites = self._asked[when_s]
        if site is None:
            self._asked[when_s] = None
        elif sites is not None:
            sites.add(site.name)

    def await_new_day(self) -> None:
        """Clearance and the curve of people are new then: what was found too small is looked at again, everywhere.

        Once nothing is left to be lifted days begin unseen; guests who come in later are looked at again.
        """
        time = self.setting.time
        day = time.day_of(self.clock.now_s) + 1
        if day < len(time.day_starts_s) - 1 and time.day_starts_s[day] <= time.horizon_s and not self._all_over():
            self._new_days.add(time.day_starts_s[day])
            self.at(time.day_starts_s[day])

    def _all_over(self) -> bool:
        """Whether there is nothing left that lift could be sent for, but guests who are on their way to a hub.

        Every place that must close has, no lot waits for lift, is loaded or moves, no one leaves a place, and no
        trucks wait. Those that go back ask for the next day themselves.
        """
        sites, state = self.sites.values(), self.setting.ledger.state
        if any(site.open and (site.in_charge or site.started_s is None or site.people.chooses) for site in sites):
            return False
        if State.LOADING in state or State.MOVING in state:
            return False
        marshals = [marshal for each in self.road.marshals.values() for marshal in each]
        if any(marshal.trucks(pool) for marshal in marshals for pool in self.road.kinds):
            return False
        return not any(site.awaits_lift(lot) for site in sites if site.open for lot in site.here)

    def tomorrow(self) -> None:
        """Decide when the next local day begins."""
        time = self.setting.time
        day = time.day_of(self.clock.now_s) + 1
        if day < len(time.day_starts_s):
            self.at(time.day_starts_s[day])

    def _decide(self) -> None:
        now = self.clock.now_s
        asked = self._asked.pop(now)
        if now in self._new_days:
            self._new_days.discard(now)
            self.await_new_day()
            for site in self.sites.values():
                site.changes += 1
        self.backlog.forget_projections()
        order = self.in_order(asked)
        if self._by_road:
            self.road.offer(order)
            self.road.depart(order)
        self.airlift.dispatch(order)
        if self._by_road:
            self.trucks.send_trucks(order)
            self.road.back.go()
            self.trucks.note_trucks()
        if self._begun:
            begun, self._begun = self._begun, []
            for _, _, steps in sorted(begun, key=itemgetter(0, 1)):
                follow(steps)

    def begin(self, steps: Steps, rank: int, number: int) -> None:
        """Let a sortie or convoy begin when all that is decided now has been, in the order of ranks and numbers."""
        self._begun.append((rank, number, steps))

    def in_order(self, asked: set[str] | None) -> list[Site]:
        """The sites asked for (all where it is `None`) in the order in which lift goes to them."""
        options = self.setting.network.options
        names = self.sites if asked is None else asked
        going = [self.sites[name] for name in names if options[name]]
        if len(going) < 2:  # noqa: PLR2004 - nothing to put in order
            return going
        if self.setting.scenario.policy.dispatch == "largest_backlog":
            return sorted(going, key=lambda site: (-len(site.ready), site.rank))
        return sorted(going, key=lambda site: (_NEVER if site.handover_s is None else site.handover_s, site.rank))

    def ready(self, site: Site, lot: int) -> None:
        """A lot has become ready: decide, if there is lift to decide on."""
        now = self.clock.now_s
        if self.setting.stock.drives[lot] or self.road.any_for(site) or self.airlift.any_for(site, now):
            self.at(now, site)

    def _guests_came(self) -> None:
        self.evenings.await_next()
        self.await_new_day()

    # what follows from what lift does

    def left_yard(self, site: Site) -> None:
        """Lots have left the yard: crews may go on."""
        self.backlog.changed(site)
        if site.place.yard is not None:
            self.crews[site.name].wake()

    def people_left(self, site: Site) -> None:
        """People have left a site."""
        self.backlog.changed(site)
        self.crews[site.name].plan_disposal(self.clock.now_s)
        self.on_people_left(site)

    def unloaded(self, lots: list[int], site: Site, by: Lift) -> None:
        """Lots are unloaded at a site: out, late, or ready to go on."""
        now, ledger = self.clock.now_s, self.setting.ledger
        deadline_s = self.setting.time.deadline_s
        for lot in lots:
            if ledger.state[lot] != State.MOVING:
                continue
            if site.place.takes_out:
                ledger.lot(now, lot, State.EXTRACTED if now <= deadline_s else State.LATE, site.name, by)
            elif not site.open:
                site.make_ready(lot, now, by)
                site.strike(lot, now, State.ABANDONED, Why.CAME_TO_CLOSED)
            else:
                site.make_ready(lot, now, by)
                self._fire_at_hub(lot, site, now)
        if not site.place.takes_out:
            self.at(now, site)

    def _fire_at_hub(self, lot: int, site: Site, now: int) -> None:
        stays = self._stays.setdefault(lot, [(self.setting.stock.place[lot], 0, 0)])
        place, since_s, _ = stays[-1]
        stays[-1] = (place, since_s, self.setting.ledger.left_s[lot])
        when = self.setting.tape.fire_after(lot, site.name, now, stays)
        stays.append((site.name, now, now))
        if when is not None:
            self.clock.call(when, Kind.FIRE, lambda: self.burn(lot, site), site.rank, lot)

    def burn(self, lot: int, site: Site) -> None:
        """Indirect fire destroys a lot that stands at a site; of one that is gone nothing is even looked at."""
        state = self.setting.ledger.state[lot]
        if lot not in site.here or state not in (
            State.IN_USE,
            State.RELEASED,
            State.PREPARING,
            State.READY,
            State.LOADING,
        ):
            return
        site.pull(self.clock.now_s)
        site.strike(lot, self.clock.now_s, State.LOST, Why.FIRE)
        self.crews[site.name].lost(lot)
        self.left_yard(site)

    # what lift asks

    def _takes_now(self, site: Site, option: Option) -> frozenset[str]:
        lift = self.road.takes if option.mode == "road" else self.airlift
        return lift.takes_now(site, option)
