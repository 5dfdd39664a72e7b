"""The clock: a SimPy environment in which one second has an order of kinds, taken pass after pass."""

from __future__ import annotations

from simpy import Environment
from simpy.core import EmptySchedule
from simpy.events import NORMAL, Event, EventPriority

PHASES, WINDOWS, EVENINGS = range(1, 4)
ENDS, FLOWN, MARCHED, LOADED, RELEASES = range(4, 9)
FATES = 9
LEADS, REVIEWS, MOMENTS = range(10, 13)
ORDERS, FIRES = range(13, 15)
DISPATCH = 15
"""A line a number of the page; within it what stands between two semicolons, one after the other."""

_NUMBERS = 1 << 32
_RANKS = 1 << 16
_KINDS = 16
_FIRST = 3  # of one place and number, what the step under way causes comes before crews take up work, and the next step
_ROUND = _KINDS * _RANKS * _NUMBERS * _FIRST


class Clock(Environment):
    """Time in whole seconds; what SimPy schedules by itself belongs to the step that causes it."""

    def __init__(self) -> None:
        super().__init__(0)
        self._turn = 0

    @property
    def now_s(self) -> int:
        """The instant."""
        return int(self.now)

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: float = 0) -> None:
        """Queue an event: a moment by its own order, anything else right after the step under way."""
        own = priority if priority >= _ROUND else max(priority, self._turn - self._turn % _FIRST)
        super().schedule(event, EventPriority(own), delay)

    def step(self) -> None:
        """Take the next event, and remember whose turn it is."""
        if not self._queue:
            raise EmptySchedule
        self._turn = self._queue[0][1]
        super().step()

    def moment(self, at_s: int, kind: int, rank: int = 0, number: int = 0) -> Event:
        """An event at an instant, in the order of one second; at this very second it is in the next pass."""
        turn = 1 if at_s > self.now else self._turn // _ROUND + 1
        event = Event(self)
        event._ok, event._value = True, None
        order = (((turn * _KINDS + kind) * _RANKS + rank) * _NUMBERS + number) * _FIRST + 2
        self.schedule(event, EventPriority(order), max(at_s - self.now_s, 0))
        return event

    def when_all_has_set_out(self) -> Event:
        """An event right after all that the step under way causes, and before the next step."""
        event = Event(self)
        event._ok, event._value = True, None
        super().schedule(event, EventPriority(self._turn - self._turn % _FIRST + 1), 0)
        return event

    def simulate(self, until_s: int) -> None:
        """Take all steps up to an instant, that instant included."""
        while self._queue and self.peek() <= until_s:
            self.step()
        self._now = until_s
