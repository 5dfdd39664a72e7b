"""What a second writing of the world from the model's page brought to light: each rule in a world of its own."""

from __future__ import annotations

from typing import Any

from little import ROAD, TRUCK, Data, Simulated, by_air, camp, world

from sim.ledger.kinds import Did, Passage, Verdict
from sim.ledger.states import State
from sim.world.jobs import first_is_destroyed

PROJECTED = {"disposal": "projected"}
CAR = {"moves": ["self"], "crew": 1}


def _by_road(place: Data, classes: Data, **sections: Any) -> Simulated:
    return Simulated(world({"camp": camp(**place)}, classes, **{"routes": ROAD} | sections))


def _departures(simulated: Simulated, place: str = "camp") -> list[tuple[float, int]]:
    return simulated.departures(place)


def test_the_least_stay_of_a_second_convoy_counts_from_when_its_own_first_vehicle_began_to_load() -> None:
    rules = {"vehicles": {"most": 1}, "load_at_least": "3 h"}
    lift = {"trucks": {"t": {**TRUCK, "count": 2, "payload": "1 t"}}, "convoys": rules}
    assert _departures(_by_road({"lots": {"box": {"unoe": 2}}}, {"box": {}}, lift=lift)) == [(3, 1), (3, 1)]


def test_a_convoy_does_not_wait_for_lots_that_are_condemned() -> None:
    lots = {"a": {"unoe": 1}, "b": {"unoe": 1}, "c": {"unoe": 1}}
    late = {"prepare": "900 h", "destroy": "36 h"}
    classes = {"a": {}, "b": late, "c": late}
    lift = {"trucks": {"t": TRUCK}, "convoys": {"vehicles": {"least": 2}}}
    policy = {"disposal": {"kind": "fixed_lead", "lead": "3 d"}}
    simulated = _by_road({"lots": lots, "crews": {"count": 1}}, classes, lift=lift, policy=policy)
    assert _departures(simulated) == [(168, 1)]


def test_planning_counts_a_driver_once_whatever_the_number_of_roads() -> None:
    places = {
        "camp": camp(evacuate={"out": ["road"], "far": ["road"]}, lots={"car": {"unoe": 2}}, people={"all": 1}),
        "out": {"role": "exit"},
        "far": {"role": "exit"},
    }
    routes = {"r": {"through": ["camp", "out", "far"], "km": [100, 100], "a_day": "600 km"}}
    simulated = Simulated(world(places, {"car": CAR}, routes=routes, policy=PROJECTED))
    assert [lot for at, lot in simulated.condemned() if at == 0] == ["car/2"]


def test_planning_needs_no_driver_for_what_trucks_take() -> None:
    lots = {"both": {"unoe": 1}, "car": {"unoe": 1}}
    classes = {"both": {"moves": ["truck", "self"], "crew": 1, "value": "1 kUSD"}, "car": CAR}
    lift = {"trucks": {"t": {**TRUCK, "from": "2023-01-05"}}, "convoys": {"vehicles": {"least": 3}}}
    simulated = _by_road({"lots": lots, "people": {"all": 1}}, classes, lift=lift, policy=PROJECTED)
    assert [lot for at, lot in simulated.condemned() if at == 0] == []


def test_a_ready_lot_is_not_given_up_because_another_takes_too_long_to_prepare() -> None:
    lots = {"a": {"unoe": 1}, "b": {"unoe": 1}}
    lift = {"trucks": {"t": {**TRUCK, "from": "2023-01-08"}}}
    classes = {"a": {}, "b": {"prepare": "900 h"}}
    simulated = _by_road({"lots": lots, "crews": {"count": 1}}, classes, lift=lift, policy=PROJECTED)
    assert "a/1" not in [lot for _, lot in simulated.condemned()]
    assert simulated.fate("camp/a/1") == "extracted"


def test_a_lot_is_destroyed_where_that_takes_less_than_disabling_it() -> None:
    assert first_is_destroyed(
        destroy_s=1, disable_s=5, all_destroy_s=100, all_disable_s=50, crew_seconds=46, destroy_seconds=46
    )
    assert not first_is_destroyed(
        destroy_s=1, disable_s=5, all_destroy_s=100, all_disable_s=50, crew_seconds=45, destroy_seconds=45
    )


def test_whether_a_lot_is_destroyed_does_not_hang_on_an_alarm_to_come() -> None:
    alarm = {"alarms": {"listed": {"one": {"from": "2023-01-10T20:30", "until": "2023-01-10T22:30"}}}}
    place = {"lots": {"a": {"unoe": 1}, "b": {"unoe": 1}, "c": {"unoe": 1}}, "crews": {"count": 2}, "evacuate": {}}
    classes = {
        name: {"destroy": hours, "disable": "1 h", "value": value}
        for name, hours, value in (("a", "2 h", "9 kUSD"), ("b", "4 h", "8 kUSD"), ("c", "2 h", "1 kUSD"))
    }
    simulated = Simulated(world({"camp": camp(**place, threat=alarm)}, classes, policy=PROJECTED))
    assert [each[2:] for each in simulated.work() if each[0] == 236] == [("destroy", "a/1"), ("destroy", "b/1")]


