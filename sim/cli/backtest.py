"""`drawdown backtest`: forecasts of the historic scenarios against the record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.loading import get_processes_ready, loading
from sim.cli.options import Whole, manners, places
from sim.experiment.limits import MOST_REPLICATIONS, MOST_SEED

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command("backtest")
@click.argument("forecast", required=False, metavar="[FORECAST]")  # fmt: skip
@click.option("--cut", metavar="DATE", help="The last day that is set; what comes after is scored."
              "  [default: record.known_until of the forecast]")  # fmt: skip
@click.option("--fit", metavar="SCENARIO", help="The scenario with hindsight beside it.  [default: the shipped one, "
              "beside the shipped FORECAST]")  # fmt: skip
@click.option("--no-fit", is_flag=True, help="The forecast alone, in half the time.")
@click.option("--replications", "-n", type=Whole(2, MOST_REPLICATIONS), default=200, show_default=True,
              help="How many of each.")  # fmt: skip
@click.option("--seed", type=Whole(0, MOST_SEED), default=1, show_default=True, help="Whose luck.")
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write tables, manifest and picture.")
@click.option("--force", is_flag=True, help="Replace another backtest.")
@click.option("--no-plots", is_flag=True, help="No picture.")
@manners
@click.pass_obj
def backtest(stage: Callable[..., Any] | None, /, forecast: str | None, **options: Any) -> int:
    """Scores a forecast against the record: what was known by a cut is played, what came after is held against it.

    FORECAST is a scenario with record.known_until and record.targets; without one, the shipped forecast of the
    mission. Beside it stands the scenario with hindsight: a fit, and no forecast.
    """
    get_processes_ready(options)
    with loading():
        from sim.cli.backtesting import tell_backtest  # noqa: PLC0415 - what is below loads numpy and more

    return tell_backtest(forecast, options, stage)
