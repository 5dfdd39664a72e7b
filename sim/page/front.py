"""Which points of a sweep no other point beats in several responses at once: the Pareto front."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.page.blocks import Block, Name, Picture, Row, Said, Table
from sim.page.charts import Axes, Dot, chart, mark
from sim.page.drawing import Scale
from sim.page.numbers import between, percent, value
from sim.page.reading import Source
from sim.page.responses import response_words
from sim.page.words import Words, name

if TYPE_CHECKING:
    from markupsafe import Markup

_MOST, _MOST_DOTS, _MOST_LEVERS = 40, 400, 4
_UNLIKELY = 0.05
"""Points off the front are listed if they have at least this chance of belonging to it."""
_BEYOND = 0.08
"""Room around the points of the picture, in parts of their range."""
Given = Mapping[str, Any]


def front(source: Source, words: Words) -> Iterator[Block]:
    """The front of a sweep that asks for one: a picture of the first two responses, and its points."""
    ways: Mapping[str, str] = source.summary.get("pareto") or {}
    rows = list(source.rows("pareto"))
    if not ways or not rows:
        return
    on = sum(row["on_front"] == "1" for row in rows)
    listed = words.series(_ways(ways, words))
    yield Said([words.many(
        "{n} point is on the front: no other is at least as good in all of these, and better in one: {responses}.",
        "{n} points are on the front: no other is at least as good in all of these, and better in one: {responses}.",
        on, responses=listed)])  # fmt: skip
    yield _picture(source, rows, list(ways)[:2], words)
    yield _table(source, rows, list(ways), words)


def _ways(ways: Mapping[str, str], words: Words) -> Iterator[str]:
    for response, way in ways.items():
        label = response_words(response, words)
        yield (
            words("{response} (more is better)", response=label) if way == "more" else
            words("{response} (less is better)", response=label)
        )  # fmt: skip


def _unit(source: Source, response: str) -> str:
    return str(source.summary["responses"].get(response, {}).get("unit", ""))


def _picture(source: Source, rows: Sequence[Given], pair: Sequence[str], words: Words) -> Picture:
    across, up = pair
    units = [_unit(source, response) for response in pair]
    first = sorted(rows, key=lambda row: row["on_front"] != "1")[:_MOST_DOTS]
    dots = [_dot(row, pair, units, words) for row in reversed(first)]
    wide, high = (_room([float(row[response]) for row in first]) for response in pair)
    marks = [(tick, mark(tick, units[0], words)) for tick in Scale(*wide, 0.0, 1.0).ticks(6)]
    axes = Axes([*marks, (wide[0], ""), (wide[1], "")], lambda y: mark(y, units[1], words), dots=dots)
    labels = {"across": response_words(across, words), "up": response_words(up, words)}
    drawing: Markup = chart([], axes, words("{up} against {across}", **labels), high)
    caption = words(
        "{up} (upwards) against {across} (to the right): the mean of each point. Axes do not begin at zero. Numbers "
        "are those of points on the front, where there is room.", **labels)  # fmt: skip
    if len(source.summary["pareto"]) > len(pair):
        more = words("Other responses count too, so a point of the front may look beaten.")
        caption = words("{sentence} {more}", sentence=caption, more=more)
    return Picture(drawing, caption, [("bar", words("on the front")), ("plan", words("off the front"))])


def _room(values: Sequence[float]) -> tuple[float, float]:
    """An axis with room beyond all values."""
    low, high = min(values), max(values)
    room = _BEYOND * (high - low) or 0.05 * max(abs(high), 0.2)
    return low - room, high + room


def _dot(row: Given, pair: Sequence[str], units: Sequence[str], words: Words) -> Dot:
    on = row["on_front"] == "1"
    x, y = (float(row[response]) for response in pair)
    said = words("{row}: {mean}", row=words("point {number}", number=row["point"]),
                 mean=words.series(value(at, unit, words) for at, unit in zip((x, y), units, strict=True)))  # fmt: skip
    return Dot(x, y, None, None, "bar" if on else "plan", said, name(row["point"]) if on else "")


def _table(source: Source, rows: Sequence[Given], responses: Sequence[str], words: Words) -> Table:
    """The points of the front and those that may belong to it, the likeliest first."""
    levers = [each for each in source.summary.get("levers") or () if each in rows[0]][:_MOST_LEVERS]
    likely = [row for row in rows if row["on_front"] == "1" or float(row["chance"]) >= _UNLIKELY]
    likely.sort(key=lambda row: (row["on_front"] != "1", -float(row["chance"])))
    cells = [
        Row([
            Name(name(row["point"])), *(Name(name(row[lever])) for lever in levers),
            *(value(float(row[of]), _unit(source, of), words) for of in responses),
            words("yes") if row["on_front"] == "1" else words("no"), percent(float(row["chance"]), words),
            between(percent(float(row["low"]), words), percent(float(row["high"]), words)),
        ])
        for row in likely[:_MOST]
    ]  # fmt: skip
    notes = [words("Chance: how often a point would be on the front if the replications were drawn again. A point of "
                   "the front with a small chance may be there by accident; one off it with a large chance may belong "
                   "to it."),
             words("Points off the front with a chance below 5 % are left out.")]  # fmt: skip
    left = len(likely) - _MOST
    notes += [words.many("{n} more is in {file}.", "{n} more are in {file}.", left, file="pareto.csv")] * (left > 0)
    return Table(
        [words("point"), *(Name(name(lever)) for lever in levers), *(response_words(of, words) for of in responses),
         words("on the front"), words("chance"), words("95 % interval")],
        ["text", *("text" for _ in levers), *("number" for _ in responses), "text", "number", "number"], cells,
        notes=notes,
    )  # fmt: skip
