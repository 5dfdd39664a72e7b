"""Units that are looked up in a table, beside pint, which knows all others."""

from __future__ import annotations

import subprocess
import sys
from itertools import product

import pytest

from sim.units import _SIZES, DIMENSIONS, _asked, _looked_up, to_base

PLAIN = [*_SIZES, *(f"/{unit}" for unit in _SIZES), *(f"{top}/{bottom}" for top, bottom in product(_SIZES, _SIZES))]


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_unit_of_the_table_is_to_the_last_digit_what_pint_says(dimension: str) -> None:
    found = {unit: _looked_up(unit, DIMENSIONS[dimension][0]) for unit in PLAIN}
    known = {unit: factor for unit, factor in found.items() if factor is not None}
    assert known
    assert {unit: str(factor) for unit, factor in known.items()} == {
        unit: str(_asked(unit, dimension)) for unit in known
    }


@pytest.mark.parametrize(("text", "dimension"), [("6 h", "mass"), ("3 t/h", "speed"), ("2 parsec", "distance")])
def test_what_the_table_does_not_hold_is_left_to_pint_and_refused(text: str, dimension: str) -> None:
    with pytest.raises(ValueError, match="is not a unit for this; write"):
        to_base(text, dimension)


def test_a_unit_in_the_plural_is_understood() -> None:
    assert to_base("2 days", "duration") == to_base("2 d", "duration") == 172_800


def test_units_written_plainly_need_no_library() -> None:
    told = "import sys; from sim.units import to_base; to_base('9 kUSD/h', 'money_rate'); print('pint' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
