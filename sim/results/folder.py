"""The results folder: its name, whether what stands there is ours, and putting a new one in its place."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from sim.errors import ResultsError
from sim.results.identity import Identity, differences, slug
from sim.results.manifest import NAME, manifest_of
from sim.results.writing import sentences

PARTIAL, REPLACED = ".partial", ".replaced"
PICTURES = ("fates", "extracted", "lots_over_time", "places", "people", "causes")
"""Pictures that are drawn into a folder, and go with it when it is replaced."""


def default_folder(stem: str, identity: Identity, plain: bool, top: Path = Path("results")) -> Path:
    """`results/<stem>`, with `@` and eight characters of the run's hash where it is not `plain`."""
    return top / (slug(stem) if plain else f"{slug(stem)}@{identity.hash[:8]}")


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
    """Raises `ResultsError` where the disk would refuse a folder's name, or those of the folders beside it.

    Known before anything is simulated, not when the results are whole.
    """
    with sentences(f"{folder} can't be used"):
        for name in (folder.name, folder.name + PARTIAL, folder.name + REPLACED):
            with suppress(FileNotFoundError):
                os.lstat(folder.with_name(name))


def standing(folder: Path, identity: Identity) -> tuple[Literal["absent", "same", "other"], list[str]]:
    """What stands at a folder: nothing, the same run's finished results, or another's and how it differs.

    Raises `ResultsError` where it is a link, a file, or a folder with other content, or can't be made.
    """
    check_names(folder)
    if folder.is_symlink():
        raise ResultsError(f"{folder} is a link; name the folder itself")
    with sentences(f"{folder} can't be read"):
        _recover(folder)
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return "absent", []
    manifest = manifest_of(folder) if folder.is_dir() else None
    if manifest is None:
        raise ResultsError(f"{folder} is in the way: it is not a results folder; choose another --out")
    other = differences(identity.plain(), manifest["identity"])
    return ("other", other) if other else ("same", [])


def _recover(folder: Path) -> None:
    """Brings the old folder back where a run was stopped just before the new one was put in its place."""
    aside = folder.with_name(folder.name + REPLACED)
    if not folder.exists() and manifest_of(aside) is not None:
        aside.rename(folder)


def put_in_place(whole: Path, folder: Path) -> Path | None:
    """Renames a whole folder to its name; what stood there is moved away first and removed after.

    Gives the folder in which files that are none of ours were kept, where there were any. Raises `OSError`.
    """
    old = manifest_of(folder) if folder.is_dir() else None
    if old is None:
        whole.rename(folder)  # an empty folder gives way, any other content refuses
        return None
    aside = folder.with_name(folder.name + REPLACED)
    if aside.exists():
        aside = next(path for path in (aside.with_name(f"{aside.name}-{n}") for n in range(2, 10_000))
                     if not path.exists())  # fmt: skip
    folder.rename(aside)
    try:
        whole.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    return _remove(aside, old)


def _remove(aside: Path, manifest: dict[str, Any]) -> Path | None:
    """Takes away what a run wrote and nothing else; the folder if something else is left in it."""
    tables = [str(name) for name in manifest["tables"]]
    ours = {*tables, "summary.json", NAME}
    ours |= {f"{Path(name).stem}.parquet" for name in tables}
    ours |= {f"{name}.{kind}" for name in PICTURES for kind in ("png", "svg")}
    for entry in list(aside.iterdir()):
        if entry.name in ours and entry.is_file():
            entry.unlink()
    try:
        aside.rmdir()
    except OSError:
        return aside
    return None


def take_away(path: Path, mark: str, lock: str) -> None:
    """Removes a folder under work, first what it holds, then the file that marks it as ours, its lock last.

    Whatever stops this leaves a folder that is still known as ours, and no other process enters it meanwhile.
    """
    last = (mark, lock)
    with suppress(OSError):
        for entry in list(path.iterdir()):
            if entry.name not in last:
                discard(entry)
        for name in last:
            (path / name).unlink(missing_ok=True)
        path.rmdir()


def discard(entry: Path) -> None:
    """Removes a file, or a folder with all that it holds. Raises `OSError`."""
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def clear(path: Path) -> None:
    """An empty folder of our own inside a folder under work."""
    if path.is_dir():
        shutil.rmtree(path)
    path.mkdir()
