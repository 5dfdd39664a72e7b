"""The plan for pictures: who leaves when, from the scenario in the manifest of a results folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sim.figures.labels import labels_by, short
from sim.scenario.calendar import DAY_S, Calendar
from sim.scenario.places import Place
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class PlacePlan:
    """One place's plan; instants in whole seconds since `calendar.start`, `None` if the plan has none."""

    name: str
    role: str
    begins_s: int | None
    drawdown_s: int | None
    handover_s: int | None
    people: int
    rear_party: int

    @property
    def must_close(self) -> bool:
        """Whether it is to be handed over."""
        return self.handover_s is not None

    def people_at(self, at_s: float) -> float:
        """Returns the people planned here at an instant: evenly down to the rear party, none from handover."""
        if self.handover_s is None:
            return self.people
        if at_s >= self.handover_s:
            return 0
        leaves_s = self.handover_s - DAY_S if self.drawdown_s is None else self.drawdown_s
        rear = 0 if self.drawdown_s is None else min(self.rear_party, self.people)
        if at_s <= leaves_s:
            return self.people
        gone = (at_s - leaves_s) / (self.handover_s - leaves_s)
        return self.people - gone * (self.people - rear)


@dataclass(frozen=True, slots=True)
class Timetable:
    """The plan of a scenario: its calendar, places by name, and the places that each route passes."""

    name: str
    calendar: Calendar
    places: dict[str, PlacePlan]
    routes: dict[str, tuple[str, ...]]
    counts_all: bool

    @property
    def mission(self) -> frozenset[str]:
        """Names of the places whose lots the shares of the mission count: those that must close, or all."""
        return frozenset(name for name, place in self.places.items() if self.counts_all or place.must_close)

    @property
    def deadline(self) -> datetime:
        """Last instant of the mission, local time."""
        return self.local(self.calendar.deadline_s)

    def local(self, at_s: float) -> datetime:
        """Local date-time of an instant in seconds since the start."""
        return self.calendar.local(at_s)

    def end_of_day(self, day: str) -> datetime:
        """The midnight that ends a local day given as ISO date."""
        return datetime.fromisoformat(day) + timedelta(days=1)

    def label(self, name: str) -> str:
        """A place's name, short and unlike that of any other place."""
        return labels_by(self.places).get(name) or short(name)

    def in_order(self) -> list[PlacePlan]:
        """Places in the order of planned handover; those that stay come last."""
        last = self.calendar.horizon_s + 1

        def rank(place: PlacePlan) -> tuple[bool, int, str]:
            return (not place.must_close, last if place.handover_s is None else place.handover_s, place.name)

        return sorted(self.places.values(), key=rank)


def plan_of(data: dict[str, Any]) -> Timetable:
    """The plan in the plain data of a resolved scenario; raises `ValueError` if it is not a scenario."""
    scenario = Scenario.read(data)
    phases = _phase_starts(scenario)
    return Timetable(
        scenario.name,
        scenario.time,
        {name: _place(name, place, phases) for name, place in scenario.places.items()},
        {name: tuple(route.through) for name, route in scenario.routes.items()},
        scenario.scope == "all",
    )


def _place(name: str, place: Place, phases: dict[str, int]) -> PlacePlan:
    phase_s = phases.get(place.phase) if place.phase is not None else None
    drawdown_s = None if place.drawdown is None else max(place.drawdown.start_s, phase_s or 0)
    starts = [s for s in (phase_s, place.release.start_s) if s is not None]
    return PlacePlan(
        name=name,
        role=place.role,
        begins_s=max(starts) if starts else (0 if place.handover_s is not None else None),
        drawdown_s=drawdown_s,
        handover_s=place.handover_s,
        people=place.headcount,
        rear_party=0 if place.drawdown is None else place.drawdown.rear_party,
    )


def _phase_starts(scenario: Scenario) -> dict[str, int]:
    """Planned start of each phase: its date, or the last planned handover of the phases it waits for."""
    starts = {name: phase.start_s for name, phase in scenario.phases.items()}
    for name, phase in scenario.phases.items():
        waited = (p.handover_s for p in scenario.places.values() if p.phase in phase.after)
        starts[name] = max([starts[name], *(s for s in waited if s is not None)])
    return starts
