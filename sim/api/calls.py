"""Calls of a notebook or script: load, run, compare and sweep, as the commands of the same names do."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api.frames import Comparison, Result, Sweep
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.experiment.opening import Opened
    from sim.experiment.planning import Stage
    from sim.results.reading import Results
    from sim.scenario.door import Loaded


def load(path: str | Path, sets: Sequence[str] = (), strict: bool = False) -> Loaded:
    """The scenario of a file, or the shipped one of this name, with changes such as `places.tessalit.crews.count=8`.

    Raises `InputError`.
    """
    from sim.scenario import door  # noqa: PLC0415 - loads pydantic

    return door.load(path, tuple(sets), strict)


def run(  # noqa: PLR0913 - an argument an option
    scenario: Loaded | str | Path,
    replications: int | None = None,
    seed: int = 1,
    *,
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
    precision: Mapping[str, float] | None = None,
    max_replications: int | None = None,
    guarantee: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
    on: Stage | None = None,
) -> Result:
    """Plays replications of a scenario and gives its result, in the folder `out` or one that goes with it.

    Stopped work in `out` goes on where it was, finished work is given back as it is. `sets` is for a scenario
    given as a file; one that was loaded has its changes. Raises `InputError` for what is wrong with scenario
    or options, and `ResultsError` for what is wrong with the folder.
    """
    from sim.experiment.planning import Request, plan_run, stage  # noqa: PLC0415 - loads much
    from sim.experiment.running import begin, carry_out  # noqa: PLC0415 - as above
    from sim.experiment.where import Where  # noqa: PLC0415 - as above

    _check_numbers(replications, seed, workers)
    if isinstance(scenario, str | Path):
        file, loaded = str(scenario), load(scenario, sets)
    elif sets:
        raise InputError([Problem("sets", "a loaded scenario has its changes; give them to load")])
    else:
        file, loaded = (scenario.files[-1][0] if scenario.files else scenario.scenario.name), scenario
    own = tempfile.TemporaryDirectory(prefix="drawdown-") if out is None else None
    folder = Path(own.name) / "result" if own is not None else Path(str(out))
    request = Request(
        loaded, file, seed, replications, tuple(sets), tuple(without), tuple((precision or {}).items()),
        max_replications, guarantee, folder,
    )  # fmt: skip
    plan = plan_run(request, on or stage)
    ran = carry_out(plan, begin(plan, force), Where(workers, scheduler))
    return Result(_read(ran.folder), own)


def compare(  # noqa: PLR0913 - an argument an option
    sides: Sequence[Loaded | Result | str | Path],
    replications: int | None = None,
    seed: int | None = None,
    *,
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
    of: str = "extracted_share",
    waterfall: bool | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
    on: Stage | None = None,
) -> Comparison:
    """Compares scenarios or results with the first of them, replication by replication under the same luck.

    Sides are files, results folders, or what `load` and `run` gave. `waterfall` plays which changed keys
    account for how much of the difference in the response `of`; by itself where three groups differ at most.
    Raises `InputError` for what is wrong with sides or options, `ResultsError` for what is wrong with a folder.
    """
    from sim.experiment.comparing import ComparisonRequest, plan_comparison  # noqa: PLC0415 - loads much
    from sim.experiment.comparison import begin_comparison, carry_out_comparison  # noqa: PLC0415 - as above
    from sim.experiment.planning import stage  # noqa: PLC0415 - as above
    from sim.experiment.running import nothing  # noqa: PLC0415 - as above
    from sim.experiment.where import Where  # noqa: PLC0415 - as above
    from sim.results.compared import read_comparison  # noqa: PLC0415 - as above

    _check_numbers(replications, 1 if seed is None else seed, workers)
    own = tempfile.TemporaryDirectory(prefix="drawdown-") if out is None else None
    folder = Path(own.name) / "comparison" if own is not None else Path(str(out))
    opened = tuple(_opened(side, sets) for side in sides)
    request = ComparisonRequest(
        opened, replications, seed, tuple(sets), tuple(without), of, waterfall, folder
    )  # fmt: skip
    plan = plan_comparison(request, on or stage)
    work = begin_comparison(plan, force)
    made = carry_out_comparison(plan, work, Where(workers, scheduler), lambda _name: nothing, lambda _text: None)
    return Comparison(read_comparison(made.folder), own)


def sweep(  # noqa: PLR0913 - an argument an option
    file: str | Path,
    *,
    replications: int | None = None,
    seed: int | None = None,
    sampling: str | None = None,
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    out: str | Path | None = None,
    force: bool = False,
    on: Stage | None = None,
) -> Sweep:
    """Plays the sweep of a file and gives its result, in the folder `out` or one that goes with it.

    `sampling` is how what is uncertain is drawn (`crossed`, `plain`, `sobol`), not as the file says.

    Stopped work in `out` goes on where it was. Raises `InputError` for what is wrong with the file or options,
    `ResultsError` for what is wrong with the folder.
    """
    from sim.experiment.planning import stage  # noqa: PLC0415 - loads much
    from sim.experiment.running import nothing  # noqa: PLC0415 - as above
    from sim.experiment.sweep.carrying import begin_sweep, carry_out_sweep  # noqa: PLC0415 - as above
    from sim.experiment.sweep.plan import SweepRequest, plan_sweep  # noqa: PLC0415 - as above
    from sim.experiment.where import Where  # noqa: PLC0415 - as above
    from sim.results.swept import read_sweep  # noqa: PLC0415 - as above

    _check_numbers(replications, 1 if seed is None else seed, workers)
    own = tempfile.TemporaryDirectory(prefix="drawdown-") if out is None else None
    folder = Path(own.name) / "sweep" if own is not None else Path(str(out))
    request = SweepRequest(
        str(file), seed, replications, tuple(sets), tuple(without), folder, sampling=sampling
    )  # fmt: skip
    plan = plan_sweep(request, on or stage)
    made = carry_out_sweep(plan, begin_sweep(plan, force), Where(workers, scheduler), nothing)
    return Sweep(read_sweep(made.folder), own)


def _opened(side: Loaded | Result | str | Path, sets: Sequence[str]) -> Opened:
    from sim.experiment.opening import Opened, open_sides  # noqa: PLC0415 - loads much

    if isinstance(side, str | Path):
        return open_sides([str(side)], sets)[0]
    if isinstance(side, Result):
        return Opened(str(side.folder), results=side.results)
    if sets:
        raise InputError([Problem("sets", "a loaded scenario has its changes; give them to load")])
    return Opened(side.files[-1][0] if side.files else side.scenario.name, side)


def read(folder: str | Path) -> Result:
    """The result in a folder that was finished before; raises `ResultsError` where there is none."""
    return Result(_read(Path(folder)))


def _read(folder: Path) -> Results:
    from sim.results.reading import read_results  # noqa: PLC0415 - only where there is something to read

    return read_results(folder)


def _check_numbers(replications: int | None, seed: int, workers: int | None) -> None:
    limits = {"replications": (replications, 1, 1_000_000), "seed": (seed, 0, 2**63 - 1),
              "workers": (workers, 1, 4096)}  # fmt: skip
    problems = [
        Problem(name, "out of range", repr(value), f"a whole number from {least:,} to {most:,}")
        for name, (value, least, most) in limits.items()
        if value is not None and not (isinstance(value, int) and least <= value <= most)
    ]
    if problems:
        raise InputError(problems)
