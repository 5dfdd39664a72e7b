import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from levers import StagedLevers

from sim.cli import main
from sim.cli.pedigree_answer import shares_lines
from sim.errors import InputError

SWEEP = """
schema: 1
name: A sweep
scenario: little.yaml
replications: 12
factors:
  crews: {path: places.camp.crews.count, levels: [1, 4]}
  trucks: {path: lift.trucks.pool.count, levels: [2, 4]}
"""


@pytest.fixture(autouse=True)
def sweep_file(here):
    Path("sweep.yaml").write_text(SWEEP)
    return here


def drawdown(*arguments, on=None):
    """Exit code or error, and output, of a command in this process."""
    said = CliRunner().invoke(main, list(arguments), obj=on or StagedLevers(), standalone_mode=False)
    return said.return_value if said.exception is None else said.exception, said.output


def sweep(*arguments, on=None):
    return drawdown("sweep", "sweep.yaml", "-j", "1", "--no-plots", *arguments, on=on)


def test_the_work_is_counted_before_it_is_begun_and_the_answer_has_a_line_a_point():
    code, said = sweep()
    assert code == 0
    assert said.startswith("4 points of 12 replications: 48 in all; about ")
    assert "  crews=4, trucks=4 " in said
    assert "Written: results/sweep/sweep/ (tables *.csv, summary.json, manifest.json)" in said
    assert "Already there" in sweep()[1]


def test_a_dry_run_runs_nothing():
    code, said = sweep("--dry-run")
    assert (code, "48 in all" in said, Path("results").exists()) == (0, True, False)


def test_options_go_before_what_the_file_says_and_mark_the_folder():
    _, said = sweep("-n", "3", "--seed", "2", "--quiet")
    assert "12 replications in all, seed 2" in said
    assert "Written: results/sweep/sweep@" in said


@pytest.mark.parametrize(
    ("design", "words"),
    [
        ("one_at_a_time", "extracted_share, against the base"),
        ("morris, trajectories: 3", "mu*  95 % interval"),
        ("sobol, base: 4", "in all  95 % interval"),
        ("latin_hypercube, points: 8", "correlation  95 % interval"),
    ],
)
def test_each_design_has_its_answer(design, words):
    levels = SWEEP.replace("levels: [1, 4]", "range: [1, 4]").replace("levels: [2, 4]", "range: [2, 4]")
    Path("sweep.yaml").write_text(f"{levels}design: {{kind: {design}}}\n")
    code, said = sweep("--quiet")
    assert (code, words in said) == (0, True)


@pytest.mark.parametrize(("high", "told"), [(0.8, True), (0.81, False)])
def test_a_share_of_the_variance_is_said_only_where_its_interval_is_no_wider_than_half(high, told):
    row = {"grade": "guess", "factors": 2, "value": 0.5, "low": 0.4, "high": 0.6, "method": "bootstrap"}
    said = " ".join(shares_lines([{**row, "index": "S1"}, {**row, "index": "ST", "low": 0.3, "high": high}], "late"))
    assert ("50.0 % (40.0 – 60.0 %) is due to guesses alone" in said) == told
    assert ("is due to guesses can't be told" in said) != told


def test_a_sobol_sweep_reports_the_share_of_variance_by_grade():
    levels = SWEEP.replace("levels: [1, 4]", "range: [1, 4]").replace("levels: [2, 4]", "range: [2, 4]")
    sourced = "sources: {places.camp.crews: {kind: derived, note: from a table}}\n"
    Path("little.yaml").write_text(Path("little.yaml").read_text() + sourced)
    Path("sweep.yaml").write_text(f"{levels}design: {{kind: sobol, base: 8}}\n")
    alone = sweep("--quiet")[1]
    assert "variance of extracted_share        factors" in alone
    assert "  derived                                1" in alone
    assert "variance of extracted_share is due to guesses can't be told" in " ".join(alone.split())
    assert "  crews  " in alone
    Path("sweep.yaml").write_text(f"{levels}design: {{kind: sobol, base: 8, groups: grade}}\n")
    grouped = sweep("--quiet", "--force")[1]
    assert "32 points" in grouped  # 8 × (2 grades + 2)
    assert "  crews  " not in grouped
    reported = json.loads(Path("results/sweep/sweep/summary.json").read_text())["factors"]
    assert {name: one["grade"] for name, one in reported.items()} == {"crews": "derived", "trucks": "guess"}
    header = Path("results/sweep/sweep/pedigree.csv").read_text().splitlines()[0]
    assert header == "response,grade,factors,index,value,low,high,method"


