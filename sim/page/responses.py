"""The names of responses in words."""

from __future__ import annotations

from collections.abc import Mapping

from sim.page.blocks import Name
from sim.page.terms import FATES
from sim.page.words import N_, Words, name

_MEASURES: Mapping[str, str] = {
    "_share": N_("share of tonnes {fate}"), "_share_lots": N_("share of lots {fate}"),
    "_share_value": N_("share of value {fate}"), "_share_floor": N_("share of floor {fate}"),
}  # fmt: skip
_RESPONSES: Mapping[str, str] = {
    "tonnes": N_("tonnes at places that must close"), "people_out_share": N_("share of people out by the deadline"),
    "people_late": N_("people out after their handover"), "deadline_met": N_("chance of meeting the deadline"),
    "sorties_flown": N_("sorties flown"), "convoys": N_("convoys"), "cost_usd": N_("cost of lift"),
    "fill": N_("mean fill of flights"), "hurt": N_("people hurt on roads"), "alarms": N_("alarms"),
    "sheltered_hours": N_("hours in shelter"),
}  # fmt: skip


def response_words(of: str, words: Words) -> str:
    """A response in words, or its name as tables have it."""
    if of in _RESPONSES:
        return words(_RESPONSES[of])
    for ending, message in _MEASURES.items():
        fate = of.removesuffix(ending)
        if of.endswith(ending) and fate in FATES:
            return words(message, fate=words(FATES[fate]))
    return Name(name(of))
