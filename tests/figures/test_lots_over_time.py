import numpy as np
import pytest
from matplotlib.figure import Figure

from sim.figures.gallery import GALLERIES
from sim.figures.run_tables import RunTables

GALLERY = GALLERIES["run"]
PICTURES = {name: GALLERY.picture(name) for name in GALLERY.pictures}


def drawn(folder):
    ax = Figure().add_subplot()
    return RunTables.read(folder), PICTURES["lots_over_time"](RunTables.read(folder), ax)


def bands(ax) -> list[np.ndarray]:
    return [line.get_ydata() for line in ax.lines if line.get_linestyle() == "--"]


def test_the_band_lies_at_the_percentiles_of_lots_extracted(results):
    tables, ax = drawn(results(replications=25, lots=10))
    rows = tables.timeline_of("mission", "extracted")
    assert [band.tolist() for band in bands(ax)] == [rows["lots_p05"].tolist(), rows["lots_p95"].tolist()]


def test_one_replication_has_no_band(results):
    assert bands(drawn(results(replications=1, lots=10))[1]) == []


def test_the_stack_is_as_high_as_there_are_lots_on_every_day(results):
    tables, ax = drawn(results(replications=3, lots=10))
    lots = sum(10 // share for share in (1, 2, 3, 4)) * 3
    assert ax.get_ylim() == (0, pytest.approx(lots, abs=0.1))
    tops = [area.get_paths()[0].vertices[:, 1].max() for area in ax.collections]
    assert max(tops) == pytest.approx(lots, abs=0.1)
    assert tables.plan.mission == {"tessalit", "aguelhok", "kidal"}


def test_the_title_counts_lots_out_and_lots_left_by_the_deadline_not_by_the_horizon(results, rewrite):
    folder = results(camps={"a": ("2023-11-01", 5)}, replications=2, lots=10)
    header = "day,place,state,lots_mean,lots_p05,lots_p50,lots_p95,people_mean,people_p05,people_p50,people_p95"
    days = {"2023-12-30": (4, 6, 0), "2023-12-31": (6, 3, 1), "2024-01-02": (10, 0, 0)}
    rows = [
        f"{day},mission,{state},{lots},0,0,0,,,,"
        for day, counts in days.items()
        for state, lots in zip(("extracted", "moving", "destroyed"), counts, strict=True)
    ]
    rewrite(folder, "timeline.csv", "\n".join([header, *rows]) + "\n")
    title = drawn(folder)[1].get_title(loc="left").replace("\u00a0", " ")
    assert title.startswith("60 % of 10 lots are out by the deadline, 10 % are destroyed, disabled, lost")
    assert title.endswith("and 30 % still under way")


@pytest.mark.filterwarnings("error")
def test_a_drawdown_of_one_day_is_drawn_over_that_day_without_a_warning(results, rewrite):
    folder = results(replications=1, lots=10)
    lines = (folder / "timeline.csv").read_text().splitlines()
    first = lines[1].partition(",")[0]
    rewrite(folder, "timeline.csv", "\n".join(line for line in lines if line.startswith(("day,", first))) + "\n")
    left, right = drawn(folder)[1].get_xlim()
    assert right - left == 1
