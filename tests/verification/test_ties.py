"""Ties: no number and no step of the ledger depends on an order that no rule defines.

`TIES=500` in the environment runs 500 random worlds, and the shipped scenarios too.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from random import Random

import pytest
from random_world import random_world

from sim.replication.simulator import Simulator
from sim.replication.ties import TieShuffler, first_difference
from sim.scenario.door import load, load_data
from sim.scenario.scenario import Scenario
from sim.world.clock import Clock, Kind, ShuffledClock

ORACLES = sorted((Path(__file__).parent / "oracles").glob("*.yaml"))
SCENARIOS = Path(__file__).parents[2] / "scenarios"
LONG = int(os.environ.get("TIES", "0"))
WORLDS = LONG or 40
TIMES = 3


def _world(number: int) -> Scenario:
    return load_data(random_world(Random(number))).scenario


def _shuffled(scenario: Scenario, replications: int = 1) -> tuple[int, list[str]]:
    """Events that were shuffled, and what differed."""
    shuffler = TieShuffler(scenario, frozenset(), TIMES)
    simulated = [shuffler.run(7, number).responses for number in range(1, replications + 1)]
    odd = [
        shuffler.said(7, number, int(one["differs"])) for number, one in enumerate(simulated, 1) if one["differs"]
    ]  # fmt: skip
    return sum(int(one["shuffled"] or 0) for one in simulated), odd


def test_no_random_world_hangs_on_the_order_of_ties() -> None:
    found = {number: _shuffled(_world(number)) for number in range(WORLDS)}
    assert {number: odd for number, (_, odd) in found.items() if odd} == {}
    some = sum(count > 0 for count, _ in found.values())
    print(f"{WORLDS} worlds, {sum(count for count, _ in found.values())} events shuffled, in {some} worlds")  # noqa: T201
    assert some > WORLDS / 2


def test_no_oracle_hangs_on_the_order_of_ties() -> None:
    found = {file.stem: _shuffled(load(file).scenario) for file in ORACLES}
    assert {name: odd for name, (_, odd) in found.items() if odd} == {}
    assert (
        sum(count > 0 for count, _ in found.values()) > 10
    )  # those with loaders: the end of their work has two callbacks


@pytest.mark.parametrize("name", [path.stem for path in sorted(SCENARIOS.glob("*.yaml"))] if LONG else ["tessalit"])
def test_no_shipped_scenario_hangs_on_the_order_of_ties(name: str) -> None:
    count, odd = _shuffled(load(SCENARIOS / f"{name}.yaml").scenario, 5 if LONG else 1)
    print(f"{name}: {count} events shuffled")  # noqa: T201
    assert (odd, count > 0) == ([], True)


def _caught(worlds: int = 40) -> int:
    return sum(bool(_shuffled(_world(number))[1]) for number in range(worlds))


def test_a_clock_that_forgets_who_comes_first_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    trigger = Clock.trigger
    monkeypatch.setattr(Clock, "trigger", lambda self, event, at_s, kind, *_: trigger(self, event, at_s, kind))
    assert _caught() > 5


def test_a_clock_that_forgets_what_comes_first_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    trigger = Clock.trigger
    monkeypatch.setattr(
        Clock, "trigger", lambda self, event, at_s, kind, *turn: trigger(self, event, at_s, Kind.END, *turn)
    )
    assert _caught() > 5


def test_a_shuffled_clock_takes_equals_by_chance_and_counts_them() -> None:
    orders = set()
    for seed in range(40):
        clock = ShuffledClock(Random(seed))
        said: list[str] = []
        for name in "abc":
            clock.call(5, Kind.END, partial(said.append, name))
        clock.call(5, Kind.WINDOW, partial(said.append, "first"))
        clock.run_through(9)
        assert (said[0], clock.shuffled) == ("first", 2)
        orders.add("".join(said[1:]))
    assert len(orders) == 6


def test_a_difference_is_reported_as_a_figure_or_as_a_step() -> None:
    simulator = Simulator(_world(3))
    one, other = simulator.history(7, 1), simulator.history(7, 1)
    assert first_difference(one, other) == ""
    other.ledger.places[0] = other.ledger.places[0]._replace(at_s=99)
    assert first_difference(one, other).startswith("place ")
    simulator = Simulator(_world(4))
    said = first_difference(simulator.history(7, 1), simulator.history(8, 1))
    assert said.startswith("extracted_share is 0.688"), said
