"""Registers the forecast for UNIFIL: runs it once, and writes docs/forecasts/2026-unifil.* and their hashes.

`python scripts/register_forecast.py` simulates 200 draws of scenarios/sweeps/unifil-2027-sampled.yaml, which takes a
quarter of an hour or more, and writes three files: a table with the values of every draw, the resolved input with
version, commit, seed and hash of that table, and the page. tests/test_forecasts.py gets their SHA-256. What is
registered is never changed and never written again: a revision is a new file under another name. The program that
reads scenarios never reads these files, so that no later version can fail on them.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click
import numpy as np

from sim.cli.terminal import answer
from sim.experiment.sampled_forecast import sampled_forecast
from sim.ledger.kinds import Passage
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.simulator import Simulator
from sim.results.identity import program_hash
from sim.results.manifest import installed_version
from sim.scenario.scenario import Scenario

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "forecasts"
PINS = ROOT / "tests" / "test_forecasts.py"
NAME, SWEEP = "2026-unifil", "unifil-2027-sampled"
MIDDLE, SHIPPED, END = dt.date(2027, 6, 30), dt.date(2027, 12, 15), dt.date(2027, 12, 31)
TARGETS = {
    "a": "share of uniformed people who have left by 30 June 2027",
    "b": "share of uniformed people who have left by 31 December 2027",
    "c": "share of contingent-owned containers shipped by 31 December 2027",
    "d": "share of sites left by 31 December 2027",
}
LEVELS = (0.1, 0.5, 0.9)
JUDGED = {
    "e": "deaths of peacekeepers by hostile act in 2027: 10 % none, 50 % none, 90 % at most 5; some death: 0.37",
    "f_extended": "chance that the deadline of 31 December 2027 is extended: 0.12",
    "f_follow_on": "chance that a follow-on force takes over units of UNIFIL in the south: 0.35",
    "f_either": "chance of one or both: 0.42",
}
"""Judgement, not simulated."""


def values(history: History, sites: Mapping[str, int]) -> dict[str, float]:
    """The four targets in one replication; each is a share of what was there on 1 January 2027."""
    scenario = history.scenario
    whole = sum(place.headcount for place in scenario.places.values())
    return {
        "a": _left(history, MIDDLE) / whole, "b": _left(history, END) / whole, "c": _shipped(history),
        "d": _sites(history, sites),
    }  # fmt: skip


def _left(history: History, day: dt.date) -> int:
    """People who have set out from their own site by a day; to Beirut it is one day's march."""
    until_s = history.scenario.time.last_instant(day)
    return sum(
        step.count for step in history.ledger.people
        if step.what is Passage.LEFT and step.place == step.origin and step.at_s <= until_s
    )  # fmt: skip


def _shipped(history: History) -> float:
    """Contingent-owned containers at the port by 15 December: two sailings a month take them by the end of the year."""
    stock, until_s = history.stock, history.scenario.time.last_instant(SHIPPED)
    own = {
        lot
        for lot in range(stock.count)
        if stock.class_name[lot] == "container" and history.frame.lots.owner[lot] == "coe"
    }
    out = {
        step.lot for step in history.ledger.lots
        if step.state == State.EXTRACTED and step.at_s <= until_s and step.lot in own
    }  # fmt: skip
    return len(out) / len(own)


def _sites(history: History, sites: Mapping[str, int]) -> float:
    """By number of sites, where a place stands for several."""
    until_s = history.scenario.time.last_instant(END)
    left = (name for name, at_s in history.closings_s.items() if at_s <= until_s)
    return sum(sites[name] for name in left) / sum(sites.values())


def _draw(given: tuple[int, int, Scenario, dict[str, int]]) -> dict[str, float]:
    seed, number, scenario, sites = given
    return values(Simulator(scenario).history(seed, number), sites)


