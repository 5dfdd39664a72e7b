"""The trace: one replication event by event, in the order of time.

>>> for event in trace(scenario, seed=1, replication=3):
...     print(event.when, event.kind, event.place, event.detail)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from operator import itemgetter
from typing import Any, NamedTuple, overload

import numpy as np

from sim.ledger.kinds import By, Did, Hold, Moment
from sim.ledger.ledger import LiftStep
from sim.ledger.states import STATE_NAMES, State
from sim.replication.history import History
from sim.replication.simulator import Simulator
from sim.replication.story import lot_story
from sim.replication.wording import (
    HOLDS,
    LIFT,
    MOMENTS,
    PASSAGES,
    REASONS,
    TASKS,
    VERDICTS,
    by_words,
    hours,
    lift_details,
    worker,
)
from sim.scenario.calendar import DAY_S, Calendar
from sim.scenario.scenario import Scenario

__all__ = ["Event", "lot_story", "trace"]


_Row = tuple[int, str, str, str, str, str, int, str]


class Event(NamedTuple):
    """Something that happened, `at_s` seconds from the start; `when` is local time.

    `lot` is the path of a lot, `lift` the name of a sortie, convoy or pool; empty where there is none.
    """

    at_s: int
    when: str
    kind: str
    place: str = ""
    lot: str = ""
    lift: str = ""
    people: int = 0
    detail: str = ""


class Trace(Sequence[Event]):
    """Events in the order of time.

    It holds plain tuples and makes events on demand: tens of thousands of live objects would make the garbage
    collector scan all that a replication left, which takes longer than making the events.
    """

    def __init__(self, reported: list[_Row]) -> None:
        self._reported = reported

    def __len__(self) -> int:
        """Number of events."""
        return len(self._reported)

    def __iter__(self) -> Iterator[Event]:
        return map(Event._make, self._reported)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> Trace: ...
    def __getitem__(self, index: int | slice) -> Event | Trace:
        """An event, or a slice of the trace."""
        return Trace(self._reported[index]) if isinstance(index, slice) else Event._make(self._reported[index])


def trace(scenario: Scenario, seed: int, replication: int, without: frozenset[str] = frozenset()) -> Trace:
    """Returns all events of one replication; raises `ReplicationError` if it fails."""
    return events(Simulator(scenario, without).history(seed, replication))


_Reported = tuple[
    Sequence[int], Iterable[str], Iterable[str], Iterable[str], Iterable[str], Iterable[int], Iterable[str]
]
"""Events column by column: all fields of an `Event` except `when`."""

_NONE, _NOBODY = repeat(""), repeat(0)


def events(history: History) -> Trace:
    """Returns all events of a history.

    Of one instant, what lift brings comes before what follows for people and lots, and its departures after that; each
    in the order of the ledger.
    """
    sources = (_of_tape, _of_places, _coming, _of_people, _of_lots, _of_onward, _of_marks, _of_work, _going)
    columns = [source(history) for source in sources]
    when = _local(history.scenario.time, chain.from_iterable(at_s for at_s, *_ in columns))
    found: list[_Row] = []
    for at_s, *rest in columns:
        found += zip(at_s, map(when.__getitem__, at_s), *rest, strict=False)  # some repeat for ever
    found.sort(key=itemgetter(0))
    return Trace(found)


_MINUTES = tuple(f" {minute // 60:02}:{minute % 60:02}:" for minute in range(DAY_S // 60))
_SECONDS = tuple(f"{second:02}" for second in range(60))


def _local(time: Calendar, instants: Iterable[int]) -> dict[int, str]:
    """The local date-time of each instant, in words; put together of parts on all days of 24 hours."""
    at_s = np.array(sorted(set(instants)), dtype=np.int64)
    starts = np.array(time.day_starts_s, dtype=np.int64)
    day = np.searchsorted(starts, at_s, side="right") - 1
    plain = np.append(np.diff(starts) == DAY_S, False)[day] & (day >= 0)
    date = [time.date_of_day(each).isoformat() for each in range(len(starts))]
    minute, second = np.divmod(at_s - starts[day], 60)
    parts = zip(at_s.tolist(), plain.tolist(), day.tolist(), minute.tolist(), second.tolist(), strict=True)
    return {
        each: date[on] + _MINUTES[m] + _SECONDS[s] if known else time.local(each).isoformat(" ", "seconds")
        for each, known, on, m, s in parts
    }


def _fields(steps: Sequence[tuple[Any, ...]], many: int) -> tuple[tuple[Any, ...], ...]:
    """The fields of steps, column by column."""
    return tuple(zip(*steps, strict=True)) or ((),) * many


def _of_tape(history: History) -> _Reported:
    """Alarms and all-clears of places until they close; closures of strips and roads."""
    tape, last_s = history.tape, history.horizon_s
    reported: list[tuple[int, str, str, str, str]] = []
    for place in history.scenario.places:
        ends_s = history.ends_s(place)
        reported += [(at_s, "alarm", place, "", "") for at_s in tape.alarms[place] if at_s <= ends_s]
        for start_s, clear_s in tape.shelter[place].pairs():
            if start_s <= ends_s and clear_s <= last_s:
                reported.append((clear_s, "all-clear", place, "", f"after {hours(clear_s - start_s)}"))
        for start_s, until_s in tape.strip_closed[place].pairs():
            if start_s <= ends_s:
                reported.append((start_s, "strip closed", place, "", f"for {hours(until_s - start_s)}"))
    for route in history.scenario.routes:
        for start_s, until_s in tape.road_closed[route].pairs():
            if start_s <= last_s:
                reported.append((start_s, "road closed", "", route, f"for {hours(until_s - start_s)}"))
    reported += _closed_legs(history)
    for (place, kind), closed in tape.border_closed.items():
        spans = [pair for pair in closed.pairs() if pair[0] <= last_s]
        reported += [(a, f"border closed to {kind}", place, "", f"for {hours(b - a)}") for a, b in spans]
    at, kinds, places, lifts, details = _fields(reported, 5)
    return at, kinds, places, _NONE, lifts, _NOBODY, details


def _closed_legs(history: History) -> Iterator[tuple[int, str, str, str, str]]:
    """Closures of single legs of roads."""
    for route, legs in history.tape.leg_closed.items():
        for leg, closed in sorted(legs.items(), key=lambda each: sorted(each[0])):
            for a, b in closed.pairs():
                if a <= history.horizon_s:
                    yield a, "road closed", "", route, f"for {hours(b - a)}, between {' and '.join(sorted(leg))}"


def _of_places(history: History) -> _Reported:
    at_s, places, what, numbers, holds = _fields(history.ledger.places, 5)
    said = [
        _detail_of_place(history, moment, number, hold)
        for moment, number, hold in zip(what, numbers, holds, strict=True)
    ]
    return at_s, map(MOMENTS.__getitem__, what), places, _NONE, _NONE, _NOBODY, said


def _detail_of_place(history: History, moment: Moment, number: int, hold: Hold) -> str:
    if moment is Moment.ORDER:
        return f"to leave by {history.scenario.time.local(number).isoformat(' ', 'minutes')}"
    return f"{number} lots" if moment is Moment.CONDEMNED else HOLDS[hold]


def _of_people(history: History) -> _Reported:
    at_s, what, origins, places, counts, by = _fields(history.ledger.people, 6)
    said = [f"of {origin}" if origin != place else "" for origin, place in zip(origins, places, strict=True)]
    return at_s, map(PASSAGES.__getitem__, what), places, _NONE, _said(by), counts, said


_OF_STATES = tuple(name.replace("_", " ") for name in STATE_NAMES)


def _of_lots(history: History) -> _Reported:
    at_s, lots, states, places, by = history.ledger.columns()
    return at_s, map(_OF_STATES.__getitem__, states), places, _named(history, lots), _NONE, _NOBODY, _said(by)


def _of_onward(history: History) -> _Reported:
    """Steps of lots that a custody hub has sent on."""
    at_s, lots, states, places, by = _fields(history.ledger.onward, 5)
    kinds = [_ONWARD.get(State(state), _OF_STATES[state]) for state in states]
    return at_s, kinds, places, _named(history, lots), _NONE, _NOBODY, _said(by)


_ONWARD = {State.READY: "ready to go on", State.EXTRACTED: "unloaded", State.LATE: "unloaded late"}


def _said(by: Sequence[By]) -> Iterable[str]:
    words = {each: by_words(each) for each in set(by)}
    return map(words.__getitem__, by)


def _named(history: History, lots: Iterable[int]) -> Iterable[str]:
    return map(history.paths.__getitem__, lots)


def _of_marks(history: History) -> _Reported:
    at_s, lots, what, places, why = _fields(history.ledger.marks, 5)
    said = map(REASONS.__getitem__, why)
    return at_s, map(VERDICTS.__getitem__, what), places, _named(history, lots), _NONE, _NOBODY, said


def _of_work(history: History) -> _Reported:
    """Two consecutive events for each piece of work: begin and end."""
    places, crews, lots, tasks, from_s, until_s, done = _fields(history.ledger.work, 7)
    worked = set(zip(tasks, done, strict=True))
    words = {
        (task, to_end): (f"{TASKS[task]} begins", f"{TASKS[task]} {'done' if to_end else 'stopped'}")
        for task, to_end in worked
    }
    who = list(zip(tasks, crews, strict=True))
    names = {each: worker(*each) for each in set(who)}
    at_s = _twice(from_s, until_s)
    kinds = chain.from_iterable(map(words.__getitem__, zip(tasks, done, strict=True)))
    crew = map(names.__getitem__, _twice(who, who))
    return at_s, kinds, _twice(places, places), _named(history, _twice(lots, lots)), _NONE, _NOBODY, crew


def _twice(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    return list(chain.from_iterable(zip(one, other, strict=True)))


_GOES = {Did.DEPARTS, Did.FLIES, Did.TAKES_OFF, Did.FILL, Did.WASTED, Did.RETURNS, Did.DROVE, Did.SAILS}


def _coming(history: History) -> _Reported:
    """What lift does, but for its departures."""
    return _of_lift(history, [step for step in history.ledger.lift if step.what not in _GOES])


def _going(history: History) -> _Reported:
    """Departures, and what is said of them."""
    return _of_lift(history, [step for step in history.ledger.lift if step.what in _GOES])


def _of_lift(history: History, steps: Sequence[LiftStep]) -> _Reported:
    at_s, lifts, what, places, numbers, *_ = _fields(steps, 8)
    wasted = {step.lift for step in history.ledger.lift if step.what is Did.WASTED}
    names = {lift: str(lift) for lift in set(lifts)}
    kinds = map(LIFT.__getitem__, what)
    texts = [lift_details(step, in_vain=step.what is Did.IS_BACK and step.lift in wasted) for step in steps]
    hurt = [int(number) if kind is Did.ATTACKED else 0 for kind, number in zip(what, numbers, strict=True)]
    return at_s, kinds, places, _NONE, map(names.__getitem__, lifts), hurt, texts
