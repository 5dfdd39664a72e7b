"""The sections of comparisons, selections and searches for a level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.page.blocks import Block, Name, Picture, Row, Said, Section, Table
from sim.page.charts import Axes, Drawn, chart, gap_bar, gap_scale, mark, marks, share_bar
from sim.page.numbers import gap, gaps, two_ends, value, with_unit
from sim.page.reading import Source
from sim.page.responses import response_words
from sim.page.sweep_sections import sweep_sections
from sim.page.waterfall import waterfall
from sim.page.words import Words, name
from sim.results.number_text import SHARES

_FIRST = (
    "extracted_share", "destroyed_share", "disabled_share", "transferred_share", "lost_share", "abandoned_share",
    "people_out_share", "people_late", "deadline_met", "sorties_flown", "convoys", "cost_usd",
)  # fmt: skip
Given = Mapping[str, Any]


def study_sections(source: Source, words: Words) -> list[Section]:
    """The sections of a folder that is no run and no answer to why."""
    make = {"comparison": _comparison, "sweep": sweep_sections, "selection": _selection, "solve": _solve}
    return make[source.noun](source, words)


# a comparison


def _comparison(source: Source, words: Words) -> list[Section]:
    summary = source.summary
    first = summary["sides"][0]["name"]
    return [
        Section(
            f"comparison-{number}", words("{b} compared with {a}", a=name(first), b=name(one["b"])),
            [*_differences(one, summary, words),
             *waterfall(one, first, _unit(one, summary["of"]), words, source.redacted.any)],
        )
        for number, one in enumerate(summary["comparisons"], 1)
    ]  # fmt: skip


def _differences(one: Given, summary: Given, words: Words) -> Iterator[Block]:
    responses, of = one["responses"], summary["of"]
    order = dict.fromkeys([of, *(key for key in _FIRST if key in responses)])
    head = responses[of]
    if head.get("mean") is not None:
        yield Said([words(
            "{response}: {a} becomes {b}, a difference of {gap} ({interval}), with common random numbers.",
            response=response_words(of, words), a=value(head["mean_a"], head["unit"], words),
            b=value(head["mean_b"], head["unit"], words), gap=with_unit(head["mean"], head["unit"], words),
            interval=gaps(head, head["unit"], words))], "lead")  # fmt: skip
    rows, shares = [], [key for key in order if responses[key].get("mean") is not None and _differs(responses[key])]
    scale = gap_scale([responses[key] for key in shares if responses[key]["unit"] in SHARES])
    for key in shares:
        said = responses[key]
        label = response_words(key, words)
        drawn: object = ""
        if said["unit"] in SHARES:
            drawn = gap_bar(said, scale, label, said["mean"] < 0)
        rows.append(Row([
            label, drawn, value(said["mean_a"], said["unit"], words), value(said["mean_b"], said["unit"], words),
            gap(said["mean"], said["unit"], words), gaps(said, said["unit"], words)]))  # fmt: skip
    if rows:
        yield Table(
            [words("response"), "", words("first"), words("second"), words("difference"), words("95 % interval")],
            ["text", "drawn", "minor", "minor", "number", "number"], rows,
            notes=[words("Shares differ in points. Rows that are the same in every replication are left out.")],
        )  # fmt: skip


def _unit(one: Given, response: str) -> str:
    return str(one["responses"][response]["unit"])


def _differs(said: Given) -> bool:
    return bool(said.get("min") or said.get("max"))


# a selection


def _selection(source: Source, words: Words) -> list[Section]:
    return [Section("selection", words("Which is the best"), list(_selected(source, words)))]


def _selected(source: Source, words: Words) -> Iterator[Block]:
    summary, unit = source.summary, str(source.summary["unit"])
    left = list(summary.get("left") or ())
    of, confidence = response_words(summary["response"], words), value(summary["confidence"], "share", words)
    if summary.get("best") and len(left) == 1:
        yield Said([words(
            "{best} is the best by {response}, or within {indifference} of the best, with a confidence of "
            "{confidence}.",
            best=name(summary["best"]), response=of, confidence=confidence,
            indifference=with_unit(summary["indifference"], unit, words).lstrip("+"))], "lead")  # fmt: skip
    else:
        yield Said([words("Undecided among {names}.", names=", ".join(map(name, left)))], "lead")
    rows = []
    for one in summary["alternatives"]:
        said = {"mean": one["mean"], "low": one["low"], "high": one["high"], "method": ""}
        bar: object = (
            share_bar(said, "bar", name(one["alternative"])) if unit in SHARES and one["mean"] is not None else ""
        )
        difference = Name("–") if one["difference"] is None else gap(one["difference"], unit, words)
        rows.append(Row([Name(name(one["alternative"])), bar, value(one["mean"], unit, words),
                         two_ends(one, unit, words), difference]))  # fmt: skip
    yield Table([words("alternative"), "", words("mean"), words("95 % interval"), words("difference from the best")],
                ["text", "drawn", "number", "number", "minor"], rows)  # fmt: skip


# a search for a level


def _solve(source: Source, words: Words) -> list[Section]:
    return [Section("solve", words("Which level is enough"), list(_solved(source, words)))]


def _solved(source: Source, words: Words) -> Iterator[Block]:
    summary = source.summary
    targets = "; ".join(map(name, summary["targets"]))
    message = (
        words("The greatest level of {field} that meets {targets} is {level}.", field=name(summary["field"]),
              targets=targets, level=name(summary["answer"]))
        if summary["greatest"] else
        words("The least level of {field} that meets {targets} is {level}.", field=name(summary["field"]),
              targets=targets, level=name(summary["answer"]))
    )  # fmt: skip
    possible = list(summary.get("possible") or ())
    if len(possible) > 1:
        message = words("{sentence} Levels that can't be excluded: {first} to {last}.", sentence=message,
                        first=name(possible[0]), last=name(possible[-1]))  # fmt: skip
    yield Said([message], "lead")
    for at, target in enumerate(summary["targets"]):
        yield from _target(summary, at, name(target), words)


def _target(summary: Given, at: int, target: str, words: Words) -> Iterator[Block]:
    unit, wanted = str(summary["units"][at]), summary["wanted"][at]
    levels = [(one["level"], one["number"], one["shown"][at]) for one in summary["levels"]]
    points = [(float(number), said) for _, number, said in levels if number is not None and said["mean"] is not None]
    if len(points) > 1:
        low, mean, high = ([(x, said[key] if said[key] is not None else said["mean"]) for x, said in points]
                           for key in ("low", "mean", "high"))  # fmt: skip
        axes = Axes(marks([x for x, _ in points], words), lambda y: mark(y, unit, words),
                    level=[(float(wanted), "limit", target)])  # fmt: skip
        ends = (0.0, 1.0) if unit in SHARES else None
        drawing = chart([Drawn(low, "band", target, high), Drawn(mean, "line", target)], axes, target, ends)
        yield Picture(drawing, words("Mean and interval at each level that was run; dashed: {target}", target=target))
    rows = [
        Row([Name(name(level)), value(said["mean"], unit, words), two_ends(said, unit, words),
             words("meets it") if said["meets"] else words("does not meet it")])
        for level, _, said in levels
    ]  # fmt: skip
    yield Table([words("level"), Name(target), words("interval, all levels together"), ""],
                ["text", "number", "number", "text"], rows)  # fmt: skip
