"""The least level of a grid that meets targets: which levels to run, what they show, and which can't be excluded.

A target is a condition on a mean, or on the chance of a condition in a replication. It is read by a small grammar.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from sim.analysis.estimates import Measure, estimate
from sim.analysis.intervals import exact_chance
from sim.analysis.judging import COMPARE
from sim.analysis.ladders import confidence_of_each
from sim.analysis.paired import paired
from sim.errors import InputError, Problem

UNTIL = "--until"
_NAME = r'(?:"[^"]{1,300}"|[^\W\d][\w-]{0,299})'
_VALUE = r"(?:\d{4}-\d\d-\d\d|[+-]?(?:\d{1,15}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?\s*%?)"
_PLAIN = rf"(?P<name>{_NAME})\s*(?P<compare>>=|<=|>|<|==)\s*(?P<value>{_VALUE})"
_MEAN = re.compile(rf"\s*{_PLAIN}\s*\Z")
_CHANCE = re.compile(rf"\s*chance\(\s*{_PLAIN}\s*\)\s*(?P<way>>=|<=|>|<)\s*(?P<chance>{_VALUE})\s*\Z")
_LONGEST = 500
_CLOSED = "closed_"
Value = float | None


@dataclass(frozen=True, slots=True)
class Target:
    """A condition on the mean of a response; with `inside`, on the chance that a replication fulfils that.

    `parts` are its words: `response`, `compare` and `value`; with a chance, `way` and `chance` too.
    """

    text: str
    measure: Measure
    compare: str
    number: float
    inside: tuple[str, float] | None = None
    parts: Mapping[str, str] = field(default_factory=dict)

    def column(self, values: Sequence[Value]) -> list[Value]:
        """The values whose mean counts: those of the response, or 1 where a replication fulfils the condition."""
        if self.inside is None:
            return list(values)
        compare, number = self.inside
        return [None if value is None else float(COMPARE[compare](value, number)) for value in values]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the replications of a level show of a target: mean, interval, and whether the target is met.

    `sure` is whether it is met or not for certain, by an interval that holds together for the whole grid.
    """

    mean: Value
    low: Value
    high: Value
    method: str
    count: int
    meets: bool
    sure: bool | None


def parse_targets(texts: Iterable[str], measures: Mapping[str, Measure], first_day: date) -> tuple[Target, ...]:
    """Returns the targets in some texts; raises `InputError` with every problem."""
    found, problems = [], []
    for text in texts:
        try:
            found.append(_target(text, measures, first_day))
        except InputError as error:
            problems += error.problems
    if not found and not problems:
        problems.append(Problem(UNTIL, "the target is missing", None, 'such as "extracted_share >= 60 %"'))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _target(text: str, measures: Mapping[str, Measure], first_day: date) -> Target:
    match = (_MEAN.match(text) or _CHANCE.match(text)) if len(text) <= _LONGEST else None
    if match is None:
        allowed = 'such as "extracted_share >= 60 %" or "chance(people_late == 0) >= 95 %"'
        raise InputError([Problem(UNTIL, "this is not a target", text[:80], allowed)])
    name = match["name"].strip('"')
    if name not in measures:
        near = difflib.get_close_matches(name, measures, 1)
        raise InputError([Problem(UNTIL, "there is no such response", name, nearest=near[0] if near else None)])
    number = _number(match["value"], name, first_day)
    if measures[name].bounded and not 0 <= number <= 1:
        percent = f"{name} {match['compare']} {match['value'].strip()} %" if "%" not in match["value"] else None
        raise InputError([Problem(UNTIL, "a share is from 0 to 100 %", text.strip()[:80], nearest=percent)])
    groups = match.groupdict()
    parts = {key: " ".join(said.split()) for key, said in groups.items() if key != "name"} | {"response": name}
    if groups.get("way") is None:
        if match["compare"] == "==":
            wrong = "a mean is never met exactly; write >= or <=, or chance(... == ...) >= 95 %"
            raise InputError([Problem(UNTIL, wrong, text.strip()[:80])])
        return Target(text.strip(), measures[name], match["compare"], number, parts=parts)
    chance = _number(match["chance"], "chance", first_day)
    if not 0 <= chance <= 1:
        raise InputError([Problem(UNTIL, "a chance is from 0 to 100 %", text.strip()[:80])])
    measure = Measure(f"chance({name})", "share", "", bounded=True)
    return Target(text.strip(), measure, match["way"], chance, (match["compare"], number), parts)


