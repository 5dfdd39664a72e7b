"""The trace: one replication told event by event, in the order of time.

>>> for event in trace(scenario, seed=1, replication=3):
...     print(event.when, event.kind, event.place, event.detail)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from operator import itemgetter
from typing import Any, NamedTuple, overload

import numpy as np

from sim.ledger.states import STATE_NAMES
from sim.replication.history import History
from sim.replication.play import Player
from sim.replication.story import lot_story
from sim.scenario.calendar import DAY_S, HOUR_S, Calendar
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

    It holds plain tuples and makes events as they are asked for: tens of thousands of objects, kept, would have the
    collector of garbage look through all that a replication left, which takes longer than telling them.
    """

    def __init__(self, told: list[_Row]) -> None:
        self._told = told

    def __len__(self) -> int:
        """How many events there are."""
        return len(self._told)

    def __iter__(self) -> Iterator[Event]:
        return map(Event._make, self._told)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> Trace: ...
    def __getitem__(self, index: int | slice) -> Event | Trace:
        """An event, or a stretch of the trace."""
        return Trace(self._told[index]) if isinstance(index, slice) else Event._make(self._told[index])


def trace(scenario: Scenario, seed: int, replication: int, without: frozenset[str] = frozenset()) -> Trace:
    """Everything that happened in one replication; raises `ReplicationError` where it does not end well."""
    return events(Player(scenario, without).history(seed, replication))


_Told = tuple[Sequence[int], Iterable[str], Iterable[str], Iterable[str], Iterable[str], Iterable[int], Iterable[str]]
"""Events column by column: all that an `Event` holds but `when`."""

_NONE, _NOBODY = repeat(""), repeat(0)


def events(history: History) -> Trace:
    """Everything that happened in a history; what happened at one instant stands in the order it is kept in."""
    sources = (_of_tape, _of_places, _of_people, _of_lots, _of_marks, _of_work, _of_lift)
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


def _of_tape(history: History) -> _Told:
    """Alarms and all-clears of places until they close; closures of strips and roads."""
    tape, last_s = history.tape, history.horizon_s
    told: list[tuple[int, str, str, str, str]] = []
    for place in history.scenario.places:
        ends_s = history.ends_s(place)
        told += [(at_s, "alarm", place, "", "") for at_s in tape.alarms[place] if at_s <= ends_s]
        for start_s, clear_s in tape.shelter[place].pairs():
            if start_s <= ends_s and clear_s <= last_s:
                told.append((clear_s, "all-clear", place, "", f"after {_hours(clear_s - start_s)}"))
        for start_s, until_s in tape.strip_closed[place].pairs():
            if start_s <= ends_s:
                told.append((start_s, "strip closed", place, "", f"for {_hours(until_s - start_s)}"))
    for route in history.scenario.routes:
        for start_s, until_s in tape.road_closed[route].pairs():
            if start_s <= last_s:
                told.append((start_s, "road closed", "", route, f"for {_hours(until_s - start_s)}"))
    at, kinds, places, lifts, details = _fields(told, 5)
    return at, kinds, places, _NONE, lifts, _NOBODY, details


def _of_places(history: History) -> _Told:
    at_s, places, what, details = _fields(history.ledger.places, 4)
    said = [
        _detail_of_place(history, kind, detail) if kind in _SAID_OF_PLACES else detail
        for kind, detail in zip(what, details, strict=True)
    ]
    return at_s, what, places, _NONE, _NONE, _NOBODY, said


_SAID_OF_PLACES = ("order", "condemned")


def _detail_of_place(history: History, kind: str, detail: str) -> str:
    if kind == "order":
        return f"to leave by {history.scenario.time.local(int(detail)).isoformat(' ', 'minutes')}"
    return f"{detail} lots"


_OF_PEOPLE = {"left": "people leave", "out": "people are out", "arrived": "people arrive", "home": "people are home"}


def _of_people(history: History) -> _Told:
    at_s, what, origins, places, counts, by = _fields(history.ledger.people, 6)
    kinds = [_OF_PEOPLE.get(each, "people still here") for each in what]
    said = [f"of {origin}" if origin != place else "" for origin, place in zip(origins, places, strict=True)]
    return at_s, kinds, places, _NONE, by, counts, said


_OF_STATES = tuple(name.replace("_", " ") for name in STATE_NAMES)


def _of_lots(history: History) -> _Told:
    at_s, lots, states, places, by = history.ledger.columns()
    return at_s, map(_OF_STATES.__getitem__, states), places, _named(history, lots), _NONE, _NOBODY, by


def _named(history: History, lots: Iterable[int]) -> Iterable[str]:
    return map(history.paths.__getitem__, lots)


def _of_marks(history: History) -> _Told:
    at_s, lots, what, places = _fields(history.ledger.marks, 4)
    return at_s, what, places, _named(history, lots), _NONE, _NOBODY, _NONE


def _of_work(history: History) -> _Told:
    """Two events a work, one behind the other: its begin and its end."""
    places, crews, lots, tasks, from_s, until_s, done = _fields(history.ledger.work, 7)
    worked = set(zip(tasks, done, strict=True))
    words = {(task, to_end): (f"{task} begins", f"{task} {'done' if to_end else 'stopped'}") for task, to_end in worked}
    names = {crew: f"crew {crew + 1}" for crew in set(crews)}
    at_s = _twice(from_s, until_s)
    kinds = chain.from_iterable(map(words.__getitem__, zip(tasks, done, strict=True)))
    crew = map(names.__getitem__, _twice(crews, crews))
    return at_s, kinds, _twice(places, places), _named(history, _twice(lots, lots)), _NONE, _NOBODY, crew


def _twice(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    return list(chain.from_iterable(zip(one, other, strict=True)))


def _of_lift(history: History) -> _Told:
    at_s, lifts, what, places, numbers, details = _fields(history.ledger.lift, 6)
    steps = list(zip(what, numbers, strict=True))
    said = {step: _number_said(*step) for step in set(steps)}
    told = [
        _vehicles(lift, number) if kind == "departs" else said[kind, number]
        for lift, kind, number in zip(lifts, what, numbers, strict=True)
    ]
    texts = [f"{one}, {other}" if one and other else one or other for one, other in zip(told, details, strict=True)]
    hurt = [int(number) if kind == "attacked" else 0 for kind, number in steps]
    return at_s, what, places, _NONE, lifts, hurt, texts


def _vehicles(lift: str, number: float) -> str:
    """The size of a convoy that departs; what departs else is one tail."""
    return f"{number:g} vehicles" if "#" in lift and "/" not in lift else ""


def _number_said(what: str, number: float) -> str:
    """The number of a step of lift, said by what it means."""
    if what in ("flies", "held", "stands", "breaks down"):
        return f"for {_hours(number)}"
    if what == "is back":
        return f"out of service for {_hours(number)}" if number else ""
    if what == "takes off":
        return f"{number / 1000:g} t"
    if what.startswith("waiting"):
        return f"{number:g} trucks"
    form = _NUMBERS.get(what)
    return form.format(number) if form else ""


_NUMBERS = {
    "fill": "{:.0%}",
    "arrives": "{:.0f} km", "returns": "{:.0f} km", "wasted": "{:.0f} km",
    "joined": "{:g} vehicles", "drove": "{:.0f} vehicle-km", "vehicle lost": "{:g} lots", "idle": "{:g} trucks",
    "attacked": "{:g} hurt",
}  # fmt: skip


def _hours(seconds: float) -> str:
    return f"{seconds / HOUR_S:.1f} h"
