"""Empty trucks: sent to where a load waits, as many as can load in time, and back to their base."""

from __future__ import annotations

from math import ceil

from sim.ledger.kinds import Did, Hold, LiftId, Of
from sim.ledger.ledger import LiftStep
from sim.scenario.calendar import HOUR_S
from sim.scenario.network import RoadLeg
from sim.sums import sum_in_order
from sim.world.backlog import Backlog
from sim.world.chalk import Room
from sim.world.convoy import Marches
from sim.world.driving import Driving
from sim.world.marshal import Marshal, Vehicle
from sim.world.setting import Setting
from sim.world.site import Site

_TINY = 1e-9
_LOOK_AGAIN_S = HOUR_S  # after this, the next dispatch looks again at a load found too small; sooner if `changes` moved


class Trucks:
    """The sending of empty trucks, for all pools."""

    def __init__(self, setting: Setting, backlog: Backlog, driving: Driving, marches: Marches) -> None:
        self.setting, self.backlog, self.driving, self.marches = setting, backlog, driving, marches
        self.motorpool, self.agenda = marches.motorpool, marches.agenda
        self.clock, self.stock = setting.clock, setting.stock
        self.rules = setting.scenario.lift.convoys
        self._too_small: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._noted: dict[tuple[str, Did, str, str], int] = {}
        self._noted_at = -1
        self._ways = {name: self._ways_to(name) for name in marches.sites}

    def _ways_to(self, place: str) -> list[tuple[str, RoadLeg]]:
        """Pools of another base with a way to a place."""
        ways = ((pool, self.setting.network.road(kind.base, place)) for pool, kind in self.motorpool.kinds.items())
        return [(pool, leg) for pool, leg in ways if leg is not None]

    def send_trucks(self, order: list[Site]) -> None:
        """Send idle trucks to places in the given order, as many as the load there fills."""
        now, idle = self.clock.now_s, self.motorpool.idle
        for site in order:
            if site.started_s is None or not site.open:
                continue
            for marshal in self.motorpool.marshals[site.name]:
                for pool, leg in self._ways[site.name]:
                    if idle[pool]:
                        self._send(pool, leg, marshal, now)

    def _send(self, pool: str, leg: RoadLeg, marshal: Marshal, now: int) -> None:
        site = marshal.site
        if not self._may_go(pool, leg, site, now):
            return
        arrival_s = self.setting.network.planned_arrival(leg, now)
        if arrival_s is None:
            return
        for_people = self._to_fetch(pool, marshal, now)
        wanted = max(self._for_lots(pool, marshal, arrival_s, now), for_people)
        if not wanted:
            return
        least, most = self.rules.vehicles.least, self.rules.vehicles.most
        count = min(max(wanted, least), most, self.motorpool.idle[pool])
        self.motorpool.send(pool, count, marshal)
        self.marches.fetch(leg, [Vehicle(pool) for _ in range(count)], marshal, for_people=for_people > 0)

    def _may_go(self, pool: str, leg: RoadLeg, site: Site, now: int) -> bool:
        """Whether empty trucks could leave for a site now: cleared, enough of them, and on an open road."""
        if not self.motorpool.cleared(leg.route, "trucks"):
            self.backlog.held(site, "road", Hold.CLEARANCE, now)
            self.agenda.tomorrow()
            return False
        if self.motorpool.idle[pool] < self.rules.vehicles.least:
            self.backlog.held(site, "road", Hold.TOO_FEW_TRUCKS, now)
            return False
        if not self.motorpool.empties_move_now(leg, now):
            in_hours = self.setting.tape.way_march(leg).is_open(now)
            self.backlog.held_meanwhile(site, "road", Hold.ELSEWHERE if in_hours else Hold.OUT_OF_HOURS, now)
            self.motorpool.wake_when_open(leg, site, now)
            return False
        return True

    def _for_lots(self, pool: str, marshal: Marshal, arrival_s: int, now: int) -> int:
        """Trucks that the load of a site is worth, none after its handover."""
        site = marshal.site
        if not self._has_load(site, now):
            return 0
        looked = (pool, site.name, marshal.option.dest)
        changes, when = self._too_small.get(looked, (-1, 0))
        if changes == site.changes and now - when < _LOOK_AGAIN_S:
            return 0
        wanted = self._in_time(pool, site, arrival_s, self._trucks_worth(pool, marshal, arrival_s))
        if not wanted:
            self._too_small[looked] = (site.changes, now)
        return wanted

    @staticmethod
    def _has_load(site: Site, now: int) -> bool:
        """A quick check whether a site may have a load at all."""
        if site.handover_s is not None and now >= site.handover_s:
            return False
        return bool(site.ready or site.released or site.pending or site.preparing)

    def _trucks_worth(self, pool: str, marshal: Marshal, arrival_s: int) -> int:
        """Number of additional trucks that the load fills: ready now or on arrival, less what lift under way takes."""
        kind = self.motorpool.kinds[pool]
        room = Room(kind.payload, kind.floor, "road")
        lots = self._left_by_others(pool, marshal, arrival_s)
        loads = sum_in_order(map(self.stock.needs(room).__getitem__, lots))
        loads -= marshal.trucks(pool)
        if loads <= _TINY:
            return 0
        rule, site = self.setting.scenario.policy.least_fill, marshal.site
        waived = site.waives_least(rule.waived_s, self.clock.now_s)
        least = self.rules.vehicles.least
        if loads < least * rule.share - _TINY and not waived:
            self.backlog.held(site, "road", Hold.BELOW_LEAST, self.clock.now_s)
            return 0
        full = int(loads + _TINY)
        part = loads - full
        return full + (1 if part > _TINY and (part >= rule.share - _TINY or waived) else 0)

    def _left_by_others(self, pool: str, marshal: Marshal, arrival_s: int) -> list[int]:
        """Lots for the trucks of a pool that neither sorties nor other pools will take, cut to the room there is."""
        taken = set(self.backlog.claimed(marshal.site))
        for other in self.motorpool.kinds:
            count = marshal.trucks(other)
            if count and other != pool:
                self.backlog.take_by_truck(marshal.site, marshal.option, other, count, arrival_s, taken)
        lots = self.backlog.truckable(marshal.site, marshal.option, pool, arrival_s)
        left = [lot for lot in lots if lot not in taken] if taken else lots
        most = self.backlog.receiving.room(marshal.option.dest)
        if most < len(left):
            ready = marshal.site.ready
            left.sort(key=lambda lot: (0, ready[lot], lot) if lot in ready else (1, 0, 0))  # as they became ready
        return left[:most]

    def _in_time(self, pool: str, site: Site, arrival_s: int, wanted: int) -> int:
        """Limits a number of trucks to those that can be loaded by the handover."""
        if site.handover_s is None or not wanted:
            return wanted
        left_s = site.hours.open_between(arrival_s, site.handover_s)
        if arrival_s + self.rules.load_at_least_s > site.handover_s:
            return 0
        carried = self.motorpool.carried(pool)
        lots = list(filter(carried.__getitem__, site.ready)) or filter(carried.__getitem__, site.expected())
        return self.loaded_in(pool, site, left_s, max(map(self.stock.load_s.__getitem__, lots), default=0), wanted)

    def loaded_in(self, pool: str, site: Site, left_s: int, longest_s: int, wanted: int) -> int:
        """Limits a number of trucks to those that loaders can load in some working time, each at the longest lot."""
        each_s = self.motorpool.vehicle_time(pool, "load") + longest_s
        if not each_s:
            return wanted
        loaders = site.place.loaders
        return (0 if each_s > left_s else wanted) if loaders is None else min(wanted, loaders * (left_s // each_s))

    def trucks_in_time(self, marshal: Marshal, pool: str, now: int, handover_s: int) -> int:
        """Truck-loads that convoys can still complete loading by a handover, by planning factors."""
        kind, network = self.motorpool.kinds[pool], self.setting.network
        assert marshal.option.road is not None
        stay_s = max(self.rules.load_at_least_s, self.motorpool.vehicle_time(pool, "load"))
        here = self.motorpool.at_hand(pool, marshal) + marshal.coming.get(pool, 0)
        out_s = 0 if kind.base == marshal.site.name else network.planned_march_s(kind.base, marshal.site.name, now)
        way_s = network.planned_march_s(marshal.site.name, marshal.option.dest, now)
        back_s = 0 if kind.base == marshal.option.dest else network.planned_march_s(marshal.option.dest, kind.base, now)
        if out_s is None or way_s is None or back_s is None:
            return 0
        rounds_here = here if now + stay_s <= handover_s else 0
        left_s = handover_s - max(now, kind.from_s or 0) - out_s - stay_s
        if left_s < 0:
            return rounds_here
        cycle_s = out_s + stay_s + way_s + back_s + self.motorpool.vehicle_time(pool, "unload")
        rounds = 1 + (left_s // cycle_s if cycle_s else self.stock.count)
        return max(rounds_here, int(rounds) * self._a_round(pool))

    def can_come(self, pool: str, site: Site) -> bool:
        """Whether a pool has trucks that a road brings to a site, however late."""
        base = self.motorpool.kinds[pool].base
        return self._a_round(pool) > 0 and (base == site.name or self.setting.network.road(base, site.name) is not None)

    def _a_round(self, pool: str) -> int:
        """Trucks of a pool that can be on the road in one round of convoys."""
        kind = self.motorpool.kinds[pool]
        count = (
            kind.count if self.clock.now_s < (kind.from_s or 0) else self.motorpool.total(pool)
        )  # a contract is known beforehand
        return count if self.rules.at_once is None else min(count, self.rules.at_once * self.rules.vehicles.most)

    def _to_fetch(self, pool: str, marshal: Marshal, now: int) -> int:
        """Trucks with seats for people who are due by road and have no vehicle of their own to leave in."""
        site, seats = marshal.site, self.motorpool.kinds[pool].seats
        if not seats or "road" not in site.people.modes or not site.people.last_day(now):
            return 0
        stranded = site.people.present - self.driving.seats_by_road(site)
        return max(0, ceil(stranded / seats))

    def send_back(self) -> None:
        """Empty trucks go back to their base in one convoy, as soon as the road lets them."""
        freed = self.motorpool.freed()
        if not freed:
            return
        now, rank, sites = self.clock.now_s, self.setting.frame.pool_rank, self.marches.sites
        for place, pool in sorted(freed, key=lambda key: (sites[key[0]].rank, rank[key[1]])):
            base = self.motorpool.kinds[pool].base
            leg = self.setting.network.road(place, base)
            if leg is None or not sites[base].open:
                continue  # trucks of a camp that has closed stay where they are
            if not self.motorpool.cleared(leg.route, "trucks"):
                self.agenda.tomorrow()
            elif not self.motorpool.empties_move_now(leg, now):
                self.motorpool.wake_when_open(leg, None, now)
            else:
                count = self.motorpool.go_back(pool, place)
                self.marches.set_off(leg, [Vehicle(pool) for _ in range(count)], {}, "rest")

    def note_trucks(self) -> None:
        """Record how many trucks are idle at their base and wait at places, if that has changed."""
        if self._noted_at == self.motorpool.changes:
            return
        self._noted_at = self.motorpool.changes if self.setting.remembers else -1
        for pool, kind in self.motorpool.kinds.items():
            self._note(pool, Did.IDLE, kind.base, self.motorpool.idle[pool])
        for place, marshals in self.motorpool.marshals.items():
            for marshal in marshals:
                for pool, count in marshal.waiting.items():
                    self._note(pool, Did.WAITING, place, count, marshal.option.dest)

    def _note(self, pool: str, what: Did, place: str, count: int, to: str = "") -> None:
        key = (pool, what, place, to)
        if self._noted.get(key, 0) != count:
            self._noted[key] = count
            step = LiftStep(self.clock.now_s, LiftId(Of.POOL, pool), what, place, count=count, to=to)
            self.setting.ledger.lift.append(step)
