"""The catalogue of responses: names, units and denominators, in the order of every table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.ledger.states import FATE_NAMES
from sim.scenario.scenario import Scenario

MEASURES: tuple[tuple[str, str], ...] = (
    ("", "tonnes"),
    ("_lots", "lots"),
    ("_value", "US dollars"),
    ("_floor", "pallet positions"),
)


@dataclass(frozen=True, slots=True)
class Response:
    """A number of one replication; `bounded` where it lies in [0, 1]."""

    name: str
    unit: str
    denominator: str
    bounded: bool = False


def catalogue(scenario: Scenario) -> tuple[Response, ...]:
    """Responses of the mission and of single places."""
    told = any(place.forwards is not None for place in scenario.places.values())
    closing = sorted(name for name, place in scenario.places.items() if place.handover_s is not None)
    places = sorted(scenario.places)
    return (
        *(
            Response(f"{fate}_share{suffix}", "share", f"{what} that stood at places that must close", bounded=True)
            for suffix, what in MEASURES
            for fate in FATE_NAMES
        ),
        *(_two_milestones() if told else ()),
        Response("tonnes", "t", "mission"),
        Response("people_out_share", "share", "people at places that must close", bounded=True),
        Response("people_late", "people", "mission"),
        Response("person_days_late", "person-days", "mission"),
        Response("deadline_met", "yes is 1", "mission", bounded=True),
        *(Response(f"closed_{name}", "days since the start", "place") for name in closing),
        Response("alarms", "alarms", "places until they close"),
        Response("shelter_episodes", "episodes", "places until they close"),
        Response("sheltered_hours", "h", "working hours of places until they close"),
        Response("share_of_time_at_work", "share", "working hours of places until they close", bounded=True),
        *(
            Response(
                f"share_of_time_at_work_{name}", "share", "working hours of the place until it closes", bounded=True
            )
            for name in places
        ),
        *(Response(f"closed_hours_{name}", "h", "strip of the place until it closes") for name in places),
        Response("sorties_planned", "sorties", "mission"),
        Response("sorties_flown", "sorties", "mission, counted when back at base"),
        Response("sorties_wasted", "sorties", "mission"),
        Response("fill", "share", "larger of mass and floor of sorties that took off loaded", bounded=True),
        Response("flight_km", "km", "mission"),
        Response("flight_hours", "h", "mission"),
        Response("convoys", "convoys", "mission, both directions"),
        Response("convoy_km", "km", "mission, both directions"),
        Response("convoy_days", "days", "loaded convoys that arrived, mean"),
        Response("attacks", "attacks", "mission"),
        Response("vehicles_lost", "vehicles", "mission"),
        Response("hurt", "people", "mission"),
        Response("accidents", "accidents", "mission"),
        Response("hits", "hits", "mission"),
        Response("cost_usd", "USD", "lift"),
        Response("exposure_person_hours", "person-hours", "people present under alarm"),
        *(Response(f"exposure_person_hours_{name}", "person-hours", "people present under alarm") for name in places),
    )


def _two_milestones() -> Iterator[Response]:
    """What is out of the country, and what the plan keeps; and the share of all places that is at either milestone."""
    for suffix, what in MEASURES:
        for name in ("out_of_country", "retained_by_plan"):
            yield Response(
                f"{name}_share{suffix}", "share", f"{what} that stood at places that must close", bounded=True
            )
    for name in ("extracted", "out_of_country", "retained_by_plan"):
        yield Response(f"{name}_share_of_all", "share", "tonnes of all places", bounded=True)
    yield Response("tonnes_of_all", "t", "all places")
