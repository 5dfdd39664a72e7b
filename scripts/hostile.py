"""Commands on untrusted input: tampered results, gates, changes and sweep files, each in this process.

For any input, a command ends with a documented exit code, explains the problem without terminal control characters,
lets no warning of Python through, ends within its time limit, and writes only into its own folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from field import ROOT, Case, no_more_than
from mutations import Dice, wrong
from tampering import change, gate, tampered

BY_COMMAND = 20
"""One in this many gates, changes and baselines goes through a whole command, which takes far longer."""
LIMIT_S = 30.0
"""Seconds of work of one command."""
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
MOST_LINES = 24
RUN, COMPARISON, SWEEP, TORNADO, SELECTION = (
    "results/little", "results/compare/two", "results/sweep/sweep", "results/sweep/tornado", "results/select/two"
)  # fmt: skip
LITTLE = """\
schema: 1
name: A little camp
calendar: {start: 2023-07-01, deadline: 2023-07-04}
places:
  camp:
    role: camp
    handover: 2023-07-04
    evacuate: {port: [road]}
    crews: {count: 2}
    lots: {box: {unoe: 10}}
  port: {role: exit}
classes:
  box: {mass: 1.25 t, floor: 1.5, value: 40 kUSD, moves: [truck], prepare: 4 h}
lift:
  trucks: {pool: {count: 2, base: port, payload: 20 t, floor: 6}}
  convoys: {at_once: 1, vehicles: {least: 1, most: 3}}
routes:
  road: {through: [camp, port], km: [100], a_day: {calm: 100 km}}
