import sys
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment.backend import Backend
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep
from sim.figures.gallery import GALLERIES, draw, draw_all, draw_missing
from sim.figures.swept_tables import SweptTables

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "standin"))
from levers import StagedLevers

GALLERY = GALLERIES["sweep"]
PICTURES = {name: GALLERY.picture(name) for name in GALLERY.pictures}

LITTLE = """
schema: 1
name: A little camp
calendar: {start: 2023-07-01, deadline: 2023-07-04, horizon: 2023-08-30}
places:
  camp: {role: camp, handover: 2023-07-04, evacuate: {port: [road]}, crews: {count: 2}, lots: {box: {unoe: 10}}}
  port: {role: exit}
classes:
  box: {mass: 1.25 t, floor: 1.5, value: 40 kUSD, moves: [truck], prepare: 1 h}
lift:
  trucks: {pool: {count: 3, base: port, payload: 20 t, floor: 6}}
  convoys: {at_once: 1, vehicles: {least: 1, most: 3}}
routes:
  road: {through: [camp, port], km: [100], a_day: {calm: 100 km}}
"""
CREWS = "crews: {path: places.camp.crews.count, levels: [1, 2, 3]}"
TRUCKS = "trucks: {path: lift.trucks.pool.count, role: uncertainty, range: [2, 5], steps: 4}"
PACE = "pace: {path: routes.road.a_day.calm, levels: {slow: 50 km, fast: 100 km}}"
LONG = "distance: {path: routes.road.km, levels: [[100], [200]]}"
DAYS = "days: {path: calendar.deadline, range: [2023-07-04, 2023-08-30], steps: 4}"
NAMED = "'$x^$ <b>_north_ \"قاو\" 北 {long}': {{path: places.camp.crews.count, levels: [1, 2]}}".format(long="z" * 200)
MANY = "crews: {path: places.camp.crews.count, range: [1, 40], steps: 40}"
PLENTY = "crews: {path: places.camp.crews.count, levels: [20, 30]}"
MORRIS = "design: {kind: morris, trajectories: 4}"
PARETO = "pareto: {extracted_share: more, alarms: less}"
UNCERTAIN = "uncertain: {draws: 5, factors: {" + TRUCKS + "}}"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("little.yaml").write_text(LITTLE)
    return tmp_path


def sweep(factors, *more, trouble=None, name="r"):
    lines = ["schema: 1", "name: A sweep of $x^$ and _y_", "scenario: little.yaml"]
    if not any(line.startswith("replications") for line in more):
        lines.append("replications: 6")
    lines += [*more, "factors:", *(f"  {factor}" for factor in factors)]
    Path("sweep.yaml").write_text("\n".join(lines))
    plan = plan_sweep(SweepRequest("sweep.yaml", out=Path(name)), StagedLevers(trouble))
    return carry_out_sweep(plan, begin_sweep(plan), Backend(1), lambda *_: None).folder


def drawn(folder):
    return [path.stem for path in draw_all(folder, ("png",))]


@pytest.mark.parametrize(
    ("factors", "more", "names"),
    [
        ([CREWS], [], ["response"]),
        ([CREWS, TRUCKS], [PARETO], ["response", "heat", "pareto"]),
        ([CREWS, PACE, DAYS], [], ["response", "heat"]),
        ([CREWS, TRUCKS, PACE, LONG], ["replications: 1"], ["response", "heat", "parallel"]),
        ([DAYS], [], ["response"]),
        ([PACE, MANY], [], ["response", "heat"]),
        ([CREWS, TRUCKS], ["design: {kind: one_at_a_time}"], ["tornado"]),
        ([CREWS, TRUCKS], [MORRIS], ["morris"]),
        ([CREWS, TRUCKS], ["design: {kind: sobol, base: 4}"], ["sobol"]),
        ([CREWS, TRUCKS], ["design: {kind: sobol, base: 4, groups: grade}"], ["sobol"]),
        ([CREWS, TRUCKS], ["design: {kind: latin_hypercube, points: 9}"], ["correlations"]),
        ([CREWS], [UNCERTAIN], ["response", "bands", "variance"]),
        ([NAMED], ["pareto: {extracted_share: more, alarms: less, people_out_share: more}"], ["response", "pareto"]),
        (["crews: {path: places.camp.crews.count, levels: [2]}"], ["replications: 1"], ["response"]),
        ([CREWS, PACE], ["responses: [empty_share]"], ["response", "heat"]),
        ([CREWS, TRUCKS], ["responses: [lost_share]", MORRIS], ["morris"]),
    ],
)  # fmt: skip
def test_each_design_has_the_pictures_that_it_has_something_for(factors, more, names):
    assert drawn(sweep(factors, *more)) == names