def table(rows: Sequence[Mapping[str, float]], names: Sequence[str], levels: Sequence[Sequence[str]]) -> bytes:
    """The values of every draw and what was drawn, as CSV; `levels` has a row of texts for each draw."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("draw", *TARGETS, *names))
    for number, (row, drawn) in enumerate(zip(rows, levels, strict=True), 1):
        writer.writerow((number, *(f"{row[name]:.6f}" for name in TARGETS), *drawn))
    return text.getvalue().encode()


def quantiles(rows: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """The 10, 50 and 90 % quantiles of each target; each is a value of some draw."""
    return {
        name: [round(float(one), 6) for one in
               np.quantile([row[name] for row in rows], LEVELS, method="inverted_cdf")]
        for name in TARGETS
    }  # fmt: skip


def resolved(registered: Mapping[str, Any], scenario: Mapping[str, Any], uncertain: Mapping[str, Any]) -> bytes:
    """The input without `extends`, with all that was sampled, and how it was run."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 1000
    text = io.StringIO()
    text.write("# A registered forecast. It is never changed; a revision is a new file under another name.\n")
    yaml.dump({"registered": registered, "scenario": scenario, "uncertain": uncertain}, text)
    return text.getvalue().encode()


def page(registered: Mapping[str, Any]) -> bytes:
    """The page: what is forecast, on what condition, and how it will be scored."""
    rows = "\n".join(
        f"| ({name}) | {what} | {' | '.join(f'{100 * one:.1f} %' for one in registered['quantiles'][name])} |"
        for name, what in TARGETS.items()
    )
    return (PAGE.format(rows=rows, **registered) + RULES).encode()


PAGE = """# A registered forecast: UNIFIL in 2027

UNIFIL's operations end on 31 December 2026; the force is to be out of southern Lebanon a year
later. This page says beforehand what the model expects, so that it can be wrong. A test pins the
SHA-256 of its three files.

| | |
| --- | --- |
| registered on | {on} |
| version, commit | {version}, `{commit}` |
| seed, draws, Python | {seed}, {draws}, {python} |
| whole input | [2026-unifil.yaml](2026-unifil.yaml) |
| inputs and values of every draw | [2026-unifil-draws.csv](2026-unifil-draws.csv), SHA-256 `{table_sha256}` |

## From the model

| | target | 10 % | 50 % | 90 % |
| --- | --- | --- | --- | --- |
{rows}

Nine in ten draws are above the first number, half above the second, one in ten above the third.
"""

RULES = """
- All shares are of what is there on 1 January 2027.
- (a) and (b) count a person from the day on which they leave their last site for good. A guard unit
  that a resolution leaves for the liquidation is not counted.
- (c) counts containers that are at the port of Beirut by 15 December; it is assumed that two ships
  a month take them by the end of the year. No ship is simulated.
- (d) counts sites that the force has left, of 45. The model does not say to whom a site goes. If
  the UN gives another number of sites, the share is of that number.

## On what condition

It is assumed that no later resolution changes the clock and that no force stays on. If one does,
people, containers and sites that it takes over are left out of (a) to (d), above and below the
line. If the deadline is extended, (b) to (d) are still scored on 31 December 2027.

The newest page read is of June 2026. Whether the Security Council has decided since, what war or
truce there is, and how many sites are left was not known when the inputs were written. They are
assumed, with ranges: the file has the source of every number. Order and days of handing over are
ours; the plan that was published has two dates, the middle and the end of 2027.

## Judgement, not model

These were not simulated.

| | question | answer |
| --- | --- | --- |
| (e) | deaths of peacekeepers by hostile act in 2027 | 10 %: 0; 50 %: 0; 90 %: 5; any: 0.37 |
| (f) | the deadline of 31 December 2027 is extended | 0.12 |
| (f) | a follow-on force takes over units of UNIFIL in the south | 0.35 |
| (f) | one of the two, or both | 0.42 |

Reasons. (e): six peacekeepers died in the three months of war from March 2026, about none in months
of truce; war in 2027 is given one chance in five, low violence one in three, and most of the force
leaves in the first half. (f): three options for a force were sent to the Council in June 2026;
since then nothing is known to us.

## How it will be scored

After 31 December 2027, from reports of the Secretary-General and statements of the mission:

- (a) to (e): whether the value is within the 10 and 90 % numbers; for (a) to (d) also the CRPS over
  all draws, beside two reference forecasts: the plan (1 for each) and a straight line from
  1 January to 31 December (0.5 for (a), 1 for the others).
- (f): Brier score beside 0.5.

Reference class: France had 98.6 % of its equipment by value out of Niger in 90 days; UNAMID had all
its troops out in six months; 31 % of Canada's containers were out of Kandahar by land when the
border had closed. A value that cannot be found is reported as such and is no hit.

A revision is a new file; this one stays as it is. The draws and this page are text, so that they
can be scored without this program.
"""


