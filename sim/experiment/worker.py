"""Runs blocks of replications of one scenario under one seed, in this process or in another."""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from sim.errors import DrawdownError, InputError, ModelFault, ReplicationError
from sim.experiment.interrupts import StopAsked
from sim.results.files import surroundings
from sim.results.rows import Block, Failure, GivenResponses, Layout, ResultRow, Simulated
from sim.results.scribe import Scribe
from sim.results.timeline_table import last_kept

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class RunsReplications(Protocol):
    """Runs single replications of its scenario."""

    def run(self, seed: int, replication: int) -> Simulated:
        """Returns the rows of one replication; raises `ReplicationError`."""


@runtime_checkable
class GivesNumbers(Protocol):
    """Runs single replications for their responses alone."""

    def numbers(self, seed: int, replication: int) -> GivenResponses:
        """Returns the responses of one replication; raises `ReplicationError`."""


@dataclass(frozen=True, slots=True)
class Model:
    """How a process makes its simulator: a class or function that pickles by name, and its arguments.

    If it `keeps` only responses, records have no lines, shares or timeline.
    """

    make: Callable[..., RunsReplications]
    arguments: tuple[Any, ...]
    layout: Layout
    keeps: Literal["all", "responses"] = "all"


ModelAt = Callable[[int], Model]
"""Returns the model of a number; can be pickled, and may raise `InputError` if its scenario is invalid."""


class Recorder:
    """A simulator made from a model, with the scribe that turns replications into records."""

    __slots__ = ("keeps_all", "responses", "runs", "scribe")

    def __init__(self, model: Model) -> None:
        self.runs = model.make(*model.arguments)
        self.scribe = Scribe(model.layout)
        self.keeps_all = model.keeps == "all"
        self.responses = tuple(measure.name for measure in model.layout.measures)

    def run(self, job: Job, number: int) -> tuple[ResultRow, NDArray[np.int32] | None]:
        """Runs a replication; returns its record, and its timeline if that is kept."""
        if not self.keeps_all and isinstance(self.runs, GivesNumbers):
            found = self.runs.numbers(job.seed, number)
            _check(found.responses, self.responses)
            return ResultRow(number, found.tape_hash, dict(found.responses), {}, {}, {}, {}, found.alike), None
        simulated = self.runs.run(job.seed, number)
        _check(simulated.responses, self.responses)
        if not self.keeps_all:
            return ResultRow(number, simulated.tape_hash, dict(simulated.responses), {}, {}, {}, {}), None
        kept = number <= last_kept(simulated.timeline.nbytes)
        return self.scribe.record(simulated), simulated.timeline if kept else None


@dataclass(frozen=True, slots=True)
class Job:
    """Replications of one model, by their numbers, under one seed."""

    seed: int
    numbers: tuple[int, ...]
    model: int = 0


def run_job(simulator: Recorder, job: Job, stopped: Callable[[], bool]) -> Block:
    """Runs a job until it is done or stopped; every kind of failure is recorded."""
    records: list[ResultRow] = []
    failures: list[Failure] = []
    timelines: list[NDArray[np.int32]] = []
    for number in job.numbers:
        if stopped():
            break
        try:
            record, timeline = simulator.run(job, number)
        except Exception as error:
            failures.append(_failure(number, error))
            continue
        records.append(record)
        if timeline is not None:
            timelines.append(timeline)
    return Block(tuple(records), tuple(failures), _stacked(timelines))


Guilt = tuple[Literal["failed", "lost"], str]
"""Kind and text of the failure of a replication that ends its process, or that never ends."""


def isolate(job: Job, alone: Callable[[Job], Generator[tuple[Job, Block], None, Guilt | None]]) -> Iterator[
    tuple[Job, Block]
]:  # fmt: skip
    """Runs a job that ended its process again and again: alone, in halves, until the replication at fault is left.

    `alone` runs a job by itself, yields the finished blocks, and returns why there are no more.
    """
    guilt = yield from alone(job)
    if guilt is None:
        return
    if len(job.numbers) == 1:
        yield job, Block((), (Failure(job.numbers[0], *guilt),))
        return
    middle = len(job.numbers) // 2
    for numbers in (job.numbers[:middle], job.numbers[middle:]):
        yield from isolate(replace(job, numbers=numbers), alone)


def _stacked(timelines: list[NDArray[np.int32]]) -> NDArray[np.int32] | None:
    import numpy as np

    return np.stack(timelines) if timelines else None


def _check(found: Mapping[str, float | int | None], responses: tuple[str, ...]) -> None:
    """Raises `ModelFault` if the responses are not those that the tables expect."""
    if tuple(found) != responses:
        odd = sorted(set(found) ^ set(responses)) or ["their order"]
        raise ModelFault(f"the responses are not those of the catalogue: {', '.join(odd)[:200]}")
    for name, value in found.items():
        if value is not None and not math.isfinite(value):
            raise ModelFault(f"the response {name} is {value}")


def _failure(number: int, error: Exception) -> Failure:
    details = traceback.format_exc()
    if isinstance(error, MemoryError):
        return Failure(number, "lost", "there was not enough memory", details)
    if isinstance(error, OSError) and (why := surroundings(error)) is not None:
        return Failure(number, "lost", why, details)
    if isinstance(error, ReplicationError) and not isinstance(error, ModelFault):
        return Failure(number, "failed", _sentence(error), details)
    return Failure(number, "fault", _sentence(error), details)


def _sentence(error: Exception) -> str:
    first = (str(error).strip().splitlines() or [""])[0][:500]
    return first if isinstance(error, DrawdownError) and first else f"{type(error).__name__}: {first}"


@dataclass(frozen=True, slots=True)
class Unfit:
    """Answer of a process that can't load its model, with the reason."""

    error: str


class Recorders:
    """Holds the recorder of one model at a time, so that memory does not grow with a design."""

    def __init__(self, model_at: ModelAt) -> None:
        self._model_at = model_at
        self._held: tuple[int, Recorder] | None = None

    def run(self, job: Job, stopped: Callable[[], bool]) -> Block:
        """Runs a job; if its scenario is invalid, all its replications fail."""
        if self._held is None or self._held[0] != job.model:
            try:
                self._held = job.model, Recorder(self._model_at(job.model))
            except InputError as error:
                said = f"not a valid scenario: {error.problems[0]}"[:500]
                return Block((), tuple(Failure(number, "failed", said) for number in job.numbers))
            except Exception as error:
                return Block((), tuple(_failure(number, error) for number in job.numbers))
        return run_job(self._held[1], job, stopped)


@dataclass(frozen=True, slots=True)
class Listed:
    """Models in a tuple, by their numbers."""

    models: tuple[Model, ...]

    def __call__(self, number: int) -> Model:
        """Returns the model of a number."""
        return self.models[number]


class ThisProcess:
    """Runs jobs in this process, one after the other. When `stop` is asked, `KeyboardInterrupt` follows the block."""

    def __init__(self, model: Sequence[Model] | ModelAt, stop: StopAsked) -> None:
        self._simulators = Recorders(model if callable(model) else Listed(tuple(model)))
        self._stop = stop

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Block]]:
        """Yields jobs with their blocks, in order."""
        for job in jobs:
            yield job, self._simulators.run(job, lambda: self._stop.asked)
            if self._stop.asked:
                raise KeyboardInterrupt

    def __enter__(self) -> ThisProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Does nothing: there is nothing to release."""
