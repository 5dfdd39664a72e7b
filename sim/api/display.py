"""How a notebook shows what it holds: a title, the headline numbers with their intervals, and the folder.

All text that comes from files is cut short, its control characters are escapes, and in HTML it is escaped too.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import DrawdownError, Problem, visible
from sim.figures.labels import counted
from sim.results.number_text import SHARES, difference, interval, number, percent, points_interval, shown_interval

if TYPE_CHECKING:
    from sim.results.finished import Results
    from sim.results.sweep_folder import SweepResults

HEADLINES = ("extracted_share", "people_out_share", "deadline_met", "cost_usd")
"""Responses that are shown, where a result has them."""
_ROWS, _HALF, _LONGEST = 12, 6, 80
_MEAN, _INTERVAL = "mean", "95 % interval"
_STYLE = "text-align:left"
_NO_MATH = "tex2jax_ignore mathjax_ignore"  # a dollar sign in a name begins no formula


@dataclass(frozen=True)
class Card:
    """What is shown: `title` and `about` in a line each, and a small table."""

    title: str
    about: str
    columns: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()


def card_of_run(results: Results) -> Card:
    """Headline responses of a run: mean over its replications, and the interval of the mean."""
    manifest, responses = results.manifest, results.summary["responses"]
    failed = len(manifest["failures"])
    about = f"{counted(manifest['succeeded'], 'replication')}, seed {manifest['seed']}"
    about += f", {failed} failed" * bool(failed)
    rows = [(name, *_mean(responses[name])) for name in HEADLINES if name in responses]
    return Card(f"Result: {manifest['name']}", about, ("response", _MEAN, _INTERVAL), rows)


def _mean(said: Mapping[str, Any]) -> tuple[str, str]:
    unit = said["unit"]
    if unit in SHARES:
        return percent(said["mean"]), shown_interval(said)
    return _with_unit(number(said["mean"], unit), unit), interval(said.get("low"), said.get("high"), unit)


def _with_unit(text: str, unit: str) -> str:
    return text if unit in (*SHARES, "1") else f"{text} {unit}"


def card_of_comparison(results: Results) -> Card:
    """Differences of headline responses from the first side, replication by replication."""
    summary = results.summary
    first, names = summary["sides"][0]["name"], dict.fromkeys((summary["of"], *HEADLINES))
    rows = [
        (f"{one['b']} − {first}", name, *_gap(one["responses"][name]))
        for one in summary["comparisons"] for name in names if name in one["responses"]
    ]  # fmt: skip
    about = f"{counted(summary['replications'], 'replication')} in pairs, seed {summary['seed']}"
    title = "Comparison: " + " vs ".join(side["name"] for side in summary["sides"])
    return Card(title, about, ("sides", "response", "difference", _INTERVAL), rows)


def _gap(said: Mapping[str, Any]) -> tuple[str, str]:
    if said["mean"] is None:
        return "–", "no interval"
    unit, low, high = said["unit"], said["low"], said["high"]
    if unit in SHARES:
        return difference(said["mean"], unit), points_interval(said)
    ends = points_interval(said) if low is None or low == high else f"{_signed(low, unit)} to {_signed(high, unit)}"
    return _with_unit(_signed(said["mean"], unit), unit), ends


def _signed(value: float, unit: str) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + number(abs(value), unit)


def card_of_sweep(results: SweepResults) -> Card:
    """The points with the lowest and the highest mean of the first response."""
    summary = results.summary
    about = f"{counted(summary['points'], 'point')}, {counted(summary['replications'], 'replication')}"
    about += f", seed {summary['seed']}" + f", {summary['failed']} failed" * bool(summary["failed"])
    title, response = f"Sweep: {summary['name']}", next(iter(summary["responses"]), None)
    if response is None or "estimates.csv" not in results.manifest["tables"]:
        return Card(title, about)
    rows = [row for row in results.rows("estimates") if row["response"] == response and row["mean"] is not None]
    ends = dict.fromkeys(at for at in (_end(rows, min), _end(rows, max)) if at is not None)
    unit, levers = summary["responses"][response]["unit"], summary["levers"]
    shown = [
        (", ".join(f"{name}={rows[at][name]}" for name in levers if name in rows[at]) or f"point {rows[at]['point']}",
         number(rows[at]["mean"], unit), interval(rows[at]["low"], rows[at]["high"], unit))
        for at in ends
    ]  # fmt: skip
    return Card(title, about, (f"lowest and highest {response}", _MEAN, _INTERVAL), shown)


def _end(rows: Sequence[Mapping[str, Any]], which: Callable[..., int]) -> int | None:
    return which(range(len(rows)), key=lambda at: rows[at]["mean"]) if rows else None


def card_of_selection(results: Results) -> Card:
    """Every alternative: its mean, and how it compares with the best."""
    summary = results.summary
    way = "lowest" if summary["smallest"] else "highest"
    if summary["best"] is None:
        about = f"no {way} {summary['response']} chosen yet"
    else:
        sure, within = f"{summary['confidence'] * 100:g} %", difference(summary["indifference"], summary["unit"])
        about = f"{summary['best']} has the {way} {summary['response']}, or is within {within.removeprefix('+')}"
        about += f" of it, with {sure} confidence"
    about += f"; {counted(summary['replications'], 'replication')}, seed {summary['seed']}"
    rows = [
        (row["alternative"], number(row["mean"], summary["unit"]), interval(row["low"], row["high"], summary["unit"]),
         row["words"])
        for row in summary["alternatives"]
    ]  # fmt: skip
    columns = ("alternative", _MEAN, _INTERVAL, "")
    return Card("Selection: " + " vs ".join(row[0] for row in rows), about, columns, rows)


def card_of_why(results: Results) -> Card:
    """The largest causes, then the levers that change most."""
    summary = results.summary
    of, unit = summary["response"], summary["unit"]
    about = f"{of} {number(summary['on']['mean'], unit)} as filed, {number(summary['off']['mean'], unit)} without"
    about += f" all causes; {counted(summary['replications'], 'replication')}, seed {summary['seed']}"
    moved = sorted(summary["levers"], key=lambda one: -abs(one["effects"][of]["mean"]))
    rows = [("cause", one["cause"], *_gap({"unit": unit, **one["effects"][of]})) for one in summary["causes"][:_HALF]]
    rows += [("lever", one["move"], *_gap({"unit": unit, **one["effects"][of]})) for one in moved[:_HALF]]
    return Card(f"Why: {summary['name']}", about, ("", "", "difference", _INTERVAL), rows)


def card_of_solve(results: Results) -> Card:
    """The level that was found, and what the levels that were run show of the first target."""
    summary = results.summary
    about = f"{summary['field']} = {summary['answer']} meets {' and '.join(summary['targets'])}; "
    about += f"{counted(summary['replications'], 'replication')} a level, seed {summary['seed']}"
    unit = summary["units"][0]
    rows = [
        (one["level"], number(one["shown"][0]["mean"], unit),
         interval(one["shown"][0]["low"], one["shown"][0]["high"], unit))
        for one in summary["levels"]
    ]  # fmt: skip
    return Card(f"Solve: {summary['name']}", about, ("level", _MEAN, _INTERVAL), rows)


def card_of_backtest(results: Results) -> Card:
    """How many targets of the record are in the intervals of each scenario."""
    summary = results.summary
    about = f"cut {summary['cut']}, {counted(summary['replications'], 'replication')}, seed {summary['seed']}"
    rows = [
        (side["name"], str(side["hits"]["targets"]), str(side["hits"]["half"]), str(side["hits"]["most"]))
        for side in summary["sides"]
    ]
    title = f"Backtest: {summary['sides'][0]['scenario']}"
    return Card(title, about, ("scenario", "targets", "in the 50 % interval", "in the 90 % interval"), rows)


def as_text(results: Results, card_of: Callable[[Any], Card]) -> str:
    """A card as a few lines of text. A folder that can't be read any longer is a sentence."""
    try:
        card = card_of(results)
    except DrawdownError as error:
        return f"{_short(str(error))}"
    table = [tuple(map(_short, row)) for row in (card.columns, *card.rows[:_ROWS]) if row] if card.rows else []
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [_short(card.title), f"  {_short(card.about, 2 * _LONGEST)}"]
    lines += [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    ]
    lines += [f"  … and {len(card.rows) - _ROWS} more"] if len(card.rows) > _ROWS else []
    return "\n".join([*lines, f"  in {visible(str(results.folder))}"])


