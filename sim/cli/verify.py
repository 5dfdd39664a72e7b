"""`drawdown verify`: the model against paper and pencil."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.codes import BROKEN, DONE, STOPPED, UNMET
from sim.cli.options import Whole, manners, places
from sim.experiment.limits import MOST_SEED

if TYPE_CHECKING:
    from sim.experiment.planning import Stage
    from sim.experiment.tie_shuffles import Ties
    from sim.experiment.verification import Verified

_MOST_SHUFFLES = 100


@click.command("verify")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--seed", type=Whole(0, MOST_SEED), help="Whose luck.  [default: 20231231, so that nothing flakes]")
@click.option("--fresh", is_flag=True, help="A seed that nobody has seen.")
@click.option("--shuffle-ties", "shuffles", type=Whole(1, _MOST_SHUFFLES), metavar="N",
              help="Play N more times with the order of what has no written order shuffled.")
@click.option("--page", type=click.Path(path_type=Path), metavar="FILE",
              help="Write one page of HTML: a dot an expectation, and what is not known.")
@places
@manners
@click.pass_obj
def verify(stage: Stage | None, /, paths: Sequence[str], **options: Any) -> int:
    """Plays oracles: scenarios whose figures are known on paper, and says which of them hold.

    PATH is a file or a folder of oracles; without one, those that come with drawdown. Exit code 1 where one does not
    hold.
    """  # fmt: skip
    from sim.cli.options import where_of  # noqa: PLC0415 - what is below loads numpy and more
    from sim.cli.progress import Progress  # noqa: PLC0415 - as above
    from sim.cli.say import answer, answer_json, complain  # noqa: PLC0415 - as above
    from sim.cli.verified_answer import verified_lines, verified_plain  # noqa: PLC0415 - as above
    from sim.errors import InputError, ResultsError  # noqa: PLC0415 - as above
    from sim.experiment import planning, tie_shuffles, verification  # noqa: PLC0415 - as above

    on = stage or planning.stage
    seed, where, page = _seed(options), where_of(options), options["page"]
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
        complain("stopped; oracles are played from the start")
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
    """Raises `InputError` where the page can't be written, before anything is played."""
    if page is None:
        return
    from sim.errors import InputError  # noqa: PLC0415 - as above
    from sim.results.targets import problem_of_target  # noqa: PLC0415 - as above

    problem = problem_of_target("--page", page)
    if problem is not None:
        raise InputError([problem])


def _write_page(page: Path | None, found: Verified, ties: Sequence[Ties]) -> bool:
    """Writes the page where one was asked for; what goes wrong is told after the answer."""
    if page is None:
        return True
    from sim.cli.say import complain, note  # noqa: PLC0415 - as above
    from sim.errors import ResultsError  # noqa: PLC0415 - as above
    from sim.figures import verified  # noqa: PLC0415 - as above
    from sim.results.files import sentences, write_whole  # noqa: PLC0415 - as above

    try:
        with sentences(f"{page} can't be written"):
            write_whole(page, verified.page(found, ties).encode("utf-8", "backslashreplace"))
    except ResultsError as error:
        complain(str(error))
        return False
    note(f"{page}: the page of all dots")
    return True


def _seed(options: Mapping[str, Any]) -> int:
    from sim.errors import InputError, Problem  # noqa: PLC0415 - as above
    from sim.experiment.verification import SEED  # noqa: PLC0415 - loads much

    if options["fresh"]:
        if options["seed"] is not None:
            raise InputError([Problem("--fresh", "--seed says whose luck: give one of them")])
        import secrets  # noqa: PLC0415 - only here

        return secrets.randbelow(2**48)
    return SEED if options["seed"] is None else int(options["seed"])
