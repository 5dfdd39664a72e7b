"""Plants each fault that an oracle names in a copy of the program, and shows that the oracle catches it.

`python scripts/faults.py` goes through the table in `scripts/planted`: one fault at a time is put into a copy of `sim`,
and `drawdown verify` of the copy runs the oracles that name it. It is caught if in each of them an expectation that
names it does not hold, or a replication fails. First all these oracles are run with nothing planted, and must
hold. The exit code is 1 where a fault is not caught or can't be planted, or where oracles and table name different
faults.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from planting import LIMIT_S, Fault, HangsError, Nursery, Oracles, PlantError, in_processes, oracles, said_of, table

ALL_S = 10 * LIMIT_S
"""Seconds of work for all oracles with nothing planted; a fault is tried on the few that name it."""


@dataclass(frozen=True, slots=True)
class Task:
    """A fault to plant, `None` for none, and the oracles to run."""

    fault: Fault | None
    files: tuple[str, ...]
    limit: float
    nursery: Nursery


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether all is as it should be with what was planted, and what there is to say of it."""

    fault: Fault | None
    well: bool
    said: str

    def __str__(self) -> str:
        """A line: the dot, the part, the name, and which oracle caught it by which response."""
        fault, said = self.fault, self.said
        if fault is None:
            return "● with nothing planted all hold" if self.well else f"○ DOES NOT HOLD with nothing planted: {said}"
        return f"{'●' if self.well else '○ NOT CAUGHT:'} {fault.part:<10} {fault.name:<55} {said}".rstrip()


def tried(task: Task) -> Verdict:
    """Plants a fault and runs the oracles that name it."""
    fault, nursery = task.fault, task.nursery
    try:
        file, text = (None, "") if fault is None else (fault.file, fault.planted(nursery.text(fault.file)))
        with nursery.copy(file, text) as copy:
            said = said_of(copy, task.files, LIMIT_S if fault else ALL_S)
    except PlantError as error:
        return Verdict(fault, False, f"it can't be planted: {error}")
    except HangsError as error:
        return Verdict(fault, False, f"it never ends: {error}")
    if fault is None:
        odd = sorted({one.oracle for one in said if one.failed or not one.holds})
        return Verdict(None, not odd, ", ".join(odd))
    by = {one.oracle: "a replication fails" if one.failed else one.response
          for one in said if fault.name in one.kills and one.catches(task.limit)}  # fmt: skip
    blind = [Path(file).stem for file in task.files if Path(file).stem not in by]
    reported = [f"{oracle}: {how}" for oracle, how in by.items()] + [f"{oracle} does not see it" for oracle in blind]
    return Verdict(fault, not blind, "; ".join(reported))


def _read(_: None) -> Oracles:
    return oracles()


def unmatched(faults: Sequence[Fault], naming: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Where oracles and the table name different faults."""
    names = Counter(fault.name for fault in faults)
    yield from (f"○ the table has it twice: {name}" for name, many in names.items() if many > 1)
    yield from (f"○ an oracle names it, and the table does not: {name}" for name in sorted(naming.keys() - names))
    yield from (f"○ the table has it, and no oracle names it: {name}" for name in sorted(names.keys() - naming.keys()))


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="This fault alone; more than once for more.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="How many are tried at once.")
@click.option("--list", "listed", is_flag=True, help="Only list the faults, with the oracles that name them.")
def main(only: tuple[str, ...], jobs: int, listed: bool) -> None:
    """Plants every fault that an oracle names and shows it caught."""
    faults = table()
    (known,) = in_processes(1, _read, [None])
    wrong = list(unmatched(faults, known.naming))
    strange = sorted(set(only) - {fault.name for fault in faults})
    if strange:
        raise click.BadParameter(f"there is no such fault: {', '.join(strange)}", param_hint="--only")
    wanted = [fault for fault in faults if fault.name in known.naming and (not only or fault.name in only)]
    if listed:
        for fault in wanted:
            stems = ", ".join(Path(file).stem for file in known.naming[fault.name])
            click.echo(f"{fault.part:<10} {fault.name:<55} sim/{fault.file:<28} {stems}")
    else:
        wrong += _plant(wanted, known, jobs)
    for line in wrong:
        click.echo(line)
    sys.exit(1 if wrong else 0)


def _plant(faults: Sequence[Fault], known: Oracles, jobs: int) -> list[str]:
    """Tries all, says what came of each, and gives back what is wrong."""
    caught: Counter[str] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as top:
        nursery = Nursery(top)
        files = sorted({file for fault in faults for file in known.naming[fault.name]})
        tasks = [Task(None, tuple(files), known.limit, nursery)]
        tasks += [Task(fault, known.naming[fault.name], known.limit, nursery) for fault in faults]
        for verdict in in_processes(jobs, tried, tasks):
            click.echo(str(verdict))
            if not verdict.well:
                wrong.append(str(verdict))
            elif verdict.fault is not None:
                caught[verdict.fault.part] += 1
    by_part = Counter(fault.part for fault in faults)
    reported = ", ".join(f"{part} {caught[part]} of {many}" for part, many in by_part.items())
    click.echo(f"\n{caught.total()} of {len(faults)} planted faults are caught ({reported})")
    return wrong


if __name__ == "__main__":
    main()
