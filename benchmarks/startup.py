"""How long a command takes to answer, beside a bare interpreter: `python -m benchmarks.startup`."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.paired import Row, all_cpu_s, command, fewer, ratios, row, table

ROOT = Path(__file__).resolve().parents[1]
SMALL = str(ROOT / "tests" / "verification" / "oracles" / "one-truck-30-h.yaml")


def bare() -> None:
    """An interpreter that does nothing."""
    command("-c", "")


def measure(quick: bool) -> list[Row]:
    """`--help` and a small run, in bare interpreters."""
    pairs = 5 if quick else 25
    with tempfile.TemporaryDirectory() as folder:
        small = ("-m", "sim", "run", SMALL, "-n", "1", "-j", "1", "--no-plots", "--quiet", "--force", "--out", folder)
        found = {
            "`drawdown --help`": (("-m", "sim", "--help"), {"must": 5, "reach": 3}),
            "a small run, without pictures": ((*small[:-1], f"{folder}/results"), {"must": 20, "reach": 12}),
        }
        rows = []
        for what, (words, goals) in found.items():
            figures = ratios(partial(command, *words), bare, pairs, all_cpu_s)
            rows.append(fewer(row("startup", what, figures, goals), "interpreters"))
        return rows


if __name__ == "__main__":
    print(table(measure("--quick" in sys.argv[1:])))
