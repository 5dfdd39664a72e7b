"""Rows of the answer of a run: columns that follow the width of the terminal, and what they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.cli.text import clipped, padded

NARROW = 80
"""The width that suffices."""
_COLUMNS = (8, 16, 14, 8, 8)
_LEAST_NAME, _MOST_NAME = 26, 40

Responses = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """The width of an answer, and whether it spells out all warnings."""

    width: int = NARROW
    verbose: bool = False

    @property
    def columns(self) -> tuple[int, ...]:
        """The widths of the columns that the page has room for, besides names."""
        found: tuple[int, ...] = _COLUMNS
        while len(found) > 1 and self.width - sum(found) < _LEAST_NAME:
            found = found[:-1]
        return found

    @property
    def name(self) -> int:
        """The width of the column of names."""
        return min(max(self.width - sum(self.columns), _LEAST_NAME), _MOST_NAME)

    def row(self, name: str, *cells: str) -> str:
        """A name and its cells, each at the right of its column; cells without room are left out.

        A row of few cells has a wider name.
        """
        columns = self.columns[: len(cells)]
        wide = self.name if len(cells) > len(_COLUMNS) - 2 else min(self.width - sum(columns), _MOST_NAME)
        line = padded(clipped_start(name, wide - 1), wide)
        return (line + "".join(map(_cell, cells, columns))).rstrip()


def _cell(text: str, width: int) -> str:
    """A cell at the right of its column, with a gap to the one before it: `<0.01 %` where there is no other room."""
    return (text if len(text) < width else text.replace("< ", "<")).rjust(width)


def clipped_start(name: str, most: int) -> str:
    """A name cut to a width, with its indent kept."""
    indent = len(name) - len(name.lstrip())
    return " " * indent + clipped(name, most - indent)


def spread(said: Mapping[str, Any]) -> str:
    """Between which ends nine of ten replications lie."""
    quantiles = said.get("quantiles") or {}
    if "0.05" not in quantiles or "0.95" not in quantiles:
        return "–"
    low, high = quantiles["0.05"]["value"], quantiles["0.95"]["value"]
    return f"{_tenths(low)} %" if low == high else f"{_tenths(low)} – {_tenths(high)} %"


def _tenths(share: float) -> str:
    """A share in per cent to a tenth: replications differ by more."""
    return f"{share * 100:.1f}".removesuffix(".0") if share in (0.0, 1.0) else f"{share * 100:.1f}"


def starred(words: str, said: Mapping[str, Any]) -> str:
    """The words of a row, marked where its interval may be too narrow."""
    return f"{words} *" if said.get("rare_mode") or said.get("flag") else words
