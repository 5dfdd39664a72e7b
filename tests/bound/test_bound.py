"""The bound is never beaten, is reached where it can be, and holds whatever the solver says."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from little import HELI, ROAD, TRUCK, by_air, camp, world
from random_world import random_world
from scipy.optimize import linprog

from sim.bound import solver
from sim.bound.bound import TOLERANCE, Bound, bound, bound_of, length_of
from sim.bound.flow import FlowOverTime
from sim.bound.periods import periods
from sim.bound.programme import Programme
from sim.bound.supply import bins_of, dates_of
from sim.bound.ways import ways_of
from sim.errors import DrawdownError
from sim.replication.simulator import Simulator
from sim.scenario.door import load, load_data
from sim.tape.tape import CAUSES, draw

H, D = 3600, 86_400
ROOT = Path(__file__).parents[2]
ORACLES = sorted((ROOT / "tests" / "verification" / "oracles").glob("*.yaml"))
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
Data = dict[str, Any]


def simulator(data: Data) -> Simulator:
    return Simulator(load_data(data).scenario)


def both(data: Data, length_s: int | None = None) -> tuple[float, float]:
    """The share that one replication extracts, and its bound."""
    made = simulator(data)
    most = bound(made.frame, draw(made.frame, 1, 1), length_s).share
    share = made.outcome(1, 1).responses["extracted_share"]
    assert share is not None
    assert most is not None
    return float(share), most


def cans(number: int, mass: str = "10 t", **kind: Any) -> tuple[Data, Data]:
    return {"lots": {"can": {"coe": number}}}, {"can": {"mass": mass, **kind}}


def trucks(count: int, base: str = "out", **more: Any) -> Data:
    return {"routes": ROAD, "lift": {"trucks": {"t": {**TRUCK, "count": count, "base": base, **more}}}}


def flown(**more: Any) -> Data:
    lots, kinds = cans(400)
    return world({"camp": {**camp(**lots), "evacuate": {"out": ["air"]}}}, kinds, lift=by_air(**more))


LOTS, KINDS = cans(200)
CASES: dict[str, tuple[Data, int, float]] = {
    # 240 h to the handover; a round takes 8 h, the first load begins at 4 h: 30 loads of 10 t a truck
    "two trucks from the exit": (world({"camp": camp(**LOTS)}, KINDS, **trucks(2)), 8 * H, 60 / 200),
    "two trucks of the camp": (world({"camp": camp(**LOTS)}, KINDS, **trucks(2, "camp")), 8 * H, 60 / 200),
    "one truck that takes two": (
        world({"camp": camp(**LOTS)}, KINDS, **trucks(1, payload="20 t")), 8 * H, 60 / 200,
    ),
    "floor for one lot of two": (
        world({"camp": camp(**LOTS)}, {"can": {"mass": "5 t", "floor": 3}}, **trucks(2, floor=3)), 8 * H, 60 / 200,
    ),
    "flying hours for three sorties a day": (flown(hours_a_day="6 h"), D, 30 / 400),
    "a cycle of two hours": (flown(), D, 120 / 400),
    "a crew day of two cycles": (flown(crew_day="4 h"), D, 20 / 400),
    "a schedule of two days a week": (flown(weekdays=["mon", "thu"]), D, 36 / 400),  # of ten days, 2, 5 and 9 January
    "a charter until the third day": (flown(until="2023-01-02"), D, 24 / 400),
    "a leg that is closed but for the last days": (
        world({"camp": camp(**LOTS)}, KINDS, **{
            **trucks(1), "routes": {"r": {**ROAD["r"], "leg_closures": {
                "works": {"leg": ["camp", "out"], "from": "2023-01-01", "until": "2023-01-08"}}}},
        }), 8 * H, 6 / 200,
    ),
    "two helicopters": (flown(count=2, hours_a_day="2 h"), D, 20 / 400),
    "one loader": (
        world({"camp": camp(loaders=1, **LOTS)}, {"can": {"mass": "1 t", "load": "6 h"}}, **trucks(99, "camp")), D,
        40 / 200,
    ),
    "drivers for 25 of 100": (
        world({"camp": camp(lots={"car": {"coe": 100}}, people={"staff": 50})},
              {"car": {"mass": "1 t", "moves": ["self"], "crew": 2}}, routes=ROAD), D, 25 / 100,
    ),
    "a vessel of seven tonnes": (
        world({"camp": {**camp(lots={"can": {"coe": 20}}), "evacuate": {"out": ["sea"]}}}, {"can": {"mass": "1 t"}},
              lift={"vessels": {"ship": {"at": "camp", "to": "out", "sailings": ["2023-01-05"], "payload": "7 t",
                                         "at_berth": "2 d", "at_sea": "1 d"}}}), D, 7 / 20,
    ),
    "half of the lots for the host state": (
        world({"camp": camp(lots={"can": {"coe": 1, "unoe": 1}})}, {"can": {"transfer": {"unoe": "agreed"}}},
              **trucks(9)), D, 1 / 2,
    ),
    "no way by road on any day": (
        world({"camp": camp(**LOTS)}, KINDS, **trucks(9), clearance={"road": {"r": {"trucks": {"refused": "100 %"}}}}),
        D, 0.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_bound_of_divisible_loads_in_periods_of_whole_cycles_is_what_the_simulation_brings_out(name: str) -> None:
    data, length_s, wanted = CASES[name]
    share, most = both(data, length_s)
    assert share == pytest.approx(wanted, abs=1e-9)
    assert most == pytest.approx(wanted, rel=1e-5, abs=1e-6)
    assert most >= share


def test_crews_pack_no_more_than_their_hours() -> None:
    place = camp(lots={"can": {"coe": 200}}, crews={"count": 2}, working_hours="06:00-16:00")
    data = world({"camp": place}, {"can": {"mass": "1 t", "prepare": "5 h"}}, **trucks(99, "camp"))
    share, most = both(data)
    assert most == pytest.approx(40 / 200, rel=1e-5)
    assert share <= most


@pytest.mark.parametrize("length_s", [6 * H, D, 3 * D])
def test_longer_periods_bound_no_less(length_s: int) -> None:
    data = world({"camp": camp(**LOTS)}, KINDS, **trucks(2))
    assert both(data, length_s)[1] >= both(data, 8 * H)[1] - 1e-6


def violations(made: Simulator, seed: int, replications: int) -> list[tuple[int, float, float]]:
    found = []
    for replication in range(1, replications + 1):
        share = made.outcome(seed, replication).responses["extracted_share"]
        most = bound_of(made.frame, seed, replication).share
        assert (share is None) == (most is None)
        if share is not None and most is not None and share > most + TOLERANCE:
            found.append((replication, share, most))
    return found


@pytest.mark.parametrize("first", range(0, 160, 20))
def test_no_replication_of_a_random_scenario_extracts_more_than_its_bound(first: int) -> None:
    for number in range(first, first + 20):
        try:
            made = simulator(random_world(Random(number)))
        except DrawdownError:
            continue
        assert violations(made, number, 2) == [], number


def test_no_oracle_extracts_more_than_its_bound() -> None:
    beaten = {file.stem: found for file in ORACLES if (found := violations(Simulator(load(file).scenario), 1, 1))}
    assert beaten == {}


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_no_shipped_scenario_extracts_more_than_its_bound(file: Path) -> None:
    assert violations(Simulator(load(file).scenario), 1, 1) == []


def test_a_bound_without_any_cause_is_not_below_that_of_the_same_lots_with_them() -> None:
    made = Simulator(load(ROOT / "scenarios" / "tessalit.yaml").scenario)
    war, peace = (bound_of(made.frame, 1, 1, frozenset(without)).kg for without in ((), CAUSES))
    assert war < peace


# what the rules may allow


def test_a_last_convoy_without_clearance_is_allowed_for() -> None:
    place = camp(lots={"car": {"coe": 2}}, people={"staff": 4}, drawdown={"start": "2023-01-01", "rear_party": 4})
    refused = {"road": {"r": {"people": {"refused": "100 %"}}}}
    data = world({"camp": place}, {"car": {"moves": ["self"], "crew": 2}}, routes=ROAD, clearance=refused)
    assert both(data) == (1.0, 1.0)
    place["drawdown"]["last_convoy_needs_clearance"] = True
    assert both(data)[1] == 0.0


def test_lots_that_an_order_frees_for_lift_are_allowed_for() -> None:
    agreed = {"can": {"transfer": {"coe": "agreed"}}}
    place = camp(lots={"can": {"coe": 2}}, escalation={"date": {"on": "2023-01-03", "notice": "3 d"}}, under_order={})
    data = world({"camp": place}, agreed, **trucks(2))
    assert both(data) == (1.0, 1.0)
    data["policy"]["transfer_under_order"] = True
    assert both(data) == (0.0, 0.0)


def test_vehicles_that_join_a_convoy_without_clearance_are_allowed_for() -> None:
    def driven(handover: str, needs: bool) -> Data:
        leaves = {"start": "2023-01-01", "rear_party": 0, "leave_by": ["road"], "last_convoy_needs_clearance": needs}
        return {**camp(lots={"car": {"coe": 8}}, people={"staff": 20}, drawdown=leaves), "handover": handover}

    places = {"far": driven("2023-01-10", False), "camp": driven("2023-01-19", True)}
    roads = {"r": {"through": ["far", "camp", "out"], "km": [50, 50], "a_day": "600 km", "joins": ["camp"]}}
    refused = {"road": {"r": {"people": {"refused": "100 %"}}}}
    data = world(places, {"car": {"moves": ["self"], "crew": 2, "seats": 1}}, routes=roads, clearance=refused)
    share, most = both(data)
    assert 8 / 16 < share <= most


def test_loads_of_vehicles_that_drive_are_allowed_for_and_bounded_by_their_payload() -> None:
    kinds = {
        "car": {"mass": "2 t", "moves": ["self"], "crew": 1, "carries": {"payload": "4 t"}},
        "can": {"mass": "2 t"},
    }
    kinds["can"]["moves"] = ["truck"]
    place = camp(lots={"car": {"coe": 3}, "can": {"coe": 20}})
    share, most = both(world({"camp": place}, kinds, routes=ROAD))
    assert share == pytest.approx((3 * 2 + 3 * 4) / 46)
    assert most == pytest.approx(share, rel=1e-5)


def test_the_crews_that_an_order_brings_are_allowed_for() -> None:
    place = camp(
        lots={"can": {"coe": 200}}, people={"staff": 40}, crews={"count": 1, "size": 10},
        escalation={"date": {"on": "2023-01-02", "notice": "7 d"}}, under_order={},
    )  # fmt: skip
    share, most = both(world({"camp": place}, {"can": {"mass": "1 t", "prepare": "10 h"}}, **trucks(99, "camp")))
    one_crew = 9 * 24 / 10
    assert 200 * share > one_crew
    assert share <= most < 1.0


def test_a_bin_takes_no_more_floor_a_kilogram_than_its_heaviest_lot() -> None:
    made = simulator(world({"camp": camp(lots={"can": {"coe": 40}})}, {"can": {"mass": {"uniform": ["1 t", "9 t"]}}},
                           **trucks(1)))  # fmt: skip
    tape = draw(made.frame, 1, 1)
    for each in bins_of(made.frame, tape, dates_of(made.frame, tape), frozenset({"camp"})):
        assert each.per_kg(3000) == min(3000 / lot.kg for lot in each.lots)


def test_pieces_of_a_container_that_is_broken_down_are_bounded_by_the_work_of_breaking_it() -> None:
    into = {"class": "bale", "pieces": 4, "work": "5 h", "shell": "2 t"}
    kinds = {"box": {"mass": "10 t", "breaks_into": into, "moves": ["truck"]}, "bale": {"mass": "2 t"}}
    place = camp(lots={"box": {"coe": 40, "broken_down": "100 %"}}, crews={"count": 1}, working_hours="06:00-16:00")
    share, most = both(world({"camp": place}, kinds, **trucks(99, "camp")))
    assert most == pytest.approx(20 / 40, rel=1e-5)
    assert share <= most


def test_what_passes_a_hub_is_bounded_by_the_second_leg_too() -> None:
    places = {
        "camp": {**camp(**LOTS), "evacuate": {"hub": ["air"]}},
        "hub": {"role": "hub", "evacuate": {"out": ["road"]}},
    }
    roads = {"b": {"through": ["hub", "out"], "km": [100], "a_day": "600 km"}}
    heli = {**HELI, "base": "hub", "count": 9}
    lift = {"aircraft": {"heli": heli}, "trucks": {"b": {**TRUCK, "base": "out"}}}
    data = world(places, KINDS, routes=roads, lift={**lift, "distances": {"hub": {"camp": "100 km"}}})
    share, most = both(data, 8 * H)
    assert share <= most
    assert most == pytest.approx(60 / 200, rel=1e-5)  # of the one truck, in twenty days of three rounds


# the programme and its solvers


def drawn(dice: np.random.Generator) -> Programme:
    programme = Programme()
    columns = [programme.column(float(dice.uniform(0, 9)), float(dice.uniform(-1, 2))) for _ in range(6)]
    for _ in range(8):
        programme.row([(column, float(dice.uniform(-1, 1))) for column in columns], float(dice.uniform(0, 5)))
    return programme


def best(programme: Programme) -> float:
    limits = [(0, most) for most in programme.most]
    found = linprog([-gain for gain in programme.gain], programme.matrix().toarray(), programme.limits, bounds=limits)
    return float(-found.fun)


@pytest.mark.parametrize("seed", range(20))
def test_any_multipliers_prove_a_bound_and_those_of_the_solver_a_sharp_one(seed: int) -> None:
    dice = np.random.default_rng(seed)
    programme = drawn(dice)
    value, matrix = best(programme), programme.matrix()
    for multipliers in (dice.uniform(-1, 3, 8), np.full(8, np.nan), np.zeros(8)):
        assert programme.proven(multipliers, matrix) >= value - 1e-9
    assert solver.solve(programme) == pytest.approx(value, rel=1e-6, abs=1e-6)


def test_without_highspy_scipy_gives_the_same_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = drawn(np.random.default_rng(1))
    fast = solver.solve(programme)
    monkeypatch.setattr(solver, "find_spec", lambda _name: None)
    assert solver.solve(programme) == pytest.approx(fast, rel=1e-6)


def test_a_solver_that_is_stopped_at_once_still_proves_a_bound() -> None:
    made = simulator(CASES["two trucks from the exit"][0])
    tape = draw(made.frame, 1, 1)
    assert (bound(made.frame, tape, seconds=1e-9).share or 0) >= (bound(made.frame, tape).share or 0) - 1e-6


def test_a_scenario_without_lots_has_no_share() -> None:
    made = simulator(world({"camp": camp()}, {}, routes=ROAD))
    assert bound_of(made.frame, 1, 1) == Bound(1, 0.0, 0)
    assert bound_of(made.frame, 1, 1).share is None


# periods


def test_periods_are_whole_days_or_equal_parts_and_end_with_the_deadline_itself() -> None:
    time = simulator(world({"camp": camp()}, routes=ROAD)).scenario.time
    days, parts = periods(time, 3 * D), periods(time, 8 * H)
    assert days.edges[:3] == (0, 3 * D, 6 * D)
    assert parts.edges[:4] == (0, 8 * H, 16 * H, D)
    assert days.edges[-2:] == parts.edges[-2:] == (20 * D, 20 * D + 1)
    assert parts.groups[:2] == ((0, 3), (3, 6))
    assert periods(time, D, [D + 5]).edges[:4] == (0, D, D + 5, 2 * D)


def test_an_instant_is_in_the_period_that_begins_with_it() -> None:
    spans = periods(simulator(world({"camp": camp()}, routes=ROAD)).scenario.time, D)
    assert [spans.at(at_s) for at_s in (0, D - 1, D, 99 * D)] == [0, 0, 1, 20]
    assert [spans.before(at_s) for at_s in (0, 1, D, D + 1)] == [-1, 0, 0, 1]
    assert [spans.over_by(at_s) for at_s in (D - 1, D, 2 * D - 1, 2 * D)] == [-1, 0, 0, 1]


def test_a_long_scenario_has_some_sixty_periods() -> None:
    made = Simulator(load(ROOT / "scenarios" / "tessalit.yaml").scenario)
    assert length_of(made.frame) == 3 * D


def test_lots_of_a_class_are_in_bins_by_the_work_on_them() -> None:
    kinds = {"can": {"prepare": {"uniform": ["1 h", "9 h"]}}}
    made = simulator(world({"camp": camp(lots={"can": {"coe": 40}}, crews={"count": 1})}, kinds, **trucks(1)))
    tape = draw(made.frame, 1, 1)
    dates = dates_of(made.frame, tape)
    bins = bins_of(made.frame, tape, dates, frozenset({"camp"}))
    assert [len(each.lots) for each in bins] == [10, 10, 10, 10]
    assert [each.packing_s_per_kg for each in bins] == sorted(each.packing_s_per_kg for each in bins)
    programme = FlowOverTime(made.frame, tape, dates, bins, periods(made.scenario.time)).build(ways_of(made.scenario))
    assert all(np.isfinite(programme.most))
