"""Inputs of every implementation of the reference camp, and the five numbers that it must return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.ledger.kinds import Did
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.simulator import Simulator
from sim.scenario.door import load
from sim.scenario.openings import Openings
from sim.tape.tape import draw

FILE = Path(__file__).resolve().parents[1] / "camp.yaml"


@dataclass(frozen=True, slots=True)
class Inputs:
    """One replication of the camp as plain data: seconds of work by lot, shelter as (start, end), and constants."""

    prepare_s: list[int]
    shelter: list[tuple[int, int]]
    horizon_s: int
    calm: Openings
    crews: int = 6
    apron: int = 3
    loaders: int = 2
    tails: int = 3
    load: int = 8
    load_s: int = 8 * 300
    unload_s: int = 8 * 300
    fly_s: int = 6600


@dataclass(frozen=True, slots=True)
class Figures:
    """Lots out, sorties flown, sums of the instants at which lots were ready and out, and when the last was out."""

    out: int
    sorties: int
    ready_sum_s: int
    out_sum_s: int
    last_out_s: int


Writing = Callable[[Inputs], tuple[Figures, int]]
"""Simulates one replication: returns numbers, and the events that its engine took (0 if it counts none)."""


def camp() -> Simulator:
    """The product's own player of the camp."""
    return Simulator(load(FILE).scenario)


def inputs(simulator: Simulator, seed: int, replication: int) -> Inputs:
    """The camp's tape as plain data."""
    tape = draw(simulator.frame, seed, replication)
    return Inputs(tape.prepare_s, tape.shelter["camp"].pairs(), simulator.frame.horizon_s, tape.working["camp"])


def figures(history: History) -> Figures:
    """Returns the same numbers of the product, from its ledger."""
    ready = [step.at_s for step in history.ledger.lots if step.state == State.READY]
    out = [step.at_s for step in history.ledger.lots if step.state == State.EXTRACTED]
    back = [step for step in history.ledger.lift if step.what is Did.IS_BACK and step.at_s < history.frame.horizon_s]
    people = sum(step.what is Did.TAKES_OFF and step.number == 0 for step in history.ledger.lift)
    return Figures(len(out), len(back) - people, sum(ready), sum(out), max(out))
