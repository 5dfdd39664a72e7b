"""The runs of one command: all are checked before the first is played."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sim.cli.answer import answer_text
from sim.cli.checking import Reports, codes_of, plain_judged, tell_judged, try_writing
from sim.cli.codes import BROKEN, DONE, FAULT, STOPPED, first_that_applies
from sim.cli.markdown import Section
from sim.cli.options import where_of
from sim.cli.progress import Progress
from sim.cli.say import answer, answer_json, complain, note
from sim.cli.standard_input import given, load_from
from sim.errors import InputError, Problem, ResultsError
from sim.experiment.planning import Request, Stage, plan_run, stage
from sim.experiment.running import RunPlan, begin, carry_out
from sim.results.finished import Results, read_results
from sim.results.folder import RUN
from sim.results.parquet import check_parquet, write_parquet
from sim.results.strangers import found_there
from sim.results.unfinished import Made, Unfinished
from sim.scenario.door import Loaded
from sim.scenario.reading import STDIN, stem_of

if TYPE_CHECKING:
    from sim.analysis.gates import Gate
    from sim.analysis.judging import Judged


@dataclass
class _Run:
    """One scenario on its way."""

    file: str
    plan: RunPlan
    gates: list[Gate]
    work: Unfinished | None = None
    before: Results | None = None


class Runs:
    """All scenarios of a command, loaded, planned and locked on entry; released on exit."""

    def __init__(self, files: Sequence[str], options: dict[str, Any], on: Stage | None = None) -> None:
        self._files, self._options, self._on = files, options, on or stage
        self._said: list[dict[str, Any]] = []
        self._sections: list[Section] = []
        self._reports = Reports.of(options)
        self._runs: list[_Run] = []

    def __enter__(self) -> Runs:
        if self._options["form"] == "parquet":
            check_parquet()
        self._runs = self._planned(self._loaded())
        try:
            for run in self._runs:
                run.work = begin(run.plan, self._options["force"])
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()

    def _release(self) -> None:
        for run in self._runs:
            if run.work is not None:
                run.work.release()

    def _loaded(self) -> list[tuple[str, Loaded]]:
        """All scenarios, or all problems of all of them."""
        loaded, problems, content = [], [], given(self._files)
        for file in self._files:
            try:
                loaded.append((file, load_from(file, content, self._options["sets"], self._options["strict"])))
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)
        if not self._options["quiet"]:
            for _, one in loaded:
                for warning in one.warnings:
                    note(f"warning: {warning}")
        return loaded

    @property
    def _tolerances(self) -> dict[str, float]:
        from sim.results.baselines import tolerances_of  # noqa: PLC0415 - all of comparisons comes with it

        return tolerances_of(self._options["tolerances"])

    def _planned(self, loaded: list[tuple[str, Loaded]]) -> list[_Run]:
        runs, out = [], self._options["out"]
        for file, one in loaded:
            folder = out / stem_of(file) if out is not None and len(loaded) > 1 else out
            request = Request(
                one, file, out=folder,
                **{name: self._options[name] for name in
                   ("seed", "replications", "sets", "without", "precision", "max_replications", "guarantee")},
            )  # fmt: skip
            plan = plan_run(request, self._on)
            known = [measure.name for measure in plan.cast.layout.measures]
            before = None
            if self._options["baseline"] is not None:
                from sim.results.baselines import baseline_of_run  # noqa: PLC0415 - as above

                before = baseline_of_run(self._options["baseline"], plan.identity.seed, self._tolerances)
            runs.append(_Run(file, plan, _gates(self._options["gates"], known), before=before))
        folders = [run.plan.folder for run in runs]
        twice = next((folder for folder in folders if folders.count(folder) > 1), None)
        if twice is not None:
            raise InputError([Problem("SCENARIO", f"two scenarios would write to {twice}; run them apart")])
        return runs

    def codes(self) -> Iterator[int]:
        """Plays and tells one after the other; the exit code of each."""
        for run in self._runs:
            try:
                yield self._one(run)
            except ResultsError as error:
                complain(str(error))
                yield BROKEN
                break
            except KeyboardInterrupt:
                _tell_stopped(run)
                yield STOPPED
                break
        if self._options["as_json"]:
            answer_json({"runs": self._said})
        failed = try_writing(self._reports, self._sections)
        if failed is not None:
            complain(str(failed))
            yield BROKEN

    def _one(self, run: _Run) -> int:
        quiet = self._options["quiet"]
        progress = Progress(stem_of(run.file), quiet)
        try:
            ran = carry_out(run.plan, run.work, where_of(self._options), progress)
        finally:
            progress.end()
        with found_there(ran.folder, ran.reused):
            return self._judge(run, ran)

    def _judge(self, run: _Run, ran: Made) -> int:
        """Draws, judges and tells a folder that is whole; the exit code."""
        results = read_results(ran.folder)
        if self._options["form"] == "parquet":
            write_parquet(results)
        failed = None if self._options["no_plots"] else _draw(results.folder)
        judged = _judged(run.gates, results)
        if run.before is not None:
            from sim.results.baselines import moves_of_run  # noqa: PLC0415 - as above

            judged += moves_of_run(run.before, results, self._tolerances)
        title = f"{results.manifest['name']} ({stem_of(run.file)})"
        text = answer_text(results)
        self._sections.append(Section(title, results.manifest["command"], text, tuple(judged)))
        self._tell(ran, results, judged, text)
        if failed is not None:
            raise failed
        return first_that_applies([DONE, *_codes(results, judged)])

    def _tell(self, ran: Made, results: Results, judged: list[Judged], text: str) -> None:
        if ran.kept is not None:
            note(f"{ran.kept} holds files of the folder replaced that no run had written")
        if self._options["as_json"]:
            self._said.append(_plain(ran, results, judged))
            return
        answer(text)
        answer("")
        tell_judged(judged)
        said = "Found there already" if ran.reused else "Written"
        pictures = "" if self._options["no_plots"] else ", pictures *.png and *.svg"
        answer(f"{said}: {ran.folder}/ (tables *.csv, summary.json, manifest.json{pictures})")


def _gates(texts: Sequence[str], responses: Sequence[str]) -> list[Gate]:
    """What must hold, if anything."""
    if not texts:
        return []
    from sim.analysis.gates import parse_gates  # noqa: PLC0415 - only where something must hold

    return parse_gates(texts, responses)


def _judged(gates: Sequence[Gate], results: Results) -> list[Judged]:
    if not gates:
        return []
    from sim.analysis.judging import judge  # noqa: PLC0415 - as above

    return [judge(gate, results.summary["responses"]) for gate in gates]


def _draw(folder: Path) -> Exception | None:
    """Draws what is not there yet; what goes wrong is told after the answer."""
    if all((folder / f"{name}.{kind}").is_file() for name in RUN.pictures for kind in ("png", "svg")):
        return None
    try:
        from sim.figures import draw_all  # noqa: PLC0415 - loads matplotlib

        draw_all(folder)
    except Exception as error:  # the answer comes first
        return error
    return None


def _codes(results: Results, judged: list[Judged]) -> Iterator[int]:
    kinds = {row["kind"] for row in results.manifest["failures"]}
    if kinds:
        yield FAULT if "fault" in kinds else BROKEN
    yield from codes_of(judged)


def _tell_stopped(run: _Run) -> None:
    done = run.work.count() if run.work is not None else 0
    anew = "the same command" + (" with the same input" if run.file == STDIN else "")
    complain(f"stopped after {done} replications of {run.file}; {anew} goes on from there")


def _plain(ran: Made, results: Results, judged: list[Judged]) -> dict[str, Any]:
    return {
        "folder": str(ran.folder), "reused": ran.reused, "summary": results.summary,
        "failures": results.manifest["failures"],
        "gates": plain_judged(judged),
        "pictures": sorted(path.name for path in ran.folder.iterdir() if path.suffix in (".png", ".svg")),
    }  # fmt: skip
