"""Rules of names that tables, pictures and ids are made of: no two things may have one name there.

What is made of names: responses of a place (`closed_gao`), ids of lots (`gao/generator/17`), of convoys
(`gao-kidal#3`) and of sorties (`c130/1#3`), and the rows of the mission, which are called `mission` where those of a
place have its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.alike import folded
from sim.scenario.look import Look, Rule
from sim.scenario.paths import shown

MISSION = "mission"
"""What the rows of the mission are called where those of a place have its name."""
OF_A_PLACE = {
    "closed_": "the day on which {} closes",
    "share_of_time_at_work_": "the share of time at work at {}",
    "closed_hours_": "the hours for which the strip of {} is closed",
    "exposure_person_hours_": "the exposure at {}",
}
"""How the name of each response of a place begins, and what it is."""
_REMEDY = "another name for one of them"
_LONG = 10


def reserved(look: Look) -> Iterator[Problem]:
    """No place has the name of the mission's rows."""
    for name in look.scenario.places:
        if folded(name) == MISSION:
            wrong = "tables and pictures call the sum over places by this name"
            yield look.say(("places", name), wrong, shown(name), "another name, such as mission-camp")


def responses(look: Look) -> Iterator[Problem]:
    """No response of a place can be read as that of another."""
    places = {folded(name): name for name in reversed(look.scenario.places)}  # what reads alike is told by others
    first: dict[str, str] = {}
    for prefix, said in OF_A_PLACE.items():
        for name in places.values():
            what, before = said.format(shown(name)), first.get(folded(prefix + name))
            if before is not None:
                wrong = f"the response {prefix}{name} would be {before}, and {what}"
                yield look.say(("places", name), wrong, None, _REMEDY)
            first[folded(prefix + name)] = what


def lots(look: Look) -> Iterator[Problem]:
    """No two lots have one id."""
    first: dict[str, str] = {}
    for name, place in look.scenario.places.items():
        for lot_class, owners in place.lots.items():
            if not sum(owners.values()):
                continue
            id, what = f"{name}/{lot_class}", f"{shown(lot_class)} at {shown(name)}"
            if id in first:
                wrong = f"lots of {first[id]} and of {what} would have one id, such as {id}/1"
                yield look.say(("places", name, "lots", lot_class), wrong, None, _REMEDY)
            first.setdefault(id, what)


def journeys(look: Look) -> Iterator[Problem]:
    """No convoy has the id of a sortie: no route is called as a tail is."""
    fleets = look.scenario.lift.aircraft
    for route in look.scenario.routes:
        name, _, tail = route.rpartition("/")
        number = int(tail) if tail.isascii() and tail.isdecimal() and len(tail) < _LONG else 0
        if name in fleets and 1 <= number <= fleets[name].count and tail == str(number):
            wrong = f"convoys on {shown(route)} and sorties of {shown(name)} would have one id, such as {route}#1"
            yield look.say(("routes", route), wrong, None, _REMEDY)


RULES: tuple[Rule, ...] = (reserved, responses, lots, journeys)
