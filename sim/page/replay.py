"""The replay of a page: single replications on the map, day by day, and the same as tables for who runs no script.

The script of the replay has no word of its own: all come from here, and so from the catalogues.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sim.page.blocks import Folded, Name, Row, Said, Table
from sim.page.numbers import figure, percent
from sim.page.terms import FATES, STATES
from sim.page.words import N_, Words, name
from sim.replication.replay import Replay, counts_by_day
from sim.replication.replay_bytes import unpacked

if TYPE_CHECKING:
    from markupsafe import Markup

    from sim.page.map import Map
    from sim.results.replays import KeptReplay

ROLES: Mapping[str, str] = {
    "worst": N_("worst"), "median": N_("median"), "best": N_("best"), "chosen": N_("chosen"),
}  # fmt: skip
_WORDS: Mapping[str, str] = {
    "play": N_("Play"), "pause": N_("Pause"), "day": N_("{date}. Lots: {counts}"), "pair": N_("{name}: {value}"),
    "next": N_("{one}; {other}"),
    "people": N_("people"), "all": N_("all that must come out"), "alarms": N_("alarms"), "roads": N_("roads closed"),
    "refused": N_("trucks refused on"),
    "ordered": N_("ordered to leave"), "closed": N_("places closed"), "aircraft": N_("legs in the air"),
    "convoy": N_("convoys on the road"), "vessel": N_("voyages under way"),
    "nothing": N_("no alarm, closure, flight, convoy or voyage"),
}  # fmt: skip
"""What the script says; it fills the braces itself."""
_WEEK = 7
_NO_ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))
_BRACES = re.compile(r"\{(\w+)\}")
_UNSAFE: dict[str, str | int | None] = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A replay with its bytes and its name."""

    kept: KeptReplay
    replay: Replay
    label: str


def replay_section(replays: Sequence[KeptReplay], drawn: Map | None, words: Words) -> dict[str, Any]:
    """What `replay.html.jinja` shows of replays; nothing where there are none. Raises `ValueError` for wrong bytes."""
    shown = [_Shown(kept, unpacked(kept.packed), _label(kept, words)) for kept in replays]
    if not shown:
        return {}
    asked = [at for role in ("chosen", "median") for at, one in enumerate(shown) if role in one.kept.roles]
    first = [*asked, 0][0]
    occurring = sorted({cell[2] for one in shown for cell in one.replay.head["cells"]})
    states = shown[0].replay.head["states"]
    return {
        "note": Said([
            words("One replication is one course that things took in the model, not a forecast. Mean and spread of "
                  "all replications are in the sections around it."),
            words("Counts are lots of the places that must close, by the place that they come from, at the end of each "
                  "day and wherever they are by then; people are counted where they are. The map shows what stands "
                  "where: at a place from which most has gone, the colours are those of the rest."),
        ], "note"),
        "labels": [one.label for one in shown],
        "first": first,
        "drawn": drawn is not None,
        "days": max(len(one.replay.head["ends_s"]) for one in shown),
        "keys": [(_look(states[at]), words(STATES[states[at]])) for at in occurring if states[at] in STATES],
        "tables": [
            Folded(words("By week: {replay}", replay=one.label), [_weeks(one.replay, words)]) for one in shown
        ],
        "data": _island(_data(shown, drawn, words)),
    }  # fmt: skip


def _label(kept: KeptReplay, words: Words) -> str:
    said = words.series(words(ROLES[role]) for role in kept.roles)
    if kept.value is None:
        return words("{roles}: replication {number}", roles=said, number=figure(kept.replication, words))
    share = percent(kept.value, words)
    if kept.response == "extracted_share":
        return words("{roles}: replication {number}, {share} of tonnes extracted",
                     roles=said, number=figure(kept.replication, words), share=share)  # fmt: skip
    return words("{roles}: replication {number}, {share} of people out in time",
                 roles=said, number=figure(kept.replication, words), share=share)  # fmt: skip


def _look(state: str) -> str:
    return f"f-{state}" if state in FATES else f"s-{state}"


def _weeks(replay: Replay, words: Words) -> Table:
    """The counts at the end of each week and of the last day."""
    head = replay.head
    scope = [place for place, within in enumerate(head["in_scope"]) if within]
    counts = counts_by_day(replay)[:, scope].sum(axis=1)
    occurring = sorted({cell[2] for cell in head["cells"]})
    columns = [*occurring, len(head["states"])]
    begin = date.fromisoformat(head["date"])
    last = len(head["ends_s"]) - 1
    days = [day for day in range(last + 1) if day % _WEEK == _WEEK - 1 or day == last]
    rows = [
        Row([Name((begin + timedelta(days=day)).isoformat()),
             *(figure(int(counts[day, at]), words) for at in columns)]) for day in days
    ]  # fmt: skip
    states = [words(STATES[head["states"][at]]) for at in occurring]
    return Table([words("End of"), *states, words("people")], ["text", *["number"] * len(columns)], rows)


def _data(shown: Sequence[_Shown], drawn: Map | None, words: Words) -> dict[str, Any]:
    heads = [one.replay.head for one in shown]
    names = dict.fromkeys(each for head in heads for each in (*head["places"], *head["routes"]))
    return {
        "language": words.language, "direction": words.direction,
        "words": {key: _unfilled(message, words) for key, message in _WORDS.items()},
        "titles": {each: name(each) for each in names},
        "states": [
            {"title": words(STATES[state]), "colour": f"--{'fate' if state in FATES else 'state'}-{state}"}
            for state in heads[0]["states"]
        ],
        "wide": drawn.wide if drawn else 0, "high": drawn.high if drawn else 0,
        "places": {place: list(map(_short, point)) for place, point in drawn.places.items()} if drawn else {},
        "roads": {
            road: [list(map(_short, point)) for point in points] for road, points in drawn.roads.items()
        } if drawn else {},
        "replays": [
            {"date": one.replay.head["date"], "packed": base64.b64encode(one.kept.packed).decode("ascii")}
            for one in shown
        ],
    }  # fmt: skip


def _unfilled(message: str, words: Words) -> str:
    """A message with its braces; the script isolates what it puts there."""
    kept = {inside: f"{{{inside}}}" for inside in _BRACES.findall(message)}
    return words(message, **kept).translate(_NO_ISOLATES)


def _short(value: float) -> float:
    return round(value, 1)


def _island(data: Mapping[str, Any]) -> Markup:
    """JSON that no parser of HTML can take for markup."""
    from markupsafe import Markup

    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(str.maketrans(_UNSAFE)))  # nosec B704 - no sign of markup is left
