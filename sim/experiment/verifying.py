"""The model against paper and pencil: oracle scenarios played along the path of every run, and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.analysis.groups import MEASURES
from sim.analysis.oracles import Found, at_most, band_of_squares, by_chance, exact, limit_of
from sim.errors import InputError, Problem
from sim.experiment.blocks import BLOCK
from sim.experiment.interrupts import stop_on_ctrl_c
from sim.experiment.planning import Stage, stage
from sim.experiment.running import Told
from sim.experiment.where import Where, fleet_at
from sim.experiment.worker import Cast, Job
from sim.results.records import Failure, Record
from sim.scenario.door import Loaded, load
from sim.scenario.plan import Expectation

SEED = 20231231
FOLDER = Path("tests/verification/oracles")
"""Where the oracles of the project are, below the current folder or its own."""
_SHARE = "_share"


@dataclass(frozen=True, slots=True)
class Checked:
    """One expectation of an oracle, and what replications showed of it."""

    expected: Expectation
    found: Found


@dataclass(frozen=True, slots=True)
class Oracle:
    """One oracle scenario: its file, name, what it was held to, and replications that failed."""

    file: str
    name: str
    checked: tuple[Checked, ...]
    failures: tuple[Failure, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether all that it was held to holds."""
        return not self.failures and all(one.found.holds for one in self.checked)


@dataclass(frozen=True, slots=True)
class Verified:
    """All oracles under one seed; `squares` is the sum of all squared z, and the band that it should lie in."""

    seed: int
    oracles: tuple[Oracle, ...]
    limit: float
    squares: float
    band: tuple[float, float]

    @property
    def zs(self) -> list[float]:
        """The z of every expectation that chance has a say in."""
        return [one.found.z for oracle in self.oracles for one in oracle.checked if one.found.z is not None]

    @property
    def holds(self) -> bool:
        """Whether every oracle holds, and all z together look like luck."""
        inside = not self.zs or self.band[0] <= self.squares <= self.band[1]
        return inside and all(oracle.holds for oracle in self.oracles)


def oracles_in(paths: Sequence[str]) -> list[tuple[str, Loaded]]:
    """The oracles in files and folders, by file; raises `InputError` with all problems of all."""
    files = [file for path in paths or [str(_own_folder())] for file in _files(Path(path))]
    loaded, problems = [], []
    for file in dict.fromkeys(files):
        try:
            one = load(file)
        except InputError as error:
            problems += error.problems
            continue
        if one.scenario.expect:
            loaded.append((str(file), one))
        else:
            problems.append(Problem("expect", "this scenario expects nothing: it is no oracle", file=str(file)))
    if problems:
        raise InputError(problems)
    return loaded


def _own_folder() -> Path:
    own = Path(__file__).resolve().parents[2] / FOLDER
    found = next((folder for folder in (FOLDER, own) if folder.is_dir()), None)
    if found is None:
        raise InputError([Problem("PATH", f"there is no folder {FOLDER} here; name files or folders of oracles")])
    return found


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.yaml"))
    if not found:
        raise InputError([Problem(str(path), "there are no scenario files in this folder")])
    return found


def verify(
    oracles: Sequence[tuple[str, Loaded]], seed: int, where: Where, told: Told, on: Stage = stage
) -> Verified:
    """Plays all oracles and judges them. Raises `ResultsError` and `KeyboardInterrupt` as every playing does."""
    casts = [on(loaded.scenario, frozenset()) for _, loaded in oracles]
    wanted = [max(one.replications for one in loaded.scenario.expect) for _, loaded in oracles]
    records: list[list[Record]] = [[] for _ in oracles]
    failures: list[list[Failure]] = [[] for _ in oracles]
    jobs = [
        Job(seed, tuple(range(first, min(first + BLOCK, most + 1))), at)
        for at, most in enumerate(wanted) for first in range(1, most + 1, BLOCK)
    ]  # fmt: skip
    done = 0
    told(0, sum(wanted), 0)
    with stop_on_ctrl_c() as stop, fleet_at(where, casts, sum(wanted), stop) as fleet:
        for job, block in fleet.play(jobs):
            records[job.cast] += block.records
            failures[job.cast] += block.failures
            done += len(block.numbers)
            told(done, sum(wanted), sum(map(len, failures)))
    limit = limit_of(sum(one.test == "z" for _, loaded in oracles for one in loaded.scenario.expect))
    judged = tuple(
        Oracle(file, loaded.scenario.name, tuple(
            Checked(one, _found(one, sorted(rows, key=lambda row: row.replication), cast, limit))
            for one in loaded.scenario.expect
        ), tuple(lost))
        for (file, loaded), cast, rows, lost in zip(oracles, casts, records, failures, strict=True)
    )  # fmt: skip
    whole = Verified(seed, judged, limit, 0.0, (0.0, 0.0))
    return Verified(seed, judged, limit, sum(z * z for z in whole.zs), band_of_squares(max(len(whole.zs), 1)))


def _found(expected: Expectation, records: Sequence[Record], cast: Cast, limit: float) -> Found:
    values = [_value(expected, row, cast.layout.fates) for row in records[: expected.replications]]
    if expected.test == "exact":
        return exact(values, expected.equals)
    if expected.equals is None:
        return Found(None, None, holds=False)
    if expected.test == "bound":
        return at_most(values, expected.equals)
    said = expected.of
    of: str | Mapping[str, float] = said if isinstance(said, str) else {"share_at": said["share_at"]}
    return by_chance(values, of, expected.equals, limit)


def _value(expected: Expectation, row: Record, fates: Sequence[str]) -> float | None:
    """A response of one replication: of the mission, or the share of a place or class."""
    if expected.at is None:
        return row.responses[expected.response]
    fate, _, measure = expected.response.partition(_SHARE)
    groups = [row.shares[key] for key in (f"place\t{expected.at}", f"class\t{expected.at}") if key in row.shares]
    at = fates.index(fate) * len(MEASURES) + MEASURES.index(measure)
    return groups[0][at] if groups else None


def problems_of(oracles: Sequence[tuple[str, Loaded]], on: Stage = stage) -> list[Problem]:
    """Expectations of what there is not: an unknown response, or a figure by place that is no share."""
    found = []
    for file, loaded in oracles:
        layout = on(loaded.scenario, frozenset()).layout
        known = {measure.name for measure in layout.measures}
        for at, one in enumerate(loaded.scenario.expect):
            fate, _, measure = one.response.partition(_SHARE)
            share = fate in layout.fates and measure in MEASURES and _SHARE in one.response
            if (one.at is None and one.response not in known) or (one.at is not None and not share):
                what = "there is no such response" if one.at is None else "by place or class there are shares only"
                found.append(Problem(f"expect.{at}.response", what, one.response, file=file))
    return found
