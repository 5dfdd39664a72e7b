"""The folder of a comparison: what makes two the same, work in progress, and putting it in place whole."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal

from sim.errors import ResultsError
from sim.results.folder import PICTURES as RUN_PICTURES
from sim.results.folder import REPLACED, partial_of
from sim.results.identity import SCHEMA, slug
from sim.results.lock import take_lock
from sim.results.manifest import NAME, manifest_of
from sim.results.writing import sentences, to_json, write_whole

KIND = "drawdown comparison"
WORKING = "drawdown comparison in progress"
RUNS = "runs"
"""Folder of the runs that a comparison played itself."""
PICTURES = ("fates", "differences", "replications", "timelines", "waterfall")
"""Pictures that are drawn into a comparison."""
_WORK, _LOCK = "comparison.json", "lock"
_LONGEST, _LONGEST_NAME = 1 << 26, 150


@dataclass(frozen=True, slots=True)
class ComparisonIdentity:
    """All that decides a comparison. `sides` are names, each with the identity of its run in plain data."""

    sides: tuple[tuple[str, dict[str, Any]], ...]
    seed: int
    replications: int
    of: str
    version: str
    program: str
    schema: int = SCHEMA

    def plain(self) -> dict[str, Any]:
        """The identity as JSON holds it."""
        said = json.loads(json.dumps(asdict(self)))
        return {**said, "sides": [{"name": name, "run": run} for name, run in said["sides"]]}

    @property
    def hash(self) -> str:
        """SHA-256 of what was asked for; the program's own state is told apart beside it."""
        asked = {key: value for key, value in self.plain().items() if key != "program"}
        for side in asked["sides"]:
            side["run"] = {key: value for key, value in side["run"].items() if key != "program"}
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


_WORDS = {
    "seed": "the seed", "replications": "the number of replications", "of": "the response looked at",
    "version": "the version of drawdown", "program": "the program", "schema": "the form of the results",
}  # fmt: skip
_TELLING = ("seed", "replications", "of", "version")


