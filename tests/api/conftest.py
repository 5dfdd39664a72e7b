import sys
from pathlib import Path

import pytest

# worker processes inherit the path and must find the stand-in by its name
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "standin"))

from levers import LITTLE


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with two scenarios and a sweep as the current one."""
    monkeypatch.chdir(tmp_path)
    more = "schema: 1\nname: More crews\nextends: little.yaml\nplaces: {camp: {crews: {count: 4}}}\n"
    sweep = (
        "{schema: 1, name: A sweep, scenario: little.yaml, replications: 4, "
        "factors: {crews: {path: places.camp.crews.count, levels: [1, 2]}}}"
    )
    for name, text in {"little.yaml": LITTLE, "more.yaml": more, "sweep.yaml": sweep}.items():
        (tmp_path / name).write_text(text)
    return tmp_path
