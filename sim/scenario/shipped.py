"""Files that come with the program, found by name: scenarios, sweeps, oracles and a baseline.

In a checkout they are in the folders of the repository. A wheel carries copies in `sim/shipped`, so that
`drawdown run tessalit` works in any folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.scenario.foreign import START
from sim.scenario.paths import nearest
from sim.scenario.reading import refuse

_PACKAGE = Path(__file__).resolve().parents[1]
_IN_WHEEL = _PACKAGE / "shipped"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Located:
    """The path of a command's argument, and its name in messages and manifests, without paths of this machine."""

    path: str
    shown_as: str
    shipped: bool = False


def _folder(in_wheel: str, in_checkout: str) -> Path:
    carried = _IN_WHEEL / in_wheel
    return carried if carried.is_dir() else _PACKAGE.parent / in_checkout


def scenario_files() -> Path:
    """The folder of the shipped scenarios; invented ones are in `examples` below it, sweeps in `sweeps`."""
    return _folder("scenarios", "scenarios")


def oracle_files() -> Path:
    """The folder of the shipped oracles."""
    return _folder("oracles", "tests/verification/oracles")


def baseline_folder(given: Path) -> Path:
    """The results folder for `--baseline`: the one at this path, else the shipped one of this name."""
    shipped = _folder("baselines", "results/reference/sweep") / given
    return shipped if _is_bare(str(given)) and not os.path.lexists(given) and os.path.isdir(shipped) else given


@cache
def shipped() -> dict[str, Path]:
    """Every shipped scenario and sweep by its name, the stem of its file: scenarios first, then invented examples."""
    top = scenario_files()
    folders = (top, top / "examples", top / "sweeps")
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.yaml"))}


def look_up(given: str) -> Located:
    """The file of an argument: the one at that path, else, for a bare name, a shipped one.

    `tessalit` means the file `tessalit`, then `tessalit.yaml` here, then the shipped scenario. Raises `InputError` for
    a missing file whose name is similar to that of a shipped one; returns the path itself if nothing fits.
    """
    if _is_file(given):
        return Located(given, given)
    if _is_bare(given):
        for suffix in _SUFFIXES:
            if _is_file(given + suffix):
                return Located(given + suffix, given + suffix)
        if given in shipped():
            return shipped_source(given)
    if not os.path.lexists(given):
        _refuse_near_miss(given)
    return Located(given, given)


def shipped_source(name: str) -> Located:
    """The shipped scenario or sweep of this name, regardless of the working folder; raises `KeyError`."""
    file = shipped()[name]
    return Located(str(file), file.relative_to(scenario_files()).as_posix(), shipped=True)


def _is_bare(given: str) -> bool:
    """Whether an argument is a name alone, without folder or suffix."""
    return os.path.basename(given) == given and not os.path.splitext(given)[1] and given.strip(".") != ""


def _is_file(given: str) -> bool:
    return os.path.lexists(given) and not os.path.isdir(given)  # both are false for a name that no file system allows


def _refuse_near_miss(given: str) -> None:
    """Suggest a shipped file of a similar name, unless a file next to the path is similar: reading suggests that."""
    folder, name = os.path.split(given)
    stem, suffix = os.path.splitext(name)
    if suffix not in ("", *_SUFFIXES):
        return
    try:
        beside = [Path(entry).stem for entry in os.listdir(folder or ".") if entry.endswith(_SUFFIXES)]
    except (OSError, ValueError):
        beside = []
    near = nearest(stem, shipped())
    if near is not None and nearest(stem, beside) is None:
        raise refuse(given, "no such file", allowed=f"{START}, `drawdown list` shows those that are there", near=near)
