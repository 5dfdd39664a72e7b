"""The pictures by name, and drawing them into a results folder."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes

from sim.errors import InputError, Problem
from sim.figures import FORMATS
from sim.figures.causes import causes
from sim.figures.extracted import extracted
from sim.figures.fates import fates
from sim.figures.lots_over_time import lots_over_time
from sim.figures.people import people
from sim.figures.places import places
from sim.figures.style import styled
from sim.figures.tables import Tables
from sim.figures.writing import write_picture

Picture = Callable[..., Axes]
"""Takes `Tables`, and `Axes` where its main panel should be drawn there; gives the `Axes` of that panel."""

PICTURES: dict[str, Picture] = {
    "fates": fates,
    "extracted": extracted,
    "lots_over_time": lots_over_time,
    "places": places,
    "people": people,
    "causes": causes,
}


def draw_all(folder: str | Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Every picture of a results folder, written into it: the paths, in the order of `PICTURES`.

    Raises `ResultsError` where the folder can't be read or written, `InputError` for an unknown format.
    """
    _check_formats(formats)
    tables = Tables.read(folder)
    return [path for name in PICTURES for path in _write(tables, Path(folder), name, formats)]


def draw(folder: str | Path, name: str, formats: Sequence[str] = FORMATS) -> list[Path]:
    """One picture by name, in each format; raises as `draw_all`, and `InputError` for an unknown name."""
    if name not in PICTURES:
        near = difflib.get_close_matches(name, PICTURES, n=1)
        allowed = ", ".join(PICTURES)
        raise InputError([Problem("", "there is no such picture", name, allowed, near[0] if near else None)])
    _check_formats(formats)
    return _write(Tables.read(folder), Path(folder), name, formats)


def _check_formats(formats: Sequence[str]) -> None:
    for kind in formats:
        if kind not in FORMATS:
            raise InputError([Problem("", "pictures are not written so", kind, ", ".join(FORMATS))])


@styled
def _write(tables: Tables, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    return write_picture(PICTURES[name](tables), folder, name, tables.plan.name, formats)
