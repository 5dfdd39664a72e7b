"""The commands about scenario files: `check`, `schema`, `new` and `trace`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from sim.cli import completion
from sim.cli.options import Whole, changes, manners
from sim.cli.terminal import DONE, SHOWN, WRONG, answer, answer_json, note
from sim.errors import InputError, Problem
from sim.experiment.limits import MOST_REPLICATIONS
from sim.figures.labels import counted

if TYPE_CHECKING:
    from pathlib import Path

    from sim.api.checking import Checked
    from sim.scenario.door import Loaded

_CSV = "when,at_s,kind,place,lot,lift,people,detail"
"""The columns of a trace as a table."""


@click.command()
@click.argument("scenarios", metavar="SCENARIO...", nargs=-1, required=True,
                shell_complete=completion.sweeps)  # fmt: skip
@click.option("--sources", is_flag=True, help="List numbers without a source, and count numbers by kind of source.")
@click.option("--pedigree", is_flag=True, help="List every input by the grade of its source, the worst last.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors; with --sources, also numbers without a source.")
@click.option("--set", "sets", metavar="PATH=VALUE", multiple=True, help="Change the scenario; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
@click.option("--quiet", is_flag=True, help="Report only problems and warnings.")
@click.pass_context
def check(
    context: click.Context,
    scenarios: tuple[str, ...],
    sources: bool,
    pedigree: bool,
    strict: bool,
    sets: tuple[str, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Read and validate scenario files, and sweep files; shipped ones also by name.

    All problems are reported together: file, line, path, what is wrong, what is allowed. Exit code 2
    if there is any. `-` means standard input.
    """
    from sim.cli.standard_input import given

    content = given(scenarios)
    findings = [_finding(file, content, sets, strict, sources, pedigree) for file in scenarios]
    if as_json:
        answer_json({"scenarios": findings}, 2)
    else:
        for finding in findings:
            _report(finding, quiet)
    if not all(finding["right"] for finding in findings):
        context.exit(WRONG)


def _finding(
    file: str, content: bytes | None, sets: tuple[str, ...], strict: bool, sources: bool, pedigree: bool
) -> dict[str, Any]:
    """Returns the findings about one file, as plain data."""
    from sim.api.checking import checked
    from sim.scenario.reading import STDIN, STDIN_SHOWN

    found = checked(STDIN_SHOWN, sets, strict, content) if file == STDIN else checked(file, sets, strict)
    if found.problems:
        return {"file": found.file, "right": False, "problems": _plain(found.problems)}
    finding: dict[str, Any]
    finding = {"file": found.file, "right": True, "problems": [], "warnings": _plain(found.warnings)}
    if found.scenario is None:
        return finding | _size_of_sweep(found)
    finding |= {
        "hash": found.scenario.scenario.hash(),
        "extends": [list(pair) for pair in found.scenario.files],
        **_size(found.scenario),
        "planner": _planner(found.scenario),
    }
    if sources:
        without = _plain(found.unsourced)
        finding |= {"sources": found.sources, "unsourced": without}
        if strict and without:
            finding |= {"right": False, "problems": without, "unsourced": []}
    if pedigree:
        from sim.cli.pedigree_answer import plain_pedigree
        from sim.scenario.pedigree import pedigree as pedigree_of

        finding["pedigree"] = plain_pedigree(pedigree_of(found.scenario.data))
    return finding


def _size_of_sweep(found: Checked) -> dict[str, Any]:
    plan = found.sweep
    assert plan is not None, "a file without problems is a scenario or a sweep"
    most = plan.size * plan.replications
    return {"name": plan.identity.name, "points": plan.size, "replications": most, "hash": plan.identity.hash}


def _plain(problems: Any) -> list[dict[str, Any]]:
    return [_as_plain(problem) for problem in problems]


def _as_plain(problem: Problem) -> dict[str, Any]:
    keys = ("file", "line", "path", "wrong", "got", "allowed", "nearest")
    return {key: getattr(problem, key) for key in keys} | {"text": str(problem)}


