import json
import re

import pytest
from click.testing import CliRunner
from standin import Staged

from sim.cli import main
from sim.cli.terminal import first_that_applies


def drawdown(*arguments, trouble=None):
    return CliRunner().invoke(main, [str(one) for one in arguments], obj=Staged(trouble))


def run(*arguments, trouble=None):
    return drawdown("run", "little.yaml", "--no-plots", "-n", 30, "-j", 1, *arguments, trouble=trouble)


def test_the_answer_has_fates_with_intervals_causes_and_the_caveat_in_80_columns(here):
    said = run()
    assert said.exit_code == 0
    columns = r"extracted +\d\d\.\d % +\d\d\.\d – \d\d\.\d % +\d\d\.\d – \d\d\.\d % +\d\d\.\d % +\d\d\.\d %"
    assert re.search(columns, said.stdout)
    assert re.search(r"late +0 % +at most 9\.5 %", said.stdout)
    assert re.search(r"camp +2023-07-04 +2023-07-0\d", said.stdout)
    assert re.search(r"Where lots stood when they were given up\n  no crew +\d\d\.\d %", said.stdout)
    assert "conditional on its inputs" in said.stdout.replace("\n", " ")
    assert [line for line in said.stdout.splitlines() if line.startswith("Why")] == []
    assert max(len(line) for line in said.stdout.splitlines()) <= 80


def test_the_answer_names_what_the_plan_can_never_do(here):
    shut = "routes.road.closures={rain: {from: 2023-07-01, until: 2023-07-31}}"
    alone, both = run("--set", shut), run("--set", shut, "--set", "places.camp.crews=null")
    road = "no convoy will ever move on road: it is closed throughout"
    crews = "no crew will ever work at camp: it has no crews"
    assert f"! Cannot work as planned: {road} " in alone.stdout.replace("\n", " ")
    assert f"! Cannot work as planned: {crews}; 1 more: drawdown check" in both.stdout.replace("\n", " ")
    assert [line for line in both.stderr.splitlines() if crews in line or road in line]
    assert "Cannot work" not in run("--seed", 2).stdout


def test_few_replications_are_reported_to_miss_rare_outcomes(here):
    assert "3 replications can miss outcomes with a chance of up to" in run("-n", 3).stdout
    assert "can miss outcomes with" not in run("-n", 30).stdout


def test_a_run_that_can_miss_an_outcome_of_2_percent_says_so(here):
    said = run("-n", 30).stdout
    assert "! 2 warnings: 30 replications can miss outcomes rarer than about 1 in 11; intervals" in (
        said.replace("\n ", "")
    )
    whole = "! 30 replications can miss outcomes rarer than about 1 in 11, and so can the intervals of means"
    assert whole in run("-n", 30, "--verbose").stdout.replace("\n ", "")
    assert "can miss" not in run("-n", 149).stdout
    assert "can miss" not in run("-n", 30, "--guarantee").stdout


def test_progress_goes_to_standard_error_and_the_answer_to_standard_output(here):
    said = run()
    assert "30 of 30 replications" in said.stderr
    assert "30 of 30" not in said.stdout
    assert run("--seed", 2, "--quiet").stderr == ""


def test_json_is_one_document_with_the_summary_and_the_gates(here):
    said = json.loads(run("--json", "--require", "extracted_share > 0").stdout)["runs"][0]
    assert said["summary"]["responses"]["extracted_share"]["replications"] == 30
    assert said["gates"][0]["verdict"] == "holds"


def test_the_folder_is_marked_where_options_are_not_the_defaults(here):
    run()
    drawdown("run", "little.yaml", "--no-plots", "-j", 1)
    names = sorted(path.name for path in (here / "results").iterdir())
    assert names[0] == "little"
    assert re.fullmatch(r"little@[0-9a-f]{8}", names[1])


def test_a_gate_that_does_not_hold_is_exit_1_with_its_values(here):
    said = run("--require", "extracted_share >= 0.1", "--require", "destroyed_share.high < 0.1")
    assert said.exit_code == 1
    assert "DOES NOT HOLD: destroyed_share.high < 0.1 (destroyed_share.high is 0." in said.stdout


