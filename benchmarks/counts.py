"""Counts that need no clock: events per lot, and modules that `drawdown --help` imports.

    python -m benchmarks.counts            # the counts, with those that are kept in counts.json
    python -m benchmarks.counts --check    # exit code 1 where one has grown by more than 2 %
    python -m benchmarks.counts --keep     # the deliberate command that replaces what is kept

A clock of a shared machine says now this and now that; these figures are the same everywhere, and so CI can be held
to them: one more event a lot is seen at once.
"""

from __future__ import annotations

import json
import subprocess  # nosec B404  # fixed commands, without a shell
import sys
from pathlib import Path

from benchmarks.paired import Row, table
from benchmarks.startup import SMALL
from sim.replication.simulator import Simulator
from sim.scenario.door import load

ROOT = Path(__file__).resolve().parents[1]
KEPT = Path(__file__).with_suffix(".json")
GROWTH = 0.02
SCENARIOS = {
    "camp": "benchmarks/camp.yaml", "tessalit": "scenarios/tessalit.yaml",
    "kidal-region": "scenarios/kidal-region.yaml", "minusma": "scenarios/minusma.yaml",
}  # fmt: skip
HEAVY = ("numpy", "scipy", "pandas", "matplotlib", "simpy", "pydantic", "ruamel", "pint", "duckdb", "distributed")
_COMMAND = """
import sys
at_start = set(sys.modules)
sys.argv[0] = "drawdown"
from sim.cli import main
try:
    main()
except SystemExit:
    pass
print("\\n".join(sorted(set(sys.modules) - at_start)), file=sys.stderr)
"""


def events_a_lot(file: str) -> float:
    """Returns the events in replication 1 of seed 1, divided by the number of lots."""
    simulator = Simulator(load(ROOT / file).scenario)
    return simulator.history(1, 1).events / len(simulator.frame.lots)


def _modules(*words: str) -> list[str]:
    """Returns the modules that a command has loaded at its end, those apart that a bare Python here has loaded."""
    command = [sys.executable, "-c", _COMMAND, *words]
    reported = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # nosec B603  # fixed commands
    return reported.stderr.split()


def modules_of_help() -> list[str]:
    """Returns the modules that `drawdown --help` loads."""
    return _modules("--help")


def modules_of_a_run(folder: Path, scenario: str = SMALL) -> list[str]:
    """Returns the modules that a small run without pictures loads."""
    return _modules("run", scenario, "-n", "2", "-j", "1", "--no-plots", "--quiet", "--out", str(folder))


def own_and_libraries(modules: list[str]) -> set[str]:
    """Returns the modules of `sim`, and each library once: into how many files a library is split is not ours."""
    roots = {module: module.partition(".")[0] for module in modules}
    return {module if root == "sim" else root for module, root in roots.items() if root not in sys.stdlib_module_names}


def count() -> dict[str, float]:
    """Returns all counts, by name."""
    found = {f"events a lot, {name}": round(events_a_lot(file), 4) for name, file in SCENARIOS.items()}
    modules = modules_of_help()
    found["own modules and libraries of --help"] = len(own_and_libraries(modules))
    found["heavy modules of --help"] = sum(module in HEAVY for module in modules)
    return found


def grown(found: dict[str, float], kept: dict[str, float]) -> list[str]:
    """Returns a sentence for each count that has grown by more than is allowed, or is not in counts.json."""
    missing = [f"{name}: {value:g}, and none is kept" for name, value in found.items() if name not in kept]
    return missing + [
        f"{name}: {value:g}, {kept[name]:g} is kept: grown by more than {GROWTH:.0%}"
        for name, value in found.items()
        if name in kept and value > kept[name] * (1 + GROWTH)
    ]


def measure(quick: bool) -> list[Row]:
    """Returns the counts as lines of the table; they need no clock, so `quick` makes no difference."""
    goals = {"camp": (2.5, 1.5), "tessalit": (2.5, 1.5), "minusma": (2.5, 1.5)}
    rows = []
    for name, value in count().items():
        must, reach = goals.get(name.removeprefix("events a lot, "), (None, None))
        if name.startswith("heavy"):
            must = 0
        rows.append(Row("counts", name, value, value, value, 1, unit="", must=must, reach=reach, less=True))
    return rows


def main(arguments: list[str]) -> int:
    """Prints the counts; with --check compares them with those kept, with --keep replaces those."""
    if "--keep" in arguments:
        KEPT.write_text(json.dumps(count(), indent=1) + "\n", encoding="utf-8")
        return 0
    if "--check" not in arguments:
        print(table(measure(quick=True)))
        return 0
    said = grown(count(), json.loads(KEPT.read_text(encoding="utf-8")))
    print("\n".join(said) or "No count has grown.")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
