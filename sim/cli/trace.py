"""`drawdown trace`: one replication, event by event; with --lot, one lot's life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.cli.codes import DONE
from sim.cli.options import Whole, changes, manners
from sim.experiment.limits import MOST_REPLICATIONS

if TYPE_CHECKING:
    from sim.scenario.door import Loaded


@click.command("trace")
@click.argument("scenario")
@click.option("-k", "--replication", type=Whole(1, MOST_REPLICATIONS), default=1, show_default=True,
              help="Number of the replication.")  # fmt: skip
@click.option("--lot", metavar="ID", help="One lot's life, such as tessalit/generator/17.")
@changes
@manners
def trace(
    scenario: str, replication: int, lot: str | None, without: tuple[str, ...], **options: Any
) -> int:
    """Plays one replication and tells what happened in it, in the order of time.

    `-` in place of SCENARIO is standard input.
    """
    from sim.cli.say import note  # noqa: PLC0415 - what is below loads numpy and more
    from sim.cli.standard_input import given, load_from  # noqa: PLC0415 - as above

    loaded = load_from(scenario, given([scenario]), options["sets"], options["strict"])
    if not options["quiet"]:
        for warning in loaded.warnings:
            note(f"warning: {warning}")
    if lot is None:
        _tell_events(loaded, options["seed"], replication, without, options["as_json"])
    else:
        _tell_lot(loaded, options["seed"], replication, lot, without, options["as_json"])
    return DONE


def _tell_events(loaded: Loaded, seed: int, replication: int, without: tuple[str, ...], as_json: bool) -> None:
    from sim.api.tracing import events_of  # noqa: PLC0415 - as above
    from sim.cli.say import answer, answer_json  # noqa: PLC0415 - as above

    events = events_of(loaded, seed, replication, without)
    if as_json:
        rows = [{"at": _when(loaded, event.at_s)} | event._asdict() for event in events]
        answer_json({"replication": replication, "seed": seed, "events": rows}, None)
        return
    lines = [_line(_when(loaded, event.at_s), event._asdict()) for event in events]
    answer("\n".join(lines) if lines else "nothing happened")


def _when(loaded: Loaded, at_s: float) -> str:
    return loaded.scenario.time.local(at_s).isoformat(" ", "seconds")


def _line(when: str, event: dict[str, Any]) -> str:
    from sim.cli.words import clipped  # noqa: PLC0415 - as above

    said = [str(event[name]) for name in ("place", "lift", "lot") if event.get(name)]
    people = event.get("people")
    said += [f"{people} people"] if people else []
    said += [str(event["detail"])] if event.get("detail") else []
    return f"{when}  {clipped(str(event['kind']), 22):<22}  {clipped('  '.join(said), 200)}".rstrip()


def _tell_lot(
    loaded: Loaded, seed: int, replication: int, lot: str, without: tuple[str, ...], as_json: bool
) -> None:
    from sim.api.tracing import story_of  # noqa: PLC0415 - as above
    from sim.cli.say import answer, answer_json  # noqa: PLC0415 - as above
    from sim.cli.words import clipped  # noqa: PLC0415 - as above

    story = story_of(loaded, seed, replication, lot, without)
    if as_json:
        answer_json({"lot": lot, "replication": replication, "story": story}, None)
    else:
        answer("\n".join(clipped(sentence, 400) for sentence in story))
