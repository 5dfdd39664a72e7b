"""The scenarios of tests/verification/coverage: the distribution of a response of each, exact, simulated and drawn."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from sim.replication.simulator import Simulator
from sim.scenario.door import load

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "verification" / "coverage"
UNLIKELY = 1e-4
"""With a chi-square less likely than this, the simulated values do not follow the exact distribution."""
DUE = 5
"""Smallest expected number of values in a cell of a chi-square."""

Distribution = dict[float, float]
"""Values of a response, with the chance of each."""


def binomial(count: int, chance: float, of: int) -> Distribution:
    """A binomial number of `count` over `of`."""
    return {k / of: float(stats.binom.pmf(k, count, chance)) for k in range(count + 1)}


def mixed(first: Distribution, second: Distribution, weight: float) -> Distribution:
    """The first distribution with a weight, else the second."""
    values = sorted({*first, *second})
    return {value: weight * first.get(value, 0.0) + (1 - weight) * second.get(value, 0.0) for value in values}


def vehicles_lost() -> Distribution:
    """Of four vehicles one an attack, with a Poisson number of attacks of mean 0.5."""
    some = {k / 4: float(stats.poisson.pmf(k, 0.5)) for k in range(4)}
    return some | {1.0: float(stats.poisson.sf(3, 0.5))}


def sorties_before_a_loss(chance: float) -> Distribution:
    """Of ten sorties with two landings each, those before the first landing that costs the aircraft."""
    survives = (1 - chance) ** 2
    return {k / 10: survives**k * (1 - survives) for k in range(10)} | {1.0: survives**10}


@dataclass(frozen=True)
class Shape:
    """A scenario of the folder, the shape and name of one of its responses, and its exact distribution."""

    file: str
    words: str
    response: str
    distribution: Distribution

    @property
    def mean(self) -> float:
        """The exact mean."""
        return math.fsum(value * chance for value, chance in self.distribution.items())


LOST, EXTRACTED = "lost_share_lots", "extracted_share_lots"
SHAPES = (
    Shape("fires", "mild", LOST, binomial(20, -math.expm1(-0.5), 20)),
    Shape("attacks", "61 % at 0", LOST, vehicles_lost()),
    Shape("hulls", "67 % at 1", EXTRACTED, sorties_before_a_loss(0.02)),
    Shape("air-bridge", "two modes", EXTRACTED, mixed(binomial(4, 0.9, 12), binomial(10, 0.9, 12), 0.4)),
    Shape("order", "2 % catastrophe, mild rest", EXTRACTED,
          mixed(binomial(2, 0.95, 12), binomial(10, 0.95, 12), 0.02)),
    Shape("order-or-nothing-else", "2 % catastrophe, constant rest", EXTRACTED, {2 / 12: 0.02, 10 / 12: 0.98}),
    Shape("hull", "2 % catastrophe, rest at 1", EXTRACTED, sorties_before_a_loss(0.001)),
)  # fmt: skip


def simulated(shape: Shape, seed: int, count: int) -> list[float]:
    """Returns the response in replications 1 to `count` of the scenario, from the code of every run."""
    simulator = Simulator(load(FOLDER / f"{shape.file}.yaml").scenario)
    found = [simulator.run(seed, number).responses[shape.response] for number in range(1, count + 1)]
    return [float(value) for value in found if value is not None]


def likelihood(values: Sequence[float], distribution: Distribution) -> float:
    """Returns the chance of so large a chi-square under the distribution; 0 if a value is impossible under it."""
    counts = Counter(values)
    if set(counts) - set(distribution):
        return 0.0
    seen, due = [0.0], [0.0]
    for value in sorted(distribution):  # values that are hardly to be expected are taken together
        seen[-1] += counts[value]
        due[-1] += distribution[value] * len(values)
        if due[-1] >= DUE:
            seen.append(0.0)
            due.append(0.0)
    if len(seen) == 1 + 1:
        return 1.0  # too few values to reject any distribution
    last = seen.pop(), due.pop()
    seen[-1], due[-1] = seen[-1] + last[0], due[-1] + last[1]
    return float(stats.chisquare(seen, np.array(due) * (sum(seen) / math.fsum(due))).pvalue)


def drawn(shape: Shape, size: int, runs: int, seed: int) -> Iterator[list[float]]:
    """Draws runs of independent replications from the distribution."""
    stream = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, SHAPES.index(shape), size]))
    values, chances = np.array(list(shape.distribution)), np.array(list(shape.distribution.values()))
    for _ in range(runs):
        yield values[stream.choice(values.size, size, p=chances / chances.sum())].tolist()
