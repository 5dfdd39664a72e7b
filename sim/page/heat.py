"""A grid of two factors as a map: a cell for each point, darker where the response is higher, with its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from sim.figures.labels import unlike
from sim.page.blocks import Block, Picture
from sim.page.charts import WIDE
from sim.page.drawing import drawn, element, joined, rect, text, tip
from sim.page.numbers import value
from sim.page.reading import Source
from sim.page.responses import response_words
from sim.page.terms import at_level
from sim.page.words import Words, name

if TYPE_CHECKING:
    from markupsafe import Markup

_STEPS, _DARK = 9, 6
"""Colours from light to dark, and the first on which letters are white."""
_MOST_CELLS, _MOST_MAPS = 400, 6
_ROW, _HEAD, _FOOT = 30.0, 40.0, 44.0
_LETTER = 8.0
"""Width of a letter on a phone, where letters are largest."""
_LONGEST = 16
_ROUNDING = 1e-9
Given = Mapping[str, Any]


def heat(source: Source, response: str, rows: Sequence[Given], unit: str, words: Words) -> Iterator[Block]:
    """The maps of a grid of two levers or more, one for each combination of the levels of all but two."""
    levers = list(source.summary.get("levers") or ())
    if len(levers) < 2 or any(lever not in row for row in rows for lever in levers):  # noqa: PLR2004 - two axes
        return
    levels = {lever: list(dict.fromkeys(str(row[lever]) for row in rows)) for lever in levers}
    # the factor with more levels goes down, where there is room for any number
    down, across = sorted(levers[:2], key=lambda lever: -len(levels[lever]))
    others = list(product(*(levels[lever] for lever in levers[2:])))
    means = [float(row["mean"]) for row in rows if row.get("mean")]
    if not means or len(others) > _MOST_MAPS or len(rows) > _MOST_CELLS:
        return
    ends = min(means), max(means)
    for other in others:
        fixed = dict(zip(levers[2:], other, strict=True))
        here = {(str(row[down]), str(row[across])): row for row in rows
                if all(str(row[lever]) == level for lever, level in fixed.items())}  # fmt: skip
        axes = (across, levels[across]), (down, levels[down])
        yield Picture(_map(here, axes, ends, unit, words), _caption(response, across, down, fixed, words))


def _caption(response: str, across: str, down: str, fixed: Mapping[str, str], words: Words) -> str:
    said = words(
        "{response} by {across} (across) and {down} (down): the mean at each point, the darker the higher. Levels are "
        "not to scale. Small differences may be chance; the table has the intervals.",
        response=response_words(response, words), across=name(across), down=name(down))  # fmt: skip
    if not fixed:
        return said
    levels = words.series(at_level(factor, level, words) for factor, level in fixed.items())
    return words("{levels}: {sentence}", levels=levels, sentence=said)


def _map(
    rows: Mapping[tuple[str, str], Given], axes: tuple[tuple[str, list[str]], tuple[str, list[str]]],
    ends: tuple[float, float], unit: str, words: Words,
) -> Markup:  # fmt: skip
    (across, columns), (down, lines) = axes
    left = 10 + _LETTER * max(map(len, _short([*lines, down])))
    wide = (WIDE - left) / len(columns)
    parts = [text(left + (WIDE - left) / 2, 14.0, _short([across], 40)[0], "faint d", "middle"),
             text(left - 6, _HEAD - 7, _short([down])[0], "faint d", "end")]  # fmt: skip
    room = int(wide / _LETTER)
    for at, label in enumerate(_short(columns, max(room, 3))):
        parts.append(text(left + (at + 0.5) * wide, _HEAD - 7, label, "d", "middle"))
    for at, (line, label) in enumerate(zip(lines, _short(lines), strict=True)):
        parts.append(text(left - 6, _HEAD + (at + 0.5) * _ROW + 4, label, "d", "end"))
        for place, column in enumerate(columns):
            row = rows.get((line, column), {})
            said = words.series([at_level(down, line, words), at_level(across, column, words)])
            box = left + place * wide, _HEAD + at * _ROW, wide
            parts += _cell(row, box, ends, said, unit, words)
    below = _HEAD + len(lines) * _ROW
    parts += _scale(left, below, ends, unit, words)
    high = below + (_FOOT if _varies(ends) else 4.0)
    return drawn(WIDE, high, parts, words("{down} by {across}", down=name(down), across=name(across)))


def _short(labels: Sequence[str], room: int = _LONGEST) -> list[str]:
    """Labels that fit, no two alike."""
    return unlike([name(label) for label in labels], room, _cut)


def _cut(label: str, room: int) -> str:
    return label if len(label) <= room else f"{label[: room - 1]}…"


def _varies(ends: tuple[float, float]) -> bool:
    low, high = ends
    return high - low > _ROUNDING * max(abs(low), abs(high))


def _step(mean: float, ends: tuple[float, float]) -> int:
    """The colour of a value, from 0 for the lowest to the last for the highest."""
    low, high = ends
    return min(int((mean - low) / (high - low) * _STEPS), _STEPS - 1) if _varies(ends) else _STEPS // 2


def _cell(
    row: Given, box: tuple[float, float, float], ends: tuple[float, float], said: str, unit: str, words: Words
) -> Iterator[Markup]:
    """A cell with its value, if that fits, which it also says when it is pointed at."""
    x, y, wide = box
    if not row.get("mean"):
        yield rect(x + 1, y + 1, wide - 2, _ROW - 2, "heat-none", words("{row}: no value", row=said))
        yield text(x + wide / 2, y + _ROW / 2 + 4, "–", "faint d", "middle")
        return
    mean = float(row["mean"])
    shown, step = value(mean, unit, words), _step(mean, ends)
    reach = [value(float(row[end]), unit, words) if row.get(end) else "–" for end in ("low", "high")]
    tooltip = words("{row}: {mean} ({interval})", row=said, mean=shown, interval=" – ".join(reach))
    yield rect(x + 1, y + 1, wide - 2, _ROW - 2, f"heat-{step}", tooltip)
    label = shown if _fits(shown, wide) else shown.removesuffix("\u00a0%")
    if _fits(label, wide):
        look = "over d" if step >= _DARK else "d"
        yield element("text", joined([tip(tooltip), element("tspan", label)]), x=x + wide / 2, y=y + _ROW / 2 + 4,
                      class_=look, text_anchor="middle")  # fmt: skip


def _fits(label: str, wide: float) -> bool:
    return len(label) * _LETTER <= wide - 2


def _scale(left: float, top: float, ends: tuple[float, float], unit: str, words: Words) -> Iterator[Markup]:
    """The key of the colours, with the values at its ends and in the middle."""
    if not _varies(ends):
        return
    low, high = ends
    wide = (WIDE - left) / _STEPS
    for step in range(_STEPS):
        yield rect(left + step * wide, top + 10, wide, 12.0, f"heat-{step}")
    places = ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
    for share, anchor in places:
        shown = value(low + share * (high - low), unit, words)
        yield text(left + share * (WIDE - left), top + 38, shown, "faint d", anchor)
