"""Planted faults: the table that `scripts/faults.py` goes through, and three of its faults planted for real."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "faults.py"
QUICK = ("shelter accumulates", "the yard has no end", "a convoy is paid as one vehicle")
"""A fault of a calendar, one of the world, one of the responses."""

HARMLESS = """
import tempfile
from faults import Task, tried
from planting import ORACLES, Fault, Nursery, in_processes
with tempfile.TemporaryDirectory() as top:
    nursery, yard = Nursery(top), (str(ORACLES / "yard.yaml"),)
    harmless = Fault("harmless", "tape", "tape/inversion.py", "_MOST = 1e15", "_MOST = 2e15")
    nowhere = Fault("nowhere", "tape", "tape/inversion.py", "no such text", "")
    for verdict in in_processes(1, tried, [Task(each, yard, 4.0, nursery) for each in (harmless, nowhere)]):
        print(verdict)
"""


@pytest.fixture(scope="module")
def planting():
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        yield import_module("planting")
    finally:
        sys.path.remove(str(SCRIPT.parent))


def test_what_a_fault_replaces_stands_just_once_in_its_file(planting):
    texts = {fault.file: (ROOT / "sim" / fault.file).read_text(encoding="utf-8") for fault in planting.table()}
    assert [(fault.name, fault.file) for fault in planting.table() if texts[fault.file].count(fault.old) != 1] == []


def test_what_a_fault_makes_of_its_file_is_another_program_that_compiles(planting):
    for fault in planting.table():
        text = (ROOT / "sim" / fault.file).read_text(encoding="utf-8")
        assert fault.planted(text) != text
        compile(fault.planted(text), fault.name, "exec", dont_inherit=True)


def test_oracles_and_table_name_the_same_faults(planting):
    names = Counter(fault.name for fault in planting.table())
    assert [name for name, many in names.items() if many > 1] == []
    assert sorted(planting.oracles().naming) == sorted(names)


def test_three_faults_planted_are_caught():
    only = [word for name in QUICK for word in ("--only", name)]
    said = subprocess.run([sys.executable, SCRIPT, "--jobs", "1", *only], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert lines[0] == "● with nothing planted all hold"
    assert [sum(name in line for line in lines) for name in QUICK] == [1, 1, 1]
    assert [line[0] for line in lines[1:4]] == ["●"] * 3
    assert lines[-1].startswith("3 of 3 planted faults are caught")


def test_a_fault_that_no_oracle_sees_is_not_caught_and_one_without_a_place_is_not_planted():
    command = [sys.executable, "-c", HARMLESS]
    said = subprocess.run(command, cwd=SCRIPT.parent, capture_output=True, text=True, check=True)
    assert [" ".join(line.split()) for line in said.stdout.splitlines()] == [
        "○ NOT CAUGHT: tape harmless yard does not see it",
        "○ NOT CAUGHT: tape nowhere it can't be planted: what it replaces stands 0 times in sim/tape/inversion.py",
    ]
