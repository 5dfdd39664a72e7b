"""Words of the page: all from catalogues, all in three languages, insertions kept apart."""

from __future__ import annotations

import gettext
import re
import runpy
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.ledger.states import STATE_NAMES
from sim.page import terms
from sim.page.report import Wishes, report
from sim.page.words import Words, language_of
from sim.replication.waits import CAUSES
from sim.replication.wording import REASONS

ROOT = Path(__file__).parents[2]
_INNER = re.compile(r"⟦[^⟦⟧]*⟧")


class Marked(gettext.NullTranslations):
    """A language in which each message stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Outside(HTMLParser):
    """Texts with letters that are neither from a catalogue nor marked as data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        data = said.get("translate") == "no" or "d" in (said.get("class") or "").split() or tag in ("style", "script")
        for key in ("data-head", "aria-label", "alt", "title"):
            self._look(said.get(key) or "")
        if tag not in ("meta", "br", "img"):
            self._open.append((tag, data))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Has no text."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside_title = self._open and self._open[-1][0] == "title" and len(self._open) < 4
        if not any(data_here for _, data_here in self._open) and not inside_title:
            self._look(data)

    def _look(self, text: str) -> None:
        before = ""
        while before != text:
            before, text = text, _INNER.sub("", text)
        if any(sign.isalpha() for sign in text):
            self.found.append(text.strip())


def test_no_sentence_of_the_page_is_outside_a_catalogue(folder: Path, why: Path, compared: Path) -> None:
    page = report([folder, why, compared], Wishes("en"), Words("en", Marked()))
    assert Outside(page).found == []


@pytest.mark.parametrize("of", [("mu", "mu_star", "sigma"), ("S1", "ST"), ("rank_correlation",)])
def test_no_sentence_of_a_sweep_is_outside_a_catalogue(made_folder: Callable[..., Path], of: tuple[str, ...]) -> None:
    said = {
        "response": "cost_usd",
        "factor": "crews",
        "role": "lever",
        "low": -3.0,
        "high": 5.0,
        "method": "exact bound",
    }
    effects = [{**said, "value": value, "base": "6", "difference": gap, "words": "too narrow"}
               for value, gap in (("4", 1.0), ("5", 0.0), ("7", None))]  # fmt: skip
    indices = [{**said, "index": each, "value": 1.0} for each in of]
    grades = [{**one, "grade": "guess", "factors": 2} for one in indices if len(of) == 2]
    folder = made_folder(
        {"design": {"kind": "morris"}, "levers": ["crews"], "responses": {"cost_usd": {"unit": "USD"}},
         "factors": {"crews": {"role": "lever", "paths": ["a.b"], "levels": []}}},
        estimates=[{"point": 0, "crews": "6", "mean": 1.0, **said}], effects=effects, sensitivity=indices,
        settings=[{"factor": "crews", "value": "6 t", "number": 6, "unit": "t"}],
        pedigree=grades or [{"response": "none"}],
    )  # fmt: skip
    page = report([folder], Wishes("en"), Words("en", Marked()))
    assert Outside(page).found == []
    assert page.count("⟦One factor at a time") == 1


def test_no_sentence_of_a_grid_is_outside_a_catalogue(made_folder: Callable[..., Path]) -> None:
    means = (("1", "1", 0), ("1", "2", 1), ("2", "1", 2), ("2", "2", None))
    rows = [{"a": a, "b": b, "response": "people_late", "mean": mean, "low": mean, "high": mean, "method": "t",
             "point": mean} for a, b, mean in means]  # fmt: skip
    said = {"people_late": 1, "hurt": 2, "convoys": 3}
    on = {"point": 0, "a": "1", "b": "1", "on_front": 1, "chance": 1, "low": 1, "high": 1, **said}
    summary = {"design": {"kind": "grid"}, "levers": ["a", "b"], "responses": {"people_late": {"unit": "people"}},
               "pareto": dict(zip(said, ("less", "less", "more"), strict=True)), "factors": {}}  # fmt: skip
    folder = made_folder(summary, estimates=rows, pareto=[on])
    page = report([folder], Wishes("en"), Words("en", Marked()))
    assert Outside(page).found == []
    assert page.count("heat-none") == 2  # in the style, and the cell


def test_each_message_has_all_three_languages_and_what_is_committed_is_compiled() -> None:
    lacking = runpy.run_path(str(ROOT / "scripts" / "catalogues.py"))["lacking"]
    assert [line for language in ("fr", "ar") for line in lacking(language)] == []


def test_translations_insert_what_the_message_inserts() -> None:
    read = runpy.run_path(str(ROOT / "scripts" / "catalogues.py"))["read"]
    odd = []
    for language in ("fr", "ar"):
        for message in read(language):
            if not message.id:
                continue
            plural = isinstance(message.id, tuple)
            wanted = set(re.findall(r"\{\w+\}", message.id[-1] if plural else message.id))
            for said in message.string if plural else (message.string,):
                found = set(re.findall(r"\{\w+\}", said))
                if found - wanted or (wanted - found) - ({"{n}"} if plural else set()):
                    odd.append(said)
    assert odd == []


def test_the_page_has_words_for_all_states_waits_and_reasons_of_the_model() -> None:
    assert (set(terms.STATES), set(terms.WAITS)) == (set(STATE_NAMES), set(CAUSES))
    assert set(REASONS.values()) - {""} == set(terms.REASONS)


def test_arabic_has_its_plurals_and_isolates_what_is_inserted() -> None:
    arabic = Words("ar")
    said = [arabic.many("{n} replication", "{n} replications", number) for number in (1, 2, 3, 11, 100)]
    assert len(set(said)) == 5
    assert arabic("{number} t", number="5") == "\u20685\u2069 طن"


def test_french_writes_numbers_its_own_way() -> None:
    assert Words("fr").figure("1,234.5 %") == "1\u202f234,5 %"


def test_a_name_from_right_to_left_is_isolated_in_english_too() -> None:
    assert Words("en")("road {route}, {km} km", route="تساليت", km="5") == "road \u2068تساليت\u2069, 5 km"


@pytest.mark.parametrize(
    ("asked", "said", "locale", "found"),
    [("ar", "fr", "en_GB", "ar"), (None, "fr", "ar_EG", "fr"), (None, None, "ar_EG.UTF-8", "ar"),
     (None, None, "C", "en"), (None, None, "de_DE.UTF-8", "en")],
)  # fmt: skip
def test_a_language_comes_from_the_option_the_variable_or_the_locale(
    monkeypatch: pytest.MonkeyPatch, asked: str | None, said: str | None, locale: str, found: str
) -> None:
    for name, value in (("DRAWDOWN_LANG", said), ("LC_ALL", locale)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert language_of(asked) == found


def test_a_language_that_pages_lack_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAWDOWN_LANG", "tlh")
    with pytest.raises(InputError, match="DRAWDOWN_LANG"):
        language_of(None)
