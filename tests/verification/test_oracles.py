"""The oracles: scenarios whose figures are known on paper, played as a user would play them."""

from __future__ import annotations

from functools import cache
from math import isclose, sqrt
from pathlib import Path
from statistics import NormalDist, fmean

import pytest

from sim.replication.play import Player, Rows
from sim.scenario.door import load
from sim.scenario.plan import Expectation

FOLDER = Path(__file__).parent / "oracles"
FILES = sorted(FOLDER.glob("*.yaml"))
SEED = 20231231
_ALL_BUT = 1e-3  # chance that any of the z beyond its bound is luck


@cache
def _statistical() -> int:
    return sum(1 for file in FILES for each in load(file).scenario.expect if each.test == "z")


def _bound() -> float:
    return NormalDist().inv_cdf(1 - _ALL_BUT / (2 * _statistical()))


def _value(rows: Rows, expected: Expectation) -> float | None:
    if expected.at is None:
        return rows.responses[expected.response]
    fate, _, rest = expected.response.partition("_share")
    assert rest == "_lots", "by place or class an oracle looks at shares of lots"
    here = [row for row in rows.fates if expected.at in (row[0], row[1])]
    whole = sum(row[4] for row in here)
    return sum(row[4] for row in here if row[3] == fate) / whole if whole else None


def _z(values: list[float], expected: Expectation) -> float:
    """How many standard errors a statistic of replications is off its figure."""
    n, mean = len(values), fmean(values)
    assert expected.equals is not None
    second = fmean((value - mean) ** 2 for value in values)
    if expected.of == "mean":
        return (mean - expected.equals) / sqrt(second / (n - 1))
    if expected.of == "variance":
        fourth = fmean((value - mean) ** 4 for value in values)
        return (second * n / (n - 1) - expected.equals) / sqrt((fourth - second**2) / n)
    assert isinstance(expected.of, dict)
    p = expected.equals
    share = sum(isclose(value, expected.of["share_at"]) for value in values) / n
    return (share - p) / sqrt(p * (1 - p) / n)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_oracle_shows_the_figures_that_paper_gives(file: Path) -> None:
    scenario = load(file).scenario
    player = Player(scenario)
    most = max(each.replications for each in scenario.expect)
    played = [player.play(SEED, replication) for replication in range(1, most + 1)]
    for expected in scenario.expect:
        values = [_value(rows, expected) for rows in played[: expected.replications]]
        if expected.test == "exact":
            assert values == [expected.equals] * len(values), expected.response
        else:
            known = [value for value in values if value is not None]
            assert len(known) == len(values)
            assert abs(_z(known, expected)) < _bound(), f"{expected.response}, {expected.of}: {fmean(known)}"


def test_every_oracle_names_a_fault_that_it_would_catch() -> None:
    dumb = [file.stem for file in FILES if not any(each.kills for each in load(file).scenario.expect)]
    assert dumb == []
