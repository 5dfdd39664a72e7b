"""What a movement-control officer would do, where the last days of a camp are concerned: each in a world of its own."""

from __future__ import annotations

from typing import Any

from sim.ledger.kinds import Did, LiftId, Of, Passage
from sim.ledger.states import STATE_NAMES
from sim.replication.history import History
from sim.replication.simulator import Simulator
from sim.scenario.scenario import Scenario

Data = dict[str, Any]
DAY, HOUR = 86_400, 3_600


def _camp(**more: Any) -> Data:
    return {"role": "camp", "handover": "2023-01-10T12:00", "evacuate": {"out": ["road"]}, **more}


def _world(camp: Data, classes: Data, **more: Any) -> Data:
    return {
        "schema": 1,
        "name": "small",
        "calendar": {"start": "2023-01-01", "deadline": "2023-01-20"},
        "places": {"camp": camp, "out": {"role": "exit"}},
        "classes": classes,
        "routes": {"road": {"through": ["camp", "out"], "km": [10], "a_day": "240 km"}},
        **more,
    }


def _car(**more: Any) -> Data:
    return {"mass": "1 t", "moves": ["self"], "crew": 2, "seats": 2, **more}


def _box(**more: Any) -> Data:
    return {"mass": "1 t", "moves": ["truck"], **more}


def _run(data: Data) -> History:
    return Simulator(Scenario.read(data)).history(1, 1)


def _fates(history: History) -> list[str]:
    return [STATE_NAMES[state] for state in history.ledger.state]


def _departures(history: History, place: str = "camp") -> list[tuple[int, int]]:
    """Instant and number of vehicles of each convoy that leaves a place."""
    steps = history.ledger.lift
    return [
        (step.at_s, step.count)
        for step in steps
        if step.what is Did.DEPARTS and step.place == place and step.lift.of is Of.ROUTE
    ]


def test_an_idle_crew_takes_a_lot_when_it_is_released_while_another_crew_is_at_work() -> None:
    camp = _camp(crews={"count": 2}, lots={"box": {"unoe": 2}}, release={"over": "40 h"})
    history = _run(_world(camp, {"box": _box(prepare="72 h")}, policy={"unliftable": "allow", "disposal": "none"}))
    assert sorted(work.from_s for work in history.ledger.work) == [20 * HOUR, 40 * HOUR]


def test_trucks_under_a_contract_that_begins_later_are_planned_with_before_it_begins() -> None:
    camp = _camp(crews={"count": 1}, lots={"box": {"unoe": 3}})
    trucks = {"hired": {"count": 3, "base": "camp", "from": "2023-01-08", "payload": "1 t"}}
    history = _run(_world(camp, {"box": _box(prepare="1 h")}, lift={"trucks": trucks}))
    assert _fates(history) == ["extracted"] * 3
    assert history.ledger.marks == []


def _with_people(handover: str, people: int = 4, **more: Any) -> Data:
    return _camp(
        handover=handover,
        people={"military": people},
        drawdown={"start": "2023-01-01", "rear_party": people, "leave_by": ["road"]},
        **more,
    )


def test_for_a_handover_at_night_the_last_convoy_leaves_before_the_end_of_the_last_marching_hours() -> None:
    data = _world(_with_people("2023-01-10T03:00", lots={"car": {"unoe": 1}}, crews={"count": 1}), {"car": _car()})
    data["routes"]["road"]["marching_hours"] = "06:00-18:00"
    assert _departures(_run(data)) == [(8 * DAY + 18 * HOUR - 1, 1)]


def test_the_last_convoy_does_not_wait_for_an_escort() -> None:
    data = _world(_with_people("2023-01-10T12:00", lots={"car": {"unoe": 1}}, crews={"count": 1}), {"car": _car()})
    data["lift"] = {"convoys": {"at_once": 0}}
    assert _departures(_run(data)) == [(9 * DAY + 12 * HOUR, 1)]


