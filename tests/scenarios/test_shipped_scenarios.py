"""The scenarios that ship: valid, sourced to the last figure, and of the size they claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.door import Loaded, load, unsourced
from sim.scenario.scenario import Scenario
from sim.tape.tape import draw, frame

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted([*FOLDER.glob("*.yaml"), *(FOLDER / "examples").glob("*.yaml")])
TESSALIT_VARIANTS = [file for file in FILES if file.stem.startswith("tessalit-")]
HISTORIC = ("tessalit.yaml", "kidal-region.yaml", "minusma.yaml")
UNDER_FIRE = [file for file in TESSALIT_VARIANTS if "no-gunfire" not in file.stem]
VEHICLES = ("light_vehicle", "cargo_truck", "tanker", "armoured", "plant")


def _lots(loaded: Loaded, *classes: str) -> int:
    places = loaded.scenario.places.values()
    return sum(place.lots[name].count for place in places for name in classes if name in place.lots)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_scenario_is_valid_without_a_warning_and_every_figure_has_a_source(file: Path) -> None:
    loaded = load(file, strict=True)
    assert loaded.warnings == ()
    assert [str(problem) for problem in unsourced(loaded)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_report_and_a_derived_figure_name_their_source_or_their_reasoning(file: Path) -> None:
    sources = load(file).scenario.sources
    bare = [path for path, source in sources.items() if source.kind == "report" and not source.cite]
    derived = [path for path, source in sources.items() if source.kind == "derived"]
    assert bare + [path for path in derived if not (sources[path].cite or sources[path].note)] == []


def test_the_mission_has_the_people_and_the_load_that_the_sources_give() -> None:
    mission = load(FOLDER / "minusma.yaml")
    people = [place.people or {} for place in mission.scenario.places.values()]
    totals = {kind: sum(each.get(kind, 0) for each in people) for kind in ("military", "police", "civilian")}
    assert totals == {"military": 11_600, "police": 1_500, "civilian": 1_786}
    assert (_lots(mission, "container"), _lots(mission, *VEHICLES)) == (5_500, 4_000)


def test_tessalit_is_the_same_camp_in_all_three_historic_scenarios_but_for_containers_broken_down() -> None:
    camps = [load(FOLDER / name).scenario.places["tessalit"] for name in HISTORIC]
    assert {name: held.owners() for name, held in camps[0].lots.items()} == {
        name: held.owners() for name, held in camps[2].lots.items()
    }
    assert camps[0] == camps[1] == camps[2].model_copy(update={"lots": camps[0].lots})
    assert camps[2].lots["container"].broken_down == 0


@pytest.mark.parametrize("file", TESSALIT_VARIANTS, ids=lambda file: file.stem)
def test_a_variant_of_tessalit_moves_the_same_load_and_differs_in_meaning(file: Path) -> None:
    historic, variant = load(FOLDER / "tessalit.yaml"), load(file)
    assert variant.scenario.places["tessalit"].lots == historic.scenario.places["tessalit"].lots
    assert variant.scenario.hash() != historic.scenario.hash()


@pytest.mark.parametrize("file", UNDER_FIRE, ids=lambda file: file.stem)
def test_a_variant_of_tessalit_that_keeps_the_gunfire_meets_the_same_alarms(file: Path) -> None:
    tapes = [draw(frame(load(each).scenario), 1, 7) for each in (FOLDER / "tessalit.yaml", file)]
    end_s = load(FOLDER / "tessalit.yaml").scenario.time.horizon_s
    alarms = [[at for at in tape.alarms["tessalit"] if at <= end_s] for tape in tapes]
    assert alarms[0] == alarms[1]


def test_without_gunfire_no_alarm_and_no_order_reaches_tessalit() -> None:
    tape = draw(frame(load(FOLDER / "tessalit-no-gunfire.yaml").scenario), 1, 7)
    assert (tape.alarms["tessalit"], tape.orders) == ([], {})


def test_the_record_is_no_part_of_what_is_run() -> None:
    loaded = load(FOLDER / "kidal-region.yaml")
    forgetful = Scenario.read({key: part for key, part in loaded.data.items() if key != "record"})
    assert "record" in loaded.data
    assert forgetful.hash() == loaded.scenario.hash()
