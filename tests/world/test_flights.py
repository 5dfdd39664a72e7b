"""Aircraft: sorties, aprons, limits of the day, and what goes wrong."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
import pytest
from little import ROAD, Simulated, by_air, camp, world
from numpy.random import Philox

from sim.ledger.kinds import Did, Passage
from sim.ledger.states import State

AIR = {"evacuate": {"out": ["air"]}}
PLANE = {"helicopter": False}


def _simulated(
    place: dict[str, Any], kind: dict[str, Any], fleet: dict[str, Any] | None = None, **sections: Any
) -> Simulated:
    strips = sections.pop("strips", {"out": {"surface": "asphalt"}})
    out = {"role": "exit", **({"strip": strips["out"]} if "out" in strips else {}), **sections.pop("out", {})}
    data = world({"camp": camp(**AIR | place), "out": out}, {"box": kind}, lift=by_air(**(fleet or {})), **sections)
    return Simulated(data)


def _strip(**more: Any) -> dict[str, Any]:
    return {"surface": "gravel", **more}


def test_a_sortie_flies_from_base_to_the_place_to_the_destination() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 1}}}, {"load": "1 h", "unload": "1 h"})
    assert simulated.life("camp/box/1")[-3:] == [(1, "loading"), (2, "moving"), (4, "extracted")]


def test_a_stay_on_the_ground_is_loading_or_the_ground_time_whichever_is_longer() -> None:
    assert _simulated({"lots": {"box": {"unoe": 1}}}, {"load": "1 h"}, {"ground_time": "3 h"}).lift("takes off") == [4]
    assert _simulated({"lots": {"box": {"unoe": 1}}}, {"load": "3 h"}, {"ground_time": "1 h"}).lift("takes off") == [4]


def test_an_alarm_on_the_ground_stops_loading_which_resumes() -> None:
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T02:00", "until": "2023-01-01T05:00"}}}}
    assert _simulated({"lots": {"box": {"unoe": 1}}, "threat": threat}, {"load": "2 h"}).lift("takes off") == [6]


def test_an_alarm_on_arrival_that_outlasts_the_hold_wastes_the_sortie() -> None:
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T00:30", "until": "2023-01-01T05:00"}}}}
    simulated = _simulated({"lots": {"box": {"unoe": 1}}, "threat": threat}, {}, {"hold": "2 h"})
    assert simulated.lift("wasted") == [3]
    assert simulated.lift("is back")[0] == 4
    # the next one leaves while the alarm is on, for it may be over by then
    assert simulated.when(State.EXTRACTED) == [6]


def test_one_that_has_an_accident_under_fire_stays_and_loads_after_the_all_clear() -> None:
    alarm = {"alarms": {"listed": {"a": {"from": "2023-01-01T00:50", "until": "2023-01-01T05:00"}}}}
    place = {"lots": {"box": {"unoe": 1}}, "threat": alarm}
    accidents = {"landing": {"chance": {"none": 1}, "hull_lost": 0, "repair": "1 h"}}
    fleet = {"commit": "20 min", "ground_time_under_fire": "15 min"}
    assert _simulated(place, {}, fleet, accidents=accidents).lift("takes off") == [5]
    assert _simulated(place, {}, fleet).lift("takes off")[0] == 1.25


def test_an_alarm_that_ends_within_the_hold_only_delays() -> None:
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T00:30", "until": "2023-01-01T02:00"}}}}
    simulated = _simulated({"lots": {"box": {"unoe": 1}}, "threat": threat}, {}, {"hold": "2 h"})
    assert (simulated.lift("wasted"), simulated.when(State.EXTRACTED)) == ([], [3])


def test_no_more_aircraft_are_handled_at_once_than_the_working_mog() -> None:
    place = {"lots": {"box": {"unoe": 3}}, "strip": _strip(mog=1), "crews": {"count": 1}}
    simulated = _simulated(place, {"load": "2 h"}, {**PLANE, "count": 3, "payload": "1 t"})
    assert simulated.lift("takes off", "camp") == [3, 5, 7]
    assert simulated.lift("wasted") == []  # the next one leaves so as to land when there is room
    two = _simulated(place | {"strip": _strip(mog=2)}, {"load": "2 h"}, {**PLANE, "count": 3, "payload": "1 t"})
    assert two.lift("takes off", "camp") == [3, 3, 5]


def test_landings_are_in_the_flying_hours_of_the_place() -> None:
    place = {"lots": {"box": {"unoe": 1}}, "strip": _strip(flying_hours="08:00-16:00")}
    assert _simulated(place, {}, PLANE).lift("lands", "camp") == [8]


def test_a_sortie_starts_when_flying_hours_of_base_place_and_destination_can_all_be_met() -> None:
    place = camp(lots={"box": {"unoe": 1}}, strip=_strip(flying_hours="06:00-18:00"), **AIR)
    out = {"role": "exit", "strip": {"surface": "asphalt", "flying_hours": "15:00-20:00"}}
    depot = {"role": "exit", "strip": {"surface": "asphalt"}}
    lift = {"aircraft": {"plane": {"count": 1, "base": "depot", "payload": "9 t", "block_speed": "100 km/h"}},
            "distances": {"camp": {"out": "100 km", "depot": "100 km"}, "depot": {"out": "10 km"}}}  # fmt: skip
    simulated = Simulated(world({"camp": place, "out": out, "depot": depot}, {"box": {}}, lift=lift))
    assert (simulated.lift("departs")[0], simulated.when(State.EXTRACTED)) == (13, [15])


def test_an_aircraft_held_beyond_flying_hours_stays_the_night_and_its_loader_goes_on() -> None:
    place = {"lots": {"box": {"unoe": 1}}, "strip": _strip(flying_hours="06:00-10:00"), "threat": {
        "alarms": {"listed": {"a": {"from": "2023-01-01T08:30", "until": "2023-01-01T11:00"}}}}}  # fmt: skip
    simulated = _simulated(place, {"load": "3 h"}, PLANE)
    assert simulated.lift("lands", "camp")[0] == 6
    last_s = 10 - 1 / 3600  # the last second of the hours
    assert simulated.life("camp/box/1")[-4:] == [
        (last_s, "ready"),
        (last_s, "loading"),
        (30, "moving"),
        (31, "extracted"),
    ]


def test_flying_hours_a_day_limit_the_sorties_of_a_tail() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 3}}}, {}, {"hours_a_day": "5 h", "payload": "1 t"})
    assert simulated.when(State.EXTRACTED) == [2, 4, 26]


def test_the_crew_day_limits_the_sorties_of_a_tail_unloading_included() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 3}}}, {"unload": "1 h"}, {"crew_day": "7 h", "payload": "1 t"})
    assert simulated.when(State.EXTRACTED) == [3, 6, 27]


def test_a_tail_whose_day_is_over_does_not_keep_another_on_the_ground() -> None:
    place = {"lots": {"box": {"unoe": 2}}, "release": {"start": "2023-01-01T00:00", "over": "12 h"}}
    simulated = _simulated(place, {}, {"hours_a_day": "2 h", "payload": "1 t", "count": 2})
    assert simulated.when(State.EXTRACTED) == [8, 14]


def test_an_aircraft_that_would_break_the_crew_day_stays_the_night() -> None:
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T01:30", "until": "2023-01-01T06:00"}}}}
    simulated = _simulated({"lots": {"box": {"unoe": 1}}, "threat": threat}, {"load": "1 h"}, {"crew_day": "4 h"})
    assert simulated.lift("lands", "camp")[0] == 1
    assert simulated.lift("takes off", "camp")[0] == 24


def test_when_the_crew_day_would_break_it_leaves_with_what_is_aboard() -> None:
    place = {"lots": {"box": {"unoe": 3}}, "loaders": 1}
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T02:00", "until": "2023-01-01T03:00"}}}}
    simulated = _simulated(place | {"threat": threat}, {"load": "1 h"}, {"crew_day": "6 h"})
    # it must be off at 5 h to be home at 6 h; loading takes from 1 h to 2 h and from 3 h to 5 h
    assert simulated.lift("takes off", "camp")[0] == 5
    shorter = _simulated(place | {"threat": threat}, {"load": "1 h"}, {"crew_day": "5 h"})
    assert shorter.when(State.MOVING)[:2] == [4, 4]
    assert shorter.lift("takes off", "camp")[0] == 4


def test_clearance_is_of_the_local_day_of_departure_at_both_ends() -> None:
    refused = {"windows": {"no": {"from": "2023-01-01", "until": "2023-01-02", "refused": 1}}}
    assert _simulated({"lots": {"box": {"unoe": 1}}}, {}, clearance={"air": refused}).lift("departs")[0] == 48


def test_a_sortie_goes_with_what_is_cleared_of_people_and_cargo() -> None:
    place = {"lots": {"box": {"unoe": 1}}, "people": {"soldiers": 5}, "handover": "2023-01-02",
             "drawdown": {"start": "2023-01-01", "leave_by": ["air"]}}  # fmt: skip
    cargo = {"windows": {"no": {"from": "2023-01-01", "until": "2023-01-02", "refused": 1, "classes": ["cargo"]}}}
    simulated = _simulated(place, {}, clearance={"air": cargo})
    assert sum(count for _, count in simulated.left()) == 5
    assert simulated.fates() == {"abandoned": 1}


def test_people_are_seated_before_cargo_and_share_the_payload() -> None:
    place = {"lots": {"box": {"unoe": 2}}, "people": {"soldiers": 10}, "handover": "2023-01-02"}
    simulated = _simulated(place, {"mass": "5 t"}, {"payload": "6 t"})
    # before the last day no one is due: two lots of 5 t do not go together
    assert simulated.when(State.EXTRACTED) == [2, 4]
    late = place | {"release": {"start": "2023-01-02T00:00"}}
    assert _simulated(late, {"mass": "5 t"}, {"payload": "5900 kg"}).when(State.EXTRACTED) == [28, 30]


def test_people_take_floor_by_positions_over_seats() -> None:
    place = {"lots": {"box": {"unoe": 1}}, "people": {"soldiers": 5}, "handover": "2023-01-02",
             "release": {"start": "2023-01-02"}}  # fmt: skip
    fits = _simulated(place, {"floor": 3}, {"positions": 6})
    assert fits.when(State.EXTRACTED) == [26]
    assert _simulated(place, {"floor": 4}, {"positions": 6}).when(State.EXTRACTED) == [28]


def test_containers_fly_only_in_types_that_take_them() -> None:
    place = {"lots": {"box": {"unoe": 1}}}
    assert _simulated(place, {"container": True}).fates() == {"abandoned": 1}
    assert _simulated(place, {"container": True}, {"containers": True}).fates() == {"extracted": 1}


def test_helicopters_need_no_strip_and_planes_do() -> None:
    assert _simulated({"lots": {"box": {"unoe": 1}}}, {}, {"helicopter": True}).fates() == {"extracted": 1}
    assert _simulated({"lots": {"box": {"unoe": 1}}}, {}, PLANE).fates() == {"abandoned": 1}


def test_a_strip_takes_only_the_types_it_names() -> None:
    place = {"lots": {"box": {"unoe": 1}}, "strip": _strip(takes=[])}
    assert _simulated(place, {}, PLANE).fates() == {"abandoned": 1}


def test_the_payload_is_the_least_of_the_two_surfaces_and_of_the_season() -> None:
    place = {"lots": {"box": {"unoe": 2}}, "strip": _strip()}
    payload = {"asphalt": "9 t", "gravel": "3 t"}
    assert _simulated(place, {"mass": "3 t"}, {**PLANE, "payload": payload}).when(State.EXTRACTED) == [2, 4]
    heat = {"heat": {"from": "2023-01-01", "until": "2023-01-02", "payload": 0.5}}
    simulated = _simulated(place, {"mass": "3 t"}, {**PLANE, "payload": payload, "seasons": heat})
    assert simulated.when(State.EXTRACTED) == [50, 52]


def test_a_load_below_the_least_fill_waits_until_the_last_days() -> None:
    policy = {"least_fill": {"share": 0.5, "waived": "1 d"}}
    assert _simulated({"lots": {"box": {"unoe": 3}}}, {}, policy=policy).lift("departs")[0] == 216


def test_an_aircraft_leaves_for_lots_that_will_be_ready_on_its_arrival() -> None:
    place = {"lots": {"box": {"unoe": 2}}, "crews": {"count": 1}}
    simulated = _simulated(place, {"prepare": "30 min"}, {"payload": "2 t"}, policy={"least_fill": {"share": 1}})
    assert simulated.lift("takes off", "camp")[0] == 1


def test_what_lift_under_way_will_take_is_not_counted_twice() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 2}}}, {}, {"count": 3, "payload": "2 t"})
    assert len(simulated.lift("departs")) == 1


def test_no_sortie_goes_for_cargo_whose_loading_would_end_after_handover() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 1}}, "handover": "2023-01-01T06:00"}, {"load": "6 h"})
    assert simulated.lift("departs") == []


def _accident(hull_lost: float, lots: int = 1, **more: Any) -> Simulated:
    accidents = {"landing": {"chance": {"gravel": 1, "asphalt": 0}, "hull_lost": hull_lost, **more}}
    place = {"lots": {"box": {"unoe": lots}}, "strip": _strip()}
    return _simulated(place, {}, {**PLANE, "count": 2, "payload": "1 t"}, accidents=accidents)


def test_an_accident_closes_the_strip_for_everyone_on_it_too() -> None:
    simulated = _accident(0, strip_closed="20 h")
    assert simulated.lift("takes off", "camp")[0] == 21


def test_after_an_accident_a_tail_is_repaired_where_it_stands() -> None:
    assert _accident(0, repair="9 h").lift("takes off", "camp")[0] == 10


def test_a_hull_lost_at_the_place_ends_the_sortie() -> None:
    simulated = _accident(1, lots=9)
    assert simulated.fates() == {"abandoned": 9}
    assert len(simulated.lift("accident")) == 2


def test_a_hull_lost_at_the_destination_takes_its_load_and_people_survive() -> None:
    accidents = {"landing": {"chance": {"gravel": 0, "asphalt": 1}, "hull_lost": 1}}
    place = {"lots": {"box": {"unoe": 1}}, "strip": _strip(), "people": {"soldiers": 3}, "handover": "2023-01-02",
             "release": {"start": "2023-01-02"}}  # fmt: skip
    simulated = _simulated(place, {}, PLANE, accidents=accidents)
    assert simulated.fates() == {"lost": 1}
    assert sum(s.count for s in simulated.ledger.people if s.what is Passage.OUT) == 3


def test_after_an_accident_the_type_stands_down() -> None:
    simulated = _accident(1, lots=1, stand_down="3 d")
    departures = simulated.lift("departs")
    assert departures == [0, pytest.approx(73)]


def test_a_hit_keeps_the_tail_out_for_a_time_once_it_is_back() -> None:
    hits = {"landing": {"quiet": 1, "under_fire": 1, "out": "30 h"}}
    simulated = _simulated({"lots": {"box": {"unoe": 2}}}, {}, {"payload": "1 t"}, hits=hits)
    assert simulated.lift("departs") == [0, 32]


def test_a_landing_less_than_an_hour_after_the_all_clear_is_under_fire() -> None:
    hits = {"landing": {"quiet": 0, "under_fire": 1, "out": "1 h"}}
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T00:10", "until": "2023-01-01T00:30"}}}}
    place = {"lots": {"box": {"unoe": 1}}, "threat": threat}
    assert _simulated(place, {}, hits=hits).lift("hit", "camp") == [1]
    assert _simulated(place, {}, {"block_speed": "60 km/h"}, hits=hits).lift("hit", "camp") == []


def test_a_breakdown_is_found_and_repaired_at_the_base() -> None:
    simulated = _simulated(
        {"lots": {"box": {"unoe": 2}}}, {}, {"payload": "1 t", "breakdown": {"per_sortie": 1, "repair": "10 h"}}
    )
    assert simulated.lift("departs") == [0, 12]


def test_an_alarm_at_the_base_keeps_its_aircraft_on_the_ground() -> None:
    threat = {"threat": {"alarms": {"listed": {"a": {"from": "2023-01-01T00:00", "until": "2023-01-01T07:00"}}}}}
    assert _simulated({"lots": {"box": {"unoe": 1}}}, {}, out=threat).lift("departs")[0] == 7


def test_a_tail_not_fit_today_may_be_tomorrow() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 9}}}, {}, {"payload": "1 t", "available": 0.5})
    days = {int(at // 24) for at in simulated.lift("departs")}
    fit = {day for day in range(10) if simulated.history.tape.fit("heli", 0, day)}
    assert days == {min(fit)}


def test_next_fit_is_not_blocked_by_a_lot_that_only_another_type_can_take() -> None:
    classes = {"a": {"mass": "8 t"}, "b": {"mass": "2 t"}}
    lift = by_air(payload="5 t", seats=0)
    lift["aircraft"]["large"] = {**lift["aircraft"]["heli"], "payload": "9 t", "from": "2023-01-05"}
    data = world(
        {"camp": camp(lots={"a": {"unoe": 1}, "b": {"unoe": 1}}, **AIR)},
        classes,
        lift=lift,
        policy={"load": "next_fit"},
    )
    assert Simulated(data).when(State.EXTRACTED) == [2, 98]


def test_a_chalk_is_filled_by_value_per_unit_of_the_scarcer_of_mass_and_floor() -> None:
    classes = {
        "bulky": {"mass": "1 t", "floor": 4, "value": "8 kUSD"},
        "dense": {"mass": "4 t", "floor": 1, "value": "4 kUSD"},
    }
    place = camp(lots={"bulky": {"unoe": 1}, "dense": {"unoe": 1}}, **AIR)

    def first(positions: int, payload: str) -> str:
        simulated = Simulated(world({"camp": place}, classes, lift=by_air(payload=payload, positions=positions)))
        loading = [step.lot for step in simulated.ledger.lots if step.state == State.LOADING]
        return simulated.history.frame.lots.lot_class[loading[0]]

    assert first(positions=4, payload="40 t") == "dense"  # 4 kUSD a position against 2
    assert first(positions=40, payload="4 t") == "bulky"  # 8 kUSD a tonne against 1


def test_what_will_be_ready_is_foreseen_in_the_order_of_work_though_no_crew_has_looked_since_a_release() -> None:
    classes = {
        "box": {"moves": ["truck"], "prepare": "10 h"},
        "tent": {"moves": ["truck"], "prepare": "5 h"},
        "gun": {"sensitive": True, "prepare": "5 h", "needed_until": "232 h"},
    }
    lots = {"box": {"coe": 1}, "tent": {"coe": 1}, "gun": {"coe": 1}}
    place = camp(lots=lots, crews={"count": 1}, evacuate={"out": ["air", "road"]}, release={"over": "1 s"})
    simulated = Simulated(
        world({"camp": place}, classes, lift=by_air(700, **{"from": "2023-01-01T09:00"}), routes=ROAD)
    )
    assert simulated.lift("departs")[0] == 9  # the gun, released at 8 h, is next at 10 h and ready before 16 h


def test_what_will_be_ready_is_foreseen_again_once_nothing_condemned_waits_for_crews() -> None:
    classes = {
        "a": {"mass": "50 t", "destroy": "1 h"},
        "b": {"mass": "50 t", "destroy": "10 h"},
        "box": {"prepare": "30 min", "needed_until": "8.75 h"},
    }
    place = camp(lots={name: {"coe": 1} for name in classes}, crews={"count": 2}, evacuate={"out": ["air"]})
    lift = by_air(**{"from": "2023-01-10T15:00"})
    simulated = Simulated(world({"camp": place}, classes, lift=lift, policy={"disposal": {"kind": "fixed_lead"}}))
    assert [until for _, until, *_ in simulated.work()] == [231, 231.75, 240]
    assert simulated.lift("departs") == [231]  # for the box that will be ready when it lands at 232 h


def _uniforms(many: int, *key: str | int) -> list[float]:
    """A stream of seed 1 and replication 1, as the model's page has it."""
    digest = blake2b(ascii((1, key)).encode(), digest_size=16).digest()
    drawn = Philox(counter=[0, 0, 1, 0], key=np.frombuffer(digest, dtype="<u8")).random_raw(many)
    return [((int(r) >> 12) + 0.5) * 2.0**-52 for r in drawn]


def test_landings_count_from_0_in_the_keys_of_chance() -> None:
    sections = {"hits": {"landing": {"quiet": "50 %", "out": "1 h"}}}
    simulated = _simulated({"lots": {"box": {"unoe": 9}}}, {}, {"payload": "1 t"}, **sections)
    landed, hit = simulated.lift("lands", "camp"), simulated.lift("hit", "camp")
    assert [at in hit for at in landed] == [u < 0.5 for u in _uniforms(18, "hits", "camp")[::2]]


def test_tails_and_their_sorties_count_from_0_in_the_keys_of_chance() -> None:
    fleet = {"count": 2, "payload": "1 t", "breakdown": {"per_sortie": "50 %", "repair": "1 h"}}
    simulated = _simulated({"lots": {"box": {"unoe": 12}}}, {}, fleet)
    for tail in (0, 1):
        back = [step for step in simulated.ledger.lift if step.what is Did.IS_BACK and step.lift.number == tail + 1]
        drawn = _uniforms(2 * len(back), "breakdowns", "heli", tail)[::2]
        assert len(back) > 4
        assert [step.number > 0 for step in back] == [u < 0.5 for u in drawn]
