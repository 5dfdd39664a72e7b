"""The waterfall of a comparison: bars end to end, bounds dotted, no path in a redacted page."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sim.page.blocks import Section, Table
from sim.page.page import Sheet, rendered
from sim.page.report import Wishes, report
from sim.page.waterfall import waterfall
from sim.page.words import Words

ONE: dict[str, Any] = {
    "b": "more trucks",
    "waterfall": {
        "response": "extracted_share", "from": 0.3, "to": 0.6, "replications": 10, "dropped": 1, "worlds": 4,
        "orders": None, "bars": [
            {"change": "lift.trucks", "mean": 0.4, "low": 0.35, "high": 0.45, "method": "95 % t over replications",
             "keys": ["lift.trucks.own.count", "lift.trucks.own.base"], "why": None},
            {"change": "without alarms", "mean": -0.1, "low": -0.7, "high": 0.7,
             "method": "95 % exact bound: 0 in all but 1 replication", "keys": ["without alarms"], "why": None},
        ],
    },
}  # fmt: skip


def table(one: dict[str, Any], redacted: bool = False) -> Table:
    """The table of a waterfall."""
    [block] = waterfall(one, "as filed", "share", Words("en"), redacted)
    assert isinstance(block, Table)
    return block


def bars(rows: Sequence[Any]) -> list[tuple[str, float, float]]:
    """Look, start and end of the bar of each row, from 0 to 1 of the first bar's start and the highest end."""
    found = []
    for row in rows:
        [(x, wide, look)] = re.findall(r'<rect x="([\d.]+)" [^>]*width="([\d.]+)" [^>]*class="(\w+)"', row.cells[1])
        found.append((look, float(x), float(x) + float(wide)))
    zero, one = found[0][1], max(end for _, _, end in found)
    return [(look, round((start - zero) / (one - zero), 2), round((end - zero) / (one - zero), 2))
            for look, start, end in found]  # fmt: skip


def test_each_bar_begins_where_the_one_before_it_ends() -> None:
    assert bars(table(ONE).rows) == [("plan", 0.0, 0.43), ("up", 0.43, 1.0), ("down", 0.86, 1.0), ("plan", 0.0, 0.86)]


def test_an_interval_is_drawn_at_its_bar_and_a_mere_bound_is_dotted_within_the_frame() -> None:
    _, up, down, _ = (str(row.cells[1]) for row in table(ONE).rows)
    ends = r'x1="([\d.]+)" y1="10" x2="([\d.]+)" y2="10" class="(\w+)"'
    # the axis goes from 0 to 0.75, the highest end of an interval that is no bound
    [(low, high, look)] = re.findall(ends, up)
    assert (round((float(low) - 2) / 236 * 0.75, 3), round((float(high) - 2) / 236 * 0.75, 3), look) == (
        0.65, 0.75, "whisker")  # fmt: skip
    assert re.findall(ends, down) == [("2", "238", "reach")]


def test_numbers_units_and_intervals_are_beside_the_bars() -> None:
    cells = [[str(cell) for at, cell in enumerate(row.cells) if at != 1] for row in table(ONE).rows]
    assert cells == [
        ["as filed", "30.0\u00a0%", ""],
        ["lift.trucks", "+40.0 points", "+35.0 – +45.0"],
        ["without alarms", "−10.0 points", "differs in 1 replication"],
        ["more trucks", "60.0\u00a0%", ""],
    ]


def test_the_notes_say_what_a_bar_is_and_is_not() -> None:
    mean, alone, dotted, dropped = table(ONE).notes
    assert "over all orders" in mean
    assert "made without the others, it may do more or less" in alone
    assert dotted.startswith("A dotted interval is a bound for outcomes that were not seen")
    assert dropped == "1 replication has no value with some of the changes, and is left out."
    sampled = copy.deepcopy(ONE)
    sampled["waterfall"] |= {"orders": 16, "dropped": 0, "bars": ONE["waterfall"]["bars"][:1]}
    assert [note[:81] for note in table(sampled).notes] == [
        "Each bar is what one change adds, the mean over 16 of the orders in which the cha"
    ]


def test_a_redacted_waterfall_numbers_its_changes() -> None:
    assert [(str(row.cells[0]), row.extra) for row in table(ONE, redacted=True).rows] == [
        ("as filed", ""), ("change 1", ""), ("change 2", ""), ("more trucks", "")]  # fmt: skip
    assert "lift.trucks" not in str(table(ONE, redacted=True))


def test_a_hostile_change_stays_text() -> None:
    odd = copy.deepcopy(ONE)
    odd["waterfall"]["bars"][0] |= {"change": "<script>x</script>", "keys": ["<img src=x>", "</svg>"]}
    odd["b"] = "</td><script>"
    page = rendered(Sheet("t", "", "", "", [Section("a", "b", [table(odd)])], []), Words("en"))
    assert [tag for tag in ("<script", "<img", "</td><script") if tag in page] == []


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_page_of_a_comparison_has_its_waterfall(compared: Path, language: str) -> None:
    page = report([compared], Wishes(language))
    assert page.count('class="plan"') == 2 + 1  # both sides, and the key
    assert "lift.trucks.contract.count" in page


def test_the_first_link_of_a_page_without_a_run_leads_to_its_first_section(compared: Path) -> None:
    page = report([compared], Wishes("en"))
    [to] = re.findall(r'class="skip" href="#([\w-]+)"', page)
    assert re.findall(r'<section id="([\w-]+)"', page)[0] == to


def test_no_path_of_a_change_is_left_in_a_redacted_page(folder: Path, compared: Path) -> None:
    assert "lift.trucks.contract" in report([folder, compared], Wishes("en"))
    page = report([folder, compared], Wishes("en", redact=("places",)))
    assert "change 1" in page
    assert "lift.trucks" not in page


def test_a_comparison_without_a_waterfall_has_no_table_of_changes() -> None:
    assert list(waterfall({"b": "b", "waterfall": None}, "a", "share", Words("en"), False)) == []
