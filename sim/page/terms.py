"""Words of the model that tables hold, as messages: fates, states, reasons, causes, classes of shipped scenarios."""

from __future__ import annotations

from collections.abc import Mapping

from sim.page.blocks import Name
from sim.page.words import N_, Words, name
from sim.results.number_text import SHARES

FATES: Mapping[str, str] = {
    "extracted": N_("extracted"), "retained": N_("retained"), "transferred": N_("transferred"),
    "destroyed": N_("destroyed"), "disabled": N_("disabled"), "lost": N_("lost"), "abandoned": N_("abandoned"),
    "late": N_("late"),
}  # fmt: skip
STATES: Mapping[str, str] = {
    "in_use": N_("in use"), "released": N_("released for packing"), "preparing": N_("being prepared"),
    "ready": N_("ready"), "loading": N_("being loaded"), "moving": N_("on the way"), **FATES,
}  # fmt: skip
ROLES: Mapping[str, str] = {"camp": N_("camp"), "hub": N_("hub"), "exit": N_("exit")}
OWNERS: Mapping[str, str] = {"coe": N_("contingent-owned (COE)"), "unoe": N_("United Nations-owned (UNOE)")}
WAITS: Mapping[str, str] = {
    "too large for any lift": N_("too large for any lift"),
    "not released or still needed": N_("not released or still needed"),
    "no crew": N_("no crew"), "shelter": N_("shelter"), "no loader": N_("no loader"),
    "route or strip closed": N_("route or strip closed"), "clearance refused": N_("clearance refused"),
    "no driver": N_("no driver"), "no truck or aircraft available": N_("no truck or aircraft available"),
    "lift full": N_("lift full"), "below minimum load": N_("below minimum load"), "out of hours": N_("out of hours"),
    "work under way": N_("work under way"), "lost to an accident": N_("lost to an accident"),
    "lost to an attack": N_("lost to an attack"), "lost to fire": N_("lost to fire"),
    "retained or transferred": N_("retained or transferred"),
}  # fmt: skip
REASONS: Mapping[str, str] = {
    "too large for any lift": N_("too large for any lift"),
    "no lift by road in time": N_("no lift by road in time"), "no lift by air in time": N_("no lift by air in time"),
    "no lift by sea in time": N_("no lift by sea in time"),
    "no lift in time, by any way": N_("no lift in time, by any way"),
    "no way open to it": N_("no way open to it"), "crew hours": N_("crew hours"),
    "an order to leave": N_("an order to leave"), "the date of the policy": N_("the date of the policy"),
    "the last moment to destroy it": N_("the last moment to destroy it"),
    "the last moment to disable it": N_("the last moment to disable it"),
    "not ready at handover": N_("not ready at handover"),
    "still there after handover": N_("still there after handover"),
}  # fmt: skip
CAUSES: Mapping[str, str] = {
    "alarms": N_("alarms"), "fires": N_("fires"), "clearance": N_("clearance"),
    "clearance_air": N_("clearance of flights"), "clearance_road": N_("clearance of roads"),
    "closures": N_("closures of roads and strips"), "availability": N_("availability of aircraft"),
    "accidents": N_("accidents"), "hits": N_("hits on aircraft"), "attacks": N_("attacks on convoys"),
    "escalation": N_("orders to leave"), "together": N_("together"),
}  # fmt: skip
MEANS: Mapping[str, str] = {
    "crews": N_("crews at {name}"), "loaders": N_("loaders at {name}"), "trucks": N_("trucks {name}"),
    "aircraft": N_("aircraft {name}"), "escorts": N_("escorts of convoys"),
}  # fmt: skip
CLASSES: Mapping[str, str] = {
    "container": N_("sea containers"), "light_vehicle": N_("light vehicles"), "cargo_truck": N_("cargo trucks"),
    "tanker": N_("tankers"), "armoured": N_("armoured vehicles"), "plant": N_("engineering plant"),
    "generator": N_("generators"), "ammunition": N_("ammunition"), "weapons": N_("weapons"),
    "communications": N_("communications"), "stores": N_("stores"), "installation": N_("installations"),
}  # fmt: skip
GRADES: Mapping[str, str] = {
    "official": N_("official"), "corroborated": N_("corroborated"), "reported": N_("reported"),
    "derived": N_("derived"), "judged": N_("judged"), "guess": N_("guess"),
}  # fmt: skip
MEANINGS: Mapping[str, str] = {
    "official": N_("published by the body that counted, did or decided it"),
    "corroborated": N_("reported by two sources or more"),
    "reported": N_("reported by one source"),
    "derived": N_("computed from published numbers"),
    "judged": N_("assumed, with a reason and a range that contains it"),
    "guess": N_("assumed, without a reason or a range that contains it; or without a source"),
}
UNITS: Mapping[str, str] = {
    "t": N_("t"), "h": N_("h"), "km": N_("km"), "USD": N_("USD"), "people": N_("people"), "days": N_("days"),
    "days since the start": N_("days since the start"), "person-days": N_("person-days"),
    "person-hours": N_("person-hours"), "alarms": N_("alarms"), "episodes": N_("episodes"), "sorties": N_("sorties"),
    "convoys": N_("convoys"), "attacks": N_("attacks"), "vehicles": N_("vehicles"), "accidents": N_("accidents"),
    "hits": N_("hits"),
}  # fmt: skip
CHOSEN: Mapping[str, str] = {
    "the best": N_("the best"), "leads, but is not chosen": N_("leads, but is not chosen"),
    "not told apart yet": N_("not told apart yet"), "dropped": N_("dropped"), "exactly alike": N_("exactly alike"),
    "alike in every replication": N_("alike in every replication"), "can't be told apart": N_("can't be told apart"),
    "worse, by less than what matters": N_("worse, by less than what matters"), "worse": N_("worse"),
}  # fmt: skip
"""How an alternative of a selection compares with the best."""
KINDS: Mapping[str, str] = {
    "run": N_("Run"), "comparison": N_("Comparison"), "sweep": N_("Sweep"), "selection": N_("Selection"),
    "why": N_("Why"), "solve": N_("Search for a level"),
}  # fmt: skip


def said(term: str, among: Mapping[str, str], words: Words) -> str:
    """A word of the model in the language of the page, or the user's own as it is."""
    return words(among[term]) if term in among else Name(name(term))


def unit_words(unit: str, words: Words) -> str:
    """The unit of a difference: points of a share, or the unit of its response."""
    return words("points") if unit in SHARES else said(unit, UNITS, words)


def at_level(factor: object, level: object, words: Words) -> str:
    """A factor with one of its levels."""
    return words("{factor} {level}", factor=name(factor), level=name(level))


def means(row: Mapping[str, object], words: Words) -> str:
    """What is used: crews at a place, a pool of trucks, a type of aircraft."""
    kind, of = str(row["means"]), name(row["name"])
    return words(MEANS[kind], name=of) if kind in MEANS else Name(f"{name(kind)} {of}")
