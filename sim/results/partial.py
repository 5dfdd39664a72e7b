"""Work in progress: `<folder>.partial`, a file a block; whatever stops a run costs a block at most."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from sim.errors import ResultsError
from sim.results.blockfile import LAST, PATTERN, Head, head_of, part_of, read_block, read_head, write_block
from sim.results.folder import discard, take_away
from sim.results.identity import Identity, differences
from sim.results.lock import take_lock
from sim.results.manifest import said_in
from sim.results.records import Block
from sim.results.writing import HALF, sentences, to_json, write_whole

KIND = "drawdown work in progress"
_RUN, _LOCK = "run.json", "lock"


class Partial:
    """The blocks of a run that is under way, locked against other processes while it is open.

    In memory are the names of their files, and 4 bytes a replication: in which of them it is.
    """

    def __init__(self, path: Path, lock: IO[bytes]) -> None:
        self.path = path
        self._lock = lock
        self._files: list[str] = []
        self._at = array("i")  # by number: the file with its rows or that it failed, counted from 1; 0 is none
        self._lost: dict[int, int] = {}  # the same of those lost with a worker
        for file in sorted(path.glob(PATTERN)):
            head = read_head(file)
            if head is not None:
                self._note(file, head)

    def _note(self, file: Path, head: Head) -> None:
        self._files.append(file.name)
        settled = head.records + head.failed
        self._at.extend([0] * (max(settled + head.lost, default=0) + 1 - len(self._at)))
        for number in settled:
            self._at[number] = len(self._files)
        self._lost |= dict.fromkeys(head.lost, len(self._files))

    @classmethod
    def open(cls, path: Path, identity: Identity, anew: bool = False) -> Partial:
        """Begins or goes on with the work of a run; `anew` throws away the work of another run.

        Raises `ResultsError` where the folder is another run's, another process's or none of ours.
        """
        if path.is_symlink():
            raise ResultsError(f"{path} is a link; name the folder itself")
        with sentences(f"{path} can't be written"):
            if path.exists() and progress_of(path) is None and not _only_begun(path):
                raise ResultsError(f"{path} is in the way: it is no work in progress of drawdown's")
            path.mkdir(parents=True, exist_ok=True)
            lock = take_lock(path / _LOCK)
            try:
                _check_or_claim(path, identity, anew)
                return cls(path, lock)
            except BaseException:
                if _only_begun(path):
                    take_away(path, _RUN, _LOCK)
                lock.close()
                raise

    def missing(self, until: int) -> array[int]:
        """Numbers from 1 to `until` to be played, in order: those lost with a worker are worth another try."""
        known = len(self._at)
        return array("i", (number for number in range(1, until + 1) if number >= known or not self._at[number]))

    def count(self) -> int:
        """How many replications need not be played again."""
        return len(self._at) - self._at.count(0)

    def add(self, block: Block) -> None:
        """Keeps a block; it is on the disk when this returns. Raises `ResultsError` of one sentence."""
        if not block.numbers:
            return
        with sentences(f"{self.path} can't be written"):
            self._note(write_block(self.path, block), head_of(block))

    def blocks(self, until: int = LAST) -> Iterator[Block]:
        """All replications up to a number, in the order of their numbers, whatever blocks they came in."""
        for at, numbers in groupby(range(1, min(until + 1, len(self._at))), self._file_of):
            if at:
                yield part_of(read_block(self.path / self._files[at - 1]), list(numbers))

    def _file_of(self, number: int) -> int:
        """Of a number the file, counted from 1; 0 is none. Rows win over an earlier loss."""
        return self._at[number] or self._lost.get(number, 0)

    def release(self) -> None:
        """Lets the next process in; what was played stays, and where nothing was, nothing stays."""
        if self._files:
            self._lock.close()
        else:
            self.remove()

    def remove(self) -> None:
        """Takes the work away, once the results are whole elsewhere."""
        take_away(self.path, _RUN, _LOCK)
        self._lock.close()


def take_leftover(path: Path, identity: Identity) -> None:
    """Takes away the work of a run whose results are whole: whoever put them in place was stopped before doing so.

    Work of another run stays, and so does all where another process is at it or the disk refuses.
    """
    if path.is_symlink() or not path.is_dir():
        return
    with suppress(OSError, ResultsError):
        said = progress_of(path)
        if (said is not None and not differences(identity.plain(), said["identity"])) or _only_begun(path):
            Partial.open(path, identity).remove()


def _only_begun(path: Path) -> bool:
    """Whether a folder holds nothing but what a process leaves that was stopped in its first instant."""
    return path.is_dir() and all(entry.name in (_LOCK, _RUN + HALF) for entry in path.iterdir())


def _check_or_claim(path: Path, identity: Identity, anew: bool) -> None:
    said = progress_of(path)
    if said is not None:
        other = differences(identity.plain(), said["identity"])
        if not other:
            return
        if not anew:
            raise ResultsError(
                f"{path} holds the unfinished work of another run, which differs in {', '.join(other)}; "
                "go on with that one, choose another --out, or throw it away with --force"
            )
        for entry in [entry for entry in path.iterdir() if entry.name not in (_RUN, _LOCK)]:
            discard(entry)
    write_whole(path / _RUN, to_json({"kind": KIND, "run": identity.hash, "identity": identity.plain()}))


def progress_of(path: Path) -> dict[str, Any] | None:
    """`run.json` of a folder under work; `None` where it is none of ours. Raises `ResultsError` as `said_in`."""
    return said_in(path / _RUN, KIND)


def lost_in(path: Path) -> frozenset[int]:
    """Numbers of replications that were lost with a worker in a folder under work, and not played since."""
    heads = [head for head in map(read_head, path.glob(PATTERN)) if head]
    lost = {number for head in heads for number in head.lost}
    return frozenset(lost.difference(*(head.records + head.failed for head in heads)))


def played_in(path: Path) -> int:
    """How many replications a folder under work holds."""
    heads = [read_head(file) for file in path.glob(PATTERN)]
    return len({number for head in heads if head for number in head.records + head.failed})
