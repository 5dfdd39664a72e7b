"""The reference camp in other simulation packages, if they are installed, against idiomatic SimPy.

    pip install salabim ciw openclsim
    python -m benchmarks.rivals

The inputs are the same, lot by lot, and so must be the numbers, in every replication: an implementation that differs is
not timed. What a package can't express is left out on both sides: Ciw has no loads, so it simulates only the crews;
OpenCLSim has no alarms, so it simulates only the aircraft, with all lots ready at the start.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec

from benchmarks.ladder import idiomatic
from benchmarks.ladder.inputs import Figures, Inputs, camp, inputs
from benchmarks.paired import Row, ratios, row, table

SEED = 1
RunsJobs = Callable[[Inputs], object]


def crews_of_simpy(given: Inputs) -> list[int]:
    """The crews alone in idiomatic SimPy: when lots are ready, sorted."""
    alone = idiomatic.Camp(given)
    alone.env.process(alone.alarms())
    for number in range(len(given.prepare_s)):
        alone.env.process(alone.lot(number))
    alone.env.run(given.horizon_s)
    return alone.ready_s


def airlift_of_simpy(given: Inputs) -> int:
    """The aircraft alone in idiomatic SimPy, without alarms: when the last lot is out."""
    alone = idiomatic.Camp(given)
    alone.ready.items = list(range(len(given.prepare_s)))
    for _ in range(given.tails):
        alone.env.process(alone.tail())
    alone.env.run(given.horizon_s)
    return max(alone.out_s)


def whole_of_simpy(given: Inputs) -> Figures:
    """The whole camp in idiomatic SimPy."""
    return idiomatic.run(given)[0]


def rivals() -> dict[str, tuple[str, RunsJobs, RunsJobs]]:
    """Returns installed packages: part of the camp, their implementation, and SimPy's of the same."""
    found: dict[str, tuple[str, RunsJobs, RunsJobs]] = {}
    if find_spec("salabim") is not None:
        from benchmarks.ladder.in_salabim import run

        found["salabim"] = ("the whole camp", run, whole_of_simpy)
    if find_spec("ciw") is not None:
        from benchmarks.ladder.in_ciw import crews

        found["Ciw"] = ("the crews alone", crews, crews_of_simpy)
    if find_spec("openclsim") is not None:
        from benchmarks.ladder.in_openclsim import airlift

        found["OpenCLSim"] = ("the aircraft alone, no alarms", airlift, airlift_of_simpy)
    return found


def measure(quick: bool) -> list[Row]:
    """How many times faster than idiomatic SimPy each is (below 1: slower), and the product than each."""
    simulator = camp()
    given = [inputs(simulator, SEED, replication) for replication in range(1, 3 if quick else 6)]
    rows = []
    for name, (what, theirs, ours) in rivals().items():
        for number, each in enumerate(given, 1):
            if theirs(each) != ours(each):
                raise RuntimeError(f"{name} and SimPy differ in replication {number}")
        pairs = 2 if quick else 7
        rows.append(row("rivals", f"{name}, {what}, against idiomatic SimPy",
                        ratios(partial(ours, given[0]), partial(theirs, given[0]), pairs)))  # fmt: skip
        if what == "the whole camp":
            goal = {"must": 70.0} if name == "salabim" else {}
            found = ratios(partial(theirs, given[0]), partial(simulator.run, SEED, 1), pairs)
            rows.append(row("rivals", f"the whole product, against {name}", found, goal))
    return rows


if __name__ == "__main__":
    print(table(measure("--quick" in sys.argv[1:])))
