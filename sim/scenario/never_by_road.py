"""Warnings about movement by road that can never take place: closed roads, absent trucks, convoys too small."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from sim.errors import Problem
from sim.scenario.calendar import DAY_S
from sim.scenario.lift import TruckPool
from sim.scenario.look import Look, Rule
from sim.scenario.outlook import Outlook
from sim.scenario.paths import named
from sim.scenario.places import Place
from sim.scenario.refusals import always_refused, of_convoys

_ROUNDING = 1e-9
_CLOCKS_S = 3_600
"""A night is shorter by this where clocks change, no more often than twice a year."""


def _used(ahead: Outlook) -> list[str]:
    """Routes that convoys would take, in the order of the file."""
    used = {leg.route for leg in ahead.ways}
    return [name for name in ahead.look.scenario.routes if name in used]


def _shut(ahead: Outlook, name: str) -> bool:
    route = ahead.look.scenario.routes[name]
    return not ahead.ever_open(route.marching_hours, route.closures.values(), 0, ahead.horizon_s)


def roads(look: Look) -> Iterator[Problem]:
    """Warn of roads that are never open in their marching hours."""
    ahead = Outlook(look)
    for name in _used(ahead):
        if not _shut(ahead, name):
            continue
        route = look.scenario.routes[name]
        closed = ahead.throughout(route.closures.values())
        why = "it is closed throughout" if closed else "it is closed in all its marching hours"
        key = "closures" if route.closures else "marching_hours"
        yield look.say(
            ("routes", name, key),
            f"no convoy will ever move on {name}: {why}",
            look.said("routes", name, key),
            "a closure that leaves days open, or no `road` in `evacuate:` of the places on it",
        )


def escorts(look: Look) -> Iterator[Problem]:
    """Warn if there are no escorts."""
    if look.scenario.lift.convoys.at_once == 0 and _used(Outlook(look)):
        yield look.say(
            ("lift", "convoys", "at_once"),
            "no convoy will ever leave, except a camp's last: there are no escorts",
            look.said("lift", "convoys", "at_once"),
            "at least 1, or omit `at_once:` for no limit",
        )


def refused(look: Look) -> Iterator[Problem]:
    """Warn of vehicles that are refused on every day."""
    ahead = Outlook(look)
    for name in _used(ahead):
        rules = look.scenario.clearance.road.get(name)
        if rules is None or _shut(ahead, name):
            continue
        moving = {move for leg in ahead.ways if leg.route == name for kind in ahead.carried(leg.origin)
                  for move in kind.moves}  # fmt: skip
        for movement, move, what in (("trucks", "truck", "truck"), ("people", "self", "vehicle that drives itself")):
            if move in moving and always_refused(look.scenario.time, *of_convoys(rules, movement)):
                here = ("clearance", "road", name)
                own = look.said(*here, movement) is not None
                yield look.say(
                    (*here, movement) if own else here,
                    f"no {what} will ever be cleared on {name}, except in a camp's last convoy: every day is refused",
                    look.said(*here, movement),
                    "less than 100 % on some days, or no `road` in `evacuate:` of the places on it",
                )


def contracts(look: Look) -> Iterator[Problem]:
    """Warn of trucks that arrive after the horizon."""
    horizon_s = look.scenario.time.horizon_s
    for name, pool in look.scenario.lift.trucks.items():
        if pool.count and pool.from_s is not None and pool.from_s >= horizon_s:
            yield look.say(
                ("lift", "trucks", name, "from"),
                f"the trucks of {name} will never be used: they arrive after the horizon",
                look.said("lift", "trucks", name, "from"),
                f"a date before {Outlook(look).day(horizon_s)}",
            )


def trucks(look: Look) -> Iterator[Problem]:
    """Warn of places whose lots need trucks, if no pool can be sent there in time."""
    ahead = Outlook(look)
    for name, place in look.scenario.places.items():
        if not ahead.by_road(name) or not any("truck" in kind.moves for kind in ahead.carried(name)):
            continue
        pools = {
            key: pool for key, pool in look.scenario.lift.trucks.items()
            if pool.count and (pool.from_s or 0) < ahead.horizon_s and look.reach.serves(key, name)
        }  # fmt: skip
        whys = [_why_never(ahead, pool, name, place) for pool in pools.values()]
        if pools and all(whys):
            yield look.say(
                ("places", name, "evacuate"),
                f"no truck will ever be sent to {name}: {'; '.join(dict.fromkeys(filter(None, whys)))}",
                None,
                f"other trucks than {named(pools)}, smaller convoys, or a later handover",
            )


def _why_never(ahead: Outlook, pool: TruckPool, name: str, place: Place) -> str | None:
    """Why no truck of a pool will load at a place; `None` where one may."""
    if pool.base == name:
        return None
    convoys = ahead.look.scenario.lift.convoys
    if pool.count < convoys.vehicles.least:
        return f"a convoy needs at least {convoys.vehicles.least} vehicles, and the pool has {pool.count}"
    if place.handover_s is None or place.takes_out or ahead.begins_s(place) >= place.handover_s:
        return None  # it has no handover that counts, or never begins, which is reported already
    leaves_s = max(ahead.begins_s(place), pool.from_s or 0)
    if leaves_s + _fastest_s(ahead, pool.base, name) + convoys.load_at_least_s > place.handover_s:
        return f"from {pool.base} they arrive too late to load before its handover"
    return None


def _fastest_s(ahead: Outlook, base: str, place: str) -> float:
    """A bound on the time from a base to a place: at the best pace, without a night on the way."""
    leg = ahead.look.reach.network.road(base, place)
    assert leg is not None, "a pool that serves a place has a way to it"
    route = ahead.look.scenario.routes[leg.route]
    hours_s, days = route.marching_hours.seconds, leg.km / max(route.a_day.values())
    nights = max(ceil(days - _ROUNDING) - 1, 0)
    return max(0.0, days * hours_s - 1 + max(nights * (DAY_S - hours_s) - _CLOCKS_S * (1 + nights // 100), 0))


def arrivals(look: Look) -> Iterator[Problem]:
    """Warn of convoys that take longer than the time from the begin of their place to the deadline."""
    ahead, time = Outlook(look), look.scenario.time
    for leg in ahead.ways:
        place = look.scenario.places[leg.origin]
        begins_s = ahead.begins_s(place)
        takes_s = _fastest_s(ahead, leg.origin, leg.dest)
        if not any(ahead.leaving(place)) or begins_s >= time.deadline_s or begins_s + takes_s <= time.deadline_s:
            continue
        route = look.scenario.routes[leg.route]
        yield look.say(
            ("places", leg.origin, "evacuate", leg.dest),
            f"no convoy from {leg.origin} will ever be at {leg.dest} by the deadline: {leg.km:,.0f} km at "
            f"{max(route.a_day.values()):g} km a day take {takes_s / DAY_S:,.1f} d, and there are "
            f"{(time.deadline_s - begins_s) / DAY_S:,.1f} d from {ahead.day(begins_s)} on",
            None,
            "a nearer place, another mode, an earlier start or a later deadline",
        )


RULES: tuple[Rule, ...] = (roads, escorts, refused, contracts, trucks, arrivals)
