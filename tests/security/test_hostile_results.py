"""A folder of results from a stranger, read by every command that reads one."""

import json
import os
import pickle
import random
import shutil
import socket
import time
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from untrusted_kit import drawdown, seal, snapshot

from sim.errors import ResultsError
from sim.results.finished import MOST_CELLS, MOST_COLUMNS
from sim.results.journal import NAME, Journal
from sim.results.untrusted import MOST_JSON, MOST_TABLE, MOST_VALUES, json_in, opened, read_file
from sim.scenario import document, reading

RUN, COMPARISON, SWEEP = "results/little", "results/compare/two", "results/sweep/sweep"
QUICKLY = ("-n", 3, "--no-plots", "-j", 1)
READERS = {
    "plot": ("plot", RUN, "people"),
    "compare": ("compare", RUN, "results/more", "--no-plots", "--no-waterfall", "--out", "two"),
    "baseline": ("run", "little.yaml", *QUICKLY, "--out", "again", "--baseline", RUN),
    "compare as second": ("compare", "results/more", RUN, "--no-plots", "--no-waterfall", "--out", "two"),
    "comparison": ("plot", COMPARISON, "differences"),
    "sweep": ("plot", SWEEP),
    "comparison as baseline": ("compare", "little.yaml", "more.yaml", *QUICKLY, "--no-waterfall", "--out", "two",
                               "--baseline", COMPARISON),
    "sweep as baseline": ("sweep", "sweep.yaml", "--no-plots", "-j", 1, "--out", "again", "--baseline", SWEEP),
}  # fmt: skip


class Bomb:
    """Says that it was unpacked, by making a file."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __reduce__(self):
        return Path.touch, (Path(self.mark),)


def link(path):
    shutil.move(path, f"{path}.elsewhere")
    path.symlink_to(f"{path}.elsewhere")


def to_zeros(path):
    path.unlink()
    path.symlink_to("/dev/zero")


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def into_a_folder(path):
    path.unlink()
    path.mkdir()


def into_a_socket(path):
    path.unlink()
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path.relative_to(Path.cwd())))


def huge(path):
    with path.open("r+b") as stream:
        stream.truncate(1 << 42)  # four terabytes, of which none is on the disk


def deep(path):
    path.write_text('{"kind": "drawdown results", "a": ' + "[" * 200_000 + "]" * 200_000 + "}")


def no_letters(path):
    path.write_bytes(b"\xff\xfe\x00drawdown results")


def pickled(path):
    path.write_bytes(pickle.dumps(Bomb(path.parent / "unpacked")))


def zipped(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("fates.csv", bytes(20_000_000))


def refused(said):
    """One sentence of a user's error, and no more."""
    assert said.exit_code == 2, (said.exit_code, said.output, said.exception)
    assert said.stdout == ""
    assert len(said.stderr.strip().splitlines()) == 1, said.stderr
    assert "Traceback" not in said.stderr
    return said.stderr


@pytest.mark.parametrize("spoil", [link, to_zeros, pipe, into_a_folder, into_a_socket, huge])
@pytest.mark.parametrize(("folder", "reader", "table"), [
    (RUN, "plot", "timeline"), (RUN, "compare", "tape"), (RUN, "baseline", "replications"),
    (COMPARISON, "comparison", "differences"), (COMPARISON, "comparison as baseline", "pairs"),
    (SWEEP, "sweep", "estimates"), (SWEEP, "sweep as baseline", "replications"),
])  # fmt: skip
def test_what_is_no_plain_file_is_refused_in_a_sentence(here, spoil, folder, reader, table):
    """In whatever place it stands; and nothing is written, followed or waited for."""
    for name in ("manifest.json", "summary.json", f"{table}.csv"):
        path = here / folder / name
        kept = path.read_bytes()
        spoil(path)
        before = set(here.rglob("*"))
        assert name in refused(drawdown(*READERS[reader]))
        assert set(here.rglob("*")) == before
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        path.write_bytes(kept)


@pytest.mark.parametrize("spoil", [deep, no_letters, pickled, zipped])
@pytest.mark.parametrize("name", ["manifest.json", "summary.json", "timeline.csv"])
@pytest.mark.parametrize("reader", ["plot", "compare"])
def test_what_is_no_table_and_no_json_is_refused_and_never_unpacked(here, spoil, name, reader):
    """Also where the hashes in the manifest are those of what was put there."""
    spoil(here / RUN / name)
    with suppress(ValueError, RecursionError):  # a manifest that is no JSON has no hashes
        seal(here / RUN)
    refused(drawdown(*READERS[reader]))
    assert not (here / RUN / "unpacked").exists()


