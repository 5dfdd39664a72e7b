"""The story of one lot in sentences: each step, what it waited for, and why it did or did not come out."""

from __future__ import annotations

from difflib import get_close_matches

from sim.errors import InputError, Problem
from sim.ledger.kinds import Crew, Task, Verdict
from sim.ledger.ledger import LotStep
from sim.ledger.states import State
from sim.replication.causes import waits_of
from sim.replication.history import History
from sim.replication.simulator import Simulator
from sim.replication.wording import REASONS, TASKS, by_words, worker
from sim.scenario.calendar import HOUR_S
from sim.scenario.lots import lot_table
from sim.scenario.scenario import Scenario

_LEAST_LABELLED_H = 0.05
_NEAREST = 3
_FIRST = -2  # of what is said of one second: a verdict comes before the work that follows from it
_SENTENCES = {
    State.RELEASED: "it is released for packing",
    State.PREPARING: "{by} begins to prepare it",
    State.READY: "it is ready at {place}",
    State.LOADING: "it is being loaded at {place}, on {by}",
    State.MOVING: "it leaves {place} with {by}",
    State.EXTRACTED: "it is unloaded at {place}: out",
    State.RETAINED: "{place} keeps custody of it",
    State.TRANSFERRED: "{place} closes, and it is transferred to the host state",
    State.DESTROYED: "{by} has destroyed it",
    State.DISABLED: "{by} has disabled it",
    State.LOST: "it is lost: {by}",
    State.ABANDONED: "it is abandoned at {place}: {by}",
    State.LATE: "it is late{at}",
}
_MARKS = {
    Verdict.CONDEMNED: "it is condemned, it will not be lifted: {why}",
    Verdict.REINSTATED: "it is reinstated: lift may take it after all",
    Verdict.PROCESSED: "its processing begins at {place}",
}


def lot_story(
    scenario: Scenario, seed: int, replication: int, lot_id: str, without: frozenset[str] = frozenset()
) -> list[str]:
    """Returns the history of one lot as dated sentences, with its binding cause and its fate.

    Raises `InputError` with the nearest paths if there is no such lot.
    """
    lots = lot_table(scenario)
    try:
        lot = lots.index(lot_id)
    except KeyError:
        known = lots.ids()
        near = get_close_matches(lot_id, known, _NEAREST)
        allowed = f"PLACE/CLASS/NUMBER, such as {known[0]}" if known else "there are no lots"
        reported = ", ".join(near) if near else None
        raise InputError([Problem("lot", "no such lot", lot_id[:100], allowed, reported)]) from None
    return story(Simulator(scenario, without).history(seed, replication), lot)


def story(history: History, lot: int) -> list[str]:
    """Returns the story of a lot of a history."""
    steps = [step for step in history.ledger.lots if step.lot == lot]
    waited, cause = waits_of(history, lot)
    said: list[tuple[int, int, str]] = []
    for order, (step, hours) in enumerate(zip(steps, waited, strict=True)):
        said.append((step.at_s, 2 * order, _sentence(step) + _waits(hours)))
    said += [(step.at_s, 2 * len(steps), _onward(step)) for step in history.ledger.onward if step.lot == lot]
    said += _marks(history, lot) + _works(history, lot)
    reported = [f"{_when(history, at_s)}: {text}" for at_s, _, text in sorted(said)]
    return [_who(history, lot), *reported, _end(history, lot, cause)]


def _when(history: History, at_s: int) -> str:
    return history.scenario.time.local(at_s).isoformat(" ", "minutes")


def _who(history: History, lot: int) -> str:
    stock, lots = history.stock, history.frame.lots
    what = f"shell of a {stock.class_name[lot]}" if lot in stock.broken else stock.class_name[lot]
    inside = f", from {lots.id(stock.container[lot])}" if lots.piece[lot] else ""
    return (
        f"{lots.id(lot)}: {what} of {stock.mass_kg[lot] / 1000:g} t{inside}, {lots.owner[lot].upper()}, "
        f"worth {stock.value_usd[lot]:,} USD, in use at {stock.place[lot]}"
    )


def _sentence(step: LotStep) -> str:
    if step.state == State.RELEASED and step.by is None and step.at_s == 0:
        return "it is released for packing from the start"
    at = f", at {step.place}" if step.place else ", still on the way"
    by = "no one" if step.by is None else by_words(step.by)
    by = f"a crew ({by})" if isinstance(step.by, Crew) and not step.by.explosives else by
    return _SENTENCES[State(step.state)].format(by=by, place=step.place, at=at)


def _onward(step: LotStep) -> str:
    """A step of a lot that a custody hub has sent on."""
    if step.state == State.READY:
        return f"it is ready to go on from {step.place}"
    if step.state in (State.EXTRACTED, State.LATE):
        return f"it is unloaded at {step.place}" + (", after the deadline" if step.state == State.LATE else "")
    return _sentence(step)


def _waits(hours: dict[str, float]) -> str:
    """What the lot waited for before the step, longest first."""
    longest = sorted(hours.items(), key=lambda item: (-item[1], item[0]))
    reported = [f"{cause} {count:.1f} h" for cause, count in longest if count >= _LEAST_LABELLED_H]
    return f" (until then: {', '.join(reported)})" if reported else ""


def _marks(history: History, lot: int) -> list[tuple[int, int, str]]:
    return [
        (mark.at_s, _FIRST, _MARKS[mark.what].format(place=mark.place, why=REASONS[mark.reason]))
        for mark in history.ledger.marks
        if mark.lot == lot
    ]


def _works(history: History, lot: int) -> list[tuple[int, int, str]]:
    """Work that the states of the lot do not show: destruction begun, work interrupted."""
    reported: list[tuple[int, int, str]] = []
    for work in history.ledger.work:
        if work.lot != lot:
            continue
        who = worker(work.task, work.crew)
        if work.task is Task.DEMOLISH:
            reported.append((work.from_s, -1, f"{who} begins to {TASKS[work.task]} it"))
        elif work.task is not Task.PREPARE:
            reported.append((work.from_s, -1, f"a crew ({who}) begins to {TASKS[work.task]} it"))
        if not work.done:
            spent = (work.until_s - work.from_s) / HOUR_S
            reported.append((work.until_s, -1, f"the crew stops before it is done, after {spent:.1f} h of clock time"))
    return reported


def _end(history: History, lot: int, cause: str | None) -> str:
    fate = State(history.ledger.state[lot]).name.lower()
    if cause is None:
        return f"fate: {fate}"
    last = next((mark for mark in reversed(history.ledger.marks) if mark.lot == lot), None)
    if last is not None and last.what is Verdict.CONDEMNED:
        return f"fate: {fate}; given up for: {REASONS[last.reason]}; it stood then: {cause}"
    return f"fate: {fate}; binding cause: {cause}"
