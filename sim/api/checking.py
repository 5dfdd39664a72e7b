"""What is found in a scenario file or a sweep file, without running anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.experiment.sweep.sweep_plan import SweepPlan
    from sim.scenario.door import Loaded


@dataclass(frozen=True, repr=False)
class Checked:
    """What was found in a file. `problems` are errors; with none, `scenario` or `sweep` is what the file holds.

    `str(problem)` is a sentence: file, line, dotted path, what is wrong, what would be right.
    """

    file: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    scenario: Loaded | None = None
    sweep: SweepPlan | None = None

    @property
    def valid(self) -> bool:
        """Whether the file has no problem; warnings do not count."""
        return not self.problems

    @property
    def unsourced(self) -> tuple[Problem, ...]:
        """Numbers of a scenario that no entry of `sources:` covers, in the order of the file."""
        from sim.scenario.door import unsourced

        return () if self.scenario is None else tuple(unsourced(self.scenario))

    @property
    def sources(self) -> Mapping[str, int]:
        """How many numbers of a scenario come from each kind of source; `none` for those without."""
        from sim.scenario.door import tally

        return {} if self.scenario is None else tally(self.scenario)

    def __repr__(self) -> str:
        """The file, whether it is valid, and each problem and warning on a line."""
        from sim.api.display import lines_of_problems

        return lines_of_problems(self.file, self.problems, self.warnings)

    def _repr_html_(self) -> str:
        from sim.api.display import preformatted

        return preformatted(repr(self))


def checked(file: str, sets: Sequence[str] = (), strict: bool = False, content: bytes | None = None) -> Checked:
    """What is found in a file, or in `content` that was read for it already. Raises nothing for what is wrong with it.

    With `strict`, warnings are problems.
    """
    from sim.scenario.door import load, load_given
    from sim.scenario.sweep import looks_like_sweep

    try:
        if content is None and looks_like_sweep(file):
            return _checked_sweep(file, sets, strict)
        loaded = load(file, sets, strict) if content is None else load_given(content, file, sets, strict)
    except InputError as error:
        return Checked(file, tuple(error.problems))
    return Checked(file, (), loaded.warnings, scenario=loaded)


def _checked_sweep(file: str, sets: Sequence[str], strict: bool) -> Checked:
    from sim.experiment.sweep.sweep_plan import (
        SweepRequest,
        gates_of,
        plan_sweep,
    )

    plan = plan_sweep(SweepRequest(file, sets=tuple(sets), strict=strict))
    gates_of(plan, ())
    return Checked(file, (), plan.warnings, sweep=plan)
