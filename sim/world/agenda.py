"""The agenda: collects requests to decide on lift; at one instant there is one dispatch, then what it sends begins."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from sim.world.clock import Kind, Steps, follow
from sim.world.setting import Setting
from sim.world.site import Site

_NEVER = 1 << 60


class Agenda:
    """Requests for a decision, by instant; the decision maker registers once (`on_dispatch`)."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.clock = setting, setting.clock
        self._asked: dict[int, set[str] | None] = {}
        self._begun: list[tuple[int, int, Steps]] = []
        self._day = self._day_until_s = 0
        self._decide: Callable[[set[str] | None], None] = lambda _asked: None

    def on_dispatch(self, decide: Callable[[set[str] | None], None]) -> None:
        """Registers the function that decides; it gets the names of the sites in question, or `None` for all."""
        self._decide = decide

    def at(self, when_s: int, site: Site | None = None) -> None:
        """Decide at an instant, on one site or on all; several requests for one instant are one decision."""
        if when_s >= _NEVER:
            return
        if when_s not in self._asked:
            self._asked[when_s] = set()
            if when_s == self.clock.now_s:
                self.clock.last(self._dispatch)
            else:
                self.clock.call(when_s, Kind.DISPATCH, self._dispatch)
        sites = self._asked[when_s]
        if site is None:
            self._asked[when_s] = None
        elif sites is not None:
            sites.add(site.name)

    def begin(self, steps: Steps, rank: int, number: int) -> None:
        """Let a sortie or convoy begin after all decisions of this instant, in the order of ranks and numbers."""
        self._begun.append((rank, number, steps))

    def _dispatch(self) -> None:
        self._decide(self._asked.pop(self.clock.now_s))
        if self._begun:
            begun, self._begun = self._begun, []
            for _, _, steps in sorted(begun, key=itemgetter(0, 1)):
                follow(steps)

    # days

    def today(self) -> int:
        """The local day."""
        now = self.clock.now_s
        if now >= self._day_until_s:  # time never runs back
            self._day = self.setting.time.day_of(now)
            self._day_until_s = self.setting.time.day_starts_s[self._day + 1] if self.setting.remembers else 0
        return self._day

    def tomorrow_s(self) -> int:
        """When the next local day begins, or the last one of the calendar."""
        starts_s = self.setting.time.day_starts_s
        return starts_s[min(self.today() + 1, len(starts_s) - 1)]

    def tomorrow(self) -> None:
        """Decide when the next local day begins."""
        starts_s = self.setting.time.day_starts_s
        if self.today() + 1 < len(starts_s):
            self.at(starts_s[self.today() + 1])
