"""The aircraft of the camp in OpenCLSim: vessels that load, move, unload and move back, each its share of all loads."""

from __future__ import annotations

from typing import Any

import shapely.geometry
import simpy
from openclsim import core, model

from benchmarks.ladder.inputs import Inputs


class Site(core.Identifiable, core.Log, core.Locatable, core.HasContainer, core.HasResource):
    """A place with lots; OpenCLSim has no types."""


class Aircraft(core.Identifiable, core.ContainerDependentMovable, core.Processor, core.HasResource, core.Log):
    """What carries lots, and loads them itself."""


def airlift(given: Inputs) -> int:
    """When the last lot is out, with all lots ready at the start and no alarms."""
    env = simpy.Environment()
    registry: dict[str, Any] = {}
    many = len(given.prepare_s)
    here, there = shapely.geometry.Point(0, 0), shapely.geometry.Point(0, 10)
    camp = Site(env=env, name="camp", geometry=here, capacity=many, level=many, nr_resources=given.loaders)
    out = Site(env=env, name="out", geometry=there, capacity=many, level=0, nr_resources=given.apron)
    for number in range(given.tails):
        tail = Aircraft(
            env=env, name=f"tail {number}", geometry=here, capacity=given.load, level=0, compute_v=lambda _filled: 1
        )
        rounds = (many // given.load - number + given.tails - 1) // given.tails
        model.register_processes([_sorties(tail, (camp, out), given, rounds, {"env": env, "registry": registry})])
    env.run(given.horizon_s)
    assert out.container.get_level() == many
    return int(max(entry["Timestamp"].timestamp() for entry in out.logbook))


def _sorties(tail: Aircraft, sites: tuple[Site, Site], given: Inputs, rounds: int, shared: dict[str, Any]) -> Any:
    """A number of rounds of one aircraft."""
    camp, out = sites
    shift = {"processor": tail, "amount": given.load}
    steps = [
        model.ShiftAmountActivity(
            **shared, **shift, name=f"{tail.name} loads", origin=camp, destination=tail, duration=given.load_s
        ),
        model.MoveActivity(**shared, name=f"{tail.name} flies", mover=tail, destination=out, duration=given.fly_s),
        model.ShiftAmountActivity(
            **shared, **shift, name=f"{tail.name} unloads", origin=tail, destination=out, duration=given.unload_s
        ),
        model.MoveActivity(**shared, name=f"{tail.name} returns", mover=tail, destination=camp, duration=given.fly_s),
    ]
    return model.RepeatActivity(**shared, name=f"{tail.name} sorties", sub_processes=steps, repetitions=rounds)
