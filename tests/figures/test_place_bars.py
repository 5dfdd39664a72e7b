import pytest

from sim.figures.gallery import GALLERIES
from sim.figures.run_tables import RunTables

GALLERY = GALLERIES["run"]
PICTURES = {name: GALLERY.picture(name) for name in GALLERY.pictures}


def title(folder) -> str:
    text = PICTURES["places"](RunTables.read(folder)).figure.texts[0].get_text()
    return " ".join(text.split())


def world(results, rewrite, *closed):
    """Places a and b, handed over on days 61 and 62 after the start by plan, and closed as said."""
    folder = results(camps={"a": ("2023-10-31", 5), "b": ("2023-11-01", 5)}, replications=3, lots=2)
    rows = [f"{k},ff,{a},{b}" for k, (a, b) in enumerate(closed, 1)]
    rewrite(folder, "replications.csv", "\n".join(["replication,tape_hash,closed_a,closed_b", *rows]) + "\n")
    return folder


@pytest.mark.parametrize(
    ("a", "b", "reported"),
    [
        (50, 50, "All 2 places close before planned handover"),
        (61, 62.4, "All 2 places close on the day planned"),
        (62, 70, "All 2 places close a day or more after planned handover"),
        (50, 70, "1 of 2 places closes before planned handover, 1 a day or more after planned handover"),
        (61, "", "1 of 2 places closes on the day planned, 1 not by the horizon"),
        ("", "", "No place closes by the horizon"),
    ],
)
def test_the_title_counts_places_by_their_median_closing(results, rewrite, a, b, reported):
    assert title(world(results, rewrite, (a, b), (0, 0), ("", ""))) == f"{reported} (median of replications)"


@pytest.mark.parametrize(
    ("days", "reported"), [(50, "closes 11 days before planned handover"), ("", "does not close by the horizon")]
)
def test_a_single_place_is_shown_with_its_days(results, rewrite, days, reported):
    folder = results(camps={"a": ("2023-10-31", 5)}, replications=1, lots=2)
    rewrite(folder, "replications.csv", f"replication,tape_hash,closed_a\n1,ff,{days}\n")
    assert title(folder) == f"a {reported} (in the only replication)"


def test_replications_in_which_a_place_never_closes_are_counted(results, rewrite):
    ax = PICTURES["places"](RunTables.read(world(results, rewrite, (50, ""), (51, ""), (52, 60))))
    assert [text.get_text() for text in ax.texts] == ["not closed in 2 of 3"]


def test_places_whose_names_differ_in_the_middle_alone_have_labels_that_differ(results):
    names = [f"Temporary Operating Base {name} Company Compound" for name in ("Alpha", "Bravo")]
    folder = results(camps=dict.fromkeys(names, ("2023-10-31", 5)), replications=2, lots=2)
    ax = PICTURES["places"](RunTables.read(folder))
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "Temporar…Alpha Comp…pound", "Temporar…Bravo Comp…pound",
    ]  # fmt: skip
