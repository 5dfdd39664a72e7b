"""Reviews: disposal policies by name, which condemn lots that will not come out, and reinstate those that may."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum
from functools import partial
from itertools import filterfalse

import numpy as np

from sim.ledger.kinds import Moment, Reason, Why
from sim.ledger.ledger import PlaceStep
from sim.ledger.states import State
from sim.scenario.openings import Openings
from sim.world.agenda import Agenda
from sim.world.capacity import Capacity, in_turn
from sim.world.clock import Kind
from sim.world.crews import SiteCrews
from sim.world.jobs import even_s, makespan, shared_s
from sim.world.memory import memory
from sim.world.setting import Setting
from sim.world.site import Site

_UNPREPARED = np.array([state in (State.IN_USE, State.RELEASED) for state in range(256)])
_NEVER = 1 << 60
_HERE = np.array([state in (State.IN_USE, State.RELEASED, State.PREPARING, State.READY) for state in range(256)])


class Which(IntEnum):
    """The lots to which a last moment applies."""

    ALL = 0
    SENSITIVE = 1
    USABLE = 2  # all that is not on wheels, to be disabled at least


def _by_container(site: Site, lots: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same with one flag for each container that is not broken down yet: whether any part of it is kept."""
    container, found = site.stock.container, dict[int, bool]()
    for lot, stays in zip(lots.tolist(), kept.tolist(), strict=True):
        shell = container.get(lot, lot)
        whole = shell if shell in site.inside else lot
        found[whole] = found.get(whole, False) or stays
    return np.array(list(found), dtype=np.intp), np.array(list(found.values()), dtype=bool)


