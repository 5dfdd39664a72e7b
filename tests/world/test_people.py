"""People: the curve by which they leave, the modes, and closing."""

from __future__ import annotations

from typing import Any

from little import ROAD, TRUCK, Simulated, by_air, camp, world

from sim.ledger.kinds import Bound, Did, LiftId, Passage
from sim.ledger.states import State
from sim.replication.simulator import rows

CAR = {"moves": ["self"], "crew": 1, "seats": 4}


def _camp(people: int, rear: int = 0, by: tuple[str, ...] = ("air",), **more: Any) -> dict[str, Any]:
    plan = {"start": "2023-01-01", "rear_party": rear, "leave_by": list(by), **more.pop("drawdown", {})}
    return camp(people={"soldiers": people}, drawdown=plan, evacuate={"out": list(by)}, **more)


def _gone_by(simulated: Simulated, hours: float) -> int:
    return sum(count for at, count in simulated.left() if at <= hours)


def test_people_leave_evenly_between_the_start_of_the_drawdown_and_handover() -> None:
    simulated = Simulated(world({"camp": _camp(100)}, lift=by_air(seats=5)))
    for day in range(1, 9):
        assert _gone_by(simulated, 24 * day) <= 10 * day + 1
        assert _gone_by(simulated, 24 * (day + 1)) >= 10 * day - 5


def test_people_leave_down_to_the_rear_party_which_leaves_in_the_last_day() -> None:
    simulated = Simulated(world({"camp": _camp(40, rear=20)}, lift=by_air(seats=5)))
    assert _gone_by(simulated, 215) <= 20
    assert _gone_by(simulated, 240) == 40
    assert simulated.place("closed") == [240]


def test_without_a_drawdown_people_leave_in_the_last_day() -> None:
    place = camp(people={"soldiers": 8}, evacuate={"out": ["air"]})
    simulated = Simulated(world({"camp": place}, lift=by_air(seats=5)))
    assert min(at for at, _ in simulated.left()) >= 216


def test_a_place_closes_when_the_last_person_has_left_at_handover_or_later() -> None:
    refused = {"windows": {"no": {"from": "2023-01-08", "until": "2023-01-12", "refused": 1}}}
    simulated = Simulated(world({"camp": _camp(10)}, lift=by_air(seats=20), clearance={"air": refused}))
    assert simulated.place("handover") == [240]
    assert simulated.place("closed") == [simulated.left()[-1][0]]
    assert simulated.place("closed")[0] >= 288
    assert simulated.history.scenario.places["camp"].headcount == _gone_by(simulated, 999)


def test_a_place_without_people_closes_at_handover() -> None:
    assert Simulated(world({"camp": camp(lots={}, evacuate={})})).place("closed") == [240]


def test_who_leaves_after_handover_is_late() -> None:
    refused = {"windows": {"no": {"from": "2023-01-01", "until": "2023-01-12", "refused": 1}}}
    simulated = Simulated(world({"camp": _camp(10)}, lift=by_air(seats=20), clearance={"air": refused}))
    said = rows(simulated.history).responses
    assert said["people_late"] == 10
    # they leave with the first flight of the 13th, two days and an hour after handover
    assert said["person_days_late"] == 10 * 49 / 24


def test_the_preferred_mode_alone_is_used_when_it_takes_all_who_are_due() -> None:
    place = _camp(20, by=("air", "road"), lots={"car": {"coe": 2}})
    simulated = Simulated(world({"camp": place}, {"car": CAR}, lift=by_air(seats=10), routes=ROAD))
    left = [step for step in simulated.ledger.people if step.what is Passage.LEFT and step.at_s < 216 * 3600]
    by_road = sum(step.count for step in left if isinstance(step.by, Bound))
    assert by_road == sum(count for at, count in simulated.departures() if at < 216)  # drivers, though there are seats
    assert simulated.fates() == {"extracted": 2}


def test_in_the_last_day_all_fly_but_the_drivers_of_vehicles_that_can_go_by_road() -> None:
    place = _camp(20, rear=20, by=("air", "road"), lots={"car": {"coe": 5}})
    simulated = Simulated(world({"camp": place}, {"car": CAR}, lift=by_air(seats=40), routes=ROAD))
    assert simulated.left()[-1] == (240, 5)
    assert simulated.fates() == {"extracted": 5}


def test_the_next_mode_is_used_when_the_first_does_not_take_all_who_are_due() -> None:
    place = _camp(20, rear=20, by=("air", "road"), lots={"car": {"coe": 5}})
    simulated = Simulated(
        world({"camp": place}, {"car": CAR}, lift=by_air(seats=1, block_speed="20 km/h"), routes=ROAD)
    )
    assert simulated.left()[-1] == (240, 20)


def test_a_mode_that_is_refused_tomorrow_does_not_count() -> None:
    refused = {"windows": {"no": {"from": "2023-01-10", "until": "2023-01-10", "refused": 1, "classes": ["people"]}}}
    place = _camp(20, rear=20, by=("air", "road"), lots={"car": {"coe": 5}})
    simulated = Simulated(
        world({"camp": place}, {"car": CAR}, lift=by_air(seats=40), routes=ROAD, clearance={"air": refused})
    )
    assert simulated.left() == [(240, 20)]
    assert simulated.fates() == {"extracted": 5}


