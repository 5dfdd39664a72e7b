"""The planner's formula: what aircraft, convoys and crews can do by planning factors, without threat and queues.

Each function is one formula with its source. They are formulas and no maxima: a day with a tail wind, an early convoy
or a crew that works faster beats them, and every delay of a real withdrawal keeps below them.
"""

from __future__ import annotations

from math import ceil, floor

from sim.scenario.calendar import DAY_S

_ROUNDING = 1e-9


def air_cycle_s(flight_s: float, ground_s: float) -> float:
    """Seconds of one sortie: flying time of all its legs, and the ground time at both ends of the loaded leg.

    Source: cycle time = round trip flying time + round trip ground time; US Air Force, Air Mobility Planning Factors
    (AFPAM 10-1403).
    """
    return flight_s + 2 * ground_s


def sorties_a_day(
    flight_s: float, ground_s: float, open_s: float, hours_a_day_s: float | None = None, crew_day_s: float | None = None
) -> float:
    """Sorties of one tail a day, not cut to whole ones; 0 if a sortie takes no time.

    The least of open hours and crew day over the cycle, and the use rate (flying hours a day) over the flying time.
    Source: use rate and cycle time, AFPAM 10-1403.
    """
    cycle_s = air_cycle_s(flight_s, ground_s)
    if cycle_s <= 0:
        return 0.0
    limits = [open_s / cycle_s]
    if hours_a_day_s is not None and flight_s > 0:
        limits.append(hours_a_day_s / flight_s)
    if crew_day_s is not None:
        limits.append(crew_day_s / cycle_s)
    return min(limits)


def station_sorties_a_day(mog: int, open_s: float, ground_s: float) -> float | None:
    """Sorties a day that an apron takes; `None` if it does not limit them (no ground time).

    Source: airfield throughput = working MOG x operating hours / ground time, AFPAM 10-1403; its efficiency of 85 %
    is left out here, because it stands for queues.
    """
    return mog * open_s / ground_s if ground_s > 0 else None


def fleet_sorties(
    tails: float, available: float, a_day: float, days: float, station_a_day: float | None = None
) -> float:
    """Sorties of a fleet in some days: tails x availability x sorties a day x days, as far as the apron takes them.

    Source: fleet capability, AFPAM 10-1403.
    """
    each_day = tails * available * a_day
    return (each_day if station_a_day is None else min(each_day, station_a_day)) * max(days, 0.0)


def march_s(km: float, a_day_km: float, hours_s: float) -> float:
    """Seconds from departure to arrival of a convoy that leaves when the marching hours begin.

    Whole days of march with their nights, then what is left at the same pace. Source: time distance = distance / rate
    of march, with halts for the night; US Army, Transportation Reference Data (FM 55-15), chapter 1.
    """
    if km <= 0:
        return 0.0
    nights = max(ceil(km / a_day_km - _ROUNDING) - 1, 0)
    return nights * DAY_S + (km - nights * a_day_km) / a_day_km * hours_s


def turnaround_s(out_s: float, load_s: float, way_s: float, unload_s: float, back_s: float) -> float:
    """Seconds of a truck's round: to the place, loading, the loaded way, unloading, and back.

    Source: turnaround time, FM 55-15, chapter 3.
    """
    return out_s + load_s + way_s + unload_s + back_s


def rounds(window_s: float, first_s: float, turnaround_s: float) -> int:
    """Loads that one truck brings away in a window, of which the first is away after `first_s`.

    1 + floor((window - first) / turnaround), and 0 if the first does not fit. Source: trips = time available over
    turnaround time, cut to whole ones, FM 55-15, chapter 3.
    """
    if window_s < first_s:
        return 0
    return 1 + floor((window_s - first_s) / turnaround_s + _ROUNDING) if turnaround_s > 0 else 1


def load_kg(kg: float, loads: float) -> float:
    """Mean load of a lift: the mass of the lots over the loads that they make; 0 where there is none.

    Each lot takes the larger of its shares of payload and floor. Source: a load is full by weight or by room
    (`weighs out` or `cubes out`), FM 55-15, chapter 3.
    """
    return kg / loads if loads > 0 else 0.0


def prepared_share(crews: float, working_s: float, work_s: float) -> float:
    """Share of the lots that crews prepare: crews x working hours over the crew hours of all lots, not above 1.

    Source: effort = workers x hours available over hours a task, as in any work programme.
    """
    return 1.0 if work_s <= 0 else min(1.0, crews * working_s / work_s)
