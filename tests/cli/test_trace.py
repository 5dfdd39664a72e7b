"""The command trace: some events, as lines and as a table."""

import csv
import io

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.replication.trace import Event
from sim.replication.trace_filter import Filter


def trace(*options):
    return CliRunner().invoke(main, ["trace", "little.yaml", "--quiet", *options])


def lines(*options):
    said = trace(*options)
    assert said.exit_code == 0, said.output
    return said.stdout.splitlines()


def test_filters_by_place_kind_and_date_keep_those_lines_of_the_whole_trace(here):
    whole = lines()
    assert lines("--place", "port") == [line for line in whole if line[45:].startswith("port")]
    departs = [line for line in whole if line[21:].startswith("departs")]
    assert departs
    assert lines("--kind", "departs") == departs
    assert lines("--kind", "departs", "--kind", "arrives") == [
        line for line in whole if line[21:].startswith(("departs", "arrives"))
    ]
    second = [line for line in whole if line.startswith("2023-07-02")]
    assert second
    assert lines("--from", "2023-07-02", "--until", "2023-07-02") == second
    assert lines("--kind", "accident") == ["no such event"]


def test_a_kind_that_goes_on_with_a_name_is_found_by_its_first_word():
    events = [Event(0, "", "border closed to arms"), Event(0, "", "borders"), Event(5, "", "border closed")]
    assert list(Filter(kinds=("border closed",)).chosen(events)) == [events[0], events[2]]
    assert list(Filter(from_s=1).chosen(events)) == [events[2]]
    assert list(Filter(until_s=5).chosen(events)) == events[:2]


def test_as_csv_the_events_are_a_table_whose_cells_no_spreadsheet_runs(here):
    rows = list(csv.DictReader(io.StringIO("\n".join(lines("--csv", "--place", "camp")))))
    assert list(rows[0]) == ["when", "at_s", "kind", "place", "lot", "lift", "people", "detail"]
    assert {row["place"] for row in rows} == {"camp"}
    assert [int(row["at_s"]) for row in rows] == sorted(int(row["at_s"]) for row in rows)
    text = (here / "little.yaml").read_text().replace("  box:", "  '=box':").replace("{box:", "{'=box':")
    (here / "little.yaml").write_text(text)
    assert "'=box" in "\n".join(lines("--csv")) or ",camp/=box/1," in "\n".join(lines("--csv"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--place", "kamp"), "--place: there is no such place; got kamp; did you mean camp?"),
        (("--kind", "depart"), "--kind: there is no such kind; got depart; did you mean departs?"),
        (("--from", "2024-01-01"), "--from: this is outside of what is simulated, from 2023-07-01 to 2023-07-04; got"),
        (("--until", "1999-01-01"), "--until: this is outside of what is simulated"),
        (("--from", "tomorrow"), "--from: "),
        (("--csv", "--json"), "--csv: give one of --csv and --json"),
        (("--lot", "camp/box/1", "--csv"), "--lot: the life of a lot is whole"),
    ],
)
def test_what_can_not_be_filtered_is_a_sentence_and_exit_2(here, options, said):
    found = trace(*options)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(said)
    assert "Traceback" not in found.stderr
