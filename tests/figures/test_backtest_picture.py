"""The picture of a backtest: every target has a row, its record a mark, and the title counts what hit."""

from types import SimpleNamespace

import pytest

from sim.figures.gallery import GALLERIES

PICTURES = {"record": GALLERIES["backtest"].picture("record")}


def target(name, record, low, high, **more):
    said = {
        "name": name, "words": f"{name} closed", "measure": "closed", "record": record, "low": record, "high": record,
        "most_low": low, "most_high": high, "half_low": low, "half_high": high, "reference_forecasts": {"plan": high},
        "unit": "date",
    }  # fmt: skip
    return said | more


ROWS = [
    target("near", "2023-10-20", "2023-10-15", "2023-10-25"),
    target("far", "2023-10-31", "2023-11-05", "2023-11-15"),
    target(
        "hurt",
        37.0,
        None,
        None,
        measure="column_hurt",
        words="far, hurt",
        unit="people",
        reference_forecasts={"plan": None},
    ),
]


@pytest.fixture
def axes():
    sides = [{"targets": ROWS, "hits": {"half": 1, "most": 1, "targets": 3}}, {"targets": ROWS[:2]}]
    summary = {"cut": "2023-08-31", "seed": 1, "replications": 60, "sides": sides}
    return PICTURES["record"](SimpleNamespace(manifest={}, summary=summary))


def test_every_target_has_its_row_and_its_record_a_mark(axes):
    assert [label.get_text() for label in axes.get_yticklabels()] == ["near closed", "far closed", "far, hurt"]
    assert [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "D"] == [0, 1, 2]


def test_rows_of_one_kind_share_a_scale(axes):
    # from 15 October to 15 November are 31 days
    marks = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "D"]
    assert marks[:2] == pytest.approx([5 / 31, 16 / 31])


def test_the_title_counts_the_hits_and_the_values_are_next_to_the_bands(axes):
    words = [text.get_text() for text in axes.figure.texts]
    assert words[0] == "1 of 3 values of the record are within the 90 % interval of the forecast"
    assert [text.get_text() for text in axes.texts] == [
        "20 Oct; forecast 15 Oct to 25 Oct", "31 Oct; forecast 5 Nov to 15 Nov", "37; no forecast",
    ]  # fmt: skip
