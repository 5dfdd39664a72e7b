"""The trace: one replication told event by event, in the order of time.

>>> for event in trace(scenario, seed=1, replication=3):
...     print(event.when, event.kind, event.place, event.detail)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

from sim.ledger.ledger import LiftStep, PlaceStep
from sim.ledger.states import STATE_NAMES
from sim.replication.history import History
from sim.replication.play import Player
from sim.replication.story import lot_story
from sim.scenario.calendar import HOUR_S
from sim.scenario.scenario import Scenario

__all__ = ["Event", "lot_story", "trace"]

_HOURS_OF = ("flies", "held", "stands", "breaks down")
_VEHICLES_OF = ("joined", "vehicle lost")


@dataclass(frozen=True, slots=True)
class Event:
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


def trace(
    scenario: Scenario, seed: int, replication: int, without: frozenset[str] = frozenset()
) -> list[Event]:
    """Everything that happened in one replication; raises `ReplicationError` where it does not end well."""
    return events(Player(scenario, without).history(seed, replication))


def events(history: History) -> list[Event]:
    """Everything that happened in a history; what happened at one instant stands in the order it is kept in."""
    found = [*_of_tape(history), *_of_places(history), *_of_people(history), *_of_lots(history), *_of_lift(history)]
    local = history.scenario.time.local
    found.sort(key=itemgetter(0))
    when = {at_s: local(at_s).isoformat(" ", "seconds") for at_s in {told[0] for told in found}}
    return [Event(told[0], when[told[0]], *told[1:]) for told in found]


_Told = tuple[int, str, str, str, str, int, str]


def _of_tape(history: History) -> Iterator[_Told]:
    """Alarms and all-clears of places until they close; closures of strips and roads."""
    tape, last_s = history.tape, history.horizon_s
    for place in history.scenario.places:
        ends_s = history.ends_s(place)
        yield from ((at_s, "alarm", place, "", "", 0, "") for at_s in tape.alarms[place] if at_s <= ends_s)
        for start_s, clear_s in tape.shelter[place].pairs():
            if start_s <= ends_s and clear_s <= last_s:
                yield clear_s, "all-clear", place, "", "", 0, f"after {_hours(clear_s - start_s)}"
        for start_s, until_s in tape.strip_closed[place].pairs():
            if start_s <= ends_s:
                yield start_s, "strip closed", place, "", "", 0, f"for {_hours(until_s - start_s)}"
    for route in history.scenario.routes:
        for start_s, until_s in tape.road_closed[route].pairs():
            if start_s <= last_s:
                yield start_s, "road closed", "", "", route, 0, f"for {_hours(until_s - start_s)}"


def _of_places(history: History) -> Iterator[_Told]:
    for step in history.ledger.places:
        yield step.at_s, step.what, step.place, "", "", 0, _detail_of_place(history, step)


def _detail_of_place(history: History, step: PlaceStep) -> str:
    if step.what == "order":
        return f"to leave by {history.scenario.time.local(int(step.detail)).isoformat(' ', 'minutes')}"
    return f"{step.detail} lots" if step.what == "condemned" else step.detail


def _of_people(history: History) -> Iterator[_Told]:
    words = {"left": "people leave", "out": "people are out", "arrived": "people arrive", "home": "people are home"}
    for step in history.ledger.people:
        detail = f"of {step.origin}" if step.origin != step.place else ""
        yield step.at_s, words.get(step.what, "people still here"), step.place, "", step.by, step.count, detail


def _of_lots(history: History) -> Iterator[_Told]:
    name = history.frame.lots.id
    for step in history.ledger.lots:
        yield step.at_s, STATE_NAMES[step.state].replace("_", " "), step.place, name(step.lot), "", 0, step.by
    for mark in history.ledger.marks:
        yield mark.at_s, mark.what, mark.place, name(mark.lot), "", 0, ""
    for work in history.ledger.work:
        crew = f"crew {work.crew + 1}"
        yield work.from_s, f"{work.task} begins", work.place, name(work.lot), "", 0, crew
        yield work.until_s, f"{work.task} {'done' if work.done else 'stopped'}", work.place, name(work.lot), "", 0, crew


def _of_lift(history: History) -> Iterator[_Told]:
    for step in history.ledger.lift:
        people = int(step.number) if step.what == "attacked" else 0
        yield step.at_s, step.what, step.place, "", step.lift, people, _detail_of_lift(step)


def _detail_of_lift(step: LiftStep) -> str:
    """The number of a step, said by what it means."""
    said = [step.detail] if step.detail else []
    if step.what in _HOURS_OF:
        said.insert(0, f"for {_hours(step.number)}")
    elif step.what == "takes off":
        said.insert(0, f"{step.number / 1000:g} t")
    elif step.what == "fill":
        said.insert(0, f"{step.number:.0%}")
    elif step.what == "is back" and step.number:
        said.insert(0, f"out of service for {_hours(step.number)}")
    elif step.what == "departs" and "#" in step.lift and "/" not in step.lift:
        said.insert(0, f"{step.number:g} vehicles")
    elif step.what in ("arrives", "returns", "wasted"):
        said.insert(0, f"{step.number:.0f} km")
    elif step.what in _VEHICLES_OF:
        said.insert(0, f"{step.number:g} {'lots' if step.what == 'vehicle lost' else 'vehicles'}")
    elif step.what == "idle" or step.what.startswith("waiting"):
        said.insert(0, f"{step.number:g} trucks")
    elif step.what == "attacked":
        said.insert(0, f"{step.number:g} hurt")
    return ", ".join(said)


def _hours(seconds: float) -> str:
    return f"{seconds / HOUR_S:.1f} h"