"""
MORE = "schema: 1\nname: More crews\nextends: little.yaml\nplaces: {camp: {crews: {count: 4}}}\n"
_HEAD = "schema: 1\nname: A little sweep\nscenario: little.yaml\nreplications: 3\n"
_CREWS = "crews: {path: places.camp.crews.count, levels: [1, 2]}"
_POOL = "pool: {path: lift.trucks.pool.count, range: [2, 5], steps: 2}"
PLANS = (
    f"{_HEAD}pareto: {{extracted_share: more, cost_usd: less}}\nfactors:\n  {_CREWS}\n  {_POOL}\n",
    f"{_HEAD}design: {{kind: one_at_a_time}}\nfactors:\n  {_CREWS}\n  {_POOL}\n  off: {{without: each}}\n",
    f"{_HEAD}gates: [extracted_share.low >= 0.5, 'difference(1, 2) > 0 at(pool=2)']\nfactors:\n  {_CREWS}\n  {_POOL}\n",
    f"{_HEAD}design: {{kind: latin_hypercube, points: 9}}\nresponses: [extracted_share]\nfactors:\n  {_POOL}\n",
    f"{_HEAD}design: {{kind: sobol, base: 4}}\nfactors:\n  {_CREWS}\n  {_POOL}\n",
    f"{_HEAD}design: {{kind: morris, trajectories: 4}}\nfactors:\n  {_CREWS}\n  {_POOL}\n",
    f"{_HEAD}uncertain: {{draws: 5, factors: {{{_POOL}}}}}\nfactors:\n  {_CREWS}\n",
    f"{_HEAD}factors:\n  plan: {{levels: {{now: little.yaml, then: more.yaml}}}}\n"
    "  pace: {path: routes.road.a_day.calm, levels: {slow: 50 km, fast: 100 km}}\n",
)  # fmt: skip
_QUICK = ("-j", "1", "--no-plots", "--quiet")
_BOTH = ("little.yaml", "more.yaml")
MAKING = {
    RUN: ("run", "little.yaml", "-n", "3"),
    COMPARISON: ("compare", *_BOTH, "-n", "3", "--waterfall"),
    SWEEP: ("sweep", "plan-0.yaml"),
    TORNADO: ("sweep", "plan-1.yaml"),
    SELECTION: ("select", *_BOTH, "--best", "extracted_share", "--indifference", "0.01", "--first", "10"),
}
"""Commands that make results, and later find them there already."""


@dataclass
class Bench:
    """A folder of its own with scenarios, sweeps and results, as the current one; `ours` is what lies there."""

    folder: Path
    ours: dict[str, tuple[int, int]] = field(default_factory=dict)
    kept: dict[str, dict[str, bytes]] = field(default_factory=dict)
    paths: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    held: list[Callable[[str], object]] = field(default_factory=list)
    drafts: dict[str, Any] = field(default_factory=dict)
    moved: dict[str, Callable[[Path, dict[str, float]], object]] = field(default_factory=dict)

    @classmethod
    def of(cls, top: str) -> Bench:
        """Makes a bench below a folder and runs commands once, so that later ones find their results."""
        bench = cls(Path(tempfile.mkdtemp(dir=top)))
        os.chdir(bench.folder)
        files = {"little.yaml": LITTLE, "more.yaml": MORE} | {f"plan-{at}.yaml": text for at, text in enumerate(PLANS)}
        for name, text in files.items():
            Path(name).write_text(text)
        shutil.copy(ROOT / "tests" / "data" / "whole-form.yaml", "whole.yaml")
        for folder, words in MAKING.items():
            reported = command(*words, *_QUICK, "--out", folder)
            assert reported.code == 0, reported
            bench.kept[folder] = {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file()}
        bench.paths = {name: _paths_of(Path(name)) for name in ("little.yaml", "whole.yaml")}
        bench.held, bench.moved = _holding(), _moving()
        bench.drafts = _drafts()
        bench.ours = bench.listed()
        return bench

    def listed(self) -> dict[str, tuple[int, int]]:
        """Size and time of all that lies here."""
        found = {}
        for top, _, names in os.walk(self.folder):
            for name in names:
                said = os.lstat(f"{top}/{name}")
                found[f"{top}/{name}"] = said.st_size, said.st_mtime_ns
        return found

    def restore(self, folder: str) -> None:
        """Puts results back as they were; pictures may have been drawn into them, and nothing else come to be."""
        for path in list(Path(folder).iterdir()):
            if path.is_file() and path.name not in self.kept[folder] and path.suffix in (".png", ".svg"):
                path.unlink()
        for name, content in self.kept[folder].items():
            path = Path(folder) / name
            if not path.is_file() or path.read_bytes() != content:
                path.write_bytes(content)
            said = os.lstat(path)  # it may have been spoiled into what it was
            self.ours[str(self.folder / path)] = said.st_size, said.st_mtime_ns

    def check(self) -> None:
        """Raises `AssertionError` if a file was added, removed or changed; each problem is reported once."""
        now = self.listed()
        odd = sorted(name for name in now.keys() | self.ours.keys() if now.get(name) != self.ours.get(name))
        self.ours = now
        assert not odd, f"files that came, went or changed: {odd[:5]}"


def _paths_of(path: Path) -> list[tuple[str, str]]:
    """Dotted paths of a file, and what is there as text."""
    from ruamel.yaml import YAML

    found = list(_below(YAML(typ="safe", pure=True).load(path)))
    texts = [json.dumps(value, default=str) if isinstance(value, dict | list) else str(value) for _, value in found]
    return [(".".join(at), text) for (at, _), text in zip(found, texts, strict=True)]


def _below(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in inside:
        yield (*at, str(key)), held
        yield from _below(held, (*at, str(key)))


def _holding() -> list[Callable[[str], object]]:
    """A gate held to the run, the comparison and a sweep, without all that a command does around it."""
    from sim.analysis.gates import parse_differences, parse_gates, parse_sweep_gates
    from sim.analysis.judging import judge, judge_sweep
    from sim.results.finished import read_results
    from sim.results.sweep_folder import read_sweep
    from sim.results.sweep_view import View

    run, view = read_results(RUN).summary["responses"], View(read_sweep(SWEEP))
    known = list(view.swept.summary["responses"])
    return [
        lambda text: [judge(gate, run) for gate in parse_gates([text], run)],
        lambda text: parse_differences([text], ["little", "more"], run, "extracted_share"),
        lambda text: [judge_sweep(gate, view) for gate in parse_sweep_gates([text], known, view.factors)],
    ]


def _moving() -> dict[str, Callable[[Path, dict[str, float]], object]]:
    """Compares a baseline with results, without the rest of the command."""
    from sim.results import baselines
    from sim.results.comparison_folder import read_comparison
    from sim.results.finished import read_results
    from sim.results.sweep_folder import read_sweep

    run, two, sides = read_results(RUN), read_comparison(COMPARISON), ["little", "more"]
    swept = {folder: read_sweep(folder) for folder in (SWEEP, TORNADO)}

    def sweep(folder: str) -> Callable[[Path, dict[str, float]], object]:
        of, moves = baselines.baseline_of_sweep, baselines.moves_of_sweep
        return lambda path, by: list(moves(of(path, 1, by), swept[folder], by))

    return {
        RUN: lambda path, by: list(baselines.moves_of_run(baselines.baseline_of_run(path, 1, by), run, by)),
        COMPARISON: lambda path, by: list(
            baselines.moves_of_comparison(baselines.baseline_of_comparison(path, 1, sides, by), two, by)
        ),
        SWEEP: sweep(SWEEP),
        TORNADO: sweep(TORNADO),
    }


def _drafts() -> dict[str, Any]:
    """Scenarios as read, so that one reading serves many changes."""
    from sim.scenario.extending import read_chain

    return {name: read_chain(name) for name in ("little.yaml", "whole.yaml")}


@contextmanager
def _as_in_a_command() -> Iterator[None]:
    """Around what a command would do: not too long, and nothing for Python to warn of."""
    with warnings.catch_warnings(), no_more_than(LIMIT_S):
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("error", RuntimeWarning)
        yield


@dataclass(frozen=True)
class Reported:
    """How a command ended."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str


