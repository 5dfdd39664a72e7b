"""The oracles: scenarios with known results, run as a user would run them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.experiment.backend import Backend
from sim.experiment.verification import SEED, Verified, oracles_in, problems_of, verify

FOLDER = Path(__file__).parent / "oracles"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.fixture(scope="module")
def verified() -> Verified:
    """All oracles under the seed that is kept."""
    return verify(oracles_in([str(FOLDER)]), SEED, Backend(1), lambda *_: None)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_oracle_shows_the_figures_that_paper_gives(file: Path, verified: Verified) -> None:
    oracle = next(one for one in verified.oracles if one.file == str(file))
    odd = [(one.expected.response, one.expected.of, one.found) for one in oracle.checked if not one.found.holds]
    assert (odd, oracle.failures) == ([], ())


def test_all_numbers_of_chance_together_look_like_chance(verified: Verified) -> None:
    assert len(verified.zs) > 10
    assert verified.band[0] < verified.squares < verified.band[1]


def test_every_oracle_names_a_fault_that_it_would_catch() -> None:
    dumb = [file for file, one in oracles_in([str(FOLDER)]) if not any(each.kills for each in one.scenario.expect)]
    assert dumb == []


def test_every_oracle_expects_what_there_is() -> None:
    assert problems_of(oracles_in([str(FOLDER)])) == []
