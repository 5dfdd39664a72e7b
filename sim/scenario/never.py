"""Warnings about work, convoys and flights that can never happen, found from the file alone.

Each warning holds whatever happens at random. Nothing is simulated, and plans that may only probably fail are not
reported. Such a plan may be deliberate (a road closed throughout, to study a camp without it), so it still runs.
"""

from __future__ import annotations

from sim.scenario import never_at_places, never_by_air, never_by_road
from sim.scenario.look import Rule

RULES: tuple[Rule, ...] = (*never_at_places.RULES, *never_by_road.RULES, *never_by_air.RULES)
