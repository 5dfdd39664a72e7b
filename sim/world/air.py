"""Air: single aircraft with the limits of their day, and the sorties under way."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from operator import attrgetter
from typing import Literal, NamedTuple

from sim.ledger.kinds import LiftId, Of
from sim.scenario.lift import Aircraft
from sim.scenario.network import PERSON_KG, AirLeg, payload_at
from sim.world.chalk import Room
from sim.world.memory import memory
from sim.world.setting import Setting


class Tail:
    """One aircraft: idle at its base, on a sortie, in repair, or lost."""

    __slots__ = (
        "_day",
        "_flown_day",
        "crew_from_s",
        "flown_s",
        "lost",
        "name",
        "number",
        "out_until_s",
        "sorties",
    )

    def __init__(self, name: str, number: int, from_s: int) -> None:
        self.name, self.number = name, number
        self.lost = False
        self.out_until_s = from_s
        self.sorties = 0
        self.flown_s = 0
        self.crew_from_s = 0
        self._day = self._flown_day = -1

    def begin_day(self, day: int, now: int) -> None:
        """The first departure of a day begins the crew day."""
        if day != self._day:
            self._day, self.crew_from_s = day, now

    def fly(self, day: int, flight_s: int) -> None:
        """Count flying time on the local day of its take-off."""
        if day != self._flown_day:
            self._flown_day, self.flown_s = day, 0
        self.flown_s += flight_s

    def breaks_crew_day(self, fleet: Aircraft, day: int, leaves_s: int, left_s: int) -> bool:
        """Whether the crew would exceed its day if it left then with this work, and would not after a rest."""
        if fleet.crew_day_s is None or day != self._day or left_s > fleet.crew_day_s:
            return False
        return leaves_s + left_s > self.crew_from_s + fleet.crew_day_s

    def day_left_s(self, fleet: Aircraft, day: int, now: int) -> tuple[int | None, int | None]:
        """Returns the flying hours left in the day, and the end of the crew day; `None` if not limited."""
        fresh = day != self._day
        flown = self.flown_s if day == self._flown_day else 0
        began = now if fresh else self.crew_from_s
        hours = None if fleet.hours_a_day_s is None else fleet.hours_a_day_s - flown
        return hours, None if fleet.crew_day_s is None else began + fleet.crew_day_s


class Fleet:
    """The tails of one type."""

    def __init__(self, setting: Setting, name: str) -> None:
        self.setting = setting
        self.name = name
        self.kind: Aircraft = setting.scenario.lift.aircraft[name]
        self.rank = setting.frame.aircraft_rank[name]
        self.tails = [Tail(name, number, self.kind.from_s or 0) for number in range(self.kind.count)]
        self.resting = list(self.tails)  # those neither on a sortie nor lost, in order of number
        self.stand_down_until_s = 0
        self.person_milli = self.kind.positions // self.kind.seats if self.kind.seats else 0  # floor that one takes
        seasons = self.kind.seasons.values()
        self._turns = sorted({at_s for season in seasons for at_s in (season.from_s, season.until_s)})
        # by leg, and by how many seasons have begun or ended
        self._rooms: dict[tuple[int, int], Room] = memory(remembers=setting.remembers)
        self.days = schedule(setting, self.kind)
        self._fit: list[bool] = []
        self._fit_until_s = 0

    def _fit_now(self, now: int) -> list[bool]:
        """By number, whether a tail is fit today; queried in the order of time."""
        if now >= self._fit_until_s:
            time, fit = self.setting.time, self.setting.tape.fit
            day = time.day_of(now)
            self._fit_until_s = time.day_starts_s[day + 1] if self.setting.remembers else 0
            flies = self.days is None or self.days[day]
            self._fit = [flies and fit(self.name, tail.number, day) for tail in self.tails]
        return self._fit

    def idle(self, now: int) -> list[Tail]:
        """Tails that could start a sortie now, apart from clearance and weather, in order of number."""
        until_s = self.kind.until_s
        if not self.resting or now < self.stand_down_until_s or (until_s is not None and now >= until_s):
            return []
        fit = self._fit_now(now)
        return [tail for tail in self.resting if now >= tail.out_until_s and fit[tail.number]]

    def send(self, tail: Tail) -> None:
        """A tail sets out on a sortie."""
        self.resting.remove(tail)

    def take_back(self, tail: Tail) -> None:
        """A sortie of a tail is over: it is back, or lost."""
        tail.sorties += 1
        if not tail.lost:
            insort(self.resting, tail, key=attrgetter("number"))

    # what a leg can take

    def room(self, leg: AirLeg, at_s: int) -> Room:
        """Payload in kilograms and floor of a leg on a date."""
        asked = id(leg), bisect_right(self._turns, at_s)
        room = self._rooms.get(asked)
        if room is None:
            room = self._rooms[asked] = Room(payload_at(self.kind, leg, at_s), self.kind.positions)
        return room

    def beside(self, room: Room, people: int) -> Room:
        """Payload and floor that remain with people aboard."""
        return Room(room.kg - people * PERSON_KG, room.floor_milli - people * self.person_milli) if people else room

    def seats_within(self, payload_kg: int) -> int:
        """Seats that a payload allows."""
        return min(self.kind.seats, payload_kg // PERSON_KG)

    # planning factors

    def sorties_a_day(self, leg: AirLeg, open_s: int) -> int:
        """Sorties of one tail in a day by planning factors: hours, crew day and the day's flying hours."""
        cycle = leg.flight_s + 2 * self.kind.ground_time_s
        limits = [open_s // cycle] if cycle else []
        if self.kind.hours_a_day_s is not None and leg.flight_s:
            limits.append(self.kind.hours_a_day_s // leg.flight_s)
        if self.kind.crew_day_s is not None and cycle:
            limits.append(self.kind.crew_day_s // cycle)
        return min(limits, default=0)

    def seats_on(self, day: int, leg: AirLeg, open_s: int) -> int:
        """Seats that a day brings, as known the evening before."""
        at_s = self.setting.time.day_starts_s[day]
        now, until_s = self.setting.clock.now_s, self.kind.until_s
        if (self.days is not None and not self.days[day]) or (until_s is not None and at_s >= until_s):
            return 0
        fit = sum(
            1
            for tail in self.tails
            if not tail.lost
            and tail.out_until_s <= max(at_s, now)
            and self.setting.tape.fit(self.name, tail.number, day)
        )
        return fit * self.sorties_a_day(leg, open_s) * self.kind.seats


def schedule(setting: Setting, kind: Aircraft) -> list[bool] | None:
    """By local day, whether tails of a type begin sorties on it; `None` if on all."""
    if not (kind.weekdays or kind.dates):
        return None
    return list(map(kind.flies(setting.time), range(len(setting.time.day_starts_s))))


class Planned(NamedTuple):
    """What a sortie is sent to take, its planned time at the origin, and its planned stay at the destination."""

    kg: int
    floor_milli: int
    seats: int
    on_ground_s: tuple[int, int]
    unload_s: int


class Sortie:
    """The load of one sortie and where it is; `claim_kg` and `claim_milli` are what it was sent to take."""

    def __init__(self, fleet: Fleet, tail: Tail, leg: AirLeg, clears: tuple[bool, bool], planned: Planned) -> None:
        self.fleet, self.tail, self.leg = fleet, tail, leg
        self.people_cleared, self.cargo_cleared = clears
        self.turn = fleet.rank, tail.number  # its place in the order of one instant
        self.load: list[int] = []
        self.aboard: dict[str, int] = {}
        self.claim_kg, self.claim_milli, self.claim_seats, self.on_ground_s, _ = planned
        self.landed = False
        self.left_s = 0  # when its present flight began
        self.under_fire = False  # it has landed in an alarm, and turns round
        self.room = Room(0, 0)
        self.hit_out_s = 0
        self.ready_s = 0
        self.id = LiftId(Of.AIRCRAFT, tail.name, tail.number + 1, tail.sorties + 1)


class UnderWay:
    """Sorties that will lift from a place and have not left it, in the order in which they were sent.

    `seats`: seats for which they were sent and that are not yet filled; `claiming`: sorties sent for lots that have
    not chosen them yet.
    """

    __slots__ = ("seats", "sorties")

    def __init__(self) -> None:
        self.sorties: list[Sortie] = []
        self.seats = 0

    @property
    def claiming(self) -> list[Sortie]:
        """Sorties that were sent for lots and have not yet chosen any."""
        return [sortie for sortie in self.sorties if sortie.claim_kg or sortie.claim_milli]

    def add(self, sortie: Sortie) -> None:
        """A sortie is sent."""
        self.sorties.append(sortie)
        self.seats += sortie.claim_seats

    def settle(self, sortie: Sortie) -> None:
        """A sortie's claim is aboard, or was taken by others: it claims nothing more."""
        self.seats -= sortie.claim_seats
        sortie.claim_kg = sortie.claim_milli = sortie.claim_seats = 0

    def remove(self, sortie: Sortie) -> None:
        """A sortie has left the place, or does not come."""
        self.sorties.remove(sortie)
        self.seats -= sortie.claim_seats


class Air:
    """All fleets of one replication, and by place the sorties under way to it.

    `accidents` counts those that have closed a strip.
    """

    def __init__(self, setting: Setting, sites: Iterable[str]) -> None:
        self.setting = setting
        names = sorted(setting.scenario.lift.aircraft, key=setting.frame.aircraft_rank.__getitem__)
        self.fleets = [Fleet(setting, name) for name in names]
        self.under_way = {name: UnderWay() for name in sites}
        self.accidents = 0

    def cleared(self, leg: AirLeg, movement: Literal["people", "cargo"], day: int) -> bool:
        """Whether flights with this load may use both ends on a day."""
        return all(self.setting.tape.air_cleared(place, movement, day) for place in (leg.origin, leg.dest))

    def seats_tomorrow(self, place: str, day: int) -> int:
        """Seats by air that a day brings to a place, as known and cleared the evening before."""
        seats = 0
        for fleet in self.fleets:
            for option in self.setting.network.options[place]:
                leg = option.air.get(fleet.name)
                if leg is None or not fleet.kind.seats:
                    continue
                if self.cleared(leg, "people", day):
                    begins_s, ends_s = self.setting.time.span_of_day(day)
                    open_s = self.setting.tape.flying[place].open_between(begins_s, ends_s)
                    seats += fleet.seats_on(day, leg, open_s)
                break
        return seats
