"""Warnings about values beyond any plausible range, which `--strict` turns into errors."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.calendar import DAY_S
from sim.scenario.distributions import Distribution
from sim.scenario.lift import ANY_SURFACE, Route
from sim.scenario.look import Look, Rule
from sim.scenario.outlook import takes_time
from sim.scenario.parts import Part, Window
from sim.scenario.paths import Path, named, nearest
from sim.scenario.places import DAYLIGHT, Place
from sim.scenario.reach import least
from sim.scenario.rules_lift import idle_flights
from sim.scenario.rules_places import all_spells
from sim.scenario.shape import key_of

_PAYLOAD_KG = 50_000
_TRUCK_KG = 100_000
_LOT_KG = 100_000
_FLIGHT_KM_H = 1_000
_SEATS = 600
_A_DAY_KM = 800
_MARCH_KM_H = 100
_SHELTER_S = 7 * DAY_S
_ALARMS_A_DAY = 50
_PEOPLE = 50_000
_REFUSED_S = 365 * DAY_S
_WORK_S = 60 * DAY_S
_YEAR_S = 365 * DAY_S
_LOT_USD = 1_000_000_000


def _over(look: Look, path: Path, value: float, most: float, limit: str) -> Iterator[Problem]:
    if value > most:
        got = look.said(*path)
        yield look.say(path, "this is implausibly large", got, f"up to {limit} without a warning")


def _mean(distribution: Distribution) -> float:
    try:
        return distribution.mean
    except OverflowError:
        return float("inf")


def aircraft(look: Look) -> Iterator[Problem]:
    """Payload, speed and seats of aircraft."""
    for name, fleet in look.scenario.lift.aircraft.items():
        here = ("lift", "aircraft", name)
        for surface, payload in fleet.payload.items():
            path = (*here, "payload") if surface == ANY_SURFACE else (*here, "payload", surface)
            yield from _over(look, path, payload, _PAYLOAD_KG, "50 t")
        yield from _over(look, (*here, "block_speed"), fleet.block_speed, _FLIGHT_KM_H, "1,000 km/h")
        yield from _over(look, (*here, "seats"), fleet.seats, _SEATS, f"{_SEATS} seats")
    for name, pool in look.scenario.lift.trucks.items():
        yield from _over(look, ("lift", "trucks", name, "payload"), pool.payload, _TRUCK_KG, "100 t")


def roads(look: Look) -> Iterator[Problem]:
    """Kilometres a day, and speed while marching."""
    for name, route in look.scenario.routes.items():
        for pace, km in route.a_day.items():
            whole = look.said("routes", name, "a_day", pace) is not None
            path = ("routes", name, "a_day", pace) if whole else ("routes", name, "a_day")
            if km > _A_DAY_KM:
                yield from _over(look, path, km, _A_DAY_KM, "800 km a day")
            else:
                yield from _marching(look, path, route, km)


def _marching(look: Look, path: Path, route: Route, km: float) -> Iterator[Problem]:
    speed = km / (route.marching_hours.seconds / 3600)
    if speed > _MARCH_KM_H:
        yield look.say(
            path,
            f"this makes {speed:.0f} km/h in the marching hours {route.marching_hours}",
            look.said(*path),
            "up to 100 km/h without a warning",
        )


def places(look: Look) -> Iterator[Problem]:
    """People, alarms and shelter; handovers without effect; orders that never come."""
    for name, place in look.scenario.places.items():
        here = ("places", name)
        yield from _over(look, (*here, "people"), place.headcount, _PEOPLE, "50,000 people a place")
        yield from _over(look, (*here, "threat", "alarms", "rate"), place.threat.alarms.rate, _ALARMS_A_DAY, "50 a day")
        if place.threat.shelter is not None:
            yield from _over(
                look, (*here, "threat", "shelter"), _mean(place.threat.shelter), _SHELTER_S, "7 d on average"
            )
        if place.takes_out and place.handover_s is not None:
            yield look.say((*here, "handover"), "a custody hub or an exit has no handover; this is not used")
        yield from _orders(look, name, place)


def _orders(look: Look, name: str, place: Place) -> Iterator[Problem]:
    follows = place.escalation.follows if place.escalation is not None else None
    followed = look.scenario.places.get(follows.place) if follows is not None else None
    if followed is not None and followed.escalation is None:
        yield look.say(
            ("places", name, "escalation", "follows", "place"),
            "the followed place never receives an order to leave of its own",
            look.said("places", name, "escalation", "follows", "place"),
            "a place with `escalation:`",
        )


def phases(look: Look) -> Iterator[Problem]:
    """Handovers before the phase has begun, if an order may begin it (otherwise `never_at_places` warns)."""
    for name, place in look.scenario.places.items():
        phase = look.scenario.phases.get(place.phase or "")
        if place.escalation is None or phase is None or place.handover_s is None:
            continue
        if phase.start_s >= place.handover_s:
            begins = "as" if phase.start_s == place.handover_s else "before"
            yield look.say(
                ("places", name, "handover"),
                f"the handover is {begins} its phase {place.phase} begins",
                look.said("places", name, "handover"),
            )


def surfaces(look: Look) -> Iterator[Problem]:
    """Surfaces of strips that payloads and chances of accident do not name."""
    landing = look.scenario.accidents.landing
    for name, place in look.scenario.places.items():
        if place.strip is None:
            continue
        surface, path = place.strip.surface, ("places", name, "strip", "surface")
        for kind, fleet in look.scenario.lift.aircraft.items():
            if place.strip.takes is not None and kind not in place.strip.takes:
                continue
            if surface not in fleet.payload and ANY_SURFACE not in fleet.payload:
                yield look.say(
                    path,
                    f"{kind} has no payload for this surface; its smallest is used",
                    look.said(*path),
                    named(fleet.payload),
                    nearest(surface, fleet.payload),
                )
        if landing is not None and surface not in landing.chance and ANY_SURFACE not in landing.chance:
            yield look.say(
                path,
                "no accident chance is given for this surface",
                look.said(*path),
                named(landing.chance),
                nearest(surface, landing.chance),
            )


def flights(look: Look) -> Iterator[Problem]:
    """Ways out by air that no aircraft can fly, at places with another way out."""
    yield from (problem for _, problem in idle_flights(look))


def clearances(look: Look) -> Iterator[Problem]:
    """Spells of refused days that last beyond a year."""
    for path, spell in all_spells(look):
        yield from _over(look, (*path, "lasting"), spell.lasting_s or 0, _REFUSED_S, "365 d")


def windows(look: Look) -> Iterator[Problem]:
    """Dated windows more than a year outside the scenario's calendar."""
    time = look.scenario.time
    for path, window in _windows(look.scenario, ()):
        if window.until_s < -_YEAR_S or window.from_s > time.horizon_s + _YEAR_S:
            yield look.say(path, "this is more than a year outside the calendar", look.said(*path))


