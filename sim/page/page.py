"""The whole page as text: sections laid out by templates, with a security policy that names each style and script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.page.blocks import Name, Section
from sim.page.words import Words

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE = Path(__file__).parent
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
REPLAY_AFTER = "map"
"""The section after which the replay is shown."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page says: head, sections, and what is read by the script of the replay, if there is one.

    `replay` are the values of `replay.html.jinja`; `styles` and `scripts` are texts that it brings.
    """

    title: str
    kind: str
    about: str
    marking: str
    sections: Sequence[Section]
    foot: Sequence[str]
    replay: Mapping[str, Any] = field(default_factory=dict)
    styles: Sequence[str] = ()
    scripts: Sequence[str] = ()


def static(name: str) -> str:
    """The text of a file that goes into pages."""
    return (_HERE / "static" / name).read_text(encoding="utf-8")


def rendered(sheet: Sheet, words: Words) -> str:
    """The page as one file of HTML that loads nothing."""
    from markupsafe import Markup

    sections = [section for section in sheet.sections if section.blocks]
    anchors = [section.anchor for section in sections]
    styles, scripts = [static("page.css"), *fonts_of(words), *sheet.styles], list(sheet.scripts)
    return _environment(words).get_template("page.html.jinja").render(
        title=sheet.title, kind=sheet.kind, about=sheet.about, marking=sheet.marking, sections=sections,
        foot=sheet.foot, words=words, policy=_policy(styles, scripts),
        replay=sheet.replay, replay_after=REPLAY_AFTER if REPLAY_AFTER in anchors else anchors[0],
        styles=[Markup(text) for text in styles],  # nosec B704 - files of ours
        scripts=[Markup(text) for text in scripts],  # nosec B704 - files of ours
    )  # fmt: skip


def fonts_of(words: Words) -> list[str]:
    """The font that a language needs where a machine may have none, as a style; none for Latin letters."""
    file = _HERE / "static" / f"font-{words.language}.woff2"
    if not file.exists():
        return []
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    face = f'@font-face{{font-family:"Drawdown";src:url(data:font/woff2;base64,{data}) format("woff2");}}'
    return [face + 'body,svg text{font-family:system-ui,"Drawdown",sans-serif;}']


def _environment(words: Words) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    found = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.globals["_"] = words
    found.filters["unbroken"] = _unbroken
    found.tests["given"] = lambda value: isinstance(value, Name)
    found.tests["drawn"] = lambda value: isinstance(value, Markup)
    blocks: Any = found.get_template("blocks.html.jinja").module
    found.globals["show"] = blocks.show
    return found


def _unbroken(sentence: str) -> Markup:
    """A sentence in which no date is broken at the end of a line."""
    from markupsafe import Markup, escape

    return Markup(_DATE.sub(r'<span class="day">\g<0></span>', str(escape(sentence))))  # nosec B704 - escaped before


def _policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """What the page may do: use its own styles and scripts, known by their hashes, and nothing else."""
    parts = ["default-src 'none'", f"style-src {_hashes(styles)}", "img-src data:", "font-src data:"]
    parts += [f"script-src {_hashes(scripts)}"] if scripts else []
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def _hashes(texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)


def as_markup(text: str) -> Markup:
    """A text that is already HTML of ours."""
    from markupsafe import Markup

    return Markup(text)  # nosec B704 - only for texts that templates of ours made
