"""Compares the replications of an oracle with what it expects: known values, or those of another scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sim.analysis.groups import MEASURES
from sim.analysis.oracles import OracleFinding, at_most, by_chance, exact
from sim.errors import InputError, Problem
from sim.experiment.planning import ModelOf
from sim.experiment.worker import Model
from sim.results.rows import ResultRow
from sim.scenario.door import Loaded, load
from sim.scenario.plan import Expectation
from sim.scenario.scenario import Scenario

NOT_OUT = "not_out_share"
"""Response of a cause: the share that it held back, of the tonnes at places that must close."""
_SHARE = "_share"
_OF_PLACES = ("closed_hours", "closed", "share_of_time_at_work", "exposure_person_hours")


@dataclass(frozen=True)
class Shown:
    """A scenario with the rows of its replications, in the order of their numbers."""

    scenario: Scenario
    model: Model
    records: Sequence[ResultRow]


def other_of(file: str, expected: Expectation) -> str | None:
    """Path of the scenario that must give the same values; `None` if the expected value is known."""
    return None if expected.same_as is None else str(Path(file).parent / expected.same_as)


def load_other(file: str, at: int, expected: Expectation) -> Loaded:
    """Loads the scenario that must give the same values; raises `InputError`, also outside the folder of the oracle."""
    given = expected.same_as or ""
    path = PurePosixPath(given)
    if path.is_absolute() or ".." in path.parts or "\\" in given or ":" in given or given.startswith("~"):
        wrong = "the file is not in the folder of the oracle"
        raise InputError([Problem(f"expect.{at}.same_as", wrong, given, "a path below that folder", file=file)])
    try:
        return load(str(Path(file).parent / given))
    except InputError as error:
        said = [Problem(f"expect.{at}.same_as", str(one), given, file=file) for one in error.problems]
        raise InputError(said) from None


def found_of(expected: Expectation, mine: Shown, other: Shown | None, limit: float) -> OracleFinding:
    """Returns what the replications showed for one expectation."""
    records = mine.records[: expected.replications]
    if other is not None:
        return _same(expected, Shown(mine.scenario, mine.model, records), other)
    values = [_value(expected, row, mine.model.layout.fates) for row in records]
    if expected.test == "exact":
        return exact(values, expected.equals)
    if expected.equals is None:
        return OracleFinding(None, None, holds=False)
    if expected.test == "bound":
        return at_most(values, expected.equals)
    said = expected.of
    of: str | Mapping[str, float] = said if isinstance(said, str) else {"share_at": said["share_at"]}
    return by_chance(values, of, expected.equals, limit)


def _value(expected: Expectation, row: ResultRow, fates: Sequence[str]) -> float | None:
    """Returns a response of one replication: of the mission, of a place or class, or what a cause held back."""
    assert expected.response is not None, "problems_of refuses an expectation without a response"
    if expected.at is None:
        return row.responses[expected.response]
    if expected.response == NOT_OUT:
        return row.causes.get(expected.at, 0.0)
    fate, _, measure = expected.response.partition(_SHARE)
    groups = [row.shares[key] for key in (f"place\t{expected.at}", f"class\t{expected.at}") if key in row.shares]
    at = fates.index(fate) * len(MEASURES) + MEASURES.index(measure)
    return groups[0][at] if groups else None


def _same(expected: Expectation, mine: Shown, other: Shown) -> OracleFinding:
    """Whether two scenarios have the same values by place in each replication; places match by stream name.

    The response, if given, is compared as well; places that only one of them has do not count.
    """
    theirs = {row.replication: row for row in other.records}
    compared = 0
    for row in mine.records:
        one, also = _by_place(mine, row), _by_place(other, theirs[row.replication])
        common = one.keys() & also.keys()
        compared += len(common)
        odd = sorted(key for key in common if one[key] != also[key])
        if odd:
            return OracleFinding(
                None, None, holds=False, said=f"{odd[0][1]} of {odd[0][0]} in replication {row.replication}"
            )
        name = expected.response
        if name is not None and row.responses[name] != theirs[row.replication].responses[name]:
            return OracleFinding(None, None, holds=False, said=f"{name} in replication {row.replication}")
    return OracleFinding(None, None, holds=compared > 0, said="" if compared else "no place is in both")


def _by_place(side: Shown, row: ResultRow) -> dict[tuple[str, str], object]:
    """Returns all values of one replication that belong to a place, by its stream name and their own name."""
    found: dict[tuple[str, str], object] = {}
    for name in side.scenario.places:
        stream = side.scenario.stream_of("places", name)
        if f"place\t{name}" in row.shares:
            found[stream, "shares"] = row.shares[f"place\t{name}"]
        for response in _OF_PLACES:
            if f"{response}_{name}" in row.responses:
                found[stream, response] = row.responses[f"{response}_{name}"]
    return found


def problems_of(file: str, loaded: Loaded, on: ModelOf) -> Iterator[Problem]:
    """Yields invalid expectations: an unknown response, a value by place that is not a share, two expected values."""
    layout = on(loaded.scenario, frozenset()).layout
    known = {measure.name for measure in layout.measures}
    for at, one in enumerate(loaded.scenario.expect):
        if one.same_as is not None and one.equals is not None:
            yield Problem(
                f"expect.{at}.same_as", "equals gives the expected value already; give one of them", file=file
            )
        if one.response is None:
            if one.same_as is None:
                yield Problem(f"expect.{at}.response", "this is needed unless same_as names a file", file=file)
            continue
        fate, _, measure = one.response.partition(_SHARE)
        share = fate in layout.fates and measure in MEASURES and _SHARE in one.response
        if one.at is None and one.response not in known:
            yield Problem(f"expect.{at}.response", "no such response", one.response, file=file)
        if one.at is not None and not share and one.response != NOT_OUT:
            what = "a place or class has only shares, and a cause only not_out_share"
            yield Problem(f"expect.{at}.response", what, one.response, file=file)
