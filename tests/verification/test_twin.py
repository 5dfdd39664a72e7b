"""The twin, a second world written from docs/model.md: the levels at which both worlds agree to the second."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sim.replication.play import Player
from sim.scenario.door import load

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))

from benchmarks.twin.compare import difference  # noqa: E402 - the benchmarks are no installed package

WITHOUT_THE_RULE = {
    "availability", "clearance-day-by-day", "clearance-in-spells",
    "crew-day", "hit-after-the-all-clear", "hold-too-short", "hours-a-day", "last-convoy",
    "last-convoy-a-second-less", "least-fill-waived", "least-stay", "order-of-work", "people-by-air", "people-late",
    "people-weigh", "road-before-air", "sensitive-first", "stand-down", "two-legs-a-second-less", "working-mog",
    "yard",
}  # fmt: skip
"""Oracles of rules that the twin does not have: people by air, crews' days, holding, queues, second looks."""
ORACLES = sorted(
    file for file in (Path(__file__).parent / "oracles").glob("*.yaml") if file.stem not in WITHOUT_THE_RULE
)


@pytest.mark.parametrize("file", ORACLES, ids=lambda file: file.stem)
def test_both_worlds_play_an_oracle_alike(file: Path) -> None:
    player = Player(load(file).scenario)
    assert [difference(player, 1, replication) for replication in (1, 2)] == ["", ""]