def _windows(part: Part, path: Path) -> Iterator[tuple[Path, Window]]:
    if isinstance(part, Window):
        yield path, part
    for name, info in type(part).model_fields.items():
        held, here = getattr(part, name), (*path, key_of(name, info))
        for key, value in held.items() if isinstance(held, dict) else [(None, held)]:
            if isinstance(value, Part):
                yield from _windows(value, here if key is None else (*here, str(key)))


def classes(look: Look) -> Iterator[Problem]:
    """Mass, value and work of lots."""
    for name, kind in look.scenario.classes.items():
        here = ("classes", name)
        yield from _over(look, (*here, "mass"), _mean(kind.mass), _LOT_KG, "100 t on average")
        yield from _over(look, (*here, "value"), kind.value, _LOT_USD, "1,000 MUSD")
        for job in ("prepare", "load", "unload", "destroy", "disable"):
            yield from _over(look, (*here, job), _mean(getattr(kind, job)), _WORK_S, "60 d on average")
        if kind.carries is not None and not any(
            other.rides_in(kind.carries) and least(other.mass) <= kind.carries.payload
            for other in look.scenario.classes.values()
        ):
            wrong = "this has no effect: no lots that move by truck, and do not drive, fit into it"
            yield look.say((*here, "carries"), wrong, look.said(*here, "carries"), "a larger payload or floor")
        if kind.transfer and kind.sensitive:
            wrong = "this has no effect: sensitive lots are not transferred"
            yield look.say(
                (*here, "transfer"), wrong, None, "no `transfer:`, or a class of its own that is not sensitive"
            )


