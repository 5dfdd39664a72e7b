"""`drawdown plot`: the pictures of a folder again, or one of them: of a run, comparison, sweep or selection."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from sim.cli.codes import DONE


@click.command("plot")
@click.argument("results", type=click.Path(path_type=Path))
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(["png", "svg"]), help="Only this.  [default: both]")
@click.option("--quiet", is_flag=True, help="Do not say what was written.")
@click.option("--json", "as_json", is_flag=True, help="What was written, as JSON.")
def plot(results: Path, name: str | None, form: str | None, quiet: bool, as_json: bool) -> int:
    """Draws the pictures of a results folder into it, or the one with this NAME."""
    from sim.cli.say import answer, answer_json  # noqa: PLC0415 - with the rest, only where something is drawn
    from sim.figures import FORMATS  # noqa: PLC0415 - as above
    from sim.results.strangers import as_written  # noqa: PLC0415 - as above

    formats = (form,) if form else FORMATS
    with as_written(results):
        gallery = _gallery_of(results)
        paths = _one(gallery, results, name, formats) if name else gallery.draw_all(results, formats)
    if as_json:

        answer_json({"pictures": [str(path) for path in paths]}, None)
    elif not quiet:
        answer("\n".join(str(path) for path in paths))
    return DONE


def _gallery_of(folder: Path) -> Any:
    """The pictures that go with what a folder holds; raises `ResultsError` where it holds nothing of ours."""
    from sim import figures  # noqa: PLC0415 - loads matplotlib
    from sim.figures import backtested, chosen, compared, swept  # noqa: PLC0415 - as above
    from sim.results.backtest_folder import BACKTEST  # noqa: PLC0415 - as above
    from sim.results.comparison_folder import COMPARISON  # noqa: PLC0415 - as above
    from sim.results.finished import read_results  # noqa: PLC0415 - as above
    from sim.results.folder import manifest_in  # noqa: PLC0415 - as above
    from sim.results.selection_folder import SELECTION  # noqa: PLC0415 - as above
    from sim.results.sweeps import SWEEP  # noqa: PLC0415 - as above

    for kind, gallery in ((COMPARISON, compared), (SWEEP, swept), (SELECTION, chosen), (BACKTEST, backtested)):
        if manifest_in(folder, kind) is not None:
            return gallery
    read_results(folder)
    return figures


def _one(gallery: Any, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """One picture by name; raises `InputError` for one that there is not."""
    from sim.errors import InputError, Problem  # noqa: PLC0415 - as above

    draw: Callable[..., list[Path]] | None = getattr(gallery, "draw", None)
    if name not in gallery.NAMES or draw is None:
        near = difflib.get_close_matches(name, gallery.NAMES, n=1)
        allowed = ", ".join(gallery.NAMES)
        raise InputError([Problem("", "there is no such picture", name, allowed, near[0] if near else None)])
    return draw(folder, name, formats)
