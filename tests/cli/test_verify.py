import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from standin import Staged

from sim.cli import main
from sim.errors import InputError

ORACLE = """
schema: 1
name: An oracle
calendar: {{start: 2023-07-01, deadline: 2023-07-04}}
places: {{camp: {{role: camp, handover: 2023-07-04}}}}
expect:
  - {{response: {response}, of: {of}, equals: {equals}, test: {test}, replications: 200, kills: [luck]}}
"""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(here):
    return here


def write(response="extracted_share", of="mean", equals=0.6, test="z", name="oracle.yaml"):
    Path(name).write_text(ORACLE.format(response=response, of=of, equals=equals, test=test))


def verify(*arguments, on=None):
    command = ["verify", "oracle.yaml", "-j", "1", "--quiet", *arguments]
    said = CliRunner().invoke(main, command, obj=on or Staged(), standalone_mode=False)
    return said.return_value if said.exception is None else said.exception, said.output


def test_an_oracle_that_holds_is_a_dot_with_its_z_and_the_error_that_would_be_detected():
    write()
    code, said = verify()
    assert code == 0
    assert said.startswith("● oracle  ")
    assert "extracted_share (mean of 200): 0.6, found 0.6" in said
    assert "% would be detected" in said
    assert "1 of 1 oracle hold; seed 20231231" in said


def test_one_that_does_not_hold_is_exit_1():
    write(equals=0.7)
    code, said = verify()
    assert (code, said.startswith("○ DOES NOT HOLD: oracle  ")) == (1, True)


def test_a_replication_that_fails_is_exit_3():
    write()
    code, said = verify(on=Staged({3: "fails"}))
    assert (code, "replication 3 failed: too many events" in said) == (3, True)


def test_a_fresh_seed_is_another_each_time_and_is_reported():
    write()
    seeds = {json.loads(verify("--fresh", "--json")[1])["seed"] for _ in range(2)}
    assert len(seeds) == 2
    assert isinstance(verify("--fresh", "--seed", "1")[0], InputError)


def test_what_is_no_oracle_is_refused_with_what_is_wrong():
    write(response="extractd_share")
    assert "no such response; got extractd_share" in str(verify()[0])
    Path("oracle.yaml").write_text(Path("little.yaml").read_text())
    assert "this scenario has no expectations: it is not an oracle" in str(verify()[0])


EXACT = ORACLE.replace("places: {{camp: {{role: camp, handover: 2023-07-04}}}}", """
places:
  camp:
    {{role: camp, handover: 2023-07-03, evacuate: {{port: [road]}}, crews: {{count: 2}}, loaders: 1,
     lots: {{box: {{unoe: 4}}}}}}
  port: {{role: exit}}
classes: {{box: {{mass: 1 t, moves: [truck], prepare: 1 h}}}}
lift: {{trucks: {{pool: {{count: 2, base: camp, payload: 1 t}}}}}}
routes: {{road: {{through: [camp, port], km: [100], a_day: 600 km}}}}
""")  # fmt: skip


def real(*arguments):
    """The world itself, on an oracle whose lots all come out."""
    Path("oracle.yaml").write_text(EXACT.format(response="extracted_share", of="mean", equals=1, test="exact"))
    command = ["verify", "oracle.yaml", "-j", "1", "--quiet", *arguments]
    said = CliRunner().invoke(main, command, standalone_mode=False)
    return said.return_value if said.exception is None else said.exception, said.output


def test_shuffled_ties_are_counted_by_oracle_and_in_all():
    code, said = real("--shuffle-ties", "2")
    assert code == 0
    assert re.search(r"^● oracle .*; [1-9]\d* ties shuffled$", said, re.MULTILINE)
    assert re.search(r"10 more replications with [\d,]+ ties without a defined order shuffled, in 1 oracle: no", said)


def test_shuffled_ties_stand_in_the_json():
    code, said = real("--shuffle-ties", "2", "--json")
    (ties,) = json.loads(said)["ties"]
    assert (code, ties["times"], ties["replications"], ties["holds"], ties["differs"]) == (0, 2, 5, True, [])
    assert ties["shuffled"] > 0
    assert "ties" not in json.loads(real("--json")[1])


def test_a_result_that_depends_on_ties_is_exit_1_and_reported(monkeypatch):
    monkeypatch.setattr("sim.replication.ties.first_difference", lambda *_: "fill is 1 and, with ties shuffled, 0.5")
    code, said = real("--shuffle-ties", "2")
    assert code == 1
    assert "DEPENDS ON THE ORDER OF TIES: replication 1, shuffled run 1: fill is 1 and, with ties" in said
    assert "in 1 oracle: RESULTS OF 1 oracle DEPEND ON IT" in said


@pytest.mark.parametrize("count", ["0", "-1", "1e9", "101", "two", "", "9" * 99])
def test_a_count_of_shuffles_without_sense_is_refused_before_anything_runs(count):
    said = CliRunner().invoke(main, ["verify", "--shuffle-ties", count])
    assert (said.exit_code, "is not a whole number from 1 to 100" in said.output) == (2, True)


def test_the_answer_ends_with_what_is_not_verified():
    write()
    *_, tail = verify()[1].split("\n\n")
    assert tail.startswith("What is not verified:\n  - The rules against reality. Oracles check the arithmetic")
    assert len(json.loads(verify("--json")[1])["not_known"]) == tail.count("\n  - ")


def test_a_page_is_written_and_holds_nothing_that_is_obeyed():
    Path("<b>&.yaml").write_text(ORACLE.format(response="extracted_share", of="mean", equals=0.6, test="z"))
    command = ["verify", "<b>&.yaml", "-j", "1", "--quiet", "--page", "page.html"]
    said = CliRunner().invoke(main, command, obj=Staged(), standalone_mode=False)
    page = Path("page.html").read_text()
    assert (said.return_value, sorted(path.name for path in Path().glob("page*"))) == (0, ["page.html"])
    assert "1 of 1 oracle hold" in page
    assert "&lt;b&gt;&amp;" in page
    assert re.search(r"<b>|<script|https?:|@import|url\(", page) is None


def test_a_page_says_which_dot_does_not_hold():
    write(equals=0.7)
    code, _ = verify("--page", "page.html")
    page = Path("page.html").read_text()
    assert code == 1
    assert page.count('<strong class="bad">does not hold</strong>') == 1
    assert "0 of 1 oracle hold; some checks failed" in page


def test_a_page_is_the_same_each_time():
    write()
    pages = []
    for _ in range(2):
        verify("--page", "page.html")
        pages.append(Path("page.html").read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.parametrize(("path", "wrong"), [
    ("no/such/page.html", "there is no folder no/such to write it in"), (".", "is a folder; name a file"),
    ("x" * 300, "the name is too long"),
])  # fmt: skip
def test_a_page_that_cannot_be_written_is_reported_before_anything_runs(path, wrong):
    write()
    found, _ = verify("--page", path, on=Staged({1: "dies"}))  # a worker that runs it dies
    assert isinstance(found, InputError)
    assert wrong in str(found)
