"""How long a command takes, against a bare interpreter: `python -m benchmarks.startup`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.paired import Row, all_cpu_s, command, fewer, ratios, row, table

ROOT = Path(__file__).resolve().parents[1]
SMALL = str(ROOT / "tests" / "verification" / "oracles" / "one-truck-30-h.yaml")


def measure(quick: bool) -> list[Row]:
    """`--help` and a small run, in bare interpreters.

    Every run writes a folder of its own: a run that finds its results only shows them. Modules are compiled, as in an
    installation: the first pair, which is dropped, compiles them into a folder that is removed afterwards.
    """
    pairs = 5 if quick else 25
    with tempfile.TemporaryDirectory() as folder:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"

        def bare() -> None:
            command("-c", "", env=env)

        def asked() -> None:
            command("-m", "sim", "--help", env=env)

        def small() -> None:
            out = f"{tempfile.mkdtemp(dir=folder)}/results"
            command("-m", "sim", "run", SMALL, "-n", "1", "-j", "1", "--no-plots", "--quiet", "--out", out, env=env)

        found = {
            "`drawdown --help`": (asked, {"must": 5, "reach": 3}),
            "a small run, without pictures": (small, {"must": 20, "reach": 12}),
        }
        rows = []
        for what, (work, goals) in found.items():
            figures = ratios(work, bare, pairs, all_cpu_s)
            rows.append(fewer(row("startup", what, figures, goals), "interpreters"))
        return rows


if __name__ == "__main__":
    print(table(measure("--quick" in sys.argv[1:])))
