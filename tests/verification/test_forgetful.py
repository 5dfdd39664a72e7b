"""Rules without memories: every number and every event is the same as with all memories on.

`WILD=250` in the environment runs 250 wild worlds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from wild_world import wild_world

from sim.replication.history import History
from sim.replication.simulator import Simulator, rows
from sim.replication.trace import events
from sim.scenario.door import load, load_data
from sim.scenario.scenario import Scenario
from sim.world.memory import Forgetful, memory
from sim.world.projection import LiftOutlook

WORLDS = int(os.environ.get("WILD", "60"))
BUNDLE = 20
SEED = 5
ORACLES = sorted((Path(__file__).parent / "oracles").glob("*.yaml"))


def _said(history: History) -> tuple[object, ...]:
    """All that is reported of a replication, and all that its ledger holds."""
    found, ledger = rows(history), history.ledger
    tables = found.responses, found.fates, found.causes, found.episodes, found.timeline.tolist()
    return *tables, list(events(history)), ledger.marks, ledger.work, ledger.loader_waits


def _differing(scenarios: Iterable[tuple[Any, Scenario]], seed: int) -> Iterator[Any]:
    """Names of scenarios whose replication 1 is another where nothing is remembered."""
    for name, scenario in scenarios:
        plain, forgetful = (Simulator(scenario, remembers=on).history(seed, 1) for on in (True, False))
        if _said(plain) != _said(forgetful):
            yield name


def _wild(first: int, until: int) -> Iterator[tuple[int, Scenario]]:
    return ((number, load_data(wild_world(Random(number))).scenario) for number in range(first, until))


@pytest.mark.parametrize("first", range(0, len(ORACLES), BUNDLE))
def test_oracles_are_the_same_where_nothing_is_remembered(first: int) -> None:
    scenarios = ((file.stem, load(file).scenario) for file in ORACLES[first : first + BUNDLE])
    assert list(_differing(scenarios, 1)) == []


@pytest.mark.parametrize("first", range(0, WORLDS, BUNDLE))
def test_wild_worlds_are_the_same_where_nothing_is_remembered(first: int) -> None:
    assert list(_differing(_wild(first, min(first + BUNDLE, WORLDS)), SEED)) == []


def test_what_is_remembered_for_too_long_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LiftOutlook, "begin", lambda _: None)
    assert any(_differing(_wild(0, 40), SEED))


def test_a_forgetful_memory_keeps_nothing() -> None:
    for remembers, kept in ((True, {"asked": 1}), (False, {})):
        said: dict[str, int] = memory(remembers=remembers)
        said["asked"] = 1
        assert said == kept


def test_a_world_that_forgets_asks_its_rules_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(Forgetful, "__setitem__", lambda _, key, __: asked.append(key))
    simulator = partial(Simulator, load(ORACLES[0]).scenario)
    simulator().history(1, 1)
    assert asked == []
    simulator(remembers=False).history(1, 1)
    assert len(asked) > len(set(map(repr, asked)))
