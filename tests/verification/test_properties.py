"""Properties that random small scenarios must have; each scenario is named by its seed."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from audit import audit
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from random_world import random_world

from sim.replication.history import History
from sim.replication.simulator import Rows, Simulator, rows
from sim.scenario.door import load_data
from sim.scenario.scenario import Scenario

Data = dict[str, Any]
distribution = settings(
    derandomize=True, max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
dice = st.integers(0, 10**9)
_SEED = 7


def _world(number: int) -> Data:
    return random_world(Random(number))


def _scenario(data: Data) -> Scenario:
    return load_data(data).scenario


def _history(data: Data, replication: int = 1) -> History:
    return Simulator(_scenario(data)).history(_SEED, replication)


def _figures(simulated: Rows) -> Data:
    """Rows without hashes of the tape, which name what was drawn."""
    return {
        "responses": simulated.responses,
        "fates": simulated.fates,
        "causes": simulated.causes,
        "timeline": simulated.timeline.tolist(),
        "episodes": simulated.episodes,
    }


def _same(one: Data, other: Data) -> None:
    assert _figures(rows(_history(one))) == _figures(rows(_history(other)))


def _life(history: History, named: Callable[[str], str]) -> list[tuple[int, int, int, str]]:
    return [(step.at_s, step.lot, step.state, named(step.place)) for step in history.ledger.lots]


@distribution
@given(dice)
def test_every_identity_holds_and_the_auditor_finds_nothing(number: int) -> None:
    for replication in (1, 2):
        history = _history(_world(number), replication)
        assert audit(history) == []
        rows(history)


@distribution
@given(dice)
def test_a_replication_alone_is_that_replication_in_a_batch(number: int) -> None:
    batch = Simulator(_scenario(_world(number)))
    third = [batch.run(_SEED, replication) for replication in (1, 2, 3)][-1]
    alone = Simulator(_scenario(_world(number))).run(_SEED, 3)
    assert _figures(alone) == _figures(third)
    assert (alone.tape_hash, alone.tape) == (third.tape_hash, third.tape)


@distribution
@given(dice)
def test_the_order_of_a_file_does_not_matter(number: int) -> None:
    data = _world(number)
    mixed = copy.deepcopy(data)
    shuffle = Random(number + 1)
    for parent in (mixed, mixed["lift"], *mixed["places"].values(), mixed["routes"]["road"]):
        for key in ("places", "classes", "lift", "routes", "aircraft", "trucks", "lots", "people", "periods", "phases"):
            if isinstance(parent.get(key), dict):
                items = list(parent[key].items())
                shuffle.shuffle(items)
                parent[key] = dict(items)
    _same(data, mixed)


NEW_NAMES = {"camp0": "zulu", "camp1": "alpha", "camp2": "mike", "hub": "bravo", "exit": "aaa", "plane0": "yak",
             "plane1": "an", "road": "track", "shortcut": "b_way", "pool0": "tata", "pool1": "daf",
             "box": "zz", "gun": "aa", "first": "one", "second": "a_two"}  # fmt: skip


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            NEW_NAMES.get(key, key) if key != "road" else key: held if key == "role" else _renamed(held)
            for key, held in value.items()
        }
    if isinstance(value, list):
        return [_renamed(held) if held not in ("road", "air") else held for held in value]
    return NEW_NAMES.get(value, value) if isinstance(value, str) and value != "road" else value


@distribution
@given(dice)
@example(576152)  # two phases that begin in one second, and change their order by name
def test_names_do_not_matter_where_streams_are_kept(number: int) -> None:
    data = _world(number)
    other = _renamed(data)
    other["routes"] = {NEW_NAMES[name]: route for name, route in other["routes"].items() if name == "road"} | {
        name: route for name, route in other["routes"].items() if name != "road"
    }
    if "road" in other.get("clearance", {}):
        other["clearance"]["road"] = {"track": other["clearance"]["road"]["road"]}
    parts = ("places", "classes", "routes"), ("aircraft", "trucks")
    for section, old in [(name, data[name]) for name in parts[0]] + [
        (name, data["lift"].get(name, {})) for name in parts[1]
    ]:
        held = other["lift"].get(section, {}) if section in parts[1] else other[section]
        for name in old:
            held[NEW_NAMES.get(name, name)]["stream"] = name
    mine, theirs = _history(data), _history(other)
    places = {name: NEW_NAMES.get(name, name) for name in data["places"]}
    assert _life(mine, lambda place: places.get(place, place)) == _life(theirs, str)
    said, also = rows(mine).responses, rows(theirs).responses
    mission = [name for name in said if not re.search(r"_(camp\d|hub|exit)$", name)]
    assert [said[name] for name in mission] == [also[name] for name in mission]


@distribution
@given(dice, st.integers(1, 400))
def test_nothing_changes_when_all_dates_move_by_whole_days(number: int, days: int) -> None:
    data = _world(number)
    for kind in data["lift"].get("aircraft", {}).values():
        kind.pop("weekdays", None)  # other dates are other days of the week

    def later(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: later(held) for key, held in value.items()}
        if isinstance(value, list):
            return [later(held) for held in value]
        if not isinstance(value, str):
            return value
        return re.sub(r"2023-\d\d-\d\d", lambda found: str(date.fromisoformat(found[0]) + timedelta(days=days)), value)

    _same(data, later(data))


@distribution
@given(dice)
def test_a_threat_at_rate_0_is_no_threat(number: int) -> None:
    calm, bare = _world(number), _world(number)
    for place in calm["places"].values():
        if "threat" in place:
            place["threat"] = {
                "alarms": {"rate": "0 /day"},
                "fires": "0 /day",
                "periods": place["threat"].get("periods", {}),
            }
    for place in bare["places"].values():
        place.pop("threat", None)
    _same(calm, bare)


@distribution
@given(dice)
def test_a_chance_of_0_is_nothing(number: int) -> None:
    bare = _world(number)
    for part in ("accidents", "hits", "clearance"):
        bare.pop(part, None)
    for route in bare["routes"].values():
        route.pop("attacks", None)
        route.pop("washouts", None)
    for kind in bare["lift"].get("aircraft", {}).values():
        kind.pop("breakdown", None)
        kind.pop("available", None)
    bare["lift"].get("convoys", {}).pop("breakdown", None)
    never = copy.deepcopy(bare)
    never["accidents"] = {"landing": {"chance": 0, "strip_closed": "5 d", "hull_lost": 1}}
    never["hits"] = {"landing": {"quiet": 0, "under_fire": 0, "out": "9 d"}}
    never["clearance"] = {
        "air": {"cargo": {"refused": 0}, "people": {"refused": 0}},
        "road": {"road": {"trucks": {"refused": 0}}},
    }
    for route in never["routes"].values():
        route["attacks"] = {"rate": "0 /km", "delay": "9 h", "vehicles_lost": 9, "hurt": 9}
        route["washouts"] = {"rate": "0 /day", "lasts": "9 d"}
    for kind in never["lift"].get("aircraft", {}).values():
        kind["breakdown"] = {"per_sortie": 0, "repair": "9 d"}
        kind["available"] = 1.0
    never["lift"].setdefault("convoys", {})["breakdown"] = {"per_km": "0 /km", "repair": "9 h"}
    _same(bare, never)


@distribution
@given(dice)
def test_a_cause_taken_off_is_a_cause_that_is_not_there(number: int) -> None:
    data, bare = _world(number), _world(number)
    bare.pop("accidents", None)
    bare.pop("hits", None)
    for route in bare["routes"].values():
        route.pop("attacks", None)
    off = Simulator(_scenario(data), frozenset({"accidents", "hits", "attacks"})).run(_SEED, 1)
    assert _figures(off) == _figures(rows(_history(bare)))


@distribution
@given(dice)
def test_a_class_split_into_two_alike_is_the_same_class(number: int) -> None:
    whole = _world(number)
    for kind in whole["classes"].values():
        for measure in ("mass", "prepare", "load", "unload", "destroy", "disable"):
            if isinstance(kind.get(measure), dict):
                kind[measure] = "2 t" if measure == "mass" else "2 h"
    for place in whole["places"].values():
        place.pop("release", None)
        place.get("threat", {}).pop("fires", None)
        place.pop("receiving", None)
        if "box" in place.get("lots", {}):
            place["lots"]["box"] = {"coe": sum(place["lots"]["box"].values())}
    parted = copy.deepcopy(whole)
    parted["classes"]["box2"] = copy.deepcopy(parted["classes"]["box"])
    for vessel in parted["lift"].get("vessels", {}).values():
        if "box" in vessel.get("takes", ()):
            vessel["takes"].append("box2")
    for place in parted["places"].values():
        if "box" in place.get("lots", {}):
            count = place["lots"]["box"]["coe"]
            place["lots"]["box"] = {"coe": count // 2}
            place["lots"]["box2"] = {"coe": count - count // 2}
    assert _life(_history(whole), str) == _life(_history(parted), str)


@distribution
@given(dice, st.integers(1, 10))
def test_a_later_deadline_never_lowers_what_is_out_by_a_date(number: int, days: int) -> None:
    data = _world(number)
    for place in data["places"].values():
        if "handover" not in place:
            place.pop("drawdown", None)  # where custody is kept, people leave by the deadline
    later = copy.deepcopy(data)
    first = _scenario(data).time.deadline_s
    later["calendar"]["deadline"] = f"2023-01-{9 + days:02d}"
    later["calendar"].pop("horizon", None)
    out = [
        sum(1 for step in _history(each).ledger.lots if step.state == 6 and step.at_s <= first)
        for each in (data, later)
    ]
    assert out[0] <= out[1]


@distribution
@given(dice)
def test_a_place_with_nothing_to_do_with_the_rest_changes_nothing(number: int) -> None:
    data, more = _world(number), _world(number)
    more["places"]["aaa"] = {"role": "camp", "handover": "2023-01-05T13:17", "evacuate": {"exit": ["road"]}}
    more["routes"]["zz"] = {"through": ["aaa", "exit"], "km": [33], "a_day": "100 km"}
    mine, theirs = rows(_history(data)), rows(_history(more))
    assert theirs.fates == mine.fates
    for name in ("aaa",):
        theirs.responses.pop(f"closed_{name}")
    own = {
        name: mine.responses[name] for name in mine.responses if name not in ("share_of_time_at_work", "deadline_met")
    }
    assert {name: theirs.responses[name] for name in own} == own
