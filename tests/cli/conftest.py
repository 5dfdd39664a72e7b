import sys
from pathlib import Path

import pytest

# worker processes inherit the path and must find the stand-in by its name
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "standin"))

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


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of its own with a little scenario in it, as the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "little.yaml").write_text(LITTLE)
    return tmp_path
