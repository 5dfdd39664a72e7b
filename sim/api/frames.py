"""What a notebook holds: finished folders as frames and pictures, each read on demand."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.api.display import Card
    from sim.figures.gallery import Gallery
    from sim.results.backtest_folder import BacktestResults
    from sim.results.comparison_folder import ComparisonResults as Compared
    from sim.results.finished import Results
    from sim.results.selection_folder import SelectionResults as Selected
    from sim.results.solve_folder import SolveResults
    from sim.results.sweep_folder import SweepResults
    from sim.results.why_folder import WhyResults


@dataclass(frozen=True, repr=False)
class FinishedFolder:
    """A finished folder of any kind. Each table is read, and checked against its hash, when it is asked for.

    A folder of its own goes with the last reference to it.
    """

    results: Results
    _own: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self.results.folder

    @property
    def manifest(self) -> dict[str, Any]:
        """Its origin, and how to repeat it: the content of `manifest.json`."""
        return self.results.manifest

    def table(self, name: str) -> pd.DataFrame:
        """Any table by the name of its file (`fates`); raises `ResultsError` where there is none or it was changed."""
        return self.results.table(name)

    @property
    def plot(self) -> Plots:
        """The pictures by name: `result.plot.fates()` gives matplotlib's `Axes`."""
        return Plots(self)

    def __repr__(self) -> str:
        """A few lines: what it is, the headline numbers with their intervals, the folder."""
        from sim.api.display import as_text

        return as_text(self.results, self._card())

    def _repr_html_(self) -> str:
        from sim.api.display import as_html

        return as_html(self.results, self._card())

    def _card(self) -> Callable[[Any], Card]:
        from sim.api import display

        cards: dict[type[FinishedFolder], Callable[[Any], Card]] = {
            Result: display.card_of_run, Comparison: display.card_of_comparison, Sweep: display.card_of_sweep,
            Selection: display.card_of_selection, Backtest: display.card_of_backtest, Why: display.card_of_why,
            Solution: display.card_of_solve,
        }  # fmt: skip
        return cards[type(self)]


@dataclass(frozen=True, repr=False)
class Result(FinishedFolder):
    """A finished run.

    >>> result = sim.run("scenarios/tessalit.yaml", replications=4)
    >>> result.replications.shape[0]
    4
    >>> "extracted_share" in result.replications
    True
    """

    @property
    def summary(self) -> pd.DataFrame:
        """Estimates, a row each: response, group, name, value, low, high, unit, method, replications, flag."""
        return self.results.table("summary")

    @property
    def replications(self) -> pd.DataFrame:
        """A row for each replication: replication, tape_hash, and one for each response, in its unit of `summary`."""
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
        """Hashes of the random events, by replication, source and place."""
        return self.results.table("tape")

    @property
    def use(self) -> pd.DataFrame:
        """Unit-hours in use and available of each means while it had work, by replication, means and name."""
        return self.results.table("use")

    @property
    def given_up(self) -> pd.DataFrame:
        """What planning condemned, by replication, place, day and reason."""
        return self.results.table("given_up")

    @property
    def findings(self) -> dict[str, Any]:
        """What the printed answer says beyond the responses, as `summary.json` holds it."""
        return dict(self.results.summary.get("findings", {}))

    @property
    def when(self) -> dict[str, Any]:
        """By when people and equipment are out, last safe departures, price of an hour in shelter, as plain data."""
        from sim.results.by_when import when

        return when(self.results)


@dataclass(frozen=True, repr=False)
class Comparison(FinishedFolder):
    """A finished comparison.

    >>> comparison = sim.compare(["scenarios/tessalit.yaml", "scenarios/tessalit-roads-open.yaml"], 4, waterfall=False)
    >>> sorted(set(comparison.differences["b"]))
    ['tessalit-roads-open']
    """

    results: Compared

    @property
    def summary(self) -> dict[str, Any]:
        """All that is said, as `summary.json` holds it."""
        return self.results.summary

    @property
    def differences(self) -> pd.DataFrame:
        """One row for each response and pair of sides: means, difference, interval, chance, variance factor, words."""
        return self.results.table("differences")

    @property
    def pairs(self) -> pd.DataFrame:
        """The headline responses of both sides by replication."""
        return self.results.table("pairs")

    @property
    def tapes(self) -> pd.DataFrame:
        """By source and place, whether the random events agree, and why not where they do not."""
        return self.results.table("tapes")

    @property
    def timelines(self) -> pd.DataFrame:
        """Lots extracted and people by day and side."""
        return self.results.table("timelines")

    @property
    def waterfall(self) -> pd.DataFrame | None:
        """Which changed keys account for how much; `None` where no waterfall was run."""
        return self.results.table("waterfall") if "waterfall.csv" in self.results.manifest["tables"] else None


