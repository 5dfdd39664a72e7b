"""Distributions by name, from a closed set: `6 h`, `{lognormal: {mean: 6 h, cv: 0.5}}`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import exp, gamma, isfinite, log, sqrt

from sim import units
from sim.sums import sum_in_order

COUNT = "count"
_BIGGEST = 1e15
_SMALLEST = 1e-12
_NARROWEST = 1e-6  # coefficient of variation below which a distribution is constant
_WIDEST = 100.0  # coefficient of variation, and ratio of p95 to median in the logarithm
_SHAPES = (0.05, 100.0)
_Z95 = 1.6448536269514722  # standard normal quantile at 0.95


class DistributionError(ValueError):
    """A fault of a distribution; `path` leads from the field to the parameter at fault."""

    def __init__(self, wrong: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(wrong)
        self.path = path


@contextmanager
def _below(*keys: str) -> Iterator[None]:
    """Prefix the path of an error raised inside with these keys."""
    try:
        yield
    except ValueError as error:
        raise DistributionError(str(error), (*keys, *getattr(error, "path", ()))) from None


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution in base units (seconds, kilograms, or plain counts).

    `kind` names the distribution; `numbers` are its parameters in the order of `DISTRIBUTIONS[kind]`; `parts` are
    the weighted components of a mixture. `fixed` is a constant. Values below zero do not occur: a distribution
    with mass there is cut off at zero.
    """

    kind: str
    numbers: tuple[float, ...] = ()
    parts: tuple[tuple[float, Distribution], ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether it is a constant."""
        return self.kind == "fixed"

    @property
    def mean(self) -> float:
        """Expected value (before cutting off at zero and rounding)."""
        return _MEANS[self.kind](self)


def _mean_of_mixture(distribution: Distribution) -> float:
    return sum_in_order(weight * part.mean for weight, part in distribution.parts)


def _mean_of_values(distribution: Distribution) -> float:
    return sum_in_order(distribution.numbers) / len(distribution.numbers)


_MEANS: dict[str, Callable[[Distribution], float]] = {
    "fixed": lambda distribution: distribution.numbers[0],
    "uniform": _mean_of_values,
    "triangular": _mean_of_values,
    "pert": lambda distribution: (distribution.numbers[0] + 4 * distribution.numbers[1] + distribution.numbers[2]) / 6,
    "exponential": lambda distribution: distribution.numbers[0],
    "lognormal": lambda distribution: exp(distribution.numbers[0] + distribution.numbers[1] ** 2 / 2),
    "normal": lambda distribution: distribution.numbers[0],
    "gamma": lambda distribution: distribution.numbers[0] * distribution.numbers[1],
    "weibull": lambda distribution: distribution.numbers[1] * gamma(1 + 1 / distribution.numbers[0]),
    "poisson": lambda distribution: distribution.numbers[0],
    "empirical": _mean_of_values,
    "mixture": _mean_of_mixture,
}
DISTRIBUTIONS: dict[str, str] = {
    "fixed": "{fixed: 6 h}, or the quantity alone",
    "uniform": "{uniform: [low, high]}",
    "triangular": "{triangular: [low, mode, high]}",
    "pert": "{pert: [low, mode, high]}",
    "exponential": "{exponential: {mean: ...}}",
    "lognormal": "{lognormal: {mean: ..., cv: 0.5}} or {lognormal: {median: ..., p95: ...}}",
    "normal": "{normal: {mean: ..., sd: ...}}, cut off at zero",
    "gamma": "{gamma: {mean: ..., cv: 0.5}}",
    "weibull": "{weibull: {shape: 1.5, scale: ...}}",
    "poisson": "{poisson: {mean: 1.2}}, for counts only",
    "empirical": "{empirical: [value, value, ...]}, all equally likely",
    "mixture": "{mixture: {name: {weight: 0.3, of: ...}, ...}}, weights that sum to 1",
}


def parse_distribution(value: object, dimension: str, depth: int = 0) -> Distribution:
    """A distribution from the file, in base units of `dimension` (`count` for plain numbers).

    Raises `ValueError` with a sentence.
    """
    if not isinstance(value, dict):
        return Distribution("fixed", (_number(value, dimension),))
    if len(value) != 1:
        raise ValueError(f"a distribution has one name; known are {', '.join(DISTRIBUTIONS)}")
    [(kind, given)] = value.items()
    if kind not in DISTRIBUTIONS:
        from difflib import get_close_matches

        near = get_close_matches(str(kind), DISTRIBUTIONS, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise DistributionError(f"unknown distribution; known are {', '.join(DISTRIBUTIONS)}{hint}", (str(kind),))
    if kind == "poisson" and dimension != COUNT:
        raise ValueError("poisson is for counts only, and this field has a unit")
    with _below(kind):
        distribution = _mixture(given, dimension, depth) if kind == "mixture" else _simple(kind, given, dimension)
    if not all(isfinite(number) for number in distribution.numbers):
        raise ValueError("these parameters are out of range")
    return distribution


def _number(value: object, dimension: str) -> float:
    if dimension != COUNT:
        number = float(units.to_base(value, dimension))
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("this should be a plain number")
    else:
        number = float(value)
    if number < 0:
        raise ValueError("this cannot be negative")
    if not number <= _BIGGEST:
        raise ValueError("this is out of range")
    if 0 < number < _SMALLEST:
        raise ValueError("this is too small to be distinguished from 0")
    return number


def _simple(kind: str, given: object, dimension: str) -> Distribution:
    if kind == "fixed":
        return Distribution("fixed", (_number(given, dimension),))
    if kind in ("uniform", "triangular", "pert", "empirical"):
        return _listed(kind, given, dimension)
    forms = {
        "exponential": ({"mean"},),
        "lognormal": ({"mean", "cv"}, {"median", "p95"}),
        "normal": ({"mean", "sd"},),
        "gamma": ({"mean", "cv"},),
        "weibull": ({"shape", "scale"},),
        "poisson": ({"mean"},),
    }[kind]
    if not isinstance(given, dict) or set(given) not in forms:
        raise ValueError(f"wrong parameters; write {DISTRIBUTIONS[kind]}")
    plain = {"cv", "shape"}
    named: dict[str, float] = {}
    for key, part in given.items():
        with _below(key):
            named[key] = _number(part, COUNT if key in plain else dimension)
    return _named(kind, named)


def _listed(kind: str, given: object, dimension: str) -> Distribution:
    wanted = {"uniform": 2, "triangular": 3, "pert": 3}.get(kind)
    if not isinstance(given, list) or (wanted is not None and len(given) != wanted) or not given:
        raise ValueError(f"wrong parameters; write {DISTRIBUTIONS[kind]}")
    read: list[float] = []
    for index, part in enumerate(given):
        with _below(str(index)):
            read.append(_number(part, dimension))
    numbers = tuple(read)
    if kind != "empirical" and list(numbers) != sorted(numbers):
        raise ValueError(f"low, mode and high must not decrease; write {DISTRIBUTIONS[kind]}")
    return (
        Distribution("fixed", numbers[:1])
        if numbers[0] == numbers[-1] and kind != "empirical"
        else Distribution(kind, numbers)
    )


def _named(kind: str, named: dict[str, float]) -> Distribution:  # noqa: PLR0911 - one distribution a line
    if named.get("cv", 0) > _WIDEST:
        raise DistributionError(f"a coefficient of variation should be at most {_WIDEST:g}", ("cv",))
    if kind == "lognormal":
        return _lognormal(named)
    if kind == "gamma":
        cv = named["cv"]
        if cv < _NARROWEST or named["mean"] == 0:
            return Distribution("fixed", (named["mean"],))
        return Distribution("gamma", (1 / cv**2, named["mean"] * cv**2))
    if kind == "weibull":
        if not _SHAPES[0] <= named["shape"] <= _SHAPES[1]:
            raise DistributionError(f"a shape should be between {_SHAPES[0]} and {_SHAPES[1]:g}", ("shape",))
        return Distribution("weibull", (named["shape"], named["scale"]))
    if kind == "normal":
        if named["sd"] == 0:
            return Distribution("fixed", (named["mean"],))
        return Distribution("normal", (named["mean"], named["sd"]))
    return Distribution(kind, (named["mean"],)) if named["mean"] > 0 else Distribution("fixed", (0.0,))


def _lognormal(named: dict[str, float]) -> Distribution:
    if "median" in named:
        median, p95 = named["median"], named["p95"]
        if median <= 0 or p95 < median:
            raise ValueError("the median must be above 0, and p95 must not be below it")
        if p95 / median > 1e6:  # noqa: PLR2004 - wider than anything that lasts, weighs or counts
            raise ValueError("p95 is more than a million times the median")
        return (
            Distribution("fixed", (median,))
            if p95 == median
            else Distribution("lognormal", (log(median), log(p95 / median) / _Z95))
        )
    mean, cv = named["mean"], named["cv"]
    if mean <= 0:
        raise ValueError("the mean must be above 0")
    if cv < _NARROWEST:
        return Distribution("fixed", (mean,))
    sigma = sqrt(log(1 + cv**2))
    return Distribution("lognormal", (log(mean) - sigma**2 / 2, sigma))


def _mixture(given: object, dimension: str, depth: int) -> Distribution:
    if depth > 0:
        raise ValueError("a mixture cannot contain a mixture")
    if not isinstance(given, dict) or not given:
        raise ValueError(f"wrong parameters; write {DISTRIBUTIONS['mixture']}")
    parts: list[tuple[float, Distribution]] = []
    for name in sorted(given, key=str):
        part = given[name]
        if not isinstance(part, dict) or set(part) != {"weight", "of"}:
            raise ValueError(f"wrong parameters; write {DISTRIBUTIONS['mixture']}")
        with _below(name, "weight"):
            weight = units.share(part["weight"])
        with _below(name, "of"):
            parts.append((weight, parse_distribution(part["of"], dimension, depth + 1)))
    whole = sum_in_order(weight for weight, _ in parts)
    if abs(whole - 1) > 1e-9:  # noqa: PLR2004 - rounding of decimals
        raise ValueError(f"the weights sum to {whole:g}, not to 1")
    return Distribution("mixture", (), tuple(parts))
