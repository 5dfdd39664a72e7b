"""What a result rests on: inputs with source and grade, what cannot be claimed, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sim.page import told
from sim.page.blocks import Block, Command, Facts, Folded, Name, Row, Said, Section, Table
from sim.page.charts import part_bar
from sim.page.never import never_words
from sim.page.numbers import figure, percent
from sim.page.reading import Source
from sim.page.terms import GRADES, KINDS, MEANINGS, said
from sim.page.words import Words, name
from sim.scenario.paths import dotted
from sim.scenario.pedigree import Input, counted, pedigree

_LONG = 240


def input_sections(run: Source, words: Words) -> list[Section]:
    """Every input of the scenario, with its source and grade."""
    return [Section("inputs", words("Every input, with source and grade"), list(_inputs(run, words)))]


def _inputs(run: Source, words: Words) -> Iterator[Block]:
    try:
        found = pedigree(run.results.manifest["scenario"])
    except (KeyError, TypeError, ValueError):  # a folder of another version
        return
    counts = {grade: number for grade, number in counted(found).items() if number}
    graded = sum(counts.values())
    rows = [
        Row([said(grade, GRADES, words), part_bar(number / graded, "bar", words(MEANINGS[grade])),
             figure(number, words), words(MEANINGS[grade])])
        for grade, number in counts.items()
    ]  # fmt: skip
    yield Table([words("Grade"), "", words("inputs"), words("meaning")], ["text", "drawn", "number", "text"], rows)
    if run.redacted.any:
        yield Said([words("The table of inputs is left out: this page is redacted.")], "note")
        return
    sources = run.scenario.get("sources") or {}
    for part, inputs in _parts(found).items():
        head = words.many("{part}: {n} input", "{part}: {n} inputs", len(inputs), part=name(part))
        yield Folded(head, [Table(
            [words("input"), words("value"), words("grade"), words("source")], ["text", "text", "text", "text"],
            [_input(one, sources, words) for one in inputs])])  # fmt: skip


def _parts(found: Sequence[Input]) -> dict[str, list[Input]]:
    parts: dict[str, list[Input]] = {}
    for one in found:
        parts.setdefault(str(one.path[0]), []).append(one)
    return parts


def _input(one: Input, sources: Mapping[str, Any], words: Words) -> Row:
    entry = sources.get(dotted(one.entry)) if one.entry is not None else None
    told_of = [str((entry or {}).get(key)) for key in ("cite", "note") if (entry or {}).get(key)]
    cite = " · ".join(_cut(name(each)) for each in told_of)
    shown: object = Name(cite) if cite else words("none")
    return Row([Name(dotted(one.path)), Name(_cut(name(_written(one.value)))), said(one.grade, GRADES, words), shown])


def _written(given: Any) -> str:
    if isinstance(given, Mapping):
        return ", ".join(f"{key}: {_written(each)}" for key, each in given.items())
    return ", ".join(map(_written, given)) if isinstance(given, list | tuple) else str(given)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def claims(sources: Sequence[Source], words: Words) -> Section:
    """What a reader must not conclude."""
    run = next((source for source in sources if source.noun == "run"), None)
    sentences = [
        words("This is the result of a simulation, not a record of events: nothing in it says what happened, or what "
              "will happen."),
        words("A share in the model is conditional on its inputs. It is no estimate of what was in fact destroyed in "
              "any mission; for Mali no public figure of that share exists."),
        words("Intervals say how far the mean of the model is known from these replications. They do not contain the "
              "error of inputs and rules, which can be larger."),
    ]  # fmt: skip
    if run is not None:
        assumed = told.assumptions(run.manifest, words)
        sentences += [words("{sentence} Change them and run it again before a decision rests on a number.",
                            sentence=assumed)] if assumed else []  # fmt: skip
        if not run.redacted.any:
            never = run.manifest.get("never") or ()
            sentences += [words("Cannot work as planned: {what}", what=never_words(str(each), words)) for each in never]
        failures = run.manifest.get("failures") or ()
        if failures:
            sentences.append(words.many("{n} replication failed and is not counted.",
                                        "{n} replications failed and are not counted.", len(failures)))  # fmt: skip
        seen = run.summary["responses"].get("extracted_share", {})
        if run.manifest["succeeded"] and "unseen" in seen:
            sentences.append(
                words(
                    "Outcomes with a chance of up to {share} may be missing among {n} replications.",
                    share=percent(seen["unseen"]["chance_at_most"], words),
                    n=figure(seen["replications"], words),
                )
            )
    return Section("claims", words("What cannot be claimed"), [Said(sentences)])


def manifest(sources: Sequence[Source], words: Words) -> Section:
    """Where each result came from, and the command that makes it again."""
    blocks: list[Block] = []
    for source in sources:
        said_of = source.manifest
        head = said(source.noun, KINDS, words)
        blocks.append(Facts(list(_facts(source, head, words))))
        if source.redacted.any:
            continue
        blocks += [Said([words("Repeat with:")], "note"), Command(name(said_of.get("command", "")))]
        files = said_of.get("files_read") or []
        if files:
            rows = [Row([Name(name(one["name"])), Name(one["sha256"])]) for one in files]
            blocks.append(Folded(words("Files read, and their hashes"), [
                Table([words("file"), Name("SHA-256")], ["text", "text"], rows)]))  # fmt: skip
        tables = said_of.get("tables") or {}
        rows = [Row([Name(name(table)), Name(str(one["sha256"]))]) for table, one in sorted(tables.items())]
        blocks.append(Folded(words("Tables of this folder, and their hashes"), [
            Table([words("table"), Name("SHA-256")], ["text", "text"], rows)]))  # fmt: skip
    return Section("manifest", words("How to make it again"), blocks)


def _facts(source: Source, head: str, words: Words) -> Iterator[tuple[str, object]]:
    said_of = source.manifest
    yield words("kind of result"), head
    if not source.redacted.any:
        yield words("scenario"), Name(name(said_of.get("name") or source.summary.get("name") or "–"))
        changes = [*(said_of.get("sets") or ()), *(said_of.get("identity", {}).get("without") or ())]
        if changes:
            yield words("changed"), Name("; ".join(map(name, changes)))
        yield words("made"), Name(_minute(said_of.get("clock", {}).get("started", "")))
        yield words("hash of the identity"), Name(str(next((said_of[key] for key in _HASHES if key in said_of), "–")))
    yield words("replications"), figure(said_of.get("replications") or 0, words)
    yield words("random seed"), Name(str(said_of.get("seed", "–")))
    versions = said_of.get("versions") or {}
    yield words("versions"), Name(", ".join(f"{each} {number}" for each, number in versions.items()))
    if said_of.get("commit"):
        yield words("commit"), Name(str(said_of["commit"]))


_HASHES = ("run", "comparison", "sweep", "selection", "why", "solve")


def _minute(text: object) -> str:
    try:
        return datetime.fromisoformat(str(text)).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return "–"
