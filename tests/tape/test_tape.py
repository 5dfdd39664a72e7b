from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from sim.errors import InputError
from sim.scenario.scenario import Scenario
from sim.tape.records import SOURCES
from sim.tape.tape import CAUSES, Tape, draw, frame

DERIVED = {"alarms": {"alarms", "shelter", "escalation"}}


def world() -> dict[str, Any]:
    """Every source of chance at two camps, a hub and a road."""
    strip = {
        "surface": "gravel",
        "washouts": {"rate": "0.05 /day", "lasts": {"exponential": {"mean": "1 d"}}},
    }
    threat = {
        "alarms": {
            "rate": "0.3 /day",
            "aftershocks": {"mean": 0.3, "delay": {"exponential": {"mean": "3 h"}}},
            "listed": {"a": {"from": "2023-07-20T06:30", "until": "2023-07-20T07:20"}},
        },
        "shelter": {"lognormal": {"median": "1.5 h", "p95": "6 h"}},
        "fires": "0.005 /day",
    }
    lots = {"box": {"coe": 8, "unoe": 4}, "tent": {"coe": 5}}
    camp = {"role": "camp", "handover": "2023-10-31", "strip": strip, "threat": threat, "lots": lots}
    distribution = {"lognormal": {"mean": "6 h", "cv": 0.5}}
    return {
        "schema": 1,
        "name": "every source",
        "calendar": {"start": "2023-07-01", "deadline": "2023-12-31"},
        "places": {
            "north": {**camp, "escalation": {"episodes": {"count": 3, "within": "10 d", "notice": "4 d"}}},
            "south": {**camp, "escalation": {"date": {"on": "2023-09-10", "chance": 0.5, "notice": "9 d"}}},
            "hub": {"role": "hub", "keeps_custody": True, "lots": {"tent": {"unoe": 3}}},
        },
        "classes": {
            "box": {
                "mass": {"triangular": ["6 t", "12 t", "20 t"]},
                "moves": ["truck"],
                "prepare": distribution,
                "load": "1 h",
            },
            "tent": {"mass": "1 t", "moves": ["truck"], "destroy": {"exponential": {"mean": "2 h"}}},
        },
        "lift": {
            "aircraft": {
                "plane": {
                    "count": 2,
                    "base": "hub",
                    "payload": "9 t",
                    "block_speed": "400 km/h",
                    "available": 0.8,
                    "breakdown": {"per_sortie": 0.1, "repair": {"exponential": {"mean": "2 d"}}},
                }
            },
            "convoys": {"breakdown": {"per_km": "0.01 /km", "repair": "6 h"}},
        },
        "routes": {
            "road": {
                "through": ["north", "hub"],
                "km": [350],
                "a_day": "60 km",
                "washouts": {"rate": "0.05 /day", "lasts": "1 d"},
                "attacks": {"rate": "0.01 /km", "delay": "8 h", "vehicles_lost": 1, "hurt": 1},
            }
        },
        "accidents": {"landing": {"chance": "2 %", "repair": {"exponential": {"mean": "5 d"}}}},
        "hits": {"landing": {"under_fire": "5 %", "out": {"exponential": {"mean": "2 d"}}}},
        "clearance": {
            "air": {"cargo": {"refused": 0.3, "lasting": "4 d"}},
            "road": {"road": {"trucks": {"refused": 0.2}}},
        },
    }


def taped(data: dict[str, Any], k: int = 0, without: frozenset[str] = frozenset(), seed: int = 1) -> Tape:
    return draw(frame(Scenario.read(data)), seed, k, without)


def test_rows_stand_in_the_order_of_sources_then_of_names_with_sixteen_digits() -> None:
    rows = taped(world()).hashes()
    keys = [(SOURCES.index(source), name) for source, name, _, _ in rows]
    assert keys == sorted(keys)
    assert {source for source, _, _, _ in rows} == set(SOURCES)
    assert ("availability", "road") in {row[:2] for row in rows}
    assert all(len(each) == 16 and int(each, 16) >= 0 for row in rows for each in row[2:])


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_taken_off_leaves_every_draw_and_every_value_that_does_not_derive_from_it(cause: str) -> None:
    moved: set[str] = set()
    for k in range(6):
        full, less = taped(world(), k).hashes(), taped(world(), k, frozenset({cause})).hashes()
        assert [row[:3] for row in less] == [row[:3] for row in full]
        moved |= {old[0] for old, new in zip(full, less, strict=True) if old[3] != new[3]}
    assert cause in moved
    assert moved <= DERIVED.get(cause, {cause})


