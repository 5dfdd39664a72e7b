"""Rules that span parts, warnings, and how much work a replication would be."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.distributions import parse_distribution
from sim.scenario.door import load
from sim.scenario.extending import read_chain
from sim.scenario.form import examine
from sim.scenario.look import Look
from sim.scenario.reach import least
from sim.scenario.work import work

SMALL = Path(__file__).parents[1] / "data" / "broken" / "base" / "small-camp.yaml"


def reported(*sets: str) -> list[str]:
    """Paths and faults of the small camp with changes."""
    try:
        load(SMALL, sets)
    except InputError as error:
        return [f"{problem.path}: {problem.wrong}" for problem in error.problems]
    return []


def warned(*sets: str) -> list[str]:
    return [problem.path for problem in load(SMALL, sets).warnings]


def test_a_sound_file_has_no_problem_and_no_warning() -> None:
    assert reported() == []
    assert warned() == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ("lift.aircraft.c130.payload=180 t", "lift.aircraft.c130.payload"),
        ("lift.aircraft.c130.block_speed=1200 km/h", "lift.aircraft.c130.block_speed"),
        ("lift.aircraft.c130.seats=900", "lift.aircraft.c130.seats"),
        ("lift.trucks.contract.payload=300 t", "lift.trucks.contract.payload"),
        ("routes.north.a_day=900 km", "routes.north.a_day"),
        ("places.camp.threat.shelter=90 d", "places.camp.threat.shelter"),
        ("places.camp.threat.alarms.rate=60 /day", "places.camp.threat.alarms.rate"),
        ("places.camp.people.military=60000", "places.camp.people"),
        ("places.hub.handover=2023-09-01", "places.hub.handover"),
        ("classes.box.prepare=100 d", "classes.box.prepare"),
        ("classes.box.value=2000 MUSD", "classes.box.value"),
        ("clearance.air={cargo: {refused: 99 %, lasting: 400 d}}", "clearance.air.cargo.lasting"),
        ("lift.aircraft.c130.payload={gravel: 6 t}", "places.hub.strip.surface"),
        ("accidents.landing={chance: {asphalt: 1 %}}", "places.camp.strip.surface"),
        ("phases.first.start=2023-09-20", "places.camp.handover"),
        ("lift.aircraft.c130.range=200 km", "places.camp.evacuate.hub"),
        (
            "routes.north.closures={rains: {from: 2032-08-01, until: 2032-08-09}}",
            "routes.north.closures.rains",
        ),
        (
            "places.camp.escalation={follows: {place: hub, after: 2 d}}",
            "places.camp.escalation.follows.place",
        ),
    ],
)
def test_a_figure_beyond_the_plausible_is_a_warning_and_strict_makes_it_an_error(change: str, path: str) -> None:
    assert warned(change) == [path]
    with pytest.raises(InputError, match=path):
        load(SMALL, [change], strict=True)


def test_what_a_place_says_of_transfers_under_an_order_that_cannot_come_is_a_warning() -> None:
    says = "places.camp.transfer_under_order=true"
    agreed, order = "classes.box.transfer={coe: agreed}", "places.camp.escalation={date: {on: 2023-08-03, notice: 2 d}}"
    ready = "places.camp.under_order={}"
    assert warned(says, agreed, order, ready) == []
    [no_order] = load(SMALL, [says, agreed]).warnings
    assert no_order.wrong == "this has no effect at camp: no order to leave can come there"
    [none_agreed] = load(SMALL, [says, order, ready]).warnings
    assert none_agreed.wrong == "this has no effect at camp: it has no lots whose transfer is agreed"


def test_only_a_custody_hub_with_a_way_on_forwards() -> None:
    assert reported("places.camp.forwards=true") == [
        "places.camp.forwards: only a hub with custody forwards; others send on what comes in any case"
    ]
    assert reported("places.hub.forwards=true") == ["places.hub.forwards: it has no way to forward anything"]
    assert reported("places.hub.forwards=false") == []


def test_what_goes_by_sea_needs_a_vessel_and_a_vessel_a_way_and_a_date() -> None:
    assert reported("places.camp.evacuate={hub: [road, sea]}") == [
        "places.camp.evacuate.hub: no vessel sails from camp to hub"
    ]
    ship = "{ship: {at: camp, to: hub, at_berth: 1 d, at_sea: 1 d, payload: 9 t%s}}"
    assert reported("lift.vessels=" + ship % "") == [
        "lift.vessels.ship: it never sails",
        "lift.vessels.ship.to: camp sends nothing there by sea",
    ]
    by_sea = "places.camp.evacuate={hub: [road, sea]}"
    assert reported("lift.vessels=" + ship % ", sailings: [2023-08-01]", by_sea) == []


def test_a_charter_that_ends_before_it_begins_is_refused() -> None:
    begins, ends = "lift.aircraft.c130.from=2023-08-01", "lift.aircraft.c130.until=2023-07-31"
    assert reported(begins, ends) == ["lift.aircraft.c130.until: c130 ends before it begins"]
    assert reported(begins, "lift.aircraft.c130.until=2023-08-01") == []


def test_a_closed_leg_lies_between_neighbours_on_the_route() -> None:
    leg = "routes.north.leg_closures={flood: {leg: [%s], from: 2023-08-10, until: 2023-08-12}}"
    assert reported(leg % "camp, camp") == [
        "routes.north.leg_closures.flood.leg: these places are not next to each other on the route"
    ]
    assert reported(leg % "camp, hub") == []


def test_a_camp_has_no_receiving_end() -> None:
    assert reported("places.camp.receiving={holding: 3}") == [
        "places.camp.receiving: only hubs and exits have a receiving end; this is a camp"
    ]
    assert reported("places.hub.receiving={processing: {bix: 1 h}}") == [
        "places.hub.receiving.processing.bix: unknown class"
    ]


def test_a_hub_that_forwards_where_no_exit_is_reached_is_a_warning() -> None:
    assert "places.hub.forwards" in warned("places.hub.forwards=true", "places.hub.evacuate={camp: [air]}")
    on = load(Path(__file__).parents[1] / "verification" / "oracles" / "forwarded.yaml")
    assert not [warning for warning in on.warnings if "forwards" in warning.path]


def test_landings_under_fire_without_danger_or_that_never_happen_are_warned_of() -> None:
    turns, near = "lift.aircraft.c130.ground_time_under_fire=15 min", "lift.aircraft.c130.commit=20 min"
    assert warned(turns) == ["lift.aircraft.c130.ground_time_under_fire"]
    assert warned(turns, near) == ["lift.aircraft.c130.commit"]
    assert warned(turns, near, "hits={landing: {under_fire: 5 %}}") == []


def test_a_transfer_of_sensitive_lots_is_a_warning() -> None:
    [warning] = load(SMALL, ["classes.box.transfer={coe: agreed}", "classes.box.sensitive=true"]).warnings
    assert warning.wrong == "this has no effect: sensitive lots are not transferred"


def test_only_what_drives_carries_something_along_and_only_what_fits_into_it() -> None:
    assert reported("classes.box.carries={payload: 1 t}") == [
        "classes.box.carries: what does not drive carries nothing along"
    ]
    car, lots = "mass: 2 t, moves: [self], crew: 1", "places.camp.lots={car: {coe: 1}}"
    for payload, floor, warnings in (("4 t", "2", []), ("3 t", "2", 1), ("4 t", "1", 1)):
        classes = f"classes={{car: {{{car}, carries: {{payload: {payload}, floor: {floor}}}}}}}"
        assert warned(classes, lots) == (["classes.car.carries"] if warnings else [])


def test_a_denial_that_all_classes_share_is_a_warning() -> None:
    [warning] = load(SMALL, ["classes.box.denial=3"]).warnings
    assert warning.wrong == "this has no effect: every class has the same"
    assert reported("classes.box.denial=6") != []
    assert reported("classes.box.denial=0") != []


def test_an_order_that_changes_nothing_in_how_a_camp_works_is_a_warning_and_so_are_rules_for_no_order() -> None:
    ready, order = "places.camp.under_order={}", "places.camp.escalation={date: {on: 2023-08-03, notice: 2 d}}"
    [same] = load(SMALL, [order]).warnings
    assert same.path == "places.camp.escalation"
    assert same.wrong == (
        "an order to leave changes nothing in how camp works: same hours, crews and preparing of vehicles"
    )
    assert warned(order, ready) == []
    [never] = load(SMALL, ["places.camp.escalation={date: {on: 2023-08-03, chance: 0 %}}"]).warnings
    assert never.wrong == "no order to leave will ever come to camp: the order on a date has no chance"
    [none] = load(SMALL, [ready]).warnings
    assert none.path == "places.camp.under_order"
    assert none.wrong == "this has no effect at camp: no order to leave can come there"


def test_types_named_for_what_does_not_fly_and_costs_that_no_seat_has_are_warnings() -> None:
    assert warned("classes.box.flies_in=[c130]") == []
    [grounded] = load(SMALL, ["classes.box.flies_in=[c130]", "classes.box.moves=[truck]"]).warnings
    assert grounded.wrong == "this has no effect: box does not move by aircraft"
    by_cost = "policy.aircraft=cost_a_seat"
    assert warned(by_cost, "lift.aircraft.c130.cost=9 kUSD/h", "lift.aircraft.c130.seats=10") == []
    assert warned(by_cost, "lift.aircraft.c130.seats=10") == ["policy.aircraft"]
    assert reported("classes.box.flies_in=[c131]") == ["classes.box.flies_in.0: unknown aircraft type"]


def test_what_no_named_type_can_carry_is_an_error(tmp_path: Path) -> None:
    heavy = "{count: 1, base: hub, helicopter: true, payload: 30 t, positions: 9, block_speed: 200 km/h}"
    (tmp_path / "base.yaml").write_bytes(SMALL.read_bytes())
    lines = ["extends: base.yaml", "lift: {aircraft: {heavy: " + heavy + "}}", "classes: {box: {moves: [aircraft]}}"]
    file = tmp_path / "small.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    load(file)
    load(file, ["classes.box.flies_in=[heavy]"])
    with pytest.raises(InputError, match="no lift can carry box from here"):
        load(file, ["classes.box.flies_in=[heavy]", "lift.aircraft.heavy.positions=0"])


def test_crews_and_hours_that_only_an_order_brings_are_not_said_to_be_missing() -> None:
    order = "places.camp.escalation={date: {on: 2023-08-03, notice: 2 d}}"
    nobody = ["places.camp.crews.count=0", "classes.box.prepare=1 h", "places.camp.people={military: 100}"]
    assert warned(*nobody) == ["places.camp.crews"]
    assert warned(*nobody, order, "places.camp.under_order={}") == []


def test_a_convoy_at_400_kilometres_an_hour_is_a_warning() -> None:
    [warning] = load(SMALL, ["routes.north.a_day=800 km", "routes.north.marching_hours=06:00-08:00"]).warnings
    assert warning.wrong == "this makes 400 km/h in the marching hours 06:00-08:00"


def test_a_lot_that_no_lift_can_carry_is_allowed_where_the_file_says_so() -> None:
    assert reported("classes.box.mass=180 t") == [
        "places.camp.lots.box: no lift can carry box from here to an exit or a custody hub"
    ]
    assert reported("classes.box.mass=180 t", "policy.unliftable=allow") == []
    assert reported("classes.box.mass={uniform: [2 t, 180 t]}") == []


@pytest.mark.parametrize(
    "change",
    [
        "lift.trucks.contract.count=0",
        "lift.trucks.contract.payload=1 t",
        "lift.trucks.contract.floor=1",
        "classes.box.moves=[aircraft]",
    ],
)
def test_one_lift_that_can_is_enough_and_none_is_reported(change: str) -> None:
    assert reported(change) == []
    assert reported(change, "lift.aircraft.c130.positions=1") == [
        "places.camp.lots.box: no lift can carry box from here to an exit or a custody hub"
    ]


def test_a_container_flies_only_in_types_that_take_containers() -> None:
    sets = ["classes.box.container=true", "classes.box.moves=[aircraft]"]
    assert len(reported(*sets)) == 1
    assert reported(*sets, "lift.aircraft.c130.containers=true") == []


def test_a_distance_that_is_given_needs_no_position() -> None:
    assert len(reported("places.camp.position=null")) == 1
    assert reported("places.camp.position=null", "lift.distances={camp: {hub: 455 km}}") == []


def test_rules_are_reported_together_with_faults_of_form() -> None:
    found = reported("places.camp.role=kamp", "classes.box.moves=[self]", "lift.convoys.vehicles={least: 9, most: 3}")
    assert found == [
        "places.camp.role: unknown value",
        "lift.convoys.vehicles: `least` is above `most`",
        "classes.box: a class that moves by itself needs a crew",
    ]


def test_what_only_follows_from_another_fault_is_not_reported() -> None:
    assert reported("places.camp.threat.shelter=2 km") == ["places.camp.threat.shelter: 'km' is not a unit for this"]
    assert reported("lift.aircraft.c130.base=hob") == ["lift.aircraft.c130.base: unknown place"]
    assert reported("calendar.deadline=2023-02-31") == ["calendar.deadline: no such date or time: 2023-02-31"]


def test_the_work_of_alarms_follows_their_rate_their_periods_and_their_aftershocks(tmp_path: Path) -> None:
    file = tmp_path / "camp.yaml"
    file.write_text(
        SMALL.read_text().replace(
            "alarms: {rate: 0.05 /day}",
            "alarms: {rate: 2 /day, aftershocks: {mean: 0.5, delay: 1 h}}\n"
            "      periods:\n"
            "        a: {from: 2023-07-01, until: 2023-07-10, times: 3}\n"
            "        b: {from: 2023-07-06, until: 2023-07-15, times: 5}",
        )
    )
    draft = read_chain(str(file))
    scenario, _, left_out = examine(draft)
    assert scenario is not None
    [alarms] = [share for share in work(Look(scenario, draft, frozenset(left_out))) if share.what == "alarms at camp"]
    assert alarms.events == pytest.approx(2 * (5 * 3 + 10 * 5 + 77) / (1 - 0.5))


@pytest.mark.parametrize(
    "sets",
    [
        ("places.camp.lots.box.coe=500000",),
        ("places.camp.threat.alarms.rate=100000 /day",),
        ("routes.north.attacks={rate: 1000000 /km, delay: 1 h, vehicles_lost: 0, hurt: 0}",),
        ("routes.north.washouts={rate: 100000 /day, lasts: 1 h}",),
        ("places.camp.strip.washouts={rate: 100000 /day, lasts: 1 h}",),
        ("routes.north.a_day=100000000000 km",),
        ("calendar.deadline=2033-01-01", "policy.disposal.review=1 min"),
    ],
)
def test_more_work_than_a_replication_can_be_is_reported_before_anything_starts(sets: tuple[str, ...]) -> None:
    assert [line.partition(": ")[2] for line in reported(*sets)] == ["one replication would have too many events"]


@pytest.mark.parametrize(
    ("distribution", "value"),
    [
        ("4 t", 4000),
        ({"uniform": ["2 t", "9 t"]}, 2000),
        ({"lognormal": {"mean": "2 t", "cv": 0.5}}, 0),
        ({"empirical": ["5 t", "3 t"]}, 3000),
        (
            {
                "mixture": {
                    "a": {"weight": 0.5, "of": "3 t"},
                    "b": {"weight": 0.5, "of": {"triangular": ["1 t", "2 t", "3 t"]}},
                }
            },
            1000,
        ),
    ],
)
def test_the_least_value_of_a_law_is_the_least_that_it_can_give(distribution: object, value: float) -> None:
    assert least(parse_distribution(distribution, "mass")) == value


def test_explosives_teams_without_anything_to_destroy_are_a_warning() -> None:
    teams = "places.camp.eod={teams: 1, a_day: 3 t}"
    [warning] = load(SMALL, [teams]).warnings
    assert warning.wrong == "this has no effect: no lot at camp is of a class that only explosives teams destroy"
    assert warned(teams, "classes.box.destroyed_by=eod") == []
    [unused] = load(SMALL, [teams, "classes.box.destroyed_by=eod", "classes.box.destroy=2 h"]).warnings
    assert unused.wrong.startswith("this is not used: explosives teams destroy it by mass and daylight")
    [daylight] = load(SMALL, ["places.camp.daylight=05:00-19:00"]).warnings
    assert daylight.wrong == "this has no effect: nothing at camp is done by daylight alone"


def test_convoys_that_leave_at_their_minimum_where_escorts_are_short_are_a_warning() -> None:
    few = ("lift.convoys={at_once: 2, vehicles: {least: 5, most: 20}}",)
    [short] = load(SMALL, few).warnings
    assert short.wrong == (
        "convoys leave as soon as 5 vehicles are loaded, and with 20 trucks there can be more of them than the 2 that "
        "may be on the road at once"
    )
    assert warned("lift.convoys={at_once: 2, vehicles: {least: 5, most: 20}, form_within: 2 d}") == []
    assert warned("lift.convoys={at_once: 4, vehicles: {least: 5, most: 20}}") == []
