"""The twin, a second implementation from docs/model.md: both agree on every scenario in every number."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sim.replication.simulator import Simulator
from sim.scenario.door import load

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))

from benchmarks.twin.compare import (  # noqa: E402 - the benchmarks are no installed package
    RANDOM_SEED,
    difference,
    first_difference,
    random_scenario,
)

ORACLES = sorted((Path(__file__).parent / "oracles").glob("*.yaml"))
BUNDLE = 20
SHIPPED = {"tessalit": 2, "kidal-region": 1}
"""Shipped scenarios, and the number of replications of each."""


@pytest.mark.parametrize("file", ORACLES, ids=lambda file: file.stem)
def test_both_worlds_run_an_oracle_alike(file: Path) -> None:
    simulator = Simulator(load(file).scenario)
    assert [difference(simulator, 1, replication) for replication in (1, 2)] == ["", ""]


@pytest.mark.parametrize("first", range(1, 201, BUNDLE))
def test_both_worlds_run_random_scenarios_alike(first: int) -> None:
    for number in range(first, first + BUNDLE):
        simulator = Simulator(random_scenario(number))
        found = [difference(simulator, RANDOM_SEED, replication) for replication in (1, 2)]
        assert (number, found) == (number, ["", ""])


@pytest.mark.parametrize("name", SHIPPED)
def test_both_worlds_run_a_shipped_scenario_alike(name: str) -> None:
    simulator = Simulator(load(ROOT / "scenarios" / f"{name}.yaml").scenario)
    assert [found for n in range(SHIPPED[name]) if (found := difference(simulator, 1, n + 1))] == []


@pytest.mark.slow
def test_both_worlds_run_the_whole_mission_alike() -> None:
    assert difference(Simulator(load(ROOT / "scenarios" / "minusma.yaml").scenario), 1, 1) == ""


def test_histories_that_differ_are_distinguished_by_the_lot_that_differs_first() -> None:
    simulator = Simulator(load(ROOT / "scenarios" / "tessalit.yaml").scenario)
    one, other = simulator.history(1, 1), simulator.history(1, 2)
    assert first_difference(one, one) == ""
    assert "lots; tessalit/" in first_difference(one, other)
