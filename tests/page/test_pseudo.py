"""A made-up language in which each message and each insertion is marked: what is not marked is outside a catalogue.

Text of a page is either a message, which stands in ⟦⟧, or data: a name, number or path of the user, which the page
marks as not to be translated, or which was inserted in a message, between ⟨⟩. Data must be in the folders' own words.
"""

from __future__ import annotations

import gettext
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from sim.page.outlines import countries
from sim.page.report import Wishes, report
from sim.page.words import Words

_INNER = re.compile(r"⟦[^⟦⟧⟨⟩]*⟧")
_GIVEN = re.compile(r"⟨([^⟦⟧⟨⟩]*)⟩")
_WORD = re.compile(r"[^\W\d_]")
NOT_SAID = re.compile(r"[0-9a-f]{8,64}|UTC|SHA-256|C130")
"""What stands for itself in every language: hashes, the clock's zone, names of norms."""


class Marked(gettext.NullTranslations):
    """A language in which each message stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Pseudo(Words):
    """Words whose insertions stand in brackets of their own."""

    def __init__(self) -> None:
        super().__init__("en", Marked())

    def apart(self, value: object) -> str:
        return f"⟨{value}⟩"


_WHOLE_DATES = re.compile(r'<span class="day">(\d{4}-\d\d-\d\d)</span>')
"""What keeps a date of a sentence in one line does not divide the sentence."""


class Texts(HTMLParser):
    """All that a page says: what is marked as data, and what is not."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: list[str] = []
        self.messages: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(_WHOLE_DATES.sub(r"\1", page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        data = said.get("translate") == "no" or "d" in (said.get("class") or "").split() or tag in ("style", "script")
        for key in ("data-head", "aria-label", "alt", "title"):
            self.messages.append(said.get(key) or "")
        self.data.append(said.get("data-name") or "")
        if tag not in ("meta", "br", "img"):
            self._open.append((tag, data))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Has no text."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        of_page = tags[-1:] == ["title"] and len(tags) < 4
        if not {"style", "script", "pre"} & set(tags):
            mine = self.data if of_page or any(is_data for _, is_data in self._open) else self.messages
            mine.append(data)


def outside(page: str, own: set[str]) -> list[str]:
    """Texts with letters that are neither from a catalogue nor the user's own."""
    texts, found = Texts(page), []
    for whole in texts.messages:
        left, before = whole, ""
        while before != left:
            before, left = left, _INNER.sub("", left)
            found += [f"{each} (in: {whole.strip()})" for each in _GIVEN.findall(left) if not is_own(each, own)]
            left = _GIVEN.sub("", left)
        if _WORD.search(left):
            found.append(whole.strip())
    found += [text.strip() for text in texts.data if "⟦" not in text and not is_own(text.strip(), own)]
    return list(dict.fromkeys(found))


def is_own(text: str, own: set[str]) -> bool:
    """Whether a text, or all that it lists, is the user's; numbers, hashes and dates are."""
    if text in own or (text.endswith("…") and any(each.startswith(text[:-1]) for each in own)):
        return True
    if not _WORD.search(re.sub(r"\d{4}-\d\d-\d\d(T?[\d:]+)?", "", NOT_SAID.sub("", text))):
        return True
    for between in (" · ", "; ", ", ", " – ", " vs "):
        parts = text.split(between)
        if len(parts) > 1 and all(is_own(part, own) for part in parts):
            return True
    return False


def own_words(folders: list[Path]) -> set[str]:
    """Names of the scenario, its values and paths, names of sides, factors, levels and tables, and versions."""
    found: set[str] = set().union(*(set(one.names.values()) for one in countries()))
    for folder in folders:
        manifest, summary = (
            json.loads((folder / f"{each}.json").read_text(encoding="utf-8")) for each in ("manifest", "summary")
        )
        found |= set(_leaves(manifest.get("scenario") or {}, ()))
        found |= {str(manifest.get("name")), str(manifest.get("file")), *manifest["tables"]}
        found |= {f"{each} {number}" for each, number in manifest["versions"].items()}
        found |= {one["name"] for key in ("files_read", "sides") for one in manifest.get(key, ()) if "name" in one}
        found |= {one["name"] for one in summary.get("sides", ())}
        found |= {one["alternative"] for one in summary.get("alternatives", ())}
        found |= {summary.get("field", ""), summary.get("answer", "")}
        for factor, said in (summary.get("factors") or {}).items():
            found |= {factor, *said["paths"], *map(str, said["levels"])}
    return {" ".join(one.split()) for one in found}


def _leaves(said: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Names, values, and the paths to them; words that are keys of the schema are none alone."""
    yield ".".join(path) if len(path) != 1 else path[0]
    if isinstance(said, Mapping):
        named = path in NAMED or path[-1:] in (("lots",), ("sources",))
        for key, each in said.items():
            yield from [str(key)] if named else []
            yield f"{key}: {each}"
            yield from _leaves(each, (*path, str(key)))
    elif isinstance(said, list):
        for number, each in enumerate(said):
            yield from _leaves(each, (*path, str(number)))
    else:
        yield str(said)


NAMED = {
    ("places",), ("classes",), ("routes",), ("phases",), ("lift", "trucks"), ("lift", "aircraft"), ("lift", "vessels"),
}  # fmt: skip
"""Maps of a scenario whose keys are names that its author chose."""


def test_no_sentence_of_the_page_of_a_run_is_outside_a_catalogue(folder: Path, why: Path) -> None:
    page = report([folder, why], Wishes("en"), Pseudo())
    assert outside(page, own_words([folder, why])) == []


def test_no_sentence_beside_a_run_is_outside_a_catalogue(folder: Path, studies: dict[str, Path]) -> None:
    assert set(studies) == {"why", "comparison", "sweep", "selection", "solve"}
    page = report([folder, *studies.values()], Wishes("en"), Pseudo())
    assert outside(page, own_words([folder, *studies.values()])) == []


@pytest.mark.parametrize("noun", ["why", "comparison", "sweep", "selection", "solve"])
def test_no_sentence_of_a_page_without_a_run_is_outside_a_catalogue(
    folder: Path, studies: dict[str, Path], noun: str
) -> None:
    page = report([studies[noun]], Wishes("en"), Pseudo())
    assert outside(page, own_words([folder, studies[noun]])) == []


def test_what_can_never_happen_is_in_the_language_of_the_page(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "two"
    shutil.copytree(folder, copy)
    said = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    said["never"] = ["no crew will ever work at bravo: it has no crews"]
    (copy / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    page = report([copy], Wishes("en"), Pseudo())
    assert (outside(page, own_words([copy])), "it has no crews" in page) == ([], True)


def test_a_bare_word_is_found_wherever_it_stands() -> None:
    page = (
        "<main><p>⟦{lever} costs {price}⟧</p><p>⟦⟨deadline +7 d⟩ costs ⟨5⟩⟧</p><p><bdi translate='no'>tied</bdi></p>"
        "<p aria-label='more'>⟦⟨⟦worse⟧⟩, ⟨bravo⟩⟧</p><bdi translate='no'>bravo, 5</bdi></main>"
    )
    assert outside(page, {"bravo"}) == ["deadline +7 d (in: ⟦⟨deadline +7 d⟩ costs ⟨5⟩⟧)", "more", "tied"]


def test_no_sentence_of_a_waterfall_is_outside_a_catalogue(folder: Path, compared: Path) -> None:
    page = report([compared], Wishes("en"), Pseudo())
    waterfalls = [one["waterfall"] for one in json.loads((compared / "summary.json").read_text())["comparisons"]]
    changes = {bar["change"] for one in waterfalls for bar in one["bars"]}
    assert outside(page, own_words([folder, compared]) | changes) == []
    assert page.count("⟦What each change adds") == 1


@pytest.mark.parametrize("of", [("mu", "mu_star", "sigma"), ("S1", "ST"), ("rank_correlation",)])
def test_no_sentence_about_factors_is_outside_a_catalogue(
    made_folder: Callable[..., Path], of: tuple[str, ...]
) -> None:
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
    parts = [{**said, "lever_point": 0, "crews": "6", "source": source, "share": 0.3}
             for source in ("ignorance", "chance", "both")]  # fmt: skip
    folder = made_folder(
        {"design": {"kind": "morris"}, "levers": ["crews"], "responses": {"cost_usd": {"unit": "USD"}},
         "factors": {"crews": {"role": "lever", "paths": ["a.b"], "levels": []}}},
        estimates=[{"point": 0, "crews": "6", "mean": 1.0, **said}], effects=effects, sensitivity=indices,
        settings=[{"factor": "crews", "value": "6 t", "number": 6, "unit": "t"}], variance=parts,
        pedigree=grades or [{"response": "none"}],
    )  # fmt: skip
    page = report([folder], Wishes("en"), Pseudo())
    own = {"crews", "a.b", "6 t", "a study", "drawdown sweep", "drawdown 0"}
    files = {f"{one}.csv" for one in ("estimates", "effects", "sensitivity", "settings", "pedigree", "variance")}
    assert outside(page, own | files) == []
    assert (page.count("⟦One factor at a time"), page.count("⟦Parts of the variance")) == (1, 1)


def test_no_sentence_of_a_grid_is_outside_a_catalogue(made_folder: Callable[..., Path]) -> None:
    means = (("1", "1", 0), ("1", "2", 1), ("2", "1", 2), ("2", "2", None))
    rows = [{"a": a, "b": b, "response": "people_late", "mean": mean, "low": mean, "high": mean, "method": "t",
             "point": mean} for a, b, mean in means]  # fmt: skip
    said = {"people_late": 1, "hurt": 2, "convoys": 3}
    on = {"point": 0, "a": "1", "b": "1", "on_front": 1, "chance": 1, "low": 1, "high": 1, **said}
    summary = {"design": {"kind": "grid"}, "levers": ["a", "b"], "responses": {"people_late": {"unit": "people"}},
               "pareto": dict(zip(said, ("less", "less", "more"), strict=True)), "factors": {}}  # fmt: skip
    page = report([made_folder(summary, estimates=rows, pareto=[on])], Wishes("en"), Pseudo())
    own = {"a", "b", "a study", "drawdown sweep", "drawdown 0", "estimates.csv", "pareto.csv"}
    assert outside(page, own) == []
    assert page.count("heat-none") == 2  # in the style, and the cell
