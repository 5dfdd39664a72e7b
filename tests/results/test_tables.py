import csv
import json
from pathlib import Path

import pytest
from standin import plan

from sim.errors import ResultsError
from sim.experiment.backend import Backend
from sim.experiment.running import begin, carry_out
from sim.results.files import cell, guarded, thousandths, unguarded
from sim.results.finished import read_results
from sim.results.folder import RUN, manifest_in
from sim.results.manifest import said_in
from sim.results.parquet import write_parquet


def result(folder, **options):
    planned = plan(folder, **options)
    return read_results(carry_out(planned, begin(planned), Backend(1)).folder)


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("kg", "tonnes"),
    [(0, "0"), (1, "0.001"), (1250, "1.25"), (14_000, "14"), (-500, "-0.5"), (10**15, "1" + "0" * 12)],
)
def test_tonnes_are_kilograms_exactly(kg, tonnes):
    assert thousandths(kg) == tonnes


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-north", "@x", "\tx", "\rx"])
def test_a_name_that_a_spreadsheet_would_run_is_text_in_the_table_and_itself_when_read_back(name):
    assert guarded(name) == f"'{name}"
    assert unguarded(guarded(name)) == name


def test_cells_are_the_shortest_numbers_that_read_back_the_same():
    assert [cell(value) for value in (0.1, 1 / 3, 1e-12, 5, None, "a")] == [
        "0.1", "0.3333333333333333", "1e-12", "5", "", "a"
    ]  # fmt: skip


def test_a_hostile_name_of_a_place_goes_through_every_table_and_back(tmp_path):
    name = '=1,"x"\n_$^'
    found = result(tmp_path / "r", place=name)
    assert set(found.table("fates")["place"]) == {name}
    assert name in set(found.table("timeline")["place"])
    assert all(row["place"].startswith("'=") for row in rows(tmp_path / "r", "fates"))


def test_the_tables_have_their_columns_in_the_order_that_was_agreed(tmp_path):
    result(tmp_path / "r")
    headers = {path.name: path.read_text().splitlines()[0] for path in sorted((tmp_path / "r").glob("*.csv"))}
    assert headers["fates.csv"] == "replication,place,class,owner,fate,lots,tonnes,floor,usd"
    assert headers["causes.csv"] == "replication,place,class,cause,lots,tonnes,usd,hours"
    assert headers["tape.csv"] == "replication,source,place,draws_hash,values_hash"
    assert headers["summary.csv"] == "response,group,name,value,low,high,unit,method,replications,flag"
    spread = ",".join(f"{of}_{kind}" for of in ("lots", "people") for kind in ("mean", "p05", "p50", "p95"))
    assert headers["timeline.csv"] == f"day,place,state,{spread}"
    assert headers["replications.csv"].startswith("replication,tape_hash,extracted_share,")


def test_tables_end_lines_with_a_line_feed_alone(tmp_path):
    result(tmp_path / "r")
    assert not [path.name for path in (tmp_path / "r").glob("*.csv") if b"\r" in path.read_bytes()]


def test_the_timeline_gives_mean_and_spread_by_day_place_and_state(tmp_path):
    found = result(tmp_path / "r", replications=40)
    table = found.table("timeline")
    outs = found.table("replications")["extracted_share"].mul(10).round().sort_values().to_list()
    row = table.set_index(["day", "place", "state"]).loc["2023-07-03", "camp", "extracted"]
    assert row["lots_mean"] == pytest.approx(sum(outs) / 40)
    assert [row["lots_p05"], row["lots_p50"], row["lots_p95"]] == [outs[1], outs[19], outs[37]]
    people = table[(table["place"] == "mission") & (table["state"] == "people")]
    assert people["people_mean"].to_list() == [20, 20, 10, 0]
    assert people["lots_mean"].isna().all()


def test_shares_of_the_mission_by_group_agree_with_the_responses(tmp_path):
    found = result(tmp_path / "r")
    table = found.table("summary").set_index(["response", "group", "name"])["value"]
    mission = table["extracted_share", "mission", ""]
    for group, name in (("place", "camp"), ("class", "box"), ("owner", "unoe"), ("phase", "first")):
        assert table["extracted_share", group, name] == pytest.approx(mission)
    assert table["not_out_share", "cause", "no_crew"] == pytest.approx(1 - mission)


def test_a_share_of_nothing_is_null_with_a_reason_and_an_empty_cell(tmp_path):
    found = result(tmp_path / "r")
    said = found.summary["responses"]["empty_share"]
    assert (said["mean"], said["null"]["replications"]) == (None, 30)
    written = {row["response"]: row["value"] for row in rows(tmp_path / "r", "summary")}
    assert written["empty_share"] == ""
    assert b"NaN" not in (tmp_path / "r" / "summary.json").read_bytes()


def test_the_manifest_holds_row_counts_and_hashes_and_keeps_the_clock_apart(tmp_path):
    found = result(tmp_path / "r")
    assert found.manifest["tables"]["fates.csv"]["rows"] == len(rows(tmp_path / "r", "fates"))
    plain = json.dumps({key: said for key, said in found.manifest.items() if key != "clock"})
    assert found.manifest["clock"]["started"] not in plain
    assert str(tmp_path) not in plain


def test_a_table_that_was_changed_is_not_read(tmp_path):
    found = result(tmp_path / "r")
    with (tmp_path / "r" / "fates.csv").open("a") as stream:
        stream.write("1,x,y,z,w,1,1,1,1\n")
    with pytest.raises(ResultsError, match="has been changed"):
        found.table("fates")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"kind": "drawdown results"}', "[" * 100_000])
def test_a_folder_with_any_other_manifest_is_none_of_ours(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)
    assert manifest_in(tmp_path, RUN) is None
    with pytest.raises(ResultsError, match="not a finished results folder"):
        read_results(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file whose beginning can't be read")
def test_a_manifest_that_the_disk_does_not_give_is_not_taken_for_none():
    with pytest.raises(ResultsError, match=r"/proc/self/mem can't be read: Input/output error"):
        said_in(Path("/proc/self/mem"), RUN.finished)


def test_episodes_are_those_of_the_first_replication(tmp_path):
    assert len(result(tmp_path / "r").table("episodes")) == 1


def test_parquet_holds_the_same_rows_with_names_unguarded(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    found = result(tmp_path / "it's", place="=x")
    written = write_parquet(found)
    assert {path.stem for path in written} >= {"fates", "timeline", "replications"}
    base = duckdb.connect(":memory:")
    path = str(tmp_path / "it's" / "fates.parquet").replace("'", "''")
    known = base.execute(f"select place, fate, tonnes from '{path}' order by replication, fate").fetchall()
    table = found.table("fates")
    assert known == list(zip(table["place"], table["fate"], table["tonnes"], strict=True))
