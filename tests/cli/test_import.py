"""`drawdown import` and `drawdown new --inventory`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "worldkit"))
from workbook import workbook

from sim.cli import main

STOCK = "Item,Qty,Weight (kg),Owner,Place\nbox,3,2000,COE,camp\ncar,2,1500,UN,camp\n"


def drawdown(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stock.csv").write_text(STOCK)
    return tmp_path


def test_the_totals_are_printed_and_nothing_is_written_without_into(desk: Path) -> None:
    said = drawdown("import", "stock.csv")
    assert said.exit_code == 0
    assert "2 rows: 5 lots, 9.000 t, 0 USD" in said.stdout
    assert [path.name for path in desk.iterdir()] == ["stock.csv"]


def test_json_has_classes_totals_and_columns(desk: Path) -> None:
    said = json.loads(drawdown("import", "stock.csv", "--json").stdout)
    assert (said["lots"], said["kg"], said["header"]) == (5, 9000, 1)
    assert said["classes"] == {"box": {"lots": 3, "mass": "2000 kg"}, "car": {"lots": 2, "mass": "1500 kg"}}
    assert said["columns"][0] == {"head": "Item", "field": "class"}


def test_a_file_that_is_there_is_not_overwritten(desk: Path) -> None:
    (desk / "mine.yaml").write_text("kept")
    said = drawdown("import", "stock.csv", "--into", "mine.yaml")
    assert said.exit_code == 2
    assert "mine.yaml: already exists, and was not changed" in said.stderr
    assert (desk / "mine.yaml").read_text() == "kept"


def test_wrong_cells_are_exit_2_and_nothing_is_written(desk: Path) -> None:
    (desk / "stock.csv").write_text(STOCK.replace("1500", "heavy"))
    said = drawdown("import", "stock.csv", "--into", "mine.yaml")
    assert said.exit_code == 2
    assert "stock.csv:3: column C: mass: this is not a number; got 'heavy'" in said.stderr
    assert "Traceback" not in said.output
    assert not (desk / "mine.yaml").exists()


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--map", "Weight"), "--map: this has another form; got Weight; allowed: HEAD=FIELD"),
        (("--match", "=box"), "--match: this has another form; got =box; allowed: PATTERN=CLASS"),
        (("--separator", "ab"), "--separator: this is not one sign; got ab; allowed: such as ; or tab"),
        (("--header", "9"), "stock.csv:9: there is no such row; allowed: a row with heads"),
        (("--header", "2"), "stock.csv:2: no column is known to hold the class and the number"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_an_option_of_another_form_is_refused_in_a_sentence(words: tuple[str, ...], wrong: str) -> None:
    said = drawdown("import", "stock.csv", *words)
    assert (said.exit_code, "Traceback" in said.output) == (2, False)
    assert wrong in said.stderr


def test_a_workbook_is_read_as_a_table_is(desk: Path) -> None:
    rows: list[list[object]] = [line.split(",") for line in STOCK.splitlines()]  # type: ignore[misc]
    (desk / "stock.xlsx").write_bytes(workbook(Stock=rows))
    said = drawdown("import", "stock.xlsx")
    assert "stock.xlsx, sheet Stock: heads in row 1; 2 rows: 5 lots, 9.000 t, 0 USD" in said.stdout


def test_names_of_a_stranger_are_shown_without_what_a_terminal_obeys(desk: Path) -> None:
    (desk / "stock.csv").write_text('Item,Qty,Owner,Place,"x\x1b[2J"\nbo\x1b]0;x,3,COE,camp,1\n')
    said = drawdown("import", "stock.csv")
    assert said.exit_code == 0
    assert "\x1b" not in said.output


def test_the_empty_sheet_is_read_once_it_has_a_row(desk: Path) -> None:
    assert drawdown("new", "mine", "--inventory").stdout == "mine.csv: written; next: drawdown import mine.csv\n"
    assert drawdown("new", "mine", "--inventory").exit_code == 2
    empty = drawdown("import", "mine.csv")
    assert (empty.exit_code, "no row with lots follows the heads" in empty.stderr) == (2, True)
    with (desk / "mine.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("camp,box,COE,3,2000,1,500,no,2,yes\n")
    said = json.loads(drawdown("import", "mine.csv", "--json").stdout)
    assert (said["not_used"], said["lots"], said["kg"], said["usd"]) == ([], 3, 6000, 1500)
    assert len(said["columns"]) == 10
