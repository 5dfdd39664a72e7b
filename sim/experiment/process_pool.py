"""A fleet of processes that play: whatever dies in it costs a block and a second, never a result.

Blocks come back as they are done. What a process was playing when it died is played again, three times at most; a
block that still ends its process is played alone and halved until only the replication at fault is left, which is
recorded. A fleet in which nothing ends any more is broken up, and what it played is played one by one.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from types import TracebackType

from sim.errors import InputError, ResultsError
from sim.experiment.interrupts import Notify, StopAsked, warn
from sim.experiment.processes import NoWorkersError, Worker, get_ready, pickled, unfit
from sim.experiment.worker import Guilt, Job, Listed, Model, ModelAt, ThisProcess, Unfit, isolate
from sim.results.rows import Block

TRIES = 3
LOST = "its process died each time that it was played; it may have run out of memory"
_LISTEN_S = 0.2
_LEAVE_S = 10.0  # more than a process takes to end that has nothing left to do
_DIE_S = 2.0  # the same of one that was killed


@dataclass(frozen=True, slots=True)
class Sent:
    """A job, and how many processes died of it."""

    job: Job
    tries: int = 0


class Waiting:
    """Jobs to be played: fresh ones and those to be played again; and those that ended their process too often."""

    def __init__(self, fresh: Iterable[Job], tries: int = TRIES) -> None:
        self._fresh, self._tries = iter(fresh), tries
        self._again: deque[Sent] = deque()
        self.suspects: deque[tuple[Job, str]] = deque()
        """With what is said of a replication where it is the last that can be meant."""

    def take(self) -> Sent | None:
        """The next job; `None` where none is left."""
        if self._again:
            return self._again.popleft()
        job = next(self._fresh, None)
        return None if job is None else Sent(job)

    def put_back(self, sent: Iterable[Sent]) -> None:
        """Jobs that were not begun."""
        self._again.extend(sent)

    def blame(self, sent: Sent) -> None:
        """A job of which a process died."""
        if sent.tries + 1 < self._tries:
            self._again.append(replace(sent, tries=sent.tries + 1))
        else:
            self.suspects.append((sent.job, LOST))

    def suspect_each(self, job: Job, said: str) -> None:
        """A job in which something never ends: each replication alone shows which."""
        self.suspects.extend((replace(job, numbers=(number,)), said) for number in job.numbers)

    def left(self) -> Iterator[Job]:
        """All that has not been played and is not suspected."""
        return chain([sent.job for sent in self._again], self._fresh)


@dataclass(frozen=True, slots=True)
class Orders:
    """What a crew is told: who plays, how many processes, with how many jobs each, and how long all may be silent."""

    on_progress: bytes
    workers: int
    ahead: int
    stop: StopAsked
    patience_s: float


class Workers:
    """Processes that play what waits. It begins with none, and starts as many as there is work for."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._most = orders.workers
        self._sent: dict[Worker, deque[Sent]] = {}  # what each has under way, and at hand
        self._deaths = 0

    @property
    def workers(self) -> tuple[Worker, ...]:
        """Those that are there."""
        return tuple(self._sent)

    def keep_busy(self, waiting: Waiting) -> bool:
        """Gives jobs to whoever has room, and starts who is wanting; whether anything is under way.

        Raises `NoWorkersError` where there is nobody and nobody can be started.
        """
        while (sent := waiting.take()) is not None:
            try:
                worker = self._with_room()
            except BaseException:
                waiting.put_back([sent])
                raise
            if worker is None:
                waiting.put_back([sent])
                break
            self._sent[worker].append(sent)
            worker.send(sent.job)
        return any(self._sent.values())

    def _with_room(self) -> Worker | None:
        """An idle worker, else a new one, else the one with most room; where none can be added, those there are do."""
        first = min(self._sent, key=lambda worker: len(self._sent[worker]), default=None)
        if first is not None and not self._sent[first]:
            return first
        if len(self._sent) < self._most:
            try:
                return self._added()
            except NoWorkersError:
                if first is None:
                    raise
                self._most = len(self._sent)
        return first if first is not None and len(self._sent[first]) < self._orders.ahead else None

    def _added(self) -> Worker:
        worker = Worker(self._orders.on_progress, self._orders.patience_s)
        self._sent[worker] = deque()
        return worker

    def run(self, waiting: Waiting, dying: Callable[[], None]) -> Iterator[tuple[Job, Block]]:
        """Jobs with their blocks until nothing waits; calls `dying` where processes die and nothing is played.

        Raises `KeyboardInterrupt` when a stop is asked, after what was under way.
        """
        received = time.monotonic()
        while self.keep_busy(waiting):
            for worker in self._with_news(_LISTEN_S):
                for block in _blocks(worker):
                    received, self._deaths = time.monotonic(), 0
                    yield self._sent[worker].popleft().job, block
                if worker.wire.ended:
                    self._bury(worker, waiting)
            if self._orders.stop.asked:
                yield from self._gather()
                raise KeyboardInterrupt
            if time.monotonic() - received > self._orders.patience_s:
                self._break_up(waiting)
                received = time.monotonic()
            if self._deaths >= TRIES * self._orders.workers:
                self._deaths = 0
                dying()

    def _with_news(self, timeout_s: float) -> list[Worker]:
        """Who has said something, or died; waits for it."""
        with closing(selectors.PollSelector()) as selector:
            for worker in self._sent:
                selector.register(worker, selectors.EVENT_READ, worker)
            return [key.data for key, _ in selector.select(timeout_s)]

    def _bury(self, worker: Worker, waiting: Waiting) -> None:
        """Lets go of one that is dead; what it was playing is to blame, what it had at hand is not."""
        sent = self._sent.pop(worker)
        worker.close()
        self._deaths += 1
        if sent:
            waiting.blame(sent.popleft())
        waiting.put_back(sent)

    def _break_up(self, waiting: Waiting) -> None:
        """Nothing ends any more: ends all, and suspects each replication of what was under way."""
        said = f"it did not end within {self._orders.patience_s:g} s"
        for sent in self._sent.values():
            if sent:
                waiting.suspect_each(sent.popleft().job, said)
            waiting.put_back(sent)
        self.end(at_once=True)

    def _gather(self) -> Iterator[tuple[Job, Block]]:
        """What was played of the blocks under way, each worker stopping after its replication."""
        for worker in self._sent:
            worker.stop()
        while any(self._sent.values()):
            for worker in self._with_news(_LISTEN_S):
                for block in _blocks(worker):
                    yield self._sent[worker].popleft().job, block
                if worker.wire.ended:
                    del self._sent[worker]
                    worker.close()

    def end(self, at_once: bool) -> None:
        """Lets all go, after the replication under way or at once; who stays too long is ended."""
        for worker in self._sent:
            worker.kill() if at_once else worker.stop()
        self._see_off(_DIE_S if at_once else _LEAVE_S)
        for worker in self._sent:
            worker.kill()
        self._see_off(_DIE_S)
        for worker in self._sent:
            worker.close()
        self._sent.clear()

    def _see_off(self, within_s: float) -> None:
        """Waits until all have gone."""
        until = time.monotonic() + within_s
        while self._sent and (left := until - time.monotonic()) > 0:
            for worker in self._with_news(left):
                worker.wire.collect()
                if worker.wire.ended:
                    del self._sent[worker]
                    worker.close()


