"""Compares the bound with the simulation on random small scenarios: no replication may extract more than its bound.

    python scripts/bound_never_beaten.py --scenarios 2500 --replications 4 [--first 0] [--wild]

Prints each violation with the number of its scenario, and the count at the end; exit code 1 if there is any.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "worldkit"))

from random_world import random_world

from sim.bound.bound import TOLERANCE, bound_of
from sim.errors import DrawdownError
from sim.replication.simulator import Simulator
from sim.scenario.door import load_data


def main() -> int:
    """Runs all scenarios; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenarios", type=int, default=250)
    parser.add_argument("--replications", type=int, default=4)
    parser.add_argument("--first", type=int, default=0)
    wanted = parser.parse_args()
    compared = beaten = tight = 0
    for number in range(wanted.first, wanted.first + wanted.scenarios):
        try:
            simulator = Simulator(load_data(random_world(Random(number))).scenario)  # nosec B311  # to be repeated
        except DrawdownError:
            continue
        for replication in range(1, wanted.replications + 1):
            share = simulator.outcome(number, replication).responses["extracted_share"]
            most = bound_of(simulator.frame, number, replication).share
            if share is None or most is None:
                continue
            compared += 1
            tight += most < 1 - TOLERANCE
            if share > most + TOLERANCE:
                beaten += 1
                sys.stdout.write(f"beaten: scenario {number}, replication {replication}: {share:.6f} > {most:.6f}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{compared:,} replications compared, {tight:,} bounds below 100 %, {beaten:,} beaten\n")
    return int(beaten > 0)


if __name__ == "__main__":
    raise SystemExit(main())
