"""Why it comes out so: what each cause cost, and what more or less of each lever would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.analysis.intervals import never_seen
from sim.page.blocks import Block, Row, Said, Section, Table
from sim.page.charts import gap_bar, gap_scale
from sim.page.drawing import Scale
from sim.page.levers import flag_words, lever_words
from sim.page.numbers import figure, gap, gaps, percent, value
from sim.page.reading import Source
from sim.page.responses import response_words
from sim.page.terms import CAUSES, said, unit_words
from sim.page.words import Words
from sim.results.number_text import never_differs

_TOP, _MOST = 3, 20
Given = Mapping[str, Any]


def top_of_ladders(why: Source, words: Words) -> Iterator[Block]:
    """The largest causes and the best levers."""
    of = why.summary["response"]
    causes, levers = (_moving(why.summary[part], of) for part in ("causes", "levers"))
    both = [one["effects"][of] for one in (*causes[:_TOP], *levers[:_TOP])]
    if not both:
        return
    scale = gap_scale(both)
    if causes:
        yield _table(words("What happened to us"), causes[:_TOP], why, scale, words, "cause")
    if levers:
        yield _table(words("What we had too little of"), levers[:_TOP], why, scale, words, "move")


def why_sections(why: Source, words: Words) -> list[Section]:
    """Both ladders, with all that moved anything, and the groups."""
    if not why.summary["replications"]:
        return [Section("why", words("Why"), [Said([words("No replication has a value in all its worlds.")])])]
    return [
        Section("why", words("Why: what each cause cost"), list(_causes(why, words))),
        Section("levers", words("What would change it"), list(_levers(why, words))),
    ]


def _causes(why: Source, words: Words) -> Iterator[Block]:
    summary, of = why.summary, why.summary["response"]
    on, off = (value(summary[end]["mean"], summary["unit"], words) for end in ("on", "off"))
    yield Said([words(
        "{response} is {on} as filed, and {off} if nothing of this list had happened ({n} replications, common "
        "random numbers, seed {seed}).", response=response_words(of, words), on=on, off=off,
        n=figure(summary["replications"], words), seed=summary["seed"])])  # fmt: skip
    causes = _moving(summary["causes"], of)
    if not causes:
        yield Said([words("No cause of random events changed anything in any replication.")])
        return
    rows = [*causes, {"cause": "together", "effects": summary["together"]}]
    scale = gap_scale([one["effects"][of] for one in rows])
    yield _table(words("What happened to us"), rows, why, scale, words, "cause")
    yield from _idle(why, words, "causes")
    yield Said([words(
        "Each cause has its share of what all cost together (Shapley value); the shares sum to the total in every "
        "replication.")], "note")  # fmt: skip


def _levers(why: Source, words: Words) -> Iterator[Block]:
    levers = _moving(why.summary["levers"], why.summary["response"])
    if not levers:
        return
    scale = gap_scale([one["effects"][why.summary["response"]] for one in levers[:_MOST]])
    yield _table(words("What we had too little of"), levers[:_MOST], why, scale, words, "move")
    notes = [words.many("{n} more lever is in levers.csv.", "{n} more levers are in levers.csv.", len(levers) - _MOST)
             ] if len(levers) > _MOST else []  # fmt: skip
    notes.append(words(
        "Each row is one change of the plan with everything else as filed; intervals hold for all rows together. "
        "Rows with the same rank can't be told apart."))  # fmt: skip
    yield Said(notes, "note")
    flags = [flag_words(one, why.summary["response"], words) for one in levers if one["flag"]]
    if flags:
        yield Said(flags, "warning")


def _idle(why: Source, words: Words, part: str) -> Iterator[Block]:
    of = why.summary["response"]
    idle = [said(one["cause"], CAUSES, words) for one in why.summary[part] if never_differs(one["effects"][of])]
    if idle:
        chance = percent(never_seen(why.summary["replications"]), words)
        yield Said([words(
            "No difference in any replication: {names}. (One may still occur in up to {share} of cases.)",
            names=words.series(idle), share=chance)], "note")  # fmt: skip


def _moving(rows: Sequence[Given], of: str) -> list[Given]:
    return [one for one in rows if not never_differs(one["effects"][of])]


def _table(head: str, rows: Sequence[Given], why: Source, scale: Scale, words: Words, kind: str) -> Table:
    of, unit = why.summary["response"], why.summary["unit"]
    tonnes = next((key for key in why.summary["units"] if key.endswith("_tonnes")), None)
    found = []
    for one in rows:
        effect = one["effects"][of]
        label = said(one["cause"], CAUSES, words) if kind == "cause" else _move(one, words)
        ends = gaps(effect, unit, words)
        tooltip = words("{row}: {gap} ({interval})", row=label, gap=gap(effect["mean"], unit, words), interval=ends)
        bar = gap_bar(effect, scale, tooltip, effect["mean"] < 0)
        cells: list[object] = [label, bar, gap(effect["mean"], unit, words), ends]
        if tonnes:
            cells.append(gap(round(one["effects"][tonnes]["mean"]), "t", words))
        found.append(Row(cells))
    heads = [head, "", unit_words(unit, words), words("95 % interval")]
    columns = ["text", "drawn", "number", "number"] + ["minor"] * bool(tonnes)
    return Table(heads + [words("tonnes")] * bool(tonnes), columns, found)


def _move(one: Given, words: Words) -> str:
    """A lever with its rank."""
    rank = f"{one['rank']}{'=' if one['tied'] else '.'}"
    return words("{rank} {lever}", rank=rank, lever=lever_words(one, words))
