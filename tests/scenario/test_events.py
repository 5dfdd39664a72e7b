"""Two parsers read the same: what libyaml is trusted with, ruamel's YAML 1.2 parser reads as the same events.

`EVENTS=5000` in the environment tries so many mutated texts.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sim.scenario import events
from sim.scenario.document import MOST_DEPTH, MOST_VALUES

ROOT = Path(__file__).parents[2]
FILES = sorted(
    file
    for folder in ("scenarios", "tests/data", "tests/verification/oracles", "benchmarks")
    for file in (ROOT / folder).rglob("*.yaml")
)
_REFUSED = (events.NotYamlError, ValueError, OverflowError, AttributeError, TypeError, AssertionError, IndexError)
TEXTS = int(os.environ.get("EVENTS", "800"))
SCRAPS = (
    ":", ": ", "-", "- ", "?", "? ", "#", " #", "{", "}", "[", "]", ",", "\n", "  ", "\t", "'", '"', "|", ">", "|-",
    ">+", "&a ", "*a", "!x ", "!!str ", "%", "@", "`", "---\n", "...\n", "<<: ", "a", "1", "\u00e9", "\\", "\\n",
    "\\u202e", "~", "null", ":x", "x:", "//", "- - ", "\n\n", "   ", "''", '""', "'a'", '"a": ', '"a":b', "\u00a0",
    "\u3000", "\U00010348", ".", "=", "\\/", "\\x41", "\\\n",
)  # fmt: skip


def _said(event: Any) -> tuple[object, ...]:
    """What the program reads of an event."""
    kind = type(event).__name__
    if kind == "DocumentStartEvent":
        return kind, event.version, event.tags, event.start_mark.line
    if kind.endswith("EndEvent") or kind == "StreamStartEvent":
        return (kind,)
    scalar = (event.value, event.implicit[0]) if kind == "ScalarEvent" else ()
    tag = getattr(event, "ctag", None)
    return kind, event.anchor, None if tag is None else str(tag), event.start_mark.line, *scalar


def _both(text: str) -> tuple[list[Any] | None, list[Any] | str]:
    """The events by libyaml, `None` where it is not trusted; those of ruamel, or what it finds wrong."""
    plain = None if events._UNUSUAL.search(text) else events._plain(text, 3 * MOST_VALUES, MOST_DEPTH)
    try:
        careful: list[Any] | str = [_said(event) for event in events._careful(text)]
    except _REFUSED as error:
        careful = f"{type(error).__name__}: {error}"
    return None if plain is None else [_said(event) for event in plain], careful


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_file_reads_the_same_by_both_parsers(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", errors="replace")
    plain, careful = _both(text)
    assert plain is None or plain == careful


def test_shipped_scenarios_are_read_by_the_fast_parser() -> None:
    files = sorted((ROOT / "scenarios").rglob("*.yaml"))
    assert [file.name for file in files if _both(file.read_text("utf-8"))[0] is None] == []


def _mutated(dice: Random, texts: list[str]) -> str:
    text = dice.choice(texts)
    if len(text) > 900:
        begin = text.rfind("\n", 0, dice.randrange(len(text) - 700)) + 1
        text = text[begin : begin + 700]
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + dice.choice(SCRAPS) + text[at + dice.choice([0, 0, 0, 1, 2, 5, 20]) :]
    return text


def test_mutated_texts_read_the_same_by_both_parsers_wherever_the_fast_one_is_trusted() -> None:
    dice, texts = Random(7), [file.read_text("utf-8") for file in FILES if "data" not in file.parts]
    met: Counter[str] = Counter()
    for _ in range(TEXTS):
        text = _mutated(dice, texts)
        plain, careful = _both(text)
        if plain is not None:
            assert (text, plain) == (text, careful)
        met["trusted" if plain is not None else "not trusted"] += 1
    print(dict(met))  # noqa: T201
    assert min(met.values()) > TEXTS // 10


@pytest.mark.parametrize(
    "text",
    ["a: b\tc\n", "a: !x b\n", "a: &x b\n", "a: *x\n", "a:\nb: 1\n", "%YAML 1.1\n---\na: 1\n", "a: 1\n---\nb: 2\n",
     "a: |\n  b\n", "a: >#b\n  c\n", "a: >-#b\n  c\n", 'a: {"b":c}\n', "a: [1\n", "a: '\ud800'\n"],
)  # fmt: skip
def test_what_is_unusual_or_wrong_is_left_to_the_careful_parser(text: str) -> None:
    assert _both(text)[0] is None


def test_a_text_that_is_nested_too_deep_or_too_long_is_read_no_further_than_the_limits() -> None:
    assert events._plain("[" * 100_000, 3 * MOST_VALUES, MOST_DEPTH) is None
    assert events._plain("[" + "1, " * 1000 + "1]", 500, MOST_DEPTH) is None
