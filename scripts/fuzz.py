"""Loads broken files and runs odd ones: each input must be accepted, or refused with a message.

`python scripts/fuzz.py --files 100000 --simulated 2000 --seed 1` mutates all scenarios and sweeps, including broken
ones, and loads them; of others that stay valid it runs a replication. A failure is any exception except `InputError`, a
warning, more than two seconds of work beyond what the unchanged file takes, or a file left behind. Each is written to
--into with its message; `--only files/17` or `--only simulated/17` with the same seed repeats it. The exit code is 1 if
there was a failure. Pictures, which take longest, are drawn for every tenth file that is run.

`--plots --baselines --gates --sets --sweeps` count commands on tampered results, wrong gates, changes and sweep files
(`hostile.py`); what they must hold to stands there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click
from field import ROOT, Case, Field, HangsError, no_more_than
from hostile import TARGETS, Bench
from mutations import plausible, wrong

from sim.cli.terminal import answer, note
from sim.errors import InputError

LIMIT_S, SIMULATED_LIMIT_S, PICTURES_LIMIT_S = 2.0, 60.0, 60.0
"""Seconds of processor time beyond what the unchanged file took: to load, to run, to draw."""
CHUNK, WORKERS, DRAWN, TRIES = 50, 2, 10, 40
NAME = "fuzzed.yaml"
_SWEEP = re.compile(rb"factors|uncertain|design")


def _through_the_door(path: Path) -> str:
    """What `drawdown check` does: `right`, or `refused`."""
    from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
    from sim.scenario.door import load, tally
    from sim.scenario.sweep import looks_like_sweep

    try:
        if _SWEEP.search(path.read_bytes()) and looks_like_sweep(str(path)):  # to ask is to read it a second time
            plan_sweep(SweepRequest(str(path)))
        else:
            tally(load(path))
    except InputError as error:
        refused = error.problems
    else:
        return "right"
    assert refused, "refused without a word"
    assert all(len(one.wrong) > 5 for one in refused), str(refused)  # noqa: PLR2004 - that is no sentence
    return "refused"


def _file(field: Field, case: Case) -> tuple[str, bytes]:
    dice = case.dice
    seed = field.pick(dice)
    content = wrong(field.text(seed), dice, [field.text(field.pick(dice))])
    limit = LIMIT_S + 3 * field.takes(seed)
    target = seed.with_name(NAME)
    target.write_bytes(content)
    try:
        with no_more_than(limit):
            return _through_the_door(target), content
    except BaseException as error:
        error.add_note(f"a mutation of {seed.relative_to(field.folder)}")
        error.content = content  # type: ignore[attr-defined]
        raise
    finally:
        target.unlink()


def _simulated(field: Field, case: Case) -> tuple[str, bytes]:
    """One replication, and the pictures of some, of a file that is right after all."""
    from sim.api import load, run
    from sim.figures.gallery import draw_all

    dice = case.dice
    for _ in range(TRIES):
        seed = dice.choice(field.playable)
        content = plausible(field.text(seed), dice).encode()
        target = seed.with_name(NAME)
        target.write_bytes(content)
        out = field.folder / "out"
        try:
            with no_more_than(LIMIT_S + 3 * field.takes(seed)):
                loaded = load(target)
            with no_more_than(SIMULATED_LIMIT_S):
                result = run(loaded, 1, seed=case.number + 1, workers=1, out=out)
            failures = result.manifest["failures"]
            assert not any(row["kind"] == "fault" for row in failures), failures[0]["details"] or failures[0]["error"]
            if case.number % DRAWN == 0:
                with no_more_than(PICTURES_LIMIT_S):
                    draw_all(out, ("png",))
            return "failed" if failures else "simulated", content
        except InputError:
            continue
        except BaseException as error:
            error.add_note(f"a mutation of {seed.relative_to(field.folder)}")
            error.content = content  # type: ignore[attr-defined]
            raise
        finally:
            target.unlink()
            shutil.rmtree(out, ignore_errors=True)
    return "never right", b""


TRIED = {"files": _file, "simulated": _simulated}
_FIELD: list[Field] = []
_BENCH: list[Bench] = []
_TOP = ""
"""Where a process has its folders."""


def begin(top: str) -> None:
    """Sets a process up, with its folders made when they are needed: Ctrl-C is the parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for kind in (UserWarning, RuntimeWarning):  # no user should read one
        warnings.filterwarnings("error", category=kind)
    global _TOP  # noqa: PLW0603 - a process of the pool is set up once
    _TOP = top


def _field() -> Field:
    if not _FIELD:
        _FIELD.append(Field(_TOP, _through_the_door))
    os.chdir(_FIELD[0].empty)
    return _FIELD[0]


def _bench() -> Bench:
    if not _BENCH:
        _BENCH.append(Bench.of(_TOP))
    os.chdir(_BENCH[0].folder)
    return _BENCH[0]


