"""Cargo: what is aboard the vehicles of a place that drive themselves, from readiness to their convoy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from sim.ledger.kinds import By, OnVehicle, Why
from sim.ledger.ledger import Ledger
from sim.ledger.states import State
from sim.world.chalk import Room
from sim.world.loaders import Loaders, LoadJob
from sim.world.stock import Stock


class _Ground(Protocol):
    """What loads need of the site where their vehicles stand."""

    name: str
    driving: dict[int, None]
    ledger: Ledger
    stock: Stock
    loaders: Loaders

    @property
    def handover_s(self) -> int | None: ...
    def take(self, lot: int) -> None: ...
    def make_ready(self, lot: int, now: int, by: By) -> None: ...
    def strike(self, lot: int, now: int, fate: State, by: By) -> None: ...
    def seats_change(self) -> None: ...


@dataclass(slots=True, eq=False)
class Load:
    """Lots on one vehicle: `aboard`, and those that a loader puts there now, or will (`filling`)."""

    aboard: list[int] = field(default_factory=list)
    filling: list[int] = field(default_factory=list)
    job: LoadJob | None = None


class Cargo:
    """The loads of the vehicles of one site. Their lots are loading; the vehicles themselves stay ready."""

    def __init__(self, site: _Ground, path: Callable[[int], str]) -> None:
        self._site, self._stock, self._state, self._path = site, site.stock, site.ledger.state, path
        self._loads: dict[int, Load] = {}

    def __contains__(self, vehicle: int) -> bool:
        """Whether something is aboard a vehicle, or being loaded."""
        return vehicle in self._loads

    def __bool__(self) -> bool:
        """Whether any vehicle has a load."""
        return bool(self._loads)

    def being_filled(self, vehicle: int) -> bool:
        """Whether a loader works on a vehicle, or is asked for."""
        load = self._loads.get(vehicle)
        return load is not None and load.job is not None

    def vehicles(self) -> list[int]:
        """The vehicles that have a load."""
        return list(self._loads)

    def filled(self) -> list[int]:
        """The vehicles that are being filled."""
        return [vehicle for vehicle, load in self._loads.items() if load.job is not None]

    def seats(self, vehicle: int) -> int:
        """Seats for passengers: a loaded vehicle has those of its crew only."""
        return 0 if vehicle in self._loads else self._stock.seats[vehicle]

    def room(self, vehicle: int) -> Room | None:
        """What a vehicle can still take; `None` if it carries nothing, or is being filled."""
        bed = self._stock.beds.get(self._stock.class_name[vehicle])
        if bed is None or self.being_filled(vehicle):
            return None
        if vehicle not in self._loads:
            return bed.room
        aboard, floors = self._aboard(vehicle), self._stock.floors["road"].milli
        kg = bed.room.kg - sum(self._stock.mass_kg[lot] for lot in aboard)
        return Room(kg, bed.room.floor_milli - sum(floors[lot] for lot in aboard), "road")

    def takes_more(self) -> bool:
        """Whether a ready vehicle that carries loads is not being filled."""
        return bool(self._stock.beds) and any(self.room(vehicle) is not None for vehicle in self._site.driving)

    def _aboard(self, vehicle: int) -> list[int]:
        load = self._loads.get(vehicle)
        return [] if load is None else self._still(load.aboard)

    def _still(self, lots: list[int]) -> list[int]:
        """The lots that fire has not taken."""
        return [lot for lot in lots if self._state[lot] == State.LOADING]

    # loading

    def fill(self, vehicle: int, lots: list[int], now: int, then: Callable[[], None]) -> None:
        """Ask for a loader to put ready lots on a vehicle, until handover at most; `then` follows."""
        site, load = self._site, self._loads.setdefault(vehicle, Load())
        by = OnVehicle(self._path(vehicle))
        for lot in lots:
            site.ledger.lot(now, lot, State.LOADING, site.name, by)
            site.take(lot)
        load.filling = lots
        job = load.job = site.loaders.ask(sum(self._stock.load_s[lot] for lot in lots), site.handover_s)
        job.done.callbacks.append(lambda _: self._loaded(vehicle, load, job, then))
        site.seats_change()

    def _loaded(self, vehicle: int, load: Load, job: LoadJob, then: Callable[[], None]) -> None:
        if load.job is job and self._loads.get(vehicle) is load:
            self._end(vehicle, load, self._site.loaders.clock.now_s, aboard=job.finished)
            then()

    def stop(self, vehicle: int, now: int) -> None:
        """The loading of a vehicle ends; what is not aboard stays ready."""
        load = self._loads.get(vehicle)
        if load is not None and load.job is not None:
            self._site.loaders.drop(load.job)
            self._end(vehicle, load, now, aboard=False)

    def _waiting(self) -> list[tuple[int, Load, LoadJob]]:
        """Vehicles for which a loader has been asked, and has not come yet."""
        loads = self._loads.items()
        return [(own, load, load.job) for own, load in loads if load.job is not None and load.job.began_s is None]

    def without_loader(self) -> list[int]:
        """Lots for vehicles that wait for a loader."""
        return [lot for _, load, _ in self._waiting() for lot in self._still(load.filling)]

    def give_up_loaders(self, now: int) -> bool:
        """Vehicles that wait for a loader wait no longer; whether there are any."""
        waiting = self._waiting()
        for vehicle, load, job in waiting:
            self._site.loaders.give_up(job)
            self._end(vehicle, load, now, aboard=False)
        return bool(waiting)

    def _end(self, vehicle: int, load: Load, now: int, *, aboard: bool) -> None:
        lots, load.filling, load.job = self._still(load.filling), [], None
        if aboard:
            load.aboard += lots
        else:
            self._make_ready(lots, now, Why.NOT_LOADED_IN_TIME)
        if not self._still(load.aboard):
            del self._loads[vehicle]
        self._site.seats_change()

    def _make_ready(self, lots: list[int], now: int, by: By) -> None:
        for lot in lots:
            self._site.make_ready(lot, now, by)

    # what becomes of a load

    def leaves(self, vehicle: int, now: int) -> list[int]:
        """A vehicle leaves with what is aboard."""
        self.stop(vehicle, now)
        load = self._loads.pop(vehicle, None)
        return [] if load is None else self._still(load.aboard)

    def unload(self, vehicle: int, now: int, why: Why) -> list[int]:
        """A vehicle stays: what is aboard is ready again. Returns those lots."""
        load = self._loads.pop(vehicle, None)
        if load is None:
            return []
        if load.job is not None:
            self._site.loaders.drop(load.job)
        lots = self._still([*load.aboard, *load.filling])
        self._make_ready(lots, now, why)
        self._site.seats_change()
        return lots

    def unload_all(self, now: int, why: Why) -> None:
        """All vehicles that are still ready stay."""
        for vehicle in list(self._loads):
            if self._state[vehicle] != State.LOADING:
                self.unload(vehicle, now, why)

    def burn(self, lot: int, now: int) -> None:
        """A lot has burnt: a vehicle takes its load along; one that is left empty by it has its seats again."""
        load = self._loads.pop(lot, None)
        if load is None:
            self._empty_out(lot)
            return
        if load.job is not None:
            self._site.loaders.drop(load.job)
        for each in self._still([*load.aboard, *load.filling]):
            self._site.strike(each, now, State.LOST, Why.FIRE)
        self._site.seats_change()

    def _empty_out(self, lot: int) -> None:
        emptied = [
            vehicle for vehicle, load in self._loads.items()
            if lot in load.aboard and load.job is None and not self._still(load.aboard)
        ]  # fmt: skip
        for vehicle in emptied:
            del self._loads[vehicle]
            self._site.seats_change()