def test_replications_that_failed_are_exit_3_with_the_command_that_repeats_them(here):
    said = run(trouble={4: "fails"})
    assert said.exit_code == 3
    assert "29 of 30 replications, seed 1 (1 failed)" in said.stdout
    assert "drawdown trace little.yaml --seed 1 -k 4" in said.stdout


def test_where_every_replication_failed_nothing_is_said_but_that(here):
    said = run(trouble=dict.fromkeys(range(1, 31), "fails"))
    assert said.exit_code == 3
    assert "0 of 30 replications, seed 1 (30 failed)" in said.stdout
    assert "extracted" not in said.stdout


def test_a_gate_that_a_failed_replication_could_turn_is_exit_3(here):
    mean = json.loads(run("--json").stdout)["runs"][0]["summary"]["responses"]["extracted_share"]["mean"]
    gate = f"extracted_share > {mean - 0.01}"
    said = run("--out", "other", "--require", gate, trouble={4: "fails"})
    assert said.exit_code == 3
    assert "OPEN" in said.stdout


def test_a_fault_of_the_program_is_exit_70_and_the_results_are_there(here):
    assert run(trouble={4: "fault"}).exit_code == 70
    assert "lots do not add up" in run(trouble={4: "fault"}).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-n", "1e12"], "'1e12' is not a whole number from 1 to 1,000,000"),
        (["-n", "0"], "not a whole number"),
        (["--seed", "-1"], "not a whole number from 0 to"),
        (["-j", "0"], "not a whole number from 1"),
        (["--without", "alarm"], "did you mean alarms?"),
        (["--without", "gunfire"], "did you mean alarms?"),
        (["--require", "__import__('os')"], "this is not a gate"),
        (["--require", "extractd_share > 0"], "did you mean extracted_share?"),
        (["--precision", "extracted_share=0.01"], "give one of them"),
        (["--precision", "extracted_share=nan"], "a number above 0"),
        (["--max-replications", "5"], "this needs --precision"),
        (["--set", "places.kamp.handover=2023-07-02"], "kamp"),
        (["--out", "."], "it holds no run"),
        (["--wrong"], "No such option"),
        (["missing.yaml"], "no such file"),
    ],
)
def test_what_the_user_got_wrong_is_exit_2_in_words_and_nothing_is_written(here, arguments, message):
    said = run(*arguments)
    assert said.exit_code == 2
    assert message in said.stderr
    assert "Traceback" not in said.stderr
    assert [path.name for path in here.iterdir()] == ["little.yaml"]


def test_all_scenarios_are_validated_before_one_runs(here):
    (here / "wrong.yaml").write_text("schema: 1\n")
    said = drawdown("run", "little.yaml", "wrong.yaml", "--no-plots")
    assert said.exit_code == 2
    assert not (here / "results").exists()


def test_two_scenarios_that_would_share_a_folder_are_refused(here):
    (here / "sub").mkdir()
    (here / "sub" / "little.yaml").write_text((here / "little.yaml").read_text())
    said = drawdown("run", "little.yaml", "sub/little.yaml")
    assert said.exit_code == 2
    assert "two scenarios would write to results/little" in said.stderr


def test_several_scenarios_go_into_folders_below_out(here):
    (here / "other.yaml").write_text((here / "little.yaml").read_text())
    said = drawdown("run", "little.yaml", "other.yaml", "--no-plots", "-n", 5, "--out", "both")
    assert said.exit_code == 0
    assert sorted(path.name for path in (here / "both").iterdir()) == ["little", "other"]


def test_a_finished_result_is_reported_again_and_a_different_one_is_refused(here):
    run("--out", "r")
    assert "Already there: r/" in run("--out", "r").stdout
    said = run("--out", "r", "--seed", 2)
    assert said.exit_code == 2
    assert "differs in the seed (1, now 2)" in said.stderr
    assert run("--out", "r", "--seed", 2, "--force").exit_code == 0


def test_a_file_in_the_place_of_the_results_folder_is_exit_2(here):
    (here / "results").write_text("x")
    said = run()
    assert said.exit_code == 2
    assert "there is a file where a folder should be" in said.stderr


