"""What each factor of a sweep does: alone, by Morris's effects, shares of the variance, or rank correlations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.page.blocks import Block, Name, Row, Said, Table
from sim.page.charts import BOUND, bar_scale, effect_bar, two_bars
from sim.page.drawing import Scale
from sim.page.numbers import gap, gaps, with_unit
from sim.page.reading import Source
from sim.page.responses import response_words
from sim.page.terms import GRADES, at_level, said, unit_words
from sim.page.waterfall import bound_note
from sim.page.words import N_, Words, name
from sim.results.number_text import SHARES, never_differs

_MOST = 40
_SAME = "the response is the same at all points"
_UNGRADED: Mapping[str, str] = {"none": N_("no grade")}
_COVERS = "hollow"
Given = Mapping[str, Any]


def _row(row: Given, mean: str) -> dict[str, Any]:
    """A row of a table with its numbers; `mean` is the column that is drawn."""
    numbers = {
        key: float(row[at]) if row[at] else None for key, at in (("mean", mean), ("low", "low"), ("high", "high"))
    }
    return {**row, **numbers}


# one at a time


def effects(source: Source, response: str, unit: str, words: Words) -> Iterator[Block]:
    """A bar for each level that is not the base's, the factor with the largest difference first."""
    rows = [_row(row, "difference") for row in source.rows("effects") if row["response"] == response]
    if not rows:
        return
    moving = _ranked([row for row in rows if row["mean"] is not None and not never_differs(row)])
    label = response_words(response, words)
    if not moving:
        yield Said([words("No level of any factor changed anything in any replication: {response}.", response=label)])
        return
    yield _most_moving(moving[0], label, unit, words)
    scale = bar_scale(moving)
    yield Table(
        [words("factor"), words("level"), words("level of the base"), "", words("difference"), words("95 % interval")],
        ["text", "level", "level", "drawn", "number", "number"],
        [_effect(row, scale, unit, words) for row in moving[:_MOST]],
        caption=words("One factor at a time: {response}", response=label),
        keys=[("up", words("more than at the base")), ("down", words("less"))],
        notes=list(_effect_notes(rows, moving, words)),
    )  # fmt: skip


def _ranked(rows: Sequence[Given]) -> list[Given]:
    """Levels by the largest difference of their factor, then by their own."""
    most: dict[str, float] = defaultdict(float)
    for row in rows:
        most[row["factor"]] = max(most[row["factor"]], abs(row["mean"]))
    places = {factor: place for place, factor in enumerate(most)}
    return sorted(rows, key=lambda row: (-most[row["factor"]], places[row["factor"]], -abs(row["mean"])))


def _most_moving(row: Given, label: str, unit: str, words: Words) -> Said:
    return Said([words(
        "{response}: {factor} at {level} differs most from the base, by {gap} ({interval}).", response=label,
        factor=name(row["factor"]), level=name(row["value"]), gap=with_unit(row["mean"], unit, words),
        interval=gaps(row, unit, words))], "plain")  # fmt: skip


def _effect(row: Given, scale: Scale, unit: str, words: Words) -> Row:
    difference, ends = with_unit(row["mean"], unit, words), gaps(row, unit, words)
    label = at_level(row["factor"], row["value"], words)
    tooltip = words("{row}: {gap} ({interval})", row=label, gap=difference, interval=ends)
    bar = effect_bar(row, scale, tooltip, "down" if row["mean"] < 0 else "up")
    cells = [Name(name(row["factor"])), Name(name(row["value"])), Name(name(row["base"])), bar, difference, ends]
    role = _role(row, words)
    narrow = words("{role}; differs in few replications, so the interval may be too narrow", role=role)
    return Row(cells, extra=narrow if "too narrow" in row["words"] else role)


def _effect_notes(rows: Sequence[Given], moving: Sequence[Given], words: Words) -> Iterator[str]:
    yield words("Each row changes one factor alone, from the base; intervals hold for all rows together. What factors "
                "do together is not shown, and the differences do not add up.")  # fmt: skip
    if any(BOUND in row["method"] for row in moving):
        yield bound_note(words)
    idle = dict.fromkeys(
        at_level(row["factor"], row["value"], words) for row in rows if row["mean"] is not None and never_differs(row)
    )
    if idle:
        yield words("No difference in any replication: {levels}.", levels=words.series(idle))
    lacking = sum(row["mean"] is None for row in rows)
    if lacking:
        yield words.many(
            "{n} level has no value and is left out.", "{n} levels have no value and are left out.", lacking
        )
    if len(moving) > _MOST:
        yield words.many("{n} more is in {file}.", "{n} more are in {file}.", len(moving) - _MOST, file="effects.csv")


# indices


