"""Release: when lots leave use."""

from __future__ import annotations

from typing import Any

from little import Played, camp, world

from sim.ledger.states import State


def _played(place: dict[str, Any], kind: dict[str, Any] | None = None, **sections: Any) -> Played:
    return Played(world({"camp": camp(evacuate={}, **place)}, {"box": kind or {}}, **sections))


def test_the_ith_of_n_lots_leaves_use_at_start_plus_i_nths_of_the_span() -> None:
    played = _played({"lots": {"box": {"unoe": 4}}, "release": {"start": "2023-01-02", "over": "4 h"}})
    assert played.when(State.RELEASED) == [25, 26, 27, 28]


def test_without_a_date_lots_leave_use_from_the_start_of_the_phase() -> None:
    phases = {"late": {"start": "2023-01-03"}}
    played = _played({"lots": {"box": {"unoe": 2}}, "phase": "late", "release": {"over": "2 h"}}, phases=phases)
    assert played.when(State.RELEASED) == [49, 50]


def test_a_phase_that_begins_after_the_date_of_release_counts_instead() -> None:
    phases = {"late": {"start": "2023-01-05"}}
    release = {"start": "2023-01-02", "over": "0 h"}
    played = _played({"lots": {"box": {"unoe": 1}}, "phase": "late", "release": release}, phases=phases)
    assert played.when(State.RELEASED) == [96]


def test_owners_share_one_span_coe_first() -> None:
    played = _played({"lots": {"box": {"unoe": 1, "coe": 1}}, "release": {"over": "2 h"}})
    assert played.life("camp/box/1")[0] == (1, "released")
    assert played.history.frame.lots.owner[0] == "coe"


def test_a_lot_still_needed_leaves_use_at_its_own_time_before_handover() -> None:
    played = _played({"lots": {"box": {"unoe": 2}}, "release": {"over": "4 h"}}, {"needed_until": "3 d"})
    assert played.when(State.RELEASED) == [168, 168]


def test_an_order_to_leave_releases_all_the_rest_at_once() -> None:
    order = {"date": {"on": "2023-01-03T12:00", "notice": "2 d"}}
    place = {"lots": {"box": {"unoe": 10}}, "release": {"over": "10 d"}, "escalation": order}
    assert _played(place).when(State.RELEASED) == [24, 48, *[60] * 8]


def test_under_an_order_a_lot_still_needed_leaves_use_by_the_new_handover() -> None:
    order = {"date": {"on": "2023-01-03T12:00", "notice": "2 d"}}
    played = _played({"lots": {"box": {"unoe": 1}}, "escalation": order}, {"needed_until": "1 d"})
    assert played.when(State.RELEASED) == [84]


def test_an_order_starts_a_place_whose_phase_has_not_begun() -> None:
    order = {"date": {"on": "2023-01-03", "notice": "2 d"}}
    place = {"lots": {"box": {"unoe": 1}}, "phase": "late", "escalation": order}
    played = _played(place, phases={"late": {"start": "2023-01-09"}})
    assert played.place("started") == [48]
    assert played.when(State.RELEASED) == [48]


def test_an_order_that_would_put_handover_back_is_none() -> None:
    order = {"date": {"on": "2023-01-09", "notice": "9 d"}}
    played = _played({"lots": {"box": {"unoe": 1}}, "escalation": order})
    assert played.place("order") == []
    assert played.place("closed") == [240]


def test_before_its_phase_nothing_of_a_place_is_prepared_and_nobody_leaves() -> None:
    place = {
        "lots": {"box": {"unoe": 3}}, "crews": {"count": 3}, "phase": "late", "people": {"soldiers": 10},
        "drawdown": {"start": "2023-01-01", "leave_by": ["air"]}, "evacuate": {"out": ["air"]},
    }  # fmt: skip
    lift = {"aircraft": {"heli": {"count": 1, "base": "out", "helicopter": True, "payload": "5 t", "seats": 20,
                                  "block_speed": "100 km/h"}}, "distances": {"out": {"camp": "100 km"}}}  # fmt: skip
    played = Played(
        world({"camp": camp(**place)}, {"box": {"prepare": "1 h"}}, lift=lift, phases={"late": {"start": "2023-01-05"}})
    )
    assert min(step[0] for step in played.work()) == 96
    assert min(at for at, _ in played.left()) >= 96


def test_a_phase_waits_for_the_closing_of_the_places_of_those_it_follows() -> None:
    first, second = camp(evacuate={}, phase="one", handover="2023-01-04T06:00"), camp(evacuate={}, phase="two")
    phases = {"one": {"start": "2023-01-01"}, "two": {"start": "2023-01-02", "after": ["one"]}}
    played = Played(world({"camp": first, "other": second}, phases=phases))
    assert played.place("closed") == [78]
    assert played.place("started", "other") == [78]


def test_a_phase_does_not_begin_before_its_date_however_early_the_others_close() -> None:
    first, second = camp(evacuate={}, phase="one", handover="2023-01-02"), camp(evacuate={}, phase="two")
    phases = {"one": {"start": "2023-01-01"}, "two": {"start": "2023-01-06", "after": ["one"]}}
    assert Played(world({"camp": first, "other": second}, phases=phases)).place("started", "other") == [120]


def test_a_lot_that_crews_destroy_leaves_use_when_it_is_due_all_the_same() -> None:
    place = camp(lots={"box": {"coe": 1}, "press": {"coe": 1}}, crews={"count": 1}, evacuate={})
    classes = {"box": {"prepare": "300 h", "destroy": "16 h"}, "press": {"prepare": "1 h", "destroy": "8 h", "needed_until": "4 h"}}
    played = Played(world({"camp": place}, classes, policy={"disposal": {"kind": "fixed_lead", "lead": "1 d"}}))
    assert played.life("camp/press/1") == [(236, "released"), (240, "destroyed")]
