"""Savings of the estimators: Sobol points against independent draws, common random numbers against independent ones.

`python -m benchmarks.estimators` prints three tables in about ten minutes, `--quick` in one. The first is for functions
whose mean is known exactly, with the product's points and intervals: coverage, and the true and the printed factor. The
second runs a camp with four uncertain numbers through the code of every sweep. The third runs it with one change.
Nothing depends on a clock; everything depends on a seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.paired import Row
from sim.analysis.designs import ScrambledSobol
from sim.analysis.estimates import Measure
from sim.analysis.intervals import spread_of
from sim.analysis.paired import Difference, paired
from sim.analysis.sampling import SOBOL, Sampled, sampled
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.experiment.worker import Recorder
from sim.replication.simulator import Simulator as WorldSimulator
from sim.scenario.door import load

FOLDER = Path(__file__).parent / "uncertain"
SHARE = Measure("share", "share", "", bounded=True)
DRAWS = (64, 256, 1024)
MUCH = 0.7
"""The second response of the camp, 0 or 1: whether more than this share comes out."""
Table = NDArray[np.float64]


@dataclass(frozen=True)
class Distribution:
    """A function of four uniform factors and one random event, [draw] from [draw, 5], with its exact mean."""

    words: str
    value: Callable[[Table], Table]
    mean: float


def _smooth(u: Table) -> Table:
    return (u[:, 0] + u[:, 1] * u[:, 2] + u[:, 3] ** 2) / 3


def _yes(where: NDArray[np.bool_]) -> Table:
    return where.astype(np.float64)


SMOOTH = (1 / 2 + 1 / 4 + 1 / 3) / 3
DISTRIBUTIONS = (
    Distribution("mean of a smooth share, no random events", _smooth, SMOOTH),
    Distribution(
        "the same, half of the variance from random events",
        lambda u: 0.6 * _smooth(u) + 0.325 * u[:, 4],
        0.6 * SMOOTH + 0.1625,
    ),
    Distribution("share at 0 in 68 %, else spread", lambda u: (u[:, 0] + u[:, 1] - 1.2).clip(min=0.0), 0.8**3 / 6),
    Distribution("0 or 1: 30 %, by one factor", lambda u: _yes(u[:, 0] < 0.3), 0.3),
    Distribution("0 or 1: 30 %, by two factors", lambda u: _yes(u[:, 0] + u[:, 1] < 0.6**0.5), 0.3),
    Distribution(
        "0 or 1: 25 %, factors give the chance, random events decide", lambda u: _yes(u[:, 4] < u[:, 0] * u[:, 1]), 0.25
    ),
    Distribution("0 or 1: 2 %, by two factors", lambda u: _yes((u[:, 0] < 0.2) & (u[:, 1] < 0.1)), 0.02),
)


def points(seed: int, draws: int) -> Table:
    """The product's points in four factors, and one independent column of random numbers: [draw, 5]."""
    even = ScrambledSobol(["a", "b", "c", "d"], draws, seed).coordinates
    stream = np.random.Generator(np.random.Philox(key=seed)).random((draws, 1))
    return np.hstack([even, stream])


def each(values: Table) -> list[list[float | None]]:
    """Values as draws of one replication each."""
    return [[float(value)] for value in values]


def on_paper(samples: int) -> Iterator[str]:
    """Yields coverage and factors, a line for each distribution and number of draws."""
    yield "| response | draws | samples | covers | factor | printed factor, median | agree exactly | unflagged covers |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    plain = np.random.Generator(np.random.Philox(key=1)).random((400_000, 5))
    for draws in DRAWS:
        tables = [points(seed, draws) for seed in range(1, samples + 1)]
        for distribution in DISTRIBUTIONS:
            found = [sampled(SHARE, each(distribution.value(table)), 0, SOBOL) for table in tables]
            yield _line(distribution.words, draws, found, distribution.mean, float(np.var(distribution.value(plain))))


def _line(words: str, draws: int, found: Sequence[Sampled], mean: float, variance: float) -> str:
    hits = [one for one in found if _covers(one, mean)]
    trusted = [one for one in found if one.said.rare is None]
    within = f"{sum(_covers(one, mean) for one in trusted) / len(trusted):.1%}" if trusted else "–"
    printed = sorted(one.factor for one in found if one.factor is not None)
    spread = spread_of([one.said.mean for one in found if one.said.mean is not None]) ** 2
    agree = sum(one.factor is None for one in found)
    factor = f"{variance / draws / spread:.1f}" if spread else "–"
    median = f"{printed[len(printed) // 2]:.1f}" if printed else "–"
    return (
        f"| {words} | {draws:,} | {len(found):,} | {len(hits) / len(found):.1%} | {factor} | {median} "
        f"| {agree / len(found):.1%} | {within} of {len(trusted):,} |"
    )


def _covers(one: Sampled, mean: float) -> bool:
    low, high = one.said.low, one.said.high
    return low is not None and high is not None and low <= mean <= high


