"""The names of responses in words."""

from __future__ import annotations

from collections.abc import Mapping

from sim.page.blocks import Name
from sim.page.terms import FATES
from sim.page.words import N_, Words, name

_MEASURES: Mapping[str, str] = {
    "_share_lots": N_("share of lots {fate}"),
    "_share_value": N_("share of value {fate}"), "_share_floor": N_("share of floor {fate}"),
}  # fmt: skip
_OF_PLACES: Mapping[str, str] = {
    "closed_hours_": N_("hours in which the strip of {place} was closed"), "closed_": N_("closing of {place}"),
    "share_of_time_at_work_": N_("share of working hours at work in {place}"),
    "exposure_person_hours_": N_("person-hours under alarm in {place}"),
}  # fmt: skip
"""Responses of a place, by the beginnings of their names; the longer ones first."""
_RESPONSES: Mapping[str, str] = {
    "extracted_share": N_("share of tonnes extracted"), "retained_share": N_("share of tonnes retained"),
    "transferred_share": N_("share of tonnes transferred"), "destroyed_share": N_("share of tonnes destroyed"),
    "disabled_share": N_("share of tonnes disabled"), "lost_share": N_("share of tonnes lost"),
    "abandoned_share": N_("share of tonnes abandoned"), "late_share": N_("share of tonnes late"),
    "destroyed_or_disabled_share": N_("share of tonnes destroyed or disabled"),
    "tonnes": N_("tonnes at places that must close"), "people_out_share": N_("share of people out by the deadline"),
    "people_late": N_("people out after their handover"), "deadline_met": N_("chance of meeting the deadline"),
    "sorties_flown": N_("sorties flown"), "convoys": N_("convoys"), "cost_usd": N_("cost of lift"),
    "fill": N_("mean fill of flights"), "hurt": N_("people hurt on roads"), "alarms": N_("alarms"),
    "sheltered_hours": N_("hours in shelter"), "person_days_late": N_("person-days after handovers"),
    "shelter_episodes": N_("episodes in shelter"), "share_of_time_at_work": N_("share of working hours at work"),
    "sorties_planned": N_("sorties planned"), "sorties_wasted": N_("sorties wasted"),
    "flight_km": N_("kilometres flown"), "flight_hours": N_("hours flown"), "convoy_km": N_("kilometres of convoys"),
    "convoy_days": N_("days of a loaded convoy on the road"), "attacks": N_("attacks on convoys"),
    "vehicles_lost": N_("vehicles lost"), "accidents": N_("accidents at landing"), "hits": N_("aircraft hit"),
    "exposure_person_hours": N_("person-hours under alarm"), "extracted_tonnes": N_("tonnes extracted"),
}  # fmt: skip


def response_words(of: str, words: Words) -> str:
    """A response in words, or its name as tables have it."""
    if of in _RESPONSES:
        return words(_RESPONSES[of])
    for ending, message in _MEASURES.items():
        fate = of.removesuffix(ending)
        if of.endswith(ending) and fate in FATES:
            return words(message, fate=words(FATES[fate]))
    for beginning, message in _OF_PLACES.items():
        if of.startswith(beginning):
            return words(message, place=name(of.removeprefix(beginning)))
    return Name(name(of))
