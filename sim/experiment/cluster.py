"""A Dask cluster that plays: the same jobs in blocks, sent to workers that run already.

Dask sends a block again when its worker dies, three times; one that still kills its worker is played alone and
halved, as in the processes of one machine. Workers must run the same program as whoever asks them.
"""

from __future__ import annotations

import hashlib
import logging
import pickle  # nosec B403  # written only, to tell casts apart
import queue
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from types import TracebackType
from typing import Any

from sim.errors import InputError, Problem, ResultsError
from sim.experiment.here import Listed
from sim.experiment.interrupts import StopAsked
from sim.experiment.worker import Cast, CastOf, Job, Players
from sim.results.identity import program_hash
from sim.results.manifest import installed_version
from sim.results.records import Block, Failure

_AHEAD = 2  # jobs a thread of a worker: one under way, one at hand
_CONNECT_S, _LISTEN_S, _ALONE_S = 10, 0.2, 60.0
_FETCH_S = 600  # a block whose worker was killed after it was done is played again before it can be fetched
_LOST = "each worker that played it died; it may have run out of memory"


@dataclass(frozen=True, slots=True)
class _Sent:
    job: Job
    alone: bool = False


class ClusterFleet:
    """Plays jobs on the cluster behind a scheduler's address. Use it in a `with`.

    When `stop` is asked, what has not begun is taken back, what is done handed over, and `KeyboardInterrupt` raised.
    """

    def __init__(self, cast: Sequence[Cast] | CastOf, address: str, stop: StopAsked | None = None) -> None:
        self._cast_of: CastOf = cast if callable(cast) else Listed(tuple(cast))
        self._digest = hashlib.sha256(pickle.dumps(self._cast_of)).hexdigest()
        self._address = address
        self._stop = stop or StopAsked()
        self._client: Any = None
        self._logger = logging.getLogger("distributed")
        self._level = self._logger.level
        self._last_seen = 0.0
        self._count = 0

    def __enter__(self) -> ClusterFleet:
        """Connects; raises `InputError` where nobody answers, or another program does."""
        try:
            from distributed import Client  # noqa: PLC0415 - an extra, and heavy
        except ImportError:
            raise InputError("--scheduler needs distributed: pip install 'drawdown[cluster]'") from None
        _check_certificates(self._address)
        self._logger.setLevel(logging.CRITICAL)  # what it says is said here, in a sentence
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
        if not self._threads():
            raise InputError([Problem("--scheduler", "the scheduler has no workers yet; start some", self._address)])
        try:
            found = self._client.run(this_program)
        except ImportError:
            found = {"": None}
        except Exception as error:
            raise InputError([Problem("--scheduler", f"its workers can't be asked: {type(error).__name__}")]) from None
        odd = sorted(worker for worker, program in found.items() if program != this_program())
        if odd:
            raise InputError([Problem("--scheduler", _other_program(odd[0], found[odd[0]]))])

    def _threads(self) -> int:
        return sum(int(worker["nthreads"]) for worker in self._client.scheduler_info(n_workers=-1)["workers"].values())

    def play(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Block]]:
        """Jobs with their blocks in the order in which they are done; raises `ResultsError` where all workers go."""
        suspects: deque[_Sent] = deque()
        yield from self._round((_Sent(job) for job in jobs), suspects, _AHEAD * max(self._threads(), 1))
        while suspects:
            sent = suspects.popleft()
            again: deque[_Sent] = deque()
            yield from self._round(iter([sent]), again, 1)
            if not again:
                continue
            if len(sent.job.numbers) == 1:
                yield sent.job, Block((), (Failure(sent.job.numbers[0], "lost", _LOST),))
                continue
            middle = len(sent.job.numbers) // 2
            halves = (sent.job.numbers[:middle], sent.job.numbers[middle:])
            suspects.extend(_Sent(replace(sent.job, numbers=numbers), alone=True) for numbers in halves)

    def _round(self, fresh: Iterator[_Sent], killed: deque[_Sent], ahead: int) -> Iterator[tuple[Job, Block]]:
        """Plays until nothing is left; jobs that killed their workers go to `killed`."""
        flying: dict[Any, _Sent] = {}
        done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        try:
            while True:
                for sent in _some(fresh, ahead - len(flying)):
                    future = self._submit(sent.job)
                    flying[future] = sent
                    future.add_done_callback(done.put)
                if not flying:
                    return
                for future in _heard(done):
                    sent = flying.pop(future)
                    block = self._result(future)
                    if block is None:
                        killed.append(sent)
                    else:
                        yield sent.job, block
                self._look_around()
                if self._stop.asked:
                    raise KeyboardInterrupt
        finally:
            if flying:
                with suppress(Exception):  # whoever still plays, plays for nobody
                    self._client.cancel(list(flying), force=True)

    def _submit(self, job: Job) -> Any:
        self._count += 1
        key = f"drawdown-{self._digest[:12]}-{id(self)}-{self._count}"
        try:
            return self._client.submit(
                play_on_cluster, self._cast_of, self._digest, this_program(), job, key=key, pure=False
            )
        except Exception as error:
            raise ResultsError(_gone(self._address)) from error

    def _result(self, future: Any) -> Block | None:
        """The block of a job; `None` where it killed its workers."""
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 - as above

        try:
            block: Block = future.result(timeout=_FETCH_S)
        except KilledWorker:
            return None
        except ResultsError:
            raise
        except Exception as error:
            said = (str(error).strip().splitlines() or [""])[0][:200]
            gone = self._client.status != "running" or future.status in ("cancelled", "lost")
            raise ResultsError(_gone(self._address) if gone else f"a worker gave up: {said}") from error
        return block

    def _look_around(self) -> None:
        """Raises `ResultsError` where the scheduler is gone, or all of its workers have been for a minute."""
        if self._client.status != "running":
            raise ResultsError(_gone(self._address))
        now = time.monotonic()
        if self._client.scheduler_info(n_workers=-1)["workers"]:
            self._last_seen = now
        elif now - self._last_seen > _ALONE_S:
            raise ResultsError(f"the cluster at {self._address} has no workers any more; what was played stays")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._client is not None:
            with suppress(Exception):
                self._client.close(timeout=2)
            self._client = None
        self._logger.setLevel(self._level)


