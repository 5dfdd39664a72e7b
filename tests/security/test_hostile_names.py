"""Names that mean something to a terminal, a spreadsheet, a browser or a formula, in every answer and file."""

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from untrusted_kit import LITTLE, MORE, SWEEP, drawdown

NAMES = {
    "page": "<script>alert(1)</script>", "formula": '=HYPERLINK("http://evil.example")', "mathematics": "$x^$",
    "hidden": "_north", "markdown": "|a](http://evil.example) `b` *c* @all",
}  # fmt: skip
UNSEEN = "\x1b[31m\x9b2J\u202e\u2066\ufeff\x07"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
QUICK = ("-n", 2, "--no-plots", "-j", 1)


@pytest.fixture
def named(tmp_path, monkeypatch):
    """Scenarios in which a camp, a name and a file are called something odd."""
    monkeypatch.chdir(tmp_path)

    def write(name):
        quoted = json.dumps(name)
        text = LITTLE.replace("  camp:\n", f"  {quoted}:\n").replace("[camp, port]", f"[{quoted}, port]")
        Path("odd.yaml").write_text(text.replace("A little camp", quoted))
        Path("more.yaml").write_text(MORE.replace("little", "odd").replace("camp:", f"{quoted}:"))
        path = json.dumps(f"places.{json.dumps(name)}.crews.count")
        sweep = SWEEP.replace("little", "odd").replace("places.camp.crews.count", path)
        Path("sweep.yaml").write_text(sweep.replace("name: A odd sweep", f"name: {quoted}"))
        return name

    return write


def done(*arguments):
    said = drawdown(*arguments)
    assert said.exit_code == 0, said.output
    assert FORBIDDEN.search(said.output) is None
    return said


def cells(folder):
    tables = [path.read_text(encoding="utf-8") for path in Path(folder).rglob("*.csv")]
    return [cell for table in tables for row in csv.reader(table.splitlines(keepends=True)) for cell in row]


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_is_text_in_every_table_answer_and_picture(named, kind):
    name = named(NAMES[kind])
    reports = ("--summary", "s.md", "--junit", "j.xml", "--require", "extracted_share >= 0")
    done("run", "odd.yaml", *QUICK, "--out", "results/r", *reports)
    done("compare", "odd.yaml", "more.yaml", *QUICK, "--no-waterfall", "--out", "results/compare/c")
    done("sweep", "sweep.yaml", "--no-plots", "-j", 1, "--out", "results/sweep/s")
    for folder in ("results/r", "results/compare/c", "results/sweep/s"):
        done("plot", folder, "--format", "svg")
        assert [cell for cell in cells(folder) if re.match(r"[=+@\t\r]|-\D", cell)] == []
        for svg in Path(folder).glob("*.svg"):
            tags = {node.tag.rpartition("}")[2] for node in ElementTree.parse(svg).iter()}
            assert {"script", "a", "foreignObject"} & tags == set()
    assert name in done("list", "--scenarios", ".").stdout
    assert json.loads(done("list", "--scenarios", ".", "--json").stdout)["scenarios"]
    markdown = re.sub("(?s)```text.*?```", "", Path("s.md").read_text())
    assert re.search(r"<script|\]\(|`|@all", markdown) is None
    assert ElementTree.parse("j.xml").getroot()[0].get("name").startswith(name)


def readers(folder):
    """Commands that show what results hold or where they are."""
    one = ("plot", folder, "people")
    both = ("compare", folder, "results/more", "--no-plots", "--no-waterfall", "--out", "c")
    return ("list",), ("list", "--json"), ("list", "--quiet"), one, (*one, "--json"), both, (*both, "--json")


def test_signs_that_a_terminal_obeys_are_refused_in_scenarios_and_shown_in_words_of_results(here):
    Path("odd.yaml").write_text(LITTLE.replace("A little camp", json.dumps(UNSEEN)))  # escaped in the file
    said = drawdown("check", "odd.yaml")
    assert FORBIDDEN.search(said.output) is None
    path = here / "results" / "little" / "manifest.json"
    text = json.dumps(json.loads(path.read_text()) | {"name": UNSEEN, "seed": 1})
    path.write_text(text)
    for arguments in readers("results/little"):
        said = done(*arguments)
        if "--json" in arguments:
            json.loads(said.stdout)
    listed = json.loads(drawdown("list", "--json").stdout)["results"]
    assert any(UNSEEN in one["said"] for one in listed)


def test_a_folder_with_an_odd_name_is_shown_in_words(here):
    odd = here / "results" / "a\x1b[31m\u202eb"
    (here / "results" / "little").rename(odd)
    for arguments in readers(odd):
        done(*arguments)
    (odd / "timeline.csv").unlink()
    said = drawdown("plot", odd)
    assert said.exit_code == 2
    assert FORBIDDEN.search(said.output) is None


def test_a_very_long_name_fits_everywhere(named):
    named("long " * 60)
    said = done("run", "odd.yaml", *QUICK, "--out", "r").stdout
    assert max(map(len, said.splitlines())) <= 100
    done("plot", "r", "places", "--format", "svg")
