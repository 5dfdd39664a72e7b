"""What `drawdown verify` answers: a line an expectation, the figures of chance together, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.cli.words import clipped, padded, plural, wrapped
from sim.experiment.tie_shuffles import Ties
from sim.experiment.verification import CheckedExpectation, Oracle, Verified
from sim.figures.verified import NOT_KNOWN

_NAME = 40


def verified_lines(found: Verified, ties: Sequence[Ties]) -> Iterator[str]:
    """A line an expectation: a dot, what was expected and found, the z, and the error that would have shown."""
    of_file = {one.file: one for one in ties}
    for oracle in found.oracles:
        shuffled = of_file.get(oracle.file)
        for at, one in enumerate(oracle.checked):
            yield _line(oracle, one) + (_tied(shuffled) if shuffled is not None and at == 0 else "")
        for failure in oracle.failures[:3]:
            yield f"  replication {failure.replication} failed: {failure.error}"
        if shuffled is not None:
            yield from (f"  ○ HANGS ON THE ORDER OF TIES: {said}" for said in shuffled.differs[:3])
            yield from (f"  ties: replication {one.replication} failed: {one.error}" for one in shuffled.failures[:3])
    yield ""
    yield from _together(found)
    yield from _ties_together(ties)
    yield ""
    yield "What is not known:"
    for name, said in NOT_KNOWN:
        first, *rest = wrapped(f"{name}. {said}", "    ")
        yield "  - " + first.lstrip()
        yield from rest


def _tied(ties: Ties) -> str:
    return f"; {plural(ties.shuffled, 'tie')} shuffled"


def _together(found: Verified) -> Iterator[str]:
    holding = sum(oracle.holds for oracle in found.oracles)
    yield f"{holding} of {plural(len(found.oracles), 'oracle')} hold; seed {found.seed}"
    if found.zs:
        worst = max(found.zs, key=abs)
        low, high = found.band
        yield (
            f"Of {len(found.zs)} figures of chance the worst is z {worst:+.2f}, the limit {found.limit:.2f}; "
            f"their squares sum to {found.squares:.1f}, in a band from {low:.1f} to {high:.1f}"
        )


def _ties_together(ties: Sequence[Ties]) -> Iterator[str]:
    if not ties:
        return
    plays = sum(one.replications * one.times for one in ties)
    some, shuffled = sum(one.shuffled > 0 for one in ties), sum(one.shuffled for one in ties)
    hanging = sum(not one.holds for one in ties)
    said = "nothing hangs on it" if not hanging else f"{plural(hanging, 'oracle')} HANG ON IT"
    yield (
        f"{plural(plays, 'more play')} with {plural(shuffled, 'event')} without a written order shuffled, "
        f"in {plural(some, 'oracle')}: {said}"
    )


def _line(oracle: Oracle, one: CheckedExpectation) -> str:
    dot = "●" if one.found.holds else "○ DOES NOT HOLD:"
    name = padded(clipped(Path(oracle.file).stem, _NAME - 1), _NAME)
    if one.expected.same_as is not None:
        differs = f"; differs in {one.found.said}" if one.found.said else ""
        return f"{dot} {name} the same as {one.expected.same_as} by place, {_times(one)}{differs}"
    at = f" at {one.expected.at}" if one.expected.at else ""
    of = "" if one.expected.test == "exact" else f" ({_of(one.expected.of)} of {one.expected.replications:,})"
    line = f"{dot} {name} {one.expected.response}{at}{of}: {_figure(one.expected.equals)}"
    if not one.found.holds or one.found.z is not None:
        line += f", found {_figure(one.found.value)}"
    if one.found.z is not None:
        line += f", z {one.found.z:+.2f}"
    if one.found.bias is not None and one.found.bias < 1:
        line += f"; an error of {100 * one.found.bias:.2g} % would have shown"
    return line


def _times(one: CheckedExpectation) -> str:
    return "1 replication" if one.expected.replications == 1 else f"{one.expected.replications:,} replications"


def _of(of: Any) -> str:
    return of if isinstance(of, str) else f"share at {of['share_at']:g}"


def _figure(value: float | None) -> str:
    return "a share of nothing" if value is None else f"{value:.7g}"


def verified_plain(found: Verified, ties: Sequence[Ties]) -> dict[str, Any]:
    """The same as plain data, for --json; `ties` is there where they were shuffled."""
    said: dict[str, Any] = {
        "seed": found.seed, "holds": found.holds and all(one.holds for one in ties), "limit": found.limit,
        "squares": found.squares, "band": list(found.band),
        "oracles": [
            {"file": oracle.file, "name": oracle.name, "seed": oracle.seed, "holds": oracle.holds,
             "failed": len(oracle.failures), "expectations": [_plain_one(one) for one in oracle.checked]}
            for oracle in found.oracles
        ],
        "not_known": [f"{name}. {sentence}" for name, sentence in NOT_KNOWN],
    }  # fmt: skip
    if ties:
        said["ties"] = [
            {"file": one.file, "replications": one.replications, "times": one.times, "shuffled": one.shuffled,
             "holds": one.holds, "differs": list(one.differs), "failed": len(one.failures)}
            for one in ties
        ]  # fmt: skip
    return said


def _plain_one(one: CheckedExpectation) -> dict[str, Any]:
    expected, found = one.expected, one.found
    return {
        "response": expected.response, "at": expected.at, "of": _of(expected.of), "test": expected.test,
        "equals": expected.equals, "same_as": expected.same_as, "value": found.value, "z": found.z, "bias": found.bias,
        "holds": found.holds, "kills": list(expected.kills),
    }  # fmt: skip
