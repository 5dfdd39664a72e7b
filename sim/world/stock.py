"""The stock: data of every lot, as plain lists indexed by lot; static parts are built once, ranks for each tape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.scenario.lots import Lots
from sim.scenario.materiel import LotClass
from sim.scenario.network import Network
from sim.scenario.places import Mode
from sim.scenario.scenario import Scenario
from sim.tape.tape import Frame, Tape
from sim.world.chalk import Room
from sim.world.memory import memory

_ANY_KG = 1 << 60
_NO_KG = -1


@dataclass(frozen=True, slots=True)
class Floors:
    """The floor that each lot takes, in thousandths of a position; ranks by value per floor, and the lot of a rank."""

    milli: list[int]
    array: np.ndarray
    rank: list[int]
    lot_of_rank: list[int]
    least_milli: int


@dataclass(frozen=True, slots=True)
class Bed:
    """What a vehicle that drives out can carry: its room, and the classes that ride in it."""

    room: Room
    classes: frozenset[str]


class StockFrame:
    """The part that does not change between replications: class of each lot and its flags.

    `broken` has the pieces of each container that is broken down, which is the shell, and `container` the shell of each
    piece. What is not of the class by which a lot moves and is worked on, a piece has from its container. `counted` is
    how many lots each is in shares by lots, `None` where all are one.
    `groups` are the places, classes and kinds of lots in the order of the table, and `group_of` says which each is of.
    `owned` numbers the groups of one place, class and owner in the table; `first_owned` is the first lot of each.
    """

    def __init__(self, frame: Frame) -> None:
        lots, scenario = frame.lots, frame.scenario
        self.count = len(lots)
        self.place = lots.place
        self.class_name = lots.kind
        self.broken = lots.broken
        self.container = {piece: shell for shell, pieces in lots.broken.items() for piece in pieces}
        kinds = [scenario.classes[name] for name in lots.kind]
        wholes = [scenario.classes[name] for name in lots.lot_class]
        self.floor_milli = [kind.floor for kind in kinds]
        self.value_usd = _values(wholes, lots)
        self.sensitive = [whole.sensitive for whole in wholes]
        self.drives = ["self" in kind.moves for kind in kinds]
        self.drivers = [kind.crew for kind in kinds]
        self.seats = [kind.seats for kind in kinds]
        self.stages = {lot: kind.stage for lot, kind in enumerate(kinds) if kind.stage is not None}
        self.any_stages = any(kind.stage for kind in scenario.classes.values())
        self.by_teams = [kind.destroyed_by == "eod" for kind in kinds]
        self.needed_until_s = [whole.needed_until_s for whole in wholes]
        self.class_names = names = sorted(scenario.classes)
        self.class_code = np.array([names.index(name) for name in lots.kind], dtype=np.intp)
        self.agreed = [
            whole.is_transferred(owner)  # type: ignore[arg-type]  # owners are coe and unoe
            for whole, owner in zip(wholes, lots.owner, strict=True)
        ]
        self.values = np.array(self.value_usd, dtype=float)
        self.whole_values = self.values.copy()
        self.whole_values[list(lots.broken)] = [wholes[shell].value for shell in lots.broken]
        self.counted = np.array([not piece for piece in lots.piece], dtype=float) if lots.broken else None
        whose = list(zip(lots.place, lots.lot_class, lots.owner, strict=True))
        first: dict[tuple[str, str, str], int] = {}
        for lot, owned in enumerate(whose):
            first.setdefault(owned, lot)
        self.first_owned = list(first.values())
        group = {owned: number for number, owned in enumerate(first)}
        self.owned = np.array([group[owned] for owned in whose], dtype=np.intp)
        kinds_at = list(zip(lots.place, lots.lot_class, lots.kind, strict=True))
        self.groups = tuple(dict.fromkeys(kinds_at))
        of_group = {each: number for number, each in enumerate(self.groups)}
        self.group_of = np.array([of_group[each] for each in kinds_at], dtype=np.int64)
        self.plain = np.array([not flag for flag in self.sensitive], dtype=bool)
        self.mildness = np.array([-whole.denial for whole in wholes], dtype=np.int64)
        by_air = self._floors(self.floor_milli)
        on_truck = [kind.floor_on_truck for kind in kinds]
        self.floors: dict[Mode, Floors] = {
            "air": by_air,
            "road": by_air if on_truck == self.floor_milli else self._floors(on_truck),
        }
        self.flies = {name: classes_that_fly(scenario, name) for name in scenario.lift.aircraft}
        self.rides = {name: classes_that_ride(scenario, name) for name in scenario.lift.trucks}
        self.beds = _beds(scenario)
        self.rooms = [drivers + seats for drivers, seats in zip(self.drivers, self.seats, strict=True)]
        by_seats = sorted(range(self.count), key=lambda lot: (-self.rooms[lot], lot))
        self.seat_rank = [0] * self.count
        for rank, lot in enumerate(by_seats):
            self.seat_rank[lot] = rank
        self._sort_by_place(lots)
        self.crew_of = np.array(self.drivers, dtype=np.int64)
        self.self_driven = np.array(self.drives, dtype=bool)

    def _sort_by_place(self, lots: Lots) -> None:
        """The lots of each place, those that drive, and sensitive ones."""
        self.driving_of: dict[str, list[int]] = {
            place: [lot for lot in range(first, end) if self.drives[lot]] for place, (first, end) in lots.spans.items()
        }
        self.of_place: dict[str, list[int]] = {
            place: [lot for lot in range(first, end) if not lots.piece[lot]]
            for place, (first, end) in lots.spans.items()
        }
        self.sensitive_of: dict[str, list[int]] = {
            place: [lot for lot in range(first, end) if self.sensitive[lot]]
            for place, (first, end) in lots.spans.items()
        }

    def _floors(self, milli: list[int]) -> Floors:
        rank = self.ranks(milli)
        return Floors(milli, np.array(milli, dtype=float), rank, np.argsort(rank).tolist(), min(milli, default=0))

    def ranks(self, per: list[int], values: np.ndarray | None = None) -> list[int]:
        """Positions of lots when sorted by sensitive, value per unit falling, then the table's order."""
        worth = _worth(self.values if values is None else values, np.asarray(per, dtype=float))
        return _positions(np.lexsort((-worth, self.plain)))  # which keeps the table's order of equals

    def disposal_ranks(self, destroy_s: list[int]) -> tuple[list[int], dict[int, int]]:
        """Positions of lots in disposal: as above, with `denial` between the two; and of containers with all inside.

        Both are positions in one order, in which a container that is not broken down yet has its whole value.
        """
        shells = np.fromiter(self.broken, dtype=np.intp, count=len(self.broken))
        lots = np.concatenate((np.arange(self.count), shells))
        values = np.concatenate((self.values, self.whole_values[shells]))
        worth = _worth(values, np.asarray(destroy_s, dtype=float)[lots])
        ranks = _positions(np.lexsort((lots, -worth, self.mildness[lots], self.plain[lots])))
        return ranks[: self.count], dict(zip(self.broken, ranks[self.count :], strict=True))


