"""Prints results of the historic scenarios with the numbers of the record: the tables of docs/validation.md.

`python scripts/validation.py` runs tessalit and kidal-region 200 times and minusma 50 times, seed 1, in some
minutes; `--only minusma --replications 20` less. Every line is a mean with the 5 to 95 % spread of replications.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import numpy as np

from sim.ledger.kinds import By, Did, LiftId, Of, Passage
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.simulator import Simulator
from sim.scenario.calendar import DAY_S, HOUR_S
from sim.scenario.door import load

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
START = dt.datetime(2023, 7, 1)
RECORD_ORDER = (
    "ogossagou",
    "ber",
    "goundam",
    "menaka",
    "douentza",
    "tessalit",
    "aguelhok",
    "kidal",
    "ansongo",
    "mopti",
)
PEOPLE_DATES = ("08-04", "08-28", "09-30", "10-24", "11-08", "12-01", "12-08", "12-31")
Measures = Iterator[tuple[str, float]]


class Column:
    """One convoy from departure to arrival, from the ledger."""

    def __init__(self, at_s: int, place: str, vehicles: float) -> None:
        self.at_s, self.place, self.vehicles = at_s, place, vehicles
        self.strikes = self.hurt = self.lost = self.days = self.people = 0.0


def columns(history: History) -> list[Column]:
    """All convoys that arrived, in order of departure."""
    found: dict[LiftId, Column] = {}
    for step in history.ledger.lift:
        if step.what is Did.DEPARTS and step.lift.of is Of.ROUTE:
            found[step.lift] = Column(step.at_s, step.place, float(step.count))
        column = found.get(step.lift)
        if column is None:
            continue
        if step.what is Did.ATTACKED:
            column.strikes, column.hurt = column.strikes + 1, column.hurt + step.number
        elif step.what is Did.VEHICLE_LOST:
            column.lost += 1
        elif step.what is Did.JOINED:
            column.vehicles += step.count
        elif step.what is Did.ARRIVES:
            column.days = (step.at_s - column.at_s) / DAY_S
            column.people = float(step.people)
    return sorted((each for each in found.values() if each.days), key=lambda each: each.at_s)


def last_column(history: History, place: str) -> Measures:
    """The largest of the convoys with people that leave a place in its last two days."""
    end_s = history.ends_s(place)
    late = [each for each in columns(history) if each.place == place and each.at_s >= end_s - 2 * DAY_S and each.people]
    if not late:
        return
    largest = max(late, key=lambda each: each.people)
    for name in ("days", "vehicles", "people", "strikes", "hurt", "lost"):
        yield f"{place}: last column, {name}", getattr(largest, name)
    yield f"{place}: last column, hours", largest.days * DAY_S / HOUR_S
    yield (
        f"{place}: columns with people, all",
        float(sum(1 for each in columns(history) if each.place == place and each.people)),
    )


def closings(history: History) -> Measures:
    """Day of closing of each place, and its lateness against the handover that held."""
    for place, at_s in history.closings_s.items():
        yield f"{place}: closed on day", at_s / DAY_S
        yield f"{place}: days late", max(0.0, (at_s - history.handovers_s[place]) / DAY_S)


def people_home(history: History) -> Measures:
    """People who have landed at the exit by the days of the record."""
    steps = [(step.at_s, step.count) for step in history.ledger.people if step.what is Passage.HOME]
    for date in PEOPLE_DATES:
        until_s = (dt.datetime.fromisoformat(f"2023-{date}") - START).days * DAY_S + DAY_S
        yield f"home by {date}", float(sum(count for at_s, count in steps if at_s <= until_s))


def _by_c130(by: By) -> bool:
    return isinstance(by, LiftId) and by.of is Of.AIRCRAFT and by.name == "c130"


def c130(history: History) -> Measures:
    """What the C-130 did between its first and last departure: flights are single legs, empty ones too."""
    steps = [step for step in history.ledger.lift if _by_c130(step.lift)]
    flights = [step.at_s for step in steps if step.what is Did.FLIES]
    if not flights:
        return
    flying, there = len({at_s // DAY_S for at_s in flights}), (flights[-1] - flights[0]) // DAY_S + 1
    mass = history.stock.mass_kg
    out = [step for step in history.ledger.lots if step.state == State.EXTRACTED and _by_c130(step.by)]
    tonnes = sum(mass[step.lot] for step in out) / 1000
    people = sum(step.count for step in history.ledger.people if step.what is Passage.LEFT and _by_c130(step.by))
    yield "c130: share of days flown", flying / there
    yield "c130: flights a flying day", len(flights) / flying
    yield "c130: tonnes a flight", tonnes / len(flights)
    yield "c130: people a flight", people / len(flights)
    yield "c130: tonnes a day there", tonnes / there


def held_trucks(history: History) -> Measures:
    """Trucks of the contract for the north that reached it."""
    sent = [step for step in history.ledger.lift if step.what is Did.DEPARTS and step.place == "gao"]
    north = [step for step in sent if step.lift.of is Of.ROUTE and step.lift.name == "gao-tessalit"]
    yield "trucks sent north from Gao", float(sum(step.count for step in north))


def shelter(history: History) -> Measures:
    """Shelter episodes at Tessalit in the ten days before it was left."""
    end_s = history.closings_s["tessalit"]
    starts = [at_s for at_s, _ in history.tape.shelter["tessalit"].pairs() if at_s < end_s]
    yield "tessalit: episodes in the last ten days", float(sum(1 for at_s in starts if at_s >= end_s - 10 * DAY_S))
    yield "tessalit: episodes before", float(sum(1 for at_s in starts if at_s < end_s - 10 * DAY_S))


PLAN: dict[str, tuple[int, tuple[Callable[[History], Measures], ...]]] = {
    "tessalit": (200, (closings, held_trucks, shelter, c130, lambda h: last_column(h, "tessalit"))),
    "kidal-region": (
        200,
        (closings, held_trucks, lambda h: last_column(h, "tessalit"), lambda h: last_column(h, "kidal")),
    ),
    "minusma": (
        50,
        (
            closings,
            held_trucks,
            people_home,
            *(lambda h, p=place: last_column(h, p) for place in ("ber", "goundam", "menaka", "tessalit", "kidal")),
        ),
    ),
}


def order_lines(orders: Counter[tuple[str, ...]]) -> Iterator[str]:
    """In how many replications camps close in the order of the record, and which pairs change places."""
    whole = orders.total()
    yield f"  order of the record: {orders[RECORD_ORDER] / whole:.0%}"
    swapped: Counter[tuple[str, str]] = Counter()
    for order, count in orders.items():
        for i, one in enumerate(RECORD_ORDER):
            for other in RECORD_ORDER[i + 1 :]:
                swapped[one, other] += count * (order.index(one) > order.index(other))
    for (one, other), count in swapped.most_common(4):
        if count:
            yield f"  {other} before {one}: {count / whole:.0%}"


def as_date(days: float) -> str:
    """A day number as a date; midnight belongs to the day that it ends."""
    return (START + dt.timedelta(days=days) - dt.timedelta(seconds=1)).strftime("%d %b")


@click.command()
@click.option("--only", type=click.Choice(list(PLAN)), help="One scenario.")
@click.option("--replications", "-n", type=int, help="Fewer or more than planned.")
def main(only: str | None, replications: int | None) -> None:
    """Runs the historic scenarios and prints the measured numbers."""
    for name, (planned, measures) in PLAN.items():
        if only in (None, name):
            count = replications or planned
            click.echo(f"{name}, {count} replications, seed 1")
            for line in measured(name, count, measures):
                click.echo(line)


def measured(name: str, count: int, measures: tuple[Callable[[History], Measures], ...]) -> Iterator[str]:
    """One line for each measure of a scenario."""
    simulator = Simulator(load(SCENARIOS / f"{name}.yaml").scenario)
    found: dict[str, list[float]] = defaultdict(list)
    orders: Counter[tuple[str, ...]] = Counter()
    for replication in range(1, count + 1):
        history = simulator.history(1, replication)
        orders[tuple(sorted(history.closings_s, key=history.closings_s.__getitem__))] += 1
        for measure in measures:
            for what, value in measure(history):
                found[what].append(value)
    for what, values in found.items():
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
        if what.endswith("on day"):
            yield f"  {what[:-7]}: {as_date(float(middle))} ({as_date(float(low))} to {as_date(float(high))})"
        else:
            yield f"  {what}: {np.mean(values):.2f} ({low:.2f} to {high:.2f})"
    if set(RECORD_ORDER) <= set(next(iter(orders))):
        yield from order_lines(orders)


if __name__ == "__main__":
    main()
