"""What there is: lots, tails, trucks, and the answer that a replication gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simpy import Process

from sim.scenario.lift import Aircraft, TruckPool
from sim.scenario.materiel import LotClass
from sim.scenario.network import RoadLeg

if TYPE_CHECKING:
    from benchmarks.twin.loading import LoadJob
    from benchmarks.twin.site import Site

IN_USE, RELEASED, PREPARING, READY, LOADING, MOVING = "in_use", "released", "preparing", "ready", "loading", "moving"
FATES = ("extracted", "retained", "transferred", "destroyed", "disabled", "lost", "abandoned", "late")
WAITING_STATES = (IN_USE, RELEASED, PREPARING, READY)
DISABLED = "disabled"
LEFT = (*WAITING_STATES, LOADING)
PERSON_KG = 100


def floor_of(kind: LotClass, *, on_truck: bool) -> int:
    """Floor that a lot of a class takes, in an aircraft or on a truck."""
    return kind.floor if kind.truck_floor is None or not on_truck else kind.truck_floor


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
    value: int
    sensitive: bool
    denial: int
    shell: Lot | None = None
    whole_value: int = 0
    pieces: list[Lot] = field(default_factory=list)
    whole: bool = False
    forwarded: bool = False
    bound: str | None = None
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
    aboard: list[Lot] = field(default_factory=list)
    filling: list[Lot] = field(default_factory=list)
    filler: LoadJob | None = None
    staged: bool = False

    @property
    def laden(self) -> bool:
        """Whether it is a vehicle that carries lots, or is being filled."""
        return self.filler is not None or any(lot.state == LOADING for lot in self.aboard)

    @property
    def seats(self) -> int:
        """Seats for passengers, of a vehicle that drives itself."""
        return 0 if self.laden else self.kind.seats

    @property
    def drives(self) -> bool:
        """Whether it moves by itself."""
        return "self" in self.kind.moves

    @property
    def for_teams(self) -> bool:
        """Whether only explosives teams may destroy it."""
        return self.kind.destroyed_by == "eod"

    @property
    def to_destroy(self) -> int:
        """Time in which a crew destroys it as it is."""
        return self.kind.stage.staged_s if self.staged and self.kind.stage is not None else self.destroy

    @property
    def to_disable(self) -> int:
        """Time in which a crew disables it as it is."""
        return self.kind.stage.staged_s if self.staged and self.kind.stage is not None else self.disable

    @property
    def inside(self) -> bool:
        """Whether it is a piece in a container that is not broken down yet."""
        return self.shell is not None and self.shell.whole

    @property
    def parts(self) -> list[Lot]:
        """Of a container that is not broken down yet shell and pieces, else itself."""
        return [self, *self.pieces] if self.whole else [self]

    @property
    def worth(self) -> int:
        """Its value, with what is inside."""
        return self.whole_value if self.whole else self.value


@dataclass(eq=False, slots=True)
class Room:
    """What one aircraft or truck can carry."""

    kg: int
    milli: int
    on_truck: bool = False

    def floor(self, lot: Lot) -> int:
        """Floor that a lot takes."""
        return floor_of(lot.kind, on_truck=self.on_truck)

    def fill(self, lots: list[Lot], kg: int = 0, milli: int = 0) -> float:
        """The larger of the shares of payload and floor, of lots and so much more."""
        kg, milli = kg + sum(lot.mass for lot in lots), milli + sum(map(self.floor, lots))
        return max(kg / self.kg if self.kg else 0.0, milli / self.milli if self.milli else 0.0)


@dataclass(eq=False, slots=True)
class Job:
    """A crew at work on a lot."""

    task: str
    lot: Lot
    work: int
    from_s: int
    until_s: int | None
    crew: int
    process: Process | None = None
    done_s: int = 0
    since_s: int | None = None


@dataclass(eq=False, slots=True)
class Tail:
    """One aircraft; `flown_s` is of the day `flown_day`, and the crew day `crew_day` began at `crew_from`."""

    type: str
    number: int
    fleet: Aircraft
    idle: bool = True
    lost: bool = False
    free_s: int = 0
    sorties: int = 0
    crew_day: int = -1
    crew_from: int = 0
    flown_day: int = -1
    flown_s: int = 0

    def begin_day(self, day: int, at_s: int) -> None:
        """The day's first departure begins the crew day."""
        if day != self.crew_day:
            self.crew_day, self.crew_from = day, at_s

    def fly(self, day: int, flight_s: int) -> None:
        """Flying time counts on the day of the take-off."""
        self.flown_s = flight_s + (self.flown_s if day == self.flown_day else 0)
        self.flown_day = day

    def left_of(self, day: int, at_s: int) -> tuple[int | None, int | None]:
        """Flying time that is left of a day, and when its crew day ends; `None` where nothing limits it."""
        hours, crew = self.fleet.hours_a_day_s, self.fleet.crew_day_s
        began = self.crew_from if day == self.crew_day else at_s
        flown = self.flown_s if day == self.flown_day else 0
        return None if hours is None else hours - flown, None if crew is None else began + crew


@dataclass(eq=False, slots=True)
class Truck:
    """One truck of a pool: not there yet, idle at its base, coming, waiting, in use, going back, empty or lost."""

    pool_name: str
    number: int
    pool: TruckPool
    where: str
    state: str = "idle"
    dest: str = ""


@dataclass(eq=False, slots=True)
class Vehicle:
    """What moves in a convoy: a truck with its lots, or a lot that drives itself, and after it its load."""

    truck: Truck | None
    lots: list[Lot]
    began_s: int = 0
    loaded_s: int | None = None
    job: LoadJob | None = None
    manned: bool = False
    driven_km: float = 0.0

    @property
    def own(self) -> Lot | None:
        """The lot that drives itself."""
        return self.lots[0] if self.truck is None else None

    @property
    def crew(self) -> int:
        """People of the place who drive it; a truck has its own driver."""
        return self.lots[0].kind.crew if self.truck is None else 0

    @property
    def seats(self) -> int:
        """Passengers that it takes."""
        if self.truck is not None:
            return self.truck.pool.seats
        return self.lots[0].seats if len(self.lots) == 1 else 0


@dataclass(eq=False, slots=True)
class Forming:
    """The next convoy of a place for one way by road: what loads, what is loaded, and since when."""

    site: Site
    road: RoadLeg
    loading: list[Vehicle] = field(default_factory=list)
    loaded: list[Vehicle] = field(default_factory=list)
    since_s: int | None = None
    short: tuple[int, int, int] | None = None
    long_s: int | None = None
    waits: bool = False


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
