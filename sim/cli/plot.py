"""`drawdown plot`: the pictures of a results folder again, or one of them."""

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
    from sim.cli.say import answer  # noqa: PLC0415 - with the rest, only where something is drawn
    from sim.figures import FORMATS, draw, draw_all  # noqa: PLC0415 - loads matplotlib
    from sim.results.reading import read_results  # noqa: PLC0415 - as above

    folder = read_results(results).folder
    formats = (form,) if form else FORMATS
    paths = draw(folder, name, formats) if name else draw_all(folder, formats)
    if as_json:
        import json  # noqa: PLC0415 - as above

        answer(json.dumps({"pictures": [str(path) for path in paths]}, ensure_ascii=False))
    elif not quiet:
        answer("\n".join(str(path) for path in paths))
    return DONE
