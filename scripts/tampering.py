"""Ways in which results, gates and changes on the command line can come to be wrong; each a function of dice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from mutations import EXTREME, ODD, YAML_PARTS, Dice, flip_characters

MANIFEST = "manifest.json"
JUNK: tuple[Any, ...] = (
    None, [], {}, "", "x", -1, 0, 1, 2, 0.5, 10**18, 10**400, 1e308, -1e308, 1e-320, True, False, "nan",
    "\x1b[31m", "=1+1",
    "../..", "/etc/passwd", "a" * 5000, "$x^$", "9999-12-31", "2023-02-30", [[]], [None], {"a": {}}, ["x"] * 40,
    "\u202e", "é", "\ud800",
)  # fmt: skip
CELLS = (
    "", "x", "nan", "inf", "-inf", "-1", "0", "1", "0.5", "1e308", "-1e308", "1e-320", "9" * 30, "9" * 400,
    "=x", '"', '""', "NA", "a,b", "None", "True", "\x00", "\x1b[31m", "\u202e", "$x^$", "é" * 300,
    "2023-02-30", "mission", "extracted", "+0.0",
)  # fmt: skip
RESPONSES = (
    "extracted_share", "extractd_share", "cost_usd", "people_late", "deadline_met", "fill", "closed_camp", "x", "é", "",
)  # fmt: skip
NAMES = (
    "little", "more", "1", "2", "crews", '"a b"', '"', "…", "little, more", "a" * 301, "-1", "",
    "×", "٣", "5 %", '"5 %"',
)  # fmt: skip
NUMBERS = (
    "0", "-1", "0.5", "1e6", "1e99", "1e-99", "1e999", "-0", ".5", "5.", "٣", "nan", "inf",
    "9" * 16, "1_0", "0x1", "--1", "", "1 2",
)  # fmt: skip
FIELDS = ("", ".mean", ".low", ".high", ".min", ".max", ".lwo", ".", ".mean.low", ".LOW", "._")
COMPARISONS = (">=", "<=", "==", "!=", ">", "<", "=", "=>", "<>", "≥", "", "> =")


def tampered(folder: Path, dice: Dice, others: Sequence[Path]) -> str:
    """Spoils files of a results folder, most often with hashes that fit; what, in words."""
    reported = [_spoil(dice.choice(_files(folder, dice)), dice, others) for _ in range(dice.choice((1, 1, 1, 2, 4)))]
    if dice.random() < 0.9:  # noqa: PLR2004 - else the hashes tell
        with suppress(Exception):  # a manifest that was spoiled may have no place for them
            seal(folder)
    return "; ".join(reported)


def seal(folder: Path) -> None:
    """Writes the hashes of all files into the manifest, as a stranger would."""
    said = json.loads((folder / MANIFEST).read_text())
    for name, one in said["tables"].items():
        with suppress(OSError, TypeError):
            one["sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    said["summary"]["sha256"] = hashlib.sha256((folder / "summary.json").read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(said))


def _files(folder: Path, dice: Dice) -> list[Path]:
    kind = dice.choice((MANIFEST, "summary.json", "*.csv", "*.csv"))
    return sorted(folder.glob(kind)) or sorted(path for path in folder.iterdir() if path.is_file())


def _spoil(path: Path, dice: Dice, others: Sequence[Path]) -> str:
    if dice.random() < 0.1:  # noqa: PLR2004 - mostly what is still JSON, or a table
        path.write_bytes(_bytes(path.read_bytes(), dice, others))
        return f"{path.name}: bytes"
    try:
        how = _in_json(path, dice) if path.suffix == ".json" else _in_table(path, dice)
    except (ValueError, RecursionError):  # it was spoiled before
        path.write_bytes(_bytes(path.read_bytes(), dice, others))
        how = "bytes"
    return f"{path.name}: {how}"


def _bytes(content: bytes, dice: Dice, others: Sequence[Path]) -> bytes:
    at, end = sorted((dice.randrange(len(content) + 1), dice.randrange(len(content) + 1)))
    return dice.choice((
        content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :], content[:at], content[at:], b"",
        content[:at] + content[end:], content[:end] + content[at:], content[:at] + b"\r" + content[at:],
        content.replace(b",", b";"), content + content, dice.choice(others).read_bytes(),
    ))  # fmt: skip


def _in_json(path: Path, dice: Dice) -> str:
    said = json.loads(path.read_text())
    holder, key = _somewhere(said, dice)
    if holder is None:
        path.write_text(json.dumps(dice.choice(JUNK)))
        return "all of it"
    old, what = holder[key], dice.randrange(8)
    if what == 0:
        del holder[key]
    elif what == 1:
        holder[key] = [old]
    elif what == 2:  # noqa: PLR2004 - of eight ways
        holder[key] = _turned(old, dice)
    elif what == 3 and isinstance(old, list) and old:  # noqa: PLR2004
        holder[key] = dice.choice((old + old, old[:-1], old[::-1], []))
    elif what == 4 and isinstance(holder, dict):  # noqa: PLR2004
        holder[dice.choice((f"{key}s", "", "x", *ODD))] = holder.pop(key)
    elif what == 5:  # noqa: PLR2004
        other, there = _somewhere(said, dice)
        holder[key] = old if other is None else json.loads(json.dumps(other[there]))
    else:
        holder[key] = dice.choice(JUNK)
    path.write_text(json.dumps(said))
    return f"{key!r} by way {what}"


def _turned(value: Any, dice: Dice) -> Any:
    """Nearly the same: another number, or the number as text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)[: dice.randrange(40)]
    return dice.choice((value + 1, -value, value * 10, value / 2, str(value), float(value) + 1e-9))


