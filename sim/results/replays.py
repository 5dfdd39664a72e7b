"""The packed replays beside a run, in `replays.json`: of its worst, median and best replication."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import ResultsError
from sim.results.files import to_json, write_whole
from sim.results.finished import Results, rows_of
from sim.results.untrusted import MOST_JSON, as_written, json_in, read_file

NAME = "replays.json"
ROLES = ("worst", "median", "best")
OF = ("extracted_share", "people_out_share")
"""Responses by which replications are ranked: the first of these that a run has."""


@dataclass(frozen=True, slots=True)
class KeptReplay:
    """A replication with its roles (`worst`, `median`, `best`, `chosen`), its value of a response, and its bytes.

    `response` is empty, and `value` is `None`, where the run has no response to rank by. `sim.replication` unpacks.
    """

    roles: tuple[str, ...]
    replication: int
    response: str
    value: float | None
    packed: bytes


@dataclass(frozen=True, slots=True)
class Ranked:
    """A replication of a run, its tape's hash, and its value of a response; the response is empty if there is none."""

    replication: int
    tape_hash: str
    response: str
    value: float | None


def succeeded(results: Results) -> list[Ranked]:
    """All replications that succeeded, by number."""
    rows = [(int(row["replication"]), row["tape_hash"], [row.get(name, "") for name in OF])
            for row in rows_of(results, "replications")]  # fmt: skip
    at = next((at for at in range(len(OF)) if any(values[at] for _, _, values in rows)), None)
    if at is None:
        return [Ranked(number, tape_hash, "", None) for number, tape_hash, _ in rows]
    return [
        Ranked(number, tape_hash, OF[at], float(values[at]) if values[at] else None)
        for number, tape_hash, values in rows
    ]  # fmt: skip


def picked(known: Sequence[Ranked]) -> list[tuple[tuple[str, ...], Ranked]]:
    """The worst, the median and the best replication, each once, with what it is; of equal ones the first.

    Those without a value count only where none has one: there is nothing to rank by then.
    """
    found = sorted(known, key=lambda one: (one.value is not None, one.value or 0.0, one.replication))
    found = [one for one in found if one.value is not None] or found[:1]
    if not found:
        return []
    best = next(one for one in found if one.value == found[-1].value)
    roles: dict[Ranked, tuple[str, ...]] = {}
    for role, one in zip(ROLES, (found[0], found[(len(found) - 1) // 2], best), strict=True):
        roles[one] = (*roles.get(one, ()), role)
    return [(role, one) for one, role in roles.items()]


def write_replays(folder: Path, run: str, replays: Iterable[KeptReplay]) -> None:
    """Writes `replays.json` into the folder of a run with this hash. Raises `OSError`."""
    rows = [
        {"roles": list(one.roles), "replication": one.replication, "response": one.response, "value": one.value,
         "packed": base64.b64encode(one.packed).decode()}
        for one in replays
    ]  # fmt: skip
    write_whole(folder / NAME, to_json({"run": run, "replays": rows}))


def read_replays(results: Results) -> list[KeptReplay]:
    """The replays in a folder of results, none where there are none.

    Raises `ResultsError` for those of another run, and where the file is none of ours.
    """
    path = results.folder / NAME
    if not path.exists():
        return []
    with as_written(path):
        said = json_in(read_file(path, MOST_JSON), path, numbers=True)
        if said["run"] != results.manifest["run"]:
            raise ResultsError(f"{path} is not of this run; remove it")
        return [_kept(row) for row in said["replays"]]


def _kept(row: dict[str, Any]) -> KeptReplay:
    roles = tuple(str(role) for role in row["roles"])
    value = None if row["value"] is None else float(row["value"])
    if not set(roles) <= set(ROLES) or row["response"] not in ("", *OF):
        raise ValueError("it names no replication of ours")
    try:
        packed = base64.b64decode(row["packed"], validate=True)
    except binascii.Error as error:
        raise ValueError("a replay is cut off") from error
    return KeptReplay(roles, int(row["replication"]), row["response"], value, packed)
