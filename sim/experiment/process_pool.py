"""A pool of processes that run replications: a dead process costs a block and a second, never a result.

Blocks come back as they finish. The block of a process that dies is run again, up to three times. A block that still
ends its process is run alone and halved until only the replication at fault is left, which is recorded. If no block
ends any more, all processes are killed, and the replications under way are run one by one.
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
LOST = "its process died each time that it was run; it may have run out of memory"
_LISTEN_S = 0.2
_LEAVE_S = 10.0  # longer than an idle process takes to end
_DIE_S = 2.0  # longer than a killed process takes to end


@dataclass(frozen=True, slots=True)
class Sent:
    """A job, and how many processes died of it."""

    job: Job
    tries: int = 0


class Waiting:
    """Jobs to run: fresh ones and repeated ones; and jobs that ended their process too often."""

    def __init__(self, fresh: Iterable[Job], tries: int = TRIES) -> None:
        self._fresh, self._tries = iter(fresh), tries
        self._again: deque[Sent] = deque()
        self.suspects: deque[tuple[Job, str]] = deque()
        """Jobs with the error to record if a single replication turns out to be at fault."""

    def take(self) -> Sent | None:
        """Returns the next job; `None` if none is left."""
        if self._again:
            return self._again.popleft()
        job = next(self._fresh, None)
        return None if job is None else Sent(job)

    def put_back(self, sent: Iterable[Sent]) -> None:
        """Puts back jobs that were not begun."""
        self._again.extend(sent)

    def blame(self, sent: Sent) -> None:
        """Notes that a process died of a job: the job is run again, or becomes a suspect."""
        if sent.tries + 1 < self._tries:
            self._again.append(replace(sent, tries=sent.tries + 1))
        else:
            self.suspects.append((sent.job, LOST))

    def suspect_each(self, job: Job, said: str) -> None:
        """Makes each replication of a job that does not end a suspect, to be run alone."""
        self.suspects.extend((replace(job, numbers=(number,)), said) for number in job.numbers)

    def left(self) -> Iterator[Job]:
        """Yields all jobs that have not been run and are not suspects."""
        return chain([sent.job for sent in self._again], self._fresh)


@dataclass(frozen=True, slots=True)
class Orders:
    """Settings of workers: the pickled model, number of processes, jobs for each, stop, and longest silence of all."""

    model: bytes
    workers: int
    ahead: int
    stop: StopAsked
    patience_s: float


class Workers:
    """Processes that run waiting jobs. There are none at first; they are started as there is work for them."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._most = orders.workers
        self._sent: dict[Worker, deque[Sent]] = {}  # jobs of each: under way, and waiting
        self._deaths = 0

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The processes that exist now."""
        return tuple(self._sent)

    def keep_busy(self, waiting: Waiting) -> bool:
        """Gives jobs to workers with room, and starts missing workers; returns whether anything is under way.

        Raises `NoWorkersError` if there is no worker and none can be started.
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
        """Returns an idle worker, else a new one, else the one with most room; `None` if there is no room."""
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
        worker = Worker(self._orders.model, self._orders.patience_s)
        self._sent[worker] = deque()
        return worker

    def run(self, waiting: Waiting, dying: Callable[[], None]) -> Iterator[tuple[Job, Block]]:
        """Yields jobs with their blocks until nothing waits; calls `dying` if processes die and no block finishes.

        Raises `KeyboardInterrupt` when a stop is asked, after the replications under way.
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
        """Waits for workers that have sent something or died, and returns them."""
        with closing(selectors.PollSelector()) as selector:
            for worker in self._sent:
                selector.register(worker, selectors.EVENT_READ, worker)
            return [key.data for key, _ in selector.select(timeout_s)]

    def _bury(self, worker: Worker, waiting: Waiting) -> None:
        """Removes a dead worker; the job under way is to blame, those that waited are not."""
        sent = self._sent.pop(worker)
        worker.close()
        self._deaths += 1
        if sent:
            waiting.blame(sent.popleft())
        waiting.put_back(sent)

    def _break_up(self, waiting: Waiting) -> None:
        """Kills all workers when no block ends any more; each replication under way becomes a suspect."""
        said = f"it did not end within {self._orders.patience_s:g} s"
        for sent in self._sent.values():
            if sent:
                waiting.suspect_each(sent.popleft().job, said)
            waiting.put_back(sent)
        self.end(at_once=True)

    def _gather(self) -> Iterator[tuple[Job, Block]]:
        """Yields the finished part of the blocks under way; each worker stops after its replication."""
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
        """Ends all workers, after the replication under way or at once; kills those that take too long."""
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
    """Yields blocks that a worker has sent since the last call; raises `InputError` if it can't load the model."""
    for said in worker.collect():
        if isinstance(said, Unfit):
            raise InputError([unfit(said.error)])
        yield said


_AHEAD = 2  # jobs for each worker: one under way, one waiting
PATIENCE_S = 1200.0
"""Seconds without a finished block after which the workers count as hanging."""


class ProcessPool:
    """Runs jobs with `workers` processes, or with 1 in this process. Use it in a `with`.

    When `stop` is asked, blocks under way stop after their replication and are handed over, and `KeyboardInterrupt`
    is raised. If no process can be started at all, `notify` receives the reason, and this process runs the jobs.
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
        """The processes of the pool; `None` before they are started and after they have ended."""

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Block]]:
        """Yields jobs with their blocks in the order in which they finish; takes jobs as there is room for them.

        Raises `ResultsError` if no process can run, `InputError` if the model can't be sent to one.
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
                f"no process can be started any more ({error}); finished replications are kept; "
                "--workers 1 needs no other processes"
            ) from error
        except BaseException:  # also when the caller stops iterating: jobs under way must not be taken for others
            self._end_crew(at_once=True)
            raise

    def _begin(self, waiting: Waiting) -> bool:
        """Whether processes run the jobs; if none can be started, this process does."""
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
        """Runs an empty job alone: if that fails too, no replication is to blame."""
        waiting = Waiting([Job(0, ())], tries=1)
        for _ in self._by_itself(waiting):
            pass
        if waiting.suspects:
            raise ResultsError(
                "worker processes die at once; is there enough memory? --workers 1 needs no other processes"
            )

    def _run_alone(self, job: Job) -> Generator[tuple[Job, Block], None, Guilt | None]:
        waiting = Waiting([job], tries=1)
        yield from self._by_itself(waiting)
        if not waiting.suspects:
            return None
        said = waiting.suspects[0][1]
        return ("lost" if said == LOST else "failed", said)

    def _by_itself(self, waiting: Waiting) -> Iterator[tuple[Job, Block]]:
        """Runs waiting jobs in a process of their own."""
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
            get_ready()  # the server that starts processes loads before they are needed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_crew(at_once=error is not None)  # after an error, results of jobs still running are not needed