@dataclass(frozen=True, repr=False)
class Sweep(FinishedFolder):
    """A finished sweep. `table` has the other tables: `effects`, `sensitivity`, `pareto`, `bands`.

    >>> swept = sim.sweep("scenarios/sweeps/clearance-trucks.yaml", replications=1)
    >>> set(swept.summary["factors"]) == {"trucks", "refused"}
    True
    """

    results: SweepResults

    @property
    def summary(self) -> dict[str, Any]:
        """The design, its factors and responses, as `summary.json` holds them."""
        return self.results.summary

    @property
    def points(self) -> pd.DataFrame:
        """One row for each point: the levels of its factors, replications run and failed."""
        return self.results.table("points")

    @property
    def estimates(self) -> pd.DataFrame:
        """One row for each point and response: levels, mean, interval, quantiles."""
        return self.results.table("estimates")

    @property
    def replications(self) -> pd.DataFrame:
        """One row for each point and replication, a column a response."""
        return self.results.table("replications")


@dataclass(frozen=True, repr=False)
class Selection(FinishedFolder):
    """A finished selection: which of several scenarios is best.

    >>> files = ["scenarios/tessalit.yaml", "scenarios/tessalit-roads-open.yaml"]
    >>> sim.select(files, best="extracted_share", indifference=0.2, first=10).best
    'tessalit-roads-open'
    """

    results: Selected

    @property
    def best(self) -> str | None:
        """The name of the alternative chosen; `None` where the replications were used up before one was."""
        found = self.summary["best"]
        return None if found is None else str(found)

    @property
    def summary(self) -> dict[str, Any]:
        """All that is said, as `summary.json` holds it."""
        return self.results.summary

    @property
    def alternatives(self) -> pd.DataFrame:
        """One row for each alternative: mean, interval, replications, when it was dropped, difference from the best."""
        return self.results.table("selection")

    @property
    def replications(self) -> pd.DataFrame:
        """One row for each alternative and replication that counted, with the value of the response."""
        return self.results.table("replications")


@dataclass(frozen=True, repr=False)
class Why(FinishedFolder):
    """A finished answer to why: what each cause cost, and what one more of each lever would change.

    >>> answer = sim.why("scenarios/tessalit.yaml", replications=2, levers=False)
    >>> answer.causes[answer.causes["kind"] == "cause"]["cause"].iloc[0]
    'clearance_road'
    """

    results: WhyResults

    @property
    def summary(self) -> dict[str, Any]:
        """All that is said, as `summary.json` holds it."""
        return self.results.summary

    @property
    def causes(self) -> pd.DataFrame:
        """A row a cause and response: its share of what all causes cost together, with its interval."""
        return self.results.table("causes")

    @property
    def levers(self) -> pd.DataFrame:
        """A row a move of a lever and response, by rank: what it changes, with intervals that hold together."""
        return self.results.table("levers")

    @property
    def replications(self) -> pd.DataFrame:
        """A row a replication, cause or lever, and response: shares of causes sum to the total in each."""
        return self.results.table("replications")


@dataclass(frozen=True, repr=False)
class Solution(FinishedFolder):
    """A finished search for the least level of a field that meets targets.

    >>> trucks = {"lift.trucks.contract.count": "100..300 by 100"}
    >>> sim.solve("scenarios/tessalit-roads-open.yaml", trucks, ["extracted_share >= 40 %"], replications=2).answer
    '100'
    """

    results: SolveResults

    @property
    def answer(self) -> str:
        """The level that was found, as text."""
        return str(self.summary["answer"])

    @property
    def summary(self) -> dict[str, Any]:
        """All that is said, as `summary.json` holds it."""
        return self.results.summary

    @property
    def levels(self) -> pd.DataFrame:
        """A row a level that was run and target: mean, interval, and whether it is met."""
        return self.results.table("levels")

    @property
    def replications(self) -> pd.DataFrame:
        """A row a level, replication and response."""
        return self.results.table("replications")


@dataclass(frozen=True, repr=False)
class Backtest(FinishedFolder):
    """A finished backtest: forecasts scored against the record. `docs/api.md` has an example."""

    results: BacktestResults

    @property
    def summary(self) -> dict[str, Any]:
        """All that is said, as `summary.json` holds it."""
        return self.results.summary

    @property
    def scores(self) -> pd.DataFrame:
        """One row for each scenario and target of the record: intervals, hits, CRPS and PIT, reference forecasts."""
        return self.results.table("scores")

    @property
    def ensembles(self) -> pd.DataFrame:
        """One row for each scenario, target and replication that has a value."""
        return self.results.table("ensembles")


@dataclass(frozen=True)
class Plots:
    """The pictures of a finished folder by name: `fates()` and so on, each giving matplotlib's `Axes`."""

    result: FinishedFolder

    def __getattr__(self, name: str) -> Any:
        gallery = self._gallery()
        if name not in gallery.pictures:
            raise AttributeError(f"no picture {name}; pictures: {', '.join(gallery.pictures)}")

        def picture(ax: Axes | None = None) -> Axes:
            return gallery.picture(name)(gallery.read(self.result.folder), ax)

        return picture

    def __dir__(self) -> list[str]:
        return list(self._gallery().pictures)

    def _gallery(self) -> Gallery:
        from sim.figures.gallery import gallery_of

        return gallery_of(self.result.folder)[0]
