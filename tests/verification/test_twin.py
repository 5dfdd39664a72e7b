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

ORACLES = sorted((Path(__file__).parent / "oracles").glob("*.yaml"))


@pytest.mark.parametrize("file", ORACLES, ids=lambda file: file.stem)
def test_both_worlds_play_an_oracle_alike(file: Path) -> None:
    player = Player(load(file).scenario)
    assert [difference(player, 1, replication) for replication in (1, 2)] == ["", ""]
