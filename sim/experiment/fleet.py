"""A fleet of processes that play: whatever dies in it costs a block and a second, never a result.

Blocks come back as they are done. A broken pool is made anew and its blocks are sent again, three times at
most; a block that still breaks is played alone and halved until only the replication at fault is left, which
is recorded.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import types
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from ctypes import c_byte
from dataclasses import dataclass, replace
from types import TracebackType

from sim.errors import ResultsError
from sim.experiment.interrupts import StopAsked
from sim.experiment.worker import Cast, Job, Player, begin_process, play_in_process, play_job
from sim.results.records import Block, Failure

TRIES = 3
_AHEAD = 2  # jobs a worker: one under way, one at hand
_LISTEN_S = 0.2
_LOST = "its process died each time that it was played; it may have run out of memory"


@dataclass(frozen=True, slots=True)
class _Sent:
    job: Job
    tries: int = 0


class Fleet:
    """Plays jobs with `workers` processes, or with 1 in this process. Use it in a `with`.

    When `stop` is asked, what is under way is stopped after its replication, handed over, and
    `KeyboardInterrupt` raised.
    """

    def __init__(self, cast: Sequence[Cast], workers: int, stop: StopAsked | None = None) -> None:
        self._cast = tuple(cast)
        self._workers = workers
        self._stop = stop or StopAsked()
        self._pool: ProcessPoolExecutor | None = None
        self._player: tuple[int, Player] | None = None
        self._flag = multiprocessing.get_context("spawn").RawValue(c_byte, 0)

    def play(self, jobs: Iterable[Job]) -> Iterator[Block]:
        """Blocks in the order in which they are done; raises `ResultsError` where no process can play."""
        if self._workers == 1:
            yield from self._play_here(jobs)
            return
        waiting = deque(_Sent(job) for job in jobs)
        suspects: list[Job] = []
        while waiting:
            yield from self._round(waiting)
            suspects += [sent.job for sent in waiting if sent.tries >= TRIES]
            waiting = deque(sent for sent in waiting if sent.tries < TRIES)
        if suspects:
            self._probe()
        for job in suspects:
            yield from self._bisect(job)

    def _play_here(self, jobs: Iterable[Job]) -> Iterator[Block]:
        for job in jobs:
            if self._player is None or self._player[0] != job.cast:
                self._player = job.cast, Player(self._cast[job.cast])
            yield play_job(self._player[1], job, lambda: self._stop.asked)
            if self._stop.asked:
                raise KeyboardInterrupt

    def _round(self, waiting: deque[_Sent], ahead: int | None = None) -> Iterator[Block]:
        """Plays until nothing waits or the pool breaks; what was under way then waits again, a try older."""
        flying: dict[Future[Block], _Sent] = {}
        try:
            while waiting or flying:
                while waiting and len(flying) < (ahead or _AHEAD * self._workers):
                    flying[self._submit(waiting[0].job)] = waiting[0]
                    waiting.popleft()
                for future in wait(flying, timeout=_LISTEN_S, return_when=FIRST_COMPLETED).done:
                    block = future.result()
                    del flying[future]
                    yield block
                if self._stop.asked:
                    yield from self._gather(flying)
                    raise KeyboardInterrupt
        except BrokenProcessPool:
            self._end_pool()
            again = [replace(sent, tries=sent.tries + 1) for sent in flying.values()]
            waiting.extendleft(reversed(again))

    def _gather(self, flying: Iterable[Future[Block]]) -> Iterator[Block]:
        """What was played of the blocks under way, each worker stopping after its replication."""
        self._flag.value = 1
        for future in [future for future in flying if not future.cancel()]:
            try:
                yield future.result()
            except BrokenProcessPool:
                return

    def _probe(self) -> None:
        """Nothing to play, alone: where even that breaks, no replication is to blame."""
        waiting = deque([_Sent(Job(0, ()))])
        for _ in self._round(waiting, ahead=1):
            pass
        if waiting:
            raise ResultsError(
                "the processes that should play die at once; is there enough memory? "
                "--workers 1 plays without them"
            )

    def _bisect(self, job: Job) -> Iterator[Block]:
        """A job that broke the pool again and again, alone: in halves until one replication is left."""
        waiting = deque([_Sent(job)])
        yield from self._round(waiting, ahead=1)
        if not waiting:
            return
        if len(job.numbers) == 1:
            yield Block((), (Failure(job.numbers[0], "lost", _LOST),))
            return
        middle = len(job.numbers) // 2
        for numbers in (job.numbers[:middle], job.numbers[middle:]):
            yield from self._bisect(replace(job, numbers=numbers))

    def _submit(self, job: Job) -> Future[Block]:
        with _quiet_start():
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                told = (self._cast, self._flag)
                self._pool = ProcessPoolExecutor(self._workers, context, begin_process, told)
            return self._pool.submit(play_in_process, job)

    def _end_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def __enter__(self) -> Fleet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self._pool is not None:  # whoever still plays, plays for nobody
            for process in list((getattr(self._pool, "_processes", None) or {}).values()):
                process.terminate()
        self._end_pool()


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Around the start of processes: they are born deaf to Ctrl-C, and do not run the user's script again.

    The mask is inherited, and a Ctrl-C of these milliseconds reaches the parent after them. The standard
    library has a spawned process import the script that began it all, for what was pickled by its names;
    nothing here is, and a script that calls `run` outside `if __name__ == "__main__":` would start processes
    without end.
    """
    masks = hasattr(signal, "pthread_sigmask")
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, old)
