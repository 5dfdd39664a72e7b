"""Sweeps of one line: levels as they are written, and the sweep that they stand for."""

from pathlib import Path

import pytest
from levers import LITTLE, StagedLevers

from sim.errors import InputError
from sim.experiment.backend import Backend
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep
from sim.experiment.sweep.varying import levels_of, written_sweep
from sim.results.sweep_folder import read_sweep
from sim.results.sweep_steps import from_first, turns
from sim.results.sweep_view import View

TRUCKS, CREWS = "lift.trucks.pool.count", "places.camp.crews.count"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder of its own with a little scenario in it, as the current one."""
    monkeypatch.chdir(tmp_path)
    Path("little.yaml").write_text(LITTLE)


def planned(*vary, shift=(), **more):
    options = {"replications": 6, "out": Path("r"), **more}
    return plan_sweep(SweepRequest("little.yaml", vary=vary, shift=shift, **options), StagedLevers())


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("a.b=12,18,24", [12, 18, 24]),
        ("a.b = 5..20 by 5", [5, 10, 15, 20]),
        ("a.b=5..12 by 5", [5, 10, 12]),
        ("a.b=3..6", [3, 4, 5, 6]),
        ("a.b=0.2..0.4 by 0.1", [0.2, 0.3, 0.4]),
        ("a.b=4 h..8 h by 2 h", ["4 h", "6 h", "8 h"]),
        ("a.b=10 %..30 % by 10 %", ["10 %", "20 %", "30 %"]),
        ("a.b=2023-07-01..2023-07-15 by 7 d", ["2023-07-01", "2023-07-08", "2023-07-15"]),
        ("a.b=2023-07-01..2023-07-03", ["2023-07-01", "2023-07-02", "2023-07-03"]),
        ("a.b=[road], [road, air]", [["road"], ["road", "air"]]),
        ('a."b=c".d=x', ["x"]),
    ],
)
def test_levels_are_lists_or_two_ends_and_a_step(text, levels):
    assert levels_of(text, "--vary")[1] == levels


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.b", "this should be PATH=VALUES; got a.b"),
        ("a.b=", "this should be PATH=VALUES"),
        ("a.b=60..5 by 5", "a.b: the second end should be above the first; got 60..5 by 5"),
        ("a.b=4 h..8 d by 1 h", "a.b: both ends should be numbers in one unit, or two dates; got 4 h..8 d"),
        ("a.b=4 h..8 h", "a.b: the step is missing; allowed: two ends and a step, such as 2 h..6 h by 1 h"),
        ("a.b=4 h..8 h by 2", "a.b: the step should be a number above 0 in h; got 2"),
        ("a.b=4..8 by 0", "a.b: the step should be a number above 0; got 0"),
        ("a.b=2023-07-01..2023-07-15 by 7", "a.b: the step should be days, such as 7 d; got 7"),
        ("a.b=1..100000", "a.b: too many values: 100,000; allowed: at most 1,000"),
    ],
)
def test_what_are_no_levels_is_said_in_a_sentence(text, said):
    with pytest.raises(InputError) as error:
        levels_of(text, "--vary")
    assert str(error.value).startswith(f"--vary: {said}")


def test_two_fields_are_a_grid_of_their_levels_named_after_them():
    plan = planned(f"{TRUCKS}=3,4", f"{CREWS}=2..4")
    assert plan.points.names == ("trucks.pool", "camp.crews")
    assert plan.size == 6
    assert [level.text for level in plan.points.settings(5)] == ["4", "4"]
    assert plan.command == f"drawdown sweep little.yaml --vary {TRUCKS}=3,4 --vary {CREWS}=2..4 --replications 6"


def test_dates_move_together_by_days():
    plan = planned(shift=("calendar.deadline, places.camp.handover = -1 d..+1 d",))
    levels = [plan.points.settings(point)[0] for point in range(plan.size)]
    assert [level.text for level in levels] == ["-1 d", "0 d", "+1 d"]
    assert [(change.path, change.value) for change in levels[2].changes] == [
        ("calendar.deadline", "2023-07-05"), ("places.camp.handover", "2023-07-05"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("vary", "shift", "said"),
    [
        (("lift.truck.pool.count=3,4",), (), "--vary: lift.truck.pool.count: unknown name 'truck'; allowed: aircraft, "
         "convoys, distances, trucks; did you mean lift.trucks.pool.count?"),
        ((f"{TRUCKS}=3,3",), (), f"--vary: {TRUCKS}: duplicate level; got 3"),
        ((f"{TRUCKS}=3", f"{TRUCKS}=4", f"{TRUCKS}=5"), (), f"--vary: this field is varied twice; got {TRUCKS}"),
        ((), ("calendar.deadline = 3",), "--shift: this should be days; got 3"),
        ((), ("calendar.deadline",), "--shift: this should be fields, an equals sign and days"),
        ((), ("calendar.horizon = -1 d..1 d",), "--shift: calendar.horizon: the file gives no date here"),
        ((), ("calendar.deadline = -1 d..1 d by 12 h",), "--shift: days: the step should be a number above 0 in d"),
        ((), ("places.camp.handover = -4 d..0 d",), "--shift: the point with shift=-4 d is not a valid scenario"),
    ],
)  # fmt: skip
def test_what_makes_no_sweep_is_said_of_the_option_and_nothing_is_written(vary, shift, said):
    with pytest.raises(InputError) as error:
        planned(*vary, shift=shift)
    assert said in str(error.value)
    assert not Path("r").exists()


def test_the_file_that_is_saved_is_the_same_sweep():
    plan = planned(f"{TRUCKS}=3..5", shift=("calendar.deadline, places.camp.handover = -1 d, 0 d",))
    Path("s.yaml").write_text(written_sweep(plan.file, Path("s.yaml"), 6, None))
    again = plan_sweep(SweepRequest("s.yaml", out=Path("s")), StagedLevers())
    assert again.points.hash() == plan.points.hash()
    assert (again.identity.replications, again.points.names) == (6, plan.points.names)


def test_a_grid_has_paired_differences_from_its_first_point_and_says_where_it_turns(monkeypatch):
    plan = planned(f"{CREWS}=2..5")
    carry_out_sweep(plan, begin_sweep(plan), Backend(1), lambda *_: None)
    swept = read_sweep("r")
    view = View(swept)
    assert [one.mean for one in from_first(view, "extracted_share")] == pytest.approx([0.1, 0.2, 0.3], abs=0.11)
    assert turns(swept, view, "extracted_share") == []
    column = View.column

    def turning(self, point, response):
        values, failed = column(self, point, response)
        return {number: -value if point == 3 else value for number, value in values.items()}, failed

    monkeypatch.setattr(View, "column", turning)
    monkeypatch.setattr("sim.results.sweep_steps._difference", _by_mean)
    (turn,) = turns(swept, view, "extracted_share")
    assert (turn.factor, turn.rises, turn.falls) == ("camp.crews", ("2", "3"), ("4", "5"))


def _by_mean(view, points, response, _comparisons):
    """A difference with an interval of no width."""
    from types import SimpleNamespace

    a, b = (sum(view.column(point, response)[0].values()) for point in points)
    return SimpleNamespace(low=b - a, high=b - a)