def _number(text: str, name: str, first_day: date) -> float:
    """A value of a target as a number: a share of a percentage, the days from the start to the end of a date."""
    if "%" in text:
        return float(text.replace("%", "")) / 100
    if "-" not in text[1:] or "e" in text.casefold():
        return float(text)
    if not name.startswith(_CLOSED):
        raise InputError([Problem(UNTIL, f"{name} is not a date", text, "a date for closed_<place>, else a number")])
    try:
        return float((date.fromisoformat(text) - first_day).days + 1)
    except ValueError:
        raise InputError([Problem(UNTIL, "there is no such date", text)]) from None


def shown(target: Target, values: Sequence[Value], comparisons: int) -> Shown:
    """What the values of a level show of a target, with an interval that holds together for all levels and targets."""
    column = target.column(values)
    confidence = confidence_of_each(comparisons)
    if target.inside is not None:
        known = [value for value in column if value is not None]
        if not known:
            return Shown(None, None, None, "no replication has a value", 0, False, None)
        low, high = exact_chance(round(sum(known)), len(known), confidence)
        return _judged(target, sum(known) / len(known), low, high, "exact binomial", len(known))
    found = estimate(target.measure, column, confidence=confidence)
    return _judged(target, found.mean, found.low, found.high, found.method, found.count)


def _judged(target: Target, mean: Value, low: Value, high: Value, method: str, count: int) -> Shown:
    compare = COMPARE[target.compare]
    meets = mean is not None and compare(mean, target.number)
    sure = None
    if low is not None and high is not None and compare(low, target.number) == compare(high, target.number):
        sure = compare(low, target.number)
    return Shown(mean, low, high, method, count, meets, sure)


# the search


def least_level(size: int, meets: Callable[[int], bool]) -> int | None:
    """Returns the first level of a grid that meets the targets, by bisection; `None` where none is found.

    `meets` runs a level. Both ends and the neighbours of the answer are run. Where neither end meets, the quarters
    between them are tried before the search ends.
    """
    last = size - 1
    meets(last)
    if meets(0):
        meets(min(1, last))
        return 0
    high = last
    if not meets(last):
        tried = sorted({last // 4, last // 2, 3 * last // 4} - {0, last})
        found = next((at for at in tried if meets(at)), None)
        if found is None:
            return None
        high = found
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if meets(middle) else (middle, high)
    meets(min(high + 1, last))
    return high


def possible(size: int, by_level: Mapping[int, Sequence[Shown]]) -> tuple[int, int | None]:
    """Returns the first and last level of a monotone response that could be the answer; no last where none is sure.

    A level is sure to meet if all its targets do, sure not to meet if one of them does not.
    """
    first, last = 0, None
    for level in sorted(by_level):
        sure = [one.sure for one in by_level[level]]
        if any(one is False for one in sure):
            first = level + 1
        elif all(sure) and last is None:
            last = level
    if last is not None and last < first:  # the response is not monotone
        return min(by_level), size - 1
    return min(first, size - 1), last


def turns_at(
    columns: Mapping[int, Sequence[Value]], measure: Measure
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Returns neighbouring levels between which a response rises, and others between which it falls, for certain."""
    steps = list(pairwise(sorted(columns)))
    rises = falls = None
    for a, b in steps:
        pairs = list(zip(columns[a], columns[b], strict=True))
        said = paired(measure, pairs, comparisons=len(steps))
        rises = rises or ((a, b) if said.low is not None and said.low > 0 else None)
        falls = falls or ((a, b) if said.high is not None and said.high < 0 else None)
    return (rises, falls) if rises and falls else None


def plain(one: Shown) -> dict[str, Any]:
    """What is shown, as `summary.json` holds it."""
    return {"mean": one.mean, "low": one.low, "high": one.high, "method": one.method, "replications": one.count,
            "meets": one.meets, "sure": one.sure}  # fmt: skip