def _tried(case: Case) -> tuple[str, bytes]:
    """What became of a case, and what was given; raises whatever is a failure."""
    if case.kind in TARGETS:
        bench = _bench()
        try:
            what, given = TARGETS[case.kind](bench, case)
        finally:
            bench.check()
        return what, given.encode("utf-8", "backslashreplace")
    field = _field()
    what, content = TRIED[case.kind](field, case)
    field.check()
    return what, content


def attempt(case: Case) -> tuple[str, dict[str, Any] | None]:
    """Tries a case; returns its outcome, and the report of a failure."""
    content = b""
    try:
        what, content = _tried(case)
        return what, None
    except (Exception, HangsError) as error:
        content = getattr(error, "content", content)
        said = "".join(traceback.format_exception(error))[-6000:]
        return "FAILURE", {"case": f"{case.kind}/{case.number}", "seed": case.seed, "said": said, "content": content}


def attempts(cases: list[Case]) -> tuple[Counter[str], list[dict[str, Any]]]:
    """Some cases in a row."""
    reported = [attempt(case) for case in cases]
    return Counter(f"{case.kind}: {what}" for case, (what, _) in zip(cases, reported, strict=True)), [
        failure for _, failure in reported if failure
    ]


def keep(into: Path, failure: dict[str, Any]) -> None:
    """Writes a failing file and its message."""
    into.mkdir(parents=True, exist_ok=True)
    stem = f"{failure['seed']}-{failure['case'].replace('/', '-')}"
    (into / f"{stem}.yaml").write_bytes(failure.pop("content"))
    (into / f"{stem}.json").write_text(json.dumps(failure, indent=1), encoding="utf-8")
    note(f"{failure['case']}: {failure['said'].strip().splitlines()[-2:]}")


def in_processes(cases: list[Case], into: Path) -> Counter[str]:
    """All cases in two processes; Ctrl-C ends it with what is known by then."""
    counts: Counter[str] = Counter()
    chunks = [cases[at : at + CHUNK] for at in range(0, len(cases), CHUNK)]
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="drawdown-fuzz-") as top,
        ProcessPoolExecutor(WORKERS, initializer=begin, initargs=(top,)) as pool,
    ):
        try:
            for done, (some, failures) in enumerate(pool.map(attempts, chunks), 1):
                counts += some
                for failure in failures:
                    keep(into, failure)
                if done % 40 == 0:
                    note(f"{sum(counts.values()):,} of {len(cases):,} after {time.monotonic() - began:.0f} s")
        except KeyboardInterrupt:
            note("stopped")
            pool.shutdown(wait=False, cancel_futures=True)
    return counts


def one(case: Case) -> int:
    """A single case in this process; the file is printed with what became of it."""
    with tempfile.TemporaryDirectory(prefix="drawdown-fuzz-") as top:
        begin(top)
        what, failure = attempt(case)
        os.chdir(ROOT)
    answer(f"{case.kind}/{case.number} of seed {case.seed}: {what}")
    if failure:
        answer(failure["content"].decode("utf-8", "backslashreplace") + "\n" + failure["said"])
    return int(failure is not None)


@click.command()
@click.option("--files", default=5000, help="How many wrong files are loaded.")
@click.option("--simulated", default=100, help="Number of odd scenarios to run.")
@click.option("--plots", default=200, help="How many tampered results are drawn.")
@click.option("--baselines", default=200, help="How many tampered results are a baseline.")
@click.option("--gates", default=500, help="How many gates are held.")
@click.option("--sets", default=500, help="How many changes are made.")
@click.option("--sweeps", default=500, help="How many wrong sweep files are planned.")
@click.option("--seed", default=1, help="Random seed.")
@click.option("--only", default=None, metavar="KIND/INDEX", help="Repeat one, such as files/17.")
@click.option("--into", default=ROOT / "build" / "fuzz", type=click.Path(path_type=Path), help="Where failures go.")
def main(files: int, simulated: int, seed: int, only: str | None, into: Path, **counted: int) -> None:
    """Loads broken files, runs odd ones, and tries other untrusted input of commands."""
    if only is not None:
        kind, _, number = only.partition("/")
        sys.exit(one(Case(kind, int(number), seed)))
    cases = [Case("simulated", number, seed) for number in range(simulated)]
    cases += [Case("files", number, seed) for number in range(files)]
    cases += [Case(kind, number, seed) for kind, count in counted.items() for number in range(count)]
    counts = in_processes(cases, into)
    answer(f"seed {seed}\n" + "\n".join(f"{count:>8,} {what}" for what, count in sorted(counts.items())))
    bad = sum(count for what, count in counts.items() if what.endswith("FAILURE"))
    answer(f"{bad} failures" + (f", in {into}" if bad else ""))
    sys.exit(int(bad > 0))


if __name__ == "__main__":
    main()
