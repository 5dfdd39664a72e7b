"""Measures the coverage of the intervals that `drawdown run` prints: the tables of docs/validation.md.

`python scripts/coverage.py` takes about ten minutes; with `--quick` a smaller version takes seconds. The scenarios in
tests/verification/coverage have responses whose exact distribution is known. They are run through the code of every
run, and the values are tested against the distribution (chi-square). Then many runs of 30, 100 and 1,000 replications
are drawn from the distribution, and cut from the simulated values without overlap, and each is given to the code that
makes the printed intervals. The exit code is 1 if a value is outside its region.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

import click
from known_distributions import SHAPES, UNLIKELY, Shape, drawn, likelihood, simulated
from scipy import stats

from sim.analysis.estimates import CONFIDENCE, Estimate, Measure, estimate
from sim.analysis.groups import Running
from sim.experiment.running import Precision

SIZES = (30, 100, 1000)
SEEDS = (1, 2)
BAND = 0.999
"""Confidence of the band of each cell: the binomial range of hits at a coverage of exactly 95 %."""
STOPPED = 0
"""Marks a number of replications that a precision decides."""
TOLERATED = {30: 0.015, 100: 0.01, 1000: 0.005, STOPPED: 0.02}
"""Tolerated loss of coverage of a t-interval below 95 %: the mean of n skewed shares is not yet normal.

A precision stops sooner if the spread happens to look small, which costs a little more.
"""
WIDTH, MOST = 0.03, 1000
"""The half-width at which a precision stops, and the most replications."""
ALIKE, LOOKED_AT = 1e-9, 20
"""Tolerance between the interval by group and that of all values at once, and in how many runs it is checked."""
SHARE = Measure("share", "share", "lots at start", bounded=True)


def slices(values: Sequence[float], size: int) -> Iterator[Sequence[float]]:
    """Cuts simulated values into runs without overlap."""
    for first in range(0, len(values) - size + 1, size):
        yield values[first : first + size]


def stopped(values: Sequence[float]) -> Sequence[float]:
    """Returns the first replications, as many as a precision would run."""
    precision = Precision(((SHARE, WIDTH),), MOST)
    looks = (look for look in precision.looks() if precision.reached({SHARE.name: values[:look]}, 0))
    return values[: next(looks, MOST)]


@dataclass
class Cell:
    """Runs of one shape and size: by flag, how many there are and how many have the mean in their interval."""

    size: int
    runs: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    apart: float = 0.0
    simulated: list[int] = field(default_factory=list)

    def add(self, kind: str, mean: float, said: Estimate) -> None:
        """Count one interval."""
        assert said.low is not None
        assert said.high is not None
        self.runs[kind] += 1
        self.hits[kind] += said.low <= mean <= said.high

    @property
    def unwarned(self) -> float:
        """Share of all runs that miss the mean and carry no flag."""
        return (self.runs["plain"] - self.hits["plain"]) / self.all

    @property
    def all(self) -> int:
        """Number of runs; guaranteed intervals are of the same runs and not counted again."""
        return sum(self.runs[kind] for kind in ("plain", "few", "rare"))

    def troubles(self) -> Iterator[str]:
        """Yields what is outside its region."""
        for kind in ("plain", "few"):
            count = self.runs[kind]
            # if most runs have the flag of a rare mode, the others happened not to see it
            if count > self.all / 2 and self.hits[kind] < least(count, TOLERATED[self.size]):
                yield f"intervals without a rare mode cover {self.hits[kind] / count:.1%} of {count}"
        if self.unwarned * self.all > most_misses(self.all, TOLERATED[self.size]):
            yield f"{self.unwarned:.1%} miss without a flag"
        sure = self.runs["sure"]
        if sure and self.hits["sure"] < least(sure, 0.0):
            yield f"guaranteed intervals cover {self.hits['sure'] / sure:.1%} of {sure}"
        if self.apart > ALIKE:
            yield f"the interval by group is off by {self.apart:g}"


def least(runs: int, tolerated: float) -> float:
    """Smallest number of hits consistent with a coverage of 95 % less the tolerance."""
    return float(stats.binom.ppf((1 - BAND) / 2, runs, CONFIDENCE - tolerated))


def most_misses(runs: int, tolerated: float) -> float:
    """Largest number of misses without a flag consistent with a coverage of 95 % less the tolerance."""
    return float(stats.binom.isf((1 - BAND) / 2, runs, 1 - CONFIDENCE + tolerated))


def kind_of(said: Estimate) -> str:
    """Returns the flag of an estimate: rare mode, only too few replications, or none."""
    return "rare" if said.rare is not None else "few" if said.unseen is not None else "plain"


def measured(shape: Shape, size: int, runs: Iterable[Sequence[float]], sure: int) -> Cell:
    """Counts how the product's intervals do in these runs; guaranteed ones only in the first `sure` runs."""
    cell = Cell(size)
    for at, values in enumerate(runs):
        said = estimate(SHARE, values)
        cell.simulated.append(len(values))
        cell.add(kind_of(said), shape.mean, said)
        if at < sure:
            cell.add("sure", shape.mean, estimate(SHARE, values, guarantee=True))
        if at < LOOKED_AT:
            cell.apart = max(cell.apart, apart(values, said))
    return cell


