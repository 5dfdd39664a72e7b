"""`drawdown verify`: checks the model against results known from theory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Whole, backend_of, manners, places
from sim.cli.terminal import BROKEN, DONE, STOPPED, UNMET, Progress, answer, answer_json, complain, note
from sim.cli.text import clipped, padded, wrapped
from sim.errors import InputError, Problem, ResultsError
from sim.experiment.limits import MOST_SEED
from sim.figures.labels import counted

if TYPE_CHECKING:
    from sim.experiment.planning import ModelOf
    from sim.experiment.tie_shuffles import Ties
    from sim.experiment.verification import CheckedExpectation, Oracle, Verified

_MOST_SHUFFLES = 100
_NAME = 40


@click.command("verify")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--seed", type=Whole(0, MOST_SEED), help="Random seed.  [default: 20231231, so that results repeat]")
@click.option("--fresh", is_flag=True, help="Use a new random seed.")
@click.option(
    "--shuffle-ties",
    "shuffles",
    type=Whole(1, _MOST_SHUFFLES),
    metavar="N",
    help="Run N more times with ties without a defined order shuffled.",
)
@click.option(
    "--page",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write one page of HTML: a dot for each expectation, and what is not verified.",
)
@places
@manners
@click.pass_obj
def verify(model_of: ModelOf | None, /, paths: Sequence[str], **options: Any) -> int:
    """Run oracles: scenarios with results known from theory; report which of them hold.

    PATH is a file or a folder of oracles; the default is those that come with drawdown. Exit code 1 if one does not
    hold.
    """  # fmt: skip
    from sim.experiment import planning, tie_shuffles, verification

    on = model_of or planning.model_of
    seed, where, page = _seed(options), backend_of(options), options["page"]
    _check_page(page)
    oracles = verification.oracles_in(paths)
    problems = verification.problems_of(oracles, on)
    if problems:
        raise InputError(problems)
    ties: tuple[Ties, ...] = ()
    progress = Progress("verify", options["quiet"])
    try:
        found = verification.verify(oracles, seed, where, progress, on)
        progress.end()
        if options["shuffles"]:
            progress = Progress("verify, ties shuffled", options["quiet"])
            ties = tie_shuffles.shuffle(oracles, seed, options["shuffles"], where, progress)
    except ResultsError as error:
        complain(str(error))
        return BROKEN
    except KeyboardInterrupt:
        complain("stopped; oracles start again from the beginning")
        return STOPPED
    finally:
        progress.end()
    if options["as_json"]:
        answer_json(verified_plain(found, ties))
    else:
        answer("\n".join(verified_lines(found, ties)))
    written = _write_page(page, found, ties)
    return _code(found, ties) if written else BROKEN


def _code(found: Verified, ties: Sequence[Ties]) -> int:
    if any(oracle.failures for oracle in found.oracles) or any(one.failures for one in ties):
        return BROKEN
    return DONE if found.holds and all(one.holds for one in ties) else UNMET


def _check_page(page: Path | None) -> None:
    """Raises `InputError` before anything runs if the page can't be written."""
    if page is None:
        return
    from sim.results.targets import problem_of_target

    problem = problem_of_target("--page", page)
    if problem is not None:
        raise InputError([problem])


def _write_page(page: Path | None, found: Verified, ties: Sequence[Ties]) -> bool:
    """Writes the page if requested; reports a failure after the answer."""
    if page is None:
        return True
    from sim.figures import verification_page
    from sim.results.files import sentences, write_whole

    try:
        with sentences(f"{page} can't be written"):
            write_whole(page, verification_page.page(found, ties).encode("utf-8", "backslashreplace"))
    except ResultsError as error:
        complain(str(error))
        return False
    note(f"{page}: written")
    return True


def _seed(options: Mapping[str, Any]) -> int:
    from sim.experiment.verification import SEED

    if options["fresh"]:
        if options["seed"] is not None:
            raise InputError([Problem("--fresh", "use either --fresh or --seed")])
        import secrets

        return secrets.randbelow(2**48)
    return SEED if options["seed"] is None else int(options["seed"])


# the answer


def verified_lines(found: Verified, ties: Sequence[Ties]) -> Iterator[str]:
    """Yields a line for each expectation: a dot, expected and found value, z, and the smallest detectable error."""
    from sim.figures.verification_page import NOT_KNOWN

    of_file = {one.file: one for one in ties}
    for oracle in found.oracles:
        shuffled = of_file.get(oracle.file)
        for at, one in enumerate(oracle.checked):
            yield _line(oracle, one) + (_tied(shuffled) if shuffled is not None and at == 0 else "")
        for failure in oracle.failures[:3]:
            yield f"  replication {failure.replication} failed: {failure.error}"
        if shuffled is not None:
            yield from (f"  ○ DEPENDS ON THE ORDER OF TIES: {said}" for said in shuffled.differs[:3])
            yield from (f"  ties: replication {one.replication} failed: {one.error}" for one in shuffled.failures[:3])
    yield ""
    yield from _together(found)
    yield from _ties_together(ties)
    yield ""
    yield "What is not verified:"
    for name, said in NOT_KNOWN:
        first, *rest = wrapped(f"{name}. {said}", "    ")
        yield "  - " + first.lstrip()
        yield from rest


