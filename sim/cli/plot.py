"""`drawdown plot`: the pictures of a folder again, or one of them: of a run, comparison, sweep or selection."""

from __future__ import annotations

from pathlib import Path

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
    from sim.figures.gallery import FORMATS, draw, draw_all  # noqa: PLC0415 - as above
    from sim.results.strangers import as_written  # noqa: PLC0415 - as above

    formats = (form,) if form else FORMATS
    with as_written(results):
        paths = draw(results, name, formats) if name else draw_all(results, formats)
    if as_json:
        answer_json({"pictures": [str(path) for path in paths]}, None)
    elif not quiet:
        answer("\n".join(str(path) for path in paths))
    return DONE
