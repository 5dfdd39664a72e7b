"""Worlds that can't differ are not played twice.

A replication that met nothing of a cause is the same without it. So points that only take causes off are played after
the point beside which they do: what that one's replications show to be the same is written down for them as well, with
the hash of their own tape, and the rest is played.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from sim.experiment.sweep.points import Points
from sim.results.records import Block

Beside = Mapping[frozenset[str], int]
"""Points that take causes off besides, by those causes."""


def beside(points: Points) -> dict[int, Beside]:
    """By point that takes nothing off, those that differ from it by causes off alone."""
    if points.design.kind not in ("grid", "one_at_a_time") or not any(factor.off for factor in points.factors):
        return {}
    alike: dict[tuple[object, ...], dict[frozenset[str], int]] = defaultdict(dict)
    for point in range(points.size):
        levers = points.lever_settings(point // points.draws)
        off = frozenset[str]().union(*(level.without for level in levers))
        texts = [None if factor.off else level.text for factor, level in zip(points.factors, levers, strict=True)]
        alike[point % points.draws, *texts].setdefault(off, point)
    nothing = frozenset[str]()
    return {group.pop(nothing): group for group in alike.values() if nothing in group and len(group) > 1}


def spared(off: frozenset[str], block: Block, wanted: Collection[int]) -> Block | None:
    """What a block says of the point that takes causes off besides: those replications that are wanted there."""
    same = tuple(
        replace(record, tape_hash=record.alike[off], alike={})
        for record in block.records
        if off in record.alike and record.replication in wanted
    )
    return Block(same) if same else None
