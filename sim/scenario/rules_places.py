"""Rules about places and phases that span fields."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.calendar import DAY_S
from sim.scenario.look import Look, Rule
from sim.scenario.paths import Path
from sim.scenario.places import Place
from sim.scenario.plan import Spells


def _sound(look: Look) -> Iterator[tuple[str, Place]]:
    """Places without parts left out."""
    for name, place in look.scenario.places.items():
        if look.whole("places", name):
            yield name, place


def handovers(look: Look) -> Iterator[Problem]:
    """A camp has a handover within the calendar; a hub with lots of its own has custody or a handover."""
    if not look.whole("calendar"):
        return
    for name, place in _sound(look):
        here = ("places", name)
        if place.handover_s is None:
            if place.role == "camp":
                yield look.say(here, "a camp needs a handover", None, "`handover:` with a date")
            elif place.role == "hub" and not place.keeps_custody and place.lots:
                yield look.say(
                    here,
                    "a hub with lots of its own needs custody or a handover",
                    None,
                    "`keeps_custody: true`, or `handover:` with a date",
                )
        elif not place.takes_out:
            yield from _dated(look, name, place.handover_s)


def _dated(look: Look, name: str, handover_s: int) -> Iterator[Problem]:
    path = ("places", name, "handover")
    time = look.scenario.time
    if handover_s > time.deadline_s:
        yield look.say(
            path, f"the handover is after the deadline {look.said('calendar', 'deadline')}", look.said(*path)
        )
    start = look.said("calendar", "start")
    if handover_s < 0:
        yield look.say(path, f"the handover is before the start {start}", look.said(*path))
    elif handover_s == 0 < time.deadline_s:
        yield look.say(path, f"the handover is at the start {start}, and must be after it", look.said(*path))


def departures(look: Look) -> Iterator[Problem]:
    """People begin to leave before the handover; the rear party is not larger than the place."""
    for name, place in _sound(look):
        plan = place.drawdown
        if plan is None or not look.whole("calendar"):
            continue
        here = ("places", name, "drawdown")
        if place.handover_s is not None and plan.start_s >= place.handover_s:
            handover = look.said("places", name, "handover")
            late = f"after the handover {handover}"
            if plan.start_s == place.handover_s:
                late = f"at the handover {handover}, and must begin before it"
            yield look.say((*here, "start"), f"people begin to leave {late}", look.said(*here, "start"))
        if place.people is not None and plan.rear_party > place.headcount:
            yield look.say(
                (*here, "rear_party"),
                "the rear party is larger than the place",
                look.said(*here, "rear_party"),
                f"at most {place.headcount:,} people",
            )


def custody(look: Look) -> Iterator[Problem]:
    """Only hubs keep custody; an exit has nothing of its own."""
    for name, place in _sound(look):
        if place.keeps_custody and place.role != "hub":
            yield look.say(
                ("places", name, "keeps_custody"), f"only a hub can keep custody, and this is {_a(place.role)}"
            )
        if place.role == "exit" and place.lots:
            yield look.say(("places", name, "lots"), "an exit has no lots of its own", None, "a hub with custody")


def forwarding(look: Look) -> Iterator[Problem]:
    """Only a hub with custody forwards, and it has somewhere to send things."""
    for name, place in _sound(look):
        path = ("places", name, "forwards")
        if place.forwards is not None and not place.keeps_custody:
            yield look.say(
                path,
                "only a hub with custody forwards; others send on what comes in any case",
                None,
                "`keeps_custody: true`, or no `forwards:`",
            )
        elif place.forwards and not place.evacuate:
            yield look.say(path, "it has no way to forward anything", None, "`evacuate:` with a destination")


def receiving(look: Look) -> Iterator[Problem]:
    """Only hubs and exits have a receiving end."""
    for name, place in _sound(look):
        if place.receiving is not None and place.role == "camp":
            yield look.say(("places", name, "receiving"), "only hubs and exits have a receiving end; this is a camp")


def _a(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"


def alarms(look: Look) -> Iterator[Problem]:
    """Random alarms need a time in the shelter."""
    for name, place in _sound(look):
        if place.threat.alarms.rate > 0 and place.threat.shelter is None:
            yield look.say(
                ("places", name, "threat"),
                "random alarms need a time in the shelter",
                None,
                "`shelter:` with a time or a distribution of times, or no alarm rate",
            )


def strips(look: Look) -> Iterator[Problem]:
    """A strip without lights has flying hours."""
    for name, place in _sound(look):
        strip = place.strip
        if strip is not None and not strip.lights and "flying_hours" not in strip.model_fields_set:
            yield look.say(
                ("places", name, "strip"),
                "a strip without lights needs flying hours",
                None,
                '`flying_hours:` such as "06:30-17:30", or `lights: true`',
            )


def routings(look: Look) -> Iterator[Problem]:
    """No place sends its lots to itself."""
    for name, place in _sound(look):
        if any(dest == name for dest, _ in place.evacuate):
            yield look.say(("places", name, "evacuate", name), "a place cannot send lots to itself")


def spells(look: Look) -> Iterator[Problem]:
    """The mean length of refused spells is possible with the share of refused days."""
    for path, spell in all_spells(look):
        share, lasting = spell.refused, spell.lasting_s
        if lasting is None or not 0 < share < 1 or not look.whole(*path):
            continue
        shortest = max(1.0, share / (1 - share))
        if lasting < shortest * DAY_S - 1:
            yield look.say(
                (*path, "lasting"),
                f"refused spells this short cannot make up {share:.0%} of days",
                look.said(*path, "lasting"),
                f"at least {shortest:.3g} d",
            )


def all_spells(look: Look) -> Iterator[tuple[Path, Spells]]:
    """Bases and windows of clearance with their paths."""
    rules = look.scenario.clearance
    if rules.air is not None:
        yield from _held(("clearance", "air"), rules.air)
        for name, place in rules.air.places.items():
            yield from _held(("clearance", "air", "places", name), place)
    for name, route in rules.road.items():
        yield from _held(("clearance", "road", name), route)


def _held(path: Path, section: object) -> Iterator[tuple[Path, Spells]]:
    """Bases and windows of one section, for all its classes of movement."""
    for name, window in getattr(section, "windows", {}).items():
        yield (*path, "windows", name), window
    for movement in ("people", "cargo", "medical", "trucks"):
        base = getattr(section, movement, None)
        if base is not None:
            yield (*path, movement), base
            for name, window in base.windows.items():
                yield (*path, movement, "windows", name), window


RULES: tuple[Rule, ...] = (handovers, departures, custody, forwarding, receiving, alarms, strips, routings, spells)