def command(*words: str) -> Reported:
    """A command in this process; raises `AssertionError` where it breaks the contract."""
    from sim.cli import main

    with warnings.catch_warnings(record=True) as received, no_more_than(LIMIT_S):
        warnings.simplefilter("always", UserWarning)
        warnings.simplefilter("always", RuntimeWarning)
        said = CliRunner().invoke(main, list(words))
    reported = Reported(words, said.exit_code, said.stdout, said.stderr)
    assert said.exception is None or isinstance(said.exception, SystemExit), f"{reported}: {said.exception!r}"
    assert reported.code in (0, 1, 2, 3), reported
    both = reported.out + reported.err
    assert "Traceback" not in both, reported
    assert "fault in drawdown" not in both, reported
    assert FORBIDDEN.search(both) is None, reported
    assert reported.code < 2 or reported.err.strip() or reported.out.strip(), f"not a word: {reported}"  # noqa: PLR2004 - wrong, broken
    assert reported.code != 2 or len(reported.err.splitlines()) <= MOST_LINES, reported  # noqa: PLR2004 - wrong
    assert not [one for one in received if issubclass(one.category, UserWarning | RuntimeWarning)], (
        f"{reported}: {[str(one.message) for one in received]}"
    )
    return reported


def _tampered(bench: Bench, folder: str, dice: Dice) -> str:
    others = [Path(other) / name for other in bench.kept for name in ("manifest.json", "summary.json")]
    return tampered(Path(folder), dice, others)


def plot(bench: Bench, case: Case) -> tuple[str, str]:
    """Pictures of tampered results."""
    dice = case.dice
    folder = dice.choice(list(MAKING))
    what = _tampered(bench, folder, dice)
    known = _pictures()[folder]
    name = dice.choice((None, "fatse", *known) if dice.random() < 0.1 else known)  # noqa: PLR2004 - one is fast
    return _on_results(bench, folder, what, ("plot", folder, *([name] if name else []), "--format", "svg"))


def _pictures() -> dict[str, tuple[str, ...]]:
    """What can be drawn of each folder."""
    from sim.results import comparison_folder, folder, selection_folder

    return {
        RUN: folder.RUN.pictures, COMPARISON: comparison_folder.COMPARISON.pictures, TORNADO: ("tornado",),
        SWEEP: ("response", "heat", "parallel", "pareto"), SELECTION: selection_folder.SELECTION.pictures,
    }  # fmt: skip


