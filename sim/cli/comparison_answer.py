"""The answer of a comparison on a terminal: plain text, at most 80 columns, from its folder alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from sim.analysis.intervals import never_seen
from sim.analysis.modes import ENOUGH
from sim.analysis.paired import EQUAL, EVERY
from sim.cli.run_answer import FATES, PEOPLE, closing_days
from sim.cli.run_reasons import rare_outcomes
from sim.cli.text import clipped, clipped_apart, padded, width_of
from sim.cli.text import wrapped_plain as wrapped
from sim.figures.labels import counted
from sim.results.comparison_folder import ComparisonResults
from sim.results.number_text import SHARES, difference, few_differ, percent, points, points_interval

_NAME, _LEVEL, _GAP, _INTERVAL, _CHANGE = 28, 8, 11, 16, 38
_TAPES, _FLAGS, _CLOSINGS, _PLACE = 6, 4, 24, 21
_DATE, _TITLE = 12, 220
_CAVEAT = (
    "A difference in the model is not a historical fact: it is conditional on the inputs that both sides share, "
    "many of them assumed (drawdown check --sources)."
)

CONSTANT = "constant"
"""Follows the bound of a difference that was the same in every replication."""
Said = Mapping[str, Any]


def comparison_text(comparison: ComparisonResults) -> str:
    """Returns all lines of the answer."""
    summary = comparison.summary
    letters = _letters_of(summary["sides"])
    parts = [_title(summary, letters)]
    for one in summary["comparisons"]:
        parts += _block(summary, one, letters)
    parts += [_closings(summary["sides"], letters), _failed(summary), _warnings(summary), wrapped(_CAVEAT)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _letters_of(sides: Sequence[Said]) -> dict[str, str]:
    """Returns a letter for each side, or a number where there are more than 26."""
    if len(sides) > len(ascii_uppercase):
        return {side["name"]: f"#{at}" for at, side in enumerate(sides, 1)}
    return {side["name"]: ascii_uppercase[at] for at, side in enumerate(sides)}


def _title(summary: Said, letters: Mapping[str, str]) -> list[str]:
    lines = []
    for side in summary["sides"]:
        changes = [*side["sets"], *(f"without {cause}" for cause in side["without"])]
        changed = f"; {', '.join(changes)}" if changes else ""
        letter = letters[side["name"]].ljust(3)
        first, *more = wrapped(clipped(f"{side['name']}: {side['scenario']}{changed}", _TITLE), "   ")
        lines += [letter + first[3:], *more]
    width = max(width_of(line) for line in lines)
    count = counted(summary["replications"], "replication")
    return [*lines, "─" * width, f"{count}, with common random numbers on all sides; seed {summary['seed']}"]


def _block(summary: Said, one: Said, letters: Mapping[str, str]) -> Iterator[list[str]]:
    a, b = letters[summary["sides"][0]["name"]], letters[one["b"]]
    yield _sentence(summary, one)
    yield _table("What becomes of it", _fates(one["responses"]), a, b)
    yield _table("People", [(words, one["responses"].get(name)) for name, words in PEOPLE.items()], a, b)
    yield _stream(summary, one, a, b)
    yield _tapes(one["tapes"])
    if one["waterfall"]:
        yield _waterfall(one["waterfall"], a, b)


def _sentence(summary: Said, one: Said) -> list[str]:
    """Returns a sentence to quote: the difference of the response looked at, with names and not letters."""
    said = one["responses"][summary["of"]]
    if said["mean"] is None:
        return []
    first = summary["sides"][0]["name"]
    if _equal(said):
        gap = f"no difference was seen between {one['b']} and {first} in {summary['of']}"
    elif (few := few_differ(said)) is not None:
        where = f"{counted(few, 'replication')} of {said['replications']}"
        gap = f"{summary['of']} differs in {where} only, with {one['b']} instead of {first}"
    else:
        gap = f"{summary['of']} differs by {_with_interval(said)} with {one['b']} instead of {first}"
    return wrapped(f"In the model, {gap}. Most inputs are assumptions.")


def _fates(responses: Said) -> list[tuple[str, Said | None]]:
    return [(fate, responses.get(f"{fate}_share")) for fate in FATES]


def _table(head: str, rows: Sequence[tuple[str, Said | None]], a: str, b: str) -> list[str]:
    known = [(words, said) for words, said in rows if said and said["mean"] is not None]
    if not known:
        return []
    columns = a.rjust(_LEVEL) + b.rjust(_LEVEL) + f"{b} − {a}, pp".rjust(_GAP) + "95 % interval".rjust(_INTERVAL)
    lines = [head.ljust(_NAME) + columns]
    for words, said in known:
        if _is_absent(said):
            continue
        line = (
            f"  {words}".ljust(_NAME) + percent(said["mean_a"]).rjust(_LEVEL) + percent(said["mean_b"]).rjust(_LEVEL)
            + points(said["mean"]).rjust(_GAP) + _spread(said).rjust(_INTERVAL) + f" {_verdict(said)}"
        )  # fmt: skip
        lines.append(line.rstrip())
    return lines + _absent(known)


def _is_absent(said: Said) -> bool:
    """Returns whether a response was 0 on both sides in every replication."""
    return not said["mean_a"] and not said["mean_b"] and _equal(said)


def _absent(known: Sequence[tuple[str, Said]]) -> list[str]:
    """Returns a line for the rows that are left out, with the chance that something was not seen."""
    absent = [(words, said) for words, said in known if _is_absent(said)]
    if not absent:
        return []
    chance = percent(never_seen(max(said["replications"] for _, said in absent)))
    names = ", ".join(words for words, _ in absent)
    return wrapped(
        f"0 on both sides in every replication: {names} (a chance of up to {chance} can't be excluded)", "  "
    )


def _verdict(said: Said) -> str:
    if said["low"] == said["high"]:
        return ""
    return CONSTANT if is_constant(said) else str(said["words"]).partition(";")[0]


def _spread(said: Said) -> str:
    """The interval; or in how many replications the sides differ, where none or too few do to estimate one from."""
    few = few_differ(said)
    if few is not None:
        return f"differs in {few}"
    return "same in each" if is_constant(said) and not said["mean"] else points_interval(said)


def is_constant(said: Said) -> bool:
    """Returns whether an interval is the bound of a difference that was the same in every replication."""
    return said["low"] != said["high"] and EVERY in str(said["method"])


def _stream(summary: Said, one: Said, a: str, b: str) -> list[str]:
    """Describes the headline difference, and how much common random numbers reduced its variance."""
    name, responses = summary["of"], one["responses"]
    said = responses[name]
    if said["mean"] is None:
        return wrapped(f"{name}: {said['words']}")
    if all(_equal(other) for other in responses.values() if other["mean"] is not None):
        return _nothing_differs(said, one["same_scenario"])
    if _equal(said):
        count = counted(said["replications"], "replication")
        more = "" if said["low"] == said["high"] else f", so the mean difference may be {points_interval(said)} points"
        differs = f"an unseen difference has a chance of at most {percent(said.get('never_seen'))}"
        return wrapped(f"{name}: no difference in any of {count}; {differs}{more}.")
    lines = wrapped(f"{name}: {b} − {a} is {_with_interval(said)}: {said['words']}.")
    chance = said["chance_b_beats_a"]
    ties = f"; {counted(chance['ties'], 'tie')}, counted half" if chance["ties"] else ", no ties"
    ends = f"{percent(chance['low'])} to {percent(chance['high'])}"
    lines += wrapped(f"{b} is above {a} in {percent(chance['chance'])} of replications ({ends}{ties}).")
    factor = said["variance_factor"]
    if factor is not None:
        if factor >= 1:
            lines += wrapped(f"Common random numbers reduced the variance {factor:.3g}-fold.")
        else:
            lines += wrapped(
                f"Common random numbers increased the variance (factor {factor:.3g}): independent seeds would have "
                "given a narrower interval here."
            )
    if summary["together"] > 1:
        lines += wrapped(f"Intervals hold together for {summary['together']} comparisons (Bonferroni).")
    return lines


def _equal(said: Said) -> bool:
    return str(said["words"]).partition(";")[0] == EQUAL


def _nothing_differs(said: Said, alike: bool) -> list[str]:
    count = counted(said["replications"], "replication")
    if alike:
        return wrapped(f"No difference: the two scenarios are the same, and every response is exactly the same in each "
                       f"of {count}.")  # fmt: skip
    bound = f"an unseen difference has a chance of at most {percent(never_seen(said['replications']))}"
    return wrapped(f"No difference was seen: every response is exactly the same in each of {count}; {bound}.")


def _with_interval(said: Said) -> str:
    if said["low"] is None:
        return f"{difference(said['mean'], said['unit'])} (no interval)"
    if said["low"] == said["high"]:
        return f"{difference(said['mean'], said['unit'])} in every replication"
    if said["unit"] in SHARES:
        return f"{difference(said['mean'], said['unit'])} ({points_interval(said)})"
    return f"{difference(said['mean'], said['unit'])} ({said['low']:,.4g} to {said['high']:,.4g})"


def _warnings(summary: Said) -> list[str]:
    """Returns all warnings in one sentence with their count: too few pairs, intervals that may be too narrow."""
    found = list(dict.fromkeys(text for one in summary["comparisons"] for text in _flags(one)))
    if not found:
        return []
    count = f"{len(found)} warnings: " if len(found) > 1 else ""
    more = f"; {len(found) - _FLAGS} more in differences.csv" if len(found) > _FLAGS else ""
    return wrapped(f"! {count}{'; '.join(found[:_FLAGS])}{more}")


def _flags(one: Said) -> list[str]:
    """Returns warnings about the differences shown, and about rare outcomes that few pairs can miss."""
    responses = one["responses"]
    if responses and all(_equal(said) for said in responses.values() if said["mean"] is not None):
        return []
    most = max((said["replications"] for said in responses.values()), default=0)
    if most < ENOUGH:
        return [f"{counted(most, 'replication')} can miss {rare_outcomes(never_seen(most))}"]
    shown = [name for name in (*(f"{fate}_share" for fate in FATES), *PEOPLE) if name in responses]
    return [f"{name}: {words}" for name in shown if "too narrow" in (words := responses[name]["words"])]


def _tapes(tapes: Said) -> list[str]:
    differ = tapes["differ"]
    same = tapes["sources"] - len(differ)
    if not differ:
        return wrapped(f"Random events are identical in all {counted(tapes['sources'], 'source')} by place.")
    lines = wrapped(f"Random events are identical in {same} of {tapes['sources']} sources by place; they differ in")
    shown = sorted(differ, key=lambda row: row["meant"])
    for row in shown[:_TAPES]:
        mark = "" if row["meant"] else "! "
        lines += wrapped(f"{mark}{row['source']}, {row['place']}: {row['words']}", "  ")
    if len(shown) > _TAPES:
        lines.append(f"  … and {len(shown) - _TAPES} more in tapes.csv")
    return lines


def _waterfall(said: Said, a: str, b: str) -> list[str]:
    share = said["response"].endswith("_share") or "_share_" in said["response"] or said["response"] == "deadline_met"

    def level(value: float) -> str:
        return percent(value) if share else f"{value:,.4g}"

    def gap(value: float) -> str:
        return points(value) if share else f"{value:+,.4g}"

    orders = f"{said['orders']} sampled orders" if said["orders"] else "all orders"
    lines = wrapped(f"Contribution of each change ({said['response']}, mean over {orders} of the changes)")
    lines.append(padded(f"  {a}", _CHANGE) + level(said["from"]).rjust(_LEVEL))
    names = clipped_apart((bar["change"] for bar in said["bars"]), _CHANGE - 3)
    for name, bar in zip(names, said["bars"], strict=True):
        ends = "no interval" if bar["low"] is None else "same every time" if bar["low"] == bar["high"] else (
            f"{gap(bar['low'])} – {gap(bar['high'])}")  # fmt: skip
        line = padded(f"  {name}", _CHANGE) + gap(bar["mean"]).rjust(_LEVEL) + ends.rjust(20)
        lines.append(line + (f"  {CONSTANT}" if is_constant(bar) else ""))
        lines += wrapped(f"joined: {bar['why']}", "      ") if bar["why"] else []
    lines.append(padded(f"  {b}", _CHANGE) + level(said["to"]).rjust(_LEVEL))
    if said["dropped"]:
        lines += wrapped(
            f"! {counted(said['dropped'], 'replication')} without a value in some combination, in no bar", "  "
        )
    return lines


def _closings(sides: Sequence[Said], letters: Mapping[str, str]) -> list[str]:
    """Returns a line for each place and side: planned day, median and spread of the day of closing."""
    places = list(dict.fromkeys(place for side in sides for place in side["closings"]))
    if not places:
        return []
    lines = ["Closing".ljust(_PLACE) + "   planned     median      5 – 95 % of replications"]
    for place, label in zip(places[:_CLOSINGS], clipped_apart(places, _PLACE - 3), strict=False):
        name = label
        for side in sides:
            if place in side["closings"]:
                days, *rarely = _closing(side, place)
                lines.append(padded(f"  {name}", _PLACE) + f" {letters[side['name']]:<2}" + days)
                lines += (" " * (_PLACE + 3) + line.strip() for line in rarely)
                name = ""
    more = len(places) - _CLOSINGS
    return lines + ([f"  … and {more} more places in summary.json"] if more > 0 else [])


def _closing(side: Said, place: str) -> list[str]:
    said = side["closings"][place]
    days = None if said["p50"] is None else [said["p05"], said["p50"], said["p95"]]
    return closing_days(said["planned"] or "–", days, said["never"], side["replications"] - side["failed"], _DATE)


def _failed(summary: Said) -> list[str]:
    failed = [(side["name"], side["failed"]) for side in summary["sides"] if side["failed"]]
    reported = ", ".join(f"{count} of {name}" for name, count in failed)
    return (
        wrapped(f"Failed replications are in no difference: {reported}; `drawdown run` reports why.") if failed else []
    )
