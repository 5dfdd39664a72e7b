"""Plants a fault in a copy of the program, and runs oracles against the copy as a user would.

Every copy runs in a process of its own, forked from one that has loaded the libraries and nothing of the program.
"""

from __future__ import annotations

import compileall
import io
import json
import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from field import ROOT, HangsError, no_more_than

ORACLES = ROOT / "tests" / "verification" / "oracles"
TABLE = Path(__file__).parent / "planted"
LIMIT_S = 90.0
"""Seconds of work that the oracles of one copy may take; with nothing planted all of them take half of it."""
_LIBRARIES = ("numpy", "scipy.special", "simpy", "pydantic", "ruamel.yaml", "click", "zoneinfo")
Task = TypeVar("Task")
Result = TypeVar("Result")


class PlantError(Exception):
    """A fault that can't be planted, with the reason."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a program: in `file` below `sim`, `new` stands where `old` should; `part` is where it belongs."""

    name: str
    part: str
    file: str
    old: str
    new: str

    def planted(self, text: str) -> str:
        """The text of the file with the fault; raises `PlantError` where the old text isn't there just once."""
        many = text.count(self.old)
        if many != 1:
            raise PlantError(f"what it replaces stands {many} times in sim/{self.file}")
        return text.replace(self.old, self.new)


def table() -> list[Fault]:
    """All faults that can be planted, part by part."""
    found = []
    for page in sorted(TABLE.glob("*.toml")):
        for name, row in tomllib.loads(page.read_text(encoding="utf-8")).items():
            found.append(Fault(name, page.stem, row["file"], row["old"], row["new"]))
    return found


@dataclass(frozen=True, slots=True)
class Oracles:
    """The oracles of the project: files by the faults that they name, all files, and the limit of all their z."""

    naming: dict[str, tuple[str, ...]]
    exact: tuple[str, ...]
    by_chance: tuple[str, ...]
    limit: float


def oracles() -> Oracles:
    """What the program reads in the files of its oracles."""
    from sim.analysis.oracles import limit_of
    from sim.experiment.verification import oracles_in

    naming: dict[str, tuple[str, ...]] = {}
    expected = {file: loaded.scenario.expect for file, loaded in oracles_in([str(ORACLES)])}
    for file, expect in expected.items():
        for name in dict.fromkeys(name for one in expect for name in one.kills):
            naming[name] = (*naming.get(name, ()), file)
    chance = {file: sum(one.test == "z" for one in expect) for file, expect in expected.items()}
    exact = tuple(file for file, many in chance.items() if not many)
    return Oracles(naming, exact, tuple(file for file, many in chance.items() if many), limit_of(sum(chance.values())))


@dataclass(frozen=True, slots=True)
class Said:
    """What `drawdown verify` said of one expectation; `failed` where a replication of its oracle did."""

    oracle: str
    response: str
    kills: tuple[str, ...]
    z: float | None
    holds: bool
    failed: bool

    def catches(self, limit: float) -> bool:
        """Whether it fails among all oracles: with more statistical numbers the limit is wider."""
        return self.failed or (not self.holds if self.z is None else abs(self.z) >= limit)


def said_of(copy: Path, files: Sequence[str], limit_s: float = LIMIT_S) -> list[Said]:
    """Returns the results of `drawdown verify` of a copy for files, within a limit of seconds of work.

    Raises `PlantError` if there are no results, and `HangsError`.
    """
    if "sim" not in sys.modules:
        sys.path.insert(0, str(copy))
    reported = io.StringIO()
    try:
        with no_more_than(limit_s), redirect_stdout(reported):
            main = import_module("sim.cli").main
            assert Path(sys.modules["sim"].__file__ or "").is_relative_to(copy), "this is not the copy"
            code = main(["verify", *files, "-j", "1", "--quiet", "--json"], standalone_mode=False)
    except Exception as error:
        raise PlantError(f"the program does not start to run: {type(error).__name__}: {error}") from error
    if code not in (0, 1, 3):
        raise PlantError(f"the oracles were not run: exit code {code}")
    return list(_expectations(json.loads(reported.getvalue())))


def _expectations(found: dict[str, Any]) -> Iterator[Said]:
    for oracle in found["oracles"]:
        name = Path(oracle["file"]).stem
        for one in oracle["expectations"]:
            failed = oracle["failed"] > 0
            yield Said(name, one["response"] or "same_as", tuple(one["kills"]), one["z"], one["holds"], failed)


class Nursery:
    """A clean copy of the program, from which copies with a fault are made."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._clean = Path(top) / "clean"
        shutil.copytree(ROOT / "sim", self._clean / "sim", ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(self._clean / "sim", quiet=1)

    def text(self, file: str) -> str:
        """The text of a file below `sim`."""
        return (self._clean / "sim" / file).read_text(encoding="utf-8")

    @contextmanager
    def copy(self, file: str | None = None, text: str = "") -> Iterator[Path]:
        """A folder with a copy of `sim`, in which one file has another text."""
        with tempfile.TemporaryDirectory(dir=self._top) as folder:
            shutil.copytree(self._clean / "sim", Path(folder) / "sim", copy_function=os.link)
            if file is not None:
                target = Path(folder) / "sim" / file
                for linked in (target, *(target.parent / "__pycache__").glob(f"{target.stem}.*")):
                    linked.unlink()
                target.write_text(text, encoding="utf-8")
            yield Path(folder)


def in_processes(jobs: int, do: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
    """Results in the order of the tasks, each from a process of its own that knows no program yet."""
    assert "sim" not in sys.modules, "a copy could not be distinguished from the program"
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads is not to be forked
    for library in _LIBRARIES:
        import_module(library)
    with get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        yield from pool.imap(do, tasks, chunksize=1)


__all__ = [
    "Fault", "HangsError", "Nursery", "Oracles", "PlantError", "Said", "in_processes", "oracles", "said_of", "table",
]  # fmt: skip