def test_in_the_last_day_nobody_drives_off_before_the_last_convoy() -> None:
    camp = _camp(
        people={"military": 12},
        drawdown={"start": "2023-01-01", "rear_party": 4, "leave_by": ["air", "road"]},
        crews={"count": 1},
        lots={"car": {"unoe": 4}},
    )
    lift = {"convoys": {"vehicles": {"least": 2}}}
    data = _world(camp, {"car": _car()}, lift=lift, policy={"disposal": "none"})
    data["routes"]["road"]["closures"] = {"flood": {"from": "2023-01-01", "until": "2023-01-09T13:00"}}
    history = _run(data)
    assert _fates(history) == ["extracted"] * 4
    assert _departures(history) == [(9 * DAY + 12 * HOUR, 4)]


def test_a_convoy_before_the_last_day_leaves_vehicles_for_all_who_stay() -> None:
    camp = _camp(
        people={"military": 12},
        drawdown={"start": "2023-01-01", "rear_party": 4, "leave_by": ["air", "road"]},
        crews={"count": 1},
        lots={"car": {"unoe": 3}},
    )
    history = _run(_world(camp, {"car": _car()}))
    left = [step.count for step in history.ledger.people if step.what is Passage.LEFT]
    assert (_fates(history), sum(left), left[0]) == (["extracted"] * 3, 12, 4)


def _aircraft(**more: Any) -> Data:
    return {
        "plane": {
            "count": 1,
            "base": "out",
            "helicopter": True,
            "payload": "5 t",
            "seats": 50,
            "block_speed": "100 km/h",
            **more,
        }
    }


def test_drivers_of_the_last_vehicles_do_not_fly() -> None:
    camp = _camp(
        people={"military": 6},
        drawdown={"start": "2023-01-09", "rear_party": 6, "leave_by": ["air", "road"]},
        evacuate={"out": ["road", "air"]},
        crews={"count": 1},
        lots={"car": {"unoe": 2}},
    )
    lift = {"aircraft": _aircraft(), "distances": {"camp": {"out": "100 km"}}, "convoys": {"vehicles": {"least": 2}}}
    history = _run(_world(camp, {"car": _car()}, lift=lift))
    flown = [step.count for step in history.ledger.people if step.what is Passage.LEFT and isinstance(step.by, LiftId)]
    assert (_fates(history), sum(flown)) == (["extracted"] * 2, 2)


def test_who_must_drive_a_vehicle_left_behind_takes_no_seat_in_a_convoy_that_passes() -> None:
    first = _with_people("2023-01-05T12:00", lots={"bus": {"unoe": 1}}, crews={"count": 1})
    second = _with_people("2023-01-05T18:00", lots={"car": {"unoe": 1}}, crews={"count": 1}, people=2)
    data = _world(first, {"bus": _car(seats=20), "car": _car()})
    data["places"]["village"] = second
    data["routes"]["road"] |= {"through": ["camp", "village", "out"], "km": [10, 10], "joins": ["village"]}
    data["lift"] = {"convoys": {"vehicles": {"most": 1}}}
    assert _fates(_run(data)) == ["extracted"] * 2


def test_a_lot_flies_when_no_truck_could_come_and_load_in_time() -> None:
    camp = _camp(
        handover="2023-01-03", evacuate={"out": ["road", "air"]}, crews={"count": 1}, lots={"box": {"unoe": 1}}
    )
    lift = {
        "aircraft": _aircraft(),
        "trucks": {"hired": {"count": 1, "base": "out", "payload": "5 t"}},
        "distances": {"camp": {"out": "100 km"}},
    }
    data = _world(camp, {"box": _box(moves=["truck", "aircraft"])}, lift=lift)
    data["routes"]["road"]["km"] = [2000]
    history = _run(data)
    out = [step.by for step in history.ledger.lots if STATE_NAMES[step.state] == "extracted"]
    assert out == [LiftId(Of.AIRCRAFT, "plane", 1, 1)]


def test_trucks_of_a_camp_that_has_closed_do_not_go_back_there() -> None:
    camp = _camp(crews={"count": 1}, lots={"box": {"unoe": 1}})
    lift = {"trucks": {"own": {"count": 1, "base": "camp", "payload": "1 t"}}, "convoys": {"load_at_least": "216 h"}}
    data = _world(camp, {"box": _box()}, lift=lift)
    data["routes"]["road"] |= {"km": [500]}
    history = _run(data)
    assert (_fates(history), _departures(history, "out")) == (["extracted"], [])
