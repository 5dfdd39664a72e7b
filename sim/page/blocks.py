"""What a page is made of: sections of tables, pictures, sentences and facts, as plain data.

Words in them are already in the language of the page. Names and other texts of users are `Name`: they are escaped like
all text, and marked as not to be translated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from markupsafe import Markup


class Name(str):
    """A text of the user or of a file: a name, a number, a hash; never a message of ours."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of ours, its caption, and the key to its marks: pairs of a class of `page.css` and words."""

    svg: Markup
    caption: str = ""
    keys: Sequence[tuple[str, str]] = ()
    kind: ClassVar[str] = "picture"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a row, the first its head; `level` indents it, `extra` is a line below it."""

    cells: Sequence[object]
    level: int = 0
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: heads of its columns, how each is set (`text`, `number`, `drawn`, `minor`), and rows.

    A column that is `minor` is left out on a phone.
    """

    heads: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Row]
    caption: str = ""
    keys: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    kind: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences, one a paragraph; `tone` is `lead`, `plain`, `note` or `warning`."""

    sentences: Sequence[str]
    tone: str = "plain"
    kind: ClassVar[str] = "said"


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what is said of each."""

    pairs: Sequence[tuple[str, object]]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True, slots=True)
class Command:
    """A command to repeat something with."""

    text: str
    kind: ClassVar[str] = "command"


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks that are folded away; what is open is printed."""

    head: str
    blocks: Sequence[Block]
    kind: ClassVar[str] = "folded"


Block = Picture | Table | Said | Facts | Command | Folded


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page; without blocks it has no head either, and is left out."""

    anchor: str
    head: str
    blocks: Sequence[Block] = field(default_factory=tuple)
