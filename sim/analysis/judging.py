"""Verdicts on gates: whether a gate holds, the numbers, and how many replications would decide it."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sim.analysis.estimates import SAME, Measure
from sim.analysis.gates import DIFFERENCE, RANK, Gate, factor_of
from sim.analysis.intervals import never_seen, replications_for
from sim.analysis.paired import Value, paired

COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq,
    "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
Verdict = Literal["holds", "fails", "open"]
_WORST = ("fails", "open", "holds")
_MOST = 1e9
_BOUND = " bound: "
"""Part of the method of an interval that bounds how far unseen values could move the mean."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A gate's text, verdict and numbers; `open`: failed replications could change the verdict.

    `decides` says how many replications would decide a gate that does not hold, or that no number would.
    """

    text: str
    verdict: Verdict
    values: str
    decides: str = ""

    @property
    def sentence(self) -> str:
        """The numbers, and what would decide the gate: the same text in all outputs."""
        return f"{self.values}; {self.decides}" if self.decides else self.values


def judge(gate: Gate, responses: Mapping[str, Mapping[str, Any]]) -> Judged:
    """The verdict on the responses of a `summary.json`, or on differences by the `key` of their gates."""
    said = responses[gate.key]
    value = said[gate.field]
    if value is None:
        return Judged(gate.text, "fails", f"{gate.key}.{gate.field} has no value: {_reason(said)}")
    values = f"{gate.key}.{gate.field} is {value:.6g}{_interval(gate, said)}"
    holds = COMPARE[gate.compare](value, gate.number)
    if said.get("failed") and not _settled(gate, said, holds):
        more = f"; {said['failed']} failed replications could change the verdict"
        return Judged(gate.text, "open", values + more)
    return Judged(gate.text, "holds" if holds else "fails", values, "" if holds else deciding(gate, said))


def _interval(gate: Gate, said: Mapping[str, Any]) -> str:
    """Mean, interval and number of replications of a value; if it never varied, the bound of unseen values."""
    if said.get("low") is None or said.get("high") is None or said.get("mean") is None:
        return ""
    count = said.get("replications", 0)
    if said["method"] == SAME:
        other = f"a different value has a chance of at most {never_seen(count) * 100:.3g} %"
        return f" (the same in each of {count:,} replications; {other}, and its size is unknown)"
    mean = "" if gate.field == "mean" else f"mean {said['mean']:.6g}, "
    return f" ({mean}interval {said['low']:.6g} to {said['high']:.6g}, {count:,} replications{_bound(said)})"


def _bound(said: Mapping[str, Any]) -> str:
    """A note if an interval is the bound of unseen values."""
    if _BOUND not in said["method"]:
        return ""
    where = said["method"].partition(_BOUND)[2].partition(",")[0]
    return f"; {where}, a different value has a chance of at most {_other(said) * 100:.3g} %"


def _other(said: Mapping[str, Any]) -> float:
    """The largest probability of a replication that differs from all others, or all but one or two."""
    return float(said.get("never_seen") or said.get("seen_rarely") or never_seen(said["replications"]))


def deciding(gate: Gate, said: Mapping[str, Any]) -> str:
    """About how many replications would make a gate hold, if mean and spread stay the same."""
    mean, low, high, count = (said.get(name) for name in ("mean", "low", "high", "replications"))
    if gate.field in ("min", "max"):
        return "more replications can only move it further away"
    if gate.compare in ("==", "!=") or mean is None or low is None or high is None or not count:
        return ""
    if mean == gate.number:
        return "no number of replications would decide it: the mean equals the threshold"
    wanted, stays = _wanted(gate.number, said)
    about = f"about {_rounded(wanted):,} replications" if wanted < _MOST else "no number of replications"
    if COMPARE[gate.compare](mean, gate.number):
        return f"{about} would decide it, if {stays}"
    if not low <= gate.number <= high:
        return "the mean and its whole interval are on the wrong side: more replications would not help"
    return f"the mean is on the wrong side, but part of its interval is not: {about} would decide it"


def _wanted(number: float, said: Mapping[str, Any]) -> tuple[float, str]:
    """How many replications bring an interval's end to a number, and the condition for that."""
    mean, low, high, count = (said[name] for name in ("mean", "low", "high", "replications"))
    if (
        _BOUND in said["method"] and "seen_rarely" not in said
    ):  # the distance of an end is proportional to the probability
        end = low if number < mean else high
        if end != mean:
            other = _other(said)
            return replications_for(other, count, other * abs(mean - number) / abs(mean - end)), "all stay the same"
    return count * ((high - low) / 2 / abs(mean - number)) ** 2, "mean and spread stay as they are"


def _rounded(number: float) -> int:
    """Round up to two digits."""
    scale = 10.0 ** max(math.floor(math.log10(max(number, 1))) - 1, 0)
    return int(math.ceil(number / scale - 1e-9) * scale)


