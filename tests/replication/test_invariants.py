"""Invariants: a history that breaks one is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from little import ROAD, TRUCK, H, Simulated, by_air, camp, world

from sim.errors import ModelFault
from sim.ledger.kinds import Did, LiftId, Moment, Of, Passage, Task, Why
from sim.ledger.ledger import LiftStep, LotStep, PeopleStep, PlaceStep, Work
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.invariants import assert_invariants
from sim.world.chalk import FILLS
from sim.world.convoy import PoolCount
from sim.world.driving import Driving
from sim.world.loaders import Loaders, LoadJob

WEEKEND = {"from": "2023-01-14", "until": "2023-01-15"}  # after the camp has closed
DAY = 24 * H


def _history() -> History:
    place = camp(
        lots={"box": {"unoe": 4}}, crews={"count": 1}, people={"soldiers": 5}, working_hours="06:00-18:00",
        evacuate={"out": ["road", "air"]}, strip={"surface": "gravel", "closures": {"works": WEEKEND}},
        threat={"alarms": {"listed": {"late": {"from": "2023-01-17", "until": "2023-01-17"}}}},
    )  # fmt: skip
    lift = {"trucks": {"t": TRUCK}, **by_air(hours_a_day="12 h")}
    routes = {"r": ROAD["r"] | {"closures": {"rain": WEEKEND}}}
    accidents = {"landing": {"chance": 0, "strip_closed": "1 d", "hull_lost": 0}}
    classes = {"box": {"prepare": "1 h"}}
    return Simulated(world({"camp": place}, classes, lift=lift, routes=routes, accidents=accidents)).history


def _no_fate(history: History) -> None:
    history.ledger.state[0] = State.READY


def _sortie(number: int, tail: int = 1) -> LiftId:
    return LiftId(Of.AIRCRAFT, "heli", tail, number)


def _two_fates(history: History) -> None:
    history.ledger.steps += LotStep(10**9, 0, State.LOST, "camp", Why.FIRE)


def _people_lost(history: History) -> None:
    del history.ledger.people[-1]


def _people_doubled(history: History) -> None:
    history.ledger.people.append(PeopleStep(5, Passage.LEFT, "camp", "camp", 99, None))


def _people_made(history: History) -> None:
    history.ledger.people.append(PeopleStep(10**7, Passage.OUT, "camp", "out", 1, None))


def _work_at_night(history: History) -> None:
    history.ledger.work.append(Work("camp", 3, 0, Task.PREPARE, 0, 3600, True))


def _a_crew_twice(history: History) -> None:
    work = history.ledger.work[0]
    history.ledger.work.append(work)


def _a_tail_twice(history: History) -> None:
    history.ledger.lift += [
        LiftStep(0, _sortie(98), Did.DEPARTS, "out"), LiftStep(0, _sortie(99), Did.DEPARTS, "out"),
        LiftStep(9, _sortie(98), Did.IS_BACK, "out"), LiftStep(9, _sortie(99), Did.IS_BACK, "out"),
    ]  # fmt: skip


def _too_full(history: History) -> None:
    history.ledger.lift.append(LiftStep(0, _sortie(9), Did.FILL, "camp", 1.01))


def _another_fate(history: History) -> None:
    history.ledger.state[0] = State.LATE


def _still_there(history: History) -> None:
    history.ledger.people.append(PeopleStep(19 * DAY, Passage.STILL, "camp", "camp", 1, None))


def _a_tail_twice_under_way(history: History) -> None:
    history.ledger.lift += [LiftStep(19 * DAY, _sortie(number), Did.DEPARTS, "out") for number in (98, 99)]


def _too_many_seats(history: History) -> None:
    for _ in range(3):
        history.ledger.people += [
            PeopleStep(19 * DAY, what, "camp", "out", 5, _sortie(99)) for what in (Passage.LEFT, Passage.OUT)
        ]  # fmt: skip
    history.ledger.lift.append(LiftStep(19 * DAY, _sortie(99), Did.TAKES_OFF, "out"))


def _too_many_hours(history: History) -> None:
    history.ledger.lift.append(LiftStep(19 * DAY, _sortie(99), Did.FLIES, "", 13.0 * H))


def _through_a_closed_strip(history: History) -> None:
    history.ledger.lift.append(LiftStep(14 * DAY, _sortie(99), Did.LANDS, "camp"))


def _where_an_accident_was(history: History) -> None:
    history.ledger.lift += [
        LiftStep(18 * DAY, _sortie(99), Did.ACCIDENT, "camp"),
        LiftStep(18 * DAY + H, _sortie(1, tail=2), Did.LANDS, "camp"),
    ]  # fmt: skip


def _in_an_alarm(history: History) -> None:
    history.ledger.lift.append(LiftStep(16 * DAY + H, _sortie(99), Did.TAKES_OFF, "camp"))


def _on_a_closed_road(history: History) -> None:
    history.ledger.lift.append(LiftStep(14 * DAY, LiftId(Of.ROUTE, "r", 99), Did.DEPARTS, "camp", count=1))


def _a_lot_back_in_time(history: History) -> None:
    history.ledger.steps[0] = 18 * DAY


def _back_in_time(history: History) -> None:
    history.ledger.places.append(PlaceStep(0, "camp", Moment.ORDER))


def _count(history: History, found: int = 0, **more: int) -> None:
    """Let as many more be in some counts, and be found at work."""
    counted, at_work, empty = history.trucks["t"]
    counts = {name: getattr(counted, name) + count for name, count in more.items()}
    history.trucks["t"] = PoolCount(counted._replace(**counts), at_work + found, empty)


def _a_truck_made(history: History) -> None:
    _count(history, idle=1)


def _a_truck_gone(history: History) -> None:
    _count(history, idle=-1)


def _a_truck_below_none(history: History) -> None:
    _count(history, idle=1, lost=-1)


def _a_contract_that_never_came(history: History) -> None:
    _count(history, idle=-1, awaited=1)


def _a_truck_at_work_that_is_not_there(history: History) -> None:
    _count(history, idle=-1, at_work=1)


def _a_truck_that_no_count_knows(history: History) -> None:
    _count(history, found=1)


def _an_idle_truck_that_the_ledger_knows_not(history: History) -> None:
    _count(history, idle=-1, lost=1)


FAULTS: list[tuple[Callable[[History], None], str]] = [
    (_no_fate, "no fate"), (_two_fates, "two fates"), (_people_lost, "with no lift"),
    (_people_doubled, "more people left"),
    (_people_made, "than were on the way"),
    (_work_at_night, "out of hours"), (_a_crew_twice, "two lots at once"), (_a_tail_twice, "two sorties at once"),
    (_too_full, "over its payload"), (_another_fate, "not where its last step led"),
    (_still_there, "neither left nor are still there"), (_a_tail_twice_under_way, "two sorties at once"),
    (_too_many_seats, "more people than seats"), (_too_many_hours, "more than its hours"),
    (_through_a_closed_strip, "where the strip is closed"), (_where_an_accident_was, "where the strip is closed"),
    (_in_an_alarm, "in an alarm"), (_on_a_closed_road, "on a closed road"), (_back_in_time, "time ran back"),
    (_a_truck_made, "of the 1 trucks of t 2 are counted"), (_a_truck_gone, "of the 1 trucks of t 0 are counted"),
    (_a_truck_below_none, "1 are counted"), (_a_contract_that_never_came, "1 are counted"),
    (_a_truck_at_work_that_is_not_there, "counted where none is"),
    (_a_truck_that_no_count_knows, "counted where none is"),
    (_an_idle_truck_that_the_ledger_knows_not, "the ledger has not as many trucks of t idle as there are"),
    (_a_lot_back_in_time, "lot camp/box/1 went back in time from 1555200 s to"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "said"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_history_that_breaks_an_identity_is_a_fault(spoil: Callable[[History], None], said: str) -> None:
    history = _history()
    spoil(history)
    with pytest.raises(ModelFault, match=said):
        assert_invariants(replace(history))  # which remembers nothing of the first look


def test_a_history_as_it_was_simulated_breaks_none() -> None:
    assert_invariants(_history())


def _camp_of(people: int, **more: Any) -> None:
    place = camp(lots={"box": {"unoe": 20}}, people={"soldiers": people}, crews={"count": 5}, **more)
    trucks = {"t": TRUCK | {"count": 2, "seats": 2, "load": "1 h"}}
    Simulated(world({"camp": place}, {"box": {}}, lift={"trucks": trucks}, routes=ROAD))


def test_a_world_that_loads_more_than_a_truck_takes_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    _camp_of(5)
    monkeypatch.setitem(FILLS, "sensitive_then_value", lambda lots, *_: list(lots))
    with pytest.raises(ModelFault, match="a vehicle of convoy r#1 left over its payload or floor"):
        _camp_of(5)


def test_a_world_that_lets_people_go_without_seats_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    leaves = {"start": "2023-01-01", "rear_party": 0, "leave_by": ["road"]}
    place = camp(lots={"car": {"coe": 4}}, people={"soldiers": 50}, drawdown=leaves)
    data = world({"camp": place}, {"car": {"moves": ["self"], "crew": 1, "seats": 3}}, routes=ROAD)
    Simulated(data)
    monkeypatch.setattr(Driving, "seats_in", lambda *_: 99)
    with pytest.raises(ModelFault, match="left with more people than seats"):
        Simulated(data)


def test_a_world_whose_loaders_work_on_two_vehicles_at_once_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    _camp_of(5, loaders=1)
    begin = Loaders._begin

    def twice(self: Loaders, job: LoadJob) -> None:
        begin(self, job)
        begin(self, LoadJob(99, self.clock.event(), job.work_s, job.asked_s, None))

    monkeypatch.setattr(Loaders, "_begin", twice)
    with pytest.raises(ModelFault, match="a loader works on two vehicles at once"):
        _camp_of(5, loaders=1)
