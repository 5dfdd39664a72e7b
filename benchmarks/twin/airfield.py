"""A place as an airfield: who shelters there, when its strip can be used, and the apron."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import FLOWN
from sim.scenario.openings import Openings

if TYPE_CHECKING:
    from benchmarks.twin.world import Twin

HOUR_S = 3_600


class Airfield:
    """What a place is to aircraft, and to all who need it quiet."""

    def __init__(self, world: Twin, name: str) -> None:
        self.world, self.name = world, name
        self.clock = world.clock
        self.place = world.scenario.places[name]
        self.rank = world.frame.place_rank[name]
        self.strip_shut_until = 0
        self.landings = 0
        self.on_apron = 0
        self.holding: dict[Event, tuple[int, int]] = {}
        self.shelter: Openings = world.tape.shelter[name]
        self.quiet = Openings.always(0, world.frame.end_s).minus(self.shelter)

    def sheltered(self) -> bool:
        """Whether an alarm is on."""
        return self.shelter.is_open(self.clock.now_s)

    def under_fire(self) -> bool:
        """Whether an alarm is on, or less than an hour has gone since the last all-clear."""
        last = self.shelter.last_end_by(self.clock.now_s)
        return last is not None and self.clock.now_s - last < HOUR_S

    def strip_open(self) -> bool:
        """Whether the strip is open, whatever the hour."""
        return self.strip_open_from() == self.clock.now_s

    def strip_open_from(self) -> int:
        """When the strip is open again, as far as is known now."""
        at = max(self.clock.now_s, self.strip_shut_until)
        return self.world.tape.strip_closed[self.name].closes_after(at)

    def can_park_from(self, at_s: int) -> int:
        """When the base takes a tail that comes home empty: the strip open, and no shelter."""
        at = self.world.tape.strip_closed[self.name].closes_after(max(at_s, self.strip_shut_until))
        return self.shelter.closes_after(at)

    def can_land_from(self, at_s: int, *, alarms: bool = True) -> int | None:
        """First instant at which one can land or take off: strip open, in flying hours, all clear if that counts."""
        at: int | None = max(at_s, self.strip_shut_until)
        while at is not None:
            calm = self.shelter.closes_after(at) if alarms else at
            flying = self.world.tape.flying[self.name].next_open(calm)
            if flying == at:
                return at
            at = flying
        return None

    @property
    def apron_free(self) -> bool:
        """Whether one more aircraft can be handled."""
        return self.place.strip is None or self.on_apron < self.place.strip.mog

    def wait_for_apron(self, rank: int, number: int) -> Event:
        """An event that happens when a tail that waits is called, first come, first served."""
        called = self.clock.event()
        self.holding[called] = (rank, number)
        return called

    def waits_no_more(self, called: Event) -> None:
        """Who waited for the apron waits no longer."""
        self.holding.pop(called, None)

    def apron_left(self) -> None:
        """A place on the apron is free: the first who waits is called."""
        self.on_apron -= 1
        self.apron_changes()
        if self.holding:
            first = next(iter(self.holding))
            self.clock.process(self._call(first, *self.holding.pop(first)))
        self._ask_here()

    def apron_changes(self) -> None:
        """An aircraft has come to the apron or left it."""

    def _ask_here(self) -> None:
        self.world.ask(self.world.sites[self.name])

    def _call(self, waiting: Event, rank: int, number: int) -> Generator[Event, None, None]:
        yield self.clock.moment(self.clock.now_s, FLOWN, rank, number)
        waiting.succeed()
