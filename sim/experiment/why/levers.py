"""The levers of a scenario: what a planner may have more or less of, each as changes by dotted path.

A lever moves by one where there are few of a thing, else by a tenth. A lever of places (crews, loaders, working hours)
moves at all places that have it. A change that is no valid scenario, or changes nothing, is left out with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sim.errors import InputError
from sim.scenario.calendar import DAY_S, HOUR_S, DailyHours, moved_date
from sim.scenario.door import load_data
from sim.scenario.patch import text_of_change
from sim.scenario.paths import Path, dotted, is_there, value_at

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

Side = Literal["more", "fewer", "other"]
Values = dict[Path, Any]
WEEK_D = 7
_FEW = 15
"""Below this, a lever moves by one; from it on, by a tenth."""
_FILL = 0.1
_POLICIES = ("projected", "last_moment", "none")
_AT_PLACES = ("crews", "loaders", "working MOG", "working day", "broken down")
_NOT_SIMULATED = ("extends", "as_of", "sources", "record", "expect")


@dataclass(frozen=True, slots=True)
class Step:
    """What a move is made of: the kind of lever, the pool or type it is of, how far it goes, and at which places.

    A page says it in its own language from these parts.
    """

    kind: str
    of: str
    amount: str
    unit: str
    at: tuple[str, ...]

    @property
    def lever(self) -> str:
        """The words of the lever."""
        return f"{self.kind} {self.of}".rstrip()

    @property
    def words(self) -> str:
        """The words of the move."""
        where = f" at {self.at[0]}" if len(self.at) == 1 else f" at {len(self.at)} places" if self.at else ""
        return f"{self.lever} {self.amount} {self.unit}".rstrip() + where


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a lever: what it is made of, which way it goes, and the changes as `--set` takes them."""

    step: Step
    side: Side
    sets: tuple[str, ...]

    @property
    def lever(self) -> str:
        """The words of the lever."""
        return self.step.lever

    @property
    def words(self) -> str:
        """The words of the move."""
        return self.step.words


@dataclass(frozen=True, slots=True)
class Pulled:
    """A move with the scenario that it makes."""

    move: Move
    scenario: Scenario


def levers_of(scenario: Scenario, data: Mapping[str, Any]) -> tuple[list[Pulled], list[tuple[str, str]]]:
    """Returns the moves of all levers that a scenario has, and those left out, each with the reason.

    `data` is the scenario's plain data as resolved.
    """
    bare = {key: value for key, value in data.items() if key not in _NOT_SIMULATED}
    found: list[Pulled] = []
    left_out: list[tuple[str, str]] = []
    for move in moves_of(scenario, bare):
        try:
            made = load_data(bare, move.sets).scenario
        except InputError as error:
            left_out.append((move.words, str(error.problems[0])))
            continue
        if made.hash() == scenario.hash():
            left_out.append((move.words, "this changes nothing"))
        else:
            found.append(Pulled(move, made))
    return found, left_out


def moves_of(scenario: Scenario, data: Mapping[str, Any]) -> Iterator[Move]:
    """Yields the moves of all levers of a scenario, whether valid or not."""
    yield from _counts(scenario)
    yield from _of_places(scenario)
    yield from _times(scenario, data)
    yield from _policies(scenario)


def _move(kind: str, amount: str, unit: str, side: Side, values: Values, of: str = "") -> Iterator[Move]:
    """Yields the move, if it changes any value; a kind of lever of places names those at which it does."""
    if values:
        sets = tuple(text_of_change(dotted(path), value) for path, value in values.items())
        at = tuple(dict.fromkeys(path[1] for path in values)) if kind in _AT_PLACES else ()
        yield Move(Step(kind, of, amount, unit, at), side, sets)


def _step(count: int) -> int:
    return 1 if count < _FEW else round(count / 10)


def _signed(number: int, side: Side) -> str:
    return f"{'+' if side == 'more' else '-'}{number}"


# lift


def _counts(scenario: Scenario) -> Iterator[Move]:
    """Yields one more and one fewer of trucks, aircraft and escorts."""
    lift = scenario.lift
    counts: dict[Path, tuple[str, str, int]] = {
        ("lift", "trucks", name, "count"): ("trucks", name, one.count) for name, one in lift.trucks.items()
    }
    counts |= {
        ("lift", "aircraft", name, "count"): ("aircraft", name, one.count) for name, one in lift.aircraft.items()
    }
    counts |= {("lift", "convoys", "at_once"): ("convoys at once", "", lift.convoys.at_once or 0)}
    for path, (kind, of, count) in counts.items():
        step = _step(count)
        for side in _sides() if count else ():
            now = count + step * _sign(side)
            values = {path: now} if now or path[-1] == "count" else {}
            yield from _move(kind, _signed(step, side), "", side, values, of)


def _sides() -> tuple[Side, Side]:
    return "more", "fewer"


def _sign(side: Side) -> int:
    return 1 if side == "more" else -1