def _blocks(worker: Worker) -> Iterator[Block]:
    """What a worker has played since it was last heard; raises `InputError` where it can't have the model."""
    for said in worker.collect():
        if isinstance(said, Unfit):
            raise InputError([unfit(said.error)])
        yield said


_AHEAD = 2  # jobs a worker: one under way, one at hand
PATIENCE_S = 1200.0
"""Seconds after which a fleet in which no block ends is taken for one that hangs."""


class ProcessPool:
    """Plays jobs with `workers` processes, or with 1 in this process. Use it in a `with`.

    When `stop` is asked, what is under way is stopped after its replication, handed over, and
    `KeyboardInterrupt` raised. Where no process can be started at all, `notify` hears why, and this one plays.
    """

    def __init__(
        self,
        model: Sequence[Model] | ModelAt,
        workers: int,
        stop: StopAsked | None = None,
        patience_s: float = PATIENCE_S,
        notify: Notify = warn,
    ) -> None:
        self._model_at: ModelAt = model if callable(model) else Listed(tuple(model))
        self._workers = workers
        self._stop = stop or StopAsked()
        self._patience_s = patience_s
        self._report = notify
        self._alone = False
        self.crew: Workers | None = None
        """The processes that play together; `None` where there are none yet, or none any more."""

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Block]]:
        """Jobs with their blocks in the order in which they are done; jobs are taken as there is room for them.

        Raises `ResultsError` where no process can play, `InputError` where the cast can't be sent to one.
        """
        waiting = Waiting(jobs)
        if self._workers == 1 or not self._begin(waiting):
            yield from ThisProcess(self._model_at, self._stop).run(waiting.left())
            return
        assert self.crew is not None, "it has begun"
        try:
            yield from self.crew.run(waiting, self._probe)
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
            self.crew = Workers(self._orders(self._workers, _AHEAD))
        if self.crew is not None:
            try:
                self.crew.keep_busy(waiting)
            except NoWorkersError as error:
                self._alone, self.crew = True, None
                self._report(f"no worker process can be started ({error}); this process runs all replications")
        return self.crew is not None

    def _orders(self, workers: int, ahead: int) -> Orders:
        return Orders(pickled(self._model_at), workers, ahead, self._stop, self._patience_s)

    def _probe(self) -> None:
        """Nothing to play, alone: where even that breaks, no replication is to blame."""
        waiting = Waiting([Job(0, ())], tries=1)
        for _ in self._by_itself(waiting):
            pass
        if waiting.suspects:
            raise ResultsError(
                "the processes that should play die at once; is there enough memory? --workers 1 plays without them"
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
        crew = Workers(self._orders(1, 1))
        try:
            yield from crew.run(waiting, lambda: None)
        finally:
            crew.end(at_once=True)

    def _end_crew(self, at_once: bool) -> None:
        if self.crew is not None:
            self.crew.end(at_once)
            self.crew = None

    def __enter__(self) -> ProcessPool:
        if self._workers > 1:
            get_ready()  # what starts processes loads before they are wanted
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_crew(at_once=error is not None)  # whoever still plays after an error, plays for nobody
