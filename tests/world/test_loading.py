"""Loaders, trucks and convoys."""

from __future__ import annotations

from typing import Any

from little import ROAD, TRUCK, Simulated, camp, world

from sim.ledger.kinds import Did, LiftId, Of, Passage
from sim.ledger.states import State


def _simulated(
    place: dict[str, Any], kind: dict[str, Any], truck: dict[str, Any] | None = None, **sections: Any
) -> Simulated:
    convoys = sections.pop("convoys", {})
    lift = {"trucks": {"t": {**TRUCK, **(truck or {})}}, "convoys": convoys}
    routes = {"r": {**ROAD["r"], **sections.pop("route", {})}}
    data = world({"camp": camp(**place)}, {"box": kind}, lift=lift, routes=routes, **sections)
    return Simulated(data, without=sections.get("without", ()))


def test_each_vehicle_holds_one_loader_for_its_own_load_plus_that_of_its_lots() -> None:
    simulated = _simulated(
        {"lots": {"box": {"unoe": 2}}, "loaders": 1}, {"load": "1 h"}, {"load": "30 min", "payload": "2 t"}
    )
    assert simulated.departures() == [(2.5, 1)]


def test_loaders_serve_whoever_came_first() -> None:
    simulated = _simulated(
        {"lots": {"box": {"unoe": 3}}, "loaders": 1}, {"load": "1 h"}, {"count": 3, "payload": "1 t"}
    )
    assert simulated.departures() == [(1, 1), (2, 1), (3, 1)]


def test_a_place_without_loaders_is_not_limited() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 3}}}, {"load": "1 h"}, {"count": 3, "payload": "1 t"})
    assert simulated.departures() == [(1, 3)]


def test_loading_stops_out_of_working_hours_and_in_shelter() -> None:
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T09:00", "until": "2023-01-01T10:00"}}}}
    place = {"lots": {"box": {"unoe": 1}}, "working_hours": "08:00-12:00", "threat": threat}
    assert _simulated(place, {"load": "4 h"}).departures() == [(24 + 9, 1)]


def test_unloading_at_an_exit_with_loaders_is_limited() -> None:
    out = {"role": "exit", "loaders": 1}
    data = world(
        {"camp": camp(lots={"box": {"unoe": 2}}), "out": out}, {"box": {"unload": "2 h"}},
        lift={"trucks": {"t": {**TRUCK, "count": 2, "payload": "1 t"}}}, routes=ROAD,
    )  # fmt: skip
    assert Simulated(data).when(State.EXTRACTED) == [6, 8]


def test_a_convoy_forms_when_the_least_number_is_loaded() -> None:
    place = {"lots": {"box": {"unoe": 4}}, "crews": {"count": 1}}
    simulated = _simulated(
        place, {"prepare": "2 h"}, {"count": 9, "payload": "1 t"}, convoys={"vehicles": {"least": 3}}
    )
    # the fourth lot is the last that can come, so it need not wait for two more
    assert simulated.departures() == [(6, 3), (8, 1)]


def test_a_convoy_takes_no_more_vehicles_than_the_most() -> None:
    convoys = {"vehicles": {"most": 2}}
    simulated = _simulated({"lots": {"box": {"unoe": 5}}}, {}, {"count": 9, "payload": "1 t"}, convoys=convoys)
    assert simulated.departures() == [(0, 2), (0, 2), (0, 1)]


def test_a_convoy_stays_at_least_its_time_to_load() -> None:
    assert _simulated(
        {"lots": {"box": {"unoe": 1}}}, {"load": "1 h"}, convoys={"load_at_least": "9 h"}
    ).departures() == [(9, 1)]


def test_so_many_convoys_are_on_the_road_at_once() -> None:
    convoys = {"at_once": 1, "vehicles": {"most": 1}}
    simulated = _simulated({"lots": {"box": {"unoe": 2}}}, {}, {"count": 2, "payload": "1 t"}, convoys=convoys)
    assert simulated.departures()[:2] == [(0, 1), (4, 1)]


def test_a_convoy_marches_in_marching_hours_alone() -> None:
    route = {"marching_hours": "08:00-10:00", "a_day": "40 km"}  # 20 km an hour
    simulated = _simulated({"lots": {"box": {"unoe": 1}}}, {}, route=route)
    assert simulated.departures() == [(8, 1)]
    assert simulated.when(State.EXTRACTED) == [48 + 9]


