"""What can never happen, seen from the file alone: the work, the convoys and the flights of an impossible plan.

Each of these is a warning, and each holds whatever chance decides: nothing is simulated, and what only may go wrong
is not told. A plan may mean it so (a road closed throughout, to see what a camp does without), and is run all the same.
"""

from __future__ import annotations

from sim.scenario import never_at_places, never_by_air, never_by_road
from sim.scenario.look import Rule

RULES: tuple[Rule, ...] = (*never_at_places.RULES, *never_by_road.RULES, *never_by_air.RULES)
