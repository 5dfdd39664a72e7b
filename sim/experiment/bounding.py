"""The bound beside a run: for its first tapes, what the best plan could have brought out; kept in `bound.json`."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import ModelFault
from sim.experiment.loop import OnProgress, nothing
from sim.results.files import to_json, write_whole
from sim.results.finished import read_results, rows_of
from sim.sums import sum_in_order

if TYPE_CHECKING:
    from sim.experiment.running import RunPlan
    from sim.scenario.scenario import Scenario

NAME = "bound.json"
TAPES = 20
"""Tapes for which `drawdown run --bound` solves the programme."""
_PEACE = 5
"""Tapes for which it is solved once more, without any cause of random events."""


def add_bounds(folder: Path, plan: RunPlan, scenario: Scenario, on_progress: OnProgress = nothing) -> None:
    """Writes `bound.json` into a finished folder of a run, if it is not there.

    Raises `ModelFault` if a replication extracts more than its bound, `OSError` where the disk refuses.
    """
    if (folder / NAME).exists():
        return
    results = read_results(folder)
    shares = {
        int(row["replication"]): float(row["extracted_share"])
        for row in islice(rows_of(results, "replications"), TAPES)
        if row["extracted_share"]
    }
    said = {
        "run": results.manifest["run"],
        **bounds(scenario, plan.identity.seed, frozenset(plan.identity.without), shares, on_progress),
    }
    write_whole(folder / NAME, to_json(said))


def bounds(
    scenario: Scenario, seed: int, without: frozenset[str], shares: dict[int, float], on_progress: OnProgress = nothing
) -> dict[str, Any]:
    """Bounds of the tapes of some replications beside the shares that they extracted, as plain data, with means.

    `peace` is the bound without any cause of random events, of the first tapes, and `war` how much it is above the
    bound. Raises `ModelFault` where a bound is
    beaten.
    """
    from sim.bound.bound import TOLERANCE, bound_of
    from sim.tape.tape import CAUSES, frame

    shared, rows = frame(scenario), []
    on_progress(0, len(shares), 0)
    for done, (replication, share) in enumerate(shares.items(), 1):
        most = bound_of(shared, seed, replication, without).share or 0.0
        if share > most + TOLERANCE:
            raise ModelFault(f"replication {replication} extracts {share:.6f}, more than its bound of {most:.6f}")
        row: dict[str, Any] = {"replication": replication, "extracted_share": share, "bound": most}
        if done <= _PEACE and not set(CAUSES) <= without:
            row["peace"] = bound_of(shared, seed, replication, frozenset(CAUSES)).share
            row["war"] = max((row["peace"] or 0.0) - most, 0.0)
        rows.append(row)
        on_progress(done, len(shares), 0)
    names = ("extracted_share", "bound", "peace", "war")
    means = {name: _mean([row[name] for row in rows if name in row]) for name in names}
    return {"seed": seed, "tapes": len(rows), "mean": means, "rows": rows}


def _mean(values: list[float]) -> float | None:
    return sum_in_order(values) / len(values) if values else None
