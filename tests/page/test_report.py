"""The page as a file: whole, the same each time, safe, in three languages, and silent about what is redacted."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sim.page.blocks import Facts, Name, Picture, Row, Said, Section, Table
from sim.page.drawing import drawn, text
from sim.page.page import Sheet, rendered
from sim.page.report import Wishes, report
from sim.page.words import Words

HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</svg><script>x</script>", "{{ 7 * 7 }}",
    "javascript:alert(1)", "' onload='x", "</style><script>x</script>", "<!--", "]]>", "&lt;b&gt;",
]  # fmt: skip
ENGLISH = Wishes("en")


class Seen(HTMLParser):
    """Tags, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_same_folder_gives_the_same_bytes(folder: Path, why: Path) -> None:
    assert report([folder, why], ENGLISH) == report([why, folder], ENGLISH)


def test_the_sentence_is_that_of_the_terminal(folder: Path, ran: Callable[..., tuple[int, str]]) -> None:
    _, said = ran("run", Path(__file__).parents[2] / "scenarios/examples/two-camps.yaml", "-n", 4, "--out", folder,
                  "--no-plots", "--quiet")  # fmt: skip
    quoted = re.search(r"In the model,.*?assumptions\.", " ".join(said.split()))
    assert quoted is not None
    lead = re.search(r'<p class="lead">(.*?)</p>', report([folder], ENGLISH))
    assert lead is not None
    plain = re.sub(r'<span class="day">(\d{4}-\d\d-\d\d)</span>', r"\1", lead[1])  # dates are not broken
    assert '<span class="day">' in lead[1]
    assert " ".join(plain.replace("\u00a0", " ").replace("&#39;", "'").split()) == quoted[0]


