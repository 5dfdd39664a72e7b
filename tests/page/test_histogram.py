"""How far single withdrawals differ: no two marks of the axis look the same, however narrow the range."""

import re
from itertools import pairwise

import pytest

from sim.page.charts import decimals, histogram
from sim.page.words import Words


@pytest.mark.parametrize(("low", "high"), [(0.9956, 0.9973), (0.2, 0.9), (0.9903, 0.9964), (0.0, 1.0), (0.31, 0.33)])
def test_marks_of_a_histogram_differ_and_are_exact(low: float, high: float) -> None:
    values = [low + (high - low) * at / 19 for at in range(20)]
    drawn = str(histogram(values, Words("en"), lambda share, digits: f"{100 * share:.{digits}f}\u00a0%", "spread"))
    marks = [float(said) for said in re.findall(r">([\d.]+)\u00a0%</text>", drawn)]
    assert len(marks) > 2
    steps = [after - before for before, after in pairwise(marks)]
    assert all(step > 0 for step in steps)
    assert max(steps) - min(steps) < 1e-9


def test_shares_are_written_with_the_digits_that_they_need() -> None:
    assert [decimals(shares) for shares in ([0.1, 0.2], [0.995, 0.996], [0.9955, 0.996], [1 / 3])] == [0, 1, 2, 4]
