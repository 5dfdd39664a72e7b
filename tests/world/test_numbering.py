"""Numbering: from where the world counts what has streams of its own, worked out from the page of the model alone."""

from __future__ import annotations

from hashlib import blake2b
from math import exp

import numpy as np
import pytest
from little import ROAD, Simulated, camp, world
from numpy.random import Philox

from sim.ledger.kinds import Did, LiftId, Of

MEAN = 2.0


def _uniform(seed: int, replication: int, *key: str | int) -> float:
    """The first number of a stream, by the section on draws."""
    digest = blake2b(ascii((seed, key)).encode(), digest_size=16).digest()
    drawn = int(Philox(key=np.frombuffer(digest, "<u8"), counter=[0, 0, replication, 0]).random_raw())
    return ((drawn >> 12) + 0.5) * 2.0**-52


def _poisson(u: float) -> int:
    """The least k with P(N ≤ k) ≥ u."""
    k, one = 0, exp(-MEAN)
    below = one
    while below < u:
        k += 1
        one *= MEAN / k
        below += one
    return k


@pytest.mark.parametrize("replication", [1, 2, 3, 4])
def test_convoys_of_a_route_count_from_nought_in_the_order_in_which_they_depart(replication: int) -> None:
    attacks = {"rate": f"{MEAN / 100} /km", "delay": "0 h", "vehicles_lost": 0, "hurt": 0}
    simulated = Simulated(
        world(
            {"camp": camp(lots={"car": {"coe": 2}})}, {"car": {"moves": ["self"], "crew": 1}},
            lift={"convoys": {"vehicles": {"most": 1}}}, routes={"r": {**ROAD["r"], "attacks": attacks}},
        ),
        replication,
    )  # fmt: skip
    for convoy in (1, 2):
        lift = LiftId(Of.ROUTE, "r", convoy)
        many = sum(1 for step in simulated.ledger.lift if step.lift == lift and step.what is Did.ATTACKED)
        assert many == _poisson(_uniform(1, replication, "attacks", "number", "r", convoy - 1))