def test_pictures_are_drawn_at_the_end_unless_they_are_not_wanted(here):
    said = drawdown("run", "little.yaml", "-n", 5)
    assert said.exit_code == 0
    folder = next((here / "results").iterdir())
    assert (folder / "fates.png").is_file()
    assert "pictures" in said.stdout


def test_list_has_a_line_for_each_scenario_result_and_unfinished_work(here):
    (here / "broken.yaml").write_text("schema: 1\n")
    run("--out", "results/done")
    said = drawdown("list", "--scenarios", ".")
    assert said.exit_code == 0
    lines = dict(line.split(maxsplit=1) for line in said.stdout.splitlines())
    assert lines["little.yaml"] == "A little camp"
    assert lines["broken.yaml"].startswith("not valid")
    assert "30 replications, seed 1, extracted" in lines["results/done"]


def test_list_tells_runs_of_one_scenario_apart_by_label_and_by_what_was_changed(here):
    run("--out", "results/plain", "--label", "  as filed ")
    run("--out", "results/more", "--set", "places.camp.crews.count=3", "--without", "hits")
    lines = dict(line.split(maxsplit=1) for line in drawdown("list", "--scenarios", ".").stdout.splitlines())
    assert lines["results/plain"].startswith("[as filed] A little camp: 30 replications")
    assert lines["results/more"].startswith("A little camp (places.camp.crews.count=3, without hits): 30 replications")
    rows = json.loads(drawdown("list", "--scenarios", ".", "--json").stdout)["results"]
    assert [row.get("label") for row in sorted(rows, key=lambda row: row["path"])] == [None, "as filed"]


def test_a_label_is_replaced_by_a_later_one_and_goes_with_a_replaced_folder(here):
    run("--out", "r", "--label", "one")
    assert "Already there" in run("--out", "r", "--label", "two").stdout
    assert (here / "r" / "label.txt").read_text() == "two\n"
    said = run("--out", "r", "--seed", "2", "--force")
    assert said.exit_code == 0
    assert not (here / "r" / "label.txt").exists()
    assert "holds files" not in said.stderr


@pytest.mark.parametrize("label", ["", "a\nb", "x" * 201])
def test_a_label_that_is_no_line_is_refused_before_anything_runs(here, label):
    said = run("--out", "r", "--label", label)
    assert (said.exit_code, "not a label" in said.stderr) == (2, True)
    assert not (here / "r").exists()


def test_plot_draws_one_picture_in_one_format(here):
    run("--out", "r")
    said = drawdown("plot", "r", "fates", "--format", "svg")
    assert (said.exit_code, said.stdout) == (0, "r/fates.svg\n")
    assert drawdown("plot", "r", "fate").exit_code == 2
    assert drawdown("plot", "nowhere").exit_code == 2


def test_a_fault_of_drawdown_is_a_sentence_and_exit_70(here):
    class Broken(Staged):
        def __call__(self, scenario, without):
            raise RuntimeError("the stage collapsed")

    said = CliRunner().invoke(main, ["run", "little.yaml"], obj=Broken())
    assert said.exit_code == 70
    assert "a fault in drawdown, not in your input: RuntimeError: the stage collapsed" in said.stderr
    assert "Traceback" not in said.stderr


def test_too_little_memory_is_not_a_fault_of_drawdown(here):
    class Cramped(Staged):
        def __call__(self, scenario, without):
            raise MemoryError

    said = CliRunner().invoke(main, ["run", "little.yaml"], obj=Cramped())
    assert said.exit_code == 3
    assert said.stderr.startswith("drawdown: not enough memory")
    assert "fault" not in said.stderr


def test_a_misspelt_command_names_the_nearest():
    said = drawdown("rnu")
    assert (said.exit_code, "did you mean run?" in said.stderr) == (2, True)


def test_of_several_exit_codes_the_gravest_applies():
    assert first_that_applies([0, 1, 3]) == 3
    assert first_that_applies([1, 2, 70]) == 70
    assert first_that_applies([3, 130]) == 130
    assert first_that_applies([]) == 0
