"""YAML text as plain data in which every value keeps its file and line.

The text is read from the events of a safe YAML 1.2 parser. Depth and number of values are limited as events
arrive, before anything is composed. Tags, anchors, aliases and merge keys are refused. Dates stay text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.errors import InputError, Problem, visible
from sim.scenario.alike import folded
from sim.scenario.events import NotYamlError, parse
from sim.scenario.foreign import START
from sim.scenario.paths import Path, dotted, short
from sim.scenario.reading import Text, read_text, refuse
from sim.scenario.scalars import BadValueError, plain_scalar
from sim.scenario.signs import joined, name_problem, odd_indent, text_problem

MOST_DEPTH = 32
MOST_VALUES = 60_000
_LONGEST_NAME = 300
_OF_SWEEPS = ("factors", "uncertain", "design")
_RESULTS = ("responses", "row_counts", "rows", "versions", "command_line")


class Spot(NamedTuple):
    """The file and line of a value; `line` is 1-based, `None` outside files."""

    file: str | None
    line: int | None


@dataclass
class Draft:
    """A file's plain data before validation, with the spot of every path and the problems found so far.

    `spoiled` holds the paths of values that were refused and left out; no further problems of them are reported.
    """

    data: dict[str, Any]
    spots: dict[Path, Spot]
    problems: list[Problem] = field(default_factory=list)
    spoiled: set[Path] = field(default_factory=set)
    files: list[tuple[str, str]] = field(default_factory=list)

    def spot(self, path: Path) -> Spot:
        """The spot of a path, or of the nearest path above it that has one."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.spots:
                return self.spots[path[:length]]
        return Spot(None, None)

    def problem(
        self,
        path: Path,
        wrong: str,
        got: str | None = None,
        allowed: str | None = None,
        near: str | None = None,
    ) -> Problem:
        """A problem at a path of this draft."""
        spot = self.spot(path)
        return Problem(dotted(path), wrong, got, allowed, near, spot.file, spot.line)


def read_document(path: str, shown_as: str, *, through_links: bool = True) -> Draft:
    """The plain data of a scenario file; raises `InputError` if the file is not a YAML map.

    Problems of single values are collected in the draft.
    """
    return document_of(read_text(path, shown_as, through_links=through_links), shown_as)


def document_of(text: Text, shown_as: str) -> Draft:
    """As `read_document`, for text that was read already."""
    draft = _whole(text, shown_as)
    draft.files.append((shown_as, text.sha256))
    return draft


def read_value(text: str, shown_as: str) -> Draft:
    """A value as `--set` gives it, under the key `value` of the draft; raises `InputError`."""
    draft = _Composer(text, shown_as).compose()
    if draft is None:
        raise refuse(shown_as, "no value given", allowed="a value, or null to delete the current one")
    return draft


def _whole(text: Text, shown_as: str) -> Draft:
    draft = _Composer(text.text, shown_as).compose()
    top = None if draft is None else draft.data.get("value")
    if draft is None or top is None:
        what = "has only comments" if text.text.strip() else "is empty"
        raise refuse(shown_as, f"this file {what}; {START}")
    if not isinstance(top, dict):
        what = "a list" if isinstance(top, list) else "a single value"
        raise refuse(shown_as, f"this file contains {what}; a scenario is a map of sections; {START}", line=1)
    if not {"places", *_OF_SWEEPS} & set(top) and sum(key in top for key in (*_RESULTS, "replications", "seed")) > 1:
        raise refuse(shown_as, f"this is a file of results, not a scenario; {START}")
    draft.data = top
    return draft


