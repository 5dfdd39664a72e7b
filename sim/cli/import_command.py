"""`drawdown import`: an inventory, a list of incidents or a schedule in CSV or XLSX as a part of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Whole, manners
from sim.cli.terminal import DONE, answer, answer_json
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.scenario.inventory.rows import How, Inventory

_MOST_ROW = 10_000
_OF_ONE = {"mass": "mass of one lot", "value": "value of one lot", "floor": "pallet positions of one lot"}


@click.command("import")
@click.argument("inventory", metavar="INVENTORY")
@click.option("--into", metavar="FILE", help="Write a fragment of a scenario: FILE, which must not exist.")
@click.option("--map", "heads", multiple=True, metavar="HEAD=FIELD",
              help='What a head means: "Poids net (kg)=mass kg"; HEAD=- leaves the column out.')  # fmt: skip
@click.option("--match", "rules", multiple=True, metavar="PATTERN=CLASS",
              help='The class of descriptions: "*20 ft*=container"; the first that matches.')  # fmt: skip
@click.option("--place", metavar="NAME", help="Place of rows that name none.")
@click.option("--owner", type=click.Choice(["coe", "unoe"]), help="Owner of rows that name none.")
@click.option("--header", type=Whole(1, _MOST_ROW), metavar="ROW", help="Row of the heads.  [default: the only one]")
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook.  [default: the only one]")
@click.option("--encoding", metavar="NAME", help="Encoding of CSV.  [default: UTF-8, or UTF-16 with its mark]")
@click.option("--separator", metavar="SIGN", help="Separator of CSV.  [default: the only one possible]")
@click.option("--decimal", type=click.Choice(["comma", "point"]), help="Decimal mark, where a number has two readings.")
@click.option("--events", is_flag=True, help="Rows are incidents (ACLED's columns): listed alarms of places.")
@click.option("--scenario", metavar="FILE", help="With --events: whose places, calendar and known_until count.")
@click.option("--within", metavar="DISTANCE", help='With --events: from a place\'s position, such as "20 km".')
@click.option("--location", "locations", multiple=True, metavar="NAME=PLACE",
              help="With --events: incidents at this location are at that place.")  # fmt: skip
@click.option("--hours", metavar="04:00-06:00", help="With --events: when an alarm begins and ends on its day.")
@click.option("--known-until", metavar="DATE", help="With --events: use nothing after it.  [default: the scenario's]")
@click.option("--schedule", metavar="LIFT", help="Rows are departures of aircraft.NAME or vessels.NAME.")
@manners
def import_inventory(inventory: str, **options: Any) -> int:
    """Read an inventory in CSV or XLSX, print totals for control, and write its lots as a fragment of a scenario.

    With --events the rows are incidents, and become listed alarms of the places that they are near; --match says by
    pattern of "event_type: sub_event_type" what is an alarm ("Protests*=alarm") and what is not ("Battles*=-"). With
    --schedule they are departures. Rows that are not used are named with the reason.

    Heads are known in English, French and Arabic. Nothing is guessed: what has two readings is asked for, and every
    cell that can't be read is reported by file, sheet, row and column. Exit code 2 if there is any.
    """
    from sim.scenario.inventory.fragment import fragment
    from sim.scenario.inventory.opening import read_inventory

    if options["events"] or options["schedule"] is not None:
        return _import_list(inventory, options)
    rules = _pairs(options["rules"], "--match", "PATTERN=CLASS")
    found = read_inventory(
        inventory, how=_how(options), encoding=options["encoding"], separator=_sign(options["separator"]),
        sheet=options["sheet"],
    )  # fmt: skip
    if options["into"] is not None:
        _write(options["into"], fragment(found, rules))
    if options["as_json"]:
        answer_json(_plain(found, rules, options["into"]))
    elif not options["quiet"]:
        answer("\n".join(_lines(found, rules, options["into"])))
    return DONE


def _import_list(file: str, options: Mapping[str, Any]) -> int:
    from sim.cli.import_lists import of_events, of_schedule
    from sim.scenario.inventory.opening import read_sheet

    if options["events"] and options["schedule"] is not None:
        raise InputError([Problem("--schedule", "rows are either incidents or departures: give one of the options")])
    sheet = read_sheet(
        file, encoding=options["encoding"], separator=_sign(options["separator"]), sheet=options["sheet"]
    )
    if options["events"]:
        rules = _pairs(options["rules"], "--match", "PATTERN=alarm or PATTERN=-")
        locations = _pairs(options["locations"], "--location", "NAME=PLACE")
        text, plain, lines = of_events(sheet, options, rules, locations)
    else:
        text, plain, lines = of_schedule(sheet, options["schedule"])
    into = options["into"]
    if into is not None:
        _write(into, text)
        lines.append(f"{into}: written; next: extends: {into}, in a scenario")
    if options["as_json"]:
        answer_json({**plain, "written": into})
    elif not options["quiet"]:
        answer("\n".join(lines))
    return DONE


def _how(options: Mapping[str, Any]) -> How:
    from sim.scenario.inventory.rows import How

    heads = dict(_pairs(options["heads"], "--map", "HEAD=FIELD"))
    return How(options["header"], heads, options["decimal"], options["place"], options["owner"])


def _pairs(given: Sequence[str], option: str, form: str) -> list[tuple[str, str]]:
    pairs = [text.rpartition("=") for text in given]
    wrong = [text for text, (left, _, right) in zip(given, pairs, strict=True) if not left.strip() or not right.strip()]
    if wrong:
        raise InputError([Problem(option, "this has another form", text[:60], form) for text in wrong])
    return [(left.strip(), right.strip()) for left, _, right in pairs]


def _sign(text: str | None) -> str | None:
    sign = {"tab": "\t", "\\t": "\t"}.get(text or "", text)
    if sign is not None and len(sign) != 1:
        raise InputError([Problem("--separator", "this is not one sign", sign[:20], "such as ; or tab")])
    return sign


def _write(file: str, text: str) -> None:
    try:
        with open(file, "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError([Problem(file, "already exists, and was not changed; choose another name")]) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a possible name"
        raise InputError([Problem(file, f"cannot be written: {why}")]) from None


def _lines(found: Inventory, rules: list[tuple[str, str]], into: str | None) -> list[str]:
    from sim.cli.text import clipped, wrapped
    from sim.scenario.inventory.fragment import groups_of, said, totals_of

    sheet = f", sheet {clipped(found.sheet.sheet, 40)}" if found.sheet.sheet else ""
    lines = wrapped(f"{clipped(found.sheet.file, 80)}{sheet}: heads in row {found.header}; {said(totals_of(found))}")
    used = ", ".join(f"{clipped(head, 30)} = {_OF_ONE.get(name, name)}" for head, name in found.used)
    lines += wrapped(f"columns: {used}", "  ")
    if found.unused:
        lines += wrapped(f"not used: {', '.join(clipped(head, 30) for head in found.unused[:20])}", "  ")
    if found.totals:
        rows = ", ".join(str(row) for row in found.totals[:12])
        lines += wrapped(f"rows of totals that agree: {rows}", "  ")
    groups = groups_of(found, rules)
    for group in groups[:40]:
        lots, kg = sum(row.count for row in group.rows), sum(row.count * (row.kg or 0) for row in group.rows)
        lines.append(f"  {clipped(group.name, 40):<40}{lots:>8,} lots{kg / 1000:>12,.1f} t")
    if len(groups) > 40:  # noqa: PLR2004 - as many as are shown
        lines.append(f"  … and {len(groups) - 40:,} more classes")
    return [*lines, *([] if into is None else wrapped(f"{into}: written; next: extends: {into}, in a scenario"))]


def _plain(found: Inventory, rules: list[tuple[str, str]], into: str | None) -> dict[str, Any]:
    from sim.scenario.inventory.fragment import class_of, groups_of, totals_of

    totals = totals_of(found)
    return {
        "file": found.sheet.file, "sheet": found.sheet.sheet, "sha256": found.sheet.sha256, "header": found.header,
        "columns": [{"head": head, "field": name} for head, name in found.used], "not_used": list(found.unused),
        "rows": totals.rows, "lots": totals.lots, "kg": totals.kg, "usd": totals.usd,
        "lots_without_mass": totals.without_mass, "lots_not_serviceable": totals.unserviceable,
        "classes": {
            group.name: {"lots": sum(row.count for row in group.rows), **class_of(group)}
            for group in groups_of(found, rules)
        },
        "written": into,
    }  # fmt: skip
