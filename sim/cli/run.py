"""`drawdown run`: replicate, estimate, write results, print the answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.codes import DONE, first_that_applies
from sim.cli.loading import get_processes_ready, loading
from sim.cli.options import NO_SAMPLING, HalfWidth, Whole, changes, checks, manners, places, refused
from sim.experiment.limits import MOST_REPLICATIONS

if TYPE_CHECKING:
    from sim.experiment.planning import Stage


@click.command("run")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option("--replications", "-n", type=Whole(1, MOST_REPLICATIONS), help="How many.  [default: 200]")
@changes
@click.option("--precision", multiple=True, type=HalfWidth(),
              help="Stop at this half-width of a response's interval.")  # fmt: skip
@click.option("--max-replications", type=Whole(1, MOST_REPLICATIONS),
              help="Stop there at the latest.  [default: 10,000]")  # fmt: skip
@click.option("--guarantee", is_flag=True, help="Intervals of shares that hold at any stopping time.")
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Results folder; of several scenarios, the folder above.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the results of another run.")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
              help="parquet: the tables as Parquet too.")  # fmt: skip
@checks
@click.option("--no-plots", is_flag=True, help="No pictures.")
@manners
@refused("--sampling", NO_SAMPLING)
@click.pass_obj
def run(stage: Stage | None, /, scenarios: Sequence[str], **options: Any) -> int:
    """Plays replications of scenarios, writes results and prints the answer.

    SCENARIO is a file, or the name of a shipped scenario (drawdown list). Results go to results/<name of the
    file>/. Work that was stopped goes on where it was when the same command is given again. `-` in place of a
    SCENARIO is standard input; its results go to results/stdin/.
    """
    get_processes_ready(options, options["replications"])
    with ExitStack() as stack:
        with loading():
            from sim.cli.runs import Runs  # noqa: PLC0415 - what is below loads numpy and more

            runs = stack.enter_context(Runs(scenarios, options, stage))
        return first_that_applies([DONE, *runs.codes()])
