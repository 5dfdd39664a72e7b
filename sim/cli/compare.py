"""`drawdown compare`: scenarios or results side by side, paired by the luck that they met."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sim.cli.loading import get_processes_ready, loading
from sim.cli.options import NO_SAMPLING, Whole, changes, checks, manners, places, refused
from sim.experiment.limits import MOST_REPLICATIONS

if TYPE_CHECKING:
    from sim.experiment.planning import Stage


@click.command("compare")
@click.argument("sides", nargs=-1, required=True, metavar="A B [C...]")
@click.option("--replications", "-n", type=Whole(1, MOST_REPLICATIONS),
              help="How many.  [default: 200, or as the folders given have]")  # fmt: skip
@changes
@click.option("--of", default="extracted_share", show_default=True, metavar="NAME",
              help="The response of the headline, of gates and of the waterfall.")  # fmt: skip
@click.option("--waterfall/--no-waterfall", default=None,
              help="Which changed keys account for how much.  [default: where at most 3 groups differ]")  # fmt: skip
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder of the comparison.  [default: results/compare/<a>-vs-<b>]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace another comparison.")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
              help="parquet: the tables as Parquet too.")  # fmt: skip
@checks
@click.option("--no-plots", is_flag=True, help="No pictures.")
@manners
@refused("--sampling", NO_SAMPLING)
@click.pass_context
def compare(context: click.Context, /, sides: Sequence[str], **options: Any) -> int:
    """Compares B (and C...) with A, replication by replication under the same luck.

    Each is a scenario file or a folder of results. Files are played as `run` would; results that are there
    are reused. `-` is standard input. Where two have one name, the folders before it tell them apart.
    """
    if not all(map(os.path.isdir, sides)):  # results are only read
        get_processes_ready(options)
    with loading():
        from sim.cli.comparing import tell_comparison  # noqa: PLC0415 - what is below loads numpy and more

    stage: Stage | None = context.obj
    if context.get_parameter_source("seed") is ParameterSource.DEFAULT:
        options["seed"] = None  # the luck of the folders given, where there are some
    return tell_comparison(sides, options, stage)
