"""A player of a little world without a model: what is above the replication floor is tested with it.

It lies in a folder of its own so that worker processes find it by its name.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np

from sim.analysis.estimates import Measure
from sim.errors import InputError, ModelFault, ReplicationError
from sim.experiment.running import RunPlan
from sim.experiment.worker import Model
from sim.results.identity import RunIdentity
from sim.results.rows import Layout
from sim.results.run_folder import About

FATES = ("extracted", "retained", "transferred", "destroyed", "disabled", "lost", "abandoned", "late")
COLUMNS = ("in_use", "released", "preparing", "ready", "loading", "moving", *FATES, "people")
SUFFIXES = ("", "_lots", "_value", "_floor")
SHARES = tuple(f"{fate}_share{suffix}" for fate in FATES for suffix in SUFFIXES)
LOTS, KG, MILLI, USD = 10, 1_250, 1_500, 40_000


@dataclass(frozen=True)
class Rows:
    replication: int
    tape_hash: str
    responses: dict[str, float | int | None]
    fates: list[tuple[str, str, str, str, int, int, int, int]]
    causes: list[tuple[str, str, str, int, int, int, float]]
    tape: list[tuple[str, str, str, str]]
    timeline: np.ndarray
    episodes: list[tuple[str, str, int, int]] = field(default_factory=list)


class StandIn:
    """Extracts lots by lot; `trouble` says which replications end otherwise, and how."""

    def __init__(
        self,
        place: str = "camp",
        trouble: dict[int, str] | None = None,
        pause_s: float = 0.0,
        asked_by: int | None = None,
    ) -> None:
        self.place, self.trouble, self.pause_s = place, trouble or {}, pause_s
        self.simulator_of = asked_by or os.getpid()

    def run(self, seed: int, replication: int) -> Rows:
        time.sleep(self.pause_s)
        self._get_into_trouble(replication)
        stream = random.Random(f"{seed}/{replication}")
        out = sum(stream.random() < 0.6 for _ in range(LOTS))
        counts = {"destroyed": LOTS - out, "extracted": out}
        rows = [
            (self.place, "box", "unoe", fate, lots, lots * KG, lots * MILLI, lots * USD)
            for fate, lots in counts.items()
            if lots
        ]
        shares = dict.fromkeys(SHARES, 0.0)
        for suffix in SUFFIXES:
            shares["extracted_share" + suffix] = out / LOTS
            shares["destroyed_share" + suffix] = (LOTS - out) / LOTS
        closed = 3 + stream.random()
        responses = shares | {
            "people_out_share": 1.0,
            "deadline_met": float(closed < 3.9),
            "alarms": out % 3,
            f"closed_{self.place}": closed,
            "empty_share": None,
        }
        causes = [(self.place, "box", "no_crew", LOTS - out, (LOTS - out) * KG, (LOTS - out) * USD, 1.5)]
        tape = sha256(f"{seed}/{replication}".encode()).hexdigest()
        return Rows(
            replication,
            tape,
            responses,
            rows,
            causes if out < LOTS else [],
            [("alarms", self.place, "d", str(replication))],
            _timeline(out),
            [(self.place, "shelter", 60, 120)] if replication == 1 else [],
        )

    def _get_into_trouble(self, replication: int) -> None:
        how = self.trouble.get(replication, "")
        if how == "fails":
            raise ReplicationError("too many events")
        if how == "fault":
            raise ModelFault("lots do not add up")
        if how == "never ends":
            Event().wait()
        if how == "bug":
            raise KeyError("x")
        if how == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "ctrl-c":
            os.kill(self.simulator_of, signal.SIGINT)
        if how == "kills the parent":
            os.kill(self.simulator_of, signal.SIGKILL)
        if how == "eats memory":
            self.eaten = np.ones(1 << 40)
        if how.startswith("removes "):
            shutil.rmtree(how[8:])
        if how.startswith("waits for "):
            _wait_for(Path(how[10:]))
        if how.startswith("dies once ") and not Path(how[10:]).exists():
            Path(how[10:]).touch()
            os.kill(os.getpid(), signal.SIGKILL)


def _wait_for(file: Path) -> None:
    """Tells that it waits, and waits until the file is there."""
    file.with_suffix(".waiting").touch()
    until = time.monotonic() + 120
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.01)


def _timeline(out: int) -> np.ndarray:
    days = np.zeros((4, 2, len(COLUMNS)), dtype=np.int32)
    days[:, 0, 0] = [LOTS, LOTS, 0, 0]
    days[2:, 0, COLUMNS.index("extracted")] = out
    days[2:, 0, COLUMNS.index("destroyed")] = LOTS - out
    days[:, 0, -1] = [20, 20, 10, 0]
    return days


def layout(place: str = "camp") -> Layout:
    names = (*SHARES, "people_out_share", "deadline_met", "alarms", f"closed_{place}", "empty_share")
    bounded = (*SHARES, "people_out_share", "deadline_met", "empty_share")
    measures = tuple(Measure(name, "share" if name in bounded else "1", "tonnes", name in bounded) for name in names)
    first, phases = date(2023, 7, 1), {place: "first", "port": None}
    return Layout(measures, (place, "port"), COLUMNS, FATES, first, frozenset({place}), phases)


def model(place: str = "camp", trouble: dict[int, str] | None = None, pause_s: float = 0.0) -> Model:
    return Model(StandIn, (place, trouble, pause_s, os.getpid()), layout(place))


class Models:
    """The stand-in under even numbers; odd ones are no scenarios."""

    def __call__(self, number: int) -> Model:
        if number % 2:
            raise InputError("there is no such scenario")
        return replace(model(), keeps="responses")


def plan(
    folder: Path,
    replications: int | None = 30,
    seed: int = 1,
    place: str = "camp",
    trouble: dict[int, str] | None = None,
    pause_s: float = 0.0,
    **changed: Any,
) -> RunPlan:
    precision = changed.pop("precision", None)
    said = {
        "name": "A stand-in",
        "scenario": "s" * 64,
        "seed": seed,
        "replications": replications,
        "precision": (),
        "max_replications": None,
        "guarantee": False,
        "without": (),
        "version": "1",
        "program": "p",
    }
    about = About(
        {
            "name": "A stand-in",
            "calendar": {"start": "2023-07-01", "deadline": "2023-07-04"},
            "places": {place: {"handover": "2023-07-04"}},
        },
        "a.yaml",
        (("a.yaml", "0" * 64),),
        (),
        "drawdown run a.yaml",
        f"drawdown trace a.yaml --seed {seed}",
    )
    simulated_by = model(place, trouble=trouble, pause_s=pause_s)
    return RunPlan(folder, RunIdentity(**(said | changed)), simulated_by, about, precision)


class Staged:
    """Sets the stand-in on the stage in place of a scenario's own model."""

    def __init__(self, trouble: dict[int, str] | None = None, pause_s: float = 0.0) -> None:
        self.trouble, self.pause_s = trouble, pause_s

    def __call__(self, scenario: Any, without: frozenset[str]) -> Model:
        return model("camp", trouble=self.trouble, pause_s=self.pause_s)