def indices(source: Source, response: str, unit: str, words: Words) -> Iterator[Block]:
    """The indices of a design that has some, the most influential factor first."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in source.rows("sensitivity"):
        if row["response"] == response:
            found[row["factor"]][row["index"]] = _row(row, "value")
    if not found:
        return
    kinds = next(iter(found.values()))
    label = response_words(response, words)
    if any(row["mean"] is None for factor in found.values() for row in factor.values()):
        why = next(iter(kinds.values()))["method"]
        yield Said([words("{response} is the same at all points: no factor has an effect.", response=label)
                    if why == _SAME else
                    words("{response}: no indices. sensitivity.csv says why.", response=label)])  # fmt: skip
        return
    if "ST" in kinds:
        groups = source.summary["design"].get("groups")
        head, ranges = (words("grade"), {}) if groups else (words("factor"), ranges_of(source))
        yield _sobol(found, ranges, label, head, words)
        if not groups:
            yield from _grades(source, response, label, words)
    elif "mu_star" in kinds:
        yield _morris(found, ranges_of(source), label, unit, words)
    else:
        yield _correlations(found, ranges_of(source), label, words)


def ranges_of(source: Source) -> dict[str, str]:
    """The lowest and the highest level of each factor that was run; those that are names have none."""
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for row in source.rows("settings"):
        if row["number"]:
            here, at = found[row["factor"]], (float(row["number"]), _level(row))
            found[row["factor"]] = [min([*here, at]), max([*here, at])]
    return {factor: f"{name(low)} – {name(high)}" for factor, ((_, low), (_, high)) in found.items()}


def _level(row: Given) -> str:
    """A level in three digits if it is a fraction, as designs draw them."""
    number = float(row["number"])
    whole = row["unit"] == "date" or not number % 1 or abs(number) >= 1000  # noqa: PLR2004 - three digits
    return str(row["value"]) if whole else f"{number:.3g} {row['unit']}".strip()


def _label(factor: str, row: Given, ranges: Mapping[str, str], words: Words) -> tuple[str, str]:
    """A factor or a grade, and below it its role with the levels that were run."""
    role = _role(row, words)
    if factor in ranges:
        return Name(name(factor)), words("{role}, {levels}", role=role, levels=ranges[factor])
    grades = {**GRADES, **_UNGRADED}
    return said(factor, grades, words), role


def _role(row: Given, words: Words) -> str:
    return words("lever") if row["role"] == "lever" else words("uncertainty")


def _by(found: Mapping[str, Given], index: str) -> list[tuple[str, Given]]:
    return sorted(found.items(), key=lambda one: -abs(one[1][index]["mean"]))


def _morris(found: Mapping[str, Given], ranges: Mapping[str, str], label: str, unit: str, words: Words) -> Table:
    ordered = _by(found, "mu_star")
    scale = bar_scale([row["mu_star"] for _, row in ordered])
    rows = []
    for factor, row in ordered[:_MOST]:
        head, extra = _label(factor, row["mu_star"], ranges, words)
        size = row["mu_star"]
        bar = effect_bar(size, scale, words("{row}: {mean}", row=head, mean=_size(size["mean"], unit, words)), "bar")
        ends = Name(f"{_size(size['low'], unit, words)} – {_size(size['high'], unit, words)}")
        rows.append(Row([head, bar, _size(size["mean"], unit, words), ends, gap(row["mu"]["mean"], unit, words),
                         _size(row["sigma"]["mean"], unit, words)], extra=extra))  # fmt: skip
    notes = [words(
        "Size (mu*): how much the response changes on average when a factor moves over all its levels, wherever the "
        "others are. Signed (mu): the same with its sign; if it is nearer zero than the size, the factor does both. "
        "Spread (sigma): how much the change varies; if it is as large as the size, the effect depends on the other "
        "factors or is not straight."),
        words("This ranks factors over the ranges of the sweep. It is no forecast, and no share of the spread."),
        *_more(ordered, words)]  # fmt: skip
    heads = [words("size (mu*)"), words("95 % interval"), words("signed (mu)"), words("spread (sigma)")]
    return Table(
        [words("factor"), "", *heads],
        ["text", "drawn", "number", "number", "minor", "minor"], rows,
        caption=words("Screening of factors (Morris), in points: {response}", response=label) if unit in SHARES else
        words("Screening of factors (Morris), in {unit}: {response}", unit=unit_words(unit, words), response=label),
        notes=notes,
    )  # fmt: skip


def _size(size: float, unit: str, words: Words) -> str:
    return Name(gap(size, unit, words).lstrip("+"))


def _sobol(found: Mapping[str, Given], ranges: Mapping[str, str], label: str, of: str, words: Words) -> Table:
    ordered = _by(found, "ST")
    notes = [words(
        "Alone: the share of the variance of the mean response, over the ranges of the sweep, that goes with this "
        "factor by itself; the spread by random events is not in it. With others: the same with all that it does "
        "together with other factors. Shares with others can sum to more than 1."), _noise(words),
        *_more(ordered, words)]  # fmt: skip
    heads = [_label(factor, row["ST"], ranges, words) for factor, row in ordered]
    return _variance(
        [(head, extra, row["S1"], row["ST"]) for (head, extra), (_, row) in zip(heads, ordered, strict=True)][:_MOST],
        words("Share of the variance (Sobol): {response}", response=label), of, notes, words,
    )  # fmt: skip


def _noise(words: Words) -> str:
    return words(
        "Intervals are of the points drawn; with few points an estimate may be below 0 or above 1. A hollow bar can't "
        "be told from zero. The shares say how much is worth finding out, not which way a factor works, and hold for "
        "these ranges only."
    )


def _variance(rows: Sequence[tuple[str, str, Given, Given]], caption: str, head: str, notes: Sequence[str], words: Words
              ) -> Table:  # fmt: skip
    """Shares of the variance, alone and with others: two bars a row."""
    scale = bar_scale([one for _, _, alone, whole in rows for one in (alone, whole)], 1.0)
    cells = []
    for label, extra, alone, whole in rows:
        both = f"{_index(alone['mean'], words)}, {_index(whole['mean'], words)}"
        tooltip = words("{row}: {mean}", row=label, mean=both)
        bar = two_bars([(alone, _look(alone, "soft")), (whole, _look(whole, "bar"))], scale, tooltip)
        cells.append(Row([label, bar, _index(alone["mean"], words), _between(alone, words),
                          _index(whole["mean"], words), _between(whole, words)], extra=extra))  # fmt: skip
    return Table(
        [head, "", words("alone"), words("95 % interval"), words("with others"), words("95 % interval")],
        ["text", "drawn", "number", "number", "number", "number"], cells, caption=caption,
        keys=[("soft", words("alone")), ("bar", words("with others"))], notes=notes,
    )  # fmt: skip


def _look(row: Given, look: str) -> str:
    return _COVERS if row["low"] <= 0 <= row["high"] else look


def _index(value: float, words: Words) -> Name:
    return Name(words.figure(f"{round(value, 2) + 0.0:.2f}").replace("-", "−"))


def _between(row: Given, words: Words) -> str:
    return Name(f"{_index(row['low'], words)} – {_index(row['high'], words)}")


def _correlations(found: Mapping[str, Given], ranges: Mapping[str, str], label: str, words: Words) -> Table:
    ordered = _by(found, "rank_correlation")
    scale, rows = bar_scale([], -1.0, 1.0), []
    for factor, index in ordered[:_MOST]:
        row = index["rank_correlation"]
        head, extra = _label(factor, row, ranges, words)
        tooltip = words("{row}: {mean}", row=head, mean=_index(row["mean"], words))
        look = _look(row, "down" if row["mean"] < 0 else "up")
        rows.append(Row([head, effect_bar(row, scale, tooltip, look), _index(row["mean"], words), _between(row, words)],
                        extra=extra))  # fmt: skip
    notes = [words(
        "From −1 to 1: whether the response rises (above 0) or falls with a factor while all others vary too. Near 0 "
        "it may still do much, up and down. It says how regular an effect is, not how large. A hollow bar can't be "
        "told from zero."), *_more(ordered, words)]  # fmt: skip
    return Table(
        [words("factor"), "", words("rank correlation"), words("95 % interval")], ["text", "drawn", "number", "number"],
        rows, caption=words("Rank correlation (Spearman): {response}", response=label), notes=notes,
    )  # fmt: skip


def _more(ordered: Sequence[object], words: Words) -> list[str]:
    left = len(ordered) - _MOST
    return (
        [words.many("{n} more is in {file}.", "{n} more are in {file}.", left, file="sensitivity.csv")]
        if left > 0
        else []
    )


# shares of the variance by grade of input


def _grades(source: Source, response: str, label: str, words: Words) -> Iterator[Block]:
    """How much rests on inputs of each grade, where each factor moved alone."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in source.rows("pedigree"):
        if row["response"] == response:
            found[row["grade"]][row["index"]] = _row({**row, "role": ""}, "value")
    if not found:
        return
    rows = [
        (said(grade, {**GRADES, **_UNGRADED}, words),
         words.many("{n} factor", "{n} factors", int(row["ST"]["factors"])), row["S1"], row["ST"])
        for grade, row in found.items()
    ]  # fmt: skip
    notes = [
        words("The best grade is first. Of several factors, alone is at least this, and with others at most this.")
    ]
    yield _variance(rows, words("Share of the variance by grade of input: {response}", response=label), words("grade"),
                    notes, words)  # fmt: skip
