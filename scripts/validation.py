"""Writes the numbers of docs/validation.md: what the model gives beside the record, block by block.

`python scripts/validation.py` runs everything with seed 1 and writes every block between its marks, in half an hour or
more. `--only columns` writes one block, `--replications 20` takes fewer. What a block says of the record is here and
in the targets of the scenarios; the rest of the page is written by hand and has no number of the model.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from sim import backtest
from sim.cli.backtest_answer import backtest_text
from sim.ledger.kinds import By, Did, LiftId, Of, Passage
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.simulator import Simulator
from sim.scenario.calendar import DAY_S, HOUR_S
from sim.scenario.door import load

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS, PAGE = ROOT / "scenarios", ROOT / "docs" / "validation.md"
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


PLAN: dict[str, tuple[int, tuple[Callable[[History], Measures], ...]]] = {
    "tessalit": (100, (c130,)),
    "kidal-region": (
        100,
        (held_trucks, lambda h: last_column(h, "tessalit"), lambda h: last_column(h, "kidal")),
    ),
    "minusma": (
        40,
        (closings, people_home, *(lambda h, p=place: last_column(h, p) for place in ("ber", "goundam", "menaka"))),
    ),
}
"""Replications of each historic scenario, and what is measured in them."""


@dataclass(frozen=True)
class Compared:
    """A value of the record and how the model gives it: `low` to `high` are the ends of what sources say."""

    what: str
    record: str
    key: str
    low: float | None = None
    high: float | None = None
    digits: int = 1


COLUMNS = (
    ("Tessalit and Aguelhok to Gao, 21 to 29 Oct [8]", (
        Compared("days on the road", "8", "tessalit: last column, days", 8, 8),
        Compared("people", "more than 500", "tessalit: last column, people", 500, 600, 0),
        Compared("strikes by explosives", "4", "tessalit: last column, strikes", 4, 4),
        Compared("hurt", "4", "tessalit: last column, hurt", 4, 4, 0),
    )),
    ("Kidal to Gao, 31 Oct to 7 Nov [11] [23] [24]", (
        Compared("days on the road", "7.5 to 8", "kidal: last column, days", 7.5, 8),
        Compared("vehicles", "143 (150 in another count [23])", "kidal: last column, vehicles", 143, 150, 0),
        Compared("people", "848 (850 in another count [23])", "kidal: last column, people", 848, 850, 0),
        Compared("strikes by explosives", "6", "kidal: last column, strikes", 6, 6),
        Compared("hurt", "37 (26 in another count [23])", "kidal: last column, hurt", 26, 39, 0),
        Compared("vehicles lost", "7 damaged; lost: not published", "kidal: last column, lost"),
    )),
    ("trucks from Gao that reached the region before 31 Oct", (
        Compared("trucks", "0 of 200 [2], by input", "trucks sent north from Gao", 0, 0, 0),
    )),
)  # fmt: skip
ELSEWHERE = (
    ("Ber to Timbuktu, 13 to 15 Aug [25]", (
        Compared("hours for 57 km", "51", "ber: last column, hours", 51, 51, 0),
        Compared("attacks", "2", "ber: last column, strikes", 2, 2),
        Compared("hurt", "4", "ber: last column, hurt", 4, 4),
    )),
    ("Goundam to Timbuktu, 16 Aug [26]", (Compared("days", "1", "goundam: last column, days", 1, 1),)),
    ("Ménaka to Gao, 25 to 30 Aug [14]", (Compared("days", "5", "menaka: last column, days", 5, 5),)),
)  # fmt: skip
PEOPLE = (
    Compared("4 Aug", "675 [13], soldiers", "home by 08-04", 675, 675, 0),
    Compared("25 to 28 Aug", "1,096 [27], uniformed", "home by 08-28", 1096, 1096, 0),
    Compared("late Sep", "3,367 [28], all", "home by 09-30", 3367, 3367, 0),
    Compared("24 Oct", "5,802 [29], all", "home by 10-24", 5802, 5802, 0),
    Compared("8 Nov", "some 6,900, half of 13,871 [30], all", "home by 11-08", 6900, 6936, 0),
    Compared("1 Dec", "10,040 [31], 9,680 uniformed and 360 civilians", "home by 12-01", 10040, 10040, 0),
    Compared("8 Dec", "more than 10,500 [32], all", "home by 12-08", 10500, 11000, 0),
    Compared("31 Dec", "all but the team of the liquidation [33]", "home by 12-31", digits=0),
)
AIRLIFT = (
    Compared("share of days on which it flew", "0.55", "c130: share of days flown", 0.55, 0.55, 2),
    Compared("flights (one leg each) per flying day", "3.7", "c130: flights a flying day", 3.7, 3.7),
    Compared("tonnes per flight, empty legs counted", "2.3", "c130: tonnes a flight", 2.3, 2.3),
    Compared("tonnes per day there", "4.7", "c130: tonnes a day there", 4.7, 4.7),
)
CLOSED = {
    "ogossagou": ("August (4 Aug in the file)", "4 Aug [13]", "08-04", "08-04", "input; lateness is an outcome"),
    "ber": ("about 15 Aug", "13 Aug [10]", "08-13", "08-13", "input"),
    "goundam": ("August (16 Aug)", "16 Aug [10]", "08-16", "08-16", "input; lateness is an outcome"),
    "menaka": ("25 Aug", "25 Aug; in Gao on 30 Aug [14]", "08-25", "08-25", "input; lateness is an outcome"),
    "douentza": ("October (20 Oct)", "20 or 21 Oct; on the road on the 22nd [15] [16]", "10-20", "10-22",
                 "input; lateness is an outcome"),
    "tessalit": ("mid-October to November (5 Nov)", "21 Oct [7]", "10-21", "10-21",
                 "outcome of alarms; their rule is an input"),
    "aguelhok": ("not published (10 Nov)", "23 Oct [8]", "10-23", "10-23", "follows Tessalit"),
    "kidal": ("15 Nov [17]", "31 Oct, last flight on the 30th [9]", "10-31", "10-31", "follows Tessalit"),
    "ansongo": ("November (18 Nov)", "18 Nov [18]", "11-18", "11-18", "input; lateness is an outcome"),
    "mopti": ("early December (8 Dec)", "8 Dec [19]", "12-08", "12-08", "input; lateness is an outcome"),
}  # fmt: skip
"""By camp: planned, left by the record, the days of the record, and whether the file was given the day."""
CASES = (("kandahar-2011-sampled", 400), ("barkhane-2021-sampled", 100), ("niger-2023-sampled", 100))
"""Forecasts of other withdrawals, and their replications."""
FORECAST = 100
"""Replications of the forecast of the mission."""


@dataclass
class Measured:
    """What one historic scenario gave: values by name, and orders of closing."""

    count: int
    values: dict[str, list[float]]
    orders: Counter[tuple[str, ...]]

    def spread(self, key: str) -> tuple[float, float, float]:
        """The mean, and the 5 and 95 % quantiles."""
        low, high = np.quantile(self.values[key], (0.05, 0.95))
        return float(np.mean(self.values[key])), float(low), float(high)


class Runs:
    """Runs each historic scenario at most once."""

    def __init__(self, replications: int | None) -> None:
        self._asked = replications
        self._done: dict[str, Measured] = {}

    def count(self, planned: int) -> int:
        """The replications of something planned with so many."""
        return self._asked or planned

    def __getitem__(self, name: str) -> Measured:
        """What a scenario gave."""
        if name not in self._done:
            planned, measures = PLAN[name]
            self._done[name] = measured(name, self.count(planned), measures)
        return self._done[name]


def measured(name: str, count: int, measures: tuple[Callable[[History], Measures], ...]) -> Measured:
    """Runs a scenario and measures every replication."""
    simulator = Simulator(load(SCENARIOS / f"{name}.yaml").scenario)
    found: dict[str, list[float]] = defaultdict(list)
    orders: Counter[tuple[str, ...]] = Counter()
    for replication in range(1, count + 1):
        history = simulator.history(1, replication)
        orders[tuple(sorted(history.closings_s, key=history.closings_s.__getitem__))] += 1
        for measure in measures:
            for what, value in measure(history):
                found[what].append(value)
    return Measured(count, found, orders)


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}"


def _row(one: Compared, found: Measured) -> str:
    """A row with the record, the mean with its spread, and whether the spread meets what sources say."""
    if one.key not in found.values:
        return f"| {one.what} | {one.record} | none | – |"
    mean, low, high = found.spread(one.key)
    said = f"{_number(mean, one.digits)} ({_number(low, one.digits)} to {_number(high, one.digits)})"
    inside = "–"
    if one.low is not None and one.high is not None:
        inside = "yes" if low <= one.high and high >= one.low else "no"
    return f"| {one.what} | {one.record} | {said} | {inside} |"


def _caption(name: str, found: Measured) -> str:
    return f"`{name}`, {found.count} replications, seed 1."


def closings_block(runs: Runs) -> Iterator[str]:
    """Days of closing and their order."""
    found = runs["minusma"]
    yield _caption("minusma", found)
    yield ""
    yield "| camp | planned | left, by the record | model, median | in the spread | input or outcome |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for camp, (planned, record, first, last, what) in CLOSED.items():
        days = found.values[f"{camp}: closed on day"]
        low, middle, high = (float(one) for one in np.quantile(days, (0.05, 0.5, 0.95)))
        ends = [_day_number(day) for day in (first, last)]
        inside = "yes" if low <= ends[1] and high > ends[0] - 1 else "no"
        said = f"{as_date(middle)} ({as_date(low)} to {as_date(high)})"
        yield f"| {camp.capitalize()} | {planned} | {record} | {said} | {inside} | {what} |"
    yield ""
    yield from order_lines(found.orders)


def _day_number(day: str) -> float:
    """The end of a day of 2023, in days since the start."""
    return float((dt.datetime.fromisoformat(f"2023-{day}") - START).days + 1)


def order_lines(orders: Counter[tuple[str, ...]]) -> Iterator[str]:
    """In how many replications camps close in the order of the record, which is sixth, and which change places."""
    whole = orders.total()
    yield "| order of closing | model |"
    yield "| --- | --- |"
    yield f"| share of replications in the order of the record | {orders[RECORD_ORDER] / whole:.0%} |"
    sixth = Counter[str]()
    swapped: Counter[tuple[str, str]] = Counter()
    for order, count in orders.items():
        sixth[order[5]] += count
        for i, one in enumerate(RECORD_ORDER):
            for other in RECORD_ORDER[i + 1 :]:
                swapped[one, other] += count * (order.index(one) > order.index(other))
    names = ", ".join(f"{camp.capitalize()} {count / whole:.0%}" for camp, count in sixth.most_common(3))
    yield f"| the sixth camp (Tessalit, by the record) | {names} |"
    pairs = [(pair, count) for pair, count in swapped.most_common(4) if count]
    said = "; ".join(f"{b.capitalize()} before {a.capitalize()} {count / whole:.0%}" for (a, b), count in pairs)
    yield f"| pairs that change places most often | {said or 'none'} |"


def as_date(days: float) -> str:
    """A day number as a date; midnight belongs to the day that it ends."""
    day = START + dt.timedelta(days=days) - dt.timedelta(seconds=1)
    return f"{day.day} {day:%b}"


def _grouped(name: str, groups: Iterable[tuple[str, Sequence[Compared]]], runs: Runs) -> Iterator[str]:
    found = runs[name]
    yield _caption(name, found)
    for title, rows in groups:
        yield ""
        yield f"| {title} | record | model | in the spread |"
        yield "| --- | --- | --- | --- |"
        yield from (_row(one, found) for one in rows)


def columns_block(runs: Runs) -> Iterator[str]:
    """Last columns of the north."""
    yield from _grouped("kidal-region", COLUMNS, runs)


def elsewhere_block(runs: Runs) -> Iterator[str]:
    """Columns of the first phase."""
    yield from _grouped("minusma", ELSEWHERE, runs)


def people_block(runs: Runs) -> Iterator[str]:
    """People who left the country."""
    yield from _grouped("minusma", [("by", PEOPLE)], runs)


def airlift_block(runs: Runs) -> Iterator[str]:
    """What the C-130 did."""
    yield from _grouped("tessalit", [("a C-130: Dutch in the mission, and in the model", AIRLIFT)], runs)


def _shown(row: Mapping[str, Any], value: float | str | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        day = dt.date.fromisoformat(value)
        return f"{day.day} {day:%b}"
    return f"{100 * value:.1f} %" if row["unit"] == "share" else f"{value:.1f}"


def cases_block(runs: Runs) -> Iterator[str]:
    """Forecasts of other withdrawals: record, forecast, and the plan and a straight line beside it."""
    for name, planned in CASES:
        said = backtest(name, replications=runs.count(planned)).summary
        yield f"`drawdown backtest {name} -n {said['replications']}`, seed 1, cut after {said['cut']}."
        yield ""
        yield "| scenario | target | record | median | 90 % interval | in it | CRPS | plan | line |"
        yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
        for side in said["sides"]:
            for row in side["targets"]:
                yield _case_row(side["scenario"], row)
        yield ""


def _case_row(scenario: str, row: Mapping[str, Any]) -> str:
    record = _shown(row, row["record"])
    if row["low"] != row["high"]:
        record += f" ({_shown(row, row['low'])} to {_shown(row, row['high'])})"
    ends = (
        "no value" if row["most_low"] is None else f"{_shown(row, row['most_low'])} to {_shown(row, row['most_high'])}"
    )
    crps = "–" if row["crps"] is None else f"{row['crps']:.2f}{'' if row['unit'] == 'share' else ' d'}"
    inside = "yes" if row["in_most"] else "no; by one source" if row["in_doubt"] else "no"
    sticks = " | ".join(_shown(row, row["reference_forecasts"][stick]) for stick in ("plan", "line"))
    return (f"| {scenario} | {row['words']} | {record} | {_shown(row, row['median'])} | {ends} | {inside} | {crps} "
            f"| {sticks} |")  # fmt: skip


def forecast_block(runs: Runs) -> Iterator[str]:
    """The forecast of the mission as it is printed, and the hits of the scenario with hindsight."""
    said = backtest(replications=runs.count(FORECAST)).summary
    yield "```text"
    yield backtest_text(said).split("\n\nThe fit:")[0]
    yield "```"
    yield ""
    hits = said["sides"][1]["hits"]
    yield (f"The scenario with hindsight, run for comparison, has {hits['half']} of {hits['targets']} values in its")
    yield f"50 % interval and {hits['most']} in its 90 % interval."


BLOCKS: dict[str, Callable[[Runs], Iterator[str]]] = {
    "cases": cases_block, "closings": closings_block, "columns": columns_block, "elsewhere": elsewhere_block,
    "people": people_block, "airlift": airlift_block, "forecast": forecast_block,
}  # fmt: skip
"""Blocks of the page by name."""


def marks(name: str) -> tuple[str, str]:
    """The lines between which a block stands."""
    return f"<!-- {name}: begin; written by scripts/validation.py -->\n", f"<!-- {name}: end -->"


def with_block(text: str, name: str, lines: Iterable[str]) -> str:
    """The page with one block written anew. Raises `ValueError` if its marks are missing."""
    begin, end = marks(name)
    before, rest = text.split(begin)
    _, after = rest.split(end)
    content = "\n".join(lines).strip("\n")
    return f"{before}{begin}\n{content}\n\n{end}{after}"


@click.command()
@click.option("--only", type=click.Choice(list(BLOCKS)), multiple=True, help="One block, or several.")
@click.option("--replications", "-n", type=int, help="Fewer or more than planned.")
@click.option("--show", is_flag=True, help="Print the blocks, write nothing.")
def main(only: tuple[str, ...], replications: int | None, show: bool) -> None:
    """Runs the scenarios and writes the numbers of docs/validation.md."""
    runs = Runs(replications)
    for name in only or BLOCKS:
        lines = list(BLOCKS[name](runs))
        if show:
            click.echo("\n".join(lines))
        else:
            PAGE.write_text(with_block(PAGE.read_text(encoding="utf-8"), name, lines), encoding="utf-8")
            click.echo(f"docs/{PAGE.name}: {name} written")


if __name__ == "__main__":
    main()
