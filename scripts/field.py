"""The field on which files are tried: a copy of all there are, in which each mutated one lies among its neighbours."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("scenarios", "tests/data", "tests/verification")
"""Where the files come from."""
OFTEN = {"right": 50.0, "broken": 46.9, "shipped": 3.0, "sweeps": 0.1}
"""How often, in a hundred, one begins with a little file that is right, one that is not, a scenario, its sweeps."""


class HangsError(BaseException):
    """Too much work; no `except Exception` stops it."""


@contextmanager
def no_more_than(seconds: float) -> Iterator[None]:
    """Raises `HangsError` inside after so much work of this process, however busy the machine is."""

    def stop(_signal: int, _frame: object) -> None:
        raise HangsError(f"more than {seconds:.1f} s of work")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@dataclass(frozen=True)
class Case:
    """What is tried: `files` or `simulated`, and the number."""

    kind: str
    number: int
    seed: int

    @property
    def dice(self) -> random.Random:
        """The same dice whenever it is tried."""
        return random.Random(f"{self.seed}/{self.kind}/{self.number}")  # nosec B311  # dice to repeat, no secret


class Field:
    """A process's own copy of all files, with the place in which each mutated one lies among its neighbours."""

    def __init__(self, top: str, door: Callable[[Path], object]) -> None:
        self._door = door
        self.folder = Path(tempfile.mkdtemp(dir=top))
        for name in FOLDERS:
            shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        self.empty = self.folder / "here"
        self.empty.mkdir()
        os.chdir(self.empty)
        self.seeds: dict[str, list[Path]] = {name: [] for name in OFTEN}
        for path in sorted(self.folder.rglob("*.yaml")):
            self.seeds[_group(path.relative_to(self.folder))].append(path)
        self.playable = [path for path in self.seeds["right"] + self.seeds["shipped"] if _is_scenario(path)]
        self._folders = [self.folder, *(path for path in self.folder.rglob("*") if path.is_dir())]
        self.before = self._listed()
        self._takes: dict[Path, float] = {}

    def _listed(self) -> set[str]:
        """Names of all that lies there, by the folders that a file could be left in."""
        return {f"{folder}/{name}" for folder in self._folders for name in os.listdir(folder)}

    def pick(self, dice: random.Random) -> Path:
        """A file to begin with."""
        (name,) = dice.choices(list(OFTEN), list(OFTEN.values()))
        return dice.choice(self.seeds[name])

    def text(self, path: Path) -> str:
        """Its text, whatever its bytes are."""
        return path.read_text(encoding="utf-8", errors="replace")

    def takes(self, path: Path) -> float:
        """How long the door takes for a file unharmed."""
        if path not in self._takes:
            began = time.process_time()
            self._door(path)
            self._takes[path] = time.process_time() - began
        return self._takes[path]

    def check(self) -> None:
        """Raises `AssertionError` where a file was left or is gone."""
        now = self._listed()
        odd = sorted(now ^ self.before)
        self.before = now
        assert not odd, f"files that came or went: {odd[:5]}"


def _group(path: Path) -> str:
    """Of which kind a file is."""
    if path.parts[0] == "scenarios":
        return "sweeps" if "sweeps" in path.parts else "shipped"
    return "broken" if path.parent.name in ("broken", "broken-sweeps") else "right"


def _is_scenario(path: Path) -> bool:
    """Whether it runs in a moment: a base of others is not a scenario, and the whole mission is large."""
    return path.name != "sahel.yaml" and not path.name.startswith("minusma")
