"""Outlines of the countries of the world, from Natural Earth: rings of longitudes and latitudes, decoded on demand.

The file is a topology: lines that countries share are stored once, as whole numbers, each the difference from the one
before. Holes are rings like others: drawn with the even-odd rule they stay open.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

Point = tuple[float, float]
_FILE = Path(__file__).parent / "static" / "outlines.json.gz"


@dataclass(frozen=True, slots=True)
class Country:
    """A country: its name by language, empty where it has none, and its rings as points of longitude and latitude."""

    names: Mapping[str, str]
    rings: tuple[tuple[Point, ...], ...]


@cache
def countries() -> tuple[Country, ...]:
    """All countries."""
    said = json.loads(gzip.decompress(_FILE.read_bytes()))
    arcs = [list(_decoded(arc, said["transform"])) for arc in said["arcs"]]
    return tuple(
        Country(dict(zip(said["languages"], names, strict=True)), tuple(tuple(_ring(ring, arcs)) for ring in rings))
        for names, rings in said["countries"]
    )


def _decoded(arc: Sequence[Sequence[int]], transform: Mapping[str, Any]) -> Iterator[Point]:
    (wide, high), (left, low) = transform["scale"], transform["translate"]
    for x, y in accumulate(((x, y) for x, y in arc), lambda one, two: (one[0] + two[0], one[1] + two[1])):
        yield left + x * wide, low + y * high


def _ring(numbers: Sequence[int], arcs: Sequence[Sequence[Point]]) -> Iterator[Point]:
    """A ring from its lines; a negative number is a line taken backwards."""
    for place, number in enumerate(numbers):
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        yield from arc[1:] if place else arc


def clipped(ring: Sequence[Point], box: tuple[float, float, float, float]) -> list[Point]:
    """The part of a ring within a box of left, top, right, bottom (Sutherland and Hodgman, 1974)."""
    found = list(ring)
    for axis, edge, sign in ((0, box[0], 1), (1, box[1], 1), (0, box[2], -1), (1, box[3], -1)):
        if not found:
            break
        kept: list[Point] = []
        before = found[-1]
        for here in found:
            within, was = sign * (here[axis] - edge) >= 0, sign * (before[axis] - edge) >= 0
            if within != was:
                kept.append(_crossing(before, here, axis, edge))
            if within:
                kept.append(here)
            before = here
        found = kept
    return found


def _crossing(one: Point, other: Point, axis: int, edge: float) -> Point:
    share = (edge - one[axis]) / (other[axis] - one[axis])
    across = one[1 - axis] + share * (other[1 - axis] - one[1 - axis])
    return (edge, across) if axis == 0 else (across, edge)
