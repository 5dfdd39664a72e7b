"""Files that a user names to be written: looked at before anything is simulated."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sim.errors import Problem, ResultsError
from sim.results.files import HALF, fresh, sentences

_KINDS = {
    stat.S_IFDIR: "a folder", stat.S_IFLNK: "a link", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device", stat.S_IFBLK: "a device",
}  # fmt: skip


def problem_of_target(option: str, path: Path) -> Problem | None:
    """Why a file could not be put in place at a path that an option names; `None` where it could.

    A plain file that is there is replaced. Anything else of that name stays as it is: a link, a pipe or a device
    would give way to a plain file, `/dev/null` among them.
    """
    try:
        with sentences(f"{path} can't be written"):
            wrong = _wrong(path)
            if wrong is None:
                half = path.with_name(path.name + HALF)
                fresh(half).close()
                half.unlink()
    except ResultsError as error:
        wrong = str(error)
    return None if wrong is None else Problem(option, wrong)


def _wrong(path: Path) -> str | None:
    try:
        kind = stat.S_IFMT(os.lstat(path).st_mode)
    except FileNotFoundError:
        there = path.absolute().parent.is_dir()
        return None if there else f"there is no folder {path.parent} to write it in"
    return f"{path} is {_KINDS[kind]}; name a file" if kind in _KINDS else None
