"""`drawdown sweep`: a design over factors of a scenario; resumable; gates for CI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sim.cli.loading import get_processes_ready, loading
from sim.cli.options import Whole, changes, checks, manners, places, refused
from sim.experiment.limits import MOST_REPLICATIONS

if TYPE_CHECKING:
    from sim.experiment.planning import Stage


@click.command("sweep")
@click.argument("file", metavar="SWEEP")
@click.option("--replications", "-n", type=Whole(1, MOST_REPLICATIONS), help="How many a point, not as the file says.")
@click.option("--sampling", type=click.Choice(["crossed", "plain", "sobol"]),
              help="How what is uncertain is drawn, not as the file says; sobol needs fewer runs.")  # fmt: skip
@changes
@places
@click.option("--dry-run", is_flag=True, help="Only say what would be played, and about how long it takes.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Results folder.  [default: results/sweep/<name of the file>]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the results of another sweep.")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
              help="parquet: the tables as Parquet too.")  # fmt: skip
@checks
@click.option("--no-plots", is_flag=True, help="No pictures.")
@manners
@refused("--precision", "a sweep's precision stands in its file, and goes with no sampling but crossed")
@refused("--guarantee", "intervals that hold at any stopping time are of `drawdown run`; a sweep's size is fixed, "
         "and so is that of a sample", flag=True)
@click.pass_context
def sweep(context: click.Context, /, file: str, **options: Any) -> int:
    """Plays a design over factors of a scenario, as a sweep file says it.

    SWEEP is a file, or the name of a shipped sweep (drawdown list). The number of replications and an estimate of
    the time are printed first. Work that was stopped goes on where it was when the same command is given again, and
    ends with the same bytes.
    """
    get_processes_ready(options)
    with loading():
        from sim.cli.sweeping import tell_sweep  # noqa: PLC0415 - what is below loads numpy and more

    stage: Stage | None = context.obj
    if context.get_parameter_source("seed") is ParameterSource.DEFAULT:
        options["seed"] = None  # as the file says
    return tell_sweep(file, options, stage)
