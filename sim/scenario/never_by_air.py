"""Warnings about flights that can never take place: closed strips, no common hours, sorties too long, no seats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.errors import Problem
from sim.scenario.calendar import ALWAYS, DAY_S, DailyHours
from sim.scenario.lift import Aircraft
from sim.scenario.look import Look, Rule
from sim.scenario.network import PERSON_KG, AirLeg
from sim.scenario.openings import Openings, daily
from sim.scenario.outlook import Outlook, takes_time
from sim.scenario.places import Place
from sim.scenario.refusals import always_refused, of_flights

_FEW_S = 3 * DAY_S  # hours that overlap at all do so in the first days, unless clocks change


def _legs(look: Look) -> tuple[AirLeg, ...]:
    """Legs by air of types that become available."""
    return tuple(leg for leg in look.reach.air if not _absent(look, look.scenario.lift.aircraft[leg.aircraft]))


def _absent(look: Look, fleet: Aircraft) -> bool:
    return fleet.available == 0 or (fleet.from_s or 0) >= look.scenario.time.horizon_s


def fleets(look: Look) -> Iterator[Problem]:
    """Warn of aircraft that are never present or never fit."""
    for name, fleet in look.scenario.lift.aircraft.items():
        if not fleet.count or not _absent(look, fleet):
            continue
        late = (fleet.from_s or 0) >= look.scenario.time.horizon_s
        key, why = ("from", "they arrive after the horizon") if late else ("available", "none is ever fit")
        remedy = f"a date before {Outlook(look).day(look.scenario.time.horizon_s)}" if late else "more than 0 %"
        here = ("lift", "aircraft", name, key)
        yield look.say(here, f"no {name} will ever fly: {why}", look.said(*here), remedy)


def strips(look: Look) -> Iterator[Problem]:
    """Warn of strips that are never open in their flying hours."""
    ahead, legs = Outlook(look), _legs(look)
    for name, place in look.scenario.places.items():
        if place.strip is None or not any(name in _stops(look, leg) for leg in legs) or not _shut(ahead, place):
            continue
        closed = ahead.throughout(place.strip.closures.values())
        why = "its strip is closed " + ("throughout" if closed else "in all its flying hours")
        here = ("places", name, "strip", "closures" if place.strip.closures else "flying_hours")
        yield look.say(here, f"no aircraft will ever land at {name}: {why}", look.said(*here),
                       "a closure that leaves days open, or no `air` in `evacuate:`")  # fmt: skip


def _stops(look: Look, leg: AirLeg) -> tuple[str, str, str]:
    return look.scenario.lift.aircraft[leg.aircraft].base, leg.origin, leg.dest


def _shut(ahead: Outlook, place: Place) -> bool:
    strip = place.strip
    if strip is None:
        return False
    closed = strip.closures.values()  # until the last instant is enough: no flight is sent to a closed strip
    return ahead.throughout(closed) or not ahead.ever_open(strip.flying_hours, closed, 0, ahead.horizon_s + 1)


def refused(look: Look) -> Iterator[Problem]:
    """Warn of planned flights that are refused on every day."""
    air = look.scenario.clearance.air
    if air is None:
        return
    ahead, legs = Outlook(look), _legs(look)
    for name, place in look.scenario.places.items():
        here = [leg for leg in legs if name in (leg.origin, leg.dest)]
        wanted = {
            "cargo": any("aircraft" in kind.moves for leg in here for kind in ahead.carried(leg.origin)),
            "people": any(look.scenario.places[leg.origin].headcount and look.scenario.lift.aircraft[leg.aircraft].seats
                          for leg in here),
        }  # fmt: skip
        for movement, is_wanted in wanted.items():
            base, windows = of_flights(look.scenario, air, name, movement)
            if is_wanted and not _shut(ahead, place) and always_refused(look.scenario.time, base, windows):
                own = ("clearance", "air", "places", name)
                path = own if look.said(*own) is not None else ("clearance", "air")
                yield look.say(
                    path,
                    f"no flight with {movement} will ever be cleared at {name}: every day is refused",
                    None,
                    "less than 100 % on some days, or no `air` in `evacuate:`",
                )


def sorties(look: Look) -> Iterator[Problem]:
    """Warn of legs that no type can fly within its crew day and the flying hours."""
    ahead, legs = Outlook(look), _legs(look)
    for origin, place in look.scenario.places.items():
        for dest, modes in place.evacuate:
            ways = [leg for leg in legs if (leg.origin, leg.dest) == (origin, dest)] if "air" in modes else []
            whys = {leg.aircraft: _too_long(look, leg) or _never_meets(ahead, leg) for leg in ways}
            if ways and all(whys.values()):
                said = "; ".join(f"{name} {why}" for name, why in whys.items())
                yield look.say(
                    ("places", origin, "evacuate", dest),
                    f"no aircraft will ever fly from {origin} to {dest}: {said}",
                    None,
                    "longer hours, an aircraft that is faster or based nearer, or no `air` here",
                )


def _too_long(look: Look, leg: AirLeg) -> str | None:
    fleet = look.scenario.lift.aircraft[leg.aircraft]
    if fleet.hours_a_day_s is not None and leg.flight_s > fleet.hours_a_day_s:
        return f"would fly {_hours(leg.flight_s)}, and may fly {_hours(fleet.hours_a_day_s)} a day"
    whole_s = leg.flight_s + 2 * fleet.ground_time_s
    if fleet.crew_day_s is not None and whole_s > fleet.crew_day_s:
        return f"would take {_hours(whole_s)}, and its crew day is {_hours(fleet.crew_day_s)}"
    return None


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:.3g} h"


def _never_meets(ahead: Outlook, leg: AirLeg) -> str | None:
    """Why take-off and landings never all fall in flying hours, if so; loading time decides the stay."""
    look = ahead.look
    fleet = look.scenario.lift.aircraft[leg.aircraft]
    stops = [(fleet.base, 0), (leg.origin, leg.out_s)]
    if not any(takes_time(kind.load) for kind in look.scenario.classes.values()):
        stops.append((leg.dest, leg.out_s + fleet.ground_time_s + leg.carry_s))
    if any(_shut(ahead, look.scenario.places[name]) for name, _ in stops):
        return None  # reported already
    few_s, all_s = min(_FEW_S, ahead.horizon_s + 1), ahead.horizon_s + 1
    if _meet(ahead, stops, few_s) or (all_s > few_s and _meet(ahead, stops, all_s)):
        return None
    return "cannot make every landing within flying hours"


def _meet(ahead: Outlook, stops: Iterable[tuple[str, int]], until_s: int) -> bool:
    """Whether a start before `until_s` exists for which each stop, at its offset in seconds, is in flying hours."""
    scenario, found = ahead.look.scenario, Openings.always(0, until_s)
    for name, after_s in stops:
        opened = daily(scenario.time, _flying_hours(scenario.places[name]), until_s + after_s)
        found = found.both(Openings.from_pairs((start - after_s, end - after_s) for start, end in opened.pairs()))
    return bool(found.starts)


def _flying_hours(place: Place) -> DailyHours:
    return place.strip.flying_hours if place.strip is not None else ALWAYS


def people(look: Look) -> Iterator[Problem]:
    """Warn of places that are handed over and have neither a seat nor a vehicle for their people."""
    ahead = Outlook(look)
    for name, place in look.scenario.places.items():
        if not place.headcount or place.handover_s is None or place.takes_out or not place.evacuate:
            continue
        if any(_seats(look, leg) for leg in _legs(look) if leg.origin == name):
            continue
        if any(name in route.joins for route in look.scenario.routes.values()):
            continue
        if ahead.by_road(name) and _drives(ahead, name, place):
            continue
        modes = {mode for _, given in place.evacuate for mode in given}
        whys = {"road": "no vehicle of its own or seat on a truck by road", "air": "no seat by air"}
        yield look.say(
            ("places", name, "people"),
            f"the people of {name} can never leave: {', '.join(why for mode, why in whys.items() if mode in modes)}",
            look.said("places", name, "people"),
            "`seats:` on aircraft or trucks that serve it, or vehicles that drive themselves",
        )


def _seats(look: Look, leg: AirLeg) -> bool:
    return look.scenario.lift.aircraft[leg.aircraft].seats > 0 and leg.payload_kg >= PERSON_KG


def _drives(ahead: Outlook, name: str, place: Place) -> bool:
    """Whether a vehicle may take people of a place: of its own, of another place, or a truck with seats."""
    scenario = ahead.look.scenario
    own = [scenario.classes[kind] for kind, held in place.lots.items() if held.count]
    if ahead.passing(name):
        own += scenario.classes.values()
    if any("self" in kind.moves and kind.crew <= place.headcount for kind in own):
        return True
    return any(
        pool.count and pool.seats and (pool.from_s or 0) < ahead.horizon_s and ahead.look.reach.serves(key, name)
        for key, pool in scenario.lift.trucks.items()
    )


RULES: tuple[Rule, ...] = (fleets, strips, refused, sorties, people)
