from dataclasses import replace
from html.parser import HTMLParser

from sim.analysis.oracles import OracleFinding
from sim.experiment.tie_shuffles import Ties
from sim.experiment.verification import CheckedExpectation, Oracle, Verified
from sim.figures.verification_page import NOT_KNOWN, page
from sim.results.rows import Failure
from sim.scenario.plan import Expectation


def expectation(response="extracted_share", **more):
    return Expectation(response=response, equals=1.0, kills=("trucks fly",), **more)


def verified(z=0.5, holds=True):
    by_chance = CheckedExpectation(
        expectation("alarms", test="z", replications=400, of="mean"), OracleFinding(1.01, z, holds, bias=0.03)
    )  # fmt: skip
    exact = CheckedExpectation(expectation(), OracleFinding(1.0, None, True))
    oracles = (Oracle("a/trucks.yaml", "Trucks", 1, (exact,)), Oracle("a/gunfire.yaml", "Gunfire", 2, (by_chance,)))
    return Verified(7, oracles, 3.3, z * z, (0.0, 10.8))


class Tags(HTMLParser):
    """Checks that every tag that opens closes, and keeps the text."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "path", "circle", "!doctype"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in ("path", "circle"):
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def read(text):
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    return tags.text


def test_a_page_has_a_dot_an_expectation_under_what_it_is_about_and_all_that_is_known_of_it():
    text = page(verified())
    said = read(text)
    assert (text.count('<a href="#e'), text.count('role="img" aria-label="holds"')) == (2, 2)
    assert "What comes out 1 of 1" in said
    assert "Alarms, shelter and time at work 1 of 1" in said
    assert 'title="holds: oracle gunfire; response alarms (mean of 400); expected 1; found 1.01; z +0.50;' in text
    assert "detectable error 3 %; catches trucks fly" in text
    assert "2 of 2 oracles hold" in said
    assert all(name in said and sentence in said for name, sentence in NOT_KNOWN)


def test_a_dot_that_does_not_hold_has_another_shape_and_says_so():
    text = page(verified(z=9.0, holds=False))
    assert "1 of 2 oracles hold; some checks failed" in read(text)
    assert text.count(" class=no ") == 1
    assert "DOES NOT HOLD: oracle gunfire" in text
    assert 'stroke="var(--bad)" stroke-width="2.5"' in text  # a cross at the edge of the strip
    assert "It is outside." in read(text)


def test_ties_are_on_the_page_with_what_depends_on_them():
    held = Ties("a/trucks.yaml", 1, 3, 12)
    assert "Ties shuffled, 3 times: 12 ties without a defined order, in 1 oracle; no result" in read(
        page(verified(), [held])
    )
    said = read(page(verified(), [replace(held, differs=("replication 1: fill is <1>",))]))
    assert "results depend on it" in said
    assert "trucks: replication 1: fill is <1>" in said
    assert "some checks failed" in said


def test_replications_that_failed_take_the_dot_with_them():
    found = verified()
    broken = replace(found.oracles[0], failures=(Failure(1, "failed", "too many events"),))
    said = read(page(replace(found, oracles=(broken, found.oracles[1]))))
    assert "1 replication failed" in said
    assert "1 of 2 oracles hold" in said
