"""Random small scenarios, as plain data: all corners of the form, in a few days and a few dozen lots."""

from __future__ import annotations

from random import Random

from dice import START, Data
from later_rules import add_later_rules
from random_lift import LiftMaker


def random_world(dice: Random) -> Data:
    """A scenario that is right in form; what it does is anybody's guess."""
    return _Maker(dice).scenario()


class _Maker(LiftMaker):
    later = True  # whether the fields of later rules are thrown too

    def scenario(self) -> Data:
        data: Data = {
            "schema": 1,
            "name": "random",
            "calendar": {
                "start": self.one(START, f"{START}T05:00"),
                "deadline": self.one("2023-01-09", "2023-01-09T12:00"),
            },
            "places": self.places(),
            "classes": self.classes(),
            "lift": self.lift(),
            "policy": self.policy(),
        }
        if self.maybe():
            data["calendar"]["horizon"] = "2023-01-12"
        if self.maybe(0.2):
            data["calendar"]["zone"] = self.one("Africa/Bamako", "Asia/Kathmandu")
        if self.maybe(0.3):
            data["scope"] = "all"
        if any("phase" in place for place in data["places"].values()):
            data["phases"] = {
                "first": {"start": self.moment(1, 3)},
                "second": {"start": self.moment(1, 4), "after": self.one([], ["first"], ["first"])},
            }
        self.roads(data)
        self.dangers(data)
        self.clearances(data)
        self.transfers(data)
        if self.later:
            add_later_rules(data)
        return data

    @staticmethod
    def transfers(data: Data) -> None:
        """What places say of transfers under an order; by dice of their own, so that all else stays as it was."""
        dice = Random(len(str(data)))
        for place in data["places"].values():
            if "escalation" in place and dice.random() < 0.3:
                place["transfer_under_order"] = dice.random() < 0.5

    def places(self) -> Data:
        places: Data = {name: self.camp(i) for i, name in enumerate(self.camps)}
        if self.hub:
            places["hub"] = self.hub_place()
        places["exit"] = {"role": "exit", "position": {"lat": 10, "lon": 0}, "strip": {"surface": "asphalt"}}
        if self.maybe(0.3):
            places["exit"]["loaders"] = 1
            places["exit"]["working_hours"] = self.hours()
        return places

    def camp(self, i: int) -> Data:
        place: Data = {
            "role": "camp",
            "position": {"lat": 11 + i, "lon": self.one(0, 0.5, 3)},
            "handover": self.moment(3, 8),
            "evacuate": self.evacuate(i),
            "lots": self.lots(),
            "crews": self.one({"count": 1}, {"count": 3}, {"count": 4, "size": 3, "labour_share": 0.5}, {"count": 0}),
            "working_hours": self.hours(),
        }
        if self.maybe(0.6):
            place["people"] = {"soldiers": self.dice.randint(0, 30), "civilians": self.one(0, 0, 5)}
            if self.maybe(0.7):
                most = sum(place["people"].values())
                place["drawdown"] = {
                    "start": self.one("2023-01-01", "2023-01-02"),
                    "rear_party": min(most, self.one(0, 1, 5, 10)),
                    "leave_by": self.one(["air", "road"], ["road", "air"], ["air"], ["road"]),
                    "last_convoy_needs_clearance": self.maybe(0.3),
                }
        if self.maybe(0.4):
            place["release"] = {"over": self.one("0 h", "36 h", "3 d")}
            if self.maybe():
                place["release"]["start"] = self.moment(1, 4)
        if self.maybe(0.4):
            place["loaders"] = self.one(1, 2)
        if self.maybe(0.2):
            place["yard"] = self.one(1, 3)
        if self.maybe(0.8):
            place["strip"] = self.strip()
        if self.maybe(0.3):
            place["phase"] = self.one("first", "second")
        if self.maybe(0.5):
            place["threat"] = self.threat()
        if self.maybe(0.3):
            place["escalation"] = self.escalation(i)
        return place

    def hub_place(self) -> Data:
        place: Data = {
            "role": "hub",
            "position": {"lat": 10.5, "lon": 1},
            "strip": {"surface": "asphalt", "mog": self.one(1, 2)},
            "evacuate": {"exit": self.one(["road"], ["air"], ["road", "air"], ["air", "road"])},
        }
        kind = self.dice.random()
        if kind < 0.3:
            place |= {"keeps_custody": True, "lots": self.lots(), "crews": {"count": 1}}
            if self.maybe(0.3):
                del place["evacuate"]
        elif kind < 0.6:
            place |= {"handover": self.moment(6, 8), "lots": self.lots(), "crews": {"count": 2}}
        if self.maybe(0.4):
            place["people"] = {"soldiers": self.dice.randint(0, 15)}
            if self.maybe():
                place["drawdown"] = {"start": "2023-01-02", "rear_party": 0}
        if self.maybe(0.3):
            place["loaders"] = 1
        if self.maybe(0.3):
            place["threat"] = self.threat()
        return place

    def evacuate(self, i: int) -> Data:
        def modes() -> list[str]:
            return list(self.one(["road"], ["air"], ["road", "air"], ["air", "road"]))

        ways: Data = {}
        if self.hub and self.maybe(0.7):
            ways["hub"] = modes()
        if not ways or self.maybe(0.5):
            ways["exit"] = modes()
        if i and self.maybe(0.15):
            ways["camp0"] = ["road"]
        return ways

    def lots(self) -> Data:
        return {
            name: {self.one("coe", "unoe"): self.dice.randint(0, 8), **({"unoe": 2} if self.maybe(0.3) else {})}
            for name in ("box", "container", "truck", "gun")
            if self.maybe(0.7)
        }

    def strip(self) -> Data:
        strip: Data = {"surface": self.one("gravel", "asphalt"), "mog": self.one(1, 1, 2)}
        if self.maybe(0.4):
            strip["flying_hours"] = self.one("06:00-18:00", "08:00-16:30", "11:00-13:00")
        if self.maybe(0.3):
            strip["closures"] = {"works": self.window()}
        if self.maybe(0.2):
            strip["washouts"] = {"rate": "0.3 /day", "lasts": self.distribution("12 h", "1 d")}
        if self.fleets and self.maybe(0.2):
            strip["takes"] = [self.fleets[0]]
        return strip

    def threat(self) -> Data:
        threat: Data = {
            "alarms": {"rate": self.one("0 /day", "0.5 /day", "4 /day")},
            "shelter": self.distribution("0 h", "1 h", "3 h"),
        }
        if self.maybe(0.3):
            threat["alarms"]["aftershocks"] = {"mean": 0.5, "delay": self.distribution("0 h", "30 min")}
        if self.maybe(0.3):
            threat["alarms"]["listed"] = {"a": {"from": "2023-01-03T06:00", "until": "2023-01-03T12:00"}}
        if self.maybe(0.4):
            threat["fires"] = self.one("0.02 /day", "0.2 /day")
        if self.maybe(0.3):
            threat["periods"] = {"hot": self.window(times=self.one(0, 5))}
        return threat

    def escalation(self, i: int) -> Data:
        if i and self.maybe(0.4):
            return {
                "follows": {
                    "place": "camp0",
                    "after": self.one("0 h", "1 d"),
                    **({"notice": "6 h"} if self.maybe() else {}),
                }
            }
        if self.maybe():
            return {
                "date": {
                    "on": self.moment(2, 5),
                    "chance": self.one(1.0, 0.5),
                    "notice": self.one("0 h", "6 h", "1 d", "2 d"),
                }
            }
        return {"episodes": {"count": self.one(1, 2), "within": "2 d", "notice": self.one("0 h", "12 h", "2 d")}}

    def classes(self) -> Data:
        work = ("0 h", "0 h", "1 h", "30 min", "7 h")
        box: Data = {
            "mass": self.one("1 t", {"uniform": ["0 t", "4 t"]}),
            "floor": self.one(0, 1),
            "moves": ["truck", "aircraft"],
        }
        container: Data = {
            "mass": "8 t",
            "floor": 3,
            "container": True,
            "moves": self.one(["truck"], ["truck", "aircraft"]),
        }
        truck: Data = {
            "mass": "5 t",
            "floor": self.one(0, 2),
            "moves": self.one(["self"], ["self", "truck"], ["self", "aircraft"]),
            "crew": self.one(1, 2),
            "seats": self.one(0, 3, 8),
        }
        gun: Data = {"mass": "300 kg", "sensitive": True, "moves": ["truck", "aircraft"], "value": "10 kUSD"}
        classes = {"box": box, "container": container, "truck": truck, "gun": gun}
        for kind in classes.values():
            for task in ("prepare", "load", "unload", "destroy", "disable"):
                if self.maybe(0.7):
                    kind[task] = self.distribution(*work)
            if self.maybe(0.6):
                kind["value"] = self.one("0 USD", "1 kUSD", "50 kUSD")
            if self.maybe(0.15):
                kind["transfer"] = {"unoe": "agreed"}
            if self.maybe(0.2):
                kind["needed_until"] = self.one("0 h", "12 h", "2 d")
        return classes

    def policy(self) -> Data:
        disposal: Data = {"kind": self.one("fixed_lead", "projected", "projected", "last_moment", "none")}
        if disposal["kind"] == "fixed_lead":
            disposal |= {"lead": self.one("0 h", "12 h", "2 d"), "ready_lead": self.one("0 h", "6 h")}
        if self.maybe(0.3):
            disposal["review"] = self.one("6 h", "7 h")
        policy: Data = {
            "unliftable": "allow",
            "dispatch": self.one("nearest_handover", "largest_backlog"),
            "load": self.one("sensitive_then_value", "first_fit", "next_fit"),
            "disposal": disposal,
            "transfer_under_order": self.maybe(0.3),
        }
        if self.maybe(0.4):
            policy["least_fill"] = {"share": self.one(0.3, 0.8), "waived": self.one("0 h", "1 d")}
        return policy
