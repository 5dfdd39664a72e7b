"""One sweep from the command line: validated, counted, carried out, drawn and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.judging import Judged, judge_sweep
from sim.cli.checking import Reports, codes_of, plain_judged, tell_judged, try_writing
from sim.cli.codes import BROKEN, DONE, FAULT, STOPPED, first_that_applies
from sim.cli.markdown import Section
from sim.cli.options import where_of
from sim.cli.progress import Progress
from sim.cli.say import answer, answer_json, complain, note
from sim.cli.swept_answer import swept_text
from sim.cli.words import plural
from sim.errors import ResultsError
from sim.experiment.planning import Stage, stage
from sim.experiment.sweep.sweep_plan import SweepPlan, SweepRequest, gates_of, plan_sweep
from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep, done_before, seconds_a_replication
from sim.experiment.where import Where
from sim.results.baselines import baseline_of_sweep, moves_of_sweep, tolerances_of
from sim.results.parquet import check_parquet, write_frames
from sim.results.strangers import found_there
from sim.results.sweep_folder import SweepResults, read_sweep
from sim.results.sweep_view import View
from sim.results.unfinished import Made, Unfinished

if TYPE_CHECKING:
    from sim.analysis.gates import Gate

_LONG_S, _VERY_LONG_S = 100, 6000
_OPTIONS = ("seed", "replications", "sets", "without", "out", "strict", "sampling")


def tell_sweep(file: str, options: Mapping[str, Any], on: Stage | None = None) -> int:
    """Sweeps, prints the answer and gives the exit code; raises what is wrong before anything is played."""
    if options["form"] == "parquet":
        check_parquet()
    reports = Reports.of(options)
    where = where_of(options)
    plan = plan_sweep(SweepRequest(file, **{name: options[name] for name in _OPTIONS}), on or stage)
    held = _held(plan, options)
    if not options["quiet"]:
        for warning in plan.warnings:
            note(f"warning: {warning}")
    if options["dry_run"]:
        answer(_work(plan, where, 0))
        return DONE
    work = begin_sweep(plan, options["force"])
    try:
        return _carry_out(held, work, where, reports, options)
    except ResultsError as error:
        complain(str(error))
        return BROKEN
    except KeyboardInterrupt:
        complain("stopped; what was played stays, and the same command goes on from there")
        return STOPPED


@dataclass(frozen=True)
class _Held:
    """A sweep and what it is held to."""

    plan: SweepPlan
    gates: Sequence[Gate]
    before: SweepResults | None
    tolerances: Mapping[str, float]

    def judged(self, now: SweepResults) -> list[Judged]:
        """All verdicts."""
        view = View(now)
        found = [judge_sweep(gate, view) for gate in self.gates]
        return found + (list(moves_of_sweep(self.before, now, self.tolerances)) if self.before else [])


def _held(plan: SweepPlan, options: Mapping[str, Any]) -> _Held:
    """Gates and the baseline; raises `InputError` for what can't be held."""
    gates = gates_of(plan, options["gates"])
    tolerances = tolerances_of(options["tolerances"])
    before = None
    if options["baseline"] is not None:
        before = baseline_of_sweep(options["baseline"], plan.identity.seed, tolerances)
    return _Held(plan, gates, before, tolerances)


def _work(plan: SweepPlan, where: Where, done: int) -> str:
    """How much there is to play, and about how long that takes here."""
    most = "at most " if plan.precision else ""
    total = plan.size * plan.replications
    said = f"{plural(plan.size, 'point')} of {most}{plural(plan.replications, 'replication')}: {most}{total:,} in all"
    seconds = seconds_a_replication(plan) * max(total - done, 0) / max(where.width, 1)
    if where.scheduler is not None:
        return said
    return f"{said}; about {_long(seconds)} with {where.width} process{'es' * (where.width > 1)}"


def _long(seconds: float) -> str:
    if seconds < _LONG_S:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < _VERY_LONG_S else f"{seconds / 3600:.1f} h"


def _carry_out(held: _Held, work: Unfinished | None, where: Where, reports: Reports, options: Mapping[str, Any]) -> int:
    plan = held.plan
    quiet = options["quiet"]
    if work is not None and not quiet:
        note(_work(plan, where, done_before(work)))
    progress = Progress(Path(plan.file.path).stem, quiet)
    try:
        made = carry_out_sweep(plan, work, where, progress)
    finally:
        progress.end()
    with found_there(made.folder, made.reused):
        return _judge(held, made, reports, options)


def _judge(held: _Held, made: Made, reports: Reports, options: Mapping[str, Any]) -> int:
    """Draws, judges and tells a folder that is whole; the exit code."""
    swept, plan = read_sweep(made.folder), held.plan
    if options["form"] == "parquet":
        write_frames(swept)
    failed = None if options["no_plots"] else _draw(swept)
    judged, text = held.judged(swept), swept_text(swept)
    section = Section(f"{swept.summary['name']} ({Path(plan.file.path).stem})", plan.command, text, tuple(judged))
    unwritten = try_writing(reports, [section])
    _tell(made, swept, judged, text, options)
    if failed is not None:
        raise failed
    if unwritten is not None:
        raise unwritten
    return first_that_applies([DONE, *_codes(swept), *codes_of(judged)])


def _draw(swept: SweepResults) -> Exception | None:
    """Draws what is not there yet; what goes wrong is told after the answer."""
    try:
        from sim.figures.swept import draw_missing  # noqa: PLC0415 - loads matplotlib

        draw_missing(swept.folder)
    except Exception as error:  # the answer comes first
        return error
    return None


def _tell(made: Made, swept: SweepResults, judged: Sequence[Judged], text: str, options: Mapping[str, Any]) -> None:
    if made.kept is not None:
        note(f"{made.kept} holds files of the folder replaced that no sweep had written")
    if options["as_json"]:
        answer_json(_plain(made, swept, judged))
        return
    answer(text)
    answer("")
    tell_judged(judged)
    said = "Found there already" if made.reused else "Written"
    pictures = "" if options["no_plots"] else ", pictures *.png and *.svg"
    answer(f"{said}: {made.folder}/ (tables *.csv, summary.json, manifest.json{pictures})")


def _plain(made: Made, swept: SweepResults, judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "folder": str(made.folder), "reused": made.reused, "summary": swept.summary,
        "gates": plain_judged(judged),
        "pictures": sorted(path.name for path in Path(made.folder).iterdir() if path.suffix in (".png", ".svg")),
    }  # fmt: skip


def _codes(swept: SweepResults) -> Iterator[int]:
    if swept.manifest["failed"]:
        yield FAULT if swept.manifest["faults"] else BROKEN
