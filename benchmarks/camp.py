"""The reference camp: the whole product, the camp as SimPy's documentation would write it, and the rungs between.

    python -m benchmarks.camp

Five numbers must first be equal in every replication; only then is anything timed. The other implementations receive
the tape; the product draws it, keeps a ledger, asserts its invariants and makes the rows of every table.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial

from benchmarks.ladder import bare, idiomatic, light, preemptive
from benchmarks.ladder.inputs import Writing, camp, figures, inputs
from benchmarks.paired import Row, ratios, row, table

SEED = 1
WRITINGS: Mapping[str, tuple[str, Writing]] = {
    "preemptive": ("alarms preempt: `PreemptiveResource`", preemptive.preemptive),
    "either": ("work or alarm: `AnyOf`", preemptive.either),
    "light": ("lots as data, servers as processes, a calendar", light.light),
    "called": ("the same with callbacks", light.called),
    "subclass": ("light generators on a bare environment", bare.subclass),
    "ahead": ("preparing solved ahead of the clock", bare.ahead),
    "heap": ("a loop over a heap, without SimPy", bare.heap),
}


class UnequalError(Exception):
    """Two implementations of the same camp gave different numbers: nothing is timed."""


def check(replications: int, writings: Mapping[str, tuple[str, Writing]] = WRITINGS) -> None:
    """Checks that all implementations and the product give the same numbers; raises `UnequalError` otherwise."""
    simulator = camp()
    for replication in range(1, replications + 1):
        given, wanted = inputs(simulator, SEED, replication), figures(simulator.history(SEED, replication))
        for name, writing in {"idiomatic": idiomatic.run, **{n: w for n, (_, w) in writings.items()}}.items():
            found, _ = writing(given)
            if found != wanted:
                raise UnequalError(f"replication {replication}: {name} gives {found}, the product {wanted}")


def measure(quick: bool) -> list[Row]:
    """Returns the ratios, each against the idiomatic implementation."""
    check(3 if quick else 20)
    pairs = 5 if quick else 25
    simulator = camp()
    given = inputs(simulator, SEED, 1)
    rows = [
        row("camp", "the whole product, against idiomatic SimPy",
            ratios(partial(idiomatic.run, given), partial(simulator.run, SEED, 1), pairs), {"must": 5, "reach": 9})
    ]  # fmt: skip
    for said, writing in WRITINGS.values():
        rows.append(row("camp", said, ratios(partial(idiomatic.run, given), partial(writing, given), pairs)))
    return rows


if __name__ == "__main__":
    print(table(measure("--quick" in sys.argv[1:])))
