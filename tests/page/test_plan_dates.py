"""Dates below the picture of the plan: none runs into another, and each stays in the picture."""

import re
from datetime import date
from itertools import pairwise

import pytest

from sim.page.drawing import Scale
from sim.page.run_sections import date_marks

WIDE, LETTERS = 380.0, 80.0  # of the picture, and of a date on a phone
FIRST = date(2023, 6, 1).toordinal()


@pytest.mark.parametrize("begins", [0, 1, 14, 16, 29, 213])
@pytest.mark.parametrize("days", [1, 9, 31, 61, 152, 183, 214, 364, 1000])
def test_dates_of_the_plan_do_not_run_into_each_other(begins: int, days: int) -> None:
    first, last = FIRST + begins, FIRST + begins + days
    drawn = "".join(date_marks(Scale(first, last, 4.0, WIDE - 4), first, last))
    found = re.findall(
        r'<text x="([\d.]+)" y="16" class="faint d"(?: text-anchor="(\w+)")?>\d{4}-\d\d-\d\d</text>', drawn
    )
    assert found
    lefts = [float(x) - {"middle": 0.5, "end": 1.0, "": 0.0}[anchor] * LETTERS for x, anchor in found]
    assert all(right - left >= LETTERS for left, right in pairwise(lefts))
    assert lefts[0] >= 0
    assert lefts[-1] + LETTERS <= WIDE
