"""A finished sweep as gates look at it: by point, or by lever point over all that was drawn there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sim.analysis.estimates import Measure, estimate
from sim.analysis.intervals import mean_of
from sim.analysis.paired import Value
from sim.analysis.sampling import CROSSED, sampled
from sim.results.sweep_folder import SweepResults


class View:
    """Levels, estimates and pairs of a sweep; where something was drawn, a point is a lever point.

    A replication of a lever point is then the mean over its draws with common random numbers; or one of a draw, where
    each has its own random events.
    """

    def __init__(self, swept: SweepResults) -> None:
        self.swept = swept
        summary = swept.summary
        self._draws, self._levers = int(summary["draws"]), list(summary["levers"])
        self._sampling = str(summary.get("sampling", CROSSED))  # older folders do not say it
        self._measures = {
            name: Measure(name, one["unit"], one["denominator"], one["bounded"])
            for name, one in summary["responses"].items()
        }

    @cached_property
    def settings(self) -> Sequence[Mapping[str, str]]:
        """The level of each lever at each point."""
        rows = self.swept.rows("points")
        return [{name: str(row[name]) for name in self._levers} for row in rows[:: self._draws]]

    @cached_property
    def factors(self) -> Mapping[str, Sequence[str]]:
        """Texts of the levels of each lever, in the order in which they come."""
        return {name: list(dict.fromkeys(setting[name] for setting in self.settings)) for name in self._levers}

    @cached_property
    def _rows(self) -> list[dict[int, dict[str, Value]]]:
        """Responses by replication of each point."""
        found: list[dict[int, dict[str, Value]]] = [{} for _ in self.swept.rows("points")]
        for row in self.swept.rows("replications"):
            found[row["point"]][row["replication"]] = {name: row[name] for name in self._measures}
        return found

    @cached_property
    def _failed(self) -> list[set[int]]:
        found: list[set[int]] = [set() for _ in self._rows]
        for row in self.swept.rows("failures"):
            found[row["point"]].add(row["replication"])
        return found

    def measure(self, response: str) -> Measure:
        """What a response is."""
        return self._measures[response]

    def column(self, point: int, response: str) -> tuple[dict[int, Value], set[int]]:
        """Values of a response by replication at a point, and the numbers that failed there."""
        at = range(point * self._draws, (point + 1) * self._draws)
        failed = set[int]().union(*(self._failed[one] for one in at))
        draws = [self._rows[one] for one in at]
        if self._sampling != CROSSED:
            return {number: row[response] for draw in draws for number, row in draw.items()}, failed
        found: dict[int, Value] = {}
        for number in sorted(set(draws[0]) - failed):
            values = [draw[number][response] for draw in draws if number in draw]
            known = [value for value in values if value is not None]
            found[number] = mean_of(known) if len(known) == self._draws else None
        return found, failed

    def estimate(self, point: int, response: str) -> Mapping[str, Any]:
        """The estimate of a response at a point, as `summary.json` of a run holds it."""
        values, failed = self.column(point, response)
        if self._sampling != CROSSED:
            at = range(point * self._draws, (point + 1) * self._draws)
            drawn = [[row[response] for row in self._rows[one].values()] for one in at]
            return sampled(self._measures[response], drawn, len(failed), self._sampling).said.plain()
        return estimate(self._measures[response], list(values.values()), len(failed)).plain()

    def pairs(
        self, a: int, b: int, response: str
    ) -> tuple[Sequence[tuple[Value, Value]], Sequence[tuple[Value, Value]]]:
        """Values at two points by common replication, and of replications of which a side failed."""
        return paired_columns(self.column(a, response), self.column(b, response))


def paired_columns(
    a: tuple[Mapping[int, Value], set[int]], b: tuple[Mapping[int, Value], set[int]]
) -> tuple[list[tuple[Value, Value]], list[tuple[Value, Value]]]:
    """Values of both by common number, and of the numbers that failed at one of them."""
    (mine, failed), (theirs, others) = a, b
    pairs = [(mine[number], theirs[number]) for number in sorted(mine.keys() & theirs.keys())]
    return pairs, [(mine.get(number), theirs.get(number)) for number in sorted(failed | others)]
