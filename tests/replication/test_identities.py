"""Identities: a history that breaks one is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from little import ROAD, TRUCK, Played, by_air, camp, world

from sim.errors import ModelFault
from sim.ledger.ledger import LiftStep, LotStep, PeopleStep, Work
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.identities import assert_identities


def _history() -> History:
    place = camp(
        lots={"box": {"unoe": 4}}, crews={"count": 1}, people={"soldiers": 5}, working_hours="06:00-18:00",
        evacuate={"out": ["road", "air"]},
    )  # fmt: skip
    lift = {"trucks": {"t": TRUCK}, **by_air()}
    return Played(world({"camp": place}, {"box": {"prepare": "1 h"}}, lift=lift, routes=ROAD)).history


def _no_fate(history: History) -> None:
    history.ledger.state[0] = State.READY


def _two_fates(history: History) -> None:
    history.ledger.lots.append(LotStep(10**9, 0, State.LOST, "camp", "fire"))


def _people_lost(history: History) -> None:
    del history.ledger.people[-1]


def _people_doubled(history: History) -> None:
    history.ledger.people.append(PeopleStep(5, "left", "camp", "camp", 99, ""))


def _people_made(history: History) -> None:
    history.ledger.people.append(PeopleStep(10**7, "out", "camp", "out", 1, ""))


def _work_at_night(history: History) -> None:
    history.ledger.work.append(Work("camp", 3, 0, "prepare", 0, 3600, True))


def _a_crew_twice(history: History) -> None:
    work = history.ledger.work[0]
    history.ledger.work.append(work)


def _a_tail_twice(history: History) -> None:
    history.ledger.lift += [
        LiftStep(0, "heli/1#98", "departs", "out"), LiftStep(0, "heli/1#99", "departs", "out"),
        LiftStep(9, "heli/1#98", "is back", "out"), LiftStep(9, "heli/1#99", "is back", "out"),
    ]  # fmt: skip


def _too_full(history: History) -> None:
    history.ledger.lift.append(LiftStep(0, "heli/1#9", "fill", "camp", 1.01))


FAULTS: list[tuple[Callable[[History], None], str]] = [
    (_no_fate, "no fate"), (_two_fates, "two fates"), (_people_lost, "with no lift"),
    (_people_doubled, "more people left"),
    (_people_made, "than were on the way"),
    (_work_at_night, "out of hours"), (_a_crew_twice, "two lots at once"), (_a_tail_twice, "two sorties at once"),
    (_too_full, "over its payload"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "said"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_history_that_breaks_an_identity_is_a_fault(spoil: Callable[[History], None], said: str) -> None:
    history = _history()
    spoil(history)
    with pytest.raises(ModelFault, match=said):
        assert_identities(replace(history))  # which remembers nothing of the first look


def test_a_history_as_it_was_played_breaks_none() -> None:
    assert_identities(_history())
