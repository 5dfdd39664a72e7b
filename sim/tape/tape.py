"""The tape: the random events of a replication, drawn before it runs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from sim.errors import InputError, Problem
from sim.scenario.network import RoadLeg
from sim.scenario.openings import Openings
from sim.tape.clearance import draw_clearance
from sim.tape.closures import draw_closed
from sim.tape.convoys import ConvoyDraws, ConvoyEvents, Mishap
from sim.tape.escalation import Order, draw_orders
from sim.tape.fires import Fires
from sim.tape.fleet import Breakdowns, draw_fit
from sim.tape.frame import Frame, frame
from sim.tape.landings import Landing, Landings
from sim.tape.march import March, paced
from sim.tape.processing import draw_processing
from sim.tape.records import Records, digest
from sim.tape.streams import Streams
from sim.tape.threat import CALM, draw_alarms

__all__ = [
    "CAUSES", "PARTS", "REMOVABLE", "ConvoyEvents", "Frame", "Landing", "Mishap", "Order", "Tape", "draw", "frame",
]  # fmt: skip

CAUSES = (
    "alarms",
    "fires",
    "escalation",
    "clearance",
    "closures",
    "availability",
    "accidents",
    "hits",
    "attacks",
)
"""Causes of random events that can be removed, in the order of tables and messages."""
PARTS: dict[str, tuple[str, ...]] = {"clearance": ("clearance_air", "clearance_road")}
"""Parts of a cause that can be removed alone; the cause itself means all of them."""
REMOVABLE = (*CAUSES, *(part for parts in PARTS.values() for part in parts))
"""All names that `without` takes."""
_NEVER_CLOSED = Openings([], [])


class Tape:
    """Everything outside the mission's control in one replication; make one with `draw`.

    Its lists and calendars are shared and must not be changed.
    """

    def __init__(self, frame: Frame, seed: int, replication: int, without: frozenset[str]) -> None:
        self.seed = seed
        self.replication = replication
        self.without = without
        self._frame = frame
        self._streams = Streams(seed, replication)
        self._records = Records()
        self._rows: list[tuple[str, str, str, str]] | None = None
        self._draw_threat()
        self._draw_movement()
        self._draw_lift()
        lots, self.container_kg = frame.materiel.draw(self._streams, self._records)
        self.mass_kg: list[int] = lots["mass"]
        self.prepare_s: list[int] = lots["prepare"]
        self.load_s: list[int] = lots["load"]
        self.unload_s: list[int] = lots["unload"]
        self.destroy_s: list[int] = lots["destroy"]
        self.disable_s: list[int] = lots["disable"]

        self.processing_s: dict[tuple[str, int], int] = {
            (each.place, lot): taken_s
            for each in frame.processing
            for lot, taken_s in draw_processing(each, self._streams, self._records)
        }

    def _draw_threat(self) -> None:
        frame, streams, records, off = self._frame, self._streams, self._records, self.without
        drawn = {each.place: draw_alarms(each, streams, records, "alarms" in off) for each in frame.threats}
        places = frame.scenario.places
        self.alarms: dict[str, list[int]] = {name: drawn.get(name, CALM).at_s for name in places}
        self.shelter: dict[str, Openings] = {name: drawn.get(name, CALM).shelter for name in places}
        self.daylight: dict[str, Openings] = {
            name: hours.minus(self.shelter[name]) for name, hours in frame.daylight.items()
        }
        self._fires = Fires(frame.fires, streams, records, "fires" in off)
        self.fire_at: list[int | None] = self._fires.at
        self.orders: dict[str, Order] = draw_orders(frame.triggers, streams, records, self.shelter, "escalation" in off)
        self.hours: dict[str, Openings] = self._hours_as_ordered()
        self.working: dict[str, Openings] = {
            name: hours.minus(self.shelter[name]) for name, hours in self.hours.items()
        }

    def _hours_as_ordered(self) -> dict[str, Openings]:
        """Working hours by place: from an order on those under it, where the place has them."""
        hours, under_order = self._frame.hours, self._frame.hours_under_order
        changed = {
            name: hours[name].until(self.orders[name].at_s, under_order[name])
            for name in under_order
            if name in self.orders
        }
        return {**hours, **changed} if changed else hours

    def _draw_movement(self) -> None:
        frame, streams, records, off = self._frame, self._streams, self._records, self.without
        granted = {mode for mode in ("air", "road") if not off.isdisjoint(("clearance", f"clearance_{mode}"))}
        refused = {each.key: draw_clearance(each, streams, records, each.key[0] in granted) for each in frame.clearance}
        self._refused = {key: days for key, days in refused.items() if days is not None}
        self._outright = {key: days for key, days in frame.outright.items() if key[0] not in granted}
        self.flying: dict[str, Openings] = {}
        self.strip_closed: dict[str, Openings] = {}
        for strip in frame.strips:
            closed = _NEVER_CLOSED
            if strip.closings is not None:
                closed = draw_closed(strip.closings, streams, records, "closures" in off)
            self.strip_closed[strip.place] = closed
            self.flying[strip.place] = strip.hours.minus(closed)
        borders = frame.borders.items()
        drawn = ((key, draw_closed(each, streams, records, "closures" in off)) for key, each in borders)
        self.border_closed: dict[tuple[str, str], Openings] = {key: closed for key, closed in drawn if closed.starts}
        self.leg_closed = {} if "closures" in off else frame.legs
        self._ways: dict[tuple[str, str, str], tuple[Openings, March]] = {}
        self.march: dict[str, March] = {}
        self.marching: dict[str, Openings] = {}
        self.road_closed: dict[str, Openings] = {}
        for road in frame.roads:
            closed = draw_closed(road.closings, streams, records, "closures" in off)
            self.road_closed[road.route] = closed
            marching = self.marching[road.route] = road.hours.minus(closed)
            self.march[road.route] = paced(marching, road.paces) if closed.starts else road.unhindered

    def _draw_lift(self) -> None:
        frame, streams, records, off = self._frame, self._streams, self._records, self.without
        unfit = "availability" in off
        fit = {name: draw_fit(fleet, streams, records, unfit) for name, fleet in frame.fleets.items()}
        self._fit = {name: days for name, days in fit.items() if days is not None}
        self._breakdowns = Breakdowns(frame.fleets, streams, unfit)
        self._landings = Landings(frame.landings, streams, "accidents" in off, "hits" in off)
        self._convoys = ConvoyDraws(frame.dangers, streams, "attacks" in off, unfit)

    def air_cleared(self, place: str, movement: Literal["people", "cargo", "medical"], day: int) -> bool:
        """Whether flights of this class of movement may use the place on a local day."""
        refused = self._refused.get(("air", place, movement))
        return refused is None or not refused[day]

    def way_closed(self, way: RoadLeg) -> Openings:
        """When a way by road is closed: its route, or a leg on it."""
        return self._way(way)[0] if way.route in self.leg_closed else self.road_closed[way.route]

    def way_march(self, way: RoadLeg) -> March:
        """When convoys may set out on a way by road."""
        return self._way(way)[1] if way.route in self.leg_closed else self.march[way.route]

    def leg_opens(self, route: str, one: str, other: str, now: int) -> int:
        """First instant from now on at which a leg of a route is not closed by itself."""
        closed = self.leg_closed.get(route, {}).get(frozenset((one, other)))
        return closed.closes_after(now) if closed is not None else now

    def _way(self, way: RoadLeg) -> tuple[Openings, March]:
        """Closures of a way, and the march that is left; drawn from nothing, and so computed once."""
        key = way.route, way.origin, way.dest
        found = self._ways.get(key)
        if found is None:
            shut, stops = self.road_closed[way.route], [name for name, _ in way.path]
            for pair in pairwise(stops):
                leg = self.leg_closed[way.route].get(frozenset(pair))
                shut = shut if leg is None else shut.either(leg)
            road = next(road for road in self._frame.roads if road.route == way.route)
            found = self._ways[key] = shut, paced(road.hours.minus(shut), road.paces)
        return found

    def road_cleared(self, route: str, movement: Literal["people", "trucks"], day: int) -> bool:
        """Whether convoys of this class of movement may leave on the route on a local day."""
        refused = self._refused.get(("road", route, movement))
        return refused is None or not refused[day]

    def refused_outright(self, place_or_route: str, mode: Literal["air", "road"], movement: str, at_s: int) -> bool:
        """Whether such movement is refused with certainty on the day of this instant.

        A place for air, a route for road.
        """
        days = self._outright.get((mode, place_or_route, movement))
        return days is not None and days[self._frame.scenario.time.day_of(at_s)]

    def ever_refused(self, mode: Literal["air", "road"]) -> bool:
        """Whether any movement of this mode is refused on any day."""
        return any(any(days) for key, days in self._refused.items() if key[0] == mode)

    def fit(self, aircraft_type: str, tail: int, day: int) -> bool:
        """Whether a tail (from 0) is fit to fly on a local day."""
        days = self._fit.get(aircraft_type)
        return days is None or days[tail][day]

    def breakdown(self, aircraft_type: str, tail: int, n: int) -> int:
        """Seconds of repair after the tail's n-th sortie (from 0); 0 means none."""
        return self._breakdowns.repair_s(aircraft_type, tail, n)

    def landing(self, place: str, n: int) -> Landing:
        """Random events of the n-th landing at a place (from 0), of any type; `n` is unlimited."""
        return self._landings.at(place, n)

    def convoy(self, route: str, n: int, km: float, at_s: int, vehicles: int = 1) -> ConvoyEvents:
        """Random events of the n-th convoy of a route (from 0, in order of departure, either direction)."""
        return self._convoys.events(route, n, km, at_s, vehicles)

    def fire_after(self, lot: int, place: str, arrived_s: int, stood: Sequence[tuple[str, int, int]]) -> int | None:
        """When fire destroys a lot at a place where it arrived, after stays (place, from_s, until_s); or `None`."""
        return self._fires.after(lot, place, arrived_s, stood)

    def hashes(self) -> list[tuple[str, str, str, str]]:
        """(source, place, hash of the draws, hash of the values); a source without records has no row.

        Unlimited sources are hashed by their first draws, so that no hash depends on the mission's actions.
        """
        if self._rows is None:
            self._breakdowns.record(self._records)
            self._landings.record(self._records)
            self._convoys.record(self._records)
            self._rows = self._records.rows()
        return self._rows

    def hash(self) -> str:
        """One hash over all rows."""
        return digest(ascii(row).encode() for row in self.hashes())


