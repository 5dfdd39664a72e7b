"""Times two ways of doing the same in turn, A B A B, and reports the median of the ratios of pairs.

An absolute time means little on a shared machine; a ratio of two that stood side by side does.
"""

from __future__ import annotations

import resource
import subprocess  # nosec B404  # fixed commands, without a shell
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

Work = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: how many times faster something is (or another number), its spread, and the goals.

    `figure` is the median, `low` and `high` the least and greatest of `runs`. A goal is met if the median is at least
    `must` (at most, if `less` is true).
    """

    program: str
    what: str
    figure: float
    low: float
    high: float
    runs: int
    unit: str = "times"
    must: float | None = None
    reach: float | None = None
    less: bool = False
    note: str = ""

    def meets(self, goal: float | None) -> bool | None:
        """Whether the number meets a goal; `None` without a goal."""
        if goal is None:
            return None
        return self.figure <= goal if self.less else self.figure >= goal


def own_cpu_s() -> float:
    """Processor time of this process."""
    return time.process_time()


def all_cpu_s() -> float:
    """Processor time of this process and of all that it has waited for."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def timed(work: Work, clock: Clock = own_cpu_s) -> float:
    """Returns the seconds that one piece of work takes by a clock."""
    begun = clock()
    work()
    return clock() - begun


def ratios(slow: Work, fast: Work, pairs: int, clock: Clock = own_cpu_s) -> list[float]:
    """Returns for each pair how many times longer the first takes; one more pair is run first and dropped."""
    found = []
    for pair in range(pairs + 1):
        one, other = timed(slow, clock), timed(fast, clock)
        if pair:
            found.append(one / max(other, 1e-9))
    return found


def row(program: str, what: str, figures: Sequence[float], goals: Mapping[str, float] | None = None) -> Row:
    """Returns a line from the numbers of several runs; `goals` may name `must` and `reach`."""
    goals = goals or {}
    return Row(
        program, what, median(figures), min(figures), max(figures), len(figures),
        must=goals.get("must"), reach=goals.get("reach"),
    )  # fmt: skip


def fewer(one: Row, unit: str = "times", note: str = "") -> Row:
    """Returns the same line for a number that should be small."""
    return replace(one, less=True, unit=unit, note=note)


def command(*words: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command of this interpreter to its end, without its output; raises if it fails."""
    nowhere = subprocess.DEVNULL
    subprocess.run([sys.executable, *words], check=True, stdout=nowhere, stderr=nowhere, env=env)  # nosec B603  # a fixed command


def table(rows: Sequence[Row]) -> str:
    """Returns all lines as a table in Markdown."""
    head = (
        "| program | what | median | least to greatest | runs | required | aimed for | met |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    return "\n".join([head, *(_line(one) for one in rows)])


def _line(one: Row) -> str:
    met = {None: "", True: "yes", False: "**no**"}[one.meets(one.must)]
    if one.meets(one.reach):
        met = "yes, and more"
    what = f"{one.what} ({one.note})" if one.note else one.what
    goals = ["" if goal is None else _figure(goal, "") for goal in (one.must, one.reach)]
    spread = "" if one.low == one.high else f"{_figure(one.low, '')} to {_figure(one.high, '')}"
    cells = [one.program, what, _figure(one.figure, one.unit), spread, str(one.runs), *goals, met]
    return f"| {' | '.join(cells)} |"


def _figure(value: float, unit: str) -> str:
    many = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{many} {unit}".rstrip()