def _check_certificates(address: str) -> None:
    """Raises `InputError` where Dask's configuration has no certificates for an address that needs some."""
    if not address.startswith("tls:"):
        return
    from distributed import Security  # noqa: PLC0415 - as above

    security: Any = Security
    try:
        found = security().get_connection_args("client").get("ssl_context")
    except (OSError, ValueError) as error:
        raise InputError([Problem("--scheduler", f"the certificates can't be read: {error}", address)]) from None
    if found is None:
        allowed = "docs/cluster.md says how to give them"
        raise InputError([Problem("--scheduler", "Dask's configuration has no certificates", address, allowed)])


def _gone(address: str) -> str:
    return f"the scheduler at {address} is gone; what was played stays, and the same command goes on"


def _some(fresh: Iterator[_Sent], most: int) -> Iterator[_Sent]:
    for _ in range(most):
        sent = next(fresh, None)
        if sent is None:
            return
        yield sent


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


def this_program() -> tuple[str, str]:
    """Version and hash of the program that runs here."""
    return installed_version(), program_hash()


def _other_program(worker: str, found: tuple[str, str] | None) -> str:
    if found is None:
        return "its workers have no drawdown; install the same version there"
    mine = this_program()
    differs = f"drawdown {found[0]}, here {mine[0]}" if found[0] != mine[0] else "the same version with other files"
    return f"the worker {worker} runs another program ({differs}); install the same one there"


class _Mine(threading.local):
    """Players of a thread of a worker: a player is never shared between threads."""

    held: tuple[str, Players] | None = None


_MINE = _Mine()


def play_on_cluster(cast_of: CastOf, digest: str, program: tuple[str, str], job: Job) -> Block:
    """Plays a job on a worker of a cluster. Raises `ResultsError` where the worker runs another program."""
    if program != this_program():
        raise ResultsError(_other_program("that joined", this_program()))
    if _MINE.held is None or _MINE.held[0] != digest:
        _MINE.held = digest, Players(cast_of)
    return _MINE.held[1].play(job, lambda: False)