def causes_of(frame: Frame) -> tuple[str, ...]:
    """The causes that can occur in a scenario, in their order; clearance by its parts."""
    scenario = frame.scenario
    threats = [place.threat for place in scenario.places.values()]
    refused = {each.key[0] for each in frame.clearance}
    closings = [*(each.closings for each in frame.strips), *(each.closings for each in frame.roads)]
    roads, aircraft = scenario.routes.values(), scenario.lift.aircraft.values()
    found = {
        "alarms": any(threat.alarms.rate or threat.alarms.listed for threat in threats),
        "fires": any(threat.fires for threat in threats),
        "escalation": any(place.escalation for place in scenario.places.values()),
        "clearance_air": "air" in refused,
        "clearance_road": "road" in refused,
        "closures": any(each is not None and each.any for each in closings),
        "availability": any(each.available < 1 or each.breakdown for each in aircraft)
        or scenario.lift.convoys.breakdown is not None,
        "accidents": scenario.accidents.landing is not None,
        "hits": scenario.hits.landing is not None,
        "attacks": any(road.attacks for road in roads),
    }
    return tuple(cause for cause, occurs in found.items() if occurs)


def draw(frame: Frame, seed: int, replication: int, without: frozenset[str] = frozenset()) -> Tape:
    """The tape of one replication, with some causes removed; raises `InputError` for an unknown cause."""
    unknown = sorted(set(without) - set(REMOVABLE))
    if unknown:
        raise InputError([Problem("without", "no such cause", name, ", ".join(REMOVABLE)) for name in unknown])
    return Tape(frame, seed, replication, frozenset(without))
