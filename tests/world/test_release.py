"""Release: when lots leave use."""

from __future__ import annotations

from typing import Any

from little import Simulated, by_air, camp, world

from sim.ledger.kinds import Moment
from sim.ledger.states import State


def _simulated(place: dict[str, Any], kind: dict[str, Any] | None = None, **sections: Any) -> Simulated:
    return Simulated(world({"camp": camp(evacuate={}, **place)}, {"box": kind or {}}, **sections))


def test_the_ith_of_n_lots_leaves_use_at_start_plus_i_nths_of_the_span() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 4}}, "release": {"start": "2023-01-02", "over": "4 h"}})
    assert simulated.when(State.RELEASED) == [25, 26, 27, 28]


def test_without_a_date_lots_leave_use_from_the_start_of_the_phase() -> None:
    phases = {"late": {"start": "2023-01-03"}}
    simulated = _simulated({"lots": {"box": {"unoe": 2}}, "phase": "late", "release": {"over": "2 h"}}, phases=phases)
    assert simulated.when(State.RELEASED) == [49, 50]


def test_a_phase_that_begins_after_the_date_of_release_counts_instead() -> None:
    phases = {"late": {"start": "2023-01-05"}}
    release = {"start": "2023-01-02", "over": "0 h"}
    simulated = _simulated({"lots": {"box": {"unoe": 1}}, "phase": "late", "release": release}, phases=phases)
    assert simulated.when(State.RELEASED) == [96]


def test_owners_share_one_span_coe_first() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 1, "coe": 1}}, "release": {"over": "2 h"}})
    assert simulated.life("camp/box/1")[0] == (1, "released")
    assert simulated.history.frame.lots.owner[0] == "coe"


def test_a_lot_still_needed_leaves_use_at_its_own_time_before_handover() -> None:
    simulated = _simulated({"lots": {"box": {"unoe": 2}}, "release": {"over": "4 h"}}, {"needed_until": "3 d"})
    assert simulated.when(State.RELEASED) == [168, 168]


def test_an_order_to_leave_releases_all_the_rest_at_once() -> None:
    order = {"date": {"on": "2023-01-03T12:00", "notice": "2 d"}}
    place = {"lots": {"box": {"unoe": 10}}, "release": {"over": "10 d"}, "escalation": order}
    assert _simulated(place).when(State.RELEASED) == [24, 48, *[60] * 8]


def test_under_an_order_a_lot_still_needed_leaves_use_by_the_new_handover() -> None:
    order = {"date": {"on": "2023-01-03T12:00", "notice": "2 d"}}
    simulated = _simulated({"lots": {"box": {"unoe": 1}}, "escalation": order}, {"needed_until": "1 d"})
    assert simulated.when(State.RELEASED) == [84]


def test_an_order_starts_a_place_whose_phase_has_not_begun() -> None:
    order = {"date": {"on": "2023-01-03", "notice": "2 d"}}
    place = {"lots": {"box": {"unoe": 1}}, "phase": "late", "escalation": order}
    simulated = _simulated(place, phases={"late": {"start": "2023-01-09"}})
    assert simulated.place("started") == [48]
    assert simulated.when(State.RELEASED) == [48]


def test_an_order_that_would_put_handover_back_is_none() -> None:
    order = {"date": {"on": "2023-01-09", "notice": "9 d"}}
    simulated = _simulated({"lots": {"box": {"unoe": 1}}, "escalation": order})
    assert simulated.place("order") == []
    assert simulated.place("closed") == [240]


def test_before_its_phase_nothing_of_a_place_is_prepared_and_nobody_leaves() -> None:
    place = {
        "lots": {"box": {"unoe": 3}}, "crews": {"count": 3}, "phase": "late", "people": {"soldiers": 10},
        "drawdown": {"start": "2023-01-01", "leave_by": ["air"]}, "evacuate": {"out": ["air"]},
    }  # fmt: skip
    lift = {"aircraft": {"heli": {"count": 1, "base": "out", "helicopter": True, "payload": "5 t", "seats": 20,
                                  "block_speed": "100 km/h"}}, "distances": {"out": {"camp": "100 km"}}}  # fmt: skip
    simulated = Simulated(
        world({"camp": camp(**place)}, {"box": {"prepare": "1 h"}}, lift=lift, phases={"late": {"start": "2023-01-05"}})
    )
    assert min(step[0] for step in simulated.work()) == 96
    assert min(at for at, _ in simulated.left()) >= 96


