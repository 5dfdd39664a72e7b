"""Pages in Chromium without a network: nothing is asked for, no finding of axe, by keyboard, without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser_kit import AXE, Looked, MakesPage, lacking, languages

from sim.ledger.states import STATE_NAMES
from sim.page.terms import STATES
from sim.page.words import Words
from sim.replication.replay import Replay, counts_by_day
from sim.replication.replay_bytes import unpacked
from sim.results.finished import read_results
from sim.results.replays import KeptReplay, read_replays

ROOT = Path(__file__).parents[2]
Look = Callable[..., Looked]
PIXELS = """(colour => {
  const wanted = getComputedStyle(document.documentElement).getPropertyValue(colour).trim();
  const canvas = document.getElementById("replay-canvas"), data = canvas.getContext("2d").getImageData(
    0, 0, canvas.width, canvas.height).data;
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16));
  let found = 0;
  for (let at = 0; at < data.length; at += 4)
    found += data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255;
  return found;
})"""
"""Counts the pixels of the replay that have the colour of a state or a fate."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def findings(page: Any) -> list[str]:
    """What axe finds, with the first element of each."""
    if not AXE.exists():
        lacking("axe is missing (npm ci in web/)")
    page.evaluate(AXE.read_text(encoding="utf-8"))  # as the browser's own, so the policy of the page stays as it is
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found["violations"]]


@pytest.mark.parametrize("wide", [1440, 768, 390])
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("scenario", ["tessalit", "minusma"])
def test_a_page_asks_for_nothing_and_never_scrolls_sideways(
    page_of: MakesPage, look: Look, scenario: str, language: str, wide: int
) -> None:
    seen = look(page_of(scenario, language), wide)
    seen.replay()
    assert seen.page.evaluate("document.documentElement.lang") == language
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= wide
    assert (seen.asked, seen.said) == ([], [])


@pytest.mark.parametrize(("scenario", "wide"), [("tessalit", 1440), ("tessalit", 390), ("minusma", 768)])
@pytest.mark.parametrize("language", languages())
def test_axe_finds_nothing(page_of: MakesPage, look: Look, scenario: str, language: str, wide: int) -> None:
    seen = look(page_of(scenario, language), wide)
    seen.replay()
    assert findings(seen.page) == []


def kept(results: Callable[[str, int], Path], scenario: str) -> dict[str, KeptReplay]:
    found = read_replays(read_results(results(str(ROOT / "scenarios" / f"{scenario}.yaml"), 0)))
    return {role: one for one in found for role in one.roles}


def expected(replay: Replay, day: int, words: Words) -> dict[str, int]:
    """The counts of a day as the timeline has them, by the words of the page; those that are 0 are not said."""
    scope = np.array(replay.head["in_scope"], dtype=bool)
    *lots, people = counts_by_day(replay)[day, scope].sum(axis=0).tolist()
    named = {words(STATES[state]): many for state, many in zip(STATE_NAMES, lots, strict=True) if many}
    return named | {words("people"): people}


def counted(text: str) -> tuple[str, dict[str, int]]:
    """The day and the counts in a sentence of the replay."""
    day, _, counts = re.sub("[\u2066-\u2069]", "", text).partition(".")
    counts = counts.partition(":")[2]  # after the word for lots
    pairs = (pair.rpartition(":") for pair in re.split("[;\u061b]", counts))
    return day.strip(), {name.strip(): int(re.sub(r"\D", "", value)) for name, _, value in pairs}


@pytest.mark.parametrize("language", languages())
def test_by_keyboard_each_day_says_the_counts_of_the_timeline(
    page_of: MakesPage, results: Callable[[str, int], Path], look: Look, language: str
) -> None:
    seen, words = look(page_of("tessalit", language)), Words(language)
    slider, replay = seen.replay(), unpacked(kept(results, "tessalit")["median"].packed)
    begin = date.fromisoformat(replay.head["date"])
    slider.focus()
    day = 0
    for key, step in [*[("ArrowRight", 1)] * 3, *[("PageUp", 7)] * 12, ("ArrowLeft", -1), ("PageDown", -7)]:
        seen.page.keyboard.press(key)
        day += step
        said = counted(slider.get_attribute("aria-valuetext"))
        assert said == ((begin + timedelta(days=day)).isoformat(), expected(replay, day, words))
        assert seen.page.inner_text("#replay-says") == slider.get_attribute("aria-valuetext")
    seen.page.keyboard.press("End")
    assert int(slider.input_value()) == len(replay.head["ends_s"]) - 1
    for key in ("PageUp", "ArrowRight"):  # nothing is beyond the last day
        seen.page.keyboard.press(key)
    said = counted(slider.get_attribute("aria-valuetext"))
    assert said == ((begin + timedelta(days=len(replay.head["ends_s"]) - 1)).isoformat(), expected(replay, -1, words))


