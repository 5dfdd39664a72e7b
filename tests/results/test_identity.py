import dataclasses
from pathlib import Path

import pytest
from standin import plan

from sim.results import backtest_folder, comparison_folder, selection_folder, solve_folder, sweeps, why_folder
from sim.results.folder import RUN, default_folder
from sim.results.identity import PYTHON, slug


def identity(**changed):
    return plan(Path("r"), **changed).identity


def test_a_run_with_the_defaults_has_the_plain_name_and_any_other_a_mark():
    plain = identity()
    top = Path("results")
    assert default_folder(top, ["tessalit"], plain, plain=True) == top / "tessalit"
    assert default_folder(top, ["tessalit"], plain, plain=False) == top / f"tessalit@{plain.hash[:8]}"


def test_everything_asked_for_changes_the_hash():
    other = {
        "scenario": "t",
        "seed": 2,
        "replications": 7,
        "guarantee": True,
        "without": ("alarms",),
        "version": "2",
        "precision": (("x", 0.1),),
        "max_replications": 9,
        "name": "Another",
    }
    for key, value in other.items():
        changed = dataclasses.replace(identity(), **{key: value})
        assert changed.hash != identity().hash
        assert len(RUN.differing(changed.plain(), identity().plain())) == 1


def test_a_changed_program_is_reported_and_leaves_the_name_of_the_folder():
    changed = dataclasses.replace(identity(), program="changed")
    assert changed.hash == identity().hash
    assert RUN.differing(changed.plain(), identity().plain()) == ["the program"]


def test_another_version_of_python_is_reported_and_leaves_the_name_of_the_folder():
    changed = dataclasses.replace(identity(), python="3.10")
    assert changed.hash == identity().hash
    assert RUN.differing(identity().plain(), changed.plain()) == [f'the version of Python ("3.10", now "{PYTHON}")']


KINDS = {
    "comparison": (comparison_folder.ComparisonIdentity(
        (("a", identity().plain()), ("b", identity().plain())), 1, 3, "fill", "1", "p"), comparison_folder.COMPARISON),
    "sweep": (sweeps.SweepIdentity("s", (), "p", "d", 1, 3, (), None, (), (), (), "1", "p"), sweeps.SWEEP),
    "selection": (selection_folder.SelectionIdentity((), "fill", False, 0.1, 0.9, 10, 20, 1, (), "1", "p"),
                  selection_folder.SELECTION),
    "why": (why_folder.WhyIdentity("s", "h", "fill", None, False, (), (), 1, 3, (), "1", "p"), why_folder.WHY),
    "solve": (solve_folder.SolveIdentity("s", "h", "f", "p", (), False, 1, 3, (), "1", "p"), solve_folder.SOLVE),
    "backtest": (backtest_folder.BacktestIdentity((), "2023-07-01", 1, 3, "1", "p"), backtest_folder.BACKTEST),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_results_reports_another_version_of_python(kind):
    mine, of = KINDS[kind]
    assert len(of.differing(mine.plain(), dataclasses.replace(mine, python="3.10").plain())) == 1
    assert of.differing(mine.plain(), mine.plain()) == []


def test_a_comparison_of_runs_under_another_version_of_python_keeps_the_name_of_its_folder():
    mine, _ = KINDS["comparison"]
    older = dataclasses.replace(identity(), python="3.10").plain()
    assert dataclasses.replace(mine, sides=(("a", older), ("b", older)), python="3.10").hash == mine.hash


@pytest.mark.parametrize("stem", ["tessalit", "kidal-region", "v1.2_b"])
def test_an_ordinary_stem_is_its_own_slug(stem):
    assert slug(stem) == stem


@pytest.mark.parametrize(
    "stem", ["a b", "../up", "-x", "تساليت", "泰萨利特", "x" * 300, "..", ".hidden", "a\x1b[31m", "é"]
)
def test_an_odd_stem_becomes_a_safe_name_with_a_mark_of_its_own(stem):
    name = slug(stem)
    assert name.isascii()
    assert len(name) <= 70
    assert name[0] not in "-."
    assert not set(name) & set("/ \x1b")
    assert name != slug(stem + "x")
