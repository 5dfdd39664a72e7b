"""Prints the table of bounds of the shipped scenarios that docs/yardsticks.md shows.

python scripts/bound_gaps.py [--tapes 5] [NAME ...]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sim.experiment.bounding import bounds
from sim.replication.simulator import Simulator
from sim.scenario.door import load

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"


def main() -> None:
    """Prints a row a scenario, in the order of their names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tapes", type=int, default=5)
    parser.add_argument("names", nargs="*", default=[file.stem for file in sorted(SCENARIOS.glob("*.yaml"))])
    wanted = parser.parse_args()
    for name in wanted.names:
        simulator = Simulator(load(SCENARIOS / f"{name}.yaml").scenario)
        shares = {}
        for replication in range(1, wanted.tapes + 1):
            share = simulator.outcome(1, replication).responses["extracted_share"]
            if share is not None:
                shares[replication] = float(share)
        mean = bounds(simulator.scenario, 1, frozenset(), shares)["mean"]
        share, most, peace = (100 * mean[key] for key in ("extracted_share", "bound", "peace"))
        war = 100 * mean["war"]
        row = f"| `{name}` | {share:.1f} | {most:.1f} | {most - share:.1f} | {war:.1f} | {100 - peace:.1f} |"
        sys.stdout.write(row + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
