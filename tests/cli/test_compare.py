import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from levers import StagedLevers

from sim.cli import main

LATER = "schema: 1\nname: More crews\nextends: little.yaml\nplaces: {camp: {crews: {count: 4}}}\n"


@pytest.fixture(autouse=True)
def _pair(here):
    (here / "more.yaml").write_text(LATER)


def drawdown(*arguments, trouble=None):
    return CliRunner().invoke(main, [str(one) for one in arguments], obj=StagedLevers(trouble))


def compare(*arguments, sides=("little.yaml", "more.yaml"), trouble=None):
    return drawdown("compare", *sides, "--no-plots", "-n", 30, "-j", 1, *arguments, trouble=trouble)


def test_the_answer_has_differences_chance_factor_closings_bars_and_the_caveat_in_80_columns(here):
    said = compare()
    assert said.exit_code == 0
    assert "A  little: A little camp\nB  more: More crews" in said.stdout
    assert re.search(r"extracted +4\d\.\d % +6\d\.\d % +\+20\.0 +\+8\.6 – \+27\.6 +constant", said.stdout)
    assert "In the model, extracted_share differs by +20.0 points" in said.stdout
    assert "B is above A in 100 % of replications" in said.stdout
    assert re.search(r"places\.camp\.crews +\+20\.0 +\+8\.6 – \+27\.6 +constant", said.stdout)
    assert re.search(r"camp +A +2023-07-04 +2023-07-0\d", said.stdout)
    assert "Random events are identical in all 1 source by place." in said.stdout
    assert "conditional on the inputs" in " ".join(said.stdout.split())
    assert max(len(line) for line in said.stdout.splitlines()[:-1]) <= 80


def test_a_file_compared_with_itself_is_reported_as_the_same(here):
    said = compare(sides=("little.yaml", "little.yaml"))
    assert said.exit_code == 0
    assert "No difference: the two scenarios are the same" in said.stdout
    assert "results/compare/little-vs-little@" in said.stdout


def test_the_folder_has_no_mark_where_options_are_the_defaults(here):
    drawdown("compare", "little.yaml", "more.yaml", "--no-plots", "-j", 1, "--quiet")
    compare("--quiet")
    names = sorted(path.name for path in (here / "results" / "compare").iterdir())
    assert names[0] == "little-vs-more"
    assert re.fullmatch(r"little-vs-more@[0-9a-f]{8}", names[1])


def test_the_number_of_combinations_is_reported_before_they_run(here):
    (here / "more.yaml").write_text(LATER + "lift: {trucks: {pool: {count: 4}}}\n")
    lines = compare().stderr.splitlines()
    reported = next(at for at, line in enumerate(lines) if "2 groups of changed keys, 2 combinations to run" in line)
    assert "about" in lines[reported]
    assert any(line.startswith("waterfall: 60 of 60") for line in lines[reported:])
    assert "waterfall" not in compare("--no-waterfall", "--out", "other").stderr


def test_gates_compare_a_difference_and_one_that_does_not_hold_is_exit_1(here):
    said = compare("--require", "difference(little, more).low > 0")
    assert said.exit_code == 0
    assert "holds: difference(little, more).low > 0" in said.stdout
    said = compare("--require", "difference(little, more, destroyed_share) > 0")
    assert said.exit_code == 1
    assert "DOES NOT HOLD" in said.stdout


def test_failed_replications_are_exit_3_and_a_fault_is_exit_70(here):
    said = compare(trouble={4: "fails"})
    assert said.exit_code == 3
    assert "Failed replications are in no difference: 1 of little, 1 of more" in " ".join(said.stdout.split())
    assert compare("--out", "o", trouble={4: "fault"}).exit_code == 70


def test_a_gate_that_failed_pairs_could_turn_is_open(here):
    said = compare("--require", "difference(little, more) > 0.19", trouble={4: "fails"})
    assert said.exit_code == 3
    assert "OPEN" in said.stdout


def test_ctrl_c_is_exit_130_and_the_same_command_resumes(here):
    said = compare("--out", "c", trouble={20: "ctrl-c"})
    assert said.exit_code == 130
    assert "the same command resumes" in said.stderr
    assert not Path("c").exists()
    assert "were finished earlier; resuming" in compare("--out", "c").stderr


def test_json_is_one_document_with_the_summary_and_the_gates(here):
    said = json.loads(compare("--json", "--quiet", "--require", "difference(little, more) > 0").stdout)
    assert said["summary"]["comparisons"][0]["responses"]["extracted_share"]["replications"] == 30
    assert said["gates"][0]["verdict"] == "holds"


