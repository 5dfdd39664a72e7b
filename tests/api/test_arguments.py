"""Changes in each form, and errors that name arguments as Python does."""

import datetime
import re
from decimal import Decimal

import numpy as np
import pytest
from click.testing import CliRunner
from levers import StagedLevers
from standin import Staged

import sim
from sim.api.arguments import in_python, reworded
from sim.cli import main
from sim.errors import InputError, Problem, ResultsError

CREWS = "places.camp.crews.count"
ONE = {"workers": 1, "on": StagedLevers()}


def crews(loaded):
    return loaded.scenario.places["camp"].crews.count


@pytest.mark.parametrize("value", [8, np.int64(8), 8.0])
def test_a_change_by_path_is_the_change_as_text(here, value):
    assert crews(sim.load("little.yaml", {CREWS: value})) == crews(sim.load("little.yaml", [f"{CREWS}=8"])) == 8


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("calendar.deadline", datetime.date(2023, 7, 9), "2023-07-09"),
        ("calendar.deadline", "2023-07-09", "2023-07-09"),
        ("name", "yes: # 'a', \"b\" = [c]", "yes: # 'a', \"b\" = [c]"),
        ("classes.box.moves", ("truck",), ["truck"]),
        ("classes.box.floor", 1e-05, 1e-05),
        ("classes.box.prepare", {"lognormal": {"mean": "3 h", "cv": 0.5}}, {"lognormal": {"mean": "3 h", "cv": 0.5}}),
        ("routes.road.km", np.array([200.0]), [200.0]),
        ('places."camp".crews.count', 3, 3),
    ],
)
def test_a_plain_value_arrives_as_a_file_would_hold_it(here, path, value, found):
    data = sim.load("little.yaml", {path: value}).data
    for part in path.replace('"', "").split("."):
        data = data[part]
    assert data == found


def test_none_deletes_what_is_there(here):
    assert "at_once" not in sim.load("little.yaml", {"lift.convoys.at_once": None}).data["lift"]["convoys"]


@pytest.mark.parametrize("call", [sim.run, sim.trace, sim.check, sim.stream])
def test_changes_by_path_are_taken_by_each_call_with_one_scenario(here, call):
    more = {"seed": 1, "numbers": [1]} if call is sim.stream else {}
    call("little.yaml", sets={CREWS: 3}, **more)
    wrong = {CREWS.replace("crews", "crew"): 3}
    if call is sim.check:
        assert [one.file for one in call("little.yaml", sets=wrong).problems] == ["sets"]
    else:
        with pytest.raises(InputError, match=r"^sets: places\.camp\.crew\.count: unknown name 'crew'"):
            call("little.yaml", sets=wrong, **more)


def test_changes_by_path_are_taken_where_there_are_several(here):
    sets, options = {CREWS: 1}, {"workers": 1, "on": StagedLevers()}
    compared = sim.compare(["little.yaml", "little.yaml"], 4, sets=sets, **options)
    assert compared.summary["sides"][0]["sets"] == [f"{CREWS}=1"]
    swept = sim.sweep("sweep.yaml", sets={"lift.trucks.pool.count": 4}, **options)
    assert swept.manifest["sets"] == ["lift.trucks.pool.count=4"]
    chosen = sim.select(["little.yaml", "more.yaml"], "extracted_share", 0.05, sets={"name": "A"}, first=10, **options)
    assert chosen.manifest["sets"] == ['name="A"']


def test_a_run_with_a_change_by_path_is_the_run_with_the_text(here):
    by_path = sim.run("little.yaml", 3, sets={CREWS: 3}, out="r", **ONE)
    assert sim.run("little.yaml", 3, sets=[f"{CREWS}=3"], out="r", **ONE).manifest["clock"] == by_path.manifest["clock"]


def test_a_sign_between_path_and_value_may_be_in_the_path(here):
    with pytest.raises(InputError, match=r"^sets: places\.a=b\.crews\.count: unknown name 'a=b'"):
        sim.load("little.yaml", {"places.a=b.crews.count": 3})


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        ({CREWS: {1, 2}}, f"sets: {CREWS}: a scenario file cannot hold this value; got {{1, 2}}"),
        ({CREWS: float("nan")}, f"sets: {CREWS}: a scenario file cannot hold this value; got nan"),
        ({CREWS: Decimal(3)}, f"sets: {CREWS}: a scenario file cannot hold this value"),
        ({"": 3}, "sets: not a field path"),
        ({3: 3}, "sets: 3: this should be a dotted path"),
        (f"{CREWS}=3", "sets: this is not a list of texts"),
        ([3], "sets: this is not a list of texts"),
    ],
)
def test_an_invalid_change_is_reported_in_a_sentence(here, sets, said):
    with pytest.raises(InputError, match=f"^{re.escape(said)}"):
        sim.load("little.yaml", sets)


