"""The map of a grid: cells with their values, one scale from light to dark, room for any number of levels."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from sim.page.blocks import Picture, Section
from sim.page.page import Sheet, rendered
from sim.page.reading import read
from sim.page.report import Wishes, report
from sim.page.sweep_sections import sweep_sections
from sim.page.words import Words

Made = Callable[..., Path]
CELL = re.compile(r'<rect x="([\d.]+)" y="([\d.]+)" [^>]*class="(heat-\w+)"><title>(.*?)</title>')


def grid(
    made: Made, levels: dict[str, Sequence[str]], means: Sequence[float | None], unit: str = "share", kind: str = "grid"
) -> Path:
    """A sweep over all combinations of the levels of some levers, the last of which changes fastest."""
    rows: list[dict[str, Any]] = [
        {"point": at, **dict(zip(levels, point, strict=True)), "response": "extracted_share", "mean": mean,
         "low": None if mean is None else mean - 0.1, "high": None if mean is None else mean + 0.1, "method": "t"}
        for at, (point, mean) in enumerate(zip(product(*levels.values()), means, strict=True))
    ]  # fmt: skip
    summary = {
        "design": {"kind": kind}, "levers": list(levels), "responses": {"extracted_share": {"unit": unit}},
        "factors": {lever: {"role": "lever", "paths": [], "levels": list(texts)} for lever, texts in levels.items()},
    }  # fmt: skip
    return made(summary, estimates=rows)


def maps(folder: Path) -> list[Picture]:
    """The maps on the page of a sweep."""
    words = Words("en")
    [source] = read([folder], [], words)
    [section] = sweep_sections(source, words)
    return [one for one in section.blocks if isinstance(one, Picture) and "heat-" in str(one.svg)]


def texts(svg: object) -> list[str]:
    """All texts of a drawing but for what marks say when they are pointed at, in order."""
    return re.findall(r">([^<>]+)<", re.sub(r"<title>.*?</title>", "", str(svg)))


TWO = {"crews": ["3", "6"], "trucks": ["10", "20", "40"]}


def test_each_cell_has_its_value_and_says_its_levels_and_interval(made_folder: Made) -> None:
    [found] = maps(grid(made_folder, TWO, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]))
    cells = CELL.findall(str(found.svg))
    assert [said for *_, said in cells] == [
        f"trucks {trucks}, crews {crews}: {mean}\u00a0% ({ends}\u00a0%)" for trucks, crews, mean, ends in (
            ("10", "3", "10.0", "0\u00a0% – 20.0"), ("10", "6", "40.0", "30.0\u00a0% – 50.0"),
            ("20", "3", "20.0", "10.0\u00a0% – 30.0"), ("20", "6", "50.0", "40.0\u00a0% – 60.0"),
            ("40", "3", "30.0", "20.0\u00a0% – 40.0"), ("40", "6", "60.0", "50.0\u00a0% – 70.0"))]  # fmt: skip
    assert [at for at in texts(found.svg) if "%" in at][:6] == [
        f"{mean}\u00a0%" for mean in ("10.0", "40.0", "20.0", "50.0", "30.0", "60.0")]  # fmt: skip


def test_the_factor_with_more_levels_goes_down_and_cells_are_side_by_side(made_folder: Made) -> None:
    [found] = maps(grid(made_folder, TWO, [0.1] * 5 + [0.6]))
    places = [(float(x), float(y)) for x, y, *_ in CELL.findall(str(found.svg))]
    assert len({x for x, _ in places}) == 2
    assert sorted({y for _, y in places}) == [41.0, 71.0, 101.0]
    assert "by crews (across) and trucks (down)" in found.caption


def test_darker_is_higher_with_the_ends_at_both_ends_of_the_scale(made_folder: Made) -> None:
    [found] = maps(grid(made_folder, TWO, [0.0, 0.3, 0.45, 0.5, 0.8, 0.9]))
    looks = {said.split(":")[0]: look for *_, look, said in CELL.findall(str(found.svg))}
    order = [looks[f"trucks {trucks}, crews {crews}"] for crews in ("3", "6") for trucks in ("10", "20", "40")]
    assert order == ["heat-0", "heat-3", "heat-4", "heat-5", "heat-8", "heat-8"]
    assert texts(found.svg)[-3:] == ["0\u00a0%", "45.0\u00a0%", "90.0\u00a0%"]
    white = re.findall(r'class="over d"[^>]*>.*?<tspan>(.*?)</tspan>', str(found.svg))
    assert white == ["80.0\u00a0%", "90.0\u00a0%"]


def test_a_response_that_is_the_same_everywhere_has_one_colour_and_no_scale(made_folder: Made) -> None:
    [found] = maps(grid(made_folder, TWO, [0.3] * 6))
    assert {look for *_, look, _ in CELL.findall(str(found.svg))} == {"heat-4"}
    assert str(found.svg).count("<rect") == 6


def test_a_point_without_a_value_is_an_empty_cell(made_folder: Made) -> None:
    [found] = maps(grid(made_folder, TWO, [0.1, None, 0.3, 0.4, 0.5, 0.6]))
    empty = [said for *_, look, said in CELL.findall(str(found.svg)) if look == "heat-none"]
    assert empty == ["trucks 20, crews 3: no value"]
    assert "–" in texts(found.svg)


def test_values_that_do_not_fit_are_left_to_the_table(made_folder: Made) -> None:
    many = [str(at) for at in range(20)]
    [found] = maps(grid(made_folder, {"a": many, "b": many}, [at / 400 for at in range(400)]))
    assert len(CELL.findall(str(found.svg))) == 400
    assert not [at for at in texts(found.svg) if "." in at][:-3]
    assert maps(grid(made_folder, {"a": [*many, "20"], "b": many}, [at / 420 for at in range(420)])) == []


def test_per_cent_is_left_out_where_only_the_number_fits(made_folder: Made) -> None:
    nine = [str(at) for at in range(10, 20)]
    [found] = maps(grid(made_folder, {"a": nine, "b": nine}, [0.1 + at / 200 for at in range(100)]))
    assert "10.5" in texts(found.svg)
    assert "10.5\u00a0%" not in texts(found.svg)


def test_a_third_factor_has_a_map_for_each_level_on_one_scale(made_folder: Made) -> None:
    three = {**TWO, "mog": ["1", "2"]}
    first, second = maps(grid(made_folder, three, [at / 11 for at in range(12)]))
    assert (first.caption[:8], second.caption[:8]) == ("mog 1: s", "mog 2: s")
    assert texts(first.svg)[-3:] == texts(second.svg)[-3:] == ["0\u00a0%", "50.0\u00a0%", "100\u00a0%"]
    cells = [CELL.findall(str(one.svg))[0][3].partition(" (")[0] for one in (first, second)]
    assert cells == ["trucks 10, crews 3: 0\u00a0%", "trucks 10, crews 3: 9.1\u00a0%"]


def test_long_levels_are_cut_and_stay_different(made_folder: Made) -> None:
    long = ["the first of two very long names", "the first of two very long ways"]
    [found] = maps(grid(made_folder, {"a": long, "b": long}, [0.1, 0.2, 0.3, 0.4]))
    labels = [at for at in texts(found.svg) if "…" in at]
    assert len(labels) == 4
    assert len(set(labels[:2])) == 2
    assert max(map(len, labels)) <= 27


def test_only_a_grid_of_two_levers_or_more_has_a_map(made_folder: Made) -> None:
    assert maps(grid(made_folder, {"crews": ["3", "6"]}, [0.1, 0.2])) == []
    assert maps(grid(made_folder, TWO, [0.1] * 6, kind="latin_hypercube")) == []
    assert maps(grid(made_folder, TWO, [None] * 6)) == []


def test_hostile_levels_stay_text(made_folder: Made) -> None:
    odd = ["<script>x</script>", "</svg><img src=x>"]
    pictures = maps(grid(made_folder, {odd[0]: odd, "b": odd}, [0.1, 0.2, 0.3, 0.4]))
    page = rendered(Sheet("t", "", "", "", [Section("a", "b", pictures)], []), Words("en"))
    assert [tag for tag in ("<script", "<img", "</svg><") if tag in page.replace("</svg></figure>", "").replace(
        "</svg><figcaption>", "")] == []  # fmt: skip


def test_a_map_in_a_redacted_page_is_whole_without_the_names(folder: Path, made_folder: Made) -> None:
    levels = {"bravo.crews": ["3", "at bravo"], "trucks": ["10", "20", "40"]}
    page = report([folder, grid(made_folder, levels, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])], Wishes("en", redact=("places",)))
    assert "bravo" not in page.lower()
    assert len(re.findall(r"trucks 40, A.crews at A: 60.0", page)) >= 1
    assert page.count('<td class="text" data-name="A.crews">') == 6


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_map_speaks_the_language_of_its_page(made_folder: Made, language: str) -> None:
    page = report([grid(made_folder, TWO, [0.1, 0.2, 0.3, 0.4, 0.5, 0.655])], Wishes(language))
    assert ("65,5\u00a0%" if language == "fr" else "65.5\u00a0%") in page
    assert "the darker the higher" not in page
