"""Gates such as `extracted_share.low >= 0.55`, parsed by a small grammar of names and numbers; never evaluated.

In a comparison or sweep, a gate may have a function of quoted or plain names instead of a response:
`difference(a, b).low > 0`, `rank(a) == 1`. In a sweep it may have a filter: `extracted_share.low >= 0.55
at(trucks=200)`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.errors import InputError, Problem

FIELDS = ("mean", "low", "high", "min", "max")
DIFFERENCE, RANK, CAUSE, LEVER = "difference", "rank", "cause", "lever"
_NAME = r"""(?:"[^"]{1,300}"|[^\W\d][\w-]{0,299})"""
_MOST_NAMES = 3
_LEVEL = r"""(?:"[^"]{1,300}"|[\w.:%/+-]{1,300})"""
_AT = rf"at\(\s*{_NAME}\s*=\s*{_LEVEL}\s*(?:,\s*{_NAME}\s*=\s*{_LEVEL}\s*){{0,19}}\)"
_NUMBER = r"[+-]?(?:\d{1,15}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,2})?"
_SHAPE = re.compile(
    rf"""\s*(?P<name>{_NAME})(?:\((?P<names>\s*{_LEVEL}\s*(?:,\s*{_LEVEL}\s*){{0,{_MOST_NAMES - 1}}})\))?"""
    rf"""(?:\.(?P<field>[a-z]{{1,12}}))?(?:\s+(?P<before>{_AT}))?\s*(?P<compare>>=|<=|==|!=|>|<)\s*"""
    rf"""(?P<number>{_NUMBER})(?:\s+(?P<after>{_AT}))?\s*\Z"""
)
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Gate:
    """A comparison of one end of a response's estimate with a number.

    `call` is `difference` or `rank` with its `names`; `at` are the levels of a filter.
    """

    text: str
    response: str
    field: str
    compare: str
    number: float
    call: str = ""
    names: tuple[str, ...] = ()
    at: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The subject of the gate: the response, or the call with its response."""
        return f"{self.call}({', '.join(self.names)}, {self.response})" if self.call else self.response


def parse_gate(text: str) -> Gate:
    """Parse the text of a gate; raises `InputError` for anything but a name, a comparison and a number."""
    match = _SHAPE.match(text) if len(text) <= _LONGEST else None
    if match is None:
        allowed = "a response, a comparison and a number, such as extracted_share.low >= 0.55"
        raise InputError([Problem("--require", "this is not a gate", got=text[:80], allowed=allowed)])
    field = match["field"] or "mean"
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, 1)
        raise InputError(
            [Problem("--require", "a response has no such field", got=f".{field}", allowed=", ".join(FIELDS),
                     nearest=near[0] if near else None)]
        )  # fmt: skip
    if match["before"] and match["after"]:
        raise InputError([Problem("--require", "a gate can have only one filter", got=text[:80])])
    name = match["name"].strip('"')
    names = tuple(one.strip('"') for one in re.findall(_LEVEL, match["names"] or ""))
    chosen = re.findall(rf"({_NAME})\s*=\s*({_LEVEL})", (match["before"] or match["after"] or "")[2:])
    at = tuple((factor.strip('"'), level.strip('"')) for factor, level in chosen)
    call = name if match["names"] else ""
    return Gate(text.strip(), "" if call else name, field, match["compare"], float(match["number"]), call, names, at)


def parse_gates(texts: Iterable[str], responses: Iterable[str]) -> list[Gate]:
    """All gates of a run; raises `InputError` with every problem, unknown responses included."""
    known = list(responses)

    def check(gate: Gate) -> Gate:
        if gate.call or gate.at:
            what = f"a run has no {gate.call or 'at'}(); use it with {'compare' if gate.call else 'sweep'}"
            raise InputError([Problem("--require", what, got=gate.text[:80])])
        return _named(gate, gate.response, "response", known)

    return _all(texts, check)


def parse_differences(texts: Iterable[str], sides: Sequence[str], responses: Iterable[str], of: str) -> list[Gate]:
    """All gates of a comparison: `difference(a, b)` or `rank(a)`, for the response `of` or one named last.

    `a` of a difference is the first of `sides`, `b` one of the others. Raises `InputError` with every problem at once.
    """
    known = list(responses)

    def check(gate: Gate) -> Gate:
        if not gate.call or gate.at:
            allowed = f"{DIFFERENCE}({_shown(sides[0])}, {_shown(sides[1])}).low > 0, optionally with a response third"
            raise InputError([Problem("--require", "not a gate of a comparison", gate.text[:80], allowed)])
        gate = _called(gate, known, of)
        for name in gate.names:
            _named(gate, name, "side", sides)
        if gate.call == DIFFERENCE and (gate.names[0] != sides[0] or gate.names[1] == sides[0]):
            allowed = f"{DIFFERENCE}({_shown(sides[0])}, …)"
            raise InputError([Problem("--require", "differences are from the first side", gate.text[:80], allowed)])
        return gate

    return _all(texts, check)


def parse_sweep_gates(
    texts: Iterable[str], responses: Sequence[str], factors: Mapping[str, Sequence[str]]
) -> list[Gate]:
    """All gates of a sweep: on a response, or a call on levels of one factor, each with an optional filter.

    `factors` have the texts of their levels. Raises `InputError` with every problem at once.
    """

    def check(gate: Gate) -> Gate:
        for factor, level in gate.at:
            _named(gate, factor, "factor", list(factors))
            _named(gate, level, f"level of {factor}", list(factors[factor]))
        if not gate.call:
            return _named(gate, gate.response, "response", responses)
        gate = _called(gate, responses, responses[0])
        factor_of(gate, factors)
        return gate

    return _all(texts, check)


def parse_why_gates(texts: Iterable[str], causes: Sequence[str], levers: Sequence[str], of: str) -> list[Gate]:
    """All gates of an answer to why: on its response, `cause(name)` or `lever(move)`; raises as `parse_differences`."""
    known = {CAUSE: causes, LEVER: levers}

    def check(gate: Gate) -> Gate:
        if not gate.call and not gate.at:
            return _named(gate, gate.response, "response", [of])
        if gate.call not in known or gate.at or len(gate.names) != 1:
            allowed = f'{of}.low >= 0.5, {CAUSE}(alarms).low > -0.1, or {LEVER}("crews +1 at kidal").low > 0'
            raise InputError([Problem("--require", "not a gate of an answer to why", gate.text[:80], allowed)])
        if gate.field in ("min", "max"):
            raise InputError(
                [Problem("--require", f"a {gate.call} has no .{gate.field}", gate.text[:80], "mean, low, high")]
            )
        return _named(replace(gate, response=of), gate.names[0], gate.call, known[gate.call])

    return _all(texts, check)


def factor_of(gate: Gate, factors: Mapping[str, Sequence[str]]) -> str:
    """The factor that has all names of a call as levels; raises `InputError` if there is none, or several."""
    found = [name for name, levels in factors.items() if set(gate.names) <= set(levels)]
    if len(found) == 1:
        return found[0]
    levels = [level for one in factors.values() for level in one]
    odd = next((name for name in gate.names if name not in levels), gate.names[0])
    near = difflib.get_close_matches(odd, levels, 1) if odd not in levels else []
    what = "no factor has these levels" if not found else f"{' and '.join(found)} both have these levels"
    raise InputError([Problem("--require", what, gate.text[:80], nearest=near[0] if near else None)])


def _called(gate: Gate, responses: Sequence[str], of: str) -> Gate:
    """A call with its response: the one named last, or `of`; raises `InputError` for an unknown call."""
    counts = {DIFFERENCE: 2, RANK: 1}
    if gate.call not in counts:
        near = difflib.get_close_matches(gate.call, counts, 1)
        known = f"{DIFFERENCE}(a, b), {RANK}(a)"
        raise InputError([Problem("--require", "unknown function", f"{gate.call}()", known, near[0] if near else None)])
    count = counts[gate.call]
    if len(gate.names) not in (count, count + 1):
        allowed = f"{DIFFERENCE}(a, b) or {RANK}(a), optionally with a response last"
        raise InputError([Problem("--require", f"wrong number of names in {gate.call}()", gate.text[:80], allowed)])
    if gate.call == RANK and gate.field != "mean":
        raise InputError([Problem("--require", f"a rank has no .{gate.field}", gate.text[:80])])
    response = gate.names[count] if len(gate.names) > count else of
    return _named(replace(gate, response=response, names=gate.names[:count]), response, "response", responses)


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
    """The gate, if a name in it is known; raises `InputError` otherwise."""
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        raise InputError([Problem("--require", f"unknown {what}", name, nearest=near[0] if near else None)])
    return gate


def _shown(name: str) -> str:
    return name if re.fullmatch(_NAME, name) else f'"{name}"'
