"""The pictures of a sweep by name, and drawing into its folder those that its design has."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes

from sim.errors import InputError, Problem
from sim.figures import FORMATS
from sim.figures.style import styled
from sim.figures.swept.bands import bands, variance
from sim.figures.swept.grids import heat, response
from sim.figures.swept.indices import correlations, morris, sobol
from sim.figures.swept.many import parallel, pareto
from sim.figures.swept.tables import SweptTables
from sim.figures.swept.tornado import tornado
from sim.figures.writing import write_picture

PICTURES: dict[str, Callable[..., Axes]] = {
    "response": response, "heat": heat, "tornado": tornado, "morris": morris, "sobol": sobol,
    "correlations": correlations, "parallel": parallel, "pareto": pareto, "bands": bands, "variance": variance,
}  # fmt: skip
_TWO = 2


def fitting(tables: SweptTables) -> list[str]:
    """Names of the pictures that the design of a sweep has something for."""
    levers, kind = len(tables.levers), tables.design
    indices = {"morris": "morris", "sobol": "sobol", "latin_hypercube": "correlations"}
    fits = {
        "response": kind == "grid" and levers >= 1, "heat": kind == "grid" and levers >= _TWO,
        "tornado": tables.has("effects"), "parallel": levers >= _TWO and kind != "one_at_a_time",
        "pareto": tables.has("pareto"), "bands": tables.has("bands"), "variance": tables.has("bands"),
        **{name: kind == design and levers >= 1 for design, name in indices.items()},
    }  # fmt: skip
    return [name for name in PICTURES if fits[name]]


def draw_all(folder: str | Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Every picture that fits the design, written into the folder: the paths.

    Raises `ResultsError` where the folder can't be read or written.
    """
    tables = SweptTables.read(folder)
    return [path for name in fitting(tables) for path in _write(tables, Path(folder), name, formats)]


def draw_missing(folder: str | Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """The pictures that fit the design and are not there yet; raises as `draw_all`."""
    tables = SweptTables.read(folder)
    missing = [
        name for name in fitting(tables) if not all((Path(folder) / f"{name}.{kind}").is_file() for kind in formats)
    ]
    return [path for name in missing for path in _write(tables, Path(folder), name, formats)]


def draw(folder: str | Path, name: str, formats: Sequence[str] = FORMATS) -> list[Path]:
    """One picture by name; raises as `draw_all`, and `InputError` for one that this sweep does not have."""
    tables = SweptTables.read(folder)
    known = fitting(tables)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        what = "a sweep of this design has no such picture"
        raise InputError([Problem("", what, name, ", ".join(known) or "none", near[0] if near else None)])
    return _write(tables, Path(folder), name, formats)


@styled
def _write(tables: SweptTables, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    return write_picture(PICTURES[name](tables), folder, name, tables.summary["name"], formats)
