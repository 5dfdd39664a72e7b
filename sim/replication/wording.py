"""Words for the kinds of the ledger in traces and stories: one word or phrase for each kind."""

from __future__ import annotations

from collections.abc import Callable

from sim.ledger.kinds import (
    Bound,
    By,
    Crew,
    Did,
    Hold,
    LiftId,
    Moment,
    OnVehicle,
    Passage,
    Reason,
    Task,
    Verdict,
    Why,
)
from sim.ledger.ledger import LiftStep
from sim.scenario.calendar import HOUR_S

MOMENTS: dict[Moment, str] = {
    Moment.STARTED: "started",
    Moment.ORDER: "order",
    Moment.HANDOVER: "handover",
    Moment.CLOSED: "closed",
    Moment.CONDEMNED: "condemned",
    Moment.HELD_AIR: "held air",
    Moment.HELD_ROAD: "held road",
}
HOLDS: dict[Hold, str] = {
    Hold.NONE: "",
    Hold.BELOW_LEAST: "below minimum load or number",
    Hold.TOO_FEW_TRUCKS: "too few trucks",
    Hold.NO_DRIVER: "no driver due to leave",
    Hold.ELSEWHERE: "no escort free",
    Hold.APRON_FULL: "apron full",
    Hold.OUT_OF_HOURS: "out of hours",
    Hold.CLEARANCE: "clearance",
    Hold.CLOSED: "closed",
    Hold.NO_ROOM: "no room at the destination",
}
PASSAGES: dict[Passage, str] = {
    Passage.LEFT: "people leave",
    Passage.OUT: "people are out",
    Passage.ARRIVED: "people arrive",
    Passage.HOME: "people are home",
    Passage.STILL: "people still there",
}
VERDICTS: dict[Verdict, str] = {
    Verdict.CONDEMNED: "condemned",
    Verdict.REINSTATED: "reinstated",
    Verdict.PROCESSED: "processing begins",
}
REASONS: dict[Reason, str] = {
    Reason.NONE: "",
    Reason.TOO_LARGE: "too large for any lift",
    Reason.BY_ROAD: "no lift by road in time",
    Reason.BY_AIR: "no lift by air in time",
    Reason.BY_SEA: "no lift by sea in time",
    Reason.IN_TIME: "no lift in time, by any way",
    Reason.NO_WAY_OPEN: "no way open to it",
    Reason.CREW_HOURS: "crew hours",
    Reason.ORDER: "an order to leave",
    Reason.LEAD: "the date of the policy",
    Reason.LAST_MOMENT: "the last moment to destroy it",
    Reason.LAST_TO_DISABLE: "the last moment to disable it",
    Reason.HANDOVER: "not ready at handover",
    Reason.LEFT: "still there after handover",
}
"""Why planning gave a lot up."""
TASKS: dict[Task, str] = {
    Task.PREPARE: "prepare",
    Task.DESTROY: "destroy",
    Task.DISABLE: "disable",
    Task.STAGE: "stage",
    Task.DEMOLISH: "demolish",
}
LIFT: dict[Did, str] = {
    Did.DEPARTS: "departs",
    Did.FLIES: "flies",
    Did.HELD: "held",
    Did.LANDS: "lands",
    Did.HIT: "hit",
    Did.HIT_UNDER_FIRE: "hit",
    Did.ACCIDENT: "accident",
    Did.HULL_LOST: "accident",
    Did.TAKES_OFF: "takes off",
    Did.FILL: "fill",
    Did.WASTED: "wasted",
    Did.RETURNS: "returns",
    Did.IS_BACK: "is back",
    Did.BREAKS_DOWN: "breaks down",
    Did.STANDS: "stops",
    Did.ATTACKED: "attacked",
    Did.VEHICLE_LOST: "vehicle lost",
    Did.JOINED: "joined",
    Did.DROVE: "drove",
    Did.ARRIVES: "arrives",
    Did.COLUMN_LOST: "is lost",
    Did.IDLE: "idle",
    Did.WAITING: "waiting",
    Did.BERTHS: "is at its berth",
    Did.SAILS: "sails",
    Did.PUTS_IN: "puts in",
    Did.RECALLED: "recalled",
}
_WHY: dict[Why, str] = {
    Why.NOTHING_TO_PREPARE: "nothing to prepare",
    Why.NOT_LOADED_IN_TIME: "not loaded in time",
    Why.NO_DRIVER: "no driver",
    Why.CLOSING: "closing",
    Why.CAME_TO_CLOSED: "came to a place that had closed",
    Why.HORIZON: "horizon",
    Why.FIRE: "fire",
    Why.ATTACK: "attack",
    Why.ACCIDENT: "accident",
    Why.VEHICLE_CONDEMNED: "its vehicle is condemned",
    Why.PEOPLE_NEED_SEATS: "people need the seats of its vehicle",
    Why.VEHICLE_TAKEN: "its vehicle is loaded itself",
    Why.PREPARING_WAIVED: "no preparing under the order",
}


