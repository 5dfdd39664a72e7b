"""Fates that no lot can meet are in no legend and no row."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "worldkit"))
from little import ROAD, camp, world

from sim.figures.fate_bars import keys
from sim.scenario.door import load_data
from sim.scenario.fates import impossible_fates

BOX = {"lots": {"a": {"coe": 1}}}


def impossible(place: dict | None = None, kind: dict | None = None, **more: object) -> tuple[str, ...]:
    return impossible_fates(
        load_data(world({"camp": camp(**BOX, **(place or {}))}, {"a": kind or {}}, **{"routes": ROAD, **more})).scenario
    )


def test_without_custody_agreement_and_threat_three_fates_are_impossible() -> None:
    assert impossible() == ("retained", "transferred", "lost")


@pytest.mark.parametrize(
    ("change", "possible"),
    [
        ({"kind": {"transfer": {"coe": "agreed"}}}, "transferred"),
        ({"place": {"threat": {"fires": "0.1 /day"}}}, "lost"),
        ({"routes": {"r": {**ROAD["r"], "attacks": {"rate": "0.001 /km", "delay": "1 h",
                                                    "vehicles_lost": {"poisson": {"mean": 1}},
                                                    "hurt": {"poisson": {"mean": 1}}}}}}, "lost"),
    ],
)  # fmt: skip
def test_what_can_happen_is_kept(change: dict, possible: str) -> None:
    assert possible not in impossible(**change)


def test_an_agreement_for_another_owner_is_none() -> None:
    assert "transferred" in impossible(kind={"transfer": {"unoe": "agreed"}})


def test_a_legend_leaves_them_out() -> None:
    every = [words for _, words in keys([])]
    assert "retained" in every
    assert [words for _, words in keys([], ("retained", "lost"))] == [w for w in every if w not in ("retained", "lost")]
