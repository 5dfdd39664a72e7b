"""The coverage of the printed intervals, in small; `python scripts/coverage.py` measures it at length."""

import importlib.util
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

ROOT = Path(__file__).parents[2]


def script(name, known_as):
    """A script as a module, without its folder on the path, where one of its names is that of a package."""
    spec = importlib.util.spec_from_file_location(known_as, ROOT / "scripts" / f"{name}.py")
    sys.modules[known_as] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


distributions = script("known_distributions", "known_distributions")
coverage = script("coverage", "coverage_of_intervals")


def test_printed_intervals_hold_what_they_promise_where_the_mean_is_known_on_paper():
    said = CliRunner().invoke(coverage.main, ["--quick"])
    assert ("OUTSIDE" in said.output, said.exit_code) == (False, 0), said.output
    assert said.output.count("| 2 % catastrophe, mild rest |") == 1 + 3 + 1 + 1


def test_an_interval_that_misses_too_often_without_a_flag_is_found():
    cell = coverage.Cell(1000)
    cell.runs.update(plain=200)
    cell.hits.update(plain=170)
    troubles = list(cell.troubles())
    assert troubles == ["intervals without a rare mode cover 85.0% of 200", "15.0% miss without a flag"]


def test_what_was_drawn_from_another_distribution_is_found():
    shape = distributions.SHAPES[0]
    values = [value for sample in distributions.drawn(shape, 1000, 2, 1) for value in sample]
    other = distributions.binomial(20, 0.36, 20)
    assert (
        distributions.likelihood(values, shape.distribution)
        > distributions.UNLIKELY
        > distributions.likelihood(values, other)
    )


@pytest.mark.parametrize("shape", distributions.SHAPES, ids=lambda shape: shape.file)
def test_a_law_on_paper_sums_to_1_and_lies_in_0_to_1(shape):
    assert sum(shape.distribution.values()) == pytest.approx(1, abs=1e-12)
    assert (min(shape.distribution) >= 0, max(shape.distribution) <= 1) == (True, True)
