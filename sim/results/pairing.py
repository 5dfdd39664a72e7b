"""Two or more results with common random numbers: their shared replications, and whether their tapes agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.analysis.estimates import Measure
from sim.analysis.paired import Difference, Value, paired
from sim.errors import InputError, Problem
from sim.results.files import unguarded
from sim.results.finished import Results, rows_of
from sim.results.untrusted import in_range
from sim.scenario.changes import changed, group_of
from sim.scenario.paths import Path as FieldPath
from sim.tape.meant import meant

OF_SHARES = ("share", "yes is 1")
"""Units of responses that lie in [0, 1]."""
_MOST_REASONS = 3
SAME = "the same random events"
"""Words of a source whose random events agree."""


@dataclass(frozen=True)
class Side:
    """One of the results compared, by the name it has in tables and gates."""

    name: str
    results: Results

    @property
    def asked(self) -> int:
        """How many replications were asked for: numbers 1 to this."""
        return int(self.results.manifest["replications"])

    @property
    def without(self) -> frozenset[str]:
        """Causes removed from the tape."""
        return frozenset(self.results.manifest["identity"]["without"])

    @property
    def data(self) -> dict[str, Any]:
        """The scenario as resolved."""
        found: dict[str, Any] = self.results.manifest["scenario"]
        return found

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """Responses by name, as the summary describes them."""
        said = self.results.summary["responses"]
        return {
            name: Measure(name, one["unit"], one["denominator"], one["unit"] in OF_SHARES) for name, one in said.items()
        }

    @cached_property
    def rows(self) -> dict[int, dict[str, Value]]:
        """Responses of each replication that succeeded, with numbers exactly as written."""
        return {
            int(row["replication"]): {name: in_range(row[name]) if row[name] else None for name in self.measures}
            for row in rows_of(self.results, "replications")
        }

    def is_scenario_of(self, other: Side) -> bool:
        """Whether two sides are one scenario, with the same causes removed, run by one program."""
        mine, theirs = (side.results.manifest["identity"] for side in (self, other))
        return all(mine.get(key) == theirs.get(key) for key in ("scenario", "without", "program"))

    def tape(self, until: int) -> dict[tuple[str, str], dict[int, tuple[str, str]]]:
        """Hashes of draws and values by source and place, and replication up to a number."""
        found: dict[tuple[str, str], dict[int, tuple[str, str]]] = {}
        for row in rows_of(self.results, "tape"):
            if (number := int(row["replication"])) <= until:
                key = unguarded(row["source"]), unguarded(row["place"])
                found.setdefault(key, {})[number] = row["draws_hash"], row["values_hash"]
        return found


@dataclass(frozen=True, slots=True)
class TapeAgreement:
    """Whether two tapes agree about one source: in how many of the replications that both have it.

    `explained` is whether a difference, if there is one, is meant by the scenarios.
    """

    source: str
    place: str
    replications: int
    draws_equal: int
    values_equal: int
    words: str
    explained: bool = True


@dataclass(frozen=True)
class Pairing:
    """Sides under one seed, and the numbers of replications that all of them were asked for."""

    sides: tuple[Side, ...]
    seed: int
    numbers: tuple[int, ...]

    @property
    def first(self) -> Side:
        """The side that the others are compared with."""
        return self.sides[0]

    def differences(self, b: Side) -> dict[str, Difference]:
        """Every response that both have, of `b` against the first, in the order of the first."""
        comparisons = len(self.sides) - 1
        known = [measure for name, measure in self.first.measures.items() if name in b.measures]
        return {measure.name: self._difference(measure, b, comparisons) for measure in known}

    def _difference(self, measure: Measure, b: Side, comparisons: int) -> Difference:
        both: list[tuple[Value, Value]] = []
        failed: list[tuple[Value, Value]] = []
        for number in self.numbers:
            rows = self.first.rows.get(number), b.rows.get(number)
            two = tuple(None if row is None else row[measure.name] for row in rows)
            (failed if None in rows else both).append((two[0], two[1]))
        return paired(measure, both, failed, comparisons, self.first.is_scenario_of(b))

    def tapes(self, b: Side) -> list[TapeAgreement]:
        """By source and place, whether the tapes of `b` and the first agree, and why not where they do not."""
        until = self.numbers[-1]
        mine, theirs = self.first.tape(until), b.tape(until)
        changes, off = changed(self.first.data, b.data), self.first.without ^ b.without
        return [
            _tape_row(key, (mine.get(key, {}), theirs.get(key, {})), (self.first.name, b.name), changes, off)
            for key in {**mine, **theirs}
        ]


def pair(sides: Sequence[Side], most: int | None = None) -> Pairing:
    """The sides paired by seed and number of replication, of these the first `most`.

    Raises `InputError` with the differences if no two replications have common random numbers.
    """
    seeds = {side.name: int(side.results.manifest["seed"]) for side in sides}
    if len(set(seeds.values())) > 1:
        reported = ", ".join(f"{name} with seed {seed}" for name, seed in seeds.items())
        raise InputError(
            [Problem("", f"these have different random numbers and can't be paired: {reported}", allowed="one seed")]
        )
    least = min([side.asked for side in sides] + ([] if most is None else [most]))
    return Pairing(tuple(sides), seeds[sides[0].name], tuple(range(1, least + 1)))


_Hashes = Mapping[int, tuple[str, str]]


def _tape_row(
    key: tuple[str, str],
    hashes: tuple[_Hashes, _Hashes],
    names: tuple[str, str],
    changes: Sequence[FieldPath],
    off: Iterable[str],
) -> TapeAgreement:
    mine, theirs = hashes
    both = sorted(mine.keys() & theirs.keys())
    draws = sum(mine[number][0] == theirs[number][0] for number in both)
    values = sum(mine[number][1] == theirs[number][1] for number in both)
    if both and draws == values == len(both):
        return TapeAgreement(*key, len(both), draws, values, SAME)
    reasons = meant(*key, changes, off)
    what = f"only {names[0 if mine else 1]} has it" if not both else (
        "same draws, other values" if draws == len(both) else "other draws")  # fmt: skip
    words = f"{what}: {_because(reasons)}"
    return TapeAgreement(*key, len(both), draws, values, words, bool(reasons))


def _because(reasons: Sequence[FieldPath]) -> str:
    if not reasons:
        return "nothing that differs between the scenarios says why"
    reported = list(dict.fromkeys(" ".join(path) if path[0] == "without" else group_of(path) for path in reasons))
    more = f" and {len(reported) - _MOST_REASONS} more" if len(reported) > _MOST_REASONS else ""
    return f"the scenarios differ in {', '.join(reported[:_MOST_REASONS])}{more}"