def test_the_last_convoy_takes_the_rear_party_and_everything_ready_at_handover() -> None:
    place = _camp(10, rear=10, by=("road",), lots={"car": {"coe": 2}})
    simulated = Simulated(world({"camp": place}, {"car": CAR}, routes=ROAD))
    assert simulated.departures() == [(240, 2)]
    assert simulated.left() == [(240, 10)]
    assert simulated.when(State.EXTRACTED) == [244, 244]


def test_the_last_convoy_leaves_at_the_end_of_the_last_marching_hours_before_handover() -> None:
    place = _camp(10, rear=10, by=("road",), lots={"car": {"coe": 2}})
    road = {"r": {**ROAD["r"], "marching_hours": "06:00-18:00"}}
    simulated = Simulated(world({"camp": place}, {"car": CAR}, routes=road))
    assert [round(at, 2) for at, _ in simulated.departures()] == [234]
    assert simulated.place("closed") == [240]


def test_the_last_convoy_needs_clearance_only_where_the_scenario_says_so() -> None:
    refused = {"r": {"windows": {"no": {"from": "2023-01-01", "until": "2023-01-12", "refused": 1}}}}
    place = _camp(10, rear=10, by=("road",), lots={"car": {"coe": 2}})
    free = world({"camp": place}, {"car": CAR}, routes=ROAD, clearance={"road": refused})
    assert Simulated(free).departures() == [(240, 2)]
    bound = {**place, "drawdown": {**place["drawdown"], "last_convoy_needs_clearance": True}}
    assert Simulated({**free, "places": {**free["places"], "camp": bound}}).departures() == [(288, 2)]


def test_vehicles_for_the_rear_party_are_kept_back_from_earlier_convoys() -> None:
    place = _camp(30, rear=10, by=("road",), lots={"car": {"coe": 6}})
    simulated = Simulated(world({"camp": place}, {"car": CAR}, routes=ROAD))
    assert simulated.place("closed") == [240]
    assert simulated.fates() == {"extracted": 6}


def test_the_crew_of_a_vehicle_leaves_for_good_and_is_lost_labour() -> None:
    place = _camp(4, by=("road",), lots={"car": {"coe": 2}, "box": {"unoe": 20}}, crews={"count": 1, "size": 4})
    classes = {"car": {**CAR, "seats": 0}, "box": {"prepare": "10 h", "moves": ["aircraft"]}}
    simulated = Simulated(world({"camp": place}, classes, routes=ROAD))
    first = simulated.departures()[0][0]
    assert max(a for a, *_ in simulated.work()) <= first


def test_seats_by_air_never_take_the_last_drivers_of_vehicles_not_condemned() -> None:
    place = _camp(10, by=("air", "road"), lots={"car": {"coe": 4}})
    road = {"r": {**ROAD["r"], "closures": {"shut": {"from": "2023-01-01", "until": "2023-01-08"}}}}
    simulated = Simulated(world({"camp": place}, {"car": {**CAR, "seats": 0}}, lift=by_air(seats=1), routes=road))
    flown = sum(
        s.count
        for s in simulated.ledger.people
        if s.what is Passage.LEFT and isinstance(s.by, LiftId) and s.at_s < 192 * 3600
    )
    assert flown <= 6


def test_trucks_with_seats_fetch_people_who_have_no_vehicle() -> None:
    place = _camp(6, by=("road",))
    lift = {"trucks": {"t": {**TRUCK, "base": "out", "count": 3, "seats": 2}}}
    simulated = Simulated(world({"camp": place}, lift=lift, routes=ROAD))
    assert _gone_by(simulated, 240) == 6


def test_a_convoy_that_passes_takes_along_people_above_the_curve_and_ready_vehicles() -> None:
    far = camp(lots={"box": {"unoe": 1}}, handover="2023-01-09")
    place = _camp(10, by=("road",), lots={"car": {"coe": 3}}, crews={"count": 3})
    road = {"r": {"through": ["far", "camp", "out"], "km": [100, 100], "a_day": "600 km", "joins": ["camp"]}}
    data = world(
        {"far": far, "camp": place}, {"car": {**CAR, "prepare": "153 h"}, "box": {"load": "150 h"}},
        lift={"trucks": {"t": {**TRUCK, "base": "far"}}, "convoys": {"vehicles": {"least": 3}}}, routes=road,
    )  # fmt: skip
    passing = Simulated(data)
    joined = [s for s in passing.ledger.lift if s.what is Did.JOINED]
    assert [s.at_s / 3600 for s in joined] == [154]
    road["r"]["joins"] = []
    assert [s for s in Simulated(data).ledger.lift if s.what is Did.JOINED] == []


def test_only_people_present_under_alarm_are_exposed() -> None:
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T06:00", "until": "2023-01-01T09:00"}}}}
    place = camp(people={"soldiers": 7}, evacuate={"out": ["air"]}, threat=threat)
    said = rows(Simulated(world({"camp": place}, lift=by_air())).history).responses
    assert said["exposure_person_hours_camp"] == 21


def test_an_evening_after_the_last_person_has_left_is_no_event() -> None:
    def events(deadline: str) -> int:
        data = world({"camp": _camp(10)}, lift=by_air(seats=20), calendar={"deadline": deadline})
        return Simulated(data).history.events

    assert events("2023-01-30") == events("2023-01-20")  # nor are the days, once all is over
