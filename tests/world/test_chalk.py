"""Which lots go into a load."""

from __future__ import annotations

from random import Random

from sim.world.chalk import Room, first_fit


def test_a_load_is_the_same_where_nobody_stops_to_look_when_no_lot_can_fit_any_more() -> None:
    dice, stopped = Random(3), 0
    for _ in range(500):
        small = dice.choice([0, 30])
        mass_kg, milli = ([dice.choice([small, 40, 900, 2000]) for _ in range(60)] for _ in range(2))
        room, lots = Room(dice.randrange(9000), dice.randrange(9000)), dice.sample(range(60), 40)
        least = min(mass_kg[lot] for lot in lots), min(milli[lot] for lot in lots)
        looked = list[int]()
        load = first_fit((looked.append(lot) or lot for lot in lots), room, mass_kg, milli, least)  # type: ignore[func-returns-value]
        assert load == first_fit(lots, room, mass_kg, milli, (0, 0))
        stopped += len(looked) < len(lots)
    assert stopped > 20
