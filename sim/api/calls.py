"""Calls of a notebook or script that take one scenario, as the commands of the same names do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import fspath
from pathlib import Path
from typing import TYPE_CHECKING, overload

from sim.api.arguments import (
    Sets,
    check_between,
    check_numbers,
    check_within,
    in_python,
    reworded,
    texts,
    texts_of,
)
from sim.api.checking import Checked, checked
from sim.api.frames import Result
from sim.api.inputs import UNLIMITED, File, folder_for, scenario_of
from sim.experiment.limits import MOST_REPLICATIONS

if TYPE_CHECKING:
    from sim.api.streaming import Replication
    from sim.experiment.planning import Stage
    from sim.replication.trace import Trace
    from sim.results.finished import Results
    from sim.scenario.door import Loaded


@in_python()
def load(path: File, sets: Sets = (), strict: bool = False) -> Loaded:
    """The scenario of a file, or the shipped one of this name, with changes laid over it.

    `sets` are changes by dotted path: a mapping to plain values, or texts as the command line takes them. `None`
    deletes what is there. Raises `InputError` with every problem; with `strict`, also with warnings.

    >>> sim.load("scenarios/tessalit.yaml", {"places.tessalit.crews.count": 8}).scenario.places["tessalit"].crews.count
    8
    """
    from sim.scenario import door  # noqa: PLC0415 - loads pydantic

    loaded = door.load(fspath(path), texts_of(sets), strict)
    return replace(
        loaded, warnings=tuple(map(reworded, loaded.warnings)), never=tuple(map(reworded, loaded.never))
    )  # fmt: skip


@in_python()
def check(path: File, sets: Sets = (), strict: bool = False) -> Checked:
    """What is wrong with a scenario file or a sweep file. Nothing runs, and a wrong file raises nothing.

    The result is `valid` or has `problems`, and has `warnings`; with `strict` these are problems. Raises `InputError`
    for `sets` of no form.

    >>> sim.check("scenarios/tessalit.yaml", {"places.tessalit.crews.count": -1}).valid
    False
    """
    found = checked(fspath(path), texts_of(sets), strict)
    return replace(
        found, problems=tuple(map(reworded, found.problems)), warnings=tuple(map(reworded, found.warnings))
    )  # fmt: skip


@in_python()
def run(  # noqa: PLR0913 - an argument an option
    scenario: Loaded | File,
    replications: int | None = None,
    seed: int = 1,
    *,
    sets: Sets = (),
    without: Sequence[str] = (),
    precision: Mapping[str, float] | None = None,
    max_replications: int | None = None,
    guarantee: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: Stage | None = None,
) -> Result:
    """Runs replications of a scenario (200 where not said) and gives its result.

    Files are in the folder `out`, or in one that goes with the result. Interrupted work in `out` resumes; finished
    work is given back as it is. `sets` is for a scenario given as a file; one that was loaded has its changes.
    `precision` maps responses to the half-width wanted of their interval, in the unit of the response. `without`
    names causes that are taken off. `workers` are processes; all cores where not said.

    Raises `InputError` for what is wrong with scenario or arguments, `ResultsError` for what is wrong with the folder.

    >>> result = sim.run("scenarios/tessalit.yaml", replications=4, seed=1)
    >>> result.manifest["played"]
    4
    """
    from sim.experiment.planning import Request, plan_run, stage  # noqa: PLC0415 - loads much
    from sim.experiment.running import begin, carry_out  # noqa: PLC0415 - as above
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above

    check_numbers(replications, seed, workers)
    check_within(max_replications=(max_replications, 1, MOST_REPLICATIONS))
    check_between(**{f"precision.{name}": (width, 0, UNLIMITED) for name, width in (precision or {}).items()})
    where = where_at(workers, scheduler)
    changes = texts_of(sets)
    file, loaded = scenario_of(scenario, changes)
    own, folder = folder_for(out, "result")
    request = Request(
        loaded, file, seed, replications, changes, texts("without", without), tuple((precision or {}).items()),
        max_replications, guarantee, folder,
    )  # fmt: skip
    plan = plan_run(request, on or stage)
    return Result(_read(carry_out(plan, begin(plan, force), where).folder), own)


@overload
def trace(
    scenario: Loaded | File, replication: int = 1, seed: int = 1, *, lot: None = None, sets: Sets = (),
    without: Sequence[str] = (),
) -> Trace: ...  # fmt: skip
@overload
def trace(
    scenario: Loaded | File, replication: int = 1, seed: int = 1, *, lot: str, sets: Sets = (),
    without: Sequence[str] = (),
) -> list[str]: ...  # fmt: skip
@in_python()
def trace(
    scenario: Loaded | File,
    replication: int = 1,
    seed: int = 1,
    *,
    lot: str | None = None,
    sets: Sets = (),
    without: Sequence[str] = (),
) -> Trace | list[str]:
    """One replication event by event, in the order of time; with `lot`, that lot's life, a sentence each step.

    An event has `at_s` (seconds from the start), `when` (local time), `kind`, `place`, `lot`, `lift`, `people` and
    `detail`. Raises `InputError` for what is wrong with scenario or arguments, `ReplicationError` where the
    replication does not end well.

    >>> events = sim.trace("scenarios/tessalit.yaml", replication=3)
    >>> [event.at_s for event in events] == sorted(event.at_s for event in events)
    True
    """
    from sim.api.tracing import events_of, story_of  # noqa: PLC0415 - loads much

    check_numbers(None, seed)
    check_within(replication=(replication, 1, MOST_REPLICATIONS))
    _, loaded = scenario_of(scenario, texts_of(sets))
    off = texts("without", without)
    if lot is None:
        return events_of(loaded, seed, replication, off)
    return story_of(loaded, seed, replication, lot, off)


@in_python()
def stream(
    scenario: Loaded | File,
    seed: int,
    numbers: Iterable[int],
    *,
    sets: Sets = (),
    without: Sequence[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    on: Stage | None = None,
) -> Iterator[Replication]:
    """Replications of these numbers as they come, in the order of `numbers`, whatever the number of workers.

    So a loop that stops by a rule of its own stops at the same replication on every machine. `numbers` may go on for
    ever (`itertools.count(1)`); workers are a few replications ahead of the loop, and end with it. Nothing is written.
    A replication that does not end well comes with its `error`.

    Raises `InputError` for what is wrong with scenario or arguments, and, from the loop, `ResultsError` where no
    process can run.

    >>> [one.number for one in sim.stream("scenarios/tessalit.yaml", seed=1, numbers=range(1, 4))]
    [1, 2, 3]
    """
    from sim.api.streaming import numbers_of, streamed  # noqa: PLC0415 - only where it is asked for
    from sim.experiment.planning import check_causes, stage  # noqa: PLC0415 - loads much
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above

    check_numbers(None, seed, workers)
    wanted, where = numbers_of(numbers), where_at(workers, scheduler)
    _, loaded = scenario_of(scenario, texts_of(sets))
    off = frozenset(check_causes(texts("without", without)))
    return streamed(replace((on or stage)(loaded.scenario, off), keeps="responses"), seed, wanted, where)


@in_python()
def read(folder: File) -> Result:
    """The result in a folder that was finished before; raises `ResultsError` where there is none."""
    return Result(_read(Path(folder)))


def _read(folder: Path) -> Results:
    from sim.results.finished import read_results  # noqa: PLC0415 - only where there is something to read

    return read_results(folder)
