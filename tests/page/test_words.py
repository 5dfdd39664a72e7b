"""Words of the page: all from catalogues, all in three languages, insertions kept apart."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.ledger.states import STATE_NAMES
from sim.page import terms
from sim.page.words import Words, language_of
from sim.replication.waits import CAUSES
from sim.replication.wording import REASONS

ROOT = Path(__file__).parents[2]


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


def test_a_phrase_that_begins_with_an_insertion_is_isolated_whole() -> None:
    arabic = Words("ar")
    phrase = arabic("{row} *", row="c130")
    assert arabic("{row} *", row=phrase) == f"\u2068{phrase}\u2069 *"
    assert arabic("{row} *", row=f"\u2068{phrase}\u2069") == f"\u2068{phrase}\u2069 *"


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
