"""Causes that did not occur in a replication, against the replication without them."""

from collections import Counter
from random import Random

import numpy as np
from little import by_air, camp, world
from random_world import random_world

from sim.replication.simulator import Simulator
from sim.replication.unmet import unmet
from sim.scenario.door import load_data
from sim.tape.tape import REMOVABLE

WORLDS = 60
LOOKED_FOR = {"accidents", "alarms", "attacks", "clearance", "closures", "escalation", "fires", "hits"}


def test_without_what_it_did_not_meet_a_replication_is_the_same_to_the_byte():
    known = Counter()
    for number in range(WORLDS):
        simulator = Simulator(load_data(random_world(Random(number))).scenario)
        history = simulator.history(1, 1)
        idle = unmet(history)
        drawn = {source for source, *_ in history.tape.hashes()}
        rows = simulator.run(1, 1)
        alike = simulator.numbers(1, 1, [*(frozenset({cause}) for cause in REMOVABLE), idle]).alike
        assert set(alike) == {idle, *(frozenset({cause}) for cause in idle)}
        for off, tape_hash in alike.items():
            other = Simulator(simulator.scenario, off).run(1, 1)
            assert (other.tape_hash, other.responses, other.fates, other.causes, other.episodes) == (
                tape_hash, rows.responses, rows.fates, rows.causes, rows.episodes,
            ), (number, sorted(off))  # fmt: skip
            assert np.array_equal(other.timeline, rows.timeline)
        known.update(idle & drawn)
    assert min(known[cause] for cause in ("accidents", "attacks", "escalation", "fires", "hits")) >= 5
    assert set(known) <= LOOKED_FOR


def test_a_cause_is_idle_exactly_where_its_count_is_none():
    dangers = {
        "accidents": {"landing": {"chance": 0.1, "strip_closed": "1 h", "hull_lost": 0, "repair": "1 h"}},
        "hits": {"landing": {"quiet": 0.1, "under_fire": 0.5, "out": "2 h"}},
    }
    place = camp(evacuate={"out": ["air"]}, lots={"box": {"unoe": 6}}, strip={"surface": "gravel"})
    box = {"box": {"mass": "5 t", "moves": ["aircraft"]}}
    simulator = Simulator(load_data(world({"camp": place}, box, lift=by_air(), **dangers)).scenario)
    met = Counter()
    for number in range(1, 31):
        found = simulator.numbers(1, number, [frozenset({cause}) for cause in dangers])
        for cause in dangers:
            assert (frozenset({cause}) in found.alike) == (found.responses[cause] == 0)
            met[cause] += found.responses[cause] > 0
    assert all(5 <= count <= 25 for count in met.values()), met
