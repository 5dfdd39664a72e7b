"""The receiving end: room for lots at hubs and exits, their processing there, and borders on the road to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from sim.errors import ModelFault
from sim.ledger.kinds import Verdict
from sim.ledger.ledger import Mark
from sim.ledger.states import State
from sim.scenario.openings import Openings
from sim.world.agenda import Agenda
from sim.world.clock import Kind
from sim.world.setting import Setting
from sim.world.site import Site

_MANY = 1 << 60
_NONE = frozenset[str]()


class Receiving:
    """Lots bound for places with limited room, and lots in processing.

    `bound`: by place with `holding`, the lots that count there: a lot is bound for the place for which it was last
    loaded. `begun`: by place with `capacity`, the last local day on which processing begins, and how many lots on it.
    """

    def __init__(self, setting: Setting, sites: dict[str, Site], agenda: Agenda) -> None:
        self.setting, self.sites, self.agenda = setting, sites, agenda
        self.clock, self.tape, self.ledger = setting.clock, setting.tape, setting.ledger
        places = setting.scenario.places.items()
        self.rules = {name: place.receiving for name, place in places if place.receiving is not None}
        self.bound = {name: set[int]() for name, rules in self.rules.items() if rules.holding is not None}
        self.begun: dict[str, tuple[int, int]] = {}
        self.processed: set[int] = set()  # lots in processing, or waiting for it
        self._borders = {name: self._borders_before(name) for name in sites}

    def _borders_before(self, dest: str) -> list[tuple[str, Openings]]:
        """The classes for which the border before a place is ever closed, and when it is."""
        return [(kind, closed) for (place, kind), closed in self.tape.border_closed.items() if place == dest]

    def await_borders(self) -> None:
        """Decide on all places whenever a border opens."""
        horizon_s = self.setting.time.horizon_s
        for opens_s in sorted({end for closed in self.tape.border_closed.values() for end in closed.ends}):
            if opens_s <= horizon_s:
                self.clock.call(opens_s, Kind.WINDOW, self._changed)

    def _changed(self) -> None:
        """Something has changed for loads at all places."""
        for site in self.sites.values():
            site.changes += 1
        self.agenda.at(self.clock.now_s)

    # room

    def room(self, place: str) -> int:
        """How many more lots may be loaded for a place."""
        if place not in self.bound:
            return _MANY
        bound, holding = self.bound[place], self.rules[place].holding
        bound.difference_update([lot for lot in bound if not self._counts(lot, place)])
        return (holding or 0) - len(bound)

    def _counts(self, lot: int, place: str) -> bool:
        """Whether a lot that was last loaded for a place is bound for it or stands there."""
        state = self.ledger.state[lot]
        if state in (State.LOADING, State.MOVING):
            return True
        if state == State.READY:
            return lot in self.sites[place].here
        if state not in (State.EXTRACTED, State.LATE):
            return False
        return lot in self.processed or self.sites[place].place.role != "exit"

    def bind(self, lots: Iterable[int], dest: str | None) -> None:
        """Lots begin to be loaded for a place: they give up their room where they are, and take it there.

        Vehicles that drive themselves take none, `None`, when they leave.
        """
        if not self.bound:
            return
        full = False
        for place, bound in self.bound.items():
            gone = bound.intersection(lots) if place != dest else None
            if gone:
                full = full or not self.room(place)
                bound.difference_update(gone)
        if dest in self.bound:
            self.bound[dest].update(lots)
            if len(self.bound[dest]) > (self.rules[dest].holding or 0) and self.room(dest) < 0:
                raise ModelFault(f"more lots are bound for {dest} than can stand there")
        if full:
            self._changed()

    # borders

    def stopped(self, dest: str, classes: frozenset[str]) -> frozenset[str]:
        """Those of some classes that do not cross the border before a place now."""
        borders, now = self._borders[dest], self.clock.now_s
        if not borders:
            return _NONE
        return frozenset(kind for kind, closed in borders if kind in classes and closed.is_open(now))

    def stopped_by_plan(self, dest: str) -> frozenset[str]:
        """Classes for which the border before a place is in a listed closure now."""
        rules, now = self.rules.get(dest), self.clock.now_s
        if rules is None or "closures" in self.tape.without:
            return frozenset()
        return frozenset(
            kind for kind, border in rules.border.items() if any(w.covers(now) for w in border.closures.values())
        )

    def crosses_from(self, dest: str, lots: Iterable[int]) -> int:
        """First instant at which all of some lots may cross the border before a place."""
        when, before = self.clock.now_s, -1
        if not self._borders[dest]:
            return when
        kinds = {self.setting.stock.class_name[lot] for lot in lots}
        shut = [closed for kind, closed in self._borders[dest] if kind in kinds]
        while when != before:
            before = when
            for closed in shut:
                when = closed.closes_after(when)
        return when

    # processing

    def process(self, lot: int, site: Site, then: Callable[[], None]) -> None:
        """A lot is unloaded: process it when its turn comes, and then go on."""
        rules = self.rules.get(site.name)
        if rules is None:
            then()
            return
        begins_s = self._turn(site, rules.capacity)
        if begins_s is None:
            self.processed.add(lot)
            return
        done_s = begins_s + self.tape.processing_s.get((site.name, lot), 0)
        if done_s == self.clock.now_s:
            counted = self._is_bound(lot, site)
            then()
            self._leaves(site, counted=counted)
            return
        self.processed.add(lot)
        self.clock.call(begins_s, Kind.RELEASE, partial(self._mark, lot, site), site.rank, lot)
        self.clock.call(done_s, Kind.RELEASE, partial(self._done, lot, site, then), site.rank, lot)

    def _turn(self, site: Site, capacity: int | None) -> int | None:
        """When the next lot's processing begins: now, or on the first local day with capacity; `None` if never."""
        now, time = self.clock.now_s, self.setting.time
        if capacity is None:
            return now
        today = self.agenda.today()
        day, count = max(self.begun.get(site.name, (today, 0)), (today, 0))
        day, count = (day, count + 1) if count < capacity else (day + 1, 1)
        self.begun[site.name] = day, count
        return max(now, time.day_starts_s[day]) if day < len(time.day_starts_s) - 1 else None

    def _mark(self, lot: int, site: Site) -> None:
        self.ledger.marks.append(Mark(self.clock.now_s, lot, Verdict.PROCESSED, site.name))

    def _done(self, lot: int, site: Site, then: Callable[[], None]) -> None:
        counted = self._is_bound(lot, site)
        self.processed.discard(lot)
        then()
        self._leaves(site, counted=counted)

    def _is_bound(self, lot: int, site: Site) -> bool:
        return lot in self.bound.get(site.name, ())

    def _leaves(self, site: Site, *, counted: bool) -> None:
        """A lot that was processed leaves an exit: there may be room again, if it took any."""
        if counted and site.place.role == "exit":
            self._changed()
