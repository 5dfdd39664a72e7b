"""What a replication did not meet: taking that off plays the same, step by step."""

from __future__ import annotations

from sim.ledger.kinds import ACCIDENTS, HITS, Did, Why
from sim.replication.history import History

_OF_LIFT = {"accidents": ACCIDENTS, "hits": HITS, "attacks": {Did.ATTACKED}}
"""By cause, the steps of lift that it makes."""


def unmet(history: History) -> frozenset[str]:
    """Causes of which nothing was met: without one or several of them the world goes through the same steps.

    A source that is wholly on the tape counts where it holds nothing, which is what is left of it when it is taken off.
    Fires, landings and convoys count by what happened: fire burns a lot where it stands or does nothing, a landing asks
    chance for an accident and for a hit, and an attack that a convoy never reached lies beyond the horizon. Refused
    days and tails that are not fit are nearly always met somewhere, and are not looked for.
    """
    tape, ledger = history.tape, history.ledger
    lift = {step.what for step in ledger.lift}
    found = {cause for cause, kinds in _OF_LIFT.items() if lift.isdisjoint(kinds)}
    if Why.FIRE not in ledger.columns()[-1]:
        found.add("fires")
    if not any(tape.alarms.values()) and not any(stays.starts for stays in tape.shelter.values()):
        found.add("alarms")
    if not tape.orders:
        found.add("escalation")
    if not any(closed.starts for closed in (*tape.strip_closed.values(), *tape.road_closed.values())):
        found.add("closures")
    return frozenset(found)
