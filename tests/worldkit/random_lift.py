"""Random lift, roads and dangers."""

from __future__ import annotations

from dice import Data, Dice


class LiftMaker(Dice):
    """Makes what moves, and what stops it."""

    def lift(self) -> Data:
        lift: Data = {}
        if self.fleets:
            lift["aircraft"] = {name: self.aircraft() for name in self.fleets}
        if self.pools:
            lift["trucks"] = {name: self.pool() for name in self.pools}
            lift["convoys"] = self.convoys()
        elif self.maybe():
            lift["convoys"] = self.convoys()
        return lift

    def bases(self) -> list[str]:
        return ["exit", *(["hub"] if self.hub else []), "camp0"]

    def aircraft(self) -> Data:
        kind: Data = {
            "count": self.one(1, 2),
            "base": self.one(*self.bases()),
            "payload": self.one("9 t", {"asphalt": "12 t", "gravel": "4 t"}),
            "block_speed": self.one("400 km/h", "90 km/h"),
            "ground_time": self.one("0 h", "45 min"),
            "seats": self.one(0, 6, 40),
            "hold": self.one("0 h", "30 min", "3 h"),
            "containers": self.maybe(),
        }
        if self.maybe(0.3):
            kind["helicopter"] = True
        if self.maybe(0.5):
            kind["positions"] = self.one(3, 6)
        if self.maybe(0.3):
            kind["hours_a_day"] = self.one("4 h", "9 h", "1 h")
        if self.maybe(0.3):
            kind["crew_day"] = self.one("6 h", "12 h", "2 h")
        if self.maybe(0.3):
            kind["available"] = 0.7
        if self.maybe(0.3):
            kind["breakdown"] = {"per_sortie": 0.3, "repair": self.distribution("2 h", "1 d")}
        if self.maybe(0.2):
            kind["from"] = self.moment(1, 4)
        if self.maybe(0.2):
            kind["range"] = self.one("300 km", "900 km")
        if self.maybe(0.2):
            kind["seasons"] = {"heat": self.window(payload=0.5)}
        return kind

    def pool(self) -> Data:
        pool: Data = {
            "count": self.dice.randint(1, 8),
            "base": self.one(*self.bases()),
            "payload": self.one("10 t", "3 t"),
            "seats": self.one(0, 0, 4),
        }
        if self.maybe(0.5):
            pool["floor"] = self.one(3, 6)
        if self.maybe(0.4):
            pool["load"] = self.one("30 min", "2 h")
            pool["unload"] = self.one("30 min", "2 h")
        if self.maybe(0.2):
            pool["from"] = self.moment(1, 4)
        return pool

    def convoys(self) -> Data:
        rules: Data = {}
        if self.maybe(0.5):
            rules["vehicles"] = {"least": self.one(1, 2, 5), "most": self.one(5, 20)}
        if self.maybe(0.3):
            rules["at_once"] = self.one(1, 2)
        if self.maybe(0.3):
            rules["load_at_least"] = self.one("6 h", "1 d")
        if self.maybe(0.2):
            rules["breakdown"] = {"per_km": "0.01 /km", "repair": self.distribution("1 h", "3 h")}
        return rules

    def roads(self, data: Data) -> None:
        chain = [*reversed(self.camps), *(["hub"] if self.hub else []), "exit"]
        data["routes"] = {"road": self.route(chain)}
        if self.maybe(0.3):
            data["routes"]["shortcut"] = self.route([self.camps[0], "exit"])

    def route(self, chain: list[str]) -> Data:
        route: Data = {
            "through": chain,
            "km": [self.one(20, 60, 150) for _ in chain[1:]],
            "a_day": self.one("100 km", "500 km"),
            "marching_hours": self.one("00:00-24:00", "06:00-18:00", "22:00-05:00"),
        }
        if self.maybe(0.3):
            route["joins"] = chain[1:-1]
        if self.maybe(0.2):
            route["a_day"] = {"calm": "200 km", "threat": "50 km"}
            route["periods"] = {"hot": self.window(pace="threat", times=3)}
        if self.maybe(0.2):
            route["closures"] = {"rains": self.window()}
        if self.maybe(0.2):
            route["washouts"] = {"rate": "0.3 /day", "lasts": self.distribution("12 h", "1 d")}
        if self.maybe(0.4):
            route["attacks"] = {
                "rate": self.one("0.002 /km", "0.03 /km"),
                "delay": self.distribution("0 h", "1 h"),
                "vehicles_lost": self.one(1, {"poisson": {"mean": 2}}),
                "hurt": 1,
            }
        return route

    def dangers(self, data: Data) -> None:
        if self.maybe(0.3):
            data["accidents"] = {
                "landing": {
                    "chance": self.one(0.05, {"gravel": 0.3, "asphalt": 0.0}),
                    "strip_closed": self.one("0 h", "6 h", "2 d"),
                    "hull_lost": self.one(0, 0.5, 1),
                    "repair": self.distribution("0 h", "5 h"),
                    "stand_down": self.one("0 h", "1 d"),
                }
            }
        if self.maybe(0.3):
            data["hits"] = {"landing": {"quiet": 0.05, "under_fire": 0.5, "out": self.distribution("0 h", "1 d")}}

    def clearances(self, data: Data) -> None:
        rules: Data = {}
        if self.maybe(0.3):
            rules["air"] = {"people": {"refused": self.one(0.2, 0.5)}, "cargo": {"refused": self.one(0.2, 0.5, 1)}}
        if self.maybe(0.3):
            rules["road"] = {
                "road": {"people": {"refused": self.one(0.3, 1)}, "trucks": {"refused": self.one(0.3, 0.6)}}
            }
        if rules:
            data["clearance"] = rules
