"""Warnings about work that can never be done at a place: no people, no hours, no room, or too late a date."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from sim.errors import Problem
from sim.scenario.look import Look, Rule
from sim.scenario.openings import Openings
from sim.scenario.outlook import Outlook, takes_time
from sim.scenario.paths import named
from sim.scenario.places import Episodes, Place

_ROUNDING = 1e-9
_LATE = "it would not bring the handover forward"


def _camps(look: Look) -> Iterator[tuple[Outlook, str, Place]]:
    """Places with lots of their own that must leave."""
    ahead = Outlook(look)
    for name, place in look.scenario.places.items():
        if any(ahead.leaving(place)):
            yield ahead, name, place


def crews(look: Look) -> Iterator[Problem]:
    """Warn of places whose lots need preparation but that have no crew, or too few people for one."""
    for ahead, name, place in _camps(look):
        waiting = [kind for kind, lot in ahead.leaving(place) if place.yard is not None or takes_time(lot.prepare)]
        why = _no_crew(place)
        if waiting and why is not None:
            here = ("places", name, "crews")
            yield look.say(
                here,
                f"no crew will ever work at {name}: {why}",
                look.said(*here),
                "`crews:` that the people there can staff, such as `crews: {count: 2}`",
            )


def _no_crew(place: Place) -> str | None:
    plan = place.crews
    if place.escalation is not None and place.under_order is not None and place.crews_under_order.count:
        return None  # an order may bring some
    if not plan.count:
        return "it has no crews"
    manned = floor(place.headcount * plan.labour_share / plan.size + _ROUNDING)
    if place.people is None or manned:
        return None
    share = f"{100 * plan.labour_share:g} % of {place.headcount:,} people"
    return f"{share} are too few for a crew of {plan.size}"


def hours(look: Look) -> Iterator[Problem]:
    """Warn of places without a working hour for crews and loaders."""
    ahead = Outlook(look)
    for name, place in look.scenario.places.items():
        camp = any(ahead.leaving(place))
        if not (camp or ahead.passing(name)):
            continue
        listed = place.threat.alarms.listed.values()
        from_s, until_s = (ahead.begins_s(place), ahead.ends_s(name)) if camp else (0, ahead.horizon_s)
        if from_s >= until_s or ahead.ever_open(place.working_hours, listed, from_s, until_s):
            continue
        if place.escalation is not None and place.under_order is not None:
            continue  # an order may bring other hours
        ends = "its handover" if until_s < ahead.horizon_s else "the horizon"
        if ahead.ever_open(place.working_hours, (), from_s, until_s):
            here, why = ("places", name, "threat", "alarms", "listed"), "listed alarms cover all working hours"
        else:
            here, why = ("places", name, "working_hours"), "it has no working hours"  # type: ignore[assignment]
        yield look.say(
            here,
            f"no one will ever work at {name}: {why} between {ahead.day(from_s)} and {ends} {ahead.day(until_s)}",
            look.said(*here),
            "working hours on some day, and listed alarms that end",
        )


def loaders(look: Look) -> Iterator[Problem]:
    """Warn of places that load or unload lots but have no loaders."""
    ahead = Outlook(look)
    for name, place in look.scenario.places.items():
        if place.loaders != 0:
            continue
        loaded = any({"truck", "aircraft"} & set(kind.moves) or takes_time(kind.load) for kind in ahead.carried(name))
        done = [word for word, is_done in (("loaded", loaded), ("unloaded", ahead.passing(name))) if is_done]
        if done:
            yield look.say(
                ("places", name, "loaders"),
                f"nothing will ever be {' or '.join(done)} at {name}: it has no loaders",
                look.said("places", name, "loaders"),
                "at least 1, or omit `loaders:` for no limit",
            )


def yards(look: Look) -> Iterator[Problem]:
    """Warn of yards without room for a lot."""
    for _, name, place in _camps(look):
        if place.yard == 0:
            yield look.say(
                ("places", name, "yard"),
                f"nothing will ever be prepared at {name}: its yard has no room",
                look.said("places", name, "yard"),
                "at least 1, or omit `yard:` for no limit",
            )


def phases(look: Look) -> Iterator[Problem]:
    """Warn of phases that do not begin before the handover."""
    for name, place in look.scenario.places.items():
        phase = look.scenario.phases.get(place.phase or "")
        if phase is None or place.handover_s is None or place.escalation is not None:
            continue
        if phase.start_s >= place.handover_s:
            yield look.say(
                ("places", name, "handover"),
                f"nothing will ever be prepared at {name}: its phase {place.phase} does not begin before the handover",
                look.said("places", name, "handover"),
                f"a date after {Outlook(look).day(phase.start_s)}, or a phase that begins earlier",
            )


def releases(look: Look) -> Iterator[Problem]:
    """Warn of releases, and of phases that wait for others, that begin too late for the handover."""
    for ahead, name, place in _camps(look):
        if place.handover_s is None or place.escalation is not None:
            continue
        waits = {other: at_s for other, at_s in ahead.waits_for(place).items() if at_s >= place.handover_s}
        if waits:
            last = max(waits, key=lambda other: waits[other])
            yield look.say(
                ("places", name, "phase"),
                f"nothing will ever be prepared at {name}: its phase waits for {last}, which is handed over "
                f"on {ahead.day(waits[last])} at the earliest",
                look.said("places", name, "phase"),
                f"a handover after that of {last}, or a phase that does not wait for it",
            )
        start_s = place.release.start_s
        if start_s is None or start_s < place.handover_s:
            continue
        late = {kind_name for kind_name, kind in ahead.leaving(place) if kind.needed_until_s is None}
        if late:
            what = "nothing" if late == {kind_name for kind_name, _ in ahead.leaving(place)} else f"no {named(late)}"
            yield look.say(
                ("places", name, "release", "start"),
                f"{what} will ever be released at {name}: its release begins after its handover",
                look.said("places", name, "release", "start"),
                f"a date before {look.said('places', name, 'handover')}",
            )


def leads(look: Look) -> Iterator[Problem]:
    """Warn of a policy that condemns everything before any preparation can begin."""
    disposal = look.scenario.policy.disposal
    if disposal.kind != "fixed_lead":
        return
    short = [
        name
        for ahead, name, place in _camps(look)
        if place.handover_s is not None and place.escalation is None
        and place.handover_s - disposal.lead_s <= ahead.begins_s(place) < place.handover_s
        and all(takes_time(kind.prepare) for _, kind in ahead.leaving(place))
    ]  # fmt: skip
    if short:
        more = f" and at {len(short) - 1} more places" if len(short) > 1 else ""
        yield look.say(
            ("policy", "disposal", "lead"),
            f"nothing will ever be ready at {short[0]}{more}: everything is condemned before a crew can begin",
            look.said("policy", "disposal", "lead"),
            "a shorter time, so that crews can begin before it",
        )


def drivers(look: Look) -> Iterator[Problem]:
    """Warn of vehicles that can only drive themselves and have too few people for a crew."""
    for ahead, name, place in _camps(look):
        for kind_name, kind in ahead.leaving(place):
            if kind.moves == ("self",) and place.people is not None and place.headcount < kind.crew:
                yield look.say(
                    ("places", name, "lots", kind_name),
                    f"no {kind_name} will ever leave {name}: one needs a crew of {kind.crew}, "
                    f"and {name} has {place.headcount:,} people",
                    None,
                    "more `people:`, or omit `people:` for unlimited drivers",
                )


def orders(look: Look) -> Iterator[Problem]:
    """Warn of orders to leave that nothing can trigger."""
    for name, place in look.scenario.places.items():
        why = _no_order(look, place, ())
        if why:
            yield look.say(
                ("places", name, "escalation"),
                f"no order to leave will ever come to {name}: {why}",
                None,
                "alarms, a date with a chance, or an order to follow, in time before the handover",
            )


def _no_order(look: Look, place: Place, seen: tuple[str, ...]) -> str | None:
    """Why no source of an order ever brings one; `None` where one may, or where there is none."""
    plan, handover_s = place.escalation, place.handover_s
    if plan is None or handover_s is None:
        return None
    whys: list[str | None] = []
    if plan.episodes is not None:
        whys.append(_no_episodes(place, plan.episodes, handover_s))
    if plan.date is not None:
        at_s = max(plan.date.on_s, plan.date.on_s + plan.date.notice_s)
        late = _LATE if at_s >= handover_s else None
        whys.append(late if plan.date.chance else "the order on a date has no chance")
    if plan.follows is not None:
        leader = plan.follows.place
        other = look.scenario.places.get(leader) if leader not in seen else None
        never = other is not None and _no_order(look, other, (*seen, leader)) is not None
        whys.append(f"none ever comes to {leader}, which it follows" if never else None)
    return "; ".join(filter(None, whys)) if all(whys) and whys else None


def _no_episodes(place: Place, rule: Episodes, handover_s: int) -> str | None:
    """Why episodes never bring an order, `None` where they may; without alarms at random they are all listed."""
    if place.threat.alarms.rate > 0:
        return None
    listed = Openings.from_pairs((window.from_s, window.until_s) for window in place.threat.alarms.listed.values())
    last = rule.count - 1
    if last < 0:
        return None
    pairs = zip(listed.starts, listed.starts[last:], strict=False)
    at_s = next((end for first, end in pairs if end - first <= rule.within_s), None)
    if at_s is None:
        return f"without alarms at random, {rule.count} episodes never come within the time given"
    return _LATE if at_s + rule.notice_s >= handover_s else None


RULES: tuple[Rule, ...] = (crews, hours, loaders, yards, phases, releases, leads, drivers, orders)
