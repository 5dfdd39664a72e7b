"""Runs jobs on a Dask cluster: the same blocks, sent to workers that are already running.

When a worker dies, Dask sends its block again, up to three times. A block that still kills its workers is run alone
and halved, as in local processes. Workers must run the same program as this process: if one differs at the start,
nothing is begun; one that joins later gets no jobs.
"""

from __future__ import annotations

import hashlib
import logging
import pickle  # nosec B403  # written only, to identify models
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from types import TracebackType
from typing import Any

from sim.errors import InputError, Problem, ResultsError
from sim.experiment.interrupts import Notify, StopAsked, warn
from sim.experiment.worker import Guilt, Job, Listed, Model, ModelAt, Recorders, isolate
from sim.results.identity import PYTHON, program_hash
from sim.results.manifest import installed_version
from sim.results.rows import Block

_MUTING = threading.Lock()
_LEVELS: list[int] = []
"""A log level of Dask for each open pool; the first is the original level."""


@contextmanager
def muted() -> Iterator[None]:
    """Silences Dask's log while any pool is open; then restores it, in whatever order threads leave."""
    logger = logging.getLogger("distributed")
    with _MUTING:
        _LEVELS.append(_LEVELS[0] if _LEVELS else logger.level)
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        with _MUTING:
            before = _LEVELS.pop()
            if not _LEVELS:
                logger.setLevel(before)


Program = tuple[str, ...]
"""Version, hash of the files that determine results, and minor version of Python; older programs lack the last."""


def other_program(found: Program | None, mine: Program) -> str:
    """Describes how a worker's program differs from this one; `None`: it has no program."""
    if found is None:
        return "has no drawdown; install the same version there"
    if found[:2] == mine[:2]:  # equal tables are promised only under the same minor version of Python
        theirs = found[2] if len(found) > 2 else "unknown"  # noqa: PLR2004 - the third of three
        return f"runs under another Python ({theirs}, here {mine[2]}); use the same one there"
    differs = f"drawdown {found[0]}, here {mine[0]}" if found[0] != mine[0] else "the same version with other files"
    return f"runs another program ({differs}); install the same one there"


