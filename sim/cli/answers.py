"""How each kind of study is reported: its request, its gates, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.api import studies
from sim.cli.execution import Answer, Execution, Options
from sim.cli.options import backend_of
from sim.cli.reports import Reports
from sim.cli.standard_input import given, load_from
from sim.cli.terminal import complain, note, width_of_output
from sim.errors import InputError, Problem
from sim.figures.labels import counted
from sim.results.finished import Results
from sim.results.labels import check_label
from sim.scenario.reading import STDIN, stem_of

if TYPE_CHECKING:
    from sim.analysis.judging import Judged
    from sim.api.studies import Study
    from sim.experiment.backend import Backend
    from sim.experiment.planning import ModelOf
    from sim.experiment.sides import Opened
    from sim.experiment.solve_study import SolvePlan
    from sim.experiment.sweep.sweep_plan import SweepPlan
    from sim.experiment.why.why_plan import WhyPlan
    from sim.scenario.door import Loaded

_OF_RUN = ("seed", "replications", "sets", "without", "precision", "max_replications", "guarantee", "bound")
_OF_WHEN = ("seed", "replications", "sets", "without")
_OF_COMPARISON = ("replications", "seed", "sets", "without", "of", "waterfall", "out")
_OF_SWEEP = ("seed", "replications", "sets", "without", "out", "strict", "sampling", "vary", "shift")
_OF_SELECTION = (
    "best", "indifference", "smallest", "confidence", "first", "most", "seed", "sets", "without", "out",
)  # fmt: skip
_OF_WHY = ("replications", "seed", "sets", "without", "of", "by", "exact", "levers", "out", "precision", "most")
_OF_SOLVE = ("vary", "shift", "until", "greatest", "replications", "seed", "sets", "without", "strict", "out")
_LONG_S, _VERY_LONG_S = 100, 6000


def _warn(warnings: Iterable[object], options: Options) -> None:
    if not options["quiet"]:
        for warning in dict.fromkeys(map(str, warnings)):
            note(f"warning: {warning}")


def check(options: Options) -> None:
    """Raises `InputError` for problems that a command would otherwise meet only after the run."""
    if options.get("form") == "parquet":
        from sim.results.parquet import check_parquet

        check_parquet()
    _check_page(options)
    check_label(options.get("label"))
    Reports.of(options)
    backend_of(options)


def _check_page(options: Options) -> None:
    """Raises `InputError` for wishes about a page that is not asked for, or in no language that pages have."""
    given = [f"--{name}" for name in ("marking", "lang", "redact") if options.get(name)]
    if given and not options.get("page"):
        raise InputError([Problem(given[0], "is of the page; ask for it with --page")])
    if options.get("page"):
        from sim.page.words import language_of

        language_of(options["lang"])


# one run or several


def runs(files: Sequence[str], options: Options, on: ModelOf | None) -> Execution:
    """Returns the runs of scenario files; raises `InputError` with the problems of all files."""
    check(options)
    loaded = _loaded(files, options)
    answers = [_run(file, one, options, on, len(loaded) > 1) for file, one in loaded]
    folders = [one.study.plan.folder for one in answers]
    twice = next((folder for folder in folders if folders.count(folder) > 1), None)
    if twice is not None:
        raise InputError([Problem("SCENARIO", f"two scenarios would write to {twice}; run them separately")])
    return Execution(answers, options, several=True)


def _loaded(files: Sequence[str], options: Options) -> list[tuple[str, Loaded]]:
    loaded, problems, content = [], [], given(files)
    for file in files:
        try:
            loaded.append((file, load_from(file, content, options["sets"], options["strict"])))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    for _, one in loaded:
        _warn(one.warnings, options)
    return loaded


def _run(file: str, loaded: Loaded, options: Options, on: ModelOf | None, several: bool) -> Answer:
    from sim.cli.run_answer import run_text
    from sim.experiment.planning import Request

    out = options["out"]
    folder = out / stem_of(file) if out is not None and several else out
    asked = {name: options[name] for name in _OF_RUN}
    request = Request(loaded, file, out=folder, **asked, replays=bool(options.get("page")) or not options["no_plots"])
    study = studies.study_of_run(request, on)

    def stopped() -> str:
        done = study.work.count() if study.work is not None else 0
        anew = "the same command" + (" with the same input" if file == STDIN else "")
        return f"stopped after {done} replications of {file}; {anew} resumes there"

    shown = partial(run_text, width=width_of_output(), verbose=bool(options.get("verbose")))
    return Answer(
        study, shown, _judge_of_run(study, options), lambda results: f"{results.manifest['name']} ({stem_of(file)})",
        said=("failures", "gates", "pictures"), stopped=stopped,
    )  # fmt: skip


def when(file: str, options: Options, on: ModelOf | None) -> Execution:
    """Returns the run of a scenario file, answered by its dates; raises `InputError` with all problems."""
    from sim.cli.when_answer import when_text
    from sim.experiment.planning import Request
    from sim.results.by_when import when as dates

    check(options)
    ((_, loaded),) = _loaded([file], options)
    request = Request(loaded, file, out=options["out"], **{name: options[name] for name in _OF_WHEN})
    study = studies.study_of_run(request, on)
    return Execution(
        [Answer(study, when_text, said=("failures", "pictures"), also=lambda made: {"when": dates(made)})], options
    )  # fmt: skip


def _judge_of_run(study: Study[Results], options: Options) -> Callable[[Results], list[Judged]]:
    if not options["gates"] and options["baseline"] is None:
        return lambda _results: []
    from sim.analysis.gates import parse_gates
    from sim.analysis.judging import judge
    from sim.results import baselines

    before, tolerances = None, baselines.tolerances_of(options["tolerances"])
    if options["baseline"] is not None:
        before = baselines.baseline_of_run(options["baseline"], study.plan.identity.seed, tolerances)
    gates = parse_gates(options["gates"], [measure.name for measure in study.plan.model.layout.measures])

    def judged(results: Results) -> list[Judged]:
        found = [judge(gate, results.summary["responses"]) for gate in gates]
        return found + (list(baselines.moves_of_run(before, results, tolerances)) if before is not None else [])

    return judged


# a comparison


def comparison(sides: Sequence[str], options: Options, on: ModelOf | None) -> Execution:
    """Returns the comparison of files and folders; raises `InputError` with the problems of all."""
    from sim.cli.comparison_answer import comparison_text
    from sim.experiment.comparison_plan import ComparisonRequest

    check(options)
    opened = _opened(sides, options)
    study = studies.study_of_comparison(
        ComparisonRequest(opened, **{name: options[name] for name in _OF_COMPARISON}), on
    )
    judged = _judge_of_comparison(study, options)
    notes = study.plan.notes
    warnings = [text for text in notes if text.startswith("warning: ")]
    if options["strict"] and warnings:
        raise InputError([Problem("", text.removeprefix("warning: ")) for text in warnings])
    _warn(_warnings_of(opened), options)
    if not options["quiet"]:
        for text in notes:
            note(text)
    one = Answer(
        study, comparison_text, judged, lambda made: " vs ".join(side["name"] for side in made.summary["sides"]),
        said=("gates", "pictures"),
    )  # fmt: skip
    return Execution([one], options)


def _opened(sides: Sequence[str], options: Options) -> tuple[Opened, ...]:
    from sim.experiment.sides import open_sides

    single, named = options.get("single", ()), options.get("named", ())
    content = given(sides)
    if not single and not named:
        return open_sides(sides, options["sets"], options["strict"], content)
    from sim.experiment.variants import WITH, open_variants, variants_of

    variants = variants_of(single, named)
    if len(sides) > 1:
        raise InputError([Problem(WITH, "the sides are changes of one scenario: give one file", ", ".join(sides)[:80])])
    changed = open_variants(sides[0], variants, options["sets"], options["strict"], content)
    return (*open_sides(sides, options["sets"], options["strict"], content), *changed)


def _warnings_of(opened: Iterable[Opened]) -> list[object]:
    return [warning for side in opened if side.loaded for warning in side.loaded.warnings]


def _judge_of_comparison(study: Study[Any], options: Options) -> Callable[[Any], list[Judged]]:
    from sim.analysis.gates import RANK, parse_differences
    from sim.analysis.judging import judge, judge_rank
    from sim.results import baselines

    names = [side.name for side in study.plan.sides]
    gates = parse_differences(options["gates"], names, study.plan.responses, options["of"])
    before, tolerances = None, baselines.tolerances_of(options["tolerances"])
    if options["baseline"] is not None:
        before = baselines.baseline_of_comparison(options["baseline"], study.plan.identity.seed, names, tolerances)

    def judged(now: Any) -> list[Judged]:
        first, rest = names[0], now.summary["comparisons"]
        differences = {
            f"difference({first}, {one['b']}, {name})": said
            for one in rest for name, said in one["responses"].items()
        }  # fmt: skip
        found = []
        for gate in gates:
            if gate.call == RANK:
                means = {one["b"]: one["responses"][gate.response]["mean_b"] for one in rest}
                found.append(judge_rank(gate, {first: rest[0]["responses"][gate.response]["mean_a"], **means}))
            else:
                found.append(judge(gate, differences))
        return found + (list(baselines.moves_of_comparison(before, now, tolerances)) if before else [])

    return judged


# a sweep


def sweep(file: str, options: Options, on: ModelOf | None) -> Execution:
    """Returns the sweep of a file; raises `InputError` with all problems."""
    from sim.cli.sweep_answer import sweep_text
    from sim.experiment.sweep.sweep_study import done_before

    study, judged = _sweep(file, options, on)
    plan = study.plan
    one = Answer(
        study, sweep_text, judged, lambda swept: f"{swept.summary['name']} ({Path(plan.file.path).stem})",
        lambda _swept: str(plan.command), ("gates", "pictures"),
        announce=lambda backend, work: _work(plan, backend, done_before(work)),
    )  # fmt: skip
    return Execution([one], options)


def work_of_sweep(file: str, options: Options, on: ModelOf | None) -> str:
    """Returns a sentence about the size of the sweep of a file; raises as `sweep`."""
    study, _ = _sweep(file, options, on)
    return _work(study.plan, backend_of(options), 0)


def _sweep(file: str, options: Options, on: ModelOf | None) -> tuple[Study[Any], Callable[[Any], list[Judged]]]:
    from sim.experiment.sweep.sweep_plan import SweepRequest

    check(options)
    study = studies.study_of_sweep(SweepRequest(file, **{name: options[name] for name in _OF_SWEEP}), on)
    judged = _judge_of_sweep(study, options)
    _warn(study.plan.warnings, options)
    if options["write_sweep"] is not None:
        _write_sweep(study.plan, options)
    return study, judged


def _write_sweep(plan: SweepPlan, options: Options) -> None:
    """Saves the sweep that the options stand for; raises `InputError` where a file has this name, or none can be."""
    from sim.experiment.sweep.varying import written_sweep
    from sim.results.files import sentences

    to = options["write_sweep"]
    if not options["vary"] and not options["shift"]:
        raise InputError([Problem("--write-sweep", "this is a sweep file already; give a scenario with --vary")])
    text = written_sweep(plan.file, to, options["replications"], options["seed"])
    if to.exists():
        raise InputError([Problem("--write-sweep", "there is a file of this name", str(to))])
    with sentences(f"{to} can't be written"):
        to.write_text(text, encoding="utf-8")


def _judge_of_sweep(study: Study[Any], options: Options) -> Callable[[Any], list[Judged]]:
    from sim.analysis.judging import judge_sweep
    from sim.experiment.sweep.sweep_plan import gates_of
    from sim.results import baselines
    from sim.results.sweep_view import View

    gates = gates_of(study.plan, options["gates"])
    before, tolerances = None, baselines.tolerances_of(options["tolerances"])
    if options["baseline"] is not None:
        before = baselines.baseline_of_sweep(options["baseline"], study.plan.identity.seed, tolerances)

    def judged(now: Any) -> list[Judged]:
        view = View(now)
        found = [judge_sweep(gate, view) for gate in gates]
        return found + (list(baselines.moves_of_sweep(before, now, tolerances)) if before else [])

    return judged


def _work(plan: SweepPlan, backend: Backend, done: int) -> str:
    """Returns the number of replications to run, and an estimate of the time on this machine."""
    from sim.experiment.sweep.sweep_study import seconds_a_replication

    most = "at most " if plan.precision else ""
    total = plan.size * plan.replications
    said = f"{counted(plan.size, 'point')} of {most}{counted(plan.replications, 'replication')}: {most}{total:,} in all"
    seconds = seconds_a_replication(plan) * max(total - done, 0) / max(backend.width, 1)
    if backend.scheduler is not None:
        return said
    return f"{said}; about {_long(seconds)} with {backend.width} process{'es' * (backend.width > 1)}"


def _long(seconds: float) -> str:
    if seconds < _LONG_S:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < _VERY_LONG_S else f"{seconds / 3600:.1f} h"


# an answer to why


def why(file: str, options: Options, on: ModelOf | None) -> Execution:
    """Returns the answer to why a scenario comes out as it does; raises `InputError` with all problems."""
    from sim.cli.why_answer import why_text
    from sim.experiment.why.why_plan import WhyRequest

    check(options)
    loaded = load_from(file, given([file]), options["sets"], options["strict"])
    study = studies.study_of_why(WhyRequest(loaded, file, **{name: options[name] for name in _OF_WHY}), on)
    judged = _judge_of_why(study, options)
    _warn(loaded.warnings, options)
    one = Answer(
        study, why_text, judged, lambda answer: f"{answer.summary['name']} ({stem_of(file)})",
        said=("failures", "gates", "pictures"),
        announce=lambda backend, work: _worlds(study.plan, backend, work.count()),
    )  # fmt: skip
    return Execution([one], options)


def _judge_of_why(study: Study[Any], options: Options) -> Callable[[Any], list[Judged]]:
    from sim.analysis.gates import CAUSE, LEVER, parse_why_gates
    from sim.analysis.judging import judge

    identity = study.plan.identity
    gates = parse_why_gates(options["gates"], identity.causes, [words for words, _ in identity.levers], identity.of)

    def judged(now: Any) -> list[Judged]:
        summary, of = now.summary, identity.of
        said = {of: summary["on"]}
        said |= {f"{CAUSE}({one['cause']}, {of})": one["effects"][of] for one in summary["causes"]}
        said |= {f"{LEVER}({one['move']}, {of})": one["effects"][of] for one in summary["levers"]}
        return [judge(gate, said) for gate in gates]

    return judged


def _worlds(plan: WhyPlan, backend: Backend, done: int) -> str:
    """Returns the number of worlds to simulate, and an estimate of the time on this machine."""
    from sim.experiment.why.why_study import size_of

    size = size_of(plan, done)
    total = size.replications * size.worlds
    most = "at most " if plan.identity.precision is not None else ""
    each = f"{most}{counted(size.replications, 'replication')} in at most {counted(size.worlds, 'world')} each"
    said = f"{each}: {total:,} in all"
    if backend.scheduler is not None:
        return said
    width = backend.width_for(total)
    return f"{said}; about {_long(size.seconds * total / width)} with {width} process{'es' * (width > 1)}"


# a search for a level


def solve(file: str, options: Options, on: ModelOf | None) -> Execution:
    """Returns the search for the least level that meets targets; raises `InputError` with all problems.

    Where no level meets them, carrying it out raises `InputError`, and nothing is written.
    """
    from sim.cli.solve_answer import solve_text
    from sim.experiment.solve_study import SolveRequest

    check(options)
    study = studies.study_of_solve(SolveRequest(file, **{name: options[name] for name in _OF_SOLVE}), on)
    _warn(study.plan.grid.warnings, options)
    one = Answer(
        study, solve_text, said=("failures", "gates", "pictures"),
        announce=lambda backend, work: _levels(study.plan, backend, work.count()),
    )  # fmt: skip
    return Execution([one], options)


def _levels(plan: SolvePlan, backend: Backend, done: int) -> str:
    """Returns about how many levels are run, and an estimate of the time on this machine."""
    from sim.experiment.sweep.sweep_study import seconds_a_replication

    total = plan.most * plan.identity.replications
    each = counted(plan.identity.replications, "replication")
    said = f"about {plan.most} of {counted(plan.grid.size, 'level')}, {each} each"
    if backend.scheduler is not None:
        return said
    width = backend.width_for(total)
    seconds = seconds_a_replication(plan.grid) * max(total - done, 0) / width
    return f"{said}: {total:,} in all; about {_long(seconds)} with {width} process{'es' * (width > 1)}"


# a selection and a backtest


def selection(files: Sequence[str], options: Options, on: ModelOf | None) -> Execution:
    """Returns the selection of the best of several files; raises `InputError` with the problems of all files."""
    from sim.cli.selection_answer import selection_text
    from sim.experiment.selection_study import SelectionRequest

    check(options)
    opened = _opened(files, options)
    request = SelectionRequest(opened, **{name: options[name] for name in _OF_SELECTION})
    study = studies.study_of_selection(request, on)
    _warn(_warnings_of(opened), options)
    return Execution([Answer(study, selection_text)], options)


def backtest(forecast: str | None, options: Options, folder: Path, on: Callable[..., Any] | None) -> Execution:
    """Returns the backtest of a forecast, written to `folder`; raises `InputError` where it is not valid."""
    from sim.cli.backtest_answer import backtest_text, failure_lines
    from sim.experiment.backtest_study import cut_of, fit_of

    check(options)
    fit, cut = fit_of(forecast, options["fit"], options["no_fit"]), cut_of(options["cut"])
    request = studies.BacktestRequest(forecast, fit, cut, options["seed"], options["replications"], folder)
    study = studies.study_of_backtest(request, on)

    def text(tested: Any) -> str:
        if study.work is not None:
            for line in failure_lines(tested.manifest["failures"]):
                complain(line)
        return backtest_text(tested.summary)

    stopped = "stopped; a backtest starts again from the beginning"
    return Execution(
        [Answer(study, text, stopped=lambda: stopped, written=options["out"] is not None)], options
    )  # fmt: skip
