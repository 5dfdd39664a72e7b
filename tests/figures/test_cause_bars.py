import pytest

from sim.figures.gallery import GALLERIES
from sim.figures.run_tables import RunTables

GALLERY = GALLERIES["run"]
PICTURES = {name: GALLERY.picture(name) for name in GALLERY.pictures}

FATES = "replication,place,class,owner,fate,lots,tonnes,floor,usd\n"
CAUSES = "replication,place,class,cause,lots,tonnes,usd,hours\n"
AGREED = "retained or transferred"


def drawn(results, rewrite, fates: str, causes: str):
    """Camp a and custody hub gao, two replications."""
    folder = results(camps={"a": ("2023-11-01", 5)}, replications=2, lots=1)
    rewrite(folder, "fates.csv", FATES + fates)
    rewrite(folder, "causes.csv", CAUSES + causes)
    ax = PICTURES["causes"](RunTables.read(folder))
    bars = dict(
        zip(
            (label.get_text() for label in ax.get_yticklabels()),
            (round(bar.get_width(), 6) for bar in ax.patches),
            strict=True,
        )
    )
    return bars, " ".join(ax.figure.texts[0].get_text().split())


def test_a_cause_is_a_share_of_all_tonnes_of_its_replication_averaged_over_all_of_them(results, rewrite):
    fates = "1,a,x,coe,extracted,1,5,1,1\n1,a,x,coe,lost,1,5,1,1\n2,a,x,coe,extracted,1,40,1,1\n"
    bars, _ = drawn(results, rewrite, fates, "1,a,x,shelter,1,5,1,3\n")
    assert bars == {"shelter": 0.25}


def test_causes_are_in_the_order_of_their_shares_with_what_was_agreed_last(results, rewrite):
    fates = "".join(f"{k},a,x,coe,{fate},1,5,1,1\n" for k in (1, 2) for fate in ("extracted", "lost"))
    rows = [("no crew", 1), ("shelter", 1.5), (AGREED, 2.5)]
    causes = "".join(f"{k},a,x,{cause},1,{tonnes},1,0\n" for k in (1, 2) for cause, tonnes in rows)
    bars, title = drawn(results, rewrite, fates, causes)
    assert list(bars.items()) == [("shelter", 0.15), ("no crew", 0.1), (AGREED, 0.25)]
    assert title.startswith(
        "When it was given up, most stood here: shelter, 15\u00a0% of all tonnes".replace("\u00a0", " ")
    )


def test_tonnes_without_a_cause_on_record_are_not_passed_over(results, rewrite):
    fates = "".join(f"{k},a,x,coe,{fate},1,5,1,1\n" for k in (1, 2) for fate in ("extracted", "lost"))
    bars, _ = drawn(results, rewrite, fates, "1,a,x,shelter,1,2,1,0\n2,a,x,shelter,1,2,1,0\n")
    assert bars == {"shelter": 0.2, "none recorded": pytest.approx(0.3)}


def test_a_wait_that_kept_nothing_back_is_no_bar_and_hubs_do_not_count(results, rewrite):
    fates = "".join(f"{k},a,x,coe,lost,1,5,1,1\n{k},gao,x,coe,retained,1,50,1,1\n" for k in (1, 2))
    causes = "".join(f"{k},a,x,shelter,1,5,1,0\n{k},a,x,no crew,0,0,0,9\n{k},gao,x,{AGREED},1,50,1,0\n" for k in (1, 2))
    bars, _ = drawn(results, rewrite, fates, causes)
    assert bars == {"shelter": 1.0}
