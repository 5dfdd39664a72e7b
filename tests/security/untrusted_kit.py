"""Scenarios, results and a command line for whoever plays the stranger."""

import hashlib
import json
from pathlib import Path

from click.testing import CliRunner

from sim.cli import main

LITTLE = """
schema: 1
name: A little camp
calendar: {start: 2023-07-01, deadline: 2023-07-04}
places:
  camp:
    role: camp
    handover: 2023-07-04
    evacuate: {port: [road]}
    crews: {count: 2}
    lots: {box: {unoe: 10}}
  port: {role: exit}
classes:
  box: {mass: 1.25 t, floor: 1.5, value: 40 kUSD, moves: [truck], prepare: 1 h}
lift:
  trucks: {pool: {count: 3, base: port, payload: 20 t, floor: 6}}
  convoys: {at_once: 1, vehicles: {least: 1, most: 3}}
routes:
  road: {through: [camp, port], km: [100], a_day: {calm: 100 km}}
"""
MORE = "schema: 1\nname: More crews\nextends: little.yaml\nplaces: {camp: {crews: {count: 4}}}\n"
SWEEP = """
schema: 1
name: A little sweep
scenario: little.yaml
replications: 3
factors: {crews: {path: places.camp.crews.count, levels: [1, 2]}}
"""


def drawdown(*arguments):
    """A command in this process, with what it printed and its exit code."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def seal(folder):
    """Writes the hashes of all tables and of the summary into the manifest, as a stranger would."""
    path = Path(folder) / "manifest.json"
    said = json.loads(path.read_text())
    for name, one in said["tables"].items():
        if (Path(folder) / name).is_file():
            one["sha256"] = hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()
    said["summary"]["sha256"] = hashlib.sha256((Path(folder) / "summary.json").read_bytes()).hexdigest()
    path.write_text(json.dumps(said))


def snapshot(folder):
    """What lies in a folder, links as links."""
    return {
        path.relative_to(folder).as_posix(): path.readlink() if path.is_symlink() else path.read_bytes()
        for path in sorted(Path(folder).rglob("*")) if path.is_symlink() or path.is_file()
    }  # fmt: skip