def test_a_sweep_with_failed_replications_says_so():
    folder = sweep([CREWS], trouble={2: "fails"})
    figure = PICTURES["response"](SweptTables.read(folder)).figure
    assert "3 replications failed and are in no mean." in " ".join(text.get_text() for text in figure.texts)


def test_what_the_design_does_not_have_is_refused_with_what_there_is():
    folder = sweep([CREWS])
    with pytest.raises(InputError, match="got tornado; allowed: response"):
        draw(folder, "tornado")


def test_what_is_drawn_is_not_drawn_again():
    folder = sweep([CREWS])
    assert [path.name for path in draw_missing(folder)] == ["response.png", "response.svg"]
    assert draw_missing(folder) == []


def test_the_same_sweep_has_the_same_pictures_to_the_byte():
    folder = sweep([CREWS, TRUCKS], PARETO)
    first = {path.name: path.read_bytes() for path in draw_all(folder)}
    assert {path.name: path.read_bytes() for path in draw_all(folder)} == first


def test_a_tornado_has_a_bar_a_factor_and_one_a_level_where_levels_are_names():
    off = "off: {without: [alarms, fires, hits]}"
    figure = PICTURES["tornado"](SweptTables.read(sweep([CREWS, off], "design: {kind: one_at_a_time}"))).figure
    shown = {label.get_text() for label in figure.axes[0].get_yticklabels()}
    assert shown == {"crews", "off=alarms", "off=fires", "off=hits"}


def test_a_tornado_shows_the_bound_of_levels_that_changed_nothing_in_any_replication():
    ax = PICTURES["tornado"](SweptTables.read(sweep([PACE], "design: {kind: one_at_a_time}")))
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    reach = 1 - 0.025 ** (1 / 6)  # two levels together
    assert [list(line.get_xdata()) for line in dotted] == [pytest.approx([-reach, reach])] * 2
    assert "the bound for unseen differences" in " ".join(" ".join(text.get_text() for text in ax.figure.texts).split())


def test_a_line_goes_through_the_means_of_its_points():
    tables = SweptTables.read(sweep([CREWS]))
    line = PICTURES["response"](tables).lines[0]
    means = tables.means("extracted_share")["mean"].tolist()
    assert line.get_ydata().tolist() == means
    assert line.get_xdata().tolist() == [1, 2, 3]


def test_bars_that_can_not_be_distinguished_from_0_are_hollow():
    tables = SweptTables.read(sweep([CREWS, PACE], "design: {kind: latin_hypercube, points: 12}"))
    axes = PICTURES["correlations"](tables)
    frame = tables.frame("sensitivity", "extracted_share").set_index("factor")
    order = [label.get_text() for label in axes.get_yticklabels()]
    faces = [patch.get_facecolor()[:3] == (1.0, 1.0, 1.0) for patch in axes.patches]
    assert faces == [bool(frame.loc[name, "low"] <= 0 <= frame.loc[name, "high"]) for name in order]
    assert faces == [False, True]


@pytest.mark.parametrize("name", ["heat", "parallel"])
def test_a_share_that_is_the_same_at_every_point_has_no_colour_bar_and_its_title_says_so(name):
    figure = PICTURES[name](SweptTables.read(sweep([PLENTY, PACE]))).figure
    assert len(figure.axes) == 1
    assert "Share of tonnes extracted is 100.0\u00a0% at every point" in [text.get_text() for text in figure.texts]


def test_no_axis_of_shares_has_a_tick_beyond_0_to_100_per_cent():
    figure = PICTURES["response"](SweptTables.read(sweep([PLENTY, PACE]))).figure
    figure.draw_without_rendering()
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels() if label.get_text()]
    assert labels
    assert all(0 <= float(label.removesuffix("\u00a0%")) <= 100 for label in labels)


def test_points_of_the_front_are_filled():
    tables = SweptTables.read(sweep([CREWS, TRUCKS], PARETO))
    axes = PICTURES["pareto"](tables)
    faces = [tuple(face[:3]) != (1.0, 1.0, 1.0) for face in axes.collections[0].get_facecolors()]
    assert faces == [bool(one) for one in tables.frame("pareto")["on_front"]]


def test_every_dot_of_a_morris_picture_is_named_next_to_it_or_below():
    tables = SweptTables.read(sweep([CREWS, TRUCKS, PACE], MORRIS))
    figure = PICTURES["morris"](tables).figure
    shown = " ".join(text.get_text() for ax in (figure, *figure.axes) for text in ax.texts)
    assert [name for name in ("crews", "trucks", "pace") if name not in shown] == []