class Reviews:
    """The disposal policy of the scenario, applied to all sites."""

    def __init__(
        self,
        setting: Setting,
        sites: dict[str, Site],
        crews: dict[str, SiteCrews],
        capacity: Capacity,
        agenda: Agenda,
        unliftable: frozenset[int],
    ) -> None:
        self.setting, self.sites, self.crews, self.capacity, self.agenda = setting, sites, crews, capacity, agenda
        self.unliftable = unliftable
        self.clock = setting.clock
        self.policy = setting.scenario.policy.disposal
        self._out: dict[str, tuple[frozenset[int], np.ndarray]] = memory(remembers=setting.remembers)
        self._whole_work = {name: self._work_of_all(site) for name, site in sites.items() if setting.remembers}

    def begin(self) -> None:
        """Condemn what no lift can carry, before the clock starts, and set the times of reviews."""
        for site in self.sites.values():
            self.condemn_unliftable(site)
        for site in self.sites.values():
            site.on_broken = partial(self._broken_down, site)
            self.set_leads(site)
        self._next_review(0)

    def condemn_unliftable(self, site: Site) -> None:
        """Condemn what no lift can carry, unless it is to be transferred: before the clock starts, and at an order."""
        if self.policy.kind == "none" or site.handover_s is None:
            return
        lots = [lot for lot in self.setting.stock.of_place.get(site.name, ()) if self._stays(site, lot)]
        agreed = self.setting.stock.agreed if site.keeps_transfers else None
        own = [lot for lot in lots if lot in site.here and lot not in site.condemned]
        self._mark(site, [lot for lot in own if agreed is None or not agreed[lot]], Reason.TOO_LARGE)

    def _stays(self, site: Site, lot: int) -> bool:
        """Whether no lift can carry a lot, nor anything inside it."""
        return lot in self.unliftable and self.unliftable.issuperset(site.inside.get(lot, ()))

    def _broken_down(self, site: Site, shell: int) -> None:
        """Of a container that is broken down, what no lift can carry is condemned, or what is not ready at handover."""
        if self.policy.kind == "none" or site.handover_s is None:
            return
        state, over = self.setting.ledger.state, not site.before_handover(self.clock.now_s)
        parts = [shell, *self.setting.stock.broken[shell]]
        large = [lot for lot in parts if lot in self.unliftable]
        late = [lot for lot in parts if lot not in self.unliftable and over and state[lot] < State.READY]
        reasons = dict.fromkeys(large, Reason.TOO_LARGE) | dict.fromkeys(late, Reason.HANDOVER)
        self.condemn(site, [lot for lot in parts if lot in reasons], reasons)

    def _next_review(self, when_s: int) -> None:
        self.clock.call(when_s, Kind.REVIEW, self._review)

    def set_leads(self, site: Site) -> None:
        """The dates of `fixed_lead`, by the handover that holds now."""
        if self.policy.kind != "fixed_lead" or site.handover_s is None:
            return
        now = self.clock.now_s
        self.clock.call(max(now, site.handover_s - self.policy.lead_s), Kind.LEAD, lambda: self._lead(site), site.rank)
        if self.policy.ready_lead_s:
            when = max(now, site.handover_s - self.policy.ready_lead_s)
            self.clock.call(when, Kind.LEAD, lambda: self._ready_lead(site), site.rank, 1)

    def _lead(self, site: Site) -> None:
        if site.open and site.handover_s is not None and self.clock.now_s >= site.handover_s - self.policy.lead_s:
            self._condemn_not_ready(site)

    def _ready_lead(self, site: Site) -> None:
        if site.open and site.handover_s is not None and self.clock.now_s >= site.handover_s - self.policy.ready_lead_s:
            self.condemn(site, list(site.ready), Reason.LEAD)

    def _condemn_not_ready(self, site: Site) -> None:
        state = self.setting.ledger.state
        self.condemn(site, [lot for lot in site.backlog() if state[lot] != State.READY], Reason.LEAD)

    def handover(self, site: Site) -> None:
        """At handover no more lots are prepared: those not ready or in preparation are to be disabled."""
        if self.policy.kind != "none":
            state = self.setting.ledger.state
            late = [lot for lot in site.backlog() if state[lot] in (State.IN_USE, State.RELEASED)]
            self.condemn(site, late, Reason.HANDOVER)
        self.crews[site.name].handed_over()

    def _review(self) -> None:
        now = self.clock.now_s
        ends = [site.handover_s for site in self.sites.values() if site.open and site.handover_s is not None]
        if any(now < handover_s for handover_s in ends):  # an order only brings a handover forward
            self._next_review(self._after(now))
        self.look()

    def _after(self, now: int) -> int:
        """The next review that has a place to check: none before the first place begins.

        While no place has begun and none is past its handover, none can close. So only dates of phases and orders
        begin one, and a handover may close one that never began.
        """
        every_s = self.policy.review_s
        sites = [site for site in self.sites.values() if site.open and site.handover_s is not None]
        dates = [site.handover_s for site in sites if site.handover_s is not None]
        if any(site.started_s is not None for site in sites) or now >= min(dates):
            return now + every_s
        dates += [phase.start_s for phase in self.setting.scenario.phases.values()]
        dates += [order.at_s for order in self.setting.tape.orders.values()]
        first_s = min(date for date in dates if date > now)
        return now + -(-(first_s - now) // every_s) * every_s

    def look(self) -> None:
        """One review of all places; an order to leave brings one at once."""
        now = self.clock.now_s
        sites = [
            site
            for site in self.sites.values()
            if site.open and site.handover_s is not None and site.started_s is not None and now < site.handover_s
        ]
        sites.sort(key=lambda site: (site.handover_s, site.rank))
        self.capacity.begin(now)
        for site in sites:
            site.pull(now)
            if self.policy.kind == "projected":
                self._projected(site)
            elif self.policy.kind == "last_moment":
                self._by_last_moment(site, Which.ALL)
            self._by_last_moment(site, Which.SENSITIVE)
            if self.policy.kind != "none":
                self._by_last_moment(site, Which.USABLE)
            self.crews[site.name].plan_disposal(now)

    # projected

    def _projected(self, site: Site) -> None:
        lots = self._open(site)
        if not lots.size:
            return
        kept = self.capacity.lifted(site, lots)
        reached = lots[kept]
        self._keep_preparable(site, lots, kept)
        if site.inside:
            lots, kept = _by_container(site, lots, kept)
        condemned = site.condemned
        if not kept.all():
            given_up = [lot for lot in lots[~kept].tolist() if lot not in condemned]
            self.condemn(site, given_up, self._reasons(site, given_up, reached))
        reinstated = [lot for lot in lots[kept].tolist() if lot in condemned] if condemned else []
        for lot in reinstated:
            site.reinstate(lot, self.clock.now_s)
        if reinstated:
            self.crews[site.name].stop_staging(reinstated)
            self.crews[site.name].requeue()
            self.crews[site.name].wake()
            self.agenda.at(self.clock.now_s, site)

    def _reasons(self, site: Site, given_up: list[int], reached: np.ndarray) -> dict[int, Reason]:
        """Why lots are given up; lift reaches those in `reached`, or what is still inside them, and crews do not."""
        if site.order is not None:
            return dict.fromkeys(given_up, Reason.ORDER)
        container, classes = self.setting.stock.container, self.setting.stock.class_name
        prepared = set(reached.tolist()) if given_up else set()
        prepared |= {container[lot] for lot in prepared if container.get(lot) in site.inside}
        return {lot: Reason.CREW_HOURS if lot in prepared else self.capacity.why_not(classes[lot]) for lot in given_up}

    def _open(self, site: Site) -> np.ndarray:
        """Lots here with an open fate, in the order of lift: not in disposal work, and not too large for any lift."""
        lots = np.fromiter(site.here, dtype=np.intp, count=len(site.here))
        if site.inside:
            lots = np.concatenate((lots, *site.inside.values())).astype(np.intp)
        lots = lots[_HERE[self._states()[lots]] & ~self._shut_out(site)[lots]]
        return self.setting.stock.in_order_of_lift(lots)

    def _states(self) -> np.ndarray:
        return np.frombuffer(self.setting.ledger.state, dtype=np.uint8)

    def _shut_out(self, site: Site) -> np.ndarray:
        """By lot, whether reviews of a place skip it: cached while the lots that stay there are the same."""
        known = self._out.get(site.name)
        if known is None or known[0] is not site.staying:
            shut_out = np.zeros(self.setting.stock.count, dtype=bool)
            shut_out[self._with_pieces(site.staying, site.inside)] = True
            shut_out[list(self.unliftable)] = True
            known = self._out[site.name] = site.staying, shut_out
        if site.worked:  # lots that are worked on stay so
            known[1][self._with_pieces(site.worked, site.inside)] = True
        return known[1]

    @staticmethod
    def _with_pieces(lots: Collection[int], inside: dict[int, range]) -> list[int]:
        """Lots, and the pieces inside them: what stays or is worked on, stays with all inside."""
        return [*lots, *(piece for lot in lots for piece in inside.get(lot, ()))] if inside else list(lots)

    def _keep_preparable(self, site: Site, lots: np.ndarray, kept: np.ndarray) -> None:
        """Keep only kept lots that are ready or that present crews can prepare by the handover."""
        assert site.handover_s is not None
        crews = site.people.crews_allowed()
        left_s = crews * site.hours.open_between(self.clock.now_s, site.handover_s)
        left_s = max(0, left_s - self.crews[site.name].busy_s())
        unprepared, needs = kept & _UNPREPARED[self._states()[lots]], site.prepares[lots]
        parts = self._parts(site, lots, kept) if site.inside else {}
        for shell, mine in parts.items():  # a container counts once, with the first of its parts
            breaking = self.setting.ledger.state[shell] == State.PREPARING
            pieces_s = sum(site.prepare_s[lot] for lot in lots[mine].tolist() if lot != shell)
            needs[mine[0]] = pieces_s + (0 if breaking else site.prepare_s[shell])
            unprepared[mine] = False
            unprepared[mine[0]] = True
        some = unprepared.nonzero()[0]
        taken, _ = in_turn(needs[some], left_s)
        kept[some[~taken]] = False
        for mine in parts.values():
            kept[mine] = kept[mine[0]]

    def _parts(self, site: Site, lots: np.ndarray, kept: np.ndarray) -> dict[int, list[int]]:
        """By container that is not broken down yet, the positions of what the lift reaches of it, in order."""
        container, found = self.setting.stock.container, dict[int, list[int]]()
        where = kept.nonzero()[0]
        for at, lot in zip(where.tolist(), lots[where].tolist(), strict=True):
            shell = container.get(lot, lot)
            if shell in site.inside:
                found.setdefault(shell, []).append(at)
        return found

    # last moment

    def _by_last_moment(self, site: Site, which: Which) -> None:
        """Condemn at the latest time at which all that is left can still be destroyed, or disabled, by the handover."""
        both = self.crews[site.name].teams.count and which is not Which.USABLE
        next_s = self.clock.now_s + self.policy.review_s
        for by_teams in (False, True) if both else (False,):
            when = self._last_moment(site, which, by_teams=by_teams, until_s=next_s)
            if when is not None and when < next_s:
                self._set_moment(site, when, which, by_teams=by_teams)

    def _set_moment(self, site: Site, when_s: int, which: Which, *, by_teams: bool) -> None:
        moment = partial(self._moment, site, which, by_teams=by_teams)
        self.clock.call(when_s, Kind.MOMENT, moment, site.rank, 2 * which + by_teams)

    def _last_moment(self, site: Site, which: Which, *, by_teams: bool, until_s: int = _NEVER) -> int | None:
        """The last moment for the lots left, not before now; `None` without lots or without a handover.

        A moment that a bound shows to be at `until_s` or later is `None` too: most reviews need no look at each job,
        and long before the end none at each lot.
        """
        crews = self.crews[site.name]
        if site.people.crews_until_s is None or (not by_teams and self._far_off(site, which, until_s)):
            return None
        lots = self._at_stake(site, which, by_teams=by_teams)
        if not lots:
            return None
        if by_teams:
            return crews.teams.latest_s(site.by_disposal(lots))
        if which is Which.USABLE:
            return self._last_moment_to_disable(site, lots, until_s)
        ground, destroy_s = crews.ground, crews.destroy_s
        allowed = min(max(1, site.people.crews_allowed()), ground.sites)
        bound_s = even_s(list(map(destroy_s.__getitem__, lots)), allowed)
        if self._latest(site, ground.planned, bound_s) >= until_s:
            return None
        work_s = makespan(list(map(destroy_s.__getitem__, site.by_disposal(lots))), allowed)
        return self._latest(site, ground.planned, work_s)

    def _far_off(self, site: Site, which: Which, until_s: int) -> bool:
        """Whether the last moment would be at an instant or later even with all lots of a place left as they came."""
        works, allowed = self._whole_work.get(site.name), site.people.crews_allowed()
        if works is None or site.passed_through:
            return False
        ground = self.crews[site.name].ground
        if which is Which.USABLE:
            return bool(allowed) and self._latest(site, site.hours, shared_s(*works[1], allowed)) >= until_s
        return self._latest(site, ground.planned, shared_s(*works[0], min(max(1, allowed), ground.sites))) >= until_s

    def _work_of_all(self, site: Site) -> tuple[tuple[int, int], tuple[int, int]]:
        """The work of destroying all lots of a place, and of disabling them, staged or not: in all, and the longest."""
        stock, lots = self.setting.stock, self._with_pieces(site.here, site.inside)
        staged_s = {lot: stock.stages[lot].staged_s for lot in lots if lot in stock.stages}

        def of_all(work_s: Sequence[int]) -> tuple[int, int]:
            each_s = [max(work_s[lot], staged_s.get(lot, 0)) for lot in lots]
            return sum(each_s), max(each_s, default=0)

        return of_all(stock.destroy_s), of_all(stock.disable_s)

    def _last_moment_to_disable(self, site: Site, lots: list[int], until_s: int) -> int | None:
        """The last moment at which lots, and those condemned before, can be disabled by the crews that are here."""
        crews, state = self.crews[site.name], self.setting.ledger.state
        allowed, disable_s = site.people.crews_allowed(), crews.disable_s
        if not allowed or not any(map(disable_s.__getitem__, lots)):
            return None
        before = [lot for lot in filterfalse(site.worked.__contains__, site.condemned) if state[lot] != State.DISABLED]
        bound_s = even_s(list(map(disable_s.__getitem__, [*before, *lots])), allowed)
        if self._latest(site, site.hours, bound_s) >= until_s:
            return None
        order = [*site.by_disposal(before), *site.by_disposal(lots)]
        return self._latest(site, site.hours, makespan(list(map(disable_s.__getitem__, order)), allowed))

    def _latest(self, site: Site, hours: Openings, work_s: int) -> int:
        """The latest time from which so much work, and a margin, can be done while crews are here; not before now."""
        until_s = site.people.crews_until_s
        assert until_s is not None
        if not work_s:
            return max(until_s, self.clock.now_s)
        latest = hours.latest_start(until_s, work_s + self.crews[site.name].ground.margin_s(hours, until_s))
        return self.clock.now_s if latest is None else max(latest, self.clock.now_s)

    def _at_stake(self, site: Site, which: Which, *, by_teams: bool) -> list[int]:
        """Lots here that would be left: not condemned, and not vehicles ready to leave with the rear party.

        Those that teams are to destroy and those that are for crews are looked at apart.
        """
        stock, ready, teams = self.setting.stock, site.ready, self.crews[site.name].teams
        if which is Which.USABLE:
            return list(filterfalse(stock.drives.__getitem__, [*site.backlog(), *site.lots_without_loader()]))
        drive_out = "road" in site.people.preference
        lots = self._sensitive(site) if which is Which.SENSITIVE else site.backlog()
        if teams.count:
            lots = [lot for lot in lots if teams.takes(lot) is by_teams]
        return [lot for lot in lots if site.awaits_lift(lot) and not (drive_out and stock.drives[lot] and lot in ready)]

    def _sensitive(self, site: Site) -> list[int]:
        """Sensitive lots here, including those of other places that pass through."""
        if site.passed_through:
            return list(filter(self.setting.stock.sensitive.__getitem__, site.here))
        return list(filter(site.here.__contains__, self.setting.stock.sensitive_of.get(site.name, ())))

    def _moment(self, site: Site, which: Which, *, by_teams: bool) -> None:
        """The moment has come, unless fewer lots are left than expected: then it is later."""
        if not site.open:
            return
        when = self._last_moment(site, which, by_teams=by_teams)
        if when is not None and when > self.clock.now_s:
            self._set_moment(site, when, which, by_teams=by_teams)
        elif when is not None:
            lots = self._at_stake(site, which, by_teams=by_teams)
            usable = which is Which.USABLE
            if usable:
                site.give_up_loaders()
            self.condemn(site, lots, Reason.LAST_TO_DISABLE if usable else Reason.LAST_MOMENT)

    # what follows

    def condemn(self, site: Site, lots: list[int], reason: Reason | Mapping[int, Reason]) -> None:
        """Condemn lots, for one reason or each for its own: crews that prepare them stop, and take up other work."""
        if lots:
            self._mark(site, lots, reason)
            self.crews[site.name].wake()

    def _mark(self, site: Site, lots: list[int], reason: Reason | Mapping[int, Reason]) -> None:
        """Condemn lots, and set the time of disposal."""
        if not lots:
            return
        now = self.clock.now_s
        site.pull(now)
        reasons = dict.fromkeys(lots, reason) if isinstance(reason, Reason) else dict(reason)
        if site.cargo:
            carrier = {each: lot for lot in lots for each in site.cargo.unload(lot, now, Why.VEHICLE_CONDEMNED)}
            lots = [*lots, *carrier]
            reasons |= {each: reasons.get(each, reasons[lot]) for each, lot in carrier.items()}
        for lot in lots:
            site.condemn(lot, now, reasons[lot])
        crews = self.crews[site.name]
        crews.stop(set(lots))
        crews.requeue()
        crews.plan_disposal(now)
        self.setting.ledger.places.append(PlaceStep(now, site.name, Moment.CONDEMNED, len(lots)))
