"""The stock: data of every lot, as plain lists indexed by lot; static parts are built once, ranks for each tape."""

from __future__ import annotations

import numpy as np

from sim.scenario.network import Network
from sim.scenario.scenario import Scenario
from sim.tape.tape import Frame, Tape
from sim.world.memory import memory

_ANY_KG = 1 << 60
_NO_KG = -1


class StockFrame:
    """The part that does not change between replications: class of each lot and its flags.

    `owned` numbers the groups of one place, class and owner in the table; `first_owned` is the first lot of each.
    """

    def __init__(self, frame: Frame) -> None:
        lots, scenario = frame.lots, frame.scenario
        self.count = len(lots)
        self.place = lots.place
        self.class_name = lots.lot_class
        kinds = [scenario.classes[name] for name in lots.lot_class]
        self.floor_milli = [kind.floor for kind in kinds]
        self.value_usd = [kind.value for kind in kinds]
        self.sensitive = [kind.sensitive for kind in kinds]
        self.drives = ["self" in kind.moves for kind in kinds]
        self.drivers = [kind.crew for kind in kinds]
        self.seats = [kind.seats for kind in kinds]
        self.needed_until_s = [kind.needed_until_s for kind in kinds]
        names = sorted(scenario.classes)
        self.class_names = names
        self.class_code = np.array([names.index(name) for name in lots.lot_class], dtype=np.intp)
        self.agreed = [
            kind.transfer.get(owner) == "agreed"  # type: ignore[call-overload]  # owners are coe and unoe
            for kind, owner in zip(kinds, lots.owner, strict=True)
        ]
        self.values = np.array(self.value_usd, dtype=float)
        self.floors = np.array(self.floor_milli, dtype=float)
        whose = list(zip(lots.place, lots.lot_class, lots.owner, strict=True))
        self.first_owned = [lot for lot in range(self.count) if lot == 0 or whose[lot] != whose[lot - 1]]
        self.owned = np.repeat(np.arange(len(self.first_owned)), np.diff([*self.first_owned, self.count]))
        self.plain = np.array([not flag for flag in self.sensitive], dtype=bool)
        self.by_floor = self.ranks(self.floor_milli)
        self.lot_by_floor: list[int] = np.argsort(self.by_floor).tolist()
        self.flies = {name: classes_that_fly(scenario, name) for name in scenario.lift.aircraft}
        self.rides = {name: classes_that_ride(scenario, name) for name in scenario.lift.trucks}
        self.rooms = [drivers + seats for drivers, seats in zip(self.drivers, self.seats, strict=True)]
        by_seats = sorted(range(self.count), key=lambda lot: (-self.rooms[lot], lot))
        self.seat_rank = [0] * self.count
        for rank, lot in enumerate(by_seats):
            self.seat_rank[lot] = rank
        self.driving_of: dict[str, list[int]] = {
            place: [lot for lot in range(first, end) if self.drives[lot]] for place, (first, end) in lots.spans.items()
        }
        self.of_place: dict[str, list[int]] = {
            place: list(range(first, end)) for place, (first, end) in lots.spans.items()
        }
        self.sensitive_of: dict[str, list[int]] = {
            place: [lot for lot in range(first, end) if self.sensitive[lot]]
            for place, (first, end) in lots.spans.items()
        }
        self.crew_of = np.array(self.drivers, dtype=np.int64)
        self.self_driven = np.array(self.drives, dtype=bool)

    def ranks(self, per: list[int]) -> list[int]:
        """Positions of lots when sorted by sensitive, value per unit falling, then the table's order."""
        amount = np.asarray(per, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            worth = np.where(amount > 0, self.values / amount, np.where(self.values > 0, np.inf, 0.0))
        order = np.lexsort((-worth, self.plain))  # which keeps the table's order of equals
        ranks = np.empty(self.count, dtype=np.int64)
        ranks[order] = np.arange(self.count)
        return ranks.tolist()


def classes_that_fly(scenario: Scenario, aircraft: str) -> frozenset[str]:
    """Classes that an aircraft type takes, regardless of mass."""
    fleet = scenario.lift.aircraft[aircraft]
    return frozenset(name for name, kind in scenario.classes.items() if kind.fits_in(aircraft, fleet))


def classes_that_ride(scenario: Scenario, pool: str) -> frozenset[str]:
    """Classes that a truck of a pool takes, regardless of mass."""
    trucks = scenario.lift.trucks[pool]
    return frozenset(
        name for name, kind in scenario.classes.items() if "truck" in kind.moves and kind.floor <= trucks.floor
    )


class Stock(StockFrame):
    """The stock of one replication: masses and work from the tape, and the orders of lift and of disposal.

    `by_mass` and `by_floor` rank lots for loading: sensitive first, then value per kilogram or per floor; `lot_by_mass`
    and `lot_by_floor` give the lot of a rank.
    `disposal_rank` and `prepare_rank` rank by sensitive, then value per crew-hour. Smaller goes first.
    """

    def __init__(self, static: StockFrame, tape: Tape, *, remembers: bool) -> None:
        self.__dict__.update(static.__dict__)
        self.mass_kg, self.prepare_s = tape.mass_kg, tape.prepare_s
        self.load_s, self.unload_s = tape.load_s, tape.unload_s
        self.destroy_s, self.disable_s = tape.destroy_s, tape.disable_s
        self.by_mass = static.ranks(self.mass_kg)
        self.disposal_rank = static.ranks(self.destroy_s)
        self.prepare_rank = static.ranks(self.prepare_s)
        self.masses = np.asarray(self.mass_kg, dtype=np.int64)
        self.prepares = np.asarray(self.prepare_s, dtype=np.int64)
        self._rank = np.asarray(self.by_mass, dtype=np.intp)
        self._of_rank = np.argsort(self._rank)
        self.lot_by_mass: list[int] = self._of_rank.tolist()
        self._carried: dict[tuple[frozenset[str], int], bytes] = memory(remembers=remembers)
        self._shares: dict[tuple[int, int], np.ndarray] = memory(remembers=remembers)
        self._needs: dict[tuple[int, int], list[float]] = memory(remembers=remembers)

    def shares(self, kg: int, floor_milli: int) -> np.ndarray:
        """The share of a load of so much mass and floor that each lot takes."""
        key = (kg, floor_milli)
        found = self._shares.get(key)
        if found is None:
            found = self._shares[key] = self._share_of(*key)
        return found

    def _share_of(self, kg: int, floor_milli: int) -> np.ndarray:
        by_mass = self.masses / kg if kg else np.full(self.count, np.inf)
        by_floor = self.floors / floor_milli if floor_milli else np.zeros(self.count)
        return np.maximum(by_mass, by_floor)

    def needs(self, kg: int, floor_milli: int) -> list[float]:
        """The same shares as a list."""
        key = (kg, floor_milli)
        found = self._needs.get(key)
        if found is None:
            found = self._needs[key] = self.shares(kg, floor_milli).tolist()
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
    for whose, drives in zip(zip(stock.place, stock.class_name, strict=True), stock.drives, strict=True):
        if whose not in most:
            leaves = scenario.places[whose[0]].handover_s is not None
            most[whose] = _most_kg(scenario, network, stock, *whose, drives) if leaves else _ANY_KG
    return np.array([most[whose] for whose in zip(stock.place, stock.class_name, strict=True)], dtype=np.int64)


def _most_kg(scenario: Scenario, network: Network, stock: StockFrame, place: str, class_name: str, drives: bool) -> int:
    """The greatest mass of a lot of a class that some option of a place can carry."""
    lift, most = scenario.lift, _NO_KG
    for option in network.options[place]:
        if option.mode == "air":
            for name, leg in option.air.items():
                if class_name in stock.flies[name] and lift.aircraft[name].count:
                    most = max(most, leg.payload_kg)
            continue
        if drives:
            return _ANY_KG
        for pool, trucks in lift.trucks.items():
            comes = trucks.base == place or network.road(trucks.base, place) is not None
            if class_name in stock.rides[pool] and trucks.count and comes:
                most = max(most, trucks.payload)
    return most