def test_packed_files_beside_the_tables_are_never_opened(here):
    pickled(here / RUN / "fates.pkl")
    for name in ("fates.npz", "fates.csv.gz", "fates.parquet", "fates.csv.zip"):
        zipped(here / RUN / name)
        (here / RUN / name).chmod(0o000)
    before = {path: path.stat().st_atime_ns for path in (here / RUN).glob("fates.*z*")}
    assert drawdown(*READERS["plot"]).exit_code == 0
    assert {path: path.stat().st_atime_ns for path in before} == before
    assert not (here / RUN / "unpacked").exists()


@pytest.mark.parametrize(
    "name", ["../fates.csv", "/etc/passwd", "a/b.csv", "fates.csv\0", "..", "", "fates.pkl", "mine.docx"]
)
def test_a_manifest_that_names_what_is_no_table_beside_it_is_refused(here, name):
    path = here / RUN / "manifest.json"
    said = json.loads(path.read_text())
    said["tables"][name] = said["tables"]["fates.csv"]
    path.write_text(json.dumps(said))
    for reader in ("plot", "compare", "baseline"):
        assert "names a table that is none" in refused(drawdown(*READERS[reader]))
    parquet = drawdown("run", "little.yaml", *QUICKLY, "--out", RUN, "--format", "parquet")
    assert "names a table that is none" in refused(parquet)


def test_columns_and_cells_are_counted_before_there_is_a_frame(here):
    path = here / RUN / "timeline.csv"
    path.write_text("," * MOST_COLUMNS + "\n")
    seal(here / RUN)
    assert f"has {MOST_COLUMNS + 1:,} columns" in refused(drawdown(*READERS["plot"]))


@pytest.mark.parametrize("number", ["inf", "-inf", "1e999", "1e308"])
@pytest.mark.parametrize(("folder", "reader", "table"), [
    (RUN, "plot", "timeline"), (RUN, "compare", "replications"), (RUN, "baseline", "replications"),
    (COMPARISON, "comparison", "differences"), (COMPARISON, "comparison as baseline", "pairs"),
    (SWEEP, "sweep", "estimates"), (SWEEP, "sweep as baseline", "replications"),
])  # fmt: skip
def test_a_number_beyond_all_range_is_refused_before_anything_is_worked_out_from_it(
    here, recwarn, number, folder, reader, table
):
    path = here / folder / f"{table}.csv"
    head, *rows = [line.split(",") for line in path.read_text().splitlines()]
    column = next(at for at, name in enumerate(head) if name in ("lots_mean", "extracted_share", "difference", "mean"))
    for row in rows:
        row[column] = number
    path.write_text("\n".join(",".join(row) for row in [head, *rows]) + "\n")
    seal(here / folder)
    assert "beyond any range" in refused(drawdown(*READERS[reader]))
    assert [str(one.message) for one in recwarn] == []


@pytest.mark.parametrize("name", ["manifest.json", "summary.json"])
def test_a_number_of_json_beyond_all_range_is_refused(here, name):
    path = here / RUN / name
    text = path.read_text().replace('"seed": 1', '"seed": 1e999')
    path.write_text(text.replace('"mean": ', '"mean": 1e999, "x": ', 1))
    if name == "summary.json":
        seal(here / RUN)
    assert "is no JSON" in refused(drawdown(*READERS["plot"]))


def test_a_sweep_whose_points_have_none_of_its_levels_is_refused_without_a_warning(here, recwarn):
    text = Path("sweep.yaml").read_text()
    two = text.replace("levels: [1, 2]}", "levels: [1, 2]}, pool: {path: lift.trucks.pool.count, levels: [3, 4]}")
    Path("two.yaml").write_text(two)
    assert drawdown("sweep", "two.yaml", "--out", "results/sweep/two", "--no-plots", "-j", 1).exit_code == 0
    path = here / "results/sweep/two/settings.csv"
    head, *rows = [line.split(",") for line in path.read_text().splitlines()]
    for row in rows:
        row[head.index("value")] = "x"
    path.write_text("\n".join(",".join(row) for row in [head, *rows]) + "\n")
    seal(path.parent)
    assert "no point has the levels" in refused(drawdown("plot", path.parent, "heat"))
    assert [str(one.message) for one in recwarn] == []


