"""Properties in distribution: of many replications, not of each. Seeds are fixed, so that none fails by chance.

With 1,000 replications a side a mean that is off by a sixth of the share that comes out would show nearly always, and a
variance off by a third (5.62 standard errors of the difference). Two copies on one stream have twice the variance of
two independent ones: a stream that is shared by mistake is far beyond the limits.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import fmean
from typing import Any

import pytest
from little import camp, world

from sim.replication.simulator import Simulator
from sim.scenario.door import load_data

pytestmark = pytest.mark.slow
Data = dict[str, Any]
COUNT = 1000
_LIMIT = 4.0
"""Standard errors: by chance alone one number in 16,000 is beyond."""


def _parts(names: list[str], stream: str | None = None) -> Data:
    """Equal camps, each with its own road, trucks and exit, so that only random events distinguish them."""
    keyed = {"stream": stream} if stream is not None else {}
    places: Data = {}
    for name in names:
        places[name] = keyed | camp(
            handover="2023-01-06", evacuate={f"port_{name}": ["road"]}, lots={"box": {"unoe": 10}}, crews={"count": 1},
            threat={"alarms": {"rate": "3 /day"}, "shelter": {"exponential": {"mean": "3 h"}}, "fires": "0.01 /day"},
        )  # fmt: skip
        places[f"port_{name}"] = {"role": "exit"} | ({"stream": f"port_{stream}"} if stream is not None else {})
    roads = {
        f"road_{name}": {"through": [name, f"port_{name}"], "km": [100], "a_day": "400 km",
                         "attacks": {"rate": "0.002 /km", "delay": "3 h", "vehicles_lost": 1, "hurt": 0}}
        | ({"stream": f"road_{stream}"} if stream is not None else {})
        for name in names
    }  # fmt: skip
    trucks = {f"pool_{name}": {"count": 2, "base": name, "payload": "2 t"} for name in names}
    refused = {f"road_{name}": {"trucks": {"refused": 0.3, "lasting": "2 d"}} for name in names}
    classes = {"box": {"prepare": {"lognormal": {"mean": "12 h", "cv": 1.0}}, "load": "1 h"}}
    return world(places, classes, lift={"trucks": trucks}, routes=roads, clearance={"road": refused},
                 calendar={"deadline": "2023-01-09"})  # fmt: skip


@cache
def _shares(names: tuple[str, ...], seed: int, stream: str | None = None) -> tuple[float, ...]:
    simulator = Simulator(load_data(_parts(list(names), stream)).scenario)
    found = [simulator.run(seed, number).responses["extracted_share_lots"] for number in range(1, COUNT + 1)]
    return tuple(float(share) for share in found if share is not None)


def _moments(shares: tuple[float, ...]) -> tuple[float, float, float, float]:
    """Mean and variance, and the squares of their standard errors (of the variance: by its fourth moment)."""
    mean = fmean(shares)
    second = fmean((share - mean) ** 2 for share in shares)
    fourth = fmean((share - mean) ** 4 for share in shares)
    return mean, second, second / COUNT, (fourth - second**2) / COUNT


def _off(one: tuple[float, ...], other: tuple[float, ...], times: float = 1.0) -> tuple[float, float]:
    """Distance in standard errors between two means, and between one variance and a multiple of another."""
    (mean, variance, mean_se, variance_se), (mean2, variance2, mean2_se, variance2_se) = map(_moments, (one, other))
    return (
        (mean - mean2) / math.sqrt(mean_se + mean2_se),
        (variance - times * variance2) / math.sqrt(variance_se + times**2 * variance2_se),
    )


def test_the_share_of_the_camp_has_a_variance_worth_the_name_and_the_tests_their_power() -> None:
    mean, variance, mean_se, variance_se = _moments(_shares(("alpha",), 1))
    assert (0.2 < mean < 0.8, variance > 0.01) == (True, True)
    assert 5.62 * math.sqrt(2 * mean_se) / mean < 0.17
    assert 5.62 * math.sqrt(2 * variance_se) / variance < 0.35


def test_two_disjoint_copies_have_the_same_mean_and_half_the_variance() -> None:
    mean, variance = _off(_shares(("alpha",), 1), _shares(("mike", "zulu"), 2), times=2)
    assert (abs(mean) < _LIMIT, abs(variance) < _LIMIT) == (True, True)


def test_two_copies_under_one_stream_would_be_seen() -> None:
    _, variance = _off(_shares(("alpha",), 1), _shares(("mike", "zulu"), 2, "alpha"), times=2)
    assert abs(variance) > 2 * _LIMIT


@pytest.mark.parametrize("name", ["bravo", "zz"])
def test_a_new_name_without_its_stream_draws_other_numbers_of_the_same_distribution(name: str) -> None:
    one, other = _shares(("alpha",), 1), _shares((name,), 1)
    assert one != other
    mean, variance = _off(one, other)
    assert (abs(mean) < _LIMIT, abs(variance) < _LIMIT) == (True, True)
