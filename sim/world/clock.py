"""The clock: SimPy's event list with whole seconds and a defined order of events at one instant.

SimPy takes events of one instant in the order in which they were scheduled. Here each event has a kind, a rank
and a number, and events that a step causes at the same second are taken in another pass (docs/model.md, section 1):

    clock = Clock()
    yield clock.at(3600, Kind.END, rank=2, number=1)

If all of these are equal, no order is defined and none may matter: a `ShuffledClock` takes such events in random order.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from enum import IntEnum
from heapq import heappop, heappush
from random import Random

import simpy

from sim.errors import ReplicationError

_NUMBER_BITS, _RANK_BITS, _KIND_BITS = 21, 16, 5
_RANK_SHIFT = _NUMBER_BITS
_KIND_SHIFT = _NUMBER_BITS + _RANK_BITS
_PASS_SHIFT = _KIND_SHIFT + _KIND_BITS
_NUMBER_MASK = (1 << _NUMBER_BITS) - 1
MOST_EVENTS = 5_000_000


class Kind(IntEnum):
    """What happens first at one second."""

    DEPARTURE = 0  # sorties and convoys that were sent set out: right after the step that sends them
    CREW = 1  # crews take up work: right after the step that makes them free or wakes them
    PHASE = 2  # a phase begins
    WINDOW = 3  # windows, and trucks of a contract
    EVENING = 4  # the choice of modes
    END = 5  # ends of crews' work
    FLOWN = 6  # arrivals of aircraft, ends of waiting and of repairs
    MARCHED = 7  # arrivals of convoys, and what they meet on the way
    LOADED = 8  # ends of loading and unloading
    RELEASE = 9  # releases, and disposal that begins
    FATE = 10  # handover, closing
    LEAD = 11  # fixed times of condemning
    REVIEW = 12
    MOMENT = 13  # last moments
    ALARM = 14  # orders to leave
    FIRE = 15
    DISPATCH = 16  # people leave with it, or with the lift that is there


_FIRST_OF_PASS = Kind.PHASE << _KIND_SHIFT


class Clock(simpy.Environment):
    """An environment that orders the events of one instant and runs through its last instant.

    Raises `ReplicationError` if a replication has more events than any sensible scenario.
    """

    def __init__(self) -> None:
        super().__init__(0)
        self.now_s = 0  # the present instant in whole seconds; SimPy's own `now` says the same by a call
        self.events = 0
        self._pass = 0
        self._last: Callable[[], None] | None = None
        self._last_turn = 0

    def at(self, when_s: int, kind: Kind, rank: int = 0, number: int = 0) -> simpy.Event:
        """An event at an instant, now or later."""
        event = simpy.Event(self)
        self.trigger(event, when_s, kind, rank, number)
        return event

    def trigger(self, event: simpy.Event, when_s: int, kind: Kind, rank: int = 0, number: int = 0) -> None:
        """Schedule a waiting event at an instant."""
        now = self._now
        if when_s < now:
            raise ReplicationError(f"something was to happen {now - when_s:g} s in the past")
        event._ok = True  # the two lines that SimPy's own Timeout has
        event._value = None
        turn = self._pass + 1 if when_s == now else 0
        priority = (turn << _PASS_SHIFT) | (kind << _KIND_SHIFT) | (rank << _RANK_SHIFT) | (number & _NUMBER_MASK)
        heappush(self._queue, (when_s, priority, next(self._eid), event))  # type: ignore[misc]  # any number sorts

    def call(self, when_s: int, kind: Kind, do: Callable[[], None], rank: int = 0, number: int = 0) -> None:
        """Call a function at an instant."""
        self.at(when_s, kind, rank, number).callbacks.append(lambda _: do())

    # at once: right after the step under way, and before anything else of this instant

    def soon(self, do: Callable[[], None], kind: Kind, rank: int, number: int = 0) -> None:
        """Call a function at once."""
        event = simpy.Event(self)
        event._ok, event._value = True, None
        event.callbacks.append(lambda _: do())
        turn = (kind << _KIND_SHIFT) | (rank << _RANK_SHIFT) | (number & _NUMBER_MASK)
        heappush(self._queue, (self._now, turn, next(self._eid), event))  # type: ignore[misc]  # as above

    # after all else of a pass

    def last(self, do: Callable[[], None]) -> None:
        """Call a function after all else in the next pass of this instant: a dispatch, without an event of its own.

        It takes the position of an event of the kind `DISPATCH`, the last in the defined order. There is room for one.
        """
        assert self._last is None, "there is one dispatch a pass"
        turn = self._pass + 1
        self._last, self._last_turn = do, (turn << _PASS_SHIFT) | (Kind.DISPATCH << _KIND_SHIFT)

    def _is_last(self) -> bool:
        """Whether no event is left before the function that comes last."""
        if not self._queue:
            return True
        when, priority, _, _ = self._queue[0]
        return when != self._now or priority > self._last_turn

    def _go_last(self) -> None:
        do, self._last = self._last, None
        assert do is not None
        self._pass = self._last_turn >> _PASS_SHIFT
        do()

    # running

    def step(self) -> None:
        """Process the next event, and track its pass."""
        when, priority, _, event = heappop(self._queue)
        if when != self._now:
            self._now = self.now_s = when  # type: ignore[assignment]  # whole seconds by construction
            self._pass = 0
        if priority >= _FIRST_OF_PASS:
            self._pass = priority >> _PASS_SHIFT
        self.events += 1
        callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]  # as SimPy marks it processed
        for callback in callbacks:
            callback(event)
        if not event._ok and not event.defused:
            raise event._value  # a failed event's value is its exception

    def run_through(self, last_s: int) -> None:
        """Process every event up to and including the last instant."""
        queue, lasts = self._queue, 0
        while True:
            if self._last is not None and self._is_last():
                self._go_last()
                lasts += 1
            elif queue and queue[0][0] <= last_s:
                self.step()
            else:
                break
            if self.events + lasts > MOST_EVENTS:
                raise ReplicationError(f"more than {MOST_EVENTS:,} events: a scenario out of all proportion")
        self._now = self.now_s = last_s


class ShuffledClock(Clock):
    """A clock that takes events without a defined order in random order, and counts them.

    The last key of SimPy's event list counts up, so that equal events come in the order of scheduling; here it is a
    random number. The order of the callbacks of one event is random too. `shuffled` counts the events that came while
    an equal one waited, and those with several callbacks.
    """

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self.shuffled = 0
        self._dice = dice
        counted = self._eid
        self._eid = ((dice.getrandbits(64) << 64) | count for count in counted)  # type: ignore[assignment]  # counts no more

    def step(self) -> None:
        """Process the next event, its callbacks in random order."""
        queue = self._queue
        when, priority, _, event = queue[0]
        equal = any(other[:2] == (when, priority) for other in queue[1:3])  # the next one is a child of the root
        several = len(event.callbacks) > 1
        if several:
            self._dice.shuffle(event.callbacks)
        self.shuffled += several or (equal and bool(event.callbacks))
        super().step()


Steps = Generator[simpy.Event, object, None]
"""Something that takes time, written as a generator that yields the event that it waits for."""


def follow(steps: Steps) -> None:
    """Take the first step now, and each next one when the event that was waited for happens.

    Like a process of SimPy, but nothing waits for its end or interrupts it, so that begin and end need no event.
    """

    def go_on(_: simpy.Event | None = None) -> None:
        for event in steps:
            if event.callbacks is not None:
                event.callbacks.append(go_on)
                return

    go_on()
