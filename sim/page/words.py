"""The words of the page: every sentence comes from a catalogue, and what is inserted is kept apart from it.

A message is English text with names in braces. `words("{share} is out", share=…)` looks it up and fills it;
`words.many("{n} lot", "{n} lots", n)` chooses the plural form. In Arabic, and around names written from right to left,
each insertion is put between U+2068 and U+2069, so that it cannot turn the sentence around.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from sim.errors import InputError, Problem
from sim.figures.labels import plain

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "français", "ar": "العربية"}
"""Languages of the page, each by its own name."""
DOMAIN = "page"
CATALOGUES = Path(__file__).parent / "locale"
_FIRST_STRONG, _END = "\u2068", "\u2069"
_NAME = re.compile(r"\{(\w+)\}")
_NUMERAL = re.compile(r"\d(?:[\d,.]*\d)?")
_RIGHT_TO_LEFT = ("R", "AL")
_MARK = str.maketrans({",": "\u202f", ".": ","})


def N_(message: str) -> str:  # noqa: N802 - the customary name of gettext, which extraction looks for
    """Marks a message for the catalogue where it is not yet looked up."""
    return message


class Words:
    """Looks messages up in one language."""

    def __init__(self, language: str, found: gettext.NullTranslations | None = None) -> None:
        self.language = language
        self._found = _catalogue(language) if found is None else found

    @property
    def direction(self) -> str:
        """`rtl` where the language is written from right to left, else `ltr`."""
        return "rtl" if self.language == "ar" else "ltr"

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language, with its insertions."""
        return self._filled(self._found.gettext(message), values)

    def many(self, one: str, several: str, n: int, /, **values: object) -> str:
        """The message in the plural form for a number, which it may name as `{n}`."""
        return self._filled(self._found.ngettext(one, several, n), {"n": self.figure(f"{n:,}"), **values})

    def figure(self, text: str) -> str:
        """A number written the English way, as this language writes it; its digits stay 0 to 9."""
        if self.language != "fr":
            return text
        return _NUMERAL.sub(lambda found: found.group().translate(_MARK), text)

    def apart(self, value: object) -> str:
        """A value between isolates, where it could turn a sentence of this language around."""
        text = str(value)
        if self.direction == "rtl" or any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text):
            return text if _is_apart(text) else f"{_FIRST_STRONG}{text}{_END}"
        return text

    def series(self, parts: Iterable[object]) -> str:
        """Some parts of a sentence, with the comma of this language between them."""
        return ("، " if self.direction == "rtl" else ", ").join(map(self.apart, parts))

    def _filled(self, text: str, values: Mapping[str, object]) -> str:
        return _NAME.sub(lambda found: self.apart(values[found.group(1)]), text)


class _Plain(Words):
    """English as a terminal prints it: without isolates, which it would show as escapes."""

    def apart(self, value: object) -> str:
        return str(value)


def _is_apart(text: str) -> bool:
    """Whether one pair of isolates encloses all of a text."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == _FIRST_STRONG) - (sign == _END)
        if depth == 0:
            return at > 0 and at == len(text) - 1
    return False


def name(text: object) -> str:
    """A name from a file on one line, without control and direction marks."""
    return plain(text)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, str(CATALOGUES), [language])


def language_of(asked: str | None) -> str:
    """The language asked for, else that of `DRAWDOWN_LANG`, else that of the locale, else English.

    Raises `InputError` where one is asked for that the page does not have.
    """
    for where, text in (("--lang", asked), ("DRAWDOWN_LANG", os.environ.get("DRAWDOWN_LANG"))):
        if text:
            found = text.replace("-", "_").partition("_")[0].partition(".")[0].lower()
            if found not in LANGUAGES:
                raise InputError([Problem(where, "the page is not written in this language", text, _allowed())])
            return found
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        text = os.environ.get(variable)
        if text:
            found = (locale.normalize(text).partition("_")[0]).lower()
            return found if found in LANGUAGES else "en"
    return "en"


def _allowed() -> str:
    return ", ".join(f"{code} ({own})" for code, own in LANGUAGES.items())


PLAIN: Words = _Plain("en")
"""The words of the answer on a terminal."""
