"""What movement control remembers is what it would find, were it to look again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

import pytest
from little import ROAD, TRUCK, Data, H, camp, world
from random_world import random_world
from wild_world import wild_world

from sim.ledger.kinds import Task, Why
from sim.ledger.states import State
from sim.replication.simulator import Simulator
from sim.scenario.door import load, load_data
from sim.scenario.places import Mode
from sim.scenario.scenario import Scenario
from sim.tape.tape import draw
from sim.world import projection
from sim.world.backlog import Backlog
from sim.world.carriers import Carriers
from sim.world.chalk import Room
from sim.world.clock import Kind
from sim.world.control import Control
from sim.world.crews import SiteCrews
from sim.world.driving import Driving
from sim.world.marshal import Vehicle
from sim.world.projection import Projection
from sim.world.reviews import Reviews, Which
from sim.world.site import Site
from sim.world.standing import Standing
from sim.world.waiting import Waiting
from sim.world.world import World

WORLDS, SEED = 40, 20_231_231
KIDAL = Path(__file__).parents[2] / "scenarios" / "kidal-region.yaml"


def _worlds() -> list[Scenario]:
    return [load(KIDAL).scenario, *(load_data(random_world(Random(number))).scenario for number in range(WORLDS))]


def _long_to_disable_once_staged() -> Data:
    staged = {"destroy": "1 h", "disable": "1 min", "stage": {"work": "1 h", "staged": "40 h"}}
    lots = {"house": {"coe": 20}, "box": {"coe": 1}}
    classes = {"house": {"moves": ["truck"], "mass": "99 t", **staged}, "box": {"prepare": "1 h", "disable": "1 h"}}
    road = {"lift": {"trucks": {"t": {**TRUCK, "from": "2023-01-09"}}}, "routes": ROAD}
    return world({"camp": camp(lots=lots, crews={"count": 2})}, classes, policy={"disposal": "projected"}, **road)


def _hours_without_trucks(road: Data, handover: str) -> list[int]:
    """Asked at each hour, those at which idle trucks of the exit could take nothing from the camp."""
    data = world(
        {"camp": camp(handover=handover)},
        {"box": {}},
        lift={"trucks": {"t": {**TRUCK, "base": "out"}}, "convoys": {"load_at_least": "2 h"}},
        routes={"r": {**ROAD["r"], **road}},
    )
    simulator = Simulator(load_data(data).scenario)
    simulated = World(simulator.static, draw(simulator.frame, 1, 1, frozenset()))
    control, none = simulated.control, list[int]()
    site = simulated.sites["camp"]
    option = control.motorpool.marshals["camp"][0].option

    def ask(hour: int) -> None:
        if not control.takes.takes_now(site, option):
            none.append(hour)

    for hour in range(60):
        simulated.clock.call(hour * H, Kind.WINDOW, partial(ask, hour))
    simulated.run()
    return none


def test_idle_trucks_could_take_nothing_while_their_road_is_closed() -> None:
    shut = {"closures": {"rains": {"from": "2023-01-01T02:00", "until": "2023-01-01T05:00"}}}
    assert _hours_without_trucks(shut, "2023-01-10") == [2, 3, 4]


def test_idle_trucks_could_take_nothing_when_they_could_not_stay_before_the_handover() -> None:
    assert _hours_without_trucks({}, "2023-01-02T20:00") == list(range(39, 60))  # 4 h of way and 2 h of loading


def test_idle_trucks_could_take_nothing_at_a_pace_that_is_too_slow_in_time() -> None:
    slow = {"from": "2023-01-02T02:00", "until": "2023-01-02T08:00", "pace": "slow"}
    pace = {"a_day": {"normal": "600 km", "slow": "200 km"}, "pace": "normal", "periods": {"threat": slow}}
    assert _hours_without_trucks(pace, "2023-01-02T20:00") == [*range(31, 32), *range(39, 60)]  # 12 h of way


def test_crews_at_work_are_foreseen_to_end_when_hours_alone_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    class Checked(Projection):
        def _look_at_crews(self, crews: SiteCrews) -> None:
            super()._look_at_crews(crews)
            ends = {job.lot: self._hours.finish(self._now, job.left_s(self._now)) for job in crews.jobs.values()}
            preparing = [job.lot for job in crews.jobs.values() if job.task is Task.PREPARE]
            inside = {piece for pieces in self._site.inside.values() for piece in pieces}  # foreseen after their shell
            foreseen = [(at_s, lot) for at_s, lot in self._foreseen if lot not in inside]
            assert foreseen == [(ends[lot], lot) for lot in preparing if ends[lot] is not None]
            looked.append(len(ends))

    monkeypatch.setattr(projection, "Projection", Checked)
    for scenario in _worlds():
        Simulator(scenario).run(7, 1)
    assert sum(looked) > 50


def test_what_stands_for_a_lift_is_what_sieving_and_sorting_all_ready_lots_would_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    kept = Site.standing

    def checked(site: Site, carried: bytes, mode: Mode) -> Standing:
        standing, stock = kept(site, carried, mode), site.stock
        lots, floors = [lot for lot in site.ready if carried[lot]], stock.floors[mode]
        kg, milli = sum(stock.mass_kg[lot] for lot in lots), sum(floors.milli[lot] for lot in lots)
        assert (len(standing), standing.kg, standing.floor_milli) == (len(lots), kg, milli)
        for room in (Room(1, 1_000_000), Room(1_000_000, 1)):  # mass is scarce, floor is
            by_floor = milli * room.kg > kg * room.floor_milli
            ranks = floors.rank if by_floor else stock.by_mass
            assert list(standing.in_order(room)) == sorted(lots, key=ranks.__getitem__)
        asked.append(len(lots))
        return standing

    monkeypatch.setattr(Site, "standing", checked)
    for scenario in _worlds():
        Simulator(scenario).run(7, 1)
    assert sum(count > 1 for count in asked) > 100


def test_what_waits_for_crews_is_what_putting_it_in_order_again_would_give(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, plan, put_back = Counter[str](), SiteCrews.plan_disposal, Waiting.put_back

    def said(crews: SiteCrews) -> tuple[object, ...]:
        waiting = crews.waiting
        works = [(each.each_s, each.all_s, each.longest_s) for each in (waiting.destroying, waiting.disabling)]
        shorter_s = waiting.shorter_s()
        return waiting.lots, works, shorter_s, waiting.to_stage, waiting.for_teams, crews.teams.waiting

    def checked(crews: SiteCrews, now: int) -> None:
        plan(crews, now)
        kept = said(crews)
        crews.requeue()
        assert said(crews) == kept
        counts["plans"] += len(crews.waiting.lots) > 1
        counts["for teams"] += bool(crews.teams.waiting)

    def counted(waiting: Waiting, lot: int, turns: Sequence[int]) -> None:
        put_back(waiting, lot, turns)
        counts["in the middle"] += waiting.lots[-1] != lot != waiting.lots[0]

    monkeypatch.setattr(SiteCrews, "plan_disposal", checked)
    monkeypatch.setattr(Waiting, "put_back", counted)
    others = (load_data(random_world(Random(number))).scenario for number in (42, 116, 132))
    for scenario in (*_worlds(), *others):  # in these, what teams can do by handover changes while the same lots wait
        Simulator(scenario).run(SEED, 1)
    assert min(counts["plans"], counts["for teams"], counts["in the middle"]) > 30


def test_a_last_moment_that_is_said_to_be_far_off_is_so(monkeypatch: pytest.MonkeyPatch) -> None:
    far_off, counts = Reviews._far_off, Counter[tuple[Which, bool]]()

    def checked(reviews: Reviews, site: Site, which: Which, until_s: int) -> bool:
        found = far_off(reviews, site, which, until_s)
        counts[which, found] += 1
        if found:
            when = reviews._last_moment(site, which, by_teams=False)  # however late
            assert when is None or when >= until_s
        return found

    monkeypatch.setattr(Reviews, "_far_off", checked)
    wild = (wild_world(Random(number)) for number in (94, 126, 132))  # lots that pass through, pieces
    for scenario in (*_worlds(), *(load_data(each).scenario for each in (*wild, _long_to_disable_once_staged()))):
        Simulator(scenario).run(SEED, 1)
    for which in Which:
        assert min(counts[which, True], counts[which, False]) > 10, counts


def test_vehicles_kept_for_the_last_are_what_putting_all_in_order_again_would_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, loaded = Driving.kept_for_rear_party, list[int]()

    def checked(driving: Driving, site: Site) -> set[int]:
        found = kept(driving, site)
        driving._kept.clear()
        site._in_order.clear()
        assert kept(driving, site) == found
        standing = [vehicle for marshal in driving._marshals[site.name] for vehicle in marshal.loaded]
        loaded.append(len(driving.standing_own(standing)))
        return found

    monkeypatch.setattr(Driving, "kept_for_rear_party", checked)
    for scenario in _worlds():
        Simulator(scenario).run(7, 1)
    assert sum(map(bool, loaded)) > 50


def test_where_no_vehicle_had_room_none_has_while_they_and_those_kept_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill, skipped = Carriers._fill, list[str]()

    def checked(carriers: Carriers, site: Site) -> None:
        now = site.driving_in_order(), carriers.driving.kept_for_rear_party(site)
        before = carriers._without_room.pop(site.name, None)
        steps = len(site.ledger.lots)
        fill(carriers, site)
        if before is not None and before[0] is now[0] and before[1] is now[1]:
            assert len(site.ledger.lots) == steps
            assert site.name in carriers._without_room
            skipped.append(site.name)

    monkeypatch.setattr(Carriers, "_fill", checked)
    for scenario in _worlds():
        Simulator(scenario).run(7, 1)
    assert len(skipped) > 100


def test_what_sorties_will_take_is_what_each_would_find_if_it_looked_from_the_first_lot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claimed, several = Backlog.claimed, list[int]()

    def checked(backlog: Backlog, site: Site) -> frozenset[int]:
        found, anew = claimed(backlog, site), set[int]()
        sorties = backlog.air.under_way[site.name].claiming
        for sortie in sorties:
            backlog._claim(site, sortie, anew, {})
        assert found == anew
        several.append(len(sorties) > 1 and bool(anew))
        return found

    monkeypatch.setattr(Backlog, "claimed", checked)
    for scenario in _worlds():
        Simulator(scenario).run(SEED, 1)
    assert sum(several) > 15


def test_a_vehicle_that_burns_while_it_is_loaded_is_no_longer_kept_for_the_last() -> None:
    place = camp(people={"soldiers": 4}, lots={"car": {"unoe": 2}})
    data = world({"camp": place}, {"car": {"moves": ["self"], "crew": 4}})
    simulator = Simulator(load_data(data | {"routes": ROAD}).scenario)
    simulated = World(simulator.static, draw(simulator.frame, 1, 1, frozenset()))
    control, site, state = simulated.control, simulated.sites["camp"], simulated.ledger.state
    driving = control.carriers.driving
    state[1] = State.PREPARING
    site.make_ready(1, 0, Why.NOTHING_TO_PREPARE)
    control.motorpool.marshals["camp"][0].loading.append(Vehicle(None, own=0))
    state[0] = State.LOADING
    assert driving.kept_for_rear_party(site) == {0}
    state[0] = State.LOST
    assert driving.kept_for_rear_party(site) == {1}


def _histories() -> list[tuple[object, ...]]:
    """The ledgers of all worlds, with what the clock took to get there at the end of each."""
    found = []
    for scenario in _worlds():
        history = Simulator(scenario).history(1, 1)
        reported = history.ledger
        found.append(
            (
                reported.lots,
                reported.marks,
                reported.work,
                reported.people,
                reported.lift,
                reported.places,
                history.events,
            )
        )
    return found


def test_days_that_begin_unseen_would_have_changed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    spared = _histories()
    monkeypatch.setattr(Control, "_all_over", lambda _: False)
    every = _histories()
    assert [history[:-1] for history in spared] == [history[:-1] for history in every]
    assert spared[0][-1] < every[0][-1]  # the region has closed long before the horizon


def test_after_the_last_place_has_closed_no_day_begins_any_more() -> None:
    def events(deadline: str) -> int:
        lift = {"trucks": {"t": {**TRUCK, "base": "out"}}}
        data = world({"camp": camp()}, {"box": {}}, calendar={"deadline": deadline}, lift=lift, routes=ROAD)
        return Simulator(load_data(data).scenario).history(1, 1).events

    assert events("2023-01-20") == events("2023-03-20")
