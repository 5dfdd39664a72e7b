"""The benchmarks as far as no clock is read: equality of writings, counts that CI holds, and the table."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))

from benchmarks import answers, camp, counts  # noqa: E402 - the benchmarks are no installed package
from benchmarks.ladder import idiomatic  # noqa: E402 - as above
from benchmarks.ladder.inputs import Figures, Inputs  # noqa: E402 - as above
from benchmarks.paired import Row, ratios, table  # noqa: E402 - as above


def test_every_writing_of_the_camp_gives_the_figures_of_the_product() -> None:
    camp.check(replications=2)


def test_a_writing_that_gives_other_figures_is_reported() -> None:
    def early(given: Inputs) -> tuple[Figures, int]:
        found, events = idiomatic.run(given)
        return Figures(found.out, found.sorties, found.ready_sum_s - 1, found.out_sum_s, found.last_out_s), events

    with pytest.raises(camp.UnequalError, match="early gives"):
        camp.check(1, {"early": ("a second early", early)})


def test_no_count_has_grown() -> None:
    assert counts.grown(counts.count(), json.loads(counts.KEPT.read_text(encoding="utf-8"))) == []


def test_one_more_event_a_lot_is_reported() -> None:
    kept = json.loads(counts.KEPT.read_text(encoding="utf-8"))
    more = kept | {"events a lot, camp": kept["events a lot, camp"] + 1}
    assert [said.split(":")[0] for said in counts.grown(more, kept)] == ["events a lot, camp"]


def test_help_imports_nothing_heavy() -> None:
    assert [module for module in counts.modules_of_help() if module in counts.HEAVY] == []


def test_a_small_run_imports_neither_units_nor_frames_nor_pictures_nor_clusters(tmp_path: Path) -> None:
    loaded = set(counts.modules_of_a_run(tmp_path / "r"))
    assert {"numpy", "simpy"} <= loaded
    assert loaded.isdisjoint({"pint", "dask", "pandas", "matplotlib", "duckdb", "distributed", "SALib"})


def test_a_small_run_in_which_nothing_is_drawn_or_varies_loads_what_draws_bounds_judges_or_spreads_not_at_all(
    tmp_path: Path,
) -> None:
    loaded = set(counts.modules_of_a_run(tmp_path / "r"))
    assert loaded.isdisjoint({"numpy.random", "scipy", "sim.analysis.gates", "xml", "multiprocessing", "concurrent"})


def test_a_run_with_chance_in_it_loads_what_draws_and_what_bounds(tmp_path: Path) -> None:
    loaded = set(counts.modules_of_a_run(tmp_path / "r", str(ROOT / "scenarios" / "tessalit.yaml")))
    assert {"numpy.random", "scipy.special"} <= loaded


def test_ratios_are_of_pairs_and_the_first_pair_is_thrown_away() -> None:
    ticks = iter([0.0, 9.0, 9.0, 10.0, 10.0, 14.0, 14.0, 16.0, 16.0, 22.0, 22.0, 24.0])
    assert ratios(lambda: None, lambda: None, 2, lambda: next(ticks)) == [2.0, 3.0]


def test_a_goal_that_is_missed_is_reported_in_the_table() -> None:
    rows = [
        Row("camp", "fast", 6.0, 5.0, 7.0, 5, must=5, reach=9),
        Row("startup", "slow", 6.0, 6.0, 6.0, 1, must=5, less=True),
    ]
    assert [line.split("|")[-2].strip() for line in table(rows).splitlines()[2:]] == ["yes", "**no**"]


def test_why_simulates_no_more_worlds_a_replication_than_it_says() -> None:
    ran, may = answers.why_worlds(answers.TRUCKS)
    assert 0 < ran <= may


def test_a_search_over_56_levels_runs_at_most_ten_of_them() -> None:
    ran, size = answers.solve_levels()
    assert size == 56
    assert 0 < ran <= answers.LEVELS
