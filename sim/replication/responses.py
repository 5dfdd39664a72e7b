"""Responses of one replication, computed from its history."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import fsum

import numpy as np

from sim.ledger.kinds import ACCIDENTS, HITS, By, Did, LiftId, Passage
from sim.ledger.states import FATE_NAMES, FATES, State
from sim.replication.catalogue import MEASURES, catalogue
from sim.replication.history import History
from sim.replication.milestones import milestones
from sim.scenario.calendar import DAY_S, HOUR_S
from sim.sums import sum_in_order

Number = float | int | None


def responses(history: History) -> dict[str, Number]:
    """Returns every response of the catalogue, in its order; `None` if its denominator is zero."""
    found: dict[str, Number] = {}
    found.update(_shares(history))
    found.update(_people(history))
    found.update(_places(history))
    found.update(_air(history))
    found.update(_road(history))
    found.update(_exposure(history))
    found["cost_usd"] = _cost(history)
    return {response.name: found[response.name] for response in catalogue(history.scenario)}


def _measures(history: History) -> dict[str, np.ndarray | None]:
    """By measure, what each lot counts; `None` where each counts one."""
    stock = history.stock
    return {
        "": np.array(stock.mass_kg, dtype=float),
        "_lots": stock.counted,
        "_value": stock.values,
        "_floor": stock.floors["air"].array,
    }


def _shares(history: History) -> dict[str, Number]:
    stock = history.stock
    inside = np.array([stock.place[lot] in history.in_scope for lot in stock.first_owned], dtype=bool)[stock.owned]
    measures = _measures(history)
    fated = history.fated[inside]
    found: dict[str, Number] = {}
    for suffix, _ in MEASURES:
        amounts = measures[suffix]
        weights = None if amounts is None else amounts[inside]
        by_fate = np.bincount(fated, weights=weights, minlength=len(State)).tolist()
        whole = sum_in_order(by_fate)
        if suffix == "":
            found["tonnes"] = whole / 1000
        for name, fate in zip(FATE_NAMES, FATES, strict=True):
            found[f"{name}_share{suffix}"] = by_fate[fate] / whole if whole else None
    if any(place.forwards is not None for place in history.scenario.places.values()):
        found.update(_two_milestones(history, inside))
    return found


def _two_milestones(history: History, inside: np.ndarray) -> dict[str, Number]:
    """Shares that are out of the country, and that the plan keeps: of places that must close, and of all places."""
    out, kept = milestones(history)
    found: dict[str, Number] = {}
    for suffix, each in _measures(history).items():
        amounts = np.ones(len(out)) if each is None else each
        whole = sum_in_order(amounts[inside].tolist())
        for name, reached in (("out_of_country", out), ("retained_by_plan", kept)):
            part = sum_in_order(amounts[inside & reached].tolist())
            found[f"{name}_share{suffix}"] = part / whole if whole else None
    mass = np.array(history.stock.mass_kg, dtype=float)
    whole = sum_in_order(mass.tolist())
    consolidated = history.fated == State.EXTRACTED
    for name, reached in (("extracted", consolidated), ("out_of_country", out), ("retained_by_plan", kept)):
        found[f"{name}_share_of_all"] = sum_in_order(mass[reached].tolist()) / whole if whole else None
    found["tonnes_of_all"] = whole / 1000
    return found


def _people(history: History) -> dict[str, Number]:
    time, places = history.scenario.time, history.scenario.places
    scope = history.scenario.people_in_scope
    whole = sum(places[name].headcount for name in scope)
    out = late = 0
    late_s = 0
    for step in history.ledger.people:
        if step.origin not in scope:
            continue
        handover_s = history.handovers_s.get(step.origin, history.horizon_s)
        if step.what is Passage.OUT and step.at_s <= time.deadline_s:
            out += step.count
        if step.what in (Passage.LEFT, Passage.STILL) and step.place == step.origin and step.at_s > handover_s:
            late += step.count
            late_s += step.count * (step.at_s - handover_s)
    closings = history.closings_s
    must = [name for name, place in places.items() if place.handover_s is not None]
    met = all(name in closings and closings[name] <= time.deadline_s for name in must)
    found: dict[str, Number] = {
        "people_out_share": out / whole if whole else None,
        "people_late": late,
        "person_days_late": late_s / DAY_S,
        "deadline_met": int(met),
    }
    for name in must:
        found[f"closed_{name}"] = closings[name] / DAY_S if name in closings else None
    return found


def _places(history: History) -> dict[str, Number]:
    found: dict[str, Number] = {}
    alarms = episodes = lost_s = worked_s = open_s = 0
    for name in history.scenario.places:
        ends_s = history.ends_s(name)
        tape = history.tape
        hours_s = tape.hours[name].open_between(0, ends_s)
        calm_s = tape.working[name].open_between(0, ends_s)
        found[f"share_of_time_at_work_{name}"] = calm_s / hours_s if hours_s else None
        closed = history.strip_closed(name).open_between(0, ends_s)
        found[f"closed_hours_{name}"] = closed / HOUR_S
        alarms += sum(1 for at_s in tape.alarms[name] if at_s <= ends_s)
        episodes += sum(1 for start, _ in tape.shelter[name].pairs() if start <= ends_s)
        lost_s += hours_s - calm_s
        if history.scenario.places[name].role != "exit":
            worked_s, open_s = worked_s + calm_s, open_s + hours_s
    found.update(
        alarms=alarms,
        shelter_episodes=episodes,
        sheltered_hours=lost_s / HOUR_S,
        share_of_time_at_work=worked_s / open_s if open_s else None,
    )
    return found


def _air(history: History) -> dict[str, Number]:
    count: Counter[Did] = Counter()
    hours: dict[str, float] = defaultdict(float)
    fills: list[float] = []
    flown = {step.lift for step in history.ledger.lift if step.what is Did.FLIES}
    for step in history.ledger.lift:
        if step.what is Did.FLIES or step.what is Did.HELD:
            hours[step.lift.name] += step.number / HOUR_S
        elif step.what is Did.FILL:
            if step.number > 0:
                fills.append(step.number)
        elif step.what is not Did.DEPARTS or step.lift in flown:
            count[step.what] += 1
    return {
        "sorties_planned": count[Did.DEPARTS],
        "sorties_flown": count[Did.IS_BACK],
        "sorties_wasted": count[Did.WASTED],
        "fill": sum_in_order(fills) / len(fills) if fills else None,
        "flight_km": _flight_km(history),
        "flight_hours": sum_in_order(hours.values()),
        "accidents": sum(count[kind] for kind in ACCIDENTS),
        "hits": sum(count[kind] for kind in HITS),
    }


def _flight_km(history: History) -> float:
    """Kilometres between the places of all flights, not derived from flying times in whole seconds."""
    at: dict[LiftId, str] = {}
    flights: Counter[tuple[str, str]] = Counter()
    for step in history.ledger.lift:
        if step.what is Did.DEPARTS:
            at[step.lift] = step.place
        elif step.what is Did.FLIES:
            flights[at[step.lift], step.to] += 1
            at[step.lift] = step.to
    return fsum(many * (history.network.air_km(*ends) or 0.0) for ends, many in flights.items())


def _road(history: History) -> dict[str, Number]:
    departed, arrived = history.convoys
    ledger = history.ledger
    loaded: set[By] = {step.by for step in ledger.people if step.what in (Passage.OUT, Passage.ARRIVED)}
    loaded |= {*history.columns.by, *(step.by for step in ledger.onward)} & departed.keys()
    took_s = [arrived[c].at_s - departed[c].at_s for c in loaded if c in arrived and c in departed]
    return {
        "convoys": len(departed),
        "convoy_km": sum_in_order(step.number for step in arrived.values()),
        "convoy_days": sum(took_s) / (len(took_s) * DAY_S) if took_s else None,
        "attacks": sum(1 for step in ledger.lift if step.what is Did.ATTACKED),
        "vehicles_lost": sum(1 for step in ledger.lift if step.what is Did.VEHICLE_LOST),
        "hurt": int(sum(step.number for step in ledger.lift if step.what is Did.ATTACKED)),
    }


def _cost(history: History) -> float:
    """Flying hours and vehicle-kilometres at their prices."""
    lift = history.scenario.lift
    cost = 0.0
    for step in history.ledger.lift:
        if step.what in (Did.FLIES, Did.HELD):
            cost += step.number / HOUR_S * lift.aircraft[step.lift.name].cost
    for step in history.ledger.lift:
        if step.what is Did.DROVE:
            cost += step.number * lift.convoys.cost
    return cost


def _exposure(history: History) -> dict[str, Number]:
    """People present times hours under alarm, by place and in all."""
    found: dict[str, Number] = {}
    changes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for step in history.ledger.people:
        if step.what is not Passage.STILL:
            changes[step.place].append((step.at_s, -step.count if step.what is Passage.LEFT else step.count))
    total_s = 0
    for name, place in history.scenario.places.items():
        shelter = history.tape.shelter[name]
        seconds, present, since = 0, place.headcount, 0
        for at_s, change in [*sorted(changes[name]), (history.horizon_s, 0)]:
            if present and at_s > since:
                seconds += present * shelter.open_between(since, at_s)
            present, since = present + change, at_s
        found[f"exposure_person_hours_{name}"] = seconds / HOUR_S
        total_s += seconds
    found["exposure_person_hours"] = total_s / HOUR_S
    return found