def _values(wholes: list[LotClass], lots: Lots) -> list[int]:
    """The value of each lot: of a container that is broken down, the shell has its own, and the pieces the rest."""
    values = [whole.value for whole in wholes]
    for shell, pieces in lots.broken.items():
        into = wholes[shell].breaks_into
        assert into is not None, "only such classes are broken down"
        rest = max(0, values[shell] - into.shell_value)
        values[shell] -= rest
        values[pieces.start : pieces.stop] = [rest // len(pieces)] * len(pieces)
        values[pieces[-1]] = rest - rest // len(pieces) * (len(pieces) - 1)
    return values


def _worth(values: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Value per unit; what has value and takes nothing is worth most."""
    with np.errstate(divide="ignore", invalid="ignore"):
        worth: np.ndarray = np.where(amount > 0, values / amount, np.where(values > 0, np.inf, 0.0))
    return worth


def _positions(order: np.ndarray) -> list[int]:
    """The position of each entry of an order."""
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    return ranks.tolist()


def _beds(scenario: Scenario) -> dict[str, Bed]:
    """By class of vehicles that carry loads, what they carry; in order of stream and name."""
    found: dict[str, Bed] = {}
    for name in sorted(scenario.classes, key=lambda name: (scenario.stream_of("classes", name), name)):
        bed = scenario.classes[name].carries
        if bed is not None:
            riding = frozenset(other for other, kind in scenario.classes.items() if kind.rides_in(bed))
            found[name] = Bed(Room(bed.payload, bed.floor, "road"), riding)
    return found


def classes_that_fly(scenario: Scenario, aircraft: str) -> frozenset[str]:
    """Classes that an aircraft type takes, regardless of mass."""
    fleet = scenario.lift.aircraft[aircraft]
    return frozenset(name for name, kind in scenario.classes.items() if kind.fits_in(aircraft, fleet))


def classes_that_ride(scenario: Scenario, pool: str) -> frozenset[str]:
    """Classes that a truck of a pool takes, regardless of mass."""
    trucks = scenario.lift.trucks[pool]
    return frozenset(
        name for name, kind in scenario.classes.items() if "truck" in kind.moves and kind.floor_on_truck <= trucks.floor
    )


class Stock(StockFrame):
    """The stock of one replication: masses and work from the tape, and the orders of lift and of disposal.

    `by_mass` ranks lots for loading: sensitive first, then value per kilogram; `lot_by_mass` gives the lot of a rank.
    `prepare_rank` ranks by sensitive, then value per crew-hour; so does `disposal_rank`, with `denial` between the two,
    and `whole_rank` for containers with all inside. Smaller goes first.
    """

    def __init__(self, static: StockFrame, tape: Tape, *, remembers: bool) -> None:
        self.__dict__.update(static.__dict__)
        self.mass_kg, self.prepare_s = tape.mass_kg, tape.prepare_s
        self.load_s, self.unload_s = tape.load_s, tape.unload_s
        self.destroy_s, self.disable_s = self._crews_destroy(tape), tape.disable_s
        self.by_mass = static.ranks(self.mass_kg)
        self.disposal_rank, self.whole_rank = static.disposal_ranks(self.destroy_s)
        self.prepare_rank = static.ranks(self.prepare_s, static.whole_values)
        self.masses = np.asarray(self.mass_kg, dtype=np.int64)
        self.least_kg = min(self.mass_kg, default=0)
        self.prepares = np.asarray(self.prepare_s, dtype=np.int64)
        self.loads = np.asarray(self.load_s, dtype=np.int64)
        self._rank = np.asarray(self.by_mass, dtype=np.intp)
        self._of_rank = np.argsort(self._rank)
        self.lot_by_mass: list[int] = self._of_rank.tolist()
        self._carried: dict[tuple[frozenset[str], int], bytes] = memory(remembers=remembers)
        self._shares: dict[Room, np.ndarray] = memory(remembers=remembers)
        self._needs: dict[Room, list[float]] = memory(remembers=remembers)

    def _crews_destroy(self, tape: Tape) -> list[int]:
        """The work of a crew to destroy each lot; to disable it, where crews can do no more."""
        if not any(self.by_teams):
            return tape.destroy_s
        works = zip(self.by_teams, tape.disable_s, tape.destroy_s, strict=True)
        return [disable_s if by_teams else destroy_s for by_teams, disable_s, destroy_s in works]

    def disposal_turns(self, inside: Iterable[int]) -> list[int]:
        """By lot, the place in the order of disposal while some containers are not broken down."""
        turns = {shell: self.whole_rank[shell] for shell in inside}
        return [turns.get(lot, rank) for lot, rank in enumerate(self.disposal_rank)] if turns else self.disposal_rank

    def shares(self, room: Room) -> np.ndarray:
        """The share of a load of so much mass and floor that each lot takes."""
        found = self._shares.get(room)
        if found is None:
            found = self._shares[room] = self._share_of(room)
        return found

    def _share_of(self, room: Room) -> np.ndarray:
        by_mass = self.masses / room.kg if room.kg else np.full(self.count, np.inf)
        floors = self.floors[room.mode].array
        by_floor = floors / room.floor_milli if room.floor_milli else np.zeros(self.count)
        return np.maximum(by_mass, by_floor)

    def needs(self, room: Room) -> list[float]:
        """The same shares as a list."""
        found = self._needs.get(room)
        if found is None:
            found = self._needs[room] = self.shares(room).tolist()
        return found

    def in_order_of_lift(self, lots: np.ndarray) -> np.ndarray:
        """Lots in the order of lift without a particular load: sensitive first, then value per kilogram."""
        ordered: np.ndarray = self._of_rank[np.sort(self._rank[lots])]
        return ordered

    def carried(self, classes: frozenset[str], most_kg: int) -> bytes:
        """By lot, 1 if it is of one of some classes and not over a mass, else 0."""
        key = (classes, most_kg)
        found = self._carried.get(key)
        if found is None:
            found = self._carried[key] = self._carries(*key)
        return found

    def _carries(self, classes: frozenset[str], most_kg: int) -> bytes:
        taken = np.array([name in classes for name in self.class_names], dtype=bool)
        return (taken[self.class_code] & (self.masses <= most_kg)).tobytes()


def liftable_kg(scenario: Scenario, network: Network, stock: StockFrame) -> np.ndarray:
    """By lot, the greatest mass that any lift of the scenario can carry out of its place; -1 if none takes it.

    At a place without a handover nothing needs lift, and there is no limit.
    """
    most: dict[tuple[str, str], int] = {}
    held = frozenset(zip(stock.place, stock.class_name, strict=True))
    for whose, drives in zip(zip(stock.place, stock.class_name, strict=True), stock.drives, strict=True):
        if whose not in most:
            leaves = scenario.places[whose[0]].handover_s is not None
            beds = [bed for name, bed in stock.beds.items() if (whose[0], name) in held]
            most[whose] = _most_kg(scenario, network, stock, *whose, drives, beds) if leaves else _ANY_KG
    return np.array([most[whose] for whose in zip(stock.place, stock.class_name, strict=True)], dtype=np.int64)


def _most_kg(
    scenario: Scenario,
    network: Network,
    stock: StockFrame,
    place: str,
    class_name: str,
    drives: bool,
    beds: list[Bed],
) -> int:
    """The greatest mass of a lot of a class that some option of a place can carry; `beds`: of its own vehicles."""
    lift, most = scenario.lift, _NO_KG
    for option in network.options[place]:
        if option.mode == "air":
            for name, leg in option.air.items():
                if class_name in stock.flies[name] and lift.aircraft[name].count:
                    most = max(most, leg.payload_kg)
            continue
        if drives:
            return _ANY_KG
        most = max([most, *(bed.room.kg for bed in beds if class_name in bed.classes)])
        for pool, trucks in lift.trucks.items():
            comes = trucks.base == place or network.road(trucks.base, place) is not None
            if class_name in stock.rides[pool] and trucks.count and comes:
                most = max(most, trucks.payload)
    return max(most, _most_kg_by_sea(scenario, place, class_name))


def _most_kg_by_sea(scenario: Scenario, place: str, class_name: str) -> int:
    """The greatest mass of a lot of a class that some vessel takes from a place."""
    kind, most = scenario.classes[class_name], _NO_KG
    for vessel in scenario.lift.vessels.values():
        taken = vessel.takes is None or class_name in vessel.takes
        if vessel.at == place and taken and kind.floor <= vessel.positions and vessel.sails(scenario.time.horizon_s):
            most = max(most, vessel.payload)
    return most
