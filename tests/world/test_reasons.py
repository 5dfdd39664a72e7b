"""Why planning gives lots up: the reason that it had when the review condemned them."""

from __future__ import annotations

from typing import Any

import pytest
from little import ROAD, TRUCK, Simulated, by_air, camp, world

ONE_LOAD = {"trucks": {"t": {**TRUCK, "payload": "1 t"}}, "convoys": {}}
CREW = {"crews": {"count": 1}}


def reasons(
    lots: int = 1, kind: dict[str, Any] | None = None, policy: Any = "projected", **more: Any
) -> dict[str, list[str]]:
    place = {**CREW, "lots": {"a": {"unoe": lots}}, **more.pop("place", {})}
    given = {"lift": ONE_LOAD, "routes": ROAD, **more}
    return Simulated(world({"camp": camp(**place)}, {"a": {"destroy": "1 h", **(kind or {})}},
                           policy={"disposal": policy}, **given)).reasons()  # fmt: skip


def test_what_trucks_can_not_carry_by_the_handover_has_no_lift_by_road_in_time() -> None:
    # ten days, a round of 8 h: planning counts 31 loads, and the last truck comes back as the camp closes
    found = reasons(40, {"moves": ["truck"]})
    assert [found[f"a/{lot}"] for lot in range(32, 41)] == [["no lift by road in time"]] * 9
    assert (found["a/31"], len(found)) == (["still there after handover"], 10)


def test_what_flies_alone_has_no_lift_by_air_in_time() -> None:
    place = {"evacuate": {"out": ["air"]}}
    found = reasons(400, {"moves": ["aircraft"], "mass": "10 t"}, place=place, lift=by_air(), routes={})
    assert set(map(tuple, found.values())) == {("no lift by air in time",)}


def test_what_could_go_both_ways_has_no_lift_in_time_by_any() -> None:
    place = {"evacuate": {"out": ["road", "air"]}}
    found = reasons(400, {"mass": "1 t"}, place=place, lift={**ONE_LOAD, **by_air(payload="1 t")})
    assert {why for each in found.values() for why in each} == {"no lift in time, by any way"}


def test_while_the_road_is_closed_there_is_no_lift_yet() -> None:
    shut = {"r": {**ROAD["r"], "closures": {"rain": {"from": "2023-01-01", "until": "2023-01-02"}}}}
    assert reasons(1, routes=shut) == {"a/1": ["no way open to it"]}


def test_what_no_truck_can_reach_in_time_has_an_open_way_that_is_too_long() -> None:
    far = {"trucks": {"t": {**TRUCK, "base": "out"}}, "convoys": {}}
    found = reasons(1, place={"handover": "2023-01-01T03:00"}, lift=far)
    assert found == {"a/1": ["no lift by road in time"]}


def test_a_charter_that_comes_after_handover_is_no_lift_in_time_and_one_that_has_gone_is_none_at_all() -> None:
    def found(**when: str) -> dict[str, list[str]]:
        place = {"evacuate": {"out": ["air"]}, "release": {"start": "2023-01-05"}}
        return reasons(1, {"moves": ["aircraft"]}, place=place, lift=by_air(**when), routes={})

    assert found(**{"from": "2023-01-15"}) == {"a/1": ["no lift by air in time"]}
    assert found(until="2023-01-03") == {"a/1": ["no way open to it"]}


def test_trucks_that_no_road_brings_are_no_way() -> None:
    far = {"role": "hub", "evacuate": {"out": ["road"]}}
    lots = {"a": {"unoe": 400}}
    lift = {"trucks": {"t": {**TRUCK, "base": "far"}}, "convoys": {}}
    roads = {**ROAD, "s": {**ROAD["r"], "through": ["far", "out"]}}
    found = Simulated(world({"camp": camp(**CREW, lots=lots, evacuate={"out": ["road", "air"]}), "far": far},
                            {"a": {"mass": "10 t", "destroy": "1 h"}}, policy={"disposal": "projected"}, routes=roads,
                            lift={**lift, **by_air()})).reasons()  # fmt: skip
    assert {why for each in found.values() for why in each} == {"no lift by air in time"}


def test_what_lift_reaches_and_crews_do_not_is_given_up_for_crew_hours() -> None:
    assert reasons(2, {"prepare": "150 h"}) == {"a/2": ["crew hours"]}


def test_an_empty_shell_needs_no_crew_though_lift_reaches_what_was_inside() -> None:
    # broken down after an hour; the helicopter comes for the pieces on the 5th, the road closes before the truck comes
    kind = {"moves": ["truck"], "mass": "4 t", "destroy": "1 h"}
    kind["breaks_into"] = {"class": "piece", "pieces": 2, "work": "1 h", "shell": "2 t"}
    rain = {"rain": {"from": "2023-01-01T02:00", "until": "2023-01-20"}}
    place = camp(**CREW, lots={"a": {"unoe": 1, "broken_down": "100 %"}}, evacuate={"out": ["road", "air"]})
    pool = {"trucks": {"t": {**TRUCK, "base": "out"}}, "convoys": {}}
    found = Simulated(world({"camp": place}, {"a": kind, "piece": {"moves": ["aircraft"]}},
                            policy={"disposal": "projected"}, routes={"r": {**ROAD["r"], "closures": rain}},
                            lift={**pool, **by_air(**{"from": "2023-01-05"})})).reasons()  # fmt: skip
    assert found == {"a/1": ["no way open to it"]}


def test_under_an_order_the_order_is_the_reason() -> None:
    order = {"escalation": {"date": {"on": "2023-01-02", "notice": "12 h"}}}
    found = reasons(20, {"prepare": "3 h"}, place=order)
    assert {why for each in found.values() for why in each} == {"an order to leave"}


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ({"kind": "fixed_lead", "lead": "3 d"}, "the date of the policy"),
        ("last_moment", "the last moment to destroy it"),
    ],
)
def test_other_policies_have_their_own_reason(policy: Any, reason: str) -> None:
    assert reasons(1, {"prepare": "900 h"}, policy) == {"a/1": [reason]}


def test_what_no_lift_can_carry_is_too_large() -> None:
    assert reasons(1, {"mass": "50 t"}) == {"a/1": ["too large for any lift"]}
