"""How much of the spread of a response is due to what is not known, and how much to random events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sim.page.blocks import Block, Name, Row, Table
from sim.page.charts import stacked
from sim.page.numbers import between, percent
from sim.page.reading import Source
from sim.page.responses import response_words
from sim.page.terms import at_level
from sim.page.words import N_, Words

_MOST = 40
_PARTS: Mapping[str, tuple[str, str]] = {
    "ignorance": ("bar", N_("what is not known")), "chance": ("f-disabled", N_("random events")),
    "both": ("soft", N_("both")),
}  # fmt: skip
Given = Mapping[str, Any]


def split(source: Source, response: str, words: Words) -> Iterator[Block]:
    """A bar of three parts for each point of the levers, where uncertain inputs are drawn."""
    found: dict[str, dict[str, Given]] = defaultdict(dict)
    for row in source.rows("variance"):
        if row["response"] == response and row["share"]:
            found[row["lever_point"]][row["source"]] = row
    whole = [parts for parts in found.values() if set(parts) == set(_PARTS)]
    if not whole:
        return
    levers = list(source.summary.get("levers") or ())
    left = len(whole) - _MOST
    more = [words.many("{n} more is in {file}.", "{n} more are in {file}.", left, file="variance.csv")] * (left > 0)
    heads = [words(said) for _, said in _PARTS.values()]
    yield Table(
        [words("levers"), "", *heads], ["text", "drawn", *("number" for _ in heads)],
        [_row(parts, levers, words) for parts in whole[:_MOST]],
        caption=words("Parts of the variance of single withdrawals: {response}",
                      response=response_words(response, words)),
        keys=[(look, words(said)) for look, said in _PARTS.values()],
        notes=[words("What is not known: inputs that are drawn. Both: random events that matter more under some of "
                     "them. Better knowledge cannot remove the part of random events. In brackets: 95 % intervals."),
               *more],
    )  # fmt: skip


def _row(parts: Mapping[str, Given], levers: list[str], words: Words) -> Row:
    first = next(iter(parts.values()))
    label = words.series(at_level(lever, first[lever], words) for lever in levers if lever in first) or Name("–")
    shares = {source: _share(parts[source], words) for source in _PARTS}
    bar = stacked(
        [(look, float(parts[source]["share"]),
          words("{row}: {mean}", row=words(said), mean=shares[source])) for source, (look, said) in _PARTS.items()],
        words("{row}: {mean}", row=label, mean=words.series(shares.values())),
    )  # fmt: skip
    return Row([label, bar, *shares.values()])


def _share(row: Given, words: Words) -> Name:
    share = percent(float(row["share"]), words)
    if not row["low"] or not row["high"]:
        return share
    return Name(f"{share} ({between(*(percent(float(row[end]), words) for end in ('low', 'high')))})")
