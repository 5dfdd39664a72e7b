"""The section of a sweep: what varies, the response over its points, and what its design was made for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.page.blocks import Block, Folded, Name, Picture, Row, Section, Table
from sim.page.charts import Axes, Drawn, chart, mark, marks
from sim.page.heat import heat
from sim.page.numbers import interval, two_ends, value
from sim.page.reading import Source
from sim.page.responses import response_words
from sim.page.sensitivity import effects, indices, ranges_of
from sim.page.words import Words, name
from sim.results.number_text import SHARES

_MOST = 40
_GRID = "grid"
Given = Mapping[str, Any]


def sweep_sections(source: Source, words: Words) -> list[Section]:
    """The section of a finished sweep."""
    return [Section("sweep", words("What varies, and what follows"), list(_swept(source, words)))]


def _swept(source: Source, words: Words) -> Iterator[Block]:
    yield from _factors(source, words)
    table, points = _points(source)
    for number, (response, rows) in enumerate(points.items()):
        if source.summary["design"]["kind"] == _GRID and number == 0:
            yield from heat(source, response, rows, str(source.summary["responses"][response]["unit"]), words)
        found = list(_response(source, response, rows, table, words))
        if source.summary["design"]["kind"] == _GRID or number == 0:
            yield from found
        elif found:
            yield Folded(response_words(response, words), found)


def _factors(source: Source, words: Words) -> Iterator[Block]:
    """What varies; a redacted page has no paths of fields."""
    factors, ranges = source.summary.get("factors") or {}, ranges_of(source)
    rows = [
        Row([Name(name(factor)), words("lever") if said["role"] == "lever" else words("uncertainty"),
             "" if source.redacted.any else Name(", ".join(name(path) for path in said.get("paths") or ())),
             Name(_levels(said.get("levels")) or ranges.get(factor, "–"))])
        for factor, said in factors.items()
    ]  # fmt: skip
    if rows:
        yield Table([words("factor"), words("role"), words("field"), words("levels")],
                    ["text", "text", "text", "text"], rows[:_MOST])  # fmt: skip


def _levels(levels: object) -> str:
    found = [name(each) for each in levels] if isinstance(levels, Sequence) and not isinstance(levels, str) else []
    return ", ".join(found[:12]) + ("…" if len(found) > 12 else "")  # noqa: PLR2004 - as many as a cell shows


def _points(source: Source) -> tuple[str, dict[str, list[Given]]]:
    """The rows of each response and their table: a row a point of the levers, over all that is drawn there."""
    found: dict[str, list[Given]] = defaultdict(list)
    table = next(one for one in ("bands", "sampled", "estimates") if f"{one}.csv" in source.manifest["tables"])
    for row in source.rows(table):
        point = row["point"] if table == "estimates" else row["lever_point"]
        found[row["response"]].append({"method": "", **row, "point": point})
    return table, found


def _response(source: Source, response: str, rows: Sequence[Given], table: str, words: Words) -> Iterator[Block]:
    unit = str(source.summary["responses"].get(response, {}).get("unit", ""))
    shown = [row for row in rows if row.get("mean")]
    yield from _curve(source, response, shown, unit, words)
    yield from effects(source, response, unit, words)
    yield from indices(source, response, unit, words)
    points = list(_table(source, response, shown, table, unit, words))
    if points and source.summary["design"]["kind"] != _GRID:
        yield Folded(words("The response at each point"), points)
    else:
        yield from points


def _table(
    source: Source, response: str, shown: Sequence[Given], file: str, unit: str, words: Words
) -> Iterator[Block]:
    columns = [each for each in source.summary.get("levers") or () if shown and each in shown[0]][:4]
    table = [
        Row([Name(name(row["point"])), *(Name(name(row[each])) for each in columns), *_cells(row, unit, words)])
        for row in shown[:_MOST]
    ]
    if table:
        more = len(shown) - len(table)
        file = f"{file}.csv"
        notes = [words.many("{n} more is in {file}.", "{n} more are in {file}.", more, file=file)] if more else []
        yield Table(
            [words("point"), *(Name(name(each)) for each in columns), response_words(response, words),
             words("95 % interval")],
            ["text", *("text" for _ in columns), "number", "number"], table, notes=notes,
        )  # fmt: skip


def _cells(row: Given, unit: str, words: Words) -> list[str]:
    said = {"mean": float(row["mean"]), "method": row["method"]}
    said |= {key: float(row[key]) if row[key] else None for key in ("low", "high")}
    ends = interval(said, words) if unit in SHARES else two_ends(said, unit, words)
    return [value(said["mean"], unit, words), ends]


def _curve(source: Source, response: str, shown: Sequence[Given], unit: str, words: Words) -> Iterator[Block]:
    """The response over the levels of the only lever, if they are numbers."""
    levers = list(source.summary.get("levers") or ())
    numbers = [_number(row.get(levers[0], "")) for row in shown] if len(levers) == 1 else []
    if len(shown) < 2 or not numbers or None in numbers:  # noqa: PLR2004 - a line has two ends
        return
    label = response_words(response, words)
    found = sorted(((float(at or 0), row) for at, row in zip(numbers, shown, strict=True)), key=lambda one: one[0])
    mean = [(at, float(row["mean"])) for at, row in found]
    low, high = ([(at, float(row[key] or row["mean"])) for at, row in found] for key in ("low", "high"))
    axes = Axes(marks([at for at, _ in found], words), lambda each: mark(each, unit, words))
    ends = (0.0, max(1.0, *(y for _, y in high))) if unit in SHARES else None
    drawing = chart([Drawn(low, "band", label, high), Drawn(mean, "line", label)], axes, label, ends)
    caption = words("{response} by {factor}: mean and 95 % interval", response=label, factor=name(levers[0]))
    yield Picture(drawing, caption)


def _number(text: str) -> float | None:
    try:
        return float(text.partition(" ")[0].removesuffix("%"))
    except ValueError:
        return None
