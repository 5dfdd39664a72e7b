"""The numbers of the validation page: every block is there, and says of itself what its rows say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "validation.py"))
SPREAD = re.compile(r"([\d,.]+) \(([\d,.]+) to ([\d,.]+)\)")


def block(name: str) -> str:
    begin, end = SCRIPT["marks"](name)
    return PAGE.split(begin)[1].split(end)[0].strip()


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.parametrize("name", SCRIPT["BLOCKS"])
def test_every_block_is_filled_and_says_how_often_it_was_run(name: str) -> None:
    assert re.search(r"\d+ replications|-n \d+`", block(name))
    assert "seed 1" in block(name)


@pytest.mark.parametrize("name", ["columns", "elsewhere", "people", "airlift"])
def test_a_row_says_yes_where_its_spread_meets_the_record(name: str) -> None:
    rows = [one for group in ("COLUMNS", "ELSEWHERE") for _, grouped in SCRIPT[group] for one in grouped]
    rows += [one for group in ("PEOPLE", "AIRLIFT") for one in SCRIPT[group]]
    known = {(f"| {one.what}", one.record): one for one in rows}
    said = [line.split(" | ") for line in block(name).splitlines() if SPREAD.search(line)]
    assert said
    for what, record, model, inside in said:
        one, (_, low, high) = known[what, record], map(number, SPREAD.search(model).groups())  # type: ignore[union-attr]
        if one.low is None:
            continue
        slack = 0.5 * 10**-one.digits  # the page has rounded ends
        if inside.startswith("yes"):
            assert low - slack <= one.high, what
            assert high + slack >= one.low, what
        else:
            assert low + slack > one.high or high - slack < one.low, what


def test_a_block_is_written_between_its_marks_and_nothing_else_changes() -> None:
    begin, end = SCRIPT["marks"]("people")
    text = f"before\n{begin}\nold\n\n{end}\nafter\n"
    assert SCRIPT["with_block"](text, "people", ["new", "rows"]) == f"before\n{begin}\nnew\nrows\n\n{end}\nafter\n"


def test_the_cases_have_the_share_of_record_with_the_closure_unknown_and_known() -> None:
    rows = [line for line in block("cases").splitlines() if "kandahar out by 31 Dec" in line]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [
        "Kandahar, July to December 2011", "Kandahar, the day of the closure known",
    ]  # fmt: skip
    assert all("31.0 % (29.0 % to 33.0 %)" in row for row in rows)