def test_a_folder_of_results_takes_the_place_of_a_file(here):
    drawdown("run", "little.yaml", "--no-plots", "-n", 10, "-j", 1, "--seed", 5, "--out", "r")
    said = drawdown("compare", "r", "more.yaml", "--no-plots", "-j", 1)
    assert said.exit_code == 0
    assert "10 replications, with common random numbers on all sides; seed 5" in said.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--require", "difference(little, moore) > 0"], "did you mean more?"),
        (["--require", "extracted_share > 0"], "not a gate of a comparison"),
        (["--of", "extractd_share"], "did you mean extracted_share?"),
        (["--set", "places.kamp.crews.count=2"], "kamp"),
        (["--without", "alarm"], "did you mean alarms?"),
        (["--out", "."], "holds no comparison"),
        (["-n", "0"], "not a whole number"),
    ],
)
def test_what_the_user_got_wrong_is_exit_2_in_words_and_nothing_is_written(here, arguments, message):
    said = compare(*arguments)
    assert said.exit_code == 2
    assert message in said.stderr
    assert "Traceback" not in said.stderr
    assert sorted(path.name for path in here.iterdir()) == ["little.yaml", "more.yaml"]


def test_all_problems_of_all_sides_are_reported_together(here):
    said = compare(sides=("missing.yaml", "lost.yaml"))
    assert said.exit_code == 2
    assert "missing.yaml" in said.stderr
    assert "lost.yaml" in said.stderr
    assert compare(sides=("little.yaml",)).exit_code == 2


def test_pictures_are_drawn_and_those_that_are_missing_are_drawn_again(here):
    def again():
        return drawdown("compare", "little.yaml", "more.yaml", "-n", 5, "-j", 1, "--quiet", "--out", "c").exit_code

    assert again() == 0
    names = ("fates", "differences", "replications", "timelines", "waterfall")
    files = {f"{name}.{kind}" for name in names for kind in ("png", "svg")}
    assert files <= {path.name for path in Path("c").iterdir()}
    (Path("c") / "fates.svg").unlink()
    assert again() == 0
    assert (Path("c") / "fates.svg").is_file()


def test_changes_of_one_file_are_sides_that_agree_with_files_of_the_same_changes(here):
    crews, lift = "places.camp.crews.count=4", "more lift: lift.trucks.pool.count=4, places.camp.crews.count=3"
    said = compare("--with", crews, "--with-set", lift, "--json", sides=("little.yaml",))
    assert said.exit_code == 0
    summary = json.loads(said.stdout)["summary"]
    assert [side["name"] for side in summary["sides"]] == ["little", crews, "more lift"]
    assert summary["sides"][2]["sets"] == ["lift.trucks.pool.count=4", "places.camp.crews.count=3"]
    alike = json.loads(compare("--json").stdout)["summary"]["comparisons"][0]["responses"]
    gap = summary["comparisons"][0]["responses"]["extracted_share"]
    assert gap["mean"] == alike["extracted_share"]["mean"] > 0
    folder = next((here / "results" / "compare").glob("little-vs-places*"))
    command = json.loads((folder / "manifest.json").read_text())["command"]
    assert f"little.yaml --with {crews} --with-set '{lift}'" in command


def test_a_change_for_all_sides_is_said_to_be_one(here):
    said = compare("--with", "lift.trucks.pool.count=4", "--set", "places.camp.crews.count=3", sides=("little.yaml",))
    assert said.exit_code == 0
    assert "--set changes every side: places.camp.crews.count=3" in said.stderr
    assert "B  lift.trucks.pool.count=4: A little camp; places.camp.crews.count=3, lift.trucks" in " ".join(
        said.stdout.split("\n   ")
    )


@pytest.mark.parametrize(
    ("sides", "options", "said"),
    [
        (("little.yaml",), ("--with", "lift.truck.pool.count=4"),
         "--with: lift.truck.pool.count: unknown name 'truck'"),
        (("little.yaml", "more.yaml"), ("--with", "lift.trucks.pool.count=4"),
         "--with: the sides are changes of one scenario: give one file; got little.yaml, more.yaml"),
        (("little.yaml",), ("--with", "places.camp.crews.count=-1"), "--with: places.camp.crews.count: this is out of"),
    ],
)  # fmt: skip
def test_changes_that_make_no_side_are_refused_and_nothing_is_written(here, sides, options, said):
    found = compare(*options, sides=sides)
    assert found.exit_code == 2
    assert said in found.stderr
    assert not (here / "results").exists()
