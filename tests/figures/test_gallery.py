import re
import subprocess
import sys
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.errors import InputError, ResultsError
from sim.figures.gallery import GALLERIES, draw, draw_all
from sim.figures.run_tables import RunTables
from sim.results.backtest_folder import BACKTEST
from sim.results.comparison_folder import COMPARISON
from sim.results.folder import RUN
from sim.results.selection_folder import SELECTION
from sim.results.solve_folder import SOLVE
from sim.results.sweeps import SWEEP
from sim.results.why_folder import WHY

GALLERY = GALLERIES["run"]
NAMES = tuple(GALLERY.pictures)
PICTURES = {name: GALLERY.picture(name) for name in NAMES}

HOSTILE = ("_north", "$x^$", "=HYPERLINK(1)", "<script>alert(1)</script>", "a_{b}$c", "NA", "قاعدة", "营地北")
INTERVAL, SPREAD = "95 % interval of the mean", "spread of replications"
SHELTER_AND_WORK = ("crews at work*", "shelter*", ", as ordered*")


def words_on(ax) -> str:
    return "\n".join(text.get_text() for text in ax.figure.findobj(Text) if text.get_visible())


def words_in(svg) -> list[str]:
    tree = ElementTree.parse(svg)
    return ["".join(node.itertext()).strip() for node in tree.iter("{http://www.w3.org/2000/svg}text")]


def camps(*names) -> dict:
    return {name: (f"2023-11-{day % 30 + 1:02d}", 100 + day) for day, name in enumerate(names)}


def test_the_pictures_of_each_kind_are_those_that_are_cleaned_up_with_its_folder():
    kinds = {kind.noun: kind.pictures for kind in (RUN, COMPARISON, SWEEP, SELECTION, WHY, SOLVE, BACKTEST)}
    drawn = {noun: tuple(gallery.pictures) for noun, gallery in GALLERIES.items()}
    assert drawn == kinds


