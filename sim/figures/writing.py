"""One picture into its folder, in each format wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.figures.style import lay_out, save
from sim.figures.words import plain
from sim.results.files import sentences


def write_picture(axes: Axes, folder: Path, name: str, about: object, formats: Sequence[str]) -> list[Path]:
    """The sheet that axes are on, as `name.png` and so on: the paths. Raises `ResultsError`."""
    figure = axes.figure
    assert isinstance(figure, Figure), "a sheet of its own is no part of another figure"
    lay_out(figure)
    paths = [folder / f"{name}.{kind}" for kind in formats]
    for path in paths:
        with sentences(f"{path} can't be written"):
            save(figure, path, plain(f"{name}: {about}"))
    return paths