def denials(look: Look) -> Iterator[Problem]:
    """A `denial` without effect: all classes that are to be disposed of have the same."""
    classes = look.scenario.classes
    degrees = {kind.denial for kind in classes.values()}
    if len(degrees) == 1 and max(degrees) > 1:
        here = ("classes", min(classes), "denial")
        wrong = "this has no effect: every class has the same"
        yield look.say(here, wrong, look.said(*here), "a lower one for what helps less")


def staging(look: Look) -> Iterator[Problem]:
    """Lots that take longer to dispose of once they are staged."""
    for name, kind in look.scenario.classes.items():
        if kind.stage is not None and kind.stage.staged_s > min(_mean(kind.disable), _mean(kind.destroy)) > 0:
            path = ("classes", name, "stage", "staged")
            wrong = "a staged lot takes longer to dispose of than one that is not"
            yield look.say(path, wrong, look.said(*path), "a time shorter than `disable:` and `destroy:`")


def explosives(look: Look) -> Iterator[Problem]:
    """Explosives teams without a lot to destroy, daylight that nobody works by, and work that nobody does."""
    classes, places = look.scenario.classes, look.scenario.places
    theirs = {name for name, kind in classes.items() if kind.destroyed_by == "eod"}
    for name in sorted(theirs):
        if takes_time(classes[name].destroy):
            wrong = "this is not used: explosives teams destroy it by mass and daylight, and crews never do"
            yield look.say(("classes", name, "destroy"), wrong, None, "`a_day:` in the `eod:` of places")
    for name, place in places.items():
        here, passing = ("places", name), any(name in dict(other.evacuate) for other in places.values())
        if place.eod is not None and not (theirs & set(place.lots) or (theirs and passing)):
            wrong = f"this has no effect: no lot at {name} is of a class that only explosives teams destroy"
            yield look.say((*here, "eod"), wrong, None, "a class with `destroyed_by: eod`")
        if place.daylight != DAYLIGHT and not place.needs_daylight:
            wrong = f"this has no effect: nothing at {name} is done by daylight alone"
            yield look.say((*here, "daylight"), wrong, look.said(*here, "daylight"), "`eod:` or `demolition:`")


def forwarding(look: Look) -> Iterator[Problem]:
    """Custody hubs that forward, and from where nothing comes to an exit."""
    places = look.scenario.places
    for name, place in places.items():
        path = ("places", name, "forwards")
        if place.forwards and not any(places[other].role == "exit" for other in _beyond(look, name)):
            yield look.say(path, "no exit can be reached from here, so nothing comes out of the country")


def _beyond(look: Look, name: str) -> set[str]:
    """Places to which what leaves a place may come."""
    found, waiting = {name}, [name]
    while waiting:
        new = {dest for dest, _ in look.scenario.places[waiting.pop()].evacuate} - found
        found |= new
        waiting += new
    return found


def transfers(look: Look) -> Iterator[Problem]:
    """A `transfer_under_order` without effect: no order can come, or no transfer is agreed."""
    for name, place in look.scenario.places.items():
        if place.transfer_under_order is None:
            continue
        here = ("places", name, "transfer_under_order")
        agreed = any(
            count and look.scenario.classes[kind].is_transferred(owner)
            for kind, held in place.lots.items()
            for owner, count in held.owners().items()
        )
        if place.escalation is None:
            why, right = "no order to leave can come there", "an `escalation:`, or no `transfer_under_order:`"
        elif not agreed:
            why, right = "it has no lots whose transfer is agreed", "lots of a class and owner with `transfer: agreed`"
        else:
            continue
        yield look.say(here, f"this has no effect at {name}: {why}", look.said(*here), right)