def test_a_vehicle_that_is_being_loaded_leaves_the_yard_to_the_next_lot() -> None:
    classes = {"car": {**CAR, "prepare": "1 h", "load": "5 h", "value": "1 kUSD"}, "box": {"prepare": "1 h"}}
    place = {"lots": {"car": {"unoe": 1}, "box": {"unoe": 1}}, "crews": {"count": 1}, "yard": 1}
    simulated = _by_road(place, classes, lift={"convoys": {"vehicles": {"least": 2}}})
    assert simulated.work() == [(0, 1, "prepare", "car/1"), (1, 2, "prepare", "box/1")]


def test_a_vehicle_that_joins_a_convoy_leaves_the_yard_to_the_next_lot() -> None:
    far = {"role": "camp", "handover": "2023-01-10", "evacuate": {"out": ["road"]}, "lots": {"box": {"unoe": 2}}}
    place = {"lots": {"car": {"unoe": 1}, "tent": {"unoe": 1}}, "crews": {"count": 1}, "yard": 1, "people": {"all": 2}}
    drawdown = {"start": "2023-01-01", "rear_party": 0, "leave_by": ["air"]}
    tent = {"moves": ["aircraft"], "prepare": "1 h"}
    classes = {"car": {**CAR, "prepare": "1 h", "value": "1 MUSD"}, "tent": tent, "box": {}}
    lift = {
        "trucks": {"t": {**TRUCK, "count": 2, "base": "far", "payload": "1 t"}},
        "convoys": {"vehicles": {"least": 2}},
    }
    routes = {"r": {"through": ["far", "camp", "out"], "km": [100, 100], "a_day": "20 km", "joins": ["camp"]}}
    places = {"far": far | {"crews": {"count": 2}}, "camp": camp(**place, drawdown=drawdown)}
    simulated = Simulated(world(places, classes, lift=lift, routes=routes))
    joined = next(step.at_s / 3600 for step in simulated.ledger.lift if step.what is Did.JOINED)
    assert (joined, joined + 1, "prepare", "tent/1") in simulated.work()


def test_what_no_lift_can_carry_is_not_prepared() -> None:
    simulated = Simulated(world({"camp": camp(evacuate={}, lots={"box": {"unoe": 1}})}, {"box": {}}, policy=PROJECTED))
    assert simulated.when(State.PREPARING) == []


def test_a_lot_that_takes_long_does_not_hide_what_other_crews_will_have_made_ready() -> None:
    lots = {"x": {"unoe": 2}, "long": {"unoe": 1}, "short": {"unoe": 1}}
    classes = {
        "x": {"prepare": "2 h", "value": "9 MUSD"},
        "long": {"prepare": "100 h", "value": "100 MUSD"},
        "short": {"prepare": "1 h", "value": "1 USD"},
    }
    lift = {"trucks": {"t": {**TRUCK, "count": 5, "base": "out", "payload": "1 t"}}}
    simulated = _by_road({"lots": lots, "crews": {"count": 2}}, classes, lift=lift)
    assert _departures(simulated, "out")[0] == (0, 3)


def test_a_reinstated_lot_is_foreseen_once() -> None:
    road = {"r": {**ROAD["r"], "closures": {"works": {"from": "2023-01-02", "until": "2023-01-02"}}}}
    place = {"lots": {"x": {"unoe": 1}, "b": {"unoe": 1}}, "crews": {"count": 1}, "evacuate": {"out": ["air", "road"]}}
    classes = {
        "x": {"moves": ["aircraft"], "prepare": "97 h", "value": "100 MUSD"},
        "b": {"moves": ["truck"], "prepare": "1 h"},
    }
    trucks = {"t": {**TRUCK, "count": 5, "base": "out", "payload": "1 t"}}
    lift = by_air(**{"from": "2023-01-09"}) | {"trucks": trucks}
    simulated = _by_road(place, classes, lift=lift, routes=road, policy=PROJECTED)
    marks = [(m.at_s / 3600, m.what) for m in simulated.ledger.marks]
    assert marks[:2] == [(24, Verdict.CONDEMNED), (48, Verdict.REINSTATED)]
    assert _departures(simulated, "out")[0] == (96, 1)


def test_who_joins_a_convoy_of_a_place_that_gives_no_people_finds_its_seats_and_no_more() -> None:
    far = {"role": "camp", "handover": "2023-01-10", "evacuate": {"out": ["road"]}, "lots": {"car": {"unoe": 1}}}
    drawdown = {"start": "2023-01-01", "rear_party": 0, "leave_by": ["air"]}
    routes = {"r": {"through": ["far", "camp", "out"], "km": [100, 100], "a_day": "20 km", "joins": ["camp"]}}
    places = {"far": far, "camp": camp(people={"all": 20}, drawdown=drawdown)}
    simulated = Simulated(world(places, {"car": {"moves": ["self"], "crew": 2, "seats": 3}}, routes=routes))
    assert [step.count for step in simulated.ledger.people if step.what is Passage.LEFT] == [3]
