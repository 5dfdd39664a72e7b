"""Measures how often the intervals of `drawdown why` contain the exact share of a cause: the figures of docs/why.md.

`python scripts/why_coverage.py` takes a quarter of an hour on two cores; a minute with `--quick`.
Each of 20,000 replications of a small camp is simulated with every coalition of three causes. Of each, the exact
shares are found, and the shares from one order and its reverse, which is what the command has; of the first 100 the
command's own numbers are compared. Then 4,000 answers of 40 of these replications each are drawn. The exit code is 1
if the exact mean of a cause is in fewer than 94 or more than 96 % of their intervals (`--quick`: in fewer than 90 %),
or if a number differs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import chain
from random import Random

import click

from sim.analysis.intervals import mean_of, spread_of
from sim.analysis.ladders import effect
from sim.analysis.shapley import all_subsets, shares_along, shares_of_all
from sim.experiment.planning import model_of
from sim.experiment.why.coalitions import Coalitions, key_of, order_of
from sim.experiment.why.look import Look
from sim.replication.simulator import Simulator
from sim.scenario.document import document_of
from sim.scenario.door import load_draft
from sim.scenario.reading import as_text
from sim.scenario.scenario import Scenario

CASE = """
schema: 1
name: A small camp on one road
calendar: {start: 2023-01-01, deadline: 2023-01-15}
places:
  camp:
    role: camp
    handover: 2023-01-13
    working_hours: "06:00-18:00"
    crews: {count: 1}
    evacuate: {port: [road]}
    lots: {box: {coe: 24}}
    threat: {alarms: {rate: 0.5 /day}, shelter: 6 h}
  port: {role: exit}
classes:
  box: {mass: 10 t, moves: [truck], prepare: 5 h, destroy: 1 h}
lift:
  trucks: {pool: {count: 2, base: camp, payload: 10 t}}
routes:
  road:
    through: [camp, port]
    km: [100]
    a_day: 300 km
    attacks: {rate: 0.002 /km, delay: 24 h, vehicles_lost: 0, hurt: 0}
clearance: {road: {road: {trucks: {refused: 30 %}}}}
"""
"""Work is slowed by alarms, the road by refusals and attacks; each costs something in most replications."""
NAMED = "the case of this script"
CAUSES = ("alarms", "attacks", "clearance_road")
RESPONSE, REACH, SEED = "extracted_share", 1.0, 1
IN_ANSWER = 40
REPLICATIONS, ANSWERS = 20_000, 4_000
FEWER, FEWER_ANSWERS = 400, 400
WANTED, WANTED_QUICKLY = (0.94, 0.96), (0.90, 1.0)
COMPARED, EQUAL = 100, 1e-12
"""Replications of which the command's own numbers are compared, and how near they must be."""
_BLOCK = 50
Shares = list[tuple[tuple[float, ...], tuple[float, ...]]]
"""By replication, the exact shares of the causes, and those from one order and its reverse."""


@cache
def scenario() -> Scenario:
    """The case, read once in a process."""
    return load_draft(document_of(as_text(CASE.encode(), NAMED), NAMED)).scenario


@cache
def simulators() -> dict[frozenset[int], Simulator]:
    """By the causes removed, the simulator of the world without them."""
    whole = Simulator(scenario())
    return {removed: whole.lacking(frozenset(CAUSES[at] for at in removed)) for removed in all_subsets(len(CAUSES))}


def shares(block: tuple[int, int]) -> Shares:
    """The shares in the replications of a block; raises `ValueError` if those of the command differ."""
    return [_shares(number) for number in range(*block)]


def _shares(number: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    values = {
        removed: (simulator.outcome(SEED, number, False).responses[RESPONSE],)
        for removed, simulator in simulators().items()
    }
    order = order_of(SEED, number, len(CAUSES))
    exact = tuple(-float(share or 0.0) for share in shares_of_all(values, len(CAUSES), 0))
    sampled = tuple(-float(share or 0.0) for share in shares_along(values, (order, order[::-1]), 0))
    if number <= COMPARED and any(abs(a - b) > EQUAL for a, b in zip(sampled, _by_the_command(number), strict=True)):
        raise ValueError(f"the shares of replication {number} are not those of the command")
    return exact, sampled


def _by_the_command(number: int) -> tuple[float, ...]:
    worlds = Coalitions(model_of(scenario(), frozenset()), CAUSES, {}, Look(RESPONSE, (RESPONSE,)), exact=False)
    found = worlds.numbers(SEED, number).responses
    return tuple(float(found[key_of(cause, RESPONSE)] or 0.0) for cause in CAUSES)


def hits(values: Sequence[float], mean: float, answers: int, stream: Random) -> float:
    """The share of answers whose interval contains a mean."""
    ends = (effect(stream.choices(values, k=IN_ANSWER), REACH) for _ in range(answers))
    return mean_of([float(one.low is None or one.high is None or one.low <= mean <= one.high) for one in ends])


@click.command()
@click.option("--quick", is_flag=True, help="A smaller version, which takes a minute.")
def main(quick: bool) -> None:
    """Prints a row for each cause."""
    count, answers = (FEWER, FEWER_ANSWERS) if quick else (REPLICATIONS, ANSWERS)
    low, high = WANTED_QUICKLY if quick else WANTED
    blocks = [(first, min(first + _BLOCK, count + 1)) for first in range(1, count + 1, _BLOCK)]
    with ProcessPoolExecutor() as pool:
        found = list(chain.from_iterable(pool.map(shares, blocks)))
    click.echo(f"{answers:,} answers of {IN_ANSWER} replications, drawn from {count:,} whose exact shares are known")
    right, stream = True, Random("coverage of why")  # nosec B311  # reproducible, not for security
    for at, cause in enumerate(CAUSES):
        exact = [one[at] for one, _ in found]
        mean, spread = mean_of(exact), spread_of(exact)
        skew = mean_of([((value - mean) / spread) ** 3 for value in exact]) if spread else 0.0
        share = hits([one[at] for _, one in found], mean, answers, stream)
        right = right and low <= share <= high
        click.echo(f"{cause:16} exact {100 * mean:+.3f} points, skewness {skew:+.2f}, contained in {100 * share:.2f} %")
    sys.exit(0 if right else 1)


if __name__ == "__main__":  # worker processes read this file again
    main()
