"""What makes two runs the same run: scenario, seed, replications, causes taken off, the program."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA = 1
"""Version of the form of a results folder."""
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The version of Python that runs, without its last number, which only mends faults."""
OF_THE_PROGRAM = ("program", "python")
"""What an identity has of the program's own state: told where it differs, but nothing that a user asks for."""
_PACKAGES = ("scenario", "tape", "ledger", "world", "replication", "analysis", "results")
_SAFE = re.compile(r"[^\w.-]+", re.ASCII)
_LONGEST_STEM = 60


@dataclass(frozen=True, slots=True)
class Identity:
    """All that decides a byte of the tables. `replications` is `None` where a precision decides them."""

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
        """The identity as `run.json` and `manifest.json` hold it."""
        said = asdict(self)
        return said | {"precision": dict(self.precision), "without": list(self.without)}

    @property
    def hash(self) -> str:
        """SHA-256 of what the user asked for; the program's own state is told apart beside it."""
        return hash_of(self.plain())


def plain_of(identity: Any) -> dict[str, Any]:
    """A frozen identity of several runs as JSON holds it."""
    said: dict[str, Any] = json.loads(json.dumps(asdict(identity)))
    return said


def hash_of(asked: dict[str, Any]) -> str:
    """SHA-256 of what was asked for; the program's own state is told apart beside it."""
    kept = {key: value for key, value in asked.items() if key not in OF_THE_PROGRAM}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


_WORDS = {
    "name": "the scenario's name", "scenario": "the scenario", "seed": "the seed",
    "replications": "the number of replications", "precision": "the precision asked for",
    "max_replications": "the most replications", "guarantee": "the kind of interval",
    "without": "the causes taken off", "version": "the version of drawdown", "program": "the program",
    "schema": "the form of the results", "python": "the version of Python",
}  # fmt: skip
_TELLING = ("seed", "replications", "precision", "max_replications", "without", "version", "name", "python")


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """In words, what two identities differ in; empty for the same run of the same program."""
    said = []
    for key, words in _WORDS.items():
        mine, other = ours.get(key), theirs.get(key)
        if mine != other:
            said.append(f"{words} ({_short(other)}, now {_short(mine)})" if key in _TELLING else words)
    return said


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _LONGEST_STEM else text[:_LONGEST_STEM] + "…"


@cache
def program_hash() -> str:
    """SHA-256 over the source files that decide figures: a changed program never reuses old results."""
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
