"""One comparison from the command line: validated, carried out, drawn and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.gates import RANK, Gate, parse_differences
from sim.analysis.judging import Judged, judge, judge_rank
from sim.cli.checking import Reports, codes_of, plain_judged, tell_judged, try_writing
from sim.cli.codes import BROKEN, DONE, FAULT, STOPPED, first_that_applies
from sim.cli.compared_answer import compared_text
from sim.cli.markdown import Section
from sim.cli.options import where_of
from sim.cli.progress import Progress
from sim.cli.say import answer, answer_json, complain, note
from sim.cli.standard_input import given
from sim.errors import InputError, Problem, ResultsError
from sim.experiment.comparison_plan import ComparisonPlan, ComparisonRequest, plan_comparison
from sim.experiment.comparison_study import begin_comparison, carry_out_comparison
from sim.experiment.planning import Stage, stage
from sim.experiment.sides import open_sides
from sim.experiment.where import Where
from sim.results.baselines import baseline_of_comparison, moves_of_comparison, tolerances_of
from sim.results.comparison_folder import COMPARISON, ComparisonResults, read_comparison
from sim.results.parquet import check_parquet, write_frames
from sim.results.strangers import found_there
from sim.results.unfinished import Made, Unfinished

_OPTIONS = ("replications", "seed", "sets", "without", "of", "waterfall", "out")


def tell_comparison(sides: Sequence[str], options: Mapping[str, Any], on: Stage | None = None) -> int:
    """Compares, prints the answer and gives the exit code; raises what is wrong before anything is played."""
    if options["form"] == "parquet":
        check_parquet()
    reports = Reports.of(options)
    where = where_of(options)
    plan, gates = _planned(sides, options, on or stage)
    held = _Held(plan, gates, _baseline(plan, options), tolerances_of(options["tolerances"]))
    work = begin_comparison(plan, options["force"])
    try:
        return _carry_out(held, work, where, reports, options)
    except ResultsError as error:
        complain(str(error))
        return BROKEN
    except KeyboardInterrupt:
        complain("stopped; what was played stays, and the same command goes on from there")
        return STOPPED


def _planned(sides: Sequence[str], options: Mapping[str, Any], on: Stage) -> tuple[ComparisonPlan, list[Gate]]:
    opened = open_sides(sides, options["sets"], options["strict"], given(sides))
    request = ComparisonRequest(opened, **{name: options[name] for name in _OPTIONS})
    plan = plan_comparison(request, on)
    names = [side.name for side in plan.sides]
    gates = parse_differences(options["gates"], names, plan.responses, options["of"])
    warnings = [text for text in plan.notes if text.startswith("warning: ")]
    if options["strict"] and warnings:
        raise InputError([Problem("", text.removeprefix("warning: ")) for text in warnings])
    if not options["quiet"]:
        read = [f"warning: {warning}" for side in opened if side.loaded for warning in side.loaded.warnings]
        for text in (*dict.fromkeys(read), *plan.notes):
            note(text)
    return plan, gates


def _baseline(plan: ComparisonPlan, options: Mapping[str, Any]) -> ComparisonResults | None:
    if options["baseline"] is None:
        return None
    names = [side.name for side in plan.sides]
    tolerances = tolerances_of(options["tolerances"])
    return baseline_of_comparison(options["baseline"], plan.identity.seed, names, tolerances)


@dataclass(frozen=True)
class _Held:
    """A comparison and what it is held to."""

    plan: ComparisonPlan
    gates: Sequence[Gate]
    before: ComparisonResults | None
    tolerances: Mapping[str, float]

    def judged(self, now: ComparisonResults) -> list[Judged]:
        """All verdicts."""
        first, rest = self.plan.sides[0].name, now.summary["comparisons"]
        differences = {
            f"difference({first}, {one['b']}, {name})": said
            for one in rest for name, said in one["responses"].items()
        }  # fmt: skip
        found = []
        for gate in self.gates:
            if gate.call == RANK:
                means = {one["b"]: one["responses"][gate.response]["mean_b"] for one in rest}
                found.append(judge_rank(gate, {first: rest[0]["responses"][gate.response]["mean_a"], **means}))
            else:
                found.append(judge(gate, differences))
        return found + (list(moves_of_comparison(self.before, now, self.tolerances)) if self.before else [])


class _Progresses:
    """A line of progress for each part in turn."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._last: Progress | None = None

    def of(self, name: str) -> Progress:
        """Who hears of the progress of one part; the one before has ended."""
        self.end()
        self._last = Progress(name, self._quiet)
        return self._last

    def end(self) -> None:
        """Clears a line that moves."""
        if self._last is not None:
            self._last.end()

    def say(self, text: str) -> None:
        """A sentence about what comes next."""
        self.end()
        if not self._quiet:
            note(text)


