"""The product by itself: the cost of the tape and the trace, and the duration of typical questions.

    python -m benchmarks.whole

Shares and ratios are of processor time, side by side. The seconds are wall clock of whole commands with two workers,
results written, pictures left out: they say something of the machine too, and nothing else should run meanwhile.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.paired import Row, command, fewer, ratios, row, table
from sim.replication.simulator import Simulator, rows
from sim.replication.trace import events
from sim.scenario.door import load
from sim.tape.tape import CAUSES, draw

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
TESSALIT, MINUSMA = (ROOT / "scenarios" / f"{name}.yaml" for name in ("tessalit", "minusma"))


def _with_trace(simulator: Simulator) -> None:
    history = simulator.history(SEED, 1)
    rows(history)
    events(history)


def shares(file: Path, pairs: int) -> list[Row]:
    """Returns the share of a replication that drawing the tape takes, and how many times longer a trace takes."""
    simulator = Simulator(load(file).scenario)
    run = partial(simulator.run, SEED, 1)
    drawn = [100 * share for share in ratios(partial(draw, simulator.frame, SEED, 1), run, pairs)]
    traced = ratios(partial(_with_trace, simulator), run, pairs)
    name = file.stem
    return [
        fewer(row("whole", f"{name}: the tape, of a replication", drawn, {"must": 15}), "%"),
        fewer(row("whole", f"{name}: with a trace, against without", traced, {"must": 1.15, "reach": 1.06})),
    ]


def seconds(work: Callable[[Path], None], rounds: int) -> list[float]:
    """Returns the wall seconds of a command into a folder of its own, by round."""
    found = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as made:
            begun = time.monotonic()
            work(Path(made))
            found.append(time.monotonic() - begun)
    return found


def _run(file: Path, replications: int, folder: Path, *more: str) -> None:
    out = ("--out", str(folder / "results"))
    command("-m", "sim", "run", str(file), "-n", str(replications), "-j", "2", "--no-plots", "--quiet", *more, *out)


_EIGHT_OFF = f"""
schema: 1
name: What eight causes cost
scenario: ../tessalit.yaml
replications: 200
design: {{kind: one_at_a_time}}
factors:
  off: {{without: [{", ".join(CAUSES[:8])}]}}
"""
"""The eight causes of the goal, and the camp as it is."""


def _causes_in_one(folder: Path) -> None:
    """Removes the causes one by one, with one command."""
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    file = folder / "scenarios" / "sweeps" / "eight-causes.yaml"
    file.write_text(_EIGHT_OFF, encoding="utf-8")
    command("-m", "sim", "sweep", str(file), "-j", "2", "--no-plots", "--quiet", "--out", str(folder / "results"))


def _causes_apart(folder: Path) -> None:
    """Does the same with one run for each cause, without the camp as it is."""
    for cause in CAUSES[:8]:
        _run(TESSALIT, 200, folder / cause, "--without", cause)


def measure(quick: bool) -> list[Row]:
    """Returns the shares and seconds; `minusma` and the causes only without `quick`."""
    found = shares(TESSALIT, 3 if quick else 15)
    once = partial(_run, TESSALIT, 200)
    if quick:
        return [*found, fewer(row("whole", "tessalit, 200 replications", seconds(once, 1), {"must": 60}), "s")]
    return [
        *found,
        *shares(MINUSMA, 5),
        fewer(row("whole", "tessalit, 200 replications", seconds(once, 1), {"must": 60}), "s"),
        fewer(row("whole", "minusma, 200 replications", seconds(partial(_run, MINUSMA, 200), 1), {"must": 60}), "s"),
        fewer(row("whole", "tessalit, what each of 8 causes costs, 200 replications each, one sweep",
                  seconds(_causes_in_one, 1), {"must": 60}), "s"),
        fewer(row("whole", "the same as 8 runs, one after the other", seconds(_causes_apart, 1)), "s"),
    ]  # fmt: skip


if __name__ == "__main__":
    print(table(measure("--quick" in sys.argv[1:])))
