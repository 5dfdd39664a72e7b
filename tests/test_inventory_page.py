"""The example of the page on inventories is run, and prints and writes what the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.scenario.inventory.heads import FIELDS, head_of

PAGE = (Path(__file__).parents[1] / "docs" / "inventory.md").read_text(encoding="utf-8")


SCENARIO = """
schema: 1
name: camp
calendar: {{start: 2023-01-01, deadline: 2023-02-01}}
places:
  camp:
    role: camp
    handover: 2023-01-20
    crews: {{count: 1}}
    evacuate: {{out: [road]}}
    lots: {lots}
  out: {{role: exit}}
classes:
  container: {{moves: [truck]}}
  groupe_electrogene_500_kva: {{moves: [truck]}}
routes: {{r: {{through: [camp, out], km: [10], a_day: 100 km}}}}
lift: {{trucks: {{t: {{count: 1, base: out, payload: 15 t}}}}}}
"""


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_prints_and_writes_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stock.csv").write_text(block("csv"), encoding="utf-8")
    said = CliRunner().invoke(main, shlex.split(block("sh"))[1:])
    assert said.exit_code == 0
    assert said.output == block("text")
    written = (tmp_path / "stock.yaml").read_text(encoding="utf-8")
    assert "".join(line for line in written.splitlines(keepends=True) if not line.startswith("#")) == block("yaml")


def test_a_scenario_reads_the_same_lots_from_the_file_itself(tmp_path: Path) -> None:
    from sim.scenario.door import load

    (tmp_path / "stock.csv").write_text(block("csv"), encoding="utf-8")
    lots = re.search(r"^    lots: (\{from.*\})$", PAGE, re.MULTILINE)
    assert lots is not None
    (tmp_path / "camp.yaml").write_text(SCENARIO.format(lots=lots[1]), encoding="utf-8")
    scenario = load(tmp_path / "camp.yaml").scenario
    assert {name: held.owners() for name, held in scenario.places["camp"].lots.items()} == {
        "container": {"coe": 12, "unoe": 2},
        "groupe_electrogene_500_kva": {"unoe": 3},
    }


def test_the_table_of_columns_names_every_field_by_heads_that_are_known() -> None:
    rows = re.findall(r"^\| (\w+) \| [^|]* \| ([^|]*) \|$", PAGE.partition("## Nothing")[0], re.MULTILINE)[1:]
    assert {name for name, _ in rows} == set(FIELDS) - {"dimensions"}
    for name, heads in rows:
        for head in heads.split(", "):
            assert (found := head_of(head)) is not None, head
            assert found.field == name
