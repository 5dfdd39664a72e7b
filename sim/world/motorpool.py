"""The motorpool: the only owner of the counts of trucks, which move from count to count; and the roads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Literal, NamedTuple

from sim.errors import ModelFault
from sim.scenario.lift import TruckPool
from sim.scenario.network import RoadLeg
from sim.world.agenda import Agenda
from sim.world.clock import Kind
from sim.world.marshal import Marshal
from sim.world.setting import Setting
from sim.world.site import Site

Counts = dict[str, int]
"""Trucks by pool."""


class Tally(NamedTuple):
    """Number of trucks of one pool in each state."""

    awaited: int
    idle: int
    coming: int
    waiting: int
    at_work: int
    freed: int
    going_back: int
    lost: int


class Motorpool:
    """Where the trucks of each pool are, and the marshalling yards between which they go.

    A truck of a contract is first `awaited`. Then it is `idle` at its base; `coming` empty to a yard; `waiting` there;
    `at_work`, from loading to unloading; `freed`, empty at a place before it goes back; `going_back`; or `lost`.
    `changes` counts the moves, `on_road` the convoys, each of which has an escort.
    """

    def __init__(self, setting: Setting, sites: dict[str, Site], agenda: Agenda) -> None:
        self.setting, self.agenda = setting, agenda
        self.rules = setting.scenario.lift.convoys
        kinds = setting.scenario.lift.trucks
        self.kinds: dict[str, TruckPool] = {
            name: kinds[name] for name in sorted(kinds, key=setting.frame.pool_rank.__getitem__)
        }
        self.changes = self.on_road = 0
        self._awaited: Counts = {name: pool.count for name, pool in self.kinds.items()}
        self._idle: Counts = dict.fromkeys(self.kinds, 0)
        self._coming: dict[Marshal, Counts] = {}
        self._waiting: dict[Marshal, Counts] = {}
        self._at_work: Counts = dict.fromkeys(self.kinds, 0)
        self._freed: dict[str, Counts] = {}  # by place
        self._going_back: Counts = dict.fromkeys(self.kinds, 0)
        self._lost: Counts = dict.fromkeys(self.kinds, 0)
        self.marshals = {name: list(self._marshals(site)) for name, site in sites.items()}
        self._based = {name: [pool for pool, kind in self.kinds.items() if kind.base == name] for name in sites}
        for name, pool in self.kinds.items():
            if (pool.from_s or 0) <= 0:
                self._move(name, pool.count, self._awaited, self._idle)
            else:
                arrive = partial(self._arrive, name)
                setting.clock.call(pool.from_s or 0, Kind.WINDOW, arrive, setting.frame.pool_rank[name])

    def _marshals(self, site: Site) -> Iterator[Marshal]:
        for option in self.setting.network.options[site.name]:
            if option.mode == "road":
                assert option.road is not None
                waiting, coming = Counts(), Counts()
                marshal = Marshal(site, option, option.road, waiting, coming)
                self._waiting[marshal], self._coming[marshal] = waiting, coming
                yield marshal

    # moves

    def _move(self, pool: str, count: int, source: Counts, to: Counts) -> None:
        """Move trucks from one count to another: only this keeps their total constant."""
        there = source.get(pool, 0)
        if count > there:
            raise ModelFault(f"{count} trucks of {pool} are to go from where {there} are")
        source[pool] = there - count
        to[pool] = to.get(pool, 0) + count
        self.changes += 1

    def _arrive(self, pool: str) -> None:
        """The trucks of a contract are there."""
        self._move(pool, self.kinds[pool].count, self._awaited, self._idle)
        self.agenda.at(self.setting.clock.now_s)

    def send(self, pool: str, count: int, marshal: Marshal) -> None:
        """Empty trucks leave their base to load at a place."""
        self._move(pool, count, self._idle, self._coming[marshal])

    def receive(self, pool: str, marshal: Marshal) -> None:
        """A truck that was sent to load is there."""
        self._move(pool, 1, self._coming[marshal], self._waiting[marshal])

    def recall(self, pool: str, count: int, marshal: Marshal) -> None:
        """Empty trucks on their way to a place are to go back to their base."""
        self._move(pool, count, self._coming[marshal], self._going_back)

    def stay(self, pool: str, site: Site) -> None:
        """A truck on its way back has no base any more, and stays where it is."""
        self._move(pool, 1, self._going_back, self._freed_at(site))

    def take(self, pool: str, marshal: Marshal) -> None:
        """A truck begins to load, or goes with people: one that waits at a place, else one based there."""
        waits = marshal.waiting.get(pool, 0)
        self._move(pool, 1, self._waiting[marshal] if waits else self._idle, self._at_work)

    def free(self, pool: str, site: Site) -> None:
        """A truck is empty: idle at its base, or it waits to go back there."""
        at_base = self.kinds[pool].base == site.name
        self._move(pool, 1, self._at_work, self._idle if at_base else self._freed_at(site))
        self.agenda.at(self.setting.clock.now_s)

    def give_back(self, pool: str, marshal: Marshal) -> None:
        """Trucks that wait at a place wait to go back."""
        self._move(pool, marshal.waiting[pool], self._waiting[marshal], self._freed_at(marshal.site))

    def give_all_back(self, marshal: Marshal) -> None:
        """Trucks of all pools that wait at a place have nothing more to wait for."""
        for pool, count in marshal.waiting.items():
            if count:
                self.give_back(pool, marshal)

    def go_back(self, pool: str, place: str) -> int:
        """All trucks freed at a place leave for their base; returns their number."""
        count = self._freed[place][pool]
        self._move(pool, count, self._freed[place], self._going_back)
        return count

    def rest(self, pool: str) -> None:
        """A truck is back at its base."""
        self._move(pool, 1, self._going_back, self._idle)

    def lose(self, pool: str, then: str, marshal: Marshal | None) -> None:
        """A truck is lost on the road: one that was to `load` at a place, to `unload`, or to `rest`."""
        if then == "load":
            assert marshal is not None
            self._move(pool, 1, self._coming[marshal], self._lost)
        else:
            self._move(pool, 1, self._at_work if then == "unload" else self._going_back, self._lost)

    def _freed_at(self, site: Site) -> Counts:
        return self._freed.setdefault(site.name, {})

    # roads

    def cleared(self, route: str, movement: Literal["people", "trucks"]) -> bool:
        """Whether a class of movement may leave on a route today."""
        return self.setting.tape.road_cleared(route, movement, self.agenda.today())

    def moves_now(self, leg: RoadLeg, now: int) -> bool:
        """Whether a convoy could march off now: hours, closures, escorts."""
        escorts = self.rules.at_once is None or self.on_road < self.rules.at_once
        return escorts and self.setting.tape.way_march(leg).is_open(now)

    def empties_move_now(self, leg: RoadLeg, now: int) -> bool:
        """Whether empty trucks could march off now: they leave the last of several escorts to a convoy that waits."""
        most = self.rules.at_once
        last_one = self.rules.form_within_s and most is not None and most > 1 and self.on_road == most - 1
        return self.moves_now(leg, now) and not (last_one and self._one_waits(now))

    def _one_waits(self, now: int) -> bool:
        """Whether a convoy that is long enough waits for more vehicles."""
        return any(now < marshal.waits_until_s for marshals in self.marshals.values() for marshal in marshals)

    def wake_when_open(self, leg: RoadLeg, site: Site | None, now: int) -> None:
        """Decide again when the road next lets convoys march."""
        opens = self.setting.tape.way_march(leg).next_open(now)
        if opens is not None and opens > now:
            self.agenda.at(opens, site)

    # questions

    @property
    def idle(self) -> Mapping[str, int]:
        """Trucks that stand idle at their base, by pool."""
        return self._idle

    def total(self, pool: str) -> int:
        """Trucks of a pool that have come and are not lost."""
        return self.kinds[pool].count - self._awaited[pool] - self._lost[pool]

    def freed(self) -> list[tuple[str, str]]:
        """Places and pools whose trucks are to go back."""
        return [(place, pool) for place, counts in self._freed.items() for pool, count in counts.items() if count]

    def tally(self, pool: str) -> Tally:
        """Number of trucks of a pool in each state, all yards together."""
        return Tally(
            self._awaited[pool],
            self._idle[pool],
            sum(counts.get(pool, 0) for counts in self._coming.values()),
            sum(counts.get(pool, 0) for counts in self._waiting.values()),
            self._at_work[pool],
            sum(counts.get(pool, 0) for counts in self._freed.values()),
            self._going_back[pool],
            self._lost[pool],
        )

    def pools_at(self, marshal: Marshal) -> list[str]:
        """Pools of which empty trucks are at a place."""
        waiting, idle, based = marshal.waiting, self._idle, self._based[marshal.site.name]
        kinds = self.kinds if waiting or based else ()
        return [pool for pool in kinds if waiting.get(pool) or (pool in based and idle[pool])]

    def at_hand(self, pool: str, marshal: Marshal) -> int:
        """Empty trucks that could load at a place now."""
        own = self._idle[pool] if self.kinds[pool].base == marshal.site.name else 0
        return marshal.waiting.get(pool, 0) + own

    def any_for(self, site: Site) -> bool:
        """Whether any truck could serve a site now."""
        if not self.marshals[site.name]:
            return False
        return any(self._idle.values()) or any(any(m.waiting.values()) for m in self.marshals[site.name])

    def carried(self, pool: str) -> bytes:
        """By lot, 1 if a truck of a pool could carry it."""
        stock = self.setting.stock
        return stock.carried(stock.rides[pool], self.kinds[pool].payload)

    def vehicle_time(self, pool: str, what: str) -> int:
        """A loader's time for the vehicle itself."""
        distribution = getattr(self.kinds[pool], what)
        return round(distribution.mean) if distribution is not None else 0
