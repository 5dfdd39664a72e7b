"""The report: folders of results in, one self-contained page out; the same folders give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem, ResultsError
from sim.page.answer_section import answer
from sim.page.blocks import Block, Name, Picture, Said, Section
from sim.page.input_sections import claims, input_sections, manifest
from sim.page.page import Sheet, rendered, static
from sim.page.reading import Source, read
from sim.page.redaction import without_dates
from sim.page.run_sections import run_sections
from sim.page.study_sections import study_sections
from sim.page.terms import KINDS, said
from sim.page.why_sections import why_sections
from sim.page.words import LANGUAGES, Words, language_of, name
from sim.results.files import sentences, write_whole
from sim.results.untrusted import as_written

if TYPE_CHECKING:
    from sim.page.map import Map
    from sim.results.replays import KeptReplay

NAME = "report.html"
"""Name of the page in a folder."""
_LONGEST_MARKING = 300


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a page is made: its language (`None`: as the surroundings say), its marking, and what is redacted.

    `replication` is the number of one more that is replayed; it is simulated again.
    """

    language: str | None = None
    marking: str | None = None
    redact: tuple[str, ...] = ()
    replication: int | None = None


def report(folders: Sequence[str | Path], wishes: Wishes, words: Words | None = None) -> str:
    """The page of some folders: one run and what belongs to it, or a folder of another kind.

    Raises `ResultsError` for a folder that is not drawdown's or was changed, `InputError` for wishes that can't be met.
    """
    words = words or Words(language_of(wishes.language))
    sources = read(folders, wishes.redact, words)
    more = _one_more(sources, wishes.replication)
    with as_written(Path(folders[0])):
        sheet = _sheet(sources, wishes, words, more)
        page = rendered(sheet, words)
    if "dates" in wishes.redact:
        page = without_dates(page, _first(sources).start.date(), words)
    return page


def write_report(folders: Sequence[str | Path], to: Path, wishes: Wishes) -> Path:
    """Writes the page of some folders, whole or not at all; raises as `report`."""
    page = report(folders, wishes)
    with sentences(f"{to} can't be written"):
        if to.is_dir():
            raise ResultsError(f"{to} is a folder; name a file")
        write_whole(to, page.encode("utf-8"))
    return to


def _first(sources: Sequence[Source]) -> Source:
    """The folder that has a scenario, else the first."""
    return next((source for source in sources if "scenario" in source.manifest), sources[0])


def _sheet(sources: Sequence[Source], wishes: Wishes, words: Words, more: Sequence[KeptReplay]) -> Sheet:
    run, why = (next((one for one in sources if one.noun == noun), None) for noun in ("run", "why"))
    drawn = _map(run, words) if run is not None else None
    sections: list[Section] = []
    if run is not None:
        sections += [answer(run, why, words), _map_section(run, drawn, words), *run_sections(run, words)]
    for source in sources:
        if source.noun == "why":
            sections += why_sections(source, words)
        elif source.noun != "run":
            sections += study_sections(source, words)
    sections += input_sections(run, words) if run is not None else []
    sections += [claims(sources, words), manifest(sources, words)]
    return Sheet(
        title=_title(sources, words), kind=_kind(sources, words), about=_about(sources[0], words),
        marking=_marking(wishes, words), sections=sections, foot=_foot(words), **_replay(run, drawn, more, words),
    )  # fmt: skip


def _one_more(sources: Sequence[Source], replication: int | None) -> list[KeptReplay]:
    """The replay of the replication that is wished for besides those in the folder, simulated again."""
    if replication is None:
        return []
    run = next((source for source in sources if source.noun == "run"), None)
    if run is None:
        raise InputError([Problem("-k", "only a run has replications that can be replayed", str(replication))])
    if run.redacted.any:
        raise InputError([Problem("-k", "a page that is redacted has no replay", str(replication))])
    from sim.experiment.replaying import replay_of_number

    return [replay_of_number(run.results, replication)]


def _replay(run: Source | None, drawn: Map | None, more: Sequence[KeptReplay], words: Words) -> dict[str, Any]:
    """The replays of a run, with their style and script; none in a page that is redacted: they name all."""
    if run is None or run.redacted.any:
        return {}
    from sim.page.replay import replay_section
    from sim.results.replays import read_replays

    found = replay_section([*more, *read_replays(run.results)], drawn, words)
    return {"replay": found, "styles": [static("replay.css")], "scripts": [static("replay.js")]} if found else {}


def _map(run: Source, words: Words) -> Map | None:
    from sim.page.map import map_of

    return None if run.redacted.places else map_of(run.scenario, words)


def _map_section(run: Source, drawn: Map | None, words: Words) -> Section:
    blocks: list[Block]
    if run.redacted.places:
        blocks = [Said([words("The map is left out: this page is redacted.")], "note")]
    elif drawn is None:
        blocks = [Said([words("No map: the places of this scenario have no positions (position: lat, lon).")], "note")]
    else:
        keys = [("p-camp", words("camp")), ("p-hub", words("hub")), ("p-exit", words("exit")), ("road", words("road")),
                ("air", words("by air or sea"))]  # fmt: skip
        caption = words("Outlines from Natural Earth, coarse; the borders shown imply no opinion on the status of any "
                        "territory. Roads are drawn straight from place to place.")  # fmt: skip
        blocks = [Picture(drawn.svg, caption, keys)]
    return Section("map", words("Map"), blocks)


def _title(sources: Sequence[Source], words: Words) -> str:
    if sources[0].redacted.any:
        return words("A withdrawal")
    first = sources[0]
    titles = first.manifest.get("scenario", {}).get("titles") or {}
    given = titles.get(words.language) or first.manifest.get("name") or first.summary.get("name")
    if given is None and first.noun == "comparison":
        given = " – ".join(side["name"] for side in first.summary["sides"])
    return name(given or first.noun)


def _kind(sources: Sequence[Source], words: Words) -> str:
    kinds = dict.fromkeys(said(source.noun, KINDS, words) for source in sources)
    return words("Result of a simulation, not a record of events · {kinds}", kinds=words.series(kinds))


def _about(source: Source, words: Words) -> str:
    simulated = int(source.manifest.get("succeeded", source.manifest.get("replications") or 0))
    number = words.many("{n} replication", "{n} replications", simulated)
    return words("{replications}, seed {seed}", replications=number, seed=source.manifest.get("seed", "–"))


def _marking(wishes: Wishes, words: Words) -> str:
    if wishes.marking:
        return Name(name(wishes.marking)[:_LONGEST_MARKING])
    if wishes.redact:
        return words("Redacted. Made from the scenario of whoever ran it; numbers that remain may still identify it.")
    return words("The data belong to those who ran this scenario: ask before you pass it on.")


def _foot(words: Words) -> list[str]:
    found = [words("Made by drawdown, an open simulation of a phased withdrawal. The page loads nothing from any "
                   "network.")]  # fmt: skip
    if words.language != "en":
        found.append(words("The words of this page in {language} were not reviewed by native planners; docs/report.md "
                           "says how to mend them.",
                           language=LANGUAGES.get(words.language, words.language)))  # fmt: skip
    return found