def test_a_sweep_whose_sources_have_changed_is_another_where_its_tables_have_grades():
    levels = SWEEP.replace("levels: [1, 4]", "range: [1, 4]").replace("levels: [2, 4]", "range: [2, 4]")
    Path("sweep.yaml").write_text(f"{levels}design: {{kind: sobol, base: 4}}\n")
    sweep("--quiet")
    Path("little.yaml").write_text(Path("little.yaml").read_text() + "sources: {lift: {kind: derived, note: why}}\n")
    assert "the design" in str(sweep("--quiet")[0])


def test_ignorance_is_reported_next_to_chance():
    more = "uncertain: {draws: 3, factors: {pace: {path: routes.road.a_day.calm, range: [50 km, 100 km]}}}\n"
    Path("sweep.yaml").write_text(SWEEP + more)
    said = sweep("--quiet")[1]
    assert "ignorance 5–95 %" in said
    assert "of the variance: ignorance 0 %" in said  # the stand-in does not look at the road


def test_a_gate_that_fails_is_reported_alike_on_the_terminal_in_junit_and_in_the_summary():
    gate = "extracted_share.low >= 0.99 at(crews=1)"
    other = "difference(1, 4).low > 0 at(trucks=2)"
    code, said = sweep("--require", gate, "--require", other, "--junit", "j.xml", "--summary", "s.md", "--quiet")
    assert code == 1
    suite = ElementTree.parse("j.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    sentence = suite[0][0].get("message")
    assert sentence.startswith("at 2 of 2 points, such as crews=1, trucks=2: extracted_share.low is")
    flat = " ".join(said.split())
    assert f"DOES NOT HOLD: {gate} ({sentence})" in flat
    assert "holds: difference(1, 4).low > 0 at(trucks=2) (at trucks=2: difference(1, 4, extracted_share).low" in flat
    summary = Path("s.md").read_text()
    assert "**1 of 2 hold.**" in summary
    shown = summary.replace("&#40;", "(").replace("&#41;", ")").replace("&#95;", "_").replace("&#62;", ">")
    assert f"| ❌ does not hold | {gate} | {sentence} |".replace("-", "&#45;") in shown.replace("-", "&#45;")


def test_gates_of_the_file_are_blamed_on_their_line_and_code_is_no_gate():
    Path("sweep.yaml").write_text(SWEEP + "gates:\n  - extracted_share > 0\n  - \"__import__('os') > 0\"\n")
    error, _ = sweep()
    assert isinstance(error, InputError)
    assert str(error).startswith("sweep.yaml:11: gates.1: this is not a gate; got __import__('os') > 0")
    assert not Path("results").exists()


def test_a_baseline_holds_what_has_not_moved_and_fails_what_has():
    sweep("--out", "before", "--quiet")
    code, said = sweep("--out", "now", "--quiet", "--baseline", "before")
    assert code == 0
    assert " ".join(said.split()).count("it moved by +0 (interval +0 to +0, 12 replications)") == 4
    Path("sweep.yaml").write_text(SWEEP.replace("[2, 4]", "[2, 3]"))
    Path("little.yaml").write_text(Path("little.yaml").read_text().replace("calm: 100 km", "calm: 90 km"))
    code, said = sweep("--out", "then", "--quiet", "--baseline", "before")
    assert "2 of 4 points are not in it" in said
    error, _ = sweep("--seed", "2", "--baseline", "before", "--quiet")
    assert "different random numbers can't be paired: before was run with seed 1, this has 2" in str(error)
    error, _ = sweep("--baseline", "nowhere", "--quiet")
    assert "nowhere is not a finished sweep" in str(error)


def test_replications_that_failed_leave_a_part_undone_and_their_gates_open():
    code, said = sweep("--quiet", "--require", "extracted_share > 0.35 at(crews=1)", on=StagedLevers({5: "fails"}))
    assert code == 3
    assert "4 replications failed and are in no mean (failures.csv lists all)" in said
    assert "repeat: drawdown trace little.yaml --seed 1 --set places.camp.crews.count=1" in " ".join(said.split())


def test_files_that_can_not_be_written_are_reported_before_anything_runs():
    error, _ = sweep("--summary", "no/where.md", "--junit", ".")
    assert "there is no folder no to write it in" in str(error)
    assert ". is a folder; name a file" in str(error)
    assert not Path("results").exists()


def test_the_answer_as_json_has_the_gates():
    _, said = sweep("--json", "--quiet", "--require", "extracted_share >= 0")
    reported = json.loads(said)
    assert (reported["gates"][0]["verdict"], reported["summary"]["points"]) == ("holds", 4)


def test_a_sweep_is_checked_listed_and_drawn_again():
    sweep("--quiet")
    assert drawdown("plot", "results/sweep/sweep", "heat", "--format", "png")[1] == "results/sweep/sweep/heat.png\n"
    error, _ = drawdown("plot", "results/sweep/sweep", "tornado")
    assert "a sweep of this design has no such picture" in str(error)
    assert "sweep: A sweep; 48 replications, seed 1" in drawdown("list")[1]
    assert drawdown("schema", "sweep")[1].startswith("{")
    _, said = drawdown("check", "sweep.yaml")
    assert said.startswith("sweep.yaml: OK; a sweep of 4 points, 48 replications")


PACE = "{pace: {path: routes.road.a_day.calm, range: [50 km, 100 km]}}"
SAMPLE = f"uncertain: {{draws: 32, sampling: sobol, factors: {PACE}}}\n"


@pytest.mark.parametrize(
    "more", ["", "design: {kind: morris, trajectories: 3}", "design: {kind: one_at_a_time}", SAMPLE]
)
def test_the_answer_fits_80_columns_and_begins_with_a_sentence_to_quote(more):
    Path("sweep.yaml").write_text((SWEEP.replace("replications: 12\n", "") if more == SAMPLE else SWEEP) + more)
    said = sweep("--quiet")[1].split("Written: ")[0]
    assert max(map(len, said.splitlines())) <= 80
    if "kind" not in more:
        assert "In the model, extracted_share " in said.split("\n\n")[1]


def test_a_sample_is_reported_with_its_interval_and_how_many_runs_it_saved():
    Path("sweep.yaml").write_text(SWEEP.replace("replications: 12\n", "") + SAMPLE)
    said = sweep("--quiet")[1]
    assert "32 draws at each (sobol), every draw with its own random events" in " ".join(said.split())
    assert "times fewer runs" in said
    row = next(line for line in said.splitlines() if "crews=4, trucks=2" in line)
    assert row.count("(") == 1  # the factor with its interval
    assert "32 replications per point can miss outcomes rarer than about 1 in 11" in " ".join(said.split())
    assert "times fewer runs" not in sweep("--quiet", "--sampling", "plain")[1]


def test_gates_hold_a_sample_by_its_interval_over_scrambles():
    Path("sweep.yaml").write_text(SWEEP.replace("replications: 12\n", "") + SAMPLE)
    gate = "extracted_share.low >= 0.9 at(crews=1, trucks=2)"
    assert sweep("--quiet", "--require", gate)[0] == 1
    folder = next(Path("results/sweep").iterdir())
    header, first = (folder / "sampled.csv").read_text().splitlines()[:2]
    low = float(first.split(",")[header.split(",").index("low")])
    assert f"extracted_share.low is {low:.6g}" in sweep("--quiet", "--require", gate)[1]


def test_two_points_of_a_sample_are_compared_draw_by_draw():
    Path("sweep.yaml").write_text(SWEEP.replace("replications: 12\n", "").replace("[2, 4]", "[2, 3]") + SAMPLE)
    code, said = sweep("--quiet", "--require", "difference(1, 4).low > 0 at(trucks=2)")
    assert code == 0
    assert "interval 0.183821 to 0.362558, 32 replications" in " ".join(said.split())


@pytest.mark.parametrize("option", [("--guarantee",), ("--precision", "extracted_share=0.01")])
def test_a_sweep_refuses_in_words_what_would_not_end_at_a_fixed_number(option):
    error, _ = sweep("--sampling", "sobol", *option)
    assert "sampl" in str(error.message)


@pytest.mark.parametrize(
    "command", [("run", "little.yaml"), ("compare", "little.yaml", "little.yaml"),
                ("select", "little.yaml", "little.yaml", "--best", "extracted_share", "--indifference", "0.01")],
)  # fmt: skip
def test_only_a_sweep_takes_a_sampling(command):
    error, _ = drawdown(*command, "--sampling", "sobol")
    assert "only `drawdown sweep` samples" in error.message


def test_a_scenario_is_swept_in_one_line_and_the_file_that_it_stands_for_is_saved(here):
    command = ["little.yaml", "--vary", "lift.trucks.pool.count=3..5", "--no-plots", "-j", "1", "-n", "4"]
    code = CliRunner().invoke(main, ["sweep", *command, "--write-sweep", "saved.yaml"], obj=StagedLevers())
    assert code.exit_code == 0
    assert "extracted_share, from the first " in code.stdout
    assert "trucks.pool=5" in code.stdout
    assert next((here / "results" / "sweep").iterdir()).name.startswith("little-by-trucks.pool@")
    again = CliRunner().invoke(main, ["sweep", "saved.yaml", "--dry-run"], obj=StagedLevers())
    assert again.stdout.startswith("3 points of 4 replications")
    twice = CliRunner().invoke(main, ["sweep", *command, "--write-sweep", "saved.yaml"], obj=StagedLevers())
    assert (twice.exit_code, twice.stderr) == (2, "--write-sweep: there is a file of this name; got saved.yaml\n")
