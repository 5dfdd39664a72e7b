"""What a design was made for, as tables: effects, sensitivity, a front, bands of ignorance and of chance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.fronts import chance_on_front, front
from sim.analysis.intervals import mean_of
from sim.analysis.sampling import CROSSED
from sim.analysis.sensitivity import sensitivity, shares_by_grade
from sim.analysis.splitting import split
from sim.results.effects import write_effects
from sim.results.journal import Journal
from sim.results.sampled import write_sampled
from sim.results.sweep_tables import Swept, Wanted, columns_of
from sim.results.sweeps import SweepLayout
from sim.results.writing import Table
from sim.scenario.pedigree import GRADES, UNGRADED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SAMPLED = ("sobol", "morris", "latin_hypercube")
_FEW = 300
"""Points up to which a front is drawn again a thousand times; above, fewer times."""
BANDS = ("mean", "low", "high", "ignorance_p05", "ignorance_p95", "chance_p05", "chance_p95", "all_p05", "all_p95")
_PEDIGREE = ("factors", "index", "value", "low", "high", "method")
PARTS = ("source", "variance", "share", "low", "high")


def write_analysis(
    folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted, swept: Swept, seed: int
) -> dict[str, Any]:
    """Writes the tables that go with the design into a folder. Raises `OSError`."""
    kind = layout.design["kind"]
    tables: dict[str, Any] = {}
    if kind == "one_at_a_time" and layout.levers:
        tables |= write_effects(folder, layout, journal, wanted)
    if kind in _SAMPLED and layout.levers:
        tables |= _sensitivity(folder, layout, swept, seed)
    if kind == "sobol" and layout.levers:
        tables |= _pedigree(folder, layout, swept, seed)
    if layout.pareto:
        tables |= _pareto(folder, layout, journal, wanted, seed)
    if layout.sampling != CROSSED:
        tables |= write_sampled(folder, layout, journal, wanted)
    elif layout.levers < len(layout.factors):
        tables |= _bands(folder, layout, journal, wanted, seed)
    return tables


def _sensitivity(folder: Path, layout: SweepLayout, swept: Swept, seed: int) -> dict[str, Any]:
    names = layout.names[: layout.levers]
    design, roles = layout.coordinates(), _roles(layout)
    columns = ("response", "factor", "role", "index", "value", "low", "high", "method")
    with Table(folder / "sensitivity.csv", columns) as table:
        for response in layout.responses:
            means = _over_draws(swept.means[response], layout.draws)
            for one in sensitivity(design, names, means, seed):
                role = roles[one.factor]
                table.row(response, one.factor, role, one.index, one.value, one.low, one.high, one.method)
    return {table.path.name: table.described}


def _roles(layout: SweepLayout) -> dict[str, str]:
    """Roles of factors, or of groups of them: an uncertainty where one of the group is."""
    levers = layout.factors[: layout.levers]
    if not layout.design.get("groups"):
        return {factor.name: factor.role for factor in levers}
    return {factor.grade: max(one.role for one in levers if one.grade == factor.grade) for factor in levers}


def _pedigree(folder: Path, layout: SweepLayout, swept: Swept, seed: int) -> dict[str, Any]:
    """What share of the variance rests on inputs of each grade, the best grade first."""
    design, grades = layout.coordinates(), [factor.grade for factor in layout.factors[: layout.levers]]
    order = [*GRADES, UNGRADED]
    with Table(folder / "pedigree.csv", ("response", "grade", *_PEDIGREE)) as table:
        for response in layout.responses:
            means = _over_draws(swept.means[response], layout.draws)
            found = shares_by_grade(design, grades, means, seed)
            for one in sorted(found, key=lambda one: order.index(one.factor)):
                count = grades.count(one.factor)
                table.row(response, one.factor, count, one.index, one.value, one.low, one.high, one.method)
    return {table.path.name: table.described}


def _over_draws(means: Sequence[float | None], draws: int) -> list[float | None]:
    """The mean over the draws of each lever point; none where one of them has none."""
    found: list[float | None] = []
    for first in range(0, len(means), draws):
        part = [mean for mean in means[first : first + draws] if mean is not None]
        found.append(mean_of(part) if len(part) == draws else None)
    return found


def _pareto(folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted, seed: int) -> dict[str, Any]:
    """Which lever points are on the front; of what is uncertain, over all draws together."""
    import numpy as np  # noqa: PLC0415 - heavy

    names = list(layout.pareto)
    more = [way == "more" for way in layout.pareto.values()]
    found = [_complete(layout, journal, wanted, point, names) for point in range(layout.lever_points)]
    known = [at for at, one in enumerate(found) if one]
    common = sorted(set.intersection(*(set(found[at]) for at in known))) if known else []
    header = ("point", *layout.names[: layout.levers], "on_front", "chance", "low", "high", *names)
    with Table(folder / "pareto.csv", header) as table:
        if not common:  # points that share no replication can't be ranked
            return {table.path.name: table.described}
        stacked = np.array([[found[at][number].mean(axis=1) for number in common] for at in known]).swapaxes(1, 2)
        means = stacked.mean(axis=2)
        on = front(means, more)
        chances = chance_on_front(stacked, more, seed, 1000 if len(known) <= _FEW else 200)
        for row, at in enumerate(known):
            texts = [text for text, _ in layout.settings(at * layout.draws)[: layout.levers]]
            chance, ends = chances[row]
            table.row(at * layout.draws, *texts, int(on[row]), chance, *ends, *(float(one) for one in means[row]))
    return {table.path.name: table.described}


def _complete(
    layout: SweepLayout, journal: Journal, wanted: Wanted, lever_point: int, names: Sequence[str]
) -> dict[int, NDArray[np.float64]]:
    """Values [response, draw] by replication of a lever point, of those that have all of them at every draw."""
    import numpy as np  # noqa: PLC0415 - heavy

    draws: list[dict[int, list[float | None]]] = []
    for point in range(lever_point * layout.draws, (lever_point + 1) * layout.draws):
        rows, _ = journal.point(point, wanted(point))
        columns = columns_of(rows, layout.responses)
        draws.append({row.replication: [columns[name][at] for name in names] for at, row in enumerate(rows)})
    return {
        number: np.array([draw[number] for draw in draws], dtype=np.float64).T
        for number in sorted(draws[0])
        if all(None not in draw.get(number, [None]) for draw in draws)
    }


def _bands(folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted, seed: int) -> dict[str, Any]:
    """Bands and the split of the variance of each lever point and response."""
    import numpy as np  # noqa: PLC0415 - heavy

    levers = layout.names[: layout.levers]
    heads = [("lever_point", *levers, "response", *rest) for rest in (BANDS, PARTS)]
    with Table(folder / "bands.csv", heads[0]) as bands, Table(folder / "variance.csv", heads[1]) as parts:
        for at in range(layout.lever_points):
            texts = [text for text, _ in layout.settings(at * layout.draws)[: layout.levers]]
            for response in layout.responses:
                found = _complete(layout, journal, wanted, at, [response])
                if not found:
                    bands.row(at, *texts, response, *(None,) * len(BANDS))
                    continue
                said = split(np.stack([values[0] for values in found.values()], axis=1), seed)
                ends = (said.low, said.high, *said.ignorance, *said.chance, *said.all)
                bands.row(at, *texts, response, said.mean, *ends)
                for one in said.parts:
                    parts.row(at, *texts, response, one.source, one.variance, one.share, one.low, one.high)
    return {table.path.name: table.described for table in (bands, parts)}
