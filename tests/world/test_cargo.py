"""Loads of vehicles that drive out."""

from __future__ import annotations

from typing import Any

from little import ROAD, TRUCK, H, Simulated, camp, world

from sim.ledger.states import State

VAN = {"mass": "5 t", "moves": ["self"], "crew": 1, "carries": {"payload": "2 t"}}
JEEP = {"mass": "2 t", "moves": ["self"], "crew": 1, "seats": 3}
SHUT = {"closures": {"all": {"from": "2023-01-01", "until": "2023-01-20"}}}


def _simulated(place: dict[str, Any], classes: dict[str, Any], replication: int = 1, **route: Any) -> Simulated:
    data = world({"camp": camp(**place)}, classes, routes={"r": {**ROAD["r"], **route}})
    return Simulated(data, replication)


def test_what_is_aboard_a_vehicle_burns_with_it_and_never_later() -> None:
    together = 0
    for replication in range(1, 31):
        place = {"lots": {"van": {"coe": 1}, "box": {"coe": 2}}, "threat": {"fires": "0.3 /day"}}
        simulated = _simulated(place, {"van": VAN, "box": {"load": "2 h"}}, replication, **SHUT)
        lives = [simulated.life(lot)[-1] for lot in ("camp/van/1", "camp/box/1", "camp/box/2")]
        if lives[0][1] == "lost":
            assert all(fate == "lost" and at <= lives[0][0] for at, fate in lives[1:])
            together += lives[0][0] == lives[1][0] == lives[2][0]
    assert together > 3


def test_in_the_last_day_no_seat_that_someone_needs_is_loaded_over() -> None:
    classes = {
        "bus": {"mass": "2 t", "moves": ["self"], "crew": 4, "seats": 4, "prepare": "2 h"},
        "van": {**VAN, "seats": 1, "prepare": "1 h"},
        "jeep": {**JEEP, "crew": 2, "seats": 0},
        "box": {},
    }
    place = {
        "handover": "2023-01-01",
        "people": {"all": 4},
        "drawdown": {"start": "2023-01-01", "leave_by": ["road"]},
        "crews": {"count": 1},
        "lots": {name: {"coe": 1} for name in classes},
    }
    simulated = _simulated(place, classes)
    assert simulated.life("camp/box/1")[-1] == (24, "abandoned")
    assert "loading" not in [state for _, state in simulated.life("camp/box/1")]


def test_a_loaded_vehicle_joins_a_passing_convoy_with_its_load() -> None:
    place = {
        "handover": "2023-01-01",
        "people": {"all": 2},
        "drawdown": {"start": "2023-01-01", "leave_by": ["road"]},
        "lots": {"van": {"coe": 1}, "jeep": {"coe": 1}, "crate": {"coe": 1}},
    }
    far = {"handover": "2023-01-10", "lots": {"box": {"coe": 2}}, "evacuate": {"out": ["road"]}, "role": "camp"}
    routes = {"r": {**ROAD["r"], "through": ["far", "camp", "out"], "km": [100, 100], "joins": ["camp"]}}
    trucks = {"t": {**TRUCK, "count": 2, "base": "far", "payload": "1 t"}}
    lift = {"trucks": trucks, "convoys": {"vehicles": {"least": 2}}}
    simulated = Simulated(
        world(
            {"camp": camp(**place), "far": far},
            {"van": VAN, "jeep": JEEP, "crate": {"load": "1 h", "unload": "1 h"}, "box": {}},
            routes=routes,
            lift=lift,
        )
    )
    assert simulated.departures("far") == [(0, 2)]
    assert simulated.lift("joined") == [4]
    assert simulated.life("camp/crate/1")[-2:] == [(4, "moving"), (9, "extracted")]
    assert simulated.life("camp/van/1")[-1] == (9, "extracted")


def test_what_is_not_aboard_at_handover_stays_and_what_is_aboard_is_named_after_its_vehicle() -> None:
    place = {"handover": "2023-01-01", "lots": {"van": {"coe": 1}, "box": {"coe": 1}}}
    simulated = _simulated(place, {"van": VAN, "box": {"load": "25 h"}})
    assert simulated.life("camp/box/1") == [
        (0, "released"), (0, "preparing"), (0, "ready"), (0, "loading"), (24, "ready"), (24, "abandoned"),
    ]  # fmt: skip
    [by] = [step.by for step in simulated.ledger.lots if step.state == State.LOADING and step.at_s < 24 * H]
    assert getattr(by, "path", None) == "camp/van/1"
