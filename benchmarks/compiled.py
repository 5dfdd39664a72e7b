"""What compiling saves: the same replications by the checkout and by a compiled wheel, in turns.

`make compiled`, then `python -m benchmarks.compiled`; without the wheel there is nothing to measure.
"""

from __future__ import annotations

import subprocess  # nosec B404  # fixed commands, without a shell
import sys
from pathlib import Path

from benchmarks.paired import Row, fewer, row, table

ROOT = Path(__file__).resolve().parents[1]
WHEEL = ROOT / "build" / "compiled" / "env" / "bin" / "python"
SEED = 20_231_231
TIMED = """
import sys, time
from sim.replication.simulator import Simulator
from sim.scenario.door import load
simulator, number = Simulator(load(sys.argv[1]).scenario), 1
simulator.run(int(sys.argv[2]), number)
for line in sys.stdin:
    begun, found = time.process_time(), []
    for _ in range(int(line)):
        number += 1
        found.append(simulator.run(int(sys.argv[2]), number).responses)
    print(time.process_time() - begun, hash(tuple(repr(each) for each in found)), flush=True)
"""


class Side:
    """A process that simulates replications when it is told to, and says how long they took."""

    def __init__(self, python: str, scenario: Path) -> None:
        command = [python, "-P", "-c", TIMED, str(scenario), str(SEED)]
        self._process = subprocess.Popen(  # nosec B603  # a fixed command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONHASHSEED": "1"}
        )

    def takes_s(self, replications: int) -> tuple[float, str]:
        """Processor time of the next replications, and a mark of what came out."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(replications, file=self._process.stdin, flush=True)
        seconds, _, mark = self._process.stdout.readline().strip().partition(" ")
        return float(seconds), mark

    def close(self) -> None:
        """No more."""
        self._process.communicate()


def measure(quick: bool) -> list[Row]:
    """Time with the world compiled, in that of the checkout."""
    if not WHEEL.exists():
        print("compiled: no compiled wheel is there; make compiled", file=sys.stderr)
        return []
    return [_row(name, each, 3 if quick else 12) for name, each in (("tessalit", 4), ("minusma", 1))]


def _row(name: str, replications: int, pairs: int) -> Row:
    scenario = ROOT / "scenarios" / f"{name}.yaml"
    plain, compiled = Side(sys.executable, scenario), Side(str(WHEEL), scenario)
    figures = []
    for _ in range(pairs):
        (one_s, one), (other_s, other) = plain.takes_s(replications), compiled.takes_s(replications)
        if one != other:
            raise SystemExit(f"compiled: {name} has other numbers")
        figures.append(other_s / one_s)
    for each in (plain, compiled):
        each.close()
    return fewer(row("compiled", f"{name}: compiled, of the time of the checkout", figures))


if __name__ == "__main__":
    print(table(measure("--quick" in sys.argv[1:])))
