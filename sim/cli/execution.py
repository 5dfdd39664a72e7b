"""The studies of one command: all are locked before the first runs; then each is run, drawn, judged and reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sim.cli.options import backend_of
from sim.cli.reports import Reports, Section, codes_of, plain_judged, report_judged
from sim.cli.terminal import (
    BROKEN,
    DONE,
    FAULT,
    STOPPED,
    Progress,
    answer,
    answer_json,
    complain,
    first_that_applies,
    note,
)
from sim.errors import ResultsError
from sim.results.finished import Results
from sim.results.labels import write_label
from sim.results.untrusted import found_there

if TYPE_CHECKING:
    from sim.analysis.judging import Judged
    from sim.api.studies import Study
    from sim.experiment.backend import Backend
    from sim.results.unfinished import Made, Unfinished

Options = Mapping[str, Any]
_GOES_ON = "stopped; finished replications are kept, and the same command resumes there"


@dataclass
class Answer:
    """How a study is reported: its text, its gates, and the message of an orderly stop.

    `title` and `command` head its section in reports. `said` lists what JSON has in addition to folder and summary,
    and `also` computes more.
    """

    study: Study[Any]
    text: Callable[[Any], str]
    judge: Callable[[Any], Iterable[Judged]] = lambda _results: ()
    title: Callable[[Any], str] = lambda _results: ""
    command: Callable[[Any], str] = lambda results: str(results.manifest["command"])
    said: tuple[str, ...] = ()
    also: Callable[[Any], dict[str, Any]] = lambda _results: {}
    stopped: Callable[[], str] = lambda: _GOES_ON
    announce: Callable[[Backend, Unfinished], str] | None = None
    written: bool = True


class Execution:
    """The answers of a command, their studies locked on entry and released on exit."""

    def __init__(self, answers: Sequence[Answer], options: Options, several: bool = False) -> None:
        self._answers, self._options, self._several = answers, options, several
        self._reports, self._where = Reports.of(options), backend_of(options)
        self._said: list[dict[str, Any]] = []
        self._sections: list[Section] = []

    def __enter__(self) -> Execution:
        try:
            for one in self._answers:
                one.study.begin(self._options["force"])
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()

    def _release(self) -> None:
        for one in self._answers:
            one.study.release()

    def code(self) -> int:
        """Runs and reports one study after the other; returns the exit code of all."""
        return first_that_applies([DONE, *self._codes()])

    def _codes(self) -> Iterator[int]:
        for one in self._answers:
            try:
                yield self._code_of(one)
            except ResultsError as error:
                complain(str(error))
                yield BROKEN
                break
            except KeyboardInterrupt:
                complain(one.stopped())
                yield STOPPED
                break
        if self._several and self._options["as_json"]:
            answer_json({"runs": self._said})
        try:
            self._reports.write(self._sections)
        except ResultsError as error:
            complain(str(error))
            yield BROKEN

    def _code_of(self, one: Answer) -> int:
        """Runs and reports one study; returns its exit code."""
        if one.announce is not None and one.study.work is not None and not self._options["quiet"]:
            note(one.announce(self._where, one.study.work))
        watcher = _Watcher(self._options["quiet"])
        try:
            made = one.study.carry_out(self._where, watcher)
        finally:
            watcher.end()
        with found_there(made.folder, made.reused):
            return self._reported(one, made)

    def _reported(self, one: Answer, made: Made) -> int:
        """Draws, judges and reports a finished folder; returns the exit code."""
        results = one.study.reads(made.folder)
        if one.written and self._options.get("label") is not None:
            write_label(made.folder, self._options["label"])
        if self._options.get("form") == "parquet":
            _write_parquet(one.study.noun, results)
        failed = _draw(made.folder) if one.written and not self._options["no_plots"] else None
        page = _page(made.folder, self._options) if one.written and self._options.get("page") else None
        judged, text = list(one.judge(results)), one.text(results)
        if self._reports.wanted:
            self._sections.append(Section(one.title(results), one.command(results), text, tuple(judged)))
        lost = [] if made.reused and one.study.noun == "backtest" else list(_lost(one.study.noun, results))
        if made.kept is not None:
            note(f"{made.kept} holds files of the replaced folder that were not written by a {one.study.noun}")
        if self._options["as_json"]:
            self._report_json(one, made, results, judged, page)
        else:
            self._report_text(one, made, judged, text, page)
        if failed is not None:
            raise failed
        return first_that_applies([DONE, *lost, *codes_of(judged)])

    def _report_json(
        self, one: Answer, made: Made, results: Results, judged: Sequence[Judged], page: Path | None
    ) -> None:
        pictures = sorted(path.name for path in made.folder.iterdir() if path.suffix in (".png", ".svg"))
        known = {"failures": results.manifest.get("failures"), "gates": plain_judged(judged), "pictures": pictures}
        said: dict[str, Any] = {"folder": str(made.folder), "reused": made.reused} if one.written else {}
        said |= {"page": str(page)} if page is not None else {}
        bound = getattr(results, "bound", None)
        said |= {"bound": bound} if bound is not None else {}
        said |= {"summary": results.summary} | {key: known[key] for key in one.said} | one.also(results)
        if self._several:
            self._said.append(said)
        else:
            answer_json(said)

    def _report_text(self, one: Answer, made: Made, judged: Sequence[Judged], text: str, page: Path | None) -> None:
        answer(text)
        if not one.written:
            return
        answer("")
        report_judged(judged)
        found = "Already there" if made.reused else "Written"
        pictures = "" if self._options["no_plots"] else ", pictures *.png and *.svg"
        answer(f"{found}: {made.folder}/ (tables *.csv, summary.json, manifest.json{pictures})")
        if page is not None:
            answer(f"The page: {page}")


class _Watcher:
    """A line of progress for each part of a study in turn."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._last: Progress | None = None

    def of(self, name: str) -> Progress:
        """Shows the progress of one part; the previous part has ended."""
        self.end()
        self._last = Progress(name, self._quiet)
        return self._last

    def end(self) -> None:
        """Clears the progress line."""
        if self._last is not None:
            self._last.end()

    def say(self, text: str) -> None:
        """Prints a sentence about the next step."""
        self.end()
        if not self._quiet:
            note(text)


def _write_parquet(noun: str, results: Any) -> None:
    from sim.results.parquet import write_frames, write_parquet

    (write_parquet if noun == "run" else write_frames)(results)


def _page(folder: Path, options: Options) -> Path:
    """Writes the page of a folder into it; raises `ResultsError`."""
    from sim.page.report import NAME, Wishes, write_report

    wishes = Wishes(options["lang"], options["marking"], tuple(options.get("redact", ())))
    return write_report([folder], folder / NAME, wishes)


def _draw(folder: Path) -> Exception | None:
    """Draws the missing pictures; returns an error, which is reported after the answer."""
    try:
        from sim.figures.gallery import draw_missing

        draw_missing(folder)
    except Exception as error:  # the answer comes first
        return error
    return None


def _lost(noun: str, results: Results) -> Iterator[int]:
    """Yields the exit code of failed replications, if any failed."""
    manifest = results.manifest
    if noun in ("run", "backtest"):
        failed, faults = bool(manifest["failures"]), any(row["kind"] == "fault" for row in manifest["failures"])
    else:
        failed, faults = bool(manifest["failed"]), bool(manifest["faults"])
    if noun == "comparison":
        falls = (one["waterfall"] for one in results.summary["comparisons"])
        failed = failed or any(fall and fall["dropped"] for fall in falls)
    if failed:
        yield FAULT if faults else BROKEN
