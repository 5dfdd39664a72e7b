"""Formats a replication in the worker that ran it: its lines and shares, so that finishing is copying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.analysis.groups import GroupSums
from sim.results.files import cell, one_line, thousandths
from sim.results.rows import Layout, ResultRow, Simulated

_MOST_NAMES = 50_000


class Scribe:
    """Writes down replications of one layout; keeps the text of names that come again and again."""

    def __init__(self, layout: Layout) -> None:
        self._sums = GroupSums(layout.fates, layout.phase_of, layout.closing)
        self._names: dict[tuple[str, ...], str] = {}

    def record(self, simulated: Simulated) -> ResultRow:
        """The record of a replication: everything but its timeline."""
        number = simulated.replication
        episodes: Sequence[tuple[Any, ...]] = getattr(simulated, "episodes", None) or [] if number == 1 else []
        lines = {
            "fates": [self._fate(number, row) for row in simulated.fates],
            "causes": [self._cause(number, row) for row in simulated.causes],
            "tape": [f"{number},{self._text(row)}\n" for row in simulated.tape],
            "episodes": [f"{self._text(row[:2])},{row[2]},{row[3]}\n" for row in episodes],
        }
        lines |= {
            "use": [self._use(number, row) for row in getattr(simulated, "use", ())],
            "given_up": [self._given_up(number, row) for row in getattr(simulated, "given_up", ())],
            "places": [self._place(number, row) for row in getattr(simulated, "places", ())],
            "progress": [
                f"{number},{self._text((day,))},{thousandths(kg)},{people},{closed}\n"
                for day, kg, people, closed in getattr(simulated, "progress", ())
            ],
        }
        return ResultRow(
            number, simulated.tape_hash, dict(simulated.responses),
            {name: len(rows) for name, rows in lines.items()},
            {name: "".join(rows) for name, rows in lines.items()},
            self._sums.shares(simulated.fates), self._sums.cause_shares(simulated.fates, simulated.causes),
        )  # fmt: skip

    def _fate(self, number: int, row: tuple[str, str, str, str, int, int, int, int]) -> str:
        lots, kg, floor_milli, usd = row[4:]
        values = f"{lots},{thousandths(kg)},{thousandths(floor_milli)},{usd}"
        return f"{number},{self._text(row[:4])},{values}\n"

    def _cause(self, number: int, row: tuple[str, str, str, int, int, int, float]) -> str:
        lots, kg, usd, hours = row[3:]
        return f"{number},{self._text(row[:3])},{lots},{thousandths(kg)},{usd},{cell(float(hours))}\n"

    def _use(self, number: int, row: tuple[str, str, float, float, float]) -> str:
        return f"{number},{self._text(row[:2])},{cell(row[2])},{cell(row[3])},{cell(row[4])}\n"

    def _given_up(self, number: int, row: tuple[str, str, str, int, int, int, int]) -> str:
        place, day, why, lots, kg, not_out, kg_not_out = row
        values = f"{lots},{thousandths(kg)},{not_out},{thousandths(kg_not_out)}"
        return f"{number},{self._text((place, day, why))},{values}\n"

    def _place(self, number: int, row: tuple[Any, ...]) -> str:
        place, kg, *rest = row
        return f"{number},{self._text((place,))},{thousandths(kg)},{one_line(rest)}\n"

    def _text(self, names: tuple[str, ...]) -> str:
        """Names as cells with commas between."""
        found = self._names.get(names)
        if found is None:
            found = one_line(names)
            if len(self._names) < _MOST_NAMES:
                self._names[names] = found
        return found
