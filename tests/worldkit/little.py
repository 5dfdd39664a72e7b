"""Little worlds: scenarios of a few lines as plain data, and what happened in them, in hours from the start."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sim.ledger.kinds import Did, Of, Passage, Verdict
from sim.ledger.states import STATE_NAMES, State
from sim.replication.history import History
from sim.replication.simulator import Simulator
from sim.replication.wording import LIFT, MOMENTS, REASONS, TASKS
from sim.scenario.door import load_data

Data = dict[str, Any]
H = 3600
ROAD = {"r": {"through": ["camp", "out"], "km": [100], "a_day": "600 km"}}  # 4 h at any hour
TRUCK = {"count": 1, "base": "camp", "payload": "10 t"}
HELI = {"count": 1, "base": "out", "helicopter": True, "payload": "10 t", "block_speed": "100 km/h", "seats": 10}


def camp(**more: Any) -> Data:
    """A camp that is handed over at the end of 10 January, ten days from the start."""
    return {"role": "camp", "handover": "2023-01-10", "evacuate": {"out": ["road"]}, **more}


def world(places: Data, classes: Data | None = None, **sections: Any) -> Data:
    """A scenario from 1 January to the end of the 20th with an exit `out`; nothing is condemned by policy."""
    lots = {name: {"mass": "1 t", "moves": ["truck", "aircraft"], **kind} for name, kind in (classes or {}).items()}
    calendar = {"start": "2023-01-01", "deadline": "2023-01-20", **sections.pop("calendar", {})}
    policy = {"disposal": "none", "unliftable": "allow", **sections.pop("policy", {})}
    out = {"out": {"role": "exit"}} if "out" not in places else {}
    return {
        "schema": 1,
        "name": "little",
        "calendar": calendar,
        "places": {**places, **out},
        "classes": lots,
        "policy": policy,
        **sections,
    }


def by_air(km: float = 100, **more: Any) -> Data:
    """One helicopter from the exit, at 100 km/h."""
    return {"aircraft": {"heli": {**HELI, **more}}, "distances": {"out": {"camp": f"{km} km"}}}


class Simulated:
    """A history, asked in hours."""

    def __init__(self, data: Data, replication: int = 1, seed: int = 1, without: tuple[str, ...] = ()) -> None:
        self.history: History = Simulator(load_data(data).scenario, frozenset(without)).history(seed, replication)
        self.ledger = self.history.ledger

    def fates(self) -> dict[str, int]:
        """Lots by fate."""
        return dict(Counter(STATE_NAMES[state] for state in self.ledger.state))

    def fate(self, lot: str) -> str:
        """Fate of one lot."""
        return STATE_NAMES[self.ledger.state[self.history.frame.lots.index(lot)]]

    def life(self, lot: str) -> list[tuple[float, str]]:
        """When a lot entered which state."""
        number = self.history.frame.lots.index(lot)
        return [(step.at_s / H, STATE_NAMES[step.state]) for step in self.ledger.lots if step.lot == number]

    def when(self, state: State) -> list[float]:
        """When lots entered a state, in order of time."""
        return sorted(step.at_s / H for step in self.ledger.lots if step.state == state)

    def when_all_out(self) -> float:
        """When the last lot was extracted; fails where one was not."""
        out = self.when(State.EXTRACTED)
        assert len(out) == len(self.ledger.state), self.fates()
        return out[-1]

    def work(self) -> list[tuple[float, float, str, str]]:
        """Work of crews: from, until, task and lot."""
        name = self.history.frame.lots.id
        return [(w.from_s / H, w.until_s / H, TASKS[w.task], name(w.lot).split("/", 1)[1]) for w in self.ledger.work]

    def left(self, place: str = "camp") -> list[tuple[float, int]]:
        """When people left a place, and how many."""
        gone: Counter[float] = Counter()
        for step in self.ledger.people:
            if step.what is Passage.LEFT and step.place == place:
                gone[step.at_s / H] += step.count
        return sorted(gone.items())

    def lift(self, what: str, place: str | None = None) -> list[float]:
        """When lift did something, at a place."""
        kinds = {kind for kind, word in LIFT.items() if word == what}
        assert kinds, f"no step of lift reads {what}"
        return [s.at_s / H for s in self.ledger.lift if s.what in kinds and place in (None, s.place)]

    def departures(self, place: str = "camp") -> list[tuple[float, int]]:
        """When convoys left a place, and with how many vehicles."""
        steps = [s for s in self.ledger.lift if s.what is Did.DEPARTS and s.lift.of is Of.ROUTE]
        return [(step.at_s / H, step.count) for step in steps if step.place == place]

    def place(self, what: str, place: str = "camp") -> list[float]:
        """When something happened to a place."""
        moment = next(moment for moment, word in MOMENTS.items() if word == what)
        return [step.at_s / H for step in self.ledger.places if step.what is moment and step.place == place]

    def condemned(self) -> list[tuple[float, str]]:
        """When which lot was condemned."""
        name = self.history.frame.lots.id
        return [(m.at_s / H, name(m.lot).split("/", 1)[1]) for m in self.ledger.marks if m.what is Verdict.CONDEMNED]

    def reasons(self) -> dict[str, list[str]]:
        """Why each lot that was condemned was, each time."""
        found: dict[str, list[str]] = {}
        for mark in self.ledger.marks:
            if mark.what is Verdict.CONDEMNED:
                lot = self.history.frame.lots.id(mark.lot).split("/", 1)[1]
                found.setdefault(lot, []).append(REASONS[mark.reason])
        return found