# places


def _of_places(scenario: Scenario) -> Iterator[Move]:
    """Yields one more and one fewer crew, loader and aircraft on the apron, and an hour of work, at all places."""
    places = scenario.places
    crews: dict[Path, int] = {("places", name, "crews", "count"): place.crews.count for name, place in places.items()}
    loaders: dict[Path, int] = {("places", name, "loaders"): place.loaders or 0 for name, place in places.items()}
    mog: dict[Path, int] = {
        ("places", name, "strip", "mog"): place.strip.mog for name, place in places.items() if place.strip
    }
    for side in _sides():
        for lever, counts, least in (("crews", crews, 0), ("loaders", loaders, 1), ("working MOG", mog, 1)):
            moved = _moved(counts, side, least)
            yield from _move(lever, _signed(1, side), "", side, dict(moved))
    hours: dict[Path, DailyHours] = {
        ("places", name, "working_hours"): place.working_hours for name, place in places.items()
        if not place.working_hours.whole_day and (place.crews.count or place.loaders)
    }  # fmt: skip
    for side in _sides():
        longer = {path: str(now) for path, one in hours.items() if (now := _hour(one, side)) is not None}
        yield from _move("working day", _signed(1, side), "h", side, dict(longer))


def _moved(counts: Mapping[Path, int], side: Side, least: int) -> dict[Path, int]:
    return {path: now for path, count in counts.items() if count and (now := count + _sign(side)) >= least}


def _hour(hours: DailyHours, side: Side) -> DailyHours | None:
    """The hours with one more at the end, or at the beginning where the day ends; `None` if there is no room."""
    end = hours.until_s + HOUR_S * _sign(side)
    if hours.until_s <= DAY_S < end:
        return DailyHours(hours.from_s - HOUR_S, hours.until_s) if hours.from_s >= HOUR_S else None
    return DailyHours(hours.from_s, end) if 0 < end - hours.from_s < DAY_S else None


# time


def _times(scenario: Scenario, data: Mapping[str, Any]) -> Iterator[Move]:
    """Yields a day earlier and later, a day more and less notice, and a week more and less until the deadline."""
    starts: list[Path] = [("phases", name, "start") for name in scenario.phases]
    for name in scenario.places:
        starts += [("places", name, "release", "start"), ("places", name, "drawdown", "start")]
    ends = [
        ("calendar", "deadline"),
        ("calendar", "horizon"),
        *(("places", name, "handover") for name in scenario.places),
    ]
    for side in _sides():
        sign, unit = _sign(side), "d earlier" if side == "more" else "d later"
        yield from _move("start", "1", unit, side, _shifted(data, starts, -sign))
        yield from _move("notice of an order", _signed(1, side), "d", side, _notice(scenario, sign))
        yield from _move("deadline", _signed(WEEK_D, side), "d", side, _shifted(data, ends, WEEK_D * sign))


def _shifted(data: Mapping[str, Any], paths: Iterable[Path], days: int) -> Values:
    """The dates that a file gives at some paths, moved by days."""
    return {path: moved_date(str(value_at(data, path)), days) for path in paths if is_there(data, path)}


def _notice(scenario: Scenario, days: int) -> Values:
    found: Values = {}
    for name, place in scenario.places.items():
        order = place.escalation
        given = {} if order is None else {"episodes": order.episodes, "date": order.date, "follows": order.follows}
        for kind, one in given.items():
            if one is not None and one.notice_s is not None and (now := one.notice_s + days * DAY_S) >= 0:
                found["places", name, "escalation", kind, "notice"] = f"{now} s"
    return found


# policy


def _policies(scenario: Scenario) -> Iterator[Move]:
    policy = scenario.policy
    share = policy.least_fill.share
    for side in _sides() if share else ():
        now = min(max(share + _FILL * _sign(side), 0.0), 1.0)
        values: Values = {("policy", "least_fill", "share"): round(now, 6)} if abs(now - share) > _FILL / 2 else {}
        yield from _move("least fill", f"{now * 100:.0f}", "%", "other", values)
    for side in _sides():
        moved = {path: now for path, one in _broken(scenario) if 0 <= (now := round(one + _FILL * _sign(side), 6)) <= 1}
        yield from _move("broken down", _signed(round(_FILL * 100), side), "points", side, dict(moved))
    others = [kind for kind in _POLICIES if kind != policy.disposal.kind][:2]
    for kind in others:
        yield from _move("disposal", kind, "", "other", {("policy", "disposal", "kind"): kind})


def _broken(scenario: Scenario) -> Iterator[tuple[Path, float]]:
    """Yields the share broken down of all lots of classes that can be, at places that have a handover."""
    for name, place in scenario.places.items():
        for lot_class, held in place.lots.items() if place.handover_s is not None else ():
            if scenario.classes[lot_class].breaks_into is not None:
                yield ("places", name, "lots", lot_class, "broken_down"), held.broken_down or 0.0