def test_a_replication_alone_is_the_same_in_a_batch_and_unlike_its_neighbours() -> None:
    made = frame(Scenario.read(world()))
    batch = [draw(made, 1, k).hash() for k in range(8)]
    assert taped(world(), 5).hash() == batch[5]
    assert len({*batch, taped(world(), 5, seed=2).hash()}) == 9


def test_no_hash_depends_on_what_the_mission_does() -> None:
    idle, busy = taped(world()), taped(world())
    for n in (400, 3, 77):
        busy.landing("north", n)
        busy.breakdown("plane", 1, n)
        busy.convoy("road", n, 350.0, 86_400 * n // 4)
    assert idle.hashes() == busy.hashes()
    assert idle.landing("north", 3) == busy.landing("north", 3)
    assert idle.convoy("road", 9, 100.0, 5) == busy.convoy("road", 9, 100.0, 5)


def test_the_order_of_the_file_never_matters() -> None:
    turned = world()
    for section in ("places", "classes"):
        turned[section] = dict(reversed(turned[section].items()))
    for place in turned["places"].values():
        place["lots"] = dict(reversed(place["lots"].items()))
    one, two = taped(world()), taped(turned)
    assert one.hashes() == two.hashes()
    assert [one.mass_kg, one.prepare_s, one.fire_at] == [two.mass_kg, two.prepare_s, two.fire_at]


def test_what_is_renamed_with_its_stream_kept_has_the_same_random_events() -> None:
    data = world()
    places, classes = data["places"], data["classes"]
    places["zulu"] = {**places.pop("north"), "stream": "north"}
    places["alpha"] = {**places.pop("hub"), "stream": "hub"}
    classes["crate"] = {**classes.pop("box"), "stream": "box"}
    for place in places.values():
        place["lots"] = {{"box": "crate"}.get(name, name): owners for name, owners in place["lots"].items()}
    data["lift"]["aircraft"] = {"jet": {**data["lift"]["aircraft"]["plane"], "base": "alpha", "stream": "plane"}}
    data["routes"] = {"track": {**data["routes"]["road"], "through": ["zulu", "alpha"], "stream": "road"}}
    data["clearance"]["road"] = {"track": data["clearance"]["road"]["road"]}
    new_names = {"north": "zulu", "hub": "alpha", "plane": "jet", "road": "track"}
    old, new = taped(world()), taped(data)
    renamed = {(source, new_names.get(name, name)): hashes for source, name, *hashes in old.hashes()}
    assert renamed == {(source, name): hashes for source, name, *hashes in new.hashes()}
    assert [old.mass_kg, old.prepare_s, old.fire_at] == [new.mass_kg, new.prepare_s, new.fire_at]
    assert old.alarms["north"] == new.alarms["zulu"]


def test_renaming_without_keeping_the_stream_changes_the_random_events() -> None:
    data = world()
    data["places"]["zulu"] = data["places"].pop("south")
    assert taped(data).alarms["zulu"] != taped(world()).alarms["south"]
    assert taped(data).alarms["north"] == taped(world()).alarms["north"]


def test_a_phantom_place_leaves_every_row_of_the_others() -> None:
    data = world()
    data["places"]["phantom"] = {"role": "camp", "threat": deepcopy(data["places"]["north"]["threat"])}
    rows = [row for row in taped(data).hashes() if row[1] != "phantom"]
    assert rows == taped(world()).hashes()


def test_a_threat_at_rate_nought_is_a_threat_removed() -> None:
    none, nought = world(), world()
    for place in ("north", "south"):
        none["places"][place]["threat"] = {}
        nought["places"][place]["threat"] = {
            "alarms": {"rate": "0 /day"},
            "shelter": "1 h",
            "fires": "0 /day",
        }
        for data in (none, nought):
            data["places"][place].pop("escalation")
        none["places"][place]["strip"] = {"surface": "gravel"}
        nought["places"][place]["strip"] = {
            "surface": "gravel",
            "washouts": {"rate": "0 /day", "lasts": "1 d"},
        }
    for key in ("accidents", "hits", "clearance"):
        none.pop(key)
    none["routes"]["road"].pop("attacks")
    none["routes"]["road"].pop("washouts")
    none["lift"].pop("convoys")
    nought["routes"]["road"]["attacks"]["rate"] = "0 /km"
    nought["routes"]["road"]["washouts"]["rate"] = "0 /day"
    nought["lift"]["convoys"]["breakdown"]["per_km"] = "0 /km"
    nought["accidents"]["landing"]["chance"] = 0.0
    nought["hits"]["landing"]["under_fire"] = 0.0
    nought["clearance"] = {"air": {"cargo": {"refused": 0}}, "road": {"road": {"trucks": {"refused": 0.0}}}}
    assert taped(nought).hashes() == taped(none).hashes()


def test_more_aircraft_and_more_lots_leave_the_draws_of_those_there_were() -> None:
    data = world()
    data["lift"]["aircraft"]["plane"]["count"] = 5
    data["places"]["north"]["lots"]["box"]["unoe"] = 9
    old, new = taped(world()), taped(data)
    first = frame(Scenario.read(data)).lots.index("north/box/1")
    was = frame(Scenario.read(world())).lots.index("north/box/1")
    assert new.prepare_s[first : first + 12] == old.prepare_s[was : was + 12]
    untouched = [row for row in old.hashes() if row[0] not in ("availability", "fires", "lots")]
    assert untouched == [row for row in new.hashes() if row[0] not in ("availability", "fires", "lots")]


def test_lots_take_what_their_class_says_and_chance_only_where_it_is_asked() -> None:
    data = world()
    data["places"]["north"]["lots"]["box"]["coe"] = 20_000
    made = frame(Scenario.read(data))
    tape = draw(made, 1, 0)
    first, end = made.lots.groups["north", "box"]
    prepare, mass = np.array(tape.prepare_s[first:end]) / 3600, np.array(tape.mass_kg[first:end])
    assert [prepare.mean(), prepare.var()] == pytest.approx([6, 9], rel=0.06)
    assert mass.min() >= 6000
    assert mass.max() <= 20_000
    assert set(tape.load_s[first:end]) == {3600}
    tent = made.lots.index("north/tent/1")
    assert [tape.mass_kg[tent], tape.prepare_s[tent], tape.load_s[tent]] == [1000, 0, 0]
    assert all(isinstance(each, int) for each in (tape.mass_kg[first], tape.destroy_s[tent], tape.alarms["north"][0]))


def test_an_unknown_cause_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="no such cause; got weather"):
        taped(world(), 0, frozenset({"weather"}))


def test_ranks_go_by_stream_then_name() -> None:
    data = world()
    data["places"]["hub"]["stream"] = "zz"
    made = frame(Scenario.read(data))
    assert made.place_rank == {"north": 0, "south": 1, "hub": 2}
    assert [made.route_rank, made.aircraft_rank, made.pool_rank] == [{"road": 0}, {"plane": 0}, {}]


def test_no_hash_depends_on_the_order_in_which_a_file_names_receiving_ends_and_their_classes() -> None:
    law = {"uniform": ["1 h", "9 h"]}
    border = {"washouts": {"rate": "0.1 /day", "lasts": "1 d"}}

    def hashes(turn: int) -> list[tuple[str, str, str, str]]:
        data, names = world(), ["box", "tent"][::turn]
        end = {"processing": dict.fromkeys(names, law), "border": dict.fromkeys(names, border)}
        for name in ["hub", "out"][::turn]:
            place = data["places"].pop(name, {"role": "exit"})
            data["places"][name] = {**place, "receiving": end}
        return taped(data).hashes()

    assert hashes(1) == hashes(-1)