def by_words(by: By) -> str:
    """Who or what brought a lot into a state; empty for `None`."""
    match by:
        case None:
            return ""
        case LiftId():
            return str(by)
        case Crew(number, half_destroyed, explosives):
            who = f"explosives team {number + 1}" if explosives else f"crew {number + 1}"
            return f"{who}, half destroyed" if half_destroyed else who
        case Bound(dest):
            return dest
        case OnVehicle(path):
            return path
        case Why():
            return _WHY[by]


def worker(task: Task, number: int) -> str:
    """Who does a task: a crew or an explosives team, counted from 0."""
    return by_words(Crew(number, explosives=task is Task.DEMOLISH))


def hours(seconds: float) -> str:
    """Formats a duration in hours."""
    return f"{seconds / HOUR_S:.1f} h"


def lift_details(step: LiftStep, *, in_vain: bool) -> str:
    """Details of a step of lift; `in_vain`: the sortie is back without having landed."""
    if step.what is Did.IS_BACK:
        out = f"out of service for {hours(step.number)}" if step.number else ""
        return ", ".join(part for part in (out, "wasted" if in_vain else "") if part)
    if step.what is Did.DEPARTS and not step.count:
        return ""  # one tail
    said = _DETAILS.get(step.what)
    return said(step) if said else ""


_DETAILS: dict[Did, Callable[[LiftStep], str]] = {
    Did.DEPARTS: lambda step: f"{step.count} vehicles, {step.people} people to {step.to}",
    Did.FLIES: lambda step: f"for {hours(step.number)}",
    Did.HELD: lambda step: f"for {hours(step.number)}",
    Did.LANDS: lambda step: "in an alarm" if step.number else "",
    Did.HIT: lambda _: "quiet",
    Did.HIT_UNDER_FIRE: lambda _: "under fire",
    Did.ACCIDENT: lambda _: "hull kept",
    Did.HULL_LOST: lambda _: "hull lost",
    Did.TAKES_OFF: lambda step: f"{step.number / 1000:g} t, {step.count} lots, {step.people} people",
    Did.FILL: lambda step: f"{step.number:.0%}",
    Did.WASTED: lambda step: f"{step.number:.0f} km",
    Did.RETURNS: lambda step: f"{step.number:.0f} km",
    Did.BREAKS_DOWN: lambda step: f"for {hours(step.number)}",
    Did.STANDS: lambda step: f"for {hours(step.number)}",
    Did.ATTACKED: lambda step: f"{step.number:g} hurt, {step.count} vehicles lost",
    Did.VEHICLE_LOST: lambda step: f"{step.count} lots",
    Did.JOINED: lambda step: f"{step.count} vehicles, {step.people} people",
    Did.DROVE: lambda step: f"{step.number:.0f} vehicle-km",
    Did.ARRIVES: lambda step: f"{step.number:.0f} km, {step.count} vehicles, {step.people} people",
    Did.RECALLED: lambda step: f"{step.count} vehicles, on their way to {step.to}",
    Did.IDLE: lambda step: f"{step.count} trucks",
    Did.WAITING: lambda step: f"{step.count} trucks, to go to {step.to}",
    Did.SAILS: lambda step: f"{step.number / 1000:g} t, {step.count} lots to {step.to}",
}
