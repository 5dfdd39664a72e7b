"""Values of many responses over many replications, on the disk until one response after the other is summed up."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from math import isnan, nan
from os import SEEK_END
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType

_ROWS = 256
"""Replications that are written at once: of each response its values side by side."""
_IN_MEMORY = 1 << 20


class ResponseColumns:
    """Values by response in the order of replication numbers, in a file without a name. Use it in a `with`.

    However many replications there are, memory holds 1 MiB of the file and the last rows, and of the response that
    is read 8 bytes a value. Not a number stands there for nothing: no response has it. Methods raise `OSError`.
    """

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._place = {name: at for at, name in enumerate(names)}
        self._rows = array("d")
        self._chunks = 0
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(  # noqa: SIM115 - closed by __exit__
            _IN_MEMORY, dir=str(folder)
        )

    def add(self, values: Iterable[float | None]) -> None:
        """Takes in a replication: a value a response, in the order of the names."""
        self._rows.extend([nan if value is None else value for value in values])
        if len(self._rows) == _ROWS * len(self._place):
            self._file.seek(0, SEEK_END)
            for at in range(len(self._place)):
                self._file.write(self._rows[at :: len(self._place)].tobytes())
            self._chunks += 1
            del self._rows[:]

    def has(self, name: str) -> bool:
        """Whether there is a response of this name."""
        return name in self._place

    def of(self, name: str) -> list[float | None]:
        """All values of a response."""
        at, width = self._place[name], len(self._place)
        values, size = array("d"), _ROWS * self._rows.itemsize
        for chunk in range(self._chunks):
            self._file.seek((chunk * width + at) * size)
            values.frombytes(self._file.read(size))
        values.extend(self._rows[at::width])
        return [None if isnan(value) else value for value in values]

    def __enter__(self) -> ResponseColumns:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
