"""`drawdown select`: which of several scenarios is best, with what confidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.loading import get_processes_ready, loading
from sim.cli.options import NO_SAMPLING, Number, Whole, changes, manners, places, refused
from sim.experiment.limits import MOST_REPLICATIONS

if TYPE_CHECKING:
    from sim.experiment.planning import Stage


@click.command("select")
@click.argument("scenarios", nargs=-1, required=True, metavar="A B [C...]")
@click.option("--best", required=True, metavar="NAME", help="The response that is to be highest.")
@click.option("--smallest", is_flag=True, help="The lowest is best.")
@click.option("--indifference", required=True, type=Number(0, None, "0.01"),
              help="The least difference that matters, in the unit of the response.")  # fmt: skip
@click.option("--confidence", type=Number(0.5, 1, "0.95"), default=0.95, show_default=True,
              help="How sure the choice is.")  # fmt: skip
@click.option("--first", type=Whole(10, 100_000), default=50, show_default=True,
              help="Replications of the first stage.")  # fmt: skip
@click.option("--max-replications", "most", type=Whole(10, MOST_REPLICATIONS), default=10_000, show_default=True,
              help="Stop there at the latest.")  # fmt: skip
@changes
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder of the selection.  [default: results/select/<a>-vs-<b>@...]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace another selection.")
@click.option("--no-plots", is_flag=True, help="No pictures.")
@manners
@refused("--sampling", NO_SAMPLING)
@click.pass_obj
def select(stage: Stage | None, /, scenarios: Sequence[str], **options: Any) -> int:
    """Plays scenarios under the same luck until one can be called the best, and drops the others on the way.

    With the confidence asked for, the one chosen is the best, or within the indifference of the best.
    """
    get_processes_ready(options)
    with loading():
        from sim.cli.selecting import tell_selection  # noqa: PLC0415 - what is below loads numpy and more

    return tell_selection(scenarios, options, stage)