@dataclass(frozen=True)
class Samples:
    """Samples of one response of the camp: the estimate of each, and mean and variance of all runs together."""

    camp: str
    response: str
    draws: int
    found: list[Sampled]
    mean: float
    variance: float

    @property
    def covers(self) -> float:
        """Share of the intervals that contain the mean."""
        return sum(_covers(one, self.mean) for one in self.found) / len(self.found)

    @property
    def factor(self) -> float:
        """Variance of the mean of as many independent runs, over that of the means of the samples."""
        return self.variance / self.draws / spread_of([float(one.said.mean or 0.0) for one in self.found]) ** 2

    @property
    def printed(self) -> list[float]:
        """Factors as each sample prints them, sorted."""
        return sorted(one.factor for one in self.found if one.factor is not None)


def samples_of_the_camp(samples: int) -> Iterator[Samples]:
    """Yields mean share and chance of a large share, for the camp with and without alarms."""
    for words, without in (("as it is", ()), ("without alarms", ("alarms",))):
        tables = [simulated(seed, without) for seed in range(1, samples + 1)]
        for response, values in (
            ("mean share extracted", tables),
            (f"chance of more than {MUCH:.0%}", [[float(one > MUCH) for one in table] for table in tables]),
        ):
            everything = [one for table in values for one in table]
            found = [sampled(SHARE, [[one] for one in table], 0, SOBOL) for table in values]
            mean = math.fsum(everything) / len(everything)
            yield Samples(words, response, len(tables[0]), found, mean, spread_of(everything) ** 2)


def camp(samples: int) -> Iterator[str]:
    """Yields the same for the camp; the mean is that of all samples together."""
    yield "| camp | response | draws | samples | covers | factor | printed factor, median |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for one in samples_of_the_camp(samples):
        figures = f"{one.draws} | {samples} | {one.covers:.1%} | {one.factor:.1f} | {median(one.printed):.1f}"
        yield f"| {one.camp} | {one.response} | {figures} |"


def simulated(seed: int, without: Sequence[str]) -> list[float]:
    """Returns the share extracted at each draw of the sweep, with one seed for points and random events."""
    request = SweepRequest(str(FOLDER / "sweep.yaml"), seed=seed, without=tuple(without))
    plan = plan_sweep(request)
    spots = replace(plan.points, design=plan.points.design.model_copy(update={"seed": seed}))
    found = []
    for point in range(plan.size):
        simulator = Recorder(spots(point))
        rows = simulator.runs.run(seed, plan.before(point) + 1)
        found.append(float(rows.responses["extracted_share"] or 0.0))
    return found


CHANGES = {
    "one crew more": ("places.camp.crews.count=3",),
    "preparing a tenth faster": ("classes.box.prepare.lognormal.mean=2.25 h",),
    "one truck more": ("lift.trucks.pool.count=4",),
    "half as many alarms": ("places.camp.threat.alarms.rate=0.25 /day",),
    "shelter twice as long": ("places.camp.threat.shelter.exponential.mean=8 h",),
    "deadline one day later": ("calendar.deadline=2023-07-06", "places.camp.handover=2023-07-06"),
}  # fmt: skip


def tapes(replications: int) -> Iterator[str]:
    """Yields variance factors of a difference with common random numbers, by change."""
    yield "| changed | share extracted | 95 % interval | factor |"
    yield "| --- | --- | --- | --- |"
    for words, found in differences(replications):
        factor = "–" if found.factor is None else f"{found.factor:.1f}"
        if found.mean is not None and found.low is not None and found.high is not None:
            ends = f"{100 * found.low:+.1f} to {100 * found.high:+.1f}"
            yield f"| {words} | {100 * found.mean:+.1f} pp | {ends} | {factor} |"


def differences(replications: int) -> Iterator[tuple[str, Difference]]:
    """Yields the effect of each change on the share extracted, with common random numbers."""
    before = shares(replications, ())
    for words, sets in CHANGES.items():
        yield words, paired(SHARE, list(zip(before, shares(replications, sets), strict=True)))


def shares(replications: int, sets: Sequence[str]) -> list[float]:
    """Returns the share extracted in replications of the camp with some changes."""
    simulator = WorldSimulator(load(FOLDER / "camp.yaml", sets=tuple(sets)).scenario)
    rows = (simulator.run(1, number) for number in range(1, replications + 1))
    return [float(row.responses["extracted_share"] or 0.0) for row in rows]


def measure(quick: bool) -> list[Row]:
    """Returns factors and coverage of the camp for the table of all benchmarks; the spread is of printed factors."""
    rows = []
    for one in samples_of_the_camp(6 if quick else 30):
        what, printed = f"{one.response}, camp {one.camp}: runs saved by Sobol draws", one.printed
        rows.append(Row("estimators", what, one.factor, printed[0], printed[-1], len(one.found)))
        what, covers = f"{one.response}, camp {one.camp}: coverage over 8 scrambles", 100 * one.covers
        rows.append(Row("estimators", what, covers, covers, covers, len(one.found), unit="%"))
    for words, found in differences(60 if quick else 300):
        if found.factor is not None:
            what = f"{words}: runs saved by common random numbers"
            rows.append(Row("estimators", what, found.factor, found.factor, found.factor, found.count))
    return rows


@click.command()
@click.option("--quick", is_flag=True, help="Fewer samples.")
def main(quick: bool) -> None:
    """Prints the three tables."""
    for table in (on_paper(100 if quick else 600), camp(6 if quick else 30), tapes(60 if quick else 300)):
        for line in table:
            click.echo(line)
        click.echo("")


if __name__ == "__main__":
    main()
