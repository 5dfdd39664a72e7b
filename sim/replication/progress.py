"""How one replication went on: what was out by which day, and the dates of each place that must close."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from sim.ledger.kinds import LiftId, Moment, Passage
from sim.ledger.states import State
from sim.replication.history import History
from sim.scenario.calendar import HOUR_S
from sim.tape.escalation import Order, candidate_of_episodes

ProgressRow = tuple[str, int, int, int]
"""Local date, and what had come out by its end, since the start: kilograms, people, places closed."""
PlaceRow = tuple[
    str, int, float, int | None, int | None, int | None, int | None, int | None, str | None, int | None
]  # fmt: skip
"""Place, kilograms of its lots that came out, working hours in shelter until the planned handover, handover, closing,
last departure and last arrival of its people, order to leave, what brought it, and the number of the shelter episode
that did. Instants are in seconds since the start; `None` where there was none."""
EPISODES, DATE, FOLLOWS = "episodes", "date", "follows"


def progress(history: History) -> list[ProgressRow]:
    """Returns a row for each day on which anything came out or a place closed; late arrivals count too."""
    time = history.scenario.time
    by_day: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    lots, at_s, kg = _out(history)
    inside = np.array([place in history.in_scope for place in history.stock.place], dtype=bool)
    for lot, instant, mass in zip(lots.tolist(), at_s.tolist(), kg.tolist(), strict=True):
        if inside[lot]:
            by_day[time.day_of(max(instant - 1, 0))][0] += int(mass)
    scope = history.scenario.people_in_scope
    for step in history.ledger.people:
        if step.what is Passage.OUT and step.origin in scope:
            by_day[time.day_of(max(step.at_s - 1, 0))][1] += step.count
    for place, closed_s in history.closings_s.items():
        if history.scenario.places[place].handover_s is not None:
            by_day[time.day_of(max(closed_s - 1, 0))][2] += 1
    so_far, rows = [0, 0, 0], []
    for day in sorted(by_day):
        so_far = [a + b for a, b in zip(so_far, by_day[day], strict=True)]
        rows.append((time.date_of_day(day).isoformat(), so_far[0], so_far[1], so_far[2]))
    return rows


def _out(history: History) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lots that were unloaded at an end of their way, in time or late; when, and their mass."""
    columns = history.columns
    kept = columns.state == State.EXTRACTED
    for at in np.flatnonzero(columns.state == State.LATE).tolist():  # at the horizon, what never arrived is late too
        kept[at] = isinstance(columns.by[at], LiftId)
    lots = columns.lot[kept]
    return lots, columns.at_s[kept], np.array(history.stock.mass_kg, dtype=np.int64)[lots]


def place_rows(history: History) -> list[PlaceRow]:
    """Returns a row for each place that must close, by name."""
    lots, _, kg = _out(history)
    out: Counter[str] = Counter()
    for lot, mass in zip(lots.tolist(), kg.tolist(), strict=True):
        out[history.stock.place[lot]] += int(mass)
    left: dict[str, int] = {}
    there: dict[str, int] = {}
    for step in history.ledger.people:
        if step.what is Passage.LEFT and step.place == step.origin:
            left[step.origin] = step.at_s
        elif step.what is Passage.OUT:
            there[step.origin] = step.at_s
    return [
        (name, out[name], _sheltered_h(history, name, planned), history.handovers_s.get(name),
         history.closings_s.get(name), left.get(name), there.get(name), *_order(history, name))
        for name, planned in sorted(
            (name, place.handover_s) for name, place in history.scenario.places.items() if place.handover_s is not None
        )
    ]  # fmt: skip


def _sheltered_h(history: History, place: str, until_s: int) -> float:
    """Working hours lost to shelter until an instant that chance does not move."""
    tape = history.tape
    lost_s = tape.hours[place].open_between(0, until_s) - tape.working[place].open_between(0, until_s)
    return round(lost_s / HOUR_S, 3)


def _order(history: History, place: str) -> tuple[int | None, str | None, int | None]:
    """When an order to leave came to a place that was open, which rule of it brought it, and at which episode."""
    order = history.tape.orders.get(place)
    given = any(step.what is Moment.ORDER and step.place == place for step in history.ledger.places)
    if order is None or not given:
        return None, None, None
    return order.at_s, *_brought_by(history, place, order)


def _brought_by(history: History, place: str, order: Order) -> tuple[str, int | None]:
    escalation = history.scenario.places[place].escalation
    assert escalation is not None
    starts = history.tape.shelter[place].starts
    if escalation.episodes is not None and candidate_of_episodes(escalation.episodes, starts) == order:
        return EPISODES, sum(start <= order.at_s for start in starts)
    date = escalation.date
    if date is not None:
        at_s = max(date.on_s, 0)
        if order == Order(at_s, max(at_s, date.on_s + date.notice_s)):
            return DATE, None
    return FOLLOWS, None