def judge_rank(gate: Gate, means: Mapping[str, float | None]) -> Judged:
    """The verdict on a rank in the order of means; 1 is the highest, equal means share a rank."""
    mine = means[gate.names[0]]
    if mine is None:
        return Judged(gate.text, "fails", f"{gate.key} has no value: {gate.names[0]} has no mean")
    known = {name: mean for name, mean in means.items() if mean is not None}
    place = 1 + sum(mean > mine for mean in known.values())
    ranked = sorted(known.items(), key=lambda item: -item[1])
    order = ", ".join(f"{name} {mean:.6g}" for name, mean in ranked[:6])
    holds = COMPARE[gate.compare](place, gate.number)
    return Judged(gate.text, "holds" if holds else "fails", f"{gate.key} is {place} (means: {order})")


class SweepView(Protocol):
    """The data of a sweep that gates use; points are numbered from 0."""

    @property
    def factors(self) -> Mapping[str, Sequence[str]]:
        """Texts of the levels of each factor."""

    @property
    def settings(self) -> Sequence[Mapping[str, str]]:
        """The level of each factor at each point."""

    def estimate(self, point: int, response: str, /) -> Mapping[str, Any]:
        """The estimate of a response at a point, in the form of a run's `summary.json`."""

    def measure(self, response: str, /) -> Measure:
        """The measure of a response."""

    def pairs(
        self, a: int, b: int, response: str, /
    ) -> tuple[Sequence[tuple[Value, Value]], Sequence[tuple[Value, Value]]]:
        """Values at two points by common replication, and those of replications with a failed side."""


def judge_sweep(gate: Gate, view: SweepView) -> Judged:
    """The verdict on a sweep: a gate must hold at every point that its filter selects; the worst is reported."""
    found = list(_at_points(gate, view))
    if not found:
        return Judged(gate.text, "fails", "no point has this combination of levels")
    setting, worst = min(found, key=lambda one: _WORST.index(one[1].verdict))
    bad = sum(one.verdict == worst.verdict for _, one in found)
    where = ", ".join(f"{name}={level}" for name, level in setting.items())
    count = f"{bad:,} of {len(found):,}" if worst.verdict != "holds" else f"{len(found):,}"
    many = f"at {count} points, such as " if len(found) > 1 else "at "
    return Judged(gate.text, worst.verdict, f"{many}{where}: {worst.values}", worst.decides)


def _at_points(gate: Gate, view: SweepView) -> Iterator[tuple[Mapping[str, str], Judged]]:
    picked = [
        point for point, setting in enumerate(view.settings)
        if all(setting[factor] == level for factor, level in gate.at)
    ]  # fmt: skip
    if not gate.call:
        for point in picked:
            yield view.settings[point], judge(gate, {gate.key: view.estimate(point, gate.response)})
        return
    factor = factor_of(gate, view.factors)
    groups: dict[tuple[tuple[str, str], ...], dict[str, int]] = {}
    for point in picked:
        setting = view.settings[point]
        rest = tuple((name, level) for name, level in setting.items() if name != factor)
        groups.setdefault(rest, {})[setting[factor]] = point
    for rest, by_level in groups.items():
        if all(name in by_level for name in gate.names):
            yield dict(rest) or {factor: " and ".join(gate.names)}, _judge_call(gate, view, by_level)


def _judge_call(gate: Gate, view: SweepView, by_level: Mapping[str, int]) -> Judged:
    if gate.call == RANK:
        means = {level: view.estimate(point, gate.response)["mean"] for level, point in by_level.items()}
        return judge_rank(gate, means)
    assert gate.call == DIFFERENCE, "there are two calls"
    a, b = (by_level[name] for name in gate.names)
    pairs, failed = view.pairs(a, b, gate.response)
    found = paired(view.measure(gate.response), pairs, failed, one_scenario=a == b)
    return judge(gate, {gate.key: found.plain()})


def _settled(gate: Gate, said: Mapping[str, Any], holds: bool) -> bool:
    """Whether the verdict stays the same with failed replications at worst and at best."""
    worst, best = _ends_with_failures(gate.field, said)
    if worst is None or best is None or math.isnan(worst + best):
        return False
    compare = COMPARE[gate.compare]
    if gate.compare in ("==", "!="):
        return not worst <= gate.number <= best
    return compare(worst, gate.number) == holds and compare(best, gate.number) == holds


def _ends_with_failures(field: str, said: Mapping[str, Any]) -> tuple[float | None, float | None]:
    if said.get("ends"):
        worst, best = said["ends"].get(field, (None, None))
        return worst, best
    if said.get("low_at_worst") is None or said.get("high_at_best") is None:
        return None, None  # no bounds are known for failed replications
    simulated, failed = said["replications"], said["failed"]
    total = simulated + failed
    worst, best = said["mean"] * simulated / total, (said["mean"] * simulated + failed) / total
    # an interval contains its mean, so the extreme mean bounds the end that is not stored
    return {
        "mean": (worst, best), "low": (said["low_at_worst"], best), "high": (worst, said["high_at_best"]),
        "min": (0.0, said["min"]), "max": (said["max"], 1.0),
    }[field]  # fmt: skip


def _reason(said: Mapping[str, Any]) -> str:
    return str(said.get("null", {}).get("reason") or said["method"])
