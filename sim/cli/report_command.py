"""The command `report`: one self-contained page from finished folders of results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from sim.cli.options import Whole, sheets
from sim.cli.terminal import DONE, answer, answer_json
from sim.experiment.limits import MOST_REPLICATIONS


@click.command("report")
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", "-o", type=click.Path(path_type=Path), metavar="FILE",
              help="File of the page.  [default: report.html in the first folder]")  # fmt: skip
@sheets
@click.option("-k", "--replication", type=Whole(1, MOST_REPLICATIONS),
              help="Replay this replication too; it is simulated again.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="Do not name the file.")
@click.option("--json", "as_json", is_flag=True, help="The name of the file, as JSON.")
def report(
    results: Sequence[Path], out: Path | None, marking: str | None, lang: str | None, redact: Sequence[str],
    replication: int | None, quiet: bool, as_json: bool,
) -> int:  # fmt: skip
    """Write the answer of finished results as one page that loads nothing: to be sent, read on a phone, printed.

    RESULTS are folders: a run, and what belongs to it, such as the folder of `drawdown why` for the same scenario;
    or a comparison, a sweep, a selection, a search. Nothing is simulated, except with -k.
    """
    from sim.page.report import NAME, Wishes, write_report

    path = write_report(results, out or results[0] / NAME, Wishes(lang, marking, tuple(redact), replication))
    if as_json:
        answer_json({"page": str(path)}, None)
    elif not quiet:
        answer(str(path))
    return DONE
