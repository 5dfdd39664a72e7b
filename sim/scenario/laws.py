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
_NARROWEST = 1e-6  # coefficient of variation below which a law is one value
_WIDEST = 100.0  # coefficient of variation, and ratio of p95 to median in the logarithm
_SHAPES = (0.05, 100.0)
_Z95 = 1.6448536269514722  # standard normal quantile at 0.95


class LawError(ValueError):
    """What is wrong with a law; `path` leads from the field down to the parameter to blame."""

    def __init__(self, wrong: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(wrong)
        self.path = path


@contextmanager
def _below(*keys: str) -> Iterator[None]:
    """Say of what is wrong inside that it lies below these keys."""
    try:
        yield
    except ValueError as error:
        raise LawError(str(error), (*keys, *getattr(error, "path", ()))) from None


@dataclass(frozen=True, slots=True)
class Law:
    """A distribution in base units (seconds, kilograms, or plain counts).

    `kind` names the law; `numbers` are its parameters in the order of `LAWS[kind]`; `parts` are the weighted
    components of a mixture. `fixed` is the law of one value. Values below zero do not occur: a law with mass
    there is cut off at zero.
    """

    kind: str
    numbers: tuple[float, ...] = ()
    parts: tuple[tuple[float, Law], ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether chance has no say in it."""
        return self.kind == "fixed"

    @property
    def mean(self) -> float:
        """Expected value (of the law before any cutting off at zero and rounding)."""
        return _MEANS[self.kind](self)


def _mean_of_mixture(law: Law) -> float:
    return sum_in_order(weight * part.mean for weight, part in law.parts)


def _mean_of_values(law: Law) -> float:
    return sum_in_order(law.numbers) / len(law.numbers)


_MEANS: dict[str, Callable[[Law], float]] = {
    "fixed": lambda law: law.numbers[0],
    "uniform": _mean_of_values,
    "triangular": _mean_of_values,
    "pert": lambda law: (law.numbers[0] + 4 * law.numbers[1] + law.numbers[2]) / 6,
    "exponential": lambda law: law.numbers[0],
    "lognormal": lambda law: exp(law.numbers[0] + law.numbers[1] ** 2 / 2),
    "normal": lambda law: law.numbers[0],
    "gamma": lambda law: law.numbers[0] * law.numbers[1],
    "weibull": lambda law: law.numbers[1] * gamma(1 + 1 / law.numbers[0]),
    "poisson": lambda law: law.numbers[0],
    "empirical": _mean_of_values,
    "mixture": _mean_of_mixture,
}
LAWS: dict[str, str] = {
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
    "empirical": "{empirical: [value, value, ...]}, each as likely",
    "mixture": "{mixture: {name: {weight: 0.3, of: ...}, ...}}, weights that sum to 1",
}


def parse_law(value: object, dimension: str, depth: int = 0) -> Law:
    """A law from the file in base units of `dimension` (`count` for plain numbers).

    Raises `ValueError` with a sentence.
    """
    if not isinstance(value, dict):
        return Law("fixed", (_number(value, dimension),))
    if len(value) != 1:
        raise ValueError(f"a distribution has one name; known are {', '.join(LAWS)}")
    [(kind, given)] = value.items()
    if kind not in LAWS:
        from difflib import get_close_matches  # noqa: PLC0415 - only on the way to an error

        near = get_close_matches(str(kind), LAWS, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise LawError(f"this is no known distribution; known are {', '.join(LAWS)}{hint}", (str(kind),))
    if kind == "poisson" and dimension != COUNT:
        raise ValueError("poisson is a law of counts, and this has a unit")
    with _below(kind):
        law = _mixture(given, dimension, depth) if kind == "mixture" else _simple(kind, given, dimension)
    if not all(isfinite(number) for number in law.numbers):
        raise ValueError("these parameters are beyond any range")
    return law


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
        raise ValueError("this is beyond any range")
    if 0 < number < _SMALLEST:
        raise ValueError("this is too small to be told from 0")
    return number


def _simple(kind: str, given: object, dimension: str) -> Law:
    if kind == "fixed":
        return Law("fixed", (_number(given, dimension),))
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
        raise ValueError(f"these are not its parameters; write {LAWS[kind]}")
    plain = {"cv", "shape"}
    named: dict[str, float] = {}
    for key, part in given.items():
        with _below(key):
            named[key] = _number(part, COUNT if key in plain else dimension)
    return _named(kind, named)


def _listed(kind: str, given: object, dimension: str) -> Law:
    wanted = {"uniform": 2, "triangular": 3, "pert": 3}.get(kind)
    if not isinstance(given, list) or (wanted is not None and len(given) != wanted) or not given:
        raise ValueError(f"these are not its parameters; write {LAWS[kind]}")
    read: list[float] = []
    for index, part in enumerate(given):
        with _below(str(index)):
            read.append(_number(part, dimension))
    numbers = tuple(read)
    if kind != "empirical" and list(numbers) != sorted(numbers):
        raise ValueError(f"low, mode and high must not decrease; write {LAWS[kind]}")
    return (
        Law("fixed", numbers[:1]) if numbers[0] == numbers[-1] and kind != "empirical" else Law(kind, numbers)
    )


def _named(kind: str, named: dict[str, float]) -> Law:  # noqa: PLR0911 - one law a line
    if named.get("cv", 0) > _WIDEST:
        raise LawError(f"a coefficient of variation is at most {_WIDEST:g}", ("cv",))
    if kind == "lognormal":
        return _lognormal(named)
    if kind == "gamma":
        cv = named["cv"]
        if cv < _NARROWEST or named["mean"] == 0:
            return Law("fixed", (named["mean"],))
        return Law("gamma", (1 / cv**2, named["mean"] * cv**2))
    if kind == "weibull":
        if not _SHAPES[0] <= named["shape"] <= _SHAPES[1]:
            raise LawError(f"a shape lies between {_SHAPES[0]} and {_SHAPES[1]:g}", ("shape",))
        return Law("weibull", (named["shape"], named["scale"]))
    if kind == "normal":
        if named["sd"] == 0:
            return Law("fixed", (named["mean"],))
        return Law("normal", (named["mean"], named["sd"]))
    return Law(kind, (named["mean"],)) if named["mean"] > 0 else Law("fixed", (0.0,))


def _lognormal(named: dict[str, float]) -> Law:
    if "median" in named:
        median, p95 = named["median"], named["p95"]
        if median <= 0 or p95 < median:
            raise ValueError("the median must be above 0 and p95 not below it")
        if p95 / median > 1e6:  # noqa: PLR2004 - wider than anything that lasts, weighs or counts
            raise ValueError("p95 is more than a million times the median")
        return (
            Law("fixed", (median,))
            if p95 == median
            else Law("lognormal", (log(median), log(p95 / median) / _Z95))
        )
    mean, cv = named["mean"], named["cv"]
    if mean <= 0:
        raise ValueError("the mean must be above 0")
    if cv < _NARROWEST:
        return Law("fixed", (mean,))
    sigma = sqrt(log(1 + cv**2))
    return Law("lognormal", (log(mean) - sigma**2 / 2, sigma))


def _mixture(given: object, dimension: str, depth: int) -> Law:
    if depth > 0:
        raise ValueError("a mixture holds no mixture")
    if not isinstance(given, dict) or not given:
        raise ValueError(f"these are not its parameters; write {LAWS['mixture']}")
    parts: list[tuple[float, Law]] = []
    for name in sorted(given, key=str):
        part = given[name]
        if not isinstance(part, dict) or set(part) != {"weight", "of"}:
            raise ValueError(f"these are not its parameters; write {LAWS['mixture']}")
        with _below(name, "weight"):
            weight = units.share(part["weight"])
        with _below(name, "of"):
            parts.append((weight, parse_law(part["of"], dimension, depth + 1)))
    whole = sum_in_order(weight for weight, _ in parts)
    if abs(whole - 1) > 1e-9:  # noqa: PLR2004 - rounding of decimals
        raise ValueError(f"the weights sum to {whole:g}, not to 1")
    return Law("mixture", (), tuple(parts))
