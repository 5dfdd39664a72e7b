"""Folders of results as pages read them: their manifest, summary and rows, redacted where that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem, ResultsError
from sim.page.redaction import Redaction, redaction
from sim.page.words import Words
from sim.results.backtest_folder import BACKTEST
from sim.results.comparison_folder import COMPARISON
from sim.results.files import unguarded
from sim.results.finished import Results, read_results, rows_of
from sim.results.folder import RUN, FolderKind, manifest_in
from sim.results.selection_folder import SELECTION
from sim.results.solve_folder import SOLVE
from sim.results.sweeps import SWEEP
from sim.results.untrusted import as_written
from sim.results.why_folder import WHY

_KINDS: tuple[FolderKind, ...] = (COMPARISON, SWEEP, SELECTION, WHY, SOLVE)
_ORDER = ("run", "comparison", "sweep", "selection", "solve", "why")


@dataclass(frozen=True)
class Source:
    """A finished folder of one kind, as the page may show it."""

    noun: str
    results: Results
    manifest: Mapping[str, Any]
    summary: Mapping[str, Any]
    bound: Mapping[str, Any] | None
    redacted: Redaction

    def rows(self, table: str) -> Iterator[dict[str, str]]:
        """The rows of a table as text, names without their guards; nothing where there is no such table."""
        if f"{table}.csv" not in self.manifest["tables"]:
            return
        named = self._named_columns
        for row in rows_of(self.results, table):
            said = self.redacted.row({key: unguarded(value) for key, value in row.items()})
            yield {named.get(key, key): value for key, value in said.items()} if named else said

    @cached_property
    def _named_columns(self) -> dict[str, str]:
        """Columns of a sweep that are called as factors and responses are, as they are redacted."""
        found = (name for part in ("factors", "responses") for name in self.results.summary.get(part) or ())
        return {name: self.redacted.text(name) for name in found} if self.redacted.any else {}

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The scenario as resolved."""
        found: Mapping[str, Any] = self.manifest["scenario"]
        return found

    @property
    def start(self) -> datetime:
        """The first instant of the mission."""
        return datetime.fromisoformat(str(self.scenario["calendar"]["start"]))


def read(folders: Sequence[str | Path], kinds: Sequence[str], words: Words) -> list[Source]:
    """The folders in the order of the page; raises `ResultsError` for one that is not drawdown's or was changed."""
    found = [_found(Path(folder)) for folder in folders]
    _check(found)
    with as_written(Path(folders[0])):
        scenarios = [scenario for _, results in found for scenario in _scenarios(results.manifest)]
        if kinds and not scenarios:
            raise InputError([Problem("--redact", "needs the results of a run, which name its places and classes")])
        redacted = redaction(kinds, scenarios, words, [side for _, results in found for side in _sides(results)])
        sources = [
            Source(noun, results, redacted.data(results.manifest), redacted.data(results.summary),
                   redacted.data(results.bound) if noun == RUN.noun else None, redacted)
            for noun, results in found
        ]  # fmt: skip
    return sorted(sources, key=lambda source: _ORDER.index(source.noun))


def _found(folder: Path) -> tuple[str, Results]:
    for kind in _KINDS:
        manifest = manifest_in(folder, kind)
        if manifest is not None:
            if not isinstance(manifest.get("summary"), dict):
                raise ResultsError(f"{folder}/manifest.json is not as drawdown writes it")
            return kind.noun, Results(folder, manifest)
    if manifest_in(folder, BACKTEST) is not None:
        kinds = ", ".join(kind.noun for kind in _KINDS)
        raise ResultsError(f"{folder} is a backtest, which has no page; a page is made of a run, or of a {kinds}")
    return RUN.noun, read_results(folder)


def _check(found: Sequence[tuple[str, Results]]) -> None:
    nouns = [noun for noun, _ in found]
    if nouns.count(RUN.noun) > 1:
        wrong = "a page shows one run"
        raise InputError([Problem("RESULTS", wrong, allowed="one run and what belongs to it; drawdown compare A B")])
    made = {noun: results.manifest["identity"] for noun, results in found}
    of = {noun: (identity.get("scenario"), identity.get("without")) for noun, identity in made.items()}
    if RUN.noun in of and WHY.noun in of and of[RUN.noun] != of[WHY.noun]:
        wrong = "the answer to why is of another scenario than the run, or was made with other changes"
        raise InputError(
            [Problem("RESULTS", wrong, allowed="both of the same file, with the same --set and --without")]
        )


def _sides(results: Results) -> Iterator[str]:
    """Names of what is compared or chosen from: those of files, which may say what is redacted."""
    summary = results.summary
    for part, key in (("sides", "name"), ("alternatives", "alternative")):
        for one in summary.get(part) or ():
            yield str(one[key])


def _scenarios(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    said = manifest.get("scenario")
    if isinstance(said, Mapping):
        yield said
