"""The sections of comparisons, selections and searches for a level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.paired import ONE_SCENARIO
from sim.page.blocks import Block, Name, Picture, Row, Said, Section, Table
from sim.page.charts import BOUND, Axes, Dot, Drawn, bar_scale, chart, effect_bar, gap_bar, gap_scale, mark, share_bar
from sim.page.numbers import gap, gaps, two_ends, value, with_unit
from sim.page.reading import Source
from sim.page.responses import response_words
from sim.page.sweep_sections import sweep_sections
from sim.page.terms import CHOSEN
from sim.page.terms import said as said_of
from sim.page.told import listed
from sim.page.waterfall import bound_note, waterfall
from sim.page.words import N_, Words, name
from sim.results.number_text import SHARES

_FIRST = (
    "extracted_share", "destroyed_share", "disabled_share", "transferred_share", "lost_share", "abandoned_share",
    "people_out_share", "people_late", "deadline_met", "sorties_flown", "convoys", "cost_usd",
)  # fmt: skip
_LOOKS: Mapping[bool | None, str] = {True: "up", False: "open", None: "plan"}
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
        marked = words("{row} *", row=label) if said.get("rare_mode") else label
        drawn: object = ""
        if said["unit"] in SHARES:
            drawn = gap_bar(said, scale, label, said["mean"] < 0)
        rows.append(Row([
            marked, drawn, value(said["mean_a"], said["unit"], words), value(said["mean_b"], said["unit"], words),
            gap(said["mean"], said["unit"], words), gaps(said, said["unit"], words),
            _verdict(said, words)]))  # fmt: skip
    flagged = any(responses[key].get("rare_mode") for key in shares)
    notes = [words("Shares differ in points. Rows that are the same in every replication are left out.")]
    notes += [words("* The interval may be too narrow: rare outcomes are seen in few replications only.")] * flagged
    if rows:
        yield Table(
            [words("response"), "", words("first"), words("second"), words("difference"), words("95 % interval"), ""],
            ["text", "drawn", "minor", "minor", "number", "number", "text"], rows, notes=notes,
        )  # fmt: skip


def _unit(one: Given, response: str) -> str:
    return str(one["responses"][response]["unit"])


def _verdict(said: Given, words: Words) -> str:
    """Whether the second has more or less than the first, as `Difference.verdict` says it."""
    if said["low"] is None or said["high"] is None:
        return words("one pair")
    if "never_seen" in said or said["method"] == ONE_SCENARIO:
        return words("constant")
    if said["low"] <= 0 <= said["high"]:
        return words("tied")
    return words("more") if said["mean"] > 0 else words("less")


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
            indifference=with_unit(summary["indifference"], unit, words, signed=False))], "lead")  # fmt: skip
    else:
        yield Said([words("Undecided among {names}.", names=words.series(map(name, left)))], "lead")
    rows = []
    for one in summary["alternatives"]:
        said = {"mean": one["mean"], "low": one["low"], "high": one["high"], "method": ""}
        bar: object = ""
        if unit in SHARES and one["mean"] is not None:
            tooltip = words("{row}: {gap} ({interval})", row=name(one["alternative"]),
                            gap=value(one["mean"], unit, words), interval=two_ends(one, unit, words))  # fmt: skip
            bar = share_bar(said, "bar", tooltip)
        rows.append(Row([Name(name(one["alternative"])), bar, value(one["mean"], unit, words),
                         two_ends(one, unit, words)]))  # fmt: skip
    yield Table([words("alternative"), "", words("mean"), words("95 % interval")],
                ["text", "drawn", "number", "number"], rows)  # fmt: skip
    yield from _from_the_best(summary, unit, words)


def _from_the_best(summary: Given, unit: str, words: Words) -> Iterator[Block]:
    """What each alternative has more or less than the best, or the one that leads, with the indifference zone."""
    found = [
        {"name": name(one["alternative"]), "mean": one["difference"], "low": one["difference_low"],
         "high": one["difference_high"], "method": str(one["difference_method"]), "words": one["words"]}
        for one in summary["alternatives"] if one["difference"] is not None
    ]  # fmt: skip
    zone = float(summary["indifference"])
    scale = bar_scale(found, zone, -zone)
    rows = []
    for one in found:
        ends, gap = gaps(one, unit, words), with_unit(one["mean"], unit, words)
        tooltip = words("{row}: {gap} ({interval})", row=one["name"], gap=gap, interval=ends)
        bar = effect_bar(one, scale, tooltip, "down" if one["mean"] < 0 else "up", zone)
        rows.append(Row([Name(one["name"]), bar, gap, ends, said_of(one["words"], CHOSEN, words)]))
    if not rows:
        return
    leads = next(one["alternative"] for one in summary["alternatives"] if one["difference"] is None)
    notes = [bound_note(words)] if any(BOUND in one["method"] for one in found) else []
    yield Table(
        [words("alternative"), "", words("difference"), words("95 % interval"), ""],
        ["text", "drawn", "number", "number", "text"], rows,
        caption=words("Difference from {best}, with common random numbers", best=name(leads)),
        keys=[("zone", words("differences too small to matter"))], notes=notes,
    )  # fmt: skip


# a search for a level


def _solve(source: Source, words: Words) -> list[Section]:
    return [Section("solve", words("Which level is enough"), list(_solved(source, words)))]


def _solved(source: Source, words: Words) -> Iterator[Block]:
    summary = source.summary
    targets = listed([words("“{target}”", target=each) for each in _conditions(summary, words)], words)
    yield Said([" ".join([_answer(summary, targets, words), *_possible(summary, words)])], "lead")
    turn = summary.get("turn")
    if turn:
        (up, rises), (down, falls) = ((name(one) for one in step) for step in turn)
        yield Said([words(
            "The response rises from {up} to {rises} and falls from {down} to {falls}: other levels may meet it too.",
            up=up, rises=rises, down=down, falls=falls)], "warning")  # fmt: skip
    for at, target in enumerate(_conditions(summary, words)):
        yield from _target(summary, at, target, words)


def _answer(summary: Given, targets: str, words: Words) -> str:
    field, level = name(summary["field"]), name(summary["answer"])
    first, last = summary.get("possible") or (None, None)
    if first is not None and last is None:
        return words("It is not certain that any level of {field} meets {targets}; by the means alone {level} does.",
                     field=field, targets=targets, level=level)  # fmt: skip
    if summary["greatest"]:
        return words("The greatest level of {field} that meets {targets} is {level}.", field=field, targets=targets,
                     level=level)  # fmt: skip
    return words("The least level of {field} that meets {targets} is {level}.", field=field, targets=targets,
                 level=level)  # fmt: skip


_COMPARED: Mapping[str, str] = {
    ">=": N_("{response}: at least {value}"), "<=": N_("{response}: at most {value}"),
    ">": N_("{response}: above {value}"), "<": N_("{response}: below {value}"),
    "==": N_("{response}: exactly {value}"),
}  # fmt: skip


def _conditions(summary: Given, words: Words) -> list[str]:
    """The targets in words; those of an older folder as they were given."""
    return [_condition(one, words) for one in summary.get("conditions") or ()] or [
        Name(name(target)) for target in summary["targets"]
    ]


def _condition(one: Given, words: Words) -> str:
    response, value = response_words(one["response"], words), words.figure(name(one["value"]))
    met = words(_COMPARED[one["compare"]], response=response, value=value)
    if "chance" not in one:
        return met
    chance = words("chance of ‘{condition}’", condition=met)
    return words(_COMPARED[one["way"]], response=chance, value=words.figure(name(one["chance"])))


def _met(said: Given, words: Words) -> str:
    """Whether a level meets a target, and whether its interval says so too."""
    if said.get("sure") is None:
        return words("meets it, not for certain") if said["meets"] else words("does not meet it, not for certain")
    return words("meets it") if said["meets"] else words("does not meet it")


def _possible(summary: Given, words: Words) -> Iterator[str]:
    """Which levels the interval names; with no last one, whether any is enough is not certain."""
    first, last = summary.get("possible") or (None, None)
    if first is not None and last is not None:
        yield words("Levels that can't be excluded: {first} to {last}.", first=name(first), last=name(last))
    elif first is not None:
        message = (
            words("Levels that can't be excluded: {first} and all below it, or none.", first=name(first))
            if summary["greatest"] else
            words("Levels that can't be excluded: {first} and all above it, or none.", first=name(first))
        )  # fmt: skip
        yield message


def _target(summary: Given, at: int, target: str, words: Words) -> Iterator[Block]:
    unit, levels = str(summary["units"][at]), summary["levels"]
    shown = [one["shown"][at] for one in levels]
    yield from _levels_run(summary, at, target, words)
    rows = [
        Row([Name(name(one["level"])), value(said["mean"], unit, words), two_ends(said, unit, words),
             _met(said, words)])
        for one, said in zip(levels, shown, strict=True)
    ]  # fmt: skip
    yield Table([words("level"), target, words("interval, all levels together"), ""],
                ["text", "number", "number", "text"], rows)  # fmt: skip


def _levels_run(summary: Given, at: int, target: str, words: Words) -> Iterator[Block]:
    """The response at each level that was run, with what is demanded."""
    unit, wanted = str(summary["units"][at]), float(summary["wanted"][at])
    numbered = all(one["number"] is not None for one in summary["levels"])
    known = [(float(one["number"] if numbered else one["at"]), name(one["level"]), one["shown"][at])
             for one in summary["levels"] if one["shown"][at]["mean"] is not None]  # fmt: skip
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return
    dots = [
        Dot(x, said["mean"], said["low"], said["high"], _LOOKS[said["sure"]],
            words("{row}: {mean} ({interval})", row=level, mean=value(said["mean"], unit, words),
                  interval=two_ends(said, unit, words)))
        for x, level, said in known
    ]  # fmt: skip
    line = [(wanted, "limit", target)]
    axes = Axes([(x, level) for x, level, _ in known], lambda y: mark(y, unit, words), level=line, dots=dots)
    ends = (0.0, 1.0) if unit in SHARES else None
    drawing = chart([Drawn([(x, said["mean"]) for x, _, said in known], "thin", target)], axes, target, ends)
    keys = [("up", words("meets it")), ("open", words("does not meet it")), ("plan", words("can't be told"))]
    yield Picture(drawing, words(
        "Mean and interval at each level that was run, the intervals for all levels together; nothing was run between "
        "them. Dashed: {target}", target=target), keys)  # fmt: skip
