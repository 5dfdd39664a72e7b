"""What a notebook holds: results, comparisons and sweeps as frames and pictures, each read when it is asked for."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.results.compared import Comparison as Compared
    from sim.results.reading import Results
    from sim.results.swept import Swept


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
class Sweep:
    """A finished sweep as frames; each is read when it is asked for."""

    results: Swept
    _own: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self.results.folder

    @property
    def points(self) -> pd.DataFrame:
        """A row a point: the levels of its factors, replications played and failed."""
        return self.results.table("points")

    @property
    def estimates(self) -> pd.DataFrame:
        """A row a point and response: levels, mean, interval, quantiles."""
        return self.results.table("estimates")

    @property
    def replications(self) -> pd.DataFrame:
        """A row a point and replication, a column a response."""
        return self.results.table("replications")

    def table(self, name: str) -> pd.DataFrame:
        """Any table by name, such as `effects`, `sensitivity`, `pareto`, `bands`; raises `ResultsError`."""
        return self.results.table(name)

    @property
    def plot(self) -> Plots:
        """The pictures by name: `sweep.plot.response()`."""
        return Plots(self)


@dataclass(frozen=True)
class Plots:
    """The pictures of a result or comparison by name: `fates()` and so on, each giving matplotlib's `Axes`."""

    result: Result | Comparison | Sweep

    @property
    def _gallery(self) -> Any:
        from sim import figures  # noqa: PLC0415 - only where something is drawn
        from sim.figures import compared, swept  # noqa: PLC0415 - as above

        return {Result: figures, Comparison: compared, Sweep: swept}[type(self.result)]

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
