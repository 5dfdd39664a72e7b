"""Rules about classes, lift and routes that span fields, and about lots that no lift can carry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.errors import Problem
from sim.scenario.look import Look, Rule
from sim.scenario.materiel import LotClass
from sim.scenario.network import payload_on, surface_of
from sim.scenario.reach import least

_NO_LIMIT_MILLI = 10**9  # capacity of lift if the file gives none
_APART = (
    "people",
    "drawdown",
    "release",
    "working_hours",
    "crews",
    "loaders",
    "yard",
    "threat",
    "escalation",
    "handover",
    "phase",
    "stream",
    "lots",
)


def classes(look: Look) -> Iterator[Problem]:
    """A class that moves by itself has a crew."""
    for name, kind in look.scenario.classes.items():
        if kind.carries is not None and "self" not in kind.moves:
            wrong = "what does not drive carries nothing along"
            yield look.say(("classes", name, "carries"), wrong, None, "`self` in `moves:`, or no `carries:`")
        if "self" in kind.moves and kind.crew < 1 and look.whole("classes", name):
            yield look.say(
                ("classes", name),
                "a class that moves by itself needs a crew",
                look.said("classes", name, "crew"),
                "`crew:` of at least 1",
            )


def convoys(look: Look) -> Iterator[Problem]:
    """The minimum number of vehicles is not above the maximum."""
    vehicles = look.scenario.lift.convoys.vehicles
    if vehicles.least > vehicles.most and look.whole("lift", "convoys"):
        yield look.say(
            ("lift", "convoys", "vehicles"),
            "`least` is above `most`",
            f"{vehicles.least} and {vehicles.most}",
        )


def charters(look: Look) -> Iterator[Problem]:
    """A charter ends after it begins."""
    for name, kind in look.scenario.lift.aircraft.items():
        path = ("lift", "aircraft", name, "until")
        if kind.until_s is not None and kind.until_s <= (kind.from_s or 0) and look.whole("lift", "aircraft", name):
            yield look.say(path, f"{name} ends before it begins", look.said(*path), "a later date")


def distances(look: Look) -> Iterator[Problem]:
    """A distance by air is given once, or twice with the same value."""
    given = look.scenario.lift.distances
    for one, row in given.items():
        for other, km in row.items():
            back = given.get(other, {}).get(one)
            if back is not None and back != km and one < other:
                yield look.say(
                    ("lift", "distances", one, other),
                    f"this is {km:g} km, but {back:g} km in the other direction",
                    None,
                    "one distance for both directions",
                )


def routes(look: Look) -> Iterator[Problem]:
    """A route has a length for each leg, and passes each place once."""
    for name, route in look.scenario.routes.items():
        if not look.whole("routes", name):
            continue
        legs = len(route.through) - 1
        if len(route.km) != legs:
            yield look.say(
                ("routes", name, "km"),
                "each leg needs its kilometres",
                f"{len(route.km)} for {len(route.through)} places",
                f"{legs}, one per leg",
            )
        twice = sorted({place for place in route.through if route.through.count(place) > 1})
        if twice:
            yield look.say(
                ("routes", name, "through"), f"a route passes a place once; {', '.join(twice)} appears twice"
            )


def legs(look: Look) -> Iterator[Problem]:
    """A leg that is closed lies between places next to each other on its route."""
    for name, route in look.scenario.routes.items():
        pairs = {frozenset(pair) for pair in pairwise(route.through)}
        for key, window in route.leg_closures.items() if look.whole("routes", name) else ():
            path = ("routes", name, "leg_closures", key, "leg")
            if frozenset(window.leg) not in pairs:
                yield look.say(path, "these places are not next to each other on the route", ", ".join(window.leg))


def roads(look: Look) -> Iterator[Problem]:
    """A way out by road is on a route."""
    if not look.whole("routes"):
        return
    routes_there = look.scenario.routes.values()
    for name, place in look.scenario.places.items():
        for dest, modes in place.evacuate:
            asked = "road" in modes and dest != name and dest in look.scenario.places
            if asked and not any({name, dest} <= set(route.through) for route in routes_there):
                yield look.say(
                    ("places", name, "evacuate", dest),
                    f"no route passes both {name} and {dest}, so nothing leaves by road",
                    None,
                    "a route `through` both, or no `road` here",
                )


def positions(look: Look) -> Iterator[Problem]:
    """Every distance by air that is needed is given, or follows from positions."""
    if not network_whole(look):
        return
    wanting: dict[str, str] = {}
    fleet = look.scenario.lift.aircraft
    for origin, place in look.scenario.places.items():
        for dest, modes in place.evacuate:
            for aircraft in fleet if "air" in modes else ():
                if look.reach.network.lands(aircraft, origin) and look.reach.network.lands(aircraft, dest):
                    for one, other in look.reach.network.hops(aircraft, origin, dest):
                        if look.reach.network.air_km(one, other) is None:
                            wanting |= {
                                end: aircraft for end in (one, other) if look.scenario.places[end].position is None
                            }
    for name, aircraft in wanting.items():
        yield look.say(
            ("places", name),
            f"a position is needed for the distances of {aircraft}",
            None,
            "`position: {lat: ..., lon: ...}`, or the distances in `lift.distances`",
        )


def flights(look: Look) -> Iterator[Problem]:
    """A place without another way out has one by air that some aircraft can fly."""
    if network_whole(look) and not any(positions(look)) and look.scenario.policy.unliftable != "allow":
        reached = {leg.origin for leg in look.reach.air} | {leg.origin for leg in look.reach.road}
        yield from (problem for origin, problem in idle_flights(look) if origin not in reached)


def idle_flights(look: Look) -> Iterator[tuple[str, Problem]]:
    """Ways out by air that no type of aircraft can fly, with their origins."""
    for name, place in look.scenario.places.items():
        for dest, modes in place.evacuate:
            if "air" not in modes or dest == name:
                continue
            landing = [
                kind
                for kind in look.scenario.lift.aircraft
                if look.reach.network.lands(kind, name) and look.reach.network.lands(kind, dest)
            ]
            if not any(_in_range(look, kind, name, dest) for kind in landing):
                why = (
                    "the legs are beyond the range of types that may land"
                    if landing
                    else "no type may land at both ends"
                )
                yield (
                    name,
                    look.say(
                        ("places", name, "evacuate", dest),
                        f"no aircraft can fly from {name} to {dest}: {why}",
                        None,
                        "an aircraft that can, or no `air` here",
                    ),
                )


def _in_range(look: Look, aircraft: str, origin: str, dest: str) -> bool:
    most = look.scenario.lift.aircraft[aircraft].range
    return most is None or all(
        (look.reach.network.air_km(*hop) or 0) <= most for hop in look.reach.network.hops(aircraft, origin, dest)
    )


def ways_out(look: Look) -> Iterator[Problem]:
    """Every lot of a place that closes can be carried out by some lift, unless the file allows otherwise."""
    if look.scenario.policy.unliftable == "allow" or not network_whole(look) or not look.whole("classes"):
        return
    for name, place in look.scenario.places.items():
        if place.takes_out or not look.whole("places", name, "lots"):
            continue
        if not place.evacuate and (place.lots or place.headcount):
            yield look.say(
                ("places", name),
                "nothing can leave this place",
                None,
                "`evacuate:` with a destination, or `policy.unliftable: allow`",
            )
            continue
        for kind_name, held in place.lots.items():
            kind = look.scenario.classes.get(kind_name)
            if kind is not None and held.count and not look.reach.gets_out(kind, name):
                yield look.say(
                    ("places", name, "lots", kind_name),
                    f"no lift can carry {kind_name} from here to an exit or a custody hub",
                    _needs(kind),
                    f"{offers(look, name)}; or `policy.unliftable: allow`",
                )


def vessels(look: Look) -> Iterator[Problem]:
    """A vessel sails, and by sea to a destination of its port."""
    for name, vessel in look.scenario.lift.vessels.items():
        here = ("lift", "vessels", name)
        if not look.whole(*here) or vessel.at not in look.scenario.places:
            continue
        if not vessel.sailings and vessel.first_s is None:
            yield look.say(here, "it never sails", None, "`sailings:` with dates, or `first:` and `every:`")
        if not any(dest == vessel.to and "sea" in modes for dest, modes in look.scenario.places[vessel.at].evacuate):
            wanted = f"`evacuate: {{{vessel.to}: [sea]}}` at {vessel.at}"
            yield look.say((*here, "to"), f"{vessel.at} sends nothing there by sea", vessel.to, wanted)


def sea_ways(look: Look) -> Iterator[Problem]:
    """A place that sends lots by sea has a vessel that takes them there."""
    sailing = {(vessel.at, vessel.to) for vessel in look.scenario.lift.vessels.values()}
    for name, place in look.scenario.places.items():
        for dest, modes in place.evacuate:
            if "sea" in modes and (name, dest) not in sailing and look.whole("lift"):
                path, right = ("places", name, "evacuate", dest), "one in `lift.vessels`, or no `sea` here"
                yield look.say(path, f"no vessel sails from {name} to {dest}", None, right)


def _needs(kind: LotClass) -> str:
    moves = " or ".join("by itself" if move == "self" else f"by {move}" for move in kind.moves)
    container = ", a container" if kind.container else ""
    return f"at least {least(kind.mass) / 1000:g} t, {kind.floor / 1000:g} positions{container}, {moves}"


def offers(look: Look, place: str) -> str:
    """What the lift of a place can carry, in words."""
    lift = look.scenario.lift
    surface = surface_of(look.scenario.places[place])
    flying = {leg.aircraft for leg in look.reach.air if leg.origin == place}
    offers = [
        _offer(name, payload_on(lift.aircraft[name], surface), lift.aircraft[name].positions) for name in sorted(flying)
    ]
    if any(leg.origin == place for leg in look.reach.road):
        offers += [
            _offer(name, pool.payload, pool.floor)
            for name, pool in lift.trucks.items()
            if pool.count and look.reach.serves(name, place)
        ]
    return "what the lift here can carry: " + ("; ".join(offers) if offers else "nothing, as no lift comes here")


def _offer(name: str, payload_kg: int, floor_milli: int) -> str:
    floor = "any floor" if floor_milli >= _NO_LIMIT_MILLI else f"{floor_milli / 1000:g} positions"
    return f"{name} {payload_kg / 1000:g} t and {floor}"


def network_whole(look: Look) -> bool:
    """Whether places, lift and routes are known well enough to say what reaches what."""
    if not (look.whole("lift") and look.whole("routes")):
        return False
    depth = 2
    return all(gone[0] != "places" or (len(gone) > depth and gone[depth] in _APART) for gone in look.left_out if gone)


RULES: tuple[Rule, ...] = (
    classes,
    convoys,
    charters,
    distances,
    routes,
    legs,
    roads,
    positions,
    flights,
    vessels,
    sea_ways,
    ways_out,
)
