"""The answer to why on a terminal: plain text, at most 80 columns, from its folder alone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.analysis.intervals import never_seen
from sim.cli.text import clipped, padded, width_of
from sim.errors import visible
from sim.figures.labels import counted
from sim.results.number_text import SHARES, few_differ, never_differs, number, percent, points
from sim.results.why_folder import COST, WhyResults, widest

WIDE = 80
_NAME, _GAP, _INTERVAL, _TONNES, _COST = 31, 9, 19, 9, 12
_MOST_LEVERS, _MOST_GROUPS = 16, 30
_BOUND, _SAME = "exact bound", "exact: same"
_THOUSAND = 1000
_CAVEAT = "Differences in the model, conditional on its inputs, many of them assumed (drawdown check --sources)."
Said = Mapping[str, Any]


def why_text(answer: WhyResults) -> str:
    """Returns all lines of the answer."""
    summary = answer.summary
    if not summary["replications"]:
        return "\n".join(_wrapped(f"{summary['name']}: no replication has a value in all its worlds."))
    parts = [_head(summary), _causes(summary)]
    parts += [_levers(summary)] if summary["levers"] else []
    parts += [_groups(summary)] if summary["groups"] else []
    parts += [_precision(summary), _wrapped(_CAVEAT)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(visible(text), WIDE, initial_indent=indent, subsequent_indent=indent) or [""]


def _head(summary: Said) -> list[str]:
    title, unit = clipped(summary["name"], WIDE), summary["unit"]
    without = f", without {', '.join(summary['without'])}" if summary["without"] else ""
    said = f"{summary['response']} is {number(summary['on']['mean'], unit)} as filed{without}"
    if summary["causes"]:
        said += f", and {number(summary['off']['mean'], unit)} if nothing of the list below had happened"
    said += f". {counted(summary['replications'], 'replication')}, common random numbers, seed {summary['seed']}."
    return [title, "─" * width_of(title), *_wrapped(said)]


def _gap(value: float, unit: str) -> str:
    if unit in SHARES:
        return points(value)
    return ("+" if value > 0 else "−" if value < 0 else "") + number(abs(value), unit)


def _unit(unit: str) -> str:
    return "points" if unit in SHARES else unit


def _interval(said: Said, unit: str) -> str:
    """The interval, or that few or no replications differ: there is no spread to estimate one from."""
    if said["low"] is None:
        return "no interval"
    if _BOUND in said["method"] or said["method"].startswith(_SAME):
        few = few_differ(said)
        if few is not None:
            return f"differs in {few}"
        return "same in each" if "in all but" not in said["method"] else "same in nearly all"
    return f"{_gap(said['low'], unit)} – {_gap(said['high'], unit)}"


def _table_head(title: str, summary: Said, interval: str, cost: str) -> str:
    head = padded(title, _NAME) + _unit(summary["unit"]).rjust(_GAP) + interval.rjust(_INTERVAL)
    head += "tonnes".rjust(_TONNES) if _tonnes(summary) else ""
    return head + (cost.rjust(_COST) if _has_costs(summary) else "")


def _tonnes(summary: Said) -> str | None:
    """The name of the tonnes that the response is a share of."""
    return next((name for name in summary["units"] if name.endswith("_tonnes")), None)


def _has_costs(summary: Said) -> bool:
    every = (summary["together"], *(one["effects"] for one in (*summary["causes"], *summary["levers"])))
    return any(one[COST]["mean"] != 0 for one in every) and summary["response"] != COST


def _line(words: str, effects: Said, summary: Said, cost: str) -> str:
    said, unit = effects[summary["response"]], summary["unit"]
    line = padded(f"  {clipped(words, _NAME - 3)}", _NAME) + _gap(said["mean"], unit).rjust(_GAP)
    line += _interval(said, unit).rjust(_INTERVAL)
    if tonnes := _tonnes(summary):
        line += _whole(effects[tonnes]["mean"]).rjust(_TONNES)
    return (line + (cost.rjust(_COST) if _has_costs(summary) else "")).rstrip()


def _whole(value: float) -> str:
    return ("+" if round(value) > 0 else "−" if round(value) < 0 else "") + f"{abs(round(value)):,}"


def _causes(summary: Said) -> list[str]:
    if not summary["causes"]:
        return ["What happened to us: no cause of random events is left in this scenario."]
    of = summary["response"]
    lines = [_table_head("What happened to us", summary, "95 % interval", "1,000 USD")]
    rows = [(one["cause"], one["effects"]) for one in summary["causes"] if not never_differs(one["effects"][of])]
    rows.append(("together", summary["together"]))
    lines += [_line(name, said, summary, _whole(said[COST]["mean"] / _THOUSAND)) for name, said in rows]
    lines += _idle(summary, (one["cause"] for one in summary["causes"] if never_differs(one["effects"][of])))
    how = "all coalitions of causes" if summary["exact"] else "a random order of the causes and its reverse"
    said = f"Each cause has its share of what all cost together (Shapley value, from {how} in each replication); "
    return [*lines, *_wrapped(said + "the shares sum to the total in every replication.", "  ")]


def _idle(summary: Said, names: Iterable[str]) -> list[str]:
    """A sentence about what changed nothing in any replication."""
    idle = list(names)
    if not idle:
        return []
    chance = never_seen(summary["replications"])
    said = f"No difference in any replication: {', '.join(idle)}."
    return _wrapped(f"{said} (One may still occur in up to {percent(chance)} of cases.)", "  ")


def _levers(summary: Said) -> list[str]:
    of, levers = summary["response"], summary["levers"]
    share = summary["unit"] in SHARES
    head = _table_head("What we had too little of", summary, "95 %, together", "USD a point" if share else "USD each")
    moved = [one for one in levers if not never_differs(one["effects"][of])]
    lines = [head, *(_lever(one, summary) for one in moved[:_MOST_LEVERS])]
    if len(moved) > _MOST_LEVERS:
        lines.append(f"  … and {len(moved) - _MOST_LEVERS} more, in levers.csv")
    if any(one["tied"] for one in moved):
        lines += _wrapped("= shares its rank: it can't be told apart from the first of that rank.", "  ")
    idle = [one for one in levers if one not in moved]
    whole = {one["lever"] for one in levers} - {one["lever"] for one in moved}
    lines += _idle(summary, dict.fromkeys(one["lever"] if one["lever"] in whole else one["move"] for one in idle))
    for one in levers:
        lines += _wrapped(f"! {one['move']}: {one['flag']}", "  ") if one["flag"] else []
    return lines


def _lever(one: Said, summary: Said) -> str:
    rank = f"{one['rank']}{'=' if one['tied'] else ''}"
    cost = "" if one["usd"] is None else f"{one['usd']:,.0f}".replace("-", "−")
    return _line(f"{rank:<4}{one['move']}", one["effects"], summary, cost)


def _groups(summary: Said) -> list[str]:
    lines = [
        padded(f"By {summary['by']}", 20) + "as filed".rjust(9) + "without".rjust(8) + "  largest cause, best lever"
    ]
    for one in summary["groups"][:_MOST_GROUPS]:
        line = padded(clipped(f"  {one['group']}", 19), 20) + percent(one["on"]).rjust(9) + percent(one["off"]).rjust(8)
        said = [_most(one["causes"], "cause"), _most(one["levers"], "move")]
        lines.append(f"{line}  {clipped('; '.join(text for text in said if text), WIDE - 39)}")
    if len(summary["groups"]) > _MOST_GROUPS:
        lines.append(f"  … and {len(summary['groups']) - _MOST_GROUPS} more, in causes.csv and levers.csv")
    return lines


def _most(rows: Sequence[Said], name: str) -> str:
    """The first of some causes or levers that changes anything."""
    found = next((one for one in rows if one["mean"] != 0), None)
    return "" if found is None else f"{found[name]} {points(found['mean'])}"


def _asked(summary: Said) -> list[str]:
    """Whether the precision asked for was reached, where one was."""
    asked = summary.get("precision")
    if asked is None:
        return []
    unit = summary["unit"]
    wanted = f"±{_gap(asked['asked'], unit).lstrip('+')} {_unit(unit)}"
    if asked["reached"] is not None and asked["reached"] <= asked["asked"]:
        return _wrapped(f"Asked for {wanted}: reached with {counted(summary['replications'], 'replication')}.")
    most = f"! Asked for {wanted}: not reached with the most of {counted(asked['most'], 'replication')}"
    return _wrapped(f"{most}; --max-replications allows more.")


def _precision(summary: Said) -> list[str]:
    """The widest intervals, and what more replications would do."""
    of, unit = summary["response"], summary["unit"]
    said = []
    for what in ("causes", "levers"):
        effects = [one["effects"][of] for one in summary[what]]
        half = widest(effects)
        if half is not None:
            said.append(f"{what} to ±{_gap(half, unit).lstrip('+')} {_unit(unit)} or better")
    lines = _wrapped(f"Precision reached: {'; '.join(said)}.") if said else []
    lines += _asked(summary)
    if summary["failed"]:
        what = f"! {counted(summary['failed'], 'replication')} failed in one of its worlds and is left out everywhere"
        lines += _wrapped(f"{what} (failures in manifest.json).")
    return lines