def as_html(results: Results, card_of: Callable[[Any], Card]) -> str:
    """A card as a small table in HTML."""
    try:
        card = card_of(results)
    except DrawdownError as error:
        return preformatted(_short(str(error)))
    parts = [f"<p><strong>{_escaped(card.title)}</strong><br>{_escaped(card.about, 2 * _LONGEST)}</p>"]
    if card.rows:
        rows = [_row(card.columns, "th"), *(_row(row, "td") for row in card.rows[:_ROWS])]
        parts.append(f"<table>{''.join(rows)}</table>")
    if len(card.rows) > _ROWS:
        parts.append(f"<p>… and {len(card.rows) - _ROWS} more</p>")
    parts.append(f"<p><code>{html.escape(visible(str(results.folder)))}</code></p>")
    return f'<div class="{_NO_MATH}">{"".join(parts)}</div>'


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f'<{tag} style="{_STYLE}">{_escaped(cell)}</{tag}>' for cell in cells) + "</tr>"


def _escaped(text: str, most: int = _LONGEST) -> str:
    return html.escape(_short(text, most))


def _short(text: str, most: int = _LONGEST) -> str:
    """A text on one line, cut, in characters that a reader sees."""
    shown = visible(" ".join(str(text).split()))
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def lines_of_problems(file: str, problems: Sequence[Problem], warnings: Sequence[Problem]) -> str:
    """What was found in a file: whether it is valid, then a line for each problem and warning, twelve at most."""
    first = f"Checked: {visible(file)}: {counted(len(problems), 'problem') if problems else 'valid'}"
    shown = [f"  {one}" for one in problems] + [f"  warning: {one}" for one in warnings]
    more = [f"  … and {len(shown) - _ROWS} more"] if len(shown) > _ROWS else []
    return "\n".join([first, *shown[:_ROWS], *more])


def preformatted(text: str) -> str:
    """Lines as HTML that shows them as they are."""
    return f'<pre class="{_NO_MATH}">{html.escape(text)}</pre>'
