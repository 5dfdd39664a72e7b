"""Causes that never occurred in a replication: removing them changes no step."""

from __future__ import annotations

from sim.ledger.kinds import ACCIDENTS, HITS, Did, Why
from sim.replication.history import History

_OF_LIFT = {"accidents": ACCIDENTS, "hits": HITS, "attacks": {Did.ATTACKED}}
"""By cause, the steps of lift that it makes."""


def unmet(history: History) -> frozenset[str]:
    """Returns the causes that never occurred: without one or several of them the world goes through the same steps.

    A source that is wholly on the tape is included if the tape has no events of it, as after removing it. Fires,
    accidents, hits and attacks are included if none happened: fire burns a lot at its place or does nothing, a landing
    draws for an accident and for a hit, and an attack that a convoy never reached is after the horizon. Tails
    that are not fit occur in nearly every replication, so they are not checked.
    """
    tape, ledger = history.tape, history.ledger
    lift = {step.what for step in ledger.lift}
    found = {cause for cause, kinds in _OF_LIFT.items() if lift.isdisjoint(kinds)}
    if Why.FIRE not in ledger.columns()[-1] and all(step.by is not Why.FIRE for step in ledger.onward):
        found.add("fires")
    if not any(tape.alarms.values()) and not any(stays.starts for stays in tape.shelter.values()):
        found.add("alarms")
    if not tape.orders:
        found.add("escalation")
    closed = (*tape.strip_closed.values(), *tape.road_closed.values(), *tape.border_closed.values())
    if not any(each.starts for each in closed) and not tape.leg_closed:
        found.add("closures")
    for mode in ("air", "road"):
        if not tape.ever_refused(mode):
            found.add(f"clearance_{mode}")
    if {"clearance_air", "clearance_road"} <= found:
        found.add("clearance")
    return frozenset(found)
