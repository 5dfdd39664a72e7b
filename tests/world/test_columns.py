"""Columns: who forms a convoy, when it is long enough, and what becomes of one that loses all it has."""

from __future__ import annotations

from typing import Any

import pytest
from little import ROAD, TRUCK, Simulated, camp, world

from sim.ledger.kinds import Did, LiftId, Of, Passage
from sim.replication.episodes import episodes
from sim.replication.responses import responses

CAR = {"moves": ["self"], "crew": 1, "seats": 1}
EVERYWHERE = {"rate": "10 /km", "vehicles_lost": 1, "hurt": 1}
BY_ROAD = {"start": "2023-01-01", "leave_by": ["road"]}


def _simulated(place: dict[str, Any], classes: dict[str, Any], **sections: Any) -> Simulated:
    return Simulated(world({"camp": camp(**place)}, classes, **{"routes": ROAD} | sections))


@pytest.mark.parametrize("load", ["0 s", "1 s"])
def test_a_vehicle_that_is_loaded_in_a_second_leaves_when_one_does_that_needs_no_loading(load: str) -> None:
    lots = {"a": {"coe": 1}, "b": {"coe": 1}, "c": {"coe": 1}}
    classes = {
        name: {**CAR, "prepare": prepare, "load": load} for name, prepare in (("a", "0 h"), ("b", "3 h"), ("c", "7 h"))
    }
    rules = {"vehicles": {"least": 2}, "load_at_least": "5 h"}
    simulated = _simulated({"lots": lots, "crews": {"count": 1}}, classes, lift={"convoys": rules})
    assert simulated.departures() == [(8, 2), (15, 1)]


@pytest.mark.parametrize("load", ["0 s", "1 s"])
def test_the_stay_of_a_second_convoy_begins_when_the_first_has_left(load: str) -> None:
    rules = {"vehicles": {"least": 2, "most": 2}, "load_at_least": "3 h"}
    simulated = _simulated({"lots": {"car": {"coe": 4}}}, {"car": {**CAR, "load": load}}, lift={"convoys": rules})
    assert simulated.departures() == [(3, 2), (6, 2)]


def test_a_loaded_truck_that_is_not_cleared_yet_holds_a_vehicle_that_would_go_alone() -> None:
    refused = {"first": {"from": "2023-01-01", "until": "2023-01-02", "refused": "100 %"}}
    simulated = _simulated(
        {"lots": {"box": {"unoe": 1}, "car": {"coe": 1}}}, {"box": {}, "car": CAR},
        lift={"trucks": {"t": TRUCK}, "convoys": {"vehicles": {"least": 3}}},
        clearance={"road": {"r": {"trucks": {"windows": refused}}}},
    )  # fmt: skip
    assert simulated.departures() == [(48, 2)]


def test_a_vehicle_without_a_driver_holds_the_last_that_has_one() -> None:
    place = {"lots": {"car": {"coe": 2}}, "people": {"all": 1}, "handover": "2023-01-05"}
    assert _simulated(place, {"car": CAR}, lift={"convoys": {"vehicles": {"least": 2}}}).departures() == [(120, 1)]


def test_people_whose_vehicle_is_lost_come_in_when_the_delay_and_the_way_are_over() -> None:
    place = {"lots": {"bus": {"coe": 1}}, "people": {"all": 2}, "drawdown": {**BY_ROAD, "rear_party": 0}}
    routes = {"r": {**ROAD["r"], "attacks": {**EVERYWHERE, "delay": "5 h"}}}
    simulated = _simulated({**place, "handover": "2023-01-02"}, {"bus": CAR}, routes=routes)
    left, *_ = simulated.left()
    out = [step for step in simulated.ledger.people if step.what is Passage.OUT]
    assert [(step.count, step.at_s / 3600 - left[0]) for step in out] == [(2, 9)]
    assert responses(simulated.history)["attacks"] == 1


def test_an_episode_of_a_column_that_is_lost_ends_with_it() -> None:
    routes = {"r": {**ROAD["r"], "attacks": {**EVERYWHERE, "delay": "5 h"}}}
    simulated = _simulated({"lots": {"car": {"coe": 2}}}, {"car": CAR}, routes=routes)
    (ended,) = [step.at_s for step in simulated.ledger.lift if step.what is Did.COLUMN_LOST]
    assert [(a, b) for _, kind, a, b in episodes(simulated.history) if kind == "convoy"] == [(0, ended)]
    assert ended < 6 * 3600  # not at the horizon


