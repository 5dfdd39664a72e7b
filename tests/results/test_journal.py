import tracemalloc

from sim.results.journal import Entry, Journal, Row
from sim.results.records import Failure


def entry(point, *numbers, lost=()):
    rows = tuple(Row(number, f"tape{number}", (number / 7, None)) for number in numbers)
    return Entry(point, rows, tuple(Failure(number, "lost", "gone") for number in lost))


def test_what_was_added_is_there_for_the_next_process(tmp_path):
    journal = Journal(tmp_path)
    journal.add(entry(3, 2, 1))
    journal.add(entry(0, 5))
    journal.close()
    again = Journal(tmp_path)
    assert (again.done(3), again.done(0), again.done(1), again.count()) == ({1, 2}, {5}, frozenset(), 3)
    assert again.point(3) == ([Row(1, "tape1", (1 / 7, None)), Row(2, "tape2", (2 / 7, None))], [])


def test_a_torn_tail_does_not_count_and_is_written_over(tmp_path):
    journal = Journal(tmp_path)
    journal.add(entry(0, 1))
    journal.add(entry(0, 2))
    journal.close()
    journal.path.write_bytes(journal.path.read_bytes()[:-5])
    again = Journal(tmp_path)
    assert again.done(0) == {1}
    again.add(entry(0, 3))
    again.close()
    assert Journal(tmp_path).done(0) == {1, 3}
    assert journal.path.read_bytes().count(b"\n") == 2


def test_a_line_that_was_changed_does_not_count(tmp_path):
    journal = Journal(tmp_path)
    journal.add(entry(0, 1))
    journal.add(entry(0, 2))
    journal.close()
    journal.path.write_bytes(journal.path.read_bytes().replace(b"tape1", b"tapeX"))
    assert Journal(tmp_path).done(0) == {2}


def test_a_row_wins_over_an_earlier_loss(tmp_path):
    journal = Journal(tmp_path)
    journal.add(entry(0, 1, lost=(2,)))
    assert (journal.done(0), journal.any_lost) == ({1}, True)
    journal.add(entry(0, 2))
    rows, failures = journal.point(0)
    assert (journal.any_lost, [row.replication for row in rows], failures) == (False, [1, 2], [])


def test_memory_holds_numbers_and_no_values(tmp_path):
    values = tuple(float(at) for at in range(200))
    journal = Journal(tmp_path)
    tracemalloc.start()
    for first in range(0, 5_000, 25):
        journal.add(Entry(0, tuple(Row(first + at, "t" * 16, values) for at in range(25))))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert journal.path.stat().st_size > 5_000_000
    assert held < 1_000_000
