"""Sentences of the answer of a run, from the findings in its summary; the page and the terminal both say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sim.page.numbers import about, ends, figure, interval, percent, rough_tonnes, tonnes
from sim.page.words import Words, name
from sim.sums import sum_in_order

_CLOSED = "closed_"
_ALL, _NAMED, _TENTH = 0.9995, 3, 10
_NO_POINTS = 0.0005
_ENOUGH = 0.95  # of what is for lift; planning factors are no more exact than that
Said = Mapping[str, Any]


class Answered(Protocol):
    """A finished run: what its manifest, its summary and, where it was asked for, its bound say."""

    @property
    def manifest(self) -> Said:
        """The manifest."""

    @property
    def summary(self) -> Said:
        """The summary."""

    @property
    def bound(self) -> Said | None:
        """The bound, if there is one."""


def quotable(results: Answered, words: Words) -> list[str]:
    """What comes out, as sentences that can be quoted: the share, its spread, and how much is assumed."""
    responses = results.summary["responses"]
    out, mass = responses.get("extracted_share"), responses.get("tonnes")
    if not out or out["mean"] is None:
        return []
    deadline = str(results.manifest["scenario"]["calendar"]["deadline"])[:10]
    values = {"share": percent(out["mean"], words), "whose": _whose(results, words), "day": deadline}
    if mass and mass["mean"]:
        values["tonnes"] = _of(results, mass["mean"], words)
        said = words("In the model, {share} of the equipment of {whose} ({tonnes}) is out by {day}", **values)
    else:
        said = words("In the model, {share} of the equipment of {whose} is out by {day}", **values)
    both = ends(out)
    if both is None or both[0] == both[1]:
        said = words("{sentence}, in nearly every withdrawal.", sentence=said)
    else:
        low, high = (percent(end, words) for end in both)
        said = words(
            "{sentence}; single withdrawals spread from {low} to {high} (5 – 95 %).",
            sentence=said, low=low.removesuffix("\u00a0%"), high=high,
        )  # fmt: skip
    return [said, *filter(None, [kept_at_hubs(results, words), assumptions(results.manifest, words)])]


def kept_at_hubs(results: Answered, words: Words) -> str:
    """That what comes to a hub with custody counts as out, though it is not out of the country; empty without hubs."""
    places = results.manifest["scenario"].get("places", {})
    hubs = [place for place, its in places.items() if its.get("role") == "hub" and its.get("keeps_custody")]
    if not hubs:
        return ""
    count = words.many("{n} hub", "{n} hubs", len(hubs)) if len(hubs) > _NAMED else ""
    named = count or listed([name(hub) for hub in hubs], words)
    beyond = results.summary["responses"].get("out_of_country_share")
    if beyond and beyond["mean"] is not None:
        return words(
            "What comes to {hubs} counts as out; {share} of the equipment is at an exit by then.",
            hubs=named, share=percent(beyond["mean"], words),
        )  # fmt: skip
    return words("What comes to {hubs} counts as out, and stays there in the model.", hubs=named)


def _whose(results: Answered, words: Words) -> str:
    responses = results.summary["responses"]
    names = [place for place in results.manifest["scenario"].get("places", {}) if _CLOSED + place in responses]
    if not names:
        return words("this mission")
    if len(names) > _NAMED:
        return words.many("{n} place that must close", "{n} places that must close", len(names))
    return listed([name(place) for place in names], words)


def listed(names: Sequence[str], words: Words) -> str:
    """Names in a row: `a, b and c`."""
    said = names[0]
    for one in names[1:-1]:
        said = words("{first}, {next}", first=said, next=one)
    return said if len(names) == 1 else words("{first} and {last}", first=said, last=names[-1])


def _of(results: Answered, mass: float, words: Words) -> str:
    """The denominator, and what part it is of all that the file has."""
    every = results.summary.get("findings", {}).get("tonnes_of_all_places")
    said = tonnes(mass, words)
    if not every:
        return said
    if mass >= _ALL * every:
        return words("{tonnes}, all of the mission's", tonnes=said)
    return words("{tonnes}, {share} of all", tonnes=said, share=percent(mass / every, words))


def idle_means(words: Words) -> str:
    """Why means that stand idle may be missing from the list of the busiest."""
    return words(
        "Lots that planning has given up count as no work: means that stand idle because of a closed road or a "
        "refusal are not listed."
    )


def assumptions(manifest: Said, words: Words) -> str:
    """How many of the inputs are assumed; empty where that was not counted or none are."""
    inputs = manifest.get("inputs") or {}
    if not inputs.get("assumed"):
        return ""
    if inputs["assumed"] == inputs["all"]:
        return words("All of its {n} inputs are assumptions.", n=figure(inputs["all"], words))
    return words(
        "Of its {n} inputs, {assumed} are assumptions.",
        n=figure(inputs["all"], words), assumed=figure(inputs["assumed"], words),
    )  # fmt: skip


def at_risk(results: Answered, words: Words) -> str:
    """The chance that people are still there after a handover, and how many then; empty where there are none."""
    risk = results.summary.get("findings", {}).get("people_at_risk")
    if not risk:
        return ""
    if not risk["replications"]:
        return words(
            "In no replication is anyone still in a place after its handover "
            "(a chance of up to {share} can't be excluded).", share=percent(risk["high"], words))  # fmt: skip
    if risk["replications"] == 1:
        return words(
            "The chance that people are still in a place after its handover is {chance} ({interval}): "
            "{most} in replication {replication}.",
            chance=percent(risk["chance"], words),
            interval=interval(risk, words),
            most=figure(risk["most"], words),
            replication=risk["replication"],
        )
    many = about(risk["mean"], words) if risk["mean"] >= _TENTH else figure(risk["mean"], words, 1)
    return words(
        "The chance that people are still in a place after its handover is {chance} ({interval}); "
        "then some {people} (up to {most}, in replication {replication}).",
        chance=percent(risk["chance"], words), interval=interval(risk, words), people=many,
        most=figure(risk["most"], words), replication=risk["replication"],
    )  # fmt: skip


def moved(start: datetime, order: Said, words: Words) -> str:
    """What brought the orders that moved a handover."""
    often = order.get("episode") is not None and 2 * order.get("of_that_episode", 0) >= order["replications"]
    causes = []
    for kind in order["by"]:
        if kind == "date":
            causes.append(words("on a set date"))
        elif kind == "follows":
            causes.append(words("after the order to another place"))
        elif often:
            causes.append(words("after shelter episode {number}", number=order["episode"]))
        else:
            causes.append(words("after several shelter episodes"))
    day = (start + timedelta(days=order["days"]["0.5"])).date().isoformat()
    how = (
        causes[0] if len(causes) == 1 else words("{first} or {last}", first=words.series(causes[:-1]), last=causes[-1])
    )
    if often and len(causes) == 1 and order["of_that_episode"] < order["replications"]:
        how = words("{cause} (less often another)", cause=how)
    if order["chance"] == 1:
        return words("moved by an order to leave {cause}, in every replication (median {day})", cause=how, day=day)
    chance = percent(order["chance"], words)
    return words(
        "moved by an order to leave {cause}, with a chance of {chance} (median {day})",
        cause=how, chance=chance, day=day,
    )  # fmt: skip


def formula(rows: Sequence[Said], words: Words) -> str:
    """The planner's formula, of all places, and what follows from it; empty where nothing is for lift."""
    if not rows:
        return ""
    holds, moves = (sum_in_order(row[key] for row in rows) for key in ("holds_t", "moves_t"))
    said = words(
        "Planner's formula: {moves} of the {holds} for lift (fleet, roads and crews by planning factors, "
        "without threat or queues; no maximum).",
        moves=rough_tonnes(moves, words), holds=rough_tonnes(holds, words))  # fmt: skip
    follows = words(
        "By these factors they are too few for some {left}, without any threat.",
        left=rough_tonnes(float(f"{holds:.3g}") - float(f"{moves:.3g}"), words),  # of the numbers said before
    ) if moves < _ENOUGH * holds else words(
        "By these factors they are enough: what stays behind is due to what the formula leaves out, such as queues, "
        "refusals, closures, alarms and an early order to leave.")  # fmt: skip
    return f"{said} {follows}"


def bound(results: Answered, words: Words) -> list[str]:
    """What the best plan could have brought out beside this one; empty where that was not asked for."""
    said = results.bound
    if said is None or said["mean"]["bound"] is None:
        return []
    share, most, peace, war = (said["mean"][each] for each in ("extracted_share", "bound", "peace", "war"))
    found = [
        words(
            "Bound: knowing everything, the best plan could have brought out {most}; this plan brought out {share} "
            "on the same tapes ({n}).", most=percent(most, words), share=percent(share, words), n=said["tapes"]),
        words("No plan could have brought out more.") if most - share < _NO_POINTS else words(
            "A better plan could win at most {points} points more.",
            points=figure(100 * (most - share), words, 1)),
    ]  # fmt: skip
    if peace is not None and war < _NO_POINTS:
        found.append(words("Without any random event the bound is the same."))
    elif peace is not None:
        found.append(words(
            "Without any random event the bound is {share}: some {points} points are the war's.",
            share=percent(peace, words), points=figure(100 * war, words, 1)))  # fmt: skip
    return [*found, words("Accidents, hits, attacks, fires and breakdowns are not in the bound.")]