def _somewhere(value: Any, dice: Dice) -> tuple[Any, Any]:
    """A holder and a key in it, as deep as may be; nothing in what holds nothing."""
    holder, key = None, None
    while isinstance(value, dict | list) and value:
        if holder is not None and dice.random() < 0.25:  # noqa: PLR2004 - seldom high up
            break
        holder = value
        key = dice.choice(sorted(value)) if isinstance(value, dict) else dice.randrange(len(value))
        value = value[key]
    return holder, key


def _in_table(path: Path, dice: Dice) -> str:
    lines = [line.split(",") for line in path.read_text().splitlines()]
    if not lines:
        raise ValueError("nothing in it")
    ways: tuple[Callable[[list[list[str]], Dice], str], ...] = (
        _cell, _cell, _cell, _cell, _column, _column, _head, _rows, _rows, _empty,
    )  # fmt: skip
    said = dice.choice(ways)(lines, dice)
    path.write_text("\n".join(",".join(row) for row in lines) + dice.choice(("\n", "\n", "\n", "", "\n\n")))
    return said


def _cell(lines: list[list[str]], dice: Dice) -> str:
    row = dice.choice(lines)
    at = dice.randrange(len(row))
    row[at] = dice.choice((*CELLS, dice.choice(dice.choice(lines))))
    return f"a cell became {row[at][:20]!r}"


def _column(lines: list[list[str]], dice: Dice) -> str:
    """A whole column of one value."""
    at, cell = dice.randrange(len(lines[0])), dice.choice(CELLS)
    for row in lines[1:]:
        if at < len(row):
            row[at] = cell
    return f"column {at} became {cell[:20]!r}"


def _head(lines: list[list[str]], dice: Dice) -> str:
    at = dice.randrange(len(lines[0]))
    lines[0][at] = dice.choice(("", "x", lines[0][at] + "s", dice.choice(lines[0]), *ODD[:6]))
    return f"column {at} is called {lines[0][at]!r}"


