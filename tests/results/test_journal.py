import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from sim.results.journal import Journal
from sim.results.rows import Block, Failure, ResultRow


def block(*numbers, lost=(), failed=(), timeline=False):
    said = {number: {"a": number / 7, "b": None} for number in numbers}
    records = tuple(ResultRow(number, f"tape{number}", one, {}, {}, {}, {}) for number, one in said.items())
    failures = [Failure(number, "lost", "gone") for number in lost]
    failures += [Failure(number, "failed", "too much") for number in failed]
    array = np.array(numbers, dtype=np.int32).reshape(-1, 1, 1, 1) if timeline else None
    return Block(records, tuple(failures), array)


def journal_of(folder, *blocks, point=0):
    journal = Journal(folder)
    for one in blocks:
        journal.add(point, one)
    journal.close()
    return journal


def done(journal, point, until=20):
    return set(range(1, until + 1)) - set(journal.missing(point, range(1, until + 1)))


def numbers_in(journal):
    return [[row.replication for row in part.records] for part in journal.blocks()]


def test_what_was_added_is_there_for_the_next_process(tmp_path):
    journal_of(tmp_path, block(2, 1), point=3)
    journal_of(tmp_path, block(5), point="world")
    again = Journal(tmp_path)
    assert (done(again, 3), done(again, "world"), done(again, 1), again.count()) == ({1, 2}, {5}, set(), 3)
    assert again.point(3) == ([block(1).records[0], block(2).records[0]], [])


def test_replications_come_in_the_order_of_their_numbers_whatever_blocks_they_came_in(tmp_path):
    parts = (block(7, 8), block(1, 2, 5), block(3, 4, 6, failed=(11,)), block(9, lost=(10,)), block(200))
    for journal in (journal_of(tmp_path, *parts), Journal(tmp_path)):
        assert numbers_in(journal) == [[1, 2], [3, 4], [5], [6], [7, 8], [9], [], [200]]
        assert [row.replication for part in journal.blocks() for row in part.failures] == [10, 11]
        assert list(journal.missing(0, range(1, 14))) == [10, 12, 13]
        assert journal.count() == 11
        assert [row.replication for row in journal.point(0, 8)[0]] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_timelines_go_with_their_replications(tmp_path):
    journal_of(tmp_path, block(2, 3, 5, timeline=True), block(1, 4, timeline=True), block(6))
    parts = [(numbers, part.timeline) for numbers, part in zip(
        numbers_in(Journal(tmp_path)), Journal(tmp_path).blocks(), strict=True)]  # fmt: skip
    assert [(numbers, None if array is None else array.ravel().tolist()) for numbers, array in parts] == [
        ([1], [1]), ([2, 3], [2, 3]), ([4], [4]), ([5], [5]), ([6], None)
    ]  # fmt: skip


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"other")])
def test_a_line_whose_timeline_is_gone_or_was_changed_does_not_count(tmp_path, spoil):
    journal_of(tmp_path, block(1, timeline=True), block(2))
    spoil(next(tmp_path.glob("*.npy")))
    assert done(Journal(tmp_path), 0) == {2}


def test_a_block_that_makes_a_long_line_has_a_line_a_replication(tmp_path):
    rows = [replace(row, lines={"tape": "x" * 2_000_000}) for row in block(1, 2, 3).records]
    journal = journal_of(tmp_path, replace(block(1, 2, 3, failed=(4,), timeline=True), records=tuple(rows)))
    assert journal.path.read_bytes().count(b"\n") == 4
    parts = list(Journal(tmp_path).blocks())
    assert [part.numbers for part in parts] == [(1,), (2,), (3,), (4,)]
    assert [part.timeline.ravel().tolist() for part in parts[:3]] == [[1], [2], [3]]


def test_a_torn_tail_does_not_count_and_is_written_over(tmp_path):
    journal = journal_of(tmp_path, block(1), block(2))
    journal.path.write_bytes(journal.path.read_bytes()[:-5])
    again = Journal(tmp_path)
    assert done(again, 0) == {1}
    again.add(0, block(3))
    again.close()
    assert done(Journal(tmp_path), 0) == {1, 3}
    assert journal.path.read_bytes().count(b"\n") == 2


def test_a_line_that_was_changed_does_not_count(tmp_path):
    journal = journal_of(tmp_path, block(1), block(2))
    journal.path.write_bytes(journal.path.read_bytes().replace(b"tape1", b"tapeX"))
    assert done(Journal(tmp_path), 0) == {2}


def test_a_row_wins_over_an_earlier_loss(tmp_path):
    journal = journal_of(tmp_path, block(1, lost=(2,)))
    assert (done(journal, 0), journal.any_lost) == ({1}, True)
    journal.add(0, block(2))
    rows, failures = journal.point(0)
    assert (journal.any_lost, [row.replication for row in rows], failures) == (False, [1, 2], [])


def test_memory_holds_numbers_and_no_values(tmp_path):
    values = {f"response_{at}": float(at) for at in range(200)}
    journal = Journal(tmp_path)
    tracemalloc.start()
    for first in range(0, 5_000, 25):
        rows = (ResultRow(first + at, "t" * 16, values, {}, {}, {}, {}) for at in range(1, 26))
        journal.add(0, Block(tuple(rows)))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert journal.path.stat().st_size > 5_000_000
    assert held < 250_000
