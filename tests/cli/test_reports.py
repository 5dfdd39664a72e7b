from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from standin import Staged

from sim.analysis.judging import Judged
from sim.cli import main
from sim.cli.reports import MOST_BYTES, Reports, Section, escaped, junit_xml, markdown

AWKWARD = "a|b <script>`x` @all *y* _z_ #1 [l](u)\n\x1b[31m\x00"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(here):
    return here


def drawdown(*arguments, on=None):
    said = CliRunner().invoke(main, list(arguments), obj=on or Staged(), standalone_mode=False)
    return said.return_value if said.exception is None else said.exception, said.output


def run(*arguments, on=None):
    return drawdown("run", "little.yaml", "-n", "20", "-j", "1", "--no-plots", "--quiet", *arguments, on=on)


def test_markdown_has_what_fails_first_then_the_answer_and_the_command():
    judged = (Judged("a > 0", "holds", "a is 1"), Judged("b > 0", "fails", "b is 0"), Judged("c > 0", "open", "c"))
    text = markdown([Section("T", "drawdown run x.yaml", "line one\nline two", judged)]).decode()
    parts = ("## T", "**1 of 3 hold.**", "b &#62; 0", "c &#62; 0", "a &#62; 0", "line one", "drawdown run x.yaml")
    order = [text.index(part) for part in parts]
    assert order == sorted(order)


def test_what_users_wrote_has_no_meaning_in_markdown():
    shown = escaped(AWKWARD)
    assert not set(shown.replace("&#", "").replace(";", "")) & set("|<>`*_[]()!")
    assert "\n" not in shown
    text = markdown([Section(AWKWARD, "x", "```\n<b>")]).decode()
    assert "````text\n```\n<b>\n````" in text


def test_a_summary_is_cut_below_what_is_shown_and_says_so():
    long = "\n".join(f"line {at} " + "x" * 300 for at in range(10_000))
    judged = tuple(Judged(f"gate {at}", "fails", "y" * 1000) for at in range(5_000))
    content = markdown([Section("one", "c", long, judged), Section("two", "c", long)])
    assert len(content) <= MOST_BYTES
    text = content.decode()
    assert "… cut: 4,800 more rows." in text
    assert "of 10,000 lines" in text
    assert "## two" in text


def test_junit_is_read_back_whole_with_a_case_a_gate():
    judged = (Judged(AWKWARD, "fails", AWKWARD, "n"), Judged("ok", "holds", "x"), Judged("who knows", "open", "y"))
    suite = ElementTree.fromstring(junit_xml([Section("s\x00", "c", "t", judged)]))[0]
    assert [suite.get(key) for key in ("tests", "failures", "errors")] == ["3", "1", "1"]
    assert [case[0].tag for case in suite] == ["failure", "system-out", "error"]
    assert "<script>" in suite[0].get("name")
    assert "\x00" not in suite.get("name")


def test_a_run_writes_both_also_where_a_gate_fails():
    code, said = run("--require", "extracted_share > 0.9", "--summary", "s.md", "--junit", "j.xml")
    assert code == 1
    assert "DOES NOT HOLD: extracted_share > 0.9 (extracted_share.mean is" in said
    case = ElementTree.parse("j.xml").getroot()[0][0]
    assert case[0].get("message") in " ".join(said.split())
    assert Path("s.md").read_text().startswith("## A little camp &#40;little&#41;")


def test_the_summary_of_a_job_is_appended_to_and_any_other_file_replaced(monkeypatch, here):
    Path("job.md").write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "job.md"))
    run("--summary", "job.md")
    run("--summary", "other.md")
    run("--summary", "other.md")
    assert Path("job.md").read_text().startswith("before\n## A little camp")
    assert Path("other.md").read_text().count("## A little camp") == 1


def test_a_file_that_vanishes_on_the_way_is_a_sentence_after_the_answer(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    options = {"summary": folder / "s.md", "junit": None}
    reports = Reports.of(options)
    folder.rmdir()
    with pytest.raises(Exception, match="can't be written: the folder has vanished"):
        reports.write([Section("t", "c", "x")])


def test_a_run_is_held_to_its_baseline():
    run("--out", "before")
    code, said = run("--out", "now", "--baseline", "before", "--tolerance", "alarms=0")
    assert code == 0
    assert "holds: alarms within 0 of the baseline (it moved by +0" in said
    error, _ = run("--out", "r", "--baseline", "before", "--tolerance", "alarm=0")
    assert "no such response in before; got alarm; did you mean alarms?" in str(error)
    error, _ = run("--out", "r", "--baseline", "before", "--seed", "3")
    assert "different random numbers can't be paired" in str(error)
    error, _ = run("--out", "r", "--baseline", "little.yaml")
    assert "is not a finished results folder" in str(error)
    assert not Path("r").exists()


def test_a_comparison_has_ranks_and_a_baseline():
    Path("more.yaml").write_text("schema: 1\nname: More\nextends: little.yaml\n")
    compare = ("compare", "little.yaml", "more.yaml", "-n", "20", "-j", "1", "--no-plots", "--quiet")
    code, said = drawdown(*compare, "--require", "rank(more) == 1", "--out", "before")
    assert code == 0
    assert "holds: rank(more) == 1 (rank(more, extracted_share) is 1 (means: little" in " ".join(said.split())
    code, said = drawdown(*compare, "--baseline", "before", "--out", "now")
    assert code == 0
    moved = "difference(little, more, extracted_share) within 0.01 of the baseline (it moved by +0"
    assert moved in " ".join(said.split())
    error, _ = drawdown(*compare, "--baseline", "before", "--seed", "9", "--out", "x")
    assert "different random numbers" in str(error)


def test_a_half_width_of_0_is_refused_and_a_tolerance_of_0_is_not():
    error, _ = run("--precision", "extracted_share=0")
    assert "a number above 0" in str(error)
    error, _ = run("--tolerance", "extracted_share=-1", "--baseline", "before")
    assert "a number from 0" in str(error)
