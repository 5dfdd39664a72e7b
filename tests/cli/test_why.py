"""The command why: what it prints, its gates, and what it refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.cli.group import Commands
from sim.errors import DrawdownError, InputError
from sim.figures.gallery import GALLERIES
from sim.results.why_folder import read_why

REFUSED = "clearance: {road: {road: {trucks: {refused: 40 %, lasting: 1 d}}}}\n"


@pytest.fixture(autouse=True)
def war(here):
    path = Path("little.yaml")
    path.write_text(path.read_text() + REFUSED)
    return here


def why(*arguments):
    """Exit code and output of an answer, in this process; an error as itself."""
    assert isinstance(main, Commands)
    command = ["why", "little.yaml", "-n", "4", "-j", "1", *arguments]
    said = CliRunner().invoke(main, command, standalone_mode=False)
    return said.return_value if said.exception is None else said.exception, said.output


def test_the_answer_has_both_tables_in_80_columns_and_says_first_how_much_it_runs():
    code, said = why("--out", "r")
    assert code == 0
    assert "4 replications in at most 10 worlds each: 40 in all" in said
    assert {"What happened to us", "What we had too little of"} <= {line[:25].strip() for line in said.splitlines()}
    assert "clearance_road" in said
    assert max(map(len, said.partition("Written")[0].splitlines())) <= 80
    assert sorted(path.name for path in Path("r").iterdir() if path.suffix == ".png") == ["ladder.png", "waterfall.png"]


def test_a_second_time_nothing_is_run_and_the_answer_is_the_same():
    _, first = why("--out", "r", "--no-plots")
    code, again = why("--out", "r", "--no-plots")
    assert code == 0
    assert "Already there: r/" in again
    assert again.partition("Already")[0] == first[first.index("A little camp") :].partition("Written")[0]


def test_gates_are_on_the_response_its_causes_and_its_levers():
    gates = ("extracted_share >= 0", "cause(clearance_road).high <= 1", 'lever("trucks pool +1").mean >= 0')
    code, said = why("--no-plots", *(part for gate in gates for part in ("--require", gate)))
    assert (code, said.count("\nholds: ")) == (0, 3)
    code, said = why("--no-plots", "--require", "cause(clearance_road).mean > 0.5", "--summary", "s.md")
    assert code == 1
    assert "DOES NOT HOLD" in said
    assert "does not hold" in Path("s.md").read_text()


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ("cause(clearence_road).low > 0", "unknown cause; got clearence_road; did you mean clearance_road?"),
        ("lever(trucks).low > 0", "unknown lever; got trucks; did you mean trucks pool -1?"),
        ("cause(alarms, fires).low > 0", "not a gate of an answer to why"),
        ("cause(clearance_road).min > 0", "a cause has no .min"),
        ("cost_usd < 1", "unknown response; got cost_usd"),
    ],
)
def test_a_gate_that_names_nothing_here_is_refused(gate, said):
    error, _ = why("--require", gate)
    assert isinstance(error, InputError)
    assert said in str(error)
    assert not Path("results").exists()


def test_json_has_the_summary_the_failures_and_the_gates():
    code, said = why("--json", "--no-plots", "--quiet", "--require", "extracted_share >= 0")
    answer = json.loads(said)
    assert code == 0
    assert list(answer) == ["folder", "reused", "summary", "failures", "gates", "pictures"]
    assert answer["summary"]["causes"][0]["cause"] == "clearance_road"


def test_the_folder_is_listed_drawn_again_and_kept_from_another_answer():
    why("--no-plots")
    said = CliRunner().invoke(main, ["list"], standalone_mode=False).output
    folder = next(Path("results/why").iterdir())
    assert folder.name.startswith("little@")
    assert f"{folder}" in said
    assert "why: A little camp; 4 replications, seed 1" in said
    assert CliRunner().invoke(main, ["plot", str(folder)], standalone_mode=False).return_value == 0
    error, _ = why("--out", str(folder), "--of", "destroyed_share")
    assert isinstance(error, DrawdownError)
    assert 'which differs in the response looked at ("extracted_share", now "destroyed_share")' in str(error)


def test_pictures_are_drawn_for_any_response_and_without_causes_or_levers():
    for name, more in (("a", ("--of", "cost_usd")), ("b", ("--no-levers",)), ("c", ("--without", "clearance"))):
        assert why("--out", name, "--no-plots", *more)[0] == 0
        for picture in GALLERIES["why"].pictures:
            assert GALLERIES["why"].picture(picture)(read_why(name)) is not None


def test_by_class_the_largest_cause_and_the_best_lever_are_told():
    _, said = why("--by", "class", "--no-plots")
    assert "By class" in said
    assert "box" in said


def test_the_help_is_80_columns_wide():
    said = CliRunner().invoke(main, ["why", "--help"], standalone_mode=False).output
    assert max(map(len, said.splitlines())) <= 80
