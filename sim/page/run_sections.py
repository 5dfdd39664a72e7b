"""The sections of a run after its answer: timelines, phases, fates by group, people, use of lift, distributions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import fmean
from typing import TYPE_CHECKING, Any

from sim.page.answer_section import given_up, given_up_bar, taken, use_rows
from sim.page.blocks import Block, Name, Picture, Row, Said, Section, Table
from sim.page.charts import Axes, Drawn, chart, dated, histogram, stacked
from sim.page.drawing import Scale, drawn, line, rect, text
from sim.page.numbers import day_after, figure, interval, percent
from sim.page.reading import Source
from sim.page.terms import CLASSES, FATES, OWNERS, STATES, WAITS, said
from sim.page.words import Words, name

if TYPE_CHECKING:
    from markupsafe import Markup

_MOST_ROWS, _MOST_CAUSES = 40, 8
_HALF_LABEL = 40.0  # of a date on a phone, where letters are larger
_GANTT = 380.0
_CLOSED = "closed_"
_ALL = 0.9995
_FATE_ORDER = (
    "extracted", "retained", "transferred", "late", "abandoned", "lost", "disabled", "destroyed",
)  # fmt: skip
_STATE_ORDER = ("moving", "loading", "ready", "preparing", "released", "in_use")
Days = Mapping[str, Sequence[tuple[float, Mapping[str, str]]]]


def run_sections(run: Source, words: Words) -> list[Section]:
    """The sections, each empty where the folder has nothing for it."""
    if not run.manifest["succeeded"]:
        return []
    timeline = _timeline(run)
    return [
        Section("timeline", words("From day to day"), list(_stocks(run, timeline, words))),
        Section("phases", words("Plan and simulated closings"), list(_gantt(run, words))),
        Section("fates", words("What becomes of it, by place, class and owner"), list(_groups(run, words))),
        Section("people", words("People"), list(_people(run, timeline, words))),
        Section("lift", words("Use of lift and crews"), list(_lift(run, words))),
        Section("spread", words("How far single withdrawals differ"), list(_spread(run, words))),
        Section("given-up", words("What planning gave up, and where lots stood"), list(_given_up(run, words))),
    ]


# timelines


def _timeline(run: Source) -> Days:
    """Of the mission: by state, the day that ended and its row."""
    found: dict[str, list[tuple[float, Mapping[str, str]]]] = defaultdict(list)
    for row in run.rows("timeline"):
        if row["place"] == "mission":
            found[row["state"]].append((float(date.fromisoformat(row["day"]).toordinal()), row))
    return found


def _stocks(run: Source, timeline: Days, words: Words) -> Iterator[Block]:
    if not timeline:
        return
    order = [state for state in (*_FATE_ORDER, *_STATE_ORDER) if _occurs(timeline.get(state, ()))]
    base = [(day, 0.0) for day, _ in next(iter(timeline.values()))]
    lines = []
    for state in order:
        top = [(day, low + float(row["lots_mean"])) for (day, low), (_, row) in zip(base, timeline[state], strict=True)]
        look = f"f-{state}" if state in FATES else f"s-{state}"
        lines.append(Drawn(base, look, said(state, STATES, words), top))
        base = top
    axes = Axes(_marks(base), lambda lots: figure(lots, words), list(_deadline(run, words)), whole=True)
    keys = [(f"f-{one}" if one in FATES else f"s-{one}", said(one, STATES, words)) for one in reversed(order)]
    followed = run.manifest["timeline"]["replications"]
    caption = words.many("Lots by state at the end of each day, mean of {n} replication. Dashed: the deadline.",
                         "Lots by state at the end of each day, mean of {n} replications. Dashed: the deadline.",
                         followed)  # fmt: skip
    yield Picture(chart(lines, axes, words("Lots by state at the end of each day")), caption, keys)


def _occurs(rows: Sequence[tuple[float, Mapping[str, str]]]) -> bool:
    return any(float(row["lots_mean"] or 0) > 0 for _, row in rows)


def _marks(points: Sequence[tuple[float, float]]) -> list[tuple[float, str]]:
    first, last = (date.fromordinal(int(point[0])) for point in (points[0], points[-1]))
    return dated(first, last)


def _deadline(run: Source, words: Words) -> Iterator[tuple[float, str, str]]:
    day = str(run.scenario["calendar"]["deadline"])[:10]
    yield float(date.fromisoformat(day).toordinal()), "limit", words("deadline {day}", day=day)


def _people(run: Source, timeline: Days, words: Words) -> Iterator[Block]:
    rows = timeline.get("people", ())
    if not rows or not any(float(row["people_mean"] or 0) for _, row in rows):
        return
    low, mean, high = ([(day, float(row[f"people_{part}"])) for day, row in rows] for part in ("p05", "mean", "p95"))
    lines = [Drawn(low, "band", words("5 – 95 % of withdrawals"), high), Drawn(mean, "line", words("mean"))]
    axes = Axes(_marks(mean), lambda people: figure(people, words), list(_deadline(run, words)), whole=True)
    keys = [("line-key", words("mean")), ("band", words("5 – 95 % of withdrawals"))]
    title = words("People at places that must close, at the end of each day")
    yield Picture(chart(lines, axes, title), title, keys)


# phases


def _gantt(run: Source, words: Words) -> Iterator[Block]:
    """Planned time of each place as a bar, and the median and spread of its closing as a mark on it."""
    rows = _closings(run)
    if not rows:
        return
    first = run.start.date().toordinal()
    last = max(
        date.fromisoformat(str(run.scenario["calendar"]["deadline"])[:10]).toordinal(),
        *(date.fromisoformat(day).toordinal() for row in rows for day in row[2:] if day),
    )
    across = Scale(first, last, 4.0, _GANTT - 4)
    found = []
    for place, begins, planned, low, middle, high in rows:
        found.append(Row([Name(name(place)), _place_bar(across, (begins, planned, low, middle, high), words)]))
    marks = [rect(0.0, 0.0, _GANTT, 0.0, "back"), *date_marks(across, first, last)]
    axis = drawn(_GANTT, 20.0, marks, words("Dates"))
    keys = [("plan", words("planned, from release to handover")), ("mark", words("median of closings")),
            ("dash-key", words("5 – 95 % of withdrawals"))]  # fmt: skip
    yield Table([words("Place"), ""], ["text", "wide"], [*found, Row([words("Dates"), axis])], keys=keys,
                notes=list(_phase_notes(run, words)))  # fmt: skip


def date_marks(across: Scale, first: int, last: int) -> Iterator[Markup]:
    """Marks of days, each with its date unless that would run into the one before."""
    free = 0.0
    for day, label in dated(date.fromordinal(first), date.fromordinal(last)):
        x = across(day)
        anchor, begins = "middle", x - _HALF_LABEL
        if begins < 0:
            anchor, begins = "start", x
        elif x + _HALF_LABEL > _GANTT:
            anchor, begins = "end", x - 2 * _HALF_LABEL
        yield line(x, 0.0, x, 5.0, "axis")
        if begins >= free:
            free = begins + 2 * _HALF_LABEL
            yield text(x, 16.0, label, "faint d", anchor)


def _place_bar(across: Scale, days: tuple[str, str, str, str, str], words: Words) -> Any:
    begins, planned, low, middle, high = (date.fromisoformat(day).toordinal() if day else None for day in days)
    parts = [rect(0.0, 0.0, _GANTT, 18.0, "back")]
    if begins is not None and planned is not None:
        said_of = words("planned {start} – {end}", start=days[0], end=days[1])
        parts.append(rect(across(begins), 3.0, across(planned) - across(begins), 12.0, "plan", said_of))
    tooltip = words("planned {start} – {end}", start=days[0], end=days[1])
    if middle is not None and low is not None and high is not None:
        wide = days[2] if low == high else f"{days[2]} – {days[4]}"
        tooltip = words(
            "planned {start} – {end}; closed {median} ({spread})", start=days[0], end=days[1], median=days[3],
            spread=wide)  # fmt: skip
        parts += [line(across(low), 9.0, across(high), 9.0, "spread"),
                  line(across(low), 5.0, across(low), 13.0, "spread"),
                  line(across(high), 5.0, across(high), 13.0, "spread"),
                  rect(across(middle) - 2, 1.0, 4.0, 16.0, "mark", tooltip)]  # fmt: skip
    return drawn(_GANTT, 18.0, parts, tooltip)


def _closings(run: Source) -> list[tuple[str, str, str, str, str, str]]:
    """Of each place that must close: planned start and handover; 5 %, median and 95 % of the day of its closing."""
    found, phases = [], run.scenario.get("phases") or {}
    for place, plan in (run.scenario.get("places") or {}).items():
        days = run.summary["responses"].get(_CLOSED + place)
        if days is None or not plan.get("handover"):
            continue
        begin = [str(run.scenario["calendar"]["start"])[:10]]
        begin += [str((plan.get("release") or {}).get("start") or "")[:10]]
        begin += [str((phases.get(str(plan.get("phase"))) or {}).get("start") or "")[:10]]
        seen = ("", "", "")
        if days["mean"] is not None:
            low, middle, high = (
                day_after(run.start, days["quantiles"][end]["value"]) for end in ("0.05", "0.5", "0.95")
            )
            seen = low, middle, high
        found.append((str(place), max(begin), str(plan["handover"])[:10], *seen))
    return sorted(found, key=lambda row: (row[2], row[0]))


def _phase_notes(run: Source, words: Words) -> Iterator[str]:
    for phase, plan in (run.scenario.get("phases") or {}).items():
        start, after = str(plan["start"])[:10], plan.get("after") or ()
        if after:
            waited = words.series(name(each) for each in after)
            yield words("Phase {phase}: from {day}, after {phases}.", phase=name(phase), day=start, phases=waited)
        else:
            yield words("Phase {phase}: from {day}.", phase=name(phase), day=start)


# fates by group


def _groups(run: Source, words: Words) -> Iterator[Block]:
    shares: dict[str, dict[str, dict[str, Mapping[str, str]]]] = defaultdict(lambda: defaultdict(dict))
    for row in run.rows("summary"):
        fate = row["response"].removesuffix("_share")
        if row["group"] in ("place", "class", "owner") and fate in FATES and row["value"]:
            shares[row["group"]][row["name"]][fate] = row
    if run.redacted.inventory:
        shares["class"] = _by_class_groups(run)
    heads = {"place": words("Place"), "class": words("Class"), "owner": words("Owner")}
    terms: Mapping[str, Mapping[str, str]] = {"place": {}, "class": CLASSES, "owner": OWNERS}
    used = [fate for fate in _FATE_ORDER if any(float(rows.get(fate, {}).get("value") or 0) > 0
            for groups in shares.values() for rows in groups.values())]  # fmt: skip
    keys = [(f"f-{fate}", said(fate, FATES, words)) for fate in used]
    for group, head in heads.items():
        ranked = sorted(shares[group].items(), key=lambda item: (-_value(item[1], "extracted"), item[0]))
        if not ranked or (group == "place" and len(ranked) == 1):
            continue
        rows = [_group(said(one, terms[group], words), by_fate, words) for one, by_fate in ranked[:_MOST_ROWS]]
        more = len(ranked) - len(rows)
        notes = [words.many("{n} more is in summary.csv.", "{n} more are in summary.csv.", more)] if more else []
        yield Table([head, "", words("extracted"), words("95 % interval")], ["text", "wide", "number", "minor"], rows,
                    keys=keys, notes=notes)  # fmt: skip


def _group(label: str, by_fate: Mapping[str, Mapping[str, str]], words: Words) -> Row:
    parts = [
        (f"f-{fate}", _value(by_fate, fate), words("{row}: {share} {fate}", row=label, fate=said(fate, FATES, words),
         share=percent(_value(by_fate, fate), words)))
        for fate in _FATE_ORDER
    ]  # fmt: skip
    tooltip = words("{row}: {share} extracted", row=label, share=percent(_value(by_fate, "extracted"), words))
    if _value(by_fate, "retained") > _ALL:  # nothing there was to come out
        return Row([label, stacked(parts, tooltip), Name("–"), said("retained", FATES, words)])
    out = by_fate.get("extracted", {})
    ends_of = {key: float(out[key]) if out.get(key) else None for key in ("low", "high")}
    shown = interval(ends_of | {"method": out.get("method", "")}, words) if out else Name("–")
    return Row([label, stacked(parts, tooltip), percent(_value(by_fate, "extracted"), words), shown])


def _value(by_fate: Mapping[str, Mapping[str, str]], fate: str) -> float:
    return float(by_fate.get(fate, {}).get("value") or 0.0)


def _by_class_groups(run: Source) -> dict[str, dict[str, Mapping[str, str]]]:
    """Shares of tonnes by group of classes: the mean over replications, without intervals."""
    must = {place for place, plan in run.scenario["places"].items() if _CLOSED + place in run.summary["responses"]}
    sums: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for row in run.rows("fates"):
        if not must or row["place"] in must:
            sums[row["class"]][row["replication"]][row["fate"]] += float(row["tonnes"])
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for group, replications in sums.items():
        wholes = [(each, sum(each[fate] for fate in FATES)) for each in replications.values()]
        found[group] = {
            fate: {"value": repr(fmean(each[fate] / whole for each, whole in wholes if whole))}
            for fate in FATES if any(whole for _, whole in wholes)
        }  # fmt: skip
    return found


# lift, spread, what was given up


def _lift(run: Source, words: Words) -> Iterator[Block]:
    rows = use_rows(run, words)
    if rows:
        yield Table([words("Means"), "", words("in use"), words("had work for")], ["text", "drawn", "number", "number"],
                    rows[:_MOST_ROWS])  # fmt: skip
    yield from taken(run, words)


def _spread(run: Source, words: Words) -> Iterator[Block]:
    values = [float(row["extracted_share"]) for row in run.rows("replications") if row.get("extracted_share")]
    if len(values) > 1:
        title = words("Share of tonnes extracted, replication by replication")
        yield Picture(histogram(values, words, lambda share, digits: _short(share, digits, words), title), title)
    odd = run.summary.get("findings", {}).get("odd")
    if odd and odd["extracted_share"] != odd["median"]:
        yield Said([words(
            "Farthest from the median ({median}) is replication {replication}, with {share} out; drawdown trace shows "
            "it event by event.", median=percent(odd["median"], words), replication=odd["replication"],
            share=percent(odd["extracted_share"], words))])  # fmt: skip


def _short(share: float, digits: int, words: Words) -> str:
    return words.figure(f"{100 * share:.{digits}f}\u00a0%")


def _given_up(run: Source, words: Words) -> Iterator[Block]:
    yield from given_up(run, words, _MOST_CAUSES)
    stood = sorted((row for row in run.rows("summary") if row["group"] == "cause" and float(row["value"] or 0) > 0),
                   key=lambda row: (-float(row["value"]), row["name"]))  # fmt: skip
    columns, heads = ["text", "drawn", "number", "number"], ["", words("of tonnes"), words("95 % interval")]
    rows = []
    for row in stood[:_MOST_CAUSES]:
        one: dict[str, Any] = {"mean": float(row["value"]), "method": row["method"]}
        one |= {key: float(row[key]) if row[key] else None for key in ("low", "high")}
        label = said(row["name"], WAITS, words)
        rows.append(Row([label, given_up_bar(one, label, words), percent(one["mean"], words), interval(one, words)]))
    if rows:
        yield Table(
            [words("Where lots stood when they were given up"), *heads], columns, rows,
            notes=[words("This is the state that lots were in, not what would have saved them.")],
        )  # fmt: skip