def test_a_period_slows_the_road() -> None:
    route = {
        "a_day": {"calm": "600 km", "threat": "60 km"},
        "periods": {"hot": {"from": "2023-01-01", "until": "2023-01-01", "pace": "threat"}},
    }
    # 60 km on the first day, the other 40 km at 25 km an hour
    assert _simulated({"lots": {"box": {"unoe": 1}}}, {}, route=route).when(State.EXTRACTED) == [25.6]


def test_a_closed_road_is_neither_taken_nor_marched() -> None:
    route = {"closures": {"rains": {"from": "2023-01-01T02:00", "until": "2023-01-01T12:00"}}}
    simulated = _simulated({"lots": {"box": {"unoe": 1}}}, {"load": "1 h"}, route=route)
    assert simulated.when(State.EXTRACTED) == [15]
    shut = {"closures": {"rains": {"from": "2023-01-01T00:30", "until": "2023-01-01T12:00"}}}
    assert _simulated({"lots": {"box": {"unoe": 1}}}, {"load": "1 h"}, route=shut).departures() == [(12, 1)]


def test_trucks_wait_for_a_day_that_is_cleared_for_trucks() -> None:
    refused = {"windows": {"no": {"from": "2023-01-01", "until": "2023-01-03", "refused": 1, "classes": ["trucks"]}}}
    simulated = _simulated({"lots": {"box": {"unoe": 1}}}, {}, clearance={"road": {"r": refused}})
    assert simulated.departures() == [(72, 1)]


def test_a_mixed_convoy_goes_with_what_is_cleared() -> None:
    refused = {"windows": {"no": {"from": "2023-01-01", "until": "2023-01-03", "refused": 1, "classes": ["trucks"]}}}
    data = world(
        {"camp": camp(lots={"box": {"unoe": 1}, "car": {"unoe": 2}})},
        {"box": {}, "car": {"moves": ["self"], "crew": 1}},
        lift={"trucks": {"t": TRUCK}}, routes=ROAD, clearance={"road": {"r": refused}},
    )  # fmt: skip
    assert Simulated(data).departures() == [(0, 2), (72, 1)]


def test_no_convoy_leaves_in_an_alarm() -> None:
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T00:30", "until": "2023-01-01T03:00"}}}}
    route = {"marching_hours": "01:00-23:00", "a_day": "550 km"}
    assert _simulated({"lots": {"box": {"unoe": 1}}, "threat": threat}, {}, route=route).departures() == [(3, 1)]


def test_a_load_below_the_least_fill_waits_until_the_last_days() -> None:
    least = {"least_fill": {"share": 0.8, "waived": "2 d"}}
    simulated = _simulated({"lots": {"box": {"unoe": 3}}}, {}, policy=least)
    assert simulated.departures() == [(192, 1)]


def test_the_larger_of_mass_and_floor_makes_a_load_worth_the_trip() -> None:
    least = {"least_fill": {"share": 0.8}}
    simulated = _simulated({"lots": {"box": {"unoe": 3}}}, {"floor": 1}, {"floor": 3}, policy=least)
    assert simulated.departures() == [(0, 1)]


def _from_afar(lots: int, trucks: int, **policy: Any) -> Simulated:
    data = world(
        {"camp": camp(lots={"box": {"unoe": lots}})}, {"box": {}},
        lift={"trucks": {"t": {**TRUCK, "base": "out", "count": trucks}}, "convoys": policy.pop("convoys", {})},
        routes=ROAD, policy=policy,
    )  # fmt: skip
    return Simulated(data)


def test_trucks_go_as_many_as_the_load_fills() -> None:
    assert _from_afar(35, 9).departures("out")[0] == (0, 4)


def test_a_part_load_below_the_least_fill_gets_no_truck() -> None:
    assert _from_afar(32, 9, least_fill={"share": 0.5}).departures("out")[0] == (0, 3)


def test_no_fewer_trucks_go_than_the_least() -> None:
    assert _from_afar(5, 9, convoys={"vehicles": {"least": 3}}).departures("out")[0] == (0, 3)


def test_no_truck_goes_whose_loading_would_end_after_handover() -> None:
    far = {"r": {**ROAD["r"], "a_day": "10 km"}}  # ten days on the way
    data = world(
        {"camp": camp(lots={"box": {"unoe": 5}})}, {"box": {"load": "1 h"}},
        lift={"trucks": {"t": {**TRUCK, "base": "out"}}}, routes=far,
    )  # fmt: skip
    assert Simulated(data).departures("out") == []


