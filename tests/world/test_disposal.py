"""Disposal: what is condemned, when, and what becomes of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from little import ROAD, TRUCK, Simulated, by_air, camp, world

from sim.ledger.kinds import Verdict
from sim.ledger.states import State

STAY = {"soldiers": 4}


def _simulated(place: dict[str, Any], classes: dict[str, Any], policy: Any, **sections: Any) -> Simulated:
    data = world(
        {"camp": camp(**{"evacuate": {}, "crews": {"count": 1}} | place)},
        classes,
        policy={"disposal": policy},
        **sections,
    )
    return Simulated(data)


AIR = {"evacuate": {"out": ["air"]}}
LATE: dict[str, Any] = {"from": "2023-01-19"}
NEVER = by_air(**LATE)  # lift that comes too late for the camp


def test_what_no_lift_can_carry_is_condemned_before_the_clock_starts() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 1}}}, {"box": {"destroy": "5 h"}}, "projected")
    assert simulated.condemned() == [(0, "box/1")]
    # and destroyed at the latest time at which that can be done
    assert simulated.work() == [(235, 240, "destroy", "box/1")]


def test_fixed_lead_condemns_what_is_not_ready_so_long_before_handover() -> None:
    place = {"lots": {"a": {"unoe": 1}, "b": {"unoe": 1}}, **AIR}
    classes = {"a": {"prepare": "1 h", "destroy": "9 h", "disable": "8 h"}, "b": {"prepare": "900 h", "destroy": "2 h"}}
    simulated = _simulated(place, classes, {"kind": "fixed_lead", "lead": "3 d"}, lift=NEVER)
    assert simulated.condemned()[0] == (168, "b/1")
    assert simulated.life("camp/a/1")[-2:] == [(1, "ready"), (240, "disabled")]  # begun at its own last moment


def test_a_ready_lead_condemns_what_is_ready_but_not_loaded() -> None:
    place = {"lots": {"a": {"unoe": 1}}, **AIR}
    policy = {"kind": "fixed_lead", "lead": "3 d", "ready_lead": "1 d"}
    assert _simulated(place, {"a": {"destroy": "1 h"}}, policy, lift=NEVER).condemned() == [(216, "a/1")]
    without = _simulated(place, {"a": {"destroy": "1 h"}}, policy | {"ready_lead": "0 h"}, lift=NEVER)
    assert [at for at, _ in without.condemned() if at < 240] == []


def test_work_on_the_condemned_begins_at_the_latest_time_at_which_all_can_be_done() -> None:
    place = {"lots": {"a": {"unoe": 3}}, "crews": {"count": 2}, "working_hours": "08:00-18:00"}
    simulated = _simulated(place, {"a": {"destroy": "4 h"}}, "projected")
    # two crews, three lots of four hours: eight hours before the end of the last working day
    assert [(a, b) for a, b, *_ in simulated.work()] == [(226, 230), (226, 230), (230, 234)]


def test_the_condemned_are_taken_up_sensitive_first_then_by_value_per_crew_hour() -> None:
    classes = {
        "a": {"destroy": "2 h", "value": "2 kUSD"}, "b": {"destroy": "1 h", "value": "2 kUSD"},
        "c": {"destroy": "1 h", "sensitive": True},
    }  # fmt: skip
    simulated = _simulated({"lots": {name: {"unoe": 1} for name in "abc"}}, classes, "projected")
    assert [lot for *_, lot in simulated.work()] == ["c/1", "b/1", "a/1"]


def test_what_helps_whoever_takes_it_is_taken_up_before_what_is_worth_more() -> None:
    classes = {
        "a": {"destroy": "1 h", "value": "2 kUSD"}, "b": {"destroy": "1 h", "denial": 2},
        "c": {"destroy": "1 h", "sensitive": True}, "d": {"destroy": "1 h", "denial": 5},
    }  # fmt: skip
    simulated = _simulated({"lots": {name: {"unoe": 1} for name in "abcd"}}, classes, "projected")
    assert [lot for *_, lot in simulated.work()] == ["c/1", "d/1", "b/1", "a/1"]


def test_neither_owner_is_last_where_time_is_short() -> None:
    place = {"lots": {"a": {"coe": 4, "unoe": 2}}, "handover": "2023-01-01T09:00"}
    simulated = _simulated(place, {"a": {"destroy": "4 h", "disable": "2 h"}}, "last_moment")
    lots = simulated.history.frame.lots
    worked = [(task, lots.owner[lots.index(f"camp/{lot}")]) for _, _, task, lot in simulated.work()][:4]
    assert worked == [("disable", "coe"), ("disable", "unoe"), ("disable", "coe"), ("disable", "coe")]


def test_the_tail_is_disabled_when_not_all_can_be_destroyed() -> None:
    place = {"lots": {"a": {"unoe": 4}}, "handover": "2023-01-01T10:00"}
    simulated = _simulated(place, {"a": {"destroy": "4 h", "disable": "1 h"}}, "projected")
    # ten hours: two destroyed and two disabled
    assert simulated.fates() == {"destroyed": 2, "disabled": 2}


def test_when_not_even_disabling_all_is_possible_crews_go_on_in_the_same_order() -> None:
    place = {"lots": {"a": {"unoe": 4}}, "handover": "2023-01-01T10:00"}
    simulated = _simulated(place, {"a": {"destroy": "8 h", "disable": "4 h"}}, "projected")
    assert simulated.fates() == {"disabled": 2, "abandoned": 2}


def test_after_handover_crews_disable_what_is_left_then_destroy_what_is_disabled() -> None:
    refused = {"windows": {"no": {"from": "2023-01-01", "until": "2023-01-12", "refused": 1}}}
    place = {"lots": {"a": {"unoe": 2}}, "people": STAY, "handover": "2023-01-01T02:00", **AIR}
    simulated = _simulated(
        place, {"a": {"destroy": "8 h", "disable": "3 h"}}, "projected", clearance={"air": refused}, lift=by_air()
    )
    tasks = [(task, lot) for _, _, task, lot in simulated.work()]
    assert tasks == [("disable", "a/1"), ("disable", "a/2"), ("destroy", "a/1"), ("destroy", "a/2")]
    assert simulated.fates() == {"destroyed": 2}


def test_at_handover_crews_take_what_it_condemns_before_what_is_ready() -> None:
    slow = {"destroy": "9 h", "disable": "1 h"}
    drives = {"moves": ["self", "aircraft"], "crew": 1, **slow}  # what is on wheels is not condemned before
    classes = {"box": drives, "press": {"needed_until": "0 h", "prepare": "1 h", **drives}}
    place = {"lots": {"box": {"unoe": 1}, "press": {"unoe": 1}}, "people": STAY, **AIR}
    place["drawdown"] = {"start": "2023-01-09", "rear_party": 4, "leave_by": ["air"]}
    simulated = _simulated(place, classes, {"kind": "fixed_lead", "lead": "0 h"}, lift=NEVER)
    disabled = [(until, lot) for _, until, task, lot in simulated.work() if task == "disable"]
    assert disabled == [(241, "press/1"), (242, "box/1")]


def test_a_lot_half_destroyed_is_disabled_if_the_work_of_disabling_was_put_in() -> None:
    place = {"lots": {"a": {"unoe": 1}}, "handover": "2023-01-01T06:00"}
    threat = {"alarms": {"listed": {"x": {"from": "2023-01-01T04:00", "until": "2023-01-01T06:00"}}}}
    disabled = _simulated(place | {"threat": threat}, {"a": {"destroy": "6 h", "disable": "4 h"}}, "projected")
    assert disabled.fates() == {"disabled": 1}
    left = _simulated(place | {"threat": threat}, {"a": {"destroy": "6 h", "disable": "5 h"}}, "projected")
    assert left.fates() == {"abandoned": 1}


def test_a_condemnation_stops_the_preparing_and_unfinished_work_counts_for_nothing() -> None:
    place = {"lots": {"a": {"unoe": 1}}, **AIR}
    policy = {"kind": "fixed_lead", "lead": "5 d"}
    simulated = _simulated(place, {"a": {"prepare": "200 h", "destroy": "10 h"}}, policy, lift=NEVER)
    assert [(a, b, task) for a, b, task, _ in simulated.work()] == [(0, 120, "prepare"), (230, 240, "destroy")]


def test_a_condemned_lot_whose_preparing_is_stopped_is_among_those_to_be_destroyed_in_time() -> None:
    place = {"lots": {"a": {"unoe": 3}}, **AIR}
    policy = {"kind": "fixed_lead", "lead": "6 h"}
    simulated = _simulated(place, {"a": {"prepare": "900 h", "destroy": "2 h", "disable": "2 h"}}, policy, lift=NEVER)
    assert simulated.fates() == {"destroyed": 3}


def test_projected_condemns_what_lift_can_no_longer_bring_out() -> None:
    place = {"lots": {"a": {"unoe": 30}}, "handover": "2023-01-02", **AIR}
    lift = by_air(payload="1 t", hours_a_day="4 h")
    # 2 legs a day, at 0.7 of a load and 0.9 of days cleared, for two days
    simulated = _simulated(place, {"a": {}}, "projected", lift=lift)
    assert len([at for at, _ in simulated.condemned() if at == 0]) == 28


def test_projected_counts_trucks_that_can_still_complete_loading() -> None:
    place = {"lots": {"a": {"unoe": 30}}, "handover": "2023-01-01T12:00", "evacuate": {"out": ["road"]}}
    lift = {"trucks": {"t": {**TRUCK, "count": 2, "payload": "1 t"}}}
    simulated = _simulated(place, {"a": {}}, "projected", lift=lift, routes=ROAD)
    # rounds of 8 h: at 0 h and at 8 h
    assert len([at for at, _ in simulated.condemned() if at == 0]) == 26


def test_projected_counts_no_trucks_while_today_lies_in_a_known_closure() -> None:
    place = {"lots": {"a": {"unoe": 3}}, "evacuate": {"out": ["road"]}}
    road = {"r": {**ROAD["r"], "closures": {"shut": {"from": "2023-01-01", "until": "2023-01-04"}}}}
    simulated = _simulated(place, {"a": {"prepare": "1 h"}}, "projected", lift={"trucks": {"t": TRUCK}}, routes=road)
    assert [at for at, _ in simulated.condemned()] == [0, 0, 0]
    # reinstated by the first review on an open road, for no work was done
    reinstates = [mark.at_s / 3600 for mark in simulated.ledger.marks if mark.what is Verdict.REINSTATED]
    assert reinstates == [96, 96, 96]
    assert simulated.fates() == {"extracted": 3}


def test_projected_counts_no_trucks_while_all_are_refused_by_a_known_window() -> None:
    refused = {
        "r": {"windows": {"no": {"from": "2023-01-03", "until": "2023-01-20", "refused": 1, "classes": ["trucks"]}}}
    }
    place = {"lots": {"a": {"unoe": 1}}, "evacuate": {"out": ["road"]}}
    simulated = _simulated(
        place,
        {"a": {"prepare": "60 h"}},
        "projected",
        lift={"trucks": {"t": TRUCK}},
        routes=ROAD,
        clearance={"road": refused},
    )
    assert simulated.condemned() == [(48, "a/1")]


def test_projected_condemns_and_reinstates_the_same_lots_again_and_destroys_them_in_the_end() -> None:
    closures = {
        "one": {"from": "2023-01-01", "until": "2023-01-02"},
        "two": {"from": "2023-01-04", "until": "2023-01-20"},
    }
    place = {"lots": {"a": {"unoe": 2}}, "evacuate": {"out": ["road"]}}
    road = {"r": {**ROAD["r"], "closures": closures}}
    simulated = _simulated(
        place, {"a": {"prepare": "60 h", "destroy": "5 h"}}, "projected", lift={"trucks": {"t": TRUCK}}, routes=road
    )
    assert [at for at, _ in simulated.condemned()] == [0, 0, 72, 72]
    assert simulated.fates() == {"destroyed": 2}


def test_a_reinstated_lot_keeps_its_place_among_the_released() -> None:
    place = {"lots": {"a": {"unoe": 2}, "b": {"unoe": 2}}, "evacuate": {"out": ["road", "air"]}}
    classes = {
        "a": {"moves": ["truck"], "prepare": "5 h"},
        "b": {"moves": ["aircraft"], "prepare": "60 h", "needed_until": "190 h"},
    }
    road = {"r": {**ROAD["r"], "closures": {"shut": {"from": "2023-01-01", "until": "2023-01-04"}}}}
    lift = {"trucks": {"t": TRUCK}, **by_air()}
    simulated = _simulated(place, classes, "projected", lift=lift, routes=road)
    # condemned at 0 h and reinstated at 96 h, released before the second that is prepared from 50 h on
    assert [lot for _, _, _, lot in simulated.work() if lot != "a/1"][:3] == ["b/1", "a/2", "b/2"]


def test_a_later_place_gets_the_lift_that_earlier_backlogs_leave() -> None:
    lots = {"a": {"unoe": 4}}
    lift = {"trucks": {"t": {**TRUCK, "count": 2, "payload": "1 t"}}, "convoys": {}}
    place = {"evacuate": {"out": ["road"]}, "crews": {"count": 1}, "lots": lots}
    road = {"r": {"through": ["one", "camp", "out"], "km": [0.1, 100], "a_day": "600 km"}}
    data = world(
        {
            "one": camp(**place | {"handover": "2023-01-01T11:00"}),
            "camp": camp(**place | {"handover": "2023-01-01T12:00"}),
        },
        {"a": {}}, lift=lift, routes=road, policy={"disposal": "projected"},
    )  # fmt: skip
    condemned = [history for history in Simulated(data).ledger.marks if history.at_s == 0]
    assert {mark.place for mark in condemned} == {"camp"}


def test_last_moment_condemns_at_the_latest_time_at_which_all_can_be_destroyed() -> None:
    place = {"lots": {"a": {"unoe": 3}}, **AIR}
    simulated = _simulated(place, {"a": {"destroy": "2 h", "prepare": "900 h"}}, "last_moment", lift=NEVER)
    assert [at for at, _ in simulated.condemned()] == [234] * 3
    assert simulated.fates() == {"destroyed": 3}


def test_none_condemns_nothing_but_what_is_sensitive() -> None:
    place = {"lots": {"a": {"unoe": 1}, "gun": {"coe": 1}}, **AIR}
    classes = {"a": {"destroy": "1 h"}, "gun": {"destroy": "1 h", "sensitive": True}}
    simulated = _simulated(place, classes, "none", lift=NEVER)
    assert (simulated.fate("camp/a/1"), simulated.fate("camp/gun/1")) == ("abandoned", "destroyed")


def test_an_order_brings_a_review_so_that_sensitive_lots_are_destroyed_by_the_new_handover() -> None:
    order = {"date": {"on": "2023-01-03T12:00", "notice": "6 h"}}
    place = {"lots": {"gun": {"coe": 2}}, "escalation": order, **AIR}
    simulated = _simulated(place, {"gun": {"destroy": "2 h", "sensitive": True}}, "fixed_lead", lift=NEVER)
    assert simulated.fates() == {"destroyed": 2}
    assert simulated.when(State.DESTROYED) == [64, 66]


def test_agreed_transfers_are_neither_prepared_nor_condemned_and_go_to_the_host_at_closing() -> None:
    place = {"lots": {"a": {"unoe": 1, "coe": 1}}, **AIR}
    simulated = _simulated(
        place, {"a": {"transfer": {"unoe": "agreed"}, "prepare": "1 h", "destroy": "1 h"}}, "projected", lift=NEVER
    )
    assert simulated.fates() == {"transferred": 1, "abandoned": 1} or simulated.fates() == {
        "transferred": 1,
        "destroyed": 1,
    }
    assert [lot for *_, lot in simulated.work()] == ["a/1"] * len(simulated.work())


def test_from_an_order_on_agreed_transfers_are_like_any_other_lot() -> None:
    order = {"date": {"on": "2023-01-03", "notice": "2 d"}}
    place = {"lots": {"a": {"unoe": 1}}, "escalation": order, **AIR}
    kind = {"a": {"transfer": {"unoe": "agreed"}, "prepare": "1 h"}}
    assert _simulated(place, kind, "none", lift=by_air()).fates() == {"extracted": 1}
    data = world(
        {"camp": camp(crews={"count": 1}, **place)},
        kind,
        lift=by_air(),
        policy={"disposal": "none", "transfer_under_order": True},
    )
    assert Simulated(data).fates() == {"transferred": 1}


def test_projected_condemns_what_present_crews_can_no_longer_prepare() -> None:
    place = {"lots": {"a": {"unoe": 3}}, "handover": "2023-01-01T12:00", **AIR}
    simulated = _simulated(place, {"a": {"prepare": "5 h"}}, "projected", lift=by_air(payload="40 t", count=5))
    assert [lot for at, lot in simulated.condemned() if at == 0] == ["a/3"]


def test_explosives_teams_work_by_daylight_whatever_the_hours_and_crews_disable_the_rest() -> None:
    place = {
        "lots": {"a": {"unoe": 3}}, "handover": "2023-01-01T18:00", "working_hours": "12:00-13:00",
        "eod": {"teams": 2, "a_day": "12 t"},
    }  # fmt: skip
    classes = {"a": {"mass": "9 t", "disable": "30 min", "destroyed_by": "eod"}}
    simulated = _simulated(place, classes, "projected")
    # nine hours each of the twelve: one a team, and no time for a third
    assert simulated.work()[:3] == [
        (12.5, 13, "disable", "a/3"), (9, 18, "demolish", "a/1"), (9, 18, "demolish", "a/2"),
    ]  # fmt: skip
    assert [step.by.explosives for step in simulated.ledger.lots if step.state == State.DESTROYED] == [True, True]


def test_a_fire_that_takes_a_lot_frees_its_team() -> None:
    place = {"lots": {"a": {"unoe": 2}}, "handover": "2023-01-02", "eod": {"teams": 1, "a_day": "12 t"}}
    classes = {"a": {"mass": "9 t", "destroyed_by": "eod"}}
    place["threat"] = {"fires": "2 /day"}
    simulated = _simulated(place, classes, "projected")
    assert "lost" in simulated.fates()
    works = [each for each in simulated.work() if each[2] == "demolish"]
    assert all(until <= after for (_, until, *_), (after, *_) in pairwise(works))


def test_explosives_teams_are_there_as_long_as_own_people_are() -> None:
    place = {
        "lots": {"a": {"unoe": 1}}, "handover": "2023-01-02", "people": {"soldiers": 0},
        "eod": {"teams": 1, "a_day": "12 t"}, "crews": {"count": 0},
    }  # fmt: skip
    simulated = _simulated(place, {"a": {"mass": "6 t", "destroyed_by": "eod"}}, "projected")
    assert simulated.work() == []


def test_a_lot_that_is_reinstated_while_it_is_staged_frees_its_crew_and_a_staged_one_stays_so() -> None:
    place = {
        "lots": {"a": {"unoe": 2}}, "crews": {"count": 1}, "evacuate": {"out": ["road"]}, "loaders": 1,
        "working_hours": "06:00-18:00",
    }  # fmt: skip
    classes = {"a": {"mass": "9 t", "destroy": "3 h", "stage": {"work": "6 h", "staged": "1 h"}}}
    closed = {"r": {**ROAD["r"], "closures": {"works": {"from": "2023-01-01", "until": "2023-01-02T09:00"}}}}
    simulated = _simulated(place, classes, "projected", lift={"trucks": {"lorry": TRUCK}}, routes=closed)
    tasks = [(task, lot) for _, _, task, lot in simulated.work()]
    assert tasks[:2] == [("stage", "a/1"), ("stage", "a/2")]
    assert simulated.fates() == {"extracted": 2}


def test_staging_stops_when_disposal_of_other_lots_begins() -> None:
    place = {"lots": {"a": {"unoe": 2}}, "handover": "2023-01-01T10:00"}
    classes = {"a": {"destroy": "2 h", "disable": "30 min", "stage": {"work": "9 h", "staged": "10 min"}}}
    simulated = _simulated(place, classes, "projected")
    # the other lot waits, and its disposal has to begin at 08:00; then this one is destroyed, or disabled, as any
    assert simulated.work()[0] == (0, 8, "stage", "a/1")
    assert "abandoned" not in simulated.fates()
