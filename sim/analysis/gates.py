"""Gates: `extracted_share.low >= 0.55`, read by a small grammar of names and numbers; never evaluated.

A comparison has calls on quoted or plain names in place of a response: `difference(a, b).low > 0`.
"""

from __future__ import annotations

import difflib
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sim.errors import InputError, Problem

FIELDS = ("mean", "low", "high", "min", "max")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq,
    "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
DIFFERENCE = "difference"
_NAME = r"""(?:"[^"]{1,300}"|[^\W\d][\w-]{0,299})"""
_MOST_NAMES = 3
_SHAPE = re.compile(
    rf"""\s*(?P<name>{_NAME})(?:\((?P<names>\s*{_NAME}\s*(?:,\s*{_NAME}\s*){{0,{_MOST_NAMES - 1}}})\))?"""
    r"""(?:\.(?P<field>[a-z]{1,12}))?\s*(?P<compare>>=|<=|==|!=|>|<)\s*(?P<number>[+-]?(?:\d{1,15}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?)\s*\Z"""
)
_LONGEST = 400

Verdict = Literal["holds", "fails", "open"]


@dataclass(frozen=True, slots=True)
class Gate:
    """A comparison of one end of a response's estimate with a number; `names` are those of a call."""

    text: str
    response: str
    field: str
    compare: str
    number: float
    names: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the gate looks at: the response, or the call with the response that it is of."""
        return f"{DIFFERENCE}({', '.join(self.names)}, {self.response})" if self.names else self.response


@dataclass(frozen=True, slots=True)
class Judged:
    """A gate, its verdict and its figures; `open`: failed replications could turn it either way."""

    gate: Gate
    verdict: Verdict
    figures: str


def parse_gate(text: str) -> Gate:
    """The gate that a text means; raises `InputError` for anything but a name, a comparison and a number."""
    match = _SHAPE.match(text) if len(text) <= _LONGEST else None
    if match is None:
        allowed = "a response, a comparison and a number, such as extracted_share.low >= 0.55"
        raise InputError([Problem("--require", "this is not a gate", got=text[:80], allowed=allowed)])
    field = match["field"] or "mean"
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, 1)
        raise InputError(
            [Problem("--require", "a response has no such figure", got=f".{field}", allowed=", ".join(FIELDS),
                     nearest=near[0] if near else None)]
        )  # fmt: skip
    names = tuple(one.strip('"') for one in re.findall(_NAME, match["names"] or ""))
    response = match["name"].strip('"')
    return Gate(text.strip(), response, field, match["compare"], float(match["number"]), names)


def parse_gates(texts: Iterable[str], responses: Iterable[str]) -> list[Gate]:
    """All gates, with every problem at once; a response that the scenario does not have is one."""
    known = list(responses)

    def check(gate: Gate) -> Gate:
        if gate.names:
            what = f"a run has no {gate.response}(); compare has"
            raise InputError([Problem("--require", what, got=gate.text[:80])])
        return _named(gate, gate.response, "response", known)

    return _all(texts, check)


def parse_differences(
    texts: Iterable[str], sides: Sequence[str], responses: Iterable[str], of: str
) -> list[Gate]:
    """All gates of a comparison: `difference(a, b)` of the response `of`, or of one named third.

    `a` is the first of `sides`, `b` one of the others. Raises `InputError` with every problem at once.
    """
    known = list(responses)

    def check(gate: Gate) -> Gate:
        if gate.response != DIFFERENCE or len(gate.names) not in (2, _MOST_NAMES):
            allowed = f"{DIFFERENCE}({_shown(sides[0])}, {_shown(sides[1])}).low > 0, with a response third if need be"
            raise InputError([Problem("--require", "this is no gate of a comparison", gate.text[:80], allowed)])
        a, b, *third = gate.names
        for name in (a, b):
            _named(gate, name, "side", sides)
        if a != sides[0] or b == sides[0]:
            allowed = f"{DIFFERENCE}({_shown(sides[0])}, …)"
            raise InputError([Problem("--require", "differences are from the first side", gate.text[:80], allowed)])
        response = third[0] if third else of
        return _named(replace(gate, response=response, names=(a, b)), response, "response", known)

    return _all(texts, check)


def _all(texts: Iterable[str], check: Callable[[Gate], Gate]) -> list[Gate]:
    gates, problems = [], []
    for text in texts:
        try:
            gates.append(check(parse_gate(text)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return gates


def _named(gate: Gate, name: str, what: str, known: Sequence[str]) -> Gate:
    """The gate, where a name in it is known; raises `InputError`."""
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        raise InputError([Problem("--require", f"there is no such {what}", name, nearest=near[0] if near else None)])
    return gate


def _shown(name: str) -> str:
    return name if re.fullmatch(_NAME, name) else f'"{name}"'


def judge(gate: Gate, responses: Mapping[str, Mapping[str, Any]]) -> Judged:
    """The verdict over the responses of a `summary.json`, or over differences by the `key` of their gates."""
    said = responses[gate.key]
    value = said[gate.field]
    if value is None:
        return Judged(gate, "fails", f"{gate.key}.{gate.field} has no value: {_reason(said)}")
    figures = f"{gate.key}.{gate.field} is {value:.6g}"
    holds = _COMPARE[gate.compare](value, gate.number)
    if said.get("failed") and not _settled(gate, said, holds):
        more = f"; replications that failed ({said['failed']}) could turn it either way"
        return Judged(gate, "open", figures + more)
    return Judged(gate, "holds" if holds else "fails", figures)


def _settled(gate: Gate, said: Mapping[str, Any], holds: bool) -> bool:
    """Whether failed replications at worst and at best leave the verdict as it is."""
    worst, best = _ends_with_failures(gate.field, said)
    if worst is None or best is None or math.isnan(worst + best):
        return False
    compare = _COMPARE[gate.compare]
    if gate.compare in ("==", "!="):
        return not worst <= gate.number <= best
    return compare(worst, gate.number) == holds and compare(best, gate.number) == holds


def _ends_with_failures(field: str, said: Mapping[str, Any]) -> tuple[float | None, float | None]:
    if said.get("ends"):
        worst, best = said["ends"].get(field, (None, None))
        return worst, best
    if said.get("low_at_worst") is None or said.get("high_at_best") is None:
        return None, None  # no bounds are known for what the failed ones would have shown
    played, failed = said["replications"], said["failed"]
    total = played + failed
    worst, best = said["mean"] * played / total, (said["mean"] * played + failed) / total
    # an interval holds its mean, so the mean at its own extreme bounds the end that is not kept
    return {
        "mean": (worst, best), "low": (said["low_at_worst"], best), "high": (worst, said["high_at_best"]),
        "min": (0.0, said["min"]), "max": (said["max"], 1.0),
    }[field]  # fmt: skip


def _reason(said: Mapping[str, Any]) -> str:
    return str(said.get("null", {}).get("reason") or said["method"])
