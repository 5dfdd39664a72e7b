import json

import pytest
from standin import layout, plan

from sim.errors import ResultsError
from sim.experiment.backend import Backend
from sim.experiment.running import Precision, begin, carry_out
from sim.results.finished import read_results
from sim.results.folder import partial_of
from sim.results.journal import NAME


def run(planned, workers=1, force=False, reported=None):
    return carry_out(planned, begin(planned, force), Backend(workers), *([reported] if reported else []))


def tables(folder):
    """Every file of a result but for the wall clock in the manifest."""
    content = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text())
    return content | {"manifest.json": {key: said for key, said in manifest.items() if key != "clock"}}


def stop_after(count):
    def reported(done, wanted, failed):
        if done >= count:
            raise KeyboardInterrupt

    return reported


def test_one_worker_and_two_write_the_same_bytes(tmp_path):
    run(plan(tmp_path / "one"), workers=1)
    run(plan(tmp_path / "two"), workers=2)
    assert tables(tmp_path / "one") == tables(tmp_path / "two")


def test_work_that_was_stopped_goes_on_and_ends_in_the_same_bytes(tmp_path):
    run(plan(tmp_path / "whole"))
    with pytest.raises(KeyboardInterrupt):
        run(plan(tmp_path / "cut"), reported=stop_after(10))
    assert not (tmp_path / "cut").exists()
    counts = []
    run(plan(tmp_path / "cut"), reported=lambda done, wanted, failed: counts.append(done))
    assert counts[0] >= 10
    assert tables(tmp_path / "cut") == tables(tmp_path / "whole")
    assert not partial_of(tmp_path / "cut").exists()


def test_a_block_that_was_damaged_is_run_again(tmp_path):
    run(plan(tmp_path / "whole"))
    with pytest.raises(KeyboardInterrupt):
        run(plan(tmp_path / "cut"), reported=stop_after(10))
    file = partial_of(tmp_path / "cut") / NAME
    file.write_bytes(file.read_bytes().replace(b"extracted", b"destroyed", 1))
    run(plan(tmp_path / "cut"))
    assert tables(tmp_path / "cut") == tables(tmp_path / "whole")