LITTLE, BOTH = "little.yaml", ["little.yaml", "more.yaml"]
NONSENSE = [
    (sim.run, (LITTLE, 0), {}, "replications: out of range"),
    (sim.run, (LITTLE,), {"max_replications": 5}, "max_replications: this needs `precision`; or use `replications`"),
    (sim.run, (LITTLE,), {"max_replications": -5}, "max_replications: out of range"),
    (sim.run, (LITTLE, 5), {"precision": {"alarms": 1}}, "precision: `replications` fixes the number already"),
    (sim.run, (LITTLE,), {"precision": {"alarm": 1}}, "precision: no such response"),
    (sim.run, (LITTLE,), {"precision": {"alarms": 0}}, "precision.alarms: out of range; got 0; allowed: above 0"),
    (sim.run, (LITTLE,), {"precision": {"alarms": 1}, "guarantee": True}, "guarantee: only for responses from 0"),
    (sim.run, (LITTLE,), {"without": ["alarm"]}, "without: no such cause; got alarm"),
    (sim.run, (LITTLE,), {"without": "alarms"}, "without: this is not a list of texts"),
    (sim.run, (LITTLE,), {"scheduler": "x"}, "scheduler: not the address of a scheduler"),
    (sim.run, (LITTLE,), {"scheduler": "tcp://127.0.0.1:1", "workers": 2},
     "workers: a cluster has its own workers; leave this out with `scheduler`"),
    (sim.run, (3,), {}, "scenario: not a scenario; got a int"),
    (sim.compare, ([LITTLE],), {}, "sides: a comparison needs at least two"),
    (sim.compare, (LITTLE,), {}, "sides: this should be a list"),
    (sim.compare, (BOTH,), {"of": "x"}, "of: not a response of all sides"),
    (sim.select, ([LITTLE], "alarms", 1), {}, "scenarios: a selection needs at least two"),
    (sim.select, (BOTH, "alarm", 1), {}, "best: not a response of all scenarios"),
    (sim.select, (BOTH, "a" * 400, 1), {}, "best: not a response of all scenarios"),
    (sim.select, (BOTH, "alarms", 0), {}, "indifference: out of range; got 0; allowed: above 0"),
    (sim.select, (BOTH, "alarms", 1), {"confidence": 1}, "confidence: out of range; got 1; allowed: above 0.5"),
    (sim.select, (BOTH, "alarms", 1), {"first": 1}, "first: out of range"),
    (sim.select, (BOTH, "alarms", 1), {"first": 20, "max_replications": 10}, "max_replications: smaller than the"),
    (sim.sweep, ("sweep.yaml",), {"sampling": "sobol"}, "sampling: nothing to sample"),
    (sim.sweep, ("sweep.yaml",), {"sampling": "soap"}, "sampling: no such sampling"),
    (sim.trace, (LITTLE, 0), {}, "replication: out of range"),
    (sim.trace, (LITTLE,), {"lot": "camp/box/99"}, "lot: no such lot; got camp/box/99"),
    (sim.trace, (LITTLE,), {"seed": -1}, "seed: out of range"),
    (sim.stream, (LITTLE, 1, 3), {}, "numbers: not numbers; got 3"),
    (sim.stream, (LITTLE, 1, [0]), {}, "numbers: out of range; got 0"),
    (sim.stream, (LITTLE, 1, [1, 1]), {}, "numbers: this number occurs twice; got 1"),
    (sim.backtest, (LITTLE,), {"cut": "31 August"}, "cut: not a date"),
    (sim.backtest, (LITTLE,), {"fit": LITTLE, "no_fit": True}, "no_fit: `fit` names a scenario to compare with"),
]  # fmt: skip


def _named(part):
    """A name of a part of a case that is the same in every process."""
    return getattr(part, "__name__", str(part))[:40]


@pytest.mark.parametrize(("call", "given", "options", "said"), NONSENSE, ids=_named)
def test_an_error_names_the_argument_and_no_option(here, call, given, options, said):
    with pytest.raises(InputError) as error:
        call(*given, **options)
    assert str(error.value).startswith(said)
    assert "--" not in str(error.value)
    assert str(error.value) == "\n".join(map(str, error.value.problems))


def test_an_error_about_a_folder_names_arguments(here):
    sim.run(LITTLE, 2, out="r", **ONE)
    with pytest.raises(ResultsError, match=r"choose another `out`, or replace it with `force=True`$"):
        sim.run(LITTLE, 3, out="r", **ONE)
    (here / "f").mkdir()
    (here / "f" / "mine.txt").write_text("mine")
    with pytest.raises(ResultsError, match=r"choose another `out`$"):
        sim.run(LITTLE, 3, out="f", **ONE)


def test_a_message_about_the_workers_names_the_argument(here):
    with pytest.raises(ResultsError, match="`workers=1` needs no other processes"):
        raise_in_python(ResultsError("no process; --workers 1 needs no other processes"))


def raise_in_python(error):
    with in_python():
        raise error


def test_an_error_names_the_call_and_no_command(here):
    with pytest.raises(InputError, match=r"this is a sweep, not a scenario; run it with `sim.sweep`"):
        sim.run("sweep.yaml")
    with pytest.raises(InputError, match=r"this is a scenario, not a sweep; run it with `sim.run`"):
        sim.sweep(LITTLE)
    (here / "r.partial").mkdir()
    with pytest.raises(ResultsError, match=r"r\.partial is unfinished: run the same call again"):
        sim.read("r")


def test_what_the_user_wrote_stays_as_it_is():
    problem = Problem("a--out", "there is no such file", got="--seed", nearest="--set", file="x --out.yaml")
    assert reworded(problem) == problem


def test_a_warning_about_a_change_names_the_argument(here):
    loaded = sim.load(LITTLE, {"classes.box.value": "9000 MUSD"})
    assert [one.file for one in loaded.warnings] == ["sets"]


def test_the_command_line_still_names_options(here):
    said = CliRunner().invoke(main, ["run", LITTLE, "--max-replications", "5"], obj=Staged())
    assert said.stderr.startswith("--max-replications: this needs --precision; or use --replications")
