"""The tables of a sweep: a pass over its points in the order of their numbers, then what its design was made for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.estimates import Estimate, estimate
from sim.analysis.fronts import chance_on_front, front
from sim.analysis.intervals import mean_of
from sim.analysis.paired import Difference, Value, paired
from sim.analysis.sampling import CROSSED, sampled
from sim.analysis.sensitivity import sensitivity, shares_by_grade
from sim.analysis.splitting import split
from sim.results.files import Table
from sim.results.journal import Journal
from sim.results.rows import Failure, ResultRow
from sim.results.sweeps import SweepLayout
from sim.scenario.pedigree import GRADES, UNGRADED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ESTIMATES = ("response", "mean", "low", "high", "method", "unit", "replications", "failed", "min", "max", "p05",
             "p50", "p95", "flag")  # fmt: skip
_QUANTILES = (0.05, 0.5, 0.95)

Wanted = Callable[[int], int]
"""The number of the last replication of a point."""


@dataclass
class PointMeans:
    """What one pass leaves in memory: each response's mean by point, and what became of replications."""

    means: dict[str, list[float | None]]
    replications: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """How many replications have no rows."""
        return sum(self.failures.values())


def columns_of(rows: Sequence[ResultRow], names: Sequence[str]) -> dict[str, list[float | None]]:
    """Values by response in the order of replication numbers."""
    return {name: [row.responses[name] for row in rows] for name in names}


def write_point_tables(folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted) -> PointMeans:
    """Writes settings, points, estimates, replications and failures as CSV into a folder. Raises `OSError`."""
    names, responses = layout.names, layout.responses
    headers = {
        "settings": ("point", "factor", "role", "value", "number", "unit"),
        "points": ("point", *names, "replications", "failed"),
        "estimates": ("point", *names, *ESTIMATES),
        "replications": ("point", "replication", "tape_hash", *responses),
        "failures": ("point", "replication", "kind", "error", "repeat"),
    }
    swept = PointMeans({name: [] for name in responses})
    with ExitStack() as opened:
        tables = {name: opened.enter_context(Table(folder / f"{name}.csv", head)) for name, head in headers.items()}
        for point in range(layout.size):
            _point(point, layout, journal.point(point, wanted(point)), tables, swept)
    swept.tables = {table.path.name: table.described for table in tables.values()}
    return swept


def _point(
    point: int, layout: SweepLayout, found: tuple[list[ResultRow], list[Failure]], tables: dict[str, Table],
    swept: PointMeans,
) -> None:  # fmt: skip
    rows, failures = found
    settings = layout.settings(point)
    texts = [text for text, _ in settings]
    for factor, (text, number) in zip(layout.factors, settings, strict=True):
        tables["settings"].row(point, factor.name, factor.role, text, number, factor.unit)
    tables["points"].row(point, *texts, len(rows), len(failures))
    for row in rows:
        values = (row.responses[name] for name in layout.responses)
        tables["replications"].row(point, row.replication, row.tape_hash, *values)
    for failure in failures:
        again = layout.repeat(point, failure.replication)
        tables["failures"].row(point, failure.replication, failure.kind, failure.error, again)
        swept.failures[failure.kind] = swept.failures.get(failure.kind, 0) + 1
    columns = columns_of(rows, layout.responses)
    for measure in layout.measures:
        said = estimate(measure, columns[measure.name], len(failures))
        tables["estimates"].row(point, *texts, measure.name, *_cells(said))
        swept.means[measure.name].append(said.mean)
    swept.replications += len(rows) + len(failures)


def _cells(said: Estimate) -> Sequence[object]:
    quantiles = {one.share: one.value for one in said.quantiles}
    rare = said.rare
    flag = "" if rare is None else rare.flag(said.count)
    return (
        said.mean, said.low, said.high, said.reason if said.mean is None else said.method, said.measure.unit,
        said.count, said.failed, said.least, said.most, *(quantiles.get(share) for share in _QUANTILES), flag,
    )  # fmt: skip


_EFFECTS = ("response", "factor", "role", "value", "base", "difference", "low", "high", "method", "words")
_BASE_POINT = 0


def write_effects(folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted) -> dict[str, Any]:
    """Writes effects.csv: a row a response and level that is not the base's. Raises `OSError`."""
    base = _rows_over_draws(layout, journal, wanted, _BASE_POINT)
    before = layout.settings(_BASE_POINT)
    with Table(folder / "effects.csv", _EFFECTS) as table:
        for lever_point in range(1, layout.lever_points):
            now = layout.settings(lever_point * layout.draws)
            at = next(at for at, (one, other) in enumerate(zip(now, before, strict=True)) if one != other)
            factor = layout.factors[at]
            here = _rows_over_draws(layout, journal, wanted, lever_point)
            for said in differences(layout, base, here, layout.lever_points - 1):
                table.row(
                    said.measure.name, factor.name, factor.role, now[at][0], before[at][0], said.mean, said.low,
                    said.high, said.method, said.words,
                )  # fmt: skip
    return {table.path.name: table.described}