def _rows(lines: list[list[str]], dice: Dice) -> str:
    at = dice.randrange(len(lines))
    what = dice.randrange(4)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(at, list(dice.choice(lines)))
    elif what == 2:  # noqa: PLR2004 - of four ways
        lines[at] = lines[at][: dice.randrange(len(lines[at]) + 1)]
    else:
        lines[at] = lines[at] + [dice.choice(CELLS)]
    return f"row {at} by way {what}"


def _empty(lines: list[list[str]], dice: Dice) -> str:
    del lines[dice.choice((0, 1, 1)) :]
    return "no rows"


def gate(dice: Dice) -> str:
    """A gate, right or nearly so, or no gate at all."""

    def some(right: Sequence[str], wrong: Sequence[str]) -> str:
        return dice.choice(right if dice.random() < 0.85 else wrong)  # noqa: PLR2004 - most parts are right

    name = some(RESPONSES[:4:2], RESPONSES)
    if dice.random() < 0.5:  # noqa: PLR2004 - as often with a call as without
        call, count = some(("difference", "rank"), ("differance", "eval", "")), dice.choice((0, 1, 1, 2, 2, 2, 3, 4))
        pair = dice.choice((["little", "more"], ["1", "2"], ["2", "1"], ["more"], ["2"]))
        names = pair if dice.random() < 0.7 else [dice.choice((*NAMES, *RESPONSES)) for _ in range(count)]  # noqa: PLR2004
        name = f"{call}({', '.join(names)})"
    at = ", ".join(f"{some(('crews',), NAMES)}={some(('1', '2'), NAMES)}" for _ in range(dice.choice((1, 1, 2, 25))))
    place = dice.choice(("", "", "", "", "", "before", "after", "both"))
    parts = [name + some(FIELDS[:6], FIELDS), f" at({at})" if place in ("before", "both") else ""]
    parts += [dice.choice((" ", "", "  ")), some(COMPARISONS[:6], COMPARISONS), dice.choice((" ", ""))]
    parts += [some(NUMBERS[:6], NUMBERS)]
    text = "".join(parts) + (f" at({at})" if place in ("after", "both") else "")
    return _worse(text, dice) if dice.random() < 0.2 else text  # noqa: PLR2004


def _worse(text: str, dice: Dice) -> str:
    at = dice.randrange(len(text) + 1)
    return dice.choice((
        flip_characters(text, dice, []), text[:at] + dice.choice(ODD) + text[at:], text[:at], text[at:], text * 50,
        text[:at] + "(" * 200 + text[at:], text[:at] + " " * 2000 + text[at:], text[:at] + '"' + text[at:],
    ))  # fmt: skip


def change(known: Sequence[tuple[str, str]], dice: Dice) -> str:
    """A change for `--set`, of a path there is or nearly, to any value; `known` are paths with what is there."""
    path, there = dice.choice(known)
    other = dice.choice(known)[1]
    values: tuple[str, ...] = (*[there] * 5, other, "5", "2 h", "1.5 t", "camp", "[1, 2]", "{a: 1}", "0")
    if dice.random() < 0.3:  # noqa: PLR2004 - more often a value that could be
        values = (*EXTREME, *YAML_PARTS, *ODD)
    if dice.random() < 0.3:  # noqa: PLR2004 - more often a path there is
        parts = path.split(".")
        at = dice.randrange(len(parts))
        parts[at] = dice.choice((parts[at] + "s", "", "0", "-1", "99", '"a.b"', '"', "*", *ODD, "extends", "x" * 3000))
        path = ".".join(dice.choice((parts, parts[:at], [*parts, parts[at]], parts[::-1])))
    value = dice.choice(values) * dice.choice((1, 1, 1, 1, 1, 1, 1, 40))
    text = path + dice.choice(("=", "=", "=", "=", "=", "=", "=", " = ", "", "==", ":")) + value
    return flip_characters(text, dice, []) if dice.random() < 0.1 else text  # noqa: PLR2004
