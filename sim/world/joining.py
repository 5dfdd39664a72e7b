"""Joining: the people and vehicles of a place that go along with a convoy that passes."""

from __future__ import annotations

from sim.ledger.states import State
from sim.world.columns import Columns
from sim.world.convoy import Convoy
from sim.world.marshal import Vehicle
from sim.world.site import Site


def join(columns: Columns, convoy: Convoy, site: Site) -> None:
    """A convoy takes along the people due and the ready vehicles of a place it passes.

    Seats that are free go to people whom the vehicles left behind do not need as drivers.
    """
    now, people, stock = columns.clock.now_s, site.people, columns.stock
    if not site.open or site.started_s is None or not people.known or not people.present:
        return
    lots, left, behind = _who_drives(columns, convoy, site)
    vehicles = [Vehicle(None, own=lot, crew=stock.drivers[lot]) for lot in lots]
    taken = sum(vehicle.crew for vehicle in vehicles)
    free = columns.seats_in([*convoy.vehicles, *vehicles]) - _passengers(convoy)
    drive_later = left - columns.driving.driven(behind, left)[1]
    passengers = min(max(0, free), left - drive_later)
    if not vehicles and not passengers:
        return
    aboard = site.leave(now, taken + passengers, 0, convoy.id)
    _move(columns, convoy, site, lots)
    convoy.take_along(site.name, vehicles, aboard)
    columns.control.left_yard(site)
    columns.control.people_left(site)


def _who_drives(columns: Columns, convoy: Convoy, site: Site) -> tuple[list[int], int, list[int]]:
    """Vehicles that join, people who may still leave, and vehicles for which there is no room."""
    now = columns.clock.now_s
    rear = site.people.last_day(now)
    room = max(0, columns.rules.vehicles.most - len(convoy.vehicles))
    kept = set() if rear else columns.driving.kept_for_rear_party(site)
    loaded = [vehicle.own for marshal in columns.road.marshals[site.name] for vehicle in marshal.loaded]
    state = columns.setting.ledger.state  # fire may have taken what stood loaded
    driving = [lot for lot in loaded if lot is not None and state[lot] == State.LOADING]
    driving = [lot for lot in [*driving, *site.driving_in_order().by_value] if lot not in kept]
    lots, left = columns.driving.driven(driving[:room], columns.driving.drivers(site, now, rear=rear))
    taken = set(lots)
    return lots, left, [lot for lot in driving if lot not in taken]


def _move(columns: Columns, convoy: Convoy, site: Site, lots: list[int]) -> None:
    now, ledger = columns.clock.now_s, columns.setting.ledger
    for marshal in columns.road.marshals[site.name]:
        marshal.loaded = [vehicle for vehicle in marshal.loaded if vehicle.own not in lots]
    for lot in lots:
        if ledger.state[lot] == State.READY:
            ledger.lot(now, lot, State.LOADING, site.name, convoy.id)
        ledger.lot(now, lot, State.MOVING, site.name, convoy.id)
        site.forget(lot)


def _passengers(convoy: Convoy) -> int:
    return sum(convoy.people.values()) - sum(vehicle.crew for vehicle in convoy.vehicles)