class _Composer:
    """Turns the events of a parser into plain data under the key `value`."""

    def __init__(self, text: str, file: str) -> None:
        self._file, self._lines = file, text.split("\n")
        self._events = self._guarded(text)
        self._draft = Draft({}, {})
        self._left = MOST_VALUES

    def compose(self) -> Draft | None:
        """The draft of the only document, `None` if there is none; raises `InputError`."""
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise refuse(
                        self._file, "a second document begins here; a scenario file has one", line=_line(event)
                    )
                if event.version not in (None, (1, 2)) or event.tags:
                    raise refuse(self._file, "directives (%) are not supported; a scenario is plain YAML 1.2", line=1)
            elif kind.startswith(("Scalar", "Mapping", "Sequence", "Alias")):
                self._put(self._draft.data, "value", event, ())
        return self._draft if documents else None

    def _guarded(self, text: str) -> Iterator[Any]:
        depth = 0
        try:
            for event in parse(text, 3 * MOST_VALUES, MOST_DEPTH):
                kind = type(event).__name__
                depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
                if depth > MOST_DEPTH + 2:  # the stream and the document are two levels
                    raise refuse(
                        self._file,
                        "values are nested too deeply here",
                        line=_line(event),
                        allowed=f"at most {MOST_DEPTH} levels",
                    )
                yield event
        except NotYamlError as error:
            raise self._unreadable(error) from None
        except (ValueError, OverflowError, AttributeError, TypeError, AssertionError, IndexError):
            raise refuse(self._file, "this YAML cannot be read") from None

    def _unreadable(self, error: NotYamlError) -> InputError:
        why = "a tab where spaces should be" if "\\t" in error.why else error.why
        for line in range(error.line or 0, 0, -1):
            if line <= len(self._lines) and (blank := odd_indent(self._lines[line - 1])):
                return self._indented_oddly(blank, line)
        return refuse(self._file, f"not valid YAML: {short(why, 100)}", line=error.line)

    def _indented_oddly(self, blank: str, line: int) -> InputError:
        wrong = f"this line is indented with {blank}, which only looks like a space"
        return refuse(self._file, wrong, allowed="plain spaces; retype the beginning of the line", line=line)

    def _put(self, holder: dict[str, Any], key: str, event: Any, path: Path) -> None:
        """Read one value into a map, or record the problem and leave the value out."""
        self._draft.spots.setdefault(path, Spot(self._file, _line(event)))
        try:
            holder[key] = self._value(event, path)
        except BadValueError as bad:
            self._draft.problems.append(self._draft.problem(path, bad.wrong, bad.got, bad.allowed))
            self._draft.spoiled.add(path)

    def _value(self, event: Any, path: Path) -> Any:
        self._left -= 1
        if self._left < 0:
            raise refuse(self._file, "too many values in this file", allowed=f"at most {MOST_VALUES:,} values")
        kind = type(event).__name__
        if kind == "AliasEvent":
            raise BadValueError(
                "aliases (*) are not supported", f"*{event.anchor}", "the value written out, or `extends`"
            )
        value: Any
        if kind == "MappingStartEvent":
            value = self._map(path)
        elif kind == "SequenceStartEvent":
            value = self._list(path)
        else:
            value = self._scalar(event, path)
        if event.anchor:
            raise BadValueError("anchors (&) are not supported", f"&{event.anchor}", "the value without it")
        if event.ctag is not None:
            raise BadValueError("tags (!) are not supported", short(str(event.ctag)), "the value without it")
        return value

    def _list(self, path: Path) -> list[Any]:
        held: dict[str, Any] = {}
        for event in self._events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            key = str(len(held))
            held[key] = None
            self._put(held, key, event, (*path, key))
        return list(held.values())

    def _map(self, path: Path) -> dict[str, Any]:
        held: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for event in self._events:
            if type(event).__name__ == "MappingEndEvent":
                break
            key = self._key(event, path)
            following = next(self._events)
            if key is None:
                self._value_unread(following)
                continue
            line, here = _line(event), (*path, key)
            if key in lines:
                wrong = f"this key appears twice, on lines {lines[key]} and {line}"
                self._draft.problems.append(Problem(dotted(here), wrong, file=self._file, line=line))
                self._value_unread(following)
                continue
            lines[key] = line
            self._draft.spots[here] = Spot(self._file, line)
            self._put(held, key, following, here)
        return held

    def _value_unread(self, event: Any) -> None:
        """Skip a value whose key is refused."""
        depth = 0
        while True:
            kind = type(event).__name__
            depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
            if depth == 0:
                return
            event = next(self._events)

    def _key(self, event: Any, path: Path) -> str | None:
        """The text of a key, or `None` after recording the problem with it."""
        wrong = _wrong_key(event)
        if wrong is None:
            return self._name(event, path)
        self._draft.problems.append(Problem(dotted(path), wrong, file=self._file, line=_line(event)))
        if type(event).__name__.endswith("StartEvent"):
            self._value_unread(event)
        return None

    def _name(self, event: Any, path: Path) -> str:
        """The text of a key with hidden characters escaped; a character that names may not contain is a problem."""
        text = joined(str(event.value))
        if event.implicit[0] and (blank := odd_indent(text)):
            raise self._indented_oddly(blank, _line(event))
        name = visible(text, keep="\n\t")
        problem = name_problem(text)
        if problem is not None:
            self._draft.problems.append(Problem(dotted((*path, text)), *problem, file=self._file, line=_line(event)))
        return name

    def _scalar(self, event: Any, path: Path) -> Any:
        """The value of a scalar; refused text is escaped and kept, so that the rest of the file is examined."""
        text = joined(str(event.value))
        problem = text_problem(text)
        if problem is not None:
            self._draft.problems.append(self._draft.problem(path, *problem))
        return plain_scalar(text) if event.implicit[0] and event.ctag is None else visible(text, keep="\n\t")


def _wrong_key(event: Any) -> str | None:
    if type(event).__name__ != "ScalarEvent":
        return "a key should be a name"
    if event.anchor or event.ctag is not None:
        return "anchors and tags are not supported"
    if event.value == "<<" and event.implicit[0]:
        return "merge keys (<<) are not supported; use `extends`, or write the values out"
    if not folded(str(event.value)):
        return "a name is empty or invisible"
    if len(str(event.value)) > _LONGEST_NAME:
        return f"a name is longer than {_LONGEST_NAME} letters: {short(str(event.value), 30)}"
    return None


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
