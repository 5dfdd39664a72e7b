"""Labour: who works on what, when."""

from __future__ import annotations

from typing import Any

from little import Simulated, by_air, camp, world

from sim.ledger.states import State


def _simulated(place: dict[str, Any], classes: dict[str, Any], **sections: Any) -> Simulated:
    return Simulated(world({"camp": camp(evacuate={}, crews={"count": 1}) | place}, classes, **sections))


def test_a_crew_works_on_one_lot_at_a_time() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 3}}}, {"box": {"prepare": "2 h"}})
    assert [(a, b) for a, b, _, _ in simulated.work()] == [(0, 2), (2, 4), (4, 6)]


def test_work_is_done_in_working_hours_alone() -> None:
    place = {"lots": {"box": {"unoe": 2}}, "working_hours": "08:00-12:00"}
    simulated = _simulated(place, {"box": {"prepare": "3 h"}})
    assert simulated.when(State.READY) == [11, 34]


def test_interrupted_work_resumes_where_it_stopped() -> None:
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T01:00", "until": "2023-01-01T02:00"}}}}
    simulated = _simulated({"lots": {"box": {"unoe": 1}}, "threat": threat}, {"box": {"prepare": "5 h"}})
    assert simulated.when(State.READY) == [6]


def test_an_alarm_in_the_shelter_prolongs_the_stay_to_the_later_all_clear() -> None:
    alarms = {"a": {"from": "2023-01-01T01:00", "until": "2023-01-01T04:00"},
              "b": {"from": "2023-01-01T02:00", "until": "2023-01-01T03:00"}}  # fmt: skip
    simulated = _simulated(
        {"lots": {"box": {"unoe": 1}}, "threat": {"alarms": {"listed": alarms}}}, {"box": {"prepare": "2 h"}}
    )
    assert simulated.when(State.READY) == [5]


def test_sensitive_lots_are_prepared_first_then_the_earliest_released() -> None:
    classes = {"box": {"prepare": "1 h", "value": "9 kUSD"}, "gun": {"prepare": "1 h", "sensitive": True}}
    simulated = _simulated({"lots": {"box": {"unoe": 2}, "gun": {"unoe": 1}}}, classes)
    assert [lot for _, _, task, lot in simulated.work() if task == "prepare"] == ["gun/1", "box/1", "box/2"]


def test_of_lots_released_at_once_the_most_value_per_crew_hour_is_first() -> None:
    classes = {"a": {"prepare": "2 h", "value": "3 kUSD"}, "b": {"prepare": "1 h", "value": "2 kUSD"}}
    simulated = _simulated({"lots": {"a": {"unoe": 1}, "b": {"unoe": 1}}}, classes)
    assert [lot for *_, lot in simulated.work()] == ["b/1", "a/1"]


def test_the_earliest_released_is_prepared_before_what_is_worth_more() -> None:
    classes = {"a": {"prepare": "30 h", "value": "9 kUSD", "needed_until": "8 d"}, "b": {"prepare": "50 h"}}
    simulated = _simulated({"lots": {"a": {"unoe": 1}, "b": {"unoe": 2}}, "release": {"over": "2 h"}}, classes)
    assert [lot for *_, lot in simulated.work()] == ["b/1", "b/2", "a/1"]


def test_crews_never_exceed_what_the_people_present_can_man() -> None:
    place = {
        "lots": {"box": {"unoe": 6}}, "people": {"soldiers": 10},
        "crews": {"count": 5, "size": 3, "labour_share": 0.7},
    }  # fmt: skip
    simulated = _simulated(place, {"box": {"prepare": "5 h"}})
    assert sum(1 for a, *_ in simulated.work() if a == 0) == 2


def test_a_place_that_gives_no_people_has_as_many_crews_as_it_says() -> None:
    place = {"lots": {"box": {"unoe": 6}}, "crews": {"count": 5, "size": 30, "labour_share": 0.1}}
    simulated = _simulated(place, {"box": {"prepare": "5 h"}})
    assert sum(1 for a, *_ in simulated.work() if a == 0) == 5


def test_jobs_begun_are_finished_when_people_leave_but_no_new_one_is_begun() -> None:
    place = {
        "lots": {"box": {"unoe": 2}}, "people": {"soldiers": 10}, "crews": {"count": 1, "size": 10},
        "drawdown": {"start": "2023-01-01", "leave_by": ["air"]}, "evacuate": {"out": ["air"]},
    }  # fmt: skip
    simulated = _simulated(place, {"box": {"prepare": "40 h", "moves": ["truck"]}}, lift=by_air())
    assert min(at for at, _ in simulated.left()) < 40
    assert [(a, b, task) for a, b, task, _ in simulated.work()] == [(0, 40, "prepare")]


def test_the_yard_holds_no_more_than_its_lots_prepared_or_in_preparation() -> None:
    place = {"lots": {"box": {"unoe": 5}}, "crews": {"count": 3}, "yard": 2}
    simulated = _simulated(place, {"box": {"prepare": "1 h"}})
    assert len(simulated.work()) == 2


def test_crews_go_on_when_lots_leave_the_yard() -> None:
    place = {"lots": {"box": {"unoe": 3}}, "yard": 1, "evacuate": {"out": ["air"]}}
    simulated = _simulated(place, {"box": {"prepare": "1 h"}}, lift=by_air(100, payload="1 t"))
    # the aircraft leaves when a lot will be ready on its arrival, at 1 h; it is there again at 3 h and 5 h
    assert [(a, b) for a, b, *_ in simulated.work()] == [(0, 1), (1, 2), (3, 4)]


def test_fire_on_a_lot_in_the_yard_lets_crews_go_on() -> None:
    place = {"lots": {"box": {"unoe": 30}}, "yard": 1, "threat": {"fires": "0.3 /day"}}
    simulated = _simulated(place, {"box": {"prepare": "1 h"}})
    burnt = [at for at, state in _all(simulated) if state == "lost"]
    assert len(burnt) > 2
    assert len([w for w in simulated.work() if w[2] == "prepare"]) > 2


def _all(simulated: Simulated) -> list[tuple[float, str]]:
    return [step for lot in range(30) for step in simulated.life(f"camp/box/{lot + 1}")]


def test_from_handover_on_nothing_new_is_prepared_and_what_is_begun_is_finished() -> None:
    place = {
        "lots": {"car": {"coe": 3}}, "people": {"soldiers": 1}, "handover": "2023-01-01",
        "drawdown": {"start": "2023-01-01", "rear_party": 1, "leave_by": ["road"]}, "evacuate": {"out": ["road"]},
    }  # fmt: skip
    routes = {"r": {"through": ["camp", "out"], "km": [100], "a_day": "600 km"}}
    simulated = _simulated(place, {"car": {"moves": ["self"], "crew": 1, "prepare": "40 h"}}, routes=routes)
    assert [(a, b) for a, b, task, _ in simulated.work() if task == "prepare"] == [(0, 40)]
    assert simulated.place("closed") == [40]  # the one person drives out what he waited for
