"""Time and memory against size: lots, how often alarms come, places, and replications in the parent.

    python -m benchmarks.scale             # the numbers
    python -m benchmarks.scale --pictures  # and the curves, docs/pictures/scale.png

The camps are the reference camp, grown in proportion: twice the lots have twice the crews, loaders and aircraft, under
the same alarms, so that only the size differs.
"""

from __future__ import annotations

import subprocess  # nosec B404  # fixed commands, without a shell
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ladder.inputs import FILE
from benchmarks.paired import Row, timed
from benchmarks.paired import table as table_of
from sim.replication.simulator import Simulator
from sim.scenario.door import load, load_data

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "scale.png"
SMALL = ROOT / "tests" / "verification" / "oracles" / "one-truck-30-h.yaml"
LOTS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
QUICK_LOTS = (1_000, 10_000)
GAPS_H = (60, 12, 3)
PLACES = (1, 2, 5, 10, 20, 50, 100)
REPLICATIONS = (100, 1_000, 10_000)
MIB = 2**20
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@dataclass(frozen=True, slots=True)
class Curve:
    """Values against a size: name of the size, unit of the values, sizes and values."""

    against: str
    unit: str
    sizes: tuple[float, ...]
    figures: tuple[float, ...]


def grown(lots: int, gap_h: float = 60.0) -> Simulator:
    """Returns the reference camp with a number of lots, and an alarm every `gap_h` hours on average."""
    times = lots / 2_000
    sets = (
        f"places.camp.lots.box.unoe={lots}",
        f"places.camp.people.soldiers={max(10, round(60 * times))}",
        f"places.camp.crews.count={max(1, round(6 * times))}",
        f"places.camp.loaders={max(1, round(2 * times))}",
        f"places.camp.strip.mog={max(1, round(3 * times))}",
        f"places.out.strip.mog={max(1, round(3 * times))}",
        f"lift.aircraft.cargo.count={max(1, round(3 * times))}",
        f"places.camp.threat.alarms.rate={24 / gap_h:.6f} /day",
    )
    return Simulator(load(FILE, sets).scenario)


def parted(places: int, lots: int = 10_000) -> Simulator:
    """Returns lots spread over camps, each with its share of crews; aircraft are based at the exit and serve all."""
    data = load(FILE).data
    camp = data["places"]["camp"]
    many = lots // places
    shared = {
        f"camp{i}": camp | {
            "lots": {"box": {"unoe": many}},
            "crews": {"count": max(1, round(30 / places))}, "people": {"soldiers": 10},
            "position": {"lat": 10 + i / 100, "lon": 0},
        }
        for i in range(places)
    }  # fmt: skip
    for each in shared.values():
        each["crews"] = {"count": each["crews"]["count"]}
        each.pop("people")
    exit_ = data["places"]["out"] | {"position": {"lat": 5, "lon": 0}}
    fleet = data["lift"]["aircraft"]["cargo"] | {"count": 15, "base": "out"}
    whole = data | {"places": shared | {"out": exit_}, "lift": {"aircraft": {"cargo": fleet}}}
    return Simulator(load_data(whole).scenario)


def per_lot_us(simulator: Simulator, runs: int) -> float:
    """Returns microseconds of processor time per lot, the least of some runs, since other load only adds to it."""
    simulator.run(1, 1)
    return min(timed(lambda: simulator.run(1, 1)) for _ in range(runs)) / len(simulator.frame.lots) * 1e6


def parent_mib(replications: int) -> float:
    """Returns the greatest resident memory of a run's own process while two workers run.

    A small process starts it and reads its memory, since a child is counted with the size of its parent.
    """
    with tempfile.TemporaryDirectory() as folder:
        words = ["run", str(SMALL), "-n", str(replications), "-j", "2", "--no-plots", "--quiet", "--out", f"{folder}/r"]
        command = [sys.executable, "-c", _MEASURED, sys.executable, "-m", "sim", *words]
        reported = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # nosec B603  # a fixed command
        return int(reported.stdout.split()[-1]) * 1024 / MIB


def curves(quick: bool, long: bool = False) -> list[Curve]:
    """Returns all curves."""
    many = (100, 1_000) if quick else (*REPLICATIONS, 100_000) if long else REPLICATIONS
    memory = [parent_mib(each) for each in many]
    runs = 1 if quick else 3
    lots = QUICK_LOTS if quick else LOTS
    found = [_curve("lots", lots, [per_lot_us(grown(each), runs) for each in lots])]
    gaps = (60, 3) if quick else GAPS_H
    found.append(_curve("hours between alarms", gaps, [per_lot_us(grown(2_000, gap), runs) for gap in gaps]))
    places = (1, 10) if quick else PLACES
    found.append(_curve("places", places, [per_lot_us(parted(each), runs) for each in places]))
    found.append(Curve("replications", "MiB of the command's process", tuple(many), tuple(memory)))
    return found


def _curve(against: str, sizes: Sequence[float], figures: Sequence[float]) -> Curve:
    return Curve(against, "µs a lot", tuple(sizes), tuple(figures))


def measure(quick: bool) -> list[Row]:
    """Returns how far each curve is from flat: its greatest value over its least."""
    rows = []
    for curve in curves(quick):
        flat = max(curve.figures) / min(curve.figures)
        between = f"{curve.sizes[0]:,} to {curve.sizes[-1]:,} {curve.against}"
        must, reach = (1.5, 1.2) if curve.against == "lots" else (None, None)
        reported = ", ".join(f"{figure:,.0f}" for figure in curve.figures)
        rows.append(
            Row("scale", f"{between}: greatest over least", flat, flat, flat, 1, must=must, reach=reach, less=True,
                note=f"{curve.unit}: {reported}")
        )  # fmt: skip
        if curve.against == "replications":
            most = max(curve.figures)
            what = "memory of the command's process"
            rows.append(Row("scale", what, most, most, most, 1, "MiB", must=300, less=True))
    return rows


def draw(found: Sequence[Curve]) -> None:
    """Draws the curves."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6.5), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, curve in zip(figure.subplots(2, 2).flat, found, strict=True):
        axes.plot(curve.sizes, curve.figures, marker="o", color="#2f5d8a")
        axes.set_xscale("log")
        axes.set_ylim(0, 1.3 * max(curve.figures))
        axes.set_xlabel(curve.against)
        axes.set_ylabel(curve.unit)
        axes.set_xticks(curve.sizes, [f"{size:,}" for size in curve.sizes], rotation=30, ha="right")
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
    figure.suptitle("Processor time a lot, and memory, against size")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    print(table_of(measure("--quick" in sys.argv[1:])))
    if "--pictures" in sys.argv[1:]:
        draw(curves(quick=False, long="--long" in sys.argv[1:]))
