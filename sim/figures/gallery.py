"""The table of pictures of each kind of folder, and how they are drawn into a folder.

matplotlib is slow to import, so pictures are named here, and their modules imported when they are drawn.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem
from sim.results.backtest_folder import BACKTEST
from sim.results.comparison_folder import COMPARISON
from sim.results.finished import Results, read_results
from sim.results.folder import RUN, manifest_in
from sim.results.selection_folder import SELECTION
from sim.results.solve_folder import SOLVE
from sim.results.sweeps import SWEEP
from sim.results.why_folder import WHY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    Picture = Callable[..., Axes]

FORMATS = ("png", "svg")
"""Formats that a picture can be written in."""
_TWO, _FOUR = 2, 4


@dataclass(frozen=True, slots=True)
class Gallery:
    """The pictures of one kind of folder: by name, the module of `sim.figures` that has a function of that name.

    `tables` (`module:function`) reads the tables of a folder; `about` of these is written into the file of a picture.
    `fits` lists the pictures for which a folder has data, by its manifest; `lacks` is the message if it has none.
    """

    pictures: Mapping[str, str]
    tables: str
    about: Callable[[Any], object]
    fits: Callable[[Results], list[str]] | None = None
    lacks: str = "no such picture"

    def read(self, folder: str | Path) -> Any:
        """Returns the tables for the pictures of a folder; raises `ResultsError` if unreadable or changed."""
        return _named(self.tables)(folder)

    def picture(self, name: str) -> Picture:
        """Returns the function of a picture, which takes the tables of `read` and, optionally, `Axes`."""
        found: Picture = _named(f"sim.figures.{self.pictures[name]}:{name}")
        return found

    def fitting(self, results: Results) -> list[str]:
        """Returns the names of the pictures for which a folder has data, in drawing order."""
        fits = self.pictures if self.fits is None else self.fits(results)
        return [name for name in self.pictures if name in fits]


def _named(text: str) -> Any:
    module, _, name = text.partition(":")
    return attrgetter(name)(import_module(module))


def _of_comparison(results: Results) -> list[str]:
    has_one = "waterfall.csv" in results.manifest["tables"]
    return [name for name in COMPARISON.pictures if name != "waterfall" or has_one]


def _of_sweep(results: Results) -> list[str]:
    """Returns the pictures for which the design of a sweep has data."""
    tables, summary = results.manifest["tables"], results.summary
    levers, kind = len(summary["levers"]), str(summary["design"]["kind"])
    indices = {"morris": "morris", "sobol": "sobol", "latin_hypercube": "correlations"}
    fits = {
        "response": kind == "grid" and levers >= 1, "heat": kind == "grid" and levers >= _TWO,
        "tornado": "effects.csv" in tables, "parallel": levers >= _FOUR and kind != "one_at_a_time",
        "pareto": "pareto.csv" in tables, "bands": "bands.csv" in tables, "variance": "bands.csv" in tables,
        **{name: kind == design and levers >= 1 for design, name in indices.items()},
    }  # fmt: skip
    return [name for name, fit in fits.items() if fit]


GALLERIES: dict[str, Gallery] = {
    RUN.noun: Gallery(
        {
            "fates": "fate_bars", "extracted": "extracted", "lots_over_time": "lots_over_time", "places": "place_bars",
            "people": "people_lines", "causes": "cause_bars",
        },
        "sim.figures.run_tables:RunTables.read", lambda tables: tables.plan.name,
    ),
    COMPARISON.noun: Gallery(
        dict.fromkeys(COMPARISON.pictures, "comparison_pictures"),
        "sim.figures.compared_tables:ComparedTables.read", lambda tables: tables.origin,
        _of_comparison, "this comparison has no such picture",
    ),
    SWEEP.noun: Gallery(
        {
            "response": "sweep_points", "heat": "sweep_points", "tornado": "sweep_effects", "morris": "sweep_effects",
            "sobol": "sweep_effects", "correlations": "sweep_effects", "parallel": "sweep_points",
            "pareto": "sweep_points", "bands": "sweep_bands", "variance": "sweep_bands",
        },
        "sim.figures.swept_tables:SweptTables.read", lambda tables: tables.summary["name"],
        _of_sweep, "a sweep of this design has no such picture",
    ),
    SELECTION.noun: Gallery(
        {"differences": "selection_picture"},
        "sim.results.selection_folder:read_selection", lambda selection: selection.summary["response"],
    ),
    WHY.noun: Gallery(
        dict.fromkeys(WHY.pictures, "why_pictures"),
        "sim.results.why_folder:read_why", lambda answer: answer.summary["name"],
    ),
    SOLVE.noun: Gallery(
        {"curve": "solve_picture"},
        "sim.results.solve_folder:read_solve", lambda found: found.summary["name"],
    ),
    BACKTEST.noun: Gallery(
        {"record": "backtest_picture"},
        "sim.results.backtest_folder:read_backtest", lambda tested: tested.manifest["name"],
    ),
}  # fmt: skip
"""The pictures of each kind of folder, by its noun."""


def gallery_of(folder: Path) -> tuple[Gallery, Results]:
    """Returns the gallery and the results of a folder; raises `ResultsError` if they are not drawdown's."""
    for kind in (COMPARISON, SWEEP, SELECTION, WHY, SOLVE, BACKTEST):
        manifest = manifest_in(folder, kind)
        if manifest is not None:
            return GALLERIES[kind.noun], Results(folder, manifest)
    return GALLERIES[RUN.noun], read_results(folder)


def draw_all(folder: str | Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Draws every picture of a finished folder into it; returns the paths, in the order of its gallery.

    Raises `ResultsError` where the folder can't be read or written, `InputError` for an unknown format.
    """
    _check_formats(formats)
    gallery, results = gallery_of(Path(folder))
    return _drawn(gallery, gallery.read(folder), Path(folder), gallery.fitting(results), formats)


def draw_missing(folder: str | Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Draws the missing pictures; raises as `draw_all`."""
    gallery, results = gallery_of(Path(folder))
    there = {path.name for path in Path(folder).iterdir() if path.is_file()}
    missing = [name for name in gallery.fitting(results) if {f"{name}.{kind}" for kind in formats} - there]
    return _drawn(gallery, gallery.read(folder), Path(folder), missing, formats) if missing else []


def draw(folder: str | Path, name: str, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Draws one picture in each format; raises as `draw_all`, and `InputError` if the folder has no such picture."""
    _check_formats(formats)
    gallery, results = gallery_of(Path(folder))
    if name not in gallery.pictures:
        raise _no_such(name, list(gallery.pictures), "no such picture")
    tables, fitting = gallery.read(folder), gallery.fitting(results)
    if name not in fitting:
        raise _no_such(name, fitting, gallery.lacks)
    return _drawn(gallery, tables, Path(folder), [name], formats)


def _no_such(name: str, known: Sequence[str], wrong: str) -> InputError:
    near = difflib.get_close_matches(name, known, n=1)
    return InputError([Problem("", wrong, name, ", ".join(known) or "none", near[0] if near else None)])


def _check_formats(formats: Sequence[str]) -> None:
    for kind in formats:
        if kind not in FORMATS:
            raise InputError([Problem("", "unknown format of pictures", kind, ", ".join(FORMATS))])


def _drawn(gallery: Gallery, tables: Any, folder: Path, names: Iterable[str], formats: Sequence[str]) -> list[Path]:
    from sim.figures.style import styled, write_sheet

    @styled
    def write(name: str) -> list[Path]:
        return write_sheet(gallery.picture(name)(tables), folder, name, gallery.about(tables), formats)

    return [path for name in names for path in write(name)]
