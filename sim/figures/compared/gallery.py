"""The pictures of a comparison by name, and drawing them into its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes

from sim.errors import InputError, Problem
from sim.figures import FORMATS
from sim.figures.compared.differences import differences
from sim.figures.compared.fates import fates
from sim.figures.compared.replications import replications
from sim.figures.compared.tables import ComparedTables
from sim.figures.compared.timelines import timelines
from sim.figures.compared.waterfall import waterfall
from sim.figures.style import styled
from sim.figures.writing import write_picture

PICTURES: dict[str, Callable[..., Axes]] = {
    "fates": fates,
    "differences": differences,
    "replications": replications,
    "timelines": timelines,
    "waterfall": waterfall,
}


def draw_all(folder: str | Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Every picture of a comparison, written into it: the paths; a waterfall where one was played.

    Raises `ResultsError` where the folder can't be read or written.
    """
    tables = ComparedTables.read(folder)
    names = [name for name in PICTURES if name != "waterfall" or tables.waterfall is not None]
    return [path for name in names for path in _write(tables, Path(folder), name, formats)]


def draw(folder: str | Path, name: str, formats: Sequence[str] = FORMATS) -> list[Path]:
    """One picture of a comparison by name; raises as `draw_all`, and `InputError` for one that it has not."""
    tables = ComparedTables.read(folder)
    if name not in PICTURES or (name == "waterfall" and tables.waterfall is None):
        raise InputError([Problem("", "this comparison has no such picture", name, ", ".join(PICTURES))])
    return _write(tables, Path(folder), name, formats)


@styled
def _write(tables: ComparedTables, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    return write_picture(PICTURES[name](tables), folder, name, tables.origin, formats)
