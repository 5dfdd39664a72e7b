import json

from standin import plan

from sim.results.partial import Partial
from sim.results.records import Block, Failure, Record


def block(*numbers, lost=()):
    records = tuple(Record(number, f"t{number}", {"a": number}, {}, {}, {}, {}) for number in numbers)
    return Block(records, tuple(Failure(number, "lost", "no memory") for number in lost))


def opened(folder):
    return Partial.open(folder / "r.partial", plan(folder / "r").identity)


def numbers_in(partial):
    return [[row.replication for row in part.records] for part in partial.blocks()]


def test_replications_come_in_the_order_of_their_numbers_whatever_blocks_they_came_in(tmp_path):
    partial = opened(tmp_path)
    for part in (block(7, 8), block(1, 2, 5), block(3, 4, 6), block(9, lost=(10,))):
        partial.add(part)
    assert numbers_in(partial) == [[1, 2], [3, 4], [5], [6], [7, 8], [9]]
    assert list(partial.missing(12)) == [10, 11, 12]
    assert partial.count() == 9
    partial.release()


def test_what_is_played_again_never_writes_over_a_block_that_holds_other_replications(tmp_path):
    partial = opened(tmp_path)
    partial.add(block(2, 3, 4, lost=(1, 5)))
    partial.release()
    partial = opened(tmp_path)
    assert list(partial.missing(5)) == [1, 5]
    partial.add(block(1, 5))
    assert numbers_in(partial) == [[1], [2, 3, 4], [5]]
    partial.release()
    again = opened(tmp_path)
    assert numbers_in(again) == [[1], [2, 3, 4], [5]]
    again.remove()


def test_a_block_of_numbers_that_no_run_has_does_not_count(tmp_path):
    partial = opened(tmp_path)
    partial.add(block(1))
    partial.release()
    file = next((tmp_path / "r.partial").glob("block-*.json"))
    head, _, body = file.read_bytes().partition(b"\n")
    for number in (0, -1, 10**12):
        file.write_bytes(json.dumps(json.loads(head) | {"records": [number]}).encode() + b"\n" + body)
        partial = opened(tmp_path)
        assert partial.count() == 0
        partial._lock.close()
