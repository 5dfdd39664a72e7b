"""Closures of strips and roads: listed windows and random washouts; and the march that a road allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sim.scenario.lift import Route, RoutePeriod
from sim.scenario.openings import Openings, daily
from sim.scenario.parts import Window
from sim.scenario.places import Washouts
from sim.scenario.scenario import Scenario
from sim.tape.inversion import whole
from sim.tape.march import March, paced
from sim.tape.rates import Hazard, arrivals, stretches
from sim.tape.records import Records
from sim.tape.streams import FIRST, Streams


@dataclass(frozen=True, slots=True)
class Closings:
    """Possible closures of one strip or road: listed windows, and washouts at a rate."""

    kind: str
    name: str
    stream: str
    key: tuple[str, ...]
    listed: Openings
    washouts: Washouts | None
    hazard: Hazard

    @property
    def any(self) -> bool:
        """Whether it can ever be closed."""
        return bool(self.listed.starts) or self.hazard.total > 0


@dataclass(frozen=True, slots=True)
class StripHours:
    """A place's flying hours, and the closures of its strip (`None` without one)."""

    place: str
    hours: Openings
    closings: Closings | None


@dataclass(frozen=True, slots=True)
class RoadHours:
    """A route's marching hours, paces (from, until, km/s) and closures."""

    route: str
    hours: Openings
    paces: tuple[tuple[int, int, float], ...]
    closings: Closings
    unhindered: March


def strip_hours(scenario: Scenario, end_s: int) -> tuple[StripHours, ...]:
    """Flying hours of all places; a place without a strip is always open."""
    found: list[StripHours] = []
    for name, place in scenario.places.items():
        strip = place.strip
        if strip is None:
            found.append(StripHours(name, Openings.always(0, end_s), None))
            continue
        hours = daily(scenario.time, strip.flying_hours, end_s)
        stream = scenario.stream_of("places", name)
        closings = _closings("strip", name, stream, strip.closures.values(), strip.washouts, scenario)
        found.append(StripHours(name, hours, closings if closings.any else None))
    return tuple(found)


def road_hours(scenario: Scenario, end_s: int) -> tuple[RoadHours, ...]:
    """Marching hours and paces of all routes."""
    found: list[RoadHours] = []
    for name, route in scenario.routes.items():
        paces = _paces(route, end_s)
        hours = daily(scenario.time, route.marching_hours, end_s)
        stream = scenario.stream_of("routes", name)
        closings = _closings("road", name, stream, route.closures.values(), route.washouts, scenario)
        found.append(RoadHours(name, hours, paces, closings, paced(hours, paces)))
    return tuple(found)


def _closings(
    kind: str, name: str, stream: str, listed: Iterable[Window], washouts: Washouts | None, scenario: Scenario
) -> Closings:
    windows = Openings.from_pairs((max(window.from_s, 0), window.until_s) for window in listed)
    rate, periods = (washouts.rate, washouts.periods) if washouts else (0.0, {})
    hazard = Hazard(rate, periods.values(), scenario.time.horizon_s)
    key = ("closures", kind, stream)
    return Closings(kind, name, stream, key, windows, washouts, hazard)


def border_hours(scenario: Scenario) -> dict[tuple[str, str], Closings]:
    """Possible closures of the borders before places, by place and class."""
    found: dict[tuple[str, str], Closings] = {}
    for name, place in scenario.places.items():
        for kind, border in place.receiving.border.items() if place.receiving is not None else ():
            here, what = scenario.stream_of("places", name), scenario.stream_of("classes", kind)
            closings = _closings(f"border {kind}", name, here, border.closures.values(), border.washouts, scenario)
            if closings.any:
                found[name, kind] = replace(closings, key=("border", here, what))
    return dict(sorted(found.items(), key=lambda item: (item[1].key, item[0])))


def leg_closures(scenario: Scenario) -> dict[str, dict[frozenset[str], Openings]]:
    """When single legs of routes are closed, by route and the two places of the leg."""
    found: dict[str, dict[frozenset[str], Openings]] = {}
    for name, route in scenario.routes.items():
        for leg in {frozenset(window.leg) for window in route.leg_closures.values()}:
            windows = [window for window in route.leg_closures.values() if frozenset(window.leg) == leg]
            closed = Openings.from_pairs((max(window.from_s, 0), window.until_s) for window in windows)
            found.setdefault(name, {})[leg] = closed
    return found


def _paces(route: Route, end_s: int) -> tuple[tuple[int, int, float], ...]:
    seconds = route.marching_hours.seconds

    def slowest(periods: list[RoutePeriod]) -> float:
        named = [route.a_day[period.pace] for period in periods if period.pace is not None]
        return min(named, default=route.a_day[route.pace]) / seconds

    return tuple(stretches(route.periods.values(), end_s, slowest))


def draw_closed(closings: Closings, streams: Streams, records: Records, off: bool) -> Openings:
    """Listed and random closures of a strip or road; `off` draws the random ones and discards them."""
    closed = closings.listed
    record = records.of("closures", closings.name) if closings.any else None
    if closings.washouts is not None and closings.hazard.total > 0 and record is not None:
        key = closings.key
        uniforms, begun = arrivals(streams, closings.hazard, *key)
        lengths = streams.endless(len(begun), *key, "lasts")
        record.draws += [uniforms[:FIRST], lengths[:FIRST]]
        ends = begun + whole(closings.washouts.lasts, lengths[: len(begun)])
        closed = closed.either(Openings.from_pairs(zip(begun.tolist(), ends.tolist(), strict=True)))
    if off:
        closed = Openings([], [])
    if record is not None:
        record.value((closings.kind, closed.pairs()))
    return closed
