"""The clock: SimPy's event list with whole seconds and a written order of things at one instant.

SimPy takes events of one instant in the order in which they were scheduled. Here each event has a kind, a rank
and a number, and what a step causes at the same second is taken in another pass (see the model's page, section 1):

    clock = Clock()
    yield clock.at(3600, Kind.END, rank=2, number=1)
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from heapq import heappop

import simpy

from sim.errors import ReplicationError

_NUMBER_BITS, _RANK_BITS, _KIND_BITS = 21, 16, 3
_RANK_SHIFT = _NUMBER_BITS
_KIND_SHIFT = _NUMBER_BITS + _RANK_BITS
_PASS_SHIFT = _KIND_SHIFT + _KIND_BITS
_NUMBER_MASK = (1 << _NUMBER_BITS) - 1
_OWN = 1  # the priorities that SimPy itself uses: starts of processes (0) and their ends (1)
MOST_EVENTS = 5_000_000


class Kind(IntEnum):
    """What happens first at one second."""

    WINDOW = 1  # windows, all-clears and shifts
    END = 2  # ends of work, arrivals, unloading, repairs
    FATE = 3  # fates by deadline, closing and horizon
    REVIEW = 4
    ALARM = 5  # alarms, orders and closures that begin
    DISPATCH = 6  # people leave with it, or with the lift that is there


class Clock(simpy.Environment):
    """An environment that knows the order at one instant and runs through its last instant.

    Raises `ReplicationError` where a replication has more events than any scenario of sense.
    """

    def __init__(self) -> None:
        super().__init__(0)
        self.events = 0
        self._pass = 0

    @property
    def now_s(self) -> int:
        """The present instant."""
        return self._now  # type: ignore[return-value]  # whole seconds by construction

    def at(self, when_s: int, kind: Kind, rank: int = 0, number: int = 0) -> simpy.Event:
        """An event at an instant, now or later."""
        event = simpy.Event(self)
        self.trigger(event, when_s, kind, rank, number)
        return event

    def trigger(self, event: simpy.Event, when_s: int, kind: Kind, rank: int = 0, number: int = 0) -> None:
        """Let a waiting event happen at an instant."""
        delay = when_s - self._now
        if delay < 0:
            raise ReplicationError(f"something was to happen {-delay:g} s in the past")
        event._ok = True  # the two lines that SimPy's own Timeout has
        event._value = None
        turn = self._pass + 1 if delay == 0 else 0
        priority = (turn << _PASS_SHIFT) | (kind << _KIND_SHIFT) | (rank << _RANK_SHIFT) | (number & _NUMBER_MASK)
        self.schedule(event, priority, delay)  # type: ignore[arg-type]  # any number that sorts will do

    def call(self, when_s: int, kind: Kind, do: Callable[[], None], rank: int = 0, number: int = 0) -> None:
        """Call a function at an instant."""
        self.at(when_s, kind, rank, number).callbacks.append(lambda _: do())

    def step(self) -> None:
        """Process the next event, keeping count of the pass that it belongs to."""
        when, priority, _, event = heappop(self._queue)
        if when != self._now:
            self._now = when
            self._pass = 0
        if priority > _OWN:
            self._pass = priority >> _PASS_SHIFT
        self.events += 1
        callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]  # as SimPy marks it processed
        for callback in callbacks:
            callback(event)
        if not event._ok and not event.defused:
            raise event._value  # a failed event's value is its exception

    def run_through(self, last_s: int) -> None:
        """Process every event up to and including the last instant."""
        queue = self._queue
        while queue and queue[0][0] <= last_s:
            self.step()
            if self.events > MOST_EVENTS:
                raise ReplicationError(f"more than {MOST_EVENTS:,} events: a scenario out of all proportion")
        self._now = last_s
