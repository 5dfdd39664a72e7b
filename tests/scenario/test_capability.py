"""The planner's formula: numbers worked by hand, and what lift that is shared brings to each place."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "worldkit"))
from little import HELI, ROAD, TRUCK, camp, world

from sim.scenario import factors
from sim.scenario.capability import PlaceCapability, capabilities
from sim.scenario.door import load_data

H, D = 3600, 86_400
CAN = {"can": {"mass": "2 t"}}


def of(data: dict[str, Any]) -> list[PlaceCapability]:
    return list(capabilities(load_data(data).scenario))


def test_a_cycle_is_the_flying_time_and_two_ground_times() -> None:
    assert factors.air_cycle_s(4 * H, 1 * H) == 6 * H


@pytest.mark.parametrize(
    ("limits", "a_day"),
    [((12 * H, None, None), 2.0), ((12 * H, 6 * H, None), 1.5), ((12 * H, 6 * H, 8 * H), 4 / 3)],
)
def test_sorties_a_day_are_limited_by_open_hours_use_rate_and_crew_day(limits: Any, a_day: float) -> None:
    assert factors.sorties_a_day(4 * H, 1 * H, *limits) == pytest.approx(a_day)


def test_an_apron_takes_its_working_mog_times_hours_over_ground_time() -> None:
    assert factors.station_sorties_a_day(2, 12 * H, 3 * H) == 8
    assert factors.fleet_sorties(10, 0.9, 2, 5, 8) == 40
    assert factors.fleet_sorties(4, 0.9, 2, 5, 8) == pytest.approx(36)


@pytest.mark.parametrize(("km", "hours"), [(0, 0), (150, 12), (225, 30), (300, 36), (450, 60)])
def test_a_march_at_150_km_in_12_hours_has_its_nights(km: float, hours: float) -> None:
    assert factors.march_s(km, 150, 12 * H) == hours * H


def test_rounds_are_the_first_load_and_whole_turnarounds_after_it() -> None:
    cycle = factors.turnaround_s(36 * H, 4 * H, 36 * H, 4 * H, 36 * H)
    assert cycle == 116 * H
    windows = (39, 40, 155, 156, 271, 272)
    assert [factors.rounds(window * H, 40 * H, cycle) for window in windows] == [0, 1, 1, 2, 2, 3]


def test_trucks_aircraft_and_crews_of_a_small_camp_are_as_worked_by_hand() -> None:
    # ten days; a round of 2 trucks is 4 h out, 4 h with 10 t, 4 h back... the base is the exit: 8 h, the first at 4 h
    place = camp(lots={"can": {"coe": 400}}, crews={"count": 2}, working_hours="06:00-16:00")
    kind = {"can": {"mass": "2 t", "moves": ["truck"], "prepare": "1 h"}}
    trucks = {"t": {**TRUCK, "base": "out", "count": 2}}
    [row] = of(world({"camp": place}, kind, routes=ROAD, lift={"trucks": trucks}))
    [lift] = row.lift
    assert (lift.count, lift.rounds, lift.cycle_s, lift.load_kg) == (2, 30, 8 * H, 10_000)  # 1 + (240 - 4) // 8
    assert (lift.asked_kg, lift.moves_kg) == (800_000, 600_000)
    assert row.prepares_kg == 400_000  # 2 crews, 10 days of 10 h: 200 of 400 lots
    assert row.moves_kg == 400_000


def test_lots_that_fill_the_floor_make_smaller_loads() -> None:
    place = camp(lots={"can": {"coe": 10}}, crews={"count": 1})
    kind = {"can": {"mass": "2 t", "floor": 3, "moves": ["truck"]}}
    trucks = {"t": {**TRUCK, "base": "out", "floor": 6}}
    [row] = of(world({"camp": place}, kind, routes=ROAD, lift={"trucks": trucks}))
    assert row.lift[0].load_kg == 4000


def test_two_camps_share_the_trucks_and_the_later_one_gets_what_is_left() -> None:
    places = {
        name: {**camp(lots={"can": {"coe": 100}}), "handover": handover}
        for name, handover in (("a", "2023-01-04"), ("b", "2023-01-05"))
    }
    roads = {name: {"through": [name, "out"], "km": [150], "a_day": "300 km"} for name in places}
    rows = of(world(places, CAN, routes=roads, lift={"trucks": {"t": {**TRUCK, "base": "out"}}}))
    # a round is 12 h there and 12 h back: four by the end of the 4th, five by the end of the 5th
    assert [(row.place, row.lift[0].moves_kg) for row in rows] == [("a", 40_000), ("b", 20_000)]


def test_convoys_with_one_escort_bring_what_one_convoy_at_a_time_can() -> None:
    place = camp(lots={"can": {"coe": 900}})
    lift = {"trucks": {"t": {**TRUCK, "base": "out", "count": 20}}, "convoys": {"at_once": 1, "vehicles": {"most": 5}}}
    [row] = of(world({"camp": place}, CAN, routes=ROAD, lift=lift))
    assert row.lift[0].moves_kg == pytest.approx(10 * 24 / 8 * 5 * 10_000)  # 240 h of convoys, 8 h each


def test_vehicles_drive_as_far_as_people_are_there_and_aircraft_take_the_share_that_planning_fills() -> None:
    place = {
        **camp(people={"staff": 5}, lots={"car": {"coe": 4}, "can": {"coe": 100}}),
        "evacuate": {"out": ["road", "air"]},
    }
    kinds = {"car": {"moves": ["self"], "crew": 2}, "can": {"mass": "2 t"}}
    heli = {**HELI, "hours_a_day": "4 h", "available": "50 %"}
    sections = {"routes": ROAD, "lift": {"aircraft": {"heli": heli}, "distances": {"out": {"camp": "100 km"}}}}
    [row] = of(world({"camp": place}, kinds, **sections))
    assert [(each.means, each.count, each.moves_kg) for each in row.lift] == [
        ("vehicles", 2, 2500),
        ("aircraft", 1, pytest.approx(70_000)),  # 4 h a day over 2 h a sortie, half of ten days, 7 t each
    ]


def test_a_schedule_and_the_end_of_a_charter_count_the_days_on_which_aircraft_fly() -> None:
    place = {**camp(lots={"can": {"coe": 900}}), "evacuate": {"out": ["air"]}}
    moved = []
    for more in ({}, {"weekdays": ["mon", "thu"]}, {"until": "2023-01-04"}, {"dates": ["2023-01-05"]}):
        heli = {**HELI, "hours_a_day": "4 h", **more}
        lift = {"aircraft": {"heli": heli}, "distances": {"out": {"camp": "100 km"}}}
        [row] = of(world({"camp": place}, CAN, lift=lift))
        moved.append(row.lift[0].moves_kg)
    assert moved == [pytest.approx(days * 2 * 7000) for days in (10, 3, 4, 1)]


def test_vehicles_that_drive_out_take_one_load_each_along() -> None:
    kinds = {"car": {"mass": "2 t", "moves": ["self"], "crew": 1, "carries": {"payload": "4 t"}}, **CAN}
    place = camp(lots={"car": {"coe": 3}, "can": {"coe": 20}}, people={"staff": 2})
    [row] = of(world({"camp": place}, kinds, routes=ROAD))
    assert [(each.means, each.count, each.moves_kg) for each in row.lift] == [
        ("vehicles", 2, 4000),
        ("loads", 2, 8000),
    ]


def test_lots_that_stay_or_are_for_the_host_state_are_not_held_for_lift() -> None:
    agreed = {"can": {"mass": "2 t", "transfer": {"coe": "agreed"}}}
    assert of(world({"camp": camp(lots={"can": {"coe": 3}})}, agreed, routes=ROAD)) == []


def test_containers_that_are_broken_down_count_as_shells_and_pieces() -> None:
    into = {"class": "bale", "pieces": 4, "work": "2 h", "shell": "2 t"}
    kinds = {
        "box": {"mass": "10 t", "breaks_into": into, "moves": ["truck"]},
        "bale": {"mass": "2 t", "prepare": "30 min"},
    }
    place = camp(lots={"box": {"coe": 2, "broken_down": "50 %"}}, crews={"count": 1}, working_hours="00:00-00:12")
    [row] = of(world({"camp": place}, kinds, routes=ROAD, lift={"trucks": {"t": {**TRUCK, "base": "out"}}}))
    assert row.holds_kg == 20_000
    assert row.prepares_kg == 10_000  # 2 h, where breaking one down takes 2 h and its bales 2 h more


def test_a_road_that_no_truck_can_do_in_time_is_named_with_its_days() -> None:
    from sim.cli.planner_answer import planner_lines

    place = camp(lots={"can": {"coe": 3}})
    roads = {"r": {**ROAD["r"], "km": [3000]}}
    data = load_data(world({"camp": place}, CAN, routes=roads, lift={"trucks": {"t": {**TRUCK, "base": "out"}}}))
    [row] = [row.plain(data.scenario.time) for row in capabilities(data.scenario)]
    assert " ".join(line.strip() for line in planner_lines([row])) == (
        "camp holds 6 t for lift. By planning factors 1 truck of t moves some 6 t by 2023-01-10; "
        "crews can prepare all of it."
    )
    roads["r"]["km"] = [9000]
    data = load_data(world({"camp": place}, CAN, routes=roads, lift={"trucks": {"t": {**TRUCK, "base": "out"}}}))
    [row] = [row.plain(data.scenario.time) for row in capabilities(data.scenario)]
    said = " ".join(line.strip() for line in planner_lines([row]))
    assert "1 truck of t moves nothing by 2023-01-10 (a round takes 30.0 days)" in said
