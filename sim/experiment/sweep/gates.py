"""The gates of a sweep: those that its file has, and more that are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.gates import Gate, parse_sweep_gates
from sim.errors import InputError, Problem
from sim.experiment.sweep.plan import SweepPlan


def gates_of(plan: SweepPlan, more: Sequence[str]) -> list[Gate]:
    """Gates of the file and of the command; raises `InputError` with all that is wrong with them."""
    problems: list[Problem] = []
    gates: list[Gate] = []
    texts = [(text, ("gates", str(at))) for at, text in enumerate(plan.file.sweep.gates)]
    wanted = [*texts, *((text, None) for text in more)]
    levels = plan.levels() if wanted else {}
    for text, path in wanted:
        try:
            gates += parse_sweep_gates([text], plan.layout.responses, levels)
        except InputError as error:
            problems += [
                one if path is None else plan.file.problem(path, one.wrong, one.got, one.allowed, one.nearest)
                for one in error.problems
            ]
    if problems:
        raise InputError(problems)
    return gates
