"""Makes results/reference again from the shipped scenarios, or repeats a small run and compares.

`python scripts/reference.py` makes all of it in a few minutes; `--only tessalit` makes one scenario; `--check` makes
the comparison, with exit code 1 if a number differs. Sweeps that serve as baselines, or that the documentation shows,
are in results/reference/sweep.
"""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from sim.api import Result, load, run, sweep
from sim.cli.run_answer import run_text
from sim.cli.sweep_answer import sweep_text
from sim.cli.terminal import answer, complain
from sim.figures.gallery import GALLERIES, draw
from sim.replication.simulator import Simulator
from sim.results.number_text import interval, percent

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "results" / "reference"
README = ROOT / "README.md"
CHECK, INDEX, ANSWER = "check.json", "index.json", "answer.txt"
SHOWN = "tessalit"
"""The scenario whose answer is in the README, between these marks."""
BEGIN, END = "<!-- answer: begin; written by make reference -->\n", "<!-- answer: end -->\n"
UNKNOWN = "ignorance"
"""The sweep over what is not known of that scenario; its bands are in the README too, between these marks."""
BANDS_BEGIN, BANDS_END = "<!-- bands: begin; written by make reference -->\n", "<!-- bands: end -->\n"
REPLICATIONS = 200
ALL_PICTURES = {"tessalit", "kidal-region", "minusma"}
"""Scenarios with every picture; the variants have the first."""
SWEEPS = {"gated": (), "clearance-trucks": ("heat",), "ignorance": ("bands", "variance"),
          "sensitivity-tessalit": ("morris",), "pedigree-tessalit": ("sobol",)}  # fmt: skip
"""Sweeps to run, and which of their pictures are kept."""
BASELINE = "gated"
"""The sweep that is kept whole, as a baseline for continuous integration."""
CHECKED, CHECKED_REPLICATIONS = "tessalit", 6
MOST_BYTES = 8_000_000


def scenarios() -> list[str]:
    """Names of the shipped scenarios that are run: those of Mali 2023, without variants of the largest.

    Numbers of the other withdrawals are in docs/validation.md, beside the record.
    """
    stems = sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))
    return [stem for stem in stems if stem.startswith(("tessalit", "kidal-region")) or stem == "minusma"]


def make(name: str, work: Path) -> dict[str, Any]:
    """Runs a scenario, copies summary and pictures to results/reference/NAME; returns its entry in the index."""
    count = REPLICATIONS
    with contextlib.chdir(ROOT):  # so that the commands of the answer are those of a checkout
        result = run(Path("scenarios") / f"{name}.yaml", replications=count, out=work / name)
    failures = result.manifest["failures"]
    if failures:
        raise click.ClickException(f"{name}: {len(failures)} replications failed; {failures[0]['error']}")
    target = REFERENCE / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file in ("summary.json", "summary.csv"):
        shutil.copy(result.folder / file, target / file)
    (target / ANSWER).write_text(run_text(result.results) + "\n", encoding="utf-8")
    pictures = list(GALLERIES["run"].pictures)
    for picture in pictures if name in ALL_PICTURES else pictures[:1]:
        for path in draw(result.folder, picture, ["png"]):
            shutil.copy(path, target / path.name)
    return said_of(name, count, result)


def make_sweep(name: str, work: Path) -> None:
    """Runs a sweep, copies answer and pictures to results/reference/sweep/NAME, and all tables of the baseline."""
    with contextlib.chdir(ROOT):  # so that the manifest names no folder of this machine
        result = sweep(Path("scenarios") / "sweeps" / f"{name}.yaml", out=work / f"sweep-{name}")
    if result.results.manifest["failed"]:
        raise click.ClickException(f"{name}: {result.results.manifest['failed']} replications failed")
    target = REFERENCE / "sweep" / name
    shutil.rmtree(target, ignore_errors=True)
    if name == BASELINE:
        shutil.copytree(result.folder, target)
        return
    target.mkdir(parents=True)
    (target / ANSWER).write_text(sweep_text(result.results) + "\n", encoding="utf-8")
    if name == UNKNOWN:
        shutil.copy(result.folder / "bands.csv", target / "bands.csv")
    for picture in SWEEPS[name]:
        for path in draw(result.folder, picture, ["png"]):
            shutil.copy(path, target / path.name)


def show_in_readme() -> None:
    """Puts the answer of the reference, and the bands of what is not known, where the README shows them."""
    said = (REFERENCE / SHOWN / ANSWER).read_text(encoding="utf-8")
    text = _between(README.read_text(encoding="utf-8"), BEGIN, END, said)
    README.write_text(_between(text, BANDS_BEGIN, BANDS_END, bands_text()), encoding="utf-8")


def _between(text: str, begin: str, end: str, said: str) -> str:
    return f"{text.split(begin, maxsplit=1)[0]}{begin}```text\n{said}```\n{end}{text.split(end)[1]}"


