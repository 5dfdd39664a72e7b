"""What answers cost, without a clock or against another work at its side: `python -m benchmarks.answers`.

`why`: worlds simulated in one replication of tessalit, against 2 (causes - 1) + 2 levers + 2. `solve`: levels of the
grid that are run. The bound of a tape against simulating its replication; reading an inventory of 10,000 rows against
importing pandas.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from benchmarks.paired import Row, all_cpu_s, command, fewer, own_cpu_s, ratios, row, table
from sim.bound.bound import bound
from sim.experiment.backend import Backend
from sim.experiment.loop import nothing
from sim.experiment.solve_study import SolveRequest, begin_solve, carry_out_solve, plan_solve
from sim.experiment.why.coalitions import Coalitions
from sim.experiment.why.why_plan import WhyPlan, WhyRequest, plan_why
from sim.replication.simulator import Simulator
from sim.results.solve_folder import read_solve
from sim.scenario.door import load
from sim.tape.tape import draw, frame

ROOT = Path(__file__).resolve().parents[1]
TESSALIT, TRUCKS = ROOT / "scenarios" / "tessalit.yaml", ROOT / "scenarios" / "examples" / "twelve-trucks.yaml"
ROWS, LEVELS = 10_000, 10
"""Rows of the inventory; levels of which a search may run as many replications."""


def why_worlds(scenario: Path = TESSALIT) -> tuple[int, int]:
    """Returns the worlds simulated in replication 1 of seed 1, and how many they may be."""
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_why(WhyRequest(load(scenario), str(scenario), 2, out=Path(folder) / "why"))
    return _worlds_run(plan), 2 * (len(plan.identity.causes) - 1) + len(plan.identity.levers) + 2


def _worlds_run(plan: WhyPlan) -> int:
    count, whole = 0, Simulator.outcome

    def counted(*args: object, **kwargs: object) -> object:
        nonlocal count
        count += 1
        return whole(*args, **kwargs)  # type: ignore[arg-type]

    with patch.object(Simulator, "outcome", counted):
        Coalitions(*plan.model.arguments).numbers(plan.identity.seed, 1)
    return count


def solve_levels(scenario: Path = TRUCKS, vary: str = "lift.trucks.contract.count=5..60 by 1") -> tuple[int, int]:
    """Returns how many levels of a grid a search ran, and how many the grid has."""
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_solve(SolveRequest(
            str(scenario), vary=(vary,), until=("extracted_share >= 60 %",), replications=10, out=Path(folder) / "r",
        ))  # fmt: skip
        carry_out_solve(plan, begin_solve(plan), Backend(1), nothing)
        return len(read_solve(plan.folder).summary["levels"]), plan.grid.size


def counts() -> dict[str, float]:
    """Returns the counts, by name."""
    ran, may = why_worlds()
    levels, _ = solve_levels()
    return {"worlds of why a replication, of those allowed": round(ran / may, 4), "levels that solve runs": levels}


def inventory(folder: Path, rows: int = ROWS) -> Path:
    """Writes an inventory of some rows; returns its path."""
    path = folder / "stock.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["place", "class", "owner", "number", "mass (t)"])
        writer.writerows(["camp", ("container", "generator")[at % 2], "UNOE", 1 + at % 3, 4.5] for at in range(rows))
    return path


def _bound_against_simulation(pairs: int) -> list[float]:
    scenario = load(TESSALIT).scenario
    simulator, at = Simulator(scenario), frame(scenario)
    tape = draw(at, 1, 1)
    return ratios(lambda: bound(at, tape), lambda: simulator.history(1, 1), pairs, own_cpu_s)


def _inventory_against_pandas(pairs: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        path = str(inventory(Path(folder)))
        read = f"from sim.scenario.inventory.opening import read_inventory; read_inventory({path!r})"
        return ratios(lambda: command("-c", read), lambda: command("-c", "import pandas"), pairs, all_cpu_s)


def measure(quick: bool) -> list[Row]:
    """Returns the lines of the table."""
    pairs = 3 if quick else 11
    goals = {"worlds of why a replication, of those allowed": 1.0, "levels that solve runs": float(LEVELS)}
    rows = [
        Row("answers", name, value, value, value, 1, unit="", must=goals[name], less=True)
        for name, value in counts().items()
    ]
    bounds = row("answers", "the bound of a tape of tessalit", _bound_against_simulation(pairs))
    rows.append(fewer(bounds, "simulations"))
    read = row("answers", "an inventory of 10,000 rows", _inventory_against_pandas(pairs), {"must": 2})
    return [*rows, fewer(read, "imports of pandas")]


if __name__ == "__main__":
    print(table(measure("--quick" in sys.argv[1:])))
