"""What a notebook shows of what it holds."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from foretold import Foretelling
from levers import LITTLE, StagedLevers
from standin import Staged

import sim

ONE = {"workers": 1, "on": StagedLevers()}
EVIL = "<script>alert(1)</script>\u202e & <b>$x$"


def cells(shown):
    return [html.unescape(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", shown)]


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)


def test_a_result_shows_its_headline_numbers_with_their_intervals(here):
    result = sim.run("little.yaml", 20, workers=1, on=Staged())
    said = result.replications.mean(numeric_only=True)
    head, about, columns, first, *_, folder = repr(result).splitlines()
    assert (head, about) == ("Result: A little camp", "  20 replications, seed 1")
    assert columns.split("  ")[1].strip() == "response"
    assert first.split()[0:2] == ["extracted_share", f"{said['extracted_share'] * 100:.1f}"]
    assert "–" in first
    assert folder == f"  in {result.folder}"
    assert len(repr(result).splitlines()) < 10
    assert cells(result._repr_html_())[:3] == ["response", "mean", "95 % interval"]
    assert f"{said['extracted_share'] * 100:.1f} %" in cells(result._repr_html_())


def test_failed_replications_are_shown(here):
    assert "19 replications, seed 1, 1 failed" in repr(sim.run("little.yaml", 20, workers=1, on=Staged({3: "fails"})))


def test_a_result_without_any_replication_that_ended_well_is_shown(here):
    result = sim.run("little.yaml", 2, workers=1, on=Staged({1: "fails", 2: "fails"}))
    assert "0 replications, seed 1, 2 failed" in repr(result)
    assert "extracted_share" in result._repr_html_()


def test_a_comparison_shows_differences_from_the_first_side(here):
    compared = sim.compare(["little.yaml", "more.yaml"], 10, waterfall=False, **ONE)
    assert repr(compared).splitlines()[:2] == ["Comparison: little vs more", "  10 replications in pairs, seed 1"]
    assert cells(compared._repr_html_())[4:7] == ["more − little", "extracted_share", "+20.0 points"]


def test_a_sweep_shows_its_lowest_and_highest_point(here):
    swept = sim.sweep("sweep.yaml", **ONE)
    assert repr(swept).splitlines()[1] == "  2 points, 8 replications, seed 1"
    assert [line.split()[0] for line in repr(swept).splitlines()[3:5]] == ["crews=1", "crews=2"]


def test_a_selection_shows_the_best_and_how_the_others_stand_to_it(here):
    chosen = sim.select(["little.yaml", "more.yaml"], "extracted_share", 0.05, first=10, **ONE)
    assert chosen.best == "more"
    assert repr(chosen).splitlines()[1].startswith("  more has the highest extracted_share, or is within 5.0 points of")
    assert "the best" in cells(chosen._repr_html_())


def test_what_was_loaded_and_a_replication_are_a_line_each(here):
    assert repr(sim.load("little.yaml")) == "Loaded: A little camp (2 places)"
    [first, second] = sim.stream("little.yaml", 1, [2, 1], workers=1, on=Staged({1: "fails"}))
    assert repr(first).startswith("Replication 2: extracted_share 0.")
    assert repr(second) == "Replication 1: failed: too many events"


def test_what_was_checked_shows_its_problems(here):
    assert repr(sim.check("little.yaml")) == "Checked: little.yaml: valid"
    Path("wrong.yaml").write_text("schema: 1\nplace: {<b>: 1}\n")
    found = sim.check("wrong.yaml")
    assert repr(found).splitlines()[0] == f"Checked: wrong.yaml: {len(found.problems)} problems"
    assert Tags(found._repr_html_()).seen == ["pre"]


@pytest.mark.parametrize("make", ["run", "compare", "sweep", "select"])
def test_text_of_files_is_escaped_and_short(here, make):
    name = f"{EVIL}{'long ' * 50}".replace("\u202e", "")
    Path("evil<i>.yaml").write_text(LITTLE.replace("A little camp", f"'{name}'"))
    Path("sweep.yaml").write_text(Path("sweep.yaml").read_text().replace("A sweep", f"'{name}'"))
    both = ["evil<i>.yaml", "little.yaml"]
    shown = {
        "run": lambda: sim.run("evil<i>.yaml", 3, **ONE),
        "compare": lambda: sim.compare(both, 3, waterfall=False, **ONE),
        "sweep": lambda: sim.sweep("sweep.yaml", **ONE),
        "select": lambda: sim.select(both, "extracted_share", 0.05, first=10, max_replications=10, **ONE),
    }[make]()
    tags = {"div", "p", "strong", "br", "table", "tr", "th", "td", "code"}
    assert set(Tags(shown._repr_html_()).seen) <= tags
    assert max(map(len, repr(shown).splitlines())) < 200
    assert "mathjax_ignore" in shown._repr_html_()


def test_characters_that_turn_text_around_are_shown_as_escapes(here):
    result = sim.run("little.yaml", 3, **ONE)
    result.manifest["name"] = EVIL
    assert "\u202e" not in repr(result) + result._repr_html_()
    assert "\\u202e" in repr(result)


def test_a_result_whose_folder_is_missing_is_shown_as_a_sentence(here):
    result = sim.run("little.yaml", 3, out="r", **ONE)
    fresh = sim.read("r")
    (here / "r" / "summary.json").write_text("{}")
    assert repr(fresh) == "r/summary.json has been changed since it was written"
    assert Tags(fresh._repr_html_()).seen == ["pre"]
    assert repr(result).startswith("r/summary.json")


RECORD = """
schema: 1
name: Two camps
calendar: {start: 2023-07-01, deadline: 2023-12-31}
places:
  near: {role: camp, handover: 2023-07-31, evacuate: {port: [road]}}
  port: {role: exit}
lift:
  trucks: {pool: {count: 3, base: port, payload: 20 t, floor: 6}}
routes:
  road: {through: [port, near], km: [100], a_day: {calm: 50 km}}
record:
  known_until: 2023-07-20
  targets:
    closed: {measure: closed, at: near, on: 2023-07-31, value: 2023-07-31, unit: date, source: a paper}
    days: {measure: column_days, at: near, on: 2023-08-02, value: 4, unit: days, km: 100.0, source: a paper}
"""


def test_a_backtest_gives_frames_and_shows_its_hits(here):
    Path("record.yaml").write_text(RECORD)
    said = {"closed": [30.0, 31.0], "days": [4.0, 6.0]}
    tested = sim.backtest("record.yaml", replications=60, workers=1, on=Foretelling(said))
    rows = tested.scores.set_index("name")
    assert (rows.loc["closed", "record"], rows.loc["days", "record"]) == ("2023-07-31", 4.0)
    assert rows["in_most"].tolist() == [True, True]
    assert len(tested.ensembles) == 120
    assert repr(tested).splitlines()[3].split() == ["forecast", "2", "2", "2"]
    assert type(tested.plot.record()).__name__ == "Axes"


def test_a_backtest_is_the_one_of_the_command_line(here):
    from_python = {"workers": 1, "on": Foretelling({"closed": [30.0], "days": [4.0]})}
    Path("record.yaml").write_text(RECORD)
    first = sim.backtest("record.yaml", cut="2023-07-21", replications=5, out="r", **from_python)
    again = sim.backtest("record.yaml", cut="2023-07-21", replications=5, out="r", **from_python)
    assert again.manifest["clock"] == first.manifest["clock"]
    assert first.manifest["command"] == (
        "drawdown backtest record.yaml --cut 2023-07-21 --no-fit --replications 5 --seed 1"
    )