def test_results_whose_scenario_is_none_are_not_compared(here):
    path = here / RUN / "manifest.json"
    said = json.loads(path.read_text())
    said["scenario"] = {"calendar": said["scenario"]["calendar"]}
    path.write_text(json.dumps(said))
    assert "is not as this version of drawdown writes it" in refused(drawdown(*READERS["compare"]))


def test_a_listing_goes_on_past_whatever_a_folder_holds(here):
    pipe(here / RUN / "manifest.json")
    deep(here / "results" / "more" / "manifest.json")
    huge(here / COMPARISON / "manifest.json")
    path = here / SWEEP / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"replications": "many"}))
    for name in ("r.partial", "t.partial"):
        (here / "results" / name).mkdir()
        os.mkfifo(here / "results" / name / "run.json")
    said = drawdown("list", "--scenarios", ".")
    assert said.exit_code == 0
    for word in ("a pipe", "nested too deep", "4,398,046,511,104 bytes", "not as this version", "little.yaml"):
        assert word in said.stdout, said.stdout


@pytest.mark.parametrize("target", ["people.svg", "people.svg.tmp", "people.png", "people.png.tmp"])
def test_a_picture_is_never_written_through_a_link(here, target):
    mine = here / "mine.txt"
    mine.write_text("precious")
    (here / RUN / target).symlink_to(mine)
    assert drawdown(*READERS["plot"]).exit_code == 0
    assert mine.read_text() == "precious"
    assert not (here / RUN / "people.svg").is_symlink()


@pytest.mark.parametrize("target", ["fates.parquet", "fates.parquet.tmp"])
def test_parquet_is_never_written_through_a_link(here, target):
    pytest.importorskip("duckdb")
    mine = here / "mine.txt"
    mine.write_text("precious")
    (here / RUN / target).symlink_to(mine)
    assert drawdown("run", "little.yaml", *QUICKLY, "--out", RUN, "--format", "parquet").exit_code == 0
    assert mine.read_text() == "precious"
    assert not (here / RUN / "fates.parquet").is_symlink()


def test_parquet_is_not_written_through_what_duckdb_writes_first(here):
    pytest.importorskip("duckdb")
    mine = here / "mine.txt"
    mine.write_text("precious")
    for name in ("fates.parquet.tmp", "tmp_fates.parquet.tmp", "tmp_fates.parquet"):
        (here / RUN / name).symlink_to(mine)
    assert drawdown("run", "little.yaml", *QUICKLY, "--out", RUN, "--format", "parquet").exit_code == 0
    assert mine.read_text() == "precious"


def test_parquet_is_of_the_table_beside_it_where_the_folder_has_the_name_of_a_pattern(here):
    duckdb = pytest.importorskip("duckdb")
    odd, other = here / "a[1]*", here / "a1x"
    shutil.copytree(here / RUN, odd)
    shutil.copytree(here / "results" / "more", other)
    (other / "replications.csv").write_text("replication,tape_hash\n77,x\n")
    said = drawdown("run", "little.yaml", *QUICKLY, "--out", odd, "--format", "parquet")
    assert said.exit_code == 0, said.output
    shutil.copy(odd / "replications.parquet", here / "plain.parquet")
    rows = duckdb.connect(":memory:").execute("select replication from 'plain.parquet' order by 1").fetchall()
    assert rows == [(1,), (2,), (3,)]


def test_replacing_results_takes_away_what_a_run_writes_and_nothing_that_a_manifest_adds(here):
    other = here / "results" / "other"
    other.mkdir()
    shutil.copytree(here / RUN, other / "little")
    mine = here / COMPARISON / "thesis.docx"
    mine.write_text("precious")
    (here / COMPARISON / "runs").symlink_to(other)
    said = drawdown("compare", "little.yaml", "more.yaml", "-n", 4, "--no-plots", "--no-waterfall", "-j", 1, "--force",
                    "--out", COMPARISON)  # fmt: skip
    assert said.exit_code == 0, said.output
    assert (other / "little" / "fates.csv").is_file()
    assert next(Path("results/compare").glob("*/thesis.docx")).read_text() == "precious"


def test_an_output_folder_that_is_a_link_is_refused(here):
    (here / "elsewhere").mkdir()
    (here / "out").symlink_to(here / "elsewhere")
    (here / "new.partial").symlink_to(here / "elsewhere")
    assert "is a link" in refused(drawdown("run", "little.yaml", *QUICKLY, "--out", "out"))
    assert "is a link" in refused(drawdown("run", "little.yaml", *QUICKLY, "--out", "new"))
    assert list((here / "elsewhere").iterdir()) == []


