"""The file of a block: a line that says what it holds, with checksums, then JSON; timelines beside it."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import ResultsError
from sim.results.manifest import file_hash
from sim.results.records import Block, Failure, Record
from sim.results.strangers import as_written, json_in, opened, read_file
from sim.results.writing import sentences, write_whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PATTERN = "block-*.json"
LAST = 1_000_000
"""The greatest number of a replication: no run has more."""
_AXES = 4
_FORMULA = re.compile(r'(?:^|,)"?(?:[=+@\t\r]|-[^\d.])', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Head:
    """Numbers of the replications in a block's file: with rows, failed for good, and lost with a worker."""

    records: tuple[int, ...]
    failed: tuple[int, ...]
    lost: tuple[int, ...]


def head_of(block: Block) -> Head:
    """What the first line of the block's file says."""
    return Head(
        tuple(row.replication for row in block.records),
        tuple(row.replication for row in block.failures if row.kind != "lost"),
        tuple(row.replication for row in block.failures if row.kind == "lost"),
    )


def write_block(folder: Path, block: Block) -> Path:
    """Writes a block that is not empty, the file that makes it count last. Raises `OSError`.

    A block of the same first and last number is not written over: it may hold others between them.
    """
    numbers = block.numbers
    name = f"block-{numbers[0]:07d}-{numbers[-1]:07d}"
    files = (folder / f"{name}{mark}.json" for mark in ("", *(f"-{n}" for n in range(2, 10_000))))
    file = next(path for path in files if not path.exists())
    array = _array(block)
    if array is not None:
        write_whole(file.with_suffix(".npy"), array)
    rows = [
        [row.replication, row.tape_hash, row.responses, row.rows, row.lines, row.shares, row.causes]
        for row in block.records
    ]
    failures = [[row.replication, row.kind, row.error, row.details] for row in block.failures]
    body = {"records": rows, "failures": failures}
    text = json.dumps(body, allow_nan=False, separators=(",", ":"), default=lambda value: value.item())
    content = text.encode()
    head = head_of(block)
    said = {
        "sha256": hashlib.sha256(content).hexdigest(), "records": head.records, "failed": head.failed,
        "lost": head.lost, "timeline": None if array is None else hashlib.sha256(array).hexdigest(),
    }  # fmt: skip
    write_whole(file, json.dumps(said).encode() + b"\n" + content)
    return file


def _array(block: Block) -> bytes | None:
    if block.timeline is None:
        return None
    import numpy as np  # noqa: PLC0415 - heavy

    stream = io.BytesIO()
    np.save(stream, block.timeline, allow_pickle=False)
    return stream.getvalue()


def read_head(file: Path) -> Head | None:
    """What a block's file holds; `None` where it was half written or changed since."""
    try:
        first, _, content = read_file(file).partition(b"\n")
        said = json_in(first, file)
        if said["sha256"] != hashlib.sha256(content).hexdigest():
            return None
        if said["timeline"] is not None and said["timeline"] != file_hash(file.with_suffix(".npy")):
            return None
        head = Head(*(tuple(map(int, said[key])) for key in ("records", "failed", "lost")))
        return head if all(0 < number <= LAST for number in head.records + head.failed + head.lost) else None
    except (OSError, ValueError, KeyError, TypeError, ResultsError):
        return None


def read_block(file: Path) -> Block:
    """A block whose head was read; its timeline is mapped, so that it takes no memory until it is used.

    Raises `ResultsError` where it is not as `write_block` writes it.
    """
    with sentences(f"{file} can't be read"), as_written(file):
        first, _, content = read_file(file).partition(b"\n")
        body = json_in(content, file)
        records = tuple(Record(*row) for row in body["records"])
        failures = tuple(Failure(*row) for row in body["failures"])
        if any(_FORMULA.search(text) for row in records for text in row.lines.values()):
            raise ValueError("a cell that a spreadsheet would take for a formula")
        timeline = None if json_in(first, file)["timeline"] is None else _timeline(file.with_suffix(".npy"))
        return Block(records, failures, timeline)


def _timeline(file: Path) -> NDArray[np.int32]:
    """The array in a file, mapped; raises `ValueError` for objects, which would be a pickle, and other shapes."""
    import numpy as np  # noqa: PLC0415 - heavy

    with opened(file):  # a plain file, and none that is too big
        array = np.lib.format.open_memmap(file, mode="r")
    if array.dtype != np.int32 or array.ndim != _AXES:
        raise ValueError(f"an array of {array.dtype} with {array.ndim} axes")
    return array


def part_of(block: Block, numbers: list[int]) -> Block:
    """Those of a block's replications with these numbers, which are neighbours in it."""
    wanted = set(numbers)
    at = [i for i, row in enumerate(block.records) if row.replication in wanted]
    timeline = None
    if block.timeline is not None and at and at[0] < len(block.timeline):
        timeline = block.timeline[at[0] : at[-1] + 1]
    failures = tuple(row for row in block.failures if row.replication in wanted)
    return Block(tuple(block.records[i] for i in at), failures, timeline)