def baselines(bench: Bench, case: Case) -> tuple[str, str]:
    """Tampered results as the baseline of the command that made them."""
    from sim.errors import InputError

    dice = case.dice
    folder = dice.choice((RUN, COMPARISON, SWEEP, TORNADO))
    before = "results/before"
    shutil.copytree(folder, before, ignore=shutil.ignore_patterns("runs"))
    try:
        others = [Path(other) / name for other in bench.kept for name in ("manifest.json", "summary.json")]
        what = tampered(Path(before), dice, others)
        name = dice.choice(("extracted_share", "extracted_share", "cost_usd", "fill", "x"))
        by = dice.choice((0.0, 0.01))
        if case.number % BY_COMMAND:
            try:
                with _as_in_a_command():
                    bench.moved[folder](Path(before), {name: by})
            except InputError:
                return "refused", what
            return "judged", what
        more = ("--baseline", before, "--tolerance", f"{name}={by:g}")
        reported = command(*MAKING[folder], *_QUICK, "--out", folder, *more)
    except BaseException as error:
        error.add_note(what if "what" in locals() else "")
        raise
    finally:
        shutil.rmtree(before)
    return f"code {reported.code}", what


def _on_results(bench: Bench, folder: str, what: str, words: tuple[str, ...]) -> tuple[str, str]:
    try:
        reported = command(*words)
    except BaseException as error:
        error.add_note(f"{folder}: {what}")
        raise
    finally:
        bench.restore(folder)
    return f"code {reported.code}", f"{folder}: {what}\n{' '.join(words)}"


def gates(bench: Bench, case: Case) -> tuple[str, str]:
    """Gates on results that are there; most of them without the command around them, which takes far longer."""
    from sim.errors import InputError

    dice = case.dice
    if case.number % BY_COMMAND:
        text = gate(dice)
        try:
            with _as_in_a_command():
                dice.choice(bench.held)(text)
        except InputError:
            return "refused", text
        except BaseException as error:
            error.add_note(repr(text))
            raise
        return "judged", text
    folder = dice.choice((RUN, COMPARISON, SWEEP, TORNADO))
    texts = [gate(dice).replace("\0", "") for _ in range(dice.choice((1, 1, 1, 3)))]
    reported = command(*MAKING[folder], *_QUICK, "--out", folder, *(f"--require={text}" for text in texts))
    return f"code {reported.code}", "\n".join(texts)


def sets(bench: Bench, case: Case) -> tuple[str, str]:
    """Changes on the command line."""
    from sim.errors import InputError
    from sim.scenario.door import load_draft

    dice = case.dice
    file = dice.choice(("little.yaml", "little.yaml", "little.yaml", "little.yaml", "whole.yaml", "plan-0.yaml"))
    known = bench.paths.get(file, bench.paths["little.yaml"])
    texts = [change(known, dice).replace("\0", "") for _ in range(dice.choice((1, 1, 1, 2)))]
    if case.number % BY_COMMAND and file in bench.drafts:
        try:
            with _as_in_a_command():
                load_draft(bench.drafts[file], texts)
        except InputError as error:
            assert error.problems, "refused without a word"  # noqa: PT017 - not a test
            return "refused", "\n".join(texts)
        except BaseException as error:
            error.add_note(repr(texts))
            raise
        return "right", "\n".join(texts)
    reported = command("check", file, *(f"--set={text}" for text in texts))
    return f"code {reported.code}", "\n".join(texts)


def plans(_bench: Bench, case: Case) -> tuple[str, str]:
    """Sweep files, planned as far as a dry run goes."""
    dice = case.dice
    content = wrong(dice.choice(PLANS), dice, list(PLANS))
    path = Path("fuzzed.yaml")
    path.write_bytes(content)
    try:
        reported = command("sweep", str(path), "--dry-run", "-j", "1")
    finally:
        path.unlink()
    return f"code {reported.code}", content.decode("utf-8", "backslashreplace")


TARGETS: dict[str, Callable[[Bench, Case], tuple[str, str]]] = {
    "plots": plot, "baselines": baselines, "gates": gates, "sets": sets, "sweeps": plans,
}  # fmt: skip
