"""Verification: runs oracle scenarios through the code of every run, and compares them with known results."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.analysis.oracles import OracleFinding, band_of_squares, limit_of
from sim.errors import InputError, Problem
from sim.experiment import expectations
from sim.experiment.backend import Backend
from sim.experiment.expectations import Shown, found_of
from sim.experiment.loop import OnProgress, jobs_of, run_all
from sim.experiment.planning import ModelOf, model_of
from sim.results.rows import Failure
from sim.scenario.door import Loaded, load
from sim.scenario.plan import Expectation
from sim.scenario.shipped import oracle_files

SEED = 20231231


@dataclass(frozen=True, slots=True)
class CheckedExpectation:
    """One expectation of an oracle, and what the replications showed."""

    expected: Expectation
    found: OracleFinding


@dataclass(frozen=True, slots=True)
class Oracle:
    """One oracle scenario: its file, name and seed, its checked expectations, and replications that failed."""

    file: str
    name: str
    seed: int
    checked: tuple[CheckedExpectation, ...]
    failures: tuple[Failure, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether all expectations hold and no replication failed."""
        return not self.failures and all(one.found.holds for one in self.checked)


@dataclass(frozen=True, slots=True)
class Verified:
    """All oracles under one seed; `squares` is the sum of all squared z, `band` the range in which it should be."""

    seed: int
    oracles: tuple[Oracle, ...]
    limit: float
    squares: float
    band: tuple[float, float]

    @property
    def zs(self) -> list[float]:
        """The z of every statistical expectation."""
        return _zs(self.oracles)

    @property
    def holds(self) -> bool:
        """Whether every oracle holds, and all z together are consistent with chance."""
        inside = not self.zs or self.band[0] <= self.squares <= self.band[1]
        return inside and all(oracle.holds for oracle in self.oracles)


def oracles_in(paths: Sequence[str]) -> list[tuple[str, Loaded]]:
    """Loads the oracles in files and folders, else the shipped ones; raises `InputError` with all problems."""
    files = [file for path in paths or [shipped_oracles()] for file in _files(Path(path))]
    loaded, problems = [], []
    for file in dict.fromkeys(files):
        try:
            one = load(file)
        except InputError as error:
            problems += error.problems
            continue
        if one.scenario.expect:
            loaded.append((str(file), one))
        else:
            problems.append(Problem("expect", "this scenario has no expectations: it is not an oracle", file=str(file)))
    if problems:
        raise InputError(problems)
    return loaded


def shipped_oracles() -> str:
    """The folder of the shipped oracles, relative where it is below the working folder."""
    own = oracle_files()
    if not own.is_dir():
        raise InputError([Problem("PATH", "no oracles came with this installation; name files or folders of oracles")])
    here = os.path.abspath(os.curdir)
    return os.path.relpath(own, here) if own.is_relative_to(here) else str(own)


def _files(path: Path) -> list[Path]:
    if not os.path.isdir(path):  # not `Path.is_dir`, which raises for a name that no disk takes
        return [path]
    found = sorted(path.glob("*.yaml"))
    if not found:
        raise InputError([Problem(str(path), "no scenario files in this folder")])
    return found


@dataclass(frozen=True)
class _Part:
    """A scenario to run for an oracle: its own, or one that must have the same values."""

    loaded: Loaded
    seed: int
    replications: int


def seed_of(seed: int, file: str) -> int:
    """Derives the seed of one oracle from the common seed and its file name, so that oracles are independent."""
    return int.from_bytes(hashlib.blake2b(ascii((seed, Path(file).stem)).encode(), digest_size=6).digest())


def verify(
    oracles: Sequence[tuple[str, Loaded]], seed: int, backend: Backend, on_progress: OnProgress, on: ModelOf = model_of
) -> Verified:
    """Runs all oracles and checks them. Raises `ResultsError` and `KeyboardInterrupt` as every run does."""
    parts = list(_parts(oracles, seed))
    models = [on(part.loaded.scenario, frozenset()) for part in parts]
    jobs = [job for at, part in enumerate(parts) for job in jobs_of(part.seed, part.replications, at)]
    found = run_all(models, jobs, backend, on_progress)
    sides = [
        Shown(part.loaded.scenario, model, one.records) for part, model, one in zip(parts, models, found, strict=True)
    ]
    return _judged(oracles, seed, sides, [one.failures for one in found])


def _parts(oracles: Sequence[tuple[str, Loaded]], seed: int) -> Iterator[_Part]:
    """Yields for each oracle its own scenario, then those that must have the same values."""
    for file, loaded in oracles:
        expect, own = loaded.scenario.expect, seed_of(seed, file)
        yield _Part(loaded, own, max(one.replications for one in expect))
        for at, one in enumerate(expect):
            if one.same_as is not None:
                yield _Part(expectations.load_other(file, at, one), own, one.replications)


def _judged(
    oracles: Sequence[tuple[str, Loaded]], seed: int, sides: Sequence[Shown], failures: Sequence[Sequence[Failure]]
) -> Verified:
    """Checks every expectation of every oracle; the sides are in the order of `_parts`."""
    limit = limit_of(sum(one.test == "z" for _, loaded in oracles for one in loaded.scenario.expect))
    following = iter(zip(sides, failures, strict=True))
    judged = []
    for file, loaded in oracles:
        mine, failed = next(following)
        checked, lost = [], list(failed)
        for one in loaded.scenario.expect:
            other, also = next(following) if one.same_as is not None else (None, ())
            lost += also
            missing = bool(lost) and one.same_as is not None
            found = OracleFinding(None, None, holds=False, said="replications that failed") if missing else found_of(
                one, mine, other, limit
            )  # fmt: skip
            checked.append(CheckedExpectation(one, found))
        judged.append(Oracle(file, loaded.scenario.name, seed_of(seed, file), tuple(checked), tuple(lost)))
    squares = math.fsum(z * z for z in _zs(judged))
    return Verified(seed, tuple(judged), limit, squares, band_of_squares(max(len(_zs(judged)), 1)))


def _zs(oracles: Iterable[Oracle]) -> list[float]:
    return [one.found.z for oracle in oracles for one in oracle.checked if one.found.z is not None]


def problems_of(oracles: Sequence[tuple[str, Loaded]], on: ModelOf = model_of) -> list[Problem]:
    """Returns invalid expectations of oracles."""
    return [problem for file, loaded in oracles for problem in expectations.problems_of(file, loaded, on)]
