"""Replications one by one, as a loop asks for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from itertools import islice
from operator import index
from typing import TYPE_CHECKING, Literal, SupportsIndex

from sim.api.arguments import check_within, in_python
from sim.errors import InputError, Problem
from sim.experiment.limits import MOST_REPLICATIONS

if TYPE_CHECKING:
    from sim.experiment.backend import Backend
    from sim.experiment.worker import Model
    from sim.results.rows import Block

_SLOWLY = 4


@dataclass(frozen=True, slots=True, repr=False)
class Replication:
    """One replication. `responses` are by name, each in the unit that `Result.summary` has; `None` is no value.

    If it failed, `error` is a sentence, `kind` is the reason (the replication `failed`, a
    `fault` of the program, `lost` with its process), and `responses` is empty. `tape_hash` is the same for the same
    random events.
    """

    number: int
    responses: Mapping[str, float | int | None]
    tape_hash: str = ""
    error: str | None = None
    kind: Literal["failed", "fault", "lost"] | None = None

    def __repr__(self) -> str:
        """One short line: its number and the headline responses, or why it failed."""
        from sim.api.display import HEADLINES

        if self.error is not None:
            return f"Replication {self.number}: {self.kind}: {self.error}"
        shown = [f"{name} {value:.6g}" for name in HEADLINES if (value := self.responses.get(name)) is not None]
        return f"Replication {self.number}: {', '.join(shown) or f'{len(self.responses)} responses'}"


def numbers_of(numbers: Iterable[int]) -> Iterable[int]:
    """Numbers of replications; those of a list or range are checked now, of a generator when they are taken."""
    if not isinstance(numbers, Iterable):
        raise InputError([Problem("numbers", "not numbers", repr(numbers)[:80], "such as range(1, 201)")])
    return tuple(_checked(numbers)) if isinstance(numbers, Sequence) else numbers


def _checked(numbers: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for given in numbers:
        number = index(given) if isinstance(given, SupportsIndex) else given  # numpy's whole numbers too
        check_within(numbers=(number, 1, MOST_REPLICATIONS))
        if number in seen:
            raise InputError([Problem("numbers", "this number occurs twice", str(number))])
        seen.add(number)
        yield number


def streamed(model: Model, seed: int, numbers: Iterable[int], backend: Backend) -> Iterator[Replication]:
    """Replications in the order of `numbers`, each as soon as it and all before it are done."""
    from sim.experiment.backend import pool_at
    from sim.experiment.interrupts import StopAsked
    from sim.experiment.worker import Job

    order: deque[int] = deque()
    ready: dict[int, Replication] = {}
    count = len(numbers) if isinstance(numbers, Sized) else None

    def jobs() -> Iterator[Job]:
        for block in _blocks(_checked(numbers), backend.width_for(count)):
            order.extend(block)
            yield Job(seed, block)

    # only the loop reacts to Ctrl-C: it ends at once, and its workers with it
    with in_python(), pool_at(backend, [model], count, StopAsked()) as fleet:
        for _, block in fleet.run(jobs()):
            ready |= {one.number: one for one in _replications(block)}
            while order and order[0] in ready:
                yield ready.pop(order.popleft())


def _blocks(numbers: Iterator[int], width: int) -> Iterator[tuple[int, ...]]:
    """Numbers a block at a time: first one by one, so that a loop soon has some; later more, as handing over costs."""
    from sim.experiment.blocks import BLOCK

    taken = 0
    while block := tuple(islice(numbers, 1 if width == 1 else min(BLOCK, 1 + taken // (_SLOWLY * width)))):
        taken += len(block)
        yield block


def _replications(block: Block) -> Iterator[Replication]:
    for row in block.records:
        yield Replication(row.replication, row.responses, row.tape_hash)
    for lost in block.failures:
        yield Replication(lost.replication, {}, error=lost.error, kind=lost.kind)
