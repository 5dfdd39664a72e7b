"""Folders that several runs go into: work in progress, what stands there, and putting a whole one in place.

A comparison, a sweep and a selection are each a *kind* of such a folder. Each is whole or absent; what is under
way lies beside it in `<folder>.partial`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from sim.errors import ResultsError
from sim.results.folder import PICTURES as RUN_PICTURES
from sim.results.folder import REPLACED, check_names, discard, partial_of, take_away
from sim.results.lock import take_lock
from sim.results.manifest import NAME, manifest_of, said_in
from sim.results.writing import HALF, sentences, to_json, write_whole

_LOCK = "lock"


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
    """The manifest of a finished folder of a kind; `None` where there is none. Raises as `said_in`."""
    return said_in(folder / NAME, kind.finished)


def identity_under_way(folder: Path, kind: Kind) -> dict[str, Any] | None:
    """The identity of the work that lies in a `.partial` folder; `None` where it is none of this kind.

    Raises as `said_in`.
    """
    said = said_in(folder / kind.file, kind.working)
    return None if said is None else said["identity"]


def standing(
    folder: Path, kind: Kind, identity: dict[str, Any]
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
    other = _differing(kind, identity, said["identity"])
    return ("other", other) if other else ("same", [])


class Work:
    """Something under way in `<folder>.partial`, locked against other processes while it is open."""

    def __init__(self, path: Path, kind: Kind, lock: IO[bytes]) -> None:
        self.path, self.kind, self._lock = path, kind, lock

    @classmethod
    def open(cls, folder: Path, kind: Kind, identity: dict[str, Any], anew: bool) -> Work:
        """Begins or goes on; `anew` throws away the work of another. Raises `ResultsError`."""
        path = partial_of(folder)
        if path.is_symlink():
            raise ResultsError(f"{path} is a link; name the folder itself")
        with sentences(f"{path} can't be written"):
            if path.exists() and identity_under_way(path, kind) is None and not _only_begun(path, kind):
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
        said = said_in(self.path / self.kind.file, self.kind.working)
        other = _differing(self.kind, identity, said["identity"]) if said else []
        if other and not anew:
            raise ResultsError(
                f"{self.path} holds the unfinished work of another {self.kind.noun}, which differs in "
                f"{', '.join(other)}; go on with that one, choose another --out, or throw it away with --force"
            )
        if other:
            for entry in [entry for entry in self.path.iterdir() if entry.name not in (self.kind.file, _LOCK)]:
                discard(entry)
        write_whole(self.path / self.kind.file, to_json({"kind": self.kind.working, "identity": identity}))

    def release(self) -> None:
        """Lets the next process in; where nothing was played yet, nothing stays."""
        mark = self.kind.file
        try:
            nothing = all(
                entry.name in (_LOCK, mark, _half(mark)) or (entry.is_file() and not entry.stat().st_size)
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
        take_away(self.path, self.kind.file, _LOCK)
        self._lock.close()


def take_leftover(folder: Path, kind: Kind, identity: dict[str, Any]) -> None:
    """Takes away the work on a folder that is whole: whoever put it in place was stopped before doing so.

    Work of another identity stays, and so does all where another process is at it or the disk refuses.
    """
    path = partial_of(folder)
    if path.is_symlink() or not path.is_dir():
        return
    with suppress(OSError, ResultsError):
        known = identity_under_way(path, kind)
        if (known is not None and not _differing(kind, identity, known)) or _only_begun(path, kind):
            Work.open(folder, kind, identity, anew=False).remove()


def _only_begun(path: Path, kind: Kind) -> bool:
    """Whether a folder holds nothing but what is left by a process that was stopped in its first or last instant."""
    return path.is_dir() and all(entry.name in (_LOCK, _half(kind.file)) for entry in path.iterdir())


def _differing(kind: Kind, identity: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """In words, what an identity differs in from one that may be a stranger's, of whatever form."""
    try:
        return kind.differing(identity, theirs)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["its form"]


def _half(name: str) -> str:
    return name + HALF


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
    if kind.runs is not None and not (aside / kind.runs).is_symlink():
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
