"""Inventories of real shapes, beside what they must give or say."""

from __future__ import annotations

import re
import sys
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "worldkit"))
from workbook import workbook

from sim.errors import InputError
from sim.scenario.inventory.fragment import fragment, groups_of, totals_of
from sim.scenario.inventory.heads import FIELDS, Head, head_of, plain
from sim.scenario.inventory.opening import read_inventory
from sim.scenario.inventory.rows import How, Inventory, inventory_of
from sim.scenario.inventory.sheets import MOST_BYTES, letters, sheet_of

DATA = Path(__file__).parents[1] / "data" / "inventories"
OURS = How(place="camp", owner="coe")
Given = dict[str, Any]


def csv(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


def read(content: bytes, how: How = OURS, **sheet: Any) -> Inventory:
    return inventory_of(sheet_of(content, "inv", **sheet), how)


def lots(found: Inventory) -> dict[str, tuple[int, int]]:
    """By class, lots and kilograms."""
    return {
        group.name: (sum(row.count for row in group.rows), sum(row.count * (row.kg or 0) for row in group.rows))
        for group in groups_of(found, ())
    }


BOX = {"box": (3, 6000)}
RIGHT: dict[str, tuple[bytes, Given, dict[str, tuple[int, int]]]] = {
    "commas": (csv("Description,Quantity,Weight (kg)\nbox,3,2000\n"), {}, BOX),
    "semicolons": (csv("Description;Quantity;Weight (kg)\nbox;3;2000\n"), {}, BOX),
    "tabs": (csv("Description\tQuantity\tWeight (kg)\nbox\t3\t2000\n"), {}, BOX),
    "bars": (csv("Description|Quantity|Weight (kg)\nbox|3|2000\n"), {}, BOX),
    "the line of Excel that names the separator": (
        csv("sep=;\nDescription;Quantity;Weight (kg)\nbox;3;2000\n"), {}, BOX,
    ),
    "UTF-8 with its mark": (b"\xef\xbb\xbf" + csv("Description,Quantity,Weight (kg)\nbox,3,2000\n"), {}, BOX),
    "UTF-16": (csv("Description\tQuantity\tWeight (kg)\nbox\t3\t2000\n", "utf-16"), {}, BOX),
    "Latin-1, said": (
        csv("Désignation;Quantité;Poids (kg)\nbox;3;2000\n", "cp1252"), {"encoding": "cp1252"}, BOX,
    ),
    "Arabic of Windows, said": (csv("الصنف;الكمية;الوزن (كغ)\nbox;3;2000\n", "cp1256"), {"encoding": "cp1256"}, BOX),
    "lines of Windows": (csv("Description,Quantity,Weight (kg)\r\nbox,3,2000\r\n"), {}, BOX),
    "quotes, commas and lines within them": (
        csv('Description,Quantity,Weight (kg)\n"box",3,"2,000.0"\n"box\n",0,1\n'), {}, BOX,
    ),
    "French heads": (csv("Désignation;Quantité;Poids (kg)\nbox;3;2000\n"), {}, BOX),
    "French heads without accents": (csv("DESIGNATION;QTE;POIDS (KG)\nbox;3;2000\n"), {}, BOX),
    "Arabic heads and digits": (csv("الوصف,العدد,الوزن (كجم)\nbox,٣,٢٠٠٠\n"), {}, BOX),
    "Arabic decimal and thousands marks": (csv("الصنف;الكمية;الوزن (كغ)\nbox;٣;١٬٩٩٩٫٧\n"), {}, BOX),
    "Arabic heads with vowels and other letters": (csv("الوَصْف,العدد,الوزن (طن)\nbox,3,2\n"), {}, BOX),
    "tonnes in the head": (csv("Item,Qty,Weight (t)\nbox,3,2\n"), {}, BOX),
    "pounds in the head": (csv("Item,Qty,Weight (lbs)\nbox,3,4409.24\n"), {}, BOX),
    "the unit at the end of the head": (csv("Item,Qty,Weight kg\nbox,3,2000\n"), {}, BOX),
    "the unit in words": (csv("Item,Qty,Weight in tonnes\nbox,3,2\n"), {}, BOX),
    "the unit in each cell": (csv("Item,Qty,Weight\nbox,1,2 t\nbox,1,2000kg\nbox,1,4409.24 lb\n"), {}, BOX),
    "decimal commas": (csv("Désignation;Quantité;Poids (t)\nbox;3;2,0\n"), {}, BOX),
    "points between thousands": (csv("Désignation;Quantité;Poids (kg)\nbox;3;2.000,0\n"), {}, BOX),
    "blanks between thousands": (csv("Désignation;Quantité;Poids (kg)\nbox;3;2 000\n"), {}, BOX),
    "narrow blanks between thousands": (csv("Désignation;Quantité;Poids (kg)\nbox;3;2\u202f000\n"), {}, BOX),
    "apostrophes between thousands": (csv("Désignation;Quantité;Poids (kg)\nbox;3;2'000\n"), {}, BOX),
    "the decimal mark said": (
        csv("Item;Qty;Weight (kg)\nbox;3;2,000\n"), {"how": How(place="camp", owner="coe", decimal="point")}, BOX,
    ),
    "a title, blank rows and heads below": (
        csv("Inventory of Camp Alpha,,\n,,\nDescription,Quantity,Weight (kg)\n,,\nbox,3,2000\n"), {}, BOX,
    ),
    "totals that agree": (
        csv("Item,Qty,Weight (kg)\nbox,1,2000\nbox,1,2000\nSub-total,2,\nbox,1,2000\nSubtotal,1,\nTotal,3,\n"), {}, BOX,
    ),
    "merged heads in two rows": (
        csv(",,Poids,\nDésignation,Quantité,brut (kg),net (kg)\nbox,3,2000,1500\n"), {}, BOX,
    ),
    "a head that is said": (
        csv("Description,Quantity,Tare+cargo\nbox,3,2\n"),
        {"how": How(place="camp", owner="coe", heads={"Tare+cargo": "mass t"})}, BOX,
    ),
    "two descriptions, one left out": (
        csv("Category,Description,Quantity,Weight (kg)\nstores,box,3,2000\n"),
        {"how": How(place="camp", owner="coe", heads={"Category": "-"})}, BOX,
    ),
    "XLSX": (workbook(Sheet1=[["Description", "Quantity", "Weight (kg)"], ["box", 3, 2000]]), {}, BOX),
    "XLSX with merged cells, a title and a total": (
        workbook(S=[["Camp Alpha", None], [None], ["Item", "Qty", "Weight (t)"], ["box", 3, 2.0], ["Total", 3]]), {},
        BOX,
    ),
    "XLSX with Arabic heads": (workbook(S=[["الصنف", "الكمية", "الوزن (كغ)"], ["box", 3, 2000]]), {}, BOX),
    "one sheet of several": (
        workbook(Cover=[["x"]], Stock=[["Item", "Qty", "Weight (kg)"], ["box", 3, 2000]]), {"sheet": "Stock"}, BOX,
    ),
    "a class of numbers": (workbook(S=[["Item", "Qty"], [4711, 2]]), {}, {"4711": (2, 0)}),
    "no masses": (csv("Item,Qty\nbox,3\n"), {}, {"box": (3, 0)}),
    "one name with two values": (
        csv("Item,Qty,Weight (kg),Value (USD)\nbox,1,2000,5\nbox,2,2000,6\n"), {},
        {"box": (1, 2000), "box_2": (2, 4000)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_an_inventory_of_this_shape_gives_its_lots_and_their_mass(name: str) -> None:
    content, given, wanted = RIGHT[name]
    assert lots(read(content, **given)) == wanted


def later(archive: bytes) -> bytes:
    """The same archive, of which each part says that it needs a version of the format that does not exist yet."""
    entry = b"PK\x01\x02"
    parts = archive.split(entry)
    return entry.join([parts[0], *(part[:2] + b"\x63\x00" + part[4:] for part in parts[1:])])


WRONG: dict[str, tuple[bytes, Given]] = {
    "no unit": (csv("Item,Qty,Weight\nbox,3,2000\n"), {}),
    "a unit of length": (csv("Item,Qty,Weight\nbox,3,2000 m\n"), {}),
    "an unknown unit in the head": (csv("Item,Qty,Weight (stone)\nbox,3,2\n"), {}),
    "euros": (csv("Item,Qty,Value\nbox,3,5 EUR\n"), {}),
    "a number with two readings": (csv("Item;Qty;Weight (kg)\nbox;3;1,234\n"), {}),
    "a word for a number": (csv("Item,Qty\nbox,twelve\n"), {}),
    "half a lot": (csv("Item,Qty\nbox,1.5\n"), {}),
    "fewer than none": (csv("Item,Qty\nbox,-2\n"), {}),
    "a date for a number": (workbook(S=[["Item", "Qty"], ["box", date(2023, 5, 12)]]), {}),
    "an empty number": (csv("Item,Qty\nbox,\n"), {}),
    "a number without a class": (csv("Item,Qty\n,4\n"), {}),
    "an unknown owner": (csv("Item,Qty,Owner\nbox,4,France\n"), {"how": How(place="camp")}),
    "no owner at all": (csv("Item,Qty\nbox,4\n"), {"how": How(place="camp")}),
    "neither yes nor no": (csv("Item,Qty,Serviceable\nbox,4,perhaps\n"), {}),
    "a priority beyond the form": (csv("Item,Qty,Priority\nbox,4,9\n"), {}),
    "no column of numbers": (csv("Item,Colour\nbox,red\n"), {}),
    "two columns of one field": (csv("Category,Description,Qty\na,box,4\n"), {}),
    "two rows of heads": (csv("Item,Qty\nItem,Qty\nbox,4\n"), {}),
    "a total that does not agree": (csv("Item,Qty\nbox,4\nTotal,5\n"), {}),
    "heads alone": (csv("Item,Qty\n"), {}),
    "nothing": (b"", {}),
    "Latin-1, not said": (csv("Désignation;Quantité\nbox;3\n", "cp1252"), {}),
    "an unknown encoding": (csv("Item,Qty\nbox,3\n"), {"encoding": "ebcdic"}),
    "two separators": (csv("a,b;c\nx,1;2\n"), {}),
    "an open quote": (csv('Item,Qty\n"box,3\n'), {}),
    "several sheets": (workbook(A=[["x"]], B=[["y"]]), {}),
    "a sheet that is not there": (workbook(A=[["x"]]), {"sheet": "Z"}),
    "a sheet of a table": (csv("Item,Qty\nbox,3\n"), {"sheet": "A"}),
    "the old form": (b"\xd0\xcf\x11\xe0 and more", {}),
    "a damaged workbook": (workbook(A=[["x"]])[:200], {}),
    "a workbook of a version to come": (later(workbook(A=[["x"]])), {}),
    "a head that is not there": (
        csv("Item,Qty\nbox,3\n"),
        {"how": How(place="camp", owner="coe", heads={"Qtt": "mass"})},
    ),
    "a field that is not there": (
        csv("Item,Qty,X\nbox,3,1\n"),
        {"how": How(place="camp", owner="coe", heads={"X": "colour"})},
    ),
}
MESSAGES = dict(re.findall(r"^(\S.*)\n    (.*)$", (DATA / "messages.txt").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", WRONG)
def test_an_inventory_of_this_shape_is_refused_with_file_row_column_and_what_is_right(name: str) -> None:
    content, given = WRONG[name]
    with pytest.raises(InputError) as caught:
        read(content, **given)
    assert str(caught.value) == MESSAGES[name]


def test_every_message_of_the_file_is_of_a_shape_that_is_tried() -> None:
    assert set(MESSAGES) == set(WRONG)


def test_of_a_thousand_wrong_cells_the_count_and_the_first_ten_are_told() -> None:
    with pytest.raises(InputError) as caught:
        read(csv("Item,Qty\n" + "box,many\n" * 1000))
    lines = str(caught.value).splitlines()
    assert lines[0] == "inv: 1,000 cells can't be read; these are the first 10"
    assert len(lines) == 11
    assert lines[10].startswith("inv:11: column B: number: ")


def test_columns_that_are_not_used_are_named_and_dimensions_are_among_them() -> None:
    found = read(csv("Item,Qty,Length,Remarks\nbox,3,6 m,none\n"))
    assert found.unused == ("Length", "Remarks")
    assert found.used == (("Item", "class"), ("Qty", "number"))


def test_totals_for_control_count_lots_without_a_mass_and_those_not_serviceable() -> None:
    found = read(csv("Item,Qty,Weight (kg),Value (kUSD),Serviceable\nbox,3,2000,5,yes\ncar,2,,7,no\n"))
    totals = totals_of(found)
    assert (totals.rows, totals.lots, totals.kg, totals.usd) == (2, 5, 6000, 29_000)
    assert (totals.without_mass, totals.unserviceable) == (2, 2)


def test_rules_of_matching_give_descriptions_a_class_the_first_that_matches() -> None:
    found = read(csv("Item,Qty\nConteneur 20 pieds,3\nContainer 20ft,1\nGroupe électrogène,2\n"))
    rules = (("conteneur*", "container"), ("*20ft*", "container"), ("Groupe ÉLECTROGÈNE*", "generator"))
    assert {group.name: sum(row.count for row in group.rows) for group in groups_of(found, rules)} == {
        "container": 4, "generator": 2,
    }  # fmt: skip


def test_the_fragment_is_a_scenario_to_extend_with_the_rows_of_the_source(tmp_path: Path) -> None:
    from sim.scenario.door import load

    found = read(
        csv("Item,Qty,Weight (kg),Owner,Value (USD)\nbox,3,2000,COE,500\nbox,2,1000,UN,500\n"), How(place="camp")
    )
    (tmp_path / "mine.yaml").write_text(fragment(found, ()), encoding="utf-8")
    (tmp_path / "camp.yaml").write_text(
        "extends: mine.yaml\nname: camp\ncalendar: {start: 2023-01-01, deadline: 2023-02-01}\n"
        "places:\n  camp: {role: camp, handover: 2023-01-20, crews: {count: 1}, evacuate: {out: [road]}}\n"
        "  out: {role: exit}\nclasses: {box: {moves: [truck]}}\n"
        "routes: {r: {through: [camp, out], km: [10], a_day: 100 km}}\n"
        "lift: {trucks: {t: {count: 1, base: out, payload: 5 t}}}\n",
        encoding="utf-8",
    )
    scenario = load(tmp_path / "camp.yaml").scenario
    assert scenario.places["camp"].lots["box"].owners() == {"coe": 3, "unoe": 2}
    assert scenario.classes["box"].mass.numbers == (1000, 1000, 2000, 2000, 2000)
    assert scenario.classes["box"].value == 500
    assert "box: {coe: 3, unoe: 2}  # rows 2, 3" in fragment(found, ())


def test_names_that_yaml_would_read_otherwise_come_back_as_they_were() -> None:
    from sim.scenario.document import document_of
    from sim.scenario.reading import as_text

    names = ["no", "الحاوية", "a: b", "12", "{x}", "# y"]
    rows = "".join(f'"{name}",1\n' for name in names)
    found = read(csv(f"Item,Qty\n{rows}"), How(place="été: 1", owner="coe"))
    data = document_of(as_text(fragment(found, ()).encode(), "m"), "m").data
    assert list(data["places"]) == ["été: 1"]
    assert len(data["places"]["été: 1"]["lots"]) == len(names)


def test_rows_without_a_place_are_refused_when_they_are_written() -> None:
    with pytest.raises(InputError, match="no column says where the lots are"):
        fragment(read(csv("Item,Qty\nbox,3\n"), How(owner="coe")), ())


# limits


def test_a_workbook_that_would_unpack_to_too_much_is_refused_before_it_is_unpacked() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("xl/worksheets/sheet1.xml", b" " * (300 << 20))
    with pytest.raises(InputError, match=r"unpacks to 314,\d+,\d+ bytes; allowed: at most 268,435,456"):
        read(stream.getvalue())


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        parts.writestr("word/document.xml", "x")
    with pytest.raises(InputError, match="an archive, and no workbook"):
        read(stream.getvalue())


def test_a_file_beyond_the_limit_a_folder_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at most 33,554,432"):
        sheet_of(b"x" * (MOST_BYTES + 1), "inv")
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InputError, match=r"can't be read|not a plain file"):
            read_inventory(str(path))


def test_a_cell_a_row_and_a_sheet_beyond_the_limits_are_refused() -> None:
    for text in ("Item,Qty\n" + "x" * 10_001 + ",1\n", "Item,Qty\n" + "," * 400 + "\n"):
        with pytest.raises(InputError, match=r"too long|too large"):
            read(csv(text))


def mutated(content: bytes, dice: Random) -> bytes:
    """The same with some bytes changed, doubled or lost."""
    found = bytearray(content)
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(found))
        found[at : at + dice.choice([0, 1, 1, 5])] = dice.choice(
            [b"", bytes([dice.randrange(256)]), b";", b'"', b"\n", b"1e999", b"\xff\xfe", found[at : at + 30] * 3]
        )
    return bytes(found)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_bytes_they_are_an_inventory_or_an_error_in_sentences(seed: int) -> None:
    dice, shapes = Random(seed), [content for content, _, _ in RIGHT.values()]
    told: list[int] = []
    for _ in range(60):
        try:
            found = read(mutated(dice.choice(shapes), dice))
        except InputError as error:
            told.append(len(error.problems))
        else:
            assert totals_of(found).lots >= 0
            assert fragment(found, ()).startswith("# Written by drawdown import")
    assert all(1 <= count <= 11 for count in told)


# heads


def test_every_field_is_known_in_english_french_and_arabic() -> None:
    for field, names in FIELDS.items():
        known = [name.strip() for name in names.split(",")]
        assert {head_of(name) for name in known} == {Head(field, None)}, field
        assert any("\u0600" <= sign <= "\u06ff" for name in known for sign in name), field


def test_no_name_of_a_head_means_two_fields() -> None:
    names = [plain(name) for names in FIELDS.values() for name in names.split(",")]
    assert len(names) == len(set(names))


def test_columns_are_named_as_a_spreadsheet_does() -> None:
    assert [letters(column) for column in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
