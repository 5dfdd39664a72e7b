"""Ways in which a file can come to be wrong, each a function of its text and of dice; and ways to stay plausible."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Dice = random.Random
Mutation = Callable[[str, Dice, list[str]], str]
"""Text, dice and the texts of other files; gives another text."""

_VALUE = re.compile(r"(?<=[:\[,] )([^\s,:{}\[\]#][^,:{}\[\]#\n]*)")
_KEY = re.compile(r"[A-Za-z_][\w-]*(?=:)")
_NUMBER = re.compile(r"(?<![\w.\-:/])\d+(?:\.\d+)?(?![\w.\-:/]*\d)")
_UNIT = re.compile(r"(?<=\d )(%|kg|t|km|km/h|h|d|min|s|/day|kUSD|USD|/h)(?=[\s,}\]])")
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
UNITS = ("%", "kg", "t", "km", "km/h", "h", "d", "min", "s", "/day", "USD", "kUSD/t", "/km", "furlong", "d/d", "K")
EXTREME = (
    "0", "-1", "1e308", "1e-320", "1e999", "-1e999", ".nan", "nan", ".inf", "-.inf", "inf", "9" * 400,
    "0x7fffffffffffffff", "1_000", "1e17", "-0.0", "1e-17", "4611686018427387904", "0o17", "12:30:45", "1e5 km",
    "nan h", "inf t", "-5 %",
    "1e300 d", "9999-12-31", "0001-01-01", "2023-02-30", "24:00-24:00", "true", "null", "~",
    "''", "[]", "{}", "!!int 3",
)  # fmt: skip
ODD = (
    "é", "ß", "\u202e", "\ufeff", "\u0000", "\x1b[31m", "İ", "ı", "Ⅷ", "٣", "𝟗", "\u2028", "\ud800", "🛬", "ﬀ",
    "a\u0301", "\u00a0", "%", "$x^$", "=1+1", "<b>", "_north", "\\", "'", '"', "\t", "\r", "\u0085",
)  # fmt: skip
YAML_PARTS = (
    "&a ", "*a", "<<: *a", "!!python/object:os.system ", "!!binary ", "!x ", "%YAML 1.1\n---\n", "---\n", "...\n", "? ",
    "| ", "> ", "- ", ": ", "{", "}", "[", "]", "# ", "!!set ", "<<: {a: 1}", "&a {b: *a}", "? [a, b]\n: c\n", "@", "`",
)  # fmt: skip


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True) or [""]


def _at(dice: Dice, text: str) -> int:
    return dice.randrange(len(text) + 1)


def _replaced(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def _one_of(pattern: re.Pattern[str], text: str, dice: Dice) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return dice.choice(found) if found else None


def flip_characters(text: str, dice: Dice, _others: list[str]) -> str:
    """Some characters become others."""
    signs = list(text)
    for _ in range(dice.choice((1, 1, 2, 8))):
        if signs:
            signs[dice.randrange(len(signs))] = chr(dice.choice((dice.randrange(128), dice.randrange(0x2FFF))))
    return "".join(signs)


def delete_lines(text: str, dice: Dice, _others: list[str]) -> str:
    """One to five lines in a row are gone."""
    lines = _lines(text)
    first = dice.randrange(len(lines))
    return "".join(lines[:first] + lines[first + dice.randint(1, 5) :])


def double_lines(text: str, dice: Dice, _others: list[str]) -> str:
    """Some lines stand twice."""
    lines = _lines(text)
    first = dice.randrange(len(lines))
    some = lines[first : first + dice.randint(1, 4)]
    at = dice.choice((first, dice.randrange(len(lines))))
    return "".join(lines[:at] + some + lines[at:])


def swap_lines(text: str, dice: Dice, _others: list[str]) -> str:
    """Two lines change places."""
    lines = _lines(text)
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def swap_values(text: str, dice: Dice, _others: list[str]) -> str:
    """The values of two keys change places."""
    found = list(_VALUE.finditer(text))
    if len(found) < 2:  # noqa: PLR2004 - two are swapped
        return text
    one, other = sorted(dice.sample(found, 2), key=lambda match: match.start())
    return _replaced(_replaced(text, other, one.group()), one, other.group())


def swap_unit(text: str, dice: Dice, _others: list[str]) -> str:
    """A quantity has another unit."""
    found = _one_of(_UNIT, text, dice)
    return _replaced(text, found, dice.choice(UNITS)) if found else text


def extreme_value(text: str, dice: Dice, _others: list[str]) -> str:
    """A value becomes one that no file should hold."""
    found = _one_of(dice.choice((_VALUE, _NUMBER)), text, dice)
    return _replaced(text, found, dice.choice(EXTREME)) if found else text


def odd_letters(text: str, dice: Dice, _others: list[str]) -> str:
    """Letters of far away, and signs that a terminal obeys."""
    at = _at(dice, text)
    return text[:at] + dice.choice(ODD) * dice.choice((1, 1, 1, 300)) + text[at:]


def yaml_parts(text: str, dice: Dice, _others: list[str]) -> str:
    """Anchors, aliases, merge keys, tags, directives and marks where there should be none."""
    found = _one_of(_VALUE, text, dice)
    at = found.start() if found and dice.random() < 0.7 else _at(dice, text)  # noqa: PLR2004
    text = text[:at] + dice.choice(YAML_PARTS) + text[at:]
    return text + "\nmore: *a\n" if dice.random() < 0.1 else text  # noqa: PLR2004


def nest_deep(text: str, dice: Dice, _others: list[str]) -> str:
    """A value lies in many lists or maps."""
    found, depth = _one_of(_VALUE, text, dice), dice.choice((2, 20, 31, 33, 500, 5000))
    opening, closing = dice.choice((("[", "]"), ("{a: ", "}"), ("[{a: ", "}]")))
    return _replaced(text, found, opening * depth + found.group() + closing * depth) if found else text


def truncate(text: str, dice: Dice, _others: list[str]) -> str:
    """The end, or the beginning, is missing."""
    at = _at(dice, text)
    return dice.choice((text[:at], text[at:]))


def rename_key(text: str, dice: Dice, _others: list[str]) -> str:
    """A key has another name: misspelt, odd, or that of another key."""
    found = _one_of(_KEY, text, dice)
    if found is None:
        return text
    other = _one_of(_KEY, text, dice)
    names = [found.group()[:-1], found.group() + "s", found.group().upper(), dice.choice(ODD), '""', "null", "3", "[a]"]
    names += [other.group()] * 4 if other else []
    return _replaced(text, found, dice.choice(names))


def splice(text: str, dice: Dice, others: list[str]) -> str:
    """The first half of this file and the second of another."""
    one, other = _lines(text), _lines(dice.choice(others))
    return "".join(one[: dice.randrange(len(one) + 1)] + other[dice.randrange(len(other)) :])


def indent(text: str, dice: Dice, _others: list[str]) -> str:
    """A line begins further right or left."""
    lines = _lines(text)
    at = dice.randrange(len(lines))
    lines[at] = dice.choice((" " + lines[at], lines[at].lstrip(" "), "  " + lines[at], "\t" + lines[at]))
    return "".join(lines)


WRONG: tuple[Mutation, ...] = (
    flip_characters, delete_lines, double_lines, swap_lines, swap_values, swap_values, swap_unit, extreme_value,
    extreme_value, odd_letters, yaml_parts, nest_deep, truncate, rename_key, rename_key, splice, indent,
)  # fmt: skip


def wrong(text: str, dice: Dice, others: list[str]) -> bytes:
    """A file with one to four things done to it."""
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        text = dice.choice(WRONG)(text, dice, others)
    content = text.encode("utf-8", "surrogatepass")
    if dice.random() < 0.05 and content:  # noqa: PLR2004 - few files are no text at all
        at = dice.randrange(len(content))
        content = content[:at] + bytes([dice.randrange(256)]) + content[at + dice.randint(0, 1) :]
    return content


def _scaled(text: str, dice: Dice) -> str:
    found = _one_of(_NUMBER, text, dice)
    if found is None:
        return text
    number = found.group()
    by = dice.choice((0, 0.1, 0.5, 0.8, 0.9, 1.1, 1.25, 1.5, 2, 3, 10))
    new = float(number) * by
    return _replaced(text, found, str(round(new)) if number.isdigit() else f"{new:.6g}")


def _day_moved(text: str, dice: Dice) -> str:
    found = _one_of(_DATE, text, dice)
    if found is None:
        return text
    day = dice.randint(1, 28)
    return _replaced(text, found, f"{found.group()[:8]}{day:02d}")


def plausible(text: str, dice: Dice) -> str:
    """Returns a file with a few numbers and days changed, and perhaps a line less; often still a scenario."""
    head, _, body = text.partition("\n")  # the first line says the schema
    for _ in range(dice.randint(1, 6)):
        body = dice.choice((_scaled, _scaled, _scaled, _day_moved))(body, dice)
    if dice.random() < 0.2:  # noqa: PLR2004 - lines are rarely free to go
        body = delete_lines(body, dice, [])
    if dice.random() < 0.1:  # noqa: PLR2004
        body = swap_values(body, dice, [])
    return f"{head}\n{body}"
