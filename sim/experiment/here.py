"""Playing in this process, without any other: what a fleet is where there is one worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType

from sim.experiment.interrupts import StopAsked
from sim.experiment.worker import Cast, CastOf, Job, Players
from sim.results.records import Block


@dataclass(frozen=True, slots=True)
class Listed:
    """Casts in a row, by their numbers."""

    casts: tuple[Cast, ...]

    def __call__(self, number: int) -> Cast:
        """The cast of a number."""
        return self.casts[number]


class Here:
    """Plays jobs in this process, one after the other. When `stop` is asked, `KeyboardInterrupt` follows the block."""

    def __init__(self, cast: Sequence[Cast] | CastOf, stop: StopAsked) -> None:
        self._players = Players(cast if callable(cast) else Listed(tuple(cast)))
        self._stop = stop

    def play(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Block]]:
        """Jobs with their blocks, in order."""
        for job in jobs:
            yield job, self._players.play(job, lambda: self._stop.asked)
            if self._stop.asked:
                raise KeyboardInterrupt

    def __enter__(self) -> Here:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held."""
