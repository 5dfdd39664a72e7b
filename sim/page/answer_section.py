"""The first screen: the sentence, fates, people at risk, dates, reasons, busiest means, ladders, what is assumed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sim.page import told
from sim.page.blocks import Block, Name, Row, Said, Section, Table
from sim.page.charts import part_bar, share_bar
from sim.page.numbers import day_after, figure, interval, money, percent, spread
from sim.page.reading import Source
from sim.page.terms import FATES, REASONS, means, said
from sim.page.why_sections import top_of_ladders
from sim.page.words import N_, Words, name

BOTH = "destroyed_or_disabled_share"
_PARTS = ("destroyed", "disabled")
_MAIN, _SCARCEST, _LEAST_H, _TENTH = 3, 3, 24, 10
_CLOSED = "closed_"
_TAKEN: Mapping[str, str] = {
    "sorties_flown": N_("sorties flown"), "fill": N_("mean fill of flights"), "convoys": N_("convoys"),
    "hurt": N_("people hurt on roads"), "accidents": N_("accidents at landing"), "hits": N_("aircraft hit"),
    "cost_usd": N_("cost of lift"),
}  # fmt: skip


def answer(run: Source, why: Source | None, words: Words) -> Section:
    """The section that answers; the page can be left after it."""
    blocks: list[Block] = []
    if not run.manifest["succeeded"]:
        return Section("answer", words("The answer"), [Said([words("No replication succeeded.")], "warning")])
    blocks.append(Said([" ".join(told.quotable(run, words))], "lead"))
    blocks += _fates(run, words)
    risk = told.at_risk(run, words)
    blocks += [Said([risk])] if risk else []
    blocks += _people(run, words)
    blocks += _dates(run, words)
    blocks += given_up(run, words, _MAIN)
    blocks += _limits(run, words)
    beside = [told.formula(run.summary.get("planner", []), words), *told.bound(run, words)]
    blocks += [Said([each for each in beside if each])] if any(beside) else []
    asked = words("What each cause cost, and what more of each means would bring: the command drawdown why says it.")
    blocks += top_of_ladders(why, words) if why else [Said([asked], "note")]
    blocks += _assumed(run, words)
    return Section("answer", words("The answer"), blocks)


# shares


def _fates(run: Source, words: Words) -> Iterator[Block]:
    responses, totals = run.summary["responses"], run.summary.get("findings", {}).get("totals", {})
    if "extracted_share" not in responses:
        return
    if responses["extracted_share"]["mean"] is None:
        yield Said([words("No equipment is at places that must close.")])
        return
    rows = []
    impossible = run.manifest.get("impossible", ())
    for fate in FATES:
        shares = responses.get(f"{fate}_share")
        if shares is None or (fate in impossible and not shares["mean"]):
            continue
        if fate == _PARTS[0] and BOTH in totals:
            rows.append(_fate(words("destroyed or disabled"), "destroyed", BOTH, totals, words, 0))
        level = int(fate in _PARTS and BOTH in totals)
        rows.append(_fate(said(fate, FATES, words), fate, f"{fate}_share", responses, words, level))
    heads = [
        words("What becomes of it"), "", words("of tonnes"), words("95 % interval"), words("5 – 95 % of withdrawals"),
        words("of lots"), words("of value"),
    ]  # fmt: skip
    flagged = any(responses.get(f"{fate}_share", {}).get("rare_mode") for fate in FATES)
    notes = [words("Bar: mean. Thick line: 95 % interval of the mean. Thin line: nine of ten single withdrawals.")]
    notes += [
        words("Neither contains the error of the inputs and of the rules, which can be larger."),
        words("Destroyed and disabled: by those who leave, so that nobody can use it. Lost: to fire, attack or "
              "accident. Abandoned: left fit for use. Transferred: handed over by agreement."),
    ]  # fmt: skip
    notes += [words("* The interval may be too narrow: rare outcomes are seen in few replications only.")] * flagged
    columns = ["text", "drawn", "number", "number", "number", "minor", "minor"]
    yield Table(heads, columns, rows, notes=notes)
    where = _where_most_is_left(run, words)
    if where:
        yield Said([where])


def _where_most_is_left(run: Source, words: Words) -> str:
    """At which places most of what is destroyed or disabled is; empty where few places must close."""
    closing = {place for place in run.scenario.get("places", {}) if _CLOSED + place in run.summary["responses"]}
    left: dict[str, float] = defaultdict(float)
    for row in run.rows("fates"):
        if row["place"] in closing and row["fate"] in _PARTS:
            left[row["place"]] += float(row["tonnes"])
    whole = sum(left.values())
    if len(closing) <= _MAIN or not whole:
        return ""
    most = sorted(left, key=lambda place: (-left[place], place))[:_MAIN]
    return words("Of the tonnes destroyed or disabled, {share} are at {places}.",
                 share=percent(sum(left[place] for place in most) / whole, words),
                 places=told.listed([name(place) for place in most], words))  # fmt: skip


def _fate(term: str, look: str, key: str, responses: Mapping[str, Any], words: Words, level: int) -> Row:
    shares = responses[key]
    mean, ends, wide = percent(shares["mean"], words), interval(shares, words), spread(shares, words)
    tooltip = words(
        "{fate}: mean {mean}; interval {interval}; spread {spread}", fate=term, mean=mean, interval=ends, spread=wide
    )
    others = [percent(responses.get(key + measure, {}).get("mean"), words) for measure in ("_lots", "_value")]
    marked = words("{row} *", row=term) if shares.get("rare_mode") or shares.get("flag") else term
    return Row([marked, share_bar(shares, f"f-{look}", tooltip), mean, ends, wide, *others], level)


# people, what it took, dates


def _people(run: Source, words: Words) -> Iterator[Block]:
    responses, rows = run.summary["responses"], []
    deadline = str(run.scenario["calendar"]["deadline"])[:10]
    for key, label in (
        ("people_out_share", words("people out by the deadline ({day})", day=deadline)),
        ("deadline_met", words("chance that all places are closed by the deadline")),
    ):
        shares = responses.get(key)
        if shares and shares["mean"] is not None:
            bar = part_bar(shares["mean"], "bar", label)
            rows.append(Row([label, bar, percent(shares["mean"], words), interval(shares, words)]))
    if rows:
        yield Table(
            [words("People"), "", words("mean"), words("95 % interval")], ["text", "drawn", "number", "number"], rows
        )


def taken(run: Source, words: Words) -> Iterator[Block]:
    """What the withdrawal took: flights, convoys, people hurt, cost."""
    rows = []
    for key, label in _TAKEN.items():
        given = run.summary["responses"].get(key)
        if given and given["mean"]:
            low, high = (_amount(key, given["quantiles"][end]["value"], words) for end in ("0.05", "0.95"))
            rows.append(Row([words(label), _amount(key, given["mean"], words), low if low == high else
                             words("{low} – {high}", low=low, high=high)]))  # fmt: skip
    if rows:
        yield Table([words("What it took"), words("mean"), words("5 – 95 % of withdrawals")],
                    ["text", "number", "number"], rows)  # fmt: skip


def _amount(key: str, value: float, words: Words) -> str:
    if key == "cost_usd":
        return money(value, words)
    if key == "fill":
        return percent(value, words)
    return figure(value, words) if value >= _TENTH else Name(words.figure(f"{value:.2g}"))


def _dates(run: Source, words: Words) -> Iterator[Block]:
    places = run.scenario.get("places", {})
    found = [(place, run.summary["responses"].get(_CLOSED + place)) for place in places]
    orders = run.summary.get("findings", {}).get("orders", {})
    rows = []
    for place, days in sorted(found, key=lambda item: (str(places[item[0]].get("handover", "~")), item[0])):
        if days is None:
            continue
        planned = Name(str(places[place].get("handover", "–"))[:10])
        extra = told.moved(run.start, orders[place], words) if place in orders else ""
        rows.append(Row([Name(name(place)), planned, *_closing(run, days, words)], extra=extra))
    if rows:
        note = words("Dates, orders, closures and refusals follow from the inputs: where these were set from what "
                     "happened, that the result agrees with it proves nothing.")  # fmt: skip
        yield Table([words("Closing of places"), words("planned"), words("median"), words("5 – 95 % of withdrawals")],
                    ["text", "number date", "number date", "number date"], rows, notes=[note])  # fmt: skip


def _closing(run: Source, days: Mapping[str, Any], words: Words) -> list[str]:
    never = days.get("null", {}).get("replications", 0)
    if days["mean"] is None:
        return [words("never closes"), Name("–")]
    low, middle, high = (day_after(run.start, days["quantiles"][end]["value"]) for end in ("0.05", "0.5", "0.95"))
    wide: str = Name(low if low == high else f"{low} – {high}")
    if never:
        share = percent(never / (days["replications"] + never), words)
        wide = words("{dates}; never in {share}", dates=wide, share=share)
    return [Name(middle), wide]


# what planning gave up, the busiest means, and how much is assumed


def given_up(run: Source, words: Words, most: int) -> Iterator[Block]:
    """The reasons that planning had, those of most tonnes first."""
    reasons = run.summary.get("findings", {}).get("given_up", {}).get("reasons", [])
    rows = [
        Row([said(one["reason"], REASONS, words), given_up_bar(one, said(one["reason"], REASONS, words), words),
             percent(one["mean"], words), interval(one, words)])
        for one in reasons[:most] if one["mean"]
    ]  # fmt: skip
    if rows:
        yield Table(
            [words("What planning gave up, and why"), "", words("of tonnes"), words("95 % interval")],
            ["text", "drawn", "number", "number"], rows,
        )  # fmt: skip


def given_up_bar(one: Mapping[str, Any], label: str, words: Words) -> Any:
    """A share of what was given up, beside its row."""
    return share_bar(one, "bar", words("{row}: {share} of tonnes", row=label, share=percent(one["mean"], words)))


def _limits(run: Source, words: Words) -> Iterator[Block]:
    rows = use_rows(run, words)[:_SCARCEST]
    if rows:
        yield Table(
            [words("Busiest means"), "", words("in use"), words("had work for")], ["text", "drawn", "number", "number"],
            rows, notes=[told.idle_means(words)],
        )  # fmt: skip


def use_rows(run: Source, words: Words) -> list[Row]:
    """How full each means was while there was work for it, the fullest first."""
    rows = []
    for one in run.summary.get("findings", {}).get("use", ()):
        if one["utilisation"] is None or one["hours"] < _LEAST_H:
            continue
        label, share = means(one, words), percent(one["utilisation"], words)
        bar = part_bar(min(one["utilisation"], 1.0), "bar", words("{means}: {share} in use", means=label, share=share))
        rows.append(Row([label, bar, share, words("{hours} h", hours=figure(one["hours"], words))]))
    return rows


def _assumed(run: Source, words: Words) -> Iterator[Block]:
    inputs = run.manifest.get("inputs") or {}
    if inputs.get("all"):
        share = inputs["assumed"] / inputs["all"]
        label = words("inputs that are assumed or have no source")
        number = words("{assumed} of {n}", assumed=figure(inputs["assumed"], words), n=figure(inputs["all"], words))
        yield Table(
            [words("What it rests on"), "", words("share"), ""], ["text", "drawn", "number", "number"],
            [Row([label, part_bar(share, "f-disabled", label), percent(share, words), number])],
        )  # fmt: skip
