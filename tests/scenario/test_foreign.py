"""Files that are no scenario are told by what they are, in one sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.door import load

INVENTORY = "Camp,Item No,Description,Owner,Qty,Weight (kg)\nNorth,CV-001,20ft container,COE,12,2500\n"
FRENCH = "Camp;Désignation;Propriétaire;Qté;Poids (kg)\nNord;Conteneur 20 pieds;COE;12;12 500,0\n"
EVENTS = "event_id_cnty,event_date,year,event_type,sub_event_type,location,fatalities\nMLI1,1 May 2023,2023,x,y,z,0\n"
START = "`drawdown new NAME` writes a scenario to start from"
YET = f"it can't be read as a scenario yet; {START}: enter the "
LOTS, RATES = f"{YET}lots there by place, class and owner", f"{YET}events there as rates of alarms and attacks"


def reported(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        load(folder / name)
    assert len(caught.value.problems) == 1
    return str(caught.value).removeprefix(f"{folder}/")


def archive(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as opened:
        for name in names:
            opened.writestr(zipfile.ZipInfo(name), "")  # with a date of its own, not the time of collecting
    return held.getvalue()


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("a.csv", INVENTORY.encode(), f"this is an inventory of equipment (CSV); {LOTS}"),
    ("a.txt", INVENTORY.encode(), f"this is an inventory of equipment (CSV); {LOTS}"),
    ("a.csv", FRENCH.encode("utf-8-sig"), f"this is an inventory of equipment (CSV); {LOTS}"),
    ("a.csv", FRENCH.encode("latin-1"), f"this is an inventory of equipment (CSV); {LOTS}"),
    ("a.txt", FRENCH.replace(";", "\t").encode("utf-16"), f"this is an inventory of equipment (CSV); {LOTS}"),
    ("a.csv", EVENTS.encode(), f"this is a list of events as ACLED exports it (CSV); {RATES}"),
    ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml"), f"this is a spreadsheet (XLSX); {LOTS}"),
    ("a.bin", archive("[Content_Types].xml", "xl/workbook.xml"), f"this is a spreadsheet (XLSX); {LOTS}"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", f"this is a spreadsheet (XLS); {LOTS}"),
    ("a.xlsx", b"PK\x03\x04" + b"\0" * (2 << 20), f"this is a spreadsheet (XLSX); {LOTS}"),
    ("a.csv", b"a,b,c\n" * (1 << 19), "this is a table (CSV), not a scenario; " + START),
])  # fmt: skip
def test_a_table_is_named_by_what_it_is(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    assert reported(tmp_path, name, content) == f"{name}: {sentence}"


@pytest.mark.parametrize(("content", "what"), [
    (b"%PDF-1.7", "a PDF"), (b"\x1f\x8b\x08", "a compressed file (gzip)"), (b"PAR1\x15", "a table (Parquet)"),
    (b"a,b,c\n1,2,3\n", "a table (CSV)"), (archive("word/document.xml"), "a document (DOCX)"),
    (archive("camp.yaml"), "an archive (ZIP)"), (b"\xd0\xcf\x11\xe0", "a file of an old office program (XLS or DOC)"),
])  # fmt: skip
def test_what_else_is_no_scenario_is_named_by_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    assert reported(tmp_path, "camp.yaml", content) == f"camp.yaml: this is {what}, not a scenario; {START}"