def test_what_a_convoy_drove_is_reported_once_to_the_kilometre() -> None:
    simulated = _simulated(
        {"lots": {"box": {"unoe": 2}}}, {"box": {}}, lift={"trucks": {"t": {**TRUCK, "payload": "1 t"}}}
    )
    reported = [(step.lift.number, step.number) for step in simulated.ledger.lift if step.what is Did.DROVE]
    assert reported == [(1, 100), (2, 100), (3, 100), (4, 100)]
    assert all(
        step.lift.of is Of.ROUTE and isinstance(step.lift, LiftId) for step in simulated.ledger.lift if step.number
    )


def _fetched(base: str = "out", **more: Any) -> Simulated:
    """Trucks on a way of four hours to the middle and four more to the camp; the order comes at two."""
    order = {"date": {"on": "2023-01-01T02:00", "notice": "3 h"}}
    places = {"camp": camp(lots={"box": {"unoe": 2}}, escalation=order), "middle": {"role": "hub"}, **more}
    through = [base, "middle", "camp", *(["out"] if base != "out" else [])]
    routes = {"r": {"through": through, "km": [100.0] * (len(through) - 1), "a_day": "600 km"}}
    trucks = {"t": {**TRUCK, "count": 2, "base": base, "payload": "1 t"}}
    return Simulated(world(places, {"box": {}}, routes=routes, lift={"trucks": trucks}))


def test_recalled_trucks_arrive_at_the_next_place_and_set_out_again_in_the_same_second() -> None:
    simulated = _fetched()
    steps = [step for step in simulated.ledger.lift if step.lift.of is Of.ROUTE]
    told = [(step.at_s / 3600, step.lift.number, step.what, step.place or step.to) for step in steps]
    assert told == [
        (0, 1, Did.DEPARTS, "out"), (2, 1, Did.RECALLED, "camp"), (4, 1, Did.DROVE, ""), (4, 1, Did.ARRIVES, "middle"),
        (4, 2, Did.DEPARTS, "middle"), (8, 2, Did.DROVE, ""), (8, 2, Did.ARRIVES, "out"),
    ]  # fmt: skip


def test_recalled_trucks_whose_base_has_closed_stay_where_they_turn() -> None:
    depot = {"role": "camp", "handover": "2023-01-01T03:00", "evacuate": {"out": ["road"]}}
    simulated = _fetched("depot", depot=depot)
    assert simulated.lift("arrives") == [4]
    assert simulated.history.trucks["t"].counted.freed == 2


def test_recalled_trucks_on_a_road_that_stays_closed_never_turn() -> None:
    order = {"date": {"on": "2023-01-01T02:00", "notice": "3 h"}}
    places = {"camp": camp(lots={"box": {"unoe": 1}}, escalation=order), "middle": {"role": "hub"}}
    shut = {"shut": {"from": "2023-01-01T04:00", "until": "2023-02-01"}}
    routes = {"r": {"through": ["out", "middle", "camp"], "km": [100, 100], "a_day": "600 km", "closures": shut}}
    trucks = {"t": {**TRUCK, "base": "out", "payload": "1 t"}}
    simulated = Simulated(world(places, {"box": {}}, routes=routes, lift={"trucks": trucks}))
    assert simulated.lift("recalled") == [2]
    assert simulated.lift("arrives") == []
    assert simulated.lift("drove") == [480]


def _formed(least: int = 2, **rules: Any) -> list[tuple[float, int]]:
    """Departures from a camp of six trucks that one loader loads in an hour each."""
    trucks = {"t": {**TRUCK, "count": 6, "payload": "1 t"}}
    place = {"lots": {"box": {"unoe": 6}}, "loaders": 1, "handover": "2023-01-05"}
    convoys = {"vehicles": {"least": least, **rules.pop("vehicles", {})}, **rules}
    lift = {"trucks": trucks, "convoys": convoys}
    slow = {"r": {**ROAD["r"], "a_day": "200 km"}}
    simulated = _simulated(place, {"box": {"load": "1 h"}}, lift=lift, routes=slow)
    return [departed for departed in simulated.departures() if departed[0] < 12]  # then the first are back


def test_a_convoy_waits_for_more_within_the_time_given_and_no_longer() -> None:
    assert _formed() == [(2, 2), (4, 2), (6, 2)]
    assert _formed(form_within="2 h") == [(3, 3), (6, 3)]
    assert _formed(form_within="1 d") == [(6, 6)]
    assert _formed(form_within="1 d", vehicles={"most": 5}) == [(5, 5), (6, 1)]


def test_the_wait_for_more_begins_after_the_least_stay_and_does_not_add_to_it() -> None:
    assert _formed(form_within="2 h", load_at_least="5 h") == [(5, 5), (6, 1)]
