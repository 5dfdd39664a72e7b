"""Units as a scenario may write them, and by how much each is multiplied."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sim.units import to_base


@pytest.mark.parametrize(("text", "dimension", "base"), [
    ("1 second", "duration", "1"), ("1 min", "duration", "60"), ("1 h", "duration", "3600"),
    ("1 d", "duration", "86400"), ("1 day", "duration", "86400"), ("2 days", "duration", "172800"),
    ("2 mins", "duration", "120"), ("3 seconds", "duration", "3"), ("1 t", "mass", "1000"), ("2 kgs", "mass", "2"),
    ("2 lbs", "mass", "0.90718474"), ("1 m", "distance", "0.001"), ("2 kms", "distance", "2"),
    ("1 kUSD", "money", "1000"), ("1 MUSD", "money", "1000000"), ("5 USDs", "money", "5"), ("1 m/s", "speed", "3.6"),
    ("1 km/day", "speed", "0.041666666666666664"), ("1 MUSD/d", "money_rate", "41666.666666666664"),
    ("1 / d", "rate", "1"), ("1 /h", "rate", "24"), ("1 /min", "rate", "1440"), ("1 /m", "per_distance", "1000"),
    ("9 USD / km", "money_per_distance", "9"), ("1 kUSD/m", "money_per_distance", "1000000"), ("1 nmi/kn", "duration",
    "3600"), ("12 tonnes", "mass", "12000"), ("10 hours", "duration", "36000"), ("1 hour", "duration", "3600"),
    ("30 minutes", "duration", "1800"), ("2 pounds", "mass", "0.90718474"), ("5 kilometres", "distance", "5"),
    ("100 nm", "distance", "185.2"), ("290 kt", "speed", "537.08"), ("290 kts", "speed", "537.08"),
    ("2 knots", "speed", "3.704"), ("5 kUSD/hour", "money_rate", "5000"), ("1 kn/km", "rate", "44.448"),
    ("1 nmi/s", "speed", "6667.2"),
])  # fmt: skip
def test_a_unit_is_so_many_of_the_base_unit_to_the_last_digit(text: str, dimension: str, base: str) -> None:
    assert to_base(text, dimension) == Decimal(base)


@pytest.mark.parametrize("text", ["2 ms", "2 ss", "2 hs", "2 ts", "2 ds", "2 kms/h/d", "2 s/s", "2 S", "2 KG"])
def test_a_plural_of_one_letter_or_another_case_is_no_unit(text: str) -> None:
    with pytest.raises(ValueError, match="is not a unit for this; write"):
        to_base(text, "duration")


@pytest.mark.parametrize(("text", "dimension"), [("6 h", "mass"), ("3 t/h", "speed"), ("2 parsec", "distance")])
def test_a_unit_that_measures_something_else_is_refused(text: str, dimension: str) -> None:
    with pytest.raises(ValueError, match="is not a unit for this; write"):
        to_base(text, dimension)


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
    ("5 KG", "mass", "kg"), ("5 NM", "distance", "nmi"),
    ("5 miles", "distance", "km (a mile is 1.609344 km)"),
    ("5 gal", "mass", "kg (a gallon is a volume: a US gallon of jet fuel weighs about 3 kg)"),
    ("5 NM/hr", "speed", "nmi/h"), ("5 mi/h", "speed", "km/h"),
    ("5 $", "money", "USD"),
])  # fmt: skip
def test_a_unit_that_is_not_read_is_refused_with_the_one_that_was_meant(text: str, dimension: str, near: str) -> None:
    with pytest.raises(ValueError, match="is not a unit for this; write") as caught:
        to_base(text, dimension)
    assert str(caught.value).endswith(f"; did you mean {near}?")


def test_a_unit_of_another_kind_is_not_taken_for_a_misspelt_one() -> None:
    with pytest.raises(ValueError, match=r"'lb' is not a unit for this; write a time such as 90 min, 6 h or 2 d\Z"):
        to_base("5 lb", "duration")