def test_a_phase_waits_for_the_closing_of_the_places_of_those_it_follows() -> None:
    first, second = camp(evacuate={}, phase="one", handover="2023-01-04T06:00"), camp(evacuate={}, phase="two")
    phases = {"one": {"start": "2023-01-01"}, "two": {"start": "2023-01-02", "after": ["one"]}}
    simulated = Simulated(world({"camp": first, "other": second}, phases=phases))
    assert simulated.place("closed") == [78]
    assert simulated.place("started", "other") == [78]


def test_a_phase_does_not_begin_before_its_date_however_early_the_others_close() -> None:
    first, second = camp(evacuate={}, phase="one", handover="2023-01-02"), camp(evacuate={}, phase="two")
    phases = {"one": {"start": "2023-01-01"}, "two": {"start": "2023-01-06", "after": ["one"]}}
    assert Simulated(world({"camp": first, "other": second}, phases=phases)).place("started", "other") == [120]


def test_a_lot_that_crews_destroy_leaves_use_when_it_is_due_all_the_same() -> None:
    place = camp(lots={"box": {"coe": 1}, "press": {"coe": 1}}, crews={"count": 1}, evacuate={"out": ["air"]})
    classes = {
        "box": {"prepare": "300 h", "destroy": "16 h"},
        "press": {"prepare": "1 h", "destroy": "8 h", "needed_until": "4 h"},
    }
    policy = {"disposal": {"kind": "fixed_lead", "lead": "1 d"}}
    lift = by_air(**{"from": "2023-01-19"})  # too late for the camp
    simulated = Simulated(world({"camp": place}, classes, lift=lift, policy=policy))
    assert simulated.life("camp/press/1") == [(236, "released"), (240, "destroyed")]


def test_an_order_to_leave_does_not_release_anew_what_was_due_before_and_no_crew_has_looked_at() -> None:
    order = {"date": {"on": "2023-01-02T20:00", "chance": 1.0, "notice": "2 d"}}
    place = {"lots": {"box": {"unoe": 4}}, "crews": {"count": 0}, "release": {"over": "48 h"}, "escalation": order}
    assert _simulated(place, {"prepare": "1 h"}).when(State.RELEASED) == [12, 24, 36, 44]


def test_a_place_without_a_handover_releases_its_lots_where_it_has_a_release_of_its_own() -> None:
    hub = {"role": "hub", "keeps_custody": True, "evacuate": {"out": ["road"]}, "lots": {"box": {"unoe": 2}}}
    routes = {"r": {"through": ["hub", "out"], "km": [100], "a_day": "600 km"}}
    kept = Simulated(world({"hub": hub}, {"box": {}}, routes=routes))
    spread = Simulated(world({"hub": hub | {"release": {"over": "4 h"}}}, {"box": {}}, routes=routes))
    assert (kept.when(State.RELEASED), spread.when(State.RELEASED)) == ([], [2, 4])


def test_a_lot_that_burns_was_released_when_it_was_due_though_no_crew_has_looked() -> None:
    place = {"lots": {"box": {"unoe": 1}}, "release": {"start": "2023-01-01T01:00"}, "threat": {"fires": "0.5 /day"}}
    policy = {"disposal": {"kind": "none", "review": "30 d"}}
    simulated = _simulated(place, {"prepare": "1 h"}, policy=policy)
    assert [state for _, state in simulated.life("camp/box/1")] == ["released", "lost"]
    assert simulated.when(State.RELEASED) == [1]


def test_places_whose_phases_begin_in_one_second_begin_in_their_own_order_not_in_that_of_the_phases() -> None:
    places = {name: camp(evacuate={}, phase=phase) for name, phase in (("alpha", "two"), ("bravo", "one"))}
    phases = {name: {"start": "2023-01-03"} for name in ("one", "two")}
    steps = Simulated(world(places, phases=phases)).ledger.places
    assert [step.place for step in steps if step.what is Moment.STARTED and step.at_s] == ["alpha", "bravo"]
