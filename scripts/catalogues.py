"""Brings the catalogues of the page up to date with its messages, and compiles them.

    python scripts/catalogues.py          # extracts messages, updates page.po of each language, writes page.mo
    python scripts/catalogues.py --check  # says what is missing, and whether page.mo is what page.po says

A translation is mended in `sim/page/locale/<language>/LC_MESSAGES/page.po` with any editor; then run this again.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PAGE = Path(__file__).parents[1] / "sim" / "page"
LANGUAGES = ("fr", "ar")
KEYWORDS = {"_": None, "words": None, "N_": None, "many": (1, 2)}
_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""One day in all catalogues, so that they change only with their words."""
METHODS = [("**.py", "python"), ("templates/**.jinja", "jinja2.ext:babel_extract")]


def messages() -> Catalog:
    """All messages of the page, in the order of their files."""
    found = Catalog(project="drawdown", charset="utf-8")
    found.fuzzy = False
    rows = extract_from_dir(str(PAGE), METHODS, keywords=KEYWORDS, comment_tags=())
    for file, _, message, _, _ in sorted(rows, key=lambda row: (row[0], row[1])):
        found.add(message, locations=[(file, None)])
    return found


def po(language: str) -> Path:
    """The catalogue of a language, as text."""
    return PAGE / "locale" / language / "LC_MESSAGES" / "page.po"


def read(language: str) -> Catalog:
    """The catalogue of a language."""
    if not po(language).exists():
        return Catalog(locale=language, project="drawdown", charset="utf-8")
    with po(language).open("rb") as stream:
        return read_po(stream, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as gettext reads it."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def update(language: str) -> None:
    """Adds new messages to a catalogue, drops those that are gone, and compiles it."""
    catalogue = read(language)
    catalogue.update(messages(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = _DAY
    catalogue.header_comment = "# Words of the page. No native planner has reviewed them yet."
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "drawdown"
    catalogue.version = "0.2"
    po(language).parent.mkdir(parents=True, exist_ok=True)
    with po(language).open("wb") as stream:
        write_po(stream, catalogue, width=100, omit_header=False, ignore_obsolete=True, include_lineno=False)
    po(language).with_suffix(".mo").write_bytes(compiled(catalogue))


def lacking(language: str) -> Iterator[str]:
    """Sentences about what a catalogue lacks."""
    catalogue = read(language)
    for message in messages():
        if message.id:
            held = catalogue.get(message.id)
            texts = held.string if held is not None and isinstance(held.string, tuple) else (held and held.string,)
            if held is None or not all(texts):
                yield f"{language}: {message.id!r} has no translation"
    mo = po(language).with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(catalogue):
        yield f"{language}: page.mo is not made from page.po"


def main() -> int:
    """Updates the catalogues, or says what they lack."""
    if "--check" not in sys.argv:
        for language in LANGUAGES:
            update(language)
    found = [line for language in LANGUAGES for line in lacking(language)]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
