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


@pytest.mark.parametrize(("text", "dimension", "base"), [
    ("33000 lb", "mass", "14968.54821"), ("10 ton_us", "mass", "9071.8474"), ("1200 nmi", "distance", "2222.4"),
    ("290 kn", "speed", "537.08"), ("290 nmi/h", "speed", "537.08"), ("1852 USD/nmi", "money_per_distance", "1000"),
])  # fmt: skip
def test_pounds_short_tons_nautical_miles_and_knots_are_read_by_their_definitions(
    text: str, dimension: str, base: str
) -> None:
    assert float(to_base(text, dimension)) == pytest.approx(float(base), rel=1e-15)


@pytest.mark.parametrize(("text", "dimension", "near"), [
    ("5 ton", "mass", "t (1000 kg) or ton_us (2000 lb)"), ("5 short tons", "mass", "ton_us"), ("5 LB", "mass", "lb"),
    ("5 pounds", "mass", "lb"), ("5 KG", "mass", "kg"), ("5 NM", "distance", "nmi"), ("5 kt", "speed", "kn"),
    ("5 knots", "speed", "kn"), ("5 miles", "distance", "km (a mile is 1.609344 km)"), ("5 hours", "duration", "h"),
    ("5 NM/hr", "speed", "nmi/h"), ("5 mi/h", "speed", "km/h"), ("5 kUSD/hour", "money_rate", "kUSD/h"),
    ("5 $", "money", "USD"),
])  # fmt: skip
def test_a_unit_that_is_not_read_is_refused_with_the_one_that_was_meant(text: str, dimension: str, near: str) -> None:
    with pytest.raises(ValueError, match="is not a unit for this; write") as caught:
        to_base(text, dimension)
    assert str(caught.value).endswith(f"; did you mean {near}?")


def test_a_unit_of_another_kind_is_not_taken_for_a_misspelt_one() -> None:
    with pytest.raises(ValueError, match=r"'lb' is not a unit for this; write a time such as 90 min, 6 h or 2 d\Z"):
        to_base("5 lb", "duration")
