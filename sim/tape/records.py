"""The fingerprint of a tape: for every source and place, a hash of the draws and one of the values."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import numpy as np

SOURCES = (
    "alarms",
    "shelter",
    "fires",
    "escalation",
    "clearance",
    "closures",
    "availability",
    "accidents",
    "hits",
    "attacks",
    "lots",
)

Content = bytes | np.ndarray[Any, Any]


class DrawRecord:
    """Draws and values of one source at one place, kept until their hashes are needed."""

    __slots__ = ("draws", "values")

    def __init__(self) -> None:
        self.draws: list[Content] = []
        self.values: list[Content] = []

    def value(self, plain: object) -> None:
        """Record a value of plain Python data (its text is the same on every machine)."""
        self.values.append(ascii(plain).encode())


class Records:
    """All records of a tape, by source and name."""

    __slots__ = ("_by_key",)

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], DrawRecord] = {}

    def of(self, source: str, name: str) -> DrawRecord:
        """The record of a source at a place, route or type, created if there is none."""
        record = self._by_key.get((source, name))
        if record is None:
            record = self._by_key[source, name] = DrawRecord()
        return record

    def rows(self) -> list[tuple[str, str, str, str]]:
        """(source, name, hash of the draws, hash of the values), in the order of `SOURCES`, then by name."""
        keys = sorted(self._by_key, key=lambda key: (SOURCES.index(key[0]), key[1]))
        return [(*key, digest(self._by_key[key].draws), digest(self._by_key[key].values)) for key in keys]


def digest(contents: Iterable[Content]) -> str:
    """Sixteen hexadecimal digits over contents, each with its length so that boundaries count."""
    hashed = blake2b(digest_size=8)
    for content in contents:
        hashed.update(len(content).to_bytes(8, "little"))
        hashed.update(content if isinstance(content, bytes) else content.data)
    return hashed.hexdigest()
