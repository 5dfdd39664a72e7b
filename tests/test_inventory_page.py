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


def test_the_table_of_columns_names_every_field_by_heads_that_are_known() -> None:
    rows = re.findall(r"^\| (\w+) \| [^|]* \| ([^|]*) \|$", PAGE.partition("## Nothing")[0], re.MULTILINE)[1:]
    assert {name for name, _ in rows} == set(FIELDS) - {"dimensions"}
    for name, heads in rows:
        for head in heads.split(", "):
            assert (found := head_of(head)) is not None, head
            assert found.field == name
