from typing import Any

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.tape.tape import Tape, draw, frame

DAY = 86_400
ATTACKS = {
    "rate": "0.0171428571428571 /km",
    "delay": "8 h",
    "vehicles_lost": {"poisson": {"mean": 1.2}},
    "hurt": {"poisson": {"mean": 4}},
}
ACCIDENTS = {"landing": {"chance": "2 %", "repair": {"exponential": {"mean": "5 d"}}}}
HITS = {"landing": {"under_fire": "5 %", "out": {"exponential": {"mean": "2 d"}}}}


def tape(k: int = 0, without: frozenset[str] = frozenset(), route: dict[str, Any] | None = None, **more: Any) -> Tape:
    plane = {"count": 3, "base": "hub", "payload": "9 t", "block_speed": "400 km/h", **more.pop("plane", {})}
    road = {"through": ["camp", "hub"], "km": [350], "a_day": "60 km", **(route or {})}
    data = {
        "schema": 1,
        "name": "x",
        "calendar": {"start": "2023-07-01", "deadline": "2023-12-31"},
        "places": {"camp": {"role": "camp"}, "hub": {"role": "hub"}},
        "lift": {"aircraft": {"plane": plane}, "convoys": more.pop("convoys", {})},
        "routes": {"road": road},
        **more,
    }
    return draw(frame(Scenario.read(data)), 1, k, without)


def test_a_tail_is_fit_on_its_share_of_days_each_for_itself() -> None:
    fit = np.array(
        [
            [[each.fit("plane", tail, day) for day in range(184)] for tail in range(3)]
            for each in (tape(k, plane={"available": 0.8}) for k in range(40))
        ]
    )
    assert abs(fit.mean() - 0.8) < 4 * 0.4 / fit.size**0.5
    assert abs(np.corrcoef(fit[:, 0].ravel(), fit[:, 1].ravel())[0, 1]) < 0.05


def test_one_more_tail_leaves_the_others_as_they_were() -> None:
    few, many = (tape(plane={"count": count, "available": 0.5}) for count in (2, 9))
    assert [[each.fit("plane", tail, d) for tail in (0, 1) for d in range(99)] for each in (few, few)] == [
        [many.fit("plane", tail, d) for tail in (0, 1) for d in range(99)]
    ] * 2


def test_breakdowns_come_by_sortie_with_their_chance_in_whatever_order_they_are_asked() -> None:
    plane = {"breakdown": {"per_sortie": 0.1, "repair": {"exponential": {"mean": "2 d"}}}}
    one, two = tape(plane=plane), tape(plane=plane)
    forward = [one.breakdown("plane", 1, n) for n in range(3000)]
    assert [two.breakdown("plane", 1, n) for n in reversed(range(3000))] == forward[::-1]
    repairs = [each for each in forward if each]
    assert abs(len(repairs) / 3000 - 0.1) < 0.025
    assert np.mean(repairs) == pytest.approx(2 * DAY, rel=0.25)
    assert tape(0, frozenset({"availability"}), plane=plane).breakdown("plane", 1, forward.index(repairs[0])) == 0


def test_the_nth_landing_has_its_own_draws_in_whatever_order_it_is_asked() -> None:
    one, two = (tape(accidents=ACCIDENTS, hits=HITS) for _ in range(2))
    forward = [one.landing("camp", n) for n in range(500)]
    assert [two.landing("camp", n) for n in reversed(range(500))] == forward[::-1]
    assert one.landing("hub", 0) != forward[0]
    assert len({each.accident_u for each in forward} | {each.hit_u for each in forward}) == 1000
    for values in (
        [each.accident_u for each in forward],
        [each.hull_u for each in forward],
        [each.hit_u for each in forward],
    ):
        assert abs(np.mean(values) - 0.5) < 0.06
    assert np.mean([each.repair_s for each in forward]) == pytest.approx(5 * DAY, rel=0.2)
    assert np.mean([each.out_s for each in forward]) == pytest.approx(2 * DAY, rel=0.2)


def test_taking_accidents_off_leaves_the_hits_and_the_other_way_round() -> None:
    both = tape(accidents=ACCIDENTS, hits=HITS).landing("camp", 7)
    safe = tape(0, frozenset({"accidents"}), accidents=ACCIDENTS, hits=HITS).landing("camp", 7)
    quiet = tape(0, frozenset({"hits"}), accidents=ACCIDENTS, hits=HITS).landing("camp", 7)
    assert [safe.accident_u, safe.hit_u, safe.out_s] == [1.0, both.hit_u, both.out_s]
    assert [quiet.hit_u, quiet.accident_u, quiet.repair_s] == [1.0, both.accident_u, both.repair_s]


