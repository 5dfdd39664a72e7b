"""Work in progress on a folder of results: `<folder>.partial`, locked while a process is at it, resumed by the next."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from sim.errors import ResultsError
from sim.results.files import HALF, sentences, to_json, write_whole
from sim.results.folder import FolderKind, manifest_in, partial_of, put_in_place, standing
from sim.results.journal import Journal
from sim.results.manifest import said_in
from sim.results.untrusted import as_written, open_to_append


def take_lock(path: Path) -> IO[bytes]:
    """Opens and locks a file, held until it is closed or the process ends in whatever way.

    Raises `ResultsError` naming who holds it, or where it is no plain file; `OSError` where the disk refuses.
    """
    while True:
        stream = open_to_append(path)
        if not _locked(stream):
            stream.seek(0)
            holder = _holder(stream.read(500))
            stream.close()
            raise ResultsError(f"{path.parent} is being worked on by {holder}; wait for it, or stop it")
        if _still_there(stream, path):
            stream.truncate(0)
            stream.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())
            stream.flush()
            return stream
        stream.close()  # who held it before finished and took the file away: there is a new one to try


def _locked(stream: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_there(stream: IO[bytes], path: Path) -> bool:
    try:
        return os.fstat(stream.fileno()).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


def _holder(text: bytes) -> str:
    try:
        said = json.loads(text)
        return f"process {int(said['pid'])} on {str(said['host'])[:100]!r}"
    except (ValueError, KeyError, TypeError):
        return "another process"


_LOCK, _WHOLE = "lock", "whole"

Done = Callable[[dict[str, Any]], bool]
"""Whether a finished folder, by its manifest, has all that is wanted now."""


@dataclass(frozen=True)
class Made:
    """A finished folder. `reused`: it was there already; `kept`: where files that are not ours were put."""

    folder: Path
    reused: bool
    kept: Path | None = None


class Unfinished:
    """Something under way in `<folder>.partial`, locked against other processes while it is open.

    In a `with`, whatever ends it early lets the next process in; what is in the journal stays.
    """

    def __init__(self, folder: Path, kind: FolderKind, lock: IO[bytes]) -> None:
        self.folder, self.kind, self._lock = folder, kind, lock
        self.path = partial_of(folder)
        self._journal: Journal | None = None

    @classmethod
    def open(cls, folder: Path, kind: FolderKind, identity: dict[str, Any], anew: bool = False) -> Unfinished:
        """Begins or resumes; `anew` discards the work of another. Raises `ResultsError`."""
        path = partial_of(folder)
        if path.is_symlink():
            raise ResultsError(f"{path} is a link; name the folder itself")
        with sentences(f"{path} can't be written"):
            if path.exists() and identity_under_way(path, kind) is None and not _only_begun(path, kind):
                raise ResultsError(f"{path} is in the way: it is no work in progress of a {kind.noun}")
            path.mkdir(parents=True, exist_ok=True)
            work = cls(folder, kind, take_lock(path / _LOCK))
            try:
                work._claim(identity, anew)
            except BaseException:
                work.release()
                raise
        return work

    def _claim(self, identity: dict[str, Any], anew: bool) -> None:
        known = identity_under_way(self.path, self.kind)
        other = self.kind.differing(identity, known) if known is not None else []
        if other and not anew:
            raise ResultsError(
                f"{self.path} holds the unfinished work of another {self.kind.noun}, which differs in "
                f"{', '.join(other)}; resume that one, choose another --out, or discard it with --force"
            )
        if other:
            for entry in [entry for entry in self.path.iterdir() if entry.name not in (self.kind.mark, _LOCK)]:
                _discard(entry)
        if other or known is None:
            write_whole(self.path / self.kind.mark, to_json({"kind": self.kind.working, "identity": identity}))

    @property
    def journal(self) -> Journal:
        """What was simulated so far; read when it is first asked for. Raises `ResultsError`."""
        if self._journal is None:
            self._journal = Journal(self.path)
        return self._journal

    def count(self) -> int:
        """How many replications need not be simulated again."""
        return self.journal.count()

    def finish(self, write: Callable[[Path], None]) -> Path | None:
        """Has a whole folder written and puts it in place; the work stays where a worker took replications along.

        Gives where files that are none of ours were kept, if any. Raises `ResultsError` of one sentence; what stood
        at the folder is untouched then.
        """
        whole, any_lost = self.path / _WHOLE, self.journal.any_lost
        with sentences(
            f"{self.folder} can't be written (finished replications are kept, and the same command resumes)"
        ):
            if whole.is_dir():
                shutil.rmtree(whole)
            whole.mkdir()
            write(whole)
            kept = put_in_place(whole, self.folder, self.kind)
        if any_lost:
            self.release()  # the same command may succeed later
        else:
            self.remove()
        return kept

    def release(self) -> None:
        """Releases the lock; removes the work if nothing has run yet."""
        if self._lock.closed:
            return
        if self._journal is not None:
            self._journal.close()
        mark = self.kind.mark
        try:
            nothing = all(
                entry.name in (_LOCK, mark, mark + HALF)
                or (entry.is_file() and (entry.suffix == ".npy" or not entry.stat().st_size))
                for entry in self.path.iterdir()
            )  # an array counts by its line in the journal
        except OSError:  # the folder vanished, and with it what could be kept
            nothing = False
        if nothing:
            self.remove()
        self._lock.close()

    def remove(self) -> None:
        """Takes the work away: first what it holds, then the mark that it is ours, its lock last.

        Whatever stops this leaves a folder that is still known as ours, and no other process enters it meanwhile.
        """
        if self._journal is not None:
            self._journal.close()
        if self._lock.closed:  # what lies there by now may be another's
            return
        last = (self.kind.mark, _LOCK)
        with suppress(OSError):
            for entry in list(self.path.iterdir()):
                if entry.name not in last:
                    _discard(entry)
            for name in last:
                (self.path / name).unlink(missing_ok=True)
            self.path.rmdir()
        self._lock.close()

    def __enter__(self) -> Unfinished:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.release()


def begin_work(
    folder: Path,
    kind: FolderKind,
    identity: dict[str, Any],
    force: bool,
    done: Done | None = None,
    worth_keeping: Done = lambda _: False,
) -> Unfinished | None:
    """The work in progress, locked for this process; `None` where all that is wanted is there already.

    What is left of work that is whole is taken away, unless it is `worth_keeping` beside the finished folder.
    Raises `ResultsError` where the folder is another's; nothing was changed then.
    """
    if _is_there(folder, kind, identity, force, done or nothing_lost):
        if not worth_keeping(manifest_in(folder, kind) or {}):
            _take_leftover(folder, kind, identity)
        return None
    work = Unfinished.open(folder, kind, identity, anew=force)
    try:
        there = _is_there(folder, kind, identity, force, done or nothing_lost)
    except BaseException:
        work.release()
        raise
    if there:  # another process has finished it a moment ago
        work.release()
    return None if there else work


def nothing_lost(manifest: dict[str, Any]) -> bool:
    """Whether no replication was lost with a worker: such a replication is run again."""
    return not manifest["lost"]


def _is_there(folder: Path, kind: FolderKind, identity: dict[str, Any], force: bool, done: Done) -> bool:
    what, other = standing(folder, kind, identity)
    if what == "other" and not force:
        raise ResultsError(
            f"{folder} holds another {kind.noun}, which differs in {', '.join(other)}; "
            "choose another --out, or replace it with --force"
        )
    said = manifest_in(folder, kind) if what == "same" else None
    with as_written(folder):
        return said is not None and done(said)


def _take_leftover(folder: Path, kind: FolderKind, identity: dict[str, Any]) -> None:
    """Removes the work on a finished folder, if the process that put it in place was stopped before doing so.

    Work of another identity stays, and so does all where another process is at it or the disk refuses.
    """
    path = partial_of(folder)
    if path.is_symlink() or not path.is_dir():
        return
    with suppress(OSError, ResultsError):
        known = identity_under_way(path, kind)
        if (known is not None and not kind.differing(identity, known)) or _only_begun(path, kind):
            Unfinished.open(folder, kind, identity).remove()


def identity_under_way(path: Path, kind: FolderKind) -> dict[str, Any] | None:
    """The identity of the work in a `.partial` folder; `None` where it is none of this kind. Raises as `said_in`."""
    said = said_in(path / kind.mark, kind.working)
    return None if said is None else said["identity"]


def _only_begun(path: Path, kind: FolderKind) -> bool:
    """Whether a folder holds nothing but what is left by a process that was stopped in its first or last instant."""
    return path.is_dir() and all(entry.name in (_LOCK, kind.mark + HALF) for entry in path.iterdir())


def _discard(entry: Path) -> None:
    """Removes a file, or a folder with all that it holds. Raises `OSError`."""
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()
