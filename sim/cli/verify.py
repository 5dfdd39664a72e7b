"""`drawdown verify`: the model against paper and pencil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.codes import BROKEN, DONE, STOPPED, UNMET
from sim.cli.options import MOST_SEED, Whole, manners, places

if TYPE_CHECKING:
    from sim.experiment.planning import Stage
    from sim.experiment.verifying import Checked, Oracle, Verified

_NAME = 40


@click.command("verify")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--seed", type=Whole(0, MOST_SEED), help="Whose luck.  [default: 20231231, so that nothing flakes]")
@click.option("--fresh", is_flag=True, help="A seed that nobody has seen.")
@places
@manners
@click.pass_obj
def verify(stage: Stage | None, /, paths: Sequence[str], **options: Any) -> int:
    """Plays oracles: scenarios whose figures are known on paper, and says which of them hold.

    PATH is a file or a folder of oracles; without one, those of the project. Exit code 1 where one does not hold.
    """
    from sim.cli.options import where_of  # noqa: PLC0415 - what is below loads numpy and more
    from sim.cli.progress import Progress  # noqa: PLC0415 - as above
    from sim.cli.say import answer, answer_json, complain  # noqa: PLC0415 - as above
    from sim.errors import InputError, ResultsError  # noqa: PLC0415 - as above
    from sim.experiment import planning, verifying  # noqa: PLC0415 - as above

    on = stage or planning.stage
    seed = _seed(options)
    where = where_of(options)
    oracles = verifying.oracles_in(paths)
    problems = verifying.problems_of(oracles, on)
    if problems:
        raise InputError(problems)
    progress = Progress("verify", options["quiet"])
    try:
        found = verifying.verify(oracles, seed, where, progress, on)
    except ResultsError as error:
        complain(str(error))
        return BROKEN
    except KeyboardInterrupt:
        complain("stopped; oracles are played from the start")
        return STOPPED
    finally:
        progress.end()
    if options["as_json"]:
        answer_json(_plain(found))
    else:
        answer("\n".join(_lines(found)))
    if any(oracle.failures for oracle in found.oracles):
        return BROKEN
    return DONE if found.holds else UNMET


def _seed(options: Mapping[str, Any]) -> int:
    from sim.errors import InputError, Problem  # noqa: PLC0415 - as above
    from sim.experiment.verifying import SEED  # noqa: PLC0415 - loads much

    if options["fresh"]:
        if options["seed"] is not None:
            raise InputError([Problem("--fresh", "--seed says whose luck: give one of them")])
        import secrets  # noqa: PLC0415 - only here

        return secrets.randbelow(2**48)
    return SEED if options["seed"] is None else int(options["seed"])


def _lines(found: Verified) -> Iterator[str]:
    """A line an expectation: a dot, what was expected and found, the z, and the error that would have shown."""
    from sim.cli.words import plural  # noqa: PLC0415 - as above

    for oracle in found.oracles:
        for one in oracle.checked:
            yield _line(oracle, one)
        for failure in oracle.failures[:3]:
            yield f"  replication {failure.replication} failed: {failure.error}"
    holding = sum(oracle.holds for oracle in found.oracles)
    yield ""
    yield f"{holding} of {plural(len(found.oracles), 'oracle')} hold; seed {found.seed}"
    if found.zs:
        worst = max(found.zs, key=abs)
        low, high = found.band
        yield (
            f"Of {len(found.zs)} figures of chance the worst is z {worst:+.2f}, the limit {found.limit:.2f}; "
            f"their squares sum to {found.squares:.1f}, in a band from {low:.1f} to {high:.1f}"
        )
    yield "What holds is the arithmetic of the rules. Whether the rules are right, and their inputs, no oracle knows."


def _line(oracle: Oracle, one: Checked) -> str:
    from sim.cli.words import clipped, padded  # noqa: PLC0415 - as above

    dot = "●" if one.found.holds else "○ DOES NOT HOLD:"
    name = padded(clipped(Path(oracle.file).stem, _NAME - 1), _NAME)
    if one.expected.same_as is not None:
        differs = f"; differs in {one.found.said}" if one.found.said else ""
        return f"{dot} {name} the same as {one.expected.same_as} by place, {_times(one)}{differs}"
    at = f" at {one.expected.at}" if one.expected.at else ""
    of = "" if one.expected.test == "exact" else f" ({_of(one.expected.of)} of {one.expected.replications:,})"
    line = f"{dot} {name} {one.expected.response}{at}{of}: {_figure(one.expected.equals)}"
    if not one.found.holds or one.found.z is not None:
        line += f", found {_figure(one.found.value)}"
    if one.found.z is not None:
        line += f", z {one.found.z:+.2f}"
    if one.found.bias is not None and one.found.bias < 1:
        line += f"; an error of {100 * one.found.bias:.2g} % would have shown"
    return line


def _times(one: Checked) -> str:
    return "1 replication" if one.expected.replications == 1 else f"{one.expected.replications:,} replications"


def _of(of: Any) -> str:
    return of if isinstance(of, str) else f"share at {of['share_at']:g}"


def _figure(value: float | None) -> str:
    return "a share of nothing" if value is None else f"{value:.7g}"


def _plain(found: Verified) -> dict[str, Any]:
    return {
        "seed": found.seed, "holds": found.holds, "limit": found.limit, "squares": found.squares,
        "band": list(found.band),
        "oracles": [
            {"file": oracle.file, "name": oracle.name, "seed": oracle.seed, "holds": oracle.holds,
             "failed": len(oracle.failures), "expectations": [_plain_one(one) for one in oracle.checked]}
            for oracle in found.oracles
        ],
    }  # fmt: skip


def _plain_one(one: Checked) -> dict[str, Any]:
    expected, found = one.expected, one.found
    return {
        "response": expected.response, "at": expected.at, "of": _of(expected.of), "test": expected.test,
        "equals": expected.equals, "same_as": expected.same_as, "value": found.value, "z": found.z, "bias": found.bias,
        "holds": found.holds, "kills": list(expected.kills),
    }  # fmt: skip