def apart(values: Sequence[float], said: Estimate) -> float:
    """Returns how far the running interval by group is from that of all values at once."""
    running = Running(1)
    for value in values:
        running.add([value])
    low, high, _ = running.interval(0)
    assert None not in (low, high, said.low, said.high)
    return max(abs(float(low or 0) - float(said.low or 0)), abs(float(high or 0) - float(said.high or 0)))


def cover(cell: Cell, kind: str) -> str:
    """Formats the share of runs of a kind and their coverage."""
    count = cell.runs[kind]
    share = "" if kind == "sure" else f"{count / cell.all:.1%} | "
    return f"{share}{cell.hits[kind] / count:.1%}" if count else f"{share}–"


HEAD = (
    "| response | n | runs | no flag | covers | few | covers | rare | covers | missed, no flag | guaranteed |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
)


def line(shape: Shape, cell: Cell) -> str:
    """A row of the table."""
    cells = " | ".join(cover(cell, kind) for kind in ("plain", "few", "rare"))
    count = f"{median(cell.simulated):,.0f}"
    return f"| {shape.words} | {count} | {cell.all:,} | {cells} | {cell.unwarned:.1%} | {cover(cell, 'sure')} |"


@dataclass(frozen=True)
class Plan:
    """Amount of work: replications for each seed; by size, runs drawn and how many of them with a guarantee."""

    pool: int
    runs: dict[int, tuple[int, int]]


FULL = Plan(5_000, {30: (4000, 4000), 100: (4000, 1000), 1000: (2000, 500), STOPPED: (1000, 0)})
QUICK = Plan(60, {30: (200, 60), 100: (100, 20), 1000: (15, 0), STOPPED: (15, 0)})
DISTRIBUTION, DRAWN, CUT, STOP = "law", "drawn", "cut", "stopped"


@click.command()
@click.option("--quick", is_flag=True, help="Fewer runs: seconds instead of minutes.")
@click.option("--seed", default=20231231, help="Seed of the drawn runs; simulated ones have seeds 1 and 2.")
@click.option("--only", type=click.Choice([DISTRIBUTION, DRAWN, CUT, STOP]), help="One of the tables.")
def main(quick: bool, seed: int, only: str | None) -> None:
    """Simulates, draws, prints the tables, and ends with code 1 if an interval does not have its coverage."""
    plan, wanted = QUICK if quick else FULL, (DISTRIBUTION, DRAWN, CUT, STOP) if only is None else (only,)
    troubles = []
    if DISTRIBUTION in wanted or CUT in wanted:
        pools, troubles = _against_the_distribution(plan)

    def from_the_distribution(shape: Shape, size: int) -> Iterable[Sequence[float]]:
        return drawn(shape, size, plan.runs[size][0], seed)

    def cut(shape: Shape, size: int) -> Iterable[Sequence[float]]:
        return [values for pool in pools[shape.file] for values in slices(pool, size)]

    def by_precision(shape: Shape, size: int) -> Iterable[Sequence[float]]:
        return (stopped(values) for values in drawn(shape, MOST, plan.runs[size][0], seed))

    if DRAWN in wanted:
        troubles += _table("Runs drawn from the distribution", plan, SIZES, from_the_distribution)
    if CUT in wanted:
        troubles += _table("Runs cut from simulated values", plan, SIZES, cut)
    if STOP in wanted:
        options = f"--precision share={WIDTH:g} --max-replications {MOST}"
        title = f"Runs drawn from the distribution, stopped by {options} (n: median)"
        troubles += _table(title, plan, (STOPPED,), by_precision)
    for trouble in troubles:
        click.echo(f"OUTSIDE: {trouble}")
    sys.exit(1 if troubles else 0)


def _against_the_distribution(plan: Plan) -> tuple[dict[str, list[list[float]]], list[str]]:
    """Runs all scenarios and prints how well they fit; returns values by scenario and seed, and troubles."""
    troubles, pools = [], {}
    click.echo("Against the exact distribution: " + f"{plan.pool:,} replications with each of the seeds 1 and 2\n")
    click.echo("| response | scenario | exact mean | simulated mean, seed 1 | seed 2 | chance of such a chi-square |")
    click.echo("| --- | --- | --- | --- | --- | --- |")
    for shape in SHAPES:
        pools[shape.file] = pool = [simulated(shape, own, plan.pool) for own in SEEDS]
        chances = [likelihood(values, shape.distribution) for values in pool]
        means = " | ".join(f"{math.fsum(values) / len(values):.4f}" for values in pool)
        said = ", ".join(f"{chance:.2f}" for chance in chances)
        click.echo(f"| {shape.words} | {shape.file} | {shape.mean:.4f} | {means} | {said} |")
        troubles += [f"{shape.file}: not the exact distribution"] * (min(chances) < UNLIKELY)
    return pools, troubles


def _table(
    title: str, plan: Plan, sizes: Sequence[int], runs_of: Callable[[Shape, int], Iterable[Sequence[float]]]
) -> list[str]:
    """Prints a table and returns what is outside its region."""
    click.echo("\n".join(["", title, "", *HEAD]))
    troubles = []
    for shape in SHAPES:
        for size in sizes:
            cell = measured(shape, size, runs_of(shape, size), plan.runs[size][1])
            if cell.all:
                click.echo(line(shape, cell))
                troubles += [
                    f"{title}: {shape.file}, n = {size or 'stopped'}: {trouble}" for trouble in cell.troubles()
                ]
    return troubles


if __name__ == "__main__":
    main()
