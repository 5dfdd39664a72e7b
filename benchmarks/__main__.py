"""All programs, one after the other, and their figures as one table: `python -m benchmarks [NAME...] [--quick]`.

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
    "counts": "benchmarks.counts", "camp": "benchmarks.camp", "rivals": "benchmarks.rivals",
    "twin": "benchmarks.twin_speed", "startup": "benchmarks.startup", "scale": "benchmarks.scale",
    "whole": "benchmarks.whole", "parallel": "benchmarks.parallel", "estimators": "benchmarks.estimators",
}  # fmt: skip


SHORT = {"estimators"}
"""Programs that are played short here; no clock is read in them, and by themselves they take ten minutes."""


def main(arguments: list[str]) -> int:
    """Run the programs and print the table; a goal that is missed is told there, and is no failure of the run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("programs", nargs="*", choices=[[], *PROGRAMS], metavar="NAME", help=", ".join(PROGRAMS))
    parser.add_argument("--quick", action="store_true", help="a minute in place of ten")
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