def test_naming_the_pictures_loads_neither_matplotlib_nor_pandas_and_drawing_loads_no_pyplot():
    code = (
        "import sys; from sim.figures.gallery import GALLERIES;"
        "assert not {'matplotlib', 'pandas', 'pydantic'} & set(sys.modules);"
        "assert [gallery.picture(name) for gallery in GALLERIES.values() for name in gallery.pictures];"
        "assert 'matplotlib' in sys.modules; assert 'matplotlib.pyplot' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_picture_is_written_in_both_formats_and_nothing_else_is_left(results):
    folder = results(replications=20, lots=10)
    before = set(folder.iterdir())
    paths = draw_all(folder)
    assert [path.name for path in paths] == [f"{name}.{kind}" for name in NAMES for kind in ("png", "svg")]
    assert set(folder.iterdir()) - before == set(paths)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_the_same_bytes_when_drawn_again_and_no_date_or_library_in_them(results, name):
    folder = results(camps=camps("a", "b"), replications=20, lots=10)
    first = [path.read_bytes() for path in draw(folder, name)]
    assert [draw(folder, name, [kind])[0].read_bytes() for kind in ("png", "svg")] == first
    assert not [part for part in (b"dc:date", mpl.__version__.encode()) for data in first if part in data]


@pytest.mark.parametrize(
    ("name", "bands"),
    [
        ("fates", {INTERVAL}),
        ("extracted", {INTERVAL, SPREAD}),
        ("lots_over_time", {SPREAD}),
        ("places", {SPREAD}),
        ("people", {INTERVAL, SPREAD}),
        ("causes", {INTERVAL}),
    ],
)
def test_every_band_says_in_words_whether_it_is_an_interval_or_a_spread(results, name, bands):
    words = words_on(PICTURES[name](RunTables.read(results(replications=25, lots=10))))
    assert {band for band in (INTERVAL, SPREAD) if band in words} == bands


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_names_scenario_replications_seed_and_what_it_is_conditional_on(results, name):
    words = words_on(PICTURES[name](RunTables.read(results(name="A camp", replications=25, lots=10))))
    for part in ("A camp", "25 replications", "seed 1", "in the model, conditional on its inputs"):
        assert part in words


def test_the_title_has_the_share_of_the_summary_with_its_interval(results):
    folder = results(replications=200)
    reported = RunTables.read(folder).responses["extracted_share"]
    mean, low, high = (f"{100 * reported[key]:.0f}" for key in ("mean", "low", "high"))
    words = words_on(PICTURES["fates"](RunTables.read(folder)))
    assert f"{mean}\u00a0% of tonnes come out ({INTERVAL} {low}–{high}\u00a0%)" in words


@pytest.mark.parametrize("name", ["fates", "extracted", "lots_over_time", "causes"])
def test_without_lots_a_picture_says_so_in_place_of_a_share(results, name):
    words = words_on(PICTURES[name](RunTables.read(results(replications=5, lots=0))))
    assert "No lots at places that must close" in words
    assert "nan" not in words.lower()


@pytest.mark.parametrize("name", NAMES)
def test_of_lots_that_weigh_nothing_a_picture_is_drawn(results, rewrite, name):
    folder = results(replications=5, lots=10)
    head, *rows = [line.split(",") for line in (folder / "fates.csv").read_text().splitlines()]
    weight = head.index("tonnes")
    rows = [[*row[:weight], "0", *row[weight + 1 :]] for row in rows]
    rewrite(folder, "fates.csv", "\n".join(",".join(row) for row in [head, *rows]) + "\n")
    assert words_on(PICTURES[name](RunTables.read(folder)))


@pytest.mark.parametrize("name", NAMES)
def test_without_places_that_must_close_every_picture_still_says_something(results, name):
    words = words_on(PICTURES[name](RunTables.read(results(camps={}, replications=3, lots=0))))
    assert re.search(r"No (lots|places|people)", words)


@pytest.mark.parametrize("name", NAMES)
def test_one_replication_gets_neither_interval_nor_spread(results, name):
    words = words_on(PICTURES[name](RunTables.read(results(replications=1))))
    assert INTERVAL not in words
    assert SPREAD not in words
    assert re.search("only replication|no interval|Only one", words)


def test_fewer_than_twenty_replications_are_described_by_their_lowest_and_highest(results):
    words = words_on(PICTURES["extracted"](RunTables.read(results(replications=19))))
    assert "spread of replications (lowest to highest of 19)" in words
    assert "percentile" not in words


@pytest.mark.parametrize("name", ["places", "lots_over_time"])
def test_a_folder_without_episodes_is_drawn_and_says_what_is_missing(results, name):
    folder = results(replications=2, lots=5, episodes=False)
    words = words_on(PICTURES[name](RunTables.read(folder)))
    assert "The folder has no episodes of replication 1" in words
    assert not any(key in words for key in SHELTER_AND_WORK)


def test_what_is_of_replication_1_alone_is_marked_so(results):
    words = words_on(PICTURES["places"](RunTables.read(results(replications=2, lots=5))))
    assert all(key in words for key in (*SHELTER_AND_WORK, "* in replication 1 only: an example, not a mean."))


@pytest.mark.parametrize("name", ["fates", "places", "people"])
def test_names_of_users_are_shown_letter_by_letter(results, name):
    folder = results(camps=camps(*HOSTILE), replications=2, lots=5)
    shown = {words.strip("\u2068\u2069") for words in words_in(draw(folder, name, ["svg"])[0])}
    assert {label for label in HOSTILE if label not in shown} == set()


def test_a_hostile_scenario_name_neither_breaks_a_picture_nor_becomes_markup(results):
    folder = results(name="$\\frac{$ _x <b>\x1b[31m\u202e 营地 " + "long " * 50, replications=2, lots=5)
    for path in draw_all(folder, ["svg"]):
        words = " ".join(words_in(path))
        assert r"$\frac{$ _x <b>[31m 营地 long" in words
        assert "…" in words


def test_of_more_than_thirty_places_the_largest_are_shown_and_the_pictures_say_so(results):
    tables = RunTables.read(results(camps=camps(*(f"camp {n}" for n in range(31))), replications=2, lots=3))
    for name in ("fates", "places", "people"):
        words = words_on(PICTURES[name](tables))
        assert "The 30 largest of 31 places are shown." in words, name
    assert "camp 0\n" not in words_on(PICTURES["people"](tables))


def test_on_axes_of_the_caller_a_picture_draws_its_main_panel_there(results):
    tables = RunTables.read(results(replications=20, lots=10))
    for name, picture in PICTURES.items():
        ax = Figure().add_subplot()
        assert picture(tables, ax) is ax, name
        assert ax.get_title(loc="left"), name
        assert ax.has_data(), name


def test_days_followed_in_part_of_the_replications_are_said_to_be(results, rewrite):
    folder = results(replications=30, lots=5)
    rewrite(folder, timeline={"replications": 15})
    for name in ("lots_over_time", "people"):
        words = words_on(PICTURES[name](RunTables.read(folder)))
        assert "Days are followed in the first 15 replications." in words, name
        assert "(lowest to highest of 15)" in words, name


def test_failed_replications_are_reported(results, rewrite):
    folder = results(replications=18, lots=5)
    rewrite(folder, replications=20)
    assert "18 of 20 replications, the others failed" in words_on(PICTURES["fates"](RunTables.read(folder)))


def test_drawing_leaves_the_settings_of_matplotlib_as_they_were(results):
    before = dict(mpl.rcParams)
    PICTURES["fates"](RunTables.read(results(replications=2, lots=5)))
    assert dict(mpl.rcParams) == before


def test_an_unknown_picture_is_refused_with_the_nearest_name(results):
    with pytest.raises(InputError, match="did you mean fates"):
        draw(results(replications=1), "fate")


def test_an_unknown_format_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match="got pdf; allowed: png, svg"):
        draw_all(tmp_path / "nowhere", ["pdf"])


def test_a_folder_that_holds_no_results_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(ResultsError, match="is not a finished results folder"):
        draw_all(tmp_path)
