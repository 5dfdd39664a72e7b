"""The ground of a site where lots are burnt and demolished: so many at once, by daylight, and not beside lift."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sim.scenario.calendar import DAY_S
from sim.scenario.openings import Openings
from sim.world.clock import Kind
from sim.world.jobs import CrewJob
from sim.world.site import Site
from sim.world.waiting import Works

MANY = 1 << 30
_MEMORY_S = 14 * DAY_S


class Ground:
    """The places of demolition of one site, shared by crews and explosives teams; without a rule there are enough.

    `hours` are those in which crews destroy. Work is halted while an aircraft is
    on the ground, or a column forms, if the place says so.
    """

    def __init__(self, site: Site, on_free: Callable[[], None]) -> None:
        rule, tape, frame = site.place.demolition, site.tape, site.setting.frame
        self.clock, self._on_free = site.clock, on_free
        self.limited = rule is not None
        self._site, self._daylight = site, frame.daylight.get(site.name)
        self._planned: tuple[Openings, Openings] | None = None
        self.hours = tape.working[site.name]
        self.sites, self._halts_for = MANY, frozenset[str]()
        if rule is not None:
            self.sites, self._halts_for = rule.sites, frozenset(rule.halts_for)
            self.hours = self.hours.both(tape.daylight[site.name])
        self._jobs: dict[tuple[bool, int], tuple[CrewJob, Callable[[CrewJob], None]]] = {}
        self._aircraft, self._forms = 0, False
        self._watched: set[bool] = set()
        self._looks_s = 0

    @property
    def planned(self) -> Openings:
        """The hours in which crews destroy as known now, without alarms: they change with an order."""
        if not self.limited or self._daylight is None:
            return self._site.hours
        if self._planned is None or self._planned[0] is not self._site.hours:
            self._planned = self._site.hours, self._site.hours.both(self._daylight)
        return self._planned[1]

    @property
    def halted(self) -> bool:
        """Whether lift is too near for any work."""
        return ("aircraft" in self._halts_for and self._aircraft > 0) or ("column" in self._halts_for and self._forms)

    @property
    def watches(self) -> bool:
        """Whether columns that form here halt the work."""
        return "column" in self._halts_for

    def margin_s(self, hours: Openings, until_s: int) -> int:
        """The time by which work on condemned lots begins earlier, in hours to an instant.

        If it is not given and a class is staged: the share of working hours spent in shelter in the last days, of the
        hours that are left.
        """
        site, now = self._site, self.clock.now_s
        given_s = site.setting.scenario.policy.disposal.margin_s
        if given_s is not None or not site.stock.any_stages:
            return given_s or 0
        since_s = max(0, now - _MEMORY_S)
        worked_s = site.tape.hours[site.name].open_between(since_s, now)
        calm_s = site.tape.working[site.name].open_between(since_s, now)
        return (worked_s - calm_s) * hours.open_between(now, until_s) // worked_s if worked_s else 0

    def is_free(self, hours: Openings) -> bool:
        """Whether work can begin now, in the hours of those who would do it."""
        if not self.limited:
            return True
        return len(self._jobs) < self.sites and not self.halted and hours.is_open(self.clock.now_s)

    def watch_for(self, hours: Openings, look: Callable[[], None], *, explosives: bool = False) -> None:
        """From now on let those who wait for room look again whenever their hours open, crews before teams."""
        if self.limited and explosives not in self._watched:
            self._watched.add(explosives)
            self._look_at_next(hours, look, int(explosives))

    def _look_at_next(self, hours: Openings, look: Callable[[], None], turn: int) -> None:
        opens_s = hours.next_start(self.clock.now_s)
        if opens_s <= self._site.setting.time.horizon_s:
            self.clock.call(opens_s, Kind.WINDOW, partial(self._opens, hours, look, turn), self._site.rank, turn)

    def _opens(self, hours: Openings, look: Callable[[], None], turn: int) -> None:
        if self._site.open:
            look()
            self._look_at_next(hours, look, turn)

    def may_wait(self, disabling: Works, crews: int) -> bool:
        """Whether crews can wait for room and still disable all that waits; when that ends, they look again."""
        until_s, now = self._site.people.crews_until_s, self.clock.now_s
        latest_s = None if until_s is None else self._site.hours.latest_start(until_s, disabling.makespan(crews))
        if latest_s is None or latest_s <= now:
            return False
        if latest_s != self._looks_s:
            self._looks_s = latest_s
            self.clock.call(latest_s, Kind.RELEASE, self._on_free, self._site.rank)
        return True

    def take(self, job: CrewJob, again: Callable[[CrewJob], None], *, explosives: bool = False) -> None:
        """A job begins; `again` is called with it when it goes on at another hour than foreseen."""
        if self.limited:
            self._jobs[explosives, job.crew] = (job, again)

    def give_back(self, job: CrewJob, *, explosives: bool = False) -> None:
        """A job is over."""
        if self._jobs.pop((explosives, job.crew), None) is not None:
            self._on_free()

    def aircraft(self, change: int) -> None:
        """An aircraft has landed, or is gone."""
        was, self._aircraft = self.halted, self._aircraft + change
        self._look(was=was)

    def column(self, *, forms: bool) -> None:
        """Whether a column forms here."""
        was, self._forms = self.halted, forms
        self._look(was=was)

    def _look(self, *, was: bool) -> None:
        now = self.clock.now_s
        if self.halted and not was:
            for job, _ in self._jobs.values():
                job.halt(now)
        elif was and not self.halted:
            for job, again in self._jobs.values():
                if job.go_on(now):
                    again(job)
            self._on_free()
