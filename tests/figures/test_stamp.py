import json

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.figures.gallery import GALLERIES
from sim.figures.run_tables import RunTables
from sim.figures.scripts import lacking
from sim.figures.stamp import NO_RECORD, stamped
from sim.figures.style import Heading, sheet, styled, write_sheet
from sim.figures.wording import titled, worded

GALLERY = GALLERIES["run"]


def words_on(figure) -> str:
    return " ".join(" ".join(text.get_text() for text in figure.findobj(Text)).split())


@styled
def fonts_for(text):
    return lacking(text)


@pytest.mark.parametrize("name", GALLERY.pictures)
def test_every_picture_says_its_version_and_day_and_that_it_is_no_record(results, rewrite, name):
    folder = results(replications=3, lots=5)
    scenario = json.loads((folder / "manifest.json").read_text())["scenario"] | {"as_of": "2026-02-03"}
    said = {"scenario": scenario, "identity": {"scenario": "0123456789"}, "versions": {"drawdown": "7.8"}}
    rewrite(folder, **said)
    words = words_on(GALLERY.picture(name)(RunTables.read(folder)).figure)
    assert f"scenario version 01234567 · scenario of 2026-02-03 · drawdown 7.8 · {NO_RECORD}" in words


def test_a_folder_of_another_kind_is_named_by_its_own_hash():
    manifest = {"kind": "drawdown sweep", "sweep": "fedcba9876", "as_of": "2026-02-03"}
    assert stamped("x", manifest) == f"x\nsweep fedcba98 · scenario of 2026-02-03 · {NO_RECORD}"


def test_what_a_manifest_does_not_say_is_left_out():
    assert stamped("x", {}) == f"x\n{NO_RECORD}"


@pytest.mark.parametrize("text", ["camp 7 – 5 %", "قاعدة الشمال", "база", "βάση", "a\nb"])
def test_letters_that_the_font_of_matplotlib_has_need_no_other(text):
    assert fonts_for(text) is None


def test_letters_without_a_font_are_named_with_the_font_to_install(monkeypatch):
    monkeypatch.setattr("sim.figures.style._SCRIPTS", ())
    assert fonts_for("营地 base") == (
        "2 signs have no font here (CJK) and are boxes in the PNG: install Noto Sans CJK SC (Debian: fonts-noto-cjk)"
        " and draw again."
    )


@styled
def test_a_picture_of_such_letters_says_so_above_its_title(tmp_path, monkeypatch):
    monkeypatch.setitem(mpl.rcParams, "font.family", ["sans-serif"])
    axes = sheet(2, Heading("营地", "origin")).add_subplot()
    write_sheet(axes, tmp_path, "x", "about", ["svg"])
    assert "1 sign" in words_on(axes.figure) or "2 signs" in words_on(axes.figure)


def test_the_key_of_places_has_what_occurs_and_nothing_else(results, rewrite):
    folder = results(camps={"a": ("2023-11-01", 5)}, replications=3, lots=5)
    rewrite(folder, "episodes.csv", "place,kind,from_s,until_s\na,refused_air,0,90000\n")
    tables = RunTables.read(folder)
    legend = GALLERY.picture("places")(tables).figure.legends[0]
    shown = {text.get_text() for text in legend.get_texts()}
    assert "flights refused*" in shown
    assert "handover as planned" in shown
    assert not [words for words in shown if "shelter" in words or "ordered" in words or "convoy" in words]


def test_what_was_ordered_in_replication_1_is_not_drawn_on_the_closings_of_all(results, rewrite):
    folder = results(camps={"a": ("2023-11-01", 5)}, replications=3, lots=5)
    rewrite(folder, "episodes.csv", "place,kind,from_s,until_s\na,order,0,90000\n")
    ax = GALLERY.picture("places")(RunTables.read(folder), Figure().add_subplot())
    lanes = {line.get_marker(): round(float(line.get_ydata()[0]), 2) for line in ax.lines if line.get_marker() in "Do"}
    assert lanes == {"o": -0.27, "D": 0.02}


def test_the_panels_of_the_extracted_share_have_one_scale_and_no_legend(results):
    figure = GALLERY.picture("extracted")(RunTables.read(results(replications=30))).figure
    assert len({ax.get_xlim() for ax in figure.axes}) == 1
    assert not [ax for ax in figure.axes if ax.get_legend()]


def test_the_part_of_a_class_in_a_cause_is_of_all_tonnes(results, rewrite):
    folder = results(camps={"a": ("2023-11-01", 5)}, replications=1, lots=1)
    fates = "1,a,big,coe,extracted,1,90,1,1\n1,a,big,coe,lost,1,9,1,1\n1,a,small,coe,lost,1,1,1,1\n"
    rewrite(folder, "fates.csv", "replication,place,class,owner,fate,lots,tonnes,floor,usd\n" + fates)
    causes = "1,a,big,shelter,1,9,1,0\n1,a,small,shelter,1,1,1,0\n"
    rewrite(folder, "causes.csv", "replication,place,class,cause,lots,tonnes,usd,hours\n" + causes)
    heat = GALLERY.picture("causes")(RunTables.read(folder)).figure.axes[1]
    assert [text.get_text() for text in heat.texts] == ["9", "1"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("extracted_share", "Share of tonnes extracted"), ("lost_share_value", "Share of value lost"),
        ("people_out_share", "People out by the deadline"), ("sorties_flown", "Sorties flown"),
        ("closed_north camp", "Day of closing of north camp"), ("closed_hours_kidal", "Closed hours kidal"),
    ],
)  # fmt: skip
def test_responses_are_named_in_words(name, words):
    assert titled(name) == words
    assert worded(name).lower() == words.lower()
