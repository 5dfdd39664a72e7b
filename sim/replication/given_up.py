"""What planning gave up, when and for which reason."""

from __future__ import annotations

from collections import defaultdict

from sim.ledger.kinds import Reason, Verdict
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.wording import REASONS

GivenUpRow = tuple[str, str, str, int, int, int, int]
"""Place, local date, reason, lots and kilograms condemned; of these, not out in the end
and not condemned again later: lots and kilograms."""


def given_up(history: History) -> list[GivenUpRow]:
    """Returns a row for each place, day and reason of condemnation, sorted; lots of places in scope."""
    stock, time = history.stock, history.scenario.time
    counted = stock.counted
    last: dict[int, tuple[str, str, Reason]] = {}
    sums: dict[tuple[str, str, Reason], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for mark in history.ledger.marks:
        if mark.what is Verdict.REINSTATED:
            last.pop(mark.lot, None)
        if mark.what is not Verdict.CONDEMNED or stock.place[mark.lot] not in history.in_scope:
            continue
        key = (mark.place, time.date_of_day(time.day_of(mark.at_s)).isoformat(), mark.reason)
        last[mark.lot] = key
        _add(sums[key], 0, 1 if counted is None else int(counted[mark.lot]), stock.mass_kg[mark.lot])
    fated = history.fated
    for lot, key in last.items():
        if fated[lot] != State.EXTRACTED:
            _add(sums[key], 2, 1 if counted is None else int(counted[lot]), stock.mass_kg[lot])
    return sorted((place, day, REASONS[why], *_four(each)) for (place, day, why), each in sums.items())


def _four(sums: list[int]) -> tuple[int, int, int, int]:
    return sums[0], sums[1], sums[2], sums[3]


def _add(sums: list[int], at: int, lots: int, kg: int) -> None:
    sums[at] += lots
    sums[at + 1] += int(kg)
