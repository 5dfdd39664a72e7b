"""The commands that run replications. Help must not wait for what they load, so each loads it when it is called."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sim.cli.options import NO_SAMPLING, HalfWidth, Number, Whole, changes, checks, manners, places, refused
from sim.cli.terminal import DONE, answer
from sim.errors import InputError, Problem
from sim.experiment.blocks import workers_for
from sim.experiment.interrupts import stop_on_ctrl_c
from sim.experiment.limits import MOST_REPLICATIONS, MOST_SEED

if TYPE_CHECKING:
    from sim.cli.execution import Execution
    from sim.experiment.planning import ModelOf

_DEMO = "tessalit"


@contextmanager
def loading() -> Iterator[None]:
    """While inside, no garbage is looked for; what was loaded is not looked at again until the command ends.

    Modules, classes and forms are hardly ever garbage, and each look goes through all of them. A first Ctrl-C is heard
    when all is loaded: libraries do not expect it while they load.
    """
    looking = gc.isenabled()
    gc.disable()
    try:
        with stop_on_ctrl_c() as stop:
            yield
        if stop.asked:
            raise KeyboardInterrupt
    finally:
        gc.freeze()
        if looking:
            gc.enable()


def _executed(planned: Callable[[ModuleType], Execution]) -> int:
    """Plans with `sim.cli.answers`, whose functions load numpy and more, and carries out; the exit code."""
    with ExitStack() as stack:
        with loading():
            from sim.cli import answers

            execution = stack.enter_context(planned(answers))
        return execution.code()


def get_processes_ready(options: Mapping[str, Any], count: int | None = None) -> None:
    """Where processes will play `count` replications (`None`: many), they load from now on, while input is read."""
    if options["scheduler"] is None and workers_for(options["workers"], count) > 1:
        from sim.experiment.processes import get_ready

        get_ready()


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
def run(model_of: ModelOf | None, /, scenarios: Sequence[str], **options: Any) -> int:
    """Plays replications of scenarios, writes results and prints the answer.

    SCENARIO is a file, or the name of a shipped scenario (drawdown list). Results go to results/<name of the
    file>/. Work that was stopped goes on where it was when the same command is given again. `-` in place of a
    SCENARIO is standard input; its results go to results/stdin/.
    """
    get_processes_ready(options, options["replications"])
    return _executed(lambda answers: answers.runs(scenarios, options, model_of))


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Results folder.  [default: results/tessalit]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the results of another run.")
@places
@manners
@click.pass_context
def demo(context: click.Context, /, **options: Any) -> int:
    """Run the shipped scenario of Tessalit: the last weeks of one camp under fire.

    The same as `drawdown run tessalit`. Results go to results/tessalit/.
    """
    _refuse_another()
    code: int = context.invoke(run, scenarios=(_DEMO,), **options)
    if code == DONE and not (options["quiet"] or options["as_json"]):
        answer(f"Look first at {options['out'] or Path('results', _DEMO)}/fates.png.")
    return code


def _refuse_another() -> None:
    """Raises `InputError` where a file in the working folder has the name of the shipped scenario."""
    from sim.scenario.shipped import look_up

    found = look_up(_DEMO)
    if not found.shipped:
        wrong = "this file has the name of the scenario that the demo runs"
        allowed = f"`drawdown demo` in another folder, or `drawdown run {found.path}`"
        raise InputError([Problem(found.path, wrong, allowed=allowed)])


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
    model_of: ModelOf | None = context.obj
    if context.get_parameter_source("seed") is ParameterSource.DEFAULT:
        options["seed"] = None  # the luck of the folders given, where there are some
    return _executed(lambda answers: answers.comparison(sides, options, model_of))


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
@refused(
    "--guarantee",
    "intervals that hold at any stopping time are of `drawdown run`; a sweep's size is fixed, "
    "and so is that of a sample",
    flag=True,
)
@click.pass_context
def sweep(context: click.Context, /, file: str, **options: Any) -> int:
    """Plays a design over factors of a scenario, as a sweep file says it.

    SWEEP is a file, or the name of a shipped sweep (drawdown list). The number of replications and an estimate of
    the time are printed first. Work that was stopped goes on where it was when the same command is given again, and
    ends with the same bytes.
    """
    get_processes_ready(options)
    model_of: ModelOf | None = context.obj
    if context.get_parameter_source("seed") is ParameterSource.DEFAULT:
        options["seed"] = None  # as the file says
    if not options["dry_run"]:
        return _executed(lambda answers: answers.sweep(file, options, model_of))
    with loading():
        from sim.cli.answers import work_of_sweep

        said = work_of_sweep(file, options, model_of)
    answer(said)
    return DONE


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
def select(model_of: ModelOf | None, /, scenarios: Sequence[str], **options: Any) -> int:
    """Plays scenarios under the same luck until one can be called the best, and drops the others on the way.

    With the confidence asked for, the one chosen is the best, or within the indifference of the best.
    """
    get_processes_ready(options)
    return _executed(lambda answers: answers.selection(scenarios, options, model_of))


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
def backtest(model_of: Callable[..., Any] | None, /, forecast: str | None, **options: Any) -> int:
    """Scores a forecast against the record: what was known by a cut is played, what came after is held against it.

    FORECAST is a scenario with record.known_until and record.targets; without one, the shipped forecast of the
    mission. Beside it stands the scenario with hindsight: a fit, and no forecast.
    """
    get_processes_ready(options)
    with ExitStack() as stack:
        folder = options["out"] or Path(stack.enter_context(TemporaryDirectory(prefix="drawdown-")), "backtest")
        return _executed(lambda answers: answers.backtest(forecast, options, folder, model_of))
