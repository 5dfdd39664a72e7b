"""Fields of later rules in random worlds: each rule has dice of its own, so that all else stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from dice import Data


def add_later_rules(data: Data) -> None:
    """Write the fields of each rule into a scenario now and then."""
    thrown = len(str(data))
    for rule in RULES:
        rule(Random(f"{rule.__name__} {thrown}"), data)


def denial(dice: Random, data: Data) -> None:
    """What helps whoever takes it."""
    if dice.random() < 0.5:
        for kind in data["classes"].values():
            if dice.random() < 0.5:
                kind["denial"] = dice.randint(1, 5)


def landings_under_fire(dice: Random, data: Data) -> None:
    """Types that land though an alarm has just begun."""
    for kind in data["lift"].get("aircraft", {}).values():
        if dice.random() < 0.4:
            kind["commit"] = dice.choice(["20 min", "2 h", "1 d"])
            if dice.random() < 0.6:
                kind["ground_time_under_fire"] = dice.choice(["0 h", "10 min", "1 h", "3 h"])


def work_under_order(dice: Random, data: Data) -> None:
    """Places that work otherwise from an order on."""
    for place in data["places"].values():
        if "escalation" in place and dice.random() < 0.5:
            rules: Data = {}
            if dice.random() < 0.5:
                rules["working_hours"] = dice.choice(["00:00-24:00", "06:00-10:00", "20:00-04:00"])
            if dice.random() < 0.5:
                rules["crews"] = dice.choice([{"count": 0}, {"count": 2}, {"size": 2}, {"labour_share": 1.0}])
            if dice.random() < 0.3:
                rules["prepare_vehicles"] = True
            place["under_order"] = rules


def forwarding(dice: Random, data: Data) -> None:
    """Custody hubs that send on what comes to them, or say that they do not."""
    for place in data["places"].values():
        if place.get("keeps_custody") and "evacuate" in place and dice.random() < 0.7:
            place["forwards"] = dice.random() < 0.8


def types_of_aircraft(dice: Random, data: Data) -> None:
    """Classes that fly in some types only, and types tried by the cost of a seat."""
    fleets = list(data["lift"].get("aircraft", {}))
    if fleets and dice.random() < 0.3:
        dice.choice(list(data["classes"].values()))["flies_in"] = [dice.choice(fleets)]
    if fleets and dice.random() < 0.3:
        data["policy"]["aircraft"] = "cost_a_seat"
        for name in fleets:
            data["lift"]["aircraft"][name]["cost"] = dice.choice(["500 USD/h", "900 USD/h", "9 kUSD/h"])


def attacks_by_size(dice: Random, data: Data) -> None:
    """Attacks that grow with the size of a convoy."""
    for route in data["routes"].values():
        if "attacks" in route and dice.random() < 0.4:
            route["attacks"]["size_power"] = dice.choice([0.5, 1, 2])


def explosives_teams(dice: Random, data: Data) -> None:
    """Classes that only explosives teams destroy, and places with some."""
    if dice.random() > 0.4:
        return
    for name, kind in data["classes"].items():
        kinds = ("gun", "box", "pallet") if "breaks_into" not in data["classes"]["container"] else ("gun",)
        if name in kinds and dice.random() < 0.7:
            kind["destroyed_by"] = "eod"
    for place in data["places"].values():
        if "lots" in place and dice.random() < 0.7:
            place["eod"] = {"teams": dice.choice([1, 2]), "a_day": dice.choice(["1 t", "3 t", "20 t"])}
            if dice.random() < 0.3:
                place["daylight"] = dice.choice(["07:00-16:00", "00:00-24:00"])


def room_to_destroy(dice: Random, data: Data) -> None:
    """Places that limit how much is destroyed at once."""
    for place in data["places"].values():
        if "lots" in place and dice.random() < 0.2:
            halts = dice.choice([[], [], ["aircraft"], ["column"], ["aircraft", "column"]])
            place["demolition"] = {"sites": dice.choice([1, 2]), **({"halts_for": halts} if halts else {})}


def receiving(dice: Random, data: Data) -> None:
    """Hubs and exits with little room, that take in so many a day, or that lie behind a border."""
    for place in data["places"].values():
        if place["role"] not in ("hub", "exit") or dice.random() > 0.25:
            continue
        end: Data = {}
        if dice.random() < 0.5:
            end["holding"] = dice.choice([1, 3, 8])
        if dice.random() < 0.4:
            end["capacity"] = dice.choice([1, 4])
        names = [name for name in ("box", "container", "truck", "gun") if dice.random() < 0.4]
        if names and dice.random() < 0.6:
            end["processing"] = {name: dice.choice(["0 h", "5 h", {"uniform": ["0 h", "9 h"]}]) for name in names}
        if names and dice.random() < 0.4:
            shut = {"from": f"2023-01-0{dice.randint(1, 4)}", "until": f"2023-01-0{dice.randint(4, 7)}"}
            end["border"] = {name: {"closures": {"shut": shut}} for name in names}
        place["receiving"] = end


def vessels(dice: Random, data: Data) -> None:
    """A vessel from a camp to the exit."""
    if dice.random() > 0.25:
        return
    port = data["places"]["camp0"]
    port["evacuate"]["exit"] = [*port["evacuate"].get("exit", []), "sea"]
    ship: Data = {"at": "camp0", "to": "exit", "at_berth": dice.choice(["6 h", "1 d"]), "payload": "12 t"}
    ship |= {"at_sea": dice.choice(["0 h", "9 h", "2 d"]), "loaders": dice.choice([1, 2])}
    ship["sailings"] = [f"2023-01-0{day}" for day in (3, 5, 6) if dice.random() < 0.6] or ["2023-01-04T12:00"]
    if dice.random() < 0.4:
        ship["positions"] = dice.choice([3, 6])
    if dice.random() < 0.4:
        ship["takes"] = dice.choice([["box"], ["gun", "truck"]])
    data["lift"]["vessels"] = {"ship": ship}


def waiting_for_more(dice: Random, data: Data) -> None:
    """Convoys that wait while more is to be loaded."""
    if "convoys" in data["lift"] and dice.random() < 0.5:
        data["lift"]["convoys"]["form_within"] = dice.choice(["1 h", "5 h", "2 d"])
        if dice.random() < 0.3:
            data["lift"]["convoys"]["at_once"] = dice.choice([1, 2, 3])


def schedules(dice: Random, data: Data) -> None:
    """Types that fly by a schedule, and roads of which one leg is closed."""
    for kind in data["lift"].get("aircraft", {}).values():
        if dice.random() < 0.2:
            kind["weekdays"] = dice.choice([["mon", "wed", "fri"], ["sun", "tue", "sat"]])
        if dice.random() < 0.2:
            kind["dates"] = [f"2023-01-0{dice.randint(2, 5)}", f"2023-01-0{dice.randint(6, 8)}"]
        if dice.random() < 0.2:
            kind["until"] = f"2023-01-0{dice.randint(5, 8)}"
    for route in data["routes"].values():
        if dice.random() < 0.3:
            i = dice.randrange(len(route["through"]) - 1)
            shut = {"from": f"2023-01-0{dice.randint(1, 4)}", "until": f"2023-01-0{dice.randint(4, 7)}"}
            route["leg_closures"] = {"mines": {"leg": route["through"][i : i + 2], **shut}}


def pieces(dice: Random, data: Data) -> None:
    """Containers that are broken down."""
    if dice.random() > 0.5:
        return
    many = dice.choice([1, 2, 4])
    into: Data = {"class": "pallet", "pieces": many, "work": dice.choice(["0 h", "1 h", {"uniform": ["0 h", "5 h"]}])}
    into |= {"shell": dice.choice(["0 kg", "1003 kg", "20 t"])}
    if dice.random() < 0.5:
        into["shell_value"] = dice.choice(["1 kUSD", "900 USD"])
    data["classes"]["container"]["breaks_into"] = into
    data["classes"]["pallet"] = _pallet(dice, many)
    for place in data["places"].values():
        if "container" in place.get("lots", {}) and dice.random() < 0.8:
            place["lots"]["container"]["broken_down"] = dice.choice([0.29, 0.5, 1.0])


def _pallet(dice: Random, many: int) -> Data:
    kind: Data = {"mass": "1 t", "floor": dice.choice([0, 1]), "moves": dice.choice([["truck", "aircraft"], ["truck"]])}
    if kind["floor"]:
        kind["truck_floor"] = 3 / many if many < 3 else 0.75
    for task in ("prepare", "load", "unload", "destroy", "disable"):
        if dice.random() < 0.5:
            kind[task] = dice.choice(["30 min", "2 h", {"uniform": ["0 h", "3 h"]}])
    return kind


def carries(dice: Random, data: Data) -> None:
    """Vehicles that drive out with loads."""
    for kind in data["classes"].values():
        if "self" in kind["moves"] and dice.random() < 0.5:
            kind["carries"] = {"payload": dice.choice(["0.4 t", "1 t", "3 t", "8 t", "30 t"])}
            if dice.random() < 0.4:
                kind["carries"]["floor"] = dice.choice([0, 1, 3])


def staging(dice: Random, data: Data) -> None:
    """Classes that are staged when they are condemned, and margins."""
    if dice.random() < 0.5:
        for kind in data["classes"].values():
            if dice.random() < 0.5:
                work, staged = dice.choice(["0 h", "1 h", "5 h"]), dice.choice(["0 h", "10 min", "2 h"])
                kind["stage"] = {"work": work, "staged": staged}
    if dice.random() < 0.3:
        data["policy"]["disposal"]["margin"] = dice.choice(["0 h", "3 h", "1 d"])


RULES: tuple[Callable[[Random, Data], None], ...] = (
    denial,
    landings_under_fire,
    work_under_order,
    pieces,
    forwarding,
    types_of_aircraft,
    attacks_by_size,
    explosives_teams,
    room_to_destroy,
    receiving,
    vessels,
    waiting_for_more,
    schedules,
    carries,
    staging,
)
