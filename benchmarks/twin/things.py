"""What there is: lots, tails, trucks, and the answer that a replication gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from simpy import Process

from sim.scenario.lift import Aircraft, TruckPool
from sim.scenario.materiel import LotClass

IN_USE, RELEASED, PREPARING, READY, LOADING, MOVING = "in_use", "released", "preparing", "ready", "loading", "moving"
FATES = ("extracted", "retained", "transferred", "destroyed", "disabled", "lost", "abandoned", "late")
WAITING_STATES = (IN_USE, RELEASED, PREPARING, READY)
DISABLED = "disabled"
LEFT = (*WAITING_STATES, LOADING)
PERSON_KG = 100


@dataclass(eq=False, slots=True)
class Lot:
    """One lot, where it is and what became of it."""

    index: int
    path: str
    kind: LotClass
    class_name: str
    origin: str
    agreed: bool
    mass: int
    prepare: int
    load: int
    unload: int
    destroy: int
    disable: int
    where: str
    state: str = IN_USE
    condemned: bool = False
    released_s: int = 0
    ready_s: int = 0
    fate_s: int = 0
    came_s: int = 0
    touched: bool = False
    burning: int = 0
    stood: list[tuple[str, int, int]] = field(default_factory=list)
    history: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def drives(self) -> bool:
        """Whether it moves by itself."""
        return "self" in self.kind.moves

    @property
    def sensitive(self) -> bool:
        """Whether it is never abandoned by policy."""
        return self.kind.sensitive


@dataclass(eq=False, slots=True)
class Room:
    """What one aircraft or truck can carry."""

    kg: int
    milli: int

    def fill(self, lots: list[Lot]) -> float:
        """The larger of the shares of payload and floor."""
        return max(
            sum(lot.mass for lot in lots) / self.kg if self.kg else 0.0,
            sum(lot.kind.floor for lot in lots) / self.milli if self.milli else 0.0,
        )


@dataclass(eq=False, slots=True)
class Job:
    """A crew at work on a lot."""

    task: str
    lot: Lot
    work: int
    from_s: int
    until_s: int | None
    process: Process | None = None


@dataclass(eq=False, slots=True)
class Tail:
    """One aircraft."""

    type: str
    number: int
    fleet: Aircraft
    idle: bool = True
    lost: bool = False
    free_s: int = 0
    out_s: int = 0
    sorties: int = 0
    crew_from: int = -1
    crew_day: int = -1
    flown: dict[int, int] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Sortie:
    """One sortie: what is planned, and what is aboard."""

    tail: Tail
    origin: str
    dest: str
    room: Room
    land_s: int
    off_s: int
    cargo: bool
    people: bool
    seats: int = 0
    on_ground: bool = False
    loaded: bool = False
    lots: list[Lot] = field(default_factory=list)
    aboard: dict[str, int] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Truck:
    """One truck of a pool: idle at its base, coming, waiting, loading, loaded, moving, unloading or empty."""

    pool_name: str
    number: int
    pool: TruckPool
    where: str
    state: str = "idle"
    dest: str = ""
    began_s: int = 0
    lots: list[Lot] = field(default_factory=list)
    process: Process | None = None


@dataclass(eq=False, slots=True)
class Answer:
    """What a replication of the twin shows."""

    lots: list[Lot]
    closed: dict[str, int] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    log: list[tuple[int, str]] = field(default_factory=list)

    def add(self, figure: str, number: float = 1.0) -> None:
        """Count."""
        self.figures[figure] = self.figures.get(figure, 0.0) + number
