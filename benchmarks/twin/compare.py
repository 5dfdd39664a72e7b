"""Compares twin and product, replication by replication: `python -m benchmarks.twin.compare SCENARIO...`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.twin.world import Twin
from sim.ledger.states import FATE_NAMES, STATE_NAMES
from sim.replication.history import History
from sim.replication.play import Player
from sim.scenario.door import load
from sim.tape.tape import draw

COUNTED = ("sorties_planned", "sorties_flown", "convoys", "attacks", "accidents")


def fates_of(history: History) -> dict[int, tuple[str, int]]:
    """By lot, its fate in the product and the instant of it."""
    steps = [(step.lot, STATE_NAMES[step.state], step.at_s) for step in history.ledger.lots]
    return {lot: (state, at) for lot, state, at in steps if state in FATE_NAMES}


def difference(player: Player, seed: int, replication: int) -> str:
    """The first difference between both worlds, empty where there is none."""
    history = player.history(seed, replication)
    twin = Twin(player.frame, draw(player.frame, seed, replication))
    answer = twin.play()
    theirs = fates_of(history)
    odd = [lot for lot in answer.lots if theirs.get(lot.index) != (lot.state, lot.fate_s)]
    if odd:
        first = min(odd, key=lambda lot: (min(lot.fate_s, theirs[lot.index][1]), lot.index))
        product = [(s.at_s, STATE_NAMES[s.state], s.place) for s in history.ledger.lots if s.lot == first.index]
        return f"{len(odd)} lots; {first.path}\n  product {product}\n  twin    {first.history}"
    if history.closings_s != answer.closed:
        return f"closings: product {history.closings_s}, twin {answer.closed}"
    lift = [step.what for step in history.ledger.lift]
    if lift.count("accident") != answer.figures.get("accidents", 0):
        return f"accidents: product {lift.count('accident')}, twin {answer.figures.get('accidents', 0)}"
    return ""


def main(arguments: list[str]) -> int:
    """Print for each scenario whether all is equal, or the first difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="+", type=Path)
    parser.add_argument("--replications", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    worst = 0
    for path in options.scenarios:
        player = Player(load(path).scenario)
        found = ((n, difference(player, options.seed, n)) for n in range(1, options.replications + 1))
        first = next(((n, said) for n, said in found if said), None)
        print(f"{path.name}: equal" if first is None else f"{path.name}: replication {first[0]}: {first[1]}")
        worst = max(worst, int(first is not None))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
