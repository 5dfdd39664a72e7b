"""A Dask cluster that plays: the same jobs in blocks, sent to workers that run already.

Dask sends a block again when its worker dies, three times; one that still kills its worker is played alone and
halved, as in the processes of one machine. Workers must run the same program as whoever asks them: where one does
not, nothing is begun, and one that joins later gets no jobs.
"""

from __future__ import annotations

import hashlib
import pickle  # nosec B403  # written only, to tell casts apart
import queue
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import chain
from types import TracebackType
from typing import Any

from sim.errors import InputError, Problem, ResultsError
from sim.experiment.here import Listed
from sim.experiment.interrupts import StopAsked
from sim.experiment.muting import muted
from sim.experiment.notes import Tell, warn
from sim.experiment.staff import Program, Staff, other_program
from sim.experiment.where import check_certificates
from sim.experiment.worker import Cast, CastOf, Guilt, Job, Players, isolate
from sim.results.identity import PYTHON, program_hash
from sim.results.manifest import installed_version
from sim.results.records import Block

_AHEAD = 2  # jobs a thread of a worker: one under way, one at hand
_CONNECT_S, _LISTEN_S, _ALONE_S = 10, 0.2, 60.0
_FETCH_S = 30  # a block whose worker was killed after it was done can't be fetched
_TRIES = 3
_UNDER_WAY = ("pending", "lost")
_LOST = "each worker that played it died; it may have run out of memory"


@dataclass(frozen=True, slots=True)
class _Sent:
    """A job, how often it was sent, and to whom."""

    job: Job
    tries: int = 0
    to: frozenset[str] = frozenset()


class ClusterFleet:
    """Plays jobs on the cluster behind a scheduler's address. Use it in a `with`.

    When `stop` is asked, what has not begun is taken back, what is done handed over, and `KeyboardInterrupt` raised.
    """

    def __init__(
        self,
        cast: Sequence[Cast] | CastOf,
        address: str,
        stop: StopAsked | None = None,
        tell: Tell = warn,
    ) -> None:
        self._cast_of: CastOf = cast if callable(cast) else Listed(tuple(cast))
        self._digest = hashlib.sha256(pickle.dumps(self._cast_of)).hexdigest()
        self._address = address
        self._stop = stop or StopAsked()
        self._tell = tell
        self._client: Any = None
        self._staff: Staff
        self._mute = ExitStack()
        self._last_seen = 0.0
        self._count = 0

    def __enter__(self) -> ClusterFleet:
        """Connects; raises `InputError` where nobody answers, or another program does."""
        try:
            from distributed import Client  # noqa: PLC0415 - an extra, and heavy
        except ImportError:
            raise InputError("--scheduler needs distributed: pip install 'drawdown[cluster]'") from None
        check_certificates(self._address)
        self._mute.enter_context(muted())  # what Dask would log is said here, in a sentence
        try:
            client: Any = Client  # it has no types
            self._client = client(self._address, timeout=_CONNECT_S, set_as_default=False)
            self._check()
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            self._close()
            why = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
            raise InputError([Problem("--scheduler", f"nobody answers there: {why}", self._address)]) from None
        except BaseException:
            self._close()
            raise
        self._last_seen = time.monotonic()
        return self

    def _check(self) -> None:
        """Holds all workers to running this program."""
        staff = self._staff = Staff(self._client, this_program, self._tell)
        try:
            found = staff.ask()
        except Exception as error:
            raise InputError([Problem("--scheduler", f"its workers can't be asked: {type(error).__name__}")]) from None
        if not found:
            raise InputError([Problem("--scheduler", "the scheduler has no workers yet; start some", self._address)])
        odd = sorted(worker for worker, program in found.items() if program != this_program())
        if odd:
            said = other_program(found[odd[0]], this_program())
            raise InputError([Problem("--scheduler", f"the worker {odd[0]} {said}")])

    def play(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Block]]:
        """Jobs with their blocks in the order in which they are done; raises `ResultsError` where all workers go."""
        suspects: deque[_Sent] = deque()
        yield from self._round((_Sent(job) for job in jobs), suspects, alone=False)
        for sent in suspects:
            yield from isolate(sent.job, self._run_alone)

    def _run_alone(self, job: Job) -> Generator[tuple[Job, Block], None, Guilt | None]:
        killed: deque[_Sent] = deque()
        yield from self._round(iter([_Sent(job)]), killed, alone=True)
        return ("lost", _LOST) if killed else None

    def _round(self, fresh: Iterator[_Sent], killed: deque[_Sent], alone: bool) -> Iterator[tuple[Job, Block]]:
        """Plays until nothing is left; jobs that killed their workers go to `killed`."""
        flying: dict[Any, _Sent] = {}
        done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        again: deque[_Sent] = deque()
        try:
            while True:
                fit = self._look_around()
                again.extend(self._called_back(flying, fit))
                killed.extend(sent for sent in again if sent.tries == _TRIES)
                again = deque(sent for sent in again if sent.tries < _TRIES)
                for sent in _some(again, fresh, self._room(alone, fit) - len(flying)):
                    future = self._submit(sent.job, fit)
                    flying[future] = replace(sent, tries=sent.tries + 1, to=fit)
                    future.add_done_callback(done.put)
                if not flying and not again:
                    if (following := next(fresh, None)) is None:
                        return
                    again.append(following)  # there is nobody to give it to
                for future, flown in _landed(done, flying):
                    block = self._result(future)
                    if isinstance(block, Block):
                        yield flown.job, block
                    elif isinstance(block, Other):
                        self._staff.leave_out(block.worker, block.program)
                        again.append(replace(flown, tries=flown.tries - 1))
                    else:
                        killed.append(flown)
                if self._stop.asked:
                    raise KeyboardInterrupt
        finally:
            if flying:
                with suppress(Exception):  # whoever still plays, plays for nobody
                    self._client.cancel(list(flying), force=True)

    def _room(self, alone: bool, fit: frozenset[str]) -> int:
        """How many jobs may be under way."""
        return min(1, len(fit)) if alone else _AHEAD * sum(self._staff.threads.values())

    def _called_back(self, flying: dict[Any, _Sent], fit: frozenset[str]) -> Iterator[_Sent]:
        """Jobs that wait for workers of which none is there any more, while others are: Dask would not send them on."""
        for future, sent in list(flying.items()):
            if fit and not sent.to & fit and future.status in _UNDER_WAY:
                del flying[future]
                self._client.cancel([future], force=True)
                yield sent

    def _submit(self, job: Job, to: frozenset[str]) -> Any:
        self._count += 1
        key = f"drawdown-{self._digest[:12]}-{id(self)}-{self._count}"
        try:
            return self._client.submit(
                play_on_cluster, self._cast_of, self._digest, this_program(), job,
                key=key, pure=False, workers=sorted(to), allow_other_workers=False,
            )  # fmt: skip
        except Exception as error:
            raise ResultsError(_gone(self._address)) from error

    def _result(self, future: Any) -> Block | Other | None:
        """The block of a job; `None` where it killed its workers, or who has it lost it or its own program."""
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 - as above

        try:
            block: Block | Other = future.result(timeout=_FETCH_S)
        except KilledWorker:
            return None
        except TimeoutError:
            self._client.cancel([future], force=True)
            return None
        except ImportError:
            self._staff.forget()
            return None
        except Exception as error:
            said = (str(error).strip().splitlines() or [""])[0][:200]
            gone = self._client.status != "running" or future.status in ("cancelled", "lost")
            raise ResultsError(_gone(self._address) if gone else f"a worker gave up: {said}") from error
        return block

    def _look_around(self) -> frozenset[str]:
        """The workers that may be given jobs.

        Raises `ResultsError` where the scheduler is gone, or there have been no such workers for a minute.
        """
        if self._client.status != "running":
            raise ResultsError(_gone(self._address))
        now = time.monotonic()
        if fit := self._staff.look():
            self._last_seen = now
        elif now - self._last_seen > _ALONE_S:
            raise ResultsError(f"the cluster at {self._address} has no workers any more; what was played stays")
        return fit

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._client is not None:
            with suppress(Exception):
                self._client.close(timeout=2)
            self._client = None
        self._mute.close()


