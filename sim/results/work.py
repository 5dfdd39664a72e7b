"""Folders that several runs go into: work in progress, what stands there, and putting a whole one in place.

A comparison, a sweep and a selection are each a *kind* of such a folder. Each is whole or absent; what is under
way lies beside it in `<folder>.partial`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from sim.errors import ResultsError
from sim.results.folder import PICTURES as RUN_PICTURES
from sim.results.folder import REPLACED, partial_of
from sim.results.lock import take_lock
from sim.results.manifest import NAME, manifest_of
from sim.results.writing import sentences, to_json, write_whole

_LOCK = "lock"
_LONGEST = 1 << 26


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of folder: its word, the pictures drawn into it, and how two identities of it differ, in words.

    `runs` names a folder inside it that holds whole results of runs, where there is one.
    """

    noun: str
    pictures: tuple[str, ...]
    differing: Callable[[dict[str, Any], dict[str, Any]], list[str]]
    runs: str | None = None

    @property
    def finished(self) -> str:
        """What the manifest of a whole one says that it is."""
        return f"drawdown {self.noun}"

    @property
    def working(self) -> str:
        """What the file of one under way says that it is."""
        return f"drawdown {self.noun} in progress"

    @property
    def file(self) -> str:
        """Name of the file that says whose work in progress it is."""
        return f"{self.noun}.json"


def manifest_in(folder: Path, kind: Kind) -> dict[str, Any] | None:
    """The manifest of a finished folder of a kind; `None` where there is none."""
    return _said(folder / NAME, kind.finished)


def identity_under_way(folder: Path, kind: Kind) -> dict[str, Any] | None:
    """The identity of the work that lies in a `.partial` folder; `None` where it is none of this kind."""
    said = _said(folder / kind.file, kind.working)
    return None if said is None else said["identity"]


def _said(file: Path, what: str) -> dict[str, Any] | None:
    try:
        if file.stat().st_size > _LONGEST:
            return None
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(said, dict) and said.get("kind") == what and isinstance(said.get("identity"), dict)
    return said if ours else None


def standing(
    folder: Path, kind: Kind, identity: dict[str, Any]
) -> tuple[Literal["absent", "same", "other"], list[str]]:
    """What stands at a folder: nothing, this very one, or another of its kind and how it differs.

    Raises `ResultsError` where it is a link, a file, or a folder with other content.
    """
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


class Work:
    """Something under way in `<folder>.partial`, locked against other processes while it is open."""

    def __init__(self, path: Path, kind: Kind, lock: IO[str]) -> None:
        self.path, self.kind, self._lock = path, kind, lock

    @classmethod
    def open(cls, folder: Path, kind: Kind, identity: dict[str, Any], anew: bool) -> Work:
        """Begins or goes on; `anew` throws away the work of another. Raises `ResultsError`."""
        path = partial_of(folder)
        if path.is_symlink():
            raise ResultsError(f"{path} is a link; name the folder itself")
        with sentences(f"{path} can't be written"):
            known = _said(path / kind.file, kind.working)
            if path.exists() and known is None and any(entry.name != _LOCK for entry in path.iterdir()):
                raise ResultsError(f"{path} is in the way: it is no work in progress of a {kind.noun}")
            path.mkdir(parents=True, exist_ok=True)
            work = cls(path, kind, take_lock(path / _LOCK))
            try:
                work._claim(identity, anew)
            except BaseException:
                work.release()
                raise
        return work

    def _claim(self, identity: dict[str, Any], anew: bool) -> None:
        said = _said(self.path / self.kind.file, self.kind.working)
        other = self.kind.differing(identity, said["identity"]) if said else []
        if other and not anew:
            raise ResultsError(
                f"{self.path} holds the unfinished work of another {self.kind.noun}, which differs in "
                f"{', '.join(other)}; go on with that one, choose another --out, or throw it away with --force"
            )
        if other:
            for entry in [entry for entry in self.path.iterdir() if entry.name != _LOCK]:
                _discard(entry)
        write_whole(self.path / self.kind.file, to_json({"kind": self.kind.working, "identity": identity}))

    def release(self) -> None:
        """Lets the next process in; where nothing was played yet, nothing stays."""
        try:
            nothing = all(
                entry.name in (_LOCK, self.kind.file) or (entry.is_file() and not entry.stat().st_size)
                for entry in self.path.iterdir()
            )
        except OSError:  # the folder vanished, and with it what could be kept
            self._lock.close()
            return
        if nothing:
            self.remove()
        else:
            self._lock.close()

    def remove(self) -> None:
        """Takes the work away."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def _discard(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def put_in_place(whole: Path, folder: Path, kind: Kind) -> Path | None:
    """Renames a whole folder to its name; what stood there is moved away first and removed after.

    Gives the folder in which files that are none of ours were kept, where there were any. Raises `OSError`.
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


def _remove(aside: Path, kind: Kind, said: dict[str, Any]) -> Path | None:
    """Takes away what was written by us and nothing else; the folder if something else is left in it."""
    if kind.runs is not None:
        for run in sorted((aside / kind.runs).glob("*")):
            played = manifest_of(run)
            if played is not None and not run.is_symlink():
                _strip(run, played, RUN_PICTURES)
        try:
            if (aside / kind.runs).is_dir():
                (aside / kind.runs).rmdir()
        except OSError:
            return aside
    return None if _strip(aside, said, kind.pictures) else aside


def _strip(folder: Path, said: dict[str, Any], pictures: Sequence[str]) -> bool:
    """Removes the files that a manifest and its pictures name, and the folder; whether it is gone."""
    tables = [str(name) for name in said.get("tables", {})]
    ours = {*tables, "summary.json", NAME, *(f"{Path(name).stem}.parquet" for name in tables)}
    ours |= {f"{name}.{form}" for name in pictures for form in ("png", "svg")}
    for entry in list(folder.iterdir()):
        if entry.name in ours and entry.is_file():
            entry.unlink()
    try:
        folder.rmdir()
    except OSError:
        return False
    return True
