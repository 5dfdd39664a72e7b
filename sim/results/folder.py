"""A folder of results: its kind, whether an existing one may be replaced, and how it is put in place.

A run, a comparison, a sweep, a selection and a backtest are each a *kind* of folder. Each is whole or absent; what is
in progress is next to it, in `<folder>.partial` (`sim.results.work`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sim.errors import ResultsError
from sim.results.files import sentences
from sim.results.identity import OF_ALL, Identity, differences
from sim.results.manifest import NAME, said_in

PARTIAL, REPLACED = ".partial", ".replaced"
_LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class FolderKind:
    """A kind of folder: its word, the pictures drawn into it, and in words what two identities of it may differ in.

    `finished` is what the manifest of a whole one says that it is, `working` the file of one under way. `runs` names a
    folder inside it that holds whole runs. `also` says in what parts two identities differ that else are the same.
    """

    noun: str
    finished: str
    working: str
    pictures: tuple[str, ...]
    words: Mapping[str, str]
    runs: str | None = None
    also: Callable[[dict[str, Any], dict[str, Any]], list[str]] = lambda _ours, _theirs: []

    @property
    def mark(self) -> str:
        """Name of the file that says whose work in progress it is."""
        return f"{self.noun}.json"

    def differing(self, ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
        """In words, what an identity differs in from one that may be a stranger's, of whatever form."""
        try:
            return differences(self.words, ours, theirs) or self.also(ours, theirs)
        except (KeyError, TypeError, ValueError, AttributeError):
            return ["its form"]


RUN = FolderKind(
    "run", "drawdown results", "drawdown work in progress",
    ("fates", "extracted", "lots_over_time", "places", "people", "causes"),
    {"name": "the scenario's name", "scenario": "the scenario", "precision": "the precision asked for",
     "max_replications": "the most replications", "guarantee": "the kind of interval", **OF_ALL},
)  # fmt: skip
"""A run as a kind of folder."""


def default_folder(top: Path, names: Sequence[str], identity: Identity, plain: bool) -> Path:
    """`a-vs-b` of names below `top`, with `@` and eight characters of the hash where it is not `plain`."""
    stem = "-vs-".join(names)
    if len(stem) > _LONGEST_NAME:
        stem = f"{stem[:_LONGEST_NAME]}-{hashlib.sha256(stem.encode()).hexdigest()[:8]}"
    return top / (stem if plain else f"{stem}@{identity.hash[:8]}")


def manifest_in(folder: Path, kind: FolderKind) -> dict[str, Any] | None:
    """The manifest of a finished folder of a kind; `None` where there is none. Raises as `said_in`."""
    said = said_in(folder / NAME, kind.finished)
    return said if said is not None and isinstance(said.get("tables"), dict) else None


def finished_in(folder: Path, kind: FolderKind) -> dict[str, Any]:
    """The manifest of a finished folder of a kind; raises `ResultsError` where there is none."""
    said = manifest_in(folder, kind)
    if said is None or not isinstance(said.get("summary"), dict):
        raise ResultsError(f"{folder} is not a finished {kind.noun}")
    return said


def partial_of(folder: Path) -> Path:
    """Where the work on a results folder is kept until it is whole."""
    return folder.with_name(folder.name + PARTIAL)


def settled(folder: Path) -> Path:
    """The folder with a name of its own: `.` and `..` spelt out. Raises `ResultsError` where it can have none."""
    with sentences(f"{folder} can't be used"):
        named = folder if folder.name not in ("", "..") else folder.resolve()
    if not named.name:
        raise ResultsError(f"{named} can't be replaced by results; name a folder in it")
    return named


def check_names(folder: Path) -> None:
    """Raises `ResultsError` where the disk would refuse a folder's name, or those of the folders next to it.

    Known before anything is simulated, not when the results are whole.
    """
    with sentences(f"{folder} can't be used"):
        for name in (folder.name, folder.name + PARTIAL, folder.name + REPLACED):
            with suppress(FileNotFoundError):
                os.lstat(folder.with_name(name))


def standing(
    folder: Path, kind: FolderKind, identity: dict[str, Any]
) -> tuple[Literal["absent", "same", "other"], list[str]]:
    """What stands at a folder: nothing, this very one, or another of its kind and how it differs.

    Raises `ResultsError` where it is a link, a file, or a folder with other content, or can't be made.
    """
    check_names(folder)
    if folder.is_symlink():
        raise ResultsError(f"{folder} is a link; name the folder itself")
    with sentences(f"{folder} can't be read"):
        aside = folder.with_name(folder.name + REPLACED)
        if not folder.exists() and manifest_in(aside, kind) is not None:
            aside.rename(folder)  # all was stopped just before the new one was put in place
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return "absent", []
    said = manifest_in(folder, kind) if folder.is_dir() else None
    if said is None:
        raise ResultsError(f"{folder} is in the way: it holds no {kind.noun}; choose another --out")
    other = kind.differing(identity, said["identity"])
    return ("other", other) if other else ("same", [])


def put_in_place(whole: Path, folder: Path, kind: FolderKind) -> Path | None:
    """Renames a whole folder to its name; what stood there is moved away first and removed after.

    Returns the folder in which foreign files were kept, if there were any. Raises `OSError`.
    """
    old = manifest_in(folder, kind) if folder.is_dir() else None
    if old is None:
        whole.rename(folder)  # an empty folder gives way, any other content refuses
        return None
    marks = ("", *(f"-{n}" for n in range(2, 10_000)))
    asides = (folder.with_name(folder.name + REPLACED + mark) for mark in marks)
    aside = next(path for path in asides if not path.exists())
    folder.rename(aside)
    try:
        whole.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    return _remove(aside, kind, old)


def _remove(aside: Path, kind: FolderKind, said: dict[str, Any]) -> Path | None:
    """Removes what drawdown wrote and nothing else; returns the folder if something else is left in it."""
    if kind.runs is not None and not (aside / kind.runs).is_symlink():
        for run in sorted((aside / kind.runs).glob("*")):
            manifest = manifest_in(run, RUN)
            if manifest is not None and not run.is_symlink():
                _strip(run, RUN, manifest)
        try:
            if (aside / kind.runs).is_dir():
                (aside / kind.runs).rmdir()
        except OSError:
            return aside
    return None if _strip(aside, kind, said) else aside


def _strip(folder: Path, kind: FolderKind, said: dict[str, Any]) -> bool:
    """Removes the files that a manifest and its pictures name, and the folder; returns whether it is removed."""
    tables = [str(name) for name in said["tables"]]
    ours = {*tables, "summary.json", "bound.json", "replays.json", "report.html", "label.txt", NAME}
    ours |= {f"{Path(name).stem}.parquet" for name in tables}
    ours |= {f"{name}.{form}" for name in kind.pictures for form in ("png", "svg")}
    for entry in list(folder.iterdir()):
        if entry.name in ours and entry.is_file():
            entry.unlink()
    try:
        folder.rmdir()
    except OSError:
        return False
    return True