def _rows_over_draws(
    layout: SweepLayout, journal: Journal, wanted: Wanted, lever_point: int
) -> tuple[list[ResultRow], list[Failure]]:
    """Rows of a lever point, each the mean over what was drawn there; one that failed at a draw has failed."""
    points = range(lever_point * layout.draws, (lever_point + 1) * layout.draws)
    found = [journal.point(point, wanted(point)) for point in points]
    if layout.draws == 1:
        return found[0]
    failed = {row.replication: row for _, failures in found for row in failures}
    by_draw = [{row.replication: row for row in rows} for rows, _ in found]
    numbers = [number for number in by_draw[0] if all(number in draw for draw in by_draw)]
    rows = [_mean_row([draw[number] for draw in by_draw]) for number in sorted(numbers)]
    return rows, [failed[number] for number in sorted(failed)]


def _mean_row(rows: Sequence[ResultRow]) -> ResultRow:
    columns = {name: [row.responses[name] for row in rows] for name in rows[0].responses}
    means: dict[str, float | int | None] = {
        name: None if None in column else mean_of([v for v in column if v is not None])
        for name, column in columns.items()
    }
    return replace(rows[0], responses=means)


def differences(
    layout: SweepLayout,
    a: tuple[Sequence[ResultRow], Sequence[Failure]],
    b: tuple[Sequence[ResultRow], Sequence[Failure]],
    comparisons: int = 1,
) -> list[Difference]:
    """What one point has more than another, of every response, paired by the number of the replication."""
    return [paired(measure, *pairs_of(a, b, measure.name), comparisons=comparisons) for measure in layout.measures]


def pairs_of(
    a: tuple[Sequence[ResultRow], Sequence[Failure]], b: tuple[Sequence[ResultRow], Sequence[Failure]], response: str
) -> tuple[list[tuple[Value, Value]], list[tuple[Value, Value]]]:
    """Values of one response by replication that both points have, and of those that failed at one of them."""
    mine, theirs = ({row.replication: row.responses[response] for row in rows} for rows, _ in (a, b))
    pairs = [(mine[number], theirs[number]) for number in sorted(mine.keys() & theirs.keys())]
    failed = sorted({row.replication for _, failures in (a, b) for row in failures})
    return pairs, [(mine.get(number), theirs.get(number)) for number in failed]


SAMPLES = (
    "mean", "low", "high", "method", "unit", "replications", "failed", "all_p05", "all_p95", "variance_factor",
    "variance_factor_low", "variance_factor_high", "flag",
)  # fmt: skip
_ENDS = (0.05, 0.95)


def write_sampled(folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted) -> dict[str, Any]:
    """Writes the table into a folder. Raises `OSError`."""
    header = ("lever_point", *layout.names[: layout.levers], "response", *SAMPLES)
    with Table(folder / "sampled.csv", header) as table:
        for at in range(layout.lever_points):
            texts = [text for text, _ in layout.settings(at * layout.draws)[: layout.levers]]
            columns, failed = _columns_drawn(layout, journal, wanted, at)
            for measure in layout.measures:
                found = sampled(measure, [draw[measure.name] for draw in columns], failed, layout.sampling)
                said = found.said
                ends = {one.share: one.value for one in said.quantiles}
                flag = "" if said.rare is None else said.rare.flag(said.count)
                table.row(
                    at, *texts, measure.name, said.mean, said.low, said.high,
                    said.reason if said.mean is None else said.method, measure.unit, said.count, said.failed,
                    *(ends.get(share) for share in _ENDS), found.factor, found.factor_low, found.factor_high, flag,
                )  # fmt: skip
    return {table.path.name: table.described}


def _columns_drawn(
    layout: SweepLayout, journal: Journal, wanted: Wanted, lever_point: int
) -> tuple[list[dict[str, list[float | None]]], int]:
    """Values by response of each draw of a lever point, and how many replications failed there."""
    found, failed = [], 0
    for point in range(lever_point * layout.draws, (lever_point + 1) * layout.draws):
        rows, failures = journal.point(point, wanted(point))
        found.append(columns_of(rows, layout.responses))
        failed += len(failures)
    return found, failed


_BYSAMPLES = ("sobol", "morris", "latin_hypercube")
_FEW = 300
"""Points up to which a front is drawn again a thousand times; above, fewer times."""
BANDS = ("mean", "low", "high", "ignorance_p05", "ignorance_p95", "chance_p05", "chance_p95", "all_p05", "all_p95")
_PEDIGREE = ("factors", "index", "value", "low", "high", "method")
PARTS = ("source", "variance", "share", "low", "high")


def write_analysis(
    folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted, swept: PointMeans, seed: int
) -> dict[str, Any]:
    """Writes the tables that go with the design into a folder. Raises `OSError`."""
    kind = layout.design["kind"]
    tables: dict[str, Any] = {}
    if kind == "one_at_a_time" and layout.levers:
        tables |= write_effects(folder, layout, journal, wanted)
    if kind in _BYSAMPLES and layout.levers:
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


def _sensitivity(folder: Path, layout: SweepLayout, swept: PointMeans, seed: int) -> dict[str, Any]:
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


def _pedigree(folder: Path, layout: SweepLayout, swept: PointMeans, seed: int) -> dict[str, Any]:
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
    import numpy as np

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
    import numpy as np

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
    import numpy as np

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
