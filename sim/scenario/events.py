"""Events of YAML text: from libyaml if the text is plain, from ruamel's parser if it is faulty or unusual.

Both read the same language in the part that scenarios use; libyaml is some twenty times faster. Wherever the two
could differ (see `_UNUSUAL` and `_is_plain`), and wherever libyaml finds a fault, ruamel's YAML 1.2 parser decides, so
that messages and lines are always its own. `tests/scenario/test_events.py` checks that both give the same events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

_UNUSUAL = re.compile(r"""[\t|!]|["']:\S|>[-+0-9]*#""")
"""Tabs, block and tag indicators, a quoted key directly followed by its value, a comment that touches the `>` of a
folded text: the two parsers differ in these."""
_NODES = ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent")


class NotYamlError(Exception):
    """Text that is not YAML: the parser's reason, and the 1-based line, `None` if the parser gives none."""

    def __init__(self, why: str, line: int | None) -> None:
        self.why, self.line = why, line
        super().__init__(why)


def parse(text: str, most: int, depth: int) -> Iterator[Any]:
    """The events of a text, as ruamel has them.

    `most` events and `depth` levels are read at once; a longer or deeper text is read event by event, so that the
    caller can stop at its own limits. Raises `NotYamlError`, and any other error of ruamel's parser on odd input.
    """
    plain = None if _UNUSUAL.search(text) else _plain(text, most, depth)
    return _careful(text) if plain is None else iter(plain)


def _careful(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        why = str(getattr(error, "problem", None) or "the text ends too early")
        raise NotYamlError(why, None if mark is None else mark.line + 1) from None


def _plain(text: str, most: int, depth: int) -> list[Any] | None:
    """The events by libyaml; `None` where ruamel's parser should decide."""
    import yaml

    if not yaml.__with_libyaml__:
        return None
    level = 0
    found: list[Any] = []
    try:
        for event in islice(yaml.parse(text, Loader=yaml.CLoader), most):
            kind = type(event).__name__
            level += kind.endswith("StartEvent") - kind.endswith("EndEvent")
            if level > depth or not _is_plain(event, kind, found):
                return None
            found.append(event)
    except (yaml.YAMLError, ValueError):
        return None
    return found if level == 0 and found else None


def _is_plain(event: Any, kind: str, before: list[Any]) -> bool:
    """Whether an event means the same to both parsers; sets ruamel's attribute for tags to none."""
    if kind == "DocumentStartEvent":
        return not (event.version or event.tags) and len(before) == 1  # a second document is refused with its line
    if kind not in _NODES:
        return kind != "AliasEvent"
    event.ctag = None
    if kind == "ScalarEvent" and event.implicit[0] and not event.value:
        return False  # an empty value: the two give different lines
    return event.anchor is None and event.tag is None