class Staff:
    """Workers that may be given jobs. Workers that join are asked for their program before they get one.

    `program` returns the program of the process that calls it. `notify` gets one message for each way in which the
    programs of workers differ.
    """

    def __init__(self, client: Any, program: Callable[[], Program], notify: Callable[[str], None]) -> None:
        self._client, self._program, self._report = client, program, notify
        self._mine = program()
        self._reported: set[str] = set()
        self._odd: set[str] = set()
        self.threads: dict[str, int] = {}
        """Number of jobs that each fit worker does at once, by address."""

    def ask(self) -> dict[str, Program | None]:
        """Returns the program of every worker; `None`: drawdown is missing. Raises what Dask raises."""
        return self._asked(list(self._there()))

    def look(self) -> frozenset[str]:
        """Returns the addresses of the workers that run this program."""
        there = self._there()
        self._odd &= there.keys()
        unknown = [each for each in there if each not in self._odd and each not in self.threads]
        found = self._asked(unknown) if unknown else {}
        for address, program in found.items():
            if program != self._mine:
                self.leave_out(address, program)
        fit = {address for address, program in found.items() if program == self._mine} | self.threads.keys()
        self.threads = {each: int(worker["nthreads"]) for each, worker in there.items() if each in fit}
        return frozenset(self.threads)

    def leave_out(self, address: str, program: Program | None) -> None:
        """Gives a worker no jobs from now on."""
        self._odd.add(address)
        self.threads.pop(address, None)
        said = other_program(program, self._mine)
        if said not in self._reported:
            self._reported.add(said)
            self._report(f"the worker {address} that joined is left out: it {said}")

    def forget(self) -> None:
        """Has all workers asked again, since the program of one has changed."""
        self.threads.clear()

    def _there(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return found

    def _asked(self, addresses: list[str]) -> dict[str, Program | None]:
        """Returns answers by address; a worker that has just gone is asked again if it comes back.

        A worker without drawdown answers with some exception.
        """
        found = self._client.run(self._program, workers=addresses, on_error="return")
        answered = {each: said for each, said in found.items() if not isinstance(said, OSError)}
        return {each: said if isinstance(said, tuple) else None for each, said in answered.items()}


_AHEAD = 2  # jobs for each thread of a worker: one under way, one waiting
_CONNECT_S, _LISTEN_S, _ALONE_S = 10, 0.2, 60.0
_FETCH_S = 30  # a finished block can't be fetched if its worker was killed since
_TRIES = 3
_UNDER_WAY = ("pending", "lost")
_LOST = "every worker that ran it died; it may have run out of memory"


@dataclass(frozen=True, slots=True)
class _Sent:
    """A job, how often it was sent, and to which workers."""

    job: Job
    tries: int = 0
    to: frozenset[str] = frozenset()


class ClusterPool:
    """Runs jobs on the cluster at a scheduler's address. Use it in a `with`.

    When `stop` is asked, jobs that have not begun are cancelled, finished ones handed over, and `KeyboardInterrupt`
    is raised.
    """

    def __init__(
        self,
        model: Sequence[Model] | ModelAt,
        address: str,
        stop: StopAsked | None = None,
        notify: Notify = warn,
    ) -> None:
        self._model_at: ModelAt = model if callable(model) else Listed(tuple(model))
        self._digest = hashlib.sha256(pickle.dumps(self._model_at)).hexdigest()
        self._address = address
        self._stop = stop or StopAsked()
        self._report = notify
        self._client: Any = None
        self._staff: Staff
        self._mute = ExitStack()
        self._last_seen = 0.0
        self._count = 0

    def __enter__(self) -> ClusterPool:
        """Connects; raises `InputError` if no scheduler answers, or workers run another program."""
        try:
            from distributed import Client
        except ImportError:
            raise InputError("--scheduler needs distributed: pip install 'drawdown[cluster]'") from None
        check_certificates(self._address)
        self._mute.enter_context(muted())  # errors are reported here instead, in a sentence
        try:
            client: Any = Client  # it has no types
            self._client = client(self._address, timeout=_CONNECT_S, set_as_default=False)
            self._check()
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            self._close()
            why = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
            raise InputError([Problem("--scheduler", f"no scheduler answers there: {why}", self._address)]) from None
        except BaseException:
            self._close()
            raise
        self._last_seen = time.monotonic()
        return self

    def _check(self) -> None:
        """Raises `InputError` unless all workers run this program."""
        staff = self._staff = Staff(self._client, this_program, self._report)
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

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Block]]:
        """Yields jobs with their blocks in the order in which they finish; raises `ResultsError` if all workers go."""
        suspects: deque[_Sent] = deque()
        yield from self._round((_Sent(job) for job in jobs), suspects, alone=False)
        for sent in suspects:
            yield from isolate(sent.job, self._run_alone)

    def _run_alone(self, job: Job) -> Generator[tuple[Job, Block], None, Guilt | None]:
        killed: deque[_Sent] = deque()
        yield from self._round(iter([_Sent(job)]), killed, alone=True)
        return ("lost", _LOST) if killed else None

    def _round(self, fresh: Iterator[_Sent], killed: deque[_Sent], alone: bool) -> Iterator[tuple[Job, Block]]:
        """Runs until nothing is left; jobs that killed their workers go to `killed`."""
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
                    again.append(following)  # no worker can take it yet
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
                with suppress(Exception):  # results of jobs still running are not needed
                    self._client.cancel(list(flying), force=True)

    def _room(self, alone: bool, fit: frozenset[str]) -> int:
        """Number of jobs that may be under way."""
        return min(1, len(fit)) if alone else _AHEAD * sum(self._staff.threads.values())

    def _called_back(self, flying: dict[Any, _Sent], fit: frozenset[str]) -> Iterator[_Sent]:
        """Yields jobs whose workers have all gone while others are there: Dask would not send them elsewhere."""
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
                run_on_cluster, self._model_at, self._digest, this_program(), job,
                key=key, pure=False, workers=sorted(to), allow_other_workers=False,
            )  # fmt: skip
        except Exception as error:
            raise ResultsError(_gone(self._address)) from error

    def _result(self, future: Any) -> Block | Other | None:
        """Returns the block of a job; `None` if it killed its workers, or its worker lost the block or the program."""
        from distributed.scheduler import KilledWorker

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
            raise ResultsError(_gone(self._address) if gone else f"a worker failed: {said}") from error
        return block

    def _look_around(self) -> frozenset[str]:
        """Returns the workers that may be given jobs.

        Raises `ResultsError` if the scheduler is gone, or if there have been no such workers for a minute.
        """
        if self._client.status != "running":
            raise ResultsError(_gone(self._address))
        now = time.monotonic()
        if fit := self._staff.look():
            self._last_seen = now
        elif now - self._last_seen > _ALONE_S:
            raise ResultsError(
                f"the cluster at {self._address} has no workers any more; finished replications are kept"
            )
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