JUNK = (None, [], {}, "x", -1, 10**18, 1e308, True, "\x1b[31m")
CELLS = ("", "x", "nan", "inf", "-1", "1e308", "9" * 30, "=x", '"', "NA", "a,b")


def places(value, at=()):
    """Paths of all values in plain data, three of a list."""
    inside = value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    for key, below in inside:
        yield (*at, key)
        yield from places(below, (*at, key))


def spoiled(stream, folder):
    """Changes something somewhere in a folder, as nobody of ours writes it; what, in words."""
    file = stream.choice(["manifest.json", "summary.json", "table"])
    if file == "table":
        path = stream.choice(sorted(folder.glob("*.csv")))
        lines = [line.split(",") for line in path.read_text().splitlines()]
        row = stream.choice(lines)
        row[stream.randrange(len(row))] = stream.choice(CELLS)
        path.write_text("\n".join(",".join(row) for row in lines) + "\n")
        return path.name, row
    said = json.loads((folder / file).read_text())
    at, junk = stream.choice(list(places(said))), stream.choice(JUNK)
    holder = said
    for key in at[:-1]:
        holder = holder[key]
    if stream.random() < 0.3:
        del holder[at[-1]]
    else:
        holder[at[-1]] = junk
    (folder / file).write_text(json.dumps(said))
    return file, at, junk


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whatever_stands_anywhere_in_results_is_no_fault_of_ours(here, seed):
    stream = random.Random(seed)
    for _ in range(10):
        reader = stream.choice(list(READERS))
        folder = next(one for one in (RUN, COMPARISON, SWEEP) if one in READERS[reader])
        shutil.copytree(here / folder, here / "kept")
        what = spoiled(stream, here / folder)
        with suppress(Exception):
            seal(here / folder)
        began = time.process_time()
        said = drawdown(*READERS[reader])
        assert said.exit_code in (0, 1, 2), (reader, what, said.stderr)
        assert time.process_time() - began < 60, (reader, what)
        shutil.rmtree(here / folder)
        (here / "kept").rename(here / folder)
        for left in ("again", "two"):
            shutil.rmtree(here / left, ignore_errors=True)


