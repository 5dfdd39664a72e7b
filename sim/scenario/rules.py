"""All rules that span sections of a scenario, checked together."""

from __future__ import annotations

from sim.errors import Problem
from sim.scenario import never, plausible, rules_lift, rules_names, rules_pieces, rules_places
from sim.scenario.document import Draft
from sim.scenario.look import Look
from sim.scenario.paths import Path, parsed
from sim.scenario.references import problems_of_references
from sim.scenario.scenario import Scenario
from sim.scenario.work import too_much


def problems_of_rules(scenario: Scenario | None, draft: Draft, left_out: set[Path]) -> list[Problem]:
    """Every broken rule; problems that only follow from others are not reported."""
    pointing = problems_of_references(draft)
    found = [problem for problem in pointing if not _reported(problem, draft)]
    if scenario is None:
        return found
    # a name without a target makes its section unknown to the rules that follow names
    dangling = {parsed(problem.path) for problem in pointing}
    look = Look(scenario, draft, frozenset(left_out | dangling))
    for rule in (*rules_names.RULES, *rules_places.RULES, *rules_lift.RULES, *rules_pieces.RULES):
        found.extend(rule(look))
    if not (found or left_out or dangling):
        found.extend(too_much(look))
    return found


def warnings_of(scenario: Scenario, draft: Draft) -> list[Problem]:
    """Values of a valid scenario beyond any plausible range."""
    look = Look(scenario, draft, frozenset())
    return [warning for rule in (*plausible.RULES, *rules_pieces.WARNINGS) for warning in rule(look)]


def never_of(scenario: Scenario, draft: Draft) -> list[Problem]:
    """Plans of a valid scenario that can never work."""
    look = Look(scenario, draft, frozenset())
    return [warning for rule in never.RULES for warning in rule(look)]


def _reported(problem: Problem, draft: Draft) -> bool:
    return any(other.path == problem.path for other in draft.problems)
