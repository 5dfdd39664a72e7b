"""Fates that no lot of a scenario can meet, found from the file alone: rows that answers and pictures leave out."""

from __future__ import annotations

from sim.scenario.scenario import Scenario


def impossible_fates(scenario: Scenario) -> tuple[str, ...]:
    """Returns the fates that no lot of the places in scope can meet, whatever happens at random."""
    inside = {name: place for name, place in scenario.places.items() if name in scenario.in_scope}
    agreed = any(
        count and scenario.classes[kind].is_transferred(owner)
        for place in inside.values() for kind, held in place.lots.items() for owner, count in held.owners().items()
    )  # fmt: skip
    found = {
        "retained": any(place.takes_out for place in inside.values()),
        "transferred": agreed,
        "lost": _can_be_lost(scenario),
    }
    return tuple(fate for fate, possible in found.items() if not possible)


def _can_be_lost(scenario: Scenario) -> bool:
    roads, threats = scenario.routes.values(), [place.threat for place in scenario.places.values()]
    return (
        scenario.accidents.landing is not None
        or any(road.attacks is not None for road in roads)
        or any(threat.fires or any(period for period in threat.periods.values()) for threat in threats)
    )