def test_the_table_of_a_day_says_the_same_by_place(
    page_of: MakesPage, results: Callable[[str, int], Path], look: Look
) -> None:
    seen, words = look(page_of("minusma")), Words("en")
    slider, replay = seen.replay(), unpacked(kept(results, "minusma")["median"].packed)
    slider.focus()
    for _ in range(13):
        seen.page.keyboard.press("PageUp")
    day, counts = int(slider.input_value()), counts_by_day(replay)
    assert day == 91
    heads = seen.page.locator("#replay-heads th").all_inner_texts()
    index = [replay.head["places"].index(place) for place in heads[1:]]
    titles = {words(STATES[state]): at for at, state in enumerate(STATE_NAMES)} | {"people": len(STATE_NAMES)}
    rows = seen.page.locator("#replay-rows tr").all()
    assert len(rows) > 8
    for row in rows:
        name = row.locator("th").inner_text()
        cells = [int(text.replace(",", "")) for text in row.locator("td").all_inner_texts()]
        assert cells[1:] == counts[day, index, titles[name]].tolist()
        assert cells[0] == counts[day, np.array(replay.head["in_scope"], bool), titles[name]].sum()
    some = counts.sum(axis=(0, 2)) > 0
    assert {replay.head["places"][at] for at in np.flatnonzero(some)} == set(heads[1:])


def test_the_worst_median_and_best_can_be_chosen_by_keyboard(
    page_of: MakesPage, results: Callable[[str, int], Path], look: Look
) -> None:
    from playwright.sync_api import expect

    seen, words = look(page_of("tessalit")), Words("en")
    slider = seen.replay()
    slider.focus()
    seen.page.keyboard.press("End")
    chosen = seen.page.locator("#replay-which")
    last = {role: unpacked(one.packed) for role, one in kept(results, "tessalit").items()}
    assert counted(slider.get_attribute("aria-valuetext"))[1] == expected(last["median"], -1, words)
    for role, key in (("worst", "Home"), ("best", "End")):
        chosen.focus()
        seen.page.keyboard.press(key)
        wanted = expected(last[role], -1, words)
        assert wanted != expected(last["median"], -1, words)
        expect(seen.page.locator("#replay-says")).to_contain_text(f"destroyed: {wanted['destroyed']}")
        assert counted(slider.get_attribute("aria-valuetext"))[1] == wanted


@pytest.mark.parametrize("calm", ["no-preference", "reduce"])
def test_it_plays_until_it_is_paused_and_the_slider_follows(page_of: MakesPage, look: Look, calm: str) -> None:
    from playwright.sync_api import expect

    seen = look(page_of("tessalit"), reduced_motion=calm)
    slider = seen.replay()
    button = seen.page.locator("#replay-play")
    assert button.inner_text() == "Play"
    button.focus()
    seen.page.keyboard.press("Enter")
    assert button.inner_text() == "Pause"
    assert seen.page.get_attribute("#replay-says", "aria-live") == "off"  # a sentence a frame would drown all else
    for day in ("0", "1"):
        expect(slider).not_to_have_value(day)
    seen.page.keyboard.press("Enter")
    assert button.inner_text() == "Play"
    assert seen.page.get_attribute("#replay-says", "aria-live") == "polite"
    assert slider.get_attribute("aria-valuetext") == seen.page.inner_text("#replay-says")


@pytest.mark.parametrize("scenario", ["tessalit", "minusma"])
def test_the_lots_are_drawn_over_the_map_in_the_colours_of_their_states(
    page_of: MakesPage, look: Look, scenario: str
) -> None:
    """Dots for the 471 lots of Tessalit, pies for the mission; where nothing is destroyed yet, no colour says so."""
    seen = look(page_of(scenario))
    seen.replay().focus()

    def pixels(colour: str) -> int:
        found: int = seen.page.evaluate(PIXELS, colour)
        return found

    assert (pixels("--state-in_use") > 200, pixels("--fate-destroyed")) == (True, 0)
    seen.page.keyboard.press("End")
    assert pixels("--fate-destroyed") > 200
    assert seen.page.locator("#replay-map svg").count() == 2  # the map below, the names of places above


@pytest.mark.parametrize("scenario", ["tessalit", "minusma"])
def test_without_script_nothing_is_empty_and_the_weeks_say_the_counts(
    page_of: MakesPage, results: Callable[[str, int], Path], look: Look, scenario: str
) -> None:
    seen, words = look(page_of(scenario), 390, java_script_enabled=False), Words("en")
    for section in seen.page.locator("main section").all():
        assert section.locator("h2").count() == 1
        assert len(section.inner_text().splitlines()) > 1, section.locator("h2").inner_text()
    assert not seen.page.locator("#replay-box").is_visible()
    replay = unpacked(kept(results, scenario)["median"].packed)
    begin = date.fromisoformat(replay.head["date"])
    folded = seen.page.locator("#replay details").filter(has_text="median")
    folded.locator("summary").click()
    heads = folded.locator("thead th").all_inner_texts()[1:]
    rows = folded.locator("tbody tr").all()
    assert len(rows) == -(-len(replay.head["ends_s"]) // 7)
    for row in rows[:: max(len(rows) // 6, 1)]:
        day = (date.fromisoformat(row.locator("th").inner_text()) - begin).days
        cells = [int(text.replace(",", "")) for text in row.locator("td").all_inner_texts()]
        shown = {head: many for head, many in zip(heads, cells, strict=True) if many or head == "people"}
        assert shown == expected(replay, day, words)
    assert (seen.asked, seen.said) == ([], [])