def test_attacks_at_six_per_350_km_have_mean_and_variance_six() -> None:
    each = tape(route={"attacks": ATTACKS})
    counts = np.array([len(each.convoy("road", n, 350.0, 0).mishaps) for n in range(2000)])
    assert abs(counts.mean() - 6) < 4 * (6 / 2000) ** 0.5
    assert counts.var() == pytest.approx(6, rel=0.13)


def test_attacks_on_a_hundred_vehicles_are_those_without_a_power_and_fewer_vehicles_meet_fewer() -> None:
    plain, sized = tape(route={"attacks": ATTACKS}), tape(route={"attacks": {**ATTACKS, "size_power": 0.5}})
    many = range(300)
    alike = [sized.convoy("road", n, 350.0, 0, 100) for n in many]
    assert alike == [plain.convoy("road", n, 350.0, 0, 7) for n in many]
    fewer = [len(sized.convoy("road", n, 350.0, 0, 25).mishaps) for n in many]
    assert all(few <= len(stream.mishaps) for few, stream in zip(fewer, alike, strict=True))
    assert np.mean(fewer) == pytest.approx(3, rel=0.1)


def test_attacks_stand_in_the_order_of_the_road_with_a_victim_for_every_vehicle_lost() -> None:
    each = tape(route={"attacks": ATTACKS})
    mishaps = [mishap for n in range(300) for mishap in each.convoy("road", n, 350.0, 0).mishaps]
    assert all(len(mishap.victims) == mishap.vehicles and 0 < mishap.at_km < 350 for mishap in mishaps)
    assert all(
        [m.at_km for m in stream.mishaps] == sorted(m.at_km for m in stream.mishaps)
        for stream in (each.convoy("road", n, 350.0, 0) for n in range(50))
    )
    assert {mishap.delay_s for mishap in mishaps} == {8 * 3600}
    assert np.mean([mishap.vehicles for mishap in mishaps]) == pytest.approx(1.2, abs=0.12)
    assert np.mean([mishap.hurt for mishap in mishaps]) == pytest.approx(4, abs=0.2)
    victims = [victim for mishap in mishaps for victim in mishap.victims]
    assert len(set(victims)) == len(victims)


def test_the_multiplier_of_the_date_of_departure_holds_the_largest_where_they_overlap() -> None:
    periods = {
        "a": {"from": "2023-08-01", "until": "2023-08-31", "times": 3},
        "b": {"from": "2023-08-01", "until": "2023-08-31", "times": 0.5},
        "c": {"from": "2023-09-01", "until": "2023-09-30", "times": 0},
    }
    each = tape(route={"attacks": ATTACKS, "periods": periods})
    means = [
        np.mean([len(each.convoy("road", n, 350.0, day * DAY).mishaps) for n in range(400)]) for day in (0, 40, 70)
    ]
    assert means == pytest.approx([6, 18, 0], rel=0.08)


def test_breakdowns_of_convoys_are_of_their_own_and_go_with_availability() -> None:
    convoys = {"breakdown": {"per_km": "0.01 /km", "repair": "6 h"}}
    both = tape(route={"attacks": ATTACKS}, convoys=convoys)
    streams = [both.convoy("road", n, 350.0, 0) for n in range(400)]
    assert abs(np.mean([len(stream.stops) for stream in streams]) - 3.5) < 0.4
    no_stops = tape(0, frozenset({"availability"}), {"attacks": ATTACKS}, convoys=convoys)
    no_attacks = tape(0, frozenset({"attacks"}), {"attacks": ATTACKS}, convoys=convoys)
    assert [no_stops.convoy("road", n, 350.0, 0).mishaps for n in range(400)] == [stream.mishaps for stream in streams]
    assert [no_attacks.convoy("road", n, 350.0, 0).stops for n in range(400)] == [stream.stops for stream in streams]
    assert not any(no_stops.convoy("road", n, 350.0, 0).stops for n in range(400))
    assert not any(no_attacks.convoy("road", n, 350.0, 0).mishaps for n in range(400))
