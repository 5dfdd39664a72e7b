"""The crews of the camp in Ciw: one node, service times in a list, and a schedule of servers that alarms empty."""

from __future__ import annotations

import ciw

from benchmarks.ladder.inputs import Inputs


def crews(given: Inputs) -> list[int]:
    """When lots are ready, sorted."""
    numbers, ends = [], []
    for start, end in given.shelter:
        numbers += [given.crews, 0]
        ends += [start, end]
    many = len(given.prepare_s)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([0, float("inf")])],
        batching_distributions=[ciw.dists.Deterministic(many)],
        service_distributions=[ciw.dists.Sequential(list(given.prepare_s))],
        number_of_servers=[
            ciw.Schedule(
                numbers_of_servers=[*numbers, given.crews],
                shift_end_dates=[*ends, given.horizon_s],
                preemption="resume",
            )
        ],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(given.horizon_s)
    served = simulation.get_all_records(only=["service"])
    return sorted(round(record.service_end_date) for record in served)