def test_unfinished_work_of_another_run_is_refused_with_what_differs(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(plan(tmp_path / "cut", seed=1), reported=stop_after(10))
    with pytest.raises(ResultsError, match=r"differs in the seed \(1, now 2\)"):
        begin(plan(tmp_path / "cut", seed=2))
    run(plan(tmp_path / "cut", seed=2), force=True)
    assert read_results(tmp_path / "cut").manifest["seed"] == 2


def test_finished_results_of_the_same_run_are_reused_and_not_written_again(tmp_path):
    run(plan(tmp_path / "r"))
    before = (tmp_path / "r" / "manifest.json").stat().st_mtime_ns
    assert run(plan(tmp_path / "r")).reused
    assert run(plan(tmp_path / "r"), force=True).reused
    assert (tmp_path / "r" / "manifest.json").stat().st_mtime_ns == before


def test_finished_results_of_another_run_are_replaced_only_by_force(tmp_path):
    run(plan(tmp_path / "r"))
    before = tables(tmp_path / "r")
    with pytest.raises(ResultsError, match="--force"):
        begin(plan(tmp_path / "r", program="another"))
    assert tables(tmp_path / "r") == before
    (tmp_path / "r" / "notes.txt").write_text("mine")
    ran = run(plan(tmp_path / "r", seed=2), force=True)
    assert read_results(tmp_path / "r").manifest["seed"] == 2
    assert [path.name for path in ran.kept.iterdir()] == ["notes.txt"]


def test_a_folder_of_something_else_is_never_written_into(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").write_text("x")
    for name in ("mine", "link", "file"):
        with pytest.raises(ResultsError):
            begin(plan(tmp_path / name), force=True)
    (tmp_path / "r.partial").mkdir()
    (tmp_path / "r.partial" / "thesis.txt").write_text("more")
    with pytest.raises(ResultsError, match="in the way"):
        begin(plan(tmp_path / "r"), force=True)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_an_old_result_comes_back_where_a_run_died_between_the_two_renames(tmp_path):
    run(plan(tmp_path / "r"))
    (tmp_path / "r").rename(tmp_path / "r.replaced")
    assert run(plan(tmp_path / "r")).reused
    assert not (tmp_path / "r.replaced").exists()


def test_a_second_process_learns_who_is_at_work(tmp_path):
    first = begin(plan(tmp_path / "r"))
    with pytest.raises(ResultsError, match=r"worked on by process \d+"):
        begin(plan(tmp_path / "r"))
    first.release()
    run(plan(tmp_path / "r"))


def test_a_replication_that_fails_is_recorded_with_its_command_and_averaged_nowhere(tmp_path):
    run(plan(tmp_path / "r", 10, trouble={3: "fails", 5: "bug"}))
    results = read_results(tmp_path / "r")
    kinds = [(row["replication"], row["kind"], row["error"]) for row in results.manifest["failures"]]
    assert kinds == [(3, "failed", "too many events"), (5, "fault", "KeyError: 'x'")]
    assert results.manifest["failures"][0]["repeat"] == "drawdown trace a.yaml --seed 1 -k 3"
    assert list(results.table("replications")["replication"]) == [1, 2, 4, 6, 7, 8, 9, 10]
    said = results.summary["responses"]["extracted_share"]
    assert (said["replications"], said["failed"]) == (8, 2)


def test_a_worker_that_is_killed_once_costs_no_replication(tmp_path):
    run(plan(tmp_path / "whole"))
    run(plan(tmp_path / "r", trouble={7: f"dies once {tmp_path}/died"}), workers=2)
    assert (tmp_path / "died").exists()
    assert tables(tmp_path / "r") == tables(tmp_path / "whole")


def test_only_the_replication_that_kills_its_worker_is_lost_and_the_same_command_tries_it_again(tmp_path):
    run(plan(tmp_path / "r", 12, trouble={7: "dies"}), workers=2)
    failures = read_results(tmp_path / "r").manifest["failures"]
    assert [(row["replication"], row["kind"]) for row in failures] == [(7, "lost")]
    run(plan(tmp_path / "r", 12))
    run(plan(tmp_path / "whole", 12))
    assert tables(tmp_path / "r") == tables(tmp_path / "whole")


def precise(folder, half_width, most=1000):
    measure = next(one for one in layout().measures if one.name == "extracted_share")
    asked = (("extracted_share", half_width),)
    rule = Precision(((measure, half_width),), most)
    return plan(folder, None, precision=rule, max_replications=most, name=f"{asked}")


def test_a_precision_stops_at_the_same_replication_whatever_the_workers(tmp_path):
    run(precise(tmp_path / "one", 0.02), workers=1)
    run(precise(tmp_path / "two", 0.02), workers=2)
    manifest = read_results(tmp_path / "one").manifest
    assert manifest["replications"] > 150
    assert manifest["replications"] % 50 == 0
    assert manifest["stopping"]["reached"] is True
    assert tables(tmp_path / "one") == tables(tmp_path / "two")


def test_a_precision_that_was_stopped_goes_on_to_the_same_end(tmp_path):
    run(precise(tmp_path / "whole", 0.02))
    with pytest.raises(KeyboardInterrupt):
        run(precise(tmp_path / "cut", 0.02), reported=stop_after(120))
    run(precise(tmp_path / "cut", 0.02))
    assert tables(tmp_path / "cut") == tables(tmp_path / "whole")


def test_a_precision_takes_at_least_100_replications_and_at_most_what_it_may(tmp_path):
    run(precise(tmp_path / "easy", 0.9))
    run(precise(tmp_path / "hard", 1e-9, most=130))
    easy, hard = (read_results(tmp_path / name).manifest for name in ("easy", "hard"))
    assert (easy["replications"], easy["stopping"]["reached"]) == (100, True)
    assert (hard["replications"], hard["stopping"]["reached"]) == (130, False)


def test_a_disk_that_gives_out_is_one_sentence_and_leaves_what_was_there(tmp_path):
    run(plan(tmp_path / "r"))
    before = tables(tmp_path / "r")
    work = begin(plan(tmp_path / "r", seed=2), force=True)
    (work.path / "whole").write_text("a file stands in the way of finishing")
    with pytest.raises(ResultsError, match="can't be written"):
        carry_out(plan(tmp_path / "r", seed=2), work, Backend(1))
    assert tables(tmp_path / "r") == before