def check_certificates(address: str) -> None:
    """Raises `InputError` if Dask's configuration has no certificates for an address that needs them."""
    if not address.startswith("tls:"):
        return
    from distributed import Security

    security: Any = Security
    try:
        found = security().get_connection_args("client").get("ssl_context")
    except (OSError, ValueError) as error:
        raise InputError([Problem("--scheduler", f"the certificates can't be read: {error}", address)]) from None
    if found is None:
        allowed = "docs/cluster.md explains how to give them"
        raise InputError([Problem("--scheduler", "Dask's configuration has no certificates", address, allowed)])


def _gone(address: str) -> str:
    return f"the scheduler at {address} is gone; finished replications are kept: the same command resumes"


def _some(again: deque[_Sent], fresh: Iterator[_Sent], most: int) -> Iterator[_Sent]:
    for _ in range(most):
        sent = again.popleft() if again else next(fresh, None)
        if sent is None:
            return
        yield sent


def _landed(done: queue.SimpleQueue[Any], flying: dict[Any, _Sent]) -> Iterator[tuple[Any, _Sent]]:
    """Yields futures that have finished and were not cancelled; waits a moment if there are none."""
    for future in _received(done):
        if future in flying and future.status in _UNDER_WAY:  # it finished, and was then lost with its worker
            future.add_done_callback(done.put)
        elif future in flying:
            yield future, flying.pop(future)


def _received(done: queue.SimpleQueue[Any]) -> Iterator[Any]:
    """Yields futures that have finished; waits a moment if there are none."""
    try:
        first = done.get(timeout=_LISTEN_S)
    except queue.Empty:
        return
    rest = []
    while not done.empty():
        rest.append(done.get())
    yield from chain([first], rest)


def this_program() -> Program:
    """Returns version and hash of this program, and its Python. Other versions must have a function of this name."""
    return installed_version(), program_hash(), PYTHON


class _Mine(threading.local):
    """Recorders of a thread of a worker: threads never share one."""

    held: tuple[str, Recorders] | None = None


_MINE = _Mine()


@dataclass(frozen=True, slots=True)
class Other:
    """Answer of a worker in place of a block if it runs another program."""

    worker: str
    program: Program


def run_on_cluster(model_at: ModelAt, digest: str, program: Program, job: Job) -> Block | Other:
    """Runs a job on a worker of a cluster, if it runs this program."""
    if program != this_program():
        from distributed import get_worker

        return Other(get_worker().address, this_program())
    if _MINE.held is None or _MINE.held[0] != digest:
        _MINE.held = digest, Recorders(model_at)
    return _MINE.held[1].run(job, lambda: False)