def bands_text() -> str:
    """The shares of the scenario as the file has it, beside the bands of what is not known and of chance."""
    summary = json.loads((REFERENCE / SHOWN / "summary.json").read_text(encoding="utf-8"))["responses"]
    with (REFERENCE / "sweep" / UNKNOWN / "bands.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["lever_point"] == "0"]
    lines = [f"{'':14}{'as in the file':>22}{'what is not known':>22}{'and chance':>16}",
             f"{'of the tonnes':14}{'mean, 95 % interval':>22}{'mean,  5 – 95 %':>22}{'5 – 95 %':>16}"]  # fmt: skip
    for row in rows:
        name, shipped = row["response"].removesuffix("_share"), summary[row["response"]]
        lines.append(
            f"{name:14}{percent(shipped['mean']):>8}{interval(shipped['low'], shipped['high'], 'share'):>14}"
            f"{percent(float(row['mean'])):>8}"
            f"{interval(float(row['ignorance_p05']), float(row['ignorance_p95']), 'share'):>14}"
            f"{interval(float(row['all_p05']), float(row['all_p95']), 'share'):>16}"
        )
    return "\n".join(lines) + "\n"


def said_of(name: str, count: int, result: Result) -> dict[str, Any]:
    """The command that makes these results again, and what they were made from."""
    more = "" if count == REPLICATIONS else f" --replications {count}"
    identity = result.manifest["identity"]
    return {
        "command": f"drawdown run scenarios/{name}.yaml{more}",
        "scenario_sha256": identity["scenario"],
        "version": identity["version"],
        "replications": count,
        "seed": identity["seed"],
    }


def small_run() -> dict[str, Any]:
    """Hash of the tape, fates and responses of a few replications."""
    simulator = Simulator(load(ROOT / "scenarios" / f"{CHECKED}.yaml").scenario)
    found: dict[str, Any] = {}
    for number in range(1, CHECKED_REPLICATIONS + 1):
        rows = simulator.run(1, number)
        by_fate: dict[str, list[int]] = {}
        for _, _, _, fate, lots, kg, _, usd in rows.fates:
            so_far = by_fate.setdefault(fate, [0, 0, 0])
            by_fate[fate] = [a + b for a, b in zip(so_far, (lots, kg, usd), strict=True)]
        found[str(number)] = {
            "tape": rows.tape_hash,
            "lots, kg, usd by fate": dict(sorted(by_fate.items())),
            "responses": {name: _steady(x) for name, x in rows.responses.items() if "_share" not in name},
        }
    return {"scenario": CHECKED, "seed": 1, "replications": found}


def _steady(value: float | None) -> float | None:
    """Drops the last digits of a number, in which the sines of two machines may differ."""
    return float(f"{value:.9g}") if isinstance(value, float) else value


def differences(stored: Any, now: Any, path: str = "") -> list[str]:
    """Where two trees of plain data differ, a line each."""
    if isinstance(stored, dict) and isinstance(now, dict):
        keys = [*stored, *(key for key in now if key not in stored)]
        pairs = ((f"{path} / {key}", stored.get(key), now.get(key)) for key in keys)
        return [line for below, one, other in pairs for line in differences(one, other, below)]
    return [] if stored == now else [f"{path.removeprefix(' / ')}: {stored} in the reference, {now} now"]


def check() -> int:
    """Exit code of the comparison with the stored small run."""
    file = REFERENCE / CHECK
    if not file.is_file():
        complain(f"{file.relative_to(ROOT)} is not there; make reference writes it")
        return 2
    found = differences(json.loads(file.read_text(encoding="utf-8")), small_run())
    for line in found[:20]:
        complain(line)
    if found:
        complain(f"{len(found)} numbers differ; if this is intended: make reference, and a line in CHANGELOG.md")
        return 1
    answer(f"the same numbers as the reference in {CHECKED_REPLICATIONS} replications of {CHECKED}")
    return 0


def write_json(file: Path, said: object) -> None:
    """Writes plain data with indents and sorted by nothing but its own order."""
    file.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Replay a small run and compare.")
@click.option("--only", multiple=True, type=click.Choice([*scenarios(), *SWEEPS]), help="Only this scenario or sweep.")
def main(only_check: bool, only: tuple[str, ...]) -> None:
    """Makes or checks results/reference."""
    if only_check:
        sys.exit(check())
    REFERENCE.mkdir(parents=True, exist_ok=True)
    index_file = REFERENCE / INDEX
    index = json.loads(index_file.read_text(encoding="utf-8")) if index_file.is_file() else {}
    with tempfile.TemporaryDirectory(prefix="drawdown-") as work:
        for name in only or [*scenarios(), *SWEEPS]:
            answer(f"{name} ...")
            if name in SWEEPS:
                make_sweep(name, Path(work))
            else:
                index[name] = make(name, Path(work))
    write_json(index_file, dict(sorted(index.items())))
    write_json(REFERENCE / CHECK, small_run())
    if SHOWN in index:
        show_in_readme()
    size = sum(path.stat().st_size for path in REFERENCE.rglob("*") if path.is_file())
    answer(f"results/reference: {size / 1e6:.1f} MB")
    if size > MOST_BYTES:
        raise click.ClickException(f"results/reference should stay under {MOST_BYTES / 1e6:g} MB")


if __name__ == "__main__":  # worker processes read this file again
    main()
