"""Levels, alternatives and what is demanded of them: what was run is a dot, what is not known for sure says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.page.blocks import Block, Picture, Said, Table
from sim.page.reading import read
from sim.page.study_sections import study_sections
from sim.page.words import Words
from sim.results.selection_folder import SELECTION
from sim.results.solve_folder import SOLVE
from sim.results.sweeps import SWEEP

Made = Callable[..., Path]
ENGLISH = Words("en")
DOT = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="4" class="(\w+)"><title>(.*?)</title>')
REACH = re.compile(r'<line x1="([\d.]+)" y1="([\d.]+)" x2="[\d.]+" y2="([\d.]+)" class="reached"')


def blocks(folder: Path, words: Words = ENGLISH) -> list[Block]:
    """All blocks of the section of a folder."""
    [source] = read([folder], [], words)
    [section] = study_sections(source, words)
    return list(section.blocks)


def pictures(folder: Path) -> list[str]:
    """The drawings of a folder."""
    return [str(one.svg) for one in blocks(folder) if isinstance(one, Picture)]


def tables(folder: Path) -> list[list[list[str]]]:
    """Texts of the rows of each table, but for drawings."""
    return [[[str(cell) for cell in row.cells if not str(cell).startswith("<svg")] for row in one.rows]
            for one in blocks(folder) if isinstance(one, Table)]  # fmt: skip


def level(text: str, number: float | None, at: int, mean: float | None, sure: bool | None) -> dict[str, Any]:
    """A level that was run, with an interval of a tenth to each side."""
    low, high = (None, None) if mean is None else (mean - 0.1, mean + 0.1)
    shown = {"mean": mean, "low": low, "high": high, "meets": bool(mean and mean >= 0.6), "sure": sure}
    return {"level": text, "number": number, "at": at, "shown": [shown]}


def search(*levels: dict[str, Any], unit: str = "share", wanted: float = 0.6) -> dict[str, Any]:
    """The summary of a search for the least level."""
    return {"field": "trucks", "targets": ["extracted_share >= 60 %"], "greatest": False, "answer": "20",
            "possible": [], "levels": list(levels), "units": [unit], "wanted": [wanted]}  # fmt: skip


FOUR = (level("10 t", 10, 0, 0.3, False), level("20 t", 20, 1, 0.55, None), level("30 t", 30, 2, 0.65, None),
        level("50 t", 50, 3, 0.9, True))  # fmt: skip


def test_each_level_that_was_run_is_a_dot_that_shows_whether_it_is_enough(made_folder: Made) -> None:
    [svg] = pictures(made_folder(search(*FOUR), SOLVE))
    assert [(look, said.replace("\u00a0%", "")) for _, _, look, said in DOT.findall(svg)] == [
        ("open", "10 t: 30.0 (20.0 – 40.0)"), ("plan", "20 t: 55.0 (45.0 – 65.0)"),
        ("plan", "30 t: 65.0 (55.0 – 75.0)"), ("up", "50 t: 90.0 (80.0 – 100)"),
    ]  # fmt: skip
    xs = [float(x) for x, *_ in DOT.findall(svg)]
    assert round((xs[3] - xs[0]) / (xs[1] - xs[0]), 2) == 4.0


def test_intervals_go_up_and_down_from_the_dot_and_the_demand_is_a_line_across(made_folder: Made) -> None:
    [svg] = pictures(made_folder(search(*FOUR), SOLVE))
    up = {share: 188 - 176 * share for share in (0.2, 0.4, 0.6)}
    _, low, high = REACH.findall(svg)[0]
    assert (float(low), float(high)) == pytest.approx((up[0.2], up[0.4]))
    [(left, right)] = re.findall(r'y1="([\d.]+)" x2="[\d.]+" y2="([\d.]+)" class="limit"', svg)
    assert float(left) == float(right) == pytest.approx(up[0.6], abs=0.01)


def test_a_level_that_is_not_sure_says_so_in_the_table(made_folder: Made) -> None:
    [rows] = tables(made_folder(search(*FOUR), SOLVE))
    assert [row[-1] for row in rows] == [
        "does not meet it", "does not meet it, not for certain", "meets it, not for certain", "meets it"]  # fmt: skip


def test_levels_without_numbers_stand_where_they_are_in_the_grid(made_folder: Made) -> None:
    named = (
        level("early", None, 0, 0.3, False),
        level("late", None, 1, None, None),
        level("never", None, 3, 0.9, True),
    )
    [svg] = pictures(made_folder(search(*named), SOLVE))
    [(first, *_), (second, *_)] = DOT.findall(svg)
    assert float(second) > float(first)
    assert [text for text in re.findall(r">([^<>]+)</text>", svg) if text.isalpha()] == ["early", "never"]


def test_a_demand_beyond_all_levels_is_still_within_the_chart(made_folder: Made) -> None:
    low = (level("1", 1, 0, 3.0, False), level("2", 2, 1, 4.0, False))
    [svg] = pictures(made_folder(search(*low, unit="sorties", wanted=12), SOLVE))
    [y] = re.findall(r'y2="([\d.]+)" class="limit"', svg)
    assert float(y) == 12.0


def test_a_text_below_the_axis_does_not_cover_the_one_before_it(made_folder: Made) -> None:
    near = [level(f"{at} trucks", at, at, 0.5, None) for at in (0, 50, 51, 52, 100)]
    [svg] = pictures(made_folder(search(*near), SOLVE))
    assert [one for one in re.findall(r">([^<>]+)</text>", svg) if "trucks" in one] == [
        "0 trucks",
        "50 trucks",
        "100 trucks",
    ]
    assert len(DOT.findall(svg)) == 5


# a selection


def alternative(of: str, mean: float, difference: float | None, dropped: int | None, **more: str) -> dict[str, Any]:
    """An alternative of a selection."""
    ends = (None, None) if difference is None else (difference - 0.05, difference + 0.05)
    return {"alternative": of, "mean": mean, "low": mean - 0.05, "high": mean + 0.05, "difference": difference,
            "difference_low": ends[0], "difference_high": ends[1], "dropped_at": dropped,
            "difference_method": more.get("method", "95 % paired t"),
            "words": "worse" if dropped else "not told apart yet"}  # fmt: skip


def selection(*alternatives: dict[str, Any]) -> dict[str, Any]:
    """The summary of a selection."""
    return {"response": "extracted_share", "unit": "share", "indifference": 0.1, "confidence": 0.95, "best": "b",
            "left": ["b"], "alternatives": list(alternatives)}  # fmt: skip


def test_each_alternative_is_set_against_the_best_with_what_is_too_small_to_matter(made_folder: Made) -> None:
    folder = made_folder(selection(alternative("a", 0.3, -0.35, 50), alternative("b", 0.7, None, None),
                                   alternative("c", 0.6, -0.05, None)), SELECTION)  # fmt: skip
    _, rows = tables(folder)
    assert rows == [
        ["a", "−35.0 points", "−40.0 – −30.0", "worse"],
        ["c", "−5.0 points", "−10.0 – 0", "not told apart yet"],
    ]
    table = [one for one in blocks(folder) if isinstance(one, Table)][1]
    assert table.caption == "Difference from b, with common random numbers"
    [zone] = re.findall(r'<rect x="([\d.]+)" y="0" width="([\d.]+)" [^>]*class="zone"', str(table.rows[0].cells[1]))
    # the frame goes from -0.4 to 0.1
    assert [round(float(part) / 236, 2) for part in (float(zone[0]) - 2, zone[1])] == [0.6, 0.4]


@pytest.mark.parametrize(("language", "says"), [("en", "within 10.0 points of"), ("ar", "\u206810.0\u2069 نقطة")])
def test_what_is_too_small_to_matter_has_no_sign(made_folder: Made, language: str, says: str) -> None:
    folder = made_folder(selection(alternative("a", 0.3, -0.35, 50), alternative("b", 0.7, None, None)), SELECTION)
    lead = next(one for one in blocks(folder, Words(language)) if isinstance(one, Said))
    assert says in lead.sentences[0]


def test_a_bound_in_a_selection_is_dotted_and_explained(made_folder: Made) -> None:
    bound = "95 % exact bound: 0 in every replication"
    folder = made_folder(selection(alternative("a", 0.3, -0.4, 50, method=bound), alternative("b", 0.7, None, None)),
                         SELECTION)  # fmt: skip
    table = [one for one in blocks(folder) if isinstance(one, Table)][1]
    assert 'class="reach"' in str(table.rows[0].cells[1])
    assert table.notes[0].startswith("A dotted interval")


# the only lever of a sweep


def swept(made: Made, *rows: tuple[str, float, float, float]) -> Path:
    """A sweep over one lever, whose rows are level, mean and interval."""
    said = [{"point": at, "policy": text, "response": "extracted_share", "mean": mean, "low": low, "high": high,
             "method": "t"} for at, (text, mean, low, high) in enumerate(rows)]  # fmt: skip
    return made({"design": {"kind": "grid"}, "levers": ["policy"], "factors": {},
                 "responses": {"extracted_share": {"unit": "share"}}}, SWEEP, estimates=said)  # fmt: skip


def test_levels_that_are_names_are_dots_with_intervals_and_no_line(made_folder: Made) -> None:
    [svg] = pictures(swept(made_folder, ("early", 0.5, 0.4, 0.6), ("at the last moment", 0.7, 0.6, 0.8)))
    assert len(DOT.findall(svg)) == len(REACH.findall(svg)) == 2
    assert 'class="line"' not in svg
    assert ">at the last mo<" in svg


def test_levels_that_are_numbers_have_a_line_and_a_dot_where_something_was_run(made_folder: Made) -> None:
    [svg] = pictures(swept(made_folder, ("20 t", 0.5, 0.4, 0.6), ("10 t", 0.4, 0.3, 0.5), ("40 t", 0.7, 0.6, 0.8)))
    assert [said.split(":")[0] for *_, said in DOT.findall(svg)] == ["10 t", "20 t", "40 t"]
    assert (svg.count('class="line"'), svg.count('class="band"'), REACH.findall(svg)) == (1, 1, [])


def test_the_interval_of_a_share_ends_at_all_and_at_nothing(made_folder: Made) -> None:
    folder = swept(made_folder, ("a", 0.1, -0.2, 0.4), ("b", 0.9, 0.6, 1.2))
    assert [row[-1] for row in tables(folder)[-1]] == ["0 – 40.0\u00a0%", "60.0 – 100\u00a0%"]
    assert [float(y) for _, *ends in REACH.findall(pictures(folder)[0]) for y in ends] == [188.0, 117.6, 82.4, 12.0]
