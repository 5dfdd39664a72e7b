"""The section of a sweep: what varies, the response over its points, and what its design was made for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.figures.labels import unlike
from sim.page.blocks import Block, Folded, Name, Picture, Row, Section, Table
from sim.page.charts import Axes, Dot, Drawn, chart, mark, marks
from sim.page.front import front
from sim.page.heat import heat
from sim.page.numbers import interval, two_ends, value
from sim.page.reading import Source
from sim.page.responses import response_words
from sim.page.sensitivity import effects, indices, ranges_of
from sim.page.split import split
from sim.page.words import Words, name
from sim.results.number_text import SHARES

_MOST, _MOST_PATHS, _LONGEST = 40, 4, 14
_GRID = "grid"
Given = Mapping[str, Any]


def sweep_sections(source: Source, words: Words) -> list[Section]:
    """The section of a finished sweep."""
    return [Section("sweep", words("What varies, and what follows"), list(_swept(source, words)))]


def _swept(source: Source, words: Words) -> Iterator[Block]:
    yield from _factors(source, words)
    yield from front(source, words)
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
             "" if source.redacted.any else _paths(said.get("paths") or ()),
             Name(_levels(said.get("levels")) or ranges.get(factor, "–"))])
        for factor, said in factors.items()
    ]  # fmt: skip
    if rows:
        yield Table([words("factor"), words("role"), words("field"), words("levels")],
                    ["level", "text", "text", "level"], rows[:_MOST])  # fmt: skip


def _paths(paths: Sequence[object]) -> str:
    return Name(", ".join(map(name, paths[:_MOST_PATHS])) + ("…" if len(paths) > _MOST_PATHS else "")) if paths else ""


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
    yield from split(source, response, words)
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
    said |= {key: _end(row, key, unit) if row[key] else None for key in ("low", "high")}
    ends = interval(said, words) if unit in SHARES else two_ends(said, unit, words)
    return [value(said["mean"], unit, words), ends]


def _end(row: Given, key: str, unit: str) -> float:
    """An end of an interval, or the mean if there is none; of a share within 0 and 1."""
    end = float(row[key] or row["mean"])
    return min(max(end, 0.0), 1.0) if unit in SHARES else end


def _curve(source: Source, response: str, shown: Sequence[Given], unit: str, words: Words) -> Iterator[Block]:
    """The response over the levels of the only lever; without a line between levels that are names."""
    levers = list(source.summary.get("levers") or ())
    if len(levers) != 1 or len(shown) < 2 or levers[0] not in shown[0]:  # noqa: PLR2004 - a line has two ends
        return
    label, levels = response_words(response, words), [name(row[levers[0]]) for row in shown]
    numbers = [_number(level) for level in levels]
    numbered = None not in numbers
    xs = [float(number or 0) if numbered else float(at) for at, number in enumerate(numbers)]
    found = sorted(zip(xs, levels, shown, strict=True), key=lambda one: one[0])
    mean = [(x, float(row["mean"])) for x, _, row in found]
    low, high = ([(x, _end(row, key, unit)) for x, _, row in found] for key in ("low", "high"))
    lines = [Drawn(low, "band", label, high), Drawn(mean, "line", label)] if numbered else []
    dots = [
        Dot(x, y, None if numbered else below, None if numbered else above, "bar",
            words("{row}: {mean} ({interval})", row=level, mean=cells[0], interval=cells[1]))
        for (x, y), (_, below), (_, above), (_, level, row) in zip(mean, low, high, found, strict=True)
        for cells in [_cells(row, unit, words)]
    ]  # fmt: skip
    texts = unlike([level for _, level, _ in found], _LONGEST, lambda text, room: text[:room])
    marked = marks([x for x, *_ in found], words) if numbered else list(zip(sorted(xs), texts, strict=True))
    axes = Axes(marked, lambda each: mark(each, unit, words), dots=dots, room=0.0 if numbered else 0.5)
    ends = (0.0, max(1.0, *(y for _, y in high))) if unit in SHARES else None
    drawing = chart(lines, axes, label, ends)
    caption = words("{response} by {factor}: mean and 95 % interval", response=label, factor=name(levers[0]))
    yield Picture(drawing, caption)


def _number(text: str) -> float | None:
    try:
        return float(text.partition(" ")[0].removesuffix("%"))
    except ValueError:
        return None