def _size(loaded: Loaded) -> dict[str, Any]:
    places = loaded.scenario.places.values()
    lots = sum(held.count for place in places for held in place.lots.values())
    return {
        "name": loaded.scenario.name,
        "places": len(places),
        "lots": lots,
        "people": sum(place.headcount for place in places),
    }


def _planner(loaded: Loaded) -> list[dict[str, Any]]:
    """Returns what lift and crews can do by planning factors, a row a place."""
    from sim.scenario.capability import capabilities

    return [row.plain(loaded.scenario.time) for row in capabilities(loaded.scenario)]


def _report(finding: dict[str, Any], quiet: bool) -> None:
    _list(finding["problems"], "problem")
    _list(finding.get("warnings", []), "warning")
    if not finding["right"] or quiet:
        return
    from sim.errors import visible

    if "points" in finding:
        size = f"a sweep of {counted(finding['points'], 'point')}, {counted(finding['replications'], 'replication')}"
    else:
        places, lots = counted(finding["places"], "place"), counted(finding["lots"], "lot")
        size = f"{places}, {lots}, {finding['people']:,} people"
    answer(f"{visible(finding['file'])}: OK; {size}; {finding['hash'][:8]}")
    if finding.get("planner") and not {"sources", "pedigree"} & set(finding):
        from sim.cli.planner_answer import planner_lines

        for line in planner_lines(finding["planner"]):
            answer(line)
    if "sources" in finding:
        _list(finding["unsourced"], "number without a source", "numbers without a source", answer)
        counts = ", ".join(f"{count:,} {kind}" for kind, count in finding["sources"].items())
        answer(f"numbers by source: {counts}")
    if "pedigree" in finding:
        from sim.cli.pedigree_answer import pedigree_lines

        for line in pedigree_lines(finding["pedigree"]):
            answer(line)


def _list(entries: list[dict[str, Any]], one: str, many: str = "", say: Callable[[str], None] = note) -> None:
    """Prints the first 20 entries, one line each, and the count of all."""
    head = "warning: " if one == "warning" else ""
    for entry in entries[:SHOWN]:
        say(f"{head}{entry['text']}")
    if len(entries) > SHOWN:
        say(f"… and {len(entries) - SHOWN:,} more; --json lists all")
    if entries:
        say(counted(len(entries), one, many or None))


@click.command()
@click.argument("kind", type=click.Choice(["scenario", "sweep"]), default="scenario")
def schema(kind: str) -> None:
    """Print the JSON Schema of a scenario file or of a sweep file, for editors."""
    from sim.scenario.schema import json_schema, sweep_schema

    answer_json({"scenario": json_schema, "sweep": sweep_schema}[kind](), 2)


@click.command()
@click.argument("name")
@click.option("--inventory", "sheet", flag_value="inventory", help="Write an empty sheet for an inventory: NAME.csv.")
@click.option("--events", "sheet", flag_value="events", help="Write an empty sheet for incidents: NAME.csv.")
@click.option("--schedule", "sheet", flag_value="schedule", help="Write an empty sheet for departures: NAME.csv.")
@click.option("--quiet", is_flag=True, help="Print nothing.")
@click.pass_context
def new(context: click.Context, name: str, sheet: str | None, quiet: bool) -> None:
    """Write a commented scenario to start from: NAME.yaml. Existing files are never overwritten."""
    from pathlib import Path

    from sim.errors import visible

    endings = (".csv",) if sheet else (".yaml", ".yml")
    file = Path(name if name.endswith(endings) else f"{name}{endings[0]}")
    try:
        if Path(name).name in ("", ".."):
            raise ValueError(name)
        text = _sheet(sheet) if sheet else _scenario(file)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        note(f"{file}: already exists, and was not changed; choose another name")
        context.exit(WRONG)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a possible name"
        note(f"{file}: cannot be written: {why}")
        context.exit(WRONG)
    if not quiet:
        options = {"events": " --events --scenario FILE", "schedule": " --schedule aircraft.NAME"}.get(sheet or "", "")
        shown = visible(str(file))
        follows = f"import {shown}{options}" if sheet else f"check {shown} --sources"
        answer(f"{visible(str(file))}: written; next: drawdown {follows}")


