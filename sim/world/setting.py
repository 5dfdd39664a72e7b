"""The setting of one replication: what every living part of the world needs to see."""

from __future__ import annotations

from dataclasses import dataclass

from sim.ledger.ledger import Ledger
from sim.scenario.calendar import Calendar
from sim.scenario.scenario import Scenario
from sim.tape.tape import Frame, Tape
from sim.world.clock import Clock
from sim.world.planned import PlannedNetwork
from sim.world.stock import Stock


@dataclass(frozen=True, slots=True)
class Setting:
    """Description, chance, stock, clock and ledger of one replication.

    `remembers` is whether rules keep what they have said (see `sim.world.memory`); tests turn it off.
    """

    scenario: Scenario
    time: Calendar
    frame: Frame
    network: PlannedNetwork
    tape: Tape
    stock: Stock
    clock: Clock
    ledger: Ledger
    remembers: bool