def under_fire(look: Look) -> Iterator[Problem]:
    """Landings under fire that no aircraft commits to, or that are without danger."""
    hits = look.scenario.hits.landing
    for name, fleet in look.scenario.lift.aircraft.items():
        here = ("lift", "aircraft", name)
        if not fleet.commit_s and fleet.ground_time_under_fire_s is not None:
            path = (*here, "ground_time_under_fire")
            yield look.say(path, f"{name} never lands in an alarm", look.said(*path), "a `commit:`")
        if fleet.commit_s and (hits is None or not hits.under_fire):
            yield look.say(
                (*here, "commit"),
                f"{name} lands in alarms without danger: no landing under fire is ever hit",
                look.said(*here, "commit"),
                "`hits.landing.under_fire:` above 0",
            )


def types_of_aircraft(look: Look) -> Iterator[Problem]:
    """Types that a class names though it does not fly, and an order of types by a cost that none has."""
    for name, kind in look.scenario.classes.items():
        if kind.flies_in is not None and "aircraft" not in kind.moves:
            here = ("classes", name, "flies_in")
            wrong = f"this has no effect: {name} does not move by aircraft"
            yield look.say(here, wrong, look.said(*here), "`aircraft` in its `moves:`, or no `flies_in:`")
    flying = [fleet for fleet in look.scenario.lift.aircraft.values() if fleet.count and fleet.seats]
    if look.scenario.policy.aircraft == "cost_a_seat" and not any(fleet.cost for fleet in flying):
        path = ("policy", "aircraft")
        wrong = "no aircraft with seats has a cost, so types stay in the order of their names"
        yield look.say(path, wrong, look.said(*path), "`cost:` of a flying hour, or `aircraft: name`")


def columns(look: Look) -> Iterator[Problem]:
    """Convoys that leave at their minimum though there are fewer escorts than such convoys."""
    rules = look.scenario.lift.convoys
    waits = look.said("lift", "convoys", "form_within") is not None
    if rules.at_once is None or waits or rules.vehicles.least in (1, rules.vehicles.most):
        return  # one truck is a convoy, or the file has decided
    trucks = sum(pool.count for pool in look.scenario.lift.trucks.values())
    if trucks // rules.vehicles.least > rules.at_once:
        yield look.say(
            ("lift", "convoys"),
            f"convoys leave as soon as {rules.vehicles.least} vehicles are loaded, and with {trucks} trucks there can "
            f"be more of them than the {rules.at_once} that may be on the road at once",
            None,
            "`form_within: 2 d`, for example, so that they wait for more vehicles",
        )


def works_under_order(look: Look) -> Iterator[Problem]:
    """Camps that an order does not make work otherwise, and rules under an order where none can come."""
    for name, place in look.scenario.places.items():
        here = ("places", name)
        if place.under_order is not None and place.escalation is None:
            yield look.say(
                (*here, "under_order"),
                f"this has no effect at {name}: no order to leave can come there",
                look.said(*here, "under_order"),
                "an `escalation:`, or no `under_order:`",
            )
        elif place.lots and place.under_order is None and place.role == "camp" and _may_be_ordered(look, place):
            yield look.say(
                (*here, "escalation"),
                f"an order to leave changes nothing in how {name} works: same hours, crews and preparing of vehicles",
                None,
                "`under_order: {}` beside it, for the hours and crews of an emergency",
            )


def _may_be_ordered(look: Look, place: Place) -> bool:
    """Whether an order to leave may come to a place."""
    plan, places = place.escalation, look.scenario.places
    if plan is None or place.handover_s is None:
        return False
    leader = places.get(plan.follows.place) if plan.follows is not None else None
    follows = leader is not None and leader.escalation is not None
    return plan.episodes is not None or (plan.date is not None and plan.date.chance > 0) or follows


RULES: tuple[Rule, ...] = (
    aircraft,
    roads,
    places,
    phases,
    surfaces,
    flights,
    clearances,
    windows,
    classes,
    denials,
    explosives,
    staging,
    transfers,
    forwarding,
    under_fire,
    types_of_aircraft,
    columns,
    works_under_order,
)