def _scenario(file: Path) -> str:
    from sim.errors import visible
    from sim.scenario.template import template

    return template(visible(file.stem), visible(str(file)))


def _sheet(kind: str) -> str:
    from sim.scenario.inventory import heads, incidents, timetables

    return {"inventory": heads.TEMPLATE, "events": incidents.TEMPLATE, "schedule": timetables.TEMPLATE}[kind]


@click.command("trace")
@click.argument("scenario", shell_complete=completion.scenarios)
@click.option("-k", "--replication", type=Whole(1, MOST_REPLICATIONS), default=1, show_default=True,
              help="Number of the replication.")  # fmt: skip
@click.option("--lot", metavar="ID", help="Print the life of this lot, such as tessalit/generator/17.")
@click.option("--place", "places", multiple=True, metavar="PLACE", help="Only events at this place.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only events of this kind, such as departs.")
@click.option("--from", "begin", metavar="DATE", help="Only events from this day or instant on.")
@click.option("--until", "end", metavar="DATE", help="Only events to the end of this day, or before this instant.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the events as a CSV table.")
@changes
@manners
def trace(scenario: str, replication: int, lot: str | None, without: tuple[str, ...], **options: Any) -> int:
    """Run one replication and print its events in the order of time.

    Options --place and --kind can be given more than once.

    `-` as SCENARIO means standard input.
    """
    from sim.cli.standard_input import given, load_from

    loaded = load_from(scenario, given([scenario]), options["sets"], options["strict"])
    if not options["quiet"]:
        for warning in loaded.warnings:
            note(f"warning: {warning}")
    if lot is None:
        _report_events(loaded, replication, without, options)
    elif any(options[name] for name in ("places", "kinds", "begin", "end", "as_csv")):
        raise InputError([Problem("--lot", "the life of a lot is whole; leave out --place, --kind, --from, --until "
                                  "and --csv")])  # fmt: skip
    else:
        _report_lot(loaded, options["seed"], replication, lot, without, options["as_json"])
    return DONE


def _report_events(loaded: Loaded, replication: int, without: tuple[str, ...], options: Mapping[str, Any]) -> None:
    from sim.api.tracing import events_of, filter_of

    if options["as_csv"] and options["as_json"]:
        raise InputError([Problem("--csv", "give one of --csv and --json")])
    wanted = filter_of(loaded, options["places"], options["kinds"], options["begin"], options["end"])
    seed = options["seed"]
    events = list(wanted.chosen(events_of(loaded, seed, replication, without)))
    if options["as_csv"]:
        from sim.results.files import one_line

        lines = [one_line((event.when, event.at_s, *event[2:])) for event in events]
        answer("\n".join([_CSV, *lines]))
        return
    if options["as_json"]:
        rows = [{"at": _when(loaded, event.at_s)} | event._asdict() for event in events]
        answer_json({"replication": replication, "seed": seed, "events": rows}, None)
        return
    lines = [_event_line(_when(loaded, event.at_s), event._asdict()) for event in events]
    answer("\n".join(lines) if lines else "no such event")


def _when(loaded: Loaded, at_s: float) -> str:
    return loaded.scenario.time.local(at_s).isoformat(" ", "seconds")


def _event_line(when: str, event: dict[str, Any]) -> str:
    from sim.cli.text import clipped

    said = [str(event[name]) for name in ("place", "lift", "lot") if event.get(name)]
    people = event.get("people")
    said += [f"{people} people"] if people else []
    said += [str(event["detail"])] if event.get("detail") else []
    return f"{when}  {clipped(str(event['kind']), 22):<22}  {clipped('  '.join(said), 200)}".rstrip()


def _report_lot(loaded: Loaded, seed: int, replication: int, lot: str, without: tuple[str, ...], as_json: bool) -> None:
    from sim.api.tracing import story_of
    from sim.cli.text import clipped

    story = story_of(loaded, seed, replication, lot, without)
    if as_json:
        answer_json({"lot": lot, "replication": replication, "story": story}, None)
    else:
        answer("\n".join(clipped(sentence, 400) for sentence in story))
