"""An auditor of histories: reads ledger and tape alone, and knows nothing of how the world decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from sim.ledger.kinds import ACCIDENTS, By, Did, LiftId, Moment, Of, Passage, Task, Verdict
from sim.ledger.ledger import LiftStep, Work
from sim.ledger.states import State
from sim.replication.history import History
from sim.scenario.lift import WEEKDAYS
from sim.scenario.places import Place

PERSON_KG = 100


def audit(history: History) -> list[str]:
    """Sentences on what breaks the model in a history; the part before the colon names the rule."""
    lift = (_flights, _schedules, _loads, _aprons, _convoys, _escorts)
    checks = (_lots, _onward, _preparing, _people, *lift, _yards, _closings)
    return [said for check in checks for said in check(history)]


def _id(history: History, lot: int) -> str:
    return history.frame.lots.id(lot)


def _stays(history: History) -> dict[str, list[tuple[int, int]]]:
    """People present by place as (instant, change)."""
    changes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for step in history.ledger.people:
        if step.what is not Passage.STILL:
            changes[step.place].append((step.at_s, -step.count if step.what is Passage.LEFT else step.count))
    return changes


def _lots(history: History) -> Iterator[str]:
    places, time = history.scenario.places, history.scenario.time
    where = list(history.stock.place)
    for step in history.ledger.lots:
        state, lot = State(step.state), step.lot
        if state in (State.LOADING, State.PREPARING, State.RELEASED) and step.place != where[lot]:
            yield f"a lot is loaded or prepared where it stands: {_id(history, lot)} at {step.place}"
        if state == State.READY:
            where[lot] = step.place
        if state == State.EXTRACTED and not (places[step.place].takes_out and step.at_s <= time.deadline_s):
            yield f"out is at an exit or custody hub by the deadline: {_id(history, lot)}"
        if state == State.EXTRACTED and step.place == history.stock.place[lot]:
            yield f"nothing is out at its own place: {_id(history, lot)}"
        if state == State.LATE and step.at_s <= time.deadline_s < time.horizon_s:
            yield f"late is after the deadline: {_id(history, lot)}"
        if (
            state == State.RETAINED
            and not places[history.stock.place[lot]].takes_out
            and (places[history.stock.place[lot]].handover_s is not None)
        ):
            yield f"only custody retains: {_id(history, lot)}"


def _preparing(history: History) -> Iterator[str]:
    started = {s.place: s.at_s for s in history.ledger.places if s.what is Moment.STARTED}
    ordered = {s.place: s.at_s for s in history.ledger.places if s.what is Moment.ORDER}
    orders = set(ordered.values())
    people = _stays(history)
    for name, place in history.scenario.places.items():
        everyone = [w for w in history.ledger.work if w.place == name]
        if place.eod is not None and any(w.task is Task.DEMOLISH and w.crew >= place.eod.teams for w in everyone):
            yield f"no more explosives teams than there are: {name}"
        jobs = [w for w in everyone if w.task is not Task.DEMOLISH]
        handover_s = history.handovers_s.get(name)
        for job in jobs:
            if job.task is Task.PREPARE and job.from_s < started.get(name, 1 << 60):
                yield f"nothing is prepared before the phase starts: {name}"
            if (
                handover_s is not None
                and job.task is Task.PREPARE
                and job.from_s >= max(handover_s, 1)
                and job.from_s not in orders
            ):
                yield f"from handover on nothing new is prepared: {_id(history, job.lot)} at {job.from_s}"
            order_s = ordered.get(name, 1 << 60)
            waived = handover_s is None or handover_s > order_s
            if waived and job.task is Task.PREPARE and _drives_as_it_is(history, job, order_s):
                yield f"vehicles are not prepared under an order: {_id(history, job.lot)} at {job.until_s}"
            if job.from_s > history.closings_s.get(name, 1 << 60):
                yield f"nobody works at a closed place: {_id(history, job.lot)}"
        if place.people is None:
            continue
        for job in jobs:
            present = place.headcount + sum(by for at, by in people[name] if at < job.from_s)
            order_s = ordered.get(name, 1 << 60)
            allowed = max(_manned(place, present, under) for under in {job.from_s > order_s, job.from_s >= order_s})
            busy = sum(1 for other in jobs if other.from_s <= job.from_s < other.until_s)
            if busy > allowed:
                yield f"crews never exceed what the people present can man: {name} at {job.from_s}"


def _onward(history: History) -> Iterator[str]:
    """Lots that a custody hub sends on."""
    places, seen = history.scenario.places, set[int]()
    out = {(s.lot, s.at_s, s.place) for s in history.ledger.lots if s.state == State.EXTRACTED}
    for step in history.ledger.onward:
        if step.lot not in seen and not ((step.lot, step.at_s, step.place) in out and places[step.place].forwards):
            yield f"only what is out at a hub that forwards goes on: {_id(history, step.lot)}"
        seen.add(step.lot)
        if step.state == State.READY and places[step.place].takes_out and not places[step.place].forwards:
            yield f"nothing goes on from where it is kept: {_id(history, step.lot)} at {step.place}"


def _manned(place: Place, present: int, under_order: bool) -> int:
    """Crews that the people present can man."""
    if not under_order or place.under_order is None:
        return min(place.crews.count, int(present * place.crews.labour_share / place.crews.size + 1e-9))
    plan = place.under_order.crews
    formed, most = (int(people * plan.labour_share / plan.size + 1e-9) for people in (present, place.headcount))
    return min(most if plan.count is None else plan.count, formed)


def _drives_as_it_is(history: History, job: Work, order_s: int) -> bool:
    """Whether a crew prepares a vehicle after an order that waives this."""
    rules = history.scenario.places[job.place].under_order
    drives = "self" in history.scenario.classes[history.stock.class_name[job.lot]].moves
    return rules is not None and not rules.prepare_vehicles and drives and job.until_s > order_s


def _people(history: History) -> Iterator[str]:
    closed = history.closings_s
    present = {name: place.headcount for name, place in history.scenario.places.items()}
    for step in history.ledger.people:
        if step.what is Passage.LEFT and step.place == step.origin:
            if step.at_s > closed.get(step.place, 1 << 60):
                yield f"nobody leaves a closed place: {step.place}"
            present[step.place] -= step.count
    for name, at_s in closed.items():
        handover_s = history.handovers_s[name]
        if at_s < handover_s:
            yield f"a place closes at handover or later: {name}"
        if present[name]:
            yield f"a place closes when the last person has left: {name}"


def _sorties(history: History) -> dict[LiftId, list[LiftStep]]:
    steps: dict[LiftId, list[LiftStep]] = defaultdict(list)
    for step in history.ledger.lift:
        if step.lift.of is Of.AIRCRAFT:
            steps[step.lift].append(step)
    return steps


def _schedules(history: History) -> Iterator[str]:
    time = history.scenario.time
    for sortie, steps in _sorties(history).items():
        kind, day = history.scenario.lift.aircraft[sortie.name], time.day_of(steps[0].at_s)
        flies = not (kind.weekdays or kind.dates) or WEEKDAYS[time.date_of_day(day).weekday()] in kind.weekdays
        flies = flies or any(time.day_of(at_s) == day for at_s in kind.dates)
        if not flies or (kind.until_s is not None and steps[0].at_s >= kind.until_s):
            yield f"sorties begin by the schedule: {sortie} at {steps[0].at_s}"


def _accident_closures(history: History) -> dict[str, list[tuple[int, int]]]:
    rules = history.scenario.accidents.landing
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for step in history.ledger.lift:
        if step.what in ACCIDENTS and rules is not None:
            found[step.place].append((step.at_s, step.at_s + rules.strip_closed_s))
    return found


def _flights(history: History) -> Iterator[str]:
    tape, closures = history.tape, _accident_closures(history)
    flown: dict[tuple[LiftId, int], int] = defaultdict(int)
    for sortie, steps in _sorties(history).items():
        kind = history.scenario.lift.aircraft[sortie.name]
        day_of = history.scenario.time.day_of
        for i, step in enumerate(steps):
            if step.what is Did.FLIES:
                flown[sortie._replace(sortie=0), day_of(step.at_s)] += int(step.number)
            if step.what not in (Did.LANDS, Did.TAKES_OFF, Did.RETURNS):
                continue
            said = f"{sortie} {step.what.name} {step.place} {step.at_s}"
            home = step.place == kind.base and any(before.what in (Did.RETURNS, Did.WASTED) for before in steps[:i])
            if tape.strip_closed[step.place].is_open(step.at_s):
                yield f"nothing flies through a closed strip: {said}"
            if any(a < step.at_s < b for a, b in closures[step.place]):
                yield f"nothing flies at a strip closed by an accident: {said}"
            if tape.shelter[step.place].is_open(step.at_s) and not _goes_on_in_alarm(history, steps[: i + 1]):
                yield f"nothing flies in an alarm unless it is committed: {said}"
            if not home and not tape.flying[step.place].is_open(step.at_s):
                yield f"nothing flies out of flying hours: {said}"
        if kind.crew_day_s is not None and steps[-1].what is Did.IS_BACK:
            rests = [b.at_s for a, b in pairwise(steps) if day_of(b.at_s) != day_of(a.at_s)]
            if not rests and steps[-1].at_s - steps[0].at_s > kind.crew_day_s and not _surprised(history, steps):
                yield f"a sortie without surprise is within the crew day: {sortie} {steps[-1].at_s - steps[0].at_s}"
    for (tail, day), seconds in flown.items():
        limit = history.scenario.lift.aircraft[tail.name].hours_a_day_s
        if limit is not None and seconds > limit:
            yield f"no tail flies more than its hours a day: {tail} on day {day}, {seconds}"


def _goes_on_in_alarm(history: History, steps: list[LiftStep]) -> bool:
    """Whether the last of these steps of a sortie is a landing that an alarm comes too late for, or what follows it."""
    *before, last = steps
    kind = history.scenario.lift.aircraft[last.lift.name]
    if last.what is not Did.TAKES_OFF:
        flew_s = max(step.at_s for step in before if step.what is Did.FLIES)
        began_s = max(start for start in history.tape.shelter[last.place].starts if start <= last.at_s)
        return flew_s < began_s and last.at_s - began_s < kind.commit_s
    landed = max(i for i, step in enumerate(before) if step.what is Did.LANDS)
    if any(step.what in ACCIDENTS for step in before[landed:]):
        return False
    came_s = before[landed].at_s
    stays = kind.ground_time_s if kind.ground_time_under_fire_s is None else kind.ground_time_under_fire_s
    origin = sum(step.what is Did.LANDS for step in before) == 1
    in_alarm = history.tape.shelter[last.place].is_open(came_s)
    return in_alarm and last.at_s == came_s + stays and not (origin and last.count)


def _surprised(history: History, steps: list[LiftStep]) -> bool:
    """Whether alarms, closures, holding or an accident may have upset the plan of a sortie."""
    if any(step.what in (Did.HELD, Did.WASTED, *ACCIDENTS) for step in steps):
        return True
    tape, a, b = history.tape, steps[0].at_s, steps[-1].at_s
    return any(
        tape.shelter[name].open_between(a, b)
        or tape.strip_closed[name].open_between(a, b)
        or history.scenario.places[name].loaders
        for name in history.scenario.places
    ) or any(tape.hours[name].open_between(a, b) != b - a for name in history.scenario.places)


def _loads(history: History) -> Iterator[str]:
    """Payload, floor and seats of each take-off, and the clearance of its day."""
    stock, day_of = history.stock, history.scenario.time.day_of
    loads: dict[By, list[int]] = defaultdict(list)
    out_of: dict[By, str] = {}
    for step in (*history.ledger.lots, *history.ledger.onward):
        if step.state == State.MOVING:
            loads[step.by].append(step.lot)
            out_of[step.by] = step.place
    aboard: dict[By, int] = defaultdict(int)
    for person in history.ledger.people:
        if person.what is Passage.LEFT:
            aboard[person.by] += person.count
            out_of[person.by] = person.place
    for sortie, steps in _sorties(history).items():
        name = sortie.name
        kind = history.scenario.lift.aircraft[name]
        lots, people = loads[sortie], aboard[sortie]
        if not lots and not people:
            continue
        origin, left_s = out_of[sortie], steps[0].at_s
        legs = [o.air[name] for o in history.network.options[origin] if name in o.air]
        off = next((s.at_s for s in steps if s.what is Did.TAKES_OFF), left_s)
        factor = min((s.payload for s in kind.seasons.values() if s.covers(off) and s.covers(left_s)), default=1.0)
        most = max(int(leg.payload_kg * factor) for leg in legs)
        if sum(stock.mass_kg[lot] for lot in lots) + people * PERSON_KG > most:
            yield f"no aircraft over its payload: {sortie}"
        milli = sum(stock.floor_milli[lot] for lot in lots)
        if (
            milli + (people * (kind.positions // kind.seats) if kind.seats else 0) > kind.positions
            or people > kind.seats
        ):
            yield f"no aircraft over its floor or seats: {sortie}"
        if any(not history.scenario.classes[history.frame.lots.kind[lot]].fits_in(name, kind) for lot in lots):
            yield f"classes and containers fly only in types that take them: {sortie}"
        day = day_of(left_s)
        dests = [s.place for s in steps if s.what is Did.LANDS][1:2] or [leg.dest for leg in legs[:1]]
        if origin == kind.base:
            dests = [s.place for s in steps if s.what is Did.LANDS][:1] or dests
        for what, some in (("people", people), ("cargo", lots)):
            if some and not all(history.tape.air_cleared(end, what, day) for end in (origin, *dests)):  # type: ignore[arg-type]
                yield f"a sortie goes with what is cleared: {sortie} {what}"


_AT_APRONS = (Did.LANDS, Did.TAKES_OFF, Did.RETURNS, Did.IS_BACK, Did.HULL_LOST)


def _aprons(history: History) -> Iterator[str]:
    """Aircraft handled at once; the base parks its own without a place."""
    changes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for sortie, steps in _sorties(history).items():
        base = history.scenario.lift.aircraft[sortie.name].base
        at, since = None, 0
        for step in [s for s in steps if s.what in _AT_APRONS]:
            if step.what is Did.LANDS:
                at, since = step.place, step.at_s
            elif at is not None:
                if not (step.what is Did.IS_BACK and at == base and since == step.at_s):
                    changes[at] += [(since, 1), (step.at_s, -1)]
                at = None
    for place, steps_there in changes.items():
        strip = history.scenario.places[place].strip
        level = 0
        for _, change in sorted(steps_there):
            level += change
            if strip is not None and level > strip.mog:
                yield f"no more aircraft than the working MOG: {place}"
                break


def _departures(history: History) -> list[tuple[LiftStep, int]]:
    ends = {s.lift: s.at_s for s in history.ledger.lift if s.what in (Did.ARRIVES, Did.COLUMN_LOST)}
    return [
        (s, ends.get(s.lift, history.horizon_s + 1))
        for s in history.ledger.lift
        if s.what is Did.DEPARTS and s.lift.of is Of.ROUTE
    ]


def _convoys(history: History) -> Iterator[str]:
    rules, tape = history.scenario.lift.convoys, history.tape
    carrying = {
        s.by for s in (*history.ledger.lots, *history.ledger.onward)
    }  # empty trucks go back in one convoy, however many
    for step, end_s in _departures(history):
        route = step.lift.name
        if not tape.march[route].is_open(step.at_s):
            yield f"convoys leave in marching hours on an open road: {step.lift}"
        if step.count > rules.vehicles.most and step.lift in carrying:
            yield f"no convoy above the most: {step.lift}"
        arrives = next((s for s in history.ledger.lift if s.lift == step.lift and s.what is Did.ARRIVES), None)
        if arrives is not None:
            stood = sum(
                s.number for s in history.ledger.lift if s.lift == step.lift and s.what in (Did.STANDS, Did.BREAKS_DOWN)
            )
            if tape.march[route].moving_between(step.at_s, end_s) < arrives.number - 0.3:
                yield f"no convoy is faster than its pace: {step.lift}"
            if end_s - step.at_s < stood:
                yield f"a convoy stands as long as it is delayed: {step.lift}"


def _escorts(history: History) -> Iterator[str]:
    most = history.scenario.lift.convoys.at_once
    # with people aboard it may be the last convoy, which is its own escort
    counted = [(step, end) for step, end in _departures(history) if not step.people]
    changes = sorted(change for step, end in counted for change in ((step.at_s, 1), (end, -1)))
    level = 0
    for at_s, change in changes:
        level += change
        if most is not None and level > most:
            yield f"so many convoys at once: {level} at {at_s}"
            return


def _yards(history: History) -> Iterator[str]:
    for name, place in history.scenario.places.items():
        if place.yard is None:
            continue
        condemned: set[int] = set()
        level: set[int] = set()
        marks = [(m.at_s, 1, m.lot, m.what) for m in history.ledger.marks if m.place == name]
        steps = [(s.at_s, 0, s.lot, State(s.state)) for s in history.ledger.lots if s.place == name]
        for at_s, _, lot, what in sorted(marks + steps, key=lambda e: e[0]):  # type: ignore[operator]
            if what is Verdict.CONDEMNED:
                condemned.add(lot)
                level.discard(lot)
            elif what in (State.PREPARING, State.READY) and lot not in condemned:
                level.add(lot)
            elif isinstance(what, State):
                level.discard(lot)
            if len(level) > place.yard and what == State.PREPARING:
                yield f"preparing and ready lots never exceed the yard: {name} at {at_s}"
                return


def _closings(history: History) -> Iterator[str]:
    ends = {s.lot: (s.at_s, s.state, s.place) for s in history.ledger.lots}
    for lot, (at_s, state, place) in ends.items():
        if place in history.closings_s and state == State.READY and at_s < history.closings_s[place]:
            yield f"nothing stands open at a closed place: {_id(history, lot)}"
    for name, kept in history.scenario.places.items():
        if kept.handover_s is None or history.handovers_s[name] > history.horizon_s or name in history.closings_s:
            continue
        guests = any(step.place == name and step.what is Passage.ARRIVED for step in history.ledger.people)
        if kept.people is None and not guests:
            yield f"a place without people closes at handover: {name}"
