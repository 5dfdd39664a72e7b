"""What movement control remembers is what it would find, were it to look again."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from random_world import random_world

from sim.replication.play import Player
from sim.scenario.door import load, load_data
from sim.scenario.network import Option
from sim.scenario.scenario import Scenario
from sim.world import backlog
from sim.world.crews import Crews
from sim.world.projection import Projection
from sim.world.reach import Reach
from sim.world.site import Site

WORLDS = 40
KIDAL = Path(__file__).parents[2] / "scenarios" / "kidal-region.yaml"


def _worlds() -> list[Scenario]:
    return [load(KIDAL).scenario, *(load_data(random_world(Random(number))).scenario for number in range(WORLDS))]


def test_classes_that_trucks_could_take_are_as_if_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, remembered = [0, 0], Reach.takes_now

    def takes_now(reach: Reach, site: Site, option: Option) -> frozenset[str]:
        marshal = next(each for each in reach.road.marshals[site.name] if each.option is option)
        before, said = marshal.takes, remembered(reach, site, option)
        asked[marshal.takes is before] += 1
        assert said == reach._takes(marshal, reach.setting.clock.now_s).classes
        return said

    monkeypatch.setattr(Reach, "takes_now", takes_now)
    for scenario in _worlds():
        Player(scenario).play(7, 1)
    assert min(asked) > 100


def test_crews_at_work_are_foreseen_to_end_when_hours_alone_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    class Checked(Projection):
        def _look_at_crews(self, crews: Crews) -> None:
            super()._look_at_crews(crews)
            ends = {job.lot: self._hours.finish(self._now, crews.left_s(job)) for job in crews.jobs.values()}
            preparing = [job.lot for job in crews.jobs.values() if job.task == "prepare"]
            assert self._foreseen == [(ends[lot], lot) for lot in preparing if ends[lot] is not None]
            looked.append(len(ends))

    monkeypatch.setattr(backlog, "Projection", Checked)
    for scenario in _worlds():
        Player(scenario).play(7, 1)
    assert sum(looked) > 100
