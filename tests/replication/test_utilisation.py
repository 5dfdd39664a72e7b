"""How much of each means was in use while there was something for it to do."""

from __future__ import annotations

from typing import Any

from little import HELI, ROAD, TRUCK, Simulated, by_air, camp, world

from sim.replication.utilisation import utilisation


def used(place: dict[str, Any], kind: dict[str, Any], **more: Any) -> dict[str, tuple[float, float, float]]:
    simulated = Simulated(world({"camp": camp(**place)}, {"a": kind}, **more))
    return {f"{row[0]} {row[1]}": row[2:] for row in utilisation(simulated.history)}


def test_a_truck_is_in_use_from_its_first_load_to_its_return_and_that_is_all_there_is_to_do() -> None:
    lift = {"trucks": {"t": {**TRUCK, "payload": "1 t"}}, "convoys": {}}
    found = used({"lots": {"a": {"unoe": 2}}}, {"moves": ["truck"]}, lift=lift, routes=ROAD)
    assert found["trucks t"] == (16.0, 16.0, 16.0)  # two rounds of 8 h


def test_of_four_trucks_with_work_for_one_a_quarter_is_in_use() -> None:
    lift = {"trucks": {"t": {**TRUCK, "count": 4}}, "convoys": {}}
    found = used({"lots": {"a": {"unoe": 1}}}, {"moves": ["truck"]}, lift=lift, routes=ROAD)
    assert found["trucks t"] == (8.0, 32.0, 8.0)


def test_crews_count_in_working_hours_while_a_lot_waits_or_is_prepared() -> None:
    place = {"crews": {"count": 2}, "working_hours": "06:00-18:00", "lots": {"a": {"unoe": 1}}}
    found = used(place, {"prepare": "20 h"}, lift={"trucks": {}}, routes=ROAD)
    assert found["crews camp"] == (20.0, 40.0, 20.0)


def test_what_planning_has_given_up_is_no_work_for_trucks() -> None:
    shut = {"r": {**ROAD["r"], "closures": {"rain": {"from": "2023-01-01", "until": "2023-01-31"}}}}
    lift = {"trucks": {"t": {**TRUCK, "base": "out"}}, "convoys": {}}
    place = {"crews": {"count": 1}, "lots": {"a": {"unoe": 1}}}
    kind = {"moves": ["truck"], "destroy": "1 h"}
    assert used(place, kind, lift=lift, routes=shut)["trucks t"] == (0.0, 240.0, 240.0)
    found = used(place, kind, lift=lift, routes=shut, policy={"disposal": "projected"})
    assert found["trucks t"] == (0.0, 0.0, 0.0)


def test_an_aircraft_counts_in_flying_hours() -> None:
    place = {"evacuate": {"out": ["air"]}, "lots": {"a": {"unoe": 2}}}
    found = used(place, {"moves": ["aircraft"], "mass": "10 t"}, lift=by_air(100))
    # two round trips of 2 h, and all of the time that the second load waits for the first
    assert found["aircraft heli"] == (4.0, 4.0, 4.0)
    assert HELI["count"] == 1


def test_escorts_are_busy_with_the_convoys_on_the_road() -> None:
    lift = {"trucks": {"t": TRUCK}, "convoys": {"at_once": 2}}
    found = used({"lots": {"a": {"unoe": 1}}}, {"moves": ["truck"]}, lift=lift, routes=ROAD)
    assert found["escorts convoys"] == (8.0, 16.0, 8.0)


def test_a_loader_has_work_while_lots_wait_to_be_loaded() -> None:
    lift = {"trucks": {"t": {**TRUCK, "payload": "1 t"}}, "convoys": {"load_at_least": "0 h"}}
    place = {"loaders": 1, "lots": {"a": {"unoe": 2}}}
    found = used(place, {"moves": ["truck"], "load": "1 h"}, lift=lift, routes=ROAD)
    assert found["loaders camp"][0] == 2.0
    assert found["loaders camp"][1] > 8.0  # the second lot waits for the truck, not for the loader
