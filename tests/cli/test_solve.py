"""The command solve: cases known by hand, and what it says where there is no answer."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.cli.group import Commands
from sim.errors import InputError
from sim.figures.gallery import GALLERIES
from sim.results.solve_folder import read_solve

LOTS = """
schema: 1
name: A camp without chance
calendar: {start: 2023-01-01, deadline: 2023-01-20}
places:
  camp: {role: camp, handover: 2023-01-10, evacuate: {port: [road]}, lots: {box: {unoe: 300}}}
  port: {role: exit}
classes:
  box: {mass: 10 t, moves: [truck]}
lift:
  trucks: {pool: {count: 1, base: camp, payload: 10 t}}
routes:
  road: {through: [camp, port], km: [100], a_day: 600 km}
policy: {disposal: none}
"""
"""A truck takes a lot every 8 h until the handover after 240 h: 30 of 300."""
TRUCKS = "lift.trucks.pool.count=1..12"


@pytest.fixture(autouse=True)
def camp(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("camp.yaml").write_text(LOTS)


def solve(*arguments):
    """Exit code and output of a search, in this process; an error as itself."""
    assert isinstance(main, Commands)
    command = ["solve", "camp.yaml", "-n", "2", "-j", "1", *arguments]
    said = CliRunner().invoke(main, command, standalone_mode=False)
    return said.return_value if said.exception is None else said.exception, said.output


def test_where_enough_replications_agree_the_answer_begins_with_the_level():
    _, said = solve("--vary", TRUCKS, "--until", "extracted_share >= 60 %", "--no-plots", "-n", "200")
    assert "lift.trucks.pool.count = 6 is the least level that meets extracted_share >= 60 %" in " ".join(said.split())


def test_a_tenth_comes_out_by_each_truck_and_so_six_of_them_do_for_60_percent():
    code, said = solve("--vary", TRUCKS, "--until", "extracted_share >= 60 %", "--out", "r")
    assert code == 0
    assert "By the means alone it is 6;" in " ".join(said.split())
    levels = {one["level"]: one["shown"][0]["mean"] for one in read_solve("r").summary["levels"]}
    assert levels["6"] == pytest.approx(0.6)
    assert levels["5"] == pytest.approx(0.5)
    assert set(levels) >= {"1", "5", "6", "7", "12"}
    assert [path.name for path in Path("r").glob("*.png")] == ["curve.png"]


def test_two_targets_are_both_met_and_the_greatest_level_is_found_from_the_other_end():
    both = ("--until", "extracted_share >= 35 %", "--until", "chance(extracted_share >= 0.75) >= 50 %")
    code, said = solve("--vary", TRUCKS, *both, "--out", "r", "--no-plots", "--json")
    assert code == 0
    assert json.loads(said[said.index("{") :])["summary"]["answer"] == "8"
    code, _ = solve("--vary", TRUCKS, "--until", "extracted_share <= 35 %", "--greatest", "--out", "s")
    assert (code, read_solve("s").summary["answer"]) == (0, "3")


def test_an_answer_that_two_replications_leave_open_does_not_begin_with_a_level():
    _, said = solve("--vary", TRUCKS, "--until", "chance(extracted_share >= 0.6) >= 50 %", "--no-plots")
    assert (
        "It is not certain that any level of lift.trucks.pool.count meets chance(extracted_share >= 0.6) >= 50 %: the "
        "least may be 1 or any higher level, or none. By the means alone it is 6; more replications tell."
    ) in " ".join(said.split())


def test_levels_that_begin_before_the_calendar_are_named_and_no_others():
    path = Path("camp.yaml")
    path.write_text(
        path.read_text().replace("handover: 2023-01-10,", "handover: 2023-01-10, release: {start: 2023-01-03},")
    )
    shift = ("--shift", "places.camp.release.start = -5 d..1 d by 1 d", "--greatest", "--no-plots")
    _, said = solve(*shift, "--until", "extracted_share >= 5 %")
    assert (
        "warning: places.camp.release.start: the calendar begins on 2023-01-01, and nothing is done before it in the "
        "model; got levels -5 d, -4 d, -3 d; allowed: an earlier calendar.start"
    ) in said
    error, _ = solve(*shift, "--until", "extracted_share >= 5 %", "--strict")
    assert isinstance(error, InputError)
    later = ("--shift", "places.camp.release.start = -2 d..1 d by 1 d", "--greatest", "--no-plots")
    _, said = solve(*later, "--until", "extracted_share >= 5 %")
    assert "warning" not in said


def test_the_latest_start_is_the_greatest_shift_of_dates_that_meets():
    path = Path("camp.yaml")
    path.write_text(
        path.read_text().replace("handover: 2023-01-10,", "handover: 2023-01-10, release: {start: 2023-01-01},")
    )
    shift = ("--shift", "places.camp.release.start = 0 d..8 d by 1 d", "--set", "lift.trucks.pool.count=6")
    code, _ = solve(*shift, "--until", "extracted_share >= 40 %", "--greatest", "--out", "r", "--no-plots")
    assert (code, read_solve("r").summary["answer"]) == (0, "+3 d")  # 20 trips a truck: 160 h, of 240 less 72


def test_where_no_level_meets_a_sentence_says_how_close_it_came_and_nothing_is_written():
    error, _ = solve("--vary", "lift.trucks.pool.count=1..5", "--until", "extracted_share >= 60 %", "--out", "r")
    assert isinstance(error, InputError)
    assert str(error) == (
        "--until: no level of lift.trucks.pool.count from 1 to 5 that was run meets extracted_share >= 60 % (5 of 5 "
        "run); the closest is 5, with 50.0 % (5.0 – 95.0 %)"
    )
    assert [path.name for path in Path().iterdir()] == ["camp.yaml"]


def test_of_two_targets_that_no_level_meets_together_each_says_how_close_it_came():
    both = ("--until", "extracted_share >= 60 %", "--until", "convoys <= 5")
    error, _ = solve("--vary", "lift.trucks.pool.count=1..12", *both, "--out", "r")
    said = str(error)
    assert "for extracted_share alone, one that meets is 6, with 60.0 %" in said
    assert "; the closest for convoys is " in said
    assert not Path("r").exists()


def test_an_answer_that_none_gives_says_that_the_response_turns(monkeypatch):
    monkeypatch.setattr("sim.experiment.solve_study.turns_at", lambda _columns, _measure: ((0, 2), (2, 4)))
    error, _ = solve("--vary", "lift.trucks.pool.count=1..5", "--until", "extracted_share >= 60 %", "--out", "r")
    assert "it is not monotone (it rises from 1 to 3 and falls from 3 to 5)" in str(error)


def test_a_level_that_meets_it_from_the_start_is_said_to_be_the_first():
    code, said = solve("--vary", "lift.trucks.pool.count=7..9", "--until", "extracted_share >= 60 %", "--no-plots")
    assert code == 0
    assert "! the first level of the search meets it already: the grid begins at 7" in said


def test_a_second_time_nothing_is_run():
    solve("--vary", TRUCKS, "--until", "extracted_share >= 60 %", "--no-plots", "--out", "r")
    code, said = solve("--vary", TRUCKS, "--until", "extracted_share >= 60 %", "--no-plots", "--out", "r")
    assert code == 0
    assert "Already there: r/" in said
    assert max(map(len, said.partition("Already")[0].splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--vary", "lift.truck.pool.count=1..5", "--until", "extracted_share >= 60 %"),
         "--vary: lift.truck.pool.count: unknown name 'truck'"),
        (("--vary", TRUCKS, "--vary", "places.camp.crews.count=1..5", "--until", "extracted_share >= 60 %"),
         "--vary: one field is solved for; allowed: one --vary PATH=5..60, or one --shift of dates"),
        (("--until", "extracted_share >= 60 %"),
         "--vary: say what varies; allowed: one --vary PATH=5..60, or one --shift of dates"),
        (("--vary", "lift.trucks.pool.count=5,3,1", "--until", "extracted_share >= 60 %"),
         "--vary: the levels of a search should be in order, the lowest first"),
        (("--vary", "lift.trucks.pool.count=5", "--until", "extracted_share >= 60 %"),
         "--vary: a search needs at least two levels; allowed: two ends, such as PATH=5..60"),
        (("--vary", TRUCKS, "--until", "extracted >= 60 %"),
         "--until: there is no such response; got extracted; did you mean extracted_share?"),
        (("--shift", "places.camp.handover = 0 d..90 d", "--until", "extracted_share >= 60 %"),
         "--shift: 2 points are not valid scenarios, such as the one with shift=+45 d: places.camp.handover: the "
         "handover is after the deadline '2023-01-20'; got '2023-02-24'"),
    ],
)  # fmt: skip
def test_what_can_not_be_solved_is_said_in_a_sentence_and_nothing_is_written(arguments, said):
    error, _ = solve(*arguments, "--no-plots", "--out", "r")
    assert isinstance(error, InputError)
    assert str(error).startswith(said)
    assert not Path("r").exists()


def test_a_picture_is_drawn_for_two_targets():
    both = ("--until", "extracted_share >= 25 %", "--until", "convoys >= 50")
    solve("--vary", "lift.trucks.pool.count=1..3", *both, "--out", "r", "--no-plots")
    assert GALLERIES["solve"].picture("curve")(read_solve("r")) is not None
