"""The product against the twin: a full-size model as SimPy's documentation would write it, on the same tapes.

    python -m benchmarks.twin_speed

Both must give the same figures before a second is counted; `python -m benchmarks.twin.compare` says where they differ.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.paired import Row, ratios, row, table
from benchmarks.twin.compare import difference
from benchmarks.twin.world import Twin
from sim.replication.simulator import Simulator
from sim.scenario.door import load
from sim.tape.tape import draw

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
SCENARIOS = {"tessalit": ROOT / "scenarios" / "tessalit.yaml", "minusma": ROOT / "scenarios" / "minusma.yaml"}


def measure(quick: bool) -> list[Row]:
    """Returns how many times faster the product is; it keeps a ledger and makes all tables, the twin does not."""
    rows = []
    for name, file in SCENARIOS.items():
        if quick and name == "minusma":
            continue
        simulator = Simulator(load(file).scenario)
        said = difference(simulator, SEED, 1)
        goals = {"must": 10.0, "reach": 20.0} if name == "minusma" else {}
        found = ratios(partial(_twin, simulator), partial(simulator.run, SEED, 1), 3 if quick else 7)
        one = row("twin", f"{name}: the product against the twin", found, goals)
        rows.append(replace(one, note="equal in every number") if not said else replace(one, note=f"NOT equal: {said}"))
    return rows


def _twin(simulator: Simulator) -> None:
    Twin(simulator.frame, draw(simulator.frame, SEED, 1)).simulate()


if __name__ == "__main__":
    print(table(measure("--quick" in sys.argv[1:])))
