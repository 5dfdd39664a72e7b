"""Beginning what several runs go into: a folder that is there already, another's, or work to begin or go on with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.errors import ResultsError
from sim.results.work import Kind, Work, manifest_in, standing, take_leftover

Done = Callable[[dict[str, Any]], bool]
"""Whether a finished folder, by its manifest, has all that is wanted now."""


def nothing_lost(manifest: dict[str, Any]) -> bool:
    """Whether no replication was lost with a worker: one that was is worth another try."""
    return not manifest["lost"]


def begin_work(
    folder: Path,
    kind: Kind,
    identity: dict[str, Any],
    force: bool,
    done: Done = nothing_lost,
    worth_keeping: Done = lambda _: False,
) -> Work | None:
    """The work in progress, locked for this process; `None` where all that is wanted is there already.

    What is left of work that is whole is taken away, unless it is `worth_keeping` beside the finished folder.
    Raises `ResultsError` where the folder is another's; nothing was changed then.
    """
    if _is_there(folder, kind, identity, force, done):
        if not worth_keeping(manifest_in(folder, kind) or {}):
            take_leftover(folder, kind, identity)
        return None
    work = Work.open(folder, kind, identity, anew=force)
    try:
        there = _is_there(folder, kind, identity, force, done)  # another process may have finished it a moment ago
    except BaseException:
        work.release()
        raise
    if there:
        work.release()
    return None if there else work


def _is_there(folder: Path, kind: Kind, identity: dict[str, Any], force: bool, done: Done) -> bool:
    what, other = standing(folder, kind, identity)
    if what == "other" and not force:
        raise ResultsError(
            f"{folder} holds another {kind.noun}, which differs in {', '.join(other)}; "
            "choose another --out, or replace it with --force"
        )
    if what != "same":
        return False
    said = manifest_in(folder, kind)
    return said is not None and done(said)
