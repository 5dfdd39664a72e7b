"""`drawdown report` with replays: those of the folder, any other by `-k`, and none in a page that is redacted."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.page.report import Wishes, report
from sim.replication.replay_bytes import unpacked
from sim.results.finished import read_results
from sim.results.replays import read_replays

Ran = Callable[..., tuple[int, str]]
DATA = re.compile(r'<script type="application/json" id="replay-data">(.*?)</script>', re.DOTALL)


def replayed(page: str) -> list[int]:
    """The numbers of the replications that a page replays, in its order."""
    [data] = DATA.findall(page)
    packed = (base64.b64decode(one["packed"]) for one in json.loads(data)["replays"])
    return [unpacked(each).head["replication"] for each in packed]


def test_a_page_replays_what_is_in_the_folder_byte_for_byte(folder: Path) -> None:
    kept = read_replays(read_results(folder))
    page = report([folder], Wishes("en"))
    assert replayed(page) == [one.replication for one in kept]
    assert all(base64.b64encode(one.packed).decode() in page for one in kept)


def test_any_other_replication_is_simulated_again_and_comes_first(folder: Path, tmp_path: Path, ran: Ran) -> None:
    kept = [one.replication for one in read_replays(read_results(folder))]
    [other] = {1, 2, 3, 4} - set(kept)
    to = tmp_path / "page.html"
    code, said = ran("report", folder, "-k", other, "--lang", "en", "-o", to)
    assert (code, said.strip()) == (0, str(to))
    page = to.read_text(encoding="utf-8")
    assert replayed(page) == [other, *kept]
    assert re.search(rf"<option selected>chosen: replication {other},", page)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-k", 5], "-k: the run has no such replication, or it failed; got 5; allowed: 1 to 4"),
        (["-k", 0], "is not a whole number from 1"),
        (["-k", 1, "--redact", "dates"], "a page that is redacted has no replay"),
    ],
)
def test_a_replay_that_cannot_be_is_refused_in_a_sentence_and_nothing_is_written(
    folder: Path, tmp_path: Path, ran: Ran, words: list[object], says: str
) -> None:
    to = tmp_path / "page.html"
    code, said = ran("report", folder, *words, "-o", to)
    assert (code, says in said, to.exists()) == (2, True, False)


def test_only_a_run_has_replications_to_replay(why: Path, tmp_path: Path, ran: Ran) -> None:
    code, said = ran("report", why, "-k", 1, "-o", tmp_path / "page.html")
    assert (code, "only a run has replications that can be replayed" in said) == (2, True)


@pytest.mark.parametrize("kind", ["places", "dates", "inventory"])
def test_a_redacted_page_replays_nothing_and_has_no_script(folder: Path, kind: str) -> None:
    page = report([folder], Wishes("en", redact=(kind,)))
    assert DATA.findall(page) == []
    assert "<script" not in page


def test_replays_that_were_changed_are_refused_in_a_sentence(folder: Path, tmp_path: Path, ran: Ran) -> None:
    copy, to = tmp_path / "copy", tmp_path / "page.html"
    shutil.copytree(folder, copy)
    said = json.loads((copy / "replays.json").read_text())
    said["replays"][0]["packed"] = base64.b64encode(b"another thing").decode()
    (copy / "replays.json").write_text(json.dumps(said))
    code, text = ran("report", copy, "-o", to)
    assert (code, "is not as this version of drawdown writes it" in text, to.exists()) == (2, True, False)
    assert "Traceback" not in text


def test_a_folder_without_replays_has_a_page_without_a_script(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "replays.json").unlink()
    page = report([copy], Wishes("en"))
    assert "<script" not in page
    assert 'id="replay"' not in page


def test_a_run_with_a_page_has_replays_even_without_pictures(tmp_path: Path, ran: Ran) -> None:
    two = Path(__file__).parents[2] / "scenarios" / "examples" / "two-camps.yaml"
    code, _ = ran("run", two, "-n", 1, "-j", 1, "--quiet", "--no-plots", "--page", "--out", tmp_path / "two")
    assert code == 0
    assert replayed((tmp_path / "two" / "report.html").read_text(encoding="utf-8")) == [1]