def test_trucks_that_find_nothing_more_to_load_go_home() -> None:
    simulated = _from_afar(10, 3, convoys={"vehicles": {"least": 3}})
    assert sorted(simulated.departures("camp")) == [(4, 1), (4, 2)]
    assert simulated.lift("idle", "out")[-1] == 8


def test_trucks_stop_loading_at_the_handover_that_an_order_brings_forward() -> None:
    order = {"date": {"on": "2023-01-02", "notice": "6 h"}}
    place = {"lots": {"box": {"unoe": 1}}, "escalation": order, "people": {"soldiers": 1}, "loaders": 1}
    simulated = _simulated(place, {"load": "40 h"})
    assert simulated.life("camp/box/1")[3:][:2] == [(0, "loading"), (30, "ready")]


def test_trucks_come_no_earlier_than_their_contract() -> None:
    assert _simulated({"lots": {"box": {"unoe": 1}}}, {}, {"from": "2023-01-04"}).departures() == [(72, 1)]


def _attacked(lost: int, **more: Any) -> Simulated:
    attacks = {"rate": "0.05 /km", "delay": "2 h", "vehicles_lost": lost, "hurt": 1}
    return _simulated(
        {"lots": {"box": {"unoe": 10}}}, {}, {"count": 10, "payload": "1 t"}, route={"attacks": attacks}, **more
    )


def _convoy(number: int) -> LiftId:
    return LiftId(Of.ROUTE, "r", number)


def test_an_attack_stops_a_convoy_by_the_clock_on_the_wall() -> None:
    simulated = _attacked(0)
    there = [s for s in simulated.ledger.lift if s.lift == _convoy(1)]
    attacks = sum(1 for step in there if step.what is Did.ATTACKED)
    assert attacks > 0
    assert round(simulated.lift("arrives", "out")[0], 2) == 4 + 2 * attacks


def test_a_vehicle_lost_to_an_attack_takes_its_lots_and_leaves_the_pool() -> None:
    simulated = _attacked(1)
    lost = [s for s in simulated.ledger.lift if s.what is Did.VEHICLE_LOST and s.lift == _convoy(1)]
    assert simulated.fates()["lost"] == len(lost) > 0
    assert simulated.fates()["extracted"] == 10 - len(lost)
    all_lost = sum(1 for s in simulated.ledger.lift if s.what is Did.VEHICLE_LOST)
    assert [s.count for s in simulated.ledger.lift if s.what is Did.IDLE][-1] == 10 - all_lost


def test_trucks_lost_on_the_way_to_a_load_are_no_longer_expected_there() -> None:
    attacks = {"rate": "0.03 /km", "delay": "0 h", "vehicles_lost": 2, "hurt": 0}
    data = world(
        {"camp": camp(lots={"box": {"unoe": 4}})}, {"box": {}},
        lift={"trucks": {"t": {**TRUCK, "base": "out", "count": 20, "payload": "1 t"}}},
        routes={"r": {**ROAD["r"], "attacks": attacks}},
    )  # fmt: skip
    simulated = Simulated(data)
    lost = [s for s in simulated.ledger.lift if s.lift == _convoy(1) and s.what is Did.COLUMN_LOST]
    # all four are lost, and at once others are sent for the loads that were left waiting
    assert simulated.departures("out")[1][0] == lost[0].at_s / 3600


def test_convoys_are_numbered_and_attacked_both_ways() -> None:
    simulated = _attacked(0)
    back = [s for s in simulated.ledger.lift if s.what is Did.DEPARTS and s.place == "out"]
    assert back[0].lift == _convoy(2)
    assert any(s.what is Did.ATTACKED and s.lift == _convoy(2) for s in simulated.ledger.lift)


def test_empty_trucks_leave_with_the_last_convoy_pool_by_pool_whichever_came_first() -> None:
    place = camp(people={"soldiers": 5}, drawdown={"start": "2023-01-01", "rear_party": 5, "leave_by": ["road"]})
    roads = {**ROAD, "s": {"through": ["camp", "far"], "km": [200], "a_day": "600 km"}}
    trucks = {"a": {**TRUCK, "base": "far", "seats": 2}, "b": {**TRUCK, "base": "out", "seats": 3}}
    lift = {"trucks": trucks, "convoys": {"vehicles": {"most": 1}}}
    simulated = Simulated(world({"camp": place, "far": {"role": "exit"}}, lift=lift, routes=roads))
    assert [step.count for step in simulated.ledger.people if step.what is Passage.LEFT] == [2, 3]
