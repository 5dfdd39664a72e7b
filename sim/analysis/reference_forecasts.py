"""Reference forecasts: the plan's dates, the pace of phase 1, and a straight line, each with one value per target.

None of them simulates. Each uses the plan and the targets settled by the cut, and nothing later.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
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
    plans: dict[str, Callable[[Known, Target], float | None]] = {
        "closed": lambda known, one: known.planned_day(str(one.at)), "rank": _planned_rank, "emptied": _planned_end,
        "home": lambda known, one: _planned_home(known, one.on), "out_share": _planned_share,
        "round_days": _planned_round, "column_days": _planned_march, "trucks_through": _planned_trucks,
    }  # fmt: skip
    return plans[target.measure](known, target) if target.measure in plans else 0.0


def _planned_rank(known: Known, target: Target) -> float:
    """One more than the places with an earlier handover."""
    days = {name: known.planned_day(name) for name in known.scenario.places}
    own = days[str(target.at)]
    return 1.0 + sum(day is not None and own is not None and day < own for day in days.values())


def _planned_end(known: Known, target: Target) -> float | None:
    """The handover of the place, or the last of all."""
    names = known.scenario.places if target.at is None else (target.at,)
    return max((day for name in names if (day := known.planned_day(name)) is not None), default=None)


def _planned_share(known: Known, target: Target) -> float | None:
    """The share of the lots whose place is to be handed over by the day: by the plan all are out then."""
    until, counts = known.day(target.on), {True: 0, False: 0}
    for name, place in known.scenario.places.items():
        day = known.planned_day(name)
        if day is not None and target.at in (None, name):
            counts[day <= until] += sum(held.count for kind, held in place.lots.items() if target.of in (None, kind))
    return counts[True] / sum(counts.values()) if any(counts.values()) else None


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


def _planned_march(known: Known, target: Target) -> float | None:
    route = next((one for one in known.scenario.routes.values() if target.at in one.through), None)
    return None if route is None or target.km is None else target.km / route.a_day[route.pace]


def _planned_round(known: Known, target: Target) -> float | None:
    """Out and back at the road's pace, with the least stay."""
    one_way = _planned_march(known, target)
    return None if one_way is None else 2 * one_way + known.scenario.lift.convoys.load_at_least_s / DAY_S


def _planned_trucks(known: Known, target: Target) -> float:
    scenario = known.scenario
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
    """Even steps from the cut to the deadline: camps in the order of the plan, people and lots up to all that leave."""
    time = known.scenario.time
    cut, end = known.day(known.cut), float(time.day_of(time.deadline_s - 1))
    if target.measure == "closed":
        number, count = known.turn(str(target.at))
        return cut + (end - cut) * number / count
    if target.measure == "out_share":
        return min(max((known.day(target.on) - cut) / (end - cut), 0.0), 1.0)
    last = known.of("home")[-1:]
    if target.measure != "home" or not last:
        return None
    since, before = known.day(last[0].on), known.value(last[0])
    whole = _planned_home(known, time.date_of_day(int(end)))
    return before + (whole - before) * (known.day(target.on) - since) / (end - since)
