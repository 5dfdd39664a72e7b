"""What a notebook holds: load a scenario, run it, look at the result as frames and pictures.

>>> result = run(load("scenarios/tessalit.yaml"), replications=200, seed=1)
>>> result.summary
>>> result.plot.fates()
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.experiment.opening import Opened
    from sim.experiment.planning import Stage
    from sim.results.compared import Comparison as Compared
    from sim.results.reading import Results
    from sim.scenario.door import Loaded

__all__ = ["Comparison", "Plots", "Result", "compare", "load", "read", "run"]


def load(path: str | Path, sets: Sequence[str] = (), strict: bool = False) -> Loaded:
    """The scenario of a file, with changes such as `places.tessalit.crews.count=8`; raises `InputError`."""
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


@dataclass(frozen=True)
class Result:
    """A finished results folder as frames; each is read when it is asked for."""

    results: Results
    _own: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self.results.folder

    @property
    def manifest(self) -> dict[str, Any]:
        """Where the result came from, and how to make it again."""
        return self.results.manifest

    @property
    def summary(self) -> pd.DataFrame:
        """Estimates: response, group, name, value, low, high, unit, method, replications."""
        return self.results.table("summary")

    @property
    def replications(self) -> pd.DataFrame:
        """A row a replication, a column a response."""
        return self.results.table("replications")

    @property
    def fates(self) -> pd.DataFrame:
        """Lots, tonnes, floor and dollars by replication, place, class, owner and fate."""
        return self.results.table("fates")

    @property
    def causes(self) -> pd.DataFrame:
        """What was not extracted, by replication, place, class and binding cause, with hours waited."""
        return self.results.table("causes")

    @property
    def timeline(self) -> pd.DataFrame:
        """Mean and spread over replications of lots by state, and of people, by day and place."""
        return self.results.table("timeline")

    @property
    def tape(self) -> pd.DataFrame:
        """Hashes of what chance decided, by replication, source and place."""
        return self.results.table("tape")

    @property
    def plot(self) -> Plots:
        """The pictures by name: `result.plot.fates()`."""
        return Plots(self)


@dataclass(frozen=True)
class Comparison:
    """A finished comparison as frames; each is read when it is asked for."""

    results: Compared
    _own: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self.results.folder

    @property
    def summary(self) -> dict[str, Any]:
        """All that is said, as `summary.json` holds it."""
        return self.results.summary

    @property
    def differences(self) -> pd.DataFrame:
        """A row a response and pair of sides: means, difference, interval, chance, variance factor, words."""
        return self.results.table("differences")

    @property
    def pairs(self) -> pd.DataFrame:
        """The headline responses of both sides by replication."""
        return self.results.table("pairs")

    @property
    def tapes(self) -> pd.DataFrame:
        """By source and place, whether the tapes agree, and why not where they do not."""
        return self.results.table("tapes")

    @property
    def timelines(self) -> pd.DataFrame:
        """Lots extracted and people by day and side."""
        return self.results.table("timelines")

    @property
    def waterfall(self) -> pd.DataFrame | None:
        """Which changed keys account for how much; `None` where no waterfall was played."""
        return self.results.table("waterfall") if "waterfall.csv" in self.results.manifest["tables"] else None

    @property
    def plot(self) -> Plots:
        """The pictures by name: `comparison.plot.differences()`."""
        return Plots(self)


@dataclass(frozen=True)
class Plots:
    """The pictures of a result or comparison by name: `fates()` and so on, each giving matplotlib's `Axes`."""

    result: Result | Comparison

    @property
    def _gallery(self) -> Any:
        from sim import figures  # noqa: PLC0415 - only where something is drawn
        from sim.figures import compared  # noqa: PLC0415 - as above

        return figures if isinstance(self.result, Result) else compared

    def __getattr__(self, name: str) -> Any:
        gallery = self._gallery
        if name not in gallery.NAMES:
            raise AttributeError(f"there is no picture {name}; there are {', '.join(gallery.NAMES)}")

        def picture(ax: Axes | None = None) -> Axes:
            axes: Axes = gallery.PICTURES[name](gallery.Tables.read(self.result.folder), ax)
            return axes

        return picture

    def __dir__(self) -> list[str]:
        return list(self._gallery.NAMES)