def test_the_page_loads_nothing_and_its_policy_names_each_style(folder: Path, why: Path) -> None:
    seen = Seen(report([folder, why], Wishes("ar")))
    loaded = [tag for tag, said in seen.tags if {"src", "srcset"} & set(said) or tag in ("link", "iframe", "object")]
    targets = {said["href"] for tag, said in seen.tags if tag == "a"}
    styled = [tag for tag, said in seen.tags if "style" in said or any(key.startswith("on") for key in said)]
    assert (loaded, [to for to in targets if not str(to).startswith("#")], styled) == ([], [], [])
    policy = next(str(said["content"]) for tag, said in seen.tags if "http-equiv" in said)
    styles = re.findall(r"<style>(.*?)</style>", report([folder, why], Wishes("ar")), re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    assert policy.startswith("default-src 'none'; style-src " + " ".join(f"'sha256-{each}'" for each in hashes))


def test_hostile_names_stay_text() -> None:
    names = [Name(each) for each in HOSTILE * 20]
    svg = drawn(10, 10, [text(0, 0, each) for each in names], HOSTILE[0])
    blocks = [Table(names[:2], ["text", "number"], [Row([each, each], extra=each) for each in names]), Said(names),
              Facts([(each, each) for each in names]), Picture(svg, names[0], [("bar", names[1])])]  # fmt: skip
    sheet = Sheet(names[0], names[1], names[2], names[3], [Section("a", names[4], blocks)], names)
    seen = Seen(rendered(sheet, Words("en")))
    assert "script" not in {tag for tag, _ in seen.tags}
    assert "img" not in {tag for tag, _ in seen.tags}
    assert [said for _, said in seen.tags if any(key.startswith("on") for key in said)] == []
    assert "".join(seen.texts).count("{{ 7 * 7 }}") > 20


def test_a_section_without_content_has_no_head(folder: Path) -> None:
    page = report([folder], ENGLISH)
    assert 'id="levers"' not in page
    assert re.search(r"<h2>[^<]*</h2>\s*</section>", page) is None


def test_marking_stands_at_the_head_and_the_foot_and_names_no_one_by_default(folder: Path) -> None:
    marked = report([folder], Wishes("en", "UN <b> ONLY"))
    assert marked.count("UN &lt;b&gt; ONLY") == 2
    assert report([folder], ENGLISH).count("ask before you pass it on") == 2


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_nothing_of_what_is_redacted_is_left(folder: Path, studies: dict[str, Path], language: str) -> None:
    scenario = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["scenario"]
    wishes = Wishes(language, None, ("places", "dates", "inventory"))
    page = re.sub(r"<style>.*?</style>", "", report([folder, *studies.values()], wishes), flags=re.DOTALL)
    names = {*scenario["places"], *scenario["classes"], *scenario.get("routes", {}), *scenario.get("phases", {})}
    left = [name for name in names if re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", page, re.IGNORECASE)]
    assert (left, re.findall(r"\d{4}-\d\d-\d\d", page)) == ([], [])
    assert scenario["name"] not in page


def test_what_is_not_redacted_stays(folder: Path) -> None:
    page = report([folder], Wishes("en", None, ("dates",)))
    assert "bravo" in page
    assert re.search(r"day \d+", page)
    assert re.search(r"\d{4}-\d\d-\d\d", page) is None


def test_a_changed_folder_is_refused_and_nothing_written(
    folder: Path, tmp_path: Path, ran: Callable[..., tuple[int, str]]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "summary.csv").write_text("response\n", encoding="utf-8")
    code, said = ran("report", copy, "-o", tmp_path / "page.html")
    assert (code, "has been changed" in said, (tmp_path / "page.html").exists()) == (2, True, False)


def test_two_runs_are_not_one_page(folder: Path, tmp_path: Path, ran: Callable[..., tuple[int, str]]) -> None:
    code, said = ran("report", folder, folder, "-o", tmp_path / "page.html")
    assert (code, "a page shows one run" in said, list(tmp_path.iterdir())) == (2, True, [])


def test_a_backtest_is_refused_in_one_sentence(tmp_path: Path, ran: Callable[..., tuple[int, str]]) -> None:
    said = {"kind": "drawdown backtest", "schema": 1, "tables": {}, "summary": {}, "identity": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    code, output = ran("report", tmp_path, "-o", tmp_path / "page.html")
    assert (code, "is a backtest, which has no page" in output, (tmp_path / "page.html").exists()) == (2, True, False)


def test_wishes_without_a_page_are_refused(tmp_path: Path, ran: Callable[..., tuple[int, str]]) -> None:
    code, said = ran("run", "tessalit", "-n", 1, "--marking", "X", "--out", tmp_path / "x")
    assert (code, "ask for it with --page" in said, list(tmp_path.iterdir())) == (2, True, [])


def test_a_language_that_pages_lack_is_refused_before_anything_runs(
    tmp_path: Path, ran: Callable[..., tuple[int, str]]
) -> None:
    code, said = ran("run", "tessalit", "-n", 1, "--page", "--lang", "tlh", "--out", tmp_path / "x")
    assert (code, "not written in this language" in said, list(tmp_path.iterdir())) == (2, True, [])


def test_a_run_writes_the_page_that_report_writes(
    folder: Path, tmp_path: Path, ran: Callable[..., tuple[int, str]]
) -> None:
    copy = tmp_path / "two"
    shutil.copytree(folder, copy)
    two = Path(__file__).parents[2] / "scenarios/examples/two-camps.yaml"
    code, said = ran("run", two, "-n", 4, "--no-plots", "--quiet", "--page", "--lang", "fr", "--out", copy)
    assert (code, f"The page: {copy / 'report.html'}" in said) == (0, True)
    assert (copy / "report.html").read_text(encoding="utf-8") == report([copy], Wishes("fr"))


def test_a_title_in_the_language_of_the_page_heads_it(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "two"
    shutil.copytree(folder, copy)
    said = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    said["scenario"]["titles"] = {"ar": "معسكران"}
    (copy / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    assert '<h1 translate="no">معسكران</h1>' in report([copy], Wishes("ar"))
    assert f'<h1 translate="no">{said["name"]}</h1>' in report([copy], Wishes("fr"))


def test_an_answer_to_why_of_another_scenario_is_refused(
    folder: Path, why: Path, tmp_path: Path, ran: Callable[..., tuple[int, str]]
) -> None:
    copy = tmp_path / "why"
    shutil.copytree(why, copy)
    said = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    said["identity"]["scenario"] = "0" * 64
    (copy / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    code, told = ran("report", folder, copy, "-o", tmp_path / "page.html")
    assert (code, "of another scenario" in told, (tmp_path / "page.html").exists()) == (2, True, False)