def _carry_out(held: _Held, work: Unfinished | None, where: Where, reports: Reports, options: Mapping[str, Any]) -> int:
    progresses = _Progresses(options["quiet"])
    try:
        made = carry_out_comparison(held.plan, work, where, progresses.of, progresses.say)
    finally:
        progresses.end()
    with found_there(made.folder, made.reused):
        return _judge(held, made, reports, options)


def _judge(held: _Held, made: Made, reports: Reports, options: Mapping[str, Any]) -> int:
    """Draws, judges and tells a folder that is whole; the exit code."""
    comparison = read_comparison(made.folder)
    if options["form"] == "parquet":
        write_frames(comparison)
    failed = None if options["no_plots"] else _draw(comparison)
    judged = held.judged(comparison)
    text = compared_text(comparison)
    title = " vs ".join(side["name"] for side in comparison.summary["sides"])
    unwritten = try_writing(reports, [Section(title, comparison.manifest["command"], text, tuple(judged))])
    _tell(made, comparison, judged, text, options)
    if failed is not None:
        raise failed
    if unwritten is not None:
        raise unwritten
    return first_that_applies([DONE, *_codes(comparison, judged)])


def _draw(comparison: ComparisonResults) -> Exception | None:
    """Draws what is not there yet; what goes wrong is told after the answer."""
    names = [name for name in COMPARISON.pictures if name != "waterfall" or comparison.manifest["waterfalls"]]
    if all((comparison.folder / f"{name}.{kind}").is_file() for name in names for kind in ("png", "svg")):
        return None
    try:
        from sim.figures.compared import draw_all  # noqa: PLC0415 - loads matplotlib

        draw_all(comparison.folder)
    except Exception as error:  # the answer comes first
        return error
    return None


def _tell(
    made: Made, comparison: ComparisonResults, judged: Sequence[Judged], text: str, options: Mapping[str, Any]
) -> None:
    if made.kept is not None:
        note(f"{made.kept} holds files of the folder replaced that no comparison had written")
    if options["as_json"]:
        answer_json(_plain(made, comparison, judged))
        return
    answer(text)
    answer("")
    tell_judged(judged)
    said = "Found there already" if made.reused else "Written"
    pictures = "" if options["no_plots"] else ", pictures *.png and *.svg"
    answer(f"{said}: {made.folder}/ (tables *.csv, summary.json, manifest.json{pictures})")


def _plain(made: Made, comparison: ComparisonResults, judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "folder": str(made.folder), "reused": made.reused, "summary": comparison.summary,
        "gates": plain_judged(judged),
        "pictures": sorted(path.name for path in Path(made.folder).iterdir() if path.suffix in (".png", ".svg")),
    }  # fmt: skip


def _codes(comparison: ComparisonResults, judged: Sequence[Judged]) -> Iterator[int]:
    falls = (one["waterfall"] for one in comparison.summary["comparisons"])
    if comparison.manifest["failed"] or any(fall and fall["dropped"] for fall in falls):
        yield FAULT if comparison.manifest["faults"] else BROKEN
    yield from codes_of(judged)
