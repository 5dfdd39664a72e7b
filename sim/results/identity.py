"""What makes two runs the same run: scenario, seed, replications, causes removed, the program."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA = 1
"""Version of the form of a results folder."""
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The version of Python, without its last number, which only fixes faults."""
OF_THE_PROGRAM = ("program", "python")
"""Fields about the state of the program: reported if they differ, but not part of the request."""
_PACKAGES = ("scenario", "tape", "ledger", "world", "replication", "analysis", "results")
_SAFE = re.compile(r"[^\w.-]+", re.ASCII)
_LONGEST_STEM = 60


class Identity:
    """All that decides a byte of the tables: a frozen dataclass of a kind of folder."""

    __slots__ = ()

    def plain(self) -> dict[str, Any]:
        """The identity as JSON holds it."""
        said: dict[str, Any] = json.loads(json.dumps(asdict(self)))  # type: ignore[call-overload]
        return said

    @property
    def hash(self) -> str:
        """SHA-256 of the request; the state of the program is recorded separately."""
        return hash_of(self.plain())


@dataclass(frozen=True, slots=True)
class RunIdentity(Identity):
    """All that decides a run. `replications` is `None` where a precision decides them."""

    name: str
    scenario: str
    seed: int
    replications: int | None
    precision: tuple[tuple[str, float], ...]
    max_replications: int | None
    guarantee: bool
    without: tuple[str, ...]
    version: str
    program: str
    schema: int = SCHEMA
    python: str = PYTHON

    def plain(self) -> dict[str, Any]:
        """The identity as JSON holds it."""
        return asdict(self) | {"precision": dict(self.precision), "without": list(self.without)}


def hash_of(asked: dict[str, Any]) -> str:
    """SHA-256 of what was asked for, in JSON, without the program's own state."""
    kept = {key: value for key, value in asked.items() if key not in OF_THE_PROGRAM}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


OF_ALL = {
    "seed": "the seed", "replications": "the number of replications", "without": "the causes removed",
    "version": "the version of drawdown", "program": "the program", "schema": "the form of the results",
    "python": "the version of Python",
}  # fmt: skip
"""In words, what identities of several kinds have."""
_SHOWN = frozenset({
    "name", "seed", "replications", "precision", "max_replications", "most", "without", "version", "python", "of",
    "response", "indifference", "confidence", "first", "cut",
})  # fmt: skip


def differences(words: Mapping[str, str], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """In words, what two identities differ in, where short with both values; empty where they are the same."""
    said = []
    for key, what in words.items():
        mine, other = ours.get(key), theirs.get(key)
        if mine != other:
            said.append(f"{what} ({_short(other)}, now {_short(mine)})" if key in _SHOWN else what)
    return said


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _LONGEST_STEM else text[:_LONGEST_STEM] + "…"


@cache
def program_hash() -> str:
    """SHA-256 over the source files that decide results: a changed program never reuses old results."""
    top = Path(__file__).resolve().parent.parent
    files = [top / "sums.py", top / "units.py", *(path for name in _PACKAGES for path in (top / name).rglob("*.py"))]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def slug(stem: str) -> str:
    """A file's stem as a safe folder name; where anything had to go, with eight characters of its hash."""
    safe = _SAFE.sub("-", unicodedata.normalize("NFKC", stem)).strip("-.")[:_LONGEST_STEM]
    if safe == stem:
        return safe
    mark = hashlib.sha256(stem.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe}-{mark}" if safe else f"scenario-{mark}"
