"""What goes into so much, taken in order."""

from __future__ import annotations

from random import Random

import numpy as np

from sim.world.capacity import in_turn


def _one_by_one(each: list[float], most: float) -> tuple[list[bool], float]:
    used, taken = 0.0, list[bool]()
    for need in each:
        taken.append(used + need <= most)
        used += need if taken[-1] else 0.0
    return taken, used


def test_amounts_taken_at_once_are_those_that_one_by_one_would_fit() -> None:
    dice = Random(1)
    for _ in range(300):
        each = [dice.choice((0.0, 0.1, 0.3, 0.7, 1.0, dice.random())) for _ in range(dice.randrange(30))]
        most = dice.choice((0.0, 1.0, 2.7, 100.0))
        taken, used = in_turn(np.array(each, dtype=float), most)
        assert (taken.tolist(), used) == _one_by_one(each, most)


def test_an_amount_that_does_not_fit_is_passed_over() -> None:
    taken, used = in_turn(np.array([3, 4, 2, 1]), 6)
    assert taken.tolist() == [True, False, True, True]
    assert used == 6