AGAIN = {
    "run": ("run", "little.yaml", *QUICKLY, "--out", RUN),
    "compare": ("compare", "little.yaml", "more.yaml", *QUICKLY, "--out", "results/compare/again"),
    "sweep": ("sweep", "sweep.yaml", "--no-plots", "-j", 1, "--out", SWEEP),
    "select": ("select", "little.yaml", "more.yaml", "--best", "extracted_share", "--indifference", 0.5, "--no-plots",
               "-j", 1, "--out", "results/select/one"),
    "backtest": ("backtest", "forecast.yaml", "--no-fit", "--cut", "2023-07-02", "-n", 2, "--no-plots", "-j", 1,
                 "--out", "results/backtest"),
}  # fmt: skip
FORECAST = """
extends: little.yaml
name: A forecast
record:
  known_until: 2023-07-02
  targets: {camp: {measure: closed, at: camp, on: 2023-07-04, value: 2023-07-04, unit: date, source: assumed}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("command", AGAIN)
def test_a_command_given_again_where_a_stranger_was_at_its_results_says_a_sentence(here, command):
    Path("forecast.yaml").write_text(FORECAST)
    words, stream = AGAIN[command], random.Random(command)
    folder = here / words[words.index("--out") + 1]
    first = drawdown(*words)
    assert first.exit_code == 0, first.stderr
    for spoil in (*(None,) * 12, link, pipe, into_a_folder, deep, no_letters, pickled, zipped):
        shutil.copytree(folder, here / "kept", symlinks=True)
        if spoil is None:
            what = spoiled(stream, folder)
            with suppress(Exception):
                seal(folder)
        else:
            what = stream.choice(sorted(path for path in folder.iterdir() if path.is_file()))
            spoil(what)
        said = drawdown(*words)
        assert said.exit_code in (0, 2, 3), (spoil, what, said.stderr)
        assert "fault in drawdown" not in said.stderr, (spoil, what, said.stderr)
        assert said.exit_code == 0 or len(said.stderr.strip().splitlines()) <= 1, (spoil, what, said.stderr)
        shutil.rmtree(folder)
        (here / "kept").rename(folder)


@pytest.mark.parametrize("text", ["NaN", '{"a": Infinity}', "1" * 5000, "[", '"' + "\\ud800" * 3, ""])
def test_json_that_no_other_reader_would_take_is_refused(text):
    with pytest.raises(ResultsError, match="is no JSON"):
        json_in(text.encode(), Path("a.json"))


def test_values_are_counted_before_any_is_made():
    with pytest.raises(ResultsError, match=f"at most {MOST_VALUES:,} are read"):
        json_in(b"[" + b"[]," * MOST_VALUES + b"[]]", Path("a.json"))


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/"])
def test_a_device_and_a_folder_are_no_results(path):
    with pytest.raises(ResultsError, match="only plain files are taken for results"):
        read_file(Path(path))


def test_a_size_is_looked_at_before_a_byte_is_read(tmp_path):
    for most in (MOST_JSON, MOST_TABLE):
        with (tmp_path / "a").open("wb") as stream:
            stream.truncate(most + 1)
        with pytest.raises(ResultsError, match=f"at most {most:,} are read"), opened(tmp_path / "a", most):
            pytest.fail("it was opened")


@pytest.mark.parametrize("array", [
    np.array([{"a": 1}], dtype=object), np.zeros((1, 2, 3, 4)), np.zeros(3, dtype=np.int32),
])  # fmt: skip
def test_a_timeline_of_objects_or_of_another_shape_is_refused(tmp_path, array):
    journal = journal_of(tmp_path, lambda path: np.save(path, array, allow_pickle=True))
    with pytest.raises(ResultsError, match="is not as this version of drawdown writes it"):
        list(journal.blocks())


def test_a_pickle_or_an_archive_as_a_timeline_is_never_unpacked(tmp_path):
    for spoil in (pickled, zipped, lambda path: np.savez_compressed(path.open("wb"), a=np.zeros(1_000_000))):
        journal = journal_of(tmp_path, spoil)
        with pytest.raises(ResultsError, match="is not as this version of drawdown writes it"):
            list(journal.blocks())
    assert not (tmp_path / "unpacked").exists()


def test_a_timeline_that_says_to_be_larger_than_its_file_is_refused(tmp_path):
    def lie(path):
        header = {"descr": "<i4", "fortran_order": False, "shape": (1_000_000, 1_000, 1_000, 10)}
        with path.open("wb") as stream:
            np.lib.format.write_array_header_1_0(stream, header)

    journal = journal_of(tmp_path, lie)
    with pytest.raises(ResultsError, match="is not as this version of drawdown writes it"):
        list(journal.blocks())


@pytest.mark.parametrize("line", ["1,=cmd(),box\n", '1,"@x",box\n', "1,camp,+1\n", "-x,camp\n", "1,a,\tb\n"])
def test_a_formula_in_lines_of_a_journal_gets_into_no_table(tmp_path, line):
    assert journal_of(tmp_path, None, lines={"fates": line}).count() == 0
    assert journal_of(tmp_path, None, lines={"fates": "1,camp,-1.5,'=x,a=b,-0.0\n"}).count() == 1


def journal_of(folder, write_timeline, lines=None):
    """A journal of one line with right checksums, whatever its timeline is."""
    array = folder / "timeline-000000000000.npy"
    if write_timeline is not None:
        write_timeline(array)
    digest = sha256(array.read_bytes()).hexdigest() if write_timeline else None
    body = json.dumps([0, [[1, "t", {}, {"fates": 1}, lines or {}, {}, {}]], [], digest]).encode()
    (folder / NAME).write_bytes(sha256(body).hexdigest().encode() + b" " + body + b"\n")
    return Journal(folder)


def test_the_page_about_security_names_the_limits_that_there_are():
    page = " ".join((Path(__file__).parents[2] / "SECURITY.md").read_text(encoding="utf-8").split())
    most = f"{document.MOST_VALUES:,} values and {document.MOST_DEPTH} levels"
    assert f"at most {reading.MOST_BYTES >> 20} MiB, {most}" in page
    assert f"JSON above {MOST_JSON >> 20} MiB or {MOST_VALUES // 10**6} million values" in page
    assert f"tables above {MOST_TABLE >> 30} GiB or {MOST_CELLS // 10**6} million cells" in page


def test_reading_results_changes_nothing_in_them(here):
    before = snapshot(here / "results")
    assert drawdown("list").exit_code == 0
    assert drawdown(*READERS["compare"]).exit_code == 0
    assert snapshot(here / "results") == before
