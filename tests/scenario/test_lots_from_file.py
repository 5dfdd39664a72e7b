"""`lots: {from: stock.csv}`: lots of a place from an inventory in the scenario folder."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.errors import InputError
from sim.scenario.door import Loaded, load

STOCK = "Item,Qty,Weight (kg),Owner,Place\nbox,3,2000,COE,camp\ncar,2,1500,UN,camp\nbox,4,2500,COE,hill\n"
TEXT = """\
schema: 1
name: two camps
calendar: {start: 2023-01-01, deadline: 2023-02-01}
places:
  camp: &camp
    role: camp
    handover: 2023-01-20
    crews: {count: 1}
    evacuate: {out: [road]}
    lots: {from: stock.csv}
  hill:
    role: camp
    handover: 2023-01-20
    crews: {count: 1}
    evacuate: {out: [road]}
    lots: {from: stock.csv}
  out: {role: exit}
classes:
  box: {mass: 1 t, moves: [truck]}
  car: {moves: [truck]}
routes: {r: {through: [camp, hill, out], km: [10, 10], a_day: 100 km}}
lift: {trucks: {t: {count: 1, base: out, payload: 15 t}}}
""".replace(" &camp", "")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "stock.csv").write_text(STOCK)
    return tmp_path


def loaded(desk: Path, text: str = TEXT) -> Loaded:
    (desk / "mine.yaml").write_text(text)
    return load(desk / "mine.yaml")


def refusal(desk: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        loaded(desk, text)
    return str(caught.value).replace(f"{desk}/", "")


def test_each_place_takes_its_own_rows_and_classes_take_their_masses(desk: Path) -> None:
    scenario = loaded(desk, TEXT.replace("box: {mass: 1 t, moves", "box: {moves")).scenario
    held = {name: {kind: lots.owners() for kind, lots in place.lots.items()} for name, place in scenario.places.items()}
    assert held == {"camp": {"box": {"coe": 3}, "car": {"unoe": 2}}, "hill": {"box": {"coe": 4}}, "out": {}}
    assert scenario.classes["box"].mass.numbers == (2000, 2000, 2000, 2500, 2500, 2500, 2500)
    assert scenario.classes["car"].mass.numbers == (1500,)


def test_what_the_file_itself_says_of_a_class_stands_and_what_it_extends_does_not(desk: Path) -> None:
    assert loaded(desk).scenario.classes["box"].mass.numbers == (1000,)
    (desk / "below.yaml").write_text(TEXT.replace("lots: {from: stock.csv}", "lots: {}"))
    text = "extends: below.yaml\nplaces: {camp: {lots: {from: stock.csv}}}\n"
    assert loaded(desk, text).scenario.classes["box"].mass.numbers == (2000,)


def test_the_hash_of_the_inventory_is_among_the_files_and_the_manifest_has_the_lots(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = loaded(desk)
    assert found.files == (
        ("mine.yaml", hashlib.sha256(TEXT.encode()).hexdigest()),
        ("stock.csv", hashlib.sha256(STOCK.encode()).hexdigest()),
    )
    monkeypatch.chdir(desk)
    words = ["run", "mine.yaml", "-n", "2", "-j", "1", "--no-plots", "--quiet"]
    assert CliRunner().invoke(main, [*words, "--out", "out"]).exit_code == 0
    manifest = json.loads((desk / "out" / "manifest.json").read_text())
    assert [file["name"] for file in manifest["files_read"]] == ["mine.yaml", "stock.csv"]
    assert manifest["scenario"]["places"]["hill"]["lots"] == {"box": {"coe": 4}}
    (desk / "stock.csv").write_text(STOCK.replace("box,4", "box,5"))
    said = CliRunner().invoke(main, [*words, "--out", "out"])
    assert said.exit_code == 2
    assert "the scenario" in said.stderr


def test_a_file_in_a_folder_below_is_named_from_the_scenario(desk: Path) -> None:
    (desk / "data").mkdir()
    (desk / "stock.csv").rename(desk / "data" / "s.csv")
    found = loaded(desk, TEXT.replace("stock.csv", "data/s.csv"))
    assert [name for name, _ in found.files] == ["mine.yaml", "data/s.csv"]


@pytest.mark.parametrize("name", ["../stock.csv", "/etc/passwd", "http://x/stock.csv", "link.csv", "~/stock.csv"])
def test_a_file_outside_the_folder_or_behind_a_link_is_refused(desk: Path, name: str) -> None:
    os.symlink("/etc/hostname", desk / "link.csv")
    said = refusal(desk, TEXT.replace("from: stock.csv", f'from: "{name}"', 1))
    assert said.startswith("mine.yaml:10: places.camp.lots.from: not a file inside the scenario folder; got")


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ("colour: red", "mine.yaml:10: places.camp.lots.colour: this key is unknown"),
        ("owner: them", "mine.yaml:10: places.camp.lots.owner: this has another form"),
        ("match: [a]", "mine.yaml:10: places.camp.lots.match: this should be texts by text"),
        ("header: one", "mine.yaml:10: places.camp.lots.header: this should be the number of a row"),
        ("encoding: 5", "mine.yaml:10: places.camp.lots.encoding: this should be a text"),
        (
            "place: dune",
            "mine.yaml:10: places.camp.lots: no row of stock.csv is of this place; allowed: place: camp, hill",
        ),
        ("map: {Colour: mass}", "stock.csv:1: --map: no such head in this sheet; got Colour"),
    ],
)
def test_what_says_nothing_is_refused_with_its_line(desk: Path, more: str, wrong: str) -> None:
    said = refusal(desk, TEXT.replace("from: stock.csv", f"from: stock.csv, {more}", 1))
    assert said.startswith(wrong)


def test_a_missing_inventory_and_a_wrong_cell_are_told_by_file_and_row(desk: Path) -> None:
    (desk / "stock.csv").write_text(STOCK.replace("car,2", "car,two"))
    assert refusal(desk, TEXT).startswith("stock.csv:3: column B: number: this is not a number; got 'two'")
    (desk / "stock.csv").unlink()
    assert refusal(desk, TEXT).startswith("stock.csv: this can't be read: No such file or directory")


def test_lots_of_one_class_that_differ_between_places_are_refused(desk: Path) -> None:
    (desk / "stock.csv").write_text("Item,Qty,Owner,Place,Value (USD)\nbox,3,COE,camp,5\nbox,4,COE,hill,6\n")
    said = refusal(desk, TEXT)
    assert "lots of box differ in floor, value, sensitivity or priority between places" in said


def test_a_class_of_the_inventory_that_the_scenario_lacks_is_reported_as_any_other(desk: Path) -> None:
    said = refusal(desk, TEXT.replace("  car: {moves: [truck]}\n", ""))
    assert "classes.car.moves" in said
