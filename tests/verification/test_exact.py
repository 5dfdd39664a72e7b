"""What must be the same to the bit, whatever else is done."""

from __future__ import annotations

import copy
import hashlib
import pickle
from pathlib import Path
from typing import Any

import pytest
from little import ROAD, TRUCK, Simulated, by_air, camp, world

from sim.replication.simulator import Simulator, rows
from sim.replication.trace import lot_story, trace
from sim.scenario.door import load, load_data
from sim.scenario.scenario import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def _quiet() -> Scenario:
    lots = {"box": {"unoe": 12}, "car": {"coe": 3}}
    place = camp(lots=lots, crews={"count": 2}, people={"soldiers": 20}, evacuate={"out": ["road", "air"]})
    classes = {"box": {"prepare": "3 h", "load": "20 min"}, "car": {"moves": ["self"], "crew": 1, "seats": 3}}
    lift = {"trucks": {"t": TRUCK}, **by_air()}
    return load_data(world({"camp": place}, classes, lift=lift, routes=ROAD, policy={"disposal": "projected"})).scenario


def _hash(simulator: Simulator, seed: int) -> str:
    ledger = simulator.history(seed, 1).ledger
    kept = (ledger.lots, ledger.people, ledger.lift, ledger.work, ledger.places, ledger.marks)
    return hashlib.sha256(repr(kept).encode()).hexdigest()


def test_without_threat_and_with_fixed_times_a_hundred_seeds_have_one_history() -> None:
    simulator = Simulator(_quiet())
    assert len({_hash(simulator, seed) for seed in range(1, 101)}) == 1


def test_telling_a_trace_changes_no_table() -> None:
    scenario = load(SCENARIOS / "tessalit.yaml").scenario
    before = pickle.dumps(Simulator(scenario).run(5, 2))
    trace(scenario, 5, 2)
    lot_story(scenario, 5, 2, "tessalit/container/1")
    assert pickle.dumps(Simulator(scenario).run(5, 2)) == before


def test_reading_a_history_twice_gives_the_same_rows() -> None:
    history = Simulator(load(SCENARIOS / "tessalit.yaml").scenario).history(5, 1)
    assert pickle.dumps(rows(history)) == pickle.dumps(rows(history))


def test_units_do_not_change_the_hash_of_a_scenario() -> None:
    data = world({"camp": camp(lots={"box": {"unoe": 1}}, evacuate={})}, {"box": {"mass": "18 t", "prepare": "24 h"}})
    other = copy.deepcopy(data)
    other["classes"]["box"] |= {"mass": "18000 kg", "prepare": "1 d"}
    assert load_data(data).scenario.hash() == load_data(other).scenario.hash()


@pytest.mark.parametrize("name", ["tessalit", "tessalit-no-gunfire"])
def test_a_phantom_place_leaves_every_other_place_as_it_is_in_every_replication(name: str) -> None:
    loaded = load(SCENARIOS / f"{name}.yaml")
    data: dict[str, Any] = copy.deepcopy(loaded.data)
    data["places"]["aaa"] = {"role": "hub"}
    mine, theirs = Simulator(loaded.scenario), Simulator(load_data(data).scenario)
    for replication in (1, 2, 3):
        one, other = mine.run(3, replication), theirs.run(3, replication)
        assert (one.fates, one.causes) == (other.fates, other.causes)
        assert one.tape == [row for row in other.tape if row[1] != "aaa"]
        of_all = ("share_of_time_at_work",)  # over the working hours of all places
        assert [one.responses[name] for name in one.responses if name not in of_all] == [
            other.responses[name] for name in one.responses if name not in of_all
        ]


def test_planning_counts_on_vehicles_that_drive_where_closures_are_taken_off_the_tape() -> None:
    car = {"car": {"moves": ["self"], "crew": 1, "prepare": "1 h"}}
    road = {"r": {**ROAD["r"], "closures": {"shut": {"from": "2023-01-01", "until": "2023-01-20"}}}}
    place = camp(lots={"car": {"coe": 1}}, crews={"count": 1})
    data = world({"camp": place}, car, routes=road, policy={"disposal": "projected"})
    with_them, without = Simulated(data), Simulated(data, without=("closures",))
    assert [at for at, _ in with_them.condemned()] == [0]
    assert (without.condemned(), without.fates()) == ([], {"extracted": 1})