def pinned(files: Mapping[str, bytes], text: str) -> str:
    """The text of the test with the SHA-256 of these files beside those that it has."""
    lines = "".join(f'    "{name}": "{hashlib.sha256(content).hexdigest()}",\n' for name, content in files.items())
    return re.sub(r"(?<=PINNED: dict\[str, str\] = \{)(.*?)\n?\}",
                  lambda found: f"{found[1].rstrip()}\n{lines}}}", text, count=1, flags=re.DOTALL)  # fmt: skip


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _sampled(given: Any) -> Any:
    """Plain data of the sweep's uncertain inputs."""
    return {name: one.model_dump(mode="json", exclude_defaults=True) for name, one in given.factors.items()}


@click.command()
@click.option("--draws", "-n", type=click.IntRange(10), default=200, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--workers", "-j", type=click.IntRange(1), default=2, show_default=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of registering.  [default: today]")
@click.option("--rehearse", type=click.Path(path_type=Path), help="Write to this folder instead, and pin nothing.")
def main(draws: int, seed: int, workers: int, on: dt.datetime | None, rehearse: Path | None) -> None:
    """Runs the forecast once and writes its files. Refuses where it is registered, or the checkout has changes."""
    folder = rehearse or FOLDER
    if (folder / f"{NAME}.yaml").exists():
        raise click.ClickException(f"{NAME} is registered; a revision is a new file under another name")
    if rehearse is None and _git("status", "--porcelain"):
        raise click.ClickException("the checkout has changes; commit them first")
    sampled = sampled_forecast(SWEEP, draws)
    loaded, drawn = sampled.sides[0]
    sites = (loaded.scenario.record.model_extra or {})["sites"]
    asked = ((seed, number, scenario, sites) for number, scenario in enumerate(drawn.scenarios(), 1))
    with ProcessPoolExecutor(workers) as pool:
        rows = list(_said(pool.map(_draw, asked), draws))
    levels = [[level.text for level in drawn.points.settings(at)] for at in range(draws)]
    content = table(rows, drawn.names, levels)
    registered = {
        "name": NAME, "on": (on.date() if on else dt.date.today()).isoformat(), "version": installed_version(),
        "commit": _git("rev-parse", "HEAD"), "program_sha256": program_hash(), "python": platform.python_version(),
        "seed": seed, "draws": draws, "seed_of_draws": sampled.file.sweep.design.seed,
        "sampling": "replication k has draw k and its own random events",
        "scenario_sha256": loaded.scenario.hash(), "files": dict(loaded.files),
        "targets": TARGETS, "quantiles": quantiles(rows), "levels": list(LEVELS), "judgement": JUDGED,
        "table": f"{NAME}-draws.csv", "table_sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    files = {
        f"{NAME}.yaml": resolved(registered, loaded.data, _sampled(sampled.file.sweep.uncertain)),
        f"{NAME}-draws.csv": content, f"{NAME}.md": page(registered),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in files.items():
        (folder / name).write_bytes(one)
        answer(f"{hashlib.sha256(one).hexdigest()}  {name}")
    if rehearse is None:
        PINS.write_text(pinned(files, PINS.read_text(encoding="utf-8")), encoding="utf-8")


def _said(found: Iterable[dict[str, float]], draws: int) -> Iterable[dict[str, float]]:
    for number, row in enumerate(found, 1):
        answer(f"{number} of {draws}: " + ", ".join(f"({name}) {row[name]:.3f}" for name in TARGETS))
        yield row


if __name__ == "__main__":
    main()
