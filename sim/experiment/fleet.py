"""A fleet of processes that play: whatever dies in it costs a block and a second, never a result.

Blocks come back as they are done. A broken pool is made anew and its blocks are sent again, three times at
most; a block that still breaks is played alone and halved until only the replication at fault is left, which
is recorded. A pool in which nothing ends any more is broken up, and what it played is played one by one.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from ctypes import c_byte
from dataclasses import dataclass, replace
from itertools import chain
from multiprocessing.connection import wait as wait_for_any
from multiprocessing.process import BaseProcess
from types import TracebackType

from sim.errors import ResultsError
from sim.experiment.here import Here, Listed
from sim.experiment.interrupts import StopAsked
from sim.experiment.processes import context, own_modules
from sim.experiment.quiet import mute_resource_tracker, quiet_start
from sim.experiment.worker import Cast, CastOf, Job, begin_process, play_in_process
from sim.results.records import Block, Failure

TRIES = 3
_AHEAD = 2  # jobs a worker: one under way, one at hand
_LISTEN_S = 0.2
_LEAVE_S = 10.0  # more than processes with nothing left to do take to end
_LOST = "its process died each time that it was played; it may have run out of memory"
PATIENCE_S = 1200.0
"""Seconds after which a fleet in which no block ends is taken for one that hangs."""


@dataclass(frozen=True, slots=True)
class _Sent:
    job: Job
    tries: int = 0


class Fleet:
    """Plays jobs with `workers` processes, or with 1 in this process. Use it in a `with`.

    When `stop` is asked, what is under way is stopped after its replication, handed over, and
    `KeyboardInterrupt` raised.
    """

    def __init__(
        self,
        cast: Sequence[Cast] | CastOf,
        workers: int,
        stop: StopAsked | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._cast_of: CastOf = cast if callable(cast) else Listed(tuple(cast))
        self._workers = workers
        self._stop = stop or StopAsked()
        self._patience_s = patience_s
        self._pool: ProcessPoolExecutor | None = None
        self._flag = multiprocessing.get_context("spawn").RawValue(c_byte, 0)

    def play(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Block]]:
        """Jobs with their blocks in the order in which they are done; jobs are taken as there is room for them.

        Raises `ResultsError` where no process can play.
        """
        if self._workers == 1:
            yield from Here(self._cast_of, self._stop).play(jobs)
            return
        fresh = (_Sent(job) for job in jobs)
        again: deque[_Sent] = deque()
        suspects: list[Job] = []
        while True:
            yield from self._round(fresh, again)
            suspects += [sent.job for sent in again if sent.tries >= TRIES]
            again = deque(sent for sent in again if sent.tries < TRIES)
            if not again and (following := next(fresh, None)) is None:
                break
            if not again and following is not None:
                again.append(following)
        if suspects:
            self._probe()
        for job in suspects:
            yield from self._bisect(job)

    def _round(
        self, fresh: Iterator[_Sent], again: deque[_Sent], ahead: int | None = None
    ) -> Iterator[tuple[Job, Block]]:
        """Plays until nothing waits or the pool breaks; what was under way then waits in `again`, a try older."""
        flying: dict[Future[Block], _Sent] = {}
        queue = chain(_drained(again), fresh)
        heard = time.monotonic()
        try:
            while True:
                self._fill(flying, queue, again, ahead or _AHEAD * self._workers)
                if not flying:
                    return
                for future in wait(flying, timeout=_LISTEN_S, return_when=FIRST_COMPLETED).done:
                    block = future.result()
                    heard = time.monotonic()
                    yield flying.pop(future).job, block
                if time.monotonic() - heard > self._patience_s:
                    self._terminate()
                    raise _HangsError
                if self._stop.asked:
                    yield from self._gather(flying)
                    raise KeyboardInterrupt
        except (BrokenProcessPool, _HangsError) as error:
            self._end_pool()
            for sent in flying.values():
                again += _once_more(sent, isinstance(error, _HangsError))
            if isinstance(error, _HangsError) and ahead == 1:
                raise

    def _fill(
        self, flying: dict[Future[Block], _Sent], queue: Iterator[_Sent], again: deque[_Sent], most: int
    ) -> None:
        """Sends jobs until so many are under way."""
        while len(flying) < most and (sent := next(queue, None)) is not None:
            try:
                flying[self._submit(sent.job)] = sent
            except BrokenProcessPool:
                again.append(replace(sent, tries=sent.tries + 1))
                raise

    def _gather(self, flying: Mapping[Future[Block], _Sent]) -> Iterator[tuple[Job, Block]]:
        """What was played of the blocks under way, each worker stopping after its replication."""
        self._flag.value = 1
        for future in [future for future in flying if not future.cancel()]:
            try:
                yield flying[future].job, future.result()
            except BrokenProcessPool:
                return

    def _probe(self) -> None:
        """Nothing to play, alone: where even that breaks, no replication is to blame."""
        left: deque[_Sent] = deque()
        try:
            for _ in self._round(iter([_Sent(Job(0, ()))]), left, ahead=1):
                pass
        except _HangsError:
            left.append(_Sent(Job(0, ())))
        if left:
            raise ResultsError(
                "the processes that should play die at once; is there enough memory? "
                "--workers 1 plays without them"
            )

    def _bisect(self, job: Job) -> Iterator[tuple[Job, Block]]:
        """A job that broke the pool again and again, alone: in halves until one replication is left."""
        left: deque[_Sent] = deque()
        try:
            yield from self._round(iter([_Sent(job)]), left, ahead=1)
        except _HangsError:
            said = f"it did not end within {self._patience_s:g} s"
            if len(job.numbers) == 1:
                yield job, Block((), (Failure(job.numbers[0], "failed", said),))
                return
        if not left:
            return
        if len(job.numbers) == 1:
            yield job, Block((), (Failure(job.numbers[0], "lost", _LOST),))
            return
        middle = len(job.numbers) // 2
        for numbers in (job.numbers[:middle], job.numbers[middle:]):
            yield from self._bisect(replace(job, numbers=numbers))

    def _submit(self, job: Job) -> Future[Block]:
        made = context() if self._pool is None else None
        # in this order: starting the first of them lets Ctrl-C through again
        with mute_resource_tracker(), quiet_start(), own_modules():
            if self._pool is None:
                told = (self._cast_of, self._flag)
                self._pool = ProcessPoolExecutor(self._workers, made, begin_process, told)
            try:
                return self._pool.submit(play_in_process, job)
            except (OSError, EOFError) as error:  # whoever starts processes has died a moment ago
                raise BrokenProcessPool("no process could be started") from error

    def _end_pool(self) -> None:
        pool, processes = self._pool, self._processes()
        self._pool = None
        if pool is None:
            return
        with mute_resource_tracker():
            watch = threading.Thread(target=_see_off, args=(processes,), daemon=True)
            watch.start()
            pool.shutdown(wait=True, cancel_futures=True)  # to its end: threads of it must not outlive the command
            watch.join()

    def _processes(self) -> list[BaseProcess]:
        return list((getattr(self._pool, "_processes", None) or {}).values())

    def __enter__(self) -> Fleet:
        if self._workers > 1:
            context()  # what makes processes gets ready before they are wanted
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:  # whoever still plays, plays for nobody
            self._terminate()
        self._end_pool()

    def _terminate(self) -> None:
        for process in self._processes():
            process.terminate()


def _see_off(processes: Sequence[BaseProcess]) -> None:
    """Waits until processes that were told to go have gone, and ends those that stay.

    One that is killed then may take the lock along on which the others wait for leave to go.
    """
    until = time.monotonic() + _LEAVE_S
    staying = {process.sentinel for process in processes}
    while staying and (left := until - time.monotonic()) > 0:
        staying.difference_update(wait_for_any(list(staying), left))
    for process in processes:
        if process.sentinel in staying:
            process.terminate()


class _HangsError(Exception):
    """Nothing ends any more."""


def _once_more(sent: _Sent, hangs: bool) -> list[_Sent]:
    """What is played in place of a job under way; where one never ends, each replication alone shows which."""
    if not hangs:
        return [replace(sent, tries=sent.tries + 1)]
    return [_Sent(replace(sent.job, numbers=(number,)), TRIES) for number in sent.job.numbers]


def _drained(queue: deque[_Sent]) -> Iterator[_Sent]:
    while queue:
        yield queue.popleft()
