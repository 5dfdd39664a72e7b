"""Episodes: periods of one replication that pictures show: shelter, closures, refusals, work, convoys, orders."""

from __future__ import annotations

from itertools import pairwise

from sim.ledger.kinds import Moment
from sim.replication.history import History
from sim.scenario.openings import Openings

EpisodeRow = tuple[str, str, int, int]


def episodes(history: History) -> list[EpisodeRow]:
    """Returns rows of place, kind, first and last instant, sorted; docs/results.md lists the kinds."""
    found: list[EpisodeRow] = []
    for place in history.scenario.places:
        found += _of_place(history, place)
    for step in history.ledger.places:
        if step.what is Moment.ORDER:
            found.append((step.place, "order", step.at_s, step.number))
    found += _convoys(history)
    return sorted(found)


def _of_place(history: History, place: str) -> list[EpisodeRow]:
    tape, end_s = history.tape, history.ends_s(place)
    found = [(place, "shelter", a, b) for a, b in tape.shelter[place].pairs() if a < end_s]
    found += [(place, "closed_strip", a, b) for a, b in history.strip_closed(place).pairs() if a < end_s]
    work = Openings.from_pairs([(w.from_s, w.until_s) for w in history.ledger.work if w.place == place])
    found += [(place, "work", a, b) for a, b in work.pairs()]
    found += [(place, "refused_air", a, b) for a, b in _refused_air(history, place, end_s)]
    found += [(place, "refused_road", a, b) for a, b in _refused_road(history, place, end_s)]
    return found


def _days(history: History, end_s: int) -> list[tuple[int, int, int]]:
    starts = history.scenario.time.day_starts_s
    return [(i, max(0, a), b) for i, (a, b) in enumerate(pairwise(starts)) if a < end_s and b > 0]


def _refused_air(history: History, place: str, end_s: int) -> list[tuple[int, int]]:
    days = _days(history, end_s)
    return Openings.from_pairs([(a, b) for i, a, b in days if not history.tape.air_cleared(place, "cargo", i)]).pairs()


def _refused_road(history: History, place: str, end_s: int) -> list[tuple[int, int]]:
    routes = {option.road.route for option in history.network.options[place] if option.road is not None}
    days = _days(history, end_s)
    refused = [(a, b) for i, a, b in days if any(not history.tape.road_cleared(r, "trucks", i) for r in sorted(routes))]
    return Openings.from_pairs(refused).pairs()


def _convoys(history: History) -> list[EpisodeRow]:
    left, end_s = history.convoys[0], history.convoys_end_s
    return [(step.place, "convoy", step.at_s, end_s.get(lift, history.horizon_s)) for lift, step in left.items()]
