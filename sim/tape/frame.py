"""The part that all tapes of a scenario share: built once, so that a replication only draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sim.scenario.lots import Lots, lot_table
from sim.scenario.openings import Openings, daily
from sim.scenario.scenario import Scenario
from sim.tape.clearance import Rules, clearance_rules
from sim.tape.closures import Closings, RoadHours, StripHours, border_hours, leg_closures, road_hours, strip_hours
from sim.tape.convoys import RoadDanger, road_dangers
from sim.tape.escalation import Trigger, triggers
from sim.tape.fires import FireRates
from sim.tape.fleet import FleetDraws, fleets
from sim.tape.landings import LandingChances, landing_chances
from sim.tape.lot_draws import Materiel
from sim.tape.processing import Processing, processing
from sim.tape.threat import ThreatDraws, threats


@dataclass(frozen=True, slots=True)
class Frame:
    """A scenario prepared for drawing; `end_s` is the end of all calendars, beyond the horizon.

    `daylight` has the places where some work is done by daylight only. Ranks break ties: by stream, then name.
    """

    scenario: Scenario
    lots: Lots
    horizon_s: int
    end_s: int
    hours: dict[str, Openings]
    daylight: dict[str, Openings]
    hours_under_order: dict[str, Openings]
    place_rank: dict[str, int]
    route_rank: dict[str, int]
    aircraft_rank: dict[str, int]
    pool_rank: dict[str, int]
    threats: tuple[ThreatDraws, ...]
    fires: FireRates
    triggers: dict[str, Trigger]
    clearance: tuple[Rules, ...]
    outright: dict[tuple[str, str, str], list[bool]]
    strips: tuple[StripHours, ...]
    roads: tuple[RoadHours, ...]
    fleets: dict[str, FleetDraws]
    landings: LandingChances
    dangers: dict[str, RoadDanger]
    materiel: Materiel
    borders: dict[tuple[str, str], Closings]
    legs: dict[str, dict[frozenset[str], Openings]]
    processing: tuple[Processing, ...]


def frame(scenario: Scenario) -> Frame:
    """The frame of a scenario: everything about its random events that is the same in all replications."""
    calendar = scenario.time
    end_s = calendar.day_starts_s[-1]
    lots = lot_table(scenario)
    rules = clearance_rules(scenario)
    return Frame(
        scenario=scenario,
        lots=lots,
        horizon_s=calendar.horizon_s,
        end_s=end_s,
        hours={name: daily(calendar, place.working_hours, end_s) for name, place in scenario.places.items()},
        daylight={
            name: daily(calendar, place.daylight, end_s)
            for name, place in scenario.places.items()
            if place.needs_daylight
        },
        hours_under_order={
            name: daily(calendar, place.under_order.working_hours, end_s)
            for name, place in scenario.places.items()
            if place.under_order is not None
        },
        place_rank=_rank(scenario, "places", scenario.places),
        route_rank=_rank(scenario, "routes", scenario.routes),
        aircraft_rank=_rank(scenario, "aircraft", scenario.lift.aircraft),
        pool_rank=_rank(scenario, "trucks", scenario.lift.trucks),
        threats=threats(scenario),
        fires=FireRates(scenario, lots),
        triggers=triggers(scenario),
        clearance=rules,
        outright={each.key: each.outright for each in rules if any(each.outright)},
        strips=strip_hours(scenario, end_s),
        roads=road_hours(scenario, end_s),
        fleets=fleets(scenario),
        landings=landing_chances(scenario),
        dangers=road_dangers(scenario, end_s),
        materiel=Materiel(scenario, lots),
        borders=border_hours(scenario),
        legs=leg_closures(scenario),
        processing=processing(scenario, lots),
    )


def _rank(
    scenario: Scenario, kind: Literal["places", "routes", "aircraft", "trucks"], names: Iterable[str]
) -> dict[str, int]:
    ordered = sorted(names, key=lambda name: (scenario.stream_of(kind, name), name))
    return {name: i for i, name in enumerate(ordered)}
