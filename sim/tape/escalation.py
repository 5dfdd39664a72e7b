"""Orders to leave, which bring a place's handover forward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario.openings import Openings
from sim.scenario.places import Episodes, Escalation
from sim.scenario.scenario import Scenario
from sim.tape.records import Records
from sim.tape.streams import Streams


@dataclass(frozen=True, slots=True)
class Order:
    """An order to leave, and the new handover."""

    at_s: int
    handover_s: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """The possible orders to a place with a planned handover."""

    stream: str
    planned_s: int
    escalation: Escalation


def triggers(scenario: Scenario) -> dict[str, Trigger]:
    """The triggers by place, for places with an escalation and a handover that can be brought forward."""
    return {
        name: Trigger(scenario.stream_of("places", name), place.handover_s, place.escalation)
        for name, place in scenario.places.items()
        if place.escalation is not None and place.handover_s is not None
    }


def draw_orders(
    by_place: dict[str, Trigger], streams: Streams, records: Records, shelter: dict[str, Openings], off: bool
) -> dict[str, Order]:
    """The orders that apply, by place."""
    chances: dict[str, float] = {}
    for place, trigger in by_place.items():
        record = records.of("escalation", place)
        if trigger.escalation.date is not None:
            drawn = streams.uniforms(1, "escalation", trigger.stream)
            record.draws.append(drawn)
            chances[place] = float(drawn[0])
    orders = {} if off else _standing(by_place, chances, shelter)
    for place in by_place:
        order = orders.get(place)
        records.of("escalation", place).value(order and (order.at_s, order.handover_s))
    return orders


def _standing(
    by_place: dict[str, Trigger], chances: dict[str, float], shelter: dict[str, Openings]
) -> dict[str, Order]:
    settled: dict[str, Order | None] = {}

    def order_of(place: str) -> Order | None:
        if place not in settled:
            settled[place] = None  # a place that follows itself, directly or not, gets no order from that
            if place in by_place:
                settled[place] = _earliest(by_place[place], list(candidates(place)))
        return settled[place]

    def candidates(place: str) -> Iterator[Order]:
        escalation = by_place[place].escalation
        if escalation.episodes is not None:
            order = candidate_of_episodes(escalation.episodes, shelter[place].starts)
            if order is not None:
                yield order
        date = escalation.date
        if date is not None and chances[place] < date.chance:
            at = max(date.on_s, 0)
            yield Order(at, max(at, date.on_s + date.notice_s))
        follows = escalation.follows
        leader = order_of(follows.place) if follows is not None else None
        if follows is not None and leader is not None:
            own = follows.notice_s
            at = leader.at_s + follows.after_s
            yield Order(at, at + (leader.handover_s - leader.at_s if own is None else own))

    found = {place: order_of(place) for place in by_place}
    return {place: order for place, order in found.items() if order is not None}


def _earliest(trigger: Trigger, found: list[Order]) -> Order | None:
    """The order with the earliest new handover, if it comes in time and brings the handover forward."""
    if not found:
        return None
    order = min(found, key=lambda each: (each.handover_s, each.at_s))
    return order if order.handover_s < trigger.planned_s and order.at_s <= trigger.planned_s else None


def candidate_of_episodes(rule: Episodes, starts: list[int]) -> Order | None:
    """The order that comes with the episode that is the `count`-th within the given time, `None` if none is."""
    last = rule.count - 1
    pairs = zip(starts, starts[last:], strict=False)
    at = next((end for first, end in pairs if end - first <= rule.within_s), None)
    return None if at is None else Order(at, at + rule.notice_s)
