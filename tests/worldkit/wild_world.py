"""Wild small scenarios: the corners that `random_world` leaves out.

Names of any shape, zones with a change of clocks, convoys of a few vehicles at most, several pools with seats for
people to fetch, passing convoys that are joined and paid for, attacks that take whole columns, classes that only some
lift can carry, and releases of no length.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random
from typing import Any

from dice import START, Data
from random_world import _Maker

_DATE = re.compile(r"2023-01-(\d\d)")
_CLOCKS = (  # a zone, and the day on which its clocks change: the fifth of the scenario
    ("Europe/Paris", "2023-03-26"),
    ("Europe/Paris", "2023-10-29"),
    ("Africa/Casablanca", "2023-03-19"),
    ("Australia/Lord_Howe", "2023-04-02"),  # by half an hour
    ("America/Havana", "2023-03-12"),  # at midnight, so that the day begins at one
    ("America/Havana", "2023-11-05"),  # the day has two first hours
)
_SHAPES = (
    "{}",
    "{}/1",
    "1/{}",
    "{}#2",
    "#{}",
    "{}/1#3",
    "{} {}",
    'the "{}"',
    "{}'s",
    "{}, 12 people",
    "{}: 5 %",
    "\u062a\u0633\u0627\u0644\u064a\u062a {}",
    "{}\u00e9\u00e7",
    "{} (b)",
    "null {}",
    "{}=-1",
)


def wild_world(dice: Random, *, later: bool = True) -> Data:
    """A scenario that is right in form, with names and corners that no one would choose; with later rules or not."""
    wild = _Wild(dice)
    wild.later = later
    return wild.scenario()


class _Wild(_Maker):
    def __init__(self, dice: Random) -> None:
        super().__init__(dice)
        if self.maybe(0.6):
            self.pools = [f"pool{i}" for i in range(dice.choice([2, 3]))]

    def scenario(self) -> Data:
        data = super().scenario()
        if self.maybe(0.5):
            data = self._at_a_change_of_clocks(data)
        return self._renamed(data)

    def _at_a_change_of_clocks(self, data: Data) -> Data:
        zone, day = self.one(*_CLOCKS)
        shift = date.fromisoformat(day) - timedelta(days=4) - date.fromisoformat(START)

        def moved(found: re.Match[str]) -> str:
            return (date(2023, 1, int(found[1])) + shift).isoformat()

        data = _each_text(data, lambda text: _DATE.sub(moved, text))
        data["calendar"]["zone"] = zone
        return data

    def _renamed(self, data: Data) -> Data:
        """All names in another shape, wherever they are."""
        lift = data["lift"]
        kinds = (data["places"], data["classes"], lift.get("aircraft", {}), lift.get("trucks", {}))
        names = {name for kind in (*kinds, data["routes"], data.get("phases", {})) for name in kind}
        new = {
            name: self.one(*_SHAPES).replace("{}", name)
            for name in sorted(names, key=lambda name: (name == "pallet", name))
        }
        for place in data["places"].values():
            _rename_in_place(place, new)
        for part in ("aircraft", "trucks"):
            for kind in lift.get(part, {}).values():
                kind["base"] = new[kind["base"]]
        for route in data["routes"].values():
            route |= {part: [new[name] for name in route[part]] for part in ("through", "joins") if part in route}
            for closure in route.get("leg_closures", {}).values():
                closure["leg"] = [new[name] for name in closure["leg"]]
        for ship in lift.get("vessels", {}).values():
            ship |= {end: new[ship[end]] for end in ("at", "to")}
            if "takes" in ship:
                ship["takes"] = [new[name] for name in ship["takes"]]
        for kind in data["classes"].values():
            if "flies_in" in kind:
                kind["flies_in"] = [new[name] for name in kind["flies_in"]]
            if "breaks_into" in kind:
                kind["breaks_into"]["class"] = new[kind["breaks_into"]["class"]]
        for phase in data.get("phases", {}).values():
            phase["after"] = [new[name] for name in phase.get("after", [])]
        _rename_keys(lift, new, "aircraft", "trucks")
        _rename_keys(data.get("clearance", {}), new, "road")
        _rename_keys(data, new, "places", "classes", "routes", "phases")
        return data

    def pool(self) -> Data:
        pool = super().pool()
        if self.maybe(0.7):
            pool["seats"] = self.one(1, 3, 10)
        if self.maybe(0.4):
            pool["payload"] = self.one("1 t", "7 t")  # too little for some classes
        return pool

    def aircraft(self) -> Data:
        kind = super().aircraft()
        if self.maybe(0.6):
            kind["cost"] = "500 USD/h"
        if self.maybe(0.3):
            kind["payload"] = self.one("2 t", "7 t")
        return kind

    def convoys(self) -> Data:
        rules = super().convoys()
        if self.maybe(0.7):
            most = self.one(1, 2, 3)
            rules["vehicles"] = {"least": self.dice.randint(1, most), "most": most}
        if self.maybe(0.7):
            rules["cost"] = "2 USD/km"
        return rules

    def route(self, chain: list[str]) -> Data:
        route = super().route(chain)
        if len(chain) > 2 and self.maybe(0.6):
            route["joins"] = chain[1:-1]
        if self.maybe(0.3):
            route["attacks"] = {"rate": "0.05 /km", "delay": self.one("0 h", "2 h"), "vehicles_lost": 20, "hurt": 2}
        return route

    def camp(self, i: int) -> Data:
        place = super().camp(i)
        if self.maybe(0.3):
            place["release"] = {"over": "0 h"}
        if "people" in place and "drawdown" in place and self.maybe(0.5):
            place["drawdown"]["leave_by"] = self.one(["road"], ["road", "air"])
        return place

    def classes(self) -> Data:
        classes = super().classes()
        if self.maybe(0.4):
            classes["box"]["mass"] = self.one("6 t", {"uniform": ["0 t", "9 t"]})
        if self.maybe(0.3):
            classes["container"]["moves"] = ["aircraft"]
        if self.maybe(0.3):
            classes["truck"]["moves"] = self.one(["aircraft"], ["truck"])
        for name, kind in classes.items():
            if name != "truck" and kind.get("destroy") == "7 h" and self.maybe(0.5):
                kind["disable"] = "7 h"
        return classes


def _rename_keys(data: Data, new: dict[str, str], *parts: str) -> None:
    data |= {part: {new[name]: value for name, value in data[part].items()} for part in parts if part in data}


def _rename_in_place(place: Data, new: dict[str, str]) -> None:
    _rename_keys(place.get("receiving", {}), new, "processing", "border")
    _rename_keys(place, new, "evacuate", "lots")
    if "phase" in place:
        place["phase"] = new[place["phase"]]
    if "takes" in place.get("strip", {}):
        place["strip"]["takes"] = [new[name] for name in place["strip"]["takes"]]
    if "follows" in place.get("escalation", {}):
        place["escalation"]["follows"]["place"] = new[place["escalation"]["follows"]["place"]]


def _each_text(data: Any, change: Any) -> Any:
    if isinstance(data, dict):
        return {key: _each_text(value, change) for key, value in data.items()}
    if isinstance(data, list):
        return [_each_text(value, change) for value in data]
    return change(data) if isinstance(data, str) else data
