"""Wild worlds: corners that tame random scenarios never have, through all that watches over the model.

`WILD=2000` in the environment runs 2,000 of them.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from audit import audit
from wild_world import wild_world

from sim.ledger.kinds import Did, Passage
from sim.replication.history import History
from sim.replication.simulator import Rows, Simulator, rows
from sim.replication.ties import TieShuffler
from sim.replication.trace import events
from sim.scenario.calendar import DAY_S
from sim.scenario.door import load_data

sys.path.append(str(Path(__file__).resolve().parents[2]))

from benchmarks.twin.compare import difference

WORLDS = int(os.environ.get("WILD", "120"))
BUNDLE = 20
SEED = 5
bundles = pytest.mark.parametrize("first", range(0, WORLDS, BUNDLE))


@cache
def _simulator(number: int) -> Simulator:
    return Simulator(load_data(wild_world(Random(number))).scenario)


def _simulators(first: int) -> Iterator[tuple[int, Simulator]]:
    return ((number, _simulator(number)) for number in range(first, min(first + BUNDLE, WORLDS)))


@bundles
def test_every_identity_holds_and_the_auditor_finds_nothing(first: int) -> None:
    for number, simulator in _simulators(first):
        history = simulator.history(SEED, 1)
        assert (number, audit(history)) == (number, [])
        rows(history)
        assert len(events(history)) > 0


@bundles
def test_both_worlds_run_wild_scenarios_alike(first: int) -> None:
    found = {number: difference(simulator, SEED, 1) for number, simulator in _simulators(first)}
    assert {number: said for number, said in found.items() if said} == {}


def test_both_worlds_let_what_a_step_sends_set_out_before_crews_take_up_work() -> None:
    """In this world people fly off in the second in which a lot leaves the yard: too few are left for one more crew."""
    simulator = Simulator(load_data(wild_world(Random(413), later=False)).scenario)
    assert difference(simulator, 7, 2) == ""


def test_what_a_lost_column_drove_counts_though_it_is_held_up_until_the_horizon() -> None:
    """In this world a column loses its last vehicle, and what held it up would end after the horizon."""
    simulator = Simulator(load_data(wild_world(Random(1220), later=False)).scenario)
    assert difference(simulator, SEED, 1) == ""


def test_sensitive_lots_of_others_are_condemned_in_time_at_a_camp_that_they_pass_through() -> None:
    """In this world guns of one camp wait for lift at another when the last day of its crews begins."""
    simulator = Simulator(load_data(wild_world(Random(643), later=False)).scenario)
    assert difference(simulator, SEED, 1) == ""


@bundles
def test_no_wild_world_depends_on_the_order_of_ties(first: int) -> None:
    for number, simulator in _simulators(first):
        shuffler = TieShuffler(simulator.scenario, frozenset(), 2)
        odd = int(shuffler.run(SEED, 1).responses["differs"] or 0)
        assert (number, shuffler.said(SEED, 1, odd) if odd else "") == (number, "")


def _said(found: Rows) -> tuple[object, ...]:
    return found.responses, found.fates, found.causes, found.tape_hash, found.timeline.tolist()


@bundles
def test_a_replication_alone_is_that_replication_in_a_batch(first: int) -> None:
    for number, simulator in _simulators(first):
        second = [simulator.run(SEED, replication) for replication in (1, 2)][-1]
        assert (number, _said(Simulator(simulator.scenario).run(SEED, 2))) == (number, _said(second))


@bundles
def test_the_order_of_a_file_does_not_matter(first: int) -> None:
    for number, simulator in _simulators(first):
        mixed = Simulator(load_data(_mixed(wild_world(Random(number)), Random(number + 1))).scenario)
        assert (number, _said(mixed.run(SEED, 1))) == (number, _said(simulator.run(SEED, 1)))


def _mixed(data: Any, dice: Random, inside: str = "") -> Any:
    """The same in another order, but for ways out of a place, whose order is a preference."""
    if not isinstance(data, dict):
        return data
    items = [(key, _mixed(value, dice, key)) for key, value in data.items()]
    if inside != "evacuate":
        dice.shuffle(items)
    return dict(items)


def _corners(history: History) -> Iterator[str]:
    scenario, ledger = history.scenario, history.ledger
    rules, starts = scenario.lift.convoys, scenario.time.day_starts_s
    convoys = history.convoys[0]
    lost = Counter(step.lift for step in ledger.lift if step.what is Did.VEHICLE_LOST)
    if any(step.count == rules.vehicles.most for step in convoys.values()):
        yield "a convoy is as large as the most"
    if any(lost[convoy] == step.count for convoy, step in convoys.items()):
        yield "a column loses all its vehicles"
    if rules.cost and any(step.what is Did.JOINED for step in ledger.lift):
        yield "a convoy that costs is joined"
    if len(scenario.lift.trucks) > 1 and any(
        step.what is Passage.LEFT and step.by in convoys for step in ledger.people
    ):
        yield "people join where there are several pools"
    if any(until - since != DAY_S for since, until in pairwise(starts)):
        yield "a day is longer or shorter than others"
    if any(place.release.over_s == 0 and place.release.start_s is not None for place in scenario.places.values()):
        yield "a release takes no time"
    if any("/" in name and "#" in name for name in (*scenario.places, *scenario.routes, *scenario.classes)):
        yield "a name holds a slash and a number sign"


def test_each_corner_is_met_by_several_wild_worlds() -> None:
    met = Counter(corner for number in range(WORLDS) for corner in _corners(_simulator(number).history(SEED, 1)))
    print(dict(met))  # noqa: T201
    assert {corner for corner, many in met.items() if many >= WORLDS // 40} == {
        "a convoy is as large as the most",
        "a column loses all its vehicles",
        "a convoy that costs is joined",
        "people join where there are several pools",
        "a day is longer or shorter than others",
        "a release takes no time",
        "a name holds a slash and a number sign",
    }
