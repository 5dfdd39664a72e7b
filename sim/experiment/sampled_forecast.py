"""A forecast whose uncertain inputs are drawn anew in every replication, as a sweep file says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sim.analysis.sampling import PLAIN
from sim.errors import InputError
from sim.experiment.sweep.points import Points
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.scenario.door import Loaded, load_draft
from sim.scenario.scenario import Scenario
from sim.scenario.sweep import SCENARIO, SweepFile

_MOST_FILES = 2


@dataclass(frozen=True)
class Draws:
    """Draws for one scenario file of a sweep, counted from 0: replication k has draw k and its own random events."""

    points: Points
    file: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the factors that are drawn."""
        return tuple(factor.name for factor in self.points.uncertain)

    def scenarios(self) -> Iterator[Scenario]:
        """Yields the scenario of each replication in turn. Raises `InputError` if one is invalid."""
        first = self.file * self.points.draws
        for point in range(first, first + self.points.draws):
            yield self.points.scenario(self.points.settings(point))

    def hash(self, scenario: Scenario) -> str:
        """SHA-256 of a scenario and of the levels of its draws."""
        return hashlib.sha256(f"{scenario.hash()}/{self.points.hash()}".encode()).hexdigest()


@dataclass(frozen=True)
class SampledForecast:
    """A sweep as a forecast: its file, and for one scenario file or two what was loaded, with the draws."""

    file: SweepFile
    sides: tuple[tuple[Loaded, Draws], ...]


def sampled_forecast(given: str, replications: int) -> SampledForecast:
    """Reads a sweep as a forecast; raises `InputError` unless every replication has a draw of its own.

    A factor `scenario` may name two files: the forecast, then the scenario with hindsight.
    """
    plan = plan_sweep(SweepRequest(given))
    points, file = plan.points, plan.file
    if points.sampling != PLAIN:
        wrong = "a backtest needs a draw of its own in every replication"
        raise InputError([file.problem(("uncertain",), wrong, points.sampling, f"sampling: {PLAIN}")])
    levers = [factor.name for factor in points.factors if factor.name != SCENARIO]
    if levers or points.lever_points > _MOST_FILES:
        wrong = "a forecast has no levers; a backtest takes one scenario file, or a forecast and one with hindsight"
        raise InputError([file.problem(("factors",), wrong)])
    if points.without:
        raise InputError([file.problem(("without",), "a forecast removes no cause")])
    drawn = replace(points, draws=replications)
    return SampledForecast(file, tuple(
        (load_draft(draft), Draws(drawn, at)) for at, draft in enumerate(points.drafts.values())
    ))  # fmt: skip
