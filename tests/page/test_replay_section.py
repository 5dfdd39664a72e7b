"""The part of a page that replays single replications: its tables, its words, and data without any markup."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.page.map import map_of
from sim.page.replay import replay_section
from sim.page.words import Words
from sim.replication.replay import Replay, counts_by_day, replay_of
from sim.replication.replay_bytes import packed, unpacked
from sim.replication.simulator import Simulator
from sim.results.replays import KeptReplay
from sim.scenario.door import load

FILE = Path(__file__).parents[2] / "scenarios" / "examples" / "two-camps.yaml"
BUNDLE = Path(__file__).parents[2] / "sim" / "page" / "static" / "replay.js"


@pytest.fixture(scope="module")
def replay() -> Replay:
    return replay_of(Simulator(load(FILE).scenario).history(1, 4))


def kept(replay: Replay, *roles: str, value: float | None = 0.25) -> KeptReplay:
    return KeptReplay(roles, 4, "extracted_share", value, packed(replay))


def said(section: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = json.loads(str(section["data"]))
    return found


def test_without_replays_there_is_nothing_to_show() -> None:
    assert replay_section([], None, Words("en")) == {}


def test_the_table_by_week_has_the_counts_of_the_timeline(replay: Replay) -> None:
    section = replay_section([kept(replay, "median")], None, Words("en"))
    [folded] = section["tables"]
    [table] = folded.blocks
    begin, counts = date.fromisoformat(replay.head["date"]), counts_by_day(replay)
    scope = np.array(replay.head["in_scope"], dtype=bool)
    names = {"in use": 0, "ready": 3, "on the way": 5, "extracted": 6, "destroyed": 9, "people": 14}
    days = [(date.fromisoformat(row.cells[0]) - begin).days for row in table.rows]
    assert days == [*range(6, len(counts), 7)] + ([len(counts) - 1] if len(counts) % 7 else [])
    for row, day in zip(table.rows, days, strict=True):
        cells = dict(zip(table.heads, row.cells, strict=True))
        for name, at in names.items():
            if name in cells:
                assert cells[name] == f"{counts[day, scope, at].sum():,}"
    assert {"in use", "extracted", "people"} < set(table.heads)


def test_the_chosen_or_else_the_median_is_shown_first_and_each_says_what_it_is(replay: Replay) -> None:
    three = [kept(replay, "worst"), kept(replay, "median", "best"), kept(replay, "chosen", value=None)]
    section = replay_section(three, None, Words("en"))
    assert section["first"] == 2
    assert replay_section(three[:2], None, Words("en"))["first"] == 1
    assert [label.replace("\u00a0", " ") for label in section["labels"]] == [
        "worst: replication 4, 25.0 % of tonnes extracted", "median, best: replication 4, 25.0 % of tonnes extracted",
        "chosen: replication 4",
    ]  # fmt: skip


def test_the_data_holds_the_bytes_of_the_folder_and_no_sign_of_markup(replay: Replay) -> None:
    head = replay.head | {"places": ["</script><b>&", *replay.head["places"][1:]]}
    section = replay_section([kept(Replay(head, replay.arrays), "best")], None, Words("en"))
    assert re.findall("[<>&\u2028\u2029]", str(section["data"])) == []
    [one] = said(section)["replays"]
    assert one["date"] == "2026-01-05"
    assert said(section)["titles"]["</script><b>&"] == "</script><b>&"


def test_a_scenario_without_positions_is_replayed_without_a_map(replay: Replay) -> None:
    section = replay_section([kept(replay, "best")], None, Words("en"))
    assert (section["drawn"], said(section)["wide"], said(section)["places"]) == (False, 0, {})


def test_on_a_map_places_and_roads_are_where_the_map_has_them(replay: Replay) -> None:
    positions = {name: {"lat": 10 + at, "lon": at} for at, name in enumerate(replay.head["places"])}
    data = load(FILE).data
    places = {name: place | {"position": positions[name]} for name, place in data["places"].items()}
    drawn = map_of(data | {"places": places}, Words("en"))
    assert drawn is not None
    found = said(replay_section([kept(replay, "best")], drawn, Words("en")))
    assert (found["wide"], found["high"]) == (drawn.wide, drawn.high)
    assert found["places"] == {name: [round(x, 1), round(y, 1)] for name, (x, y) in drawn.places.items()}
    assert set(found["roads"]) == set(replay.head["routes"])


def test_every_word_that_the_script_asks_for_is_given_and_no_other(replay: Replay) -> None:
    given = said(replay_section([kept(replay, "best")], None, Words("en")))["words"]
    text = BUNDLE.read_text(encoding="utf-8")
    assert {word for word in given if not re.search(rf'"{word}"|words\.{word}\b', text)} == set()
    assert set(re.findall(r'\.say\("(\w+)"', text)) <= set(given)


def test_bytes_that_are_no_replay_are_refused() -> None:
    with pytest.raises(ValueError, match="not packed"):
        replay_section([KeptReplay(("best",), 1, "", None, b"no")], None, Words("en"))


def test_the_states_of_a_replay_are_those_of_the_page(replay: Replay) -> None:
    found = said(replay_section([kept(replay, "best")], None, Words("en")))
    assert [state["title"] for state in found["states"]][:3] == ["in use", "released for packing", "being prepared"]
    assert len(found["states"]) == len(unpacked(packed(replay)).head["states"])
