"""A fleet of processes that play: whatever dies in it costs a block and a second, never a result.

Blocks come back as they are done. What a process was playing when it died is played again, three times at most; a
block that still ends its process is played alone and halved until only the replication at fault is left, which is
recorded. A fleet in which nothing ends any more is broken up, and what it played is played one by one.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from types import TracebackType

from sim.errors import ResultsError
from sim.experiment.crew import LOST, Crew, Orders, Waiting
from sim.experiment.here import Here, Listed
from sim.experiment.interrupts import StopAsked
from sim.experiment.notes import Tell, warn
from sim.experiment.processes import NoWorkersError, get_ready, pickled
from sim.experiment.worker import Cast, CastOf, Guilt, Job, isolate
from sim.results.records import Block

_AHEAD = 2  # jobs a worker: one under way, one at hand
PATIENCE_S = 1200.0
"""Seconds after which a fleet in which no block ends is taken for one that hangs."""


class Fleet:
    """Plays jobs with `workers` processes, or with 1 in this process. Use it in a `with`.

    When `stop` is asked, what is under way is stopped after its replication, handed over, and
    `KeyboardInterrupt` raised. Where no process can be started at all, `tell` hears why, and this one plays.
    """

    def __init__(
        self,
        cast: Sequence[Cast] | CastOf,
        workers: int,
        stop: StopAsked | None = None,
        patience_s: float = PATIENCE_S,
        tell: Tell = warn,
    ) -> None:
        self._cast_of: CastOf = cast if callable(cast) else Listed(tuple(cast))
        self._workers = workers
        self._stop = stop or StopAsked()
        self._patience_s = patience_s
        self._tell = tell
        self._alone = False
        self.crew: Crew | None = None
        """The processes that play together; `None` where there are none yet, or none any more."""

    def play(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Block]]:
        """Jobs with their blocks in the order in which they are done; jobs are taken as there is room for them.

        Raises `ResultsError` where no process can play, `InputError` where the cast can't be sent to one.
        """
        waiting = Waiting(jobs)
        if self._workers == 1 or not self._begin(waiting):
            yield from Here(self._cast_of, self._stop).play(waiting.left())
            return
        assert self.crew is not None, "it has begun"
        try:
            yield from self.crew.play(waiting, self._probe)
            if waiting.suspects:
                self._end_crew(at_once=False)
                self._probe()
            for job, _ in waiting.suspects:
                yield from isolate(job, self._run_alone)
        except NoWorkersError as error:
            raise ResultsError(
                f"no process can be started any more ({error}); what was played stays; --workers 1 plays without them"
            ) from error
        except BaseException:  # also where nobody asks for more: what is under way must not be taken for other jobs
            self._end_crew(at_once=True)
            raise

    def _begin(self, waiting: Waiting) -> bool:
        """Whether processes play; where not one can be started, this process does."""
        if self.crew is None and not self._alone:
            self.crew = Crew(self._orders(self._workers, _AHEAD))
        if self.crew is not None:
            try:
                self.crew.keep_busy(waiting)
            except NoWorkersError as error:
                self._alone, self.crew = True, None
                self._tell(f"no worker process can be started ({error}); this process runs all replications")
        return self.crew is not None

    def _orders(self, workers: int, ahead: int) -> Orders:
        return Orders(pickled(self._cast_of), workers, ahead, self._stop, self._patience_s)

    def _probe(self) -> None:
        """Nothing to play, alone: where even that breaks, no replication is to blame."""
        waiting = Waiting([Job(0, ())], tries=1)
        for _ in self._by_itself(waiting):
            pass
        if waiting.suspects:
            raise ResultsError(
                "the processes that should play die at once; is there enough memory? "
                "--workers 1 plays without them"
            )

    def _run_alone(self, job: Job) -> Generator[tuple[Job, Block], None, Guilt | None]:
        waiting = Waiting([job], tries=1)
        yield from self._by_itself(waiting)
        if not waiting.suspects:
            return None
        said = waiting.suspects[0][1]
        return ("lost" if said == LOST else "failed", said)

    def _by_itself(self, waiting: Waiting) -> Iterator[tuple[Job, Block]]:
        """What waits, with one process of its own."""
        crew = Crew(self._orders(1, 1))
        try:
            yield from crew.play(waiting, lambda: None)
        finally:
            crew.end(at_once=True)

    def _end_crew(self, at_once: bool) -> None:
        if self.crew is not None:
            self.crew.end(at_once)
            self.crew = None

    def __enter__(self) -> Fleet:
        if self._workers > 1:
            get_ready()  # what starts processes loads before they are wanted
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_crew(at_once=error is not None)  # whoever still plays after an error, plays for nobody