def differing(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """In words, what two identities differ in; empty for the same comparison."""
    said: list[str] = []
    for key, words in _WORDS.items():
        if ours[key] != theirs.get(key):
            both = f" ({json.dumps(theirs.get(key))[:60]}, now {json.dumps(ours[key])[:60]})" if key in _TELLING else ""
            said.append(words + both)
    if [side["name"] for side in ours["sides"]] != [side.get("name") for side in theirs.get("sides", [])]:
        return [*said, "what is compared"]
    pairs = zip(ours["sides"], theirs["sides"], strict=True)
    runs = [f"the run of {mine['name']}" for mine, other in pairs if mine["run"] != other.get("run")]
    return said or runs


def default_folder(names: Sequence[str], identity: ComparisonIdentity, plain: bool, top: Path) -> Path:
    """`compare/a-vs-b` below `top`, with `@` and eight characters of the hash where it is not `plain`."""
    stem = "-vs-".join("@".join(slug(part) for part in name.split("@") if part) or slug(name) for name in names)
    if len(stem) > _LONGEST_NAME:
        stem = f"{stem[:_LONGEST_NAME]}-{hashlib.sha256(stem.encode()).hexdigest()[:8]}"
    return top / "compare" / (stem if plain else f"{stem}@{identity.hash[:8]}")


def comparison_in(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished comparison; `None` where the folder holds none."""
    return _said(folder / NAME, KIND)


def _said(file: Path, kind: str) -> dict[str, Any] | None:
    try:
        if file.stat().st_size > _LONGEST:
            return None
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(said, dict) and said.get("kind") == kind and isinstance(said.get("identity"), dict)
    return said if ours else None


def standing(folder: Path, identity: ComparisonIdentity) -> tuple[Literal["absent", "same", "other"], list[str]]:
    """What stands at a folder: nothing, this comparison, or another and how it differs.

    Raises `ResultsError` where it is a link, a file, or a folder with other content.
    """
    if folder.is_symlink():
        raise ResultsError(f"{folder} is a link; name the folder itself")
    with sentences(f"{folder} can't be read"):
        aside = folder.with_name(folder.name + REPLACED)
        if not folder.exists() and comparison_in(aside) is not None:
            aside.rename(folder)  # a run was stopped just before the new one was put in place
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return "absent", []
    said = comparison_in(folder) if folder.is_dir() else None
    if said is None:
        raise ResultsError(f"{folder} is in the way: it holds no comparison; choose another --out")
    other = differing(identity.plain(), said["identity"])
    return ("other", other) if other else ("same", [])


class Work:
    """A comparison under way in `<folder>.partial`, locked against other processes while it is open."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        self.path, self._lock = path, lock

    @classmethod
    def open(cls, folder: Path, identity: ComparisonIdentity, anew: bool) -> Work:
        """Begins or goes on; `anew` throws away the work of another. Raises `ResultsError`."""
        path = partial_of(folder)
        if path.is_symlink():
            raise ResultsError(f"{path} is a link; name the folder itself")
        with sentences(f"{path} can't be written"):
            known = _said(path / _WORK, WORKING)
            if path.exists() and known is None and any(entry.name != _LOCK for entry in path.iterdir()):
                raise ResultsError(f"{path} is in the way: it is no work in progress of a comparison")
            path.mkdir(parents=True, exist_ok=True)
            work = cls(path, take_lock(path / _LOCK))
            try:
                work._claim(identity, anew)
            except BaseException:
                work.release()
                raise
        return work

    def _claim(self, identity: ComparisonIdentity, anew: bool) -> None:
        said = _said(self.path / _WORK, WORKING)
        other = differing(identity.plain(), said["identity"]) if said else []
        if other and not anew:
            raise ResultsError(
                f"{self.path} holds the unfinished work of another comparison, which differs in "
                f"{', '.join(other)}; go on with that one, choose another --out, or throw it away with --force"
            )
        if other:
            for entry in [entry for entry in self.path.iterdir() if entry.name != _LOCK]:
                _discard(entry)
        write_whole(self.path / _WORK, to_json({"kind": WORKING, "identity": identity.plain()}))

    def release(self) -> None:
        """Lets the next process in; where nothing was played yet, nothing stays."""
        if {entry.name for entry in self.path.iterdir()} <= {_LOCK, _WORK}:
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


def put_in_place(whole: Path, folder: Path) -> Path | None:
    """Renames a whole comparison to its name; what stood there is moved away first and removed after.

    Gives the folder in which files that are none of ours were kept, where there were any. Raises `OSError`.
    """
    old = comparison_in(folder) if folder.is_dir() else None
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
    return _remove(aside, old)


def _remove(aside: Path, said: dict[str, Any]) -> Path | None:
    """Takes away what a comparison wrote and nothing else; the folder if something else is left in it."""
    for run in sorted((aside / RUNS).glob("*")):
        played = manifest_of(run)
        if played is not None and not run.is_symlink():
            _strip(run, played, RUN_PICTURES)
    try:
        if (aside / RUNS).is_dir():
            (aside / RUNS).rmdir()
    except OSError:
        return aside
    return None if _strip(aside, said, PICTURES) else aside


def _strip(folder: Path, said: dict[str, Any], pictures: Sequence[str]) -> bool:
    """Removes the files that a manifest and its pictures name, and the folder; whether it is gone."""
    tables = [str(name) for name in said.get("tables", {})]
    ours = {*tables, "summary.json", NAME, *(f"{Path(name).stem}.parquet" for name in tables)}
    ours |= {f"{name}.{kind}" for name in pictures for kind in ("png", "svg")}
    for entry in list(folder.iterdir()):
        if entry.name in ours and entry.is_file():
            entry.unlink()
    try:
        folder.rmdir()
    except OSError:
        return False
    return True