def _gone(address: str) -> str:
    return f"the scheduler at {address} is gone; what was played stays, and the same command goes on"


def _some(again: deque[_Sent], fresh: Iterator[_Sent], most: int) -> Iterator[_Sent]:
    for _ in range(most):
        sent = again.popleft() if again else next(fresh, None)
        if sent is None:
            return
        yield sent


def _landed(done: queue.SimpleQueue[Any], flying: dict[Any, _Sent]) -> Iterator[tuple[Any, _Sent]]:
    """What is done by now and was not called back; waits a moment where nothing is."""
    for future in _heard(done):
        if future in flying and future.status in _UNDER_WAY:  # it was done, and then lost with its worker
            future.add_done_callback(done.put)
        elif future in flying:
            yield future, flying.pop(future)


def _heard(done: queue.SimpleQueue[Any]) -> Iterator[Any]:
    """What is done by now; waits a moment where nothing is."""
    try:
        first = done.get(timeout=_LISTEN_S)
    except queue.Empty:
        return
    rest = []
    while not done.empty():
        rest.append(done.get())
    yield from chain([first], rest)


def this_program() -> Program:
    """Version and hash of the program that runs here, and its Python. Workers of other versions have this name too."""
    return installed_version(), program_hash(), PYTHON


class _Mine(threading.local):
    """Players of a thread of a worker: a player is never shared between threads."""

    held: tuple[str, Players] | None = None


_MINE = _Mine()


@dataclass(frozen=True, slots=True)
class Other:
    """What a worker says in place of a block that turns out to run another program."""

    worker: str
    program: Program


def play_on_cluster(cast_of: CastOf, digest: str, program: Program, job: Job) -> Block | Other:
    """Plays a job on a worker of a cluster that runs this program."""
    if program != this_program():
        from distributed import get_worker  # noqa: PLC0415 - as above

        return Other(get_worker().address, this_program())
    if _MINE.held is None or _MINE.held[0] != digest:
        _MINE.held = digest, Players(cast_of)
    return _MINE.held[1].play(job, lambda: False)
