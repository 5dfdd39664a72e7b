"""Estimates the events of one replication before it starts, and compares them with a limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import inf
from typing import NamedTuple, Protocol

from sim.errors import Problem
from sim.scenario.calendar import DAY_S
from sim.scenario.look import Look
from sim.scenario.lots import broken_down
from sim.scenario.paths import Path
from sim.scenario.places import Held
from sim.scenario.scenario import Scenario
from sim.sums import sum_in_order

MOST_EVENTS = 5_000_000
_EVENTS_A_LOT = 12
_SMALLEST_CYCLE_S = 1.0


class Share(NamedTuple):
    """A part of the work: its path, its description, and its events per replication."""

    path: Path
    what: str
    events: float


class _Times(Protocol):
    @property
    def from_s(self) -> int: ...
    @property
    def until_s(self) -> int: ...
    @property
    def times(self) -> float: ...


def too_much(look: Look) -> Iterator[Problem]:
    """A problem at the largest part of the work, if the total is above the limit."""
    shares = list(work(look))
    total = sum_in_order(share.events for share in shares)
    if total > MOST_EVENTS:
        worst = max(shares, key=lambda share: share.events)
        yield look.say(
            worst.path,
            "one replication would have too many events",
            f"about {total:.2g} events, of which {worst.events:.2g} {worst.what}",
            f"at most {MOST_EVENTS:,} events",
        )


def work(look: Look) -> Iterator[Share]:
    """Expected events of one replication by cause; a rough upper estimate."""
    scenario = look.scenario
    yield from _by_place(scenario)
    yield from _by_route(look)
    for leg_type, fleet in scenario.lift.aircraft.items():
        legs = [leg for leg in look.reach.air if leg.aircraft == leg_type]
        cycle_s = min((leg.flight_s + 2 * fleet.ground_time_s for leg in legs), default=inf)
        cycles = scenario.time.horizon_s / max(cycle_s, _SMALLEST_CYCLE_S)
        yield Share(("lift", "aircraft", leg_type), f"sorties of {leg_type}", fleet.count * cycles)


def _by_place(scenario: Scenario) -> Iterator[Share]:
    review_s = scenario.policy.disposal.review_s
    for name, place in scenario.places.items():
        here, threat = ("places", name), place.threat
        lots = sum(_parts(scenario, kind, held) for kind, held in place.lots.items())
        yield Share((*here, "lots"), f"with lots of {name}", _EVENTS_A_LOT * lots)
        shocks = threat.alarms.aftershocks
        family = 1 / (1 - shocks.mean) if shocks is not None else 1
        count = threat.alarms.rate * _weighted_days(scenario, threat.periods)
        yield Share((*here, "threat", "alarms"), f"alarms at {name}", count * family)
        if place.strip is not None and place.strip.washouts is not None:
            washouts = place.strip.washouts
            days = _weighted_days(scenario, washouts.periods)
            yield Share((*here, "strip", "washouts"), f"washouts at {name}", washouts.rate * days)
        if place.handover_s is not None:
            yield Share(("policy", "disposal"), f"reviews at {name}", scenario.time.horizon_s / review_s)


def _parts(scenario: Scenario, kind: str, held: Held) -> int:
    """Lots of a class at a place, those that are broken down as shell and pieces."""
    into = scenario.classes[kind].breaks_into
    pieces = 0 if into is None else into.pieces
    return held.count + pieces * sum(broken_down(held, count) for count in held.owners().values())


def _by_route(look: Look) -> Iterator[Share]:
    scenario = look.scenario
    convoys = _convoys(look)
    for name, route in scenario.routes.items():
        here = ("routes", name)
        if route.washouts is not None:
            days = _weighted_days(scenario, route.washouts.periods)
            yield Share((*here, "washouts"), f"washouts on {name}", route.washouts.rate * days)
        longest = sum_in_order(route.km)
        yield Share((*here, "a_day"), f"convoys on {name}", convoys.get(name, 0.0))
        if route.attacks is not None:
            fiercest = max((period.times for period in route.periods.values()), default=1.0)
            by_size = max(1.0, (_largest_convoy(scenario) / 100) ** route.attacks.size_power)
            attacks = route.attacks.rate * by_size * max(fiercest, 1.0) * longest * max(convoys.get(name, 0.0), 1.0)
            yield Share((*here, "attacks"), f"attacks on {name}", attacks)


def _largest_convoy(scenario: Scenario) -> int:
    """No convoy has more vehicles: all trucks and lots, or the maximum that the file gives."""
    trucks = sum(pool.count for pool in scenario.lift.trucks.values())
    lots = sum(_parts(scenario, kind, held) for place in scenario.places.values() for kind, held in place.lots.items())
    return min(scenario.lift.convoys.vehicles.most, trucks + lots)


def _convoys(look: Look) -> dict[str, float]:
    """The maximum number of convoys on each route: all trucks in minimum convoys, no delay, both directions."""
    lift = look.scenario.lift
    trucks = sum(pool.count for pool in lift.trucks.values())
    at_a_time = trucks / lift.convoys.vehicles.least
    if lift.convoys.at_once is not None:
        at_a_time = min(at_a_time, lift.convoys.at_once)
    found: dict[str, float] = {}
    for leg in look.reach.road:
        fastest = max(look.scenario.routes[leg.route].a_day.values())
        cycle_s = 2 * leg.km / fastest * DAY_S + lift.convoys.load_at_least_s
        cycles = 2 * look.scenario.time.horizon_s / max(cycle_s, _SMALLEST_CYCLE_S)
        found[leg.route] = max(found.get(leg.route, 0.0), at_a_time * cycles)
    return found


def _weighted_days(scenario: Scenario, periods: Mapping[str, _Times]) -> float:
    """Days to the horizon, each weighted with the largest multiplier that applies."""
    horizon_s = scenario.time.horizon_s
    inside = [(max(0, p.from_s), min(horizon_s, p.until_s), p.times) for p in periods.values()]
    edges = sorted({0, horizon_s, *(edge for first, last, _ in inside for edge in (first, last) if first < last)})
    total = 0.0
    for first, last in pairwise(edges):
        holding = [times for start, end, times in inside if start <= first and last <= end]
        total += (last - first) / DAY_S * max(holding, default=1.0)
    return total
