"""Compares twin and product, replication by replication: `python -m benchmarks.twin.compare SCENARIO... --random 200`.

Each world writes its own ledger; equal are two worlds in which every step of every lot, every closing and every
response of the catalogue are the same.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.twin.world import Twin
from sim.ledger.kinds import Passage
from sim.ledger.ledger import Ledger
from sim.ledger.states import STATE_NAMES, State
from sim.replication.history import History
from sim.replication.responses import responses
from sim.replication.simulator import Simulator
from sim.scenario.door import load, load_data
from sim.scenario.scenario import Scenario
from sim.tape.tape import CAUSES, draw

RANDOM_SEED = 7
_WORLDKIT = Path(__file__).resolve().parents[2] / "tests" / "worldkit"
_TINY = 1e-9
Step = tuple[int, str, str]


class Compared(NamedTuple):
    """The first difference (empty where there is none), and the CPU seconds of both worlds."""

    said: str
    product_s: float
    twin_s: float


def lives(ledger: Ledger) -> dict[int, list[Step]]:
    """By lot its steps; where it was does not count for what is lost or late, which stands nowhere."""
    nowhere = (State.LOST, State.LATE)
    found: dict[int, list[Step]] = {}
    for step in [*ledger.lots, *ledger.onward]:
        place = "" if step.state in nowhere else step.place
        found.setdefault(step.lot, []).append((step.at_s, STATE_NAMES[step.state], place))
    return found


def _first_lot(product: History, twin: History) -> str:
    theirs, ours = lives(product.ledger), lives(twin.ledger)
    odd: list[tuple[int, int]] = []
    for lot in range(len(product.frame.lots)):
        one, other = theirs.get(lot, []), ours.get(lot, [])
        if one != other:
            pairs = zip([*one, (1 << 60, "", "")], [*other, (1 << 60, "", "")], strict=False)
            odd.append((next(min(a[0], b[0]) for a, b in pairs if a != b), lot))
    if not odd:
        return ""
    _, lot = min(odd)
    return f"{len(odd)} lots; {product.frame.lots.id(lot)}\n  product {theirs.get(lot)}\n  twin    {ours.get(lot)}"


def _first_response(product: History, twin: History) -> str:
    theirs, ours = responses(product), responses(twin)
    for name, figure in theirs.items():
        other = ours[name]
        if figure != other and (figure is None or other is None or abs(figure - other) > _TINY * max(1, abs(figure))):
            return f"{name}: product {figure}, twin {other}"
    return ""


def _first_people(product: History, twin: History) -> str:
    def steps(history: History) -> list[tuple[int, Passage, str, str, int]]:
        sums: dict[tuple[int, Passage, str, str], int] = {}
        for step in history.ledger.people:
            key = (step.at_s, step.what, step.origin, step.place)
            sums[key] = sums.get(key, 0) + step.count
        return sorted((*key, many) for key, many in sums.items())

    theirs, ours = steps(product), steps(twin)
    if theirs == ours:
        return ""
    return f"people: product {sorted(set(theirs) - set(ours))[:2]}, twin {sorted(set(ours) - set(theirs))[:2]}"


def first_difference(product: History, twin: History) -> str:
    """The first difference between two histories, empty where there is none."""
    said = _first_lot(product, twin) or _first_people(product, twin) or _first_response(product, twin)
    if not said and product.closings_s != twin.closings_s:
        return f"closings: product {product.closings_s}, twin {twin.closings_s}"
    return said


def compare(simulator: Simulator, seed: int, replication: int) -> Compared:
    """Run one replication in both implementations."""
    begun = time.process_time()
    product = simulator.history(seed, replication)
    middle = time.process_time()
    tape = draw(simulator.frame, seed, replication, simulator.without)
    twin = Twin(simulator.frame, tape)
    twin.simulate()
    ended = time.process_time()
    other = History(simulator.frame, product.network, product.stock, tape, twin.ledger, 0, twin.unliftable, {})
    return Compared(first_difference(product, other), middle - begun, ended - middle)


def difference(simulator: Simulator, seed: int, replication: int) -> str:
    """The first difference between both worlds, empty where there is none."""
    return compare(simulator, seed, replication).said


def random_scenario(number: int) -> Scenario:
    """The small scenario that the dice of the tests throw with a number."""
    if str(_WORLDKIT) not in sys.path:
        sys.path.append(str(_WORLDKIT))
    from random_world import random_world

    return load_data(random_world(Random(number))).scenario  # nosec B311  # to be repeated


def _report(name: str, simulator: Simulator, seed: int, replications: int) -> bool:
    """Print and return whether both implementations agree on a scenario."""
    took = [0.0, 0.0]
    for replication in range(1, replications + 1):
        try:
            found = compare(simulator, seed, replication)
        except Exception as error:  # whatever goes wrong in a world is a difference to be shown
            found = Compared(f"{type(error).__name__}: {error}", 0.0, 0.0)
        took[0] += found.product_s
        took[1] += found.twin_s
        if found.said:
            print(f"{name}: replication {replication}: {found.said}")
            return False
    print(f"{name}: equal; {took[0]:.2f} s of CPU, the twin {took[1]:.2f} s")
    return True


def main(arguments: list[str]) -> int:
    """Print for each scenario whether all is equal, or the first difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", type=Path)
    parser.add_argument("--random", type=int, default=0, metavar="N", help="random small scenarios, numbers 1 to N")
    parser.add_argument("--only", type=int, action="append", metavar="N", help="one random scenario, by its number")
    parser.add_argument("--without-trucks", action="store_true", help="of the random ones those without trucks")
    parser.add_argument(
        "--without", action="append", default=[], choices=CAUSES, help="a cause of random events to remove"
    )
    parser.add_argument("--replications", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    off = frozenset(options.without)
    alike = [
        _report(path.name, Simulator(load(path).scenario, off), options.seed, options.replications)
        for path in options.scenarios
    ]
    for number in options.only or range(1, options.random + 1):
        scenario = random_scenario(number)
        if not (options.without_trucks and scenario.lift.trucks):
            alike.append(_report(f"random {number}", Simulator(scenario, off), RANDOM_SEED, options.replications))
    print(f"{sum(alike)} of {len(alike)} scenarios agree")
    return int(not all(alike))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