def _tied(ties: Ties) -> str:
    return f"; {counted(ties.shuffled, 'tie')} shuffled"


def _together(found: Verified) -> Iterator[str]:
    holding = sum(oracle.holds for oracle in found.oracles)
    yield f"{holding} of {counted(len(found.oracles), 'oracle')} hold; seed {found.seed}"
    if found.zs:
        worst = max(found.zs, key=abs)
        low, high = found.band
        yield (
            f"Of {len(found.zs)} statistical values the worst is z {worst:+.2f}, the limit {found.limit:.2f}; "
            f"the sum of squares is {found.squares:.1f}, in a band from {low:.1f} to {high:.1f}"
        )


def _ties_together(ties: Sequence[Ties]) -> Iterator[str]:
    if not ties:
        return
    runs = sum(one.replications * one.times for one in ties)
    some, shuffled = sum(one.shuffled > 0 for one in ties), sum(one.shuffled for one in ties)
    hanging = sum(not one.holds for one in ties)
    said = "no result depends on it" if not hanging else f"RESULTS OF {counted(hanging, 'oracle')} DEPEND ON IT"
    yield (
        f"{counted(runs, 'more replication')} with {counted(shuffled, 'tie')} without a defined order shuffled, "
        f"in {counted(some, 'oracle')}: {said}"
    )


def _line(oracle: Oracle, one: CheckedExpectation) -> str:
    dot = "●" if one.found.holds else "○ DOES NOT HOLD:"
    name = padded(clipped(Path(oracle.file).stem, _NAME - 1), _NAME)
    if one.expected.same_as is not None:
        differs = f"; differs in {one.found.said}" if one.found.said else ""
        number = counted(one.expected.replications, "replication")
        return f"{dot} {name} the same as {one.expected.same_as} by place, {number}{differs}"
    at = f" at {one.expected.at}" if one.expected.at else ""
    of = "" if one.expected.test == "exact" else f" ({_of(one.expected.of)} of {one.expected.replications:,})"
    line = f"{dot} {name} {one.expected.response}{at}{of}: {_figure(one.expected.equals)}"
    if not one.found.holds or one.found.z is not None:
        line += f", found {_figure(one.found.value)}"
    if one.found.z is not None:
        line += f", z {one.found.z:+.2f}"
    if one.found.bias is not None and one.found.bias < 1:
        line += f"; an error of {100 * one.found.bias:.2g} % would be detected"
    return line


def _of(of: Any) -> str:
    return of if isinstance(of, str) else f"share at {of['share_at']:g}"


def _figure(value: float | None) -> str:
    return "undefined (0 of 0)" if value is None else f"{value:.7g}"


def verified_plain(found: Verified, ties: Sequence[Ties]) -> dict[str, Any]:
    """Returns the same as plain data, for --json; `ties` only if they were shuffled."""
    from sim.figures.verification_page import NOT_KNOWN

    said: dict[str, Any] = {
        "seed": found.seed, "holds": found.holds and all(one.holds for one in ties), "limit": found.limit,
        "squares": found.squares, "band": list(found.band),
        "oracles": [
            {"file": oracle.file, "name": oracle.name, "seed": oracle.seed, "holds": oracle.holds,
             "failed": len(oracle.failures), "expectations": [_plain(one) for one in oracle.checked]}
            for oracle in found.oracles
        ],
        "not_known": [f"{name}. {sentence}" for name, sentence in NOT_KNOWN],
    }  # fmt: skip
    if ties:
        said["ties"] = [
            {"file": one.file, "replications": one.replications, "times": one.times, "shuffled": one.shuffled,
             "holds": one.holds, "differs": list(one.differs), "failed": len(one.failures)}
            for one in ties
        ]  # fmt: skip
    return said


def _plain(one: CheckedExpectation) -> dict[str, Any]:
    expected, found = one.expected, one.found
    return {
        "response": expected.response, "at": expected.at, "of": _of(expected.of), "test": expected.test,
        "equals": expected.equals, "same_as": expected.same_as, "value": found.value, "z": found.z, "bias": found.bias,
        "holds": found.holds, "kills": list(expected.kills),
    }  # fmt: skip
