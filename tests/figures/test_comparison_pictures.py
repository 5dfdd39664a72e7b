import json

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.figures.compared_tables import ComparedTables
from sim.figures.gallery import GALLERIES, draw_all
from sim.results.comparison_folder import ComparisonIdentity, write_comparison
from sim.results.finished import read_results
from sim.results.pairing import Side, pair

GALLERY = GALLERIES["comparison"]
NAMES = tuple(GALLERY.pictures)
PICTURES = {name: GALLERY.picture(name) for name in NAMES}

INTERVAL, SPREAD = "95 % interval", "spread of replications"
FATES = ("extracted", "retained", "transferred", "destroyed", "disabled", "lost", "abandoned", "late")


def words_on(ax) -> str:
    return "\n".join(text.get_text() for text in ax.figure.findobj(Text) if text.get_visible())


@pytest.fixture
def compared(tmp_path, results, rewrite):
    """A comparison of invented results: `compared(names, replications, gap)`."""

    def write(names=("calm", "open roads"), replications=30, gap=0.1, lots=10):
        first = results(replications=replications, lots=lots)
        columns = ["replication", "tape_hash", *(f"{fate}_share" for fate in FATES), "closed_tessalit"]
        sides = []
        for at, name in enumerate(names):
            folder = first.rename(tmp_path / f"side-{at}") if at == 0 else tmp_path / f"side-{at}"
            if at:
                folder.mkdir()
                for file in (tmp_path / "side-0").iterdir():
                    (folder / file.name).write_bytes(file.read_bytes())
            rows = [",".join(columns)]
            for number in range(1, replications + 1):
                out = 0.3 + 0.01 * (number % 7) + at * (gap + (0.01 * (number % 3) if gap else 0))
                shares = [f"{out:.4f}", "0.0", "0.0", "0.1", f"{0.9 - out:.4f}", "0.0", "0.0", "0.0"]
                rows.append(",".join([str(number), f"{number:016x}", *(shares if lots else [""] * 8), "70.5"]))
            one = {"mean": 0.3, "unit": "share", "denominator": "t", "quantiles": {}}
            responses = {f"{fate}_share": one for fate in FATES} | {"closed_tessalit": one | {"unit": "days"}}
            (folder / "summary.json").write_text(json.dumps({"responses": responses}))
            (folder / "tape.csv").write_text("replication,source,place,draws_hash,values_hash\n")
            identity = {"scenario": f"s{at}", "without": [], "program": "p"}
            rewrite(folder, "replications.csv", "\n".join(rows) + "\n", identity=identity, name=name, sets=[],
                    failures=[], run=str(at))  # fmt: skip
            sides.append(Side(name, read_results(folder)))
        made = tmp_path / "comparison"
        made.mkdir()
        identity = ComparisonIdentity(
            tuple((side.name, {}) for side in sides), 1, replications, "extracted_share", "1", "p"
        )  # fmt: skip
        write_comparison(made, identity, pair(sides), {}, {"command": "", "sides": [], "lost": 0, "faults": 0}, {})
        return made

    return write


def test_every_picture_is_written_in_both_formats_with_the_same_bytes_when_drawn_again(compared):
    folder = compared()
    paths = draw_all(folder)
    assert [path.name for path in paths] == [f"{name}.{kind}" for name in NAMES[:4] for kind in ("png", "svg")]
    first = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in draw_all(folder)] == first


@pytest.mark.parametrize(
    ("name", "bands"),
    [("differences", {INTERVAL}), ("timelines", {SPREAD}), ("replications", set()), ("fates", set())],
)
def test_every_band_says_in_words_whether_it_is_an_interval_or_a_spread(compared, name, bands):
    words = words_on(PICTURES[name](ComparedTables.read(compared())))
    assert {band for band in (INTERVAL, SPREAD) if band in words} == bands


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_names_the_sides_replications_and_seed(compared, name):
    words = words_on(PICTURES[name](ComparedTables.read(compared())))
    for part in ("open roads against calm", "30 replications with common random numbers", "seed 1", "conditional on"):
        assert part in words


def test_the_title_of_the_forest_has_the_difference_with_its_interval(compared):
    tables = ComparedTables.read(compared())
    row = tables.difference("open roads", "extracted_share")
    low, high = (f"+{100 * row[end]:.1f}" for end in ("low", "high"))
    assert f"+11.0 points ({low} to {high})" in words_on(PICTURES["differences"](tables))


def test_what_never_varied_has_a_dotted_bound_and_a_note_that_says_so(compared):
    ax = PICTURES["differences"](ComparedTables.read(compared(gap=0)))
    reach = 1 - 0.05 ** (1 / 30)
    lines = [line for line in ax.lines if line.get_marker() == "|"]
    assert lines
    assert all(line.get_linestyle() == ":" for line in lines)
    assert all(list(line.get_xdata()) == pytest.approx([-reach, reach]) for line in lines)
    assert "the bound for unseen differences" in " ".join(words_on(ax).split())


def test_what_varied_has_an_unbroken_line_next_to_the_dotted_ones(compared):
    ax = PICTURES["differences"](ComparedTables.read(compared()))
    assert {line.get_linestyle() for line in ax.lines if line.get_marker() == "|"} == {"-", ":"}


def test_no_difference_at_all_is_said_in_words(compared):
    words = words_on(PICTURES["fates"](ComparedTables.read(compared(gap=0))))
    assert "is the same as the first in every replication" in words


def test_the_scatter_counts_in_how_many_replications_the_other_is_above(compared):
    words = words_on(PICTURES["replications"](ComparedTables.read(compared())))
    assert "open roads is above in 30 of 30 replications" in words


def test_several_sides_have_an_interval_that_holds_together_and_a_colour_each(compared):
    tables = ComparedTables.read(compared(("calm", "b", "c")))
    assert "together for 2 comparisons" in words_on(PICTURES["differences"](tables))
    ax = PICTURES["differences"](tables)
    assert len({line.get_color() for line in ax.lines if line.get_marker() == "|"}) == 2


@pytest.mark.parametrize("name", NAMES)
def test_names_of_users_are_shown_letter_by_letter(compared, name):
    words = words_on(PICTURES[name](ComparedTables.read(compared(("$x^$", "_<b>\x1b[31m")))))
    assert "_<b>[31m" in words
    assert r"\$x^\$" in words


@pytest.mark.parametrize("name", ["fates", "differences", "replications"])
def test_without_lots_a_picture_says_so_in_place_of_a_difference(compared, name):
    words = words_on(PICTURES[name](ComparedTables.read(compared(lots=0))))
    assert "no lots" in words or "No share" in words or "No replication" in words
    assert "nan" not in words


def test_on_axes_of_the_caller_a_picture_draws_its_main_panel_there(compared):
    tables = ComparedTables.read(compared())
    for name in NAMES[:4]:
        ax = Figure().add_subplot()
        assert PICTURES[name](tables, ax) is ax, name
        assert ax.get_title(loc="left"), name


def test_without_a_waterfall_its_picture_says_how_to_get_one(compared):
    assert "--waterfall" in words_on(PICTURES["waterfall"](ComparedTables.read(compared())))
