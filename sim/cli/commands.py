"""The commands that run replications. Each imports what it needs when called, so that help does not wait."""

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

from sim.cli import completion
from sim.cli.options import (
    NO_SAMPLING,
    HalfWidth,
    Number,
    Whole,
    changes,
    checks,
    judges,
    label,
    manners,
    pages,
    places,
    redacts,
    refused,
)
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
    """Suspends garbage collection inside; what was loaded inside is not scanned again until the command ends.

    Modules, classes and forms are hardly ever garbage, and each collection scans all of them. A first Ctrl-C takes
    effect after loading: libraries do not expect it while they load.
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
    """Plans with `sim.cli.answers`, whose functions load numpy and more, runs, and returns the exit code."""
    with ExitStack() as stack:
        with loading():
            from sim.cli import answers

            execution = stack.enter_context(planned(answers))
        return execution.code()


def get_processes_ready(options: Mapping[str, Any], count: int | None = None) -> None:
    """Starts worker processes for `count` replications (`None`: many), so that they load while input is read."""
    if options["scheduler"] is None and workers_for(options["workers"], count) > 1:
        from sim.experiment.processes import get_ready

        get_ready()


@click.command("run")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...", shell_complete=completion.scenarios)
@click.option("--replications", "-n", type=Whole(1, MOST_REPLICATIONS), help="Number of replications.  [default: 200]")
@changes
@click.option("--precision", multiple=True, type=HalfWidth(),
              help="Stop at this half-width of a response's interval.")  # fmt: skip
@click.option("--max-replications", type=Whole(1, MOST_REPLICATIONS),
              help="Largest number of replications.  [default: 10,000]")  # fmt: skip
@click.option("--guarantee", is_flag=True, help="Intervals of shares that are valid at any stopping time.")
@click.option("--bound", is_flag=True, help="Also what the best plan could have brought out, on 20 tapes.")
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Results folder; for several scenarios, the folder above theirs.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the results of another run.")
@label
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
              help="parquet: the tables as Parquet too.")  # fmt: skip
@checks
@click.option("--no-plots", is_flag=True, help="No pictures and no replays.")
@click.option("--verbose", is_flag=True, help="Print every warning, and how full every means was.")
@pages
@redacts
@manners
@refused("--sampling", NO_SAMPLING)
@click.pass_obj
def run(model_of: ModelOf | None, /, scenarios: Sequence[str], **options: Any) -> int:
    """Run replications of scenarios, write results and print the answer.

    SCENARIO is a file, or the name of a shipped scenario (drawdown list). Results go to results/<name of the
    file>/. Interrupted commands resume when given again. `-` as SCENARIO means standard input; its results go
    to results/stdin/.
    """
    get_processes_ready(options, options["replications"])
    return _executed(lambda answers: answers.runs(scenarios, options, model_of))


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Results folder.  [default: results/tessalit]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the results of another run.")
@label
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
        answer(f"Start with {options['out'] or Path('results', _DEMO)}/fates.png.")
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
@click.argument("sides", nargs=-1, required=True, metavar="A B [C...]", shell_complete=completion.scenarios)
@click.option("--with", "single", multiple=True, metavar="PATH=VALUE[, ...]",
              help="A side that is A with these changes; give A alone.")  # fmt: skip
@click.option("--with-set", "named", multiple=True, metavar="NAME: PATH=VALUE[, ...]",
              help="The same, with a name.")  # fmt: skip
@click.option("--replications", "-n", type=Whole(1, MOST_REPLICATIONS),
              help="Number of replications.  [default: 200, or that of the folders given]")  # fmt: skip
@changes
@click.option("--of", default="extracted_share", show_default=True, metavar="NAME",
              shell_complete=completion.responses, help="Response for the headline, gates and waterfall.")  # fmt: skip
@click.option("--waterfall/--no-waterfall", default=None,
              help="How much each changed key accounts for.  [default: if at most 3 groups differ]")  # fmt: skip
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder of the comparison.  [default: results/compare/<a>-vs-<b>]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace another comparison.")
@label
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
              help="parquet: the tables as Parquet too.")  # fmt: skip
@checks
@click.option("--no-plots", is_flag=True, help="No pictures.")
@pages
@manners
@refused("--sampling", NO_SAMPLING)
@click.pass_context
def compare(context: click.Context, /, sides: Sequence[str], **options: Any) -> int:
    """Compare B (and C...) with A, replication by replication, with common random numbers.

    Each is a scenario file or a folder of results. Files are run as by `run`; existing results are reused.
    `-` means standard input. Where two have the same name, the folders above are added to it. With --with,
    A is compared with itself changed: drawdown compare A --with lift.trucks.contract.count=40. --set changes
    all sides.
    """
    if not all(map(os.path.isdir, sides)):  # results are only read
        get_processes_ready(options)
    model_of: ModelOf | None = context.obj
    if context.get_parameter_source("seed") is ParameterSource.DEFAULT:
        options["seed"] = None  # the seed of the folders given, if any
    return _executed(lambda answers: answers.comparison(sides, options, model_of))


@click.command("sweep")
@click.argument("file", metavar="SWEEP", shell_complete=completion.sweeps)
@click.option("--vary", multiple=True, metavar="PATH=VALUES",
              help="Vary a field of a scenario: PATH=12,18,24 or PATH=5..60 by 5.")  # fmt: skip
@click.option("--shift", multiple=True, metavar="PATHS=DAYS",
              help='Move dates together: "a.start, b.start = -14 d..+14 d by 7 d".')  # fmt: skip
@click.option("--write-sweep", type=click.Path(path_type=Path), metavar="FILE",
              help="Save the sweep file that --vary and --shift stand for.")  # fmt: skip
@click.option(
    "--replications", "-n", type=Whole(1, MOST_REPLICATIONS), help="Replications per point; overrides the file."
)
@click.option("--sampling", type=click.Choice(["crossed", "plain", "sobol"]),
              help="How uncertain inputs are sampled; overrides the file; sobol needs fewer runs.")  # fmt: skip
@changes
@places
@click.option("--dry-run", is_flag=True, help="Only print what would run, and about how long it would take.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Results folder.  [default: results/sweep/<name of the file>]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the results of another sweep.")
@label
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
              help="parquet: the tables as Parquet too.")  # fmt: skip
@checks
@click.option("--no-plots", is_flag=True, help="No pictures.")
@pages
@manners
@refused("--precision", "the precision of a sweep is set in its file, and only with crossed sampling")
@refused(
    "--guarantee",
    "only `drawdown run` has intervals that are valid at any stopping time; the size of a sweep is fixed, "
    "and so is that of a sample",
    flag=True,
)
@click.pass_context
def sweep(context: click.Context, /, file: str, **options: Any) -> int:
    """Run a scenario over the factors of a sweep file.

    SWEEP is a file, or the name of a shipped sweep (drawdown list); with --vary or --shift it is a scenario, and
    every combination of their levels is a point. The number of replications and an estimate of the time are
    printed first. Interrupted commands resume when given again, and their results are the same byte for byte.
    """
    get_processes_ready(options)
    model_of: ModelOf | None = context.obj
    if context.get_parameter_source("seed") is ParameterSource.DEFAULT:
        options["seed"] = None  # the seed of the file
    if not options["dry_run"]:
        return _executed(lambda answers: answers.sweep(file, options, model_of))
    with loading():
        from sim.cli.answers import work_of_sweep

        said = work_of_sweep(file, options, model_of)
    answer(said)
    return DONE


@click.command("select")
@click.argument("scenarios", nargs=-1, required=True, metavar="A B [C...]", shell_complete=completion.scenarios)
@click.option("--best", required=True, metavar="NAME", shell_complete=completion.responses,
              help="Response to maximise.")  # fmt: skip
@click.option("--smallest", is_flag=True, help="Minimise it instead.")
@click.option("--indifference", required=True, type=Number(0, None, "0.01"),
              help="Smallest difference that matters, in the unit of the response.")  # fmt: skip
@click.option("--confidence", type=Number(0.5, 1, "0.95"), default=0.95, show_default=True,
              help="Confidence of the choice.")  # fmt: skip
@click.option("--first", type=Whole(10, 100_000), default=50, show_default=True,
              help="Replications of the first stage.")  # fmt: skip
@click.option("--max-replications", "most", type=Whole(10, MOST_REPLICATIONS), default=10_000, show_default=True,
              help="Largest number of replications.")  # fmt: skip
@changes
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder of the selection.  [default: results/select/<a>-vs-<b>@...]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace another selection.")
@label
@click.option("--no-plots", is_flag=True, help="No pictures.")
@pages
@manners
@refused("--sampling", NO_SAMPLING)
@click.pass_obj
def select(model_of: ModelOf | None, /, scenarios: Sequence[str], **options: Any) -> int:
    """Select the best scenario: run all with common random numbers, and drop those that prove worse.

    With the requested confidence, the selected scenario is the best, or within the indifference of the best.
    """
    get_processes_ready(options)
    return _executed(lambda answers: answers.selection(scenarios, options, model_of))


@click.command("why")
@click.argument("scenario", metavar="SCENARIO", shell_complete=completion.scenarios)
@click.option("--replications", "-n", type=Whole(2, MOST_REPLICATIONS), help="Number of replications.  [default: 40]")
@click.option("--precision", type=click.FloatRange(min=0, min_open=True), metavar="0.01",
              help="Stop when all causes and levers are known to this half-width.")  # fmt: skip
@click.option("--max-replications", "most", type=Whole(2, MOST_REPLICATIONS),
              help="Largest number of replications with --precision.  [default: 400]")  # fmt: skip
@changes
@click.option("--of", default="extracted_share", show_default=True, metavar="NAME",
              shell_complete=completion.responses, help="Response to explain.")  # fmt: skip
@click.option("--by", metavar="GROUPS", help="Also by place, class or owner.")
@click.option("--exact", is_flag=True, help="All coalitions of up to 10 causes, instead of random orders.")
@click.option("--levers/--no-levers", default=True, help="Whether levers are moved too.  [default: levers]")
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Results folder.  [default: results/why/<name of the file>]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace another answer.")
@label
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
              help="parquet: the tables as Parquet too.")  # fmt: skip
@judges
@click.option("--no-plots", is_flag=True, help="No pictures.")
@pages
@manners
@refused("--sampling", NO_SAMPLING)
@refused("--baseline", "an answer to why is not compared with an earlier one; gates are conditions: --require")
@click.pass_obj
def why(model_of: ModelOf | None, /, scenario: str, **options: Any) -> int:
    """Say why a scenario comes out as it does, and what would change it.

    What happened to us: what each cause of random events cost. In every replication the causes share exactly what
    all of them cost together.

    What we had too little of: what one more and one fewer of each lever would change (trucks, aircraft, crews,
    loaders, hours, days), by rank, with ties.

    Everything is run with common random numbers; the number of simulated worlds and an estimate of the time are
    printed first. Results go to results/why/<name of the file>/. Interrupted commands resume when given again.
    """
    get_processes_ready(options)
    return _executed(lambda answers: answers.why(scenario, options, model_of))


@click.command("when")
@click.argument("scenario", shell_complete=completion.scenarios)
@click.option("--replications", "-n", type=Whole(1, MOST_REPLICATIONS), help="Number of replications.  [default: 200]")
@changes
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Results folder of the run.")
@click.option("--force", is_flag=True, help="Replace the results of another run.")
@label
@click.option("--no-plots", is_flag=True, help="No pictures.")
@manners
@refused("--sampling", NO_SAMPLING)
@click.pass_obj
def when(model_of: ModelOf | None, /, scenario: str, **options: Any) -> int:
    """Say by when people and equipment are out, the last safe departures, and the price of an hour in shelter.

    It reads the results of `drawdown run` with the same options, and runs the scenario if there are none.
    """
    get_processes_ready(options, options["replications"])
    return _executed(lambda answers: answers.when(scenario, options, model_of))


@click.command("solve")
@click.argument("scenario", metavar="SCENARIO", shell_complete=completion.scenarios)
@click.option("--vary", multiple=True, metavar="PATH=VALUES",
              help="The field and its levels, in order: PATH=5..60 or PATH=4 h..12 h by 1 h.")  # fmt: skip
@click.option("--shift", multiple=True, metavar="PATHS=DAYS",
              help='In its place, dates that move together: "a.start, b.start = -30 d..0 d by 1 d".')  # fmt: skip
@click.option("--until", multiple=True, required=True, metavar="TARGET",
              help='What must hold: "extracted_share >= 60 %", "chance(people_late == 0) >= 95 %".')  # fmt: skip
@click.option("--greatest", is_flag=True, help="Find the greatest level, not the least: a latest start.")
@click.option("--replications", "-n", type=Whole(2, MOST_REPLICATIONS),
              help="Number of replications of a level.  [default: 200]")  # fmt: skip
@changes
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Results folder.  [default: results/solve/<name of the file>@...]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace another search.")
@label
@click.option("--no-plots", is_flag=True, help="No picture.")
@pages
@manners
@refused("--sampling", NO_SAMPLING)
@click.pass_obj
def solve(model_of: ModelOf | None, /, scenario: str, **options: Any) -> int:
    """Find the least level of a field that meets a target, such as the number of trucks for 60 %.

    Levels are run by bisection with common random numbers, both ends and the neighbours of the answer among them.
    The interval names the levels that can't be excluded. Where the response rises and falls, the answer says so.
    Where no level that was run meets the target, a sentence says how close it came; the exit code is 2, and nothing
    is written.
    """
    get_processes_ready(options)
    return _executed(lambda answers: answers.solve(scenario, options, model_of))


@click.command("backtest")
@click.argument("forecast", required=False, metavar="[FORECAST]")  # fmt: skip
@click.option("--cut", metavar="DATE", help="Last day with known events; later days are scored."
              "  [default: record.known_until of the forecast]")  # fmt: skip
@click.option("--fit", metavar="SCENARIO", help="The scenario with hindsight, for comparison.  "
              "[default: the shipped one, if FORECAST is the shipped one]")  # fmt: skip
@click.option("--no-fit", is_flag=True, help="Run only the forecast.")
@click.option("--replications", "-n", type=Whole(2, MOST_REPLICATIONS), default=200, show_default=True,
              help="Number of replications of each scenario.")  # fmt: skip
@click.option("--seed", type=Whole(0, MOST_SEED), default=1, show_default=True, help="Random seed.")
@places
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write tables, manifest and picture.")
@click.option("--force", is_flag=True, help="Replace another backtest.")
@label
@click.option("--no-plots", is_flag=True, help="No picture.")
@manners
@click.pass_obj
def backtest(model_of: Callable[..., Any] | None, /, forecast: str | None, **options: Any) -> int:
    """Score a forecast: simulate from what was known at a cut date, and compare with the record of later days.

    FORECAST is a scenario with record.known_until and record.targets, or a sweep that draws its uncertain inputs anew
    in every replication; the default is the shipped forecast of the mission. The scenario with hindsight is scored
    too, for comparison: it is a fit, not a forecast.
    """
    get_processes_ready(options)
    with ExitStack() as stack:
        folder = options["out"] or Path(stack.enter_context(TemporaryDirectory(prefix="drawdown-")), "backtest")
        return _executed(lambda answers: answers.backtest(forecast, options, folder, model_of))
