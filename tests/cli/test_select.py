import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from levers import Levers, StagedLevers

from sim.cli import main
from sim.cli.group import Commands
from sim.errors import DrawdownError, InputError
from sim.figures.gallery import GALLERIES
from sim.results.selection_folder import read_selection

VARIANT = "schema: 1\nname: More\nextends: little.yaml\nplaces: {{camp: {{crews: {{count: {crews}}}}}}}\n"


@pytest.fixture(autouse=True)
def more(here):
    for name, crews in (("more", 3), ("most", 5), ("same", 2)):
        Path(f"{name}.yaml").write_text(VARIANT.format(crews=crews))
    return here


def select(*arguments, on=None):
    """Exit code and output of a selection, in this process."""
    command = ["--best", "extracted_share", "--indifference", "0.01", "-j", "1", "--no-plots", *arguments]
    assert isinstance(main, Commands)
    runner = CliRunner()
    said = runner.invoke(main, ["select", *command], obj=on or StagedLevers(), standalone_mode=False)
    lines = said.output.split("Written: ")[0].splitlines()
    answer = [line for line in lines if not line.startswith("drawdown: ")]
    assert max(map(len, answer), default=0) <= 80
    return said.return_value if said.exception is None else said.exception, " ".join(said.output.split())


def test_the_best_is_named_with_its_confidence_and_what_it_took():
    code, said = select("little.yaml", "more.yaml", "most.yaml", "--out", "r")
    assert code == 0
    assert "most has the highest extracted_share: with 95.0 % confidence it is the best" in said
    assert "50 replications counted (runs), 150 of all alternatives together" in said
    rows = {row["alternative"]: row for row in read_selection("r").summary["alternatives"]}
    assert rows["more"]["difference"] == pytest.approx(-0.2)
    assert (rows["little"]["words"], rows["little"]["dropped_at"]) == ("worse", 50)


def test_what_is_alike_is_said_to_be():
    code, said = select("little.yaml", "same.yaml")
    assert code == 0
    assert "Not shown to be worse by 1.0 points: same" in said
    assert "exactly alike" in said


def test_what_never_differed_is_not_certain_to_be_alike_and_its_bound_is_drawn():
    Path("loaders.yaml").write_text("schema: 1\nname: L\nextends: little.yaml\nplaces: {camp: {loaders: 9}}\n")
    code, said = select("little.yaml", "loaders.yaml", "--out", "r")
    assert code == 0
    assert "alike in every replication" in said
    assert "Not shown to be worse by 1.0 points" in said
    row = next(row for row in read_selection("r").summary["alternatives"] if row["difference"] is not None)
    reach = 1 - 0.05 ** (1 / 50)
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((-reach, reach))
    picture = GALLERIES["selection"].picture("differences")
    lines = [line for line in picture(read_selection("r")).lines if line.get_marker() == "|"]
    assert [line.get_linestyle() for line in lines] == [":"]


def test_the_same_selection_is_found_again_and_another_is_never_overwritten():
    select("little.yaml", "more.yaml", "--out", "r")
    assert "Already there: r/" in select("little.yaml", "more.yaml", "--out", "r")[1]
    error, _ = select("little.yaml", "more.yaml", "--out", "r", "--seed", "2")
    assert "differs in the seed" in str(error)


def test_a_selection_that_was_stopped_goes_on_to_the_same_bytes():
    select("little.yaml", "more.yaml", "--out", "whole")
    stopped, _ = select("little.yaml", "more.yaml", "--out", "r", on=StagedLevers({30: "ctrl-c"}))
    assert stopped == 130
    assert not Path("r").exists()
    select("little.yaml", "more.yaml", "--out", "r")
    for name in ("selection.csv", "replications.csv", "summary.json"):
        assert (Path("r") / name).read_bytes() == (Path("whole") / name).read_bytes()


def test_a_replication_that_failed_does_not_count_and_the_code_says_so():
    code, said = select("little.yaml", "more.yaml", "--out", "r", on=StagedLevers({7: "fails"}))
    assert code == 3
    assert "1 replication did not count" in said
    assert {row["replication"] for row in read_selection("r").manifest["failures"]} == {7}


def test_replications_that_ran_out_leave_it_open_and_say_how_many_would_do():
    first = ("--first", "10", "--max-replications", "10")
    code, said = select("little.yaml", "more.yaml", *first, "--indifference", "0.0001", on=Noisy())
    assert code == 0
    assert "Not chosen after 10 replications" in said
    assert "would choose one" in " ".join(said.split())


class Noisy(StagedLevers):
    """The same camp twice, each with its own seed."""

    def __call__(self, scenario, without):
        model = super().__call__(scenario, without)
        return replace(model, make=Other) if scenario.places["camp"].crews.count == 3 else model


class Other:
    """Runs with another seed."""

    def __init__(self, *arguments):
        self.inner = Levers(2, *arguments[1:])

    def run(self, seed, replication):
        return self.inner.run(seed + 1000, replication)


def test_wrong_options_are_reported_before_anything_runs():
    error, _ = select("little.yaml", on=None)
    assert isinstance(error, InputError)
    assert "needs at least two scenarios" in str(error)
    error, _ = select("little.yaml", "more.yaml", "--best", "extractd_share")
    assert isinstance(error, DrawdownError)
    error, _ = select("little.yaml", "nowhere.yaml")
    assert "no such file" in str(error)
    assert not Path("results").exists()


def test_the_answer_as_json_is_the_summary():
    _, said = select("little.yaml", "more.yaml", "--json", "--quiet", "--out", "r")
    assert json.loads(said)["summary"]["best"] == "more"
