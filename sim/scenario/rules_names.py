"""Rules about names that appear in tables, pictures and ids, where each must be unique.

Names form responses of a place (`closed_gao`), ids of lots (`gao/generator/17`), of convoys (`gao-kidal#3`) and of
sorties (`c130/1#3`), and rows of tables by place, in which `mission` is the sum over places.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.alike import folded
from sim.scenario.look import Look, Rule
from sim.scenario.paths import shown

MISSION = "mission"
"""The name of the mission's rows in tables by place."""
OF_A_PLACE = {
    "closed_": "the day on which {} closes",
    "share_of_time_at_work_": "the share of time at work at {}",
    "closed_hours_": "the hours for which the strip of {} is closed",
    "exposure_person_hours_": "the exposure at {}",
}
"""Prefixes of the responses of a place, and their meanings."""
_REMEDY = "another name for one of them"
_LONG = 10


def reserved(look: Look) -> Iterator[Problem]:
    """No place is called `mission`."""
    for name in look.scenario.places:
        if folded(name) == MISSION:
            wrong = "tables and pictures use this name for the sum over places"
            yield look.say(("places", name), wrong, shown(name), "another name, such as mission-camp")


def responses(look: Look) -> Iterator[Problem]:
    """No two responses of places have the same name."""
    places = {
        folded(name): name for name in reversed(look.scenario.places)
    }  # names that read alike are reported elsewhere
    first: dict[str, str] = {}
    for prefix, said in OF_A_PLACE.items():
        for name in places.values():
            what, before = said.format(shown(name)), first.get(folded(prefix + name))
            if before is not None:
                wrong = f"the response {prefix}{name} would mean both {before} and {what}"
                yield look.say(("places", name), wrong, None, _REMEDY)
            first[folded(prefix + name)] = what


def lots(look: Look) -> Iterator[Problem]:
    """No two lots have the same id."""
    first: dict[str, str] = {}
    for name, place in look.scenario.places.items():
        for lot_class, held in place.lots.items():
            if not held.count:
                continue
            id, what = f"{name}/{lot_class}", f"{shown(lot_class)} at {shown(name)}"
            if id in first:
                wrong = f"lots of {first[id]} and of {what} would have the same id, such as {id}/1"
                yield look.say(("places", name, "lots", lot_class), wrong, None, _REMEDY)
            first.setdefault(id, what)
    yield from _pieces(look, first)


def _pieces(look: Look, known: dict[str, str]) -> Iterator[Problem]:
    """No lot has the id of a piece, such as `gao/container/17/piece/3`."""
    for name, place in look.scenario.places.items():
        for lot_class, held in place.lots.items():
            for number in range(1, held.count + 1 if held.broken_down else 1):
                id = f"{name}/{lot_class}/{number}/piece"
                if id in known:
                    wrong = f"lots of {known[id]} and pieces would have the same id, such as {id}/1"
                    yield look.say(("places", name, "lots", lot_class), wrong, None, _REMEDY)


def journeys(look: Look) -> Iterator[Problem]:
    """No convoy has the id of a sortie: no route has the name of a tail."""
    fleets = look.scenario.lift.aircraft
    for route in look.scenario.routes:
        name, _, tail = route.rpartition("/")
        number = int(tail) if tail.isascii() and tail.isdecimal() and len(tail) < _LONG else 0
        if name in fleets and 1 <= number <= fleets[name].count and tail == str(number):
            wrong = f"convoys on {shown(route)} and sorties of {shown(name)} would have the same id, such as {route}#1"
            yield look.say(("routes", route), wrong, None, _REMEDY)


RULES: tuple[Rule, ...] = (reserved, responses, lots, journeys)
