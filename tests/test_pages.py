"""Pages that are written from the program, and what they point at."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
MARK = re.compile(r"^\| \[[^\]]+\]\(#[^)]+\) \| (\d) \|", re.MULTILINE)


def written_by(script: str) -> Callable[[], str]:
    """The function of a script that gives its page."""
    page: Callable[[], str] = runpy.run_path(str(ROOT / "scripts" / f"{script}.py"))["page"]
    return page


@pytest.mark.parametrize(("script", "page"), [("stress_des", "stress-des"), ("credibility", "credibility")])
def test_the_page_is_the_one_that_its_script_writes(script: str, page: str) -> None:
    assert (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8") == written_by(script)(), "make docs writes it"


def test_each_of_the_24_points_of_stress_des_is_answered_once() -> None:
    text = (ROOT / "docs" / "stress-des.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d(?:\.\d)+) \| ([^|]+) \| (.+) \|$", text, re.MULTILINE)
    wanted = ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", *(f"2.5.{n}" for n in range(1, 6)),
              "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"]  # fmt: skip
    assert [number for number, _, _ in rows] == wanted
    assert min(len(said) for _, _, said in rows) > 40


def test_the_lowest_marks_stand_first_and_each_has_its_evidence_and_what_would_raise_it() -> None:
    text = (ROOT / "docs" / "credibility.md").read_text(encoding="utf-8")
    marks = [int(mark) for mark in MARK.findall(text)]
    assert marks == sorted(marks)
    assert len(marks) == 9
    sections = re.findall(r"^## [\w ]+: (\d)\n\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    assert [int(mark) for mark, _ in sections] == marks
    assert all("*Evidence.*" in said and "*What would raise it.*" in said for _, said in sections)


def test_what_guesses_and_judged_inputs_carry_of_the_variance_is_what_the_sweep_found() -> None:
    text = (ROOT / "docs" / "credibility.md").read_text(encoding="utf-8")
    assert "guesses carry about two fifths of the variance of the headline" in text
    answer = (ROOT / "results" / "reference" / "sweep" / "pedigree-tessalit" / "answer.txt").read_text(encoding="utf-8")
    table = answer[answer.index("variance of extracted_share") :].split("\n\n")[0]
    found = {row.split()[0]: [float(x) for x in re.findall(r"([\d.]+) %", row)] for row in table.splitlines()[1:4]}
    in_all = {grade: numbers[2] for grade, numbers in found.items()}
    assert in_all["guess"] == pytest.approx(40, abs=2)
    assert in_all["judged"] > in_all["guess"] > in_all["derived"]


def anchors(page: Path) -> set[str]:
    """Anchors of the headings of a page, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.stem)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    missing = []
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        there = target.exists() and (not anchor or target.suffix != ".md" or anchor in anchors(target))
        missing += [] if there else [f"{path}#{anchor}"]
    assert missing == []
