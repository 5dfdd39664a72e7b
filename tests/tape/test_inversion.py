import numpy as np
import pytest
from scipy import special, stats

from sim.scenario.distributions import Distribution, parse_distribution
from sim.tape.inversion import poisson, ppf, whole

U = (np.arange(200_000) + 0.5) / 200_000
EDGES = np.array([2.0**-53, 0.25, 0.5, 0.75, 1 - 2.0**-53])


def test_a_lognormal_of_mean_6_and_cv_a_half_has_mean_6_and_variance_9() -> None:
    values = ppf(parse_distribution({"lognormal": {"mean": 6, "cv": 0.5}}, "count"), U)
    assert [values.mean(), values.var()] == pytest.approx([6, 9], rel=2e-3)


@pytest.mark.parametrize(
    ("given", "mean"),
    [
        ({"uniform": [2, 8]}, 5),
        ({"triangular": [6, 12, 21]}, 13),
        ({"pert": [2, 4, 12]}, 5),
        ({"exponential": {"mean": 7}}, 7),
        ({"normal": {"mean": 50, "sd": 3}}, 50),
        ({"gamma": {"mean": 9, "cv": 0.5}}, 9),
        ({"weibull": {"shape": 1.5, "scale": 4}}, 4 * special.gamma(1 + 1 / 1.5)),
        ({"empirical": [8, 1, 3]}, 4),
        ({"poisson": {"mean": 1.2}}, 1.2),
        (
            {"mixture": {"a": {"weight": 0.25, "of": 4}, "b": {"weight": 0.75, "of": {"uniform": [8, 16]}}}},
            10,
        ),
    ],
)
def test_a_law_never_decreases_in_its_uniform_and_keeps_its_mean(given: object, mean: float) -> None:
    distribution = parse_distribution(given, "count")
    values = ppf(distribution, U)
    assert values.mean() == pytest.approx(mean, rel=2e-3)
    assert distribution.mean == pytest.approx(mean)
    assert "mixture" in str(given) or (np.diff(values) >= 0).all()
    assert np.isfinite(ppf(distribution, EDGES)).all()


def test_what_lies_below_zero_becomes_zero() -> None:
    values = ppf(parse_distribution({"normal": {"mean": 1, "sd": 1}}, "count"), U)
    assert values.min() == 0
    assert (values == 0).mean() == pytest.approx(special.ndtr(-1), abs=1e-4)


def test_a_fixed_law_does_not_look_at_its_uniforms() -> None:
    assert whole(Distribution("fixed", (2.5,)), np.full(3, np.nan)).tolist() == [3, 3, 3]


@pytest.mark.parametrize("mean", [1e-9, 0.3, 1.2, 17.0, 400.0, 1e4, 1e6])
def test_poisson_is_the_exact_inverse_for_any_mean(mean: float) -> None:
    u = np.concatenate([np.random.default_rng(1).random(2000), [1e-12, 1e-6, 1 - 1e-6, 1 - 1e-12]])
    k = poisson(mean, u)
    assert (special.pdtr(k, mean) >= u).all()
    assert ((k == 0) | (special.pdtr(np.maximum(k - 1, 0), mean) < u)).all()
    assert (k == stats.poisson.ppf(u, mean)).all()


def test_a_mixture_takes_its_parts_in_their_weights_from_one_uniform() -> None:
    distribution = parse_distribution(
        {"mixture": {"a": {"weight": 0.3, "of": 1}, "b": {"weight": 0.7, "of": {"uniform": [10, 20]}}}},
        "count",
    )
    assert ppf(distribution, np.array([0.1, 0.299, 0.3, 0.65, 0.999999])) == pytest.approx([1, 1, 10, 15, 20], abs=1e-4)


def test_whole_numbers_are_rounded_half_up_and_never_run_over() -> None:
    assert whole(Distribution("uniform", (0.0, 10.0)), np.array([0.05, 0.149, 0.15, 0.25])).tolist() == [1, 1, 2, 3]
    assert whole(Distribution("weibull", (0.001, 1e6)), EDGES).max() == 10**15
