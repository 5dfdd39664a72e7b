import numpy as np
import pytest

from sim.analysis.splitting import components, split


def table(draws, count, ignorance, chance, both, seed=1):
    stream = np.random.Generator(np.random.Philox(seed))
    return (
        10 + ignorance * stream.normal(size=(draws, 1)) + chance * stream.normal(size=(1, count))
        + both * stream.normal(size=(draws, count))
    )  # fmt: skip


def test_known_parts_are_found_within_their_intervals():
    said = split(table(60, 80, 2.0, 1.0, 0.5), 1)
    shares = {part.source: part for part in said.parts}
    whole = 4 + 1 + 0.25
    for name, size in (("ignorance", 4), ("chance", 1), ("both", 0.25)):
        assert shares[name].low <= size / whole <= shares[name].high
        assert shares[name].variance == pytest.approx(size, rel=0.5)
    assert sum(part.share for part in said.parts) == pytest.approx(1)


def test_estimates_are_unbiased_where_there_is_only_noise():
    found = np.array([components(table(6, 8, 0, 0, 1, seed)) for seed in range(400)])
    assert found.mean(axis=0) == pytest.approx([0, 0, 1], abs=0.05)
    assert (found[:, 0] < 0).any()  # and are not cut at 0


def test_bands_are_of_draws_and_of_replications():
    said = split(table(400, 400, 2.0, 1.0, 0.0), 1)
    assert said.ignorance[1] - said.ignorance[0] == pytest.approx(2 * 1.645 * 2.0, rel=0.15)
    assert said.chance[1] - said.chance[0] == pytest.approx(2 * 1.645 * 1.0, rel=0.15)


def test_one_draw_or_one_replication_has_nothing_to_split():
    assert split(np.array([[1.0, 2.0, 3.0]]), 1).parts == ()
    assert split(np.array([[1.0], [2.0]]), 1).parts == ()
    alone = split(np.array([[1.0]]), 1)
    assert (alone.mean, alone.low, alone.high) == (1.0, None, None)


def test_what_never_varies_has_no_shares():
    said = split(np.full((4, 5), 0.25), 1)
    assert [(part.variance, part.share) for part in said.parts] == [(0.0, None)] * 3


def test_the_mean_is_covered_as_often_as_promised_by_its_interval():
    hits = 0
    for seed in range(300):
        said = split(table(8, 10, 1.0, 1.0, 0.5, seed), 1)
        hits += said.low <= 10 <= said.high
    assert hits >= 0.93 * 300


def test_a_band_of_chance_keeps_to_what_was_seen():
    low, high = split(np.array([[0.0, 0.0, 0.0, 0.0], [0.0, 0.9, 0.0, 0.1]]), 1).chance
    assert low == 0
    assert 0.5 < high < 0.9
