"""Resolves `extends:`: a chain of files inside one scenario folder, each merged over the one it extends.

The scenario folder is the nearest folder named `scenarios` above the given file, else the file's own folder.
A bare name that no file there has means the shipped scenario of that name, in the shipped folder.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path as FilePath
from typing import NamedTuple

from sim.errors import InputError
from sim.scenario.document import Draft, document_of, read_document
from sim.scenario.merging import merge
from sim.scenario.paths import shown
from sim.scenario.reading import as_text, refuse
from sim.scenario.shipped import Located, look_up, scenario_files, shipped, shipped_source

MOST_FILES = 9  # a file and eight that it extends
_FOLDER = "scenarios"
_EXTENDS = ("extends",)


def read_chain(path: str, given: bytes | None = None) -> Draft:
    """The draft of a file and all that it extends, the file itself on top; raises `InputError`.

    `path` may be the name of a shipped scenario. `given` is content that was read already (standard input); it is
    treated as a file in the current folder.

    `files` of the draft names each file relative to the scenario folder, with its SHA-256, the lowest first.
    """
    return chain_of(look_up(path) if given is None else Located(path, path), given)


def chain_of(found: Located, given: bytes | None = None) -> Draft:
    """As `read_chain`, for a file that was looked up already."""
    path = found.shown_as
    try:
        own = os.path.abspath(found.path)
    except (OSError, ValueError):
        raise refuse(path, "this path cannot be used") from None
    chain = [_Link(own, path, scenario_folder(own))]
    drafts = [read_document(own, path) if given is None else document_of(as_text(given, path), path)]
    if {"factors", "uncertain"} & set(drafts[0].data) and not {"places", "extends"} & set(drafts[0].data):
        raise refuse(path, "this is a sweep, not a scenario; run it with `drawdown sweep`")
    while "extends" in drafts[-1].data:
        following = _following(drafts[-1], chain)
        if following is None:
            break
        _refuse_chain(drafts[-1], chain, following)
        chain.append(following)
        drafts.append(read_document(following.file, following.shown_as, through_links=following.shipped))
    merged = Draft({}, {})
    for draft, link in zip(reversed(drafts), reversed(chain), strict=True):
        draft.files = [(link.name, draft.files[0][1]), *_inventories(draft, link)]
        merged = merge(merged, draft, os.path.basename(link.shown_as))
    return merged


class _Link(NamedTuple):
    """A file of a chain: its absolute path, its name in messages, and the folder that it may not leave."""

    file: str
    shown_as: str
    home: str
    shipped: bool = False

    @property
    def name(self) -> str:
        """Its name in manifests: relative to its folder, marked where a file of another folder extends it."""
        name = os.path.relpath(self.file, self.home).replace(os.sep, "/")
        return f"shipped:{name}" if self.shipped else name


def _inventories(draft: Draft, link: _Link) -> list[tuple[str, str]]:
    """The inventories from which a file takes lots (`lots: {from: stock.csv}`), read now, with their SHA-256."""
    places = draft.data.get("places")
    lots = (
        [place.get("lots") for place in places.values() if isinstance(place, dict)] if isinstance(places, dict) else []
    )
    if not any(isinstance(held, dict) and isinstance(held.get("from"), str) for held in lots):
        return []
    from sim.scenario.inventory.into import fill_lots

    def locate(name: str) -> str | None:
        target = os.path.normpath(os.path.join(os.path.dirname(link.file), name))
        inside = not _leaves(name) and os.path.commonpath([link.home, target]) == link.home
        return target if inside and not through_link(link.home, target) else None

    folder = os.path.dirname(link.name)
    return [(os.path.normpath(os.path.join(folder, name)), digest) for name, digest in
            fill_lots(draft, link.shown_as, locate)]  # fmt: skip


def _leaves(name: str) -> bool:
    """Whether a name is no path relative to a file."""
    return not name.strip() or "://" in name or name.startswith(("~", "/", "\\")) or "\\" in name or name[1:2] == ":"


def scenario_folder(file: str) -> str:
    """The folder that no `extends` may leave, from a file's absolute path."""
    parents = FilePath(file).parents
    return str(next((parent for parent in parents if parent.name == _FOLDER), FilePath(file).parent))


def _following(draft: Draft, chain: list[_Link]) -> _Link | None:
    """The file that a draft extends; takes the key out of the draft."""
    given = draft.data.pop("extends")
    if given is None:
        return None
    if not isinstance(given, str) or not given.strip():
        raise _refused(draft, "this should be the path of one file", shown(given))
    if _leaves(given):
        raise _refused(draft, "not a path inside the scenario folder", shown(given))
    file, shown_as, home, from_shipped = chain[-1]
    target = os.path.normpath(os.path.join(os.path.dirname(file), given))
    if os.path.commonpath([home, target]) != home:
        raise _refused(draft, "this path leaves the scenario folder", shown(given))
    if through_link(home, target):
        raise _refused(draft, "this path goes through a symbolic link", shown(given))
    if os.path.exists(target):
        shown_as = os.path.normpath(os.path.join(os.path.dirname(shown_as), given))
        return _Link(target, shown_as, home, from_shipped)
    if given in shipped():
        found = shipped_source(given)
        return _Link(os.path.abspath(found.path), found.shown_as, str(scenario_files()), shipped=True)
    raise _missing(draft, target, given)


def _refused(draft: Draft, wrong: str, got: str) -> InputError:
    allowed = (
        "a path relative to this file, inside its scenario folder, such as base/sahel.yaml; or the name of a shipped "
        "scenario, such as tessalit"
    )
    return InputError([*draft.problems, draft.problem(_EXTENDS, wrong, got, allowed)])


def _missing(draft: Draft, target: str, given: str) -> InputError:
    from sim.scenario.paths import nearest

    folder = os.path.dirname(target)
    names = [name for name in os.listdir(folder) if name.endswith(".yaml")] if os.path.isdir(folder) else []
    beside = {os.path.splitext(name)[0]: os.path.join(os.path.dirname(given), name) for name in names}
    near = nearest(os.path.splitext(os.path.basename(given))[0], [*beside, *shipped()])
    hint = None if near is None else beside.get(near, near)
    return InputError([*draft.problems, draft.problem(_EXTENDS, "no such file", shown(given), near=hint)])


def through_link(home: str, target: str) -> bool:
    """Whether a path below a folder goes through a symbolic link, or ends in one."""
    here = home
    for part in os.path.relpath(target, home).split(os.sep):
        here = os.path.join(here, part)
        try:
            if stat.S_ISLNK(os.lstat(here).st_mode):
                return True
        except (OSError, ValueError):
            return False
    return False


def _refuse_chain(draft: Draft, chain: list[_Link], following: _Link) -> None:
    names = " -> ".join(link.shown_as for link in [*chain, following])
    if following.file in [link.file for link in chain]:
        raise InputError([draft.problem(_EXTENDS, f"files extend one another in a circle: {names}")])
    if len(chain) >= MOST_FILES:
        raise InputError(
            [
                draft.problem(
                    _EXTENDS,
                    f"this chain of files is too deep: {names}",
                    allowed=f"at most {MOST_FILES - 1} files below the first",
                )
            ]
        )
