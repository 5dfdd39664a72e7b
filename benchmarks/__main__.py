"""Runs all benchmarks, one after the other, and prints one table: `python -m benchmarks [NAME...] [--quick]`.

Nothing else should run on the machine meanwhile. The table is printed, and written to build/bench.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.paired import Row, table

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = {
    "counts": "benchmarks.counts", "answers": "benchmarks.answers",
    "camp": "benchmarks.camp", "rivals": "benchmarks.rivals",
    "twin": "benchmarks.twin_speed", "startup": "benchmarks.startup", "scale": "benchmarks.scale",
    "whole": "benchmarks.whole", "compiled": "benchmarks.compiled", "parallel": "benchmarks.parallel",
    "estimators": "benchmarks.estimators",
}  # fmt: skip


SHORT = {"estimators"}
"""Programs that run in their quick form here; they read no clock, and in full take ten minutes."""


def main(arguments: list[str]) -> int:
    """Run the programs and print the table; a missed goal is shown there, and does not fail the run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("programs", nargs="*", choices=[[], *PROGRAMS], metavar="NAME", help=", ".join(PROGRAMS))
    parser.add_argument("--quick", action="store_true", help="one minute instead of ten")
    options = parser.parse_args(arguments)
    rows: list[Row] = []
    for name in options.programs or PROGRAMS:
        begun = time.monotonic()
        rows += import_module(PROGRAMS[name]).measure(options.quick or name in SHORT)
        print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    reported = table(rows)
    print(reported)
    out = ROOT / "build" / "bench.md"
    out.parent.mkdir(exist_ok=True)
    out.write_text(reported + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
