"""Results of replications as plain data: rows of one replication, and blocks of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from sim.analysis.estimates import Measure
from sim.analysis.groups import CauseRow, FateRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TapeRow = tuple[str, str, str, str]
"""Source, place, hash of draws, hash of values."""


class Simulated(Protocol):
    """The results of one replication."""

    @property
    def replication(self) -> int: ...  # noqa: D102
    @property
    def tape_hash(self) -> str: ...  # noqa: D102
    @property
    def responses(self) -> dict[str, float | int | None]: ...  # noqa: D102
    @property
    def fates(self) -> list[FateRow]: ...  # noqa: D102
    @property
    def causes(self) -> list[CauseRow]: ...  # noqa: D102
    @property
    def tape(self) -> list[TapeRow]: ...  # noqa: D102
    @property
    def timeline(self) -> NDArray[np.int32]: ...  # noqa: D102


class GivenResponses(Protocol):
    """The responses of one replication."""

    @property
    def tape_hash(self) -> str: ...  # noqa: D102
    @property
    def responses(self) -> dict[str, float | int | None]: ...  # noqa: D102
    @property
    def alike(self) -> dict[frozenset[str], str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One replication as it goes into the tables, without its timeline.

    `rows` and `lines` have by table the number of its rows and their text; `shares` are those of groups, as
    `sim.analysis.groups` has them, and `causes` the share that each cause held back. `alike` is for
    `sim.experiment.sweep.sparing` alone: causes without which it is the same, with the tape's hash without them.
    """

    replication: int
    tape_hash: str
    responses: dict[str, float | int | None]
    rows: dict[str, int]
    lines: dict[str, str]
    shares: dict[str, list[float | None]]
    causes: dict[str, float]
    alike: dict[frozenset[str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """A replication without rows: it `failed`, showed a `fault` of the program, or was `lost` with its worker.

    `error` is one sentence; `details` (a traceback) is for debugging and goes into no table.
    """

    replication: int
    kind: Literal["failed", "fault", "lost"]
    error: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Some replications of one run, in the order of their numbers.

    `timeline` is int32 [replication, day, place, column] of the first of `records`, as many as it has.
    """

    records: tuple[ResultRow, ...]
    failures: tuple[Failure, ...] = ()
    timeline: NDArray[np.int32] | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of all replications in it, failed ones too."""
        rows = [row.replication for row in self.records] + [row.replication for row in self.failures]
        return tuple(sorted(rows))

    def only(self, names: Sequence[str]) -> Block:
        """The same with some responses alone; one that a record lacks has no value."""
        kept = [{name: row.responses.get(name) for name in names} for row in self.records]
        records = [ResultRow(row.replication, row.tape_hash, one, {}, {}, {}, {})
                   for row, one in zip(self.records, kept, strict=True)]  # fmt: skip
        return Block(tuple(records), self.failures)


@dataclass(frozen=True, slots=True)
class Layout:
    """Names and order of what the tables hold.

    `places` and `columns` name the second and third axis of a timeline, whose first day is `first_day`.
    `closing` are the places that must close (what the mission's shares are of); `phase_of` a place's phase.
    """

    measures: tuple[Measure, ...]
    places: tuple[str, ...]
    columns: tuple[str, ...]
    fates: tuple[str, ...]
    first_day: date
    closing: frozenset[str]
    phase_of: Mapping[str, str | None]

    def day(self, index: int) -> str:
        """ISO date of a row of the timeline."""
        return (self.first_day + timedelta(days=index)).isoformat()
