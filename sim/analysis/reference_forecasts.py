"""Reference forecasts: the plan's dates, the pace of phase 1, and a straight line, each with one value per target.

None of them simulates. Each uses the plan and the targets settled by the cut, and nothing later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sim.scenario.calendar import DAY_S
from sim.scenario.record import Target
from sim.scenario.scenario import Scenario

REFERENCE_FORECASTS = ("plan", "pace", "line")
"""Names of the three."""
Targets = Mapping[str, Target]


@dataclass(frozen=True, slots=True)
class Known:
    """Data of a reference forecast: the scenario's plan, the cut, targets settled by it, and those to forecast."""

    scenario: Scenario
    cut: date
    settled: Targets
    scored: Targets

    def day(self, when: date) -> float:
        """A date as a local day counted from the start."""
        time = self.scenario.time
        return float(time.day_of(time.first_instant(when)))

    def value(self, target: Target) -> float:
        """The observed value, a date as its day."""
        return self.day(target.value) if isinstance(target.value, date) else target.value

    def of(self, measure: str) -> list[Target]:
        """Settled targets of one measure, by day."""
        return sorted((one for one in self.settled.values() if one.measure == measure), key=lambda one: one.on)

    def planned_day(self, place: str) -> float | None:
        """The local day on which a place is to be handed over."""
        handover_s = self.scenario.places[place].handover_s
        return None if handover_s is None else float(self.scenario.time.day_of(handover_s - 1))

    def turn(self, place: str) -> tuple[int, int]:
        """The rank in the plan of a camp among those to forecast, and their number."""
        camps = sorted({str(one.at) for one in self.scored.values() if one.measure == "closed"},
                       key=lambda name: (self.planned_day(name) or 0.0, name))  # fmt: skip
        return camps.index(place) + 1, len(camps)


def reference_forecasts(known: Known) -> dict[str, dict[str, float | None]]:
    """By target, the value of each reference forecast, `None` if it has none."""
    return {
        name: {"plan": _plan(known, one), "pace": _pace(known, one), "line": _line(known, one)}
        for name, one in known.scored.items()
    }


def _plan(known: Known, target: Target) -> float | None:
    """Handovers as planned, people by the plan's curve, columns at the road's pace, no attack, every truck once."""
    if target.measure == "closed":
        return known.planned_day(str(target.at))
    if target.measure == "home":
        return _planned_home(known, target.on)
    if target.measure == "column_days":
        return _planned_march(known.scenario, target)
    return _planned_trucks(known.scenario, target) if target.measure == "trucks_through" else 0.0


def _planned_home(known: Known, on: date) -> float:
    time, left = known.scenario.time, 0.0
    at_s = time.last_instant(on)
    for place in known.scenario.places.values():
        if place.drawdown is None:
            continue
        start_s, stay = place.drawdown.start_s, min(place.drawdown.rear_party, place.headcount)
        end_s = time.deadline_s if place.handover_s is None else place.handover_s
        gone = min(max((at_s - start_s) / max(end_s - start_s, 1), 0.0), 1.0)
        left += (place.headcount - stay) * gone
        left += stay * (place.handover_s is not None and at_s >= end_s)
    return left


def _planned_march(scenario: Scenario, target: Target) -> float | None:
    route = next((one for one in scenario.routes.values() if target.at in one.through), None)
    return None if route is None or target.km is None else target.km / route.a_day[route.pace]


def _planned_trucks(scenario: Scenario, target: Target) -> float:
    base, until_s = scenario.routes[str(target.at)].through[0], scenario.time.last_instant(target.on)
    pools = scenario.lift.trucks.values()
    return float(sum(pool.count for pool in pools if pool.base == base and (pool.from_s or 0) <= until_s))


def _pace(known: Known, target: Target) -> float | None:
    """At the pace of phase 1: camps at its interval in the plan's order, people at its rate, columns by its km."""
    if target.measure == "closed":
        done = known.of("closed")
        if not done:
            return None
        phases = known.scenario.phases
        begun_s = min((phases[phase].start_s for one in done
                       if (phase := known.scenario.places[str(one.at)].phase) is not None), default=0)  # fmt: skip
        each = (known.value(done[-1]) - begun_s / DAY_S) / len(done)
        return known.day(known.cut) + each * known.turn(str(target.at))[0]
    if target.measure == "home":
        last = known.of("home")[-1:]
        return None if not last else last[0].value / max(known.day(last[0].on), 1) * known.day(target.on)  # type: ignore[operator]
    done = [one for one in known.of(target.measure) if one.km is not None]
    if target.km is None or not done:
        return None
    return math.fsum(map(known.value, done)) / math.fsum(one.km or 0.0 for one in done) * target.km


def _line(known: Known, target: Target) -> float | None:
    """Even steps from the cut to the deadline: camps in the order of the plan, people up to all who leave."""
    time = known.scenario.time
    cut, end = known.day(known.cut), float(time.day_of(time.deadline_s - 1))
    if target.measure == "closed":
        number, count = known.turn(str(target.at))
        return cut + (end - cut) * number / count
    last = known.of("home")[-1:]
    if target.measure != "home" or not last:
        return None
    since, before = known.day(last[0].on), known.value(last[0])
    whole = _planned_home(known, time.date_of_day(int(end)))
    return before + (whole - before) * (known.day(target.on) - since) / (end - since)
